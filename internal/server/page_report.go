package server

import (
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// reportRoutes are where a dealership reports what changed, and sees what became of it.
func reportRoutes() []route {
	const submit = tracker.SubmitClaims
	known := []string{"staff_no", "module", "type", "generation"}
	return []route{
		{method: http.MethodGet, path: "/dealerships/:code/report/:kind", action: submit, query: known, handle: report},
		{method: http.MethodPost, path: "/dealerships/:code/report/:kind", action: submit, query: known, handle: report},
		{method: http.MethodGet, path: "/claims", action: submit, query: []string{"dealership", "state", "page", "per_page"}, handle: listClaims},
		{method: http.MethodGet, path: "/claims/:id", action: submit, handle: mendClaim},
		{method: http.MethodPost, path: "/claims/:id", action: submit, handle: mendClaim},
		{method: http.MethodPost, path: "/claims/:id/withdraw", action: submit, handle: withdrawClaim},
	}
}

// report is the form of one kind of claim.
func report(v *visit) error {
	view, err := v.dealership()
	if err != nil {
		return err
	}
	kind := tracker.ClaimKind(v.Param("kind"))
	if !slices.Contains(tracker.ClaimKinds, kind) {
		return errNoPage
	}
	given := app.ClaimForm{
		Kind: string(kind), StaffNo: v.query.Get("staff_no"), Module: v.query.Get("module"), Type: v.query.Get("type"),
		Generation: v.query.Get("generation"),
	}
	if kind == tracker.ClaimLeaver || kind == tracker.ClaimStays {
		given.Until = ""
	} else if kind != tracker.ClaimPlan {
		given.From, given.LiveOn = v.today.String(), v.today.String()
	}
	sent := v.claimForm(given)
	f := v.claimFormPage(view, sent)
	f.title, f.lead, f.back = v.say("report."+string(kind)), v.say("report_lead."+string(kind)), "/?dealership="+view.Code
	f.save = func() error {
		c, err := v.server.app.SubmitClaim(v.Request.Context(), v.actor, view.Code, sent)
		if err == nil {
			v.flash(v.say(sentKey(c)))
		}
		return err
	}
	return v.runForm(view, f)
}

// sentKey is the message key of what happens to a claim now.
func sentKey(c tracker.Claim) string {
	switch {
	case c.Kind == tracker.ClaimTransfer:
		return "report.sent_headquarters"
	case c.Kind.AtOnce():
		return "report.counts"
	default:
		return "report.sent"
	}
}

// claimForm reads what was typed over what is given. A certificate and its generation, and a review's permit, are chosen
// together, in one field.
func (v *visit) claimForm(given app.ClaimForm) app.ClaimForm {
	f := given
	for _, field := range []struct {
		name string
		into *string
	}{
		{"staff_no", &f.StaffNo}, {"name", &f.Name}, {"job", &f.Job}, {"from", &f.From}, {"until", &f.Until},
		{"issued_on", &f.IssuedOn}, {"reviewed_on", &f.ReviewedOn}, {"review_due_on", &f.ReviewDueOn}, {"expires_on", &f.ExpiresOn},
		{"certificate_no", &f.Certificate}, {"module", &f.Module}, {"planned_on", &f.PlannedOn}, {"live_on", &f.LiveOn}, {"note", &f.Note},
	} {
		*field.into = v.typed(field.name, *field.into)
	}
	chosen := v.typed("type", f.Type+"/"+f.Generation)
	if no, what, both := strings.Cut(f.StaffNo, " "); both { // the choice names the permit with its holder
		f.StaffNo, chosen = no, what
	}
	f.Type, f.Generation, _ = strings.Cut(chosen, "/")
	return f
}

// claimFormPage gives the fields of a claim and its preview.
func (v *visit) claimFormPage(view app.DealershipView, sent app.ClaimForm) form {
	kind := tracker.ClaimKind(sent.Kind)
	note := ""
	f := form{
		submit: v.say("report.send"), draft: true,
		fields: func() []formField { return append(v.claimFields(view, kind, sent), v.claimNote(sent)) },
		preview: func() (app.Effect, error) {
			effect, err := v.server.app.PreviewClaim(v.Request.Context(), v.actor, view.Code, sent)
			switch {
			case err != nil:
			case kind.Arrives():
				note = v.say("report.seen_by_reviewer")
			case !kind.AtOnce():
				note = v.say("report.once_accepted")
			}
			return effect, err
		},
		note: func() string { return note },
	}
	if kind.AtOnce() {
		f.submit = v.say("report.record")
	}
	return f
}

func (v *visit) claimNote(sent app.ClaimForm) formField {
	return formField{Name: "note", Kind: "textarea", Label: v.say("field.remark"), Value: sent.Note, More: true}
}

// claimFields gives the fields of a kind of claim: three at most at first, the others behind "more".
func (v *visit) claimFields(view app.DealershipView, kind tracker.ClaimKind, f app.ClaimForm) []formField {
	switch kind {
	case tracker.ClaimLeaver:
		return []formField{
			v.personField(view, f.StaffNo, func(p app.PersonView) bool { return p.Employment.Until == 0 || p.Employment.Until > v.today }),
			{Name: "until", Kind: "date", Label: v.say("field.last_day"), Value: f.Until, Required: true},
		}
	case tracker.ClaimStays:
		return []formField{
			v.leavingField(view, f.StaffNo),
			{Name: "until", Kind: "date", Label: v.say("field.new_last_day"), Value: f.Until, Hint: v.say("hint.new_last_day")},
		}
	case tracker.ClaimJoiner:
		return []formField{
			{Name: "staff_no", Kind: "text", Label: v.say("field.staff_no"), Value: f.StaffNo, Required: true, Hint: v.say("hint.staff_no")},
			{Name: "name", Kind: "text", Label: v.say("field.name"), Value: f.Name, Required: true},
			{Name: "job", Kind: "select", Label: v.say("field.job"), Value: f.Job, Options: append([]option{{"", v.say("choose")}}, options(v, "job.", tracker.Jobs)...), Required: true},
			{Name: "from", Kind: "date", Label: v.say("field.first_day"), Value: f.From, Required: true},
		}
	case tracker.ClaimQualification:
		return []formField{
			v.personField(view, f.StaffNo, func(app.PersonView) bool { return true }),
			{Name: "type", Kind: "select", Label: v.say("field.certificate"), Value: f.Type + "/" + f.Generation, Options: v.certificateOptions(), Required: true},
			{Name: "issued_on", Kind: "date", Label: v.say("field.issued_on"), Value: f.IssuedOn, Required: true},
			{Name: "certificate_no", Kind: "text", Label: v.say("field.certificate_no"), Value: f.Certificate, Hint: v.say("hint.certificate_no"), More: true},
			{Name: "expires_on", Kind: "date", Label: v.say("field.expires_on"), Value: f.ExpiresOn, More: true},
			{Name: "review_due_on", Kind: "date", Label: v.say("field.review_due_on"), Value: f.ReviewDueOn, More: true},
		}
	case tracker.ClaimReview:
		return []formField{
			v.permitField(view, f),
			{Name: "reviewed_on", Kind: "date", Label: v.say("field.reviewed_on"), Value: f.ReviewedOn, Required: true},
			{Name: "review_due_on", Kind: "date", Label: v.say("field.next_review"), Value: f.ReviewDueOn, Hint: v.say("hint.next_review"), More: true},
		}
	case tracker.ClaimPlan:
		return []formField{
			v.moduleField(view, f.Module), {Name: "planned_on", Kind: "date", Label: v.say("field.planned_on"), Value: f.PlannedOn, Required: true},
		}
	default:
		return []formField{
			v.moduleField(view, f.Module), {Name: "live_on", Kind: "date", Label: v.say("field.live_on"), Value: f.LiveOn, Required: true},
		}
	}
}

// personField offers the people of the dealership.
func (v *visit) personField(view app.DealershipView, chosen string, offered func(app.PersonView) bool) formField {
	list := []option{{"", v.say("choose")}}
	for _, p := range view.People {
		if offered(p) {
			list = append(list, option{p.StaffNo, p.Name + " · " + v.say("job."+string(p.Employment.Job)) + " · " + p.StaffNo})
		}
	}
	return formField{Name: "staff_no", Kind: "select", Label: v.say("field.person"), Value: chosen, Options: list, Required: true}
}

// leavingField offers the people who are reported as leaving, or who have left.
func (v *visit) leavingField(view app.DealershipView, chosen string) formField {
	list := []option{{"", v.say("choose")}}
	for _, p := range slices.Concat(view.People, view.Former) {
		if p.Employment.Until != 0 {
			list = append(list, option{p.StaffNo, p.Name + " · " + v.say("leaves_on", "day", shortDate(v.lang, p.Employment.Last()))})
		}
	}
	f := formField{Name: "staff_no", Kind: "select", Label: v.say("field.person"), Value: chosen, Options: list, Required: true}
	if len(list) == 1 {
		f.Hint = v.say("hint.nobody_leaves")
	}
	return f
}

// permitField offers the certificates that are reviewed, with their holders.
func (v *visit) permitField(view app.DealershipView, f app.ClaimForm) formField {
	list := []option{{"", v.say("choose")}}
	for _, p := range view.People {
		for _, c := range p.Clocks {
			if c.Type.ReviewMonths == 0 {
				continue
			}
			what := p.StaffNo + " " + string(c.Qualification.Type) + "/" + string(c.Qualification.Generation)
			text := p.Name + " · " + inLanguage(v.lang, c.Type.Name.En, c.Type.Name.Zh)
			if c.ReviewDue != 0 {
				text += " · " + v.say("review_due_by", "day", shortDate(v.lang, c.ReviewDue))
			}
			list = append(list, option{what, text})
		}
	}
	chosen := ""
	if f.StaffNo != "" {
		chosen = f.StaffNo + " " + f.Type + "/" + f.Generation
	}
	return formField{Name: "staff_no", Kind: "select", Label: v.say("field.whose_permit"), Value: chosen, Options: list, Required: true}
}

// moduleField offers the modules that are not live.
func (v *visit) moduleField(view app.DealershipView, chosen string) formField {
	list := []option{{"", v.say("choose")}}
	for _, m := range view.Modules {
		if m.Fact.LiveOn == 0 {
			list = append(list, option{m.Definition.Code, m.Definition.Code + " " + inLanguage(v.lang, m.Definition.Title.En, m.Definition.Title.Zh)})
		}
	}
	f := formField{Name: "module", Kind: "select", Label: v.say("field.module"), Value: chosen, Options: list, Required: true}
	if len(list) == 1 {
		f.Hint = v.say("hint.no_module")
	}
	return f
}

// certificateOptions offers each type of certificate, once for each generation where it has one.
func (v *visit) certificateOptions() []option {
	out := []option{{"", v.say("choose")}}
	rules, err := v.server.app.Rulebook(v.Request.Context())
	if err != nil {
		return out
	}
	for _, t := range rules.QualificationTypes(v.today) {
		name := inLanguage(v.lang, t.Name.En, t.Name.Zh)
		if !t.HasGeneration {
			out = append(out, option{string(t.Code) + "/", name})
			continue
		}
		for _, g := range app.Generations() {
			out = append(out, option{string(t.Code) + "/" + string(g), name + " " + string(g)})
		}
	}
	return out
}

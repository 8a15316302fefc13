package server

import (
	"net/http"
	"slices"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// personFormRoutes lists the addresses of forms about people. Each is shown and sent under the same one.
func personFormRoutes() []route {
	const one = "/people/:staff_no"
	forms := []struct {
		path   string
		query  []string
		handle func(*visit) error
	}{
		{"/people/new", []string{"dealership"}, newPerson},
		{one + "/edit", nil, correctName},
		{one + "/employments/new", nil, newEmployment},
		{one + "/leaves/new", nil, newLeave},
		{one + "/qualifications/new", nil, newQualification},
		{one + "/reviews/new", []string{"qualification"}, newReview},
		{one + "/facts/:kind/:chain/correct", nil, correctPersonFact},
		{one + "/facts/:kind/:chain/void", nil, voidPersonFact},
	}
	var out []route
	for _, f := range forms {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			out = append(out, route{method: method, path: f.path, action: tracker.RecordFacts, query: f.query, handle: f.handle})
		}
	}
	return out
}

// editedPerson loads the person that a form is about. Who has left the reader's dealerships is for headquarters.
func (v *visit) editedPerson() (app.PersonRecord, error) {
	record, err := v.server.app.Person(v.Request.Context(), v.actor, v.Param("staff_no"), v.today)
	if err == nil && !record.Editable {
		err = tracker.Fault(tracker.Forbidden, "headquarters_decides")
	}
	return record, err
}

// personForm runs a form about a person, with a reason or a remark as its last field.
func (v *visit) personForm(record app.PersonRecord, reasoned bool, f form) error {
	f.of, f.section, f.back = record.StaffNo+" · "+record.Name, "people", "/people/"+record.StaffNo
	f.submit, f.saved = orText(f.submit, v.say("form.record")), orText(f.saved, v.say("form.saved"))
	fields := f.fields
	f.fields = func() []formField { return append(fields(), v.reasonField(reasoned)) }
	f.then = func() string { // an employment that was taken back may have been all that made the person visible
		if _, err := v.server.app.Person(v.Request.Context(), v.actor, record.StaffNo, v.today); err != nil {
			return "/people"
		}
		return f.back
	}
	return v.runForm(app.DealershipView{}, f)
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// reasonField asks for the reason of a correction, or for a remark on something new.
func (v *visit) reasonField(reasoned bool) formField {
	field := formField{Name: "reason", Kind: "textarea", Label: v.say("field.remark"), Value: v.field("reason"), Wide: true}
	if reasoned {
		field.Label, field.Required, field.Hint = v.say("field.reason"), true, v.say("hint.reason")
	}
	return field
}

func newPerson(v *visit) error {
	ctx := v.Request.Context()
	sent := app.NewPersonForm{
		StaffNo: v.field("staff_no"), Name: v.field("name"), Dealership: v.typed("dealership", v.query.Get("dealership")), Job: v.field("job"),
		From: v.typed("from", v.today.String()), Until: v.field("until"), Reason: v.field("reason"),
	}
	return v.runForm(app.DealershipView{}, form{
		title: v.say("person.new"), lead: v.say("person.new_lead"), back: "/people", submit: v.say("form.create"), saved: v.say("form.saved"),
		of: v.say("people.title"), section: "people",
		fields: func() []formField {
			return append([]formField{
				{Name: "staff_no", Kind: "text", Label: v.say("field.staff_no"), Value: sent.StaffNo, Required: true, Hint: v.say("hint.staff_no")},
				{Name: "name", Kind: "text", Label: v.say("field.name"), Value: sent.Name, Required: true},
			}, append(v.postFields(app.EmploymentForm{Dealership: sent.Dealership, Job: sent.Job, From: sent.From, Until: sent.Until}), v.reasonField(false))...)
		},
		preview: func() (app.Effect, error) { return v.server.app.PreviewNewPerson(ctx, v.actor, sent) },
		save:    func() error { return v.server.app.CreatePerson(ctx, v.actor, sent) },
		then:    func() string { return "/people/" + sent.StaffNo },
	})
}

// postFields asks for an employment.
func (v *visit) postFields(f app.EmploymentForm) []formField {
	jobs := append([]option{{"", v.say("form.choose")}}, options(v, "job.", tracker.Jobs)...)
	return []formField{
		{Name: "dealership", Kind: "text", Label: v.say("field.dealership"), Value: f.Dealership, Required: true, Hint: v.say("hint.dealership_code")},
		{Name: "job", Kind: "select", Label: v.say("field.job"), Value: f.Job, Options: jobs, Required: true},
		{Name: "from", Kind: "date", Label: v.say("field.first_day"), Value: f.From},
		{Name: "until", Kind: "date", Label: v.say("field.last_day"), Value: f.Until, Hint: v.say("hint.open_end")},
	}
}

func correctName(v *visit) error {
	record, err := v.editedPerson()
	if err != nil {
		return err
	}
	sent := app.NameForm{Name: v.typed("name", record.Name), Was: v.typed("was", record.Name), Reason: v.field("reason")}
	return v.personForm(record, true, form{
		title: v.say("person.edit"), lead: v.say("person.edit_lead"), submit: v.say("form.save"),
		fields: func() []formField {
			return []formField{
				{Name: "name", Kind: "text", Label: v.say("field.name"), Value: sent.Name, Required: true},
				{Name: "was", Kind: "hidden", Value: sent.Was},
			}
		},
		save: func() error { return v.server.app.CorrectName(v.Request.Context(), v.actor, record.StaffNo, sent) },
	})
}

func newEmployment(v *visit) error {
	record, err := v.editedPerson()
	if err != nil {
		return err
	}
	recorded := app.EmploymentForm{From: v.today.String()}
	if record.Post != nil && record.Post.InScope {
		recorded.Dealership, recorded.Job = record.Post.At.Code, string(record.Post.Job)
	}
	return v.employmentForm(record, recorded, v.say("person.new_employment"), v.say("person.new_employment_lead"))
}

func (v *visit) employmentForm(record app.PersonRecord, recorded app.EmploymentForm, title, lead string) error {
	ctx := v.Request.Context()
	sent := app.EmploymentForm{
		Chain: recorded.Chain, Dealership: v.typed("dealership", recorded.Dealership), Job: v.typed("job", recorded.Job),
		From: v.typed("from", recorded.From), Until: v.typed("until", recorded.Until), Reason: v.field("reason"),
	}
	return v.personForm(record, recorded.Chain != "", form{
		title: title, lead: lead,
		fields:  func() []formField { return v.postFields(sent) },
		preview: func() (app.Effect, error) { return v.server.app.PreviewEmployment(ctx, v.actor, record.StaffNo, sent) },
		save:    func() error { return v.server.app.SetEmployment(ctx, v.actor, record.StaffNo, sent) },
	})
}

func newLeave(v *visit) error {
	record, err := v.editedPerson()
	if err != nil {
		return err
	}
	return v.leaveForm(record, app.LeaveForm{From: v.today.String()}, v.say("person.new_leave"), v.say("person.new_leave_lead"))
}

func (v *visit) leaveForm(record app.PersonRecord, recorded app.LeaveForm, title, lead string) error {
	ctx := v.Request.Context()
	sent := app.LeaveForm{
		Chain: recorded.Chain, From: v.typed("from", recorded.From), Until: v.typed("until", recorded.Until), Reason: v.field("reason"),
	}
	return v.personForm(record, recorded.Chain != "", form{
		title: title, lead: lead,
		fields: func() []formField {
			return []formField{
				{Name: "from", Kind: "date", Label: v.say("field.first_day_off"), Value: sent.From, Required: true},
				{Name: "until", Kind: "date", Label: v.say("field.last_day_off"), Value: sent.Until, Hint: v.say("hint.open_end")},
			}
		},
		preview: func() (app.Effect, error) { return v.server.app.PreviewLeave(ctx, v.actor, record.StaffNo, sent) },
		save:    func() error { return v.server.app.SetLeave(ctx, v.actor, record.StaffNo, sent) },
	})
}

func newQualification(v *visit) error {
	record, err := v.editedPerson()
	if err != nil {
		return err
	}
	return v.qualificationForm(record, app.QualificationForm{}, v.say("person.new_qualification"), v.say("person.new_qualification_lead"))
}

func (v *visit) qualificationForm(record app.PersonRecord, recorded app.QualificationForm, title, lead string) error {
	ctx := v.Request.Context()
	rules, err := v.server.app.Rulebook(ctx)
	if err != nil {
		return err
	}
	sent := app.QualificationForm{
		Chain: recorded.Chain, Type: v.typed("type", recorded.Type), Generation: v.typed("generation", recorded.Generation),
		Certificate: v.typed("certificate_no", recorded.Certificate), IssuedOn: v.typed("issued_on", recorded.IssuedOn),
		ReviewDueOn: v.typed("review_due_on", recorded.ReviewDueOn), ExpiresOn: v.typed("expires_on", recorded.ExpiresOn), Reason: v.field("reason"),
		Confirmed: v.field("confirm") == "yes",
	}
	return v.personForm(record, recorded.Chain != "", form{
		title: title, lead: lead, asks: true,
		fields: func() []formField { return v.qualificationFields(sent, rules.QualificationTypes(v.today)) },
		preview: func() (app.Effect, error) {
			return v.server.app.PreviewQualification(ctx, v.actor, record.StaffNo, sent)
		},
		save: func() error { return v.server.app.SetQualification(ctx, v.actor, record.StaffNo, sent) },
	})
}

func (v *visit) qualificationFields(f app.QualificationForm, types []tracker.QualificationType) []formField {
	kinds, levels := []option{{"", v.say("form.choose")}}, []option{{"", v.say("person.no_generation")}}
	for _, t := range types {
		kinds = append(kinds, option{string(t.Code), inLanguage(v.lang, t.Name.En, t.Name.Zh)})
	}
	for _, g := range app.Generations() {
		levels = append(levels, option{string(g), string(g)})
	}
	return []formField{
		{Name: "type", Kind: "select", Label: v.say("field.type"), Value: f.Type, Options: kinds, Required: true},
		{Name: "generation", Kind: "select", Label: v.say("field.generation"), Value: f.Generation, Options: levels, Hint: v.say("hint.generation")},
		{Name: "certificate_no", Kind: "text", Label: v.say("field.certificate_no"), Value: f.Certificate, Hint: v.say("hint.certificate_no")},
		{Name: "issued_on", Kind: "date", Label: v.say("person.issued_on"), Value: f.IssuedOn, Required: true},
		{Name: "review_due_on", Kind: "date", Label: v.say("person.first_review_due"), Value: f.ReviewDueOn, Hint: v.say("hint.review_due_on")},
		{Name: "expires_on", Kind: "date", Label: v.say("person.expires_on"), Value: f.ExpiresOn, Hint: v.say("hint.open_end")},
	}
}

func newReview(v *visit) error {
	record, err := v.editedPerson()
	if err != nil {
		return err
	}
	return v.reviewForm(record, app.ReviewForm{Qualification: tracker.FactID(v.query.Get("qualification")), ReviewedOn: v.today.String()}, v.say("person.new_review"))
}

func (v *visit) reviewForm(record app.PersonRecord, recorded app.ReviewForm, title string) error {
	at := slices.IndexFunc(record.Certificates, func(c app.CertificateView) bool { return c.Qualification.Chain == recorded.Qualification })
	if at < 0 {
		return tracker.Fault(tracker.NotFound, "not_found", "noun", "qualification", "key", string(recorded.Qualification))
	}
	held, ctx := record.Certificates[at], v.Request.Context()
	sent := app.ReviewForm{
		Chain: recorded.Chain, Qualification: recorded.Qualification, ReviewedOn: v.typed("reviewed_on", recorded.ReviewedOn),
		NextDue: v.typed("review_due_on", recorded.NextDue), Reason: v.field("reason"),
	}
	return v.personForm(record, recorded.Chain != "", form{
		title: title,
		lead:  v.say("person.review_lead", "what", v.typeName(held.Type.Code, held.Type.Name), "number", held.Qualification.Certificate, "day", longDate(v.lang, held.ReviewDue)),
		fields: func() []formField {
			return []formField{
				{Name: "reviewed_on", Kind: "date", Label: v.say("field.reviewed_on"), Value: sent.ReviewedOn, Required: true},
				{Name: "review_due_on", Kind: "date", Label: v.say("field.next_due"), Value: sent.NextDue, Hint: v.say("hint.review_due_on")},
			}
		},
		preview: func() (app.Effect, error) { return v.server.app.PreviewReview(ctx, v.actor, record.StaffNo, sent) },
		save:    func() error { return v.server.app.SetReview(ctx, v.actor, record.StaffNo, sent) },
	})
}

// correctPersonFact is the form that corrects an employment, a leave, a certificate or a review.
func correctPersonFact(v *visit) error {
	record, err := v.editedPerson()
	if err != nil {
		return err
	}
	kind, chain := tracker.FactKind(v.Param("kind")), tracker.FactID(v.Param("chain"))
	title, lead := v.say("person.correct", "what", v.say("fact."+string(kind))), v.say("form.correct_lead")
	for _, e := range record.Employments {
		if kind == tracker.FactEmployment && e.Chain == chain {
			return v.correctEmployment(record, e, title, lead)
		}
	}
	for _, l := range record.Leaves {
		if kind == tracker.FactLeave && l.Chain == chain {
			return v.leaveForm(record, app.LeaveForm{Chain: chain, From: l.From.String(), Until: l.Last().String()}, title, lead)
		}
	}
	for _, c := range record.Certificates {
		if q := c.Qualification; kind == tracker.FactQualification && q.Chain == chain {
			return v.qualificationForm(record, app.QualificationForm{
				Chain: chain, Type: string(q.Type), Generation: string(q.Generation), Certificate: q.Certificate, IssuedOn: q.IssuedOn.String(),
				ReviewDueOn: q.FirstReviewDue.String(), ExpiresOn: q.ExpiresOn.String(),
			}, title, lead)
		}
		for _, r := range c.Reviews {
			if kind == tracker.FactReview && r.Chain == chain {
				return v.reviewForm(record, app.ReviewForm{Chain: chain, Qualification: r.Qualification, ReviewedOn: r.ReviewedOn.String(), NextDue: r.NextDue.String()}, title)
			}
		}
	}
	return tracker.Fault(tracker.NotFound, "not_found", "noun", "person", "key", string(chain))
}

func (v *visit) correctEmployment(record app.PersonRecord, e app.PostView, title, lead string) error {
	if !e.InScope {
		return tracker.Fault(tracker.Forbidden, "headquarters_decides")
	}
	return v.employmentForm(record, app.EmploymentForm{
		Chain: e.Chain, Dealership: e.At.Code, Job: string(e.Job), From: e.From.String(), Until: e.Last().String(),
	}, title, lead)
}

// voidPersonFact is the form that takes a fact about a person back.
func voidPersonFact(v *visit) error {
	record, err := v.editedPerson()
	if err != nil {
		return err
	}
	ctx := v.Request.Context()
	sent := app.VoidForm{Kind: tracker.FactKind(v.Param("kind")), Chain: tracker.FactID(v.Param("chain")), Reason: v.field("reason")}
	if _, err := v.server.app.PreviewVoidOfPerson(ctx, v.actor, record.StaffNo, sent); err != nil {
		return err // nothing of that name can be voided here, or not by this reader
	}
	return v.personForm(record, true, form{
		title: v.say("form.void", "what", v.say("fact."+string(sent.Kind))), lead: v.say("form.void_lead"),
		submit: v.say("form.void_submit"), saved: v.say("form.voided"),
		fields: func() []formField { return nil },
		preview: func() (app.Effect, error) {
			return v.server.app.PreviewVoidOfPerson(ctx, v.actor, record.StaffNo, sent)
		},
		save: func() error { return v.server.app.VoidOfPerson(ctx, v.actor, record.StaffNo, sent) },
	})
}

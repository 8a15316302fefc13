package server

import (
	"net/http"
	"slices"
	"strconv"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// claimCard is a claim in words.
type claimCard struct {
	app.ClaimView
	What string // what is claimed
	Days int    // since it was entered
}

type claimsPage struct {
	BasePage
	Cards   []claimCard
	Total   int
	Page    int
	PerPage int
	State   tracker.ClaimState
	States  []tracker.ClaimState
}

// First and Last number the claims that the page shows.
func (p claimsPage) First() int { return (p.Page-1)*p.PerPage + 1 }

// Last is the number of the last one.
func (p claimsPage) Last() int { return (p.Page-1)*p.PerPage + len(p.Cards) }

// listClaims shows a dealership what it reported, the newest first.
func listClaims(v *visit) error {
	q := app.ClaimsQuery{Code: v.query.Get("dealership"), Newest: true}
	page := claimsPage{BasePage: v.base(v.say("claims.title"), "claims"), States: tracker.ClaimStates}
	if text := v.query.Get("state"); text != "" {
		page.State = tracker.ClaimState(text)
		if !slices.Contains(tracker.ClaimStates, page.State) {
			return badValue("state", text)
		}
		q.States = []tracker.ClaimState{page.State}
	}
	var err error
	if q.Page, q.PerPage, err = v.paging(); err != nil {
		return err
	}
	found, err := v.server.app.Claims(v.Request.Context(), v.actor, q)
	if err != nil {
		return err
	}
	page.Cards, page.Total, page.Page, page.PerPage = v.claimCards(found.Rows), found.Total, found.Page, found.PerPage
	return v.show("claims", page)
}

func (v *visit) claimCards(list []app.ClaimView) []claimCard {
	out := make([]claimCard, len(list))
	for i, c := range list {
		out[i] = claimCard{c, v.claimed(c), int(v.today - v.civil(c.EnteredAt))}
	}
	return out
}

// civil gives the day of a moment in the network's zone.
func (v *visit) civil(m tracker.Moment) tracker.Date {
	return tracker.DateOf(m.Time().In(v.server.app.Zone()))
}

// claimed says in a sentence what a claim asserts.
func (v *visit) claimed(c app.ClaimView) string {
	args := []any{"name", c.Who, "no", c.StaffNo, "module", c.Module}
	if c.Job != "" {
		args = append(args, "job", v.say("job."+string(c.Job)))
	}
	if c.Type != "" {
		args = append(args, "certificate", v.certificate(c.Type, c.Generation))
	}
	key := "claimed." + string(c.Kind)
	switch c.Kind {
	case tracker.ClaimLeaver:
		args = append(args, "day", longDate(v.lang, c.LastDay))
	case tracker.ClaimStays:
		if c.LastDay != 0 {
			key, args = key+"_until", append(args, "day", longDate(v.lang, c.LastDay))
		}
	case tracker.ClaimJoiner, tracker.ClaimTransfer:
		args = append(args, "day", longDate(v.lang, c.FirstDay))
	case tracker.ClaimQualification:
		args = append(args, "day", longDate(v.lang, c.IssuedOn))
	case tracker.ClaimReview:
		args = append(args, "day", longDate(v.lang, c.ReviewedOn))
	case tracker.ClaimPlan:
		args = append(args, "day", longDate(v.lang, c.PlannedOn))
	case tracker.ClaimLive:
		args = append(args, "day", longDate(v.lang, c.LiveOn))
	}
	return v.say(key, args...)
}

// certificate names a type of certificate, with its generation.
func (v *visit) certificate(code tracker.QualificationCode, generation tracker.Generation) string {
	name := string(code)
	if rules, err := v.server.app.Rulebook(v.Request.Context()); err == nil {
		for _, t := range rules.QualificationTypes(v.today) {
			if t.Code == code {
				name = inLanguage(v.lang, t.Name.En, t.Name.Zh)
			}
		}
	}
	if generation != "" {
		name += " " + string(generation)
	}
	return name
}

type claimPage struct {
	BasePage
	Card claimCard
}

// mendClaim shows a claim: while nobody has decided, as a form to be mended, else as it was decided.
func mendClaim(v *visit) error {
	ctx := v.Request.Context()
	claim, err := v.server.app.Claim(ctx, v.actor, tracker.FactID(v.Param("id")))
	if err != nil {
		return err
	}
	card := v.claimCards([]app.ClaimView{claim})[0]
	waits := claim.State == tracker.ClaimSubmitted || claim.State == tracker.ClaimReturned
	if !waits && v.Request.Method == http.MethodPost {
		return tracker.Fault(tracker.Conflict, "claim_decided")
	}
	if !waits {
		return v.show("claim", claimPage{v.base(v.say("claims.one"), "claims"), card})
	}
	view, err := v.server.app.Dealership(ctx, v.actor, claim.Site.Code, v.on)
	if err != nil {
		return err
	}
	sent := v.claimForm(app.Form(claim.Claim))
	f := v.claimFormPage(view, sent)
	f.title, f.back, f.saved = v.say("report."+sent.Kind), "/claims", v.say("report.sent")
	f.lead = v.say("claims.waits_lead", "what", card.What)
	if claim.State == tracker.ClaimReturned {
		f.lead = v.say("claims.returned_lead", "reason", claim.Reason)
	}
	version, err := v.formNumber("version", claim.Version)
	if err != nil {
		return err
	}
	fields := f.fields
	f.fields = func() []formField {
		return append(fields(), formField{Name: "version", Kind: "hidden", Value: v.typed("version", strconv.Itoa(claim.Version))})
	}
	f.save = func() error { return v.server.app.ResubmitClaim(ctx, v.actor, claim.ID, version, sent) }
	f.preview = nil
	f.submit = v.say("report.send_again")
	f.extra = &extraButton{"/claims/" + string(claim.ID) + "/withdraw", v.say("claims.withdraw")}
	return v.runForm(view, f)
}

func withdrawClaim(v *visit) error {
	version, err := v.formNumber("version", 0)
	if err != nil {
		return err
	}
	if err := v.server.app.WithdrawClaim(v.Request.Context(), v.actor, tracker.FactID(v.Param("id")), version); err != nil {
		return err
	}
	v.flash(v.say("claims.withdrawn"))
	return v.seeOther("/claims")
}

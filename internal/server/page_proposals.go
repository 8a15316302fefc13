package server

import (
	"net/http"
	"strconv"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// proposalRoutes are where a second person decides on what somebody entered.
func proposalRoutes() []route {
	const review, one = tracker.ReviewClaims, "/proposals/:id"
	return []route{
		{method: http.MethodGet, path: one, action: review, handle: showProposal},
		{method: http.MethodPost, path: one, action: review, handle: decideProposal},
	}
}

// proposalCard is a proposal in words.
type proposalCard struct {
	app.ProposalView
	What string
	Days int // since it was proposed
}

// EnteredAt is the moment from which the age is told.
func (c proposalCard) EnteredAt() tracker.Moment { return c.ProposedAt }

func (v *visit) proposalCards(list []app.ProposalView) []proposalCard {
	out := make([]proposalCard, len(list))
	for i, p := range list {
		out[i] = proposalCard{ProposalView: p, What: v.proposed(p), Days: int(v.today - v.civil(p.ProposedAt))}
	}
	return out
}

// proposed says in a line what would be done: the deed, and what it is about.
func (v *visit) proposed(p app.ProposalView) string {
	typed := map[string]string{}
	for _, l := range p.Typed {
		typed[l.Key] = l.Value
	}
	about := orText(p.Who, orText(typed["name"], orText(typed["name_zh"], p.Of)))
	switch p.Deed {
	case tracker.DeedDecision:
		return v.say("proposal.decision", "programme", v.say("programme."+typed["programme"]), "decision", v.say("decision."+typed["decision"]))
	case tracker.DeedModule:
		about = typed["module"]
	case tracker.DeedVoid, tracker.DeedVoidOfPerson:
		return v.say("proposal.void", "fact", v.say("fact."+typed["fact_kind"]), "of", about)
	}
	return v.say("proposal.deed", "deed", v.say("deed."+string(p.Deed)), "of", about)
}

// waiting gives what waits for a second person, of a dealership or of a person; nothing to who does not decide on it.
func (v *visit) waiting(code, staffNo string) ([]proposalCard, error) {
	if !v.actor.Can(tracker.ReviewClaims) {
		return nil, nil
	}
	page, err := v.server.app.Proposals(v.Request.Context(), v.actor, app.ProposalsQuery{
		Code: code, StaffNo: staffNo, States: []tracker.ProposalState{tracker.ProposalWaiting},
	})
	return v.proposalCards(page.Rows), err
}

// secondNote says beside a form that what it would change waits for a second person.
func (v *visit) secondNote(s app.Second) string {
	if s.Ground == "" {
		return ""
	}
	return v.say("second."+string(s.Ground), "days", strconv.Itoa(app.BackDatingDays()), "begins", v.beginning(s.Begins))
}

// beginning writes the first day on which a change makes a difference.
func (v *visit) beginning(day tracker.Date) string {
	if day == 0 {
		return v.say("open_past")
	}
	return longDate(v.lang, day)
}

type proposalPage struct {
	BasePage
	Proposal app.ProposalReview
	Card     proposalCard
	Ground   string // why it needs a second person
	Begins   string
	Effect   *effectView
	Against  string
	Denied   string // why the reader cannot confirm it
	Who      string // who could confirm it
	Error    string
	Reason   string
	Back     string
}

// Again tells whether it must be looked at anew: it rests on something else now, or later decisions lose their effect.
func (p proposalPage) Again() bool {
	return p.Proposal.Moved || len(p.Proposal.Effect.Skipped) > 0
}

func showProposal(v *visit) error {
	page, err := v.proposalPage()
	if err != nil {
		return err
	}
	return v.show("proposal", page)
}

func (v *visit) proposalPage() (proposalPage, error) {
	p, err := v.server.app.Proposal(v.Request.Context(), v.actor, tracker.FactID(v.Param("id")))
	if err != nil {
		return proposalPage{}, err
	}
	page := proposalPage{
		BasePage: v.base(v.say("proposal.one"), "reviews"), Proposal: p, Card: v.proposalCards([]app.ProposalView{p.ProposalView})[0],
		Ground: v.say("ground."+string(p.Ground), "days", strconv.Itoa(app.BackDatingDays())), Begins: v.beginning(p.Begins),
		Effect: v.effect(p.Effect), Reason: v.typed("reason", ""), Back: "/reviews",
		Who: v.say("proposal.others_none"),
	}
	if p.Others > 0 {
		page.Who = v.say("proposal.others_some", "count", p.Others)
	}
	if p.Site.Code != "" {
		page.Back = "/dealerships/" + p.Site.Code
	}
	if p.Against != nil {
		page.Against = v.sentenceOf(p.Against)
	}
	if p.Denied != nil {
		page.Denied = v.say("proposal.headquarters")
	}
	return page, nil
}

// decideProposal takes a verdict. What was refused is shown again with the reason why.
func decideProposal(v *visit) error {
	version, err := v.formNumber("version", 0)
	if err != nil {
		return err
	}
	id, ruling := tracker.FactID(v.Param("id")), app.ProposalRuling{
		Verdict: v.field("verdict"), Reason: v.field("reason"), Version: version, Base: v.field("base"), Anew: v.field("anew") != "",
	}
	if err := v.server.app.DecideProposal(v.Request.Context(), v.actor, id, ruling); err != nil {
		return v.proposalAgain(err)
	}
	v.flash(v.say("proposal.done_" + ruling.Verdict))
	return v.seeOther("/proposals/" + string(id))
}

// proposalAgain shows a proposal on which the verdict was refused.
func (v *visit) proposalAgain(err error) error {
	status, shown := refusal(err)
	if !shown {
		return err
	}
	page, failed := v.proposalPage()
	if failed != nil {
		return failed
	}
	page.Error = v.sentenceOf(err)
	return v.render(status, "proposal", page)
}

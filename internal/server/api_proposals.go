package server

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// proposalsAddress is where what waits for a second person is listed.
const proposalsAddress = "/api/v1/proposals"

func proposalAPIRoutes() []route {
	const review, one = tracker.ReviewClaims, proposalsAddress + "/:id"
	known := []string{"dealership", "region", "state", "page", "per_page"}
	return []route{
		{method: http.MethodGet, path: proposalsAddress, action: review, query: known, handle: apiProposals},
		{method: http.MethodGet, path: one, action: review, handle: apiProposal},
		{method: http.MethodPost, path: one + "/confirm", action: review, handle: apiDecideProposal(app.VerdictConfirm)},
		{method: http.MethodPost, path: one + "/decline", action: review, handle: apiDecideProposal(app.VerdictDecline)},
		{method: http.MethodPost, path: one + "/withdraw", action: review, handle: apiDecideProposal(app.VerdictWithdraw)},
	}
}

// proposalJSON is what somebody entered and a second person must confirm.
type proposalJSON struct {
	ID         tracker.FactID        `json:"id"`
	Deed       tracker.DeedKind      `json:"deed" doc:"What would be done."`
	Of         string                `json:"of" doc:"Code of the dealership or staff number that it is about."`
	State      tracker.ProposalState `json:"state"`
	Ground     tracker.Ground        `json:"ground" doc:"Why it needs a second person."`
	Begins     tracker.Date          `json:"begins" doc:"The first day on which it makes a difference; null for the open past."`
	Dealership *string               `json:"dealership" doc:"Code; null for one that is not recorded yet."`
	Entered    map[string]string     `json:"entered" doc:"What was entered; numbers of certificates are masked."`
	Reason     string                `json:"reason"`
	ProposedAt tracker.Moment        `json:"proposed_at"`
	ProposedBy string                `json:"proposed_by" doc:"Login."`
	DecidedAt  tracker.Moment        `json:"decided_at"`
	DecidedBy  *string               `json:"decided_by" doc:"Login; null while nobody has decided."`
	Answer     string                `json:"answer" doc:"Why it was declined."`
	Version    int                   `json:"version" doc:"Rises with every step."`
}

// proposalReviewJSON is a proposal with what confirming it would change.
type proposalReviewJSON struct {
	proposalJSON
	Basis   string               `json:"basis" doc:"Names the facts on which it would be decided now; the ETag changes with it."`
	Moved   bool                 `json:"moved" doc:"Those facts have changed since it was proposed."`
	Against string               `json:"against" doc:"Why it cannot be carried out as things are; empty when it can."`
	Changes []standingChangeJSON `json:"changes" doc:"What confirming it would change, while it waits."`
}

// standingChangeJSON is a run of days on which a standing would be different.
type standingChangeJSON struct {
	Programme tracker.ProgrammeCode `json:"programme"`
	From      tracker.Date          `json:"from" doc:"null: the open past."`
	Until     tracker.Date          `json:"until" doc:"The last day; null: the open future."`
	Before    stateJSON             `json:"before"`
	After     stateJSON             `json:"after"`
}

// stateJSON is a standing in short.
type stateJSON struct {
	State  tracker.State `json:"state"`
	Health tracker.Light `json:"health"`
}

func proposalOf(p app.ProposalView) proposalJSON {
	out := proposalJSON{
		ID: p.ID, Deed: p.Deed, Of: p.Of, State: p.State, Ground: p.Ground, Begins: p.Begins, Dealership: textOrNull(p.Site.Code),
		Entered: map[string]string{}, Reason: p.Reason, ProposedAt: p.ProposedAt, ProposedBy: p.By, DecidedAt: p.DecidedAt,
		DecidedBy: textOrNull(p.Decider), Answer: p.Answer, Version: p.Version,
	}
	for _, l := range p.Typed {
		out.Entered[l.Key] = l.Value
	}
	return out
}

// proposal gives a proposal as the reader sees it, with what a step on it is taken on.
func (v *visit) proposal(ctx context.Context, id tracker.FactID) (proposalReviewJSON, app.ProposalReview, error) {
	p, err := v.server.app.Proposal(ctx, v.actor, id)
	out := proposalReviewJSON{proposalJSON: proposalOf(p.ProposalView), Basis: p.Now, Moved: p.Moved, Changes: []standingChangeJSON{}}
	if p.Against != nil {
		out.Against = v.sentenceOf(p.Against)
	}
	for _, d := range p.Effect.Differences {
		out.Changes = append(out.Changes, standingChangeJSON{
			Programme: d.Programme, From: d.From, Until: d.Last(), Before: stateJSON{d.Before.State, d.Before.Health()},
			After: stateJSON{d.After.State, d.After.Health()},
		})
	}
	return out, p, err
}

func apiProposals(v *visit) error {
	q := app.ProposalsQuery{Code: v.query.Get("dealership"), Newest: true}
	if len(v.query["dealership"]) > 1 {
		return badValue("dealership", strings.Join(v.query["dealership"], ", "))
	}
	for _, text := range v.query["state"] {
		if !slices.Contains(tracker.ProposalStates, tracker.ProposalState(text)) {
			return badValue("state", text)
		}
		q.States = append(q.States, tracker.ProposalState(text))
	}
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return err
	}
	if q.Regions, err = v.regions(directory); err != nil {
		return err
	}
	if q.Page, q.PerPage, err = v.paging(); err != nil {
		return err
	}
	page, err := v.server.app.Proposals(v.Request.Context(), v.actor, q)
	if err != nil {
		return err
	}
	out := list[proposalJSON]{Items: []proposalJSON{}, Total: page.Total, Page: page.Page, PerPage: page.PerPage}
	for _, row := range page.Rows {
		out.Items = append(out.Items, proposalOf(row))
	}
	v.JSON(http.StatusOK, out)
	return nil
}

func apiProposal(v *visit) error {
	shown, _, err := v.proposal(v.Request.Context(), tracker.FactID(v.Param("id")))
	if err != nil {
		return err
	}
	return v.one(shown)
}

// proposedAnswer answers with a proposal, and where it stands.
func (v *visit) proposedAnswer(ctx context.Context, status int, id tracker.FactID) (app.Answer, error) {
	shown, _, err := v.proposal(ctx, id)
	if err != nil {
		return app.Answer{}, err
	}
	return answerOf(status, shown, proposalsAddress+"/"+string(id))
}

// answerBody is what deciding on a proposal sends.
type answerBody struct {
	Reason sentText `json:"reason" doc:"Needed to decline; who proposed it reads it."`
}

// apiDecideProposal decides on a proposal. What it rests on is a part of what the client saw, so that one whose ground has
// moved since is answered with 412.
func apiDecideProposal(verdict string) func(*visit) error {
	return func(v *visit) error {
		var sent answerBody
		text, err := v.readJSON(&sent)
		if err != nil {
			return err
		}
		id := tracker.FactID(v.Param("id"))
		return v.write(text, func(ctx context.Context) (app.Answer, error) {
			shown, p, err := v.proposal(ctx, id)
			if err != nil {
				return app.Answer{}, err
			}
			if err := v.unchanged(shown, true); err != nil {
				return app.Answer{}, err
			}
			err = v.server.app.DecideProposal(ctx, v.actor, id, app.ProposalRuling{
				Verdict: verdict, Reason: sent.Reason.text, Version: p.Version, Base: p.Now, Anew: true, // the tag covers the base
			})
			if err != nil {
				return app.Answer{}, err
			}
			answer, err := v.proposedAnswer(ctx, http.StatusOK, id)
			answer.Location = ""
			return answer, err
		})
	}
}

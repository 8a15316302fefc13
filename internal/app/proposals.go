package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// ProposalView is a proposal with the names around it.
type ProposalView struct {
	tracker.Proposal
	Site    tracker.Dealership // zero for one that is not recorded yet
	Place   tracker.Region     // of the dealership today, or the one it is meant for
	Who     string             // the name of the person it is about; empty for none
	By      string             // the login of who proposed it
	Decider string             // the login of who decided; empty while nobody has
	Risk    Risk               // of the dealership
	Typed   []Label            // what was typed, in the order of the form; a certificate's number is masked
	group   tracker.GroupID
}

// ProposalsQuery asks for proposals: of the whole scope, or what is named.
type ProposalsQuery struct {
	Code    string // of a dealership; empty: any
	StaffNo string // of a person; empty: any
	Regions []tracker.RegionID
	States  []tracker.ProposalState
	Newest  bool // the newest first; else by risk, then what has waited longest
	Page    int
	PerPage int
}

// ProposalPage is one page of a list of proposals.
type ProposalPage struct {
	Rows    []ProposalView
	Total   int
	Page    int
	PerPage int
}

// Proposals gives a page of the proposals that the actor may see: those of the scope; of those about people the ones about
// whom the actor sees whole.
func (a *App) Proposals(ctx context.Context, by tracker.Actor, q ProposalsQuery) (ProposalPage, error) {
	out := ProposalPage{Page: max(q.Page, 1), PerPage: cmp.Or(min(q.PerPage, maxPerPage), defaultPerPage)}
	if err := by.May(tracker.ReviewClaims); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		query := store.ProposalQuery{Scope: by.Scope, Today: a.Today(), Regions: q.Regions, States: q.States, Newest: q.Newest}
		if q.Code != "" {
			site, err := tx.Dealership(by.Scope, q.Code)
			if err != nil {
				return err
			}
			query.Dealership = site.ID
		}
		if q.StaffNo != "" {
			person, _, err := a.seenPerson(tx, by, q.StaffNo)
			if err != nil {
				return err
			}
			query.Person = person.ID
		}
		list, _, err := tx.Proposals(query)
		if err != nil {
			return err
		}
		if list, err = seenProposals(tx, by, list); err != nil {
			return err
		}
		views, err := a.proposalViews(tx, list)
		if !q.Newest {
			slices.SortStableFunc(views, func(v, w ProposalView) int { return int(v.Risk - w.Risk) })
		}
		out.Total = len(views)
		from := min((out.Page-1)*out.PerPage, len(views))
		out.Rows = views[from:min(from+out.PerPage, len(views))]
		return err
	})
	return out, err
}

// seenProposals leaves out proposals about people whom the actor does not see whole.
func seenProposals(tx *store.Tx, by tracker.Actor, list []tracker.Proposal) ([]tracker.Proposal, error) {
	if by.Scope.All {
		return list, nil
	}
	var people []tracker.PersonID
	for _, p := range list {
		if p.Person != 0 && !slices.Contains(people, p.Person) {
			people = append(people, p.Person)
		}
	}
	sights, err := sights(tx, by, people)
	return slices.DeleteFunc(list, func(p tracker.Proposal) bool {
		sight, seen := sights[p.Person]
		return p.Person != 0 && (!seen || !sight.Whole())
	}), err
}

// seenProposal gives one proposal. The fault is NotFound outside what Proposals gives.
func (a *App) seenProposal(tx *store.Tx, by tracker.Actor, id tracker.FactID) (tracker.Proposal, error) {
	p, err := tx.Proposal(store.ProposalQuery{Scope: by.Scope, Today: a.Today(), ID: id})
	if err != nil {
		return p, err
	}
	list, err := seenProposals(tx, by, []tracker.Proposal{p})
	if err == nil && len(list) == 0 {
		err = tracker.Fault(tracker.NotFound, "not_found", "noun", "proposal", "key", id)
	}
	return p, err
}

// proposalViews puts names to proposals, with a few queries for all of them.
func (a *App) proposalViews(tx *store.Tx, list []tracker.Proposal) ([]ProposalView, error) {
	var people []tracker.PersonID
	var sites []tracker.DealershipID
	for _, p := range list {
		people, sites = append(people, p.Person), append(sites, p.Dealership)
	}
	near, err := a.surroundings(tx, people, sites)
	if err != nil {
		return nil, err
	}
	out := make([]ProposalView, len(list))
	for i, p := range list {
		row, known := near.rows[p.Dealership]
		out[i] = ProposalView{
			Proposal: p, Site: row.Dealership, Place: near.directory.Regions[row.Place.Region], Who: near.names[p.Person].Name, By: near.logins[p.ProposedBy],
			Risk: RiskNone, Typed: typedLabels(p.Form), group: row.Place.Group,
		}
		if known {
			out[i].Risk = riskOf(row, a.Today())
		} else {
			out[i].Place = near.directory.Regions[p.Region]
		}
		if p.DecidedAt != 0 {
			out[i].Decider = near.logins[p.DecidedBy]
		}
	}
	return out, nil
}

// ProposalReview is all that a second person needs to decide on a proposal.
type ProposalReview struct {
	ProposalView
	Now     string       // what it would be decided on now; it goes back with the verdict
	Moved   bool         // what it was based on has changed since it was proposed
	Effect  Effect       // what confirming it would change
	Changes []FactChange // of the facts, each before and after
	Against error        // why it cannot be carried out as things are; nil when it can
	Own     bool         // the reader proposed it, and cannot confirm
	Denied  error        // why the reader could not confirm it whatever was proposed; nil when they could
	Others  int          // how many other accounts could confirm it
}

// FactChange is what a change does to one fact, in the fields that people read.
type FactChange struct {
	Kind   string
	Action string // recorded, corrected or voided
	Before []Label
	After  []Label
}

// Proposal gives a proposal with what confirming it would change. Nothing is saved.
func (a *App) Proposal(ctx context.Context, by tracker.Actor, id tracker.FactID) (ProposalReview, error) {
	var out ProposalReview
	if err := by.May(tracker.ReviewClaims); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		p, err := a.seenProposal(tx, by, id)
		if err != nil {
			return err
		}
		views, err := a.proposalViews(tx, []tracker.Proposal{p})
		if err != nil {
			return err
		}
		out = ProposalReview{ProposalView: views[0], Own: p.ProposedBy == by.ID, Denied: by.May(actionOf(p))}
		if out.Now, err = proposalBase(tx, p); err != nil {
			return err
		}
		out.Moved = p.State == tracker.ProposalWaiting && p.Base != out.Now
		out.Others, err = a.confirmers(tx, views[0])
		return err
	})
	if err != nil || out.State != tracker.ProposalWaiting {
		return out, err
	}
	out.Effect, out.Against = carriers()[out.Deed].preview(a, ctx, by, out.Proposal)
	if out.Against != nil {
		return out, ignoreFault(out.Against)
	}
	err = a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out.Changes, err = factChanges(tx, by, out.Effect.Edits)
		return err
	})
	return out, err
}

// factChanges puts edits into the fields that people read.
func factChanges(tx *store.Tx, by tracker.Actor, edits []store.Edit) ([]FactChange, error) {
	reader, err := newHistoryReader(tx, by)
	if err != nil {
		return nil, err
	}
	var facts []tracker.Fact
	for _, e := range edits {
		for _, fact := range []tracker.Fact{e.Before, e.After} {
			if fact != nil {
				facts = append(facts, fact)
			}
		}
	}
	if err := reader.everyPlace(facts); err != nil {
		return nil, err
	}
	var out []FactChange
	for _, e := range edits {
		c := FactChange{Action: store.ActionCorrected}
		switch {
		case e.Before == nil:
			c.Action = store.ActionRecorded
		case e.After == nil || e.After.Version().Restores != "":
			c.Action = store.ActionVoided
		}
		if e.Before != nil {
			c.Kind, c.Before = string(e.Before.Kind()), reader.labels(e.Before)
		}
		if e.After != nil {
			c.Kind, c.After = string(e.After.Kind()), reader.labels(e.After)
			for i, l := range c.After {
				if l.Key == "certificate_no" {
					c.After[i].Value = store.Masked(l.Value)
				}
			}
		}
		if len(c.Before)+len(c.After) > 0 {
			out = append(out, c)
		}
	}
	return out, nil
}

// actionOf gives what a role must allow for who confirms a proposal.
func actionOf(p tracker.Proposal) tracker.Action {
	kinds := strings.Split(p.Kinds, ",")
	switch {
	case p.Deed == tracker.DeedResults || p.Deed == tracker.DeedResultBack:
		return tracker.ManageTraining
	case slices.Contains(kinds, string(tracker.FactDecision)):
		return tracker.Decide
	case slices.ContainsFunc(kinds, func(kind string) bool {
		return kind == string(tracker.FactOperating) || kind == string(tracker.FactAssignment) || kind == string(tracker.FactFranchise)
	}):
		return tracker.MaintainDealerships
	default:
		return tracker.RecordFacts
	}
}

// confirmers counts the accounts, beside who proposed it, that could confirm a proposal.
func (a *App) confirmers(tx *store.Tx, v ProposalView) (int, error) {
	accounts, err := tx.Accounts()
	count := 0
	for _, account := range accounts {
		other := tracker.Actor{ID: account.ID, Role: account.Role, Scope: account.Scope}
		if !account.Disabled && other.MayConfirm(v.Proposal) == nil && other.Can(actionOf(v.Proposal)) &&
			other.Scope.Sees(v.Dealership, v.Place.ID, v.group) {
			count++
		}
	}
	return count, err
}

// The verdicts on a proposal.
const (
	VerdictConfirm  = "confirm"
	VerdictDecline  = "decline"
	VerdictWithdraw = "withdraw" // by who proposed it
)

// ProposalRuling is somebody's verdict on a proposal as it was seen.
type ProposalRuling struct {
	Verdict string
	Reason  string // needed to decline
	Version int    // of the proposal
	Base    string // what it was based on when it was seen; it counts for confirming
	Anew    bool   // it was looked at anew where that has changed since it was proposed
}

// DecideProposal confirms, declines or withdraws a proposal. Confirmed, the deed is carried out in the same transaction,
// recorded by who confirms. The fault is Forbidden for who proposed it or may not do the deed, Stale when the proposal or
// what it is based on has changed since it was seen, Conflict when it was decided already, and Invalid when it cannot be
// as things are.
func (a *App) DecideProposal(ctx context.Context, by tracker.Actor, id tracker.FactID, r ProposalRuling) error {
	if err := by.May(tracker.ReviewClaims); err != nil {
		return err
	}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	r.Reason = clean(fault, "reason", r.Reason, longText)
	if err := fault.FieldFaults(); err != nil {
		return err
	}
	return a.store.Together(ctx, a.writing(ctx, by, tracker.SourceForm), func(ctx context.Context, tx *store.Tx) error {
		p, err := a.seenProposal(tx, by, id)
		if err != nil {
			return err
		}
		if r.Version != p.Version {
			return tracker.Fault(tracker.Stale, "stale", "noun", "proposal", "key", id)
		}
		switch r.Verdict {
		case VerdictConfirm:
			return a.confirm(ctx, tx, by, p, r)
		case VerdictDecline:
			err := by.MayConfirm(p)
			if err == nil {
				err = by.May(actionOf(p))
			}
			if err == nil {
				p, err = p.Declined(by.ID, tx.Moment(), r.Reason)
			}
			if err != nil {
				return err
			}
			return tx.SetProposal(p, store.ActionDeclined)
		case VerdictWithdraw:
			if p, err = p.Withdrawn(by.ID, tx.Moment()); err != nil {
				return err
			}
			return tx.SetProposal(p, store.ActionWithdrawn)
		default:
			return tracker.Fault(tracker.Invalid, "invalid_form").In("verdict", "unknown_verdict", "value", r.Verdict)
		}
	})
}

// confirm carries a proposal out, if it still rests on what was seen.
func (a *App) confirm(ctx context.Context, tx *store.Tx, by tracker.Actor, p tracker.Proposal, r ProposalRuling) error {
	if err := by.MayConfirm(p); err != nil {
		return err
	}
	confirmed, err := p.Confirmed(by.ID, tx.Moment())
	if err != nil {
		return err
	}
	now, err := proposalBase(tx, p)
	switch {
	case err != nil:
		return err
	case r.Base != now:
		return tracker.Fault(tracker.Stale, "proposal_base_changed")
	case p.Base != now && !r.Anew:
		return tracker.Fault(tracker.Invalid, "invalid_form").In("anew", "proposal_moved")
	}
	ctx = context.WithValue(ctx, confirming{}, true)
	if err := carriers()[p.Deed].run(a, ctx, by, p, r.Anew); err != nil {
		return err
	}
	return tx.SetProposal(confirmed, store.ActionConfirmed)
}

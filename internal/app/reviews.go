package app

import (
	"context"
	"slices"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// longestQueue bounds how many waiting claims a queue is sorted from.
const longestQueue = 1000

// Queue is what waits for a reviewer.
type Queue struct {
	Rows  []ClaimView // the greatest risk first, then what has waited longest
	Total int         // that wait; more than Rows only beyond longestQueue
}

// ReviewQueue gives the claims that wait for the actor, those of the regions if any are named.
func (a *App) ReviewQueue(ctx context.Context, by tracker.Actor, regions []tracker.RegionID, kinds []tracker.ClaimKind) (Queue, error) {
	var out Queue
	if err := by.May(tracker.ReviewClaims); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		list, total, err := tx.Claims(store.ClaimQuery{
			Scope: by.Scope, Today: a.Today(), Regions: regions, Kinds: kinds, States: []tracker.ClaimState{tracker.ClaimSubmitted},
			PerPage: longestQueue,
		})
		if err != nil {
			return err
		}
		out.Total = total
		out.Rows, err = a.claimViews(tx, list)
		slices.SortStableFunc(out.Rows, ClaimView.before)
		return err
	})
	return out, err
}

// ReviewView is all that a reviewer needs to decide on a claim.
type ReviewView struct {
	ClaimView
	Base    string            // what it would be decided on now; it goes back with the verdict
	Moved   bool              // what it was based on has changed since it was entered
	Effects []SiteEffect      // what accepting it would change; the claim's own dealership first
	Against error             // why it cannot be accepted as things are; nil when it can
	Person  tracker.Person    // as recorded; zero when nobody has the staff number
	Jobs    []EmploymentAt    // where the person works or worked, for who sees it all
	Held    []tracker.Clock   // the person's certificates
	Module  tracker.Module    // as recorded
	Stands  []tracker.Concern // against the certificate; accepting it confirms that it is true nevertheless
	Own     bool              // the reviewer entered it, and cannot decide
}

// EmploymentAt is an employment with its dealership.
type EmploymentAt struct {
	tracker.Employment
	Site tracker.Dealership
}

// ReviewClaim gives a claim with what accepting it would change. Nothing is saved.
func (a *App) ReviewClaim(ctx context.Context, by tracker.Actor, id tracker.FactID) (ReviewView, error) {
	var out ReviewView
	if err := by.May(tracker.ReviewClaims); err != nil {
		return out, err
	}
	err := a.try(ctx, by, tracker.SourceClaim, func(tx *store.Tx) error {
		c, g, err := a.underReview(tx, by, id)
		if err != nil {
			return err
		}
		views, err := a.claimViews(tx, []tracker.Claim{c})
		if err != nil {
			return err
		}
		out = ReviewView{ClaimView: views[0], Base: g.base(), Person: g.person, Module: g.module, Own: c.EnteredBy == by.ID}
		out.Moved = c.State == tracker.ClaimSubmitted && c.Base != out.Base
		if err := out.fill(tx, by, g, a.Today()); err != nil || c.State != tracker.ClaimSubmitted {
			return err
		}
		if out.Against = g.admit(c, by); out.Against != nil {
			return ignoreFault(out.Against)
		}
		number, err := tx.ClaimedNumber(c.ID)
		if err != nil {
			return err
		}
		if out.Stands, err = g.concerns(tx, c, number); err != nil {
			return err
		}
		out.Effects, err = effects(tx, g.seenSites(by), func() error {
			_, err := g.carryOut(tx, c, number)
			return err
		})
		if err != nil {
			out.Against = err
		}
		return ignoreFault(err)
	})
	return out, err
}

// ignoreFault lets a fault that a reader is told stand in the answer; anything else is an error.
func ignoreFault(err error) error {
	if tracker.KindOf(err) == tracker.Internal {
		return err
	}
	return nil
}

// underReview loads a claim and what is recorded around it.
func (a *App) underReview(tx *store.Tx, by tracker.Actor, id tracker.FactID) (tracker.Claim, ground, error) {
	c, err := tx.Claim(store.ClaimQuery{Scope: by.Scope, Today: a.Today(), ID: id})
	if err != nil {
		return c, ground{}, err
	}
	site, err := tx.DealershipByID(c.Dealership)
	if err != nil {
		return c, ground{}, err
	}
	g, err := survey(tx, site, c, a.Today())
	return c, g, err
}

// fill adds what is recorded about the person; who does not see the whole network sees what is at the dealership.
func (v *ReviewView) fill(tx *store.Tx, by tracker.Actor, g ground, today tracker.Date) error {
	if !g.known {
		return nil
	}
	rules, err := tx.Rules()
	if err != nil {
		return err
	}
	if v.Kind.Arrives() && g.elsewhere() && !by.Scope.All {
		v.Person = tracker.Person{}
		return nil
	}
	v.Held = current(g.life.Clocks(rules, today))
	for _, e := range g.life.Employments {
		if e.Dealership != g.site.ID && !by.Scope.All {
			continue
		}
		site, err := tx.DealershipByID(e.Dealership)
		if err != nil {
			return err
		}
		v.Jobs = append(v.Jobs, EmploymentAt{e, site})
	}
	slices.SortFunc(v.Jobs, func(x, y EmploymentAt) int { return int(x.From - y.From) })
	return nil
}

// admit holds a claim against what is recorded now. Where the person works elsewhere by now, only who sees the whole
// network can accept.
func (g *ground) admit(c tracker.Claim, by tracker.Actor) error {
	switch {
	case c.Kind.Arrives() && g.elsewhere() && !by.Scope.All:
		return tracker.Fault(tracker.Forbidden, "headquarters_decides")
	case c.Kind == tracker.ClaimStays && g.elsewhere():
		return tracker.Fault(tracker.Conflict, "works_elsewhere")
	}
	if c.Kind == tracker.ClaimJoiner && g.elsewhere() {
		c.Kind = tracker.ClaimTransfer
	}
	return g.check(c)
}

// seenSites gives the dealerships of which the effect may be told.
func (g ground) seenSites(by tracker.Actor) []tracker.DealershipID {
	if by.Scope.All {
		return g.sites()
	}
	return []tracker.DealershipID{g.site.ID}
}

// Ruling is a reviewer's verdict on a claim as it was seen.
type Ruling struct {
	Verdict string // accept, return or reject
	Reason  string // needed to return or reject
	Version int    // of the claim
	Base    string // what it was based on when it was seen; it counts for acceptance
	Anew    bool   // it was looked at anew where that has changed since it was entered; it counts for acceptance
}

// DecideClaim accepts, returns or rejects a claim. Accepted, it becomes a fact in the same transaction. The fault is
// Forbidden for who entered it, Stale when the claim or what it is based on has changed since it was seen, Conflict when
// it was decided already, and Invalid when it cannot be as things are.
func (a *App) DecideClaim(ctx context.Context, by tracker.Actor, id tracker.FactID, r Ruling) error {
	if err := by.May(tracker.ReviewClaims); err != nil {
		return err
	}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	r.Reason = clean(fault, "reason", strings.TrimSpace(r.Reason), longText)
	if err := fault.FieldFaults(); err != nil {
		return err
	}
	return a.write(ctx, by, tracker.SourceClaim, func(tx *store.Tx) error {
		c, g, err := a.underReview(tx, by, id)
		if err != nil {
			return err
		}
		if err := by.MayReview(c); err != nil {
			return err
		}
		if r.Version != c.Version {
			return tracker.Fault(tracker.Stale, "stale", "noun", "claim", "key", id)
		}
		decided, err := c.Decided(tracker.Verdict(r.Verdict), by.ID, tx.Moment(), r.Reason)
		if err != nil {
			return err
		}
		if decided.State == tracker.ClaimAccepted {
			if err := acceptClaim(tx, by, g, &decided, r); err != nil {
				return err
			}
		}
		return tx.SetClaim(decided, verdictActions[tracker.Verdict(r.Verdict)])
	})
}

// verdictActions names the verdicts in the log of changes.
var verdictActions = map[tracker.Verdict]string{
	tracker.VerdictAccept: store.ActionAccepted, tracker.VerdictReturn: store.ActionReturned, tracker.VerdictReject: store.ActionRejected,
}

// acceptClaim makes a fact of a claim, if it still rests on what the reviewer saw.
func acceptClaim(tx *store.Tx, by tracker.Actor, g ground, c *tracker.Claim, r Ruling) error {
	switch {
	case r.Base != g.base():
		return tracker.Fault(tracker.Stale, "claim_base_changed")
	case c.Base != r.Base && !r.Anew:
		return tracker.Fault(tracker.Invalid, "invalid_form").In("anew", "claim_moved")
	}
	if err := g.admit(*c, by); err != nil {
		return err
	}
	number, err := tx.ClaimedNumber(c.ID)
	if err != nil {
		return err
	}
	if c.Fact, err = g.carryOut(tx, *c, number); err != nil {
		return err
	}
	if c.StaffNo != "" && c.Person == 0 {
		person, err := tx.PersonByStaffNo(c.StaffNo)
		if err != nil {
			return err
		}
		c.Person = person.ID
	}
	c.Base = r.Base
	return nil
}

package app

import (
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// ClaimView is a claim with the names around it.
type ClaimView struct {
	tracker.Claim
	Site    tracker.Dealership
	Region  tracker.Region // of the dealership today
	Who     string         // the name of the person it is about; empty for a module
	By      string         // the login of who entered it
	Decider string         // the login of who decided; empty while nobody has, and for what counts at once
	Risk    Risk           // of the dealership; only in a reviewer's queue
}

// Risk says how much hangs on a dealership today, the most first.
type Risk int

// The risks.
const (
	RiskBreach Risk = iota // a light is red
	RiskSoon               // something is lost within 30 days
	RiskGrace              // a light is amber
	RiskNone
)

// soon is how many days ahead a loss makes a claim urgent.
const soon = 30

// PreviewClaim gives what a claim would change at its dealership. Nothing is saved. Of somebody who comes, or comes back,
// nothing is told: the effect would follow from what the person did and earned elsewhere. Faults are those of SubmitClaim.
func (a *App) PreviewClaim(ctx context.Context, by tracker.Actor, code string, f ClaimForm) (effect Effect, err error) {
	if err := by.May(tracker.SubmitClaims); err != nil {
		return effect, err
	}
	err = a.try(ctx, by, tracker.SourceClaim, func(tx *store.Tx) error {
		c, g, err := a.prepare(tx, by, code, f, "")
		if err != nil {
			return err
		}
		if c.Kind.Arrives() {
			return nil
		}
		list, err := effects(tx, []tracker.DealershipID{g.site.ID}, func() error {
			_, err := g.carryOut(tx, c, f.Certificate)
			return err
		})
		if err == nil {
			effect = list[0].Effect
			// Whether somebody else has the number is for the reviewer to know.
			effect.Concerns, err = g.concerns(tx, c, "")
		}
		return err
	})
	return effect, err
}

// SubmitClaim takes in what a dealership reports: a leaver and a plan count at once, anything else waits for a reviewer.
// The fault is Invalid with fields, and Conflict when the same is waiting already.
func (a *App) SubmitClaim(ctx context.Context, by tracker.Actor, code string, f ClaimForm) (tracker.Claim, error) {
	var out tracker.Claim
	if err := by.May(tracker.SubmitClaims); err != nil {
		return out, err
	}
	err := a.write(ctx, by, tracker.SourceClaim, func(tx *store.Tx) error {
		c, g, err := a.prepare(tx, by, code, f, "")
		if err != nil {
			return err
		}
		c.State = tracker.ClaimSubmitted
		if c.Kind.AtOnce() {
			c.State, c.DecidedAt = tracker.ClaimAccepted, tx.Moment()
			if c.Fact, err = g.carryOut(tx, c, ""); err != nil {
				return err
			}
		}
		out, err = tx.AddClaim(c)
		return err
	})
	return out, err
}

// ResubmitClaim takes in what a dealership has mended in a claim that was returned, or that still waits. The fault is
// Stale when another step came first, and Conflict when the claim has been decided.
func (a *App) ResubmitClaim(ctx context.Context, by tracker.Actor, id tracker.FactID, version int, f ClaimForm) error {
	return a.ownClaim(ctx, by, id, version, func(tx *store.Tx, present tracker.Claim) error {
		site, err := tx.DealershipByID(present.Dealership)
		if err != nil {
			return err
		}
		c, _, err := a.prepare(tx, by, site.Code, f, id)
		if err != nil {
			return err
		}
		if c.Kind.AtOnce() {
			return tracker.Fault(tracker.Conflict, "claim_decided", "claim_state", string(present.State))
		}
		if c, err = present.Resubmitted(c); err != nil {
			return err
		}
		return tx.SetClaim(c, store.ActionSubmitted)
	})
}

// WithdrawClaim takes a claim back that nobody has decided. Faults are those of ResubmitClaim.
func (a *App) WithdrawClaim(ctx context.Context, by tracker.Actor, id tracker.FactID, version int) error {
	return a.ownClaim(ctx, by, id, version, func(tx *store.Tx, present tracker.Claim) error {
		c, err := present.Withdrawn()
		if err != nil {
			return err
		}
		return tx.SetClaim(c, store.ActionWithdrawn)
	})
}

// ownClaim does something with a claim of the actor's own dealership, as it was when the actor saw it.
func (a *App) ownClaim(ctx context.Context, by tracker.Actor, id tracker.FactID, version int, do func(*store.Tx, tracker.Claim) error) error {
	if err := by.May(tracker.SubmitClaims); err != nil {
		return err
	}
	return a.write(ctx, by, tracker.SourceClaim, func(tx *store.Tx) error {
		present, err := tx.Claim(store.ClaimQuery{Scope: by.Scope, Today: a.Today(), Own: true, ID: id})
		if err != nil {
			return err
		}
		if version != present.Version {
			return tracker.Fault(tracker.Stale, "stale", "noun", "claim", "key", id)
		}
		return do(tx, present)
	})
}

// prepare reads a claim and holds it against what is recorded; a claim with the id is mended, not repeated.
func (a *App) prepare(tx *store.Tx, by tracker.Actor, code string, f ClaimForm, mended tracker.FactID) (tracker.Claim, ground, error) {
	site, err := tx.Dealership(by.Scope, code)
	if err != nil {
		return tracker.Claim{}, ground{}, err
	}
	rules, err := tx.Rules()
	if err != nil {
		return tracker.Claim{}, ground{}, err
	}
	c, err := f.claim(rules, a.Today())
	if err != nil {
		return c, ground{}, err
	}
	g, err := survey(tx, site, c, a.Today())
	if err != nil {
		return c, g, err
	}
	c.Dealership, c.Base = site.ID, g.base()
	if c.Kind == tracker.ClaimJoiner && g.elsewhere() {
		c.Kind = tracker.ClaimTransfer // who it is stays with headquarters: the claim names nobody
	} else {
		c.Person = g.person.ID
	}
	if err := g.check(c); err != nil {
		return c, g, err
	}
	return c, g, refuseRepeated(tx, c, mended)
}

// refuseRepeated refuses a claim that waits already.
func refuseRepeated(tx *store.Tx, c tracker.Claim, mended tracker.FactID) error {
	waiting, _, err := tx.Claims(store.ClaimQuery{
		Scope: tracker.Scope{All: true}, Dealership: c.Dealership, States: []tracker.ClaimState{tracker.ClaimSubmitted, tracker.ClaimReturned},
	})
	same := func(k tracker.ClaimKind) tracker.ClaimKind {
		if k == tracker.ClaimTransfer {
			return tracker.ClaimJoiner
		}
		return k
	}
	for _, w := range waiting {
		if w.ID != mended && same(w.Kind) == same(c.Kind) && w.StaffNo == c.StaffNo && w.Module == c.Module &&
			w.Type == c.Type && w.Generation == c.Generation {
			return tracker.Fault(tracker.Conflict, "claim_waiting")
		}
	}
	return err
}

// ClaimsQuery asks for claims: of the whole scope, or what is named.
type ClaimsQuery struct {
	Code    string // of a dealership; empty: all in the scope
	Regions []tracker.RegionID
	Kinds   []tracker.ClaimKind
	States  []tracker.ClaimState
	Newest  bool
	Page    int
	PerPage int
}

// ClaimPage is one page of a list of claims.
type ClaimPage struct {
	Rows    []ClaimView
	Total   int
	Page    int
	PerPage int
}

// seesClaims gives nil for who may see claims: dealerships their own, reviewers those of their scope.
func seesClaims(by tracker.Actor) error {
	if by.Can(tracker.SubmitClaims) {
		return nil
	}
	return by.May(tracker.ReviewClaims)
}

// Claims gives a page of claims. A dealership sees its own; a reviewer those of the scope, transfers only with the whole
// network.
func (a *App) Claims(ctx context.Context, by tracker.Actor, q ClaimsQuery) (ClaimPage, error) {
	out := ClaimPage{Page: max(q.Page, 1), PerPage: min(q.PerPage, maxPerPage)}
	if err := seesClaims(by); err != nil {
		return out, err
	}
	if out.PerPage <= 0 {
		out.PerPage = defaultPerPage
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		query := store.ClaimQuery{
			Scope: by.Scope, Today: a.Today(), Own: by.Can(tracker.SubmitClaims), Regions: q.Regions, Kinds: q.Kinds, States: q.States,
			Newest: q.Newest, Page: out.Page, PerPage: out.PerPage,
		}
		if q.Code != "" {
			site, err := tx.Dealership(by.Scope, q.Code)
			if err != nil {
				return err
			}
			query.Dealership = site.ID
		}
		list, total, err := tx.Claims(query)
		if err != nil {
			return err
		}
		out.Total = total
		out.Rows, err = a.claimViews(tx, list)
		return err
	})
	return out, err
}

// Claim gives one claim. The fault is NotFound outside what Claims gives.
func (a *App) Claim(ctx context.Context, by tracker.Actor, id tracker.FactID) (ClaimView, error) {
	var out ClaimView
	if err := seesClaims(by); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		c, err := tx.Claim(store.ClaimQuery{Scope: by.Scope, Today: a.Today(), Own: by.Can(tracker.SubmitClaims), ID: id})
		if err != nil {
			return err
		}
		list, err := a.claimViews(tx, []tracker.Claim{c})
		if err == nil {
			out = list[0]
		}
		return err
	})
	return out, err
}

// claimViews puts names to claims, with a few queries for all of them.
func (a *App) claimViews(tx *store.Tx, list []tracker.Claim) ([]ClaimView, error) {
	var people []tracker.PersonID
	var sites []tracker.DealershipID
	for _, c := range list {
		if c.Person != 0 {
			people = append(people, c.Person)
		}
		sites = append(sites, c.Dealership)
	}
	near, err := a.surroundings(tx, people, sites)
	if err != nil {
		return nil, err
	}
	out := make([]ClaimView, len(list))
	for i, c := range list {
		row := near.rows[c.Dealership]
		out[i] = ClaimView{Claim: c, Site: row.Dealership, Region: near.directory.Regions[row.Place.Region], Who: c.Name, By: near.logins[c.EnteredBy], Risk: riskOf(row, a.Today())}
		if name := near.names[c.Person].Name; name != "" {
			out[i].Who = name
		}
		if c.DecidedBy != 0 {
			out[i].Decider = near.logins[c.DecidedBy]
		}
	}
	return out, nil
}

// surroundings is what stands around reports and proposals: names of people, logins, regions, and the dealerships.
type surroundings struct {
	names     map[tracker.PersonID]tracker.Person
	logins    map[tracker.AccountID]string
	directory Directory
	rows      map[tracker.DealershipID]store.DealershipRow
}

// surroundings loads it for some people and dealerships, with a few queries for all of them.
func (a *App) surroundings(tx *store.Tx, people []tracker.PersonID, sites []tracker.DealershipID) (out surroundings, err error) {
	if out.names, err = tx.Persons(people); err != nil {
		return out, err
	}
	if out.logins, err = tx.Logins(); err != nil {
		return out, err
	}
	if out.directory, err = loadDirectory(tx); err != nil {
		return out, err
	}
	out.rows, err = a.siteRows(tx, sites)
	return out, err
}

// siteRows gives dealerships as they stand today.
func (a *App) siteRows(tx *store.Tx, ids []tracker.DealershipID) (map[tracker.DealershipID]store.DealershipRow, error) {
	out := map[tracker.DealershipID]store.DealershipRow{}
	if len(ids) == 0 {
		return out, nil
	}
	rows, err := tx.Dealerships(store.DealershipQuery{
		Scope: tracker.Scope{Dealerships: ids}, Today: a.Today(), On: a.Today(), NotOperating: true,
	})
	for _, row := range rows {
		out[row.ID] = row
	}
	return out, err
}

// riskOf says how much hangs on a dealership.
func riskOf(row store.DealershipRow, today tracker.Date) Risk {
	worst := tracker.Healthy
	for _, s := range row.Standings {
		worst = worst.Worse(s.Health())
	}
	switch {
	case worst == tracker.InBreach:
		return RiskBreach
	case row.NextLoss != nil && row.NextLoss.After.From <= today.Add(soon):
		return RiskSoon
	case worst == tracker.AtRisk:
		return RiskGrace
	default:
		return RiskNone
	}
}

// before orders a reviewer's queue: the greatest risk first, then what has waited longest.
func (v ClaimView) before(w ClaimView) int {
	switch {
	case v.Risk != w.Risk:
		return int(v.Risk - w.Risk)
	case v.EnteredAt != w.EnteredAt:
		return int(min(max(v.EnteredAt-w.EnteredAt, -1), 1))
	default:
		return slices.Compare([]byte(v.ID), []byte(w.ID))
	}
}

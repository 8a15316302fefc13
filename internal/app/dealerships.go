package app

import (
	"context"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// pageSizes of lists, CONTRACT.md "Query parameters".
const (
	defaultPerPage = 50
	maxPerPage     = 200
)

// DealershipPage is one page of a list of dealerships.
type DealershipPage struct {
	Rows    []store.DealershipRow
	Total   int // that match
	OfScope int // that the actor sees at all on the day
	Page    int
	PerPage int
}

// Dealerships gives a page of the dealerships that match, within what the actor sees.
func (a *App) Dealerships(ctx context.Context, by tracker.Actor, q store.DealershipQuery) (DealershipPage, error) {
	var out DealershipPage
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	q.Scope, q.Today = by.Scope, a.Today()
	q.Page, q.PerPage = max(q.Page, 1), min(q.PerPage, maxPerPage)
	if q.PerPage <= 0 {
		q.PerPage = defaultPerPage
	}
	out.Page, out.PerPage = q.Page, q.PerPage
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		var err error
		if out.Total, err = tx.CountDealerships(q); err != nil {
			return err
		}
		seen, err := a.tally(tx, by, SummaryQuery{On: q.On})
		if err != nil {
			return err
		}
		out.OfScope = seen.block(q.On, func(tracker.RegionID) bool { return true }).Active
		out.Rows, err = tx.Dealerships(q)
		return err
	})
	return out, err
}

// Facets gives the provinces and cities of the dealerships that the actor sees on a day.
func (a *App) Facets(ctx context.Context, by tracker.Actor, on tracker.Date) (store.Facets, error) {
	var out store.Facets
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.Facets(store.DealershipQuery{Scope: by.Scope, Today: a.Today(), On: on})
		return err
	})
	return out, err
}

// TimelineRow is a standing with what brought it about.
type TimelineRow struct {
	tracker.Standing
	Causes []tracker.Cause                     // empty for the first
	People map[tracker.PersonID]tracker.Person // whom the causes name, for who may see people
}

// DealershipTimeline gives all standings of a dealership in a programme, from the open past to the open future.
func (a *App) DealershipTimeline(ctx context.Context, by tracker.Actor, code string, programme tracker.ProgrammeCode) ([]TimelineRow, error) {
	if err := by.May(tracker.SeeDealerships); err != nil {
		return nil, err
	}
	var out []TimelineRow
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		dealership, err := tx.Dealership(by.Scope, code)
		if err != nil {
			return err
		}
		rules, history, err := judgedRecord(tx, dealership.ID)
		if err != nil {
			return err
		}
		causes := map[tracker.Date][]tracker.Cause{}
		for _, c := range withLaw(history, rules, history.Changes(rules, programme, tracker.Period{}, true)) {
			causes[c.On] = c.Causes
		}
		for _, s := range history.Timeline(rules).Of(programme) {
			people, err := namesFor(tx, by, causes[s.From])
			if err != nil {
				return err
			}
			out = append(out, TimelineRow{s, causes[s.From], people})
		}
		if len(out) == 0 {
			return tracker.Fault(tracker.NotFound, "no_programme", "programme", string(programme))
		}
		return nil
	})
	return out, err
}

// Rulebook gives the standards that are published.
func (a *App) Rulebook(ctx context.Context) (tracker.Rulebook, error) {
	var out tracker.Rulebook
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.Rules()
		return err
	})
	return out, err
}

package app

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// ProgrammeSummary is a programme on a day: which version is in force, which come and which have been, and how many
// dealerships are in which state.
type ProgrammeSummary struct {
	tracker.Standard // the version in force; before the first of them, that one
	InForce          bool
	Coming           []tracker.Standard // soonest first
	Past             []tracker.Standard // latest first
	States           []StateCount       // in the order of a life; empty for who sees no figures
	Active           int
	AtRisk           int // by the programme's own light
	InBreach         int
}

// StateCount is how many operating dealerships are in a state.
type StateCount struct {
	State tracker.State
	Count int
}

// Programmes gives every programme on a day, within what the actor sees.
func (a *App) Programmes(ctx context.Context, by tracker.Actor, on tracker.Date) ([]ProgrammeSummary, error) {
	var out []ProgrammeSummary
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		rules, err := tx.Rules()
		if err != nil {
			return err
		}
		var figures *tally
		if by.Can(tracker.SeeFigures) {
			if figures, err = a.tally(tx, by, SummaryQuery{On: on}); err != nil {
				return err
			}
		}
		for _, code := range rules.Programmes() {
			p := summarised(rules.Versions(code), on)
			if figures != nil {
				p.count(figures, on)
			}
			out = append(out, p)
		}
		return nil
	})
	return out, err
}

// summarised sorts the versions of a programme by a day.
func summarised(versions []tracker.Standard, on tracker.Date) ProgrammeSummary {
	p := ProgrammeSummary{Standard: versions[0]}
	for _, s := range versions {
		switch {
		case s.EffectiveOn > on:
			p.Coming = append(p.Coming, s)
		case p.InForce:
			p.Past = append([]tracker.Standard{p.Standard}, p.Past...)
			p.Standard = s
		default:
			p.Standard, p.InForce = s, true
		}
	}
	if !p.InForce {
		p.Coming = p.Coming[1:]
	}
	return p
}

// count fills in how many dealerships are in which state.
func (p *ProgrammeSummary) count(figures *tally, on tracker.Date) {
	states := map[tracker.State]int{}
	for key, s := range figures.standings {
		if key.programme != p.Programme || key.state == tracker.NotOperating {
			continue
		}
		n, light := s.at(on), key.brand
		if p.Kind == tracker.KindLaw {
			light = key.law
		}
		states[key.state] += n
		p.Active += n
		switch light {
		case tracker.AtRisk:
			p.AtRisk += n
		case tracker.InBreach:
			p.InBreach += n
		}
	}
	rank := slices.Concat(tracker.CertificationStates, tracker.ProjectStates)
	for _, state := range slices.SortedFunc(maps.Keys(states), func(x, y tracker.State) int {
		return cmp.Or(cmp.Compare(slices.Index(rank, x), slices.Index(rank, y)), cmp.Compare(x, y))
	}) {
		if states[state] > 0 {
			p.States = append(p.States, StateCount{state, states[state]})
		}
	}
}

// Failing gives how many operating dealerships fail each requirement of a programme on a day, by code, within what the
// actor sees.
func (a *App) Failing(ctx context.Context, by tracker.Actor, programme tracker.ProgrammeCode, on tracker.Date) (map[string]int, error) {
	if err := by.May(tracker.SeeFigures); err != nil {
		return nil, err
	}
	var out map[string]int
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.Failing(store.DealershipQuery{Scope: by.Scope, Today: a.Today(), On: on, Programme: programme})
		return err
	})
	return out, err
}

package app

import (
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// personGround is what a change of a person's facts is decided on.
type personGround struct {
	tx      *store.Tx
	by      tracker.Actor
	person  tracker.Person
	history tracker.PersonHistory
	inScope map[tracker.DealershipID]bool // of the dealerships of the history
	today   tracker.Date
}

// personEdit says what a change would do: at which dealerships beside those of the history, and how. Faults that can be
// found by looking are found before.
type personEdit func(g personGround) (also []tracker.DealershipID, do func() error, err error)

// previewPerson gives what an edit would change at all dealerships that it touches. Nothing is saved.
func (a *App) previewPerson(ctx context.Context, by tracker.Actor, staffNo string, change personEdit) (Effect, error) {
	var effect Effect
	if err := by.May(tracker.RecordFacts); err != nil {
		return effect, err
	}
	err := a.try(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		before := len(tx.Edits())
		g, err := a.editedPerson(tx, by, staffNo)
		if err == nil {
			effect, err = a.applyPerson(g, change)
		}
		if err != nil {
			return err
		}
		return effect.look(tx, tx.Edits()[before:], by, tracker.RecordFacts)
	})
	return effect, err
}

// savePerson carries an edit out. What needs a second person becomes a proposal: the error is then *Waits.
func (a *App) savePerson(ctx context.Context, by tracker.Actor, d deed, change personEdit) error {
	d.action = tracker.RecordFacts
	return a.carryOut(ctx, by, d, func(tx *store.Tx) error {
		g, err := a.editedPerson(tx, by, d.of)
		if err != nil {
			return err
		}
		_, do, err := change(g)
		if err != nil {
			return err
		}
		return do()
	})
}

// editedPerson loads a person whom the actor may change. The fault is NotFound for who may not be seen, and Forbidden for
// who has left the actor's dealerships: where they are now is for headquarters to know.
func (a *App) editedPerson(tx *store.Tx, by tracker.Actor, staffNo string) (personGround, error) {
	person, sight, err := a.seenPerson(tx, by, staffNo)
	if err != nil {
		return personGround{}, err
	}
	if !sight.Whole() {
		return personGround{}, tracker.Fault(tracker.Forbidden, "headquarters_decides")
	}
	g := personGround{tx: tx, by: by, person: person, history: sight.PersonHistory, today: a.Today()}
	g.inScope, err = tx.SeenAmong(by.Scope, a.Today(), g.sites(nil))
	return g, err
}

// sites gives the dealerships of a person's history, and others.
func (g personGround) sites(also []tracker.DealershipID) []tracker.DealershipID {
	out := slices.Clone(also)
	for _, e := range g.history.Employments {
		out = append(out, e.Dealership)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// applyPerson carries an edit out and gives what it does at each dealership in the scope.
func (a *App) applyPerson(g personGround, change personEdit) (Effect, error) {
	also, do, err := change(g)
	if err != nil {
		return Effect{}, err
	}
	sites := g.sites(also)
	list, err := effects(g.tx, sites, do)
	if err != nil {
		return Effect{}, err
	}
	seen, err := g.tx.SeenAmong(g.by.Scope, a.Today(), sites)
	return together(list, seen), err
}

// together makes one effect of those at several dealerships; what happens outside the scope is only hinted at.
func together(list []SiteEffect, seen map[tracker.DealershipID]bool) Effect {
	out := Effect{Places: map[tracker.DealershipID]tracker.Dealership{}}
	for _, site := range list {
		if !seen[site.Dealership.ID] {
			out.Elsewhere = out.Elsewhere || len(site.Differences) > 0 || len(site.Rights) > 0
			continue
		}
		out.Places[site.Dealership.ID] = site.Dealership
		out.Differences = append(out.Differences, site.Differences...)
		out.Rights = append(out.Rights, site.Rights...)
		out.Skipped = append(out.Skipped, site.Skipped...)
	}
	return out
}

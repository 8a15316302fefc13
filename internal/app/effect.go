package app

import (
	"context"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// Effect says what a change does to standings, before or after it is saved.
type Effect struct {
	Differences []tracker.Difference
	Rights      []tracker.RightDifference
	Skipped     []tracker.Skipped // decisions that the states would newly not allow; they need a confirmation
	// Places names the dealerships of the differences where several can be touched; nil where a form is about one.
	Places    map[tracker.DealershipID]tracker.Dealership
	Concerns  []tracker.Concern // what stands against a certificate
	Elsewhere bool              // dealerships outside the actor's scope change as well
	Edits     []store.Edit
	Second    Second // whether it needs a second person
}

// edit is a change of one dealership's facts within a transaction.
type edit func(tx *store.Tx, dealership tracker.Dealership, history tracker.History) error

// preview gives what an edit would change. Nothing is saved.
func (a *App) preview(ctx context.Context, by tracker.Actor, action tracker.Action, code string, change edit) (Effect, error) {
	var effect Effect
	if err := mayEnter(by, action); err != nil {
		return effect, err
	}
	err := a.try(ctx, by, tracker.SourceForm, func(tx *store.Tx) (err error) {
		before := len(tx.Edits())
		effect, err = apply(tx, by, code, change)
		if err != nil {
			return err
		}
		return effect.look(tx, tx.Edits()[before:], by, action)
	})
	return effect, err
}

// look notes what was edited, and whether that needs a second person.
func (e *Effect) look(tx *store.Tx, edits []store.Edit, by tracker.Actor, action tracker.Action) error {
	rules, err := tx.Rules()
	e.Edits, e.Second = edits, secondFor(by, action, rules, edits, tx.Today())
	return err
}

// save carries an edit out. Where later decisions would become skipped it asks for a confirmation first. What needs a
// second person becomes a proposal: the error is then *Waits.
func (a *App) save(ctx context.Context, by tracker.Actor, d deed, confirmed bool, change edit) error {
	return a.carryOut(ctx, by, d, func(tx *store.Tx) error {
		effect, err := apply(tx, by, d.of, change)
		if err != nil {
			return err
		}
		if len(effect.Skipped) > 0 && !confirmed {
			return tracker.Fault(tracker.Invalid, "confirm_skipped", "count", len(effect.Skipped)).
				In("confirm", "confirm_skipped", "count", len(effect.Skipped))
		}
		return nil
	})
}

// apply loads the dealership within the actor's scope, carries the edit out and compares the timelines.
func apply(tx *store.Tx, by tracker.Actor, code string, change edit) (Effect, error) {
	dealership, err := tx.Dealership(by.Scope, code)
	if err != nil {
		return Effect{}, err
	}
	rules, before, err := judgedRecord(tx, dealership.ID)
	if err != nil {
		return Effect{}, err
	}
	if err := change(tx, dealership, before); err != nil {
		return Effect{}, err
	}
	after, err := tx.History(dealership.ID, 0)
	if err != nil {
		return Effect{}, err
	}
	was, is := before.Timeline(rules), after.Timeline(rules)
	return effectOf(was, is), nil
}

// judgedRecord gives the rules, and all that is recorded of a dealership.
func judgedRecord(tx *store.Tx, id tracker.DealershipID) (tracker.Rulebook, tracker.History, error) {
	rules, err := tx.Rules()
	if err != nil {
		return rules, tracker.History{}, err
	}
	history, err := tx.History(id, 0)
	return rules, history, err
}

// effectOf gives what differs between two timelines of a dealership.
func effectOf(was, is tracker.Timeline) Effect {
	return Effect{
		Differences: tracker.Differences(was, is), Rights: tracker.RightDifferences(was, is),
		Skipped: newlySkipped(was.Skipped, is.Skipped),
	}
}

// newlySkipped gives the decisions that are skipped after a change and were not before it.
func newlySkipped(before, after []tracker.Skipped) []tracker.Skipped {
	known := map[tracker.FactID]bool{}
	for _, s := range before {
		known[s.Decision.Chain] = true
	}
	var out []tracker.Skipped
	for _, s := range after {
		if !known[s.Decision.Chain] {
			out = append(out, s)
		}
	}
	return out
}

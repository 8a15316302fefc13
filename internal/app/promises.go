package app

import (
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// PromiseForm is a promise as typed into a form.
type PromiseForm struct {
	Programme  string
	LostOn     string // the day of the loss that it is about
	PromisedOn string
	Note       string
}

// PromiseView is a promise as its readers see it.
type PromiseView struct {
	tracker.Promise
	Code   string // of the dealership
	By     string // the login of who made it
	DoneBy string
	Late   bool
}

// promises knows what was promised about dealerships.
type promises struct {
	by     map[tracker.DealershipID][]tracker.Promise
	logins map[tracker.AccountID]string
	today  tracker.Date
	people bool // the reader may see what people wrote
}

func loadPromises(tx *store.Tx, by tracker.Actor, ids []tracker.DealershipID) (promises, error) {
	out := promises{today: tx.Today(), people: by.Can(tracker.SeePeople)}
	var err error
	if out.by, err = tx.Promises(ids); err != nil {
		return out, err
	}
	out.logins, err = tx.Logins()
	return out, err
}

// view gives promises as the reader may see them: without personal data only the days and whether they were kept.
func (p promises) view(d tracker.Dealership, wanted func(tracker.Promise) bool) []PromiseView {
	var out []PromiseView
	for _, promise := range p.by[d.ID] {
		if !wanted(promise) {
			continue
		}
		view := PromiseView{Promise: promise, Code: d.Code, By: p.logins[promise.MadeBy], Late: promise.Late(p.today)}
		if promise.Done() {
			view.DoneBy = p.logins[promise.DoneBy]
		}
		if !p.people {
			view.Note, view.By, view.DoneBy = "", "", ""
		}
		out = append(out, view)
	}
	return out
}

// about gives the promises about one loss.
func (p promises) about(d tracker.Dealership, change tracker.Change) []PromiseView {
	return p.view(d, func(promise tracker.Promise) bool {
		return promise.Programme == change.After.Programme && promise.LostOn == change.On
	})
}

// Promises gives what was promised about a dealership, the open promises first.
func (a *App) Promises(ctx context.Context, by tracker.Actor, code string) ([]PromiseView, error) {
	var out []PromiseView
	if err := by.May(tracker.SeeDealerships); err != nil {
		return nil, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		dealership, err := tx.Dealership(by.Scope, code)
		if err != nil {
			return err
		}
		known, err := loadPromises(tx, by, []tracker.DealershipID{dealership.ID})
		out = known.view(dealership, func(tracker.Promise) bool { return true })
		return err
	})
	return out, err
}

// MakePromise notes that a loss which is coming will be averted by a day.
func (a *App) MakePromise(ctx context.Context, by tracker.Actor, code string, f PromiseForm) error {
	return a.keepContact(ctx, by, code, func(tx *store.Tx, at tracker.DealershipID) error {
		fault := tracker.Fault(tracker.Invalid, "invalid_form")
		p := tracker.Promise{
			Dealership: at, Programme: tracker.ProgrammeCode(f.Programme), LostOn: day(fault, "lost_on", f.LostOn, required),
			PromisedOn: day(fault, "promised_on", f.PromisedOn, required), Note: needText(fault, "note", f.Note, longText),
		}
		if p.PromisedOn != 0 && p.PromisedOn < a.Today() {
			fault.In("promised_on", "promise_past", "value", p.PromisedOn)
		}
		standings, err := tx.Standings(at, 0)
		if err != nil {
			return err
		}
		if p.LostOn != 0 && !slices.ContainsFunc(standings, func(s tracker.Standing) bool {
			return s.Programme == p.Programme && s.From == p.LostOn && s.Loss != 0
		}) {
			fault.In("lost_on", "no_loss_then", "value", p.LostOn)
		}
		if err := fault.FieldFaults(); err != nil {
			return err
		}
		return tx.CreatePromise(p)
	})
}

// TickPromise notes that a promise was kept, or takes that back.
func (a *App) TickPromise(ctx context.Context, by tracker.Actor, code, id string, done bool) error {
	return a.keepContact(ctx, by, code, func(tx *store.Tx, at tracker.DealershipID) error {
		p, err := tx.Promise(at, id)
		if err != nil {
			return err
		}
		return tx.TickPromise(p, done)
	})
}

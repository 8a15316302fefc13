package app

import (
	"context"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// ModuleItem is one module at one dealership, recorded or not.
type ModuleItem struct {
	tracker.Module
	Code     string // of the dealership
	State    tracker.ModuleState
	Recorded bool
}

// Module gives a module at a dealership, with its state on a day. The fault is NotFound for an unknown module, an unknown
// dealership, and one outside the scope.
func (a *App) Module(ctx context.Context, by tracker.Actor, code, module string, on tracker.Date) (ModuleItem, error) {
	out := ModuleItem{Code: code, State: tracker.ModuleOpen}
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		dealership, err := tx.Dealership(by.Scope, code)
		if err != nil {
			return err
		}
		rules, err := tx.Rules()
		if err != nil {
			return err
		}
		if !knownModule(rules, module) {
			return tracker.Fault(tracker.NotFound, "not_found", "noun", "module", "key", module)
		}
		out.Module = tracker.Module{Dealership: dealership.ID, Module: module}
		rulings, err := tx.Rulings([]tracker.DealershipID{dealership.ID})
		if err != nil {
			return err
		}
		for _, m := range rulings[dealership.ID].Modules {
			if m.Module == module {
				out.Module, out.State, out.Recorded = m, m.On(on), true
			}
		}
		return nil
	})
	return out, err
}

// Form fills a form with what is recorded.
func (i ModuleItem) Form() ModuleForm {
	return ModuleForm{
		Module: i.Module.Module, PlannedOn: i.PlannedOn.String(), LiveOn: i.LiveOn.String(), VerifiedOn: i.VerifiedOn.String(),
	}
}

package app

import (
	"context"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// EndForm says that somebody leaves: the last day of work.
type EndForm struct {
	Chain   tracker.FactID // of the employment
	LastDay string
	Reason  string
	Confirm bool
}

// PreviewEndEmployment gives what an employment's end would change.
func (a *App) PreviewEndEmployment(ctx context.Context, by tracker.Actor, code string, f EndForm) (Effect, error) {
	return a.preview(ctx, by, tracker.RecordFacts, code, f.edit())
}

// EndEmployment records an employment's last day, as a correction of the employment. It can be voided.
func (a *App) EndEmployment(ctx context.Context, by tracker.Actor, code string, f EndForm) error {
	d := deed{kind: tracker.DeedEndEmployment, action: tracker.RecordFacts, of: code, form: f, reason: f.Reason}
	return a.save(ctx, by, d, f.Confirm, f.edit())
}

func (f EndForm) edit() edit {
	return func(tx *store.Tx, dealership tracker.Dealership, history tracker.History) error {
		employment, err := employmentOf(history, dealership.ID, f.Chain)
		if err != nil {
			return err
		}
		fault := tracker.Fault(tracker.Invalid, "invalid_form")
		last := day(fault, "last_day", f.LastDay, required)
		reason := clean(fault, "reason", f.Reason, longText)
		if last != 0 && last < employment.From {
			fault.In("last_day", "ends_before_begin", "from", employment.From, "until", last)
		}
		if last != 0 && employment.Until == last.Add(1) {
			fault.In("last_day", "nothing_changes")
		}
		if err := fault.FieldFaults(); err != nil {
			return err
		}
		employment.Until = last.Add(1)
		return tx.Correct(f.Chain, employment, reason)
	}
}

// employmentOf finds an employment at the dealership by its chain.
func employmentOf(history tracker.History, at tracker.DealershipID, chain tracker.FactID) (tracker.Employment, error) {
	for _, person := range history.People {
		for _, e := range person.Employments {
			if e.Chain == chain && e.Dealership == at {
				return e, nil
			}
		}
	}
	return tracker.Employment{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "employment", "key", chain)
}

// ModuleForm is a module's days as typed into a form.
type ModuleForm struct {
	Module     string
	PlannedOn  string
	LiveOn     string
	VerifiedOn string
	Reason     string
	Confirm    bool
}

// PreviewModule gives what a module's days would change.
func (a *App) PreviewModule(ctx context.Context, by tracker.Actor, code string, f ModuleForm) (Effect, error) {
	return a.preview(ctx, by, tracker.RecordFacts, code, f.edit(a.Today()))
}

// SetModule records or corrects a module's days.
func (a *App) SetModule(ctx context.Context, by tracker.Actor, code string, f ModuleForm) error {
	d := deed{kind: tracker.DeedModule, action: tracker.RecordFacts, of: code, form: f, reason: f.Reason}
	return a.save(ctx, by, d, f.Confirm, f.edit(a.Today()))
}

func (f ModuleForm) edit(today tracker.Date) edit {
	return func(tx *store.Tx, dealership tracker.Dealership, history tracker.History) error {
		rules, err := tx.Rules()
		if err != nil {
			return err
		}
		if !knownModule(rules, f.Module) {
			return tracker.Fault(tracker.NotFound, "not_found", "noun", "module", "key", f.Module)
		}
		present := tracker.Module{Dealership: dealership.ID, Module: f.Module}
		for _, m := range history.Modules {
			if m.Module == f.Module {
				present = m
			}
		}
		next, err := f.module(present, today)
		if err != nil {
			return err
		}
		if present.Chain == "" {
			_, err = tx.Record(next, strings.TrimSpace(f.Reason))
			return err
		}
		return tx.Correct(present.Chain, next, strings.TrimSpace(f.Reason))
	}
}

// module reads the form over what is recorded.
func (f ModuleForm) module(present tracker.Module, today tracker.Date) (tracker.Module, error) {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	next := present
	next.PlannedOn = day(fault, "planned_on", f.PlannedOn, optional)
	next.LiveOn = day(fault, "live_on", f.LiveOn, optional)
	next.VerifiedOn = day(fault, "verified_on", f.VerifiedOn, optional)
	reason := clean(fault, "reason", f.Reason, longText)
	if err := fault.FieldFaults(); err != nil {
		return next, err
	}
	checkModule(fault, next, today)
	if err := fault.FieldFaults(); err != nil {
		return next, err
	}
	if next.PlannedOn != 0 && next.PlannedSince == 0 {
		next.PlannedSince = today
	}
	changed := next.PlannedOn != present.PlannedOn || next.LiveOn != present.LiveOn || next.VerifiedOn != present.VerifiedOn
	if !changed {
		return next, tracker.Fault(tracker.Invalid, "nothing_changes")
	}
	if present.Chain != "" && reason == "" && loses(present, next) {
		fault.In("reason", "reason_required")
	}
	return next, fault.FieldFaults()
}

// loses tells whether something recorded is taken away or moved, rather than added to.
func loses(present, next tracker.Module) bool {
	return present.LiveOn != 0 && next.LiveOn != present.LiveOn ||
		present.VerifiedOn != 0 && next.VerifiedOn != present.VerifiedOn
}

// checkModule checks that a module's days are in order: nothing is verified that is not live, and nothing is live or
// verified ahead of time.
func checkModule(fault *tracker.Error, m tracker.Module, today tracker.Date) {
	if m.VerifiedOn != 0 && m.LiveOn == 0 {
		fault.In("live_on", "live_before_verified")
	}
	if m.VerifiedOn != 0 && m.LiveOn != 0 && m.VerifiedOn < m.LiveOn {
		fault.In("verified_on", "ends_before_begin", "from", m.LiveOn, "until", m.VerifiedOn)
	}
	if m.LiveOn > today {
		fault.In("live_on", "date_in_future", "value", m.LiveOn)
	}
	if m.VerifiedOn > today {
		fault.In("verified_on", "date_in_future", "value", m.VerifiedOn)
	}
	if m.PlannedOn == 0 && m.LiveOn == 0 && m.VerifiedOn == 0 && m.PlannedSince == 0 {
		fault.In("planned_on", "date_required")
	}
}

func knownModule(rules tracker.Rulebook, code string) bool {
	for _, s := range rules.Versions(tracker.ProgrammeDigitalUpgrade) {
		for _, m := range s.Modules {
			if m.Code == code {
				return true
			}
		}
	}
	return false
}

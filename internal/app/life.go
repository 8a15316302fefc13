package app

import (
	"context"
	"slices"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// LifeForm is something about the life of a dealership beside its decisions, as typed: an event, a waiver or a proof.
type LifeForm struct {
	Kind         tracker.FactKind // FactEvent, FactWaiver or FactProof
	Event        string
	Requirement  string // of a waiver and a proof
	Model        string // of a proof: the model or generation it is about, where its requirement asks for one
	From         string
	Until        string // the last day
	BridgedTo    string // of an event: the last day of the transitional right
	Note         string // of an event: what happens; of a waiver: why; of a proof: the evidence it rests on
	Compensation string // of a waiver: what is done instead
	Confirm      bool
}

// LifeKinds lists what a LifeForm can record.
var LifeKinds = []tracker.FactKind{tracker.FactEvent, tracker.FactWaiver, tracker.FactProof}

// Action is what the actor must be allowed to do.
func (f LifeForm) Action() tracker.Action {
	switch f.Kind {
	case tracker.FactEvent:
		return tracker.MaintainDealerships
	case tracker.FactWaiver:
		return tracker.Decide
	default:
		return tracker.RecordFacts
	}
}

// PreviewLife gives what recording the form would change.
func (a *App) PreviewLife(ctx context.Context, by tracker.Actor, code string, f LifeForm) (Effect, error) {
	return a.preview(ctx, by, f.Action(), code, f.edit())
}

// RecordLife records an event, a waiver or a proof of a dealership. The fault is Invalid with the fields that cannot be
// right: the law is never waived, and a waiver lasts no longer than its standard allows.
func (a *App) RecordLife(ctx context.Context, by tracker.Actor, code string, f LifeForm) error {
	d := deed{kind: tracker.DeedLife, action: f.Action(), of: code, form: f, reason: f.Note}
	return a.save(ctx, by, d, f.Confirm, f.edit())
}

func (f LifeForm) edit() edit {
	return func(tx *store.Tx, dealership tracker.Dealership, _ tracker.History) error {
		rules, err := tx.Rules()
		if err != nil {
			return err
		}
		fact, err := f.fact(rules, dealership.ID)
		if err != nil {
			return err
		}
		_, err = tx.Record(fact, "")
		return err
	}
}

// fact reads the form.
func (f LifeForm) fact(rules tracker.Rulebook, at tracker.DealershipID) (tracker.Fact, error) {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	from := day(fault, "from", f.From, required)
	last := day(fault, "until", f.Until, optional)
	if last != 0 && last < from {
		fault.In("until", "ends_before_begin", "from", from, "until", last)
	}
	until := tracker.Through(from, last).Until
	note := clean(fault, "note", f.Note, longText)
	switch f.Kind {
	case tracker.FactEvent:
		e := tracker.Event{Dealership: at, Event: tracker.EventKind(f.Event), From: from, Until: until, Note: note}
		e.BridgedTo = day(fault, "bridged_to", f.BridgedTo, optional)
		if !slices.Contains(tracker.EventKinds, e.Event) {
			fault.In("event", "unknown_event", "value", f.Event)
		}
		if e.BridgedTo != 0 && e.BridgedTo < from {
			fault.In("bridged_to", "ends_before_begin", "from", from, "until", e.BridgedTo)
		}
		return e, fault.FieldFaults()
	case tracker.FactWaiver:
		w := tracker.Waiver{Dealership: at, Requirement: f.Requirement, From: from, Until: until, Grounds: needText(fault, "note", f.Note, longText)}
		w.Compensation = clean(fault, "compensation", f.Compensation, longText)
		f.waivable(fault, rules, from, last)
		return w, fault.FieldFaults()
	case tracker.FactProof:
		p := tracker.Proof{Dealership: at, Requirement: f.Requirement, Subject: strings.TrimSpace(f.Model), From: from, Until: until, Evidence: note}
		if r, known := f.asked(fault, rules, from); known {
			f.provable(fault, r)
			if last == 0 && r.ValidMonths > 0 {
				p.Until = from.AddMonths(r.ValidMonths)
			}
		}
		return p, fault.FieldFaults()
	default:
		return nil, tracker.Fault(tracker.NotFound, "not_found", "noun", "kind", "key", string(f.Kind))
	}
}

// asked finds the requirement in the standards in force on a day.
func (f LifeForm) asked(fault *tracker.Error, rules tracker.Rulebook, on tracker.Date) (tracker.Requirement, bool) {
	programme := programmeOf(rules, f.Requirement)
	if programme == "" {
		fault.In("requirement", "requirement_not_known", "value", f.Requirement)
		return tracker.Requirement{}, false
	}
	if on == 0 {
		return tracker.Requirement{}, false
	}
	standard, err := rules.InForce(programme, on)
	if err != nil {
		fault.In("from", "before_standard", "value", rules.Versions(programme)[0].EffectiveOn)
		return tracker.Requirement{}, false
	}
	r, known := standard.Requirement(f.Requirement)
	if !known {
		fault.In("requirement", "requirement_not_asked", "value", f.Requirement, "on", on)
	}
	return r, known
}

// waivable refuses what cannot be waived, and for longer than the standard allows.
func (f LifeForm) waivable(fault *tracker.Error, rules tracker.Rulebook, from, last tracker.Date) {
	r, known := f.asked(fault, rules, from)
	if !known {
		return
	}
	standard, err := rules.InForce(programmeOf(rules, f.Requirement), from)
	if err != nil {
		return
	}
	longest := from.AddMonths(standard.WaiverMonths).Add(-1)
	switch {
	case r.Basis == tracker.BasisLaw:
		fault.In("requirement", "law_not_waived")
	case standard.WaiverMonths > 0 && (last == 0 || last > longest):
		fault.In("until", "waiver_too_long", "months", standard.WaiverMonths, "last", longest)
	}
}

// provable wants a requirement that proofs prove, with a model or generation where it asks for one.
func (f LifeForm) provable(fault *tracker.Error, r tracker.Requirement) {
	switch subject := strings.TrimSpace(f.Model); {
	case r.Measure.Kind != tracker.MeasureProof:
		fault.In("requirement", "not_proven", "value", f.Requirement)
	case r.Measure.Of != "" && subject == "":
		fault.In("model", "subject_required")
	case r.Measure.Of == "" && subject != "":
		fault.In("model", "subject_unused")
	}
}

// LifeView is what is recorded of a dealership's life beside its decisions.
type LifeView struct {
	store.DealershipRow
	Events       []tracker.Event
	Waivers      []tracker.Waiver
	Proofs       []tracker.Proof
	Died         []tracker.Died // what a delta audit looks at
	Requirements []tracker.Requirement
}

// Life gives a dealership's events, waivers and proofs, and what events have ended by a day. The faults are those of
// Dealership.
func (a *App) Life(ctx context.Context, by tracker.Actor, code string, on tracker.Date) (LifeView, error) {
	var out LifeView
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		if out.DealershipRow, err = a.row(tx, by, code, on); err != nil {
			return err
		}
		rules, history, err := judgedRecord(tx, out.ID)
		if err != nil {
			return err
		}
		out.Events, out.Waivers, out.Proofs = history.Events, history.Waivers, history.Proofs
		out.Died = history.Deaths(rules, on)
		for _, programme := range rules.Programmes() {
			if standard, err := rules.InForce(programme, on); err == nil {
				out.Requirements = append(out.Requirements, standard.Requirements...)
			}
		}
		slices.SortStableFunc(out.Proofs, func(x, y tracker.Proof) int { return int(y.From - x.From) })
		slices.SortStableFunc(out.Waivers, func(x, y tracker.Waiver) int { return int(y.From - x.From) })
		slices.SortStableFunc(out.Events, func(x, y tracker.Event) int { return int(y.From - x.From) })
		return nil
	})
	return out, err
}

package app

import (
	"context"
	"math"
	"strconv"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// DecisionForm is a decision as typed into a form. With Chain it corrects that decision, and Reason says why.
type DecisionForm struct {
	Programme   string
	Decision    string
	EffectiveOn string
	ValidUntil  string // empty: follows from the standard
	Model       string // of a decision about a single model
	Conditions  string
	DueOn       string // when conditions are to be met, when an audit is planned for
	Score       string // of a locked audit, in per cent: 89.5
	Vetoes      string // critical items that it failed; empty: none
	Auditor     string
	Signed      string // tracker.SignedByBoth or tracker.SignRefused
	Grounds     string
	Chain       tracker.FactID
	Reason      string
	Confirm     bool // later decisions may become skipped
}

// PreviewDecision gives what recording or correcting a decision would change.
func (a *App) PreviewDecision(ctx context.Context, by tracker.Actor, code string, f DecisionForm) (Effect, error) {
	var chain tracker.FactID
	return a.preview(ctx, by, tracker.Decide, code, f.edit(by, &chain))
}

// RecordDecision records a decision, or corrects one. A decision that would itself be skipped is refused with the
// state that stands against it; one that makes later decisions skipped needs a confirmation.
func (a *App) RecordDecision(ctx context.Context, by tracker.Actor, code string, f DecisionForm) error {
	_, err := a.Decide(ctx, by, code, f)
	return err
}

// Decide is RecordDecision that gives the decision's chain.
func (a *App) Decide(ctx context.Context, by tracker.Actor, code string, f DecisionForm) (tracker.FactID, error) {
	var chain tracker.FactID
	d := deed{kind: tracker.DeedDecision, action: tracker.Decide, of: code, form: f, reason: orElse(strings.TrimSpace(f.Reason), f.Grounds)}
	err := a.save(ctx, by, d, f.Confirm, f.edit(by, &chain))
	return chain, err
}

// edit gives the change that the form asks for; it fills in the chain of the decision.
func (f DecisionForm) edit(by tracker.Actor, into *tracker.FactID) edit {
	return func(tx *store.Tx, dealership tracker.Dealership, history tracker.History) error {
		rules, err := tx.Rules()
		if err != nil {
			return err
		}
		decision, err := f.decision(rules, dealership.ID)
		if err != nil {
			return err
		}
		if err := history.Enters(rules, decision); err != nil {
			return err
		}
		if err := fourEyes(rules, history, decision, by); err != nil {
			return err
		}
		chain := f.Chain
		if chain == "" {
			if chain, err = tx.Record(decision, ""); err != nil {
				return err
			}
		} else if err = f.correct(tx, dealership.ID, decision); err != nil {
			return err
		}
		*into = chain
		return refuseSkipped(tx, rules, dealership.ID, chain)
	}
}

// correct supersedes the decision that the form names, if it is this dealership's.
func (f DecisionForm) correct(tx *store.Tx, dealership tracker.DealershipID, decision tracker.Decision) error {
	fact, err := tx.Fact(tracker.FactDecision, f.Chain)
	if err != nil {
		return err
	}
	present, isDecision := fact.(tracker.Decision)
	if !isDecision || present.Dealership != dealership {
		return tracker.Fault(tracker.NotFound, "not_found", "noun", "decision", "key", f.Chain)
	}
	if strings.TrimSpace(f.Reason) == "" {
		return tracker.Fault(tracker.Invalid, "invalid_form").In("reason", "reason_required")
	}
	decision.Programme = present.Programme
	return tx.Correct(f.Chain, decision, strings.TrimSpace(f.Reason))
}

// decision reads the form. The fault has a field for each value that cannot be right.
func (f DecisionForm) decision(rules tracker.Rulebook, dealership tracker.DealershipID) (tracker.Decision, error) {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	d := tracker.Decision{
		Dealership: dealership, Programme: tracker.ProgrammeCode(f.Programme), Decided: tracker.DecisionKind(f.Decision),
		Conditions: clean(fault, "conditions", f.Conditions, longText), Grounds: clean(fault, "grounds", f.Grounds, longText),
	}
	d.Chain = f.Chain
	d.Subject = clean(fault, "model", f.Model, shortText)
	d.Auditor = clean(fault, "auditor", f.Auditor, shortText)
	d.Signed = strings.TrimSpace(f.Signed)
	d.Score, d.Vetoes = tenths(fault, "score", f.Score), whole(fault, "vetoes", f.Vetoes)
	d.DueOn = day(fault, "due_on", f.DueOn, optional)
	d.EffectiveOn = day(fault, "effective_on", f.EffectiveOn, required)
	d.ValidUntil = day(fault, "valid_until", f.ValidUntil, optional)
	checkDecision(fault, rules, &d)
	return d, fault.FieldFaults()
}

// checkDecision checks what a decision says by itself, and names the standard it was decided by.
func checkDecision(fault *tracker.Error, rules tracker.Rulebook, d *tracker.Decision) {
	versions := rules.Versions(d.Programme)
	if len(versions) == 0 || versions[0].Kind == tracker.KindLaw {
		fault.In("programme", "unknown_programme", "value", string(d.Programme))
		return
	}
	def, known := versions[0].Cycle().Decision(d.Decided)
	if !known {
		fault.In("decision", "unknown_decision", "value", string(d.Decided))
		return
	}
	if d.EffectiveOn == 0 {
		return
	}
	standard, err := rules.InForce(d.Programme, d.EffectiveOn)
	if err != nil {
		fault.In("effective_on", "before_standard", "value", versions[0].EffectiveOn)
		return
	}
	d.Standard = standard.Version
	switch {
	case def.Validity != tracker.ValidityFirst && def.Validity != tracker.ValidityRenewed && def.Validity != tracker.ValidityGiven && d.ValidUntil != 0:
		fault.In("valid_until", "valid_until_unused", "decision", string(d.Decided))
	case d.ValidUntil != 0 && d.ValidUntil < d.EffectiveOn:
		fault.In("valid_until", "ends_before_begin", "from", d.EffectiveOn, "until", d.ValidUntil)
	}
	if d.Decided == tracker.CertifyWithConditions && d.Conditions == "" {
		fault.In("conditions", "conditions_required")
	}
}

// fourEyes refuses a decision by somebody who entered or assessed what it rests on. Who may only propose it does not take
// it.
func fourEyes(rules tracker.Rulebook, history tracker.History, d tracker.Decision, by tracker.Actor) error {
	if !by.Can(tracker.Decide) {
		return nil
	}
	standard, err := rules.InForce(d.Programme, d.EffectiveOn)
	if err != nil {
		return err
	}
	var codes []string
	for _, requirement := range standard.Requirements {
		codes = append(codes, requirement.Code)
	}
	return history.FourEyes(standard.Cycle(), d, by.ID, codes)
}

// refuseSkipped refuses a decision that its day's state does not allow.
func refuseSkipped(tx *store.Tx, rules tracker.Rulebook, dealership tracker.DealershipID, chain tracker.FactID) error {
	history, err := tx.History(dealership, 0)
	if err != nil {
		return err
	}
	for _, s := range history.Timeline(rules).Skipped {
		if s.Decision.Chain == chain {
			args := []any{"decision", string(s.Decision.Decided), "state", string(s.State), "on", s.Decision.EffectiveOn}
			return tracker.Fault(tracker.Invalid, "decision_not_allowed", args...).In("decision", "decision_not_allowed", args...)
		}
	}
	return nil
}

// tenths reads a score in per cent with at most one decimal, in tenths of a per cent; nothing typed is nothing.
func tenths(fault *tracker.Error, field, text string) int {
	text = strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(text), "%"), ",", ".")
	if text == "" {
		return 0
	}
	value, err := strconv.ParseFloat(text, 64)
	if in := math.Round(value * 10); err == nil && math.Abs(in) < math.MaxInt32 && math.Abs(in-value*10) < 1e-6 {
		return int(in)
	}
	fault.In(field, "score_range")
	return 0
}

// whole reads a whole number that is not negative; nothing typed is nothing.
func whole(fault *tracker.Error, field, text string) int {
	if strings.TrimSpace(text) == "" {
		return 0
	}
	value, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || value < 0 {
		fault.In(field, "vetoes_range")
	}
	return value
}

// DecisionChoices gives the decisions that a programme's present state allows, in the order of a form.
func DecisionChoices(p ProgrammeView) []tracker.DecisionKind {
	var out []tracker.DecisionKind
	for _, kind := range p.Standard.Cycle().Kinds() {
		if p.Standard.Cycle().Allows(kind, p.Standing.State, p.Standing.Renewal) {
			out = append(out, kind)
		}
	}
	return out
}

// VoidForm takes a fact back.
type VoidForm struct {
	Kind    tracker.FactKind
	Chain   tracker.FactID
	Reason  string
	Confirm bool
}

// PreviewVoid gives what voiding a fact would change.
func (a *App) PreviewVoid(ctx context.Context, by tracker.Actor, code string, f VoidForm) (Effect, error) {
	return a.preview(ctx, by, f.action(), code, f.edit())
}

// VoidFact takes a fact back: a correction gives way to the version before it, a first version ends. The reason goes
// into the history.
func (a *App) VoidFact(ctx context.Context, by tracker.Actor, code string, f VoidForm) error {
	if strings.TrimSpace(f.Reason) == "" {
		if err := mayEnter(by, f.action()); err != nil {
			return err
		}
		return tracker.Fault(tracker.Invalid, "invalid_form").In("reason", "reason_required")
	}
	d := deed{kind: tracker.DeedVoid, action: f.action(), of: code, form: f, reason: f.Reason}
	return a.save(ctx, by, d, f.Confirm, f.edit())
}

// action is what the actor must be allowed to do to void a fact of the kind.
func (f VoidForm) action() tracker.Action {
	switch f.Kind {
	case tracker.FactDecision:
		return tracker.Decide
	case tracker.FactOperating, tracker.FactAssignment, tracker.FactFranchise:
		return tracker.MaintainDealerships
	default:
		return LifeForm{Kind: f.Kind}.Action()
	}
}

func (f VoidForm) edit() edit {
	return func(tx *store.Tx, dealership tracker.Dealership, _ tracker.History) error {
		fact, err := tx.Fact(f.Kind, f.Chain)
		if err != nil {
			return err
		}
		if at, known := tracker.DealershipOf(fact); !known || at != dealership.ID {
			return tracker.Fault(tracker.NotFound, "not_found", "noun", string(f.Kind), "key", f.Chain)
		}
		reason := strings.TrimSpace(f.Reason)
		if reason == "" {
			reason = "preview" // a preview is taken back with all it wrote
		}
		return tx.Void(f.Kind, f.Chain, reason)
	}
}

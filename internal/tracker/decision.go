package tracker

import (
	"cmp"
	"slices"
	"strconv"
)

// State is what people decided about a dealership in a programme, and what dates ended.
type State string

// The states of certification programmes, of project programmes and of the law (MODEL.md §4).
const (
	NotOperating State = "not_operating"
	Applies      State = "applies"

	NotEnrolled     State = "not_enrolled"
	Preparing       State = "preparing"
	Submitted       State = "submitted"
	Returned        State = "returned"
	AuditPlanned    State = "audit_planned"
	DecisionPending State = "decision_pending"
	Conditional     State = "conditional"
	Certified       State = "certified"
	Suspended       State = "suspended"
	Expired         State = "expired"
	Revoked         State = "revoked"
	Withdrawn       State = "withdrawn"

	NotStarted   State = "not_started"
	Baselined    State = "baselined"
	Planned      State = "planned"
	InProgress   State = "in_progress"
	SelfDeclared State = "self_declared"
	Verification State = "verification"
	Completed    State = "completed"
	Rework       State = "rework"
	Paused       State = "paused"
	Waived       State = "waived"
)

// CertificationStates and ProjectStates list the states of the two usual life cycles.
var (
	CertificationStates = certifying.Codes()
	ProjectStates       = upgrading.Codes()
)

// DecisionKind is what was decided.
type DecisionKind string

// The kinds of decision of the usual life cycles; packs may name more.
const (
	Enrol                 DecisionKind = "enrol"
	Submit                DecisionKind = "submit"     // the dealership asks for an audit, of a renewal too
	Return                DecisionKind = "return"     // what was submitted goes back to the dealership
	PlanAudit             DecisionKind = "plan_audit" // a day and an auditor are set
	LockAudit             DecisionKind = "lock_audit" // the audit is over, with its score
	Certify               DecisionKind = "certify"
	CertifyWithConditions DecisionKind = "certify_with_conditions"
	Fail                  DecisionKind = "fail" // the audit or the verification was not passed
	ConditionsMet         DecisionKind = "conditions_met"
	Renew                 DecisionKind = "renew"
	Extend                DecisionKind = "extend" // headquarters is late with a renewal that was submitted in time
	Suspend               DecisionKind = "suspend"
	Reinstate             DecisionKind = "reinstate"
	Revoke                DecisionKind = "revoke"
	Withdraw              DecisionKind = "withdraw"

	Baseline     DecisionKind = "baseline"
	PlanModules  DecisionKind = "plan"
	Declare      DecisionKind = "declare" // the dealership says that all is done
	Verify       DecisionKind = "verify"  // what was declared is being checked
	Complete     DecisionKind = "complete"
	Reopen       DecisionKind = "reopen"
	Pause        DecisionKind = "pause"
	Resume       DecisionKind = "resume"
	WaiveProject DecisionKind = "waive"
)

// Decision is what a person decided about a dealership in a programme.
type Decision struct {
	Head
	Dealership  DealershipID
	Programme   ProgrammeCode
	Decided     DecisionKind
	EffectiveOn Date
	Subject     string // what of the programme it is about: a model's code; empty: all of it
	ValidUntil  Date   // the last day; zero: follows from the standard
	Standard    string // the version it was decided by; empty: the one in force on the day
	Conditions  string
	DueOn       Date   // when the conditions are to be met, when the audit is planned for
	Score       int    // of a locked audit, in tenths of a per cent
	Vetoes      int    // critical items that a locked audit failed
	Auditor     string // of a planned or locked audit: who
	Signed      string // of a locked audit: both, or refused by the dealership with a note in Grounds
	Grounds     string
}

func (Decision) Kind() FactKind { return FactDecision }

// FirstDay is the day on which the decision takes effect.
func (f Decision) FirstDay() Date { return f.EffectiveOn }

// ScoreText gives the score of a locked audit in per cent: 89.5.
func (f Decision) ScoreText() string { return strconv.FormatFloat(float64(f.Score)/10, 'f', -1, 64) }

// Skipped is a decision that the state did not allow on its day.
type Skipped struct {
	Decision Decision
	State    State // the state that stood against it
}

// stand is what the fold of decisions knows on a day.
type stand struct {
	State      State
	ValidUntil Date
	Named      string // the version that the last certify or renew names
	Renewal    State  // how far a renewal is that is under way; empty: none
	May        bool   // the state gives the right
}

// folding is a fold of one dealership's decisions in one programme under way.
type folding struct {
	cycle    *Lifecycle
	progress func(Date) State // of a project: the state that follows from its modules
	versions []Standard
	now      stand
	before   State // the state before a suspension or a pause
	out      steps[stand]
	skipped  []Skipped
}

// ordered gives decisions in the order in which they are folded.
func ordered(decisions []Decision) []Decision {
	sorted := slices.Clone(decisions)
	slices.SortFunc(sorted, func(a, b Decision) int {
		return cmp.Or(cmp.Compare(a.EffectiveOn, b.EffectiveOn), cmp.Compare(a.FirstAt, b.FirstAt),
			cmp.Compare(a.Chain, b.Chain))
	})
	return sorted
}

// fold folds decisions into the stand of each day. The fold is total: a decision that the state does not allow is
// skipped.
func (f *folding) fold(decisions []Decision) {
	f.now.State = f.cycle.Initial
	f.out = steps[stand]{{Value: f.now}}
	for _, d := range ordered(decisions) {
		f.expireBefore(d.EffectiveOn)
		state := f.stateOn(d.EffectiveOn)
		def, known := f.cycle.Decision(d.Decided)
		switch {
		case known && slices.Contains(def.From, state):
			f.take(d, def, state)
		case known && f.cycle.renews(def, state, f.now.Renewal):
			f.now.Renewal = def.RenewalTo
		default:
			f.skipped = append(f.skipped, Skipped{d, state})
			continue
		}
		f.enter(d.EffectiveOn)
	}
	f.expireBefore(MaxDate)
}

// stateOn gives the state of a day: what was decided or, in a project, what follows from its modules where nothing was
// or where what was decided gives way to them.
func (f *folding) stateOn(day Date) State {
	if f.progress == nil || f.now.State != "" && !f.cycle.State(f.now.State).Yields {
		return f.now.State
	}
	if reached := f.progress(day); f.now.State == "" || reached != NotStarted {
		return reached
	}
	return f.now.State
}

// expireBefore lets the state expire if its last day lies before a day.
func (f *folding) expireBefore(day Date) {
	if f.cycle.ExpiresTo == "" || f.now.ValidUntil == 0 || f.now.ValidUntil >= day || !f.cycle.State(f.now.State).Dated {
		return
	}
	f.now.State, f.now.Renewal = f.cycle.ExpiresTo, ""
	f.enter(max(f.now.ValidUntil.Add(1), f.out[len(f.out)-1].From))
}

// enter notes what holds from a day on.
func (f *folding) enter(day Date) {
	if last := &f.out[len(f.out)-1]; last.From == day {
		last.Value = f.now
		return
	}
	f.out = append(f.out, step[stand]{day, f.now})
}

// take applies a decision that the state allows.
func (f *folding) take(d Decision, def DecisionDef, state State) {
	standard := f.standardOf(d)
	switch def.Validity {
	case ValidityKept:
	case ValidityNone:
		f.now.ValidUntil = 0
	case ValidityGiven:
		if d.ValidUntil != 0 {
			f.now.ValidUntil = d.ValidUntil
		}
	case ValidityFirst:
		f.now.ValidUntil, f.now.Named = d.ValidUntil, standard.Version
		if d.ValidUntil == 0 {
			f.now.ValidUntil = standard.FirstValidity(d.EffectiveOn)
		}
	case ValidityRenewed:
		until := d.ValidUntil
		if until == 0 {
			until = standard.RenewedValidity(d.EffectiveOn, f.now.ValidUntil)
		}
		f.now.ValidUntil, f.now.Named = until, standard.Version
	}
	if def.EndsRenewal {
		f.now.Renewal = ""
	}
	left := f.now.State
	switch def.To {
	case "":
	case StateBefore:
		f.now.State = f.before
	default:
		f.now.State = def.To
	}
	if f.returns(state) {
		f.before = left
	}
}

// returns tells whether a state is one that some decision can bring back: those before a suspension or a pause, but not
// these themselves.
func (f *folding) returns(state State) bool {
	for i := range f.cycle.Decisions {
		if d := &f.cycle.Decisions[i]; d.To == StateBefore && slices.Contains(d.From, state) {
			return false
		}
	}
	return true
}

// stands gives the stand of each day.
func (f *folding) stands(breaks []Date) steps[stand] {
	now := cursor[stand]{steps: f.out}
	return tabulate(f.out.breaks(breaks), func(d Date) stand {
		f.now = now.at(d)
		f.now.State = f.stateOn(d)
		f.now.May = f.cycle.State(f.now.State).Grants
		return f.now
	})
}

// standardOf gives the standard that a decision was taken by: the version it names, else the one in force on its day,
// else the first.
func (f *folding) standardOf(d Decision) Standard {
	var inForce Standard
	for i, s := range f.versions {
		if d.Standard != "" && s.Version == d.Standard {
			return s
		}
		if i == 0 || s.EffectiveOn <= d.EffectiveOn {
			inForce = s
		}
	}
	return inForce
}

// FirstValidity gives the last day of a certificate that begins on a day and for which none is given.
func (s Standard) FirstValidity(effective Date) Date {
	if s.ValidityMonths == 0 {
		return 0
	}
	return effective.AddMonths(s.ValidityMonths).Add(-1)
}

// RenewedValidity gives the last day after a renewal for which none is given: inside the renewal window the old end
// plus the validity, so that renewing early loses nothing; outside it counted from the renewal.
func (s Standard) RenewedValidity(effective, old Date) Date {
	if s.ValidityMonths != 0 && old != 0 && effective >= old.Add(-s.RenewalWindowDays) {
		return old.AddMonths(s.ValidityMonths)
	}
	return s.FirstValidity(effective)
}

// fold gives the stand of each day in a programme, and the decisions that were skipped. In a project what lies before
// the decisions follows from the modules: nothing, planned, live.
func fold(versions []Standard, decisions []Decision, modules []Module) (steps[stand], []Skipped) {
	f := folding{cycle: versions[0].Cycle(), versions: versions}
	var breaks []Date
	if versions[0].Kind == KindProject {
		var planned, live Date
		for _, m := range modules {
			planned = earlier(planned, m.FirstDay())
			live = earlier(live, earlier(m.LiveOn, m.VerifiedOn))
		}
		breaks = []Date{planned, live}
		f.progress = func(day Date) State {
			switch {
			case live != 0 && live <= day:
				return InProgress
			case planned != 0 && planned <= day:
				return Planned
			default:
				return NotStarted
			}
		}
	}
	f.fold(decisions)
	return f.stands(breaks), f.skipped
}

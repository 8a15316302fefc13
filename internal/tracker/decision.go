package tracker

import (
	"cmp"
	"slices"
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

// CertificationStates and ProjectStates list the states in the order of a life.
var (
	CertificationStates = []State{
		NotEnrolled, Preparing, Submitted, Returned, AuditPlanned, DecisionPending,
		Conditional, Certified, Suspended, Expired, Revoked, Withdrawn,
	}
	ProjectStates = []State{
		NotStarted, Baselined, Planned, InProgress, SelfDeclared, Verification, Completed, Rework, Paused, Waived,
	}
)

// May tells whether the state gives the right that the programme is about.
func (s State) May() bool { return s == Certified || s == Conditional || s == Completed }

// Dated tells whether the state ends by itself after its valid_until.
func (s State) Dated() bool { return s == Certified || s == Conditional || s == Suspended }

// DecisionKind is what was decided.
type DecisionKind string

// The kinds of decision.
const (
	Enrol                 DecisionKind = "enrol"
	Certify               DecisionKind = "certify"
	CertifyWithConditions DecisionKind = "certify_with_conditions"
	Renew                 DecisionKind = "renew"
	Suspend               DecisionKind = "suspend"
	Reinstate             DecisionKind = "reinstate"
	Revoke                DecisionKind = "revoke"
	Withdraw              DecisionKind = "withdraw"
	Complete              DecisionKind = "complete"
	Reopen                DecisionKind = "reopen"
)

// DecisionKinds lists what can be decided in a kind of programme, in the order of a form.
func DecisionKinds(kind ProgrammeKind) []DecisionKind {
	switch kind {
	case KindCertification:
		return []DecisionKind{Enrol, Certify, CertifyWithConditions, Renew, Suspend, Reinstate, Revoke, Withdraw}
	case KindProject:
		return []DecisionKind{Complete, Reopen}
	default:
		return nil
	}
}

// Granting tells whether the decision gives a right until a day.
func (k DecisionKind) Granting() bool {
	return k == Certify || k == CertifyWithConditions || k == Renew
}

// Decision is what a person decided about a dealership in a programme.
type Decision struct {
	Head
	Dealership  DealershipID
	Programme   ProgrammeCode
	Decided     DecisionKind
	EffectiveOn Date
	ValidUntil  Date   // the last day; zero: follows from the standard
	Standard    string // the version it was decided by; empty: the one in force on the day
	Conditions  string
	Grounds     string
}

func (Decision) Kind() FactKind { return FactDecision }

// FirstDay is the day on which the decision takes effect.
func (f Decision) FirstDay() Date { return f.EffectiveOn }

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
}

// Allowed tells whether a decision may be taken in a state (the table of MODEL.md §4). Nothing can be decided in a
// state of another kind of programme.
func Allowed(kind DecisionKind, from State) bool {
	switch kind {
	case Enrol:
		return from == NotEnrolled || from == Expired || from == Revoked || from == Withdrawn
	case Certify:
		return from == Conditional || Allowed(CertifyWithConditions, from)
	case CertifyWithConditions:
		return from == NotEnrolled || from == Preparing || from == DecisionPending || from == Expired
	case Renew, Suspend:
		return from == Certified || from == Conditional
	case Reinstate:
		return from == Suspended
	case Revoke:
		return from.Dated()
	case Withdraw:
		return from != NotEnrolled && from != Revoked && from != Withdrawn && slices.Contains(CertificationStates, from)
	case Complete:
		return from != Completed && slices.Contains(ProjectStates, from)
	case Reopen:
		return from == Completed
	default:
		return false
	}
}

// folding is a fold of one dealership's decisions in one programme under way.
type folding struct {
	versions []Standard
	now      stand
	before   State // the state before a suspension
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

// foldCertification folds the decisions of a certification programme into the stand of each day. The fold is total: a
// decision that the state does not allow is skipped.
func foldCertification(versions []Standard, decisions []Decision) (steps[stand], []Skipped) {
	f := folding{versions: versions, now: stand{State: NotEnrolled}}
	f.out = steps[stand]{{Value: f.now}}
	for _, d := range ordered(decisions) {
		f.expireBefore(d.EffectiveOn)
		if !Allowed(d.Decided, f.now.State) {
			f.skipped = append(f.skipped, Skipped{d, f.now.State})
			continue
		}
		f.take(d)
		f.enter(d.EffectiveOn)
	}
	f.expireBefore(MaxDate)
	return f.out, f.skipped
}

// expireBefore lets the state expire if its last day lies before a day.
func (f *folding) expireBefore(day Date) {
	if !f.now.State.Dated() || f.now.ValidUntil == 0 || f.now.ValidUntil >= day {
		return
	}
	f.now.State = Expired
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
func (f *folding) take(d Decision) {
	standard := f.standardOf(d)
	switch d.Decided {
	case Certify, CertifyWithConditions:
		f.now = stand{Certified, d.ValidUntil, standard.Version}
		if d.Decided == CertifyWithConditions {
			f.now.State = Conditional
		}
		if d.ValidUntil == 0 {
			f.now.ValidUntil = standard.FirstValidity(d.EffectiveOn)
		}
	case Renew:
		until := d.ValidUntil
		if until == 0 {
			until = standard.RenewedValidity(d.EffectiveOn, f.now.ValidUntil)
		}
		f.now = stand{f.now.State, until, standard.Version}
	case Suspend:
		f.before, f.now.State = f.now.State, Suspended
	case Reinstate:
		f.now.State = f.before
	case Enrol:
		f.now = stand{State: Preparing, Named: f.now.Named}
	case Revoke:
		f.now = stand{State: Revoked, Named: f.now.Named}
	case Withdraw:
		f.now = stand{State: Withdrawn, Named: f.now.Named}
	}
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

// foldProject folds modules and decisions of a project programme. Completion is decided; what lies before follows from
// the modules.
func foldProject(modules []Module, decisions []Decision) (steps[stand], []Skipped) {
	var planned, live Date
	for _, m := range modules {
		planned = earlier(planned, m.FirstDay())
		live = earlier(live, earlier(m.LiveOn, m.VerifiedOn))
	}
	byModules := func(day Date) State {
		switch {
		case live != 0 && live <= day:
			return InProgress
		case planned != 0 && planned <= day:
			return Planned
		default:
			return NotStarted
		}
	}
	decided := steps[State]{{}}
	var skipped []Skipped
	for _, d := range ordered(decisions) {
		state := decided[len(decided)-1].Value
		if state == "" {
			state = byModules(d.EffectiveOn)
		}
		if !Allowed(d.Decided, state) {
			skipped = append(skipped, Skipped{d, state})
			continue
		}
		next := Completed
		if d.Decided == Reopen {
			next = Rework
		}
		decided = append(decided, step[State]{d.EffectiveOn, next})
	}
	return mergeProject(decided, byModules, planned, live), skipped
}

// mergeProject lays what was decided over what follows from the modules.
func mergeProject(decided steps[State], byModules func(Date) State, planned, live Date) steps[stand] {
	decision := cursor[State]{steps: decided}
	return tabulate(decided.breaks([]Date{planned, live}), func(d Date) stand {
		if state := decision.at(d); state != "" {
			return stand{State: state}
		}
		return stand{State: byModules(d)}
	})
}

// fold gives the stand of each day in a programme of any kind. About the law nobody decides anything.
func fold(kind ProgrammeKind, versions []Standard, decisions []Decision, modules []Module) (steps[stand], []Skipped) {
	switch kind {
	case KindCertification:
		return foldCertification(versions, decisions)
	case KindProject:
		return foldProject(modules, decisions)
	default:
		var skipped []Skipped
		for _, d := range ordered(decisions) {
			skipped = append(skipped, Skipped{d, Applies})
		}
		return steps[stand]{{Value: stand{State: Applies}}}, skipped
	}
}

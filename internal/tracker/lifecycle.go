package tracker

import "slices"

// Lifecycle is the life of a dealership in a programme as data: the states, and what people can decide in each. Packs may
// bring their own; certification and project programmes have one each by themselves (MODEL.md §4).
type Lifecycle struct {
	Initial   State // before anything was decided; empty: what follows from the modules
	ExpiresTo State // what a dated state becomes after its last day; empty: nothing ends by itself
	States    []StateDef
	Decisions []DecisionDef
}

// StateDef is one state of a life cycle.
type StateDef struct {
	Code   State
	Name   Text // empty where the product itself has the word
	Grants bool // gives the right that the programme is about
	Dated  bool // ends by itself after its valid_until
	Renews bool // the steps towards a renewal are taken in it without leaving it
	Yields bool // of a project: gives way once modules are planned or live
	Idle   bool // nothing is asked of the dealership in it: it takes no part, or no longer
}

// StateBefore stands in a life cycle for the state before the one that is left: after a suspension, a pause.
const StateBefore State = "before"

// Validity says what a decision does to the last day of the right.
type Validity string

// The kinds of validity.
const (
	ValidityKept    Validity = ""        // stays as it is
	ValidityNone    Validity = "none"    // there is none any more
	ValidityFirst   Validity = "first"   // counted from the decision
	ValidityRenewed Validity = "renewed" // counted from the old end inside the renewal window
	ValidityGiven   Validity = "given"   // the decision names it
)

// DecisionDef is one thing that can be decided in a life cycle.
type DecisionDef struct {
	Kind        DecisionKind
	Name        Text // empty where the product itself has the word
	From        []State
	To          State   // empty: the state stays
	RenewalFrom []State // in a state that renews: where the renewal must be; "" is no renewal under way
	RenewalTo   State   // in a state that renews: where the renewal goes
	EndsRenewal bool    // no renewal is under way after it
	Validity    Validity
	By          []Role // who may decide it beside headquarters
	Persons     int    // how many people it takes; 0 and 1: one
	MinScore    int    // of a locked audit or assessment, in per cent; 0: none
	Conditions  bool   // needs conditions with a day by which they are met
	Scored      bool   // carries the score of an audit or assessment
	Judges      bool   // who prepared what it judges may not take it
	Prepares    bool   // it is judged by those that judge
}

// applying is the life cycle of what simply applies: the law, an index. Nobody decides anything.
var applying = &Lifecycle{Initial: Applies, States: []StateDef{{Code: Applies}}}

var certifying = &Lifecycle{
	Initial: NotEnrolled, ExpiresTo: Expired,
	States: []StateDef{
		{Code: NotEnrolled}, {Code: Preparing}, {Code: Submitted}, {Code: Returned}, {Code: AuditPlanned},
		{Code: DecisionPending}, {Code: Conditional, Grants: true, Dated: true, Renews: true},
		{Code: Certified, Grants: true, Dated: true, Renews: true}, {Code: Suspended, Dated: true, Renews: true},
		{Code: Expired}, {Code: Revoked}, {Code: Withdrawn},
	},
	Decisions: []DecisionDef{
		{Kind: Enrol, From: []State{NotEnrolled, Expired, Revoked, Withdrawn}, To: Preparing, Validity: ValidityNone, EndsRenewal: true},
		{Kind: Submit, From: []State{Preparing, Returned}, To: Submitted, RenewalFrom: []State{"", Returned}, RenewalTo: Submitted, By: []Role{RoleDealer}, Prepares: true},
		{Kind: Return, From: []State{Submitted}, To: Returned, RenewalFrom: []State{Submitted}, RenewalTo: Returned, By: []Role{RoleRegional}},
		{Kind: PlanAudit, From: []State{Submitted}, To: AuditPlanned, RenewalFrom: []State{Submitted}, RenewalTo: AuditPlanned, By: []Role{RoleRegional}, Prepares: true},
		{Kind: LockAudit, From: []State{AuditPlanned}, To: DecisionPending, RenewalFrom: []State{AuditPlanned}, RenewalTo: DecisionPending, By: []Role{RoleAuditor}, Scored: true, Prepares: true},
		{Kind: Certify, From: []State{NotEnrolled, Preparing, DecisionPending, Expired, Conditional}, To: Certified, Validity: ValidityFirst, EndsRenewal: true, Judges: true},
		{Kind: CertifyWithConditions, From: []State{NotEnrolled, Preparing, DecisionPending, Expired}, To: Conditional, Validity: ValidityFirst, EndsRenewal: true, Conditions: true, Judges: true},
		{Kind: Fail, From: []State{DecisionPending}, To: Preparing, RenewalFrom: []State{DecisionPending}, Judges: true},
		{Kind: ConditionsMet, From: []State{Conditional}, To: Certified, By: []Role{RoleRegional}, Judges: true},
		{Kind: Renew, From: []State{Certified, Conditional}, Validity: ValidityRenewed, EndsRenewal: true, Judges: true},
		{Kind: Extend, From: []State{Certified, Conditional}, Validity: ValidityGiven},
		{Kind: Suspend, From: []State{Certified, Conditional}, To: Suspended},
		{Kind: Reinstate, From: []State{Suspended}, To: StateBefore},
		{Kind: Revoke, From: []State{Certified, Conditional, Suspended}, To: Revoked, Validity: ValidityNone, EndsRenewal: true, Persons: 2},
		{
			Kind: Withdraw, To: Withdrawn, Validity: ValidityNone, EndsRenewal: true,
			From: []State{Preparing, Submitted, Returned, AuditPlanned, DecisionPending, Conditional, Certified, Suspended, Expired},
		},
	},
}

var upgrading = &Lifecycle{
	States: []StateDef{
		{Code: NotStarted}, {Code: Baselined, Yields: true}, {Code: Planned, Yields: true}, {Code: InProgress}, {Code: SelfDeclared},
		{Code: Verification}, {Code: Completed, Grants: true}, {Code: Rework}, {Code: Paused}, {Code: Waived},
	},
	Decisions: []DecisionDef{
		{Kind: Baseline, From: []State{NotStarted}, To: Baselined, By: []Role{RoleRegional, RoleDealer}},
		{Kind: PlanModules, From: []State{NotStarted, Baselined}, To: Planned, By: []Role{RoleRegional}},
		{Kind: Declare, From: []State{InProgress, Rework}, To: SelfDeclared, By: []Role{RoleRegional, RoleDealer}, Prepares: true},
		{Kind: Verify, From: []State{SelfDeclared}, To: Verification, By: []Role{RoleRegional}},
		{
			Kind: Complete, To: Completed, Judges: true,
			From: []State{NotStarted, Baselined, Planned, InProgress, SelfDeclared, Verification, Rework, Paused, Waived},
		},
		{Kind: Fail, From: []State{Verification}, To: Rework, By: []Role{RoleRegional}, Judges: true},
		{Kind: Reopen, From: []State{Completed}, To: Rework},
		{Kind: Pause, From: []State{NotStarted, Baselined, Planned, InProgress, SelfDeclared, Verification, Rework}, To: Paused, By: []Role{RoleRegional}},
		{Kind: Resume, From: []State{Paused, Waived}, To: StateBefore, By: []Role{RoleRegional}},
		{Kind: WaiveProject, From: []State{NotStarted, Baselined, Planned, InProgress, SelfDeclared, Verification, Rework}, To: Waived},
	},
}

// LifecycleOf gives the life cycle that a kind of programme has by itself. It is shared and not to be changed.
func LifecycleOf(kind ProgrammeKind) *Lifecycle {
	switch kind {
	case KindCertification:
		return certifying
	case KindProject:
		return upgrading
	default:
		return applying
	}
}

// State gives the definition of a state; the zero one where the life cycle does not know it.
func (l *Lifecycle) State(code State) StateDef {
	for i := range l.States {
		if l.States[i].Code == code {
			return l.States[i]
		}
	}
	return StateDef{}
}

// Decision gives the definition of what can be decided, and whether the life cycle knows it.
func (l *Lifecycle) Decision(kind DecisionKind) (DecisionDef, bool) {
	for i := range l.Decisions {
		if l.Decisions[i].Kind == kind {
			return l.Decisions[i], true
		}
	}
	return DecisionDef{}, false
}

// Codes lists the states in the order of a life.
func (l *Lifecycle) Codes() []State {
	out := make([]State, len(l.States))
	for i, s := range l.States {
		out[i] = s.Code
	}
	return out
}

// Kinds lists what can be decided, in the order of a form.
func (l *Lifecycle) Kinds() []DecisionKind {
	out := make([]DecisionKind, len(l.Decisions))
	for i, d := range l.Decisions {
		out[i] = d.Kind
	}
	return out
}

// Allows tells whether something can be decided in a state while a renewal is as far as it says (empty: none is under
// way).
func (l *Lifecycle) Allows(kind DecisionKind, from, renewal State) bool {
	def, known := l.Decision(kind)
	return known && (slices.Contains(def.From, from) || l.renews(def, from, renewal))
}

// renews tells whether a decision is a step towards a renewal that the state allows.
func (l *Lifecycle) renews(def DecisionDef, from, renewal State) bool {
	return len(def.RenewalFrom) > 0 && l.State(from).Renews && slices.Contains(def.RenewalFrom, renewal)
}

// Cycle gives the standard's life cycle: its own, else that of its kind. It is shared and not to be changed.
func (s *Standard) Cycle() *Lifecycle {
	if s.Lifecycle != nil {
		return s.Lifecycle
	}
	return LifecycleOf(s.Kind)
}

// States gives the states of all programmes, each once, in the order of their lives.
func (b Rulebook) States() []State { return acrossLives(b, (*Lifecycle).Codes) }

// DecisionKinds gives what can be decided in any programme, each once, in the order of their lives.
func (b Rulebook) DecisionKinds() []DecisionKind { return acrossLives(b, (*Lifecycle).Kinds) }

// Granting gives the states that give a right in any programme.
func (b Rulebook) Granting() []State {
	return acrossLives(b, func(l *Lifecycle) []State {
		return slices.DeleteFunc(l.Codes(), func(s State) bool { return !l.State(s).Grants })
	})
}

// acrossLives gathers something of the life cycles of all programmes, each thing once.
func acrossLives[T comparable](b Rulebook, of func(*Lifecycle) []T) []T {
	var out []T
	for i := range b.standards {
		for _, x := range of(b.standards[i].Cycle()) {
			if !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out
}

// ProgrammeName gives the name of a programme by its newest version; empty for an unknown one.
func (b Rulebook) ProgrammeName(code ProgrammeCode) Text {
	if versions := b.Versions(code); len(versions) > 0 {
		return versions[len(versions)-1].Name
	}
	return Text{}
}

// StateName gives the name that a pack gives a state; empty where none does.
func (b Rulebook) StateName(code State) Text {
	for i := range b.standards {
		if name := b.standards[i].Cycle().State(code).Name; name != (Text{}) {
			return name
		}
	}
	return Text{}
}

// DecisionName gives the name that a pack gives to what can be decided; empty where none does.
func (b Rulebook) DecisionName(kind DecisionKind) Text {
	for i := range b.standards {
		if def, _ := b.standards[i].Cycle().Decision(kind); def.Name != (Text{}) {
			return def.Name
		}
	}
	return Text{}
}

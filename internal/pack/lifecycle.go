package pack

import (
	"slices"

	"dealercert/internal/tracker"
)

// lifecycle is a life cycle as it is written.
type lifecycle struct {
	Initial   scalar        `yaml:"initial"`
	ExpiresTo scalar        `yaml:"expires_to"`
	States    []stateDef    `yaml:"states"`
	Decisions []decisionDef `yaml:"decisions"`
}

type stateDef struct {
	Code   scalar `yaml:"code"`
	Name   text   `yaml:"name"`
	Grants bool   `yaml:"grants"`
	Dated  bool   `yaml:"dated"`
	Renews bool   `yaml:"renews"`
	Idle   bool   `yaml:"idle"`
}

type decisionDef struct {
	Code        scalar   `yaml:"code"`
	Name        text     `yaml:"name"`
	From        []scalar `yaml:"from"`
	To          scalar   `yaml:"to"`
	RenewalFrom []scalar `yaml:"renewal_from"`
	RenewalTo   scalar   `yaml:"renewal_to"`
	EndsRenewal bool     `yaml:"ends_renewal"`
	Validity    scalar   `yaml:"validity"`
	By          []scalar `yaml:"by"`
	Persons     number   `yaml:"persons"`
	MinScore    number   `yaml:"min_score"`
	Conditions  bool     `yaml:"conditions"`
	Scored      bool     `yaml:"scored"`
	Judges      bool     `yaml:"judges"`
	Prepares    bool     `yaml:"prepares"`
	Source      *source  `yaml:"source"`
}

// noRenewal stands in renewal_from for no renewal under way.
const noRenewal = "none"

// manyPersons bounds how many people one decision takes.
var manyPersons = bounds{1, 2}

// lifecycle reads a programme's own life cycle; nil where it has that of its kind.
func (r *reader) lifecycle(given *lifecycle) *tracker.Lifecycle {
	if given == nil {
		return nil
	}
	at := func(list string, i int, code scalar) place { return item("lifecycle."+list, i, code) }
	r.unique("lifecycle.states", len(given.States), func(i int) scalar { return given.States[i].Code })
	r.unique("lifecycle.decisions", len(given.Decisions), func(i int) scalar { return given.Decisions[i].Code })
	out := &tracker.Lifecycle{}
	for i, s := range given.States {
		out.States = append(out.States, tracker.StateDef{
			Code: tracker.State(r.code(at("states", i, s.Code).key("code"), s.Code)), Name: r.words(at("states", i, s.Code).key("name"), s.Name),
			Grants: s.Grants, Dated: s.Dated, Renews: s.Renews, Idle: s.Idle,
		})
	}
	known := out.Codes()
	out.Initial = one(r, top("lifecycle.initial"), given.Initial, known...)
	if given.ExpiresTo != "" {
		out.ExpiresTo = one(r, top("lifecycle.expires_to"), given.ExpiresTo, known...)
	}
	for i, d := range given.Decisions {
		out.Decisions = append(out.Decisions, r.decision(at("decisions", i, d.Code), d, known))
	}
	dated := slices.ContainsFunc(out.States, func(s tracker.StateDef) bool { return s.Dated })
	if dated && out.ExpiresTo == "" {
		r.fail(top("lifecycle.expires_to"), "pack_missing")
	}
	return out
}

// decision reads one thing that can be decided.
func (r *reader) decision(at place, d decisionDef, states []tracker.State) tracker.DecisionDef {
	out := tracker.DecisionDef{
		Kind: tracker.DecisionKind(r.code(at.key("code"), d.Code)), Name: r.words(at.key("name"), d.Name),
		EndsRenewal: d.EndsRenewal, Conditions: d.Conditions, Scored: d.Scored, Judges: d.Judges, Prepares: d.Prepares,
		Persons:  r.number(at.key("persons"), d.Persons, manyPersons, d.Source),
		MinScore: r.number(at.key("min_score"), d.MinScore, someShare, d.Source),
	}
	if len(d.From) == 0 {
		r.fail(at.key("from"), "pack_missing")
	}
	for _, s := range d.From {
		out.From = append(out.From, one(r, at.key("from"), s, states...))
	}
	if d.To != "" {
		out.To = one(r, at.key("to"), d.To, append(slices.Clone(states), tracker.StateBefore)...)
	}
	for _, s := range d.RenewalFrom {
		if s == noRenewal {
			out.RenewalFrom = append(out.RenewalFrom, "")
		} else {
			out.RenewalFrom = append(out.RenewalFrom, tracker.State(s))
		}
	}
	out.RenewalTo = tracker.State(d.RenewalTo)
	if d.Validity != "" {
		out.Validity = one(r, at.key("validity"), d.Validity, tracker.ValidityNone, tracker.ValidityFirst, tracker.ValidityRenewed, tracker.ValidityGiven)
	}
	for _, role := range d.By {
		out.By = append(out.By, one(r, at.key("by"), role, tracker.RoleRegional, tracker.RoleDealer, tracker.RoleAuditor))
	}
	return out
}

package pack

import (
	"slices"

	"dealercert/internal/tracker"
)

// ladder is what a pack says about how a type of qualification is come by and kept. All of it may be left out.
type ladder struct {
	Level         number         `yaml:"level"`
	Validity      number         `yaml:"validity_months"`
	RenewalWindow number         `yaml:"renewal_window_days"`
	DecisionDays  number         `yaml:"decision_working_days"`
	NoGrace       number         `yaml:"no_grace"`
	Classroom     number         `yaml:"classroom_days"`
	Requires      []prerequisite `yaml:"requires"`
	Bridge        *bridge        `yaml:"bridge"`
}

// prerequisite is a type of qualification that must be held before another one is issued.
type prerequisite struct {
	Type        scalar  `yaml:"type"`
	Generation  scalar  `yaml:"generation"`
	AtLeast     number  `yaml:"at_least"`
	InForceFrom number  `yaml:"in_force_from"`
	Source      *source `yaml:"source"`
}

// bridge is the web-based way from the generation before.
type bridge struct {
	Hours  number  `yaml:"hours"`
	Source *source `yaml:"source"`
}

// Which generation of a prerequisite is asked for.
const (
	sameGeneration = "same" // that of the certificate itself
	anyGeneration  = "any"  // whichever, at_least so many different ones
)

var (
	someLevels = bounds{1, 9}
	someHours  = bounds{1, 1000}
)

// ladder fills in how a type is come by and kept.
func (r *reader) ladder(at place, q qualification, out *tracker.QualificationType) {
	l := q.Ladder
	out.Level = r.number(at.key("level"), l.Level, someLevels, q.Source)
	out.ValidityMonths = r.number(at.key("validity_months"), l.Validity, someMonths, q.Source)
	out.RenewalWindow = r.number(at.key("renewal_window_days"), l.RenewalWindow, anyDays, q.Source)
	out.DecisionDays = r.number(at.key("decision_working_days"), l.DecisionDays, anyDays, q.Source)
	out.NoGrace = r.flag(at.key("no_grace"), l.NoGrace, q.Source)
	out.ClassroomDays = r.number(at.key("classroom_days"), l.Classroom, anyDays, q.Source)
	if out.HasGeneration {
		out.Generations = KnownGenerations()
	}
	for i, p := range l.Requires {
		out.Requires = append(out.Requires, r.prerequisite(item(at.path[len("$."):]+".requires", i, p.Type).named(at, p.Type), q, p))
	}
	if l.Bridge == nil {
		return
	}
	below := at.key("bridge")
	out.BridgeHours = r.number(below.key("hours"), l.Bridge.Hours, someHours, l.Bridge.Source)
	switch {
	case !l.Bridge.Hours.given:
		r.fail(below.key("hours"), "pack_missing")
	case !out.HasGeneration:
		r.fail(below, "pack_no_generations")
	}
}

// named gives the place of an item below another one, known by its code.
func (p place) named(above place, code scalar) place {
	return place{p.path, above.name + ".requires." + string(code)}
}

// prerequisite reads what must be held before.
func (r *reader) prerequisite(at place, q qualification, p prerequisite) tracker.Prerequisite {
	out := tracker.Prerequisite{
		Type:        tracker.QualificationCode(r.code(at.key("type"), p.Type)),
		Generations: r.number(at.key("at_least"), p.AtLeast, bounds{1, len(KnownGenerations())}, p.Source),
		InForceFrom: r.day(at.key("in_force_from"), p.InForceFrom, p.Source),
	}
	if p.Generation != "" {
		out.SameGeneration = one(r, at.key("generation"), p.Generation, sameGeneration, anyGeneration) == sameGeneration
	}
	switch {
	case out.SameGeneration && !q.PerGeneration:
		r.fail(at.key("generation"), "pack_no_generations")
	case p.AtLeast.given && p.Generation != anyGeneration:
		r.fail(at.key("generation"), "pack_word", "value", string(p.Generation), "known", anyGeneration)
	}
	out.Source = r.sourceOf(at, p.Source, at.key("in_force_from"), at.key("at_least"))
	return out
}

// flag reads yes or no with its source; what is not given is no.
func (r *reader) flag(at place, given number, around *source) bool {
	if !given.given {
		return false
	}
	if given.value != "true" && given.value != "false" {
		r.fail(at, "pack_word", "value", string(given.value), "known", "true, false")
	}
	r.cite(at, given, around)
	return given.value == "true"
}

// climbable checks prerequisites against all types of qualification: that there is such a type, that a generation is
// asked for where the type has some and only there, and that no type is asked for on the way to itself.
func climbable(all []tracker.Standard) error {
	types := map[tracker.QualificationCode]tracker.QualificationType{}
	for _, s := range all {
		for _, q := range s.Qualifications {
			have := types[q.Code]
			q.Requires = append(slices.Clone(have.Requires), q.Requires...) // of all versions: a ring through time is one too
			types[q.Code] = q
		}
	}
	for _, s := range all {
		for _, q := range s.Qualifications {
			for _, p := range q.Requires {
				needed, known := types[p.Type]
				switch {
				case !known:
					return wrong(s, "pack_type_unknown", "code", string(q.Code), "type", string(p.Type))
				case (p.SameGeneration || p.Generations > 0) && !needed.HasGeneration:
					return wrong(s, "pack_type_generations", "code", string(q.Code), "type", string(p.Type))
				case leadsTo(types, p.Type, q.Code, map[tracker.QualificationCode]bool{}):
					return wrong(s, "pack_type_ring", "code", string(q.Code), "type", string(p.Type))
				}
			}
		}
	}
	return nil
}

// leadsTo tells whether a type asks, by whatever others, for a wanted one.
func leadsTo(types map[tracker.QualificationCode]tracker.QualificationType, from, wanted tracker.QualificationCode, seen map[tracker.QualificationCode]bool) bool {
	if from == wanted {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	return slices.ContainsFunc(types[from].Requires, func(p tracker.Prerequisite) bool {
		return leadsTo(types, p.Type, wanted, seen)
	})
}

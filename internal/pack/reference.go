package pack

import (
	"slices"
	"strings"

	"dealercert/internal/tracker"
)

// measures lists how a requirement can be measured.
var measures = []tracker.MeasureKind{
	tracker.MeasureCount, tracker.MeasureRatio, tracker.MeasureProof, tracker.MeasureRequirement, tracker.MeasureState,
	tracker.MeasureModules, tracker.MeasureLaw, tracker.MeasureFranchise, tracker.MeasureLaunch, tracker.MeasureSubject,
	tracker.MeasureUndisturbed,
}

// fillsIn gives, for measures that make sense of a right's subject only, the part of it that they are about.
var fillsIn = map[tracker.MeasureKind]tracker.SubjectPart{
	tracker.MeasureFranchise: tracker.OfBrand, tracker.MeasureLaunch: tracker.OfModel, tracker.MeasureSubject: tracker.OfModel,
}

// bound reads what a requirement's proofs hang on and, of a guard, which right it guards.
func (r *reader) bound(at place, q requirement, out *tracker.Requirement) {
	if q.Binding != "" {
		out.Binding = one(r, at.key("binding"), q.Binding, tracker.Bindings...)
		if out.Measure.Kind != tracker.MeasureProof {
			r.fail(at.key("binding"), "pack_not_for_measure", "measure", string(out.Measure.Kind), "skill", "")
		}
	}
	if r.out.Kind == tracker.KindRights {
		out.Right = one(r, at.key("right"), q.Right, tracker.RightKinds...)
	} else if q.Right != "" {
		r.fail(at.key("right"), "pack_not_for_kind", "kind", string(r.out.Kind))
	}
	out.Evidence = r.list(at.key("evidence"), q.Evidence)
}

// refers reads what a measure looks at beside people and proofs.
func (r *reader) refers(at place, m measure, out *tracker.Measure) {
	out.Programme = tracker.ProgrammeCode(m.Programme)
	out.OnceRecorded = m.OnceRecorded
	out.TransitionDays = r.number(at.key("transition_days"), m.TransitionDays, anyDays, nil)
	switch out.Kind {
	case tracker.MeasureRequirement:
		out.Codes = r.list(at.key("requirements"), m.Requirements)
	case tracker.MeasureModules:
		out.Codes = r.list(at.key("modules"), m.Modules)
	case tracker.MeasureUndisturbed:
		out.Codes = r.list(at.key("events"), m.Events)
		for _, e := range m.Events {
			one(r, at.key("events"), e, tracker.EventKinds...)
		}
	case tracker.MeasureSubject:
		out.Programme = r.out.Programme
	}
	if m.Of == "" {
		return
	}
	out.Of = one(r, at.key("of"), m.Of, tracker.OfModel, tracker.OfBrand, tracker.OfGeneration)
	wanted := fillsIn[out.Kind]
	switch {
	case r.out.Kind != tracker.KindRights:
		r.fail(at.key("of"), "pack_not_for_kind", "kind", string(r.out.Kind))
	case wanted == "" && (out.Kind == tracker.MeasureCount || out.Kind == tracker.MeasureRatio):
		wanted = tracker.OfGeneration
	case wanted == "":
		wanted = out.Of
	}
	if wanted != "" && out.Of != wanted {
		r.fail(at.key("of"), "pack_word", "value", string(m.Of), "known", string(wanted))
	}
}

// list reads several codes.
func (r *reader) list(at place, codes []scalar) tracker.CodeList {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = r.code(at, c)
	}
	return tracker.CodeList(strings.Join(out, " "))
}

// references checks that what requirements look at exists, and that programmes do not wait for each other in a ring.
func references(all []tracker.Standard) error {
	for _, s := range all {
		for _, q := range s.Requirements {
			if code, found := resolved(all, s, q.Measure); !found {
				return wrong(s, "pack_reference_unknown", "code", q.Code, "value", code)
			}
		}
	}
	looks := map[tracker.ProgrammeCode][]tracker.ProgrammeCode{}
	for _, s := range all {
		for _, q := range s.Requirements {
			looks[s.Programme] = append(looks[s.Programme], lookedAt(all, q.Measure)...)
		}
	}
	for _, s := range all {
		if slices.Contains(reached(looks, s.Programme), s.Programme) {
			return wrong(s, "pack_ring")
		}
	}
	return nil
}

// resolved tells whether everything that a measure names exists, else what does not.
func resolved(all []tracker.Standard, s tracker.Standard, m tracker.Measure) (string, bool) {
	switch m.Kind {
	case tracker.MeasureRequirement:
		for _, code := range m.Codes.All() {
			if !slices.ContainsFunc(all, func(x tracker.Standard) bool { return owns(x, code) }) {
				return code, false
			}
		}
	case tracker.MeasureState:
		known := slices.ContainsFunc(all, func(x tracker.Standard) bool { return x.Programme == m.Programme })
		return string(m.Programme), known
	case tracker.MeasureModules:
		for _, code := range m.Codes.All() {
			if !slices.ContainsFunc(all, func(x tracker.Standard) bool {
				return slices.ContainsFunc(x.Modules, func(d tracker.ModuleDef) bool { return d.Code == code })
			}) {
				return code, false
			}
		}
	case tracker.MeasureSubject:
		return string(s.Programme), len(s.Cycle().Decisions) > 0
	}
	return "", true
}

func owns(s tracker.Standard, code string) bool {
	_, found := s.Requirement(code)
	return found
}

// lookedAt gives the programmes whose requirements a measure waits for. States follow from decisions alone and wait for
// nothing.
func lookedAt(all []tracker.Standard, m tracker.Measure) []tracker.ProgrammeCode {
	switch m.Kind {
	case tracker.MeasureLaw:
		return []tracker.ProgrammeCode{tracker.ProgrammeLaw}
	case tracker.MeasureRequirement:
		var out []tracker.ProgrammeCode
		for _, code := range m.Codes.All() {
			for _, s := range all {
				if owns(s, code) {
					out = append(out, s.Programme)
				}
			}
		}
		return out
	default:
		return nil
	}
}

// reached gives all programmes that one waits for, directly or through others.
func reached(looks map[tracker.ProgrammeCode][]tracker.ProgrammeCode, from tracker.ProgrammeCode) []tracker.ProgrammeCode {
	out := slices.Clone(looks[from])
	for i := 0; i < len(out); i++ {
		for _, next := range looks[out[i]] {
			if !slices.Contains(out, next) {
				out = append(out, next)
			}
		}
	}
	return out
}

package pack

import (
	"reflect"
	"slices"

	"dealercert/internal/tracker"
)

// Validate checks what can be seen only in several standards together: versions that can be told apart, one kind and
// life cycle for all versions of a programme, codes that belong to one programme each (facts name requirements, modules, types of
// qualification and models by code alone), and skills that some type of qualification grants. The fault is Invalid, of
// the first thing that is wrong, with the arguments programme and version.
func Validate(all []tracker.Standard) error {
	granted := slices.Clone(computed)
	for _, s := range all {
		for _, q := range s.Qualifications {
			granted = append(granted, q.Skills...)
		}
	}
	types := typesOf(all)
	for i, s := range all {
		if err := coursesFit(s, types); err != nil {
			return err
		}
		for _, before := range all[:i] {
			if err := compare(before, s); err != nil {
				return err
			}
		}
		if err := linked(s, all); err != nil {
			return err
		}
		for _, q := range s.Requirements {
			if q.Measure.Skill != "" && !slices.Contains(granted, q.Measure.Skill) {
				return wrong(s, "pack_skill_unknown", "code", q.Code, "skill", string(q.Measure.Skill))
			}
		}
	}
	if err := references(all); err != nil {
		return err
	}
	return climbable(all)
}

// compare checks one standard against another.
func compare(before, s tracker.Standard) error {
	if before.Programme == s.Programme {
		switch {
		case before.Version == s.Version:
			return wrong(s, "pack_version_twice")
		case before.EffectiveOn == s.EffectiveOn:
			return wrong(s, "pack_day_twice", "other", before.Version, "day", s.EffectiveOn.String())
		case before.Kind != s.Kind:
			return wrong(s, "pack_kind_changed", "other", before.Version, "kind", string(before.Kind))
		case !reflect.DeepEqual(before.Cycle(), s.Cycle()):
			return wrong(s, "pack_cycle_changed", "other", before.Version)
		}
		return nil
	}
	have := codesOf(before)
	for _, code := range codesOf(s) {
		if slices.Contains(have, code) {
			return wrong(s, "pack_code_elsewhere", "code", code.code, "other", string(before.Programme))
		}
	}
	return nil
}

// named is a code within its sort of thing.
type named struct{ sort, code string }

// codesOf gives all codes by which facts can name something of a standard.
func codesOf(s tracker.Standard) []named {
	var out []named
	for _, q := range s.Requirements {
		out = append(out, named{"requirement", q.Code})
	}
	for _, m := range s.Modules {
		out = append(out, named{"module", m.Code})
	}
	for _, q := range s.Qualifications {
		out = append(out, named{"qualification", string(q.Code)})
	}
	for _, m := range s.Models {
		out = append(out, named{"model", m.Code})
	}
	for _, c := range s.Courses {
		out = append(out, named{"course", c.Code})
	}
	return out
}

func wrong(s tracker.Standard, key string, args ...any) error {
	args = append([]any{"programme", string(s.Programme), "version", s.Version}, args...)
	return tracker.Fault(tracker.Invalid, key, args...)
}

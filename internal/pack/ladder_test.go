package pack_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dealercert/internal/pack"
	"dealercert/internal/tracker"
)

// typeOf gives a type of qualification of an embedded pack.
func typeOf(t *testing.T, standard string, code tracker.QualificationCode) tracker.QualificationType {
	t.Helper()
	for _, q := range embedded(t)[standard].Standard.Qualifications {
		if q.Code == code {
			return q
		}
	}
	t.Fatalf("%s has no type %s", standard, code)
	return tracker.QualificationType{}
}

// What the domain's sources say of the ladder, so that a slip in a pack is seen.
func TestLadderOfThePacks(t *testing.T) {
	permit := typeOf(t, "law 2024.1", "permit-lv")
	if permit.ValidityMonths != 72 || permit.DecisionDays != 20 || !permit.NoGrace || permit.Level != 0 {
		t.Errorf("permit: %+v", permit)
	}
	type numbers struct{ Level, Validity, Classroom, Bridge int }
	for code, want := range map[tracker.QualificationCode]numbers{
		"hva": {1, 24, 0, 0}, "hvt-c": {2, 36, 3, 8}, "hvt-b": {3, 24, 4, 12}, "hve": {4, 24, 25, 0}, "first-aid": {0, 36, 0, 0},
		"medical": {0, 12, 0, 0}, "consultant-core": {}, "champion": {},
	} {
		q := typeOf(t, "bmw-i 2.0", code)
		if got := (numbers{q.Level, q.ValidityMonths, q.ClassroomDays, q.BridgeHours}); got != want {
			t.Errorf("%s: %+v, want %+v", code, got, want)
		}
		if q.HasGeneration != (len(q.Generations) > 0) || q.HasGeneration && !slices.Equal(q.Generations, pack.KnownGenerations()) {
			t.Errorf("%s: generations %v", code, q.Generations)
		}
	}
	type asked struct {
		Type        tracker.QualificationCode
		Same        bool
		Generations int
		From        string
	}
	for code, want := range map[tracker.QualificationCode][]asked{
		"hva": nil, "hvt-c": {{"permit-lv", false, 0, "2024-04-01"}, {"hva", false, 0, ""}},
		"hvt-b": {{"permit-lv", false, 0, "2024-04-01"}, {"hva", false, 0, ""}, {"hvt-c", true, 0, ""}},
		"hve":   {{"hvt-b", false, 2, ""}, {"first-aid", false, 0, ""}, {"medical", false, 0, ""}},
	} {
		var got []asked
		for _, p := range typeOf(t, "bmw-i 1.0", code).Requires {
			got = append(got, asked{p.Type, p.SameGeneration, p.Generations, p.InForceFrom.String()})
			if p.Source.Cite == "" {
				t.Errorf("%s asks for %s without a source", code, p.Type)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", code, diff)
		}
	}
}

// stairs is a pack of nothing but a ladder.
const stairs = `programme: stairs
kind: project
version: "1"
name: {en: Stairs, zh: 阶梯}
source: {basis: assumption, cite: Sample}
qualifications:
  - code: low
    name: {en: Low, zh: 低}
    skills: [low]
    for: everybody
    level: 1
    no_grace: true
  - code: high
    name: {en: High, zh: 高}
    skills: [high]
    for: technicians
    per_generation: true
    level: 2
    requires:
      - type: low
        in_force_from: 2024-01-01
      - type: high
        generation: any
        at_least: 2
    bridge:
      hours: 8
`

func TestSlipsOfALadder(t *testing.T) {
	for _, row := range []struct{ name, old, new, key, at string }{
		{"level beyond all ladders", "level: 2", "level: 10", "pack_range", "qualifications.high.level"},
		{"a flag that is neither yes nor no", "no_grace: true", "no_grace: perhaps", "pack_word", "qualifications.low.no_grace"},
		{"prerequisite without a type", "type: low\n        in_force", "in_force", "pack_missing", "qualifications.high.requires..type"},
		{"a generation that is a name", "generation: any", "generation: gen5", "pack_word", "qualifications.high.requires.high.generation"},
		{"several without saying of what", "generation: any\n        ", "", "pack_word", "qualifications.high.requires.high.generation"},
		{"more generations than there are", "at_least: 2", "at_least: 9", "pack_range", "qualifications.high.requires.high.at_least"},
		{"a bridge that takes no time", "hours: 8", "hours: 0", "pack_range", "qualifications.high.bridge.hours"},
		{"a bridge between no generations", "    per_generation: true\n", "", "pack_no_generations", "qualifications.high.bridge"},
		{"a misspelt key", "hours: 8", "hour: 8", "pack_key_unknown", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := pack.Parse("stairs.yaml", []byte(changed(t, stairs, row.old, row.new)))
			fault := wantFault(t, err, row.key)
			if at, _ := fault.Args["at"].(string); at != row.at {
				t.Errorf("at %s, want %s", at, row.at)
			}
		})
	}
}

// What can be seen only with all types together.
func TestLaddersThatCannotBeClimbed(t *testing.T) {
	for _, row := range []struct{ name, old, new, key string }{
		{"a type that asks for itself", "", "", "pack_type_ring"},
		{"a ring of two", "type: high\n        generation: any\n        at_least: 2\n    bridge:\n      hours: 8", "type: middle\n  - code: middle\n    name: {en: M, zh: 中}\n    skills: [middle]\n    for: everybody\n    requires:\n      - type: high", "pack_type_ring"},
		{"a type that nobody knows", "type: low", "type: lowest", "pack_type_unknown"},
		{"a generation of a type without", "type: low\n", "type: low\n        generation: same\n", "pack_type_generations"},
		{"a ladder that can be climbed", "      - type: high\n        generation: any\n        at_least: 2\n", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := stairs
			if row.old != "" {
				text = changed(t, stairs, row.old, row.new)
			}
			_, err := pack.Rulebook(parse(t, "stairs.yaml", text))
			if row.key == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			wantFault(t, err, row.key)
		})
	}
}

// changed gives a text with something put in place of what stands in it once.
func changed(t *testing.T, text, from, to string) string {
	t.Helper()
	if strings.Count(text, from) != 1 {
		t.Fatalf("%q stands %d times", from, strings.Count(text, from))
	}
	return strings.Replace(text, from, to, 1)
}

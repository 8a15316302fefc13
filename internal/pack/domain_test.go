package pack_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dealercert/internal/tracker"
)

// checklists are the sample checklists as the domain has them: code, weight and severity of each requirement. The one
// departure is SCT-01: the gap that it shows turns the light of the certification already (BMI-B04).
var checklists = map[string]string{
	"bmw-i 1.0": "BMI-A01 5 C, BMI-A02 5 M, BMI-A03 3 m, BMI-A04 5 C, BMI-A05 3 C, BMI-A06 3 M, BMI-B01 8 C, BMI-B02 8 C, BMI-B03 4 M, " +
		"BMI-B04 5 M, BMI-B05 2 m, BMI-B06 3 M, BMI-C01 5 C, BMI-C02 4 C, BMI-C03 3 M, BMI-C04 2 m, BMI-D01 6 C, BMI-D02 4 M, " +
		"BMI-D03 4 M, BMI-D04 3 m, BMI-D05 3 m, BMI-E01 4 M, BMI-E02 4 C, BMI-E03 4 C",
	"bmw-i 2.0": "BMI-A01 5 C, BMI-A07 5 M, BMI-A04 5 C, BMI-A05 3 C, BMI-A06 3 M, BMI-B01 8 C, BMI-B02 8 C, BMI-B03 4 M, " +
		"BMI-B04 5 M, BMI-B05 2 m, BMI-B06 3 M, BMI-B07 3 m, BMI-C01 5 C, BMI-C02 4 C, BMI-C03 3 M, BMI-C04 2 m, BMI-D01 6 C, " +
		"BMI-D02 4 M, BMI-D03 4 M, BMI-D04 3 m, BMI-D05 3 m, BMI-E01 4 M, BMI-E02 4 C, BMI-E03 4 C",
	"technicians 1.0": "HVT-A1 0 C, HVT-A2 0 M, HVT-T1 0 C, HVT-T2 0 C, HVT-T3 0 C, HVT-B1 0 C, HVT-B2 0 M, HVT-E1 0 C, HVT-E2 0 C, " +
		"HVT-E3 0 C, HVT-X1 0 M, HVT-X2 0 C",
	"consultants 1.0": "SCT-01 30 m, SCT-02 15 M, SCT-03 20 C, SCT-04 10 M, SCT-05 10 m, SCT-06 5 m, SCT-07 5 m, SCT-08 5 m",
	"digital-upgrade 1.0": "DGU-01 15 C, DGU-02 12 C, DGU-03 10 M, DGU-04 8 M, DGU-05 10 M, DGU-06 8 M, DGU-07 12 C, DGU-08 8 C, " +
		"DGU-09 5 M, DGU-10 6 C, DGU-11 4 m, DGU-12 2 m",
	"ishowroom 1.0": "ISR-01 15 C, ISR-02 15 C, ISR-03 10 M, ISR-04 15 C, ISR-05 10 M, ISR-06 8 m, ISR-07 12 C, ISR-08 5 M, ISR-09 5 M, " +
		"ISR-10 5 M",
	"green-star 1.0": "GRS-01 10 C, GRS-02 20 M, GRS-03 12 M, GRS-04 8 m, GRS-05 8 m, GRS-06 12 M, GRS-07 8 C, GRS-08 5 m, GRS-09 7 M, " +
		"GRS-10 4 m, GRS-11 6 C",
	"battery-take-back 1.0": "BTB-01 15 C, BTB-02 15 C, BTB-03 8 C, BTB-04 5 m, BTB-05 12 C, BTB-06 12 C, BTB-07 10 C, BTB-08 10 C, " +
		"BTB-09 6 M, BTB-10 5 M, BTB-11 2 M",
	"law 2024.1": "REG-01 0 C, REG-02 0 C, REG-03 0 C, REG-04 0 C, REG-05 0 C, REG-06 0 C, REG-07 0 C, REG-08 0 C, REG-09 0 C, REG-10 0 C",
}

func TestChecklistsAreThoseOfTheDomain(t *testing.T) {
	letters := map[tracker.Severity]string{tracker.Critical: "C", tracker.Major: "M", tracker.Minor: "m"}
	packs := embedded(t)
	for name, want := range checklists {
		s := packs[name].Standard
		var got []string
		sum := 0
		line := func(code string, weight int, severity tracker.Severity) {
			got = append(got, code+" "+strconv.Itoa(weight)+" "+letters[severity])
			sum += weight
		}
		for _, r := range s.Requirements {
			line(r.Code, r.Weight, r.Severity)
		}
		for _, m := range s.Modules {
			line(m.Code, m.Weight, m.Severity)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, ", "), want)
		}
		if sum != 100 && sum != 0 {
			t.Errorf("%s: weights add up to %d", name, sum)
		}
	}
}

func TestScoresAndClocksOfDecisions(t *testing.T) {
	packs := embedded(t)
	for _, version := range []string{"bmw-i 1.0", "bmw-i 2.0"} {
		s := packs[version].Standard
		got := []int{s.PassScore, s.ConditionalScore, s.ConditionsDays, s.ConditionsGrace, s.RetryDays, s.WaiverMonths}
		if !slices.Equal(got, []int{90, 80, 90, 14, 30, 12}) {
			t.Errorf("%s: %v", version, got)
		}
	}
	for name, want := range map[string]map[tracker.DecisionKind]int{
		"green-star 1.0": {"award_star": 60, "award_plus": 75, "award_lighthouse": 90}, "ishowroom 1.0": {"open_showroom": 90},
		"battery-take-back 1.0": {},
	} {
		s, got := packs[name].Standard, map[tracker.DecisionKind]int{}
		for _, d := range s.Lifecycle.Decisions {
			if d.MinScore != 0 {
				got[d.Kind] = d.MinScore
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: scores %v, want %v", name, got, want)
		}
		granting := slices.ContainsFunc(s.Lifecycle.States, func(d tracker.StateDef) bool { return d.Grants })
		if !granting || !s.Lifecycle.State(s.Lifecycle.Initial).Idle {
			t.Errorf("%s: no state grants, or something is asked of who takes no part", name)
		}
	}
}

// Every state of a life cycle can be reached, and every state but those of who takes no part can be left or ends.
func TestLifeCyclesHangTogether(t *testing.T) {
	for name, p := range embedded(t) {
		cycle := p.Standard.Cycle()
		if p.Standard.Lifecycle == nil {
			continue
		}
		reached := map[tracker.State]bool{cycle.Initial: true, cycle.ExpiresTo: true}
		left := map[tracker.State]bool{}
		for _, d := range cycle.Decisions {
			reached[d.To] = true
			for _, s := range d.From {
				left[s] = true
			}
		}
		for _, s := range cycle.States {
			if !reached[s.Code] || !left[s.Code] {
				t.Errorf("%s: %s is reached %v, left %v", name, s.Code, reached[s.Code], left[s.Code])
			}
		}
	}
}

// Who records no more than people, certificates and decisions about the certification sees no light that the headcounts
// do not turn: checklists wait for their first proof, and who takes no part is asked for nothing.
func TestChecklistsTurnNoLightBeforeRecordsExist(t *testing.T) {
	history := tracker.History{
		Dealership: 1,
		Operating:  []tracker.OperatingPeriod{{Head: head("o"), Dealership: 1, From: day("2020-01-01")}},
		Decisions: []tracker.Decision{{
			Head: head("d"), Dealership: 1, Programme: "bmw-i", Decided: tracker.Certify, EffectiveOn: day("2021-01-10"),
		}},
	}
	timeline := history.Timeline(rulebook(t))
	for _, on := range []string{"2020-06-01", "2022-11-30", "2024-03-31", "2025-07-02", "2027-09-01"} {
		for _, code := range []tracker.ProgrammeCode{"battery-take-back", "green-star", "ishowroom", "consultants", "technicians"} {
			got, found := timeline.Standing(code, day(on))
			if !found || got.Brand != tracker.Healthy || got.Law == tracker.InBreach && code != "consultants" {
				t.Errorf("%s on %s: %s, law %s, brand %s", code, on, got.State, got.Law, got.Brand)
			}
		}
		got, _ := timeline.Standing("bmw-i", day(on))
		for _, r := range got.Results {
			known := []string{"BMI-B01", "BMI-B02", "BMI-B04", "BMI-B05", "BMI-B07"}
			if !slices.Contains(known, r.Requirement) {
				t.Errorf("bmw-i on %s: %s is %s", on, r.Requirement, r.Outcome)
			}
		}
	}
}

// The first proof begins a requirement's life, and the end of the last one ends its holding.
func TestAProofOfAChecklistActs(t *testing.T) {
	history := tracker.History{
		Dealership: 1,
		Operating:  []tracker.OperatingPeriod{{Head: head("o"), Dealership: 1, From: day("2020-01-01")}},
		Decisions: []tracker.Decision{
			{Head: head("d1"), Dealership: 1, Programme: "battery-take-back", Decided: "prepare_outlet", EffectiveOn: day("2022-01-10")},
			{Head: head("d2"), Dealership: 1, Programme: "battery-take-back", Decided: "file_outlet", EffectiveOn: day("2022-02-10")},
			{Head: head("d3"), Dealership: 1, Programme: "battery-take-back", Decided: "commission", EffectiveOn: day("2022-03-10")},
		},
		Proofs: []tracker.Proof{{Head: head("p"), Dealership: 1, Requirement: "BTB-01", From: day("2022-03-01"), Until: day("2023-03-01")}},
	}
	timeline := history.Timeline(rulebook(t))
	for on, want := range map[string]tracker.Light{
		"2022-02-28": tracker.Healthy, "2023-02-28": tracker.Healthy, "2023-03-01": tracker.AtRisk, "2023-03-31": tracker.InBreach,
	} {
		if got, _ := timeline.Standing("battery-take-back", day(on)); got.Brand != want {
			t.Errorf("%s: %s %s, want %s", on, got.State, got.Brand, want)
		}
	}
	if got, _ := timeline.Standing("battery-take-back", day("2022-03-10")); got.State != "operational" || !got.May {
		t.Errorf("%+v", got)
	}
}

package tracker_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dealercert/internal/tracker"
)

// proving is a brand requirement that a proof meets.
func proving(code string, graceDays int) tracker.Requirement {
	return tracker.Requirement{
		Code: code, Basis: tracker.BasisBrand, Severity: tracker.Major, GraceDays: graceDays,
		Measure: tracker.Measure{Kind: tracker.MeasureProof},
	}
}

// linkedRules is two versions, the second from 2025-01-01 on: "bay" gives way to "lift", as the link says.
func linkedRules(links ...tracker.RequirementLink) tracker.Rulebook {
	first := tracker.Standard{
		Programme: "bmw-i", Kind: tracker.KindCertification, Version: "v1", ResetDays: 30,
		Requirements: []tracker.Requirement{proving("bay", 60)},
	}
	second := first
	second.Version, second.EffectiveOn, second.Links = "v2", tracker.MustDate("2025-01-01"), links
	second.Requirements = []tracker.Requirement{proving("lift", 40)}
	return tracker.NewRulebook(second, first)
}

// site is a dealership that is always open.
func openSite() tracker.History {
	return tracker.History{Dealership: here, Operating: []tracker.OperatingPeriod{{Dealership: here}}}
}

func TestWhatCountsAcrossALink(t *testing.T) {
	day := tracker.MustDate
	until := tracker.RequirementLink{From: "bay", To: "lift", Carry: tracker.CarryUntil, Until: day("2025-03-31")}
	proof := func(code, from, last string) func(*tracker.History) {
		return func(h *tracker.History) {
			h.Proofs = append(h.Proofs, tracker.Proof{Dealership: here, Requirement: code, From: day(from), Until: day(last).Add(1)})
		}
	}
	waiver := func(h *tracker.History) {
		h.Waivers = append(h.Waivers, tracker.Waiver{Dealership: here, Requirement: "bay", From: day("2024-01-01"), Until: day("2025-02-01")})
	}
	for _, row := range []struct {
		name  string
		links []tracker.RequirementLink
		facts []func(*tracker.History)
		on    string
		want  string // the new requirement's result
	}{
		{"carried over", []tracker.RequirementLink{{From: "bay", To: "lift", Carry: tracker.CarryYes}}, []func(*tracker.History){proof("bay", "2024-01-01", "2030-01-01")}, "2026-01-01", "holds"},
		{"not carried over", []tracker.RequirementLink{{From: "bay", To: "lift", Carry: tracker.CarryNo}}, []func(*tracker.History){proof("bay", "2024-01-01", "2030-01-01")}, "2025-01-01", "fails since 2025-01-01"},
		{"no link", nil, []func(*tracker.History){proof("bay", "2024-01-01", "2030-01-01")}, "2025-01-01", "not asked"},
		{"until, last day", []tracker.RequirementLink{until}, []func(*tracker.History){proof("bay", "2024-01-01", "2030-01-01")}, "2025-03-31", "holds"},
		{"until, the day after", []tracker.RequirementLink{until}, []func(*tracker.History){proof("bay", "2024-01-01", "2030-01-01")}, "2025-04-01", "fails since 2025-04-01"},
		{"the proof's own end comes first", []tracker.RequirementLink{until}, []func(*tracker.History){proof("bay", "2024-01-01", "2025-02-10")}, "2025-02-11", "fails since 2025-02-11"},
		{"a new proof beside the old one", []tracker.RequirementLink{until}, []func(*tracker.History){proof("bay", "2024-01-01", "2030-01-01"), proof("lift", "2025-04-01", "2026-03-31")}, "2025-04-01", "holds"},
		{"a waiver, last day", []tracker.RequirementLink{{From: "bay", To: "lift", Carry: tracker.CarryYes}}, []func(*tracker.History){waiver, proof("bay", "2020-01-01", "2020-01-02")}, "2025-01-31", "waived"},
		{"a waiver, the day after", []tracker.RequirementLink{{From: "bay", To: "lift", Carry: tracker.CarryYes}}, []func(*tracker.History){waiver, proof("bay", "2020-01-01", "2023-12-31")}, "2025-02-01", "fails since 2025-02-01"},
		{"a waiver not carried over", []tracker.RequirementLink{{From: "bay", To: "lift", Carry: tracker.CarryNo}}, []func(*tracker.History){waiver, proof("bay", "2020-01-01", "2023-12-31")}, "2025-01-31", "fails since 2025-01-01"},
		{"the clock goes on", []tracker.RequirementLink{{From: "bay", To: "lift", Carry: tracker.CarryYes}}, []func(*tracker.History){proof("bay", "2024-01-01", "2024-11-30")}, "2025-01-01", "fails since 2024-12-01"},
		{"the clock starts anew without carry", []tracker.RequirementLink{{From: "bay", To: "lift", Carry: tracker.CarryNo}}, []func(*tracker.History){proof("bay", "2024-01-01", "2024-11-30")}, "2025-01-01", "fails since 2025-01-01"},
		{"the new code never counts for the old one", []tracker.RequirementLink{{From: "bay", To: "lift", Carry: tracker.CarryYes}}, []func(*tracker.History){proof("bay", "2020-01-01", "2020-12-31"), proof("lift", "2024-01-01", "2030-01-01")}, "2024-06-01", "not asked"},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := openSite()
			for _, add := range row.facts {
				add(&h)
			}
			got := standing(t, h.Timeline(linkedRules(row.links...)), "bmw-i", row.on)
			if result := seen(got, "lift"); result != row.want {
				t.Errorf("%s: %q, want %q", row.on, result, row.want)
			}
		})
	}
}

// The clock that ran under the old code ends by the new one's grace.
func TestGraceGoesOnAcrossALink(t *testing.T) {
	h := openSite()
	h.Proofs = []tracker.Proof{{Dealership: here, Requirement: "bay", From: tracker.MustDate("2024-01-01"), Until: tracker.MustDate("2024-12-01")}}
	line := h.Timeline(linkedRules(tracker.RequirementLink{From: "bay", To: "lift", Carry: tracker.CarryYes}))
	checkStandings(t, line, "bmw-i", []onDay{
		{"2024-11-30", "not_enrolled, law healthy, brand healthy"},
		{"2024-12-01", "not_enrolled, law healthy, brand at_risk"},
		{"2025-01-01", "not_enrolled, law healthy, brand at_risk"},
		{"2025-01-09", "not_enrolled, law healthy, brand at_risk"},
		{"2025-01-10", "not_enrolled, law healthy, brand in_breach"}, // 40 days of grace from 2024-12-01
	})
}

// A chain of links carries as long as each of its links; a ring of them ends.
func TestChainsOfLinks(t *testing.T) {
	day := tracker.MustDate
	version := func(name, from, code string, links ...tracker.RequirementLink) tracker.Standard {
		return tracker.Standard{
			Programme: "bmw-i", Kind: tracker.KindCertification, Version: name, EffectiveOn: day(from), Links: links,
			Requirements: []tracker.Requirement{proving(code, 10)},
		}
	}
	rules := tracker.NewRulebook(
		version("v1", "2020-01-01", "a"),
		version("v2", "2022-01-01", "b", tracker.RequirementLink{From: "a", To: "b", Carry: tracker.CarryUntil, Until: day("2023-06-30")}),
		version("v3", "2023-01-01", "c", tracker.RequirementLink{From: "b", To: "c", Carry: tracker.CarryYes}),
		version("v4", "2024-01-01", "a", tracker.RequirementLink{From: "c", To: "a", Carry: tracker.CarryYes}),
	)
	h := openSite()
	h.Proofs = []tracker.Proof{{Dealership: here, Requirement: "a", From: day("2021-01-01")}}
	line := h.Timeline(rules)
	for _, row := range [][3]string{
		{"2022-12-31", "b", "holds"}, {"2023-06-30", "c", "holds"}, {"2023-07-01", "c", "fails since 2023-07-01"}, {"2024-01-01", "a", "holds"},
	} {
		if got := seen(standing(t, line, "bmw-i", row[0]), row[1]); got != row[2] {
			t.Errorf("%s on %s: %q, want %q", row[1], row[0], got, row[2])
		}
	}
}

// Giving requirements new codes, linked and carried over, changes nothing but the codes: on random histories.
func TestNewCodesChangeNothing(t *testing.T) {
	const mark = "-anew"
	rapid.Check(t, func(t *rapid.T) {
		_, x := draw(t)
		var renamed []tracker.Standard
		for _, s := range x.standards {
			if s.Kind == tracker.KindProject || s.Version == "v1" {
				renamed = append(renamed, s)
				continue
			}
			s.Requirements, s.Links = slices.Clone(s.Requirements), nil
			for i := range s.Requirements {
				r := &s.Requirements[i]
				s.Links = append(s.Links, tracker.RequirementLink{From: r.Code, To: r.Code + mark, Carry: tracker.CarryYes})
				r.Code += mark
			}
			renamed = append(renamed, s)
		}
		before, after := x.history.Timeline(x.rules), x.history.Timeline(tracker.NewRulebook(renamed...))
		for _, s := range after.Standings {
			for i := range s.Results {
				s.Results[i].Requirement = strings.TrimSuffix(s.Results[i].Requirement, mark)
			}
			slices.SortFunc(s.Results, func(a, b tracker.Result) int { return strings.Compare(a.Requirement, b.Requirement) })
			was, _ := before.Standing(s.Programme, s.From)
			if was.State != s.State || was.Law != s.Law || was.Brand != s.Brand || !slices.Equal(was.Results, s.Results) {
				t.Fatalf("on %s:\nwas %+v\nis  %+v", s.From, was, s)
			}
		}
	})
}

package tracker_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"dealercert/internal/tracker"
)

// guards is a programme of rights with a guard of each kind.
func guards() tracker.Standard {
	sell := func(code string, basis tracker.Basis, grace int, m tracker.Measure) tracker.Requirement {
		return tracker.Requirement{Code: code, Right: tracker.RightSell, Basis: basis, Severity: tracker.Critical, GraceDays: grace, Measure: m}
	}
	service := func(code string, basis tracker.Basis, m tracker.Measure) tracker.Requirement {
		return tracker.Requirement{Code: code, Right: tracker.RightService, Basis: basis, Severity: tracker.Critical, Measure: m}
	}
	return tracker.Standard{
		Programme: "models", Kind: tracker.KindRights, Version: "1", ResetDays: 10, Generations: []tracker.Generation{"gen5", "gen6"},
		Lifecycle: &tracker.Lifecycle{
			Initial: "open", ExpiresTo: "ended",
			States: []tracker.StateDef{{Code: "open", Grants: true}, {Code: "refused"}, {Code: "run_out", Grants: true, Dated: true}, {Code: "ended"}},
			Decisions: []tracker.DecisionDef{
				{Kind: "refuse", From: []tracker.State{"open"}, To: "refused"},
				{Kind: "run_out", From: []tracker.State{"open"}, To: "run_out", Validity: tracker.ValidityGiven},
			},
		},
		Requirements: []tracker.Requirement{
			sell("EMA-01", "brand", 0, tracker.Measure{Kind: tracker.MeasureFranchise, Of: tracker.OfBrand}),
			sell("EMA-02", "brand", 0, tracker.Measure{Kind: tracker.MeasureState, Programme: "bmw-i"}),
			sell("EMA-03", "law", 0, tracker.Measure{Kind: tracker.MeasureLaw}),
			sell("EMA-04", "brand", 20, tracker.Measure{Kind: tracker.MeasureCount, Skill: "hvt-c", AtLeast: 1, Of: tracker.OfGeneration}),
			sell("EMA-06", "brand", 0, tracker.Measure{Kind: tracker.MeasureProof, Of: tracker.OfModel}),
			sell("EMA-09", "brand", 0, tracker.Measure{Kind: tracker.MeasureLaunch, Of: tracker.OfModel}),
			sell("EMA-11", "brand", 0, tracker.Measure{Kind: tracker.MeasureSubject, Programme: "models", Of: tracker.OfModel}),
			sell("EMA-12", "brand", 0, tracker.Measure{Kind: tracker.MeasureUndisturbed, Codes: "ownership_change termination", TransitionDays: 90}),
			service("HVS-01", "law", tracker.Measure{Kind: tracker.MeasureLaw}),
			service("HVS-02", "brand", tracker.Measure{Kind: tracker.MeasureCount, Skill: "hvt-c", AtLeast: 1, Of: tracker.OfGeneration}),
		},
		Models: []tracker.Model{
			{Code: "iY", Brand: "BMW i", Franchises: "BMW;BMW i", Generation: "gen5", LaunchOn: tracker.MustDate("2022-03-01")},
			{Code: "MINI-E", Brand: "MINI", Generation: "gen5", LaunchOn: tracker.MustDate("2022-03-01"), EndOn: tracker.MustDate("2024-12-31")},
			{Code: "i9", Brand: "BMW i", Generation: "gen6", LaunchOn: tracker.MustDate("2025-01-01")},
		},
	}
}

// rightRules are the rules of the tests with the guards of rights.
func rightRules() tracker.Rulebook {
	return tracker.NewRulebook(upgradeV1(), bmwiV1(), lawV1(), guards())
}

// healthySeller is a certified dealership with everything that the guards ask for.
func healthySeller() tracker.History {
	on := tracker.MustDate
	id := func(text string) tracker.Head {
		return tracker.Head{ID: tracker.FactID(text), Chain: tracker.FactID(text), FirstAt: 1}
	}
	technician := func(person tracker.PersonID, issued string) tracker.PersonHistory {
		name := string(rune('a' + person))
		return tracker.PersonHistory{
			Person:      person,
			Employments: []tracker.Employment{{Head: id("e" + name), Person: person, Dealership: here, Job: "technician", From: on("2020-01-01")}},
			Qualifications: []tracker.Qualification{
				{Head: id("p" + name), Person: person, Type: "permit-lv", IssuedOn: on("2020-01-01"), FirstReviewDue: on("2029-12-31")},
				{Head: id("h" + name), Person: person, Type: "hvt-c", Generation: "gen5", IssuedOn: on(issued)},
			},
		}
	}
	return tracker.History{
		Dealership: here,
		Operating:  []tracker.OperatingPeriod{{Head: id("o"), Dealership: here, From: on("2020-01-01")}},
		Franchises: []tracker.Franchise{{Head: id("f"), Dealership: here, Brand: "BMW", From: on("2020-01-01")}},
		Decisions: []tracker.Decision{{
			Head: id("d"), Dealership: here, Programme: "bmw-i", Decided: tracker.Certify, EffectiveOn: on("2022-01-01"), ValidUntil: on("2027-12-31"),
		}},
		People: []tracker.PersonHistory{technician(1, "2021-01-01"), technician(2, "2021-01-01")},
	}
}

// Each row disturbs one thing and says from when until when the right falls, and by which guard.
func TestRights(t *testing.T) {
	on := tracker.MustDate
	for _, row := range []struct {
		name    string
		disturb func(*tracker.History)
		subject string
		days    string // day=yes or the failing guards
	}{
		{"nothing", func(*tracker.History) {}, "iY", "2019-12-31= 2021-12-31=EMA-02,EMA-09 2022-02-28=EMA-09 2022-03-01=yes 2027-12-31=yes 2028-01-01=EMA-02"},
		{"no franchise of the brand", func(*tracker.History) {}, "MINI-E", "2022-03-01=EMA-01 2025-01-01=EMA-01,EMA-09"},
		{"another generation", func(*tracker.History) {}, "i9", "2025-01-01=EMA-01,EMA-04"},
		{"suspended", func(h *tracker.History) {
			h.Decisions = append(h.Decisions, tracker.Decision{Head: tracker.Head{ID: "x", Chain: "x", FirstAt: 2}, Dealership: here, Programme: "bmw-i", Decided: tracker.Suspend, EffectiveOn: on("2023-05-01")})
		}, "iY", "2023-04-30=yes 2023-05-01=EMA-02"},
		{"the last two leave: law at once, coverage after its grace", func(h *tracker.History) {
			for i := range h.People {
				h.People[i].Employments[0].Until = on("2024-06-01")
			}
		}, "iY", "2024-05-31=yes 2024-06-01=EMA-03 2024-06-20=EMA-03 2024-06-21=EMA-03,EMA-04"},
		{"service falls at once", func(h *tracker.History) {
			for i := range h.People {
				h.People[i].Employments[0].Until = on("2023-06-01")
			}
		}, "gen5", "2023-05-31=yes 2023-06-01=HVS-02"},
		{"service needs no certification", func(h *tracker.History) { h.Decisions = nil }, "gen5", "2023-05-31=yes"},
		{"a demo car given back", func(h *tracker.History) {
			h.Proofs = []tracker.Proof{{Head: tracker.Head{ID: "q", Chain: "q"}, Dealership: here, Requirement: "EMA-06", Subject: "iY", From: on("2022-06-01"), Until: on("2023-01-01")}}
		}, "iY", "2022-05-31=yes 2022-06-01=yes 2022-12-31=yes 2023-01-01=EMA-06"},
		{"the demo car of another model", func(h *tracker.History) {
			h.Proofs = []tracker.Proof{{Head: tracker.Head{ID: "q", Chain: "q"}, Dealership: here, Requirement: "EMA-06", Subject: "i9", From: on("2022-06-01"), Until: on("2023-01-01")}}
		}, "iY", "2023-01-01=yes"},
		{"refused for the model", func(h *tracker.History) {
			h.Decisions = append(h.Decisions, tracker.Decision{Head: tracker.Head{ID: "x", Chain: "x"}, Dealership: here, Programme: "models", Subject: "iY", Decided: "refuse", EffectiveOn: on("2023-05-01")})
		}, "iY", "2023-04-30=yes 2023-05-01=EMA-11"},
		{"sold off until a day", func(h *tracker.History) {
			h.Decisions = append(h.Decisions, tracker.Decision{Head: tracker.Head{ID: "x", Chain: "x"}, Dealership: here, Programme: "models", Subject: "iY", Decided: "run_out", EffectiveOn: on("2023-05-01"), ValidUntil: on("2023-08-31")})
		}, "iY", "2023-08-31=yes 2023-09-01=EMA-11"},
		{"a new owner", func(h *tracker.History) {
			h.Events = []tracker.Event{{Head: tracker.Head{ID: "v", Chain: "v"}, Dealership: here, Event: tracker.EventOwnership, From: on("2023-05-01"), Until: on("2023-12-01")}}
		}, "iY", "2023-04-30=yes 2023-05-01=EMA-12 2023-11-30=EMA-12 2023-12-01=yes"},
		{"a new owner with a transitional right", func(h *tracker.History) {
			h.Events = []tracker.Event{{Head: tracker.Head{ID: "v", Chain: "v"}, Dealership: here, Event: tracker.EventOwnership, From: on("2023-05-01"), BridgedTo: on("2023-06-30")}}
		}, "iY", "2023-06-30=yes 2023-07-01=EMA-12"},
		{"a transitional right longer than allowed", func(h *tracker.History) {
			h.Events = []tracker.Event{{Head: tracker.Head{ID: "v", Chain: "v"}, Dealership: here, Event: tracker.EventOwnership, From: on("2023-05-01"), BridgedTo: on("2024-06-30")}}
		}, "iY", "2023-07-29=yes 2023-07-30=EMA-12"},
		{"custody does not matter to these guards", func(h *tracker.History) {
			h.Events = []tracker.Event{{Head: tracker.Head{ID: "v", Chain: "v"}, Dealership: here, Event: tracker.EventCustody, From: on("2023-05-01")}}
		}, "iY", "2023-05-01=yes"},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := healthySeller()
			row.disturb(&h)
			line := h.Timeline(rightRules())
			for _, word := range strings.Fields(row.days) {
				text, want, _ := strings.Cut(word, "=")
				d := on(text)
				at := slices.IndexFunc(line.Rights, func(r tracker.Right) bool { return r.Subject == row.subject && r.Contains(d) })
				if at < 0 {
					t.Fatalf("%s: no right of %s", text, row.subject)
				}
				got := strings.Join(line.Rights[at].Failing.All(), ",")
				if line.Rights[at].May {
					got = "yes"
				}
				if got != want {
					t.Errorf("%s: %q, want %q", text, got, want)
				}
			}
		})
	}
}

// Rights tile time, never exceed their guards, and are what their explanation says.
func TestRightsNeverExceedTheirGuards(t *testing.T) {
	rules := rightRules()
	rapid.Check(t, func(t *rapid.T) {
		d := &dice{T: t}
		h := randomHistory(d)
		h.Franchises = several(d, "franchises", 2, func() tracker.Franchise {
			return tracker.Franchise{Head: d.head(), Dealership: here, Brand: pick[tracker.Brand](d, "brand", "BMW", "MINI"), From: d.knownOr(3), Until: d.knownOr(3)}
		})
		line := h.Timeline(rules)
		for _, m := range rules.AllModels() {
			checkRight(t, h, rules, line, tracker.RightSell, m.Code, d.day())
		}
		for _, g := range rules.Generations() {
			checkRight(t, h, rules, line, tracker.RightService, string(g), d.day())
		}
	})
}

func checkRight(t *rapid.T, h tracker.History, rules tracker.Rulebook, line tracker.Timeline, kind tracker.RightKind, code string, on tracker.Date) {
	var mine []tracker.Right
	for _, r := range line.Rights {
		if r.Kind == kind && r.Subject == code {
			mine = append(mine, r)
		}
	}
	for i, r := range mine {
		if i == 0 && r.From != 0 || i > 0 && mine[i-1].Until != r.From || i == len(mine)-1 && r.Until != 0 {
			t.Fatalf("%s %s does not tile time: %+v", kind, code, mine)
		}
		if i > 0 && mine[i-1].May == r.May && mine[i-1].Failing == r.Failing {
			t.Fatalf("%s %s: two runs say the same: %+v, %+v", kind, code, mine[i-1], r)
		}
	}
	why, err := h.BecauseRight(rules, kind, code, on)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(mine, func(r tracker.Right) bool { return r.Contains(on) })
	if mine[at] != why.Right {
		t.Fatalf("%s %s on %s: stored %+v, explained %+v", kind, code, on, mine[at], why.Right)
	}
	holds := len(why.Guards) > 0
	for _, g := range why.Guards {
		holds = holds && !g.Stands()
		if g.Requirement.Basis == tracker.BasisLaw && g.Outcome == tracker.Fails && !g.Stands() {
			t.Fatalf("%s gives the law a grace", g.Requirement.Code)
		}
	}
	if holds != why.Right.May {
		t.Fatalf("%s %s on %s: may %t, guards say %t", kind, code, on, why.Right.May, holds)
	}
	law, _ := line.Standing(tracker.ProgrammeLaw, on)
	if why.Right.May && law.Law == tracker.InBreach {
		t.Fatalf("%s %s on %s in spite of the law", kind, code, on)
	}
}

// A guard that was asked of each generation, and by a later version of all models alike, is seen apart for each model.
func TestAGuardThatStopsTellingModelsApart(t *testing.T) {
	later := guards()
	later.Version, later.EffectiveOn = "2", tracker.MustDate("2026-01-01")
	for i := range later.Requirements {
		if later.Requirements[i].Code == "EMA-04" {
			later.Requirements[i].Measure.Of = ""
		}
	}
	line := healthySeller().Timeline(tracker.NewRulebook(upgradeV1(), bmwiV1(), lawV1(), guards(), later))
	for _, row := range []struct {
		model, on, failing string
	}{
		{"iY", "2025-06-01", ""}, {"i9", "2025-06-01", "EMA-01 EMA-04"}, {"iY", "2026-06-01", ""}, {"i9", "2026-06-01", "EMA-01"},
	} {
		at := slices.IndexFunc(line.Rights, func(r tracker.Right) bool { return r.Subject == row.model && r.Contains(tracker.MustDate(row.on)) })
		if got := string(line.Rights[at].Failing); got != row.failing {
			t.Errorf("%s on %s: %q stands against it, want %q", row.model, row.on, got, row.failing)
		}
	}
}

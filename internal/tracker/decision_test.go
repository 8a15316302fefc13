package tracker_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/tracker"
)

// reached gives, for each state of a certification, decisions that lead to it by 2024-03-01.
var reached = map[tracker.State]string{
	"not_enrolled": ``,
	"preparing":    `Suzhou bmw-i: enrol on 2024-01-01`,
	"submitted": `Suzhou bmw-i: enrol on 2024-01-01
	              Suzhou bmw-i: submit on 2024-01-10`,
	"returned": `Suzhou bmw-i: enrol on 2024-01-01
	             Suzhou bmw-i: submit on 2024-01-10
	             Suzhou bmw-i: return on 2024-01-12`,
	"audit_planned": `Suzhou bmw-i: enrol on 2024-01-01
	                  Suzhou bmw-i: submit on 2024-01-10
	                  Suzhou bmw-i: plan_audit on 2024-01-12`,
	"decision_pending": `Suzhou bmw-i: enrol on 2024-01-01
	                     Suzhou bmw-i: submit on 2024-01-10
	                     Suzhou bmw-i: plan_audit on 2024-01-12
	                     Suzhou bmw-i: lock_audit on 2024-02-01`,
	"conditional": `Suzhou bmw-i: certify_with_conditions on 2024-01-01`,
	"certified":   `Suzhou bmw-i: certify on 2024-01-01`,
	"suspended": `Suzhou bmw-i: certify on 2024-01-01
	              Suzhou bmw-i: suspend on 2024-02-01`,
	"expired": `Suzhou bmw-i: certify on 2023-01-01 valid until 2024-01-31`,
	"revoked": `Suzhou bmw-i: certify on 2024-01-01
	            Suzhou bmw-i: revoke on 2024-02-01`,
	"withdrawn": `Suzhou bmw-i: enrol on 2024-01-01
	              Suzhou bmw-i: withdraw on 2024-02-01`,
}

func TestEachDecisionInEachState(t *testing.T) {
	leadsTo := map[tracker.DecisionKind]map[tracker.State]tracker.State{
		"enrol":                   {"not_enrolled": "preparing", "expired": "preparing", "revoked": "preparing", "withdrawn": "preparing"},
		"certify":                 {"not_enrolled": "certified", "preparing": "certified", "decision_pending": "certified", "expired": "certified", "conditional": "certified"},
		"certify_with_conditions": {"not_enrolled": "conditional", "preparing": "conditional", "decision_pending": "conditional", "expired": "conditional"},
		"renew":                   {"certified": "certified", "conditional": "conditional"},
		"suspend":                 {"certified": "suspended", "conditional": "suspended"},
		"reinstate":               {"suspended": "certified"},
		"revoke":                  {"certified": "revoked", "conditional": "revoked", "suspended": "revoked"},
		"withdraw": {
			"preparing": "withdrawn", "conditional": "withdrawn", "certified": "withdrawn", "suspended": "withdrawn", "expired": "withdrawn",
			"submitted": "withdrawn", "returned": "withdrawn", "audit_planned": "withdrawn", "decision_pending": "withdrawn",
		},
		"submit": {
			"preparing": "submitted", "returned": "submitted",
			"certified": "certified", "conditional": "conditional", "suspended": "suspended", // of a renewal
		},
		"return": {"submitted": "returned"}, "plan_audit": {"submitted": "audit_planned"}, "lock_audit": {"audit_planned": "decision_pending"},
		"fail": {"decision_pending": "preparing"}, "conditions_met": {"conditional": "certified"},
		"extend":   {"certified": "certified", "conditional": "conditional"},
		"complete": {}, "reopen": {}, "declare": {},
	}
	for kind, table := range leadsTo {
		for from, decisions := range reached {
			s := tell(t, "Suzhou operates\n"+decisions+"\nSuzhou bmw-i: "+string(kind)+" on 2024-03-01")
			line := s.history("Suzhou").Timeline(testRules())
			if before := standing(t, line, "bmw-i", "2024-02-29").State; before != from {
				t.Fatalf("%s was to be reached, it is %s", from, before)
			}
			want, allowed := table[from]
			if !allowed {
				want = from
			}
			if got := standing(t, line, "bmw-i", "2024-03-01").State; got != want {
				t.Errorf("%s in %s: got %s, want %s", kind, from, got, want)
			}
			skipped := slices.ContainsFunc(line.Skipped, func(x tracker.Skipped) bool {
				return x.Decision.Decided == kind && x.State == from
			})
			if skipped == allowed || len(line.Skipped) > 1 {
				t.Errorf("%s in %s: skipped %v, allowed %t", kind, from, line.Skipped, allowed)
			}
		}
	}
}

// A dealership's life in BMW i certification: what is decided and, on each day, the state with its last day.
func TestCertificationOverTime(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts string
		days  []onDay
	}{
		{"certified for 24 months, without a day given", `Suzhou bmw-i: certify on 2024-03-01`, []onDay{
			{"2024-02-29", "not_enrolled"}, {"2024-03-01", "certified until 2026-02-28"}, {"2026-02-28", "certified until 2026-02-28"},
			{"2026-03-01", "expired until 2026-02-28"},
		}},
		{"certified from a leap day", `Suzhou bmw-i: certify on 2024-02-29`, []onDay{
			{"2026-02-27", "certified until 2026-02-27"}, {"2026-02-28", "expired until 2026-02-27"},
		}},
		{"valid until a day given", `Suzhou bmw-i: certify on 2024-03-01 valid until 2024-12-31`, []onDay{
			{"2024-12-31", "certified until 2024-12-31"}, {"2025-01-01", "expired until 2024-12-31"},
		}},
		{"valid for one day", `Suzhou bmw-i: certify on 2024-03-01 valid until 2024-03-01`, []onDay{
			{"2024-02-29", "not_enrolled"}, {"2024-03-01", "certified until 2024-03-01"}, {"2024-03-02", "expired until 2024-03-01"},
		}},
		{"valid until a day that was already past", `Suzhou bmw-i: certify on 2024-03-01 valid until 2024-01-31`, []onDay{
			{"2024-02-29", "not_enrolled"}, {"2024-03-01", "expired until 2024-01-31"},
		}},
		{"valid until the last day there is", `Suzhou bmw-i: certify on 2024-03-01 valid until 9999-12-31`, []onDay{
			{"9999-12-31", "certified until 9999-12-31"},
		}},
		{
			"renewed on the first day of the window: the old end plus 24 months",
			`Suzhou bmw-i: certify on 2022-03-01
			 Suzhou bmw-i: renew on 2023-11-01`,
			[]onDay{{"2023-10-31", "certified until 2024-02-29"}, {"2023-11-01", "certified until 2026-02-28"}},
		},
		{
			"renewed a day before the window opens: 24 months from that day",
			`Suzhou bmw-i: certify on 2022-03-01
			 Suzhou bmw-i: renew on 2023-10-31`,
			[]onDay{{"2023-10-30", "certified until 2024-02-29"}, {"2023-10-31", "certified until 2025-10-30"}},
		},
		{
			"renewed on the last day",
			`Suzhou bmw-i: certify on 2022-03-01
			 Suzhou bmw-i: renew on 2024-02-29`,
			[]onDay{{"2024-02-29", "certified until 2026-02-28"}, {"2024-03-01", "certified until 2026-02-28"}},
		},
		{
			"a renewal after the last day is skipped; certify anew",
			`Suzhou bmw-i: certify on 2022-03-01
			 Suzhou bmw-i: renew on 2024-03-01
			 Suzhou bmw-i: certify on 2024-03-02`,
			[]onDay{{"2024-03-01", "expired until 2024-02-29"}, {"2024-03-02", "certified until 2026-03-01"}},
		},
		{
			"renewed until a day given",
			`Suzhou bmw-i: certify on 2022-03-01
			 Suzhou bmw-i: renew on 2023-12-01 valid until 2024-06-30`,
			[]onDay{{"2023-12-01", "certified until 2024-06-30"}, {"2024-07-01", "expired until 2024-06-30"}},
		},
		{
			"renewing conditional keeps the conditions",
			`Suzhou bmw-i: certify_with_conditions on 2022-03-01
			 Suzhou bmw-i: renew on 2024-02-01
			 Suzhou bmw-i: certify on 2024-05-01`,
			[]onDay{
				{"2024-01-31", "conditional until 2024-02-29"}, {"2024-02-01", "conditional until 2026-02-28"},
				{"2024-05-01", "certified until 2026-04-30"},
			},
		},
		{
			"reinstated to what it was",
			`Suzhou bmw-i: certify_with_conditions on 2024-01-01
			 Suzhou bmw-i: suspend on 2024-02-01
			 Suzhou bmw-i: reinstate on 2024-03-01`,
			[]onDay{{"2024-02-29", "suspended until 2025-12-31"}, {"2024-03-01", "conditional until 2025-12-31"}},
		},
		{
			"expires while suspended, and cannot be reinstated then",
			`Suzhou bmw-i: certify on 2024-01-01 valid until 2024-06-30
			 Suzhou bmw-i: suspend on 2024-06-01
			 Suzhou bmw-i: reinstate on 2024-07-01`,
			[]onDay{{"2024-06-30", "suspended until 2024-06-30"}, {"2024-07-01", "expired until 2024-06-30"}},
		},
		{
			"reinstated on the last day",
			`Suzhou bmw-i: certify on 2024-01-01 valid until 2024-06-30
			 Suzhou bmw-i: suspend on 2024-06-01
			 Suzhou bmw-i: reinstate on 2024-06-30`,
			[]onDay{{"2024-06-30", "certified until 2024-06-30"}, {"2024-07-01", "expired until 2024-06-30"}},
		},
		{
			"revoked, enrolled again and certified",
			`Suzhou bmw-i: certify on 2024-01-01
			 Suzhou bmw-i: revoke on 2024-02-01
			 Suzhou bmw-i: enrol on 2024-03-01
			 Suzhou bmw-i: certify on 2024-04-01`,
			[]onDay{{"2024-02-01", "revoked"}, {"2024-03-01", "preparing"}, {"2024-04-01", "certified until 2026-03-31"}},
		},
		{
			"three decisions on one day, in the order of recording",
			`Suzhou bmw-i: enrol on 2024-03-01
			 Suzhou bmw-i: certify on 2024-03-01
			 Suzhou bmw-i: suspend on 2024-03-01`,
			[]onDay{{"2024-02-29", "not_enrolled"}, {"2024-03-01", "suspended until 2026-02-28"}},
		},
		{
			"recorded late, effective early: the day counts, not the recording",
			`Suzhou bmw-i: suspend on 2024-03-01
			 Suzhou bmw-i: certify on 2024-01-01`,
			[]onDay{{"2024-01-01", "certified until 2025-12-31"}, {"2024-03-01", "suspended until 2025-12-31"}},
		},
		{
			"decisions of another programme do not matter",
			`Suzhou digital-upgrade: complete on 2024-01-01
			 Suzhou law: certify on 2024-01-01`,
			[]onDay{{"2024-01-01", "not_enrolled"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := tell(t, "Suzhou operates\n"+c.facts).history("Suzhou").Timeline(testRules())
			for _, day := range c.days {
				s := standing(t, line, "bmw-i", day.on)
				got := string(s.State)
				if s.ValidUntil != 0 {
					got += " until " + s.ValidUntil.String()
				}
				if got != day.want {
					t.Errorf("%s: got %q, want %q", day.on, got, day.want)
				}
				if right := s.State == "certified" || s.State == "conditional"; s.May != right {
					t.Errorf("%s: %s gives the right: %t", day.on, s.State, s.May)
				}
			}
		})
	}
}

func TestTheFoldOrdersByDayThenRecordingThenChain(t *testing.T) {
	decide := func(kind tracker.DecisionKind, on string, firstAt tracker.Moment, chain tracker.FactID) tracker.Decision {
		return tracker.Decision{
			Head: tracker.Head{ID: chain, Chain: chain, FirstAt: firstAt}, Dealership: 1, Programme: "bmw-i", Decided: kind,
			EffectiveOn: tracker.MustDate(on),
		}
	}
	for _, c := range []struct {
		name      string
		decisions []tracker.Decision
		want      tracker.State
	}{
		{"by day", []tracker.Decision{decide("suspend", "2024-03-02", 1, "a"), decide("certify", "2024-03-01", 2, "b")}, "suspended"},
		{"then by the first recording", []tracker.Decision{decide("suspend", "2024-03-01", 2, "a"), decide("certify", "2024-03-01", 1, "b")}, "suspended"},
		{"then by chain", []tracker.Decision{decide("suspend", "2024-03-01", 1, "b"), decide("certify", "2024-03-01", 1, "a")}, "suspended"},
		{"a corrected decision keeps its place", []tracker.Decision{
			{Head: tracker.Head{ID: "z", Chain: "a", FirstAt: 1, RecordedAt: 9}, Programme: "bmw-i", Decided: "certify", EffectiveOn: tracker.MustDate("2024-03-01")},
			decide("suspend", "2024-03-01", 5, "b"),
		}, "suspended"},
	} {
		for _, list := range [][]tracker.Decision{c.decisions, {c.decisions[1], c.decisions[0]}} {
			h := tracker.History{Dealership: 1, Operating: []tracker.OperatingPeriod{{Dealership: 1}}, Decisions: list}
			line := h.Timeline(testRules())
			if got := standing(t, line, "bmw-i", "2024-03-05").State; got != c.want || len(line.Skipped) > 0 {
				t.Errorf("%s: got %s, skipped %v; want %s", c.name, got, line.Skipped, c.want)
			}
		}
	}
}

func TestValidityFollowsTheStandardThatADecisionNames(t *testing.T) {
	short := bmwiV2()
	short.ValidityMonths = 12
	rules := tracker.NewRulebook(bmwiV1(), short, lawV1())
	for _, c := range []struct {
		name, decision, on, want string
	}{
		{"the one in force on the day", "certify on 2024-12-31", "2025-01-01", "2026-12-30"},
		{"the new one from its first day", "certify on 2025-01-01", "2025-01-01", "2025-12-31"},
		{"the older one when named", "certify on 2025-02-01 by v1", "2025-02-01", "2027-01-31"},
		{"an unknown name is the one in force", "certify on 2025-02-01 by v9", "2025-02-01", "2026-01-31"},
	} {
		line := tell(t, "Suzhou operates\nSuzhou bmw-i: "+c.decision).history("Suzhou").Timeline(rules)
		if got := standing(t, line, "bmw-i", c.on).ValidUntil.String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAStandardWithoutValidityGivesNoLastDay(t *testing.T) {
	rules := rulesWith(func(s *tracker.Standard) { s.ValidityMonths = 0 })
	line := tell(t, `Suzhou operates
		Suzhou bmw-i: certify on 2024-01-01
		Suzhou bmw-i: renew on 2025-01-01`).history("Suzhou").Timeline(rules)
	checkStandings(t, line, "bmw-i", []onDay{{"2024-01-01", "certified, law healthy, brand in_breach"}, {"9999-12-31", "certified, law in_breach, brand in_breach"}})
}

func TestDigitalUpgradeOverTime(t *testing.T) {
	for _, c := range []struct {
		name    string
		facts   string
		days    []onDay
		skipped []string
	}{
		{"nothing planned", ``, []onDay{{"2024-01-01", "not_started"}}, nil},
		{"planned from the day of planning, not the day planned for", `Suzhou module DGU-01 planned since 2022-01-10 for 2022-06-01`, []onDay{
			{"2022-01-09", "not_started"}, {"2022-01-10", "planned"}, {"2022-06-01", "planned"}, {"2030-01-01", "planned"},
		}, nil},
		{"a module goes live", `Suzhou module DGU-01 planned since 2022-01-10 for 2022-06-01 live 2022-06-03`, []onDay{
			{"2022-06-02", "planned"}, {"2022-06-03", "in_progress"},
		}, nil},
		{"live without ever having been planned", `Suzhou module DGU-01 live 2022-06-03`, []onDay{
			{"2022-06-02", "not_started"}, {"2022-06-03", "in_progress"},
		}, nil},
		{"verified without a day of going live", `Suzhou module DGU-01 verified 2022-06-03`, []onDay{
			{"2022-06-02", "not_started"}, {"2022-06-03", "in_progress"},
		}, nil},
		{
			"the earliest module counts",
			`Suzhou module DGU-02 planned since 2022-05-01 live 2022-08-01
			 Suzhou module DGU-01 planned since 2022-02-01 live 2022-09-01`,
			[]onDay{{"2022-01-31", "not_started"}, {"2022-02-01", "planned"}, {"2022-07-31", "planned"}, {"2022-08-01", "in_progress"}},
			nil,
		},
		{
			"completed, reopened, completed again",
			`Suzhou module DGU-01 live 2022-06-03 verified 2022-07-01
			 Suzhou digital-upgrade: complete on 2022-07-02
			 Suzhou digital-upgrade: reopen on 2022-09-01
			 Suzhou digital-upgrade: complete on 2022-11-30`,
			[]onDay{
				{"2022-07-01", "in_progress"}, {"2022-07-02", "completed"}, {"2022-08-31", "completed"}, {"2022-09-01", "rework"},
				{"2022-11-29", "rework"}, {"2022-11-30", "completed"},
			},
			nil,
		},
		{
			"rework stays, whatever the modules do",
			`Suzhou digital-upgrade: complete on 2022-01-01
			 Suzhou digital-upgrade: reopen on 2022-02-01
			 Suzhou module DGU-01 planned since 2022-03-01 live 2022-06-03`,
			[]onDay{{"2022-01-01", "completed"}, {"2022-02-01", "rework"}, {"2022-06-03", "rework"}},
			nil,
		},
		{
			"completed twice and reopened before: skipped",
			`Suzhou digital-upgrade: reopen on 2022-01-01
			 Suzhou digital-upgrade: complete on 2022-02-01
			 Suzhou digital-upgrade: complete on 2022-03-01`,
			[]onDay{{"2022-01-31", "not_started"}, {"2022-02-01", "completed"}, {"2022-03-01", "completed"}},
			[]string{"reopen in not_started", "complete in completed"},
		},
		{
			"completed and reopened on one day",
			`Suzhou digital-upgrade: complete on 2022-02-01
			 Suzhou digital-upgrade: reopen on 2022-02-01`,
			[]onDay{{"2022-01-31", "not_started"}, {"2022-02-01", "rework"}},
			nil,
		},
		{
			"decisions of certifications are skipped",
			`Suzhou module DGU-01 planned since 2022-01-01
			 Suzhou digital-upgrade: withdraw on 2022-02-01
			 Suzhou digital-upgrade: certify on 2022-03-01`,
			[]onDay{{"2022-02-01", "planned"}, {"2022-03-01", "planned"}},
			[]string{"withdraw in planned", "certify in planned"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := tell(t, "Suzhou operates\n"+c.facts).history("Suzhou").Timeline(testRules())
			checkStandings(t, line, "digital-upgrade", c.days)
			if got := skippedWords(line); !slices.Equal(got, c.skipped) {
				t.Errorf("skipped %v, want %v", got, c.skipped)
			}
			if last := standing(t, line, "digital-upgrade", "2022-11-30"); last.May != (last.State == "completed") {
				t.Errorf("%s gives the right: %t", last.State, last.May)
			}
		})
	}
}

func skippedWords(line tracker.Timeline) []string {
	var out []string
	for _, s := range line.Skipped {
		out = append(out, fmt.Sprintf("%s in %s", s.Decision.Decided, s.State))
	}
	return out
}

func TestNothingCanBeDecidedAboutTheLaw(t *testing.T) {
	line := tell(t, "Suzhou operates\nSuzhou law: certify on 2024-01-01").history("Suzhou").Timeline(testRules())
	if got := skippedWords(line); !slices.Equal(got, []string{"certify in applies"}) {
		t.Errorf("skipped %v", got)
	}
	for kind, want := range map[tracker.ProgrammeKind]int{"law": 0, "index": 0, "certification": 15, "project": 10} {
		if got := len(tracker.LifecycleOf(kind).Kinds()); got != want {
			t.Errorf("%s has %d kinds of decision, want %d", kind, got, want)
		}
	}
}

// Each state of a life cycle, and what can be decided in it (the tables of MODEL.md §4 and its later kinds).
func TestAllowedInEveryState(t *testing.T) {
	for kind, table := range map[tracker.ProgrammeKind]map[tracker.State]string{
		"certification": {
			"not_enrolled": "enrol certify certify_with_conditions", "preparing": "submit certify certify_with_conditions withdraw",
			"submitted": "return plan_audit withdraw", "returned": "submit withdraw", "audit_planned": "lock_audit withdraw",
			"decision_pending": "certify certify_with_conditions fail withdraw",
			"conditional":      "submit certify conditions_met renew extend suspend revoke withdraw",
			"certified":        "submit renew extend suspend revoke withdraw", "suspended": "submit reinstate revoke withdraw",
			"expired": "enrol certify certify_with_conditions withdraw", "revoked": "enrol", "withdrawn": "enrol",
			"not_operating": "", "applies": "", "completed": "",
		},
		"project": {
			"not_started": "baseline plan complete pause waive", "baselined": "plan complete pause waive", "planned": "complete pause waive",
			"in_progress": "declare complete pause waive", "self_declared": "verify complete pause waive",
			"verification": "complete fail pause waive", "completed": "reopen", "rework": "declare complete pause waive",
			"paused": "complete resume", "waived": "complete resume", "not_operating": "", "certified": "",
		},
	} {
		cycle := tracker.LifecycleOf(kind)
		for state, words := range table {
			var allowed []string
			for _, decision := range cycle.Kinds() {
				if cycle.Allows(decision, state, "") {
					allowed = append(allowed, string(decision))
				}
			}
			if got := strings.Join(allowed, " "); got != words {
				t.Errorf("%s in %s: %q can be decided, want %q", kind, state, got, words)
			}
		}
		for _, state := range cycle.Codes() {
			if _, tabled := table[state]; !tabled {
				t.Errorf("%s: no row for %s", kind, state)
			}
		}
	}
}

// A renewal goes its way while the dealership stays certified, and only in its order.
func TestStepsTowardsARenewal(t *testing.T) {
	cycle := tracker.LifecycleOf("certification")
	for _, row := range []struct {
		renewal tracker.State
		steps   string
	}{
		{"", "submit"}, {"submitted", "return plan_audit"}, {"returned", "submit"}, {"audit_planned", "lock_audit"}, {"decision_pending", "fail"},
	} {
		for _, state := range []tracker.State{"certified", "conditional", "suspended"} {
			var steps []string
			for _, decision := range []tracker.DecisionKind{"submit", "return", "plan_audit", "lock_audit", "fail"} {
				if cycle.Allows(decision, state, row.renewal) {
					steps = append(steps, string(decision))
				}
			}
			if got := strings.Join(steps, " "); got != row.steps {
				t.Errorf("%s with a renewal %q: steps %q, want %q", state, row.renewal, got, row.steps)
			}
		}
	}
}

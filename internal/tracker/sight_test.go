package tracker_test

import (
	"fmt"
	"slices"
	"testing"

	"dealercert/internal/tracker"
)

// career is somebody with a past: at dealership 1 until the end of 2023, at 2 until the end of June 2025, at 3 since; a
// permit from the first place, reviewed at the second and the third; HVT-C earned at each.
func career() tracker.PersonHistory {
	day := tracker.MustDate
	head := func(n int) tracker.Head {
		id := tracker.FactID(fmt.Sprintf("f%02d", n))
		return tracker.Head{ID: id, Chain: id}
	}
	return tracker.PersonHistory{
		Person: 7,
		Employments: []tracker.Employment{
			{Head: head(1), Person: 7, Dealership: 1, Job: tracker.JobTechnician, From: day("2021-01-01"), Until: day("2024-01-01")},
			{Head: head(2), Person: 7, Dealership: 2, Job: tracker.JobTechnician, From: day("2024-01-01"), Until: day("2025-07-01")},
			{Head: head(3), Person: 7, Dealership: 3, Job: tracker.JobForeman, From: day("2025-07-01")},
		},
		Leaves: []tracker.Leave{
			{Head: head(4), Person: 7, From: day("2022-02-01"), Until: day("2022-03-01")},
			{Head: head(5), Person: 7, From: day("2025-10-01"), Until: day("2025-10-20")},
		},
		Qualifications: []tracker.Qualification{
			{Head: head(6), Person: 7, Type: "permit-lv", IssuedOn: day("2021-03-01"), FirstReviewDue: day("2024-03-01")},
			{Head: head(7), Person: 7, Type: "hvt-c", Generation: "gen5", IssuedOn: day("2022-05-01")},
			{Head: head(8), Person: 7, Type: "hvt-b", Generation: "gen5", IssuedOn: day("2026-01-10")},
		},
		Reviews: []tracker.Review{
			{Head: head(9), Person: 7, Qualification: "f06", ReviewedOn: day("2024-02-10"), NextDue: day("2026-02-28")},
			{Head: head(10), Person: 7, Qualification: "f06", ReviewedOn: day("2026-02-01"), NextDue: day("2029-02-28")},
		},
	}
}

func chains[F tracker.Fact](facts []F) string {
	var out []string
	for _, f := range facts {
		out = append(out, string(f.Version().Chain))
	}
	return fmt.Sprint(out)
}

func TestWhatIsSeenOfAPerson(t *testing.T) {
	all, regions, groups := tracker.Scope{All: true}, tracker.Scope{Regions: []tracker.RegionID{1}}, tracker.Scope{Groups: []tracker.GroupID{1}}
	own := tracker.Scope{Dealerships: []tracker.DealershipID{1}}
	everything := "[f01 f02 f03] [f04 f05] [f06 f07 f08] [f09 f10]"
	tests := []struct {
		name  string
		role  tracker.Role
		scope tracker.Scope
		at    []tracker.DealershipID // in the scope today
		today string
		want  string // employments, leaves, qualifications and reviews; empty: not seen at all
		last  string
	}{
		{"headquarters", tracker.RoleNetwork, all, nil, "2026-11-23", everything, ""},
		{"a command", tracker.RoleOperator, all, nil, "2026-11-23", everything, ""},
		{"an administrator", tracker.RoleAdmin, all, nil, "2026-11-23", "", ""},
		{"a viewer of the network", tracker.RoleViewer, all, nil, "2026-11-23", "", ""},
		{"a viewer of the region", tracker.RoleViewer, regions, []tracker.DealershipID{3}, "2026-11-23", "", ""},
		{"a role without its scope", tracker.RoleRegional, tracker.Scope{}, []tracker.DealershipID{3}, "2026-11-23", "", ""},
		{"the region of today", tracker.RoleRegional, regions, []tracker.DealershipID{3}, "2026-11-23", everything, ""},
		{"the auditor of today", tracker.RoleAuditor, own, []tracker.DealershipID{3}, "2026-11-23", everything, ""},
		{"the group of today", tracker.RoleGroup, groups, []tracker.DealershipID{3}, "2026-11-23", "[f03] [f05] [f06 f07 f08] [f09 f10]", ""},
		{"the dealer of today", tracker.RoleDealer, own, []tracker.DealershipID{3}, "2026-11-23", "[f03] [f05] [f06 f07 f08] [f09 f10]", ""},
		{"a dealer of the first and the last", tracker.RoleDealer, own, []tracker.DealershipID{1, 3}, "2026-11-23", "[f01 f03] [f04 f05] [f06 f07 f08] [f09 f10]", ""},
		{"the dealer before", tracker.RoleDealer, own, []tracker.DealershipID{2}, "2026-11-23", "[f02] [] [f06 f07] [f09]", "2025-06-30"},
		{"the region before", tracker.RoleRegional, regions, []tracker.DealershipID{2}, "2026-11-23", "[f02] [] [f06 f07] [f09]", "2025-06-30"},
		{"the first dealer", tracker.RoleDealer, own, []tracker.DealershipID{1}, "2026-11-23", "[f01] [f04] [f06 f07] []", "2023-12-31"},
		{"the first dealer, while working there", tracker.RoleDealer, own, []tracker.DealershipID{1}, "2023-06-01", "[f01] [f04] [f06 f07 f08] [f09 f10]", ""},
		{"a dealer to come", tracker.RoleDealer, own, []tracker.DealershipID{3}, "2025-06-30", "", ""},
		{"a region to come", tracker.RoleRegional, regions, []tracker.DealershipID{3}, "2025-06-30", "", ""},
		{"the first dealer, before the first day", tracker.RoleDealer, own, []tracker.DealershipID{1}, "2020-12-01", "[f01] [f04] [f06 f07 f08] [f09 f10]", ""},
		{"the second dealer, before any", tracker.RoleDealer, own, []tracker.DealershipID{2}, "2020-12-01", "", ""},
		{"a foreign dealer", tracker.RoleDealer, own, []tracker.DealershipID{4}, "2026-11-23", "", ""},
		{"a foreign region", tracker.RoleRegional, regions, nil, "2026-11-23", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen := func(id tracker.DealershipID) bool { return slices.Contains(tt.at, id) }
			s, visible := tracker.Actor{Role: tt.role, Scope: tt.scope}.See(career(), seen, tracker.MustDate(tt.today))
			got := ""
			if visible {
				got = chains(s.Employments) + " " + chains(s.Leaves) + " " + chains(s.Qualifications) + " " + chains(s.Reviews)
			}
			if got != tt.want || s.Last.String() != tt.last {
				t.Errorf("%s until %q, want %s until %q", got, s.Last, tt.want, tt.last)
			}
		})
	}
}

// Who has left is seen as on the last day: nothing earned later shows in a clock or in coverage, and working elsewhere
// does not make a permit look dormant.
func TestClocksOfWhoHasLeftStandStill(t *testing.T) {
	rules := tracker.NewRulebook(upgradeV1(), bmwiV2(), bmwiV1(), lawV1())
	for _, tt := range []struct {
		at                 tracker.DealershipID
		due, until, covers string
	}{
		{1, "2024-03-01", "2024-03-01", "2023-12-31"},
		{2, "2026-02-28", "2026-02-28", "2025-06-30"},
	} {
		seen := func(id tracker.DealershipID) bool { return id == tt.at }
		dealer := tracker.Actor{Role: tracker.RoleDealer, Scope: tracker.Scope{Dealerships: []tracker.DealershipID{tt.at}}}
		s, _ := dealer.See(career(), seen, tracker.MustDate("2026-11-23"))
		for _, on := range []string{"2026-11-23", "2030-01-01"} {
			clocks := s.Clocks(rules, tracker.MustDate(on))
			if len(clocks) != 2 {
				t.Fatalf("at %d: %d clocks, want the permit and HVT-C", tt.at, len(clocks))
			}
			if c := clocks[0]; c.ReviewDue.String() != tt.due || c.Until.String() != tt.until || !c.Valid || c.Dormant {
				t.Errorf("at %d on %s: due %s, until %s, valid %t, dormant %t", tt.at, on, c.ReviewDue, c.Until, c.Valid, c.Dormant)
			}
		}
		for _, c := range s.Coverage(rules) {
			if c.Dealership != tt.at || c.Until == 0 || c.Last().String() > tt.covers {
				t.Errorf("at %d: coverage %+v", tt.at, c)
			}
		}
	}
}

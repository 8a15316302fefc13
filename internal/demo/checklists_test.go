package demo

import (
	"testing"

	"dealercert/internal/tracker"
)

// granted counts the dealerships whose state in a programme gives its right on a day.
func (o *told) granted(programme tracker.ProgrammeCode, day tracker.Date) int {
	count := 0
	for _, line := range o.timelines {
		if s, _ := line.Standing(programme, day); s.May {
			count++
		}
	}
	return count
}

// The figures of outlets and of the Green Star that the maker published, for more than one seed.
func TestOutletsAndMembersByTheYear(t *testing.T) {
	for _, seed := range []uint64{1, 4} {
		o := tell(t, 600, seed)
		members := 0
		for _, line := range o.timelines {
			if s, _ := line.Standing(programmeStar, calibrationDay); s.State != "not_joined" && s.State != tracker.NotOperating {
				members++
			}
		}
		within(t, "members of the Green Star in 2022", members, 45, 58)
		within(t, "Green Stars at the end of 2023", o.granted(programmeStar, tracker.MustDate("2023-12-31")), 251, 290)
		within(t, "Green Stars at the end of 2024", o.granted(programmeStar, tracker.MustDate("2024-12-31")), 361, 400)
		within(t, "iShowrooms in 2022", o.granted(programmeShowroom, calibrationDay), 6, 6)
		within(t, "take-back outlets in December 2023", o.granted(programmeTakeBack, tracker.MustDate("2023-12-15")), 401, 460)
		within(t, "take-back outlets at the end of 2024", o.granted(programmeTakeBack, tracker.MustDate("2024-12-31")), 460, 600)
	}
}

// Proofs, audits with scores, events and decisions about a model all occur, some of them with a consequence.
func TestChecklistsEventsAndAuditsOccur(t *testing.T) {
	o := tell(t, 600, 1)
	events, decided, failing := map[tracker.EventKind]int{}, map[tracker.DecisionKind]int{}, 0
	for i, h := range o.histories {
		for _, e := range h.Events {
			events[e.Event]++
		}
		for _, d := range h.Decisions {
			decided[d.Decided]++
			if d.Decided == tracker.LockAudit && (d.Score < 600 || d.Score > 1000) {
				t.Errorf("a score of %d", d.Score)
			}
		}
		for _, s := range o.timelines[i].Standings {
			for _, r := range s.Results {
				if r.Requirement == "BMI-E03" && r.Outcome == tracker.Fails {
					failing++
				}
			}
		}
	}
	for _, kind := range tracker.EventKinds {
		if events[kind] == 0 {
			t.Errorf("no %s", kind)
		}
	}
	for _, kind := range []tracker.DecisionKind{tracker.Submit, tracker.PlanAudit, tracker.LockAudit, tracker.Fail, "award_plus", "award_lighthouse", "refuse", "run_out"} {
		if decided[kind] == 0 {
			t.Errorf("nobody decided %s", kind)
		}
	}
	if failing == 0 {
		t.Error("no test log ever lapsed")
	}
}

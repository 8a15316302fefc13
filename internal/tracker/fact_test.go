package tracker_test

import (
	"encoding/json"
	"testing"

	"dealercert/internal/tracker"
)

func TestFirstDaysOfFacts(t *testing.T) {
	day := tracker.MustDate
	for _, c := range []struct {
		fact tracker.Fact
		kind tracker.FactKind
		want string
	}{
		{tracker.OperatingPeriod{From: day("2024-01-01")}, "operating", "2024-01-01"},
		{tracker.OperatingPeriod{Until: day("2024-01-01")}, "operating", ""},
		{tracker.Assignment{From: day("2024-01-02")}, "assignment", "2024-01-02"},
		{tracker.Franchise{From: day("2024-01-03")}, "franchise", "2024-01-03"},
		{tracker.Employment{From: day("2024-01-04")}, "employment", "2024-01-04"},
		{tracker.Leave{From: day("2024-01-05")}, "leave", "2024-01-05"},
		{tracker.Qualification{IssuedOn: day("2024-01-06")}, "qualification", "2024-01-06"},
		{tracker.Review{ReviewedOn: day("2024-01-07")}, "review", "2024-01-07"},
		{tracker.Proof{From: day("2024-01-08")}, "proof", "2024-01-08"},
		{tracker.Module{PlannedSince: day("2024-01-09"), PlannedOn: day("2023-01-01"), LiveOn: day("2024-02-01")}, "module", "2024-01-09"},
		{tracker.Module{PlannedSince: day("2024-03-09"), LiveOn: day("2024-02-01"), VerifiedOn: day("2024-01-01")}, "module", "2024-01-01"},
		{tracker.Module{LiveOn: day("2024-02-01")}, "module", "2024-02-01"},
		{tracker.Decision{EffectiveOn: day("2024-01-10")}, "decision", "2024-01-10"},
		{tracker.Waiver{From: day("2024-01-11")}, "waiver", "2024-01-11"},
		{tracker.Publication{EffectiveOn: day("2024-01-12")}, "publication", "2024-01-12"},
	} {
		if c.fact.Kind() != c.kind || c.fact.FirstDay().String() != c.want {
			t.Errorf("%s: kind %s, first day %q; want %q", c.kind, c.fact.Kind(), c.fact.FirstDay(), c.want)
		}
	}
	head := tracker.Head{ID: "b", Chain: "a"}
	if got := (tracker.Leave{Head: head}).Version(); got != head {
		t.Errorf("version %v", got)
	}
}

// Each kind of fact says what it is about, and keeps saying it under another head.
func TestWhatAFactIsAbout(t *testing.T) {
	for _, c := range []struct {
		fact       tracker.Fact
		dealership tracker.DealershipID
		person     tracker.PersonID
	}{
		{tracker.OperatingPeriod{Dealership: 7}, 7, 0},
		{tracker.Assignment{Dealership: 7, Region: 3}, 7, 0},
		{tracker.Franchise{Dealership: 7, Brand: "MINI"}, 7, 0},
		{tracker.Employment{Dealership: 7, Person: 5}, 7, 5},
		{tracker.Leave{Person: 5}, 0, 5},
		{tracker.Qualification{Person: 5, Type: "hve"}, 0, 5},
		{tracker.Review{Person: 5, Qualification: "a"}, 0, 5},
		{tracker.Proof{Dealership: 7, Requirement: "charger"}, 7, 0},
		{tracker.Module{Dealership: 7, Module: "DGU-01"}, 7, 0},
		{tracker.Decision{Dealership: 7, Decided: "certify"}, 7, 0},
		{tracker.Waiver{Dealership: 7, Requirement: "charger"}, 7, 0},
		{tracker.Publication{Programme: "law", Standard: "v1"}, 0, 0},
	} {
		dealership, named := tracker.DealershipOf(c.fact)
		if dealership != c.dealership || named != (c.dealership != 0) || tracker.PersonOf(c.fact) != c.person {
			t.Errorf("%s: dealership %d, person %d", c.fact.Kind(), dealership, tracker.PersonOf(c.fact))
		}
		head := tracker.Head{ID: "b", Chain: "a", RecordedAt: 9}
		moved := tracker.WithHead(c.fact, head)
		if moved.Version() != head || tracker.WithHead(moved, tracker.Head{}) != c.fact {
			t.Errorf("%s under another head: %+v", c.fact.Kind(), moved)
		}
	}
}

func TestLastDayOfAnEmployment(t *testing.T) {
	s := tell(t, `Wang works at Suzhou as technician from 2020-01-01 through 2024-02-29
		Wang works at Wuxi as technician from 2024-03-01`)
	for i, want := range []string{"2024-02-29", ""} {
		if got := s.person("Wang").Employments[i].Last().String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPlaceOnADay(t *testing.T) {
	h := tell(t, `Suzhou belongs to region East from 2020-01-01 through 2022-12-31`).history("Suzhou")
	for on, want := range map[string]tracker.RegionID{"2019-12-31": 0, "2020-01-01": 1, "2022-12-31": 1, "2023-01-01": 0} {
		if got := h.PlaceOn(tracker.MustDate(on)).Region; got != want {
			t.Errorf("%s: region %d, want %d", on, got, want)
		}
	}
}

func TestADayAsAKeyInJSON(t *testing.T) {
	text, err := json.Marshal(map[tracker.Date]int{tracker.MustDate("2024-02-29"): 3})
	if err != nil || string(text) != `{"2024-02-29":3}` {
		t.Errorf("written %s, %v", text, err)
	}
	var back map[tracker.Date]int
	if err := json.Unmarshal(text, &back); err != nil || back[tracker.MustDate("2024-02-29")] != 3 {
		t.Errorf("read %v, %v", back, err)
	}
}

package app_test

import (
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// Reported and accepted, each fact moves the figures that it should from its day on, and no other figure on any day.
func TestEveryFigureOfEveryDay(t *testing.T) {
	s := newClaims(t)
	first, last := tracker.MustDate("2025-06-01"), tracker.MustDate("2028-06-01")
	figures := func() map[tracker.Date]app.Block {
		out := map[tracker.Date]app.Block{}
		for day := first; day <= last; day++ {
			summary, err := s.Summary(t.Context(), s.network, app.SummaryQuery{On: day})
			if err != nil {
				t.Fatal(err)
			}
			out[day] = summary.Block
		}
		return out
	}
	before := figures()
	s.submit(app.ClaimForm{Kind: "leaver", StaffNo: "T21", Until: "2026-12-31"}) // one of two who hold the permit
	joiner := s.submit(app.ClaimForm{Kind: "joiner", StaffNo: "N1", Name: "新员工", Job: "technician", From: "2026-11-20"})
	earned := s.submit(app.ClaimForm{Kind: "qualification", StaffNo: "T20", Type: "hvt-c", Generation: "gen6", IssuedOn: "2026-11-10", ExpiresOn: "2028-11-09"})
	live := s.submit(app.ClaimForm{Kind: "live", Module: "DGU-02", LiveOn: "2026-11-15"})
	for id, verdict := range map[tracker.FactID]string{joiner.ID: "return", earned.ID: "accept", live.ID: "accept"} {
		if err := s.decide(s.east, id, verdict, "as agreed"); err != nil {
			t.Fatal(err)
		}
	}
	left, hvtEnds, grace := tracker.MustDate("2027-01-01"), tracker.MustDate("2027-06-01"), 60
	for day, is := range figures() {
		want := before[day]
		if day >= left {
			want.Technicians.Employed--
			want.Law.Healthy--
			want.Law.InBreach++
			want.Technicians.BelowMinimum = want.Technicians.BelowMinimum + boolInt(day < hvtEnds)
			if day <= tracker.MustDate("2027-12-31") { // while it is certified
				want.BMWi.InBreach += boolInt(day < hvtEnds || day < hvtEnds.Add(grace)) // its law light is red
				want.BMWi.AtRisk -= boolInt(day >= hvtEnds && day < hvtEnds.Add(grace))  // before, only its brand light was amber
			}
		}
		if day >= left && day < hvtEnds {
			want.Technicians.NEVQualified--
			want.Technicians.SingleHolder++
		}
		if day >= hvtEnds && day <= last { // the new certificate goes on where the old one ends
			want.Technicians.NEVQualified++
			want.Technicians.SingleHolder++
		}
		if is != want {
			t.Fatalf("%s: %+v\nwant %+v", day, is, want)
		}
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

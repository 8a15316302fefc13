package store_test

import (
	"testing"

	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

func TestLossesOfAPeriod(t *testing.T) {
	s := storetest.Open(t)
	east, west := storetest.Region(t, s, "east"), storetest.Region(t, s, "west")
	at := storetest.Dealership(t, s, "A1", east)
	other := storetest.Dealership(t, s, "A2", west)
	for _, no := range []string{"S1", "S2"} {
		storetest.Technician(t, s, no, at, "2020-01-01")
	}
	storetest.Certify(t, s, at, "2025-01-01")    // through 2026-12-31
	storetest.Certify(t, s, other, "2025-02-01") // through 2027-01-31
	all := store.LossQuery{Scope: tracker.Scope{All: true}, Today: storetest.Today, From: date("2026-06-15"), Until: date("2027-12-31")}
	for _, test := range []struct {
		name string
		with func(*store.LossQuery)
		want []string
	}{
		{"all", func(*store.LossQuery) {}, []string{"A1 bmw-i 2027-01-01", "A2 bmw-i 2027-02-01"}},
		{"through the day before", func(q *store.LossQuery) { q.Until = date("2026-12-31") }, nil},
		{"through the day", func(q *store.LossQuery) { q.Until = date("2027-01-01") }, []string{"A1 bmw-i 2027-01-01"}},
		{"from the day before", func(q *store.LossQuery) { q.From = date("2027-01-31") }, []string{"A2 bmw-i 2027-02-01"}},
		{"after the day", func(q *store.LossQuery) { q.From = date("2027-02-01") }, nil},
		{"the first", func(q *store.LossQuery) { q.Limit = 1 }, []string{"A1 bmw-i 2027-01-01"}},
		{"a region", func(q *store.LossQuery) { q.Regions = []tracker.RegionID{west} }, []string{"A2 bmw-i 2027-02-01"}},
		{"a programme", func(q *store.LossQuery) { q.Programmes = []tracker.ProgrammeCode{tracker.ProgrammeLaw} }, nil},
		{"the law", func(q *store.LossQuery) {
			q.From, q.Until, q.Programmes = date("2024-03-31"), date("2024-04-01"), []tracker.ProgrammeCode{tracker.ProgrammeLaw}
		}, []string{"A2 law 2024-04-01"}},
	} {
		q := all
		test.with(&q)
		storetest.Read(t, s, func(tx *store.Tx) error {
			rows, err := tx.Losses(q)
			var got []string
			for _, row := range rows {
				got = append(got, row.Dealership.Code+" "+string(row.After.Programme)+" "+row.After.From.String())
				if row.Before.Until != row.After.From || row.Before.Programme != row.After.Programme || row.After.Loss == 0 {
					t.Errorf("%s: %+v goes before %+v", test.name, row.Before, row.After)
				}
			}
			if len(got) != len(test.want) {
				t.Errorf("%s: %v, want %v", test.name, got, test.want)
				return err
			}
			for i := range got {
				if got[i] != test.want[i] {
					t.Errorf("%s: %v, want %v", test.name, got, test.want)
				}
			}
			return err
		})
	}
}

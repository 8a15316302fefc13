package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

// sums adds change points up: for each day and kind what changes on it, without those that cancel out.
func sums(standings []store.StandingPoint, staffing []store.StaffingPoint) (map[store.StandingPoint]int, map[store.StaffingPoint]store.StaffingPoint) {
	byKind := map[store.StandingPoint]int{}
	for _, p := range standings {
		delta := p.Delta
		p.Delta = 0
		byKind[p] += delta
		if byKind[p] == 0 {
			delete(byKind, p)
		}
	}
	byDay := map[store.StaffingPoint]store.StaffingPoint{}
	for _, p := range staffing {
		key := store.StaffingPoint{Day: p.Day, Region: p.Region}
		sum := byDay[key]
		sum.Active += p.Active
		sum.Technicians += p.Technicians
		sum.NEVQualified += p.NEVQualified
		sum.BelowMinimum += p.BelowMinimum
		sum.SingleHolder += p.SingleHolder
		byDay[key] = sum
		if sum == (store.StaffingPoint{}) {
			delete(byDay, key)
		}
	}
	return byKind, byDay
}

// pointsAgree compares the change points of the tables with those of timelines computed from the facts.
func (w *world) pointsAgree(t *testing.T) {
	storetest.Read(t, w.s, func(tx *store.Tx) error {
		rules, err := tx.Rules()
		if err != nil {
			return err
		}
		histories, err := tx.Histories(w.dealerships, 0)
		if err != nil {
			return err
		}
		var standings []store.StandingPoint
		var staffing []store.StaffingPoint
		for _, h := range histories {
			a, b := store.PointsOf(h.Timeline(rules))
			standings, staffing = append(standings, a...), append(staffing, b...)
		}
		wantStandings, wantStaffing := sums(standings, staffing)
		if standings, err = tx.StandingPoints(0); err != nil {
			return err
		}
		if staffing, err = tx.StaffingPoints(0); err != nil {
			return err
		}
		gotStandings, gotStaffing := sums(standings, staffing)
		if d := cmp.Diff(wantStandings, gotStandings) + cmp.Diff(wantStaffing, gotStaffing); d != "" {
			t.Fatalf("change points, -computed +stored:\n%s", d)
		}
		return nil
	})
}

func TestPointsCanBeBroughtForward(t *testing.T) {
	s := storetest.Open(t)
	east, west := storetest.Region(t, s, "east"), storetest.Region(t, s, "west")
	at := storetest.Dealership(t, s, "A1", east)
	person, employment := storetest.Technician(t, s, "S1", at, "2021-01-01")
	storetest.Certify(t, s, at, "2022-01-01")
	var standings []store.StandingPoint
	var staffing []store.StaffingPoint
	var known tracker.Moment
	read := func(after tracker.Moment) (a []store.StandingPoint, b []store.StaffingPoint) {
		storetest.Read(t, s, func(tx *store.Tx) (err error) {
			if a, err = tx.StandingPoints(after); err != nil {
				return err
			}
			if b, err = tx.StaffingPoints(after); err != nil {
				return err
			}
			known, err = tx.LastMoment()
			return err
		})
		return a, b
	}
	standings, staffing = read(0)

	storetest.Dealership(t, s, "A2", west)
	storetest.Technician(t, s, "S2", at, "2023-01-01")
	correct(t, s, employment, tracker.Employment{Person: person, Dealership: at, Job: tracker.JobTechnician, From: date("2021-01-01"), Until: date("2024-01-01")})
	storetest.Record(t, s, tracker.Assignment{Dealership: at, Region: west, From: date("2023-06-01")})
	void(t, s, tracker.FactEmployment, employment)

	moreStandings, moreStaffing := read(known)
	forwardStandings, forwardStaffing := sums(append(standings, moreStandings...), append(staffing, moreStaffing...))
	freshStandings, freshStaffing := sums(read(0))
	if d := cmp.Diff(freshStandings, forwardStandings) + cmp.Diff(freshStaffing, forwardStaffing); d != "" {
		t.Errorf("-afresh +brought forward:\n%s", d)
	}
	if again, _ := read(known); len(again) != 0 {
		t.Errorf("nothing happened, and yet there are points: %v", again)
	}
}

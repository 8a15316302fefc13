package demo

import (
	"reflect"
	"slices"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// training gives the sessions of a network of an own, and who has a seat.
func trainingOf(t *testing.T) (*app.App, *store.Store, []tracker.Session, []tracker.Booking) {
	t.Helper()
	a, s := emptyApp(t)
	fill(t, a, Options{Dealerships: 60, Seed: 3})
	var sessions []tracker.Session
	var bookings []tracker.Booking
	if err := s.Read(t.Context(), func(tx *store.Tx) (err error) {
		if sessions, _, err = tx.Sessions(store.SessionQuery{From: takeoverDay}); err != nil {
			return err
		}
		for _, one := range sessions {
			list, err := tx.BookingsOf(one.ID)
			if err != nil {
				return err
			}
			bookings = append(bookings, list...)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return a, s, sessions, bookings
}

// The same options give the same sessions and seats; nobody sits above the seats, waits while one is free, or was booked
// after the knowledge moment; and of each session to come whoever is booked might be.
func TestSessionsAndSeats(t *testing.T) {
	_, s, sessions, bookings := trainingOf(t)
	_, _, again, twice := trainingOf(t)
	if !reflect.DeepEqual(sessions, again) || !reflect.DeepEqual(bookings, twice) {
		t.Error("the same options give other sessions or seats")
	}
	if len(sessions) < 20 || len(bookings) < 20 {
		t.Errorf("%d sessions, %d bookings", len(sessions), len(bookings))
	}
	states := map[tracker.BookingState]int{}
	for _, one := range sessions {
		var list []tracker.Booking
		for _, b := range bookings {
			if b.SessionID == one.ID {
				list = append(list, b)
			}
		}
		seated, waiting := tracker.Taken(list)
		if seated > one.Seats || waiting > 0 && seated < one.Seats {
			t.Errorf("%s on %s: %d seated and %d waiting for %d seats", one.Course, one.FirstDay, seated, waiting, one.Seats)
		}
	}
	for _, b := range bookings {
		states[b.State]++
		if b.BookedAt >= KnowledgeMoment || b.ResultOn > lastRecordingDay {
			t.Errorf("known too late: %+v", b)
		}
		if b.State == tracker.SeatPassed {
			t.Errorf("a pass without a certificate: %+v", b)
		}
	}
	if states[tracker.SeatBooked] == 0 || states[tracker.SeatFailed]+states[tracker.SeatNoShow] == 0 {
		t.Errorf("states %v", states)
	}
	known := tracker.DateOf(KnowledgeMoment.Time())
	if err := s.Read(t.Context(), func(tx *store.Tx) error {
		rules, err := tx.Rules()
		if err != nil {
			return err
		}
		for _, b := range bookings {
			at := slices.IndexFunc(sessions, func(one tracker.Session) bool { return one.ID == b.SessionID })
			course, err := rules.Course(sessions[at].Course, known)
			if err != nil {
				return err
			}
			histories, err := tx.PersonHistories([]tracker.PersonID{b.Person})
			if err != nil {
				return err
			}
			who := tracker.Applicant{Posts: histories[0], Held: histories[0]}
			if err := who.Admit(rules, course, sessions[at], known); err != nil && sessions[at].FirstDay > known {
				t.Errorf("%s: %v", course.Code, err)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// How many are trained at a dealership is what its standing rests on, at each of them and on several days.
func TestTrainingCoverageIsThatOfStandings(t *testing.T) {
	a, _, _, _ := trainingOf(t)
	for _, on := range []tracker.Date{tracker.MustDate("2023-06-30"), lawDay, presentDay, presentDay.AddMonths(6)} {
		lines := map[string]app.CoverageLine{}
		for page := 1; ; page++ {
			got, err := a.TrainingCoverage(t.Context(), tracker.Operator, app.TrainingQuery{On: on, Requirement: "BMI-B04", Page: page, PerPage: 200})
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range got.Rows {
				lines[line.Dealership.Code] = line
			}
			if len(lines) == got.Total {
				break
			}
		}
		found, err := a.Dealerships(t.Context(), tracker.Operator, app.DealershipQuery{On: on, PerPage: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range found.Rows {
			view, err := a.Dealership(t.Context(), tracker.Operator, row.Code, on)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range view.Programmes {
				for _, b := range p.Because {
					line := lines[row.Code]
					if b.Requirement.Code == "BMI-B04" && (b.Have != line.Trained || b.Among != line.Counted || (b.Outcome == tracker.Fails) != (line.Needed > 0)) {
						t.Errorf("%s on %s: %d of %d, its standing has %d of %d and %s", row.Code, on, line.Trained, line.Counted, b.Have, b.Among, b.Outcome)
					}
				}
			}
		}
	}
}

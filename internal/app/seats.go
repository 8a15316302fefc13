package app

import (
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// Seat is what training holds ready for somebody: a seat that is booked, or else the next session with free seats.
type Seat struct {
	Session tracker.Session
	Of      tracker.Course
	Booking *tracker.Booking // nil: nothing is booked
	Free    int              // of the session, where nothing is booked
}

// seats knows what is booked for people, and where seats are free.
type seats struct {
	rules    tracker.Rulebook
	today    tracker.Date
	free     []SessionView // with free seats, the soonest first
	sights   map[tracker.PersonID]tracker.Sight
	bookings map[tracker.PersonID][]tracker.PlacedBooking
}

// loadSeats loads what training holds ready for some people; of those whom the actor does not see nothing is told.
func (a *App) loadSeats(tx *store.Tx, by tracker.Actor, people []tracker.PersonID) (seats, error) {
	out := seats{today: a.Today()}
	var err error
	if out.rules, err = tx.Rules(); err != nil {
		return out, err
	}
	list, _, err := tx.Sessions(store.SessionQuery{From: out.today, Free: true})
	if err != nil {
		return out, err
	}
	list = slices.DeleteFunc(list, func(s tracker.Session) bool { return !s.Open(out.today) })
	if out.free, err = a.sessionViews(tx, list); err != nil || !by.Can(tracker.SeePeople) || len(people) == 0 {
		return out, err
	}
	slices.Sort(people)
	people = slices.Compact(people)
	if out.sights, err = sights(tx, by, people); err != nil {
		return out, err
	}
	out.bookings, err = tx.BookingsOfPeople(people)
	return out, err
}

// bookedSeat gives what training holds ready for a person who needs a skill, of a generation where one is named: the seat or
// the place on a waiting list that is booked, else the next session that would take the person. False when there is neither.
func (s seats) bookedSeat(person tracker.PersonID, skill tracker.Skill, generation tracker.Generation) (Seat, bool) {
	sight, seen := s.sights[person]
	if !seen || !sight.Present {
		return Seat{}, false
	}
	list := s.bookings[person]
	for i := len(list) - 1; i >= 0; i-- { // the latest session comes first
		b := list[i]
		course := courseOf(s.rules, b.Session)
		if b.State.Pending() && b.Session.LastDay >= s.today && course.Earns(s.rules, skill, generation, b.Session.FirstDay) {
			return Seat{Session: b.Session, Of: course, Booking: &b.Booking}, true
		}
	}
	who := sight.Applicant(list)
	for _, v := range s.free {
		if v.Of.Earns(s.rules, skill, generation, v.FirstDay) && who.Admit(s.rules, v.Of, v.Session, s.today) == nil {
			return Seat{Session: v.Session, Of: v.Of, Free: v.Free}, true
		}
	}
	return Seat{}, false
}

// nextSession gives the next session with free seats that leads to a skill, for whoever lacks it. A bridge is left out: it is
// not open to everybody.
func (s seats) nextSession(skill tracker.Skill, generation tracker.Generation) (Seat, bool) {
	for _, v := range s.free {
		if v.Of.Kind != tracker.CourseBridge && v.Of.Kind != tracker.CourseReview && v.Of.Earns(s.rules, skill, generation, v.FirstDay) {
			return Seat{Session: v.Session, Of: v.Of, Free: v.Free}, true
		}
	}
	return Seat{}, false
}

// forCauses gives what training holds ready for the people whose counting ends by causes, by person.
func (s seats) forCauses(causes []tracker.Cause) map[tracker.PersonID]Seat {
	out := map[tracker.PersonID]Seat{}
	for _, c := range causes {
		for _, p := range c.People {
			if p.End != tracker.EndReview && p.End != tracker.EndExpiry && p.End != tracker.EndDormant {
				continue
			}
			if seat, found := s.bookedSeat(p.Person, c.Requirement.Measure.Skill, c.Requirement.Measure.Generation); found {
				out[p.Person] = seat
			}
		}
	}
	return out
}

// endingPeople names the people of causes.
func endingPeople(causes []tracker.Cause) []tracker.PersonID {
	var out []tracker.PersonID
	for _, c := range causes {
		for _, p := range c.People {
			out = append(out, p.Person)
		}
	}
	return out
}

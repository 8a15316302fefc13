package app

import (
	"context"
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
func loadSeats(tx *store.Tx, by tracker.Actor, people []tracker.PersonID) (seats, error) {
	out := seats{today: tx.Today()}
	var err error
	if out.rules, err = tx.Rules(); err != nil {
		return out, err
	}
	list, _, err := tx.Sessions(store.SessionQuery{From: out.today, Free: true})
	if err != nil {
		return out, err
	}
	list = slices.DeleteFunc(list, func(s tracker.Session) bool { return !s.Open(out.today) })
	if out.free, err = sessionViews(tx, list); err != nil || !by.Can(tracker.SeePeople) || len(people) == 0 {
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

// trained tells whether training can help against what ends somebody's counting.
func trained(end tracker.EndKind) bool {
	return end == tracker.EndReview || end == tracker.EndExpiry || end == tracker.EndDormant
}

// forLoss gives what training holds ready against a loss: for each person whose counting ends by a date the booked seat or
// the next session, each once.
func (s seats) forLoss(change tracker.Change) []Seat {
	if change.After.Loss == 0 {
		return nil
	}
	var out []Seat
	for _, c := range change.Causes {
		for _, p := range c.People {
			if !trained(p.End) {
				continue
			}
			seat, found := s.bookedSeat(p.Person, c.Requirement.Measure.Skill, c.Requirement.Measure.Generation)
			known := slices.ContainsFunc(out, func(have Seat) bool {
				return have.Session.ID == seat.Session.ID && (have.Booking == nil) == (seat.Booking == nil)
			})
			if found && !known {
				out = append(out, seat)
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

// SeatsFor gives, for some of a dealership's next actions, what training holds ready: the seat of the person concerned, else
// the next session that leads to what is lacking. An action for which there is nothing has the zero Seat.
func (a *App) SeatsFor(ctx context.Context, by tracker.Actor, list []NextAction) ([]Seat, error) {
	out := make([]Seat, len(list))
	var people []tracker.PersonID
	for _, n := range list {
		for _, p := range n.People {
			people = append(people, p.Person)
		}
		people = append(people, n.Lacking...)
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		ready, err := loadSeats(tx, by, people)
		for i, n := range list {
			out[i] = ready.forAction(n)
		}
		return err
	})
	return out, err
}

// forAction gives what training holds ready for a next action.
func (s seats) forAction(n NextAction) Seat {
	m := n.Requirement.Measure
	var next Seat
	switch n.Kind {
	case NextKeep:
		for _, p := range n.People {
			if trained(p.End) {
				next, _ = s.bookedSeat(p.Person, m.Skill, m.Generation)
			}
		}
	case NextRestore:
		for _, person := range n.Lacking {
			seat, found := s.bookedSeat(person, m.Skill, m.Generation)
			if found && (next.Session.ID == "" || seat.Booking != nil) {
				next = seat
			}
			if seat.Booking != nil {
				return seat
			}
		}
		if next.Session.ID == "" && m.Skill != "" && m.Skill != tracker.SkillEmployed {
			next, _ = s.nextSession(m.Skill, m.Generation)
		}
	}
	return next
}

package app

import (
	"context"
	"errors"
	"slices"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// Candidate is somebody at a dealership for whom a seat could be booked.
type Candidate struct {
	tracker.Person
	Job     tracker.Job
	Lacks   bool  // none of what a pass gives is valid on the session's first day
	Against error // why no seat can be booked; nil when one can
	Booked  *tracker.PlacedBooking
}

// Candidates gives those who work at a dealership today in a job that a session's course is for: who lacks what it gives
// first. The faults are those of Session and Dealership.
func (a *App) Candidates(ctx context.Context, by tracker.Actor, session, code string) (SessionRecord, []Candidate, error) {
	var record SessionRecord
	var out []Candidate
	if err := by.May(tracker.BookSeats); err != nil {
		return record, nil, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		if record, err = a.session(tx, by, session); err != nil {
			return err
		}
		site, err := tx.Dealership(by.Scope, code)
		if err != nil {
			return err
		}
		out, err = a.candidates(tx, by, record.SessionView, site)
		return err
	})
	return record, out, err
}

func (a *App) candidates(tx *store.Tx, by tracker.Actor, s SessionView, site tracker.Dealership) ([]Candidate, error) {
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	people, err := tx.People(a.peopleScope(by, PersonQuery{On: a.Today(), Dealerships: []string{site.Code}, Jobs: s.Of.Jobs, PerPage: maxPerPage}))
	if err != nil {
		return nil, err
	}
	ids := make([]tracker.PersonID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	seen, err := sights(tx, by, ids)
	if err != nil {
		return nil, err
	}
	bookings, err := tx.BookingsOfPeople(ids)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	for _, p := range people {
		sight := seen[p.ID]
		who := sight.Applicant(bookings[p.ID])
		c := Candidate{Person: p.Person, Job: p.Job, Against: who.Admit(rules, s.Of, s.Session, a.Today())}
		clocks := sight.Clocks(rules, s.FirstDay)
		c.Lacks = slices.ContainsFunc(s.Of.Grants, func(g tracker.CourseGrant) bool {
			return !slices.ContainsFunc(clocks, func(k tracker.Clock) bool {
				return k.Valid && k.Qualification.Type == g.Type && k.Qualification.Generation == g.Generation
			})
		})
		for _, b := range bookings[p.ID] {
			if b.SessionID == s.ID && b.State != tracker.SeatCancelled {
				c.Booked = &b
			}
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(x, y Candidate) int { return x.rank() - y.rank() })
	return out, nil
}

// rank orders candidates: who lacks what a pass gives and can have a seat, who can, the others.
func (c Candidate) rank() int {
	switch {
	case c.Against != nil:
		return 2
	case c.Lacks:
		return 0
	default:
		return 1
	}
}

// BookSeats books seats in a session for people who work in the scope, in the order given: each gets a seat while there is
// one, else a place on the waiting list. All of it is kept or nothing. Who may not be seen, and staff numbers that nobody
// has, get the same fault.
func (a *App) BookSeats(ctx context.Context, by tracker.Actor, session string, staffNos []string) ([]tracker.Booking, error) {
	var out []tracker.Booking
	if err := by.May(tracker.BookSeats); err != nil {
		return nil, err
	}
	err := a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		record, err := a.session(tx, by, session)
		if err != nil {
			return err
		}
		out, err = a.bookAll(tx, by, record.SessionView, staffNos)
		return err
	})
	return out, err
}

func (a *App) bookAll(tx *store.Tx, by tracker.Actor, s SessionView, staffNos []string) ([]tracker.Booking, error) {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	if len(staffNos) == 0 {
		return nil, fault.In("staff_no", "nobody_chosen")
	}
	list, err := tx.BookingsOf(s.ID)
	if err != nil {
		return nil, err
	}
	var out []tracker.Booking
	for _, no := range staffNos {
		b, err := a.book(tx, by, s, strings.TrimSpace(no), list)
		switch {
		case err != nil && (len(staffNos) == 1 || tracker.KindOf(err) == tracker.Internal):
			return nil, err
		case err != nil:
			blame(fault, "staff_no", err)
		default:
			list, out = append(list, b), append(out, b)
		}
	}
	return out, fault.FieldFaults()
}

// blame notes an error as the fault of a field.
func blame(fault *tracker.Error, field string, err error) {
	var why *tracker.Error
	if !errors.As(err, &why) {
		return
	}
	if len(why.Fields) == 0 {
		fault.Fields = append(fault.Fields, tracker.FieldError{Field: field, Key: why.Key, Args: why.Args})
	}
	for _, f := range why.Fields {
		fault.Fields = append(fault.Fields, tracker.FieldError{Field: field, Key: f.Key, Args: f.Args})
	}
}

// book books one seat, where list is who has one or waits already.
func (a *App) book(tx *store.Tx, by tracker.Actor, s SessionView, staffNo string, list []tracker.Booking) (tracker.Booking, error) {
	person, sight, err := a.seenPerson(tx, by, staffNo)
	if err == nil && !sight.Present {
		err = tracker.Fault(tracker.NotFound, "not_found", "noun", "person", "key", staffNo)
	}
	if tracker.KindOf(err) == tracker.NotFound {
		return tracker.Booking{}, tracker.Fault(tracker.Invalid, "invalid_form").In("staff_no", "unknown_staff_no", "value", staffNo)
	}
	if err != nil {
		return tracker.Booking{}, err
	}
	rules, err := tx.Rules()
	if err != nil {
		return tracker.Booking{}, err
	}
	all, err := tx.BookingsOfPeople([]tracker.PersonID{person.ID})
	if err != nil {
		return tracker.Booking{}, err
	}
	if err := sight.Applicant(all[person.ID]).Admit(rules, s.Of, s.Session, a.Today()); err != nil {
		return tracker.Booking{}, err
	}
	at, _, employed := sight.PostOn(a.Today())
	if !employed { // begins to work there later
		at, _, _ = sight.PostOn(s.FirstDay)
	}
	b := tracker.Booking{SessionID: s.ID, Person: person.ID, Dealership: at}
	b.State, b.Queue = s.Next(list)
	return tx.AddBooking(b)
}

// booking loads a booking of somebody who works in the scope. The fault is NotFound for any other.
func (a *App) booking(tx *store.Tx, by tracker.Actor, id string) (tracker.PlacedBooking, SessionRecord, error) {
	unknown := tracker.Fault(tracker.NotFound, "not_found", "noun", "booking", "key", id)
	b, err := tx.Booking(id)
	if tracker.KindOf(err) == tracker.NotFound {
		return tracker.PlacedBooking{}, SessionRecord{}, unknown
	}
	if err != nil {
		return tracker.PlacedBooking{}, SessionRecord{}, err
	}
	record, err := a.session(tx, by, b.SessionID)
	if tracker.KindOf(err) == tracker.NotFound {
		return tracker.PlacedBooking{}, record, unknown
	}
	if err != nil {
		return tracker.PlacedBooking{}, record, err
	}
	if !slices.ContainsFunc(record.Bookings, func(v BookingView) bool { return v.ID == id }) {
		return tracker.PlacedBooking{}, record, unknown
	}
	return tracker.PlacedBooking{Booking: b, Session: record.Session}, record, nil
}

// Booking gives a booking that the reader may see, with its session. The fault is NotFound.
func (a *App) Booking(ctx context.Context, by tracker.Actor, id string) (BookingView, SessionRecord, error) {
	var out BookingView
	var record SessionRecord
	if err := by.May(tracker.SeePeople); err != nil {
		return out, record, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		if _, record, err = a.booking(tx, by, id); err != nil {
			return err
		}
		at := slices.IndexFunc(record.Bookings, func(v BookingView) bool { return v.ID == id })
		out = record.Bookings[at]
		return nil
	})
	return out, record, err
}

// CancelBooking gives a seat back, or a place on the waiting list; whoever waits first moves up. The fault is Stale when
// another step came first, Conflict when the session has begun or the booking has a result.
func (a *App) CancelBooking(ctx context.Context, by tracker.Actor, id, version string) (tracker.Booking, error) {
	var out tracker.Booking
	if err := by.May(tracker.BookSeats); err != nil {
		return out, err
	}
	err := a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		b, record, err := a.booking(tx, by, id)
		switch {
		case err != nil:
			return err
		case !b.State.Pending():
			return tracker.Fault(tracker.Conflict, "result_known", "booking_state", string(b.State))
		case b.Session.Begun(a.Today()):
			return tracker.Fault(tracker.Conflict, "session_begun", "on", b.Session.FirstDay)
		}
		b.State, b.Version = tracker.SeatCancelled, versionOf(version)
		if out, err = tx.SetBooking(b.Booking, ""); err != nil {
			return err
		}
		return a.promote(tx, record.Session)
	})
	return out, err
}

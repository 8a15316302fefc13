package app

import (
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// SessionView is a training session with its course and seats. The names of who sits on them are not in it.
type SessionView struct {
	tracker.Session
	Of      tracker.Course
	Held    tracker.Region // where it is held; zero for the whole network
	Taken   int
	Waiting int
	Free    int
	Open    bool // seats can be booked today
}

// SessionsQuery asks for sessions from a day on.
type SessionsQuery struct {
	From    tracker.Date
	Courses []string
	Regions []tracker.RegionID
	Cities  []string
	Online  bool
	Free    bool
	Page    int
	PerPage int
}

// SessionPage is one page of a list of sessions.
type SessionPage struct {
	Rows    []SessionView
	Total   int
	Page    int
	PerPage int
	Cities  []string // in which sessions are held from the day on
}

// BookingView is a booking of somebody whom the reader may see.
type BookingView struct {
	tracker.PlacedBooking
	Of    tracker.Course
	Who   tracker.Person
	At    tracker.Dealership // where the person works, or worked last
	Place int                // on the waiting list, from 1; zero with a seat
	May   bool               // the reader may give the seat back
	Gone  bool               // the person works nowhere on the session's first day, as far as may be seen
}

// SessionRecord is a session with those of its bookings that the reader may see.
type SessionRecord struct {
	SessionView
	Bookings []BookingView // in the order of booking; those given back last
	Unseen   int           // bookings of people whom the reader does not see
}

// Courses gives the courses that the packs in force on a day describe.
func (a *App) Courses(ctx context.Context, by tracker.Actor, on tracker.Date) ([]tracker.Course, error) {
	if err := by.May(tracker.SeeDealerships); err != nil {
		return nil, err
	}
	rules, err := a.Rulebook(ctx)
	return rules.Courses(on), err
}

// Sessions gives a page of the sessions that match. They are the same for everybody who sees any dealership.
func (a *App) Sessions(ctx context.Context, by tracker.Actor, q SessionsQuery) (SessionPage, error) {
	out := SessionPage{Page: max(q.Page, 1), PerPage: min(q.PerPage, maxPerPage)}
	if err := by.May(tracker.SeeDealerships); err != nil || by.Scope.Empty() {
		return out, err
	}
	if out.PerPage <= 0 {
		out.PerPage = defaultPerPage
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		list, total, err := tx.Sessions(store.SessionQuery{
			From: q.From, Courses: q.Courses, Regions: q.Regions, Cities: q.Cities, Online: q.Online, Free: q.Free, Page: out.Page, PerPage: out.PerPage,
		})
		if err != nil {
			return err
		}
		out.Total = total
		if out.Cities, err = tx.SessionCities(q.From); err != nil {
			return err
		}
		out.Rows, err = sessionViews(tx, list)
		return err
	})
	return out, err
}

// sessionViews adds to sessions their courses, regions and seats.
func sessionViews(tx *store.Tx, list []tracker.Session) ([]SessionView, error) {
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	directory, err := loadDirectory(tx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(list))
	for i, s := range list {
		ids[i] = s.ID
	}
	counts, err := tx.SeatCounts(ids)
	out := make([]SessionView, len(list))
	for i, s := range list {
		count := counts[s.ID]
		out[i] = SessionView{
			Session: s, Of: courseOf(rules, s), Held: directory.Regions[s.Region], Taken: count.Taken, Waiting: count.Waiting,
			Free: max(s.Seats-count.Taken-count.Waiting, 0), Open: s.Open(tx.Today()),
		}
	}
	return out, err
}

// courseOf gives a session's course as it is while the session is held; one that no pack knows any more by its code alone.
func courseOf(rules tracker.Rulebook, s tracker.Session) tracker.Course {
	course, err := rules.Course(s.Course, s.FirstDay)
	if err != nil {
		return tracker.Course{Code: s.Course, Name: tracker.Text{En: s.Course, Zh: s.Course}}
	}
	return course
}

// Session gives a session with the bookings that the reader may see. The fault is NotFound for one that does not exist, and
// for who sees nothing.
func (a *App) Session(ctx context.Context, by tracker.Actor, id string) (SessionRecord, error) {
	var out SessionRecord
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = a.session(tx, by, id)
		return err
	})
	return out, err
}

func (a *App) session(tx *store.Tx, by tracker.Actor, id string) (SessionRecord, error) {
	present, err := tx.Session(id)
	if by.Scope.Empty() && err == nil {
		err = tracker.Fault(tracker.NotFound, "not_found", "noun", "session", "key", id)
	}
	if err != nil {
		return SessionRecord{}, err
	}
	views, err := sessionViews(tx, []tracker.Session{present})
	if err != nil {
		return SessionRecord{}, err
	}
	out := SessionRecord{SessionView: views[0]}
	list, err := tx.BookingsOf(id)
	if err != nil {
		return out, err
	}
	placed := make([]tracker.PlacedBooking, len(list))
	for i, b := range list {
		placed[i] = tracker.PlacedBooking{Booking: b, Session: present}
	}
	if out.Bookings, err = a.bookingViews(tx, by, placed); err != nil {
		return out, err
	}
	slices.SortStableFunc(out.Bookings, func(x, y BookingView) int {
		return boolRank(x.State == tracker.SeatCancelled) - boolRank(y.State == tracker.SeatCancelled)
	})
	out.Unseen = out.Taken + out.Waiting
	for _, b := range out.Bookings {
		if b.State != tracker.SeatCancelled {
			out.Unseen--
		}
	}
	return out, nil
}

// bookingViews puts names to those of some bookings that the reader may see, in their order.
func (a *App) bookingViews(tx *store.Tx, by tracker.Actor, list []tracker.PlacedBooking) ([]BookingView, error) {
	if !by.Can(tracker.SeePeople) || len(list) == 0 {
		return nil, nil
	}
	ids := make([]tracker.PersonID, len(list))
	for i, b := range list {
		ids[i] = b.Person
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	seen, err := sights(tx, by, ids)
	if err != nil {
		return nil, err
	}
	names, err := tx.Persons(ids)
	if err != nil {
		return nil, err
	}
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	var out []BookingView
	var places []tracker.DealershipID
	for _, b := range list {
		sight, visible := seen[b.Person]
		if !visible || !sight.SeesBooking(b) {
			continue
		}
		view := BookingView{PlacedBooking: b, Of: courseOf(rules, b.Session), Who: names[b.Person]}
		at, _, employed := sight.PostOn(b.Session.FirstDay)
		if view.Gone = !employed; view.Gone {
			at = b.Dealership
		}
		view.At.ID = at
		view.May = by.Can(tracker.BookSeats) && sight.Present && b.State.Pending() && !b.Session.Begun(a.Today())
		out, places = append(out, view), append(places, at)
	}
	return out, a.placeViews(tx, out, places)
}

// placeViews fills in dealerships and places on waiting lists.
func (a *App) placeViews(tx *store.Tx, list []BookingView, places []tracker.DealershipID) error {
	slices.Sort(places)
	sites, err := tx.DealershipsByID(slices.Compact(places))
	if err != nil {
		return err
	}
	queues := map[string][]tracker.Booking{}
	for i := range list {
		b := &list[i]
		b.At = sites[b.At.ID]
		if b.State != tracker.SeatWaiting {
			continue
		}
		if queues[b.SessionID] == nil {
			if queues[b.SessionID], err = tx.BookingsOf(b.SessionID); err != nil {
				return err
			}
		}
		b.Place = tracker.PlaceInQueue(queues[b.SessionID], b.ID)
	}
	return nil
}

// BookingsQuery asks for the bookings of people who work in the scope.
type BookingsQuery struct {
	From    tracker.Date // of sessions that end on this day or later
	Page    int
	PerPage int
}

// BookingPage is one page of a list of bookings, the soonest session first.
type BookingPage struct {
	Rows    []BookingView
	Total   int
	Page    int
	PerPage int
}

// Bookings gives a page of the bookings of the people who work in the actor's scope today, without those given back.
func (a *App) Bookings(ctx context.Context, by tracker.Actor, q BookingsQuery) (BookingPage, error) {
	out := BookingPage{Page: max(q.Page, 1), PerPage: min(q.PerPage, maxPerPage)}
	if err := by.May(tracker.SeePeople); err != nil || by.Scope.Empty() {
		return out, err
	}
	if out.PerPage <= 0 {
		out.PerPage = defaultPerPage
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		people, err := tx.BookedPeople(by.Scope, a.Today(), q.From)
		if err != nil {
			return err
		}
		found, err := tx.BookingsOfPeople(people)
		if err != nil {
			return err
		}
		var list []tracker.PlacedBooking
		for _, id := range people {
			for _, b := range found[id] {
				if b.State != tracker.SeatCancelled && b.Session.LastDay >= q.From {
					list = append(list, b)
				}
			}
		}
		slices.SortStableFunc(list, func(x, y tracker.PlacedBooking) int { return int(x.Session.FirstDay - y.Session.FirstDay) })
		out.Total = len(list)
		first := min((out.Page-1)*out.PerPage, len(list))
		out.Rows, err = a.bookingViews(tx, by, list[first:min(first+out.PerPage, len(list))])
		return err
	})
	return out, err
}

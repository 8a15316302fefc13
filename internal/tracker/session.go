package tracker

import (
	"cmp"
	"slices"
	"strings"
)

// Session is one holding of a course, with its seats. It changes no standing and so is no fact.
type Session struct {
	ID          string
	Course      string // code
	Language    string // zh-Hans or en
	Online      bool
	Region      RegionID // where it is held; zero: for the whole network
	City        string   // empty online
	Place       string
	FirstDay    Date
	LastDay     Date
	Seats       int
	BookBy      Date // the last day of booking
	CancelledAt Moment
	Reason      string // why it was cancelled
	Version     int64  // rises with each change
}

// Days gives the days of the session.
func (s Session) Days() Period { return Through(s.FirstDay, s.LastDay) }

// Cancelled tells whether the session does not take place.
func (s Session) Cancelled() bool { return s.CancelledAt != 0 }

// Begun tells whether it is too late to come into the session: online one can begin on any of its days.
func (s Session) Begun(today Date) bool {
	if s.Online {
		return today > s.LastDay
	}
	return today >= s.FirstDay
}

// Open tells whether seats can be booked on a day.
func (s Session) Open(today Date) bool { return !s.Cancelled() && today <= s.BookBy && !s.Begun(today) }

// begins gives the day on which who books today begins: online on whichever is left.
func (s Session) begins(today Date) Date {
	if s.Online {
		return min(max(today, s.FirstDay), s.LastDay)
	}
	return s.FirstDay
}

// passes gives the first day on which who books today can pass.
func (s Session) passes(today Date) Date {
	if s.Online {
		return s.begins(today)
	}
	return s.LastDay
}

// BookingState is how far a booking is.
type BookingState string

// The states of a booking.
const (
	SeatBooked    BookingState = "booked"
	SeatWaiting   BookingState = "waiting"
	SeatCancelled BookingState = "cancelled"
	SeatAttended  BookingState = "attended" // took part; without a result
	SeatPassed    BookingState = "passed"
	SeatFailed    BookingState = "failed"
	SeatNoShow    BookingState = "no_show"
)

// BookingStates lists the states in the order of a booking's life.
var BookingStates = []BookingState{SeatBooked, SeatWaiting, SeatAttended, SeatPassed, SeatFailed, SeatNoShow, SeatCancelled}

// Results lists what can be entered once a session has begun.
var Results = []BookingState{SeatPassed, SeatFailed, SeatAttended, SeatNoShow}

// Seated tells whether a booking in the state takes a seat.
func (s BookingState) Seated() bool { return s != SeatWaiting && s != SeatCancelled }

// Pending tells whether the session still lies ahead of a booking in the state.
func (s BookingState) Pending() bool { return s == SeatBooked || s == SeatWaiting }

// Booking is a person's seat in a session, or place on its waiting list.
type Booking struct {
	ID         string
	SessionID  string
	Person     PersonID
	Dealership DealershipID // where the person worked when it was booked
	State      BookingState
	Queue      int // the order of booking within the session
	Score      *int
	ResultOn   Date // when it was passed or failed; zero while there is no result
	BookedAt   Moment
	BookedBy   AccountID
	Facts      string // what a pass became: kind/chain, separated by spaces
	Version    int64  // rises with each step
}

// Became gives the facts that a pass became, by kind and chain.
func (b Booking) Became() []NamedFact {
	var out []NamedFact
	for _, one := range strings.Fields(b.Facts) {
		kind, chain, _ := strings.Cut(one, "/")
		out = append(out, NamedFact{FactKind(kind), FactID(chain)})
	}
	return out
}

// NamedFact names a fact of a kind by its chain.
type NamedFact struct {
	Kind  FactKind
	Chain FactID
}

// String writes the name as a booking keeps it.
func (f NamedFact) String() string { return string(f.Kind) + "/" + string(f.Chain) }

// PlacedBooking is a booking with its session.
type PlacedBooking struct {
	Booking
	Session Session
}

// Taken counts the seats that bookings take, and who waits.
func Taken(list []Booking) (seated, waiting int) {
	for _, b := range list {
		switch {
		case b.State.Seated():
			seated++
		case b.State == SeatWaiting:
			waiting++
		}
	}
	return seated, waiting
}

// Next gives the state and place that a new booking gets: a seat while there is one and nobody waits for it, else a place
// at the end of the waiting list.
func (s Session) Next(list []Booking) (BookingState, int) {
	seated, waiting := Taken(list)
	last := 0
	for _, b := range list {
		last = max(last, b.Queue)
	}
	if seated < s.Seats && waiting == 0 {
		return SeatBooked, last + 1
	}
	return SeatWaiting, last + 1
}

// Promoted gives those on the waiting list who get a seat that is free now, in their order, with the state they get.
// Nobody moves up in a session that has begun or does not take place.
func (s Session) Promoted(list []Booking, today Date) []Booking {
	if s.Cancelled() || s.Begun(today) {
		return nil
	}
	seated, _ := Taken(list)
	var out []Booking
	for _, b := range inQueue(list) {
		if seated+len(out) >= s.Seats {
			break
		}
		b.State = SeatBooked
		out = append(out, b)
	}
	return out
}

// inQueue gives the waiting list in its order.
func inQueue(list []Booking) []Booking {
	var out []Booking
	for _, b := range list {
		if b.State == SeatWaiting {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b Booking) int { return cmp.Compare(a.Queue, b.Queue) })
	return out
}

// PlaceInQueue gives a waiting booking's place, from 1; zero for one that does not wait.
func PlaceInQueue(list []Booking, id string) int {
	return 1 + slices.IndexFunc(inQueue(list), func(b Booking) bool { return b.ID == id })
}

// Applicant is who would take a seat: the employments that may be seen, the certificates, and the bookings in every session.
type Applicant struct {
	Posts    PersonHistory
	Held     PersonHistory
	Bookings []PlacedBooking
}

// Applicant gives the person as who would take a seat, as far as the actor sees.
func (s Sight) Applicant(bookings []PlacedBooking) Applicant {
	return Applicant{Posts: s.PersonHistory, Held: s.clocks, Bookings: bookings}
}

// SeesBooking tells whether a booking may be seen: of who is present every one, of who has left those of sessions that were
// over by the last day there.
func (s Sight) SeesBooking(b PlacedBooking) bool { return s.Present || b.Session.LastDay <= s.Last }

// Failures counts how often a person has failed a course since last passing it, and gives the day of the latest failure.
func (a Applicant) Failures(course string) (count int, last Date) {
	list := slices.Clone(a.Bookings)
	slices.SortStableFunc(list, func(x, y PlacedBooking) int { return cmp.Compare(x.ResultOn, y.ResultOn) })
	for _, b := range list {
		switch {
		case b.Session.Course != course:
		case b.State == SeatPassed:
			count, last = 0, 0
		case b.State == SeatFailed:
			count, last = count+1, b.ResultOn
		}
	}
	return count, last
}

// Admit gives nil when a person may have a seat in a session, else the first reason against it: Conflict where the session
// takes nobody or the person's other bookings stand against it, Invalid where the course is not for the person.
func (a Applicant) Admit(rules Rulebook, c Course, s Session, today Date) error {
	switch {
	case s.Cancelled():
		return Fault(Conflict, "session_cancelled")
	case s.Begun(today):
		return Fault(Conflict, "session_begun", "on", s.FirstDay)
	case today > s.BookBy:
		return Fault(Conflict, "booking_closed", "on", s.BookBy)
	}
	if err := a.free(s); err != nil {
		return err
	}
	day := s.begins(today)
	there := a.Posts.posts().at(day)
	switch {
	case !there.Employed:
		return Fault(Invalid, "not_employed_then", "on", day)
	case !c.Suits(there.Job):
		return Fault(Invalid, "course_not_for_job", "course", c.Name)
	}
	failures, last := a.Failures(c.Code)
	switch {
	case c.Attempts > 0 && failures >= c.Attempts:
		return Fault(Conflict, "attempts_used", "course", c.Name, "count", failures)
	case failures > 0 && day < last.Add(c.WaitDays):
		return Fault(Conflict, "attempt_too_soon", "from", last.Add(c.WaitDays))
	}
	return a.Held.Ready(rules, c, s.passes(today))
}

// free looks for other bookings that stand against one more.
func (a Applicant) free(s Session) error {
	for _, b := range a.Bookings {
		switch {
		case b.State == SeatCancelled:
		case b.SessionID == s.ID:
			return Fault(Conflict, "booked_already")
		case b.State.Pending() && b.Session.Course == s.Course:
			return Fault(Conflict, "booked_elsewhere", "on", b.Session.FirstDay)
		case b.State.Pending() && !b.Session.Online && !s.Online && !b.Session.Days().Intersect(s.Days()).Empty():
			return Fault(Conflict, "booked_those_days", "from", b.Session.FirstDay, "until", b.Session.LastDay)
		}
	}
	return nil
}

// Outturn is what came of a booking.
type Outturn struct {
	State BookingState
	Score *int // per cent; nil for none
	On    Date // the day of it, one of the session's
}

// Ended gives a booking with what came of it. The fault is Conflict where the session is not held or the booking has
// another result, and Invalid when the day, the result or the score cannot be.
func (b PlacedBooking) Ended(c Course, o Outturn, today Date) (Booking, error) {
	out := b.Booking
	switch {
	case b.Session.Cancelled():
		return out, Fault(Conflict, "session_cancelled")
	case b.State != SeatBooked && b.State != SeatAttended:
		return out, Fault(Conflict, "result_known", "booking_state", string(b.State))
	case !b.Session.Days().Contains(o.On):
		return out, Fault(Invalid, "result_outside_session", "from", b.Session.FirstDay, "until", b.Session.LastDay)
	case o.On > today:
		return out, Fault(Invalid, "date_in_future", "value", o.On)
	case !slices.Contains(Results, o.State):
		return out, Fault(Invalid, "choose_one")
	}
	if err := c.agrees(o.State, o.Score); err != nil {
		return out, err
	}
	out.State, out.Score, out.ResultOn = o.State, o.Score, o.On
	return out, nil
}

// agrees checks a score against a result.
func (c Course) agrees(result BookingState, score *int) error {
	judged := result == SeatPassed || result == SeatFailed
	switch {
	case score != nil && (*score < 0 || *score > 100):
		return Fault(Invalid, "score_out_of_range")
	case score == nil && judged && c.PassMark > 0:
		return Fault(Invalid, "score_required")
	case score == nil || c.PassMark == 0:
		return nil
	case result == SeatPassed && *score < c.PassMark:
		return Fault(Invalid, "score_below_mark", "mark", c.PassMark)
	case result == SeatFailed && *score >= c.PassMark:
		return Fault(Invalid, "score_not_below_mark", "mark", c.PassMark)
	default:
		return nil
	}
}

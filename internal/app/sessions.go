package app

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// SessionForm is a training session as typed into a form. Days are ISO, the last day and the last day of booking included.
type SessionForm struct {
	Course   string
	Language string
	Online   bool
	Region   string // code; empty: for the whole network
	City     string
	Place    string
	FirstDay string
	LastDay  string // empty: the course's days from the first one on
	Seats    string
	BookBy   string // empty: the day before the first one; online the last day
	Version  string // of what the form was filled in over; empty for a new session
	Reason   string // of a change
}

// SessionLanguages are the languages in which sessions are held.
var SessionLanguages = []string{"zh-Hans", "en"}

// mostSeats bounds a session; online ones are large.
const mostSeats = 5000

// CreateSession adds a session of a course. The fault is Invalid with fields.
func (a *App) CreateSession(ctx context.Context, by tracker.Actor, f SessionForm) (tracker.Session, error) {
	return a.changeSession(ctx, by, func(tx *store.Tx) (tracker.Session, error) {
		next, err := a.typedSession(tx, f)
		if err != nil {
			return next, err
		}
		return tx.CreateSession(next)
	})
}

// EditSession changes a session; who waits moves up where there are more seats. The fault is Stale when it has changed since
// the form was filled in, and Invalid when fewer seats were left than are taken.
func (a *App) EditSession(ctx context.Context, by tracker.Actor, id string, f SessionForm) (tracker.Session, error) {
	return a.changeSession(ctx, by, func(tx *store.Tx) (tracker.Session, error) {
		present, err := tx.Session(id)
		if err != nil {
			return present, err
		}
		list, err := tx.BookingsOf(id)
		if err != nil {
			return present, err
		}
		next, err := a.typedSession(tx, f)
		if err != nil {
			return present, err
		}
		fault := tracker.Fault(tracker.Invalid, "invalid_form")
		seated, waiting := tracker.Taken(list)
		if next.Seats < seated {
			fault.In("seats", "seats_taken", "count", seated)
		}
		if next.Course != present.Course && seated+waiting > 0 {
			fault.In("course", "course_booked")
		}
		reason := clean(fault, "reason", f.Reason, longText)
		switch err := fault.FieldFaults(); {
		case err != nil:
			return present, err
		case present.Cancelled():
			return present, tracker.Fault(tracker.Conflict, "session_cancelled")
		}
		next.ID, next.Version = present.ID, versionOf(f.Version)
		if next, err = tx.UpdateSession(next, reason); err != nil {
			return present, err
		}
		return next, a.promote(tx, next)
	})
}

// CancelSession calls a session off: every seat is given back. The fault is Stale, or Conflict when it has begun.
func (a *App) CancelSession(ctx context.Context, by tracker.Actor, id, version, reason string) (tracker.Session, error) {
	return a.changeSession(ctx, by, func(tx *store.Tx) (tracker.Session, error) {
		present, err := tx.Session(id)
		if err != nil {
			return present, err
		}
		fault := tracker.Fault(tracker.Invalid, "invalid_form")
		next := present
		next.Reason, next.CancelledAt, next.Version = needText(fault, "reason", reason, longText), tx.Moment(), versionOf(version)
		switch err := fault.FieldFaults(); {
		case err != nil:
			return present, err
		case present.Cancelled():
			return present, tracker.Fault(tracker.Conflict, "session_cancelled")
		case a.Today() > present.LastDay:
			return present, tracker.Fault(tracker.Conflict, "session_begun", "on", present.FirstDay)
		}
		if next, err = tx.UpdateSession(next, next.Reason); err != nil {
			return present, err
		}
		list, err := tx.BookingsOf(id)
		for _, b := range list {
			if err == nil && b.State.Pending() {
				b.State = tracker.SeatCancelled
				_, err = tx.SetBooking(b, next.Reason)
			}
		}
		return next, err
	})
}

func (a *App) changeSession(ctx context.Context, by tracker.Actor, do func(*store.Tx) (tracker.Session, error)) (tracker.Session, error) {
	var out tracker.Session
	if err := by.May(tracker.ManageTraining); err != nil {
		return out, err
	}
	err := a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) (err error) {
		out, err = do(tx)
		return err
	})
	return out, err
}

// promote gives free seats to who waits, in order.
func (a *App) promote(tx *store.Tx, s tracker.Session) error {
	list, err := tx.BookingsOf(s.ID)
	if err != nil {
		return err
	}
	for _, b := range s.Promoted(list, a.Today()) {
		if _, err := tx.SetBooking(b, ""); err != nil {
			return err
		}
	}
	return nil
}

// versionOf reads the version that a form was filled in over.
func versionOf(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64) // what is no number is no version, and found to be stale
	return n
}

// typedSession reads a session from a form.
func (a *App) typedSession(tx *store.Tx, f SessionForm) (tracker.Session, error) {
	rules, err := tx.Rules()
	if err != nil {
		return tracker.Session{}, err
	}
	directory, err := loadDirectory(tx)
	if err != nil {
		return tracker.Session{}, err
	}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	s := tracker.Session{
		Language: f.Language, Online: f.Online, City: clean(fault, "city", f.City, shortText), Place: clean(fault, "place", f.Place, shortText),
		FirstDay: day(fault, "first_day", f.FirstDay, required), LastDay: day(fault, "last_day", f.LastDay, optional),
		BookBy: day(fault, "book_by", f.BookBy, optional),
	}
	course, err := rules.Course(f.Course, max(s.FirstDay, a.Today()))
	if s.Course = course.Code; err != nil {
		fault.In("course", "choose_one")
	}
	if !slices.Contains(SessionLanguages, s.Language) {
		fault.In("language", "choose_one")
	}
	if f.Region != "" {
		region, found := directory.Region(f.Region)
		if s.Region = region.ID; !found {
			fault.In("region", "choose_one")
		}
	}
	if s.Seats, err = strconv.Atoi(strings.TrimSpace(f.Seats)); err != nil || s.Seats < 1 || s.Seats > mostSeats {
		fault.In("seats", "seats_unreadable", "most", mostSeats)
	}
	if !s.Online && s.City == "" {
		fault.In("city", "text_required")
	}
	sessionDays(fault, &s, course)
	return s, fault.FieldFaults()
}

// sessionDays fills in the days that were left out and checks their order.
func sessionDays(fault *tracker.Error, s *tracker.Session, course tracker.Course) {
	if s.FirstDay == 0 {
		return
	}
	if s.LastDay == 0 {
		s.LastDay = s.FirstDay.Add(max(course.Days, 1) - 1)
	}
	if s.BookBy == 0 {
		s.BookBy = s.FirstDay.Add(-1)
		if s.Online {
			s.BookBy = s.LastDay
		}
	}
	switch {
	case s.LastDay < s.FirstDay:
		fault.In("last_day", "ends_before_begin", "from", s.FirstDay, "until", s.LastDay)
	case s.BookBy > s.LastDay || !s.Online && s.BookBy >= s.FirstDay:
		fault.In("book_by", "booking_after_begin")
	}
}

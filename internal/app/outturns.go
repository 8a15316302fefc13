package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// OutturnForm is what came of one booking, as typed into a form.
type OutturnForm struct {
	Booking     string // id
	State       string // empty: nothing is entered yet
	Score       string // per cent
	On          string // the day of it; empty: the session's last day
	Certificate string // the number of the certificate that a pass gives
}

// resultsForm is what came of a session, as it waits for a second person.
type resultsForm struct{ Results []OutturnForm }

// takeBackForm takes a booking's result back, as it waits for a second person.
type takeBackForm struct{ Version, Reason string }

// PreviewOutturns gives what results of a session would change. Nothing is saved. Faults are those of EnterOutturns.
func (a *App) PreviewOutturns(ctx context.Context, by tracker.Actor, session string, list []OutturnForm) (Effect, error) {
	var out Effect
	if err := by.May(tracker.ManageTraining); err != nil {
		return out, err
	}
	err := a.try(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		sites, err := a.outturnSites(tx, by, list)
		if err != nil || len(sites) == 0 {
			return err
		}
		before := len(tx.Edits())
		changed, err := effects(tx, sites, func() error { return a.enter(tx, by, session, list) })
		if err != nil {
			return err
		}
		seen, err := tx.SeenAmong(by.Scope, a.Today(), sites)
		if err != nil {
			return err
		}
		out = together(changed, seen)
		return out.look(tx, tx.Edits()[before:], by, tracker.ManageTraining)
	})
	return out, err
}

// EnterOutturns records what came of a session, for as many bookings as have a state: a pass becomes the certificates that
// the course gives, or the review of one, in the same transaction. All of it is kept or nothing. The fault is Invalid with a
// field for each booking, by its id.
func (a *App) EnterOutturns(ctx context.Context, by tracker.Actor, session string, list []OutturnForm) error {
	d := deed{kind: tracker.DeedResults, action: tracker.ManageTraining, of: session, form: resultsForm{list}}
	return a.carryOut(ctx, by, d, func(tx *store.Tx) error { return a.enter(tx, by, session, list) })
}

// outturnSites gives the dealerships at which results may change something.
func (a *App) outturnSites(tx *store.Tx, by tracker.Actor, list []OutturnForm) ([]tracker.DealershipID, error) {
	var ids []tracker.PersonID
	for _, f := range list {
		if f.State != string(tracker.SeatPassed) {
			continue
		}
		b, _, err := a.booking(tx, by, f.Booking)
		if err != nil {
			return nil, err
		}
		ids = append(ids, b.Person)
	}
	histories, err := tx.PersonHistories(ids)
	var out []tracker.DealershipID
	for _, h := range histories {
		for _, e := range h.Employments {
			out = append(out, e.Dealership)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), err
}

func (a *App) enter(tx *store.Tx, by tracker.Actor, session string, list []OutturnForm) error {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	entered := 0
	for _, f := range list {
		if f.State == "" {
			continue
		}
		entered++
		b, record, err := a.booking(tx, by, f.Booking)
		if err == nil && b.SessionID != session {
			err = tracker.Fault(tracker.NotFound, "not_found", "noun", "booking", "key", f.Booking)
		}
		if err == nil {
			err = a.enterOne(tx, by, b, record.Of, f)
		}
		switch {
		case err == nil:
		case tracker.KindOf(err) == tracker.Internal || tracker.KindOf(err) == tracker.NotFound:
			return err
		default:
			blame(fault, f.Booking, err)
		}
	}
	if entered == 0 {
		return tracker.Fault(tracker.Invalid, "no_results")
	}
	return fault.FieldFaults()
}

// enterOne records what came of one booking.
func (a *App) enterOne(tx *store.Tx, by tracker.Actor, b tracker.PlacedBooking, course tracker.Course, f OutturnForm) error {
	o, err := f.read(b.Session)
	if err != nil {
		return err
	}
	next, err := b.Ended(course, o, a.Today())
	if err != nil {
		return err
	}
	if o.State == tracker.SeatPassed {
		facts, err := a.earn(tx, by, b, course, o, f.Certificate)
		if err != nil {
			return err
		}
		next.Facts = strings.Join(facts, " ")
	}
	_, err = tx.SetBooking(next, "")
	return err
}

// read reads what came of a booking.
func (f OutturnForm) read(s tracker.Session) (tracker.Outturn, error) {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	o := tracker.Outturn{State: tracker.BookingState(f.State), On: day(fault, "on", f.On, optional)}
	if o.On == 0 {
		o.On = s.LastDay
	}
	if text := strings.TrimSuffix(strings.TrimSpace(f.Score), "%"); text != "" {
		score, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			fault.In("score", "score_out_of_range")
		}
		o.Score = &score
	}
	return o, fault.FieldFaults()
}

// earn records what a pass becomes, by the forms that record the same by hand, and names it.
func (a *App) earn(tx *store.Tx, by tracker.Actor, b tracker.PlacedBooking, course tracker.Course, o tracker.Outturn, number string) ([]string, error) {
	names, err := tx.Persons([]tracker.PersonID{b.Person})
	if err != nil {
		return nil, err
	}
	g, err := a.editedPerson(tx, by, names[b.Person].StaffNo)
	if err != nil {
		return nil, err
	}
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	if err := g.history.Ready(rules, course, o.On); err != nil {
		return nil, err
	}
	reason := fmt.Sprintf("%s %s", course.Code, o.On)
	if o.Score != nil {
		reason += fmt.Sprintf(", %d %%", *o.Score)
	}
	var out []string
	for _, grant := range course.Grants {
		named, err := earned(g, course, grant, o.On, rules.Last(grant, o.On), QualificationForm{Certificate: number, Reason: reason})
		if err != nil {
			return nil, err
		}
		out = append(out, named.String())
	}
	return out, nil
}

// earned records one certificate, or the review of one.
func earned(g personGround, course tracker.Course, grant tracker.CourseGrant, on, last tracker.Date, f QualificationForm) (tracker.NamedFact, error) {
	f.Type, f.Generation, f.IssuedOn, f.ExpiresOn = string(grant.Type), string(grant.Generation), on.String(), last.String()
	change := f.edit
	kind := tracker.FactQualification
	if course.Kind == tracker.CourseReview {
		held, _ := g.history.Reviewable(grant, on) // there is one: it was asked for before
		change, kind = ReviewForm{Qualification: held.Chain, ReviewedOn: on.String(), Reason: f.Reason}.edit, tracker.FactReview
	}
	before, err := g.tx.PersonFacts(g.person.ID)
	if err != nil {
		return tracker.NamedFact{}, err
	}
	_, do, err := change(g)
	if err != nil {
		return tracker.NamedFact{}, err
	}
	if err := do(); err != nil {
		return tracker.NamedFact{}, err
	}
	after, err := g.tx.PersonFacts(g.person.ID)
	for _, f := range after {
		fresh := !slices.ContainsFunc(before, func(old tracker.Fact) bool { return old.Version().ID == f.Version().ID })
		if fresh && f.Kind() == kind {
			return tracker.NamedFact{Kind: kind, Chain: f.Version().Chain}, err
		}
	}
	return tracker.NamedFact{}, err
}

// TakeBackOutturn takes a booking's result back: what a pass became is voided. The fault is Stale when another step came
// first, Conflict without a result, Invalid without a reason.
func (a *App) TakeBackOutturn(ctx context.Context, by tracker.Actor, id, version, reason string) (tracker.Booking, error) {
	var out tracker.Booking
	d := deed{kind: tracker.DeedResultBack, action: tracker.ManageTraining, of: id, form: takeBackForm{version, reason}, reason: reason}
	err := a.carryOut(ctx, by, d, func(tx *store.Tx) (err error) {
		out, err = a.takeBack(tx, by, id, version, reason)
		return err
	})
	return out, err
}

// PreviewTakeBack gives what taking a result back would change.
func (a *App) PreviewTakeBack(ctx context.Context, by tracker.Actor, id, version, reason string) (Effect, error) {
	var out Effect
	if err := by.May(tracker.ManageTraining); err != nil {
		return out, err
	}
	err := a.try(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		sites, err := a.outturnSites(tx, by, []OutturnForm{{Booking: id, State: string(tracker.SeatPassed)}})
		if err != nil || len(sites) == 0 {
			return err
		}
		before := len(tx.Edits())
		changed, err := effects(tx, sites, func() error {
			_, err := a.takeBack(tx, by, id, version, orElse(strings.TrimSpace(reason), previewed))
			return err
		})
		if err != nil {
			return err
		}
		seen, err := tx.SeenAmong(by.Scope, a.Today(), sites)
		if err != nil {
			return err
		}
		out = together(changed, seen)
		return out.look(tx, tx.Edits()[before:], by, tracker.ManageTraining)
	})
	return out, err
}

func (a *App) takeBack(tx *store.Tx, by tracker.Actor, id, version, reason string) (tracker.Booking, error) {
	b, _, err := a.booking(tx, by, id)
	if err != nil {
		return b.Booking, err
	}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	reason = needText(fault, "reason", reason, longText)
	switch err := fault.FieldFaults(); {
	case err != nil:
		return b.Booking, err
	case !slices.Contains(tracker.Results, b.State):
		return b.Booking, tracker.Fault(tracker.Conflict, "no_result_yet")
	}
	for _, f := range b.Became() {
		if err := voidWhole(tx, f, reason); err != nil {
			return b.Booking, err
		}
	}
	next := b.Booking
	next.State, next.Score, next.ResultOn, next.Facts, next.Version = tracker.SeatBooked, nil, 0, "", versionOf(version)
	return tx.SetBooking(next, reason)
}

// voidWhole ends a fact with all its corrections; one that has ended already stays so.
func voidWhole(tx *store.Tx, f tracker.NamedFact, reason string) error {
	for {
		switch err := tx.Void(f.Kind, f.Chain, reason); tracker.KindOf(err) {
		case tracker.Stale:
			return nil
		case tracker.Internal:
			if err != nil {
				return err
			}
		default:
			return err
		}
	}
}

package tracker_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"dealercert/internal/tracker"
)

// trainingRules is a rulebook with a permit that is reviewed, a type in generations with a bridge, and courses to them.
func trainingRules() tracker.Rulebook {
	return tracker.NewRulebook(tracker.Standard{
		Programme: "law", Kind: tracker.KindLaw, Version: "1",
		Qualifications: []tracker.QualificationType{
			{Code: "permit-lv", Skills: []tracker.Skill{"permit"}, ForTechnicians: true, ReviewMonths: 36},
			{
				Code: "hvt-c", Skills: []tracker.Skill{"hvt-c"}, ForTechnicians: true, HasGeneration: true, Generations: []tracker.Generation{"gen5", "gen6"},
				BridgeHours: 8, ValidityMonths: 36, Requires: []tracker.Prerequisite{{Type: "permit-lv"}},
			},
		},
		Courses: []tracker.Course{
			{Code: "R", Kind: tracker.CourseReview, Grants: []tracker.CourseGrant{{Type: "permit-lv"}}, Jobs: []tracker.Job{"technician"}},
			{
				Code: "B", Kind: tracker.CourseBridge, Grants: []tracker.CourseGrant{{Type: "hvt-c", Generation: "gen6"}}, Jobs: []tracker.Job{"technician"},
				PassMark: 80, Attempts: 3, WaitDays: 14,
			},
			{Code: "C", Kind: tracker.CourseClassroom, Grants: []tracker.CourseGrant{{Type: "hvt-c", Generation: "gen5", ValidityMonths: 12}}},
		},
	})
}

// trainee is a technician since 2020 with a permit until the end of 2027 and a gen5 certificate through 2027-01-31.
func trainee() tracker.PersonHistory {
	h := func(id string) tracker.Head { return tracker.Head{ID: tracker.FactID(id), Chain: tracker.FactID(id)} }
	return tracker.PersonHistory{
		Person:      1,
		Employments: []tracker.Employment{{Head: h("e"), Person: 1, Dealership: 7, Job: "technician", From: tracker.MustDate("2020-01-01"), Until: tracker.MustDate("2027-06-01")}},
		Qualifications: []tracker.Qualification{
			{Head: h("p"), Person: 1, Type: "permit-lv", IssuedOn: tracker.MustDate("2025-01-01"), ExpiresOn: tracker.MustDate("2027-12-31")},
			{Head: h("g"), Person: 1, Type: "hvt-c", Generation: "gen5", IssuedOn: tracker.MustDate("2024-02-01"), ExpiresOn: tracker.MustDate("2027-01-31")},
		},
	}
}

func faultKey(err error) string {
	var fault *tracker.Error
	if errors.As(err, &fault) {
		return fault.Key
	}
	return ""
}

// Every guard of a booking, and the first and last days on which it stands.
func TestWhoMayHaveASeat(t *testing.T) {
	rules, today := trainingRules(), tracker.MustDate("2026-11-23")
	session := func(course, first, last string, change ...func(*tracker.Session)) tracker.Session {
		s := tracker.Session{ID: "s", Course: course, FirstDay: tracker.MustDate(first), LastDay: tracker.MustDate(last), BookBy: tracker.MustDate(first).Add(-1), Seats: 3}
		for _, c := range change {
			c(&s)
		}
		return s
	}
	online := func(s *tracker.Session) { s.Online, s.BookBy = true, s.LastDay }
	cancelled := func(s *tracker.Session) { s.CancelledAt = 5 }
	booking := func(state tracker.BookingState, s tracker.Session, result string) tracker.PlacedBooking {
		s.ID = "other " + s.Course + s.FirstDay.String()
		b := tracker.PlacedBooking{Booking: tracker.Booking{SessionID: s.ID, State: state}, Session: s}
		if result != "" {
			b.ResultOn = tracker.MustDate(result)
		}
		return b
	}
	failed := func(days ...string) (out []tracker.PlacedBooking) {
		for _, d := range days {
			out = append(out, booking(tracker.SeatFailed, session("B", d, d), d))
		}
		return out
	}
	tests := []struct {
		name     string
		session  tracker.Session
		bookings []tracker.PlacedBooking
		change   func(*tracker.PersonHistory)
		want     string
	}{
		{"may", session("B", "2027-01-30", "2027-01-31"), nil, nil, ""},
		{"called off", session("B", "2027-01-30", "2027-01-31", cancelled), nil, nil, "session_cancelled"},
		{"begins today", session("B", "2026-11-23", "2026-11-24"), nil, nil, "session_begun"},
		{"booking ended yesterday", session("B", "2026-11-25", "2026-11-26", func(s *tracker.Session) { s.BookBy = tracker.MustDate("2026-11-22") }), nil, nil, "booking_closed"},
		{"the last day of booking", session("B", "2026-11-24", "2026-11-25"), nil, nil, ""},
		{"online one comes in on the last day", session("B", "2026-11-01", "2026-11-23", online), nil, nil, ""},
		{"online it is over", session("B", "2026-11-01", "2026-11-22", online), nil, nil, "session_begun"},
		{"not employed any more", session("R", "2027-06-01", "2027-06-01"), nil, nil, "not_employed_then"},
		{"the last day of work", session("R", "2027-05-31", "2027-05-31"), nil, nil, ""},
		{"for another job", session("B", "2027-01-10", "2027-01-11"), nil, func(h *tracker.PersonHistory) { h.Employments[0].Job = "sales_consultant" }, "course_not_for_job"},
		{"for everybody, yet with a permit", session("C", "2027-01-10", "2027-01-11"), nil, nil, ""},
		{"the bridge is open on the last day", session("B", "2027-01-31", "2027-01-31"), nil, nil, ""},
		{"the bridge is missed by a day", session("B", "2027-02-01", "2027-02-01"), nil, nil, "bridge_closed"},
		{"the certificate ends while it is held", session("B", "2027-01-31", "2027-02-01"), nil, nil, "bridge_closed"},
		{"the permit has lapsed", session("B", "2027-01-10", "2027-01-11"), nil, func(h *tracker.PersonHistory) { h.Qualifications[0].ExpiresOn = tracker.MustDate("2027-01-10") }, "prerequisite_lacking"},
		{"nothing to review", session("R", "2027-01-10", "2027-01-10"), nil, func(h *tracker.PersonHistory) { h.Qualifications = nil }, "nothing_to_review"},
		{"the review of a permit that is overdue", session("R", "2027-01-10", "2027-01-10"), nil, func(h *tracker.PersonHistory) { h.Qualifications[0].FirstReviewDue = tracker.MustDate("2026-01-01") }, ""},
		{"booked in it", session("B", "2027-01-10", "2027-01-11"), []tracker.PlacedBooking{{Booking: tracker.Booking{SessionID: "s", State: tracker.SeatWaiting}}}, nil, "booked_already"},
		{"given back before", session("B", "2027-01-10", "2027-01-11"), []tracker.PlacedBooking{{Booking: tracker.Booking{SessionID: "s", State: tracker.SeatCancelled}}}, nil, ""},
		{"the same course later", session("B", "2027-01-10", "2027-01-11"), []tracker.PlacedBooking{booking(tracker.SeatWaiting, session("B", "2027-01-20", "2027-01-21"), "")}, nil, "booked_elsewhere"},
		{"another course on its last day", session("B", "2027-01-10", "2027-01-11"), []tracker.PlacedBooking{booking(tracker.SeatBooked, session("R", "2027-01-11", "2027-01-12"), "")}, nil, "booked_those_days"},
		{"another course the day after", session("B", "2027-01-10", "2027-01-11"), []tracker.PlacedBooking{booking(tracker.SeatBooked, session("R", "2027-01-12", "2027-01-12"), "")}, nil, ""},
		{"another one online beside it", session("B", "2027-01-10", "2027-01-11"), []tracker.PlacedBooking{booking(tracker.SeatBooked, session("R", "2027-01-01", "2027-01-20", online), "")}, nil, ""},
		{"two failures", session("B", "2027-01-10", "2027-01-11"), failed("2026-10-01", "2026-11-01"), nil, ""},
		{"three failures", session("B", "2027-01-10", "2027-01-11"), failed("2026-09-01", "2026-10-01", "2026-11-01"), nil, "attempts_used"},
		{"a pass before them", session("B", "2027-01-10", "2027-01-11"), append(failed("2022-09-01", "2022-10-01", "2026-11-01"), booking(tracker.SeatPassed, session("B", "2023-01-01", "2023-01-01"), "2023-01-01")), nil, ""},
		{"too soon by a day", session("B", "2026-11-24", "2026-11-25"), failed("2026-11-11"), nil, "attempt_too_soon"},
		{"as soon as may be", session("B", "2026-11-24", "2026-11-25"), failed("2026-11-10"), nil, ""},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			h := trainee()
			if c.change != nil {
				c.change(&h)
			}
			course, err := rules.Course(c.session.Course, today)
			if err != nil {
				t.Fatal(err)
			}
			got := tracker.Applicant{Posts: h, Held: h, Bookings: c.bookings}.Admit(rules, course, c.session, today)
			if faultKey(got) != c.want {
				t.Errorf("%v, want %q", got, c.want)
			}
		})
	}
}

// What may be entered as a result, and when.
func TestOutturns(t *testing.T) {
	course, err := trainingRules().Course("B", tracker.MustDate("2026-11-23"))
	if err != nil {
		t.Fatal(err)
	}
	score := func(n int) *int { return &n }
	held := tracker.Session{Course: "B", FirstDay: tracker.MustDate("2026-11-18"), LastDay: tracker.MustDate("2026-11-24")}
	off := held
	off.CancelledAt = 1
	tests := []struct {
		name    string
		session tracker.Session
		state   tracker.BookingState
		outturn tracker.Outturn
		want    string
	}{
		{"a pass at the mark", held, tracker.SeatBooked, tracker.Outturn{State: tracker.SeatPassed, Score: score(80), On: tracker.MustDate("2026-11-20")}, ""},
		{"below the mark", held, tracker.SeatBooked, tracker.Outturn{State: tracker.SeatPassed, Score: score(79), On: tracker.MustDate("2026-11-20")}, "score_below_mark"},
		{"a failure below it", held, tracker.SeatBooked, tracker.Outturn{State: tracker.SeatFailed, Score: score(79), On: tracker.MustDate("2026-11-20")}, ""},
		{"a failure at the mark", held, tracker.SeatBooked, tracker.Outturn{State: tracker.SeatFailed, Score: score(80), On: tracker.MustDate("2026-11-20")}, "score_not_below_mark"},
		{"without a score", held, tracker.SeatBooked, tracker.Outturn{State: tracker.SeatFailed, On: tracker.MustDate("2026-11-20")}, "score_required"},
		{"101 of 100", held, tracker.SeatBooked, tracker.Outturn{State: tracker.SeatPassed, Score: score(101), On: tracker.MustDate("2026-11-20")}, "score_out_of_range"},
		{"did not come", held, tracker.SeatBooked, tracker.Outturn{State: tracker.SeatNoShow, On: tracker.MustDate("2026-11-23")}, ""},
		{"took part, the result follows", held, tracker.SeatAttended, tracker.Outturn{State: tracker.SeatPassed, Score: score(90), On: tracker.MustDate("2026-11-23")}, ""},
		{"tomorrow", held, tracker.SeatBooked, tracker.Outturn{State: tracker.SeatNoShow, On: tracker.MustDate("2026-11-24")}, "date_in_future"},
		{"the day before it began", held, tracker.SeatBooked, tracker.Outturn{State: tracker.SeatNoShow, On: tracker.MustDate("2026-11-17")}, "result_outside_session"},
		{"of who waits", held, tracker.SeatWaiting, tracker.Outturn{State: tracker.SeatNoShow, On: tracker.MustDate("2026-11-20")}, "result_known"},
		{"twice", held, tracker.SeatFailed, tracker.Outturn{State: tracker.SeatNoShow, On: tracker.MustDate("2026-11-20")}, "result_known"},
		{"called off", off, tracker.SeatBooked, tracker.Outturn{State: tracker.SeatNoShow, On: tracker.MustDate("2026-11-20")}, "session_cancelled"},
		{"no result", held, tracker.SeatBooked, tracker.Outturn{State: tracker.SeatBooked, On: tracker.MustDate("2026-11-20")}, "choose_one"},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			b := tracker.PlacedBooking{Booking: tracker.Booking{State: c.state}, Session: c.session}
			got, err := b.Ended(course, c.outturn, tracker.MustDate("2026-11-23"))
			if faultKey(err) != c.want {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if err == nil && (got.State != c.outturn.State || got.ResultOn != c.outturn.On) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// However seats are booked, given back and added, nobody sits above the number of seats, a seat is free only when nobody
// waits, and who came first moves up first.
func TestSeatsAndTheWaitingList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := tracker.Session{FirstDay: tracker.MustDate("2027-01-10"), LastDay: tracker.MustDate("2027-01-10"), Seats: rapid.IntRange(1, 4).Draw(t, "seats")}
		today := tracker.MustDate("2026-11-23")
		var list []tracker.Booking
		for step := range rapid.IntRange(1, 30).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0, 1:
				state, queue := s.Next(list)
				list = append(list, tracker.Booking{ID: fmt.Sprint(step), State: state, Queue: queue})
			case 2:
				if len(list) > 0 {
					list[rapid.IntRange(0, len(list)-1).Draw(t, "who")].State = tracker.SeatCancelled
				}
			case 3:
				s.Seats++
			}
			longest := 0 // the last in the queue who has a seat or moves up
			for _, up := range s.Promoted(list, today) {
				at := slices.IndexFunc(list, func(b tracker.Booking) bool { return b.ID == up.ID })
				list[at] = up
				longest = max(longest, up.Queue)
			}
			seated, waiting := tracker.Taken(list)
			if seated > s.Seats || seated < s.Seats && waiting > 0 {
				t.Fatalf("%d seated, %d wait for %d seats: %+v", seated, waiting, s.Seats, list)
			}
			for _, b := range list {
				if b.State == tracker.SeatWaiting && b.Queue < longest {
					t.Fatalf("%s waits and was first: %+v", b.ID, list)
				}
				if place := tracker.PlaceInQueue(list, b.ID); (place > 0) != (b.State == tracker.SeatWaiting) {
					t.Fatalf("%s has the place %d", b.ID, place)
				}
			}
		}
		s.CancelledAt = 1
		if len(s.Promoted(list, today)) > 0 {
			t.Fatal("somebody moves up in a session that does not take place")
		}
	})
}

// What a pass is worth, and what a course asks for, follow from the types of qualification.
func TestWhatACourseIsWorth(t *testing.T) {
	rules, on := trainingRules(), tracker.MustDate("2027-01-31")
	for code, want := range map[string]string{"B": "2030-01-30", "C": "2028-01-30"} {
		c, err := rules.Course(code, on)
		if err != nil {
			t.Fatal(err)
		}
		if got := rules.Last(c.Grants[0], on); got != tracker.MustDate(want) {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
	bridge, _ := rules.Course("B", on)
	if got := rules.Asks(bridge, on); !slices.Equal(got, []tracker.Asked{{Type: "permit-lv"}, {Type: "hvt-c", Generation: "gen5"}}) {
		t.Errorf("the bridge asks for %+v", got)
	}
	if !bridge.Earns(rules, "hvt-c", "gen6", on) || bridge.Earns(rules, "hvt-c", "gen5", on) || !bridge.Earns(rules, tracker.SkillNEV, "", on) || bridge.Earns(rules, "permit", "", on) {
		t.Error("the bridge earns something else")
	}
	for _, c := range []struct{ percent, with, among, want int }{{80, 3, 5, 1}, {80, 4, 5, 0}, {80, 0, 0, 0}, {80, 2, 8, 5}, {80, 5, 7, 1}, {100, 2, 3, 1}} {
		if got := (tracker.Measure{Percent: c.percent}).Needs(c.with, c.among); got != c.want {
			t.Errorf("%d %% of %d with %d: %d more, want %d", c.percent, c.among, c.with, got, c.want)
		}
	}
}

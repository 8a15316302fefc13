package demo

import (
	"fmt"

	"dealercert/internal/tracker"
)

// The clocks of the low-voltage electrician permit (Order No. 30 of the State Administration of Work Safety, Art. 19 to 22):
// valid for six years, reviewed every three, applied for within 60 days.
const (
	permitMonths   = 72
	reviewMonths   = 36
	reviewEarliest = 58 // days before a review falls due
)

// course is a permit course to which a dealership sent its technicians together: they share its dates from then on.
type course struct {
	on    tracker.Date
	dates map[tracker.Date]tracker.Date // when what fell due on a day was done, for all of them
}

// newCourse draws the dealership's course: on any day of six years, so that reviews fall due evenly over three.
func (s *site) newCourse() course {
	first, last := tracker.MustDate("2018-04-01"), lawDay.Add(-8)
	if s.dice.happens(0.75) {
		first = tracker.MustDate("2021-04-01")
	}
	return course{on: s.dice.day(first, last), dates: map[tracker.Date]tracker.Date{}}
}

// done gives when the course's members did together what fell due on a day.
func (c course) done(s *site, due tracker.Date) tracker.Date {
	if _, known := c.dates[due]; !known {
		c.dates[due] = s.renewedOn(due, reviewEarliest)
	}
	return c.dates[due]
}

// license writes down a technician's permits and their reviews.
func (s *site) license(e *employee, leave tracker.Period) {
	career := e.career()
	issued, together := s.firstPermit(e, career)
	for issued != 0 && issued <= lastRecordingDay && (career.Until == 0 || issued < career.Until) {
		issued = s.permit(e, issued, together, leave, career.Until)
	}
}

// firstPermit draws when a technician got the first permit, zero for never, and whether on the dealership's course.
func (s *site) firstPermit(e *employee, career tracker.Period) (issued tracker.Date, together bool) {
	d, joined := s.dice, max(career.From, tracker.MustDate("2018-06-01"))
	held := e.during(lawDay)
	switch {
	case held != nil && held.post.unlicensed:
		return lawDay.Add(d.between(6, 240)), false
	case career.From > lawDay && d.happens(0.55):
		return career.From.Add(-d.between(30, 1_300)), false
	case career.From > lawDay:
		return career.From.Add(d.between(10, 110)), false
	case joined < s.course.on && s.shares(e):
		return s.course.on, true
	case career.From > takeoverDay && d.happens(0.45):
		return career.From.Add(-d.between(30, 900)), false
	case held != nil:
		return d.day(joined.Add(10), lawDay.Add(-3)), false
	case d.happens(0.5):
		return d.day(joined.Add(10), joined.Add(900)), false
	default:
		return 0, false
	}
}

// shares tells whether a technician goes to the dealership's course with the others.
func (s *site) shares(e *employee) bool { return s.together && s.dice.happens(0.85) && e.home == s }

// permit writes down one permit with its review, and gives when the next one was issued, zero for none.
func (s *site) permit(e *employee, issued tracker.Date, together bool, leave tracker.Period, until tracker.Date) tracker.Date {
	c := certificate{
		kind: permitLV, number: permitNumber(e.id), issued: issued,
		reviewDue: issued.AddMonths(reviewMonths), expires: issued.AddMonths(permitMonths).Add(-1),
	}
	if s.dice.happens(0.15) {
		c.reviewDue = 0 // not recorded: it follows from the pack
	}
	chain := s.award(e, c)
	due := issued.AddMonths(reviewMonths)
	reviewed := s.keepsDate(due, together)
	known := func(day tracker.Date) bool { return day <= lastRecordingDay && (until == 0 || day < until) }
	if back := leave.Until.Add(s.dice.between(3, 25)); leave.Until-leave.From > 183 && known(back) &&
		issued < leave.From && back < c.expires {
		next := due
		if reviewed < back {
			next = c.expires
		}
		s.review(e, chain, back, max(next, back))
	}
	if reviewed < c.expires && known(reviewed) {
		s.review(e, chain, reviewed, c.expires)
	}
	if next := s.keepsDate(c.expires, together); known(next) {
		return next
	}
	return 0
}

// keepsDate draws when something due was done, with the others of the course or alone.
func (s *site) keepsDate(due tracker.Date, together bool) tracker.Date {
	if together {
		return s.course.done(s, due)
	}
	return s.renewedOn(due, reviewEarliest)
}

// review writes down a permit's review.
func (s *site) review(e *employee, chain tracker.FactID, on, next tracker.Date) {
	s.ledger.write(version{near: e.here(on), lag: reports, by: s.regional, fact: func(h tracker.Head) tracker.Fact {
		return tracker.Review{Head: h, Person: e.id, Qualification: chain, ReviewedOn: on, NextDue: next}
	}})
}

// permitNumber makes the number of a person's permit: T and 18 characters, as real ones are, which name nobody. No place
// in China has the area code 000000, what follows is no date of birth, and the check character is wrong by GB 11643.
func permitNumber(id tracker.PersonID) string {
	number := fmt.Sprintf("0000009%010d", id)
	right := identityCheck(number)
	return "T" + number + identityChecks[(right+1)%len(identityChecks):][:1]
}

// identityChecks are the check characters of GB 11643 by the remainder of the weighted sum.
const identityChecks = "10X98765432"

// identityCheck gives the position, in identityChecks, of the check character of 17 digits (ISO 7064, MOD 11-2).
func identityCheck(digits string) int {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(digits[i]-'0')
	}
	return sum % 11
}

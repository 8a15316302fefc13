package demo

import "dealercert/internal/tracker"

// coursesEarliest is how many days before its end a course is taken again at the earliest.
const coursesEarliest = 240

// atRiskSince is the last day of the course whose end puts the dealership that signs in as at risk below its ratio.
var atRiskSince = tracker.MustDate("2026-10-20")

// coach writes down the courses of the sales consultants and of the BMW i champion.
func (s *site) coach() {
	lacking := 0 // of those who were there before the first certification
	behind := s.fallsBehind()
	for _, p := range s.posts {
		for _, t := range p.tenures {
			switch {
			case t == behind:
				s.lapse(t)
			case p.job == tracker.JobSalesConsultant:
				issued := s.firstCourse(t, &lacking)
				if issued != 0 && issued <= lastRecordingDay && (t.until == 0 || issued < t.until) {
					s.keep(t.who, certificate{kind: consultantCore, issued: issued}, consultantMonths, coursesEarliest, t.until, false)
				}
			case p.job == tracker.JobIChampion:
				s.champion(t)
			}
		}
	}
}

// firstCourse draws when a consultant first passed the core course, zero for never: before the dealership was certified,
// all but as many as the ratio allows; joiners within their first months, most of them.
func (s *site) firstCourse(t *tenure, lacking *int) tracker.Date {
	certified := s.certified
	if certified == 0 {
		if s.dice.happens(0.6) {
			return 0
		}
		certified = s.dice.day(tracker.MustDate("2020-09-01"), tracker.MustDate("2022-09-01"))
	}
	before := certified.Add(-s.dice.between(5, 140))
	if t.from < certified.Add(-20) && (t.until == 0 || t.until > certified) && t.from <= s.beginning() {
		if (*lacking+1)*5 <= s.plan.consultants && s.dice.happens(0.1) {
			*lacking++
			return certified.Add(s.dice.between(20, 300))
		}
		return before
	}
	p := punctualities[s.plan.diligence]
	if s.plan.diligence == slack {
		p.onTime, p.late = 0.5, 0.25
	}
	joined := max(t.from, takeoverDay)
	switch roll := s.dice.Float64(); {
	case roll < p.onTime || s.plan.showcase != noShowcase:
		return max(joined.Add(s.dice.between(5, 80)), before)
	case roll < p.onTime+p.late:
		return max(joined.Add(s.dice.between(95, 190)), before)
	default:
		return 0
	}
}

// champion writes down the champion's course, once.
func (s *site) champion(t *tenure) {
	issued := max(t.from, s.certified.Add(-60), takeoverDay).Add(s.dice.between(5, 90))
	if issued > lastRecordingDay || t.until != 0 && issued >= t.until || s.dice.happens(0.3) {
		return
	}
	s.award(t.who, certificate{kind: championCourse, issued: issued})
}

// fallsBehind gives the consultant whose course runs out at the dealership that signs in as at risk, nil elsewhere: the
// other three of four are fewer than 80 %.
func (s *site) fallsBehind() *tenure {
	if s.plan.showcase != showcaseAtRisk {
		return nil
	}
	var longest *tenure
	for _, p := range s.posts {
		t := p.tenures[len(p.tenures)-1]
		if p.job == tracker.JobSalesConsultant && t.until == 0 && (longest == nil || t.from < longest.from) {
			longest = t
		}
	}
	return longest
}

// lapse writes down courses the last of which ends, unrenewed, some weeks before the knowledge day.
func (s *site) lapse(t *tenure) {
	first := max(t.from.Add(5), s.certified.Add(-30), takeoverDay)
	ends := atRiskSince
	for issued := ends; issued > first; ends = issued.Add(-1) {
		issued = max(ends.AddMonths(-consultantMonths).Add(1), first)
		s.award(t.who, certificate{kind: consultantCore, issued: issued, expires: ends})
	}
}

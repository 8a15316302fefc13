package demo

import "dealercert/internal/tracker"

// Reasons of changes, in both languages, as they stand in the history.
const (
	reasonLeft          = "员工离职 · Left the company"
	reasonTransferred   = "员工调动 · Transferred to another dealership"
	reasonPromoted      = "岗位调整 · Moved to another job"
	reasonClosing       = "经销商闭店 · The dealership closes"
	reasonUndoneLeaver  = "误登记离职，撤销 · The leaver was recorded by mistake"
	reasonWrongLeaver   = "员工提出离职 · Gave notice"
	reasonTypedWrongly  = "日期录入有误，按原件更正 · The day was typed wrongly; corrected from the original"
	reasonRecordedTwice = "重复登记，作废 · Recorded twice"
)

// employ writes down the employments at this dealership.
func (s *site) employ() {
	for _, p := range s.posts {
		for _, t := range p.tenures {
			s.employment(t)
		}
	}
}

// employment writes down one tenure: as open when it began, and corrected when its end was known.
func (s *site) employment(t *tenure) {
	of := func(until tracker.Date) func(tracker.Head) tracker.Fact {
		return func(h tracker.Head) tracker.Fact {
			return tracker.Employment{
				Head: h, Person: t.who.id, Dealership: s.plan.id(), Job: t.post.job, From: t.from, Until: until,
			}
		}
	}
	versions := []version{{near: t.from, lag: lag{-10, 12}, by: s.regional, fact: of(0)}}
	settled := max(t.from, takeoverDay).Add(200)
	switch {
	case t.until != 0:
		versions = append(versions, version{
			near: t.until, lag: lag{-20, 15}, by: s.regional, reason: t.reason(), fact: of(t.until),
		})
	case settled < lastRecordingDay.Add(-60) && s.dice.happens(0.006):
		wrong := s.dice.day(settled, lastRecordingDay.Add(-50))
		versions = append(versions,
			version{near: wrong, lag: prompt, by: s.regional, reason: reasonWrongLeaver, fact: of(wrong)},
			version{near: wrong.Add(14), lag: prompt, by: s.regional, reason: reasonUndoneLeaver, restores: 1, fact: of(0)})
	}
	s.ledger.write(versions...)
}

// reason says why a tenure ended.
func (t *tenure) reason() string {
	switch {
	case t.until == t.site.plan.closes:
		return reasonClosing
	case !t.moves:
		return reasonLeft
	}
	for _, other := range t.who.tenures {
		if other.continues == t && other.site == t.site {
			return reasonPromoted
		}
	}
	return reasonTransferred
}

// absences writes down leaves of a technician: mostly some weeks, some so long that a permit falls dormant, a few that
// are known to come. It gives the leave, which is empty for most.
func (s *site) absence(e *employee) tracker.Period {
	career := e.career()
	first := max(career.From, takeoverDay).Add(90)
	last := lastRecordingDay.Add(120)
	if career.Until != 0 {
		last = min(last, career.Until.Add(-300))
	}
	if s.plan.showcase != noShowcase || last <= first || !s.dice.happens(0.05) {
		return tracker.Period{}
	}
	leave := tracker.Period{From: s.dice.day(first, last)}
	length := s.dice.between(30, 150)
	if s.dice.happens(0.35) {
		length = s.dice.between(190, 270)
	}
	leave.Until = leave.From.Add(length)
	of := func(h tracker.Head) tracker.Fact {
		return tracker.Leave{Head: h, Person: e.id, From: leave.From, Until: leave.Until}
	}
	s.ledger.write(version{near: leave.From, lag: lag{-14, 4}, by: s.regional, fact: of})
	return leave
}

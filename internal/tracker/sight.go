package tracker

import "slices"

// Sight is what an actor may see of a person (MODEL.md §7). The history in it is what may be shown.
//
// Who works today at a dealership in the actor's scope is present, and nothing about them is held back from the maker's
// own staff; a dealer or a group sees the periods at its own dealerships and everything the person is qualified for. Who
// has left is seen as on the last day there: the periods there, and what was earned by then.
type Sight struct {
	PersonHistory
	Present bool
	Last    Date // of who has left: the last day that counted at a dealership in the scope

	whole  PersonHistory // all of it: what counts at a dealership in the scope follows from it
	clocks PersonHistory // from which the clocks are told: of who has left, as if they had stayed
	all    bool
	seen   func(DealershipID) bool
}

// WholeRecords tells whether an actor sees the employments elsewhere of people who work in the scope today: the maker's
// own staff do, so that a borrowed permit comes to light; a dealer or a group must not learn of other dealerships.
func (a Actor) WholeRecords() bool {
	return a.Scope.All || a.Role == RoleRegional || a.Role == RoleAuditor || a.Role == RoleNetwork || a.Role == RoleOperator
}

// See gives what an actor may see of a person; false when that is nothing. seen tells whether a dealership lies in the
// actor's scope today.
func (a Actor) See(h PersonHistory, seen func(DealershipID) bool, today Date) (Sight, bool) {
	return a.SeeEarlier(h, h, seen, today)
}

// SeeEarlier is See for what was known of a person at an earlier moment. Whether the person is seen, as present or as on
// the last day there, follows from what is known now.
func (a Actor) SeeEarlier(earlier, now PersonHistory, seen func(DealershipID) bool, today Date) (Sight, bool) {
	if !a.Can(SeePeople) || a.Scope.Empty() {
		return Sight{}, false
	}
	s := Sight{PersonHistory: earlier, whole: earlier, clocks: earlier, all: a.Scope.All, seen: seen}
	if s.all {
		s.Present = true
		return s, true
	}
	posts := now.posts()
	home, last := homeOf(posts, today), Date(0)
	s.Present = home.Employed && seen(home.Dealership)
	switch {
	case s.Present && a.WholeRecords():
		s.all = true
		return s, true
	case !s.Present:
		for i, st := range posts {
			if st.From <= today && st.Value.Employed && seen(st.Value.Dealership) {
				last = posts.period(i).Last()
			}
		}
		if last == 0 {
			return Sight{}, false
		}
		s.Last = last
	}
	s.narrow()
	return s, true
}

// homeOf gives the post by which a person is present somewhere: that of today; of who was never employed yet, the first
// one to come.
func homeOf(posts steps[post], today Date) post {
	var home post
	for _, st := range posts {
		switch {
		case st.From <= today && st.Value.Employed:
			home = st.Value
		case st.From <= today && home.Employed:
			home = post{Dealership: -1} // has left: where the next post lies is not known yet
		case st.From > today && home == (post{}) && st.Value.Employed:
			return st.Value
		}
	}
	return home
}

// narrow leaves out what happened elsewhere and, of who has left, what came later.
func (s *Sight) narrow() {
	h := s.whole
	inTime := func(day Date) bool { return s.Present || day <= s.Last }
	var there []Period
	s.Employments, s.Leaves, s.Qualifications, s.Reviews = nil, nil, nil, nil
	s.clocks.Employments = nil
	for _, e := range h.Employments {
		if !inTime(e.From) {
			continue
		}
		if s.seen(e.Dealership) {
			s.Employments = append(s.Employments, e)
			there = append(there, Period{e.From, e.Until})
		}
		if !s.Present && (Period{e.From, e.Until}).Contains(s.Last) {
			e.Until = 0
		}
		s.clocks.Employments = append(s.clocks.Employments, e)
	}
	for _, l := range h.Leaves {
		meets := slices.ContainsFunc(there, func(p Period) bool { return !p.Intersect(Period{l.From, l.Until}).Empty() })
		if inTime(l.From) && meets {
			s.Leaves = append(s.Leaves, l)
		}
	}
	for _, q := range h.Qualifications {
		if inTime(q.IssuedOn) {
			s.Qualifications = append(s.Qualifications, q)
		}
	}
	for _, r := range h.Reviews {
		held := slices.ContainsFunc(s.Qualifications, func(q Qualification) bool { return q.Chain == r.Qualification })
		if inTime(r.ReviewedOn) && held {
			s.Reviews = append(s.Reviews, r)
		}
	}
	if !s.Present {
		s.clocks.Leaves, s.clocks.Qualifications, s.clocks.Reviews = s.Leaves, s.Qualifications, s.Reviews
	}
}

// Whole tells whether nothing about the person is held back.
func (s Sight) Whole() bool { return s.all }

// Day gives the day for which a person's clocks are told when another is asked for: of who has left, none after the last
// day there.
func (s Sight) Day(on Date) Date {
	if s.Present {
		return on
	}
	return min(on, s.Last)
}

// Clocks gives the certificates' dates on a day, as far as Day lets it be seen.
func (s Sight) Clocks(rules Rulebook, on Date) []Clock { return s.clocks.Clocks(rules, s.Day(on)) }

// Ladder gives how the person stands with the ladder on a day, as far as Day lets it be seen.
func (s Sight) Ladder(rules Rulebook, on Date) Ladder { return s.clocks.Ladder(rules, s.Day(on)) }

// Rungs gives how the person stands with every type of qualification, as far as Day lets it be seen.
func (s Sight) Rungs(rules Rulebook, on Date) Ladder { return s.clocks.Rungs(rules, s.Day(on)) }

// Coverage gives what the person counts for, where it may be seen.
func (s Sight) Coverage(rules Rulebook) []Coverage {
	rows := s.whole.Coverage(rules)
	if s.all {
		return rows
	}
	return slices.DeleteFunc(rows, func(c Coverage) bool {
		return !s.seen(c.Dealership) || !s.Present && c.From > s.Last
	})
}

// ReviewsOf gives the reviews of a certificate that may be seen, in the order in which they count.
func (h PersonHistory) ReviewsOf(chain FactID) []Review { return h.reviewsOf(chain) }

// For tells whether a certificate of the type counts in a job.
func (t QualificationType) For(job Job) bool { return t.meantFor(post{Job: job, Employed: true}) }

// Last gives the last day off the post; zero when none is known.
func (f Leave) Last() Date { return f.Until.Add(-1) }

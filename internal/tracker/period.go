package tracker

import (
	"cmp"
	"slices"
)

// Period is the days [From, Until). A zero From leaves it open to the past, a zero Until to the future.
type Period struct {
	From  Date
	Until Date
}

// Through gives the period whose last day is last; a zero last, or the last day there is, leaves it open.
func Through(from, last Date) Period { return Period{From: from, Until: closed(last.Add(1))} }

// Contains tells whether the day lies in the period.
func (p Period) Contains(d Date) bool { return p.From <= d && d < p.end() }

// Empty tells whether no day lies in the period.
func (p Period) Empty() bool { return p.From >= p.end() }

// Last gives the last day that counts, zero when the period is open to the future.
func (p Period) Last() Date { return p.Until.Add(-1) }

// Intersect gives the days in both.
func (p Period) Intersect(q Period) Period {
	return Period{From: max(p.From, q.From), Until: closed(min(p.end(), q.end()))}
}

// endOfTime stands for an open end in comparisons.
const endOfTime = MaxDate + 1

func (p Period) end() Date {
	if p.Until == 0 {
		return endOfTime
	}
	return p.Until
}

// closed turns the stand-in for an open end back into zero.
func closed(end Date) Date {
	if end >= endOfTime {
		return 0
	}
	return end
}

// days is a set of days as periods that are sorted, disjoint and not adjacent.
type days []Period

// merged gives the days in any of the periods; it uses up the list that it is given.
func merged(periods []Period) days {
	slices.SortFunc(periods, func(a, b Period) int { return cmp.Compare(a.From, b.From) })
	out := days(periods[:0])
	for _, p := range periods {
		out = out.add(p)
	}
	return out
}

// add adds a period that begins no earlier than the last of the set.
func (s days) add(p Period) days {
	if p.Empty() {
		return s
	}
	if n := len(s); n > 0 && p.From <= s[n-1].end() {
		s[n-1].Until = closed(max(s[n-1].end(), p.end()))
		return s
	}
	return append(s, Period{p.From, closed(p.end())})
}

// intersect gives the days in both sets.
func (s days) intersect(t days) days {
	var out days
	for i, j := 0, 0; i < len(s) && j < len(t); {
		if both := s[i].Intersect(t[j]); !both.Empty() {
			out = append(out, both)
		}
		if s[i].end() < t[j].end() {
			i++
		} else {
			j++
		}
	}
	return out
}

// complement gives the days that are not in the set.
func (s days) complement() days {
	var out days
	from := Date(0)
	for _, p := range s {
		if gap := (Period{From: from, Until: p.From}); p.From > from {
			out = append(out, gap)
		}
		if p.Until == 0 {
			return out
		}
		from = p.Until
	}
	return append(out, Period{From: from})
}

// without gives the days of s that are not in t.
func (s days) without(t days) days { return s.intersect(t.complement()) }

// contains tells whether the day lies in the set.
func (s days) contains(d Date) bool {
	_, found := slices.BinarySearchFunc(s, d, func(p Period, d Date) int {
		switch {
		case p.Contains(d):
			return 0
		case p.From > d:
			return 1
		default:
			return -1
		}
	})
	return found
}

// step is a value from a day on, until the next step.
type step[T comparable] struct {
	From  Date
	Value T
}

// steps gives a value for each day: the first begins at the open past, days increase strictly.
type steps[T comparable] []step[T]

// at gives the value of a day.
func (s steps[T]) at(d Date) T {
	i, found := slices.BinarySearchFunc(s, d, func(st step[T], d Date) int { return cmp.Compare(st.From, d) })
	if !found {
		i--
	}
	return s[i].Value
}

// note notes the value from a day on that lies after all days noted before.
func (s steps[T]) note(from Date, value T) steps[T] {
	if n := len(s); n > 0 && s[n-1].Value == value {
		return s
	}
	return append(s, step[T]{from, value})
}

// period gives the days of one step.
func (s steps[T]) period(i int) Period {
	p := Period{From: s[i].From}
	if i+1 < len(s) {
		p.Until = s[i+1].From
	}
	return p
}

// breaks adds the days on which the value may change to a list of days.
func (s steps[T]) breaks(into []Date) []Date {
	for i := range s {
		into = append(into, s[i].From)
	}
	return into
}

// cursor reads steps at days that never go back, without searching.
type cursor[T comparable] struct {
	steps steps[T]
	now   int
}

// at gives the value of a day.
func (c *cursor[T]) at(d Date) T {
	for c.now+1 < len(c.steps) && c.steps[c.now+1].From <= d {
		c.now++
	}
	return c.steps[c.now].Value
}

// tabulate gives the steps of a value that can change on the days of a list and is asked for in their order.
func tabulate[T comparable](breaks []Date, value func(Date) T) steps[T] {
	list := sortedDays(breaks)
	out := make(steps[T], 0, len(list))
	for _, d := range list {
		out = out.note(d, value(d))
	}
	return out
}

// sortedDays gives the days once each, in order, the open past first. Nothing changes after the last day there is.
func sortedDays(breaks []Date) []Date {
	breaks = append(breaks, 0)
	slices.Sort(breaks)
	breaks = slices.Compact(breaks)
	last, _ := slices.BinarySearch(breaks, endOfTime)
	return breaks[:last]
}

// membership gives the steps of being in the set.
func (s days) membership() steps[bool] {
	out := make(steps[bool], 1, 2*len(s)+1)
	for _, p := range s {
		if p.From == 0 {
			out[0].Value = true
		} else {
			out = append(out, step[bool]{p.From, true})
		}
		if p.Until != 0 {
			out = append(out, step[bool]{p.Until, false})
		}
	}
	return out
}

// tally counts on each day how many of the sets added to it hold the day.
type tally []edge

// edge is a day from which on so many more sets hold the days.
type edge struct {
	day  Date
	more int
}

func (t *tally) add(set days) {
	for _, p := range set {
		*t = append(*t, edge{p.From, 1})
		if p.Until != 0 {
			*t = append(*t, edge{p.Until, -1})
		}
	}
}

// counts gives the count of each day.
func (t tally) counts() steps[int] {
	slices.SortFunc(t, func(a, b edge) int { return cmp.Compare(a.day, b.day) })
	out := make(steps[int], 1, len(t)+1)
	for _, e := range t {
		last := out[len(out)-1]
		if last.From != e.day {
			out = append(out, step[int]{e.day, last.Value})
		}
		out[len(out)-1].Value += e.more
	}
	return out
}

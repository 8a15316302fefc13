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

// union gives the days in any of the periods.
func union(periods ...Period) days {
	sorted := slices.Clone(periods)
	slices.SortFunc(sorted, func(a, b Period) int { return cmp.Compare(a.From, b.From) })
	var out days
	for _, p := range sorted {
		if p.Empty() {
			continue
		}
		if n := len(out); n > 0 && p.From <= out[n-1].end() {
			out[n-1].Until = closed(max(out[n-1].end(), p.end()))
			continue
		}
		out = append(out, Period{p.From, closed(p.end())})
	}
	return out
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
type step[T any] struct {
	From  Date
	Value T
}

// steps gives a value for each day: the first begins at the open past, days increase strictly.
type steps[T any] []step[T]

// at gives the value of a day.
func (s steps[T]) at(d Date) T {
	i, found := slices.BinarySearchFunc(s, d, func(st step[T], d Date) int { return cmp.Compare(st.From, d) })
	if !found {
		i--
	}
	return s[i].Value
}

// breaks adds the days on which the value may change to a list of days.
func (s steps[T]) breaks(into []Date) []Date {
	for _, st := range s {
		into = append(into, st.From)
	}
	return into
}

// cursor reads steps at increasing days without searching.
type cursor[T any] struct {
	steps steps[T]
	next  int
}

func (c *cursor[T]) at(d Date) T {
	for c.next+1 < len(c.steps) && c.steps[c.next+1].From <= d {
		c.next++
	}
	return c.steps[c.next].Value
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
	out := steps[bool]{{}}
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

// counting gives, for each day, how many of the sets hold it.
func counting(sets []days) steps[int] {
	changes := map[Date]int{}
	for _, set := range sets {
		for _, p := range set {
			changes[p.From]++
			if p.Until != 0 {
				changes[p.Until]--
			}
		}
	}
	breaks := make([]Date, 0, len(changes)+1)
	for d := range changes {
		breaks = append(breaks, d)
	}
	out, total := steps[int]{}, 0
	for _, d := range sortedDays(breaks) {
		total += changes[d]
		out = append(out, step[int]{d, total})
	}
	return out
}

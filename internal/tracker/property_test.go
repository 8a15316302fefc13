package tracker_test

import (
	"cmp"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"dealercert/internal/tracker"
)

// The properties of MODEL.md §3 over random histories. More of them are tried with: go test -rapid.checks=20000.

// drawn is a random history with its rules.
type drawn struct {
	history   tracker.History
	standards []tracker.Standard
	rules     tracker.Rulebook
}

func draw(t *rapid.T) (*dice, drawn) {
	d := &dice{T: t}
	standards := randomStandards(d)
	return d, drawn{randomHistory(d), standards, tracker.NewRulebook(standards...)}
}

func TestTimelinesAgreeWithTheOracleOnEveryDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, x := draw(t)
		line := x.history.Timeline(x.rules)
		o := oracle{x.standards, x.history, randomFirst, randomLast}
		for i, want := range o.days() {
			d := randomFirst.Add(i)
			if i == 0 {
				d = 0 // the unknown past
			}
			var standings []tracker.Standing
			for _, code := range x.rules.Programmes() {
				s, _ := line.Standing(code, d)
				s.Period, s.Loss = tracker.Period{}, 0
				standings = append(standings, s)
			}
			if !reflect.DeepEqual(standings, want.standings) {
				t.Fatalf("standings on %s:\n got %+v\nwant %+v", randomFirst.Add(i), standings, want.standings)
			}
			coverage := coverageOn(line, d)
			if slices.SortFunc(want.coverage, compareCoverage); !slices.Equal(coverage, want.coverage) {
				t.Fatalf("coverage on %s:\n got %+v\nwant %+v", randomFirst.Add(i), coverage, want.coverage)
			}
			if staffing := staffingOn(line, d); !slices.Equal(staffing, want.staffing) {
				t.Fatalf("staffing on %s:\n got %+v\nwant %+v", randomFirst.Add(i), staffing, want.staffing)
			}
		}
	})
}

func coverageOn(line tracker.Timeline, d tracker.Date) []tracker.Coverage {
	var out []tracker.Coverage
	for _, c := range line.Coverage {
		if c.Contains(d) {
			c.Period = tracker.Period{}
			out = append(out, c)
		}
	}
	slices.SortFunc(out, compareCoverage)
	return out
}

func compareCoverage(a, b tracker.Coverage) int {
	return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Skill, b.Skill), cmp.Compare(a.Generation, b.Generation))
}

func staffingOn(line tracker.Timeline, d tracker.Date) []tracker.Staffing {
	var out []tracker.Staffing
	for _, s := range line.Staffing {
		if s.Contains(d) {
			s.Period = tracker.Period{}
			out = append(out, s)
		}
	}
	return out
}

func TestSkippedDecisionsAgreeWithTheOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, x := draw(t)
		o := oracle{x.standards, x.history, randomFirst, randomLast}
		var want, got []tracker.FactID
		for _, code := range o.programmes() {
			w := &walk{oracle: o, programme: code, versions: o.versions(code), state: o.initial(code), clocks: map[string]*clock{}}
			for d := o.first; d <= o.last; d++ {
				w.next(d, nil)
			}
			want = append(want, w.skipped...)
		}
		for _, s := range x.history.Timeline(x.rules).Skipped {
			got = append(got, s.Decision.Chain)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("skipped %v, want %v", got, want)
		}
	})
}

func TestStandingsTileTimeAndNeighboursDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, x := draw(t)
		line := x.history.Timeline(x.rules)
		for _, code := range x.rules.Programmes() {
			list := line.Of(code)
			for i, s := range list {
				if i == 0 && s.From != 0 || i > 0 && (s.From != list[i-1].Until || s.From <= list[i-1].From) {
					t.Fatalf("%s: a gap or an overlap at %s", code, s.From)
				}
				if (s.Until == 0) != (i == len(list)-1) {
					t.Fatalf("%s: the row from %s ends on %s", code, s.From, s.Until)
				}
				if i > 0 && sameStanding(s, list[i-1]) {
					t.Fatalf("%s: the rows before and after %s are the same: %+v", code, s.From, s)
				}
			}
		}
		for i, s := range line.Staffing {
			if i == 0 {
				continue
			}
			before := line.Staffing[i-1]
			end, from := before.Until, s.From
			before.Period, s.Period = tracker.Period{}, tracker.Period{}
			if end == 0 || end > from || end == from && before == s {
				t.Fatalf("staffing overlaps or repeats at %s", from)
			}
		}
	})
}

func sameStanding(a, b tracker.Standing) bool {
	a.Period, b.Period, a.Loss, b.Loss = tracker.Period{}, tracker.Period{}, 0, 0
	return reflect.DeepEqual(a, b)
}

func TestTheOrderOfFactsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, x := draw(t)
		want := x.history.Timeline(x.rules)
		if got := shuffled(t, x.history).Timeline(x.rules); !reflect.DeepEqual(got, want) {
			t.Fatalf("in another order:\n got %+v\nwant %+v", got, want)
		}
	})
}

func shuffled(t *rapid.T, h tracker.History) tracker.History {
	h.Operating, h.Assignments = mixed(t, h.Operating), mixed(t, h.Assignments)
	h.Decisions, h.Modules = mixed(t, h.Decisions), mixed(t, h.Modules)
	h.Proofs, h.Waivers, h.People = mixed(t, h.Proofs), mixed(t, h.Waivers), mixed(t, h.People)
	for i := range h.People {
		p := &h.People[i]
		p.Employments, p.Leaves = mixed(t, p.Employments), mixed(t, p.Leaves)
		p.Qualifications, p.Reviews = mixed(t, p.Qualifications), mixed(t, p.Reviews)
	}
	return h
}

func mixed[T any](t *rapid.T, list []T) []T {
	return rapid.Permutation(list).Draw(t, "order")
}

func TestAFactChangesNothingBeforeItsFirstDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, x := draw(t)
		more, fact := withOneMore(d, x.history)
		first := fact.FirstDay()
		if first == 0 {
			return // open to the past
		}
		before, after := until(x.history.Timeline(x.rules), first), until(more.Timeline(x.rules), first)
		if !reflect.DeepEqual(before, after) {
			t.Fatalf("the %s %+v changed days before %s:\n got %+v\nwant %+v", fact.Kind(), fact, first, after, before)
		}
	})
}

// withOneMore gives the history with one more fact.
func withOneMore(t *dice, h tracker.History) (tracker.History, tracker.Fact) {
	h.People = slices.Clone(h.People)
	p := &h.People[t.number(0, len(h.People)-1, "whose")]
	switch t.number(0, 9, "what") {
	case 0:
		f := t.operating()
		h.Operating = append(slices.Clone(h.Operating), f)
		return h, f
	case 1:
		f := t.assignment()
		h.Assignments = append(slices.Clone(h.Assignments), f)
		return h, f
	case 2:
		f := t.decision()
		h.Decisions = append(slices.Clone(h.Decisions), f)
		return h, f
	case 3:
		f := t.module()
		h.Modules = append(slices.Clone(h.Modules), f)
		return h, f
	case 4:
		f := t.proof()
		h.Proofs = append(slices.Clone(h.Proofs), f)
		return h, f
	case 5:
		f := t.waiver()
		h.Waivers = append(slices.Clone(h.Waivers), f)
		return h, f
	case 6:
		f := t.employment(p.Person)
		p.Employments = append(slices.Clone(p.Employments), f)
		return h, f
	case 7:
		f := t.leave(p.Person)
		p.Leaves = append(slices.Clone(p.Leaves), f)
		return h, f
	case 8:
		if len(p.Qualifications) > 0 {
			f := t.review(p.Person, pick(t, "of", p.Qualifications...).Chain)
			p.Reviews = append(slices.Clone(p.Reviews), f)
			return h, f
		}
	}
	f := t.qualification(p.Person)
	p.Qualifications = append(slices.Clone(p.Qualifications), f)
	return h, f
}

// until cuts a timeline off at a day; decisions that were skipped do not matter here.
func until(line tracker.Timeline, end tracker.Date) tracker.Timeline {
	var out tracker.Timeline
	past := tracker.Period{Until: end}
	for _, s := range line.Standings {
		if s.Period = s.Intersect(past); !s.Empty() {
			out.Standings = append(out.Standings, s)
		}
	}
	for _, c := range line.Coverage {
		if c.Period = c.Intersect(past); !c.Empty() {
			out.Coverage = append(out.Coverage, c)
		}
	}
	for _, s := range line.Staffing {
		if s.Period = s.Intersect(past); !s.Empty() {
			out.Staffing = append(out.Staffing, s)
		}
	}
	return out
}

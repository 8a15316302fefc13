package tracker

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The sets of days are checked against plain loops over a few days; day 0 stands for the open past.
const lastTried = 12

func anyPeriods(t *rapid.T, name string) []Period {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Period {
		return Period{Date(rapid.IntRange(0, 10).Draw(t, "from")), Date(rapid.IntRange(0, 11).Draw(t, "until"))}
	}), 0, 4).Draw(t, name)
}

func inAny(list []Period, d Date) bool {
	for _, p := range list {
		if d >= p.From && (p.Until == 0 || d < p.Until) {
			return true
		}
	}
	return false
}

func TestSetsOfDaysAgreeWithPlainLoops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyPeriods(t, "a"), anyPeriods(t, "b")
		s, u := merged(slices.Clone(a)), merged(slices.Clone(b))
		for d := Date(0); d <= lastTried; d++ {
			inA, inB := inAny(a, d), inAny(b, d)
			for _, c := range []struct {
				name string
				set  days
				want bool
			}{
				{"merged", s, inA}, {"intersect", s.intersect(u), inA && inB}, {"complement", s.complement(), !inA},
				{"without", s.without(u), inA && !inB},
			} {
				if got := c.set.contains(d); got != c.want {
					t.Fatalf("%s on day %d: got %t, want %t in %v", c.name, d, got, c.want, c.set)
				}
			}
			if got := s.membership().at(d); got != inA {
				t.Fatalf("membership on day %d: got %t, want %t", d, got, inA)
			}
		}
		for i, p := range s {
			if p.Empty() || i > 0 && (s[i-1].Until == 0 || p.From <= s[i-1].Until) {
				t.Fatalf("periods are empty, overlap, touch or are out of order: %v", s)
			}
		}
	})
}

func TestCountingAgreesWithPlainLoops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sets := make([]days, rapid.IntRange(0, 4).Draw(t, "sets"))
		for i := range sets {
			sets[i] = merged(anyPeriods(t, "set"))
		}
		var all tally
		for _, set := range sets {
			all.add(set)
		}
		counts := all.counts()
		for d := Date(0); d <= lastTried; d++ {
			want := 0
			for _, set := range sets {
				if inAny(set, d) {
					want++
				}
			}
			if got := counts.at(d); got != want {
				t.Fatalf("day %d: got %d, want %d", d, got, want)
			}
		}
	})
}

// A certificate whose last day was past when it was given expires on the day on which it was given, not before.
func TestFoldsGoForwardInTime(t *testing.T) {
	on := MustDate("2024-03-01")
	stands, _ := fold([]Standard{{Kind: KindCertification}}, []Decision{{Decided: Certify, EffectiveOn: on, ValidUntil: on.Add(-30)}}, nil)
	if len(stands) != 2 || stands[1].From != on || stands[1].Value.State != Expired {
		t.Errorf("got %v", stands)
	}
}

func TestDaysAfterTheLastAreNotListed(t *testing.T) {
	got := sortedDays([]Date{5, endOfTime, 3, 5, MaxDate, endOfTime + 400})
	want := []Date{0, 3, 5, MaxDate}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
	if set := merged([]Period{{3, endOfTime}}); set[0].Until != 0 {
		t.Errorf("a period through the last day is %v, want it open", set[0])
	}
}

package tracker_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"dealercert/internal/tracker"
)

func TestExplanationsAgreeWithStandings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, x := draw(t)
		line := x.history.Timeline(x.rules)
		on := d.day()
		for _, programme := range []tracker.ProgrammeCode{"law", "bmw-i"} {
			standing, _ := line.Standing(programme, on)
			list := slices.DeleteFunc(x.history.Because(x.rules, programme, on), func(b tracker.Because) bool {
				return b.Outcome == tracker.Unknown // of which a standing says nothing
			})
			if len(list) != len(standing.Results) {
				t.Fatalf("%s on %s: %d explained of %+v", programme, on, len(list), standing.Results)
			}
			flips := 0
			for _, b := range list {
				if !slices.Contains(standing.Results, tracker.Result{Requirement: b.Requirement.Code, Outcome: b.Outcome, Since: b.Since}) {
					t.Fatalf("%s on %s: %+v is not in %+v", programme, on, b, standing.Results)
				}
				checkFigures(t, b)
				checkEnd(t, line, programme, b, on)
				checkHolders(t, x, programme, b, on)
				if b.FlipsFirst {
					flips++
				}
			}
			if flips > 1 {
				t.Fatalf("%s on %s: %d requirements flip first", programme, on, flips)
			}
		}
	})
}

// checkFigures checks that what is had and what is needed say the same as the outcome.
func checkFigures(t *rapid.T, b tracker.Because) {
	enough := b.Have >= b.Need
	switch {
	case b.Requirement.Measure.Kind == "proof":
		return
	case b.Outcome == "not_applicable" && (b.Among != 0 || b.Requirement.Measure.Kind != "ratio"),
		b.Outcome == "holds" && !enough, (b.Outcome == "fails" || b.Outcome == "waived") && enough:
		t.Fatalf("%d of %d among %d: %s", b.Have, b.Need, b.Among, b.Outcome)
	}
	if b.Requirement.Measure.Kind == "ratio" && b.Have+len(b.Lacking) != b.Among {
		t.Fatalf("%d have it, %d lack it, of %d", b.Have, len(b.Lacking), b.Among)
	}
	if b.GraceLast != 0 && b.Light != "at_risk" || b.Light == "at_risk" && b.GraceLast == 0 {
		t.Fatalf("%s with grace through %s", b.Light, b.GraceLast)
	}
}

// checkEnd checks that the outcome lasts through its last day and not longer.
func checkEnd(t *rapid.T, line tracker.Timeline, programme tracker.ProgrammeCode, b tracker.Because, on tracker.Date) {
	outcome := func(d tracker.Date) tracker.Outcome {
		s, _ := line.Standing(programme, d)
		for _, r := range s.Results {
			if r.Requirement == b.Requirement.Code {
				return r.Outcome
			}
		}
		return ""
	}
	last := b.Until
	if last == 0 {
		last = tracker.MaxDate
	} else if outcome(last+1) == b.Outcome {
		t.Fatalf("%s is %s on %s and after %s too", b.Requirement.Code, b.Outcome, on, last)
	}
	for _, s := range line.Of(programme) {
		if first := max(s.From, on); first <= last && s.Contains(first) && outcome(first) != b.Outcome {
			t.Fatalf("%s is %s on %s, not until %s", b.Requirement.Code, b.Outcome, on, last)
		}
	}
}

// checkHolders checks that each holder counts through the last day named and not on the day after.
func checkHolders(t *rapid.T, x drawn, programme tracker.ProgrammeCode, b tracker.Because, on tracker.Date) {
	for _, h := range b.Holders {
		if (h.Until == 0) != (h.End == "") || h.Until != 0 && h.Until < on {
			t.Fatalf("on %s a holder %+v", on, h)
		}
		if h.Until == 0 {
			continue
		}
		if h.End == "law_applies" && b.Requirement.Measure.Skill != "nev" {
			t.Fatalf("%s: %+v", b.Requirement.Code, h)
		}
		for _, d := range []tracker.Date{h.Until, h.Until + 1} {
			for _, later := range x.history.Because(x.rules, programme, d) {
				if later.Requirement.Code != b.Requirement.Code || later.Requirement.Measure != b.Requirement.Measure {
					continue
				}
				counts := slices.ContainsFunc(later.Holders, func(o tracker.Holder) bool { return o.Person == h.Person })
				if counts != (d == h.Until) {
					t.Fatalf("%s: %+v counts on %s: %t", b.Requirement.Code, h, d, counts)
				}
			}
		}
	}
}

func TestEveryChangeHasACause(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, x := draw(t)
		line := x.history.Timeline(x.rules)
		for _, programme := range x.rules.Programmes() {
			list := line.Of(programme)
			changes := x.history.Changes(x.rules, programme, tracker.Period{}, true)
			if len(changes) != len(list)-1 {
				t.Fatalf("%s: %d changes between %d standings", programme, len(changes), len(list))
			}
			for i, c := range changes {
				if !reflect.DeepEqual(c.Before, list[i]) || !reflect.DeepEqual(c.After, list[i+1]) || c.On != list[i+1].From {
					t.Fatalf("%s: change %d is from %+v to %+v", programme, i, c.Before, c.After)
				}
				if len(c.Causes) == 0 || c.Who == "" {
					t.Fatalf("%s on %s: causes %v, who must act %q: %+v to %+v", programme, c.On, c.Causes, c.Who, c.Before, c.After)
				}
			}
		}
	})
}

func TestDifferencesAreThoseOfTheDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, x := draw(t)
		more, _ := withOneMore(d, x.history)
		before, after := x.history.Timeline(x.rules), more.Timeline(x.rules)
		differences := tracker.Differences(before, after)
		for _, code := range x.rules.Programmes() {
			for day := randomFirst; day <= randomLast; day++ {
				was, _ := before.Standing(code, day)
				is, _ := after.Standing(code, day)
				told := slices.IndexFunc(differences, func(f tracker.Difference) bool { return f.Programme == code && f.Contains(day) })
				if (told >= 0) != (seenOf(was) != seenOf(is)) {
					t.Fatalf("%s on %s: told %t, %v and %v", code, day, told >= 0, was, is)
				}
				if told >= 0 && (seenOf(differences[told].Before) != seenOf(was) || seenOf(differences[told].After) != seenOf(is)) {
					t.Fatalf("%s on %s: told %+v, %v and %v", code, day, differences[told], was, is)
				}
			}
		}
	})
}

// seenOf gives what a reader sees of a standing.
func seenOf(s tracker.Standing) [7]any {
	return [7]any{s.State, s.ValidUntil, s.Law, s.Brand, s.Region, s.Group, s.May}
}

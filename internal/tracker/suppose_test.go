package tracker_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"dealercert/internal/tracker"
)

// Supposing changes nothing before the day, nothing of what is recorded, and is what recording would bring.
func TestSupposing(t *testing.T) {
	rules := rightRules()
	rapid.Check(t, func(t *rapid.T) {
		d := &dice{T: t}
		h := randomHistory(d)
		was := h.Timeline(rules)
		s := tracker.Supposition{On: d.day(), Leave: []tracker.PersonID{h.People[0].Person}}
		s.Passes = []tracker.Pass{{Person: h.People[1].Person, Type: "hvt-c", Generation: "gen5", On: s.On}}
		is := h.Suppose(s).Timeline(rules)
		if !reflect.DeepEqual(h.Timeline(rules), was) {
			t.Fatal("supposing changed what is recorded")
		}
		for _, x := range tracker.Differences(was, is) {
			if x.From < s.On {
				t.Fatalf("changed before %s: %+v", s.On, x)
			}
		}
		for _, x := range tracker.RightDifferences(was, is) {
			if x.From < s.On {
				t.Fatalf("a right changed before %s: %+v", s.On, x)
			}
			on := max(x.From, d.day())
			if x.Contains(on) && (may(is, x, on) != x.May || may(was, x, on) == x.May) {
				t.Fatalf("%+v is not so on %s", x, on)
			}
		}
	})
}

func may(line tracker.Timeline, x tracker.RightDifference, on tracker.Date) bool {
	if x.Kind == tracker.RightSell {
		return line.MaySell(x.Subject, on)
	}
	return line.MayServiceHV(tracker.Generation(x.Subject), on)
}

// Training the chosen people holds every requirement that people can make hold, and fewer never do.
func TestTrainingNeed(t *testing.T) {
	rules := testRules()
	on := tracker.MustDate("2024-06-01")
	for _, row := range []struct {
		name   string
		story  string
		people int
		short  int
	}{
		{"nothing fails", "", 0, 0},
		{"one permit and one certificate, of different people", "Wang holds permit-lv issued 2023-01-01\nLi holds hvt-c gen5 issued 2023-01-01", 2, 0},
		{"one person lacks both", "Wang holds permit-lv issued 2023-01-01\nWang holds hvt-c gen5 issued 2023-01-01", 1, 0},
		{"nobody has anything", " ", 2, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := "Suzhou operates from 2020-01-01\nSuzhou bmw-i: certify on 2023-06-01\nWang works at Suzhou as technician from 2023-01-01\nLi works at Suzhou as technician from 2023-01-01\n"
			if row.story == "" {
				text += "Wang holds permit-lv issued 2023-01-01\nWang holds hvt-c gen5 issued 2023-01-01\nLi holds permit-lv issued 2023-01-01\nLi holds hvt-c gen5 issued 2023-01-01\n"
			}
			h := tell(t, text+row.story).history("Suzhou")
			need := h.TrainingNeed(rules, on)
			if need.People != row.people || need.Short != row.short || !need.Exact {
				t.Fatalf("%d people, short of %d, exact %t: %+v", need.People, need.Short, need.Exact, need.Trainings)
			}
			trained := tracker.Supposition{On: on}
			for _, x := range need.Trainings {
				trained.Passes = append(trained.Passes, tracker.Pass{Person: x.Person, Type: x.Type, Generation: x.Generation, On: on})
			}
			if after := h.Suppose(trained).TrainingNeed(rules, on); len(after.Requirements) > 0 {
				t.Errorf("still failing: %+v", after.Requirements)
			}
		})
	}
}

// Who is missing altogether cannot be trained.
func TestTrainingDoesNotMakePeople(t *testing.T) {
	h := tell(t, "Suzhou operates from 2020-01-01\nWang works at Suzhou as technician from 2023-01-01").history("Suzhou")
	need := h.TrainingNeed(testRules(), tracker.MustDate("2024-06-01"))
	if need.Short != 1 || need.Possible() {
		t.Errorf("short of %d, possible %t", need.Short, need.Possible())
	}
}

package tracker_test

import (
	"fmt"
	"strings"
	"testing"

	"dealercert/internal/tracker"
)

// revised puts a revision into words.
func revised(r tracker.Revision) string {
	text := fmt.Sprintf("%s %s %s", r.Kind, r.Sort, r.Code)
	if r.Link != nil {
		text += " from " + r.Was + " carry " + string(r.Link.Carry)
	}
	for _, e := range r.Edits {
		text += fmt.Sprintf(", %s %s -> %s", e.Field, e.Before, e.After)
	}
	return text
}

func TestRevisions(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*tracker.Standard)
		want   string
	}{
		{"nothing", func(*tracker.Standard) {}, ""},
		{"a threshold", func(s *tracker.Standard) { s.Requirements[0].Measure.AtLeast = 3 }, "changed requirement voltage, at_least 2 -> 3"},
		{"grace and weight", func(s *tracker.Standard) { s.Requirements[1].GraceDays, s.Requirements[1].Weight = 0, 7 }, "changed requirement consultants, weight  -> 7, grace_days 60 -> "},
		{"other words", func(s *tracker.Standard) { s.Requirements[2].Why.En = "because" }, "reworded requirement champion"},
		{"another source", func(s *tracker.Standard) { s.Requirements[2].Source.Cite = "x" }, "reworded requirement champion"},
		{"one more", func(s *tracker.Standard) { s.Requirements = append(s.Requirements, proving("bay", 1)) }, "added requirement bay"},
		{"one fewer", func(s *tracker.Standard) { s.Requirements = s.Requirements[1:] }, "dropped requirement voltage"},
		{"another code without a link", func(s *tracker.Standard) { s.Requirements[0].Code = "volts" }, "added requirement volts; dropped requirement voltage"},
		{"another code with a link", func(s *tracker.Standard) {
			s.Requirements[0].Code, s.Requirements[0].Measure.AtLeast = "volts", 3
			s.Links = []tracker.RequirementLink{{From: "voltage", To: "volts", Carry: tracker.CarryYes}}
		}, "replaced requirement volts from voltage carry yes, at_least 2 -> 3"},
		{"clocks", func(s *tracker.Standard) { s.ValidityMonths, s.ResetDays = 36, 10 }, "changed standard , validity_months 24 -> 36, reset_days 30 -> 10"},
		{"a type and a model", func(s *tracker.Standard) {
			s.Qualifications[0].ReviewMonths = 12
			s.Models = s.Models[1:]
		}, "changed qualification hvt-c, review_months 0 -> 12; dropped model iX"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := bmwiV1()
			row.change(&s)
			var told []string
			for _, r := range tracker.Revisions(bmwiV1(), s) {
				told = append(told, revised(r))
			}
			if got := strings.Join(told, "; "); got != row.want {
				t.Errorf("got %q\nwant %q", got, row.want)
			}
		})
	}
}

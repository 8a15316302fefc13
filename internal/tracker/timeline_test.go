package tracker_test

import (
	"strings"
	"testing"

	"dealercert/internal/tracker"
)

// say puts a standing into words: "certified until 2025-12-31, law healthy, brand at_risk".
func say(s tracker.Standing) string {
	parts := []string{string(s.State)}
	if s.ValidUntil != 0 {
		parts[0] += " until " + s.ValidUntil.String()
	}
	if s.Law != "" {
		parts = append(parts, "law "+string(s.Law))
	}
	if s.Brand != "" {
		parts = append(parts, "brand "+string(s.Brand))
	}
	return strings.Join(parts, ", ")
}

// seen gives a requirement's result on a day in words: "fails since 2024-04-01".
func seen(s tracker.Standing, requirement string) string {
	for _, r := range s.Results {
		if r.Requirement == requirement {
			if r.Since == 0 {
				return string(r.Outcome)
			}
			return string(r.Outcome) + " since " + r.Since.String()
		}
	}
	return "not asked"
}

// standing gives the standing on a day; there is one on every day.
func standing(t *testing.T, line tracker.Timeline, programme tracker.ProgrammeCode, on string) tracker.Standing {
	t.Helper()
	s, found := line.Standing(programme, tracker.MustDate(on))
	if !found {
		t.Fatalf("no standing in %s on %s", programme, on)
	}
	return s
}

// onDay is what is expected on a day.
type onDay struct {
	on   string
	want string
}

// standings checks what a programme's standing says on each day of a table.
func checkStandings(t *testing.T, line tracker.Timeline, programme tracker.ProgrammeCode, days []onDay) {
	t.Helper()
	for _, day := range days {
		if got := say(standing(t, line, programme, day.on)); got != day.want {
			t.Errorf("%s on %s: got %q, want %q", programme, day.on, got, day.want)
		}
	}
}

// checkResults checks what is seen of a requirement on each day of a table.
func checkResults(t *testing.T, line tracker.Timeline, programme tracker.ProgrammeCode, requirement string, days []onDay) {
	t.Helper()
	for _, day := range days {
		if got := seen(standing(t, line, programme, day.on), requirement); got != day.want {
			t.Errorf("%s on %s: got %q, want %q", requirement, day.on, got, day.want)
		}
	}
}

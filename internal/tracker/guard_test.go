package tracker_test

import (
	"fmt"
	"strings"
	"testing"

	"dealercert/internal/tracker"
)

// concernSays writes what stands against something.
func concernSays(list []tracker.Concern) string {
	var out []string
	for _, c := range list {
		switch c.Kind {
		case tracker.ConcernPrerequisite:
			text := "no " + string(c.Missing.Type)
			if c.Missing.Generation != "" {
				text += " " + string(c.Missing.Generation)
			}
			if c.Missing.Generations > 0 {
				text += fmt.Sprintf(" (%d of %d)", c.Missing.Have, c.Missing.Generations)
			}
			if c.Missing.Since != 0 {
				text += " since " + c.Missing.Since.String()
			}
			out = append(out, text)
		case tracker.ConcernBridgeClosed:
			out = append(out, strings.TrimSpace("bridge from "+string(c.From)+" closed "+c.Since.String()))
		case tracker.ConcernTooLong:
			out = append(out, "longer than "+c.Last.String())
		default:
			out = append(out, string(c.Kind))
		}
	}
	return strings.Join(out, "; ")
}

const (
	wangPermit = "Wang holds permit-lv issued 2022-01-10 due 2025-01-10 expires 2028-01-09\n"
	wangAware  = "Wang holds hva issued 2023-02-01 expires 2025-01-31\n"
)

// What must be held on the day on which a certificate is issued.
func TestGuardsOfACertificate(t *testing.T) {
	rules := ladderRules()
	for _, c := range []struct{ name, facts, issued, want string }{
		{"all is there", wangWorks + wangPermit + wangAware, "hvt-c gen5 issued 2024-05-01", ""},
		{"no permit, before the law asked for one", wangWorks + wangAware, "hvt-c gen5 issued 2024-03-31", ""},
		{"no permit, on the day from which the law asks", wangWorks + wangAware, "hvt-c gen5 issued 2024-04-01", "no permit-lv"},
		{"the permit's review is missed", wangWorks + wangPermit + wangAware, "hvt-c gen5 issued 2025-01-11", "no permit-lv since 2025-01-11"},
		{"on the review's due day", wangWorks + wangPermit + wangAware, "hvt-c gen5 issued 2025-01-10", ""},
		{"the permit sleeps", wangWorks + wangPermit + wangAware + "Wang is on leave from 2023-10-01 through 2024-04-30", "hvt-c gen5 issued 2024-05-02", "no permit-lv since 2024-04-01"},
		{"awareness has lapsed", wangWorks + "Wang holds permit-lv issued 2024-01-10\n" + wangAware, "hvt-c gen5 issued 2025-02-01", "no hva since 2025-02-01"},
		{"on its last day", wangWorks + "Wang holds permit-lv issued 2024-01-10\n" + wangAware, "hvt-c gen5 issued 2025-01-31", ""},
		{"nothing at all", wangWorks, "hvt-b gen5 issued 2024-05-01", "no permit-lv; no hva; no hvt-c gen5"},
		{"another generation's components", wangWorks + wangPermit + wangAware + "Wang holds hvt-c gen4 issued 2023-03-01", "hvt-b gen5 issued 2024-05-01", "no hvt-c gen5"},
		{"the same day's components", wangWorks + wangPermit + wangAware + "Wang holds hvt-c gen5 issued 2024-05-01", "hvt-b gen5 issued 2024-05-01", ""},
		{"a battery certificate renewed on its last day", wangWorks + wangPermit + wangAware + "Wang holds hvt-b gen5 issued 2022-05-02 expires 2024-05-01", "hvt-b gen5 issued 2024-05-01", ""},
		{"and a day later", wangWorks + wangPermit + wangAware + "Wang holds hvt-b gen5 issued 2022-05-02 expires 2024-05-01", "hvt-b gen5 issued 2024-05-02", "no hvt-c gen5 since 2024-05-02"},
		{
			"an expert of one generation", wangWorks + "Wang holds hvt-b gen5 issued 2024-01-01\nWang holds first-aid issued 2024-01-01\nWang holds medical issued 2024-01-01",
			"hve issued 2024-05-01", "no hvt-b (1 of 2)",
		},
		{
			"an expert of two generations", wangWorks + "Wang holds hvt-b gen5 issued 2024-01-01\nWang holds hvt-b gen4 issued 2022-06-01 expires 2024-05-01\nWang holds first-aid issued 2024-01-01\nWang holds medical issued 2024-01-01",
			"hve issued 2024-05-01", "",
		},
		{
			"a day after the second one ended", wangWorks + "Wang holds hvt-b gen5 issued 2024-01-01\nWang holds hvt-b gen4 issued 2022-06-01 expires 2024-05-01\nWang holds first-aid issued 2024-01-01\nWang holds medical issued 2023-01-01 expires 2023-12-31",
			"hve issued 2024-05-02", "no hvt-b (1 of 2) since 2024-05-02; no medical since 2024-01-01",
		},
		{"to the same day of the month", wangWorks, "hva issued 2024-05-10 expires 2026-05-10", ""},
		{"for longer than it is issued for", wangWorks, "hva issued 2024-05-10 expires 2026-05-11", "longer than 2026-05-09"},
		{"a type that no pack knows", wangWorks, "licence issued 2024-05-10", ""},
	} {
		h := *tell(t, c.facts+"\nWang holds "+c.issued).person("Wang")
		q := h.Qualifications[len(h.Qualifications)-1]
		if got := concernSays(h.Concerns(rules, q)); got != c.want {
			t.Errorf("%s, recorded: %q, want %q", c.name, got, c.want)
		}
		h.Qualifications = h.Qualifications[:len(h.Qualifications)-1]
		q.Chain = ""
		if got := concernSays(h.Concerns(rules, q)); got != c.want {
			t.Errorf("%s, to be recorded: %q, want %q", c.name, got, c.want)
		}
	}
}

// Who may be booked, by the bridge and for the whole course.
func TestGuardsOfABooking(t *testing.T) {
	rules := ladderRules()
	const ready = wangWorks + "Wang holds permit-lv issued 2022-01-10 expires 2028-01-09\nWang holds hva issued 2024-02-01\n"
	const older = ready + "Wang holds hvt-c gen4 issued 2022-05-10 expires 2024-12-31\n"
	for _, c := range []struct {
		name, facts, course string
		path                tracker.Path
		on, want            string
	}{
		{"on the last day of the older certificate", older, "hvt-c gen5", tracker.PathBridge, "2024-12-31", ""},
		{"missed by a day", older, "hvt-c gen5", tracker.PathBridge, "2025-01-01", "bridge from gen4 closed 2025-01-01"},
		{"the whole course is open still", older, "hvt-c gen5", tracker.PathClassroom, "2025-01-01", ""},
		{"never held", ready, "hvt-c gen5", tracker.PathBridge, "2024-06-01", "bridge from gen4 closed"},
		{"the oldest generation", ready, "hvt-c gen3", tracker.PathBridge, "2024-06-01", "no_bridge"},
		{"a type without generations", ready, "hva", tracker.PathBridge, "2024-06-01", "no_bridge"},
		{"the bridge does not go round the permit", wangWorks + "Wang holds hva issued 2024-02-01\nWang holds hvt-c gen4 issued 2022-05-10", "hvt-c gen5", tracker.PathBridge, "2024-06-01", "no permit-lv"},
		{"components before the battery", older, "hvt-b gen5", tracker.PathClassroom, "2024-06-01", "no hvt-c gen5"},
	} {
		code, generation, _ := strings.Cut(c.course, " ")
		h := tell(t, c.facts).person("Wang")
		got := concernSays(h.Admission(rules, tracker.QualificationCode(code), tracker.Generation(generation), c.path, tracker.MustDate(c.on)))
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Nothing of the ladder changes what anybody counts for.
func TestLadderLeavesCoverageAlone(t *testing.T) {
	s := tell(t, wangWorks+`Wang holds hvt-b gen5 issued 2024-05-01 expires 2029-04-30
		Wang holds hve issued 2024-06-01
		Wang holds permit-lv issued 2024-05-01`)
	with, without := s.person("Wang").Coverage(ladderRules()), s.person("Wang").Coverage(testRules())
	if fmt.Sprint(with) != fmt.Sprint(without) {
		t.Errorf("with a ladder:\n%v\nwithout:\n%v", with, without)
	}
}

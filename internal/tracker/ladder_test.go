package tracker_test

import (
	"fmt"
	"strings"
	"testing"

	"dealercert/internal/tracker"
)

// ladderRules is a small ladder with the numbers of the packs.
func ladderRules() tracker.Rulebook {
	law := lawV1()
	permit := &law.Qualifications[0]
	permit.ApplicationWindow, permit.DecisionDays, permit.ValidityMonths, permit.NoGrace = 60, 20, 72, true
	lawDay := tracker.MustDate("2024-04-01")
	generations := []tracker.Generation{"gen3", "gen4", "gen5", "gen6"}
	brand := bmwiV1()
	brand.Models = []tracker.Model{{Code: "MINI-E", Generation: "gen4"}, {Code: "iX", Generation: "gen5"}}
	brand.Qualifications = []tracker.QualificationType{
		{Code: "hva", Level: 1, Skills: []tracker.Skill{"hva"}, ValidityMonths: 24, RenewalWindow: 90},
		{
			Code: "hvt-c", Level: 2, Skills: []tracker.Skill{"hvt-c"}, ForTechnicians: true, HasGeneration: true, Generations: generations,
			ValidityMonths: 36, RenewalWindow: 90, ClassroomDays: 3, BridgeHours: 8,
			Requires: []tracker.Prerequisite{{Type: "permit-lv", InForceFrom: lawDay}, {Type: "hva"}},
		},
		{
			Code: "hvt-b", Level: 3, Skills: []tracker.Skill{"hvt-b", "hvt-c"}, ForTechnicians: true, HasGeneration: true, Generations: generations,
			ValidityMonths: 24, RenewalWindow: 90, ClassroomDays: 4, BridgeHours: 12,
			Requires: []tracker.Prerequisite{{Type: "permit-lv", InForceFrom: lawDay}, {Type: "hva"}, {Type: "hvt-c", SameGeneration: true}},
		},
		{
			Code: "hve", Level: 4, Skills: []tracker.Skill{"hve", "hvt-b", "hvt-c"}, ForTechnicians: true, ClassroomDays: 25,
			Requires: []tracker.Prerequisite{{Type: "hvt-b", Generations: 2}, {Type: "first-aid"}, {Type: "medical"}},
		},
		{Code: "first-aid", Skills: []tracker.Skill{"first-aid"}, ForTechnicians: true},
		{Code: "medical", Skills: []tracker.Skill{"medical"}, ForTechnicians: true},
	}
	return tracker.NewRulebook(brand, law)
}

// rungSays writes a rung as the tables below have it: its word, the days that go with it, the next step.
func rungSays(r *tracker.Rung) string {
	if r == nil {
		return "no rung"
	}
	out := []string{string(r.Word)}
	add := func(word string, day tracker.Date) {
		if day != 0 {
			out = append(out, word+" "+day.String())
		}
	}
	add("through", r.Last)
	add("since", r.Since)
	add("sleeps", r.SleepsFrom)
	if r.Path != "" {
		out = append(out, "by "+string(r.Path))
	}
	return strings.Join(out, ", ")
}

// climbed is how somebody stands with one rung on some days.
type climbed struct {
	name  string
	facts string
	rung  string // type, and generation where it has some
	on    map[string]string
}

func checkRungs(t *testing.T, table []climbed) {
	t.Helper()
	rules := ladderRules()
	for _, c := range table {
		h := tell(t, c.facts).person("Wang")
		code, generation, _ := strings.Cut(c.rung, " ")
		for on, want := range c.on {
			ladder := h.Ladder(rules, tracker.MustDate(on))
			if got := rungSays(ladder.Rung(tracker.QualificationCode(code), tracker.Generation(generation))); got != want {
				t.Errorf("%s, %s on %s:\n got %s\nwant %s", c.name, c.rung, on, got, want)
			}
		}
	}
}

func TestPermitHasTwoClocksAndAWindow(t *testing.T) {
	const permit = wangWorks + "Wang holds permit-lv issued 2021-03-01 due 2024-03-01 expires 2027-02-28\n"
	checkRungs(t, []climbed{
		{"the review's window is the sixty days before its due day", permit, "permit-lv", map[string]string{
			"2021-02-28": "missing, by classroom",
			"2021-03-01": "valid, through 2024-03-01",
			"2023-12-31": "valid, through 2024-03-01",
			"2024-01-01": "review_window, through 2024-03-01, by review",
			"2024-03-01": "review_window, through 2024-03-01, by review",
			"2024-03-02": "lapsed, since 2024-03-02, by review", // the law gives no grace
		}},
		{"reviewed in time", permit + "Wang has permit-lv reviewed on 2024-02-01 due 2027-02-01", "permit-lv", map[string]string{
			"2024-01-31": "review_window, through 2027-02-01, by review",
			"2024-02-01": "valid, through 2027-02-01",
			"2026-12-02": "valid, through 2027-02-01",
			"2026-12-03": "review_window, through 2027-02-01, by review",
		}},
		{"the expiry has a window of its own", permit + "Wang has permit-lv reviewed on 2024-02-01 due 2027-06-01", "permit-lv", map[string]string{
			"2026-12-29": "valid, through 2027-02-28",
			"2026-12-30": "review_window, through 2027-02-28, by renew",
			"2027-02-28": "review_window, through 2027-02-28, by renew",
			"2027-03-01": "lapsed, since 2027-03-01, by classroom",
		}},
		{"missed and made up", permit + "Wang has permit-lv reviewed on 2024-04-15 due 2027-04-15", "permit-lv", map[string]string{
			"2024-03-01": "review_window, through 2024-03-01, by review",
			"2024-03-02": "lapsed, since 2024-03-02, by review",
			"2024-04-14": "lapsed, since 2024-03-02, by review",
			"2024-04-15": "valid, through 2027-02-28",
		}},
		{"a new permit before the old one ends", permit + `Wang has permit-lv reviewed on 2024-02-01 due 2027-02-28
			Wang holds permit-lv issued 2027-02-10 due 2030-02-10 expires 2033-02-09`, "permit-lv", map[string]string{
			"2027-02-09": "review_window, through 2027-02-28, by review",
			"2027-02-10": "valid, through 2030-02-10",
		}},
	})
}

func TestDeadlinesLeaveTimeForTheAuthority(t *testing.T) {
	rules := ladderRules()
	for _, c := range []struct {
		due, opens, sensible string
		stages               map[string]tracker.Stage
	}{
		{"2024-03-01", "2024-01-01", "2024-02-02", map[string]tracker.Stage{ // a Friday: twenty working days are four weeks
			"2023-12-31": "ahead", "2024-01-01": "open", "2024-02-02": "open", "2024-02-03": "tight", "2024-03-01": "tight", "2024-03-02": "missed",
		}},
		{"2024-03-03", "2024-01-03", "2024-02-02", nil}, // a Sunday: the authority decides by the Friday before
		{"2024-03-04", "2024-01-04", "2024-02-05", nil}, // a Monday
	} {
		h := tell(t, wangWorks+"Wang holds permit-lv issued 2021-03-01 due "+c.due+" expires 2027-02-28").person("Wang")
		list := h.Clocks(rules, tracker.MustDate("2023-01-01"))[0].Deadlines()
		if len(list) != 2 || list[0].Kind != tracker.DeadlineReview || list[1].Kind != tracker.DeadlineExpiry || list[1].Last.String() != "2027-02-28" {
			t.Fatalf("due %s: %+v", c.due, list)
		}
		if got := list[0]; got.Opens.String() != c.opens || got.Sensible.String() != c.sensible || got.Last.String() != c.due {
			t.Errorf("due %s: opens %s, last sensible day %s, want %s and %s", c.due, got.Opens, got.Sensible, c.opens, c.sensible)
		}
		for on, want := range c.stages {
			if got := list[0].Stage(tracker.MustDate(on)); got != want {
				t.Errorf("due %s: %s on %s, want %s", c.due, got, on, want)
			}
		}
	}
}

func TestPermitFallsAsleep(t *testing.T) {
	const permit = "Wang holds permit-lv issued 2020-01-10 due 2029-01-10\n"
	checkRungs(t, []climbed{
		{"six months' leave to the day", wangWorks + permit + "Wang is on leave from 2021-03-01 through 2021-08-31", "permit-lv", map[string]string{
			"2021-02-28": "valid, through 2021-08-31, sleeps 2021-09-01",
			"2021-08-31": "valid, through 2021-08-31, sleeps 2021-09-01",
			"2021-09-01": "dormant, since 2021-09-01, by exam",
			"2024-01-01": "dormant, since 2021-09-01, by exam",
		}},
		{"a day less", wangWorks + permit + "Wang is on leave from 2021-03-01 through 2021-08-30", "permit-lv", map[string]string{
			"2021-08-30": "valid, through 2029-01-10",
			"2021-09-01": "valid, through 2029-01-10",
		}},
		{"a leave without an end", wangWorks + permit + "Wang is on leave from 2021-03-01", "permit-lv", map[string]string{
			"2021-03-01": "valid, through 2021-08-31, sleeps 2021-09-01",
		}},
		{"a review wakes it", wangWorks + permit + "Wang is on leave from 2021-03-01 through 2021-10-31\nWang has permit-lv reviewed on 2021-11-05 due 2024-11-05", "permit-lv", map[string]string{
			"2021-11-04": "dormant, since 2021-09-01, by exam",
			"2021-11-05": "valid, through 2024-11-05",
		}},
		{"out of date before it sleeps", "Wang works at Suzhou as technician from 2020-01-01 through 2028-12-31\n" + permit, "permit-lv", map[string]string{
			"2029-01-01": "review_window, through 2029-01-10, by review",
			"2029-01-11": "lapsed, since 2029-01-11, by review",
			"2029-08-01": "lapsed, since 2029-01-11, by review",
		}},
		{"a transfer on the day leaves no gap", permit + `Wang works at Suzhou as technician from 2020-01-01 through 2021-02-28
			Wang works at Wuxi as technician from 2021-03-01`, "permit-lv", map[string]string{
			"2021-02-28": "valid, through 2029-01-10",
			"2021-09-01": "valid, through 2029-01-10",
		}},
	})
}

// bridgeSays writes the way from the generation before.
func bridgeSays(r *tracker.Rung) string {
	b := r.Bridge
	switch {
	case b.From == "":
		return "none"
	case b.Open && b.Until == 0:
		return "open from " + string(b.From)
	case b.Open:
		return fmt.Sprintf("open from %s through %s", b.From, b.Until)
	case b.Closed != 0:
		return fmt.Sprintf("closed from %s since %s", b.From, b.Closed)
	default:
		return "never open from " + string(b.From)
	}
}

func TestBridgeIsOpenWhileTheOlderCertificateIsValid(t *testing.T) {
	const older = wangWorks + "Wang holds hvt-c gen4 issued 2022-05-10 expires 2025-05-09\n"
	rules := ladderRules()
	for _, c := range []struct {
		name, facts, rung string
		on                map[string]string
	}{
		{"through its last day", older, "hvt-c gen5", map[string]string{
			"2022-05-09": "never open from gen4", "2022-05-10": "open from gen4 through 2025-05-09",
			"2025-05-09": "open from gen4 through 2025-05-09", "2025-05-10": "closed from gen4 since 2025-05-10",
		}},
		{"renewed in time it goes on", older + "Wang holds hvt-c gen4 issued 2025-04-01 expires 2028-03-31", "hvt-c gen5", map[string]string{
			"2024-01-01": "open from gen4 through 2028-03-31",
		}},
		{"renewed a day late it was closed for it", older + "Wang holds hvt-c gen4 issued 2025-05-11 expires 2028-05-10", "hvt-c gen5", map[string]string{
			"2025-05-09": "open from gen4 through 2025-05-09", "2025-05-10": "closed from gen4 since 2025-05-10", "2025-05-11": "open from gen4 through 2028-05-10",
		}},
		{"a battery certificate includes the components", wangWorks + "Wang holds hvt-b gen4 issued 2023-01-01 expires 2024-12-31", "hvt-c gen5", map[string]string{
			"2024-12-31": "open from gen4 through 2024-12-31",
		}},
		{"and not the other way", older, "hvt-b gen5", map[string]string{"2024-01-01": "never open from gen4"}},
		{"only from the generation before", wangWorks + "Wang holds hvt-c gen3 issued 2022-05-10 expires 2025-05-09", "hvt-c gen5", map[string]string{
			"2024-01-01": "never open from gen4",
		}},
		{"an expert needs none", wangWorks + "Wang holds hve issued 2022-05-10", "hvt-c gen5", map[string]string{"2024-01-01": "never open from gen4"}},
		{"without an end", wangWorks + "Wang holds hvt-c gen4 issued 2022-05-10", "hvt-c gen5", map[string]string{"2024-01-01": "open from gen4"}},
		{"awareness has none", wangWorks, "hva", map[string]string{"2024-01-01": "none"}},
	} {
		code, generation, _ := strings.Cut(c.rung, " ")
		h := tell(t, c.facts).person("Wang")
		for on, want := range c.on {
			if got := bridgeSays(h.Ladder(rules, tracker.MustDate(on)).Rung(tracker.QualificationCode(code), tracker.Generation(generation))); got != want {
				t.Errorf("%s, on %s: %s, want %s", c.name, on, got, want)
			}
		}
	}
}

func TestRungsOfTheLadder(t *testing.T) {
	const both = wangWorks + `Wang holds hvt-c gen5 issued 2023-01-10 expires 2026-01-09
		Wang holds hvt-b gen5 issued 2024-06-01 expires 2026-05-31`
	checkRungs(t, []climbed{
		{"never held, the way before it open", wangWorks + "Wang holds hvt-c gen4 issued 2022-05-10 expires 2025-05-09", "hvt-c gen5", map[string]string{
			"2025-05-09": "bridgeable, by bridge", "2025-05-10": "missing, by classroom",
		}},
		{"renewed in the last ninety days", both, "hvt-c gen5", map[string]string{
			"2025-10-10": "valid, through 2026-01-09", "2025-10-11": "expiring, through 2026-01-09, by renew",
		}},
		{"superseded by the higher level of its generation", both, "hvt-c gen5", map[string]string{
			"2026-01-10": "superseded", "2026-05-31": "superseded", "2026-06-01": "lapsed, since 2026-01-10, by classroom",
		}},
		{"included where it was never held", wangWorks + "Wang holds hvt-b gen5 issued 2024-06-01 expires 2026-05-31", "hvt-c gen5", map[string]string{
			"2024-05-31": "missing, by classroom", "2024-06-01": "included", "2026-06-01": "missing, by classroom",
		}},
		{"another generation includes nothing", both, "hvt-c gen4", map[string]string{"2025-01-01": "missing, by classroom"}},
		{"no model and no certificate of the generation", both, "hvt-c gen3", map[string]string{"2025-01-01": "no rung"}},
		{"what stands beside the ladder, far above", wangWorks + "Wang holds hvt-c gen5 issued 2023-01-10", "first-aid", map[string]string{"2025-01-01": "no rung"}},
		{"the permit, at once", wangWorks, "permit-lv", map[string]string{"2025-01-01": "missing, by classroom"}},
		{"what stands beside the ladder, near", both, "first-aid", map[string]string{"2025-01-01": "missing, by classroom"}},
	})
}

package tracker_test

import (
	"fmt"
	"slices"
	"testing"

	"dealercert/internal/tracker"
)

// because explains a requirement of a programme on a day.
func because(t *testing.T, h tracker.History, rules tracker.Rulebook, programme tracker.ProgrammeCode, requirement, on string) tracker.Because {
	t.Helper()
	for _, b := range h.Because(rules, programme, tracker.MustDate(on)) {
		if b.Requirement.Code == requirement {
			return b
		}
	}
	t.Fatalf("%s is not asked for on %s", requirement, on)
	return tracker.Because{}
}

// sayBecause puts an explanation into words: "fails, in_breach since 2022-03-01, 1 of 2 needed, until 2022-04-01".
func sayBecause(b tracker.Because) string {
	text := string(b.Outcome)
	if b.Light != tracker.Healthy {
		text += ", " + string(b.Light)
	}
	if b.Since != 0 {
		text += " since " + b.Since.String()
	}
	if b.GraceLast != 0 {
		text += ", grace through " + b.GraceLast.String()
	}
	text += fmt.Sprintf(", %d of %d needed", b.Have, b.Need)
	if b.Among != 0 {
		text += fmt.Sprintf(" among %d", b.Among)
	}
	if b.Until != 0 {
		text += ", until " + b.Until.String()
	}
	if b.FlipsFirst {
		text += ", flips first"
	}
	return text
}

func TestBecauseOfAHeadcount(t *testing.T) {
	const facts = `
		Suzhou operates from 2020-01-01
		Wang works at Suzhou as technician from 2020-01-01 through 2025-08-31
		Wang holds permit-lv issued 2020-01-01 due 2030-01-01
		Wang holds hvt-c gen5 issued 2020-01-01
		Li works at Suzhou as technician from 2020-01-01
		Li holds permit-lv issued 2020-01-01 due 2024-12-31
		Li holds hvt-c gen5 issued 2020-01-01
		Chen works at Suzhou as technician from 2020-01-01
		Chen holds hvt-c gen5 issued 2020-01-01 expires 2024-02-29
	`
	for _, c := range []struct {
		programme tracker.ProgrammeCode
		code, on  string
		want      string
	}{
		{"bmw-i", "voltage", "2024-02-29", "holds, 3 of 2 needed, until 2025-08-31, flips first"},
		{"bmw-i", "voltage", "2024-03-01", "holds, 2 of 2 needed, until 2025-08-31, flips first"},
		{"bmw-i", "voltage", "2025-08-31", "holds, 2 of 2 needed, until 2025-08-31, flips first"},
		{"bmw-i", "voltage", "2025-09-01", "fails, at_risk since 2025-09-01, grace through 2025-10-30, 1 of 2 needed"},
		{"bmw-i", "voltage", "2025-10-30", "fails, at_risk since 2025-09-01, grace through 2025-10-30, 1 of 2 needed"},
		{"bmw-i", "voltage", "2025-10-31", "fails, in_breach since 2025-09-01, 1 of 2 needed"},
		{"bmw-i", "champion", "2024-03-01", "fails since 2020-01-01, 0 of 1 needed"},
		{"bmw-i", "consultants", "2024-03-01", "not_applicable, 0 of 0 needed"},
		{"law", "permits", "2024-04-01", "holds, 2 of 2 needed, until 2024-12-31, flips first"},
		{"law", "permits", "2025-01-01", "fails, in_breach since 2025-01-01, 1 of 2 needed"},
		{"law", "permits", "2025-09-01", "fails, in_breach since 2025-01-01, 0 of 2 needed"},
	} {
		h := tell(t, facts).history("Suzhou")
		if got := sayBecause(because(t, h, testRules(), c.programme, c.code, c.on)); got != c.want {
			t.Errorf("%s on %s: got %q, want %q", c.code, c.on, got, c.want)
		}
	}
}

func TestBecauseOfARatio(t *testing.T) {
	s := tell(t, `Suzhou operates from 2020-01-01
		Wu works at Suzhou as sales_consultant from 2020-01-01
		Wu holds consultant-core issued 2020-01-01 expires 2023-06-30
		Xu works at Suzhou as sales_consultant from 2020-01-01
		Xu holds consultant-core issued 2020-01-01
		Ye works at Suzhou as sales_consultant
		Zou works at Suzhou as sales_consultant from 2023-01-01 through 2023-12-31
		Zou holds consultant-core issued 2020-01-01`)
	for _, c := range []struct {
		on      string
		want    string
		holders []string
		lacking []string
	}{
		{"2020-02-29", "fails, at_risk since 2020-01-01, grace through 2020-02-29, 0 of 1 needed among 1", nil, []string{"Ye"}},
		{"2020-03-30", "fails, in_breach since 2020-01-01, 0 of 1 needed among 1", nil, []string{"Ye"}},
		{"2020-03-31", "fails, in_breach since 2020-01-01, 2 of 3 needed among 3", []string{"Wu through 2023-06-30", "Xu"}, []string{"Ye"}},
		{"2023-04-01", "fails, in_breach since 2020-01-01, 3 of 4 needed among 4", []string{"Wu through 2023-06-30", "Zou through 2023-12-31", "Xu"}, []string{"Ye"}},
		{"2023-07-01", "fails, in_breach since 2020-01-01, 2 of 4 needed among 4", []string{"Zou through 2023-12-31", "Xu"}, []string{"Wu", "Ye"}},
	} {
		b := because(t, s.history("Suzhou"), testRules(), "bmw-i", "consultants", c.on)
		if got := sayBecause(b); got != c.want {
			t.Errorf("%s: got %q, want %q", c.on, got, c.want)
		}
		var holders []string
		for _, h := range b.Holders {
			text := s.name(h.Person)
			if h.Until != 0 {
				text += " through " + h.Until.String()
			}
			holders = append(holders, text)
		}
		if !slices.Equal(holders, c.holders) || !slices.Equal(s.names(b.Lacking), c.lacking) {
			t.Errorf("%s: holders %v, lacking %v", c.on, holders, s.names(b.Lacking))
		}
	}
}

// What ends a holder's counting, from the facts that end it.
func TestEndsOfHolders(t *testing.T) {
	const li = `
		Suzhou operates from 2020-01-01
		Li works at Suzhou as technician from 2020-01-01
		Li holds permit-lv issued 2020-01-01 due 2030-01-01
		Li holds hvt-c gen5 issued 2020-01-01
	`
	voltage := func(facts string) string {
		return li + "Wang holds hvt-c gen5 issued 2020-01-01\nWang holds permit-lv issued 2020-01-01 due 2030-01-01\n" + facts
	}
	for _, c := range []struct {
		name             string
		facts            string
		programme        tracker.ProgrammeCode
		requirement, day string
		want             string
	}{
		{"no end known", voltage("Wang works at Suzhou as technician from 2020-01-01"), "bmw-i", "voltage", "2022-01-01", ""},
		{
			"leaves", voltage("Wang works at Suzhou as technician from 2020-01-01 through 2022-06-30"),
			"bmw-i", "voltage", "2022-01-01", "employment on 2022-06-30",
		},
		{
			"moves to another dealership", voltage(`Wang works at Suzhou as technician from 2020-01-01 through 2022-06-30
				Wang works at Wuxi as technician from 2022-07-01`),
			"bmw-i", "voltage", "2022-01-01", "transfer on 2022-06-30",
		},
		{
			"moves while the old employment goes on", voltage(`Wang works at Suzhou as technician from 2020-01-01
				Wang works at Wuxi as service_advisor from 2022-07-01`),
			"bmw-i", "voltage", "2022-01-01", "transfer on 2022-06-30",
		},
		{
			"changes to a desk job", voltage(`Wang works at Suzhou as technician from 2020-01-01 through 2022-06-30
				Wang works at Suzhou as service_advisor from 2022-07-01`),
			"bmw-i", "voltage", "2022-01-01", "job on 2022-06-30",
		},
		{
			"made foreman: no end", voltage(`Wang works at Suzhou as technician from 2020-01-01 through 2022-06-30
				Wang works at Suzhou as foreman from 2022-07-01 through 2023-06-30`),
			"bmw-i", "voltage", "2022-01-01", "employment on 2023-06-30",
		},
		{
			"the certificate ends", li + `Wang works at Suzhou as technician from 2020-01-01
				Wang holds hvt-c gen5 issued 2020-01-01 expires 2022-06-30`,
			"bmw-i", "voltage", "2022-01-01", "expires on 2022-06-30",
		},
		{
			"the last of two certificates ends", li + `Wang works at Suzhou as technician from 2020-01-01
				Wang holds hvt-c gen5 issued 2020-01-01 expires 2022-06-30
				Wang holds hve issued 2021-01-01 expires 2023-06-30`,
			"bmw-i", "voltage", "2022-01-01", "expires on 2023-06-30",
		},
		{
			"the permit's review ends on the same day as a certificate that does not matter", li + `
				Wang works at Suzhou as technician from 2020-01-01
				Wang holds hvt-c gen5 issued 2020-01-01 expires 2024-06-30
				Wang holds permit-lv issued 2021-01-01 due 2024-06-30`,
			"law", "permits", "2024-05-01", "review_due on 2024-06-30",
		},
		{
			"an assumed review", li + `Wang works at Suzhou as technician from 2020-01-01
				Wang holds permit-lv issued 2022-01-01`,
			"law", "permits", "2024-05-01", "review_due on 2025-01-01",
		},
		{
			"a permit asleep", li + `Wang works at Suzhou as technician from 2020-01-01
				Wang is on leave from 2024-01-01 through 2024-12-31
				Wang holds permit-lv issued 2022-01-01`,
			"law", "permits", "2024-05-01", "dormant on 2024-06-30",
		},
		{
			"the consultant changes jobs", `Suzhou operates from 2020-01-01
				Wang works at Suzhou as sales_consultant from 2020-01-01 through 2022-06-30
				Wang works at Suzhou as service_advisor from 2022-07-01
				Wang holds consultant-core issued 2020-01-01`,
			"bmw-i", "consultants", "2022-01-01", "job on 2022-06-30",
		},
		{
			"the champion changes jobs", `Suzhou operates from 2020-01-01
				Wang works at Suzhou as i_champion from 2020-01-01 through 2022-06-30
				Wang works at Suzhou as principal from 2022-07-01`,
			"bmw-i", "champion", "2022-01-01", "job on 2022-06-30",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := tell(t, c.facts)
			b := because(t, s.history("Suzhou"), testRules(), c.programme, c.requirement, c.day)
			for _, h := range b.Holders {
				if s.name(h.Person) != "Wang" {
					continue
				}
				got := string(h.End)
				if h.Until != 0 {
					got += " on " + h.Until.String()
				}
				if got != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
				return
			}
			t.Errorf("Wang does not count: %+v", b)
		})
	}
}

// The requirement for people qualified for NEVs tells a missing permit from a missing certificate.
func TestEndsOfNEVQualification(t *testing.T) {
	rules := rulesWith(func(s *tracker.Standard) {
		s.Requirements[0].Measure.Skill, s.Requirements[0].Measure.AtLeast = tracker.SkillNEV, 1
	})
	const wang = "Suzhou operates from 2020-01-01\nWang works at Suzhou as technician from 2020-01-01\n"
	for _, c := range []struct{ name, facts, on, want string }{
		{"the law begins to ask for a permit", `Wang holds hvt-c gen5 issued 2020-01-01`, "2022-01-01", "law_applies on 2024-03-31"},
		{"the review falls due", `Wang holds hvt-c gen5 issued 2020-01-01
			Wang holds permit-lv issued 2020-01-01 due 2024-06-30`, "2022-01-01", "review_due on 2024-06-30"},
		{"the certificate ends", `Wang holds hvt-c gen5 issued 2020-01-01 expires 2024-06-30
			Wang holds permit-lv issued 2020-01-01 due 2030-01-01`, "2022-01-01", "expires on 2024-06-30"},
		{"a consultant's course that ends with it does not matter", `Wang holds consultant-core issued 2020-01-01 expires 2024-03-31
			Wang holds hvt-c gen5 issued 2020-01-01`, "2022-01-01", "law_applies on 2024-03-31"},
	} {
		h := tell(t, wang+c.facts).history("Suzhou")
		b := because(t, h, rules, "bmw-i", "voltage", c.on)
		if len(b.Holders) != 1 || string(b.Holders[0].End)+" on "+b.Holders[0].Until.String() != c.want {
			t.Errorf("%s: got %+v", c.name, b.Holders)
		}
	}
}

// Whose skill is good in any job still leaves a ratio with the job that it counts.
func TestHoldersOfARatioCountInItsJobOnly(t *testing.T) {
	rules := rulesWith(func(s *tracker.Standard) {
		for i := range s.Qualifications {
			s.Qualifications[i].ForJob = ""
		}
	})
	s := tell(t, `Suzhou operates from 2020-01-01
		Wang works at Suzhou as sales_consultant from 2020-01-01 through 2022-06-30
		Wang works at Suzhou as principal from 2022-07-01
		Wang holds consultant-core issued 2020-01-01
		Wu works at Suzhou as sales_consultant from 2022-01-01
		Wu holds consultant-core issued 2020-01-01 expires 2022-12-31
		Xu works at Suzhou as sales_consultant from 2023-01-01 through 2023-05-31
		Xu works at Suzhou as sales_consultant from 2023-06-01
		Xu holds consultant-core issued 2020-01-01`)
	for _, c := range []struct {
		on   string
		want []string
	}{
		{"2022-03-31", []string{"Wang job 2022-06-30"}}, // Wu is still a joiner
		{"2022-04-01", []string{"Wang job 2022-06-30", "Wu expires 2022-12-31"}},
		{"2022-07-01", []string{"Wu expires 2022-12-31"}},
		{"2023-05-01", []string{"Xu employment 2023-05-31"}}, // taken on anew from 2023-06-01, and a joiner again
	} {
		var got []string
		for _, h := range because(t, s.history("Suzhou"), rules, "bmw-i", "consultants", c.on).Holders {
			got = append(got, s.name(h.Person)+" "+string(h.End)+" "+h.Until.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.on, got, c.want)
		}
	}
}

func TestWhatFlipsTheAnswerFirst(t *testing.T) {
	for _, c := range []struct{ name, facts, want string }{
		{"the headcount before the ratio", wangAndLi + `Li works at Wuxi as technician from 2023-01-01
			Wu works at Suzhou as sales_consultant from 2020-01-01
			Wu holds consultant-core issued 2020-01-01 expires 2023-06-30`, "voltage"},
		{"the ratio before the headcount", wangAndLi + `Li works at Wuxi as technician from 2023-09-01
			Wu works at Suzhou as sales_consultant from 2020-01-01
			Wu holds consultant-core issued 2020-01-01 expires 2023-06-30`, "consultants"},
		{"a ratio that becomes empty does not fail", wangAndLi + `Li works at Wuxi as technician from 2023-09-01
			Wu works at Suzhou as sales_consultant from 2020-01-01 through 2023-03-31
			Wu holds consultant-core issued 2020-01-01`, "voltage"},
		{"what the end of a waiver brings back", wangAndLi + `Li works at Wuxi as technician from 2022-01-01
			Suzhou is waived voltage from 2022-01-01 through 2023-06-30`, "voltage"},
		{"a minor requirement turns no light", wangAndLi + `He works at Suzhou as i_champion from 2020-01-01 through 2023-03-31`, ""},
		{"what fails already flips no more", `Suzhou operates from 2020-01-01`, ""},
		{"what fails after a closure is another story", `Suzhou operates from 2020-01-01 through 2023-12-31
			Suzhou operates from 2024-06-01
			Wang works at Suzhou as technician from 2020-01-01 through 2023-12-31
			Wang holds hvt-c gen5 issued 2020-01-01
			Li works at Suzhou as technician from 2020-01-01 through 2023-12-31
			Li holds hvt-c gen5 issued 2020-01-01`, ""},
		{"the end of operating is no failure", `Suzhou operates from 2020-01-01 through 2023-12-31
			Wu works at Suzhou as sales_consultant from 2020-01-01
			Wu holds consultant-core issued 2020-01-01`, ""},
	} {
		got := ""
		for _, b := range tell(t, c.facts).history("Suzhou").Because(testRules(), "bmw-i", tracker.MustDate("2022-06-01")) {
			if b.FlipsFirst {
				got += b.Requirement.Code
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNothingToExplain(t *testing.T) {
	h := tell(t, `Suzhou operates from 2022-01-01 through 2022-12-31`).history("Suzhou")
	for _, c := range []struct {
		name, on  string
		programme tracker.ProgrammeCode
	}{
		{"not yet open", "2021-12-31", "bmw-i"}, {"closed", "2023-01-01", "bmw-i"}, {"law not in force", "2022-06-01", "law"},
		{"unknown programme", "2022-06-01", "green-star"}, {"a project", "2022-06-01", "digital-upgrade"},
	} {
		if got := h.Because(testRules(), c.programme, tracker.MustDate(c.on)); len(got) > 0 {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
	if got := h.Because(testRules(), "bmw-i", tracker.MustDate("2022-12-31")); len(got) != 3 || got[0].Until.String() != "2022-12-31" {
		t.Errorf("on the last day: %+v", got)
	}
}

func TestBecauseOfAProofAndAWaiver(t *testing.T) {
	rules := rulesWith(func(s *tracker.Standard) {
		s.Requirements[0].Measure = tracker.Measure{Kind: tracker.MeasureProof}
	})
	h := tell(t, `Suzhou operates from 2020-01-01
		Suzhou has proof of voltage from 2020-01-01 through 2022-03-31
		Suzhou is waived voltage from 2022-05-01 through 2022-05-31`).history("Suzhou")
	for _, day := range []onDay{
		{"2022-03-31", "holds, 0 of 0 needed, until 2022-03-31, flips first"},
		{"2022-04-01", "fails, at_risk since 2022-04-01, grace through 2022-05-30, 0 of 0 needed, until 2022-04-30"},
		{"2022-05-01", "waived, 0 of 0 needed, until 2022-05-31, flips first"},
	} {
		b := because(t, h, rules, "bmw-i", "voltage", day.on)
		if got := sayBecause(b); got != day.want {
			t.Errorf("%s: got %q, want %q", day.on, got, day.want)
		}
	}
}

package tracker_test

import (
	"fmt"
	"slices"
	"testing"

	"dealercert/internal/tracker"
)

// runs gives a person's coverage for a skill in words: "hvt-c gen5 at Suzhou 2021-03-01…2024-02-29".
func runs(s *story, rules tracker.Rulebook, who string, skill tracker.Skill) []string {
	var out []string
	for _, c := range s.person(who).Coverage(rules) {
		if c.Skill != skill {
			continue
		}
		what := string(skill)
		if c.Generation != "" {
			what += " " + string(c.Generation)
		}
		if c.Job != "" {
			what += " as " + string(c.Job) + " since " + c.Joined.String()
		}
		out = append(out, fmt.Sprintf("%s at %s %s…%s", what, s.dealerships[c.Dealership-1], c.From, c.Last()))
	}
	return out
}

func TestCoverage(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts string
		skill tracker.Skill
		want  []string
	}{
		{
			"a higher level includes the lower ones",
			wangWorks + `Wang holds hvt-b gen5 issued 2021-03-01 expires 2024-02-29`,
			"hvt-c",
			[]string{"hvt-c gen5 at Suzhou 2021-03-01…2024-02-29"},
		},
		{
			"the highest level is of no generation and includes the lower ones of all",
			wangWorks + `Wang holds hve issued 2021-03-01 expires 2024-02-29`,
			"hvt-b",
			[]string{"hvt-b at Suzhou 2021-03-01…2024-02-29"},
		},
		{
			"a lower level does not include the higher ones",
			wangWorks + `Wang holds hvt-c gen5 issued 2021-03-01 expires 2024-02-29`,
			"hvt-b",
			nil,
		},
		{
			"each generation by itself",
			wangWorks + `Wang holds hvt-c gen5 issued 2021-03-01 expires 2024-02-29
				Wang holds hvt-b gen6 issued 2022-03-01 expires 2025-02-28`,
			"hvt-c",
			[]string{"hvt-c gen5 at Suzhou 2021-03-01…2024-02-29", "hvt-c gen6 at Suzhou 2022-03-01…2025-02-28"},
		},
		{
			"levels of one generation that overlap are one run",
			wangWorks + `Wang holds hvt-c gen5 issued 2021-03-01 expires 2024-02-29
				Wang holds hvt-b gen5 issued 2022-03-01 expires 2025-02-28`,
			"hvt-c",
			[]string{"hvt-c gen5 at Suzhou 2021-03-01…2025-02-28"},
		},
		{
			"certificates end to end are one run",
			wangWorks + `Wang holds hvt-c gen5 issued 2021-03-01 expires 2024-02-29
				Wang holds hvt-c gen5 issued 2024-03-01`,
			"hvt-c",
			[]string{"hvt-c gen5 at Suzhou 2021-03-01…"},
		},
		{
			"certificates with a day between are two",
			wangWorks + `Wang holds hvt-c gen5 issued 2021-03-01 expires 2024-02-28
				Wang holds hvt-c gen5 issued 2024-03-01`,
			"hvt-c",
			[]string{"hvt-c gen5 at Suzhou 2021-03-01…2024-02-28", "hvt-c gen5 at Suzhou 2024-03-01…"},
		},
		{
			"a type without generations is valid for all, whatever was recorded",
			`Wang works at Suzhou as sales_consultant from 2020-01-01
				Wang holds consultant-core gen5 issued 2021-03-01
				Wang holds consultant-core issued 2021-02-01`,
			"consultant-core",
			[]string{"consultant-core at Suzhou 2021-02-01…"},
		},
		{
			"before the job and after it a certificate does not count",
			`Wang works at Suzhou as other from 2020-01-01 through 2020-12-31
				Wang works at Suzhou as sales_consultant from 2021-01-01 through 2021-12-31
				Wang works at Suzhou as principal from 2022-01-01
				Wang holds consultant-core issued 2020-05-01`,
			"consultant-core",
			[]string{"consultant-core at Suzhou 2021-01-01…2021-12-31"},
		},
		{
			"a transfer takes the certificate along",
			`Wang works at Suzhou as technician from 2020-01-01 through 2022-06-30
				Wang works at Wuxi as technician from 2022-07-01
				Wang holds hvt-c gen5 issued 2021-03-01`,
			"hvt-c",
			[]string{"hvt-c gen5 at Suzhou 2021-03-01…2022-06-30", "hvt-c gen5 at Wuxi 2022-07-01…"},
		},
		{
			"a transfer on one day: the later employment counts on it",
			`Wang works at Suzhou as technician from 2020-01-01 through 2022-07-01
				Wang works at Wuxi as technician from 2022-07-01
				Wang holds hvt-c gen5 issued 2021-03-01`,
			"hvt-c",
			[]string{"hvt-c gen5 at Suzhou 2021-03-01…2022-06-30", "hvt-c gen5 at Wuxi 2022-07-01…"},
		},
		{
			"lent out and back: the later beginning counts while both last",
			`Wang works at Suzhou as technician from 2020-01-01
				Wang works at Wuxi as technician from 2022-07-01 through 2022-08-31
				Wang holds hvt-c gen5 issued 2021-03-01`,
			"hvt-c",
			[]string{
				"hvt-c gen5 at Suzhou 2021-03-01…2022-06-30", "hvt-c gen5 at Suzhou 2022-09-01…",
				"hvt-c gen5 at Wuxi 2022-07-01…2022-08-31",
			},
		},
		{
			"two employments from one day: the later chain counts",
			`Wang works at Suzhou as technician from 2020-01-01
				Wang works at Wuxi as technician from 2020-01-01 through 2020-12-31`,
			"employed",
			[]string{
				"employed as technician since 2020-01-01 at Suzhou 2021-01-01…",
				"employed as technician since 2020-01-01 at Wuxi 2020-01-01…2020-12-31",
			},
		},
		{
			"a new employment in the same job is a new beginning",
			`Wang works at Suzhou as sales_consultant from 2020-01-01 through 2020-12-31
				Wang works at Suzhou as sales_consultant from 2021-01-01`,
			"employed",
			[]string{
				"employed as sales_consultant since 2020-01-01 at Suzhou 2020-01-01…2020-12-31",
				"employed as sales_consultant since 2021-01-01 at Suzhou 2021-01-01…",
			},
		},
		{
			"employed since an unknown day",
			`Wang works at Suzhou as technician through 2020-12-31`,
			"employed",
			[]string{"employed as technician since  at Suzhou …2020-12-31"},
		},
		{
			"an employment that ends before it begins is none",
			`Wang works at Suzhou as technician from 2021-01-01 through 2020-12-31`,
			"employed",
			nil,
		},
		{
			"qualified for NEVs without a permit before the law asks for one",
			wangWorks + `Wang holds hvt-c gen5 issued 2021-03-01 expires 2025-02-28`,
			"nev",
			[]string{"nev at Suzhou 2021-03-01…2024-03-31"},
		},
		{
			"qualified for NEVs with a permit from the law on",
			wangWorks + `Wang holds hvt-c gen5 issued 2021-03-01 expires 2026-02-28
				Wang holds permit-lv issued 2024-05-01 due 2025-04-30`,
			"nev",
			[]string{"nev at Suzhou 2021-03-01…2024-03-31", "nev at Suzhou 2024-05-01…2025-04-30"},
		},
		{
			"any generation will do",
			wangWorks + `Wang holds hvt-c gen3 issued 2021-03-01 expires 2022-02-28
				Wang holds hvt-c gen5 issued 2022-03-01 expires 2023-02-28`,
			"nev",
			[]string{"nev at Suzhou 2021-03-01…2023-02-28"},
		},
		{
			"a permit alone qualifies nobody for NEVs",
			wangWorks + `Wang holds permit-lv issued 2021-03-01`,
			"nev",
			nil,
		},
		{
			"who is on leave is still employed and counts",
			wangWorks + `Wang holds hvt-c gen5 issued 2021-03-01 expires 2022-12-31
				Wang is on leave from 2022-01-01 through 2022-03-31`,
			"nev",
			[]string{"nev at Suzhou 2021-03-01…2022-12-31"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := runs(tell(t, c.facts), testRules(), "Wang", c.skill); !slices.Equal(got, c.want) {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestASkillMeantForNoJobCountsInAnyEmployment(t *testing.T) {
	rules := rulesWith(func(s *tracker.Standard) {
		s.Qualifications = []tracker.QualificationType{{Code: "first-aid", Skills: []tracker.Skill{"first-aid"}}}
	})
	s := tell(t, `Wang works at Suzhou as principal from 2020-01-01 through 2020-12-31
		Wang works at Suzhou as other from 2021-06-01
		Wang holds first-aid issued 2019-01-01`)
	want := []string{"first-aid at Suzhou 2020-01-01…2020-12-31", "first-aid at Suzhou 2021-06-01…"}
	if got := runs(s, rules, "Wang", "first-aid"); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// A version of the law that the next one replaces on its first day is never in force.
func TestAVersionOfTheLawThatWasNeverInForce(t *testing.T) {
	lax := lawV1()
	lax.Version, lax.Requirements = "v2", nil
	s := tell(t, wangWorks+"Wang holds hvt-c gen5 issued 2021-03-01")
	for name, rules := range map[string]tracker.Rulebook{
		"replaced by one that asks for nothing": tracker.NewRulebook(lawV1(), lax, bmwiV1()),
		"none":                                  tracker.NewRulebook(bmwiV1()),
	} {
		if got := runs(s, rules, "Wang", "nev"); !slices.Equal(got, []string{"nev at Suzhou 2021-03-01…"}) {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestOverlapsOfEmployments(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts string
		want  []string
	}{
		{"one after the other", `Wang works at Suzhou as technician from 2020-01-01 through 2022-06-30
			Wang works at Wuxi as technician from 2022-07-01`, nil},
		{"a transfer on one day", `Wang works at Suzhou as technician from 2020-01-01 through 2022-07-01
			Wang works at Wuxi as technician from 2022-07-01`, nil},
		{"two days", `Wang works at Suzhou as technician from 2020-01-01 through 2022-07-02
			Wang works at Wuxi as technician from 2022-07-01`, []string{"Suzhou and Wuxi 2022-07-01…2022-07-02"}},
		{"for good", `Wang works at Suzhou as technician from 2020-01-01
			Wang works at Wuxi as technician from 2022-07-01`, []string{"Suzhou and Wuxi 2022-07-01…"}},
		{"two jobs at one dealership", `Wang works at Suzhou as technician from 2020-01-01
			Wang works at Suzhou as trainer from 2022-07-01`, nil},
		{"one that is none", `Wang works at Suzhou as technician from 2020-01-01
			Wang works at Wuxi as technician from 2022-07-01 through 2022-05-01`, nil},
		{"three, from one day", `Wang works at Suzhou as technician from 2020-01-01 through 2020-03-31
			Wang works at Wuxi as technician from 2020-01-01 through 2020-02-29
			Wang works at Nanjing as technician from 2020-01-01`, []string{
			"Suzhou and Wuxi 2020-01-01…2020-02-29", "Suzhou and Nanjing 2020-01-01…2020-03-31", "Wuxi and Nanjing 2020-01-01…2020-02-29",
		}},
	} {
		s := tell(t, c.facts)
		person := *s.person("Wang")
		for range 2 {
			var got []string
			for _, o := range person.Overlaps() {
				got = append(got, fmt.Sprintf("%s and %s %s…%s", s.dealerships[o.First-1], s.dealerships[o.Second-1], o.From, o.Last()))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: got %q, want %q", c.name, got, c.want)
			}
			person.Employments = slices.Clone(person.Employments)
			slices.Reverse(person.Employments)
		}
	}
}

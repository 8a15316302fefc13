package tracker_test

import (
	"testing"

	"dealercert/internal/tracker"
)

// Two technicians, fit for the law and the brand as long as nobody leaves; no consultants, no champion.
const wangAndLi = `
	Suzhou operates from 2020-01-01
	Wang works at Suzhou as technician from 2020-01-01
	Wang holds permit-lv issued 2020-01-01 due 2030-01-01
	Wang holds hvt-c gen5 issued 2020-01-01
	Li works at Suzhou as technician from 2020-01-01
	Li holds permit-lv issued 2020-01-01 due 2030-01-01
	Li holds hvt-c gen5 issued 2020-01-01
`

func TestLawLight(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts string
		light []onDay
		seen  []onDay
	}{
		{
			"nobody has a permit when the law comes into force",
			`Suzhou operates`,
			[]onDay{
				{"2024-03-31", "applies, law healthy"}, {"2024-04-01", "applies, law in_breach"}, {"2024-04-02", "applies, law in_breach"},
			},
			[]onDay{{"2024-03-31", "not asked"}, {"2024-04-01", "fails since 2024-04-01"}, {"2025-01-01", "fails since 2024-04-01"}},
		},
		{
			"two permits",
			wangAndLi,
			[]onDay{{"2024-03-31", "applies, law healthy"}, {"2024-04-01", "applies, law healthy"}},
			[]onDay{{"2024-03-31", "not asked"}, {"2024-04-01", "holds"}},
		},
		{
			"one leaves: in breach on the day after the last, without grace",
			wangAndLi + `
				Chen works at Suzhou as technician from 2020-01-01 through 2024-05-31
				Chen holds permit-lv issued 2020-01-01 due 2024-06-30
				Li is on leave from 2024-05-01 through 2024-10-31`,
			[]onDay{
				{"2024-05-31", "applies, law healthy"}, {"2024-06-01", "applies, law healthy"}, {"2024-10-31", "applies, law healthy"},
				{"2024-11-01", "applies, law in_breach"},
			},
			[]onDay{{"2024-10-31", "holds"}, {"2024-11-01", "fails since 2024-11-01"}},
		},
		{
			"the clock of the law starts anew with each failure",
			wangAndLi + `
				Chen works at Suzhou as technician from 2024-06-05 through 2024-06-10
				Chen holds permit-lv issued 2020-01-01 due 2030-01-01
				Deng works at Suzhou as technician from 2024-01-01 through 2024-05-31
				Deng holds permit-lv issued 2020-01-01 due 2030-01-01
				Li works at Wuxi as technician from 2024-03-01`,
			[]onDay{
				{"2024-05-31", "applies, law healthy"}, {"2024-06-01", "applies, law in_breach"}, {"2024-06-05", "applies, law healthy"},
				{"2024-06-10", "applies, law healthy"}, {"2024-06-11", "applies, law in_breach"},
			},
			[]onDay{{"2024-06-04", "fails since 2024-06-01"}, {"2024-06-05", "holds"}, {"2024-06-11", "fails since 2024-06-11"}},
		},
		{
			"a review made up late: in breach in between",
			wangAndLi + `
				Chen works at Suzhou as technician from 2020-01-01
				Chen holds permit-lv issued 2020-01-01 due 2024-05-31
				Chen has permit-lv reviewed on 2024-06-15 due 2027-06-15
				Li works at Wuxi as technician from 2024-03-01`,
			[]onDay{
				{"2024-05-31", "applies, law healthy"}, {"2024-06-01", "applies, law in_breach"}, {"2024-06-14", "applies, law in_breach"},
				{"2024-06-15", "applies, law healthy"},
			},
			nil,
		},
		{
			"the law is never waived",
			`Suzhou operates
			 Suzhou is waived permits from 2024-01-01`,
			[]onDay{{"2024-04-01", "applies, law in_breach"}},
			[]onDay{{"2024-04-01", "fails since 2024-04-01"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := tell(t, c.facts).history("Suzhou").Timeline(testRules())
			checkStandings(t, line, "law", c.light)
			checkResults(t, line, "law", "permits", c.seen)
		})
	}
}

// The brand's light by the requirement of two high-voltage technicians: 60 days of grace, a new clock after 30 days of
// holding.
func TestBrandLightAndGrace(t *testing.T) {
	const wang = `
		Suzhou operates from 2020-01-01
		Wang works at Suzhou as technician from 2020-01-01
		Wang holds hvt-c gen5 issued 2020-01-01
		Li holds hvt-c gen5 issued 2020-01-01
		Chen holds hvt-c gen5 issued 2020-01-01
	`
	for _, c := range []struct {
		name  string
		facts string
		days  []onDay
		seen  []onDay
	}{
		{
			"the second technician leaves: at risk for 60 days, then in breach",
			wang + `Li works at Suzhou as technician from 2020-01-01 through 2022-02-28`,
			[]onDay{{"2022-02-28", "healthy"}, {"2022-03-01", "at_risk"}, {"2022-04-29", "at_risk"}, {"2022-04-30", "in_breach"}},
			[]onDay{{"2022-02-28", "holds"}, {"2022-03-01", "fails since 2022-03-01"}, {"2023-01-01", "fails since 2022-03-01"}},
		},
		{
			"a successor on the last day of grace",
			wang + `Li works at Suzhou as technician from 2020-01-01 through 2022-02-28
				Chen works at Suzhou as technician from 2022-04-30`,
			[]onDay{{"2022-04-29", "at_risk"}, {"2022-04-30", "healthy"}},
			nil,
		},
		{
			"a successor after the breach",
			wang + `Li works at Suzhou as technician from 2020-01-01 through 2022-02-28
				Chen works at Suzhou as technician from 2022-05-10`,
			[]onDay{{"2022-05-09", "in_breach"}, {"2022-05-10", "healthy"}},
			nil,
		},
		{
			"a second failure after 29 days of holding does not restart the grace",
			wang + `Li works at Suzhou as technician from 2020-01-01 through 2022-02-28
				Chen works at Suzhou as technician from 2022-03-11 through 2022-04-08`,
			[]onDay{
				{"2022-03-10", "at_risk"}, {"2022-03-11", "healthy"}, {"2022-04-08", "healthy"}, {"2022-04-09", "at_risk"},
				{"2022-04-29", "at_risk"}, {"2022-04-30", "in_breach"},
			},
			[]onDay{{"2022-03-11", "holds"}, {"2022-04-09", "fails since 2022-03-01"}},
		},
		{
			"a second failure after 30 days of holding starts a new clock",
			wang + `Li works at Suzhou as technician from 2020-01-01 through 2022-02-28
				Chen works at Suzhou as technician from 2022-03-11 through 2022-04-09`,
			[]onDay{{"2022-04-09", "healthy"}, {"2022-04-10", "at_risk"}, {"2022-06-08", "at_risk"}, {"2022-06-09", "in_breach"}},
			[]onDay{{"2022-04-10", "fails since 2022-04-10"}},
		},
		{
			"a second failure after the grace has run out is in breach at once",
			wang + `Li works at Suzhou as technician from 2020-01-01 through 2022-02-28
				Chen works at Suzhou as technician from 2022-04-20 through 2022-05-09`,
			[]onDay{{"2022-04-20", "healthy"}, {"2022-05-09", "healthy"}, {"2022-05-10", "in_breach"}},
			nil,
		},
		{
			"two short holdings do not add up",
			wang + `Li works at Suzhou as technician from 2020-01-01 through 2022-02-28
				Chen works at Suzhou as technician from 2022-03-05 through 2022-03-24
				Chen works at Suzhou as technician from 2022-03-26 through 2022-04-14`,
			[]onDay{{"2022-03-25", "at_risk"}, {"2022-04-14", "healthy"}, {"2022-04-15", "at_risk"}, {"2022-04-30", "in_breach"}},
			[]onDay{{"2022-04-15", "fails since 2022-03-01"}},
		},
		{
			"failing since the opening: the grace runs from there",
			wang,
			[]onDay{{"2019-12-31", "healthy"}, {"2020-01-01", "at_risk"}, {"2020-02-29", "at_risk"}, {"2020-03-01", "in_breach"}},
			[]onDay{{"2019-12-31", "not asked"}, {"2020-01-01", "fails since 2020-01-01"}},
		},
		{
			"failing since an unknown day is in breach",
			`Suzhou operates`,
			[]onDay{{"2020-01-01", "in_breach"}, {"2022-01-01", "in_breach"}},
			[]onDay{{"2022-01-01", "fails"}},
		},
		{
			"failing since an unknown day, held for less than 30 days: still in breach",
			`Suzhou operates
			 Wang works at Suzhou as technician from 2022-01-01 through 2022-01-20
			 Wang holds hvt-c gen5 issued 2020-01-01
			 Li works at Suzhou as technician from 2022-01-01
			 Li holds hvt-c gen5 issued 2020-01-01`,
			[]onDay{{"2021-12-31", "in_breach"}, {"2022-01-20", "healthy"}, {"2022-01-21", "in_breach"}},
			[]onDay{{"2022-01-21", "fails"}},
		},
		{
			"closed for a day: the clock is cleared",
			`Suzhou operates from 2022-01-01 through 2022-02-15
			 Suzhou operates from 2022-02-17`,
			[]onDay{
				{"2022-02-15", "at_risk"}, {"2022-02-16", "healthy"}, {"2022-02-17", "at_risk"}, {"2022-04-17", "at_risk"},
				{"2022-04-18", "in_breach"},
			},
			[]onDay{{"2022-02-16", "not asked"}, {"2022-02-17", "fails since 2022-02-17"}},
		},
		{
			"waived: neither at risk nor running; the clock goes on after a short waiver",
			wang + `Li works at Suzhou as technician from 2020-01-01 through 2022-02-28
				Suzhou is waived voltage from 2022-03-11 through 2022-03-31`,
			[]onDay{{"2022-03-10", "at_risk"}, {"2022-03-11", "healthy"}, {"2022-03-31", "healthy"}, {"2022-04-01", "at_risk"}, {"2022-04-30", "in_breach"}},
			[]onDay{{"2022-03-10", "fails since 2022-03-01"}, {"2022-03-11", "waived"}, {"2022-03-31", "waived"}, {"2022-04-01", "fails since 2022-03-01"}},
		},
		{
			"a waiver of what holds is not seen",
			wang + `Li works at Suzhou as technician from 2020-01-01
				Suzhou is waived voltage from 2022-03-11 through 2022-03-31`,
			nil,
			[]onDay{{"2022-03-11", "holds"}},
		},
		{
			"the clock runs whether certified or not",
			wang + `Li works at Suzhou as technician from 2020-01-01 through 2022-02-28
				Suzhou bmw-i: certify on 2022-05-15`,
			[]onDay{{"2022-03-01", "at_risk"}, {"2022-05-14", "in_breach"}, {"2022-05-15", "in_breach"}},
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := tell(t, c.facts).history("Suzhou").Timeline(testRules())
			for _, day := range c.days {
				if got := standing(t, line, "bmw-i", day.on).Brand; string(got) != day.want {
					t.Errorf("%s: got %s, want %s", day.on, got, day.want)
				}
			}
			checkResults(t, line, "bmw-i", "voltage", c.seen)
		})
	}
}

func TestRatioOfConsultants(t *testing.T) {
	const four = `
		Suzhou operates from 2020-01-01
		Wu works at Suzhou as sales_consultant from 2020-01-01
		Wu holds consultant-core issued 2020-01-01
		Xu works at Suzhou as sales_consultant from 2020-01-01
		Xu holds consultant-core issued 2020-01-01
		Ye works at Suzhou as sales_consultant from 2020-01-01
		Ye holds consultant-core issued 2020-01-01
		Zou works at Suzhou as sales_consultant from 2020-01-01
		Zou holds consultant-core issued 2020-01-01
	`
	for _, c := range []struct {
		name  string
		facts string
		seen  []onDay
	}{
		{"nobody in the job: not applicable", `Suzhou operates from 2020-01-01`, []onDay{{"2020-01-01", "not_applicable"}}},
		{
			"the only consultant leaves",
			`Suzhou operates
			 Wu works at Suzhou as sales_consultant through 2022-03-31`,
			[]onDay{{"2022-03-31", "fails"}, {"2022-04-01", "not_applicable"}},
		},
		{
			"four of five are 80 %",
			four + `Zhu works at Suzhou as sales_consultant from 2020-01-01`,
			[]onDay{{"2020-03-31", "holds"}, {"2022-01-01", "holds"}},
		},
		{
			"three of four are not",
			four + `Zhu works at Suzhou as sales_consultant from 2020-01-01
				Zou works at Wuxi as sales_consultant from 2022-01-01`,
			[]onDay{{"2021-12-31", "holds"}, {"2022-01-01", "fails since 2022-01-01"}},
		},
		{
			"a joiner is outside the denominator for 90 days",
			four + `Zhu works at Suzhou as sales_consultant from 2020-01-01
				Ren works at Suzhou as sales_consultant from 2022-01-01`,
			[]onDay{{"2022-01-01", "holds"}, {"2022-03-31", "holds"}, {"2022-04-01", "fails since 2022-04-01"}},
		},
		{
			"a joiner with the course does not help within the 90 days either",
			`Suzhou operates from 2020-01-01
			 Wu works at Suzhou as sales_consultant from 2020-01-01
			 Ren works at Suzhou as sales_consultant from 2022-01-01
			 Ren holds consultant-core issued 2020-01-01`,
			[]onDay{{"2020-03-30", "not_applicable"}, {"2020-03-31", "fails since 2020-03-31"}, {"2022-04-01", "fails since 2020-03-31"}},
		},
		{
			"who joined on an unknown day is no joiner",
			`Suzhou operates from 2020-01-01
			 Wu works at Suzhou as sales_consultant`,
			[]onDay{{"2020-01-01", "fails since 2020-01-01"}},
		},
		{
			"all of them joiners: not applicable",
			`Suzhou operates from 2022-01-01
			 Wu works at Suzhou as sales_consultant from 2022-01-01`,
			[]onDay{{"2022-01-01", "not_applicable"}, {"2022-03-31", "not_applicable"}, {"2022-04-01", "fails since 2022-04-01"}},
		},
		{
			"in the day that a certificate ends it still counts",
			`Suzhou operates from 2020-01-01
			 Wu works at Suzhou as sales_consultant from 2020-01-01
			 Wu holds consultant-core issued 2020-01-01 expires 2022-02-28`,
			[]onDay{{"2022-02-28", "holds"}, {"2022-03-01", "fails since 2022-03-01"}},
		},
		{
			"another job with the course is not in the ratio",
			`Suzhou operates from 2020-01-01
			 Wu works at Suzhou as sales_consultant from 2020-01-01
			 Xu works at Suzhou as principal from 2020-01-01
			 Xu holds consultant-core issued 2020-01-01`,
			[]onDay{{"2022-01-01", "fails since 2020-03-31"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			line := tell(t, c.facts).history("Suzhou").Timeline(testRules())
			checkResults(t, line, "bmw-i", "consultants", c.seen)
		})
	}
}

func TestMinorRequirementsDoNotTouchTheLight(t *testing.T) {
	line := tell(t, wangAndLi+`He works at Suzhou as i_champion from 2022-01-01 through 2022-12-31`).
		history("Suzhou").Timeline(testRules())
	checkResults(t, line, "bmw-i", "champion", []onDay{
		{"2021-12-31", "fails since 2020-01-01"}, {"2022-01-01", "holds"}, {"2022-12-31", "holds"}, {"2023-01-01", "fails since 2023-01-01"},
	})
	checkStandings(t, line, "bmw-i", []onDay{
		{"2021-12-31", "not_enrolled, law healthy, brand healthy"}, {"2023-06-01", "not_enrolled, law healthy, brand healthy"},
	})
}

func TestCountsOfOneGeneration(t *testing.T) {
	rules := rulesWith(func(s *tracker.Standard) {
		s.Requirements[0].Measure.AtLeast, s.Requirements[0].Measure.Generation = 1, "gen5"
	})
	line := tell(t, `Suzhou operates from 2020-01-01
		Wang works at Suzhou as technician from 2020-01-01
		Wang holds hvt-c gen3 issued 2020-01-01
		Wang holds hvt-b gen5 issued 2022-01-01 expires 2022-12-31
		Li works at Suzhou as technician from 2020-01-01
		Li holds hvt-c issued 2024-01-01 expires 2024-12-31
		Li holds hve issued 2025-06-01`).history("Suzhou").Timeline(rules)
	checkResults(t, line, "bmw-i", "voltage", []onDay{
		{"2021-12-31", "fails since 2020-01-01"}, {"2022-01-01", "holds"}, {"2022-12-31", "holds"}, {"2023-01-01", "fails since 2023-01-01"},
		{"2024-01-01", "holds"},                                                                    // a certificate for which no generation was recorded counts for each
		{"2024-12-31", "holds"}, {"2025-01-01", "fails since 2025-01-01"}, {"2025-06-01", "holds"}, // so does the highest level
	})
}

// Before the first proof nothing is known, and nothing fails.
func TestProofs(t *testing.T) {
	rules := rulesWith(func(s *tracker.Standard) {
		s.Requirements = []tracker.Requirement{{
			Code: "charger", Basis: tracker.BasisBrand, Severity: tracker.Major, GraceDays: 10,
			Measure: tracker.Measure{Kind: tracker.MeasureProof},
		}}
	})
	line := tell(t, `Suzhou operates from 2020-01-01
		Suzhou has proof of charger from 2020-06-01 through 2021-05-31
		Suzhou has proof of charger from 2021-06-01 through 2022-02-28
		Suzhou has proof of voltage from 2020-01-01`).history("Suzhou").Timeline(rules)
	checkResults(t, line, "bmw-i", "charger", []onDay{
		{"2020-05-31", "not asked"}, {"2020-06-01", "holds"}, {"2021-06-01", "holds"}, {"2022-02-28", "holds"},
		{"2022-03-01", "fails since 2022-03-01"},
	})
	checkStandings(t, line, "bmw-i", []onDay{
		{"2022-03-10", "not_enrolled, law healthy, brand at_risk"}, {"2022-03-11", "not_enrolled, law healthy, brand in_breach"},
	})
}

func TestTheWorseLight(t *testing.T) {
	for _, c := range []struct{ a, b, want tracker.Light }{
		{"healthy", "at_risk", "at_risk"}, {"at_risk", "in_breach", "in_breach"}, {"healthy", "in_breach", "in_breach"},
		{"healthy", "healthy", "healthy"}, {"", "healthy", "healthy"}, {"", "", ""},
	} {
		if got := c.a.Worse(c.b); got != c.want {
			t.Errorf("%q and %q: got %q", c.a, c.b, got)
		}
		if got := c.b.Worse(c.a); got != c.want {
			t.Errorf("%q and %q: got %q", c.b, c.a, got)
		}
	}
}

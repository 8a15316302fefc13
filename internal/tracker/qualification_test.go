package tracker_test

import (
	"slices"
	"testing"

	"dealercert/internal/tracker"
)

// covered tells whether a person counts for a skill at a dealership on a day; of a generation where one is given.
func covered(s *story, who, skill, generation, at, on string) bool {
	return slices.ContainsFunc(s.person(who).Coverage(testRules()), func(c tracker.Coverage) bool {
		return string(c.Skill) == skill && (generation == "" || string(c.Generation) == generation) &&
			c.Dealership == s.dealership(at) && c.Contains(tracker.MustDate(on))
	})
}

// validity is on which days a person has a skill at Suzhou and on which not.
type validity struct {
	name  string
	facts string
	yes   []string
	no    []string
}

func checkValidity(t *testing.T, skill string, table []validity) {
	t.Helper()
	for _, c := range table {
		s := tell(t, c.facts)
		for _, on := range c.yes {
			if !covered(s, "Wang", skill, "", "Suzhou", on) {
				t.Errorf("%s: no %s on %s", c.name, skill, on)
			}
		}
		for _, on := range c.no {
			if covered(s, "Wang", skill, "", "Suzhou", on) {
				t.Errorf("%s: %s on %s", c.name, skill, on)
			}
		}
	}
}

const wangWorks = "Wang works at Suzhou as technician from 2020-01-01\n"

func TestPermitIsValidThroughItsDates(t *testing.T) {
	checkValidity(t, "permit", []validity{
		{
			"from issue through expiry", wangWorks + `Wang holds permit-lv issued 2021-03-01 expires 2023-02-28`,
			[]string{"2021-03-01", "2023-02-28"},
			[]string{"2021-02-28", "2023-03-01"},
		},
		{
			"without a review due day: issue plus 36 months, that day included", wangWorks + `Wang holds permit-lv issued 2021-03-01`,
			[]string{"2024-03-01"},
			[]string{"2024-03-02"},
		},
		{
			"issued on a leap day: due on the month's end", wangWorks + `Wang holds permit-lv issued 2020-02-29`,
			[]string{"2023-02-28"},
			[]string{"2023-03-01"},
		},
		{
			"through the review's due day", wangWorks + `Wang holds permit-lv issued 2021-03-01 due 2022-03-01 expires 2027-02-28`,
			[]string{"2022-03-01"},
			[]string{"2022-03-02"},
		},
		{
			"due on the leap day", wangWorks + `Wang holds permit-lv issued 2021-03-01 due 2024-02-29`,
			[]string{"2024-02-29"},
			[]string{"2024-03-01"},
		},
		{
			"reviewed in time", wangWorks + `Wang holds permit-lv issued 2021-03-01 due 2022-03-01
				Wang has permit-lv reviewed on 2022-02-15 due 2025-02-14`,
			[]string{"2022-03-01", "2022-03-02", "2025-02-14"},
			[]string{"2025-02-15"},
		},
		{
			"reviewed on the due day", wangWorks + `Wang holds permit-lv issued 2021-03-01 due 2022-03-01
				Wang has permit-lv reviewed on 2022-03-01 due 2025-03-01`,
			[]string{"2022-03-01", "2022-03-02", "2025-03-01"},
			[]string{"2025-03-02"},
		},
		{
			"reviewed the day after: no gap in the days, for that day the review counts",
			wangWorks + `Wang holds permit-lv issued 2021-03-01 due 2022-03-01
				Wang has permit-lv reviewed on 2022-03-02 due 2025-03-01`,
			[]string{"2022-03-01", "2022-03-02"},
			nil,
		},
		{
			"reviewed late: the gap stays invalid", wangWorks + `Wang holds permit-lv issued 2021-03-01 due 2022-03-01
				Wang has permit-lv reviewed on 2022-05-10 due 2025-05-09`,
			[]string{"2022-03-01", "2022-05-10"},
			[]string{"2022-03-02", "2022-05-09"},
		},
		{
			"a review without a due day: review plus 36 months", wangWorks + `Wang holds permit-lv issued 2021-03-01 due 2022-03-01
				Wang has permit-lv reviewed on 2022-02-15`,
			[]string{"2025-02-15"},
			[]string{"2025-02-16"},
		},
		{
			"an early review brings the due day forward when it says so", wangWorks + `Wang holds permit-lv issued 2021-03-01 due 2024-03-01
				Wang has permit-lv reviewed on 2022-02-15 due 2023-02-15`,
			[]string{"2023-02-15"},
			[]string{"2023-02-16", "2024-03-01"},
		},
		{
			"no review makes up for the expiry", wangWorks + `Wang holds permit-lv issued 2021-03-01 due 2022-03-01 expires 2022-06-30
				Wang has permit-lv reviewed on 2022-02-15 due 2025-02-15`,
			[]string{"2022-06-30"},
			[]string{"2022-07-01"},
		},
		{
			"a new certificate before the old one ends: no gap", wangWorks + `Wang holds permit-lv issued 2021-03-01 expires 2022-06-30
				Wang holds permit-lv issued 2022-06-01 expires 2028-05-31`,
			[]string{"2022-06-30", "2022-07-01", "2025-06-01"},
			[]string{"2025-06-02"},
		},
		{
			"a new certificate too late: a gap", wangWorks + `Wang holds permit-lv issued 2021-03-01 expires 2022-06-30
				Wang holds permit-lv issued 2022-08-01`,
			[]string{"2022-06-30", "2022-08-01"},
			[]string{"2022-07-01", "2022-07-31"},
		},
		{
			"a review of another certificate does not help", wangWorks + `Wang holds permit-lv issued 2020-03-01 due 2022-03-01
				Wang has permit-lv reviewed on 2022-02-15 due 2022-04-30
				Wang holds permit-lv issued 2021-03-01 due 2022-03-31`,
			[]string{"2022-04-30"},
			[]string{"2022-05-01"},
		},
		{
			"an unknown type of certificate covers nothing", wangWorks + `Wang holds licence issued 2021-03-01`,
			nil,
			[]string{"2021-03-01"},
		},
		{
			"a permit counts for technicians only", `Wang works at Suzhou as service_advisor from 2020-01-01
				Wang holds permit-lv issued 2021-03-01`,
			nil,
			[]string{"2021-03-01"},
		},
		{
			"a foreman is a technician", `Wang works at Suzhou as foreman from 2020-01-01
				Wang holds permit-lv issued 2021-03-01`,
			[]string{"2021-03-01"},
			nil,
		},
	})
}

func TestPermitSleepsAfterSixMonthsOffThePost(t *testing.T) {
	const permit = "Wang holds permit-lv issued 2020-01-10 due 2029-01-10\n"
	checkValidity(t, "permit", []validity{
		{
			"on leave for six months less a day: never dormant",
			wangWorks + permit + `Wang is on leave from 2021-03-01 through 2021-08-30`,
			[]string{"2021-08-30", "2021-08-31", "2021-09-01"},
			nil,
		},
		{
			"on leave for six months exactly: dormant on the day of the return",
			wangWorks + permit + `Wang is on leave from 2021-03-01 through 2021-08-31`,
			[]string{"2021-08-31"},
			[]string{"2021-09-01", "2028-01-01"},
		},
		{
			"on leave for longer: dormant while on leave and after",
			wangWorks + permit + `Wang is on leave from 2021-03-01 through 2021-12-31`,
			[]string{"2021-08-31"},
			[]string{"2021-09-01", "2022-01-01"},
		},
		{
			"six months from the end of August end with the leap day's eve",
			wangWorks + permit + `Wang is on leave from 2023-08-31 through 2024-02-28`,
			[]string{"2024-02-28"},
			[]string{"2024-02-29"},
		},
		{
			"two leaves with a working day between",
			wangWorks + permit + `Wang is on leave from 2021-03-01 through 2021-06-30
				Wang is on leave from 2021-07-02 through 2021-11-30`,
			[]string{"2021-09-01", "2021-12-01"},
			nil,
		},
		{
			"two leaves end to end",
			wangWorks + permit + `Wang is on leave from 2021-03-01 through 2021-06-30
				Wang is on leave from 2021-07-01 through 2021-11-30`,
			nil,
			[]string{"2021-09-01", "2021-12-01"},
		},
		{
			"between two employments for six months less a day",
			permit + `Wang works at Wuxi as technician from 2020-01-10 through 2021-02-28
				Wang works at Suzhou as technician from 2021-08-31`,
			[]string{"2021-08-31", "2021-09-01"},
			nil,
		},
		{
			"between two employments for six months",
			permit + `Wang works at Wuxi as technician from 2020-01-10 through 2021-02-28
				Wang works at Suzhou as technician from 2021-09-01`,
			nil,
			[]string{"2021-09-01", "2022-01-01"},
		},
		{
			"in another job for six months",
			permit + `Wang works at Suzhou as technician from 2020-01-10 through 2021-02-28
				Wang works at Suzhou as service_advisor from 2021-03-01 through 2021-08-31
				Wang works at Suzhou as technician from 2021-09-01`,
			nil,
			[]string{"2021-03-01", "2021-09-01"},
		},
		{
			"leave joins a gap between employments",
			permit + `Wang works at Suzhou as technician from 2020-01-10 through 2021-04-30
				Wang is on leave from 2021-03-01
				Wang works at Suzhou as technician from 2021-09-01`,
			nil,
			[]string{"2021-09-01"},
		},
		{
			"days before the first known employment are unknown, not off",
			permit + `Wang works at Suzhou as technician from 2021-09-01`,
			[]string{"2021-09-01"},
			nil,
		},
		{
			"leave before the first known employment is unknown too",
			permit + `Wang is on leave from 2021-01-01 through 2021-10-31
				Wang works at Suzhou as technician from 2021-09-01`,
			[]string{"2021-09-01", "2021-11-01"},
			nil,
		},
		{
			"leave from the first day of employment counts from there",
			permit + `Wang is on leave from 2021-01-01 through 2022-02-28
				Wang works at Suzhou as technician from 2021-09-01`,
			[]string{"2022-02-28"},
			[]string{"2022-03-01"},
		},
		{
			"a first employment in another job is not a technician's",
			permit + `Wang works at Suzhou as service_advisor from 2020-01-10 through 2021-08-31
				Wang works at Suzhou as technician from 2021-09-01`,
			[]string{"2021-09-01"},
			nil,
		},
		{
			"an employment of unknown start",
			permit + `Wang works at Suzhou as technician through 2021-02-28
				Wang works at Suzhou as technician from 2021-09-01`,
			[]string{"2021-02-28"},
			[]string{"2021-09-01"},
		},
		{
			"off the post since an unknown day: nobody knows when six months were full",
			permit + `Wang works at Suzhou as technician
				Wang is on leave through 2021-12-31`,
			[]string{"2021-06-01", "2022-01-01"},
			nil,
		},
		{
			"woken by a review on the first dormant day",
			wangWorks + permit + `Wang is on leave from 2021-03-01 through 2021-12-31
				Wang has permit-lv reviewed on 2021-09-01 due 2024-08-31`,
			[]string{"2021-09-01", "2024-08-31"},
			nil,
		},
		{
			"not woken by a review the day before",
			wangWorks + permit + `Wang is on leave from 2021-03-01 through 2021-12-31
				Wang has permit-lv reviewed on 2021-08-31 due 2024-08-31`,
			[]string{"2021-08-31"},
			[]string{"2021-09-01", "2022-01-01"},
		},
		{
			"woken by a later review from that day",
			wangWorks + permit + `Wang is on leave from 2021-03-01 through 2021-12-31
				Wang has permit-lv reviewed on 2022-02-01 due 2025-01-31`,
			[]string{"2022-02-01"},
			[]string{"2021-09-01", "2022-01-31"},
		},
		{
			"woken by a permit issued after the first dormant day",
			wangWorks + permit + `Wang is on leave from 2021-03-01 through 2021-12-31
				Wang holds permit-lv issued 2021-09-02`,
			[]string{"2021-09-02"},
			[]string{"2021-09-01"},
		},
		{
			"not woken by a permit issued on the first dormant day",
			wangWorks + permit + `Wang is on leave from 2021-03-01 through 2021-12-31
				Wang holds permit-lv issued 2021-09-01`,
			nil,
			[]string{"2021-09-01", "2022-01-01"},
		},
		{
			"not woken by a certificate of another type",
			wangWorks + permit + `Wang is on leave from 2021-03-01 through 2021-12-31
				Wang holds hvt-c gen5 issued 2021-10-01`,
			nil,
			[]string{"2021-10-01", "2022-01-01"},
		},
		{
			"dormant twice, woken once",
			wangWorks + permit + `Wang is on leave from 2021-01-01 through 2021-06-30
				Wang has permit-lv reviewed on 2021-07-15 due 2029-01-01
				Wang is on leave from 2022-01-01 through 2022-06-30`,
			[]string{"2021-06-30", "2021-07-15", "2022-06-30"},
			[]string{"2021-07-01", "2021-07-14", "2022-07-01"},
		},
	})
	checkValidity(t, "hvt-c", []validity{{
		"a high-voltage certificate does not sleep", wangWorks + `Wang holds hvt-c gen5 issued 2020-01-10
			Wang is on leave from 2021-03-01 through 2021-12-31`,
		[]string{"2021-09-01", "2022-01-01"},
		nil,
	}})
}

// Each type sleeps by itself: what wakes one does not wake the other.
func TestTypesSleepApart(t *testing.T) {
	rules := rulesWith(func(s *tracker.Standard) {
		s.Qualifications = []tracker.QualificationType{
			{Code: "crane", Skills: []tracker.Skill{"crane"}, ForTechnicians: true, DormantAfter: 6},
			{Code: "welding", Skills: []tracker.Skill{"welding"}, ForTechnicians: true, DormantAfter: 3},
		}
	})
	s := tell(t, wangWorks+`Wang holds crane issued 2020-01-10
		Wang holds permit-lv issued 2020-01-10 due 2029-01-10
		Wang holds welding issued 2020-01-10
		Wang is on leave from 2021-03-01 through 2021-12-31
		Wang has permit-lv reviewed on 2022-02-01 due 2025-01-31`)
	for skill, want := range map[tracker.Skill][]string{
		"crane":   {"crane at Suzhou 2020-01-10…2021-08-31"},
		"welding": {"welding at Suzhou 2020-01-10…2021-05-31"},
		"permit":  {"permit at Suzhou 2020-01-10…2021-08-31", "permit at Suzhou 2022-02-01…2025-01-31"},
	} {
		if got := runs(s, rules, "Wang", skill); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", skill, got, want)
		}
	}
}

func TestClocksOfACertificate(t *testing.T) {
	s := tell(t, wangWorks+`
		Wang holds hvt-c gen5 issued 2021-05-01 expires 2024-04-30
		Wang holds permit-lv issued 2021-03-01
		Wang has permit-lv reviewed on 2024-05-10 due 2027-05-09
		Wang is on leave from 2025-01-01 through 2025-07-31`)
	type face struct {
		due     string
		assumed bool
		valid   bool
		dormant bool
		until   string
	}
	for _, c := range []struct {
		name, on string
		permit   face
		voltage  face
	}{
		{"before issue", "2021-02-28", face{due: "2024-03-01", assumed: true}, face{}},
		{"day of issue", "2021-03-01", face{"2024-03-01", true, true, false, "2024-03-01"}, face{}},
		{"both valid", "2021-05-01", face{"2024-03-01", true, true, false, "2024-03-01"}, face{valid: true, until: "2024-04-30"}},
		{"review missed", "2024-03-02", face{due: "2024-03-01", assumed: true}, face{valid: true, until: "2024-04-30"}},
		{"review made up", "2024-05-10", face{"2027-05-09", false, true, false, "2025-06-30"}, face{}},
		{"asleep", "2025-07-01", face{due: "2027-05-09", dormant: true}, face{}},
	} {
		clocks := s.person("Wang").Clocks(testRules(), tracker.MustDate(c.on))
		if len(clocks) != 2 || clocks[0].Qualification.Type != "permit-lv" {
			t.Fatalf("clocks are not in the order of issue: %v", clocks)
		}
		for i, want := range []face{c.permit, c.voltage} {
			clock := clocks[i]
			got := face{clock.ReviewDue.String(), clock.ReviewAssumed, clock.Valid, clock.Dormant, clock.Until.String()}
			if got != want {
				t.Errorf("%s, %s: got %+v, want %+v", c.name, clock.Type.Code, got, want)
			}
		}
	}
}

package tracker_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/tracker"
)

func TestStaffing(t *testing.T) {
	s := tell(t, `
		Suzhou operates from 2021-01-01 through 2023-12-31
		Suzhou operates from 2024-03-01
		Suzhou belongs to region East from 2021-01-01 through 2022-12-31
		Suzhou belongs to region Central from 2023-01-01
		Wang works at Suzhou as technician from 2020-01-01
		Wang holds permit-lv issued 2020-01-01 due 2030-01-01
		Wang holds hvt-c gen5 issued 2020-01-01
		Li works at Suzhou as foreman from 2021-06-01
		Li holds hvt-c gen5 issued 2022-01-01
		He works at Suzhou as i_champion from 2020-01-01
		Chen works at Suzhou as service_advisor from 2021-01-01
		Chen holds hvt-c gen5 issued 2022-01-01`)
	var got []string
	for _, row := range s.history("Suzhou").Timeline(testRules()).Staffing {
		text := fmt.Sprintf("%s…%s %s: %d technicians, %d for NEVs", row.From, row.Last(), s.regions[row.Region-1], row.Technicians, row.NEVQualified)
		if row.BelowMinimum {
			text += ", below minimum"
		}
		got = append(got, text)
	}
	want := []string{
		"2021-01-01…2021-05-31 East: 1 technicians, 1 for NEVs",
		"2021-06-01…2021-12-31 East: 2 technicians, 1 for NEVs",
		"2022-01-01…2022-12-31 East: 2 technicians, 2 for NEVs",
		"2023-01-01…2023-12-31 Central: 2 technicians, 2 for NEVs",
		"2024-03-01…2024-03-31 Central: 2 technicians, 2 for NEVs",
		"2024-04-01…2030-01-01 Central: 2 technicians, 1 for NEVs", // Li has no permit
		"2030-01-02… Central: 2 technicians, 0 for NEVs",           // Wang's review is due on 2030-01-01
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func TestBelowMinimum(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts string
		days  map[string]bool
	}{
		{"not certified", `Suzhou operates from 2020-01-01`, map[string]bool{"2020-06-01": false, "2024-06-01": false}},
		{
			"certified, the brand's headcount fails even within its grace",
			`Suzhou operates from 2020-01-01
			 Suzhou bmw-i: certify on 2020-01-10`,
			map[string]bool{"2020-01-09": false, "2020-01-10": true, "2022-01-09": true, "2022-01-10": false},
		},
		{
			"conditional, the law's headcount fails",
			wangAndLi + `Suzhou bmw-i: certify_with_conditions on 2024-01-01
				He works at Suzhou as i_champion from 2020-01-01
				Li is on leave from 2024-01-01 through 2024-12-31`,
			map[string]bool{"2024-06-30": false, "2024-07-01": true},
		},
		{
			"suspended",
			`Suzhou operates from 2020-01-01
			 Suzhou bmw-i: certify on 2020-01-10
			 Suzhou bmw-i: suspend on 2020-02-01`,
			map[string]bool{"2020-01-31": true, "2020-02-01": false},
		},
		{
			"a ratio that fails does not matter",
			wangAndLi + `Suzhou bmw-i: certify on 2020-01-10
				He works at Suzhou as i_champion from 2020-01-01
				Wu works at Suzhou as sales_consultant from 2020-01-01`,
			map[string]bool{"2021-01-01": false},
		},
		{
			"a waived headcount does not count as failing",
			`Suzhou operates from 2020-01-01
			 Suzhou bmw-i: certify on 2020-01-10
			 Suzhou is waived voltage from 2020-02-01 through 2020-02-29
			 He works at Suzhou as i_champion from 2020-01-01`,
			map[string]bool{"2020-01-31": true, "2020-02-01": false, "2020-02-29": false, "2020-03-01": true},
		},
	} {
		line := tell(t, c.facts).history("Suzhou").Timeline(testRules())
		for on, want := range c.days {
			for _, row := range line.Staffing {
				if row.Contains(tracker.MustDate(on)) && row.BelowMinimum != want {
					t.Errorf("%s, on %s: below minimum %t, want %t", c.name, on, row.BelowMinimum, want)
				}
			}
		}
	}
}

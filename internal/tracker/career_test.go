package tracker_test

import (
	"fmt"
	"slices"
	"testing"
)

func TestAbsencesAndTransfers(t *testing.T) {
	s := tell(t, `Wang works at Wuxi as technician from 2020-01-01 through 2021-02-28
		Wang works at Suzhou as technician from 2021-03-01 through 2022-12-31
		Wang is on leave from 2021-05-01 through 2021-10-31
		Wang is on leave from 2022-03-01 through 2022-03-10
		Wang works at Wuxi as foreman from 2023-06-30 through 2023-12-31
		Wang works at Wuxi as service_advisor from 2024-01-01 through 2024-02-29`)
	var got []string
	for _, a := range s.person("Wang").Absences(6) {
		got = append(got, fmt.Sprintf("%s to %s, leave %v, sleeps %s", a.From, a.Last(), a.Leave, a.SleepsFrom))
	}
	want := []string{
		"2021-05-01 to 2021-10-31, leave true, sleeps 2021-11-01", // six months to the day
		"2022-03-01 to 2022-03-10, leave true, sleeps ",
		"2023-01-01 to 2023-06-29, leave false, sleeps ", // a day less
		"2024-01-01 to , leave false, sleeps 2024-07-01",
	}
	if !slices.Equal(got, want) {
		t.Errorf("absences %q, want %q", got, want)
	}
	got = nil
	for _, m := range s.person("Wang").Transfers() {
		got = append(got, fmt.Sprintf("%s from %s to %s, gap %v", m.On, s.dealerships[m.From-1], s.dealerships[m.To-1], m.Gap))
	}
	want = []string{"2021-03-01 from Wuxi to Suzhou, gap false", "2023-06-30 from Suzhou to Wuxi, gap true"}
	if !slices.Equal(got, want) {
		t.Errorf("transfers %q, want %q", got, want)
	}
}

package tracker_test

import (
	"fmt"
	"strings"
	"testing"
)

// typical is a dealership of 12 people with 142 facts: eight technicians with permits, reviews and high-voltage
// certificates, four sales consultants, twelve modules, six years of decisions.
func typical(t testing.TB) *story {
	var text strings.Builder
	write := func(format string, args ...any) { fmt.Fprintf(&text, format+"\n", args...) }
	write("Suzhou operates from 2019-05-06")
	write("Suzhou belongs to region East and group Baoxin from 2019-05-06 through 2023-06-30")
	write("Suzhou belongs to region Central and group Baoxin from 2023-07-01")
	for i := range 8 {
		who, month := fmt.Sprintf("Technician%d", i), i+1
		write("%s works at Suzhou as technician from 2019-%02d-06 through 2023-0%d-28", who, month, month)
		write("%s works at Suzhou as foreman from 2023-0%d-10", who, month+1)
		write("%s is on leave from 2021-0%d-11 through 2021-0%d-25", who, month, month)
		write("%s holds permit-lv issued 2019-0%d-10 due 2022-0%d-09 expires 2025-0%d-09", who, month, month, month)
		write("%s has permit-lv reviewed on 2022-0%d-01 due 2025-0%d-09", who, month, month)
		write("%s holds permit-lv issued 2025-0%d-01 due 2028-0%d-09 expires 2031-0%d-09", who, month, month, month)
		write("%s holds hvt-c gen5 issued 2020-0%d-10 expires 2023-0%d-09", who, month, month)
		write("%s holds hvt-c gen5 issued 2023-0%d-10 expires 2026-0%d-09", who, month, month)
		write("%s holds hvt-b gen5 issued 2021-0%d-10 expires 2024-0%d-09", who, month, month)
		write("%s holds hvt-c gen6 issued 2024-0%d-10 expires 2027-0%d-09", who, month, month)
	}
	for i := range 4 {
		who := fmt.Sprintf("Consultant%d", i)
		write("%s works at Suzhou as sales_consultant from 2020-0%d-06", who, i+1)
		for year := 2020; year < 2028; year++ {
			write("%s holds consultant-core issued %d-0%d-10 expires %d-0%d-09", who, year, i+2, year+1, i+2)
		}
	}
	for i := range 12 {
		write("Suzhou module DGU-%02d planned since 2021-01-10 for 2021-0%d-10 live 2021-0%d-20 verified 2021-0%d-28", i+1,
			i%9+1, i%9+1, i%9+1)
	}
	write("Suzhou bmw-i: certify on 2019-09-01")
	write("Suzhou bmw-i: renew on 2021-08-01")
	write("Suzhou bmw-i: suspend on 2022-03-01")
	write("Suzhou bmw-i: reinstate on 2022-04-01")
	write("Suzhou bmw-i: renew on 2023-08-01")
	write("Suzhou bmw-i: renew on 2025-08-01")
	write("Suzhou digital-upgrade: complete on 2022-11-01")
	for _, who := range []string{"Consultant0", "Consultant1", "Technician0", "Technician1"} {
		write("%s is on leave from 2024-05-01 through 2024-05-20", who)
	}
	return tell(t, text.String())
}

func BenchmarkTimeline(b *testing.B) {
	s, rules := typical(b), testRules()
	history := s.history("Suzhou")
	b.ReportAllocs()
	for b.Loop() {
		history.Timeline(rules)
	}
	b.ReportMetric(float64(s.facts), "facts")
}

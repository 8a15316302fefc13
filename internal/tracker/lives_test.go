package tracker_test

import (
	"strings"
	"testing"

	"dealercert/internal/tracker"
)

// Two technicians with everything, and a certificate for 2023 and 2024.
const staffed = `Suzhou operates from 2020-01-01
	Wang works at Suzhou as technician from 2020-01-01
	Li works at Suzhou as technician from 2020-01-01
	Wang holds permit-lv issued 2023-01-01 due 2030-12-31
	Wang holds hvt-c gen5 issued 2021-01-01
`

const (
	lisPermit  = "Li holds permit-lv issued 2023-01-01 due 2030-12-31\n"
	lisVoltage = "Li holds hvt-c gen5 issued 2021-01-01\n"
	for2324    = "Suzhou bmw-i: certify on 2023-01-01 valid until 2024-12-31\n"
	whole      = staffed + lisPermit + lisVoltage + for2324
)

// The lives of dealerships, as people of the trade tell them: what is recorded, and on each day how the dealership stands
// and whether it may sell an electric model.
func TestLives(t *testing.T) {
	usual := caseRules()
	changing := tracker.NewRulebook(upgradeV1(), lawV1(), guards(), bmwiV1(), bmwiV2())
	charging := tracker.NewRulebook(upgradeV1(), lawV1(), guards(), func() tracker.Standard {
		s := bmwiV1()
		s.Requirements = append(s.Requirements, tracker.Requirement{
			Code: "charger", Basis: "brand", Binding: tracker.BoundToSite, Severity: tracker.Major, GraceDays: 30,
			Measure: tracker.Measure{Kind: tracker.MeasureProof},
		})
		return s
	}())
	for _, life := range []struct {
		name  string
		rules tracker.Rulebook
		facts string
		days  []onDay
	}{
		{"renewed early: nothing of the old certificate is lost", usual, whole + "Suzhou bmw-i: renew on 2024-10-01", []onDay{
			{"2024-12-31", "certified until 2026-12-31, law healthy, brand healthy, sells"}, {"2026-12-31", "certified until 2026-12-31, law healthy, brand healthy, sells"},
			{"2027-01-01", "expired until 2026-12-31, law healthy, brand healthy"},
		}},
		{"renewed long before the window: counted from the renewal", usual, whole + "Suzhou bmw-i: renew on 2024-06-01", []onDay{
			{"2026-05-31", "certified until 2026-05-31, law healthy, brand healthy, sells"}, {"2026-06-01", "expired until 2026-05-31, law healthy, brand healthy"},
		}},
		{"renewed late: certified anew after a gap", usual, whole + "Suzhou bmw-i: certify on 2025-01-20", []onDay{
			{"2024-12-31", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2025-01-01", "expired until 2024-12-31, law healthy, brand healthy"},
			{"2025-01-20", "certified until 2027-01-19, law healthy, brand healthy, sells"}, {"2027-01-20", "expired until 2027-01-19, law healthy, brand healthy"},
		}},
		{
			"headquarters late: extended, then renewed", usual,
			whole + "Suzhou bmw-i: submit on 2024-11-01\nSuzhou bmw-i: extend on 2024-12-20 valid until 2025-03-31\nSuzhou bmw-i: renew on 2025-02-15",
			[]onDay{{"2025-01-01", "certified until 2025-03-31, law healthy, brand healthy, sells"}, {"2027-03-31", "certified until 2027-03-31, law healthy, brand healthy, sells"}, {"2027-04-01", "expired until 2027-03-31, law healthy, brand healthy"}},
		},
		{
			"a leaver replaced within the grace", usual,
			staffed + for2324 + "He works at Suzhou as technician from 2023-08-15\nHe holds hvt-c gen5 issued 2022-01-01\nLi holds hvt-c gen5 issued 2021-01-01 expires 2023-06-30",
			[]onDay{{"2023-06-30", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2023-07-01", "certified until 2024-12-31, law healthy, brand at_risk, sells"}, {"2023-08-14", "certified until 2024-12-31, law healthy, brand at_risk, sells"}, {"2023-08-15", "certified until 2024-12-31, law healthy, brand healthy, sells"}},
		},
		{
			"a second leaver soon after: the old clock goes on", usual,
			staffed + for2324 + "He works at Suzhou as technician from 2023-08-15 through 2023-09-05\nHe holds hvt-c gen5 issued 2022-01-01\nLi holds hvt-c gen5 issued 2021-01-01 expires 2023-06-30",
			[]onDay{{"2023-09-05", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2023-09-06", "certified until 2024-12-31, law healthy, brand in_breach, sells"}},
		},
		{"a leaver never replaced", usual, staffed + lisPermit + for2324 + "Li holds hvt-c gen5 issued 2021-01-01 expires 2023-06-30", []onDay{
			{"2023-08-29", "certified until 2024-12-31, law healthy, brand at_risk, sells"}, {"2023-08-30", "certified until 2024-12-31, law healthy, brand in_breach, sells"},
		}},
		{"transferred on the day", usual, staffed + lisPermit + lisVoltage + for2324 + "Li works at Wuxi as technician from 2023-07-01", []onDay{
			{"2023-06-30", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2023-07-01", "certified until 2024-12-31, law healthy, brand at_risk, sells"},
		}},
		{
			"a permit review missed and made up: no grace in between", usual,
			staffed + lisVoltage + for2324 + "Li holds permit-lv issued 2023-01-01 due 2024-05-31\nLi has permit-lv reviewed on 2024-06-20 due 2030-12-31",
			[]onDay{{"2024-05-31", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2024-06-01", "certified until 2024-12-31, law in_breach, brand healthy"}, {"2024-06-19", "certified until 2024-12-31, law in_breach, brand healthy"}, {"2024-06-20", "certified until 2024-12-31, law healthy, brand healthy, sells"}},
		},
		{
			"six months' leave: the permit sleeps until it is reviewed", usual,
			whole + "Li is on leave from 2024-05-10 through 2024-11-30\nLi has permit-lv reviewed on 2024-12-20 due 2030-12-31",
			[]onDay{{"2024-11-09", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2024-11-10", "certified until 2024-12-31, law in_breach, brand healthy"}, {"2024-12-01", "certified until 2024-12-31, law in_breach, brand healthy"}, {"2024-12-20", "certified until 2024-12-31, law healthy, brand healthy, sells"}},
		},
		{"a day less than six months", usual, whole + "Li is on leave from 2024-05-10 through 2024-11-08", []onDay{{"2024-11-10", "certified until 2024-12-31, law healthy, brand healthy, sells"}}},
		{"the law comes into force with one permit", usual, staffed + lisVoltage + for2324, []onDay{
			{"2024-03-31", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2024-04-01", "certified until 2024-12-31, law in_breach, brand healthy"},
		}},
		{"a new owner without a transitional right", usual, whole + "Suzhou goes through ownership_change from 2023-06-01 through 2023-08-31", []onDay{
			{"2023-05-31", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2023-06-01", "certified until 2024-12-31, law healthy, brand healthy"}, {"2023-09-01", "certified until 2024-12-31, law healthy, brand healthy, sells"},
		}},
		{"a new owner with a transitional right", usual, whole + "Suzhou goes through ownership_change from 2023-06-01 through 2023-08-31 bridged to 2023-07-31", []onDay{
			{"2023-07-31", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2023-08-01", "certified until 2024-12-31, law healthy, brand healthy"},
		}},
		{
			"moved to another address: what hung on the site is proven anew", charging,
			whole + "Suzhou has proof of charger from 2023-01-01\nSuzhou goes through relocation from 2023-06-01 through 2023-06-30\nSuzhou has proof of charger from 2023-06-20",
			[]onDay{{"2023-05-31", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2023-06-01", "certified until 2024-12-31, law healthy, brand at_risk, sells"}, {"2023-06-20", "certified until 2024-12-31, law healthy, brand healthy, sells"}},
		},
		{
			"suspended during the renewal", usual,
			whole + "Suzhou bmw-i: submit on 2024-11-01\nSuzhou bmw-i: suspend on 2024-11-20\nSuzhou bmw-i: plan_audit on 2024-11-25\nSuzhou bmw-i: reinstate on 2024-12-10\nSuzhou bmw-i: lock_audit on 2024-12-15\nSuzhou bmw-i: renew on 2024-12-20",
			[]onDay{{"2024-11-20", "suspended until 2024-12-31, law healthy, brand healthy"}, {"2024-12-10", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2026-12-31", "certified until 2026-12-31, law healthy, brand healthy, sells"}},
		},
		{"suspended until the certificate ends", usual, whole + "Suzhou bmw-i: suspend on 2024-11-20", []onDay{
			{"2024-12-31", "suspended until 2024-12-31, law healthy, brand healthy"}, {"2025-01-01", "expired until 2024-12-31, law healthy, brand healthy"},
		}},
		{"the standard changed in transition", changing, staffed + lisPermit + lisVoltage + "Suzhou bmw-i: certify on 2024-06-01 valid until 2026-05-31 by v1", []onDay{
			{"2025-06-30", "certified until 2026-05-31, law healthy, brand healthy, sells"}, {"2025-07-01", "certified until 2026-05-31, law healthy, brand at_risk, sells"}, {"2025-07-31", "certified until 2026-05-31, law healthy, brand in_breach, sells"},
		}},
		{"conditions met", usual, staffed + lisPermit + lisVoltage + "Suzhou bmw-i: certify_with_conditions on 2023-01-01 valid until 2024-12-31\nSuzhou bmw-i: conditions_met on 2023-03-01", []onDay{
			{"2023-02-28", "conditional until 2024-12-31, law healthy, brand healthy, sells"}, {"2023-03-01", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2025-01-01", "expired until 2024-12-31, law healthy, brand healthy"},
		}},
		{"conditions missed", usual, staffed + lisPermit + lisVoltage + "Suzhou bmw-i: certify_with_conditions on 2023-01-01 valid until 2024-12-31\nSuzhou bmw-i: suspend on 2023-04-20\nSuzhou bmw-i: revoke on 2023-06-01", []onDay{
			{"2023-04-19", "conditional until 2024-12-31, law healthy, brand healthy, sells"}, {"2023-04-20", "suspended until 2024-12-31, law healthy, brand healthy"}, {"2023-06-01", "revoked, law healthy, brand healthy"},
		}},
		{"terminated: no new orders, then closed", usual, strings.Replace(whole, "from 2020-01-01\n", "from 2020-01-01 through 2024-08-31\n", 1) + "Suzhou goes through termination from 2024-06-01", []onDay{
			{"2024-05-31", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2024-06-01", "certified until 2024-12-31, law healthy, brand healthy"}, {"2024-09-01", "not_operating, law healthy, brand healthy"},
		}},
		{
			"audited for the first time, returned once", usual,
			staffed + lisPermit + lisVoltage + "Suzhou bmw-i: enrol on 2023-01-01\nSuzhou bmw-i: submit on 2023-02-01\nSuzhou bmw-i: return on 2023-02-10\nSuzhou bmw-i: submit on 2023-02-20\nSuzhou bmw-i: plan_audit on 2023-03-01\nSuzhou bmw-i: lock_audit on 2023-03-20\nSuzhou bmw-i: certify on 2023-04-01",
			[]onDay{{"2023-02-10", "returned, law healthy, brand healthy"}, {"2023-03-20", "decision_pending, law healthy, brand healthy"}, {"2023-04-01", "certified until 2025-03-31, law healthy, brand healthy, sells"}, {"2025-04-01", "expired until 2025-03-31, law healthy, brand healthy"}},
		},
		{"the audit was not passed", usual, staffed + lisPermit + lisVoltage + "Suzhou bmw-i: enrol on 2023-01-01\nSuzhou bmw-i: submit on 2023-02-01\nSuzhou bmw-i: plan_audit on 2023-03-01\nSuzhou bmw-i: lock_audit on 2023-03-20\nSuzhou bmw-i: fail on 2023-04-01", []onDay{
			{"2023-04-01", "preparing, law healthy, brand healthy"},
		}},
		{"withdrawn by the dealer, enrolled anew", usual, whole + "Suzhou bmw-i: withdraw on 2023-06-01\nSuzhou bmw-i: enrol on 2023-09-01", []onDay{
			{"2023-06-01", "withdrawn, law healthy, brand healthy"}, {"2023-09-01", "preparing, law healthy, brand healthy"},
		}},
		{"waived for a time", usual, staffed + lisPermit + for2324 + "Suzhou is waived voltage from 2023-01-01 through 2023-12-31", []onDay{
			{"2023-12-31", "certified until 2024-12-31, law healthy, brand healthy, sells"}, {"2024-01-01", "certified until 2024-12-31, law healthy, brand at_risk, sells"},
		}},
	} {
		t.Run(life.name, func(t *testing.T) {
			line := tell(t, life.facts).history("Suzhou").Timeline(life.rules)
			for _, day := range life.days {
				got := say(standing(t, line, "bmw-i", day.on))
				if line.MaySell("iY", tracker.MustDate(day.on)) {
					got += ", sells"
				}
				if got != day.want {
					t.Errorf("%s: %q, want %q", day.on, got, day.want)
				}
			}
		})
	}
}

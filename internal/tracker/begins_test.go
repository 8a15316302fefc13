package tracker_test

import (
	"testing"

	"dealercert/internal/tracker"
)

func TestBegins(t *testing.T) {
	day := func(text string) tracker.Date {
		if text == "" {
			return 0
		}
		return tracker.MustDate(text)
	}
	job := func(dealership tracker.DealershipID, job tracker.Job, from, until string) tracker.Fact {
		return tracker.Employment{Person: 1, Dealership: dealership, Job: job, From: day(from), Until: day(until)}
	}
	tech := func(from, until string) tracker.Fact { return job(1, tracker.JobTechnician, from, until) }
	permit := func(number, issued, due, expires string) tracker.Fact {
		return tracker.Qualification{Person: 1, Type: "permit-lv", Certificate: number, IssuedOn: day(issued), FirstReviewDue: day(due), ExpiresOn: day(expires)}
	}
	review := func(on, due string) tracker.Fact {
		return tracker.Review{Person: 1, Qualification: "q", ReviewedOn: day(on), NextDue: day(due)}
	}
	decided := func(kind tracker.DecisionKind, on, until, grounds string) tracker.Fact {
		return tracker.Decision{Dealership: 1, Programme: "bmw-i", Decided: kind, EffectiveOn: day(on), ValidUntil: day(until), Grounds: grounds}
	}
	module := func(since, planned, live, verified string) tracker.Fact {
		return tracker.Module{Dealership: 1, Module: "DGU-01", PlannedSince: day(since), PlannedOn: day(planned), LiveOn: day(live), VerifiedOn: day(verified)}
	}
	assigned := func(region tracker.RegionID, from, until string) tracker.Fact {
		return tracker.Assignment{Dealership: 1, Region: region, From: day(from), Until: day(until)}
	}
	proof := func(evidence, from, until string) tracker.Fact {
		return tracker.Proof{Dealership: 1, Requirement: "BMI-B02", Evidence: evidence, From: day(from), Until: day(until)}
	}
	waiver := func(grounds, from, until string) tracker.Fact {
		return tracker.Waiver{Dealership: 1, Requirement: "BMI-B02", Grounds: grounds, Compensation: grounds, From: day(from), Until: day(until)}
	}
	const none, open = "no day", ""
	for _, c := range []struct {
		name          string
		before, after tracker.Fact
		want          string
	}{
		{"nothing", nil, nil, none},
		{"an employment is recorded", nil, tech("2026-11-01", ""), "2026-11-01"},
		{"an employment of unknown beginning is recorded", nil, tech("", ""), open},
		{"a certificate is recorded", nil, permit("1", "2023-01-10", "", ""), "2023-01-10"},
		{"a decision is recorded", nil, decided(tracker.Certify, "2026-11-20", "", ""), "2026-11-20"},
		{"a module went live after its plan", nil, module("2026-11-23", "2026-12-01", "2026-11-10", ""), "2026-11-10"},
		{"the first assignment is recorded", nil, assigned(1, "", ""), none},
		{"a later assignment is recorded", nil, assigned(1, "2026-11-01", ""), "2026-11-01"},
		{"a pack is published", nil, tracker.Publication{Programme: "law", EffectiveOn: day("2020-01-01")}, none},
		{"a first version is voided", tech("2021-03-01", "2026-12-01"), nil, "2021-03-01"},
		{"the first assignment is voided", assigned(1, "", ""), nil, open},

		{"an end is recorded", tech("2021-03-01", ""), tech("2021-03-01", "2026-12-13"), "2026-12-13"},
		{"an end is taken away", tech("2021-03-01", "2022-12-13"), tech("2021-03-01", ""), "2022-12-13"},
		{"an end is moved on", tech("2021-03-01", "2022-12-01"), tech("2021-03-01", "2022-12-13"), "2022-12-01"},
		{"an end is moved back", tech("2021-03-01", "2022-12-13"), tech("2021-03-01", "2022-12-01"), "2022-12-01"},
		{"a beginning is moved on", tech("2021-03-01", ""), tech("2021-05-01", ""), "2021-03-01"},
		{"a beginning is moved back", tech("2021-05-01", ""), tech("2021-03-01", ""), "2021-03-01"},
		{"a beginning becomes known", tech("", ""), tech("2021-03-01", ""), open},
		{"a job is corrected", tech("2021-03-01", ""), job(1, tracker.JobPrincipal, "2021-03-01", ""), "2021-03-01"},
		{"a place is corrected", tech("2021-03-01", ""), job(2, tracker.JobTechnician, "2021-03-01", ""), "2021-03-01"},
		{"nothing is corrected", tech("2021-03-01", ""), tech("2021-03-01", ""), none},

		{"a number is corrected", permit("1", "2023-01-10", "2026-01-10", ""), permit("2", "2023-01-10", "2026-01-10", ""), none},
		{"a day of issue is corrected", permit("1", "2023-01-10", "2026-01-10", ""), permit("1", "2023-01-12", "2026-01-10", ""), "2023-01-10"},
		{"an expiry is moved", permit("1", "2023-01-10", "2026-01-10", "2029-01-09"), permit("1", "2023-01-10", "2026-01-10", "2030-01-09"), "2029-01-10"},
		{"an expiry is given", permit("1", "2023-01-10", "2026-01-10", ""), permit("1", "2023-01-10", "2026-01-10", "2029-01-09"), "2029-01-10"},
		{"a review due is moved", permit("1", "2023-01-10", "2026-01-10", ""), permit("1", "2023-01-10", "2026-02-10", ""), "2026-01-11"},
		{"a review due was assumed", permit("1", "2023-01-10", "", ""), permit("1", "2023-01-10", "2026-02-10", ""), "2023-01-10"},
		{"the next review is moved", review("2026-01-05", "2029-01-05"), review("2026-01-05", "2028-12-31"), "2029-01-01"},
		{"the next review was assumed", review("2026-01-05", ""), review("2026-01-05", "2028-12-31"), "2026-01-05"},

		{"a reason is corrected", decided(tracker.Certify, "2025-04-01", "2027-03-31", "audit"), decided(tracker.Certify, "2025-04-01", "2027-03-31", "audit passed"), none},
		{"a validity is corrected", decided(tracker.Certify, "2025-04-01", "2027-03-31", ""), decided(tracker.Certify, "2025-04-01", "2027-06-30", ""), "2027-04-01"},
		{"a validity follows from the standard", decided(tracker.Certify, "2025-04-01", "2027-03-31", ""), decided(tracker.Certify, "2025-04-01", "", ""), "2025-04-01"},
		{"what was decided is corrected", decided(tracker.Certify, "2025-04-01", "2027-03-31", ""), decided(tracker.CertifyWithConditions, "2025-04-01", "2027-03-31", ""), "2025-04-01"},

		{"a plan is moved", module("2022-01-10", "2022-05-01", "", ""), module("2022-01-10", "2022-08-01", "", ""), none},
		{"a planned module goes live", module("2022-01-10", "2022-05-01", "", ""), module("2022-01-10", "2022-05-01", "2026-11-20", ""), "2026-11-20"},
		{"a live module is verified", module("2022-01-10", "", "2022-05-01", ""), module("2022-01-10", "", "2022-05-01", "2026-11-22"), "2026-11-22"},
		{"a verification is moved", module("", "", "2022-05-01", "2022-06-01"), module("", "", "2022-05-01", "2022-05-20"), "2022-05-20"},

		{"a region is corrected", assigned(1, "2024-01-01", ""), assigned(2, "2024-01-01", ""), "2024-01-01"},
		{"an assignment ends", assigned(1, "", ""), assigned(1, "", "2026-12-01"), "2026-12-01"},
		{"an evidence is corrected", proof("a", "2026-01-01", "2026-12-01"), proof("b", "2026-01-01", "2026-12-01"), none},
		{"a proof ends earlier", proof("a", "2026-01-01", "2026-12-01"), proof("a", "2026-01-01", "2026-11-01"), "2026-11-01"},
		{"the words of a waiver are corrected", waiver("a", "2026-01-01", ""), waiver("b", "2026-01-01", ""), none},
		{"a waiver ends", waiver("a", "2026-01-01", ""), waiver("a", "2026-01-01", "2026-11-01"), "2026-11-01"},
		{"a leave ends", tracker.Leave{Person: 1, From: day("2026-01-01")}, tracker.Leave{Person: 1, From: day("2026-01-01"), Until: day("2026-02-01")}, "2026-02-01"},
		{"a brand ends", tracker.Franchise{Dealership: 1, Brand: "BMW", From: day("2020-01-01")}, tracker.Franchise{Dealership: 1, Brand: "BMW", From: day("2020-01-01"), Until: day("2026-11-23")}, "2026-11-23"},
		{"a dealership closes", tracker.OperatingPeriod{Dealership: 1}, tracker.OperatingPeriod{Dealership: 1, Until: day("2026-12-01")}, "2026-12-01"},
	} {
		for _, head := range []tracker.Head{{}, {ID: "v2", Chain: "v1", Reason: "why", RecordedAt: 5}} {
			after := c.after
			if after != nil {
				after = tracker.WithHead(after, head)
			}
			got, changes := tracker.Begins(c.before, after)
			if want := c.want; changes != (want != none) || changes && got.String() != want {
				t.Errorf("%s: %q %t, want %q", c.name, got, changes, want)
			}
		}
	}
}

func TestBackDated(t *testing.T) {
	today := tracker.MustDate("2026-11-23")
	for begins, want := range map[string]bool{
		"2026-11-15": true, "2026-11-16": false, "2026-11-23": false, "2027-01-01": false, "2020-01-01": true,
	} {
		if got := tracker.BackDated(tracker.MustDate(begins), today, 7); got != want {
			t.Errorf("from %s: %t", begins, got)
		}
	}
	if !tracker.BackDated(0, today, 7) {
		t.Error("the open past is not back-dated")
	}
}

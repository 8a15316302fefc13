package tracker_test

import (
	"testing"

	"dealercert/internal/tracker"
)

// A person's last turn at a dealership says when counting began or ended, and by what.
func TestTurned(t *testing.T) {
	day := tracker.MustDate
	rules := tracker.NewRulebook(tracker.Standard{
		Programme: tracker.ProgrammeLaw, Kind: tracker.KindLaw, Version: "1",
		Qualifications: []tracker.QualificationType{
			{Code: "hvt-c", Skills: []tracker.Skill{tracker.SkillHVTC}, ForTechnicians: true, HasGeneration: true, ReviewMonths: 12},
		},
	})
	job := func(at tracker.DealershipID, job tracker.Job, from, until string) tracker.Employment {
		e := tracker.Employment{Person: 1, Dealership: at, Job: job, From: day(from)}
		if until != "" {
			e.Until = day(until)
		}
		return e
	}
	issued := func(on, due, expires string) tracker.Qualification {
		q := tracker.Qualification{Head: tracker.Head{ID: "q", Chain: "q"}, Person: 1, Type: "hvt-c", Generation: "gen5", IssuedOn: day(on), FirstReviewDue: day(due)}
		if expires != "" {
			q.ExpiresOn = day(expires)
		}
		return q
	}
	long := issued("2020-01-01", "2030-01-01", "")
	for _, test := range []struct {
		name    string
		history tracker.PersonHistory
		on      string // the day asked
		want    tracker.Turn
	}{
		{"never there", tracker.PersonHistory{}, "2024-01-01", tracker.Turn{}},
		{"joins", tracker.PersonHistory{Employments: []tracker.Employment{job(1, tracker.JobTechnician, "2023-01-01", "")}, Qualifications: []tracker.Qualification{long}},
			"2024-01-01", tracker.Turn{On: day("2023-01-01"), Holds: true, Began: tracker.BeginEmployment}},
		{"comes from elsewhere", tracker.PersonHistory{Employments: []tracker.Employment{job(2, tracker.JobTechnician, "2022-01-01", "2023-05-01"), job(1, tracker.JobTechnician, "2023-05-01", "")}, Qualifications: []tracker.Qualification{long}},
			"2024-01-01", tracker.Turn{On: day("2023-05-01"), Holds: true, Began: tracker.BeginTransfer}},
		{"becomes a technician", tracker.PersonHistory{Employments: []tracker.Employment{job(1, tracker.JobSalesConsultant, "2022-01-01", "2023-05-01"), job(1, tracker.JobTechnician, "2023-05-01", "")}, Qualifications: []tracker.Qualification{long}},
			"2024-01-01", tracker.Turn{On: day("2023-05-01"), Holds: true, Began: tracker.BeginJob}},
		{"is certified", tracker.PersonHistory{Employments: []tracker.Employment{job(1, tracker.JobTechnician, "2022-01-01", "")}, Qualifications: []tracker.Qualification{issued("2023-02-01", "2030-01-01", "")}},
			"2024-01-01", tracker.Turn{On: day("2023-02-01"), Holds: true, Began: tracker.BeginIssue}},
		{"is reviewed late", tracker.PersonHistory{Employments: []tracker.Employment{job(1, tracker.JobTechnician, "2022-01-01", "")}, Qualifications: []tracker.Qualification{issued("2022-02-01", "2023-01-31", "")},
			Reviews: []tracker.Review{{Person: 1, Qualification: "q", ReviewedOn: day("2023-03-01"), NextDue: day("2025-01-01")}}},
			"2024-01-01", tracker.Turn{On: day("2023-03-01"), Holds: true, Began: tracker.BeginReview}},
		{"leaves", tracker.PersonHistory{Employments: []tracker.Employment{job(1, tracker.JobTechnician, "2022-01-01", "2023-07-01")}, Qualifications: []tracker.Qualification{long}},
			"2024-01-01", tracker.Turn{On: day("2023-07-01"), Ended: tracker.EndEmployment}},
		{"on the last day", tracker.PersonHistory{Employments: []tracker.Employment{job(1, tracker.JobTechnician, "2022-01-01", "2023-07-01")}, Qualifications: []tracker.Qualification{long}},
			"2023-06-30", tracker.Turn{On: day("2022-01-01"), Holds: true, Began: tracker.BeginEmployment}},
		{"goes elsewhere", tracker.PersonHistory{Employments: []tracker.Employment{job(1, tracker.JobTechnician, "2022-01-01", "2023-07-01"), job(2, tracker.JobTechnician, "2023-07-01", "")}, Qualifications: []tracker.Qualification{long}},
			"2024-01-01", tracker.Turn{On: day("2023-07-01"), Ended: tracker.EndTransfer}},
		{"the certificate ends", tracker.PersonHistory{Employments: []tracker.Employment{job(1, tracker.JobTechnician, "2022-01-01", "")}, Qualifications: []tracker.Qualification{issued("2020-01-01", "2030-01-01", "2023-07-31")}},
			"2024-01-01", tracker.Turn{On: day("2023-08-01"), Ended: tracker.EndExpiry}},
	} {
		test.history.Person = 1
		if got := test.history.Turned(rules, 1, day(test.on)); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

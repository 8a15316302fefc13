package app_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/sheet"
	"dealercert/internal/tracker"
)

func sample(name string) string { return filepath.Join("../../testdata/import", name) }

// The good files of testdata come in one after the other, and each of the bad ones tells what is wrong with it.
func TestSampleTables(t *testing.T) {
	n := apptest.Empty(t)
	for _, kind := range app.ImportKinds {
		report := imported(t, n, tracker.Operator, kind, sample(kind+".csv"), app.ImportOptions{})
		if !report.Committed || report.Create != report.Rows || report.Rows == 0 {
			t.Errorf("%s: %v %s", kind, counted(report), told(report))
		}
	}
	report := imported(t, n, tracker.Operator, "people", sample("people-gb18030.csv"), app.ImportOptions{})
	if counted(report) != [5]int{4, 4, 0, 0, 0} || report.Encoding != sheet.GB18030 {
		t.Errorf("GB18030: %v in %s, %s", counted(report), report.Encoding, told(report))
	}
	for kind, want := range map[string]string{
		"people": "2 until ends_before_begin; 3 dealership unknown_dealership; 4 job unknown_job; 5 from date_unreadable; 6 name names_differ; " +
			"7 name names_differ; 8 staff_no duplicate_key; 9 staff_no duplicate_key; 10 staff_no text_required; 11 name name_differs",
		"qualifications": "2 staff_no unknown_staff_no; 3 type unknown_type; 4 generation generation_required; 5 generation generation_unused; " +
			"6 expires_on day_before_other; 7 review_due_on day_before_other; 8 reviewed_on day_before_other; 9 certificate_no certificate_unreadable; " +
			"10 expires_on rows_differ; 11 expires_on rows_differ; 12 issued_on date_in_future",
		"modules": "2 dealership unknown_dealership; 3 module unknown_module; 4 planned_on date_required; 5 live_on live_before_verified; " +
			"6 verified_on ends_before_begin; 7 live_on date_in_future; 8 planned_on date_unreadable",
		"decisions": "2 dealership unknown_dealership; 3 programme unknown_programme; 4 decision unknown_decision; 5 decision decision_not_allowed; " +
			"6 effective_on date_required; 7 reason conditions_required; 8 valid_until ends_before_begin; 9 decision modules_unverified",
	} {
		report := imported(t, n, tracker.Operator, kind, sample("bad-"+kind+".csv"), app.ImportOptions{DryRun: true})
		if told(report) != want || report.Create != 1 {
			t.Errorf("%s: %d would come in,\n%s, want\n%s", kind, report.Create, told(report), want)
		}
	}
	verified(t, n)
}

// Cells that mean harm are taken for text or refused, and leave as they came.
func TestHostileCells(t *testing.T) {
	tests := []struct{ cell, errors string }{
		{`"=HYPERLINK(""http://x"")"`, ""}, {"@SUM(A1)", ""}, {"'+86", ""}, {"-5", ""}, {"<script>alert(1)</script>", ""},
		{"Robert'); DROP TABLE persons;--", ""}, {"{{.Key}}", ""}, {"%s%d", ""},
		{"a\x1b[31mb", "2 name sheet_cell_control"}, {"a\u202eb", "2 name sheet_cell_control"},
		{strings.Repeat("n", 201), "2 name text_too_long"}, {"\u3000", "2 name text_required"},
	}
	for i, tt := range tests {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			n := apptest.Small(t)
			report := imported(t, n, tracker.Operator, "people", table(t, headers["people"], "N1,"+tt.cell+",30001,trainer,2026-01-01,"), app.ImportOptions{})
			if told(report) != tt.errors {
				t.Fatalf("%s, want %s", told(report), tt.errors)
			}
			if tt.errors != "" {
				return
			}
			for _, format := range []string{"csv", "xlsx"} {
				again := imported(t, n, tracker.Operator, "people", exported(t, n, tracker.Operator, "people", format, "en"), app.ImportOptions{})
				if again.Unchanged != again.Rows {
					t.Errorf("%s: %v %s", format, counted(again), told(again))
				}
			}
		})
	}
	var problem *sheet.Problem
	_, err := sheet.Open(table(t, headers["people"], "N1,"+strings.Repeat("长", 33_000)+",30001,trainer,2026-01-01,"), sheet.People, sheet.Command)
	if !errors.As(err, &problem) || problem.Key != "sheet_cell_size" {
		t.Errorf("a huge cell: %v", err)
	}
}

// One person's rows without end are a fault of the file, so that memory stays bounded.
func TestGroupsAreBounded(t *testing.T) {
	var rows strings.Builder
	rows.WriteString(headers["people"] + "\n")
	for i := range 20_001 {
		fmt.Fprintf(&rows, "N1,新人,30001,trainer,%s,\n", tracker.NewDate(1960, 1, 1).Add(i))
	}
	path := filepath.Join(t.TempDir(), "many.csv")
	if err := os.WriteFile(path, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := sheet.Open(path, sheet.People, sheet.Command)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	_, err = apptest.Small(t).Import(t.Context(), tracker.Operator, "people", file, app.ImportOptions{})
	var fault *tracker.Error
	if !errors.As(err, &fault) || fault.Kind != tracker.Invalid || fault.Key != "sheet_group" {
		t.Errorf("%v", err)
	}
}

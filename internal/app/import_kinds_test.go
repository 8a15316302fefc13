package app_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/sheet"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// headers are the first lines of tables of each kind.
var headers = map[string]string{
	"people":         "staff_no,name,dealership,job,from,until,leaves",
	"qualifications": "staff_no,type,generation,certificate_no,issued_on,review_due_on,reviewed_on,expires_on",
	"modules":        "dealership,module,planned_on,live_on,verified_on,planned_since",
	"decisions":      "dealership,programme,decision,effective_on,valid_until,reason,requirement,compensation,model,due_on,score,vetoes,auditor,signed",
}

// imported imports a file as somebody and gives what came of it.
func imported(t *testing.T, n apptest.Network, by tracker.Actor, kind, path string, o app.ImportOptions) app.ImportReport {
	t.Helper()
	file, err := sheet.Open(path, sheet.Kinds[kind], sheet.Command)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	report, err := n.Import(t.Context(), by, kind, file, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// told writes errors shortly: row, column, key.
func told(r app.ImportReport) string {
	var out []string
	for _, e := range r.Errors {
		out = append(out, fmt.Sprintf("%d %s %s", e.Row, e.Column, e.Key))
	}
	return strings.Join(out, "; ")
}

func TestImportOfEachKind(t *testing.T) {
	tests := []struct {
		kind, name string
		rows       string // separated by "|"
		want       [5]int // rows, created, updated, unchanged, errors
		errors     string
	}{
		{"people", "somebody new", "N1,新人,30001,technician,2026-01-01,", [5]int{1, 1, 0, 0, 0}, ""},
		{"people", "Chinese and other names of jobs", "N1,新人,30001,班组长,2026-01-01,|N2,新人,30001,Sales Consultant,2026-01-01,|N3,新人,30001,bmw i 专员,2026-01-01,", [5]int{3, 3, 0, 0, 0}, ""},
		{"people", "one person at two dealerships", "N1,新人,30001,trainer,2026-01-01,2026-05-31|N1,新人,30003,trainer,2026-06-01,", [5]int{2, 2, 0, 0, 0}, ""},
		{"people", "unknown start", "N1,新人,30001,trainer,,", [5]int{1, 1, 0, 0, 0}, ""},
		{"people", "as recorded", "T10,技师10,30001,technician,2021-01-01,", [5]int{1, 0, 0, 1, 0}, ""},
		{"people", "left", "T10,技师10,30001,technician,2021-01-01,2026-12-31", [5]int{1, 0, 1, 0, 0}, ""},
		{"people", "promoted", "T10,技师10,30001,foreman,2021-01-01,", [5]int{1, 0, 1, 0, 0}, ""},
		{"people", "off the post", "T10,技师10,30001,technician,2021-01-01,,2025-01-01/2025-03-31; 2026-12-01/", [5]int{1, 1, 0, 0, 0}, ""},
		{"people", "no period", "T10,技师10,30001,technician,2021-01-01,,2025-01-01|T11,技师11,30001,technician,2021-01-01,,/2025-01-01", [5]int{2, 0, 0, 0, 2}, "2 leaves spans_unreadable; 3 leaves date_required"},
		{"people", "another name than recorded", "T10,技师11,30001,technician,2021-01-01,", [5]int{1, 0, 0, 0, 1}, "2 name name_differs"},
		{"people", "two names in the file", "N1,甲,30001,trainer,2025-01-01,|N1,乙,30001,trainer,2026-01-01,", [5]int{2, 0, 0, 0, 2}, "2 name names_differ; 3 name names_differ"},
		{"people", "key twice", "N1,甲,30001,trainer,2025-01-01,|N2,乙,30001,trainer,2026-01-01,|N1,甲,30001,other,2025-01-01,", [5]int{3, 0, 0, 0, 2}, "2 staff_no duplicate_key; 4 staff_no duplicate_key"},
		{
			"people", "everything wrong", ",,99999,cook,2026-02-30,|N 1,甲,30001,technican,2026-02-01,2026-01-01",
			[5]int{2, 0, 0, 0, 8}, "2 staff_no text_required; 2 name text_required; 2 from date_unreadable; 2 job unknown_job; 2 dealership unknown_dealership; " +
				"3 staff_no staff_no_unreadable; 3 until ends_before_begin; 3 job unknown_job",
		},

		{"qualifications", "new", "T10,hvt-b,gen5,B-1,2025-01-01,,,2027-12-31", [5]int{1, 1, 0, 0, 0}, ""},
		{"qualifications", "by its name", "T10,高压电池 (HVT-B),gen5,B-1,2025-01-01,,,2027-12-31", [5]int{1, 0, 0, 0, 1}, "2 type unknown_type"},
		{"qualifications", "as recorded, number masked", "T10,permit-lv,,T000***********0010,2023-01-10,2026-01-10,,2029-01-09", [5]int{1, 0, 0, 1, 0}, ""},
		{"qualifications", "as recorded, number in full", "T10,permit-lv,,T000000190001010010,2023-01-10,2026-01-10,,2029-01-09", [5]int{1, 0, 0, 1, 0}, ""},
		{"qualifications", "another number", "T10,permit-lv,,T00000019000101999X,2023-01-10,2026-01-10,,2029-01-09", [5]int{1, 0, 1, 0, 0}, ""},
		{"qualifications", "the mask of another number", "T10,permit-lv,,T000***********9999,2023-01-10,2026-01-10,,2029-01-09", [5]int{1, 0, 0, 0, 1}, "2 certificate_no certificate_masked"},
		{"qualifications", "a review that is recorded", "T10,permit-lv,,,2023-01-10,2029-01-09,2025-12-01,", [5]int{1, 0, 0, 1, 0}, ""},
		{"qualifications", "a review corrected", "T10,permit-lv,,,2023-01-10,2028-12-01,2025-12-01,", [5]int{1, 0, 1, 0, 0}, ""},
		{"qualifications", "a review more", "T10,permit-lv,,,2023-01-10,2029-01-09,2026-11-02,", [5]int{1, 1, 0, 0, 0}, ""},
		{"qualifications", "with its reviews, in any order", "C1,permit-lv,,X-1,2018-01-01,2024-01-01,2021-01-05,2027-01-01|C1,permit-lv,,X-1,2018-01-01,2021-01-01,,2027-01-01|C1,permit-lv,,,2018-01-01,,2024-01-05,", [5]int{3, 3, 0, 0, 0}, ""},
		{"qualifications", "a review alone brings its qualification", "C1,permit-lv,,X-1,2018-01-01,2024-01-01,2021-01-05,2027-01-01", [5]int{1, 1, 0, 0, 0}, ""},
		{"qualifications", "rows that do not agree", "C1,permit-lv,,X-1,2018-01-01,,2021-01-05,2027-01-01|C1,permit-lv,,X-1,2018-01-01,,,2026-01-01", [5]int{2, 0, 0, 0, 2}, "2 expires_on rows_differ; 3 expires_on rows_differ"},
		{"qualifications", "key twice", "C1,permit-lv,,X-1,2018-01-01,,2021-01-05,|C1,permit-lv,,X-1,2018-01-01,,2021-01-05,", [5]int{2, 0, 0, 0, 2}, "2 staff_no duplicate_key; 3 staff_no duplicate_key"},
		{
			"qualifications", "everything wrong", "Z9,hvt-c,gen5,,2025-01-01,,,|T10,hvt-c,,,2025-01-01,,,|T10,hvt-d,gen5,,2025-01-01,,,|T10,permit-lv,gen5,,2025-01-01,,,|T10,hvt-c,five,,2025-01-01,,,|" +
				"T10,hvt-c,gen5,AB*1,2025-01-01,2024-01-01,2024-02-01,2024-12-31|T10,hvt-c,gen5,,2027-01-01,,,|T10,hvt-c,gen5,,,,,",
			[5]int{8, 0, 0, 0, 11}, "2 staff_no unknown_staff_no; 3 generation generation_required; 4 type unknown_type; 5 generation generation_unused; 6 generation unknown_generation; " +
				"7 certificate_no certificate_unreadable; 7 reviewed_on day_before_other; 7 review_due_on day_before_other; 7 expires_on day_before_other; 8 issued_on date_in_future; 9 issued_on date_required",
		},

		{"modules", "planned", "30001,DGU-02,2027-03-01,,", [5]int{1, 1, 0, 0, 0}, ""},
		{"modules", "planned earlier than recorded", "30001,DGU-01,2022-05-01,2022-05-03,,2021-12-01", [5]int{1, 0, 1, 0, 0}, ""},
		{"modules", "planned from a day to come", "30001,DGU-02,2027-05-01,,,2027-01-01", [5]int{1, 0, 0, 0, 1}, "2 planned_since date_in_future"},
		{"modules", "as recorded", "30001,DGU-01,2022-05-01,2022-05-03,", [5]int{1, 0, 0, 1, 0}, ""},
		{"modules", "verified", "30001,DGU-01,2022-05-01,2022-05-03,2022-06-01", [5]int{1, 0, 1, 0, 0}, ""},
		{
			"modules", "everything wrong", "30001,DGU-99,,,|99999,DGU-02,2027-01-01,,|30001,DGU-02,,,|30001,DGU-03,,2027-01-01,|30001,DGU-04,,,2026-01-01|30001,DGU-05,,2026-02-01,2026-01-01|30001,dgu-06,x,,|,DGU-07,2027-01-01,,",
			[5]int{8, 0, 0, 0, 8}, "2 module unknown_module; 3 dealership unknown_dealership; 4 planned_on date_required; 5 live_on date_in_future; 6 live_on live_before_verified; " +
				"7 verified_on ends_before_begin; 8 planned_on date_unreadable; 9 dealership text_required",
		},
		{"modules", "key twice", "30001,DGU-02,2027-03-01,,|30001,DGU-02,2027-03-01,,", [5]int{2, 0, 0, 0, 2}, "2 dealership duplicate_key; 3 dealership duplicate_key"},

		{"decisions", "enrolled", "30004,bmw-i,enrol,2026-01-01,,递交申请", [5]int{1, 1, 0, 0, 0}, ""},
		{"decisions", "in the order of their days", "30004,bmw-i,suspend,2026-05-01,,事故调查|30004,bmw-i,certify,2026-02-01,,|30004,bmw-i,enrol,2026-01-01,,", [5]int{3, 3, 0, 0, 0}, ""},
		{"decisions", "of one day, certified first", "30004,bmw-i,certify,2026-02-01,,|30004,bmw-i,enrol,2026-02-01,,", [5]int{2, 2, 0, 0, 0}, ""},
		{"decisions", "of one day, withdrawn before enrolled anew", "30001,bmw-i,enrol,2026-02-01,,|30001,bmw-i,withdraw,2026-02-01,,", [5]int{2, 2, 0, 0, 0}, ""},
		{"decisions", "as recorded", "30001,bmw-i,certify,2025-04-01,2027-03-31,audit passed", [5]int{1, 0, 0, 1, 0}, ""},
		{"decisions", "corrected", "30001,bmw-i,certify,2025-04-01,2027-02-28,audit passed", [5]int{1, 0, 1, 0, 0}, ""},
		{"decisions", "with conditions", "30004,bmw-i,certify_with_conditions,2026-02-01,,充电桩补齐", [5]int{1, 1, 0, 0, 0}, ""},
		{"decisions", "not in this state", "30004,bmw-i,suspend,2026-02-01,,x|30004,bmw-i,enrol,2026-03-01,,", [5]int{2, 0, 0, 0, 1}, "2 decision decision_not_allowed"},
		{"decisions", "against what follows", "30001,bmw-i,suspend,2025-03-01,,x|30001,bmw-i,revoke,2026-01-01,,x|30001,bmw-i,enrol,2025-05-01,,", [5]int{3, 0, 0, 0, 2}, "2 decision decision_not_allowed; 4 decision decision_not_allowed"},
		{"decisions", "a recorded one would not be possible", "30001,bmw-i,certify,2025-01-01,,|30001,bmw-i,suspend,2025-02-01,,x", [5]int{2, 0, 0, 0, 2}, "2 decision decision_skips_other; 3 decision decision_skips_other"},
		{"decisions", "complete without modules", "30001,digital-upgrade,complete,2026-02-01,,", [5]int{1, 0, 0, 0, 1}, "2 decision modules_unverified"},
		{
			"decisions", "everything wrong", "30004,law,enrol,2026-01-01,,|30004,bmw-i,certfy,2026-01-01,,|30004,bmw-i,enrol,2026-01-02,2026-12-31,|30004,bmw-i,certify,2026-01-01,2025-01-01,|" +
				"30004,bmw-i,certify_with_conditions,2026-02-01,,|30004,bmw-i,enrol,,,|99999,bmw-i,enrol,2026-01-01,,|30004,digital-upgrade,enrol,2026-01-01,,",
			[5]int{8, 0, 0, 0, 8}, "2 programme unknown_programme; 3 decision unknown_decision; 4 valid_until valid_until_unused; 5 valid_until ends_before_begin; 6 reason conditions_required; " +
				"7 effective_on date_required; 8 dealership unknown_dealership; 9 decision unknown_decision",
		},
		{"decisions", "waived", "30001,bmw-i,waive,2026-01-01,2026-03-31,展厅改造,BMI-B04,培训师驻店", [5]int{1, 1, 0, 0, 0}, ""},
		{"decisions", "never the law", "30001,bmw-i,waive,2026-01-01,2026-03-31,x,REG-02,|30001,law,waive,2026-01-01,2026-03-31,x,REG-02,|30001,bmw-i,waive,2026-01-01,,,BMI-B99,", [5]int{3, 0, 0, 0, 4},
			"2 requirement unknown_requirement; 3 programme unknown_programme; 4 reason text_required; 4 requirement unknown_requirement"},
		{"decisions", "key twice", "30004,bmw-i,enrol,2026-01-01,,a|30004,bmw-i,enrol,2026-01-01,,a", [5]int{2, 0, 0, 0, 2}, "2 dealership duplicate_key; 3 dealership duplicate_key"},
	}
	for _, tt := range tests {
		t.Run(tt.kind+" "+tt.name, func(t *testing.T) {
			n := apptest.Small(t)
			path := table(t, append([]string{headers[tt.kind]}, strings.Split(tt.rows, "|")...)...)
			entries, last := written(t, n)
			dry := imported(t, n, tracker.Operator, tt.kind, path, app.ImportOptions{DryRun: true})
			if after, moment := written(t, n); dry.Committed || after != entries || moment != last {
				t.Error("a dry run wrote something")
			}
			report := imported(t, n, tracker.Operator, tt.kind, path, app.ImportOptions{Policy: app.PolicyStop})
			if want := tt.want; want[4] > 0 {
				want[1], want[2], want[3] = report.Create, report.Update, report.Unchanged
				if counted(report) != want || report.Committed {
					t.Errorf("%v, committed %v", counted(report), report.Committed)
				}
			} else if counted(report) != tt.want || counted(dry) != tt.want {
				t.Errorf("%v, dry %v, want %v", counted(report), counted(dry), tt.want)
			}
			if told(report) != tt.errors || told(dry) != tt.errors {
				t.Errorf("errors:\n%s\ndry:\n%s\nwant:\n%s", told(report), told(dry), tt.errors)
			}
			if after, moment := written(t, n); (len(report.Errors) > 0 || tt.want[1]+tt.want[2] == 0) && (after != entries || moment != last) {
				t.Errorf("%d entries written for nothing", after-entries)
			}
			if len(report.Errors) == 0 {
				again := imported(t, n, tracker.Operator, tt.kind, path, app.ImportOptions{})
				if counted(again) != [5]int{tt.want[0], 0, 0, tt.want[0], 0} {
					t.Errorf("again: %v %s", counted(again), told(again))
				}
			}
			verified(t, n)
		})
	}
}

// The rest of a file with errors comes in when that is asked for, in one transaction.
func TestValidRowsOfEachKind(t *testing.T) {
	tests := []struct {
		kind, rows string
		want       [5]int
	}{
		{"people", "N1,甲,30001,trainer,2025-01-01,|N1,甲,99999,trainer,2026-01-01,|N2,乙,30001,cook,2026-01-01,", [5]int{3, 1, 0, 0, 2}},
		{"qualifications", "T10,hvt-b,gen5,B-1,2025-01-01,,,2027-12-31|Z9,hvt-b,gen5,B-1,2025-01-01,,,", [5]int{2, 1, 0, 0, 1}},
		{"modules", "30001,DGU-02,2027-03-01,,|30001,DGU-03,,,", [5]int{2, 1, 0, 0, 1}},
		{"decisions", "30004,bmw-i,enrol,2026-01-01,,|30004,bmw-i,suspend,2026-02-01,,x|30003,bmw-i,suspend,2026-02-01,,x", [5]int{3, 2, 0, 0, 1}},
	}
	for _, tt := range tests {
		n := apptest.Small(t)
		path := table(t, append([]string{headers[tt.kind]}, strings.Split(tt.rows, "|")...)...)
		report := imported(t, n, tracker.Operator, tt.kind, path, app.ImportOptions{Policy: app.PolicyValidRows})
		if counted(report) != tt.want || !report.Committed {
			t.Errorf("%s: %v %s, committed %v", tt.kind, counted(report), told(report), report.Committed)
		}
		again := imported(t, n, tracker.Operator, tt.kind, path, app.ImportOptions{Policy: app.PolicyValidRows})
		if counted(again) != [5]int{tt.want[0], 0, 0, tt.want[1], tt.want[4]} {
			t.Errorf("%s again: %v", tt.kind, counted(again))
		}
		verified(t, n)
	}
}

// What is imported counts as if it had been recorded in a form.
func TestImportedFactsCount(t *testing.T) {
	n := apptest.Small(t)
	take := func(kind string, rows ...string) {
		t.Helper()
		report := imported(t, n, tracker.Operator, kind, table(t, append([]string{headers[kind]}, rows...)...), app.ImportOptions{EffectiveOn: tracker.MustDate("2026-11-20")})
		if !report.Committed {
			t.Fatalf("%s: %s", kind, told(report))
		}
	}
	lights := func(on string) tracker.Light {
		t.Helper()
		view, err := n.Dealership(t.Context(), tracker.Operator, apptest.TwoOnly, tracker.MustDate(on))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range view.Programmes {
			if p.Standing.Programme == tracker.ProgrammeLaw {
				return p.Standing.Law
			}
		}
		return ""
	}
	if lights("2027-01-01") != tracker.Healthy {
		t.Fatal("the second holder is there at first")
	}
	take("people", "T20,技师20,30002,technician,2021-01-01,2026-12-31")
	if lights("2026-12-31") != tracker.Healthy || lights("2027-01-01") != tracker.InBreach {
		t.Error("the last day of work does not count")
	}
	take("people", "N7,新人,30002,技师,2026-10-01,")
	take("qualifications", "N7,permit-lv,,N-7,2026-10-05,,,2032-10-04")
	if lights("2027-01-01") != tracker.Healthy {
		t.Error("the new holder does not count")
	}
	take("modules", "30002,DGU-02,2027-05-01,,")
	history, err := caseOf(t, n, apptest.TwoOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range history.Modules {
		if m.Module == "DGU-02" && m.PlannedSince != tracker.MustDate("2026-11-20") {
			t.Errorf("planned since %s", m.PlannedSince)
		}
	}
	verified(t, n)
}

func caseOf(t *testing.T, n apptest.Network, code string) (tracker.History, error) {
	t.Helper()
	var out tracker.History
	err := n.Store.Read(t.Context(), func(tx *store.Tx) error {
		d, err := tx.Dealership(tracker.Scope{All: true}, code)
		if err != nil {
			return err
		}
		out, err = tx.History(d.ID, 0)
		return err
	})
	return out, err
}

// Nothing outside the scope can be learned through an import: what lies there looks exactly like what does not exist.
func TestImportStaysInItsScope(t *testing.T) {
	tests := []struct{ kind, name, row, errors string }{
		{"people", "one's own", "N1,新人,30001,trainer,2026-01-01,", ""},
		{"people", "one's own, corrected", "T10,技师10,30001,technician,2021-01-01,2026-12-31", ""},
		{"people", "one's own, at another dealership", "T10,技师10,30002,technician,2026-12-01,", ""},
		{"people", "a foreign dealership", "N1,新人,30003,trainer,2026-01-01,", "2 dealership unknown_dealership"},
		{"people", "no dealership", "N1,新人,99999,trainer,2026-01-01,", "2 dealership unknown_dealership"},
		{"people", "who works elsewhere", "T30,技师30,30001,technician,2026-12-01,", "2 staff_no staff_no_elsewhere"},
		{"people", "who works elsewhere, under another name", "T30,别名,30001,technician,2026-12-01,", "2 staff_no staff_no_elsewhere"},
		{"qualifications", "one's own", "T10,hvt-b,gen5,B-1,2025-01-01,,,2027-12-31", ""},
		{"qualifications", "somebody else's", "T30,hvt-b,gen5,B-1,2025-01-01,,,2027-12-31", "2 staff_no unknown_staff_no"},
		{"qualifications", "nobody's", "Z99,hvt-b,gen5,B-1,2025-01-01,,,2027-12-31", "2 staff_no unknown_staff_no"},
		{"modules", "one's own", "30001,DGU-02,2027-03-01,,", ""},
		{"modules", "a foreign dealership", "30003,DGU-02,2027-03-01,,", "2 dealership unknown_dealership"},
		{"modules", "no dealership", "99999,DGU-02,2027-03-01,,", "2 dealership unknown_dealership"},
	}
	for _, tt := range tests {
		t.Run(tt.kind+" "+tt.name, func(t *testing.T) {
			n := apptest.Small(t)
			report := imported(t, n, n.Actor(t, "regional-east"), tt.kind, table(t, headers[tt.kind], tt.row), app.ImportOptions{})
			if told(report) != tt.errors {
				t.Errorf("%q, want %q", told(report), tt.errors)
			}
			for _, e := range report.Errors {
				if e.Suggestion == "30003" || e.Suggestion == "30004" || strings.Contains(fmt.Sprint(e.Args), "技师30") {
					t.Errorf("an error tells of what lies outside the scope: %+v", e)
				}
			}
		})
	}
}

func TestEachKindIsImportedByWhoMay(t *testing.T) {
	n := apptest.Small(t)
	allowed := map[string][]string{
		"network": app.ImportKinds, "regional-east": {"people", "qualifications", "modules"},
		"viewer": nil, "dealer-30002": nil, "admin": nil,
	}
	for login, kinds := range allowed {
		for _, kind := range app.ImportKinds {
			err := app.MayImport(n.Actor(t, login), kind)
			if slices.Contains(kinds, kind) != (err == nil) {
				t.Errorf("%s and %s: %v", login, kind, err)
			}
			if err != nil {
				wantFault(t, err, tracker.Forbidden, "")
			}
		}
	}
	for login, kinds := range map[string][]string{
		"network": app.ImportKinds, "regional-east": app.ImportKinds, "dealer-30002": app.ImportKinds,
		"viewer": {"dealerships", "modules", "decisions"}, "admin": nil,
	} {
		for _, kind := range app.ImportKinds {
			if err := app.MayExport(n.Actor(t, login), kind); slices.Contains(kinds, kind) != (err == nil) {
				t.Errorf("%s exports %s: %v", login, kind, err)
			}
		}
	}
}

// exported writes a table as somebody sees it and gives the file's path.
func exported(t *testing.T, n apptest.Network, by tracker.Actor, kind, format, language string) string {
	t.Helper()
	var out bytes.Buffer
	query := app.ExportQuery{DealershipQuery: store.DealershipQuery{On: n.Today(), NotOperating: true}, Format: format, Language: language}
	if err := n.Export(t.Context(), by, kind, query, &out); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), kind+"."+format)
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What a network exports reads back without a change, in each format and language, for who sees all and for who sees a
// part.
func TestEachKindReadsBack(t *testing.T) {
	n := apptest.Small(t)
	_, before := written(t, n)
	for _, login := range []string{"network", "regional-east"} {
		by := n.Actor(t, login)
		for _, kind := range app.ImportKinds {
			if app.MayImport(by, kind) != nil {
				continue
			}
			for _, format := range []string{"csv", "xlsx"} {
				for _, language := range []string{"en", "zh-Hans"} {
					report := imported(t, n, by, kind, exported(t, n, by, kind, format, language), app.ImportOptions{})
					if counted(report) != [5]int{report.Rows, 0, 0, report.Rows, 0} || report.Rows == 0 {
						t.Errorf("%s as %s, %s in %s: %v %.500s", kind, login, format, language, counted(report), told(report))
					}
				}
			}
		}
	}
	if _, after := written(t, n); after != before {
		t.Error("reading back wrote something")
	}
}

// What somebody earned after leaving is told to nobody at the dealership that they left.
func TestExportTellsNothingEarnedLater(t *testing.T) {
	n := apptest.Small(t)
	for kind, row := range map[string]string{
		"people": "T20,技师20,30002,technician,2021-01-01,2026-06-30", "qualifications": "T20,hvt-b,gen5,LATER-1,2026-09-01,,,2028-08-31",
	} {
		if r := imported(t, n, tracker.Operator, kind, table(t, headers[kind], row), app.ImportOptions{}); !r.Committed {
			t.Fatal(told(r))
		}
	}
	for login, sees := range map[string]bool{"network": true, "regional-east": false, "dealer-30002": false} {
		file, err := os.ReadFile(exported(t, n, n.Actor(t, login), "qualifications", "csv", "en"))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(file), "2026-09-01"); got != sees || !strings.Contains(string(file), "T20,permit-lv") {
			t.Errorf("%s sees it: %v\n%s", login, got, file)
		}
	}
}

// A table with more rows than a file holds goes on in the next one, and all files read back; without another file it is
// refused.
func TestLongTablesTakeSeveralFiles(t *testing.T) {
	n := apptest.Small(t)
	defer app.SetTableRows(9)()
	query := app.ExportQuery{DealershipQuery: store.DealershipQuery{On: n.Today(), NotOperating: true}, Format: "csv", Language: "en"}
	var files []*bytes.Buffer
	next := func() (io.Writer, error) {
		files = append(files, &bytes.Buffer{})
		return files[len(files)-1], nil
	}
	first, err := next()
	if err != nil {
		t.Fatal(err)
	}
	var progress []int
	query.Next, query.Progress = next, func(rows int) { progress = append(progress, rows) }
	if err := n.Export(t.Context(), tracker.Operator, "qualifications", query, first); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for i, file := range files {
		path := filepath.Join(t.TempDir(), fmt.Sprint(i, ".csv"))
		if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		report := imported(t, n, tracker.Operator, "qualifications", path, app.ImportOptions{})
		if report.Unchanged != report.Rows || report.Rows > 9 {
			t.Errorf("file %d: %v %s", i, counted(report), told(report))
		}
		rows += report.Rows
	}
	if rows != 21 || len(files) != 3 {
		t.Errorf("%d rows in %d files", rows, len(files))
	}
	if len(progress) != 21 || progress[0] != 1 || progress[20] != 21 {
		t.Errorf("progress: %v", progress)
	}
	query.Next = nil
	err = n.Export(t.Context(), tracker.Operator, "qualifications", query, io.Discard)
	var fault *tracker.Error
	if !errors.As(err, &fault) || fault.Key != "export_rows" {
		t.Errorf("%v", err)
	}
}

// Of two reviews on one day the one that counts is exported, and reads back.
func TestReviewsOfOneDay(t *testing.T) {
	n := apptest.Small(t)
	err := n.Store.Write(t.Context(), store.Writing{By: tracker.Operator, Source: tracker.SourceForm}, func(tx *store.Tx) error {
		people, err := tx.PersonsByStaffNo([]string{"T10"})
		if err != nil {
			return err
		}
		history, err := tx.PersonHistory(people["T10"].ID, 0)
		if err != nil {
			return err
		}
		again := history.Reviews[0]
		again.NextDue = tracker.MustDate("2028-01-01")
		_, err = tx.Record(again, "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	path := exported(t, n, tracker.Operator, "qualifications", "csv", "en")
	text, err := os.ReadFile(path)
	if err != nil || strings.Count(string(text), "T10,permit-lv") != 2 || !strings.Contains(string(text), "2028-01-01,2025-12-01") {
		t.Errorf("%v\n%s", err, text)
	}
	if report := imported(t, n, tracker.Operator, "qualifications", path, app.ImportOptions{}); report.Unchanged != report.Rows {
		t.Errorf("%v %s", counted(report), told(report))
	}
}

// An employment whose end was set before its beginning holds on no day, and no table tells of it.
func TestEmploymentsThatNeverHeldAreNotExported(t *testing.T) {
	n := apptest.Small(t)
	err := n.Store.Write(t.Context(), store.Writing{By: tracker.Operator, Source: tracker.SourceForm}, func(tx *store.Tx) error {
		people, err := tx.PersonsByStaffNo([]string{"T10"})
		if err != nil {
			return err
		}
		history, err := tx.PersonHistory(people["T10"].ID, 0)
		if err != nil {
			return err
		}
		never := history.Employments[0]
		never.Until = never.From.Add(-3)
		return tx.Correct(never.Chain, never, "did not come")
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"people", "qualifications"} {
		path := exported(t, n, tracker.Operator, kind, "csv", "en")
		text, err := os.ReadFile(path)
		if err != nil || strings.Contains(string(text), "T10,") || !strings.Contains(string(text), "T11,") {
			t.Errorf("%s: %v\n%s", kind, err, text)
		}
		if report := imported(t, n, tracker.Operator, kind, path, app.ImportOptions{}); report.Unchanged != report.Rows {
			t.Errorf("%s: %v %s", kind, counted(report), told(report))
		}
	}
}

package app_test

import (
	"bytes"
	"fmt"
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

// taken imports a file and gives what came of it.
func taken(t *testing.T, n apptest.Network, path string, o app.ImportOptions) app.ImportReport {
	t.Helper()
	file, err := sheet.Open(path, sheet.Dealerships, sheet.Command)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	report, err := n.Import(t.Context(), tracker.Operator, "dealerships", file, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// table writes rows into a CSV file.
func table(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// counted says a report's counts: rows, created, updated, unchanged, errors.
func counted(r app.ImportReport) [5]int {
	return [5]int{r.Rows, r.Create, r.Update, r.Unchanged, len(r.Errors)}
}

// written counts the entries of the log and the last moment of anything recorded: neither moves when nothing is written.
func written(t *testing.T, n apptest.Network) (entries int, last tracker.Moment) {
	t.Helper()
	err := n.Store.Read(t.Context(), func(tx *store.Tx) error {
		list, err := tx.Changes(store.ChangeQuery{Scope: tracker.Scope{All: true}, Today: n.Today()})
		if err == nil && len(list) > 0 {
			entries, last = len(list), list[0].Moment
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return entries, last
}

// networkFile names a file of the real network, which is not part of the project.
func networkFile(t *testing.T, name string) string {
	t.Helper()
	folder := os.Getenv("DEALERCERT_NETWORK_DIR")
	if folder == "" {
		t.Skip("DEALERCERT_NETWORK_DIR does not name the folder with the real network's files")
	}
	path := filepath.Join(folder, name)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("DEALERCERT_NETWORK_DIR lacks a file: %v", err)
	}
	return path
}

// The real network comes in from any of its files, and then from each of them nothing more.
func TestRealNetworkIsImported(t *testing.T) {
	faults := map[string][]string{
		"dealerships.csv":         {" 38 city text_required", " 65 code duplicate_key", " 66 code duplicate_key"},
		"dealerships-gb18030.csv": {" 38 city text_required", " 65 code duplicate_key", " 66 code duplicate_key"},
		"dealerships.xlsx":        {"东区 39 city text_required", "东区 66 code duplicate_key", "东区 67 code duplicate_key"},
	}
	for name, want := range faults {
		t.Run(name, func(t *testing.T) {
			path, n := networkFile(t, name), apptest.Empty(t)
			report := taken(t, n, path, app.ImportOptions{Policy: app.PolicyStop})
			if counted(report) != [5]int{574, 571, 0, 0, 3} || report.Committed {
				t.Errorf("by default: %v, committed %v", counted(report), report.Committed)
			}
			if entries, _ := written(t, n); entries != 0 {
				t.Errorf("by default %d changes were written", entries)
			}
			var got []string
			for _, e := range report.Errors {
				got = append(got, fmt.Sprintf("%s %d %s %s", e.Sheet, e.Row, e.Column, e.Key))
			}
			if !slices.Equal(got, want) {
				t.Errorf("errors %q, want %q", got, want)
			}
			report = taken(t, n, path, app.ImportOptions{Policy: app.PolicyValidRows})
			if counted(report) != [5]int{574, 571, 0, 0, 3} || !report.Committed {
				t.Errorf("valid rows: %v, committed %v", counted(report), report.Committed)
			}
			entries, last := written(t, n)
			for again := range faults {
				report = taken(t, n, networkFile(t, again), app.ImportOptions{Policy: app.PolicyValidRows})
				if counted(report) != [5]int{574, 0, 0, 571, 3} {
					t.Errorf("%s again: %v", again, counted(report))
				}
			}
			if e, l := written(t, n); e != entries || l != last {
				t.Errorf("importing again wrote %d changes", e-entries)
			}
			standsAtOnce(t, n)
			roundTrip(t, n, 571)
			verified(t, n)
		})
	}
}

// standsAtOnce checks that what was imported has standings: nobody is certified, and the law is red from its first day.
func standsAtOnce(t *testing.T, n apptest.Network) {
	t.Helper()
	for on, want := range map[string]app.LawFigures{"2024-03-31": {Healthy: 571}, "2024-04-01": {InBreach: 571}, "2026-11-23": {InBreach: 571}} {
		s := summary(t, n, tracker.Operator, on)
		if s.Active != 571 || s.BMWi.NotCertified != 571 || s.Law != want {
			t.Errorf("%s: %+v", on, s.Block)
		}
	}
	page, err := n.Dealerships(t.Context(), tracker.Operator, store.DealershipQuery{On: n.Today(), PerPage: 50})
	if err != nil || page.Total != 571 || len(page.Rows) == 0 {
		t.Fatalf("%d dealerships, %v", page.Total, err)
	}
	if got := page.Rows[0].Standings[tracker.ProgrammeBMWi].State; got != tracker.NotEnrolled {
		t.Errorf("an imported dealership is %s", got)
	}
}

// roundTrip exports in each format and language, and reads it back without a change.
func roundTrip(t *testing.T, n apptest.Network, dealerships int) {
	t.Helper()
	_, before := written(t, n)
	for _, format := range []string{"csv", "xlsx"} {
		for _, language := range []string{"en", "zh-Hans"} {
			var out bytes.Buffer
			err := n.Export(t.Context(), tracker.Operator, "dealerships", app.ExportQuery{
				DealershipQuery: store.DealershipQuery{On: n.Today(), NotOperating: true}, Format: format, Language: language,
			}, &out)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "export."+format)
			if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			report := taken(t, n, path, app.ImportOptions{})
			if counted(report) != [5]int{dealerships, 0, 0, dealerships, 0} {
				t.Errorf("%s in %s reads back %v: %+v", format, language, counted(report), report.Errors)
			}
		}
	}
	if _, after := written(t, n); after != before {
		t.Error("reading back wrote something")
	}
}

func TestExportReadsBack(t *testing.T) {
	n := apptest.Small(t)
	path := table(t, "code,name_zh,name_en,region,zone,province,city,address,lat,lng,brands,format,opened_on,closed_on",
		`40001,新店,"=1+1, ""quoted""",south,E1,广东,广州,@home,22.5,113.25,BMW;MINI,4s,2021-02-03,2025-06-30`,
		`40002,旧店,-5,south,,广东,广州,+86 街,,,,,,`)
	if got := counted(taken(t, n, path, app.ImportOptions{})); got != [5]int{2, 2, 0, 0, 0} {
		t.Fatal(got)
	}
	roundTrip(t, n, 6)
	verified(t, n)
}

func TestImportOfChanges(t *testing.T) {
	n := apptest.Small(t)
	all := "code,name_zh,region,province,city"
	row := "30001,苏州澜禾汽车销售服务有限公司,%s,江苏,苏州"

	t.Run("dry run", func(t *testing.T) {
		_, before := written(t, n)
		report := taken(t, n, table(t, all, fmt.Sprintf(row, "south")), app.ImportOptions{DryRun: true})
		if _, after := written(t, n); counted(report) != [5]int{1, 0, 1, 0, 0} || report.Committed || after != before {
			t.Errorf("%v, committed %v", counted(report), report.Committed)
		}
	})
	t.Run("changed region", func(t *testing.T) {
		report := taken(t, n, table(t, all, fmt.Sprintf(row, "南区")), app.ImportOptions{EffectiveOn: tracker.MustDate("2026-11-10")})
		if counted(report) != [5]int{1, 0, 1, 0, 0} {
			t.Errorf("%v %+v", counted(report), report.Errors)
		}
		was, is := stateOn(t, n, apptest.Healthy, "2026-11-09"), stateOn(t, n, apptest.Healthy, "2026-11-10")
		if was.Region != 1 || is.Region != 2 || is.Group != 1 {
			t.Errorf("region %d, then %d, group %d", was.Region, is.Region, is.Group)
		}
	})
	t.Run("unknown region", func(t *testing.T) {
		report := taken(t, n, table(t, all, fmt.Sprintf(row, "sout")), app.ImportOptions{})
		if len(report.Errors) != 1 || report.Errors[0].Column != "region" || report.Errors[0].Suggestion != "south" || report.Committed {
			t.Errorf("%+v", report)
		}
	})
	t.Run("created region", func(t *testing.T) {
		report := taken(t, n, table(t, all, "40009,新店,西区,四川,成都"), app.ImportOptions{CreateRegions: true})
		if counted(report) != [5]int{1, 1, 0, 0, 0} || len(report.New) != 1 || !strings.Contains(report.New[0], "west") {
			t.Errorf("%v, new %v", counted(report), report.New)
		}
	})
	t.Run("absent and blank columns", func(t *testing.T) {
		phone := func() string { return formOf(t, n, apptest.TwoOnly).Phone }
		with, without := all+",phone", "30002,南京霁川汽车销售服务有限公司,east,江苏,南京"
		taken(t, n, table(t, with, without+",025-1234"), app.ImportOptions{})
		if got := counted(taken(t, n, table(t, all, without), app.ImportOptions{})); got != [5]int{1, 0, 0, 1, 0} || phone() != "025-1234" {
			t.Errorf("an absent column: %v, phone %q", got, phone())
		}
		if got := counted(taken(t, n, table(t, with, without+","), app.ImportOptions{})); got != [5]int{1, 0, 1, 0, 0} || phone() != "" {
			t.Errorf("a blank column: %v, phone %q", got, phone())
		}
		if brands := formOf(t, n, apptest.TwoOnly).Brands; !slices.Equal(brands, []string{"BMW"}) {
			t.Errorf("an absent column changed brands to %v", brands)
		}
	})
	verified(t, n)
}

func TestImportIsForWhoMay(t *testing.T) {
	n := apptest.Small(t)
	for _, login := range []string{"viewer", "regional-east", "dealer-30002", "admin"} {
		file, err := sheet.Open(table(t, "code,name_zh,region,province,city", "50001,店,east,江苏,南京"), sheet.Dealerships, sheet.Command)
		if err != nil {
			t.Fatal(err)
		}
		_, err = n.Import(t.Context(), n.Actor(t, login), "dealerships", file, app.ImportOptions{})
		wantFault(t, err, tracker.Forbidden, "")
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// kindsOfTable are the tables of an installation, in the order in which an empty one takes them in.
var kindsOfTable = []string{"dealerships", "people", "qualifications", "modules", "decisions"}

// came reads what an import says in JSON.
func came(t *testing.T, out string) (rows, create, update, unchanged, errors int) {
	t.Helper()
	var said struct {
		Rows, Create, Update, Unchanged int
		Errors                          []any
	}
	if err := json.Unmarshal([]byte(out), &said); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return said.Rows, said.Create, said.Update, said.Unchanged, len(said.Errors)
}

// What is exported of the demonstration network reads back without a change, in each format and language.
func TestEveryTableReadsBack(t *testing.T) {
	p := filled(t)
	for _, kind := range kindsOfTable {
		for _, format := range []string{"csv", "xlsx"} {
			for _, language := range []string{"en", "zh-Hans"} {
				file := p.folder + "/" + kind + "-" + language + "." + format
				p.run(exitDone, "export", kind, "--lang", language, "--format", format, "-o", file)
				out, _ := p.run(exitDone, "import", kind, file, "--format", "json")
				if rows, create, update, unchanged, errors := came(t, out); rows == 0 || unchanged != rows || create+update+errors > 0 {
					t.Errorf("%s, %s in %s: %.800s", kind, format, language, out)
				}
			}
		}
	}
	p.run(exitDone, "verify")
}

// copied takes the tables of one installation in at an empty one.
func copied(t *testing.T, from installation) installation {
	t.Helper()
	to := newInstallation(t)
	for _, kind := range kindsOfTable {
		file := from.folder + "/" + kind + ".csv"
		from.run(exitDone, "export", kind, "-o", file)
		out, _ := to.run(exitDone, "import", kind, file, "--format", "json")
		if rows, create, _, _, errors := came(t, out); rows == 0 || create != rows || errors > 0 {
			t.Fatalf("%s: %.800s", kind, out)
		}
	}
	return to
}

// reported is a report without the moment of its knowledge.
func reported(t *testing.T, p installation, on string) string {
	t.Helper()
	out, _ := p.run(exitDone, "report", "--on", on, "--format", "json")
	var report map[string]any
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	delete(report, "known_at")
	text, err := json.MarshalIndent(report, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// An installation that took in the tables of another gives the same report.
func TestTablesCarryANetwork(t *testing.T) {
	size := "600"
	if testing.Short() {
		size = "60"
	}
	from := newInstallation(t)
	from.run(exitDone, "demo", "--dealerships", size)
	to := copied(t, from)
	to.run(exitDone, "verify")
	for _, on := range []string{"2022-11-30", "2024-06-01", "2026-11-23", "2027-06-01", "2029-01-01"} {
		if was, is := reported(t, from, on), reported(t, to, on); was != is {
			t.Errorf("the report of %s differs: %s", on, firstDifference(was, is))
		}
	}
}

// firstDifference gives the first lines in which two texts differ.
func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d: %s, not %s", i, strings.TrimSpace(y[i]), strings.TrimSpace(x[i]))
		}
	}
	return "one is longer"
}

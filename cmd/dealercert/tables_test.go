package main

import (
	"encoding/json"
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

package sheet_test

import (
	"errors"
	"testing"

	"dealercert/internal/sheet"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// FuzzRead feeds anything to the reader: it may refuse by a problem, never otherwise, and what it reads keeps its
// promises.
func FuzzRead(f *testing.F) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(chinese)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{chinese, "\ufeff" + chinese, gb, "code;name\n'=1;\"a\nb\"\n", "\xff\xfec\x00o\x00d\x00e\x00\n\x00", "code\tname\nA1\t\a\n"} {
		f.Add([]byte(seed))
	}
	f.Add(raw(f, header+`<row r="3">`+text("A3", "A1")+`<c r="B3" s="1"><v>44895</v></c></row>`, nil))
	f.Add(raw(f, header+`<row><c t="s"><v>2</v></c><c><f>1+1</f></c></row>`, nil))
	limits := sheet.Limits{CSV: 1 << 20, Workbook: 1 << 20, Rows: 1000}
	f.Fuzz(func(t *testing.T, content []byte) { checkReading(t, content, limits) })
}

// FuzzSheet feeds anything as the XML of a worksheet, past the archive that random bytes do not get through.
func FuzzSheet(f *testing.F) {
	f.Add(header + `<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" s="1"><v>44895</v></c></row>`)
	f.Add(header + `<row><c t="inlineStr"><is><r><t>x</t></r></is></c><c t="d"><v>2022-11-30T00:00:00</v></c></row>`)
	f.Add(header + `<row r="1048576"><c r="A1048576" t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c><f/><v>1E3</v></c></row>`)
	limits := sheet.Limits{CSV: 1 << 20, Workbook: 1 << 20, Rows: 1000}
	f.Fuzz(func(t *testing.T, rows string) { checkReading(t, raw(t, rows, nil), limits) })
}

func checkReading(t *testing.T, content []byte, limits sheet.Limits) {
	_, rows, err := read(content, small, limits)
	var problem *sheet.Problem
	if err != nil && (!errors.As(err, &problem) || problem.Sentence() == "") {
		t.Fatalf("%#v", err)
	}
	if len(rows) > limits.Rows {
		t.Fatalf("%d rows", len(rows))
	}
	place := map[string]int{}
	for _, row := range rows {
		if row.Number <= place[row.Sheet] {
			t.Fatalf("row %d after %d", row.Number, place[row.Sheet])
		}
		place[row.Sheet] = row.Number
		for _, column := range small {
			value, _ := row.Get(column.Name)
			if clean, problem := sheet.Clean(sheet.Guard(value)); problem != nil || sheet.Unguard(clean) != value {
				t.Fatalf("%q is not clean", value)
			}
		}
	}
}

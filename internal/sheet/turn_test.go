package sheet

import (
	"bytes"
	"fmt"
	"testing"
)

// A table that is longer than a sheet goes on in the next one, and all of it reads back.
func TestLongTablesTakeSeveralSheets(t *testing.T) {
	var out bytes.Buffer
	writer, err := newXLSX(&out, "people", People.Header(English), 150)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 400 {
		if err := writer.Write([]string{fmt.Sprint("N", i), "新人", "1", "trainer", "2026-01-01", ""}); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	reader, err := New(bytes.NewReader(out.Bytes()), int64(out.Len()), People, Browser)
	if err != nil {
		t.Fatal(err)
	}
	if len(reader.Sheets) != 3 || reader.Sheets[2].Name != "people 3" {
		t.Errorf("sheets %+v", reader.Sheets)
	}
	next := 0
	for row, err := range reader.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if number, _ := row.Get("staff_no"); number != fmt.Sprint("N", next) {
			t.Errorf("row %d of %s holds %s", row.Number, row.Sheet, number)
		}
		next++
	}
	if next != 400 {
		t.Errorf("%d rows", next)
	}
}

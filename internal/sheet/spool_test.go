package sheet_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dealercert/internal/sheet"
)

// A spool gives the rows of each group together, in the order in which groups and rows came, and leaves no file behind.
func TestSpoolGroupsRows(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	content := "staff_no,name,dealership,job,from,until\nB,乙,1,x,,\nA,甲,1,x,,\n,无,1,x,,\nB,乙,2,,,\n,无,2,x,,\nA,a\x01b,3,x,,\n"
	reader, err := sheet.New(bytes.NewReader([]byte(content)), int64(len(content)), sheet.People, sheet.Browser)
	if err != nil {
		t.Fatal(err)
	}
	spool, err := sheet.NewSpool()
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range reader.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		group, _ := row.Get("staff_no")
		if err := spool.Add(group, row); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for rows, err := range spool.Groups(reader, 2) {
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, row := range rows {
			name, _ := row.Get("name")
			at, _ := row.Get("dealership")
			text += fmt.Sprintf("%d %s %s %v;", row.Number, name, at, row.Faulty)
		}
		got = append(got, text)
	}
	want := []string{"2 乙 1 false;5 乙 2 false;", "3 甲 1 false;7  3 true;", "4 无 1 false;", "6 无 2 false;"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if spool.Len() != 6 {
		t.Errorf("%d rows", spool.Len())
	}
	for _, err := range spool.Groups(reader, 1) {
		if err != nil {
			expectProblem(t, err, "sheet_group", "More than 1 rows")
		}
	}
	if err := spool.Close(); err != nil {
		t.Error(err)
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "*")); err != nil || len(left) > 0 {
		t.Errorf("files left behind: %v %v", left, err)
	}
}

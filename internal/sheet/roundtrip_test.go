package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"dealercert/internal/sheet"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// writers are the formats in which tables are written.
var writers = map[string]func(out *bytes.Buffer, header []string) (sheet.Writer, error){
	"csv": func(out *bytes.Buffer, header []string) (sheet.Writer, error) { return sheet.NewCSV(out, header) },
	"xlsx": func(out *bytes.Buffer, header []string) (sheet.Writer, error) {
		return sheet.NewXLSX(out, "数据", header)
	},
}

func write(t require, format string, header []string, rows [][]string) []byte {
	var out bytes.Buffer
	writer, err := writers[format](&out, header)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := writer.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// require is what a test and a property have in common.
type require interface{ Fatal(...any) }

// anyCell draws texts as Clean leaves them, made of what is apt to go wrong.
var anyCell = rapid.Custom(func(t *rapid.T) string {
	pieces := rapid.SliceOfN(rapid.OneOf(
		rapid.SampledFrom([]string{"=", "+", "-", "@", "'", `"`, ",", ";", "<&>", "]]>", " ", "\u3000", "_x0041_", "_x", "007", "1E5", "1E-05",
			"2022-11-30", "#N/A", "TRUE", "上海", "㐀", "😀", "e\u0301", "\u200d", "\\", "{{", "021-1", "\u00a0", "NULL"}),
		rapid.String(),
	), 0, 6).Draw(t, "pieces")
	text, problem := sheet.Clean(strings.Join(pieces, ""))
	if problem != nil {
		return "x"
	}
	return text
})

func TestWhatIsWrittenReadsBack(t *testing.T) {
	for format := range writers {
		for _, language := range []string{sheet.English, sheet.Chinese} {
			t.Run(format+" "+language, rapid.MakeCheck(func(t *rapid.T) {
				var want [][]string
				for i := range rapid.IntRange(0, 120).Draw(t, "rows") {
					want = append(want, []string{fmt.Sprintf("A%d", i), anyCell.Draw(t, "name"), anyCell.Draw(t, "opened")})
				}
				_, rows, err := read(write(t, format, small.Header(language), want), small, sheet.Browser)
				if err != nil {
					t.Fatal(err)
				}
				for _, row := range rows {
					if len(row.Faults) > 0 {
						t.Fatal(row.Faults[0])
					}
				}
				if diff := cmp.Diff(want, cells(rows, "code", "name", "opened_on")); diff != "" {
					t.Fatal(diff)
				}
			}))
		}
	}
}

// No cell that leaves us is taken for a formula, whichever format it leaves in.
func TestNoFormulaLeaves(t *testing.T) {
	dangerous := []string{`=HYPERLINK("http://x")`, "+86 21", "-31932888", "@SUM(A1)", "\t=1", "\r=1"}
	var rows [][]string
	for i, cell := range dangerous {
		rows = append(rows, []string{fmt.Sprint("A", i), cell})
	}
	records, err := csv.NewReader(bytes.NewReader(write(t, "csv", []string{"code", "name"}, rows))).ReadAll()
	if err != nil || len(records) != len(rows)+1 {
		t.Fatal(records, err)
	}
	for _, record := range records[1:] {
		if !strings.HasPrefix(record[1], "'") {
			t.Errorf("%q is not guarded", record[1])
		}
	}
	book, err := excelize.OpenReader(bytes.NewReader(write(t, "xlsx", []string{"code", "name"}, rows)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for i := range dangerous {
		at := fmt.Sprint("B", i+2)
		value, err := book.GetCellValue("数据", at)
		formula, _ := book.GetCellFormula("数据", at)
		if err != nil || formula != "" || !strings.HasPrefix(value, "'") {
			t.Errorf("%s: %q %q %v", at, value, formula, err)
		}
	}
}

func TestCSVIsAsExcelLikesIt(t *testing.T) {
	got := string(write(t, "csv", []string{"代码", "名称"}, [][]string{{"A1", "九华, 上海"}, {"A2", ""}}))
	if want := "\ufeff代码,名称\r\nA1,\"九华, 上海\"\r\nA2,\r\n"; got != want {
		t.Errorf("%q", got)
	}
}

func TestXLSXIsComfortable(t *testing.T) {
	long := strings.Repeat("上海九华汽车", 20)
	content := write(t, "xlsx", []string{"code", "name", "opened_on"}, [][]string{{"007", long, "2022-11-30"}, {"A2", "九华汽车服务有限公司", ""}})
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	panes, err := book.GetPanes("数据")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v %v", panes, err)
	}
	for _, cell := range []string{"A2", "C2", "C900"} { // text, though it looks like a number or a day, and below the data too
		id, err := book.GetCellStyle("数据", cell)
		if err != nil {
			t.Fatal(err)
		}
		if look, err := book.GetStyle(id); err != nil || look.NumFmt != 49 {
			t.Errorf("%s: %+v %v", cell, look, err)
		}
	}
	for column, want := range map[string]float64{"A": 10, "B": 60, "C": 12} {
		if width, err := book.GetColWidth("数据", column); err != nil || width != want {
			t.Errorf("column %s is %v wide", column, width)
		}
	}
}

// However well a table packs, our own limit on unpacking must let it through.
func TestLongWorkbooksOfOursReadBack(t *testing.T) {
	rows := make([][]string, 40_000)
	for i := range rows {
		rows[i] = []string{fmt.Sprint("A", i), "上海九华汽车服务有限公司", "2022-11-30"}
	}
	content := write(t, "xlsx", small.Header(sheet.English), rows)
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var unpacked uint64
	for _, part := range archive.File {
		unpacked += part.UncompressedSize64
	}
	if unpacked < 8<<20 || unpacked > 10*uint64(len(content)) {
		t.Errorf("%d bytes unpack to %d", len(content), unpacked)
	}
	_, back, err := read(content, small, sheet.Browser)
	if err != nil || len(back) != len(rows) {
		t.Errorf("%d rows, %v", len(back), err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(content)) // and others read it
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if last, err := book.GetCellValue("数据", "A40001"); err != nil || last != "A39999" {
		t.Errorf("%q %v", last, err)
	}
}

func TestWriterRefuses(t *testing.T) {
	for format, open := range writers {
		var out bytes.Buffer
		writer, err := open(&out, []string{"code", "name"})
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Write([]string{"A1"}); err == nil {
			t.Errorf("%s: a short row", format)
		}
		if format == "xlsx" { // excelize would cut it off
			expectProblem(t, writer.Write([]string{"A1", strings.Repeat("😀", 16_384)}), "sheet_cell_size", "Sheet 数据, row 2")
		}
		if err := writer.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := sheet.NewXLSX(&bytes.Buffer{}, "no/such:name", []string{"code"}); err == nil {
		t.Error("a sheet's name that cannot be")
	}
}

package sheet_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"dealercert/internal/sheet"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// set writes rows of values into a sheet from a cell on.
func set(t *testing.T, f *excelize.File, sheetName, cell string, rows ...[]any) {
	t.Helper()
	column, row, err := excelize.CellNameToCoordinates(cell)
	if err != nil {
		t.Fatal(err)
	}
	for i, values := range rows {
		at, err := excelize.CoordinatesToCellName(column, row+i)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow(sheetName, at, &values); err != nil {
			t.Fatal(err)
		}
	}
}

func style(t *testing.T, f *excelize.File, cell string, look excelize.Style) {
	t.Helper()
	id, err := f.NewStyle(&look)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle("Sheet1", cell, cell, id); err != nil {
		t.Fatal(err)
	}
}

func TestSheetsOfAWorkbook(t *testing.T) {
	content := workbook(t, func(f *excelize.File) {
		for _, name := range []string{"西区", "Empty", "Notes"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
		}
		set(t, f, "Sheet1", "A1", []any{"Dealerships of the east"}, nil, []any{"code", "name"}, []any{"A1", "One"})
		if err := f.MergeCell("Sheet1", "A1", "C1"); err != nil {
			t.Fatal(err)
		}
		set(t, f, "Sheet1", "A7", []any{"A2", "Two"}, []any{" ", "\u3000"})
		set(t, f, "西区", "B2", []any{"代码", "", "开业日期"}, []any{"A3", "", "2020-01-01"})
		set(t, f, "Notes", "A1", []any{"no table"})
		if err := f.SetSheetVisible("Notes", false, true); err != nil {
			t.Fatal(err)
		}
	})
	reader, rows := mustRead(t, content, small)
	if reader.Encoding != sheet.XLSX {
		t.Errorf("encoding %s", reader.Encoding)
	}
	var sheets []string
	for _, found := range reader.Sheets {
		sheets = append(sheets, fmt.Sprintf("%s/%d %v", found.Name, found.HeaderRow, found.Columns))
	}
	if diff := cmp.Diff([]string{"Sheet1/3 [code name]", "西区/2 [code opened_on]"}, sheets); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, row := range rows {
		got = append(got, fmt.Sprintf("%s/%d %v", row.Sheet, row.Number, cells([]sheet.Row{row}, "code", "name", "opened_on")))
	}
	want := []string{"Sheet1/4 [[A1 One –]]", "Sheet1/7 [[A2 Two –]]", "西区/3 [[A3 – 2020-01-01]]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCellsOfAWorkbook(t *testing.T) {
	day := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
	custom := func(code string) excelize.Style { return excelize.Style{CustomNumFmt: &code} }
	for _, test := range []struct {
		name  string
		value any
		look  excelize.Style
		want  string
	}{
		{"text", "A12075", excelize.Style{}, "A12075"},
		{"text of digits", "007", excelize.Style{}, "007"},
		{"text like an exponent", "12E5", excelize.Style{}, "12E5"},
		{"text like a number in full exponent form", "1E-05", excelize.Style{}, "1E-05"},
		{"text like a day number, in a date's style", "45000", excelize.Style{NumFmt: 14}, "45000"},
		{"a whole number", 12075, excelize.Style{}, "12075"},
		{"a whole number shown with two decimals", 12075, excelize.Style{NumFmt: 4}, "12075"},
		{"a number of 15 digits", 123456789012345, excelize.Style{}, "123456789012345"},
		{"a fraction", 31.211914749767, excelize.Style{NumFmt: 1}, "31.211914749767"},
		{"a sum of fractions", 0.30000000000000004, excelize.Style{}, "0.3"},
		{"a small fraction", 0.00001, excelize.Style{}, "0.00001"},
		{"a negative number", -31.5, excelize.Style{}, "-31.5"},
		{"a percentage is a number", 0.25, excelize.Style{NumFmt: 9}, "0.25"},
		{"true", true, excelize.Style{}, "TRUE"},
		{"false", false, excelize.Style{}, "FALSE"},
		{"a day", day, excelize.Style{NumFmt: 14}, "2024-02-29"},
		{"a day in words", day, custom(`yyyy"年"m"月"d"日"`), "2024-02-29"},
		{"a day with the month first", day, custom("[$-409]mmm d, yyyy;@"), "2024-02-29"},
		{"a built-in Chinese day", day, excelize.Style{NumFmt: 31}, "2024-02-29"},
		{"a day and a time", day.Add(23*time.Hour + 59*time.Minute), custom("yyyy-mm-dd hh:mm"), "2024-02-29"},
		{"a month", day, custom("mmmm"), "2024-02-29"},
		{"hours are a number", 1.5, custom("[h]:mm"), "1.5"},
		{"minutes are a number", 1.25, custom("mm:ss"), "1.25"},
		{"a number with a unit", 3, custom(`0 "days"`), "3"},
		{"a coloured number", 3, custom(`[Red]0\d`), "3"},
		{"a formula guarded as text", "'=1+1", excelize.Style{}, "=1+1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			content := workbook(t, func(f *excelize.File) {
				set(t, f, "Sheet1", "A1", []any{"code", "name"}, []any{"A1", test.value})
				style(t, f, "B2", test.look)
			})
			_, rows := mustRead(t, content, small)
			if got := cells(rows, "name")[0][0]; got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// Cells as other programs store them.
func TestStoredCells(t *testing.T) {
	dates1904 := parts{"xl/workbook.xml": `<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="Data" r:id="r1"/></sheets></workbook>`}
	for _, test := range []struct {
		name, cell, want string
		replaced         parts
	}{
		{"runs of text, pronunciation left out", `<c r="B2" t="s"><v>2</v></c>`, "A1", nil},
		{"text in place", `<c r="B2" t="inlineStr"><is><r><t>上</t></r><r><t>海</t></r><rPh><t>shang</t></rPh></is></c>`, "上海", nil},
		{"a formula's text", `<c r="B2" t="str"><f>A1&amp;"x"</f><v>A1x</v></c>`, "A1x", nil},
		{"a formula's empty text", `<c r="B2" t="str"><f>""</f><v></v></c>`, "", nil},
		{"a formula's number", `<c r="B2"><f>1+1</f><v>2</v></c>`, "2", nil},
		{"an error", `<c r="B2" t="e"><v>#N/A</v></c>`, "#N/A", nil},
		{"an ISO date", `<c r="B2" t="d"><v>2022-11-30T00:00:00</v></c>`, "2022-11-30", nil},
		{"a whole number as a fraction", `<c r="B2"><v>12.0</v></c>`, "12", nil},
		{"a number with an exponent", `<c r="B2"><v>1.5E3</v></c>`, "1500", nil},
		{"a small number with an exponent", `<c r="B2"><v>1.0000000000000001E-5</v></c>`, "0.00001", nil},
		{"17 digits stored, 15 meant", `<c r="B2"><v>31.211914749767001</v></c>`, "31.211914749767", nil},
		{"a styled day", `<c r="B2" s="1"><v>44895</v></c>`, "2022-11-30", nil},
		{"a day counted from 1904", `<c r="B2" s="1"><v>43433</v></c>`, "2022-11-30", dates1904},
		{"a style that is not there", `<c r="B2" s="99"><v>44895</v></c>`, "44895", nil},
		{"an escaped line break", `<c r="B2" t="inlineStr"><is><t>a_x000D_&#10;b</t></is></c>`, "a b", nil},
		{"text like an escape", `<c r="B2" t="inlineStr"><is><t>_x005F_x0041_ _x005F_x005F_</t></is></c>`, "_x0041_ _x005F_", nil},
		{"cells without names", `<c><v>7</v></c><c><v>8</v></c>`, "8", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.HasPrefix(test.cell, "<c>") {
				test.cell = `<c r="A2" t="s"><v>2</v></c>` + test.cell
			}
			_, rows := mustRead(t, raw(t, header+`<row r="2">`+test.cell+`</row>`, test.replaced), small)
			if got := cells(rows, "name")[0][0]; got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestFaultsOfSingleCellsOfAWorkbook(t *testing.T) {
	for _, test := range []struct{ name, cell, key string }{
		{"a formula without its result", `<c r="B2"><f>1+1</f></c>`, "sheet_cell_formula"},
		{"an identity number that lost its last digits", `<c r="B2"><v>4.4010619900101E+17</v></c>`, "sheet_cell_digits"},
		{"a whole number of 16 digits", `<c r="B2"><v>1234567890123456</v></c>`, "sheet_cell_digits"},
		{"a lost character", `<c r="B2" t="str"><v>&#xFFFD;</v></c>`, "sheet_cell_replacement"},
		{"an escaped control character", `<c r="B2" t="inlineStr"><is><t>a_x0007_b</t></is></c>`, "sheet_cell_control"},
		{"a cell under no header", `<c r="D2"><v>1</v></c>`, "sheet_cell_outside"},
	} {
		t.Run(test.name, func(t *testing.T) {
			content := raw(t, header+`<row r="2"><c r="A2"><v>1</v></c>`+test.cell+`</row><row r="3"><c r="A3"><v>2</v></c></row>`, nil)
			_, rows, err := read(content, small, sheet.Browser)
			if err != nil || len(rows) != 2 || len(rows[0].Faults) != 1 || len(rows[1].Faults) != 0 {
				t.Fatalf("%v %v", rows, err)
			}
			fault := rows[0].Faults[0]
			if fault.Key != test.key || fault.Sheet != "Data" || fault.Row != 2 {
				t.Errorf("%s: %s", fault.Key, fault)
			}
		})
	}
}

// Rows without numbers follow each other; numbered rows leave gaps that count.
func TestRowNumbersOfAWorkbook(t *testing.T) {
	content := raw(t, `<row><c t="s"><v>0</v></c></row><row><c><v>1</v></c></row><row r="9"/><row r="10"><c><v>2</v></c></row><row><c><v>3</v></c></row>`, nil)
	_, rows := mustRead(t, content, small)
	if diff := cmp.Diff([]int{2, 10, 11}, numbers(rows)); diff != "" {
		t.Error(diff)
	}
}

func TestWorkbookHeaderProblems(t *testing.T) {
	for _, test := range []struct {
		name      string
		build     func(f *excelize.File)
		key, text string
	}{
		{"no data at all", func(*excelize.File) {}, "sheet_empty", "The file holds no table"},
		{"a second sheet without a header", func(f *excelize.File) {
			set(t, f, "Sheet1", "A1", []any{"code"}, []any{"A1"})
			if _, err := f.NewSheet("东区"); err != nil {
				t.Fatal(err)
			}
			set(t, f, "东区", "A1", []any{"A2", "Two"})
		}, "sheet_header_none", "Sheet 东区: None of the first 20 rows is a header"},
		{"an unknown header under a title", func(f *excelize.File) {
			set(t, f, "Sheet1", "A1", []any{"Title"}, []any{"code", "nme"}, []any{"A1"})
		}, "sheet_header_unknown_near", "Sheet Sheet1, row 2: The header “nme” is not known; did you mean “name”?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := read(workbook(t, test.build), small, sheet.Browser)
			expectProblem(t, err, test.key, test.text)
		})
	}
}

// excelize reads whole sheets, slowly and by other code: both must see the same texts.
func TestWorkbooksReadAsExcelizeReadsThem(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var want [][]string
	content := workbook(t, func(f *excelize.File) {
		set(t, f, "Sheet1", "A1", []any{"code", "name", "opened_on"})
		for i := range 300 {
			name := strings.Repeat("上海 ", random.IntN(4)) + fmt.Sprint(random.Int())
			set(t, f, "Sheet1", fmt.Sprintf("A%d", 2+i*2), []any{fmt.Sprintf("A%03d", i), name, random.IntN(50000)})
		}
		rows, err := f.GetRows("Sheet1")
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			if len(row) > 0 {
				want = append(want, row)
			}
		}
	})
	_, rows := mustRead(t, content, small)
	if diff := cmp.Diff(want, cells(rows, "code", "name", "opened_on")); diff != "" {
		t.Error(diff)
	}
}

package sheet_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dealercert/internal/sheet"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

const chinese = "代码,名称,开业日期\r\nA1,上海九华汽车服务有限公司,2020-01-01\r\nA2,\"深圳镕\u3000㐀公司\",\r\n"

func TestEncodings(t *testing.T) {
	utf16le := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	utf16be := unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	want := [][]string{{"A1", "上海九华汽车服务有限公司", "2020-01-01"}, {"A2", "深圳镕\u3000㐀公司", ""}}
	for _, test := range []struct {
		name, encoding string
		content        []byte
	}{
		{"UTF-8", sheet.UTF8, []byte(chinese)},
		{"UTF-8 with BOM", sheet.UTF8BOM, []byte("\ufeff" + chinese)},
		{"UTF-16, little end first", sheet.UTF16, encode(t, utf16le, chinese)},
		{"UTF-16, big end first", sheet.UTF16, encode(t, utf16be, chinese)},
		{"GB18030", sheet.GB18030, encode(t, simplifiedchinese.GB18030, chinese)},
		{"semicolons", sheet.UTF8, []byte(strings.ReplaceAll(chinese, ",", ";"))},
		{"tabs in UTF-16, as Excel's Unicode text", sheet.UTF16, encode(t, utf16le, strings.ReplaceAll(chinese, ",", "\t"))},
		{"a line that names the separator", sheet.UTF8, []byte("sep=;\r\n" + strings.ReplaceAll(chinese, ",", ";"))},
	} {
		t.Run(test.name, func(t *testing.T) {
			reader, rows := mustRead(t, test.content, small)
			if reader.Encoding != test.encoding {
				t.Errorf("encoding %s", reader.Encoding)
			}
			if diff := cmp.Diff(want, cells(rows, "code", "name", "opened_on")); diff != "" {
				t.Error(diff)
			}
			sum := sha256.Sum256(test.content)
			if reader.SHA256 != hex.EncodeToString(sum[:]) {
				t.Error("another hash than that of the file")
			}
		})
	}
}

// A character may lie across the pieces in which a file is read.
func TestEncodingIsToldAcrossPieces(t *testing.T) {
	for shift := range 4 {
		content := "code\n" + strings.Repeat("x", shift) + strings.Repeat(strings.Repeat("汉", 20_000)+"\n", 10)
		reader, _ := mustRead(t, []byte(content), small)
		if reader.Encoding != sheet.UTF8 {
			t.Errorf("shift %d: %s", shift, reader.Encoding)
		}
	}
}

func TestRowNumbersAreThoseOfASpreadsheet(t *testing.T) {
	content := "Title\n\ncode,name\nA1,\"two\nlines\"\n\n , \nA2,\"three\r\n\r\nlines\"\nA3,x\n,\n"
	reader, rows := mustRead(t, []byte(content), small)
	if reader.Sheets[0].HeaderRow != 3 {
		t.Errorf("header in row %d", reader.Sheets[0].HeaderRow)
	}
	if diff := cmp.Diff([]int{4, 7, 8}, numbers(rows)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{{"A1", "two lines"}, {"A2", "three lines"}, {"A3", "x"}}, cells(rows, "code", "name")); diff != "" {
		t.Error(diff)
	}
}

func TestCSVProblems(t *testing.T) {
	long := strings.Repeat("汉", 32768)
	gb := string(encode(t, simplifiedchinese.GB18030, strings.Repeat("代码,名称\nA1,上海九华汽车服务\n", 3)))
	rows := "code\n" + strings.Repeat("A\n", 5)
	for _, test := range []struct{ name, content, key, text string }{
		{"nothing", "", "sheet_empty", "The file holds no table"},
		{"blanks only", " \r\n\t\n", "sheet_empty", ""},
		{"a mark only", "\ufeff", "sheet_empty", ""},
		{"separators only", ",,,\n,,,\n", "sheet_empty", ""},
		{"binary", "code\nA\x00\x01\n", "sheet_not_a_table", ""},
		{"UTF-16 without a mark", string(encode(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), chinese)), "sheet_not_a_table", ""},
		{"a web page", "<html><table><tr><td>code</td></tr></table></html>", "sheet_not_a_table", ""},
		{"a PDF", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "sheet_not_a_table", ""},
		{"an old workbook", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest", "sheet_old_workbook", "save it as .xlsx"},
		{"UTF-8 cut off", chinese[:len(chinese)-len("公司\",\r\n")-1], "sheet_broken_utf8", ""},
		{"GB18030 with a byte lost", gb + "A2,\xc9\n", "sheet_encoding", "Row 7: "},
		{"a quotation mark inside", "code,name\nA1,5\" wide\n", "sheet_quote", "Row 2: A quotation mark"},
		{"a quotation mark not closed", "code,name\nA1,\"two\nlines\"\nA2,\"open\n", "sheet_quote", "Row 3: "},
		{"one not closed in a long file", "code,name\nA1,\"" + strings.Repeat("open\n", 500_000), "sheet_row_size", "Row 2: The row is longer than 1 MB"},
		{"a cell too long", "code,name\nA1," + long + "\n", "sheet_cell_size", "Row 2: A cell holds more than 32,767 characters"},
		{"a header too long", "code," + long + "\n", "sheet_cell_size", "Row 1: "},
		{"too many rows", rows, "sheet_rows", "more than 4 rows"},
		{"too large", "code\n" + strings.Repeat("A\n", 5<<20), "sheet_file_size", "larger than 10 MB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			limits := sheet.Browser
			limits.Rows = 4
			_, _, err := read([]byte(test.content), small, limits)
			expectProblem(t, err, test.key, test.text)
		})
	}
}

// One bad cell is a fault of its row; the others are read.
func TestFaultsOfSingleRows(t *testing.T) {
	content := "code,name\nA1,One\nA2,bell\a\nA3,x,beyond\nA4,\ufffd\nA5,Five, ,\u3000\n"
	_, rows, err := read([]byte(content), small, sheet.Browser)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows {
		for _, fault := range row.Faults {
			got = append(got, fault.Key+" "+fault.Column+" "+fault.Value+" "+fault.Error()[:6])
		}
	}
	want := []string{"sheet_cell_control name bell\a Row 3:", "sheet_cell_outside  beyond Row 4:", "sheet_cell_replacement name \ufffd Row 5:"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(rows) != 5 || len(rows[0].Faults) != 0 || len(rows[4].Faults) != 0 {
		t.Errorf("%d rows", len(rows))
	}
}

func TestGuardedCellsAreUnguarded(t *testing.T) {
	_, rows := mustRead(t, []byte("code,name\n'=A1,'-31932888\n''@A2,'quoted'\n=A3,-1\n"), small)
	want := [][]string{{"=A1", "-31932888"}, {"'@A2", "'quoted'"}, {"=A3", "-1"}}
	if diff := cmp.Diff(want, cells(rows, "code", "name")); diff != "" {
		t.Error(diff)
	}
}

func TestOpen(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "named.xlsx") // the name does not decide
	if err := os.WriteFile(path, []byte(chinese), 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := sheet.Open(path, small, sheet.Browser)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // rows can be read again
		count := 0
		for _, err := range reader.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			count++
		}
		if count != 2 {
			t.Errorf("%d rows", count)
		}
	}
	for range reader.Rows() {
		break // the rest need not be read
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
	if _, err := sheet.Open(filepath.Join(folder, "missing.csv"), small, sheet.Browser); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	_, err = sheet.Open(folder, small, sheet.Browser)
	expectProblem(t, err, "sheet_not_a_table", "")
}

// failing fails after its first bytes, as a disk may.
type failing struct{ content *bytes.Reader }

func (f failing) ReadAt(p []byte, at int64) (int, error) {
	if at > 0 {
		return 0, io.ErrClosedPipe
	}
	return f.content.ReadAt(p[:min(len(p), 64)], at)
}

// What the disk does is no fault of the file.
func TestReadErrorsAreNoProblems(t *testing.T) {
	content := []byte("code\n" + strings.Repeat("A1\n", 100))
	_, err := sheet.New(failing{bytes.NewReader(content)}, int64(len(content)), small, sheet.Browser)
	var problem *sheet.Problem
	if !errors.Is(err, io.ErrClosedPipe) || errors.As(err, &problem) {
		t.Errorf("%v", err)
	}
}

// A file that fails only after it was opened well is no problem of the file either, in both formats.
func TestReadErrorsAmongRowsAreNoProblems(t *testing.T) {
	for name, content := range map[string][]byte{
		"csv":  []byte(chinese),
		"xlsx": raw(t, header+`<row r="2"><c r="A2"><v>1</v></c></row>`, nil),
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		reader, err := sheet.Open(path, small, sheet.Browser)
		if err != nil {
			t.Fatal(err)
		}
		if err := reader.Close(); err != nil {
			t.Fatal(err)
		}
		count := 0
		for _, err := range reader.Rows() {
			count++
			var problem *sheet.Problem
			if !errors.Is(err, os.ErrClosed) || errors.As(err, &problem) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if count != 1 {
			t.Errorf("%s: %d rows and errors", name, count)
		}
	}
}

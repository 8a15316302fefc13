package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"dealercert/internal/sheet"
)

// allocated gives the bytes allocated while f ran.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// text is a cell with text in place.
func text(name, content string) string {
	return fmt.Sprintf(`<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, name, content)
}

func TestHostileWorkbooks(t *testing.T) {
	const mega = 1 << 20
	row := func(number, cells string) string { return header + `<row r="` + number + `">` + cells + `</row>` }
	spaces := strings.Repeat(" ", mega)
	good := raw(t, row("2", text("A2", "A1")), nil)
	for _, test := range []struct {
		name      string
		content   []byte
		key, text string
	}{
		{"a bomb of 100 MB", raw(t, row("2", text("A2", "A1")+strings.Repeat(spaces, 100)), nil), "sheet_unpacked", "unpacks to more than 4 MB"},
		{"a bomb in a part that is not read", raw(t, row("2", ""), parts{"xl/media/a.png": strings.Repeat(spaces, 20)}), "sheet_unpacked", ""},
		{"a bomb of styles", raw(t, "", parts{"xl/styles.xml": incompressible(17 * mega)}), "sheet_unpacked", "16 MB"},
		{"a part larger than stated", lying(t, row("2", text("A2", strings.Repeat("x", 5000))), 100), "sheet_damaged", ""},
		{"a part smaller than stated", lying(t, row("2", text("A2", "x")), 100_000), "sheet_damaged", ""},
		{"too many parts", raw(t, "", many(1001)), "sheet_parts", "more than 1,000 parts"},
		{"a row beyond all", raw(t, row("2147483647", text("A2147483647", "x")), nil), "sheet_place", "Sheet Data, row 1: The workbook has a cell where no table can have one (2147483647)"},
		{"row 0", raw(t, row("0", text("A0", "x")), nil), "sheet_place", ""},
		{"row -1", raw(t, row("-1", text("A1", "x")), nil), "sheet_place", ""},
		{"a row twice", raw(t, row("1", text("A1", "x")), nil), "sheet_place", ""},
		{"a cell of another row", raw(t, row("2", text("A3", "x")), nil), "sheet_place", "(A3)"},
		{"cells out of order", raw(t, row("2", text("B2", "x")+text("A2", "y")), nil), "sheet_place", "(A2)"},
		{"a cell beyond all columns", raw(t, row("2", text("XFE2", "x")), nil), "sheet_place", "(XFE2)"},
		{"a cell far to the right", raw(t, row("2", text("XFD2", "far")), nil), "sheet_place", "(far)"},
		{"a text that is not there", raw(t, row("2", `<c r="A2" t="s"><v>3</v></c>`), nil), "sheet_damaged", "Sheet Data, row 2"},
		{"text number -1", raw(t, row("2", `<c r="A2" t="s"><v>-1</v></c>`), nil), "sheet_damaged", ""},
		{"a number that is none", raw(t, row("2", `<c r="A2"><v>1,5</v></c>`), nil), "sheet_damaged", ""},
		{"not a number", raw(t, row("2", `<c r="A2"><v>NaN</v></c>`), nil), "sheet_damaged", ""},
		{"a cell too long", raw(t, row("2", text("A2", strings.Repeat("汉", 32768))), nil), "sheet_cell_size", "Sheet Data, row 2: A cell holds more than 32,767 characters"},
		{"a shared text too long", raw(t, "", parts{"xl/sharedStrings.xml": "<sst><si><t>" + strings.Repeat("x", 32768) + "</t></si></sst>"}), "sheet_cell_size", ""},
		{"a cell without an end", raw(t, row("2", text("A2", incompressible(3*mega))), nil), "sheet_cell_size", ""},
		{"a tag without an end", raw(t, row("2", `<c r="A2" x="`+strings.Repeat("y", 3*mega)+`"/>`), nil), "sheet_cell_size", ""},
		{"elements without end", raw(t, row("2", strings.Repeat("<c>", 100_000)), nil), "sheet_damaged", ""},
		{"an entity of its own", raw(t, "", parts{"xl/worksheets/sheet1.xml": `<!DOCTYPE x [<!ENTITY e "boom">]>` + sheetXML(row("2", text("A2", "&e;")))}), "sheet_damaged", ""},
		{"XML cut off", raw(t, "", parts{"xl/worksheets/sheet1.xml": strings.TrimSuffix(sheetXML(header), "</sheetData></worksheet>")}), "sheet_damaged", ""},
		{"styles cut off", raw(t, "", parts{"xl/styles.xml": "<styleSheet><cellXfs>"}), "sheet_damaged", ""},
		{"no XML", raw(t, "", parts{"xl/workbook.xml": "nonsense"}), "sheet_damaged", ""},
		{"a sheet without its part", raw(t, "", parts{"xl/_rels/workbook.xml.rels": "<Relationships/>"}), "sheet_damaged", ""},
		{"a file cut off", good[:len(good)-30], "sheet_damaged", "save it anew as .xlsx"},
		{"a byte changed", changed(good), "sheet_damaged", ""},
		{"an archive of something else", raw(t, "", parts{"_rels/.rels": "<Relationships/>"}), "sheet_not_a_table", ""},
		{"a text document", raw(t, "", parts{"xl/workbook.xml": "<document><body/></document>"}), "sheet_not_a_table", ""},
		{"a signature alone", []byte("PK\x03\x04"), "sheet_damaged", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var err error
			used := allocated(func() { _, _, err = read(test.content, small, sheet.Command) })
			expectProblem(t, err, test.key, test.text)
			if most := uint64(8*mega + 4*len(test.content)); used > most {
				t.Errorf("%d bytes allocated", used)
			}
		})
	}
	if _, rows, err := read(good, small, sheet.Browser); err != nil || len(rows) != 1 {
		t.Errorf("the good one: %v %v", rows, err)
	}
}

func TestWorkbookLimits(t *testing.T) {
	rows := header
	for i := 2; i < 12; i++ {
		rows += fmt.Sprintf(`<row r="%d"><c r="A%d"><v>%d</v></c></row>`, i, i, i)
	}
	content := raw(t, rows, nil)
	for _, test := range []struct {
		name   string
		limits sheet.Limits
		key    string
	}{
		{"enough", sheet.Limits{Workbook: int64(len(content)), Rows: 10}, ""},
		{"too many rows", sheet.Limits{Workbook: int64(len(content)), Rows: 9}, "sheet_rows"},
		{"too large", sheet.Limits{Workbook: int64(len(content)) - 1, Rows: 10}, "sheet_file_size"},
		{"too large for a workbook, not for CSV", sheet.Limits{CSV: 1 << 30, Workbook: 100, Rows: 10}, "sheet_file_size"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := read(content, small, test.limits)
			if test.key == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			expectProblem(t, err, test.key, "")
		})
	}
}

// Memory must not grow with the number of rows: only one row is held at a time.
func TestRowsAreStreamed(t *testing.T) {
	content := []byte("code,name\n" + strings.Repeat("A1,上海九华汽车服务有限公司\n", 200_000))
	reader, err := sheet.New(bytes.NewReader(content), int64(len(content)), small, sheet.Command)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var before, during runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	count := 0
	for _, err := range reader.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if count++; count == 150_000 {
			runtime.GC()
			runtime.ReadMemStats(&during)
		}
	}
	if count != 200_000 {
		t.Errorf("%d rows", count)
	}
	if during.HeapAlloc > before.HeapAlloc+4<<20 {
		t.Errorf("%d bytes held", during.HeapAlloc-before.HeapAlloc)
	}
}

// incompressible gives n characters of noise.
func incompressible(n int) string {
	noise, state := make([]byte, n), uint32(1)
	for i := range noise {
		state = state*1664525 + 1013904223
		noise[i] = 'a' + byte(state>>24)%26
	}
	return string(noise)
}

func many(n int) parts {
	all := parts{}
	for i := range n {
		all[fmt.Sprintf("xl/media/%d.png", i)] = ""
	}
	return all
}

// lying makes a workbook whose table of contents states another size for the worksheet than it has.
func lying(t *testing.T, rows string, stated uint32) []byte {
	t.Helper()
	content := raw(t, rows, nil)
	name := []byte("xl/worksheets/sheet1.xml")
	at := bytes.LastIndex(content, name) - 46 // the entry in the table of contents begins so far before its name
	if !bytes.HasPrefix(content[at:], []byte("PK\x01\x02")) {
		t.Fatal("the table of contents is elsewhere")
	}
	binary.LittleEndian.PutUint32(content[at+24:], stated)
	return content
}

// changed alters one byte of the packed worksheet.
func changed(content []byte) []byte {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		panic(err)
	}
	altered := bytes.Clone(content)
	for _, part := range archive.File {
		if part.Name != "xl/worksheets/sheet1.xml" {
			continue
		}
		at, err := part.DataOffset()
		if err != nil {
			panic(err)
		}
		altered[at+int64(part.CompressedSize64)/2] ^= 0x10
	}
	return altered
}

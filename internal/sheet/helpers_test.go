package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"dealercert/internal/sheet"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
)

// small is a kind of table with one required column.
var small = sheet.Columns{
	{Name: "code", Synonyms: []string{"代码"}, Required: true},
	{Name: "name", Synonyms: []string{"名称"}},
	{Name: "opened_on", Synonyms: []string{"开业日期"}},
}

// read opens content and collects its rows; the error is that of opening or of the rows.
func read(content []byte, columns sheet.Columns, limits sheet.Limits) (*sheet.Reader, []sheet.Row, error) {
	reader, err := sheet.New(bytes.NewReader(content), int64(len(content)), columns, limits)
	if err != nil {
		return nil, nil, err
	}
	defer reader.Close()
	var rows []sheet.Row
	for row, err := range reader.Rows() {
		if err != nil {
			return reader, rows, err
		}
		rows = append(rows, row)
	}
	return reader, rows, nil
}

// mustRead is read for content without any fault.
func mustRead(t *testing.T, content []byte, columns sheet.Columns) (*sheet.Reader, []sheet.Row) {
	t.Helper()
	reader, rows, err := read(content, columns, sheet.Command)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, fault := range row.Faults {
			t.Error(fault)
		}
	}
	return reader, rows
}

// expectProblem fails unless err is the problem of that key with that English text.
func expectProblem(t *testing.T, err error, key, text string) {
	t.Helper()
	var problem *sheet.Problem
	if !errors.As(err, &problem) {
		t.Fatalf("error %v is no problem of the file", err)
	}
	if problem.Key != key || !strings.Contains(problem.Error(), text) {
		t.Errorf("problem %s: %s (cause %v)\nwant %s: …%s…", problem.Key, problem, problem.Cause, key, text)
	}
}

// cells gives the named cells of each row, "–" for an absent column.
func cells(rows []sheet.Row, columns ...string) [][]string {
	var all [][]string
	for _, row := range rows {
		var some []string
		for _, column := range columns {
			value, present := row.Get(column)
			if !present {
				value = "–"
			}
			some = append(some, value)
		}
		all = append(all, some)
	}
	return all
}

func numbers(rows []sheet.Row) []int {
	var all []int
	for _, row := range rows {
		all = append(all, row.Number)
	}
	return all
}

func encode(t *testing.T, in encoding.Encoding, text string) []byte {
	t.Helper()
	content, err := in.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(content)
}

// workbook makes an XLSX file by excelize, as an independent writer.
func workbook(t *testing.T, build func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	build(f)
	var content bytes.Buffer
	if err := f.Write(&content); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// parts are the parts of a workbook by name, in place of the usual ones.
type parts map[string]string

// raw makes an XLSX file from XML: one sheet named Data with the given rows, and whatever parts replace.
func raw(t testing.TB, rows string, replaced parts) []byte {
	t.Helper()
	const types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	all := parts{
		"_rels/.rels":     `<Relationships><Relationship Id="r1" Type="` + types + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook xmlns:r="` + types + `"><sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="` + types + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="r2" Type="` + types + `/sharedStrings" Target="/xl/sharedStrings.xml"/>` +
			`<Relationship Id="r3" Type="` + types + `/styles" Target="styles.xml"/></Relationships>`,
		"xl/sharedStrings.xml":     `<sst><si><t>code</t></si><si><t>name</t></si><si><r><t>A</t></r><r><t>1</t></r><rPh><t>spoken</t></rPh></si></sst>`,
		"xl/styles.xml":            `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml": sheetXML(rows),
	}
	for name, content := range replaced {
		all[name] = content
	}
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	for name, content := range all {
		part, err := writer.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

func sheetXML(rows string) string {
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<worksheet><dimension ref="A1"/><sheetData>` + rows + `</sheetData></worksheet>`
}

// header is the row of raw workbooks that names the columns code and name.
const header = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>`

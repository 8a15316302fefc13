package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

func (b *workbook) sheets() []string {
	var names []string
	for _, table := range b.tables {
		names = append(names, table.name)
	}
	return names
}

// errEnough stops the reading of a sheet from which no more rows are wanted.
var errEnough = errors.New("enough")

func (b *workbook) records(sheet string) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		part := ""
		for _, table := range b.tables {
			if table.name == sheet {
				part = table.part
			}
		}
		reading := &cellReader{book: b, yield: func(r record) bool { return yield(r, nil) }}
		err := b.tokens(part, reading.token)
		if err != nil && !errors.Is(err, errEnough) {
			yield(record{}, workbookFault(err, sheet, reading.row.number))
		}
	}
}

// cellReader makes rows of the XML of one worksheet as it goes by.
type cellReader struct {
	book  *workbook
	yield func(record) bool

	inside bool // in the element that holds the rows
	row    record
	column int // of the present cell, from 1
	cell   rawCell
}

// rawCell is a cell as it is stored.
type rawCell struct {
	kind           string // "s" for the number of a text, "inlineStr", "str", "b", "e", "d"; "" or "n" for a number
	date           bool   // its style shows a day
	formula, value bool   // it has one
	reading        bool   // inside the element that holds the value
	spoken         bool   // inside the element that says how to pronounce it
	text           strings.Builder
}

func (c *cellReader) token(token xml.Token) error {
	switch token := token.(type) {
	case xml.StartElement:
		if token.Name.Local == "sheetData" {
			c.inside = true
		} else if c.inside {
			return c.start(token)
		}
	case xml.CharData:
		if c.cell.reading && !c.cell.spoken {
			c.cell.text.Write(token)
			return c.checkLength()
		}
	case xml.EndElement:
		if c.inside {
			return c.end(token.Name.Local)
		}
	}
	return nil
}

func (c *cellReader) start(element xml.StartElement) error {
	switch element.Name.Local {
	case "row":
		return c.startRow(attribute(element, "r"))
	case "c":
		return c.startCell(element)
	case "f":
		c.cell.formula = true
	case "rPh":
		c.cell.spoken = true
	case "v", "t":
		c.cell.value, c.cell.reading = true, true
	}
	return nil
}

// startRow takes a row's number, which is left out when the row follows the one before.
func (c *cellReader) startRow(number string) error {
	next, err := c.row.number+1, error(nil)
	if number != "" {
		next, err = strconv.Atoi(number)
	}
	if err != nil || next <= c.row.number || next > maxRow {
		return &Problem{Key: problemPlace, Value: shorten(number)}
	}
	c.row, c.column = record{number: next}, 0
	return nil
}

// startCell takes a cell's name, which is left out when the cell follows the one before.
func (c *cellReader) startCell(element xml.StartElement) error {
	column, row, err := c.column+1, c.row.number, error(nil)
	name := attribute(element, "r")
	if name != "" {
		column, row, err = excelize.CellNameToCoordinates(name)
	}
	if err != nil || row != c.row.number || column <= c.column {
		return &Problem{Key: problemPlace, Value: shorten(name)}
	}
	c.column = column
	c.cell = rawCell{kind: attribute(element, "t")}
	if style, err := strconv.Atoi(attribute(element, "s")); err == nil && style >= 0 && style < len(c.book.dates) {
		c.cell.date = c.book.dates[style]
	}
	return nil
}

func (c *cellReader) end(element string) error {
	switch element {
	case "sheetData":
		c.inside = false
	case "v", "t":
		c.cell.reading = false
	case "rPh":
		c.cell.spoken = false
	case "c":
		return c.endCell()
	case "row":
		if len(c.row.cells) > 0 && !c.yield(c.row) {
			return errEnough
		}
	}
	return nil
}

func (c *cellReader) endCell() error {
	text, fault, err := c.book.value(&c.cell)
	if err != nil || text == "" && fault == "" {
		return err
	}
	if c.column > maxColumn {
		return &Problem{Key: problemPlace, Value: shorten(text)}
	}
	for len(c.row.cells) < c.column {
		c.row.cells = append(c.row.cells, "")
	}
	c.row.cells[c.column-1] = text
	if fault != "" {
		if c.row.faults == nil {
			c.row.faults = map[int]string{}
		}
		c.row.faults[c.column-1] = fault
	}
	return nil
}

func (c *cellReader) checkLength() error {
	if c.cell.text.Len() > maxCell && utf8.RuneCountInString(c.cell.text.String()) > maxCell {
		return tooLong("", 0)
	}
	return nil
}

// value gives a cell's text as a reader of the table means it: days in ISO form, numbers in full. fault is the key of
// what is wrong with this one cell, err what is wrong with the file.
func (b *workbook) value(cell *rawCell) (text, fault string, err error) {
	text = cell.text.String()
	switch cell.kind {
	case "s":
		if text == "" {
			return "", "", nil
		}
		number, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || number < 0 || number >= len(b.texts) {
			return "", "", fmt.Errorf("there is no text %s", shorten(text))
		}
		return b.texts[number], "", nil
	case "inlineStr", "str":
		text = unescape(text)
	case "b":
		text = map[string]string{"1": "TRUE", "0": "FALSE"}[strings.TrimSpace(text)]
	case "d": // 2022-11-30T00:00:00
		text, _, _ = strings.Cut(text, "T")
	case "", "n":
		text, fault, err = b.number(strings.TrimSpace(text), cell.date)
	}
	if cell.formula && !cell.value {
		fault = problemFormula
	}
	return text, fault, err
}

// exact is the first whole number that spreadsheets no longer keep every digit of: they keep 15.
const exact = 1e15

// number gives a stored number in full, without an exponent: whole numbers as they stand, others to the 15 digits that
// spreadsheets show. With a date's style it is a day counted from an epoch, and its fraction a time of that day, which
// is dropped.
func (b *workbook) number(stored string, date bool) (text, fault string, err error) {
	if stored == "" {
		return "", "", nil
	}
	number, err := strconv.ParseFloat(stored, 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		return "", "", fmt.Errorf("%s is no number", shorten(stored))
	}
	if date {
		if day, err := excelize.ExcelDateToTime(number, b.date1904); err == nil && number >= 1 && day.Year() <= 9999 {
			return day.Format("2006-01-02"), "", nil
		}
	}
	if math.Abs(number) >= exact {
		return stored, problemDigits, nil
	}
	if strings.Trim(stored, "0123456789") == "" {
		return stored, "", nil
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(number, 'g', 15, 64), 64)
	return strconv.FormatFloat(rounded, 'f', -1, 64), "", err
}

// attribute gives an element's attribute, or "".
func attribute(element xml.StartElement, name string) string {
	for _, attribute := range element.Attr {
		if attribute.Name.Local == name && attribute.Name.Space == "" {
			return attribute.Value
		}
	}
	return ""
}

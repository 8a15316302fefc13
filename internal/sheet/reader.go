package sheet

import (
	"fmt"
	"io"
	"iter"
	"os"
)

// Limits bound what a file may cost. Bytes count the file as it lies there; Rows counts rows that hold data, over all
// sheets.
type Limits struct {
	CSV      int64
	Workbook int64
	Rows     int
}

// The limits for files that arrive through the browser and for those that an operator names on the command line.
var (
	Browser = Limits{CSV: 10 << 20, Workbook: 10 << 20, Rows: 50_000}
	Command = Limits{CSV: 512 << 20, Workbook: 64 << 20, Rows: 2_000_000}
)

// Encodings that [Reader.Encoding] names.
const (
	UTF8    = "UTF-8"
	UTF8BOM = "UTF-8 with BOM"
	UTF16   = "UTF-16"
	GB18030 = "GB18030"
	XLSX    = "XLSX"
)

// Reader is a table whose headers have been found right. Close it.
type Reader struct {
	Encoding string  // how the text is stored; XLSX for a workbook
	SHA256   string  // of the file's bytes, in hexadecimal
	Sheets   []Sheet // those that hold a table, in the file's order; one without a name for CSV

	limits Limits
	source source
	file   io.Closer
}

// Sheet is one table of a file.
type Sheet struct {
	Name      string
	HeaderRow int      // the number a spreadsheet shows
	Columns   []string // names of the columns present, in the order of the file

	places map[string]int // column name to cell index
	fields []string       // cell index to column name, "" under an empty header
}

// Row is one row of data. A row that has faults must not be used.
type Row struct {
	Sheet  string
	Number int // the number a spreadsheet shows: headers, titles and blank rows count
	Faults []*Problem

	sheet  int // its index among the reader's sheets
	places map[string]int
	cells  []string
}

// Get gives the cell of a column, cleaned. It is absent when the sheet has no such column, which is something else
// than an empty cell.
func (r Row) Get(column string) (value string, present bool) {
	place, present := r.places[column]
	if !present || place >= len(r.cells) {
		return "", present
	}
	return r.cells[place], true
}

// Order is where the row stands in the file: it rises from row to row over all sheets.
func (r Row) Order() int64 { return int64(r.sheet)<<32 | int64(r.Number) }

// record is one row as the file has it.
type record struct {
	number int
	cells  []string
	faults map[int]string // cell index to the key of what is wrong with how the cell is stored
}

func (r record) blank() bool {
	if len(r.faults) > 0 {
		return false
	}
	for _, cell := range r.cells {
		if trim(cell) != "" {
			return false
		}
	}
	return true
}

// source is a file of either format. Records may be asked for more than once.
type source interface {
	sheets() []string
	records(sheet string) iter.Seq2[record, error]
}

// Open opens the table in a file. The format is told from the content, never from the name. Errors are a *Problem
// when the file is at fault, else those of the file system.
func Open(path string, columns Columns, limits Limits) (*Reader, error) {
	file, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	reader, err := openFile(file, columns, limits)
	if err != nil {
		_ = file.Close() // nothing has been written to it, so nothing can be lost
		return nil, err
	}
	reader.file = file
	return reader, nil
}

func openFile(file *os.File, columns Columns, limits Limits) (*Reader, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // a folder, or a pipe, which cannot be read twice
		return nil, &Problem{Key: problemNotATable}
	}
	return New(file, info.Size(), columns, limits)
}

// New is Open for a file that is already at hand. It stays the caller's to close, after the last row.
func New(file io.ReaderAt, size int64, columns Columns, limits Limits) (*Reader, error) {
	most := max(limits.CSV, limits.Workbook)
	if size > most {
		return nil, &Problem{Key: problemFileSize, Limit: megabytes(most)}
	}
	found, err := survey(file, size)
	if err != nil {
		return nil, err
	}
	reader := &Reader{Encoding: found.encoding, SHA256: found.sum, limits: limits}
	if found.encoding == XLSX {
		if size > limits.Workbook {
			return nil, &Problem{Key: problemFileSize, Limit: megabytes(limits.Workbook)}
		}
		reader.source, err = openWorkbook(file, size)
	} else {
		if size > limits.CSV {
			return nil, &Problem{Key: problemFileSize, Limit: megabytes(limits.CSV)}
		}
		reader.source, err = openCSV(file, size, found.encoding, columns)
	}
	if err != nil {
		return nil, err
	}
	if reader.Sheets, err = readHeaders(reader.source, columns); err != nil {
		return nil, err
	}
	return reader, nil
}

// Close lets go of the file that Open opened.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// Rows streams the rows of all sheets that are not blank. After an error nothing follows; see Open for its kind.
func (r *Reader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		count := 0
		for index, sheet := range r.Sheets {
			for record, err := range r.source.records(sheet.Name) {
				if err == nil && (record.number <= sheet.HeaderRow || record.blank()) {
					continue
				}
				var row Row
				if count++; err == nil && count > r.limits.Rows {
					err = &Problem{Key: problemRows, Limit: grouped(r.limits.Rows)}
				}
				if err == nil {
					row, err = sheet.row(record)
					row.sheet = index
				}
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}

// readHeaders finds the header of each sheet. A sheet without any data is left out; one with data but no header is a
// problem, since leaving it out would lose its rows unseen.
func readHeaders(source source, columns Columns) ([]Sheet, error) {
	var found []Sheet
	for _, name := range source.sheets() {
		top, err := head(source.records(name))
		if err != nil {
			return nil, err
		}
		if len(top) == 0 {
			continue
		}
		sheet, err := columns.findHeader(name, top)
		if err != nil {
			return nil, err
		}
		found = append(found, sheet)
	}
	if len(found) == 0 {
		return nil, &Problem{Key: problemEmpty}
	}
	return found, nil
}

// head gives those of the first headerRows rows that hold anything; if none does, the first later row that does.
func head(records iter.Seq2[record, error]) ([]record, error) {
	var top []record
	for record, err := range records {
		if err != nil {
			return nil, err
		}
		if record.number > headerRows && len(top) > 0 {
			break
		}
		if !record.blank() {
			top = append(top, record)
		}
	}
	return top, nil
}

// row cleans the cells of a record.
func (s Sheet) row(record record) (Row, error) {
	row := Row{Sheet: s.Name, Number: record.number, places: s.places, cells: make([]string, len(s.fields))}
	for i, text := range record.cells {
		column := ""
		if i < len(s.fields) {
			column = s.fields[i]
		}
		value, problem := Clean(text)
		if key := record.faults[i]; key != "" {
			problem = &Problem{Key: key}
		}
		switch {
		case problem != nil:
		case column == "" && value != "":
			problem = &Problem{Key: problemOutside}
		case column != "":
			row.cells[i] = Unguard(value)
		}
		if problem != nil {
			problem.Sheet, problem.Row, problem.Column, problem.Value = s.Name, row.Number, column, shorten(text)
			row.Faults = append(row.Faults, problem)
		}
	}
	return row, nil
}

// tooLong is the problem of a cell beyond maxCell.
func tooLong(sheet string, row int) *Problem {
	return &Problem{Key: problemCellSize, Sheet: sheet, Row: row, Limit: grouped(maxCell)}
}

// unreadable is an error of the file system, not of the file's content.
func unreadable(err error) error { return fmt.Errorf("reading the table: %w", err) }

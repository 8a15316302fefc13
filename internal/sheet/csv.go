package sheet

import (
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"strings"
	"unicode/utf8"
)

// csvFile is a CSV file of known encoding and separator.
type csvFile struct {
	file      io.ReaderAt
	size      int64
	encoding  string
	separator rune
}

// openCSV finds the separator: the one under which a row near the top has the most known headers.
func openCSV(file io.ReaderAt, size int64, encoding string, columns Columns) (*csvFile, error) {
	best, most := &csvFile{file: file, size: size, encoding: encoding, separator: ','}, 0
	names := columns.names()
	for _, separator := range []rune{',', ';', '\t'} {
		tried := &csvFile{file: file, size: size, encoding: encoding, separator: separator}
		top, err := head(tried.records(""))
		if problem := (*Problem)(nil); err != nil && !errors.As(err, &problem) {
			return nil, err
		}
		for _, record := range top {
			if n := recognised(names, record); n > most {
				best, most = tried, n
			}
		}
	}
	return best, nil
}

func (f *csvFile) sheets() []string { return []string{""} }

// records streams the file. encoding/csv leaves blank lines out and counts lines, a spreadsheet counts rows: a row is
// one line, less the line breaks inside quotation marks above it.
func (f *csvFile) records(string) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		text := &meter{text: decode(f.file, f.size, f.encoding)}
		reader := csv.NewReader(text)
		reader.Comma, reader.FieldsPerRecord = f.separator, -1
		last, breaks := 0, 0
		for {
			text.gone = 0
			cells, err := reader.Read()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(record{}, f.problem(err, last, breaks))
				return
			}
			line, _ := reader.FieldPos(0)
			last = line - breaks
			if err := f.check(cells, last); err != nil {
				yield(record{}, err)
				return
			}
			for _, cell := range cells {
				breaks += strings.Count(cell, "\n")
			}
			if !yield(record{number: last, cells: cells}, nil) {
				return
			}
		}
	}
}

// check refuses what makes the whole file doubtful.
func (f *csvFile) check(cells []string, row int) error {
	for _, cell := range cells {
		if len(cell) > maxCell && utf8.RuneCountInString(cell) > maxCell {
			return tooLong("", row)
		}
		if f.encoding != UTF8 && f.encoding != UTF8BOM && strings.ContainsRune(cell, utf8.RuneError) {
			return &Problem{Key: problemEncoding, Row: row}
		}
	}
	return nil
}

// problem explains an error of reading the row after the last good one.
func (f *csvFile) problem(err error, last, breaks int) error {
	if syntax := (*csv.ParseError)(nil); errors.As(err, &syntax) {
		return &Problem{Key: problemQuote, Row: syntax.StartLine - breaks, Cause: err}
	}
	if errors.Is(err, errRowSize) {
		return &Problem{Key: problemRowSize, Row: last + 1, Limit: megabytes(maxRecord)}
	}
	return unreadable(err)
}

package sheet

import (
	"archive/zip"
	"compress/flate"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// Writer writes a table row by row; the header has been given already. Cells are guarded against being taken for
// formulas. Close finishes the table and leaves what it is written to open; without it the table is not whole.
type Writer interface {
	Write(row []string) error
	Close() error
}

type csvWriter struct {
	out   *csv.Writer
	width int
}

// NewCSV writes UTF-8 with a byte order mark, by which Excel knows it, and lines that end in CR LF.
func NewCSV(w io.Writer, header []string) (Writer, error) {
	if _, err := io.WriteString(w, markUTF8); err != nil {
		return nil, err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return &csvWriter{out, len(header)}, out.Write(header)
}

func (c *csvWriter) Write(row []string) error {
	if err := checkWidth(row, c.width); err != nil {
		return err
	}
	cells := make([]string, len(row))
	for i, cell := range row {
		cells[i] = Guard(cell)
	}
	return c.out.Write(cells)
}

func (c *csvWriter) Close() error {
	c.out.Flush()
	return c.out.Error()
}

func checkWidth(row []string, width int) error {
	if len(row) != width {
		return fmt.Errorf("a row of %d cells for a header of %d", len(row), width)
	}
	return nil
}

// xlsxWriter holds the first rows back until the widths of the columns are known from them.
type xlsxWriter struct {
	out    io.Writer
	name   string // of the first sheet; others have a number behind it
	sheets int
	book   *excelize.File
	sheet  *excelize.StreamWriter
	bold   int // style of the header
	text   int // style of all else: text, so that codes and dates typed later stay as they are typed
	widths []int
	header []string
	held   [][]string
	rows   int // of the present sheet
	most   int // rows of a sheet
}

const (
	holdRows   = 100
	narrowest  = 10 // width of a column, in characters
	broadest   = 60
	margin     = 2  // beside the longest text of a column
	textFormat = 49 // the built-in number format for text
)

// NewXLSX writes a workbook of text cells, its header in bold and always in view. A table that is longer than a sheet goes
// on in another, under the same header. The sheet's name may be 28 characters long. The workbook is written on Close.
func NewXLSX(w io.Writer, sheetName string, header []string) (Writer, error) {
	return newXLSX(w, sheetName, header, maxRow)
}

func newXLSX(w io.Writer, sheetName string, header []string, most int) (Writer, error) {
	x := &xlsxWriter{out: w, name: sheetName, sheets: 1, book: excelize.NewFile(), header: header, widths: make([]int, len(header)), most: most}
	if err := x.prepare(); err != nil {
		return nil, errors.Join(err, x.book.Close())
	}
	x.held = append(x.held, header)
	return x, nil
}

func (x *xlsxWriter) prepare() (err error) {
	if err = x.book.SetSheetName(x.book.GetSheetName(0), x.name); err != nil {
		return err
	}
	if x.bold, err = x.book.NewStyle(&excelize.Style{NumFmt: textFormat, Font: &excelize.Font{Bold: true}}); err != nil {
		return err
	}
	if x.text, err = x.book.NewStyle(&excelize.Style{NumFmt: textFormat}); err != nil {
		return err
	}
	x.sheet, err = x.book.NewStreamWriter(x.name)
	return err
}

func (x *xlsxWriter) Write(row []string) error {
	if err := checkWidth(row, len(x.widths)); err != nil {
		return err
	}
	cells := make([]string, len(row))
	for i, cell := range row {
		cells[i] = Guard(cell)
		if len(cells[i]) > maxCell && len(utf16.Encode([]rune(cells[i]))) > maxCell { // else it would be cut off
			return tooLong(x.name, x.rows+len(x.held)+1)
		}
	}
	if x.rows == 0 && len(x.held) < holdRows {
		x.held = append(x.held, cells)
		return nil
	}
	if err := x.release(); err != nil {
		return err
	}
	if x.rows == x.most {
		if err := x.turn(); err != nil {
			return err
		}
	}
	return x.put(cells)
}

// turn ends a sheet that is full and begins the next.
func (x *xlsxWriter) turn() error {
	if err := x.sheet.Flush(); err != nil {
		return err
	}
	x.sheets++
	name := fmt.Sprintf("%s %d", x.name, x.sheets)
	_, err := x.book.NewSheet(name)
	if err == nil {
		x.sheet, err = x.book.NewStreamWriter(name)
	}
	if err == nil {
		err = x.layOut()
	}
	x.rows = 0
	return errors.Join(err, x.put(x.header))
}

// release writes the rows held back.
func (x *xlsxWriter) release() error {
	if x.rows > 0 {
		return nil
	}
	for _, row := range x.held {
		for i, cell := range row {
			x.widths[i] = max(x.widths[i], breadth(cell))
		}
	}
	if err := x.layOut(); err != nil {
		return err
	}
	for _, row := range x.held {
		if err := x.put(row); err != nil {
			return err
		}
	}
	x.held = nil
	return nil
}

// layOut sets the columns of the present sheet and keeps its header in view.
func (x *xlsxWriter) layOut() error {
	for i, width := range x.widths {
		if err := x.sheet.SetColWidth(i+1, i+1, float64(min(max(width+margin, narrowest), broadest))); err != nil {
			return err
		}
		if err := x.sheet.SetColStyle(i+1, i+1, x.text); err != nil {
			return err
		}
	}
	return x.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func (x *xlsxWriter) put(row []string) error {
	style := x.text
	if x.rows == 0 {
		style = x.bold
	}
	x.rows++
	cells := make([]any, len(row))
	for i, cell := range row {
		if cell != "" {
			cells[i] = excelize.Cell{StyleID: style, Value: cell}
		}
	}
	return x.sheet.SetRow(fmt.Sprintf("A%d", x.rows), cells)
}

func (x *xlsxWriter) Close() error {
	err := x.release()
	if err == nil {
		err = x.sheet.Flush()
	}
	if err == nil {
		x.book.SetZipWriter(loosely)
		err = x.book.Write(x.out)
	}
	return errors.Join(err, x.book.Close())
}

// breadth is how much room a text takes: Chinese characters take twice that of others.
func breadth(text string) int {
	width := 0
	for _, r := range text {
		width++
		if r >= 0x1100 {
			width++
		}
	}
	return width
}

// loosely packs a workbook so that it does not unpack to more than readers like ours take for honest: a long table
// full of repetition packs to a twentieth of its size, and would be refused as a bomb.
func loosely(w io.Writer) excelize.ZipWriter {
	archive := zip.NewWriter(w)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		packed := &counter{to: w}
		packer, err := flate.NewWriter(packed, flate.DefaultCompression)
		return &loosePacker{packer: packer, packed: packed}, err
	})
	return archive
}

type loosePacker struct {
	packer   *flate.Writer
	packed   *counter
	unpacked int64
}

func (l *loosePacker) Write(p []byte) (int, error) {
	l.unpacked += int64(len(p))
	return l.packer.Write(p)
}

// Close fills up with empty blocks, which unpack to nothing, where a large part has been packed too well.
func (l *loosePacker) Close() error {
	if err := l.packer.Flush(); err != nil {
		return err
	}
	for l.unpacked > slack/2 && l.packed.bytes < l.unpacked/(ratio-1) {
		if err := l.packer.Flush(); err != nil {
			return err
		}
	}
	return l.packer.Close()
}

// counter counts the bytes that go through it.
type counter struct {
	to    io.Writer
	bytes int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.bytes += int64(n)
	return n, err
}

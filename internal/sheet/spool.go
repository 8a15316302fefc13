package sheet

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
)

// Spool keeps rows in a file that has no name, so that the rows of one group can be read together wherever they stand in
// a table, and memory stays bounded whatever the table's size. Add all rows, then read the groups. Close it.
type Spool struct {
	file   *os.File
	out    *bufio.Writer
	offset int64
	buffer []byte
	groups map[string]int32
	places []place
	counts []int32
}

// place is where a row of a group lies.
type place struct {
	offset int64
	group  int32
}

// NewSpool makes an empty spool. Its file can be read by nobody else and is gone when it is closed.
func NewSpool() (*Spool, error) {
	file, err := os.CreateTemp("", "dealercert-import-*")
	if err != nil {
		return nil, fmt.Errorf("the table cannot be kept while it is read: %w", err)
	}
	_ = os.Remove(file.Name()) // where an open file cannot lose its name, Close removes it
	return &Spool{file: file, out: bufio.NewWriterSize(file, 1<<16), groups: map[string]int32{}}, nil
}

// Close lets go of the rows.
func (s *Spool) Close() error {
	err := s.file.Close()
	if gone := os.Remove(s.file.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// Add keeps a row of a group. Its faults are not kept, but whether it had any is.
// A row without a group is one by itself.
func (s *Spool) Add(group string, row Row) error {
	if group == "" {
		group = "\x00" + strconv.FormatInt(row.Order(), 36) // no cell holds such a text
	}
	number, known := s.groups[group]
	if !known {
		number = int32(len(s.counts))
		s.groups[group] = number
		s.counts = append(s.counts, 0)
	}
	s.counts[number]++
	s.places = append(s.places, place{s.offset, number})
	s.buffer = binary.AppendUvarint(s.buffer[:0], uint64(row.sheet))
	s.buffer = binary.AppendUvarint(s.buffer, uint64(row.Number))
	s.buffer = binary.AppendUvarint(s.buffer, uint64(min(len(row.Faults), 1)))
	s.buffer = binary.AppendUvarint(s.buffer, uint64(len(row.cells)))
	for _, cell := range row.cells {
		s.buffer = binary.AppendUvarint(s.buffer, uint64(len(cell)))
		s.buffer = append(s.buffer, cell...)
	}
	n, err := s.out.Write(s.buffer)
	s.offset += int64(n)
	return err
}

// Len is how many rows were added.
func (s *Spool) Len() int { return len(s.places) }

// SpooledRow is a row that was kept, with whether it had faults.
type SpooledRow struct {
	Row
	Faulty bool
}

// Groups gives the rows of each group, in the order in which groups first came and rows were added.
// One of more rows than most is a problem of the file.
func (s *Spool) Groups(of *Reader, most int) iter.Seq2[[]SpooledRow, error] {
	return func(yield func([]SpooledRow, error) bool) {
		if err := s.out.Flush(); err != nil {
			yield(nil, err)
			return
		}
		sorted, first := s.sorted()
		for group, count := range s.counts {
			if int(count) > most {
				yield(nil, &Problem{Key: problemGroup, Limit: grouped(most)})
				return
			}
			rows := make([]SpooledRow, count)
			for i := range rows {
				var err error
				if rows[i], err = s.read(of, sorted[first[group]+int32(i)]); err != nil {
					yield(nil, err)
					return
				}
			}
			if !yield(rows, nil) {
				return
			}
		}
	}
}

// sorted gives the rows' places by group, and where each group begins.
func (s *Spool) sorted() (offsets []int64, first []int32) {
	first = make([]int32, len(s.counts))
	next := int32(0)
	for i, count := range s.counts {
		first[i] = next
		next += count
	}
	offsets = make([]int64, len(s.places))
	at := append([]int32(nil), first...)
	for _, p := range s.places {
		offsets[at[p.group]] = p.offset
		at[p.group]++
	}
	return offsets, first
}

// read gives the row at a place.
func (s *Spool) read(of *Reader, offset int64) (SpooledRow, error) {
	in := bufio.NewReaderSize(io.NewSectionReader(s.file, offset, s.offset-offset), 512)
	var heads [4]uint64
	for i := range heads {
		var err error
		if heads[i], err = binary.ReadUvarint(in); err != nil {
			return SpooledRow{}, unreadable(err)
		}
	}
	sheet := of.Sheets[heads[0]]
	row := SpooledRow{Row{Sheet: sheet.Name, Number: int(heads[1]), places: sheet.places, cells: make([]string, heads[3])}, heads[2] > 0}
	for i := range row.cells {
		size, err := binary.ReadUvarint(in)
		if err != nil {
			return row, unreadable(err)
		}
		text := make([]byte, size)
		if _, err := io.ReadFull(in, text); err != nil {
			return row, unreadable(err)
		}
		row.cells[i] = string(text)
	}
	return row, nil
}

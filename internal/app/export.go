package app

import (
	"context"
	"io"
	"strings"

	"dealercert/internal/sheet"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// ExportQuery says what is exported and how: the dealerships that match, or what is recorded about them and their people.
type ExportQuery struct {
	store.DealershipQuery
	Format   string // csv or xlsx
	Language string // of the header
	// Next gives what the table goes on in when one file is full, which holds as many rows as an import takes; nil: there is
	// no other, and a longer table is an Invalid fault.
	Next func() (io.Writer, error)
	// Progress is told after each row how many have been written, in all files; nil: nobody wants to know.
	Progress func(rows int)
}

// tableRows is how many rows of a table one file holds.
var tableRows = sheet.Command.Rows

// emit takes one row of a table, the cells of extra columns included.
type emit func(cells ...string) error

// exports say who may export each kind of table, and how its rows come about.
var exports = map[string]struct {
	action tracker.Action
	extra  func(tx *store.Tx) (bool, error) // whether there is anything to say in extra columns; nil: there are none
	rows   func(e *exporting, out emit) error
}{
	"dealerships":    {tracker.SeeDealerships, movedOrReopened, dealershipRows},
	"people":         {tracker.SeePeople, recorded(tracker.FactLeave), employmentRows},
	"qualifications": {tracker.SeePeople, nil, qualificationRows},
	"modules":        {tracker.SeeDealerships, recorded(tracker.FactModule), moduleRows},
	"decisions":      {tracker.SeeDealerships, waivedOrAudited, decisionRows},
}

// exporting is one export under way.
type exporting struct {
	*store.Tx
	app   *App
	by    tracker.Actor
	query store.DealershipQuery
}

// recorded asks whether a kind of fact is recorded.
func recorded(kind tracker.FactKind) func(*store.Tx) (bool, error) {
	return func(tx *store.Tx) (bool, error) { return tx.Recorded(kind) }
}

func waivedOrAudited(tx *store.Tx) (bool, error) {
	for _, kind := range []tracker.FactKind{tracker.FactWaiver, tracker.FactProof, tracker.FactEvent} {
		if some, err := tx.Recorded(kind); err != nil || some {
			return some, err
		}
	}
	return tx.Audited()
}

func movedOrReopened(tx *store.Tx) (bool, error) {
	moved, err := tx.Moved()
	if err != nil || len(moved) > 0 {
		return len(moved) > 0, err
	}
	reopened, err := tx.Reopened()
	return len(reopened) > 0, err
}

// MayExport gives nil when the actor may export tables of the kind. The fault is NotFound for an unknown kind, else
// Forbidden.
func MayExport(by tracker.Actor, kind string) error {
	of, known := exports[kind]
	if !known {
		return tracker.Fault(tracker.NotFound, "not_found", "noun", "import", "key", kind)
	}
	return by.May(of.action)
}

// Export writes a table of what the actor sees, in the columns that import reads back without a change.
func (a *App) Export(ctx context.Context, by tracker.Actor, kind string, q ExportQuery, w io.Writer) error {
	if err := MayExport(by, kind); err != nil {
		return err
	}
	q.Scope, q.Today = by.Scope, a.Today()
	return a.store.Read(ctx, func(tx *store.Tx) error {
		e := &exporting{tx, a, by, q.DealershipQuery}
		return e.write(kind, q, w)
	})
}

func (e *exporting) write(kind string, q ExportQuery, w io.Writer) error {
	of, header, more := exports[kind], sheet.Kinds[kind].Header(q.Language), false
	usual := len(header)
	if of.extra != nil {
		var err error
		if more, err = of.extra(e.Tx); err != nil {
			return err
		}
	}
	if more {
		header = sheet.Kinds[kind].WholeHeader(q.Language)
	}
	out := &parts{kind: kind, header: header, query: q}
	if err := out.begin(w); err != nil {
		return err
	}
	err := of.rows(e, func(cells ...string) error {
		if !more {
			cells = cells[:usual]
		}
		return out.row(cells)
	})
	if err != nil {
		return err
	}
	return out.now.Close()
}

// parts is a table that takes as many files as it needs.
type parts struct {
	kind   string
	header []string
	query  ExportQuery
	now    sheet.Writer
	rows   int // of the present part
	full   int // rows of the parts before it
}

func (p *parts) begin(w io.Writer) (err error) {
	p.full, p.rows = p.full+p.rows, 0
	p.now, err = newSheet(w, p.kind, p.header, p.query.Format)
	return err
}

// row writes a row, in the next part when the present one is full.
func (p *parts) row(cells []string) error {
	if p.rows == tableRows {
		if p.query.Next == nil {
			return tracker.Fault(tracker.Invalid, "export_rows", "most", tableRows)
		}
		if err := p.now.Close(); err != nil {
			return err
		}
		w, err := p.query.Next()
		if err != nil {
			return err
		}
		if err := p.begin(w); err != nil {
			return err
		}
	}
	p.rows++
	if p.query.Progress != nil {
		p.query.Progress(p.full + p.rows)
	}
	return p.now.Write(cells)
}

// Template writes the header of a kind of table, to be filled in.
func Template(kind string, q ExportQuery, w io.Writer) error {
	if _, known := exports[kind]; !known {
		return tracker.Fault(tracker.NotFound, "not_found", "noun", "import", "key", kind)
	}
	out, err := newSheet(w, kind, sheet.Kinds[kind].Header(q.Language), q.Format)
	if err != nil {
		return err
	}
	return out.Close()
}

// WriteCSV writes a table of which the first row is the header.
func WriteCSV(w io.Writer, rows [][]string) error {
	out, err := sheet.NewCSV(w, rows[0])
	if err != nil {
		return err
	}
	for _, row := range rows[1:] {
		if err := out.Write(row); err != nil {
			return err
		}
	}
	return out.Close()
}

// newSheet begins a table in a format.
func newSheet(w io.Writer, kind string, header []string, format string) (sheet.Writer, error) {
	switch format {
	case "csv":
		return sheet.NewCSV(w, header)
	case "xlsx":
		return sheet.NewXLSX(w, kind, header)
	default:
		return nil, tracker.Fault(tracker.Invalid, "unknown_format", "value", format)
	}
}

// dealershipRows gives the dealerships that match.
func dealershipRows(e *exporting, out emit) error {
	directory, err := loadDirectory(e.Tx)
	if err != nil {
		return err
	}
	moved, err := e.Moved()
	if err != nil {
		return err
	}
	reopened, err := e.Reopened()
	if err != nil {
		return err
	}
	return e.EachDealership(e.query, func(row store.DealershipRow) error {
		periods, places := make([]span, 0, len(reopened[row.ID])), make([]span, 0, len(moved[row.ID]))
		for _, p := range reopened[row.ID] {
			periods = append(periods, span{Period: tracker.Period{From: p.From, Until: p.Until}})
		}
		for _, a := range moved[row.ID] {
			parts := []string{directory.Regions[a.Region].Code, directory.Zones[a.Zone].Code, directory.Groups[a.Group].Code}
			places = append(places, span{tracker.Period{From: a.From, Until: a.Until}, parts})
		}
		return out(append(dealershipCells(row, directory), joinSpans(periods), joinSpans(places))...)
	})
}

// dealershipCells gives a dealership's usual cells in the order of sheet.Dealerships.
func dealershipCells(row store.DealershipRow, d Directory) []string {
	return []string{
		row.Code, row.NameZh, row.NameEn, d.Groups[row.Place.Group].Code, d.Regions[row.Place.Region].Code,
		d.Zones[row.Place.Zone].Code, row.Province, row.City, row.Address, row.Phone, row.ServicePhone,
		Degrees(row.Lat), Degrees(row.Lng), JoinBrands(row.Brands), string(row.Format),
		row.OpenedOn.String(), row.ClosedLast.String(),
	}
}

// JoinBrands writes brands in one cell.
func JoinBrands(brands []tracker.Brand) string {
	texts := make([]string, len(brands))
	for i, b := range brands {
		texts[i] = string(b)
	}
	return strings.Join(texts, ";")
}

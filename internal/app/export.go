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
}

// emit takes one row of a table.
type emit func(cells ...string) error

// exports say who may export each kind of table, and how its rows come about.
var exports = map[string]struct {
	action tracker.Action
	rows   func(tx *store.Tx, q store.DealershipQuery, out emit) error
}{
	"dealerships":    {tracker.SeeDealerships, dealershipRows},
	"people":         {tracker.SeePeople, employmentRows},
	"qualifications": {tracker.SeePeople, qualificationRows},
	"modules":        {tracker.SeeDealerships, moduleRows},
	"decisions":      {tracker.SeeDealerships, decisionRows},
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
	out, err := newSheet(w, kind, q)
	if err != nil {
		return err
	}
	err = a.store.Read(ctx, func(tx *store.Tx) error {
		return exports[kind].rows(tx, q.DealershipQuery, func(cells ...string) error { return out.Write(cells) })
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// Template writes the header of a kind of table, to be filled in.
func Template(kind string, q ExportQuery, w io.Writer) error {
	if _, known := exports[kind]; !known {
		return tracker.Fault(tracker.NotFound, "not_found", "noun", "import", "key", kind)
	}
	out, err := newSheet(w, kind, q)
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

// newSheet begins a table in the format and language asked for.
func newSheet(w io.Writer, kind string, q ExportQuery) (sheet.Writer, error) {
	header := sheet.Kinds[kind].Header(q.Language)
	switch q.Format {
	case "csv":
		return sheet.NewCSV(w, header)
	case "xlsx":
		return sheet.NewXLSX(w, kind, header)
	default:
		return nil, tracker.Fault(tracker.Invalid, "unknown_format", "value", q.Format)
	}
}

// dealershipRows gives the dealerships that match.
func dealershipRows(tx *store.Tx, q store.DealershipQuery, out emit) error {
	directory, err := loadDirectory(tx)
	if err != nil {
		return err
	}
	return tx.EachDealership(q, func(row store.DealershipRow) error {
		return out(dealershipCells(row, directory)...)
	})
}

// dealershipCells gives a dealership's cells in the order of sheet.Dealerships.
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

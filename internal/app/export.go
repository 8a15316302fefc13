package app

import (
	"context"
	"io"
	"strings"

	"dealercert/internal/sheet"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// ExportQuery says what is exported and how.
type ExportQuery struct {
	store.DealershipQuery
	Format   string // csv or xlsx
	Language string // of the header
}

// ExportDealerships writes the dealerships that match, in the columns that import reads back without a change.
func (a *App) ExportDealerships(ctx context.Context, by tracker.Actor, q ExportQuery, w io.Writer) error {
	if err := by.May(tracker.SeeDealerships); err != nil {
		return err
	}
	q.Scope, q.Today = by.Scope, a.Today()
	header := sheet.Dealerships.Header(q.Language)
	open := sheet.NewCSV
	switch q.Format {
	case "csv":
	case "xlsx":
		open = func(w io.Writer, header []string) (sheet.Writer, error) {
			return sheet.NewXLSX(w, "dealerships", header)
		}
	default:
		return tracker.Fault(tracker.Invalid, "unknown_format", "value", q.Format)
	}
	out, err := open(w, header)
	if err != nil {
		return err
	}
	err = a.store.Read(ctx, func(tx *store.Tx) error {
		directory, err := loadDirectory(tx)
		if err != nil {
			return err
		}
		return tx.EachDealership(q.DealershipQuery, func(row store.DealershipRow) error {
			return out.Write(dealershipCells(row, directory))
		})
	})
	if err != nil {
		return err
	}
	return out.Close()
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

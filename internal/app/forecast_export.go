package app

import (
	"context"
	"io"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// mostExplained is how many changes one table explains: their facts are read and computed anew, dealership by dealership.
const mostExplained = 20_000

// ForecastTable says how a forecast is written as a table.
type ForecastTable struct {
	Format string // csv or xlsx
	Header []string
	Row    func(ForecastItem) []string // a cell for each of the header
}

// ExportForecast writes a whole forecast as a table, in the order of its pages. The fault is Invalid when there are more
// changes than one table explains.
func (a *App) ExportForecast(ctx context.Context, by tracker.Actor, q ForecastFilter, table ForecastTable, w io.Writer) error {
	if err := a.admitForecast(by, &q); err != nil {
		return err
	}
	return a.store.Read(ctx, func(tx *store.Tx) error {
		keys, err := tx.Forecast(q)
		if err != nil {
			return err
		}
		if len(keys) > mostExplained {
			return tracker.Fault(tracker.Invalid, "forecast_too_large", "count", len(keys), "most", mostExplained)
		}
		out, err := newSheet(w, "forecast", table.Header, table.Format)
		if err != nil {
			return err
		}
		for chunk := range slices.Chunk(keys, maxPerPage) {
			rows, err := tx.ForecastRows(chunk)
			if err != nil {
				return err
			}
			items, err := explain(tx, by, rows)
			if err != nil {
				return err
			}
			for _, item := range items {
				if err := out.Write(table.Row(item)); err != nil {
					return err
				}
			}
		}
		return out.Close()
	})
}

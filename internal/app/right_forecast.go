package app

import (
	"context"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

type (
	// RightForecastQuery asks for changes of answers about rights. Scope and today are filled in by the use case.
	RightForecastQuery = store.RightForecastQuery
	// RightChange is one answer that changes.
	RightChange = store.RightChange
)

// RightForecastPage is one page of the answers that change.
type RightForecastPage struct {
	Items   []RightChange // soonest first
	Total   int
	Page    int
	PerPage int
}

// RightForecast gives a page of the answers about rights that change in a period: the rights of any day are those of the
// day before with the changes of the day. Nothing but what is recorded is assumed.
func (a *App) RightForecast(ctx context.Context, by tracker.Actor, q RightForecastQuery) (RightForecastPage, error) {
	var out RightForecastPage
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	if err := checkPeriod(q.From, q.Until); err != nil {
		return out, err
	}
	q.Scope, q.Today, q.Page, q.PerPage = by.Scope, a.Today(), max(q.Page, 1), min(q.PerPage, maxPerPage)
	if q.PerPage <= 0 {
		q.PerPage = defaultPerPage
	}
	out.Page, out.PerPage = q.Page, q.PerPage
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out.Items, out.Total, err = tx.RightForecast(q)
		return err
	})
	return out, err
}

package app

import "dealercert/internal/store"

// A list of dealerships is asked for and answered in the store's own types, under names of this package: what shows the
// product knows use cases and not how things are kept.
type (
	DealershipQuery = store.DealershipQuery
	DealershipRow   = store.DealershipRow
	RightRow        = store.RightRow
	Facets          = store.Facets
	ForecastFilter  = store.ForecastQuery
	DayCount        = store.DayCount
)

// Sorts gives the columns by which dealerships can be sorted.
func Sorts() []string { return store.Sorts() }

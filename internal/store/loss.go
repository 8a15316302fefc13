package store

import "dealercert/internal/tracker"

// LossQuery asks what stops being true on the days (From, Until].
type LossQuery struct {
	Scope      tracker.Scope
	Today      tracker.Date
	From       tracker.Date
	Until      tracker.Date
	Programmes []tracker.ProgrammeCode // empty: all
	Regions    []tracker.RegionID      // by the assignment of the first day lost; empty: all
	Limit      int                     // 0: all
}

// LossRow is one loss: what holds before, and what from After.From on.
type LossRow struct {
	Dealership tracker.Dealership
	Before     tracker.Standing
	After      tracker.Standing
}

// LossCount counts dealerships that lose something, each once for each thing lost.
type LossCount struct {
	Any   int
	Right int
	Law   int
	Brand int
}

package store

import "dealercert/internal/tracker"

// StandingPoint says that from Day on (zero: since ever) so many dealerships more stand so in a programme. Summed up to
// a day the points give the figures of that day.
type StandingPoint struct {
	Day       tracker.Date
	Region    tracker.RegionID
	Programme tracker.ProgrammeCode
	State     tracker.State
	Law       tracker.Light
	Brand     tracker.Light
	Delta     int
}

// StaffingPoint says by how much the figures of people change on a day. Active counts operating dealerships,
// BelowMinimum and SingleHolder count dealerships, the others people.
type StaffingPoint struct {
	Day          tracker.Date
	Region       tracker.RegionID
	Active       int
	Technicians  int
	NEVQualified int
	BelowMinimum int
	SingleHolder int
}

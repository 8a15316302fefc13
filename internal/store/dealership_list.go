package store

import "dealercert/internal/tracker"

// DealershipQuery says which dealerships are asked for, as seen by whom, on which day. The list, its count, the export
// and the pickers all take it, so that they cannot disagree. The zero Scope gives nothing.
type DealershipQuery struct {
	Scope     tracker.Scope
	Today     tracker.Date // what may be seen follows the assignments of the real today
	On        tracker.Date // the day shown
	Q         string       // found in code, names and city, whatever the case; two Chinese characters suffice
	Codes     []string
	Provinces []string
	Cities    []string
	Regions   []tracker.RegionID // by the assignment of the day shown
	Groups    []tracker.GroupID
	// Programme is the one of which States, Health, Law, Brand, ExpiresBefore and the sorts by standing speak; bmw-i
	// when empty.
	Programme     tracker.ProgrammeCode
	States        []tracker.State
	Health        []tracker.Light
	Law           []tracker.Light
	Brand         []tracker.Light
	ExpiresBefore tracker.Date // valid_until lies before it
	EndsBefore    tracker.Date // something of any programme is lost in (On, EndsBefore]
	BelowMinimum  bool
	SingleHolder  bool   // exactly one technician is qualified for NEVs
	NotOperating  bool   // include those that do not operate on the day
	Sort          string // a key of Sorts; "-" before it descends; by code when empty
	Page          int    // from 1
	PerPage       int    // 0: all
}

// DealershipRow is a dealership as it stands on the day asked for.
type DealershipRow struct {
	tracker.Dealership
	Place           tracker.Place
	Standings       map[tracker.ProgrammeCode]StandingRow
	Technicians     int
	NEVQualified    int
	BelowMinimum    bool
	ModulesLive     int
	ModulesVerified int
	NextLoss        *LossRow     // the first loss after the day in any programme; nil when none is known
	OpenedOn        tracker.Date // first day of the operating period of the day, else of the last before it; zero: unknown
	ClosedLast      tracker.Date // last day of that period; zero: none
	Brands          []tracker.Brand
}

// StandingRow is a stored standing with the one that follows it; Next is nil when nothing follows.
type StandingRow struct {
	tracker.Standing
	Next *tracker.Standing
}

// Facets are the values that a filter form can offer.
type Facets struct {
	Provinces []string
	Cities    []string
}

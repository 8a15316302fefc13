package app

import (
	"maps"
	"math"
	"slices"
	"sort"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// tally is change points by what is counted: the sum up to a day is the count on that day. It is not changed once it
// has been handed out.
type tally struct {
	standings map[standingKey]*series
	staffing  map[tracker.RegionID]*[5]series // active, technicians, nev_qualified, below_minimum, single_holder
}

type standingKey struct {
	region     tracker.RegionID
	programme  tracker.ProgrammeCode
	state      tracker.State
	law, brand tracker.Light
}

func newTally() *tally {
	return &tally{map[standingKey]*series{}, map[tracker.RegionID]*[5]series{}}
}

// clone copies what add would change.
func (t *tally) clone() *tally {
	out := newTally()
	for key, s := range t.standings {
		copied := s.clone()
		out.standings[key] = &copied
	}
	for region, all := range t.staffing {
		copied := *all
		for i := range copied {
			copied[i] = all[i].clone()
		}
		out.staffing[region] = &copied
	}
	return out
}

func (t *tally) add(standings []store.StandingPoint, staffing []store.StaffingPoint) {
	for _, p := range standings {
		key := standingKey{p.Region, p.Programme, p.State, p.Law, p.Brand}
		if t.standings[key] == nil {
			t.standings[key] = &series{}
		}
		t.standings[key].add(p.Day, p.Delta)
	}
	for _, p := range staffing {
		if t.staffing[p.Region] == nil {
			t.staffing[p.Region] = &[5]series{}
		}
		for i, delta := range []int{p.Active, p.Technicians, p.NEVQualified, p.BelowMinimum, p.SingleHolder} {
			t.staffing[p.Region][i].add(p.Day, delta)
		}
	}
	for _, s := range t.standings {
		s.settle()
	}
	for _, all := range t.staffing {
		for i := range all {
			all[i].settle()
		}
	}
}

// block sums the figures of a day over the regions that are wanted.
func (t *tally) block(on tracker.Date, wanted func(tracker.RegionID) bool) Block {
	var b Block
	for region, all := range t.staffing {
		if wanted(region) {
			b.Active += all[0].at(on)
			b.Technicians.Employed += all[1].at(on)
			b.Technicians.NEVQualified += all[2].at(on)
			b.Technicians.BelowMinimum += all[3].at(on)
			b.Technicians.SingleHolder += all[4].at(on)
		}
	}
	for key, s := range t.standings {
		if wanted(key.region) && key.state != tracker.NotOperating {
			b.count(key, s.at(on))
		}
	}
	b.BMWi.Share, b.Upgrade.Share = share(b.BMWi.Certified, b.Active), share(b.Upgrade.Completed, b.Active)
	return b
}

// count adds dealerships with one kind of standing to the figures (MODEL.md §4, "In summaries").
func (b *Block) count(key standingKey, n int) {
	switch key.programme {
	case tracker.ProgrammeLaw:
		if key.law == tracker.InBreach {
			b.Law.InBreach += n
		} else {
			b.Law.Healthy += n
		}
	case tracker.ProgrammeBMWi:
		b.BMWi.count(key, n)
	case tracker.ProgrammeDigitalUpgrade:
		b.Upgrade.count(key.state, n)
	}
}

func (f *BMWiFigures) count(key standingKey, n int) {
	switch key.state {
	case tracker.Certified, tracker.Conditional:
		f.Certified += n
		if key.state == tracker.Conditional {
			f.Conditional += n
		}
		switch key.law.Worse(key.brand) {
		case tracker.AtRisk:
			f.AtRisk += n
		case tracker.InBreach:
			f.InBreach += n
		}
	case tracker.Suspended:
		f.Suspended += n
	case tracker.Expired:
		f.Expired += n
	case tracker.NotEnrolled, tracker.Revoked, tracker.Withdrawn:
		f.NotCertified += n
	default:
		f.InProgress += n
	}
}

func (f *UpgradeFigures) count(state tracker.State, n int) {
	switch state {
	case tracker.Completed:
		f.Completed += n
	case tracker.Baselined, tracker.Planned, tracker.Paused:
		f.Planned += n
	case tracker.NotStarted, tracker.Waived:
		f.NotStarted += n
	default:
		f.InProgress += n
	}
}

// share is a part of a whole, rounded to four places; nothing of nothing is nothing.
func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return math.Round(float64(part)/float64(whole)*10000) / 10000
}

// series is one count over time.
type series struct {
	deltas map[tracker.Date]int
	days   []tracker.Date
	sums   []int
	dirty  bool
}

func (s *series) clone() series {
	return series{deltas: maps.Clone(s.deltas), days: s.days, sums: s.sums}
}

func (s *series) add(day tracker.Date, delta int) {
	if delta == 0 {
		return
	}
	if s.deltas == nil {
		s.deltas = map[tracker.Date]int{}
	}
	s.deltas[day] += delta
	s.dirty = true
}

// settle sums the deltas up.
func (s *series) settle() {
	if !s.dirty {
		return
	}
	s.days = slices.Sorted(maps.Keys(s.deltas))
	s.sums = make([]int, len(s.days))
	total := 0
	for i, day := range s.days {
		total += s.deltas[day]
		s.sums[i] = total
	}
	s.dirty = false
}

// at gives the count of a day.
func (s *series) at(on tracker.Date) int {
	i := sort.Search(len(s.days), func(i int) bool { return s.days[i] > on })
	if i == 0 {
		return 0
	}
	return s.sums[i-1]
}

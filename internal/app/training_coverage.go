package app

import (
	"cmp"
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// TrainingQuery asks how far a ratio requirement is met at each dealership on a day.
type TrainingQuery struct {
	On          tracker.Date
	Requirement string // code; empty: the first that there is
	Regions     []tracker.RegionID
	Dealership  string // code; empty: all in the scope
	Below       bool   // those below the threshold alone
	Page        int
	PerPage     int
}

// TrainingCoverage is how far a ratio requirement is met.
type TrainingCoverage struct {
	Requirement  tracker.Requirement
	Programme    tracker.ProgrammeCode
	Requirements []tracker.Requirement // all ratio requirements in force on the day
	Rows         []CoverageLine        // those that need most first
	Total        int
	Page         int
	PerPage      int
	Figures      CoverageFigures // of all dealerships of the scope and regions
}

// CoverageFigures adds a ratio up over dealerships.
type CoverageFigures struct {
	Dealerships int `json:"dealerships"`
	Below       int `json:"below"`
	Trained     int `json:"trained"`
	Counted     int `json:"counted"`
	Joiners     int `json:"joiners"`
}

// Share is how many of those counted are trained, from 0 to 1.
func (f CoverageFigures) Share() float64 {
	if f.Counted == 0 {
		return 0
	}
	return float64(f.Trained) / float64(f.Counted)
}

// CoverageLine is a ratio at one dealership.
type CoverageLine struct {
	Dealership tracker.Dealership
	Region     tracker.Region
	Trained    int
	Counted    int
	Joiners    int // in the job, without it and not counted yet
	Needed     int // more that bring it to the threshold
	Booked     int // of those who lack it, seen by the reader, with a seat
	Lacking    []LackingView
}

// LackingView is somebody without what a ratio asks for.
type LackingView struct {
	tracker.Person
	DueOn tracker.Date // a joiner's last day outside the count; zero for who is counted
	Seat  *Seat
}

// TrainingCoverage gives how far a ratio requirement is met at each dealership of the scope, by the numbers of the standing's
// own rule (MODEL.md §5), and who lacks it where the reader may see people. The fault is NotFound for a code that no ratio
// requirement in force has.
func (a *App) TrainingCoverage(ctx context.Context, by tracker.Actor, q TrainingQuery) (TrainingCoverage, error) {
	out := TrainingCoverage{Page: max(q.Page, 1), PerPage: min(q.PerPage, maxPerPage)}
	if err := by.May(tracker.SeeFigures); err != nil {
		return out, err
	}
	if out.PerPage <= 0 {
		out.PerPage = defaultPerPage
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		if err := out.choose(tx, q); err != nil || out.Requirement.Code == "" {
			return err
		}
		asked := store.RatioQuery{Scope: by.Scope, Today: a.Today(), On: q.On, Measure: out.Requirement.Measure, Regions: q.Regions}
		if q.Dealership != "" {
			site, err := tx.Dealership(by.Scope, q.Dealership)
			if err != nil {
				return err
			}
			asked.Dealership = site.ID
		}
		counts, err := tx.Ratios(asked)
		if err != nil {
			return err
		}
		lines := out.count(counts, q.Below)
		out.Total = len(lines)
		first := min((out.Page-1)*out.PerPage, len(lines))
		out.Rows = lines[first:min(first+out.PerPage, len(lines))]
		return fillCoverage(tx, by, asked, &out)
	})
	return out, err
}

// choose finds the requirement among the ratios in force on the day.
func (c *TrainingCoverage) choose(tx *store.Tx, q TrainingQuery) error {
	rules, err := tx.Rules()
	if err != nil {
		return err
	}
	for _, code := range rules.Programmes() {
		standard, err := rules.InForce(code, q.On)
		if err != nil {
			continue // none yet
		}
		for _, r := range standard.Requirements {
			if r.Measure.Kind != tracker.MeasureRatio || r.InForceFrom > q.On {
				continue
			}
			c.Requirements = append(c.Requirements, r)
			if c.Requirement.Code == "" && (q.Requirement == "" || q.Requirement == r.Code) {
				c.Requirement, c.Programme = r, code
			}
		}
	}
	if c.Requirement.Code == "" && q.Requirement != "" {
		return tracker.Fault(tracker.NotFound, "not_found", "noun", "requirement", "key", q.Requirement)
	}
	return nil
}

// count adds up the figures and gives the lines in their order.
func (c *TrainingCoverage) count(counts []store.RatioCount, below bool) []CoverageLine {
	var out []CoverageLine
	for _, n := range counts {
		line := CoverageLine{
			Dealership: tracker.Dealership{ID: n.DealershipID}, Region: tracker.Region{ID: n.RegionID}, Trained: n.Trained, Counted: n.Among,
			Joiners: n.Joiners, Needed: c.Requirement.Measure.Needs(n.Trained, n.Among),
		}
		c.Figures.Dealerships++
		c.Figures.Trained += n.Trained
		c.Figures.Counted += n.Among
		c.Figures.Joiners += n.Joiners
		if line.Needed > 0 {
			c.Figures.Below++
		} else if below {
			continue
		}
		out = append(out, line)
	}
	slices.SortStableFunc(out, func(x, y CoverageLine) int {
		return cmp.Or(cmp.Compare(y.Needed, x.Needed), cmp.Compare(x.Trained*max(y.Counted, 1), y.Trained*max(x.Counted, 1)))
	})
	return out
}

// fillCoverage adds names to the lines of a page, and who lacks it where the reader may see people.
func fillCoverage(tx *store.Tx, by tracker.Actor, q store.RatioQuery, c *TrainingCoverage) error {
	ids := make([]tracker.DealershipID, len(c.Rows))
	for i, line := range c.Rows {
		ids[i] = line.Dealership.ID
	}
	sites, err := tx.DealershipsByID(ids)
	if err != nil {
		return err
	}
	directory, err := loadDirectory(tx)
	if err != nil {
		return err
	}
	at := map[tracker.DealershipID]*CoverageLine{}
	for i := range c.Rows {
		line := &c.Rows[i]
		line.Dealership, line.Region = sites[line.Dealership.ID], directory.Regions[line.Region.ID]
		at[line.Dealership.ID] = line
	}
	if !by.Can(tracker.SeePeople) {
		return nil
	}
	lacking, err := tx.Lacking(q, ids)
	if err != nil {
		return err
	}
	people := make([]tracker.PersonID, len(lacking))
	for i, p := range lacking {
		people[i] = p.ID
	}
	ready, err := loadSeats(tx, by, people)
	for _, p := range lacking {
		if _, seen := ready.sights[p.ID]; !seen || at[p.DealershipID] == nil {
			continue
		}
		view := LackingView{Person: p.Person}
		if due := p.Joined.Add(q.Measure.JoinerDays); p.Joined != 0 && due > q.On {
			view.DueOn = due.Add(-1)
		}
		line := at[p.DealershipID]
		if seat, found := ready.bookedSeat(p.ID, q.Measure.Skill, q.Measure.Generation); found {
			view.Seat = &seat
			line.Booked += boolRank(seat.Booking != nil)
		}
		line.Lacking = append(line.Lacking, view)
	}
	return err
}

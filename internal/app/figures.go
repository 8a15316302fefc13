package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// Summary is the network's figures on a day, and each region's. Every word is defined in MODEL.md §4 to §6.
type Summary struct {
	On      tracker.Date
	KnownAt tracker.Moment
	Block
	ModelsOnSale int
	Regions      []RegionSummary
}

// Block is the figures of the network or of a part of it.
type Block struct {
	Active      int
	BMWi        BMWiFigures
	Technicians TechnicianFigures
	Upgrade     UpgradeFigures
	Law         LawFigures
}

// BMWiFigures counts dealerships by their standing in bmw-i. Certified includes conditional; at risk and in breach
// count those that are certified or conditional; Share is certified over active.
type BMWiFigures struct {
	Certified    int     `json:"certified"`
	Conditional  int     `json:"conditional"`
	Suspended    int     `json:"suspended"`
	Expired      int     `json:"expired"`
	InProgress   int     `json:"in_progress"`
	NotCertified int     `json:"not_certified"`
	AtRisk       int     `json:"at_risk"`
	InBreach     int     `json:"in_breach"`
	Share        float64 `json:"share"`
}

// TechnicianFigures counts people and the dealerships that lack them.
type TechnicianFigures struct {
	Employed     int `json:"employed"`
	NEVQualified int `json:"nev_qualified"`
	BelowMinimum int `json:"dealerships_below_minimum"`
	SingleHolder int `json:"single_holder_dealerships"`
}

// UpgradeFigures counts dealerships by how far their digital upgrade is; Share is completed over active.
type UpgradeFigures struct {
	Completed  int     `json:"completed"`
	InProgress int     `json:"in_progress"`
	Planned    int     `json:"planned"`
	NotStarted int     `json:"not_started"`
	Share      float64 `json:"share"`
}

// LawFigures counts active dealerships by their law light.
type LawFigures struct {
	Healthy  int `json:"healthy"`
	InBreach int `json:"in_breach"`
}

// RegionSummary is a region's figures.
type RegionSummary struct {
	tracker.Region
	Block
}

// SummaryQuery asks for figures.
type SummaryQuery struct {
	On      tracker.Date
	KnownAt tracker.Moment     // zero: now
	Regions []tracker.RegionID // empty: all
}

// Summary gives the figures of what the actor sees, on a day, as known at a moment. Figures by region follow the
// assignments of the day.
func (a *App) Summary(ctx context.Context, by tracker.Actor, q SummaryQuery) (Summary, error) {
	if q.KnownAt == 0 {
		q.KnownAt = store.KnownIn(ctx)
	}
	out := Summary{On: q.On, KnownAt: q.KnownAt}
	if out.KnownAt == 0 {
		out.KnownAt = a.Now()
	}
	if err := by.May(tracker.SeeFigures); err != nil {
		return out, err
	}
	err := a.readFigures(ctx, q.KnownAt, func(tx *store.Tx) error {
		tally, err := a.tally(tx, by, q)
		if err != nil {
			return err
		}
		if out.ModelsOnSale, err = modelsOnSale(tx, q); err != nil {
			return err
		}
		directory, err := loadDirectory(tx)
		if err != nil {
			return err
		}
		seen := func(r tracker.RegionID) bool { return len(q.Regions) == 0 || slices.Contains(q.Regions, r) }
		out.Block = tally.block(q.On, seen)
		for _, r := range directory.RegionList {
			if block := tally.block(q.On, func(id tracker.RegionID) bool { return id == r.ID }); seen(r.ID) && (by.Scope.All || block.Active > 0) {
				out.Regions = append(out.Regions, RegionSummary{r, block})
			}
		}
		return nil
	})
	return out, err
}

// Trend gives the figures of several days, without regions: for changes and for the line through time.
func (a *App) Trend(ctx context.Context, by tracker.Actor, q SummaryQuery, on []tracker.Date) ([]Block, error) {
	if err := by.May(tracker.SeeFigures); err != nil {
		return nil, err
	}
	if q.KnownAt == 0 {
		q.KnownAt = store.KnownIn(ctx)
	}
	out := make([]Block, len(on))
	err := a.readFigures(ctx, q.KnownAt, func(tx *store.Tx) error {
		tally, err := a.tally(tx, by, q)
		if err != nil {
			return err
		}
		for i, day := range on {
			out[i] = tally.block(day, func(r tracker.RegionID) bool {
				return len(q.Regions) == 0 || slices.Contains(q.Regions, r)
			})
		}
		return nil
	})
	return out, err
}

// readFigures reads as known at a moment. Where the network is too large for its earlier knowledge to be kept, it reads what
// is known now: tally then computes from the facts.
func (a *App) readFigures(ctx context.Context, known tracker.Moment, fn func(*store.Tx) error) error {
	err := a.store.Read(store.AsKnown(ctx, known), fn)
	var fault *tracker.Error
	if errors.As(err, &fault) && fault.Key == "known_at_too_large" {
		return a.store.Read(store.AsKnown(ctx, 0), fn)
	}
	return err
}

func modelsOnSale(tx *store.Tx, q SummaryQuery) (int, error) {
	rules, err := tx.RulesKnown(q.KnownAt)
	if err != nil {
		return 0, err
	}
	count := 0
	for _, m := range rules.Models(q.On) {
		if m.OnSale(q.On) {
			count++
		}
	}
	return count, nil
}

// figures keeps the whole network's change points in memory and brings them forward after each commit, so that a
// figure of any day is a few look-ups and every process answers from what is committed.
type figures struct {
	mu     sync.Mutex
	upTo   tracker.Moment
	tally  *tally
	scopes map[string]scopeTally // by scope; those of an earlier moment or day are of no use
}

// scopeTally is the change points of a scope's dealerships as they were at a moment.
type scopeTally struct {
	upTo  tracker.Moment
	today tracker.Date
	tally *tally
}

// scopesKept is for how many scopes the change points are kept; beyond it all are dropped and gathered anew.
const scopesKept = 200

// ofScope gives the change points of the dealerships that lie in a scope today.
func (f *figures) ofScope(tx *store.Tx, scope tracker.Scope, today tracker.Date) (*tally, error) {
	last, err := tx.LastMoment()
	if err != nil {
		return nil, err
	}
	key := fmt.Sprint(scope)
	f.mu.Lock()
	kept, found := f.scopes[key]
	f.mu.Unlock()
	if found && kept.upTo == last && kept.today == today {
		return kept.tally, nil
	}
	gathered, err := gather(tx, scope, today)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.scopes == nil || len(f.scopes) >= scopesKept {
		f.scopes = map[string]scopeTally{}
	}
	f.scopes[key] = scopeTally{last, today, gathered}
	return gathered, nil
}

// gather sums the change points of a scope's dealerships up.
func gather(tx *store.Tx, scope tracker.Scope, today tracker.Date) (*tally, error) {
	standings, err := tx.ScopedStandingPoints(scope, today)
	if err != nil {
		return nil, err
	}
	staffing, err := tx.ScopedStaffingPoints(scope, today)
	if err != nil {
		return nil, err
	}
	out := newTally()
	out.add(standings, staffing)
	return out, nil
}

// tally gives the change points that answer a question: the network's from memory, a part's and those of an earlier
// knowledge from its dealerships.
func (a *App) tally(tx *store.Tx, by tracker.Actor, q SummaryQuery) (*tally, error) {
	last, err := tx.LastMoment()
	if err != nil {
		return nil, err
	}
	switch {
	case tx.Known() != 0:
		return gather(tx, by.Scope, a.Today())
	case q.KnownAt != 0 && q.KnownAt < last:
		return a.tallyFromFacts(tx, by, q.KnownAt)
	case !by.Scope.All:
		return a.figures.ofScope(tx, by.Scope, a.Today())
	default:
		return a.figures.forward(tx)
	}
}

// forward brings the network's change points up to what the transaction sees and gives a copy that can be read freely.
func (f *figures) forward(tx *store.Tx) (*tally, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	last, err := tx.LastMoment()
	if err != nil {
		return nil, err
	}
	if f.tally != nil && last == f.upTo {
		return f.tally, nil
	}
	next, after := newTally(), tracker.Moment(0)
	if f.tally != nil && last > f.upTo {
		next, after = f.tally.clone(), f.upTo
	}
	standings, err := tx.StandingPoints(after)
	if err != nil {
		return nil, err
	}
	staffing, err := tx.StaffingPoints(after)
	if err != nil {
		return nil, err
	}
	next.add(standings, staffing)
	if last >= f.upTo {
		f.tally, f.upTo = next, last
	}
	return next, nil
}

// historiesAtOnce bounds how many dealerships' facts are held at once.
const historiesAtOnce = 100

// tallyFromFacts computes the change points of what was known at a moment from the facts themselves.
func (a *App) tallyFromFacts(tx *store.Tx, by tracker.Actor, known tracker.Moment) (*tally, error) {
	rules, err := tx.RulesKnown(known)
	if err != nil {
		return nil, err
	}
	ids, err := tx.DealershipIDs(by.Scope, a.Today())
	if err != nil {
		return nil, err
	}
	t := newTally()
	var standings []store.StandingPoint
	var staffing []store.StaffingPoint
	for chunk := range slices.Chunk(ids, historiesAtOnce) {
		histories, err := tx.Histories(chunk, known)
		if err != nil {
			return nil, err
		}
		for _, h := range histories {
			moreStandings, moreStaffing := store.PointsOf(h.Timeline(rules))
			standings, staffing = append(standings, moreStandings...), append(staffing, moreStaffing...)
		}
	}
	t.add(standings, staffing)
	return t, nil
}

// Figures is the summary without the moment at which it was known: two that are equal say the same.
func (s Summary) Figures() Summary {
	s.KnownAt = 0
	return s
}

// MarshalJSON writes the summary in the names of the contract.
func (s Summary) MarshalJSON() ([]byte, error) {
	type models struct {
		OnSale int `json:"on_sale"`
	}
	regions := make([]regionJSON, len(s.Regions))
	for i, r := range s.Regions {
		regions[i] = regionJSON{Code: r.Code, NameEn: r.NameEn, NameZh: r.NameZh, blockJSON: r.Block.json()}
	}
	return json.Marshal(struct {
		On      tracker.Date   `json:"on"`
		KnownAt tracker.Moment `json:"known_at"`
		blockJSON
		Models  models       `json:"models"`
		Regions []regionJSON `json:"regions"`
	}{s.On, s.KnownAt, s.Block.json(), models{s.ModelsOnSale}, regions})
}

type regionJSON struct {
	Code   string `json:"code"`
	NameEn string `json:"name_en"`
	NameZh string `json:"name_zh"`
	blockJSON
}

type blockJSON struct {
	Dealerships struct {
		Active int `json:"active"`
	} `json:"dealerships"`
	BMWi        BMWiFigures       `json:"bmw_i"`
	Technicians TechnicianFigures `json:"technicians"`
	Upgrade     UpgradeFigures    `json:"digital_upgrade"`
	Law         LawFigures        `json:"law"`
}

func (b Block) json() blockJSON {
	out := blockJSON{BMWi: b.BMWi, Technicians: b.Technicians, Upgrade: b.Upgrade, Law: b.Law}
	out.Dealerships.Active = b.Active
	return out
}

package app

import (
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// LossesQuery asks what stops being true.
type LossesQuery struct {
	On      tracker.Date // the losses begin after this day
	Days    int          // and at most so many days later
	Regions []tracker.RegionID
	Limit   int // items to explain; 0: none, only totals
}

// LossTotals counts dealerships that lose something in the period, each once a kind.
type LossTotals struct {
	Right int // the right to sell: certified or conditional, and no longer
	Law   int // the law light turns red
	Brand int // the brand light gets worse
}

// Losses is what stops being true in a period.
type Losses struct {
	Items    []ForecastItem // soonest first
	Total    int            // of items, without the limit
	Totals   LossTotals
	ByRegion map[tracker.RegionID]LossTotals // by the region at the time of the loss
}

// Losses gives what stops being true in the days after a day: rights, the law and the brand, soonest first.
func (a *App) Losses(ctx context.Context, by tracker.Actor, q LossesQuery) (Losses, error) {
	out := Losses{ByRegion: map[tracker.RegionID]LossTotals{}}
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Losses(store.LossQuery{
			Scope: by.Scope, Today: a.Today(), From: q.On, Until: q.On.Add(q.Days), Regions: q.Regions,
			Programmes: []tracker.ProgrammeCode{tracker.ProgrammeLaw, tracker.ProgrammeBMWi},
		})
		if err != nil {
			return err
		}
		out.count(rows)
		out.Items, err = explain(tx, by, rows[:min(q.Limit, len(rows))])
		return err
	})
	return out, err
}

// count fills in the totals: each dealership counts once for each kind of loss.
func (l *Losses) count(rows []store.LossRow) {
	counter := lossCounter{}
	for _, row := range rows {
		region := l.ByRegion[row.After.Region]
		for _, loss := range counter.fresh(row.Dealership.ID, row.After.Loss) {
			l.Totals.add(loss)
			region.add(loss)
		}
		l.ByRegion[row.After.Region] = region
	}
	l.Total = len(rows)
}

// lossCounter remembers what each dealership was counted for.
type lossCounter map[tracker.DealershipID]tracker.Loss

// fresh gives those of a dealership's losses for which it was not counted yet.
func (c lossCounter) fresh(id tracker.DealershipID, lost tracker.Loss) (out []tracker.Loss) {
	for _, loss := range []tracker.Loss{tracker.LossOfRight, tracker.LossOfLaw, tracker.LossOfBrand} {
		if lost&loss != 0 && c[id]&loss == 0 {
			c[id] |= loss
			out = append(out, loss)
		}
	}
	return out
}

func (t *LossTotals) add(loss tracker.Loss) {
	switch loss {
	case tracker.LossOfRight:
		t.Right++
	case tracker.LossOfLaw:
		t.Law++
	case tracker.LossOfBrand:
		t.Brand++
	}
}

// namesFor gives the people whom causes name, as far as the actor sees them.
func namesFor(tx *store.Tx, by tracker.Actor, causes []tracker.Cause) (map[tracker.PersonID]tracker.Person, error) {
	if !by.Can(tracker.SeePeople) {
		return nil, nil //nolint:nilnil // no people is an answer: the reader may not see any
	}
	var ids []tracker.PersonID
	for _, c := range causes {
		for _, p := range c.People {
			if !slices.Contains(ids, p.Person) {
				ids = append(ids, p.Person)
			}
		}
	}
	return seenNames(tx, by, ids)
}

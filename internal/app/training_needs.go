package app

import (
	"cmp"
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// NeedsQuery asks whom to train so that most dealerships have again what the law and the brand count.
type NeedsQuery struct {
	On      tracker.Date
	Regions []tracker.RegionID
	People  int // how many can be trained; 0: as many as it takes
	Page    int
	PerPage int
}

// NeedLine is one dealership that training brings back, and how many people it takes with all before it.
type NeedLine struct {
	store.DealershipRow
	tracker.Need
	Names map[tracker.PersonID]tracker.Person
	So    int // people trained up to and with this dealership
}

// Needs is the smallest sets of people to train. Nobody works at two dealerships on a day, so what one dealership needs
// helps no other: taking those first that need fewest people restores most dealerships for any number of people.
type Needs struct {
	Rows     []NeedLine // a page of those that training brings back, the fewest people first
	Total    int
	People   int // it takes to restore them all
	Restored int // with as many people as were asked for
	Lacking  int // dealerships that training alone does not bring back
	Missing  int // people whom those lack altogether
	Inexact  int // dealerships for which a smaller set may exist
	Page     int
	PerPage  int
}

// TrainingNeeds gives the smallest sets of people to train on a day, within what the actor sees.
func (a *App) TrainingNeeds(ctx context.Context, by tracker.Actor, q NeedsQuery) (Needs, error) {
	out := Needs{Page: max(q.Page, 1), PerPage: cmp.Or(q.PerPage, defaultPerPage)}
	if err := by.May(tracker.SeePeople); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		lines, err := a.needLines(tx, by, q, &out)
		if err != nil {
			return err
		}
		slices.SortStableFunc(lines, func(x, y NeedLine) int {
			return cmp.Or(cmp.Compare(x.Need.People, y.Need.People), cmp.Compare(x.Code, y.Code))
		})
		for i := range lines {
			out.People += lines[i].Need.People
			lines[i].So = out.People
			if q.People == 0 || out.People <= q.People {
				out.Restored++
			}
		}
		out.Total = len(lines)
		out.Rows = onPage(lines, out.Page, out.PerPage)
		return a.nameNeeds(tx, out.Rows)
	})
	return out, err
}

// needLines computes the dealerships whose law or brand light is not healthy; no others can need anybody.
func (a *App) needLines(tx *store.Tx, by tracker.Actor, q NeedsQuery, out *Needs) ([]NeedLine, error) {
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	var lines []NeedLine
	rows, err := tx.Dealerships(store.DealershipQuery{
		Scope: by.Scope, Today: a.Today(), On: q.On, Regions: q.Regions, Health: []tracker.Light{tracker.AtRisk, tracker.InBreach},
	})
	if err != nil {
		return nil, err
	}
	for chunk := range slices.Chunk(rows, needsChunk) {
		ids := make([]tracker.DealershipID, len(chunk))
		for i, row := range chunk {
			ids[i] = row.Dealership.ID
		}
		histories, err := tx.Histories(ids, 0)
		if err != nil {
			return nil, err
		}
		for i, h := range histories {
			need := h.TrainingNeed(rules, q.On)
			switch {
			case need.Possible():
				lines = append(lines, NeedLine{DealershipRow: chunk[i], Need: need})
				if !need.Exact {
					out.Inexact++
				}
			case len(need.Requirements) > 0:
				out.Lacking++
				out.Missing += need.Short
			}
		}
	}
	return lines, nil
}

// needsChunk is how many histories are read at once.
const needsChunk = 100

func (a *App) nameNeeds(tx *store.Tx, lines []NeedLine) error {
	for i := range lines {
		var ids []tracker.PersonID
		for _, t := range lines[i].Trainings {
			ids = append(ids, t.Person)
		}
		names, err := tx.Persons(ids)
		if err != nil {
			return err
		}
		lines[i].Names = names
	}
	return nil
}

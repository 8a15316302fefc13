package app

import (
	"cmp"
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// ladderQuery prepares a list for the words that are asked for: SQL finds who may be meant, with no end, type or
// generation, since those are asked of the very rung that says a word.
func ladderQuery(rules tracker.Rulebook, q PersonQuery) PersonQuery {
	types := rules.QualificationTypes(q.On)
	if len(q.Types) > 0 {
		types = slices.DeleteFunc(types, func(t tracker.QualificationType) bool { return !slices.Contains(q.Types, t.Code) })
	}
	q.Among.Types, q.Among.Bridges = types, nil
	models := rules.Models(q.On)
	for _, t := range types {
		for i, g := range t.Generations {
			sold := slices.ContainsFunc(models, func(m tracker.Model) bool { return m.Generation == g })
			if i > 0 && sold && !slices.Contains(q.Among.Bridges, t.Generations[i-1]) {
				q.Among.Bridges = append(q.Among.Bridges, t.Generations[i-1])
			}
		}
	}
	q.Skills, q.Generations, q.Types, q.ExpiresBefore, q.Page, q.PerPage = nil, nil, nil, 0, 1, 0
	return q
}

// rungOf is a rung of somebody, found by a word.
type rungOf struct {
	store.PersonRow
	Rung tracker.Rung
}

// rungsSaying gives the rungs of the people on a list that say one of the words that are asked for, in the list's order.
func (a *App) rungsSaying(tx *store.Tx, by tracker.Actor, q PersonQuery) ([]rungOf, error) {
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	rows, err := tx.People(ladderQuery(rules, q))
	if err != nil {
		return nil, err
	}
	var out []rungOf
	for chunk := range slices.Chunk(rows, maxPerPage) {
		ids := make([]tracker.PersonID, len(chunk))
		for i, row := range chunk {
			ids[i] = row.ID
		}
		seen, err := sights(tx, by, ids)
		if err != nil {
			return nil, err
		}
		for _, row := range chunk {
			s, visible := seen[row.ID]
			if !visible {
				continue
			}
			for _, r := range s.Rungs(rules, q.On).Rungs {
				if r.Type.For(row.Job) && says(q, &r) {
					out = append(out, rungOf{row, r})
				}
			}
		}
	}
	return out, nil
}

// says tells whether a rung is one that a list asks for.
func says(q PersonQuery, r *tracker.Rung) bool {
	bridge := r.Cliff() && slices.Contains(q.Among.Words, tracker.RungBridgeable)
	if !bridge && !slices.Contains(q.Among.Words, r.Word) ||
		len(q.Types) > 0 && !slices.Contains(q.Types, r.Type.Code) ||
		len(q.Generations) > 0 && !slices.Contains(q.Generations, r.Generation) {
		return false
	}
	end := r.Last
	if bridge {
		end = r.Bridge.Until
	}
	return q.ExpiresBefore == 0 || end != 0 && end < q.ExpiresBefore
}

// peopleSaying gives those of a list of whom a rung says one of the words, each once.
func (a *App) peopleSaying(tx *store.Tx, by tracker.Actor, q PersonQuery) ([]store.PersonRow, error) {
	found, err := a.rungsSaying(tx, by, q)
	var out []store.PersonRow
	for _, one := range found {
		if n := len(out); n == 0 || out[n-1].ID != one.ID {
			out = append(out, one.PersonRow)
		}
	}
	return out, err
}

// onPage gives a page of what is all at hand.
func onPage[T any](all []T, page, perPage int) []T {
	from := min((page-1)*perPage, len(all))
	return all[from:min(from+perPage, len(all))]
}

// BridgesQuery asks which bridges close.
type BridgesQuery struct {
	On          tracker.Date
	Until       tracker.Date // the last day that is looked at
	Regions     []tracker.RegionID
	Groups      []tracker.GroupID
	Dealerships []string
	Types       []tracker.QualificationCode
	Generations []tracker.Generation // to which they lead
	Page        int
	PerPage     int
}

// BridgeLine is a bridge that closes: who stands before it, and what is lost with it.
type BridgeLine struct {
	store.PersonRow
	At      tracker.Dealership
	InScope bool
	Rung    tracker.Rung
}

// BridgePage is one page of the bridges that close, the soonest first.
type BridgePage struct {
	Rows          []BridgeLine
	Total         int
	People        int
	Hours         int // of web-based training that all of them take in time
	ClassroomDays int // that they take when they are missed
	Page          int
	PerPage       int
}

// Bridges gives the bridges that close from a day through another, within what the actor sees: whose certificate for a
// generation ends on that day, with none for the next one.
func (a *App) Bridges(ctx context.Context, by tracker.Actor, q BridgesQuery) (BridgePage, error) {
	var out BridgePage
	if err := by.May(tracker.SeePeople); err != nil {
		return out, err
	}
	people := a.peopleScope(by, PersonQuery{
		On: q.On, Regions: q.Regions, Groups: q.Groups, Dealerships: q.Dealerships, Types: q.Types, Generations: q.Generations,
		ExpiresBefore: q.Until.Add(1), Among: store.WordQuery{Words: []tracker.RungWord{tracker.RungBridgeable}}, Page: q.Page, PerPage: q.PerPage,
	})
	out.Page, out.PerPage = people.Page, people.PerPage
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		found, err := a.rungsSaying(tx, by, people)
		if err != nil {
			return err
		}
		slices.SortStableFunc(found, func(x, y rungOf) int { return cmp.Compare(x.Rung.Bridge.Until, y.Rung.Bridge.Until) })
		seen := map[tracker.PersonID]bool{}
		for _, one := range found {
			seen[one.ID] = true
			out.Hours, out.ClassroomDays = out.Hours+one.Rung.Type.BridgeHours, out.ClassroomDays+one.Rung.Type.ClassroomDays
		}
		out.Total, out.People = len(found), len(seen)
		out.Rows, err = a.bridgeLines(tx, by, onPage(found, out.Page, out.PerPage))
		return err
	})
	return out, err
}

func (a *App) bridgeLines(tx *store.Tx, by tracker.Actor, found []rungOf) ([]BridgeLine, error) {
	places := make([]tracker.DealershipID, len(found))
	for i, one := range found {
		places[i] = one.Dealership
	}
	at, err := tx.DealershipsByID(places)
	if err != nil {
		return nil, err
	}
	inScope, err := tx.SeenAmong(by.Scope, a.Today(), places)
	out := make([]BridgeLine, len(found))
	for i, one := range found {
		out[i] = BridgeLine{one.PersonRow, at[one.Dealership], inScope[one.Dealership], one.Rung}
	}
	return out, err
}

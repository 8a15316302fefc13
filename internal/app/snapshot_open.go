package app

import (
	"cmp"
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// OpenedSnapshot is a snapshot with the same question asked again: as known then, and as known now.
type OpenedSnapshot struct {
	KeptSnapshot
	// Differs are figures that come out otherwise when they are asked for as known then: there must be none.
	Differs []SnapshotLine
	// Since are figures that come out otherwise now, by what was recorded since.
	Since []SnapshotLine
	// Changes says which dealerships and people each figure counts otherwise now, by day.
	Changes []FigureChange
	// Recorded is what was recorded since that brought this about, newest first.
	Recorded []SinceEntry
	// Unexplained counts dealerships whose records were not looked through, since there are too many.
	Unexplained int
	Directory   Directory
}

// SnapshotLine is a figure with what it comes to when it is asked for again.
type SnapshotLine struct {
	tracker.Figure
	AgainBefore int
	Again       int
}

// FigureChange says what a figure counts on a day of the snapshot by what was known then, and no longer, and the other way
// round.
type FigureChange struct {
	Key    string
	On     tracker.Date
	Gone   []SnapshotMember
	Come   []SnapshotMember
	Moved  []SnapshotMember // counted in another region
	Hidden int              // that the reader may not see
}

// SnapshotMember is a dealership that is counted, or a person at one.
type SnapshotMember struct {
	Dealership tracker.Dealership
	Person     tracker.Person
}

// SinceEntry is something recorded after a snapshot's moment that changes it.
type SinceEntry struct {
	HistoryEntry
	Dealership tracker.Dealership // at which it changes something; none for a standard
	Hidden     bool               // about a person whom the reader may not see: only when it was recorded is told
}

// OpenSnapshot asks a snapshot's question again. The faults are those of Snapshot, and Invalid where what was known then
// cannot be told.
func (a *App) OpenSnapshot(ctx context.Context, by tracker.Actor, id string, resolve Resolve) (OpenedSnapshot, error) {
	kept, err := a.Snapshot(ctx, by, id)
	out := OpenedSnapshot{KeptSnapshot: kept}
	if err != nil {
		return out, err
	}
	if out.Directory, err = a.Directory(ctx); err != nil || kept.Altered {
		return out, err // what was altered is not asked again
	}
	then, err := a.answer(ctx, kept.Snapshot, kept.KnownAt, resolve)
	if err != nil {
		return out, err
	}
	now, err := a.answer(ctx, kept.Snapshot, 0, resolve)
	if err != nil {
		return out, err
	}
	out.Differs, out.Since = otherwise(kept.Figures, then), otherwise(kept.Figures, now)
	return out, a.explainSince(ctx, by, &out, resolve)
}

// otherwise gives the figures that come out otherwise. A place that is new counts for nothing before.
func otherwise(frozen, again []tracker.Figure) []SnapshotLine {
	asked := map[place]tracker.Figure{}
	keys := map[string]bool{}
	for _, f := range frozen {
		keys[f.Key] = true
	}
	for _, f := range again {
		asked[place{f.Place, f.Key}] = f
	}
	var out []SnapshotLine
	for _, f := range frozen {
		f2 := asked[place{f.Place, f.Key}]
		delete(asked, place{f.Place, f.Key})
		if f.Value != f2.Value || f.Before != f2.Before {
			out = append(out, SnapshotLine{f, f2.Before, f2.Value})
		}
	}
	for _, f := range again {
		if _, left := asked[place{f.Place, f.Key}]; left && keys[f.Key] && (f.Value != 0 || f.Before != 0) {
			out = append(out, SnapshotLine{tracker.Figure{Place: f.Place, Key: f.Key}, f.Before, f.Value})
		}
	}
	return out
}

// explainSince finds out whom the figures count otherwise now, and what was recorded that brought it about.
func (a *App) explainSince(ctx context.Context, by tracker.Actor, out *OpenedSnapshot, resolve Resolve) error {
	days := []tracker.Date{out.On}
	if out.Period() {
		days = append(days, out.From)
	}
	all := concerned{map[tracker.DealershipID]bool{}, map[tracker.PersonID]bool{}}
	var changes []memberChange
	for _, on := range days {
		then, err := a.membersOn(store.AsKnown(ctx, out.KnownAt), out.Snapshot, on, resolve)
		if err != nil {
			return err
		}
		now, err := a.membersOn(store.AsKnown(ctx, 0), out.Snapshot, on, resolve)
		if err != nil {
			return err
		}
		for _, key := range append(SnapshotWords(), countKey) {
			if change := compareMembers(then[key], now[key]); !change.empty() {
				change.key, change.on = key, on
				all.add(change)
				changes = append(changes, change)
			}
		}
	}
	return a.store.Read(store.AsKnown(ctx, 0), func(tx *store.Tx) error {
		var err error
		if out.Changes, err = nameMembers(tx, by, changes); err != nil {
			return err
		}
		return a.fillRecorded(tx, by, out, all, resolve)
	})
}

// memberChange is a FigureChange before it is put into names.
type memberChange struct {
	key               string
	on                tracker.Date
	gone, come, moved []member
}

func (c memberChange) empty() bool { return len(c.gone)+len(c.come)+len(c.moved) == 0 }

// concerned are the dealerships and people that figures count otherwise.
type concerned struct {
	dealerships map[tracker.DealershipID]bool
	people      map[tracker.PersonID]bool
}

func (all concerned) add(c memberChange) {
	for _, who := range slices.Concat(c.gone, c.come, c.moved) {
		all.dealerships[who.dealership], all.people[who.person] = true, true
	}
}

func compareMembers(then, now map[member]tracker.RegionID) memberChange {
	var c memberChange
	for who, region := range then {
		switch other, still := now[who]; {
		case !still:
			c.gone = append(c.gone, who)
		case other != region:
			c.moved = append(c.moved, who)
		}
	}
	for who := range now {
		if _, was := then[who]; !was {
			c.come = append(c.come, who)
		}
	}
	order := func(x, y member) int {
		return cmp.Or(cmp.Compare(x.dealership, y.dealership), cmp.Compare(x.person, y.person))
	}
	for _, list := range [][]member{c.gone, c.come, c.moved} {
		slices.SortFunc(list, order)
	}
	return c
}

// nameMembers puts changes into names, as far as the actor sees them.
func nameMembers(tx *store.Tx, by tracker.Actor, changes []memberChange) ([]FigureChange, error) {
	var sites []tracker.DealershipID
	var people []tracker.PersonID
	for _, c := range changes {
		for _, who := range slices.Concat(c.gone, c.come, c.moved) {
			sites, people = append(sites, who.dealership), append(people, who.person)
		}
	}
	seen, err := tx.SeenAmong(by.Scope, tx.Today(), sites)
	if err != nil {
		return nil, err
	}
	dealerships, err := tx.DealershipsByID(sites)
	if err != nil {
		return nil, err
	}
	names := map[tracker.PersonID]tracker.Person{}
	if by.Can(tracker.SeePeople) {
		if names, err = seenNames(tx, by, slices.Compact(slices.Sorted(slices.Values(people)))); err != nil {
			return nil, err
		}
	}
	var out []FigureChange
	for _, c := range changes {
		named := FigureChange{Key: c.key, On: c.on}
		of := func(list []member) (out []SnapshotMember) {
			for _, who := range list {
				person, known := names[who.person]
				if !seen[who.dealership] || who.person != 0 && !known {
					named.Hidden++
					continue
				}
				out = append(out, SnapshotMember{dealerships[who.dealership], person})
			}
			return out
		}
		named.Gone, named.Come, named.Moved = of(c.gone), of(c.come), of(c.moved)
		out = append(out, named)
	}
	return out, nil
}

package app

import (
	"cmp"
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// longestSuspicion bounds how many shared numbers are listed.
const longestSuspicion = 500

// Borrowed is what looks like a borrowed permit: a certificate counted where its holder does not work.
type Borrowed struct {
	Numbers  []SharedNumber
	Overlaps []OverlapLine // the latest first
}

// SharedNumber is a certificate's number that is recorded for several people.
type SharedNumber struct {
	Number  string // masked
	Type    tracker.QualificationCode
	Holders []HolderLine
}

// HolderLine is a person with the post of the day; nil for who has none.
type HolderLine struct {
	tracker.Person
	Post *PostView
}

// OverlapLine is somebody employed at two dealerships at once.
type OverlapLine struct {
	tracker.Overlap
	Who           tracker.Person
	First, Second tracker.Dealership
	Permit        bool // a permit counted on some of the days
}

// Borrowed gives the numbers that several people hold and the employments that overlap. It names people and dealerships
// all over the network, so it is for who sees all of it; anybody else is Forbidden.
func (a *App) Borrowed(ctx context.Context, by tracker.Actor, on tracker.Date) (Borrowed, error) {
	var out Borrowed
	if err := by.May(tracker.SeePeople); err != nil {
		return out, err
	}
	if !by.Scope.All || !by.WholeRecords() {
		return out, tracker.Fault(tracker.Forbidden, "forbidden", "action", string(tracker.SeePeople))
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		shared, err := tx.SharedNumbers(longestSuspicion)
		if err != nil {
			return err
		}
		twice, err := tx.EmployedTwice()
		if err != nil {
			return err
		}
		b := borrowing{tx: tx, on: on}
		ids := slices.Clone(twice)
		for _, s := range shared {
			ids = append(ids, s.Holders...)
		}
		if err := b.load(ids); err != nil {
			return err
		}
		out.Numbers, out.Overlaps = b.numbers(shared), b.overlaps(twice)
		return nil
	})
	return out, err
}

// borrowing is what a list of likely borrowed permits is made from.
type borrowing struct {
	tx        *store.Tx
	on        tracker.Date
	rules     tracker.Rulebook
	people    map[tracker.PersonID]tracker.Person
	histories map[tracker.PersonID]tracker.PersonHistory
	places    map[tracker.DealershipID]tracker.Dealership
}

func (b *borrowing) load(ids []tracker.PersonID) error {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var err error
	if b.rules, err = b.tx.Rules(); err != nil {
		return err
	}
	if b.people, err = b.tx.Persons(ids); err != nil {
		return err
	}
	list, err := b.tx.PersonHistories(ids)
	if err != nil {
		return err
	}
	var places []tracker.DealershipID
	b.histories = map[tracker.PersonID]tracker.PersonHistory{}
	for _, h := range list {
		b.histories[h.Person] = h
		for _, e := range h.Employments {
			places = append(places, e.Dealership)
		}
	}
	b.places, err = b.tx.DealershipsByID(places)
	return err
}

func (b *borrowing) numbers(shared []store.SharedNumber) []SharedNumber {
	out := make([]SharedNumber, len(shared))
	for i, s := range shared {
		out[i] = SharedNumber{Number: s.Number, Type: s.Type}
		for _, id := range s.Holders {
			out[i].Holders = append(out[i].Holders, HolderLine{b.people[id], b.post(id)})
		}
	}
	return out
}

// post gives the employment that counts on the day, nil when none does.
func (b *borrowing) post(id tracker.PersonID) *PostView {
	for _, c := range b.histories[id].Coverage(b.rules) {
		if c.Skill == tracker.SkillEmployed && c.Contains(b.on) {
			post := tracker.Employment{Person: id, Dealership: c.Dealership, Job: c.Job, From: c.From, Until: c.Until}
			return &PostView{Employment: post, At: b.places[c.Dealership], InScope: true}
		}
	}
	return nil
}

func (b *borrowing) overlaps(twice []tracker.PersonID) []OverlapLine {
	var out []OverlapLine
	for _, id := range twice {
		h := b.histories[id]
		coverage := h.Coverage(b.rules)
		for _, o := range h.Overlaps() {
			line := OverlapLine{Overlap: o, Who: b.people[id], First: b.places[o.First], Second: b.places[o.Second]}
			line.Permit = slices.ContainsFunc(coverage, func(c tracker.Coverage) bool {
				return c.Skill == tracker.SkillPermit && !c.Intersect(o.Period).Empty()
			})
			out = append(out, line)
		}
	}
	slices.SortStableFunc(out, func(x, y OverlapLine) int {
		return cmp.Or(cmp.Compare(y.From, x.From), cmp.Compare(x.Who.StaffNo, y.Who.StaffNo))
	})
	return out
}

package app

import (
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// PersonChanges gives what was recorded about a person, the newest first, as far as the actor sees the person: of who has
// left, and to dealers and groups, only about what they are shown, and only while the person was theirs.
func (a *App) PersonChanges(ctx context.Context, by tracker.Actor, staffNo string) ([]HistoryEntry, error) {
	if err := by.May(tracker.SeePeople); err != nil {
		return nil, err
	}
	var out []HistoryEntry
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		record, err := a.person(tx, by, staffNo, a.Today())
		if err != nil {
			return err
		}
		reader, err := newHistoryReader(tx, by)
		if err != nil {
			return err
		}
		reader.noun, reader.places = "person", record.Places
		facts, err := tx.PersonFacts(record.ID)
		if err != nil {
			return err
		}
		if record.Sight.Whole() {
			if err := reader.everyPlace(facts); err != nil {
				return err
			}
		} else {
			facts = shownFacts(facts, record.Sight)
		}
		// Whose entries these are was decided by what may be seen of the person.
		changes, err := tx.Changes(store.ChangeQuery{Scope: tracker.Scope{All: true}, Today: a.Today(), Person: record.ID})
		if err != nil {
			return err
		}
		if out, err = reader.read(facts, changes); err == nil && !record.Sight.Whole() {
			out = a.whileTheirs(out, record.Sight)
		}
		return err
	})
	return out, err
}

// everyPlace loads the dealerships of employments that are shown in the history alone: those that were taken back.
func (r *historyReader) everyPlace(facts []tracker.Fact) error {
	var ids []tracker.DealershipID
	for _, fact := range facts {
		if e, is := fact.(tracker.Employment); is {
			ids = append(ids, e.Dealership)
		}
	}
	var err error
	r.places, err = r.tx.DealershipsByID(ids)
	return err
}

// shownFacts keeps the versions of those facts that are shown of a person.
func shownFacts(facts []tracker.Fact, s tracker.Sight) []tracker.Fact {
	shown := map[tracker.FactID]bool{}
	for _, e := range s.Employments {
		shown[e.Chain] = true
	}
	for _, l := range s.Leaves {
		shown[l.Chain] = true
	}
	for _, q := range s.Qualifications {
		shown[q.Chain] = true
	}
	for _, r := range s.Reviews {
		shown[r.Chain] = true
	}
	return slices.DeleteFunc(facts, func(f tracker.Fact) bool { return !shown[f.Version().Chain] })
}

// whileTheirs keeps what was recorded while the person was with the dealerships in the scope, and whatever was recorded
// about the employments there. Who recorded it, and why, could tell of another dealership; of who has left it stays away.
func (a *App) whileTheirs(entries []HistoryEntry, s tracker.Sight) []HistoryEntry {
	var first tracker.Date
	for i, e := range s.Employments {
		if i == 0 || e.From < first {
			first = e.From
		}
	}
	out := slices.DeleteFunc(entries, func(e HistoryEntry) bool {
		on := tracker.DateOf(e.Moment.Time().In(a.zone))
		return e.Kind != string(tracker.FactEmployment) && (on < first || !s.Present && on > s.Last)
	})
	if !s.Present {
		for i := range out {
			out[i].By, out[i].Proposer, out[i].Reason = "", "", ""
		}
	}
	return out
}

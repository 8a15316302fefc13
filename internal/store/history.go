package store

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"dealercert/internal/tracker"
)

// knownAt gives the condition under which a version counts as known at a moment; zero is now.
func knownAt(known tracker.Moment) (string, []any) {
	if known == 0 {
		return "superseded_at = 0", nil
	}
	return "recorded_at <= ? AND (superseded_at = 0 OR superseded_at > ?)", []any{known, known}
}

// eachVersion reads the versions of one kind that count, of several dealerships or people.
func eachVersion[F tracker.Fact](tx *Tx, column string, ids any, known tracker.Moment, add func(F)) error {
	var none F
	condition, args := knownAt(known)
	var rows []F
	err := tx.db.Raw("SELECT * FROM "+factTables[none.Kind()]+" WHERE "+column+" IN ? AND "+condition+" ORDER BY recorded_at, id",
		append([]any{ids}, args...)...).Scan(&rows).Error
	for _, row := range rows {
		add(row)
	}
	return err
}

// History gives all that was known about a dealership at a moment (zero: now), with everything about each person who was
// ever employed there.
func (tx *Tx) History(id tracker.DealershipID, known tracker.Moment) (tracker.History, error) {
	list, err := tx.Histories([]tracker.DealershipID{id}, known)
	return list[0], err
}

// Histories gives the histories of several dealerships in their order, with one query a table for all of them; a few
// hundred at once are well served.
func (tx *Tx) Histories(ids []tracker.DealershipID, known tracker.Moment) ([]tracker.History, error) {
	out := make([]tracker.History, len(ids))
	at := make(map[tracker.DealershipID]*tracker.History, len(ids))
	for i, id := range ids {
		out[i].Dealership = id
		at[id] = &out[i]
	}
	const column = "dealership_id"
	err := cmp.Or(
		eachVersion(tx, column, ids, known, func(f tracker.OperatingPeriod) {
			at[f.Dealership].Operating = append(at[f.Dealership].Operating, f)
		}),
		eachVersion(tx, column, ids, known, func(f tracker.Assignment) {
			at[f.Dealership].Assignments = append(at[f.Dealership].Assignments, f)
		}),
		eachVersion(tx, column, ids, known, func(f tracker.Franchise) {
			at[f.Dealership].Franchises = append(at[f.Dealership].Franchises, f)
		}),
		eachVersion(tx, column, ids, known, func(f tracker.Decision) {
			at[f.Dealership].Decisions = append(at[f.Dealership].Decisions, f)
		}),
		eachVersion(tx, column, ids, known, func(f tracker.Module) {
			at[f.Dealership].Modules = append(at[f.Dealership].Modules, f)
		}),
		eachVersion(tx, column, ids, known, func(f tracker.Proof) {
			at[f.Dealership].Proofs = append(at[f.Dealership].Proofs, f)
		}),
		eachVersion(tx, column, ids, known, func(f tracker.Waiver) {
			at[f.Dealership].Waivers = append(at[f.Dealership].Waivers, f)
		}),
		eachVersion(tx, column, ids, known, func(f tracker.Event) {
			at[f.Dealership].Events = append(at[f.Dealership].Events, f)
		}),
		tx.staff(ids, at, known),
	)
	return out, err
}

// staff adds to histories the people who were ever employed there.
func (tx *Tx) staff(ids []tracker.DealershipID, at map[tracker.DealershipID]*tracker.History, known tracker.Moment) error {
	var all []tracker.PersonID
	seen := map[tracker.PersonID]bool{}
	employed := map[tracker.DealershipID][]tracker.PersonID{}
	err := eachVersion(tx, "dealership_id", ids, known, func(f tracker.Employment) {
		if !slices.Contains(employed[f.Dealership], f.Person) {
			employed[f.Dealership] = append(employed[f.Dealership], f.Person)
		}
		if !seen[f.Person] {
			seen[f.Person] = true
			all = append(all, f.Person)
		}
	})
	if err != nil {
		return err
	}
	people := make(map[tracker.PersonID]tracker.PersonHistory, len(all))
	for chunk := range slices.Chunk(all, peopleChunk) {
		histories, err := tx.people(chunk, known)
		if err != nil {
			return err
		}
		for _, person := range histories {
			people[person.Person] = person
		}
	}
	for id, list := range employed {
		for _, person := range list {
			at[id].People = append(at[id].People, people[person])
		}
	}
	return nil
}

// peopleChunk bounds how many people one query names; SQLite takes 32,766 arguments.
const peopleChunk = 5000

// people gives the histories of people, with one query a table.
func (tx *Tx) people(ids []tracker.PersonID, known tracker.Moment) ([]tracker.PersonHistory, error) {
	out := make([]tracker.PersonHistory, len(ids))
	at := make(map[tracker.PersonID]*tracker.PersonHistory, len(ids))
	for i, id := range ids {
		out[i].Person = id
		at[id] = &out[i]
	}
	const column = "person_id"
	err := cmp.Or(
		eachVersion(tx, column, ids, known, func(f tracker.Employment) {
			at[f.Person].Employments = append(at[f.Person].Employments, f)
		}),
		eachVersion(tx, column, ids, known, func(f tracker.Leave) {
			at[f.Person].Leaves = append(at[f.Person].Leaves, f)
		}),
		eachVersion(tx, column, ids, known, func(f tracker.Review) {
			at[f.Person].Reviews = append(at[f.Person].Reviews, f)
		}),
	)
	if err != nil {
		return nil, err
	}
	condition, args := knownAt(known)
	var qualifications []qualificationRow
	err = tx.db.Raw(`SELECT id, chain, restores, recorded_at, first_at, recorded_by, source, reason, superseded_at, person_id,
		type, generation, number_mask, issued_on, first_review_due, expires_on
		FROM qualifications WHERE person_id IN ? AND `+condition+" ORDER BY recorded_at, id", append([]any{ids}, args...)...).
		Scan(&qualifications).Error
	for _, row := range qualifications {
		at[row.Person].Qualifications = append(at[row.Person].Qualifications, row.fact())
	}
	return out, err
}

// PersonHistory gives all that was known about a person at a moment (zero: now).
func (tx *Tx) PersonHistory(id tracker.PersonID, known tracker.Moment) (tracker.PersonHistory, error) {
	list, err := tx.people([]tracker.PersonID{id}, known)
	if err != nil {
		return tracker.PersonHistory{}, err
	}
	return list[0], nil
}

// Publications gives the standards that were known to be published at a moment (zero: now).
func (tx *Tx) Publications(known tracker.Moment) ([]tracker.Publication, error) {
	condition, args := knownAt(known)
	var out []tracker.Publication
	return out, tx.db.Raw("SELECT * FROM publications WHERE "+condition+" ORDER BY recorded_at, id", args...).Scan(&out).Error
}

// rulebooks keeps the rulebook of each set of publications that was asked for.
type rulebooks struct {
	mu    sync.Mutex
	known map[string]tracker.Rulebook
}

// Rules gives the rulebook that is published now.
func (tx *Tx) Rules() (tracker.Rulebook, error) { return tx.RulesKnown(0) }

// RulesKnown gives the rulebook that was known to be published at a moment (zero: now).
func (tx *Tx) RulesKnown(known tracker.Moment) (tracker.Rulebook, error) {
	condition, args := knownAt(known)
	var ids []string
	if err := tx.db.Raw("SELECT id FROM publications WHERE "+condition+" ORDER BY id", args...).Scan(&ids).Error; err != nil {
		return tracker.Rulebook{}, err
	}
	key, books := strings.Join(ids, " "), &tx.store.rules
	books.mu.Lock()
	rules, found := books.known[key]
	books.mu.Unlock()
	if found {
		return rules, nil
	}
	publications, err := tx.Publications(known)
	if err != nil {
		return rules, err
	}
	if rules, err = tx.store.config.Rules(publications); err != nil {
		return rules, err
	}
	books.mu.Lock()
	defer books.mu.Unlock()
	if books.known == nil {
		books.known = map[string]tracker.Rulebook{}
	}
	books.known[key] = rules
	return rules, nil
}

// Place gives a dealership's place on a day.
func (tx *Tx) Place(id tracker.DealershipID, on tracker.Date) (tracker.Place, error) {
	var h tracker.History
	err := eachVersion(tx, "dealership_id", []tracker.DealershipID{id}, 0, func(f tracker.Assignment) {
		h.Assignments = append(h.Assignments, f)
	})
	return h.PlaceOn(on), err
}

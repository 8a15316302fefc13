package store

import (
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

// versionsOf reads the versions of one kind that count, of one dealership or of people.
func versionsOf[F tracker.Fact](tx *Tx, kind tracker.FactKind, column string, of any, known tracker.Moment) ([]F, error) {
	condition, args := knownAt(known)
	operator := " = ? AND "
	if _, several := of.([]tracker.PersonID); several {
		operator = " IN ? AND "
	}
	var out []F
	err := tx.db.Raw("SELECT * FROM "+factTables[kind]+" WHERE "+column+operator+condition+" ORDER BY recorded_at, id",
		append([]any{of}, args...)...).Scan(&out).Error
	return out, err
}

// History gives all that was known about a dealership at a moment (zero: now), with everything about each person who was
// ever employed there.
func (tx *Tx) History(id tracker.DealershipID, known tracker.Moment) (tracker.History, error) {
	h := tracker.History{Dealership: id}
	const column = "dealership_id"
	var err error
	if h.Operating, err = versionsOf[tracker.OperatingPeriod](tx, tracker.FactOperating, column, id, known); err != nil {
		return h, err
	}
	if h.Assignments, err = versionsOf[tracker.Assignment](tx, tracker.FactAssignment, column, id, known); err != nil {
		return h, err
	}
	if h.Franchises, err = versionsOf[tracker.Franchise](tx, tracker.FactFranchise, column, id, known); err != nil {
		return h, err
	}
	if h.Decisions, err = versionsOf[tracker.Decision](tx, tracker.FactDecision, column, id, known); err != nil {
		return h, err
	}
	if h.Modules, err = versionsOf[tracker.Module](tx, tracker.FactModule, column, id, known); err != nil {
		return h, err
	}
	if h.Proofs, err = versionsOf[tracker.Proof](tx, tracker.FactProof, column, id, known); err != nil {
		return h, err
	}
	if h.Waivers, err = versionsOf[tracker.Waiver](tx, tracker.FactWaiver, column, id, known); err != nil {
		return h, err
	}
	staff, err := versionsOf[tracker.Employment](tx, tracker.FactEmployment, column, id, known)
	if err != nil {
		return h, err
	}
	h.People, err = tx.people(personsOf(staff), known)
	return h, err
}

// personsOf gives the people of employments, each once.
func personsOf(employments []tracker.Employment) []tracker.PersonID {
	seen := map[tracker.PersonID]bool{}
	var out []tracker.PersonID
	for _, e := range employments {
		if !seen[e.Person] {
			seen[e.Person] = true
			out = append(out, e.Person)
		}
	}
	return out
}

// people gives the histories of people, with one query a table.
func (tx *Tx) people(ids []tracker.PersonID, known tracker.Moment) ([]tracker.PersonHistory, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	out := make([]tracker.PersonHistory, len(ids))
	at := make(map[tracker.PersonID]*tracker.PersonHistory, len(ids))
	for i, id := range ids {
		out[i].Person = id
		at[id] = &out[i]
	}
	const column = "person_id"
	employments, err := versionsOf[tracker.Employment](tx, tracker.FactEmployment, column, ids, known)
	if err != nil {
		return nil, err
	}
	for _, f := range employments {
		at[f.Person].Employments = append(at[f.Person].Employments, f)
	}
	leaves, err := versionsOf[tracker.Leave](tx, tracker.FactLeave, column, ids, known)
	if err != nil {
		return nil, err
	}
	for _, f := range leaves {
		at[f.Person].Leaves = append(at[f.Person].Leaves, f)
	}
	condition, args := knownAt(known)
	var qualifications []qualificationRow
	err = tx.db.Raw(`SELECT id, chain, restores, recorded_at, first_at, recorded_by, source, reason, superseded_at, person_id,
		type, generation, number_mask, issued_on, first_review_due, expires_on
		FROM qualifications WHERE person_id IN ? AND `+condition+" ORDER BY recorded_at, id", append([]any{ids}, args...)...).
		Scan(&qualifications).Error
	if err != nil {
		return nil, err
	}
	for _, row := range qualifications {
		at[row.Person].Qualifications = append(at[row.Person].Qualifications, row.fact())
	}
	reviews, err := versionsOf[tracker.Review](tx, tracker.FactReview, column, ids, known)
	for _, f := range reviews {
		at[f.Person].Reviews = append(at[f.Person].Reviews, f)
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
	assignments, err := versionsOf[tracker.Assignment](tx, tracker.FactAssignment, "dealership_id", id, 0)
	return tracker.History{Assignments: assignments}.PlaceOn(on), err
}

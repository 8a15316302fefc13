package store

import (
	"slices"

	"dealercert/internal/tracker"
)

// PersonHistories gives all that is known about people, in their order.
func (tx *Tx) PersonHistories(ids []tracker.PersonID) ([]tracker.PersonHistory, error) {
	out := make([]tracker.PersonHistory, 0, len(ids))
	for chunk := range slices.Chunk(ids, personChunk) {
		histories, err := tx.people(chunk, 0)
		if err != nil {
			return nil, err
		}
		out = append(out, histories...)
	}
	return out, nil
}

// PresentPosts gives of people only their employments, and those as they are known now whatever moment is read: by them is
// decided who may be seen.
func (tx *Tx) PresentPosts(ids []tracker.PersonID) (map[tracker.PersonID]tracker.PersonHistory, error) {
	out := make(map[tracker.PersonID]tracker.PersonHistory, len(ids))
	for chunk := range slices.Chunk(ids, personChunk) {
		var rows []tracker.Employment
		err := tx.db.Raw("SELECT * FROM present_employments WHERE person_id IN ? ORDER BY recorded_at, id", chunk).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, e := range rows {
			h := out[e.Person]
			h.Person, h.Employments = e.Person, append(h.Employments, e)
			out[e.Person] = h
		}
	}
	return out, nil
}

// SeenAmong gives those of some dealerships that lie in a scope today.
func (tx *Tx) SeenAmong(scope tracker.Scope, today tracker.Date, ids []tracker.DealershipID) (map[tracker.DealershipID]bool, error) {
	out := map[tracker.DealershipID]bool{}
	seen := seenBy(scope, today, "d.id")
	for chunk := range slices.Chunk(ids, personChunk) {
		var found []tracker.DealershipID
		err := tx.db.Raw("SELECT d.id FROM dealerships d WHERE d.id IN ? AND "+seen.sql, append([]any{chunk}, seen.args...)...).Scan(&found).Error
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			out[id] = true
		}
	}
	return out, nil
}

// PersonEverIn gives a person who is or was employed at a dealership that is in the scope today; with the whole network's
// scope anybody. The fault is the same NotFound for anybody else and for a number that nobody has, and takes the same work.
func (tx *Tx) PersonEverIn(scope tracker.Scope, no string) (tracker.Person, error) {
	if scope.All {
		return tx.PersonByStaffNo(no)
	}
	seen, posts := seenBy(scope, tx.Today(), "e.dealership_id"), "employments e WHERE"
	if tx.known != 0 { // who may be seen follows what is known now
		posts = "present_employments e WHERE"
	}
	var out []tracker.Person
	err := tx.db.Raw("SELECT p.* FROM persons p WHERE p.staff_no = ? AND EXISTS (SELECT 1 FROM "+posts+" e.person_id = p.id AND "+seen.sql+")",
		append([]any{no}, seen.args...)...).Scan(&out).Error
	if err != nil {
		return tracker.Person{}, translate(err, "person", no)
	}
	if len(out) == 0 {
		return tracker.Person{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "person", "key", no)
	}
	return out[0], nil
}

// onlySeen leaves of some codes those of dealerships in the scope today, so that asking for a foreign dealership takes no
// more work than asking for one that does not exist. Where none is left the code is one that nobody has.
func (tx *Tx) onlySeen(scope tracker.Scope, today tracker.Date, codes []string) ([]string, error) {
	if scope.All || len(codes) == 0 {
		return codes, nil
	}
	seen := seenBy(scope, today, "d.id")
	var out []string
	err := tx.db.Raw("SELECT d.code FROM dealerships d WHERE d.code IN ? AND "+seen.sql, append([]any{codes}, seen.args...)...).Scan(&out).Error
	if len(out) == 0 {
		out = []string{""}
	}
	return out, err
}

// GroupsSeen gives the groups to which dealerships in the scope belong or belonged.
func (tx *Tx) GroupsSeen(scope tracker.Scope, today tracker.Date) ([]tracker.GroupID, error) {
	seen := seenAmong(scope, today, "a.dealership_id")
	var out []tracker.GroupID
	return out, tx.db.Raw("SELECT DISTINCT a.group_id FROM assignments a WHERE a.superseded_at = 0 AND a.group_id <> 0 AND "+seen.sql, seen.args...).Scan(&out).Error
}

// DealershipsByID gives dealerships by their identities, whatever the scope.
func (tx *Tx) DealershipsByID(ids []tracker.DealershipID) (map[tracker.DealershipID]tracker.Dealership, error) {
	out := make(map[tracker.DealershipID]tracker.Dealership, len(ids))
	for chunk := range slices.Chunk(ids, personChunk) {
		var rows []tracker.Dealership
		if err := tx.db.Raw("SELECT * FROM dealerships WHERE id IN ?", chunk).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, d := range rows {
			out[d.ID] = d
		}
	}
	return out, nil
}

// PersonFacts gives every version of every fact about a person.
func (tx *Tx) PersonFacts(id tracker.PersonID) ([]tracker.Fact, error) {
	var out []tracker.Fact
	for _, kind := range []tracker.FactKind{tracker.FactEmployment, tracker.FactLeave, tracker.FactQualification, tracker.FactReview} {
		facts, err := tx.find(kind, "person_id = ?", id)
		if err != nil {
			return nil, err
		}
		out = append(out, facts...)
	}
	return out, nil
}

// UpdatePerson changes a person's name. Nothing happens when it is as it was; the fault is Stale when was is not the name
// that is kept.
func (tx *Tx) UpdatePerson(id tracker.PersonID, was, name, reason string) error {
	list, err := tx.Persons([]tracker.PersonID{id})
	if err != nil {
		return err
	}
	present := list[id]
	if present.Name != was {
		return tracker.Fault(tracker.Stale, "stale", "noun", "person", "key", present.StaffNo)
	}
	if name == was {
		return nil
	}
	tx.wrote = true
	if err := tx.db.Exec("UPDATE persons SET name = ? WHERE id = ?", name, id).Error; err != nil {
		return translate(err, "person", present.StaffNo)
	}
	return tx.Note(Entry{
		Action: ActionUpdated, Kind: "person", Key: present.StaffNo, Person: id, Reason: reason,
		Before: labels{"name": was}, After: labels{"name": name},
	})
}

// Touched gives the dealerships whose standings the facts recorded so far may change, until they are settled.
func (tx *Tx) Touched() []tracker.DealershipID {
	out := make([]tracker.DealershipID, 0, len(tx.touched))
	for id := range tx.touched {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

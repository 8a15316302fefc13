package store

import (
	"slices"

	"dealercert/internal/tracker"
)

// promiseLabels are the fields of a promise, for the log of changes.
func promiseLabels(p tracker.Promise) labels {
	out := labels{
		"programme": string(p.Programme), "lost_on": p.LostOn.String(), "promised_on": p.PromisedOn.String(), "note": p.Note, "done": "no",
	}
	if p.Done() {
		out["done"] = "yes"
	}
	return out
}

// Promises gives the promises of dealerships: the open ones first, by their last day.
func (tx *Tx) Promises(ids []tracker.DealershipID) (map[tracker.DealershipID][]tracker.Promise, error) {
	out := map[tracker.DealershipID][]tracker.Promise{}
	for chunk := range slices.Chunk(ids, listChunk) {
		var rows []tracker.Promise
		err := tx.db.Raw(`SELECT id, dealership_id, programme, lost_on, promised_on, note, made_at, made_by, done_at, done_by FROM promises
			WHERE dealership_id IN ? ORDER BY CASE WHEN done_at = 0 THEN 0 ELSE 1 END, promised_on, id`, chunk).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, p := range rows {
			out[p.Dealership] = append(out[p.Dealership], p)
		}
	}
	return out, nil
}

// Promise gives one of a dealership's promises. The fault is NotFound.
func (tx *Tx) Promise(at tracker.DealershipID, id string) (tracker.Promise, error) {
	all, err := tx.Promises([]tracker.DealershipID{at})
	if err != nil {
		return tracker.Promise{}, err
	}
	for _, p := range all[at] {
		if p.ID == id {
			return p, nil
		}
	}
	return tracker.Promise{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "promise", "key", id)
}

// CreatePromise adds an open promise in the name of who writes.
func (tx *Tx) CreatePromise(p tracker.Promise) error {
	p.ID, p.MadeAt, p.MadeBy, p.DoneAt, p.DoneBy = tx.newID(), tx.moment, tx.writing.By.ID, 0, 0
	if err := tx.LoadPromises([]tracker.Promise{p}); err != nil {
		return err
	}
	return tx.Note(Entry{Action: ActionCreated, Kind: "promise", Key: p.ID, Dealership: p.Dealership, After: promiseLabels(p)})
}

// LoadPromises adds promises as they are, for loading a whole installation. It writes no entries.
func (tx *Tx) LoadPromises(list []tracker.Promise) error {
	tx.wrote = true
	for _, p := range list {
		err := tx.db.Exec(`INSERT INTO promises (id, dealership_id, programme, lost_on, promised_on, note, made_at, made_by, done_at, done_by)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, p.ID, p.Dealership, p.Programme, p.LostOn, p.PromisedOn, p.Note, p.MadeAt, p.MadeBy,
			p.DoneAt, p.DoneBy).Error
		if err != nil {
			return translate(err, "promise", p.ID)
		}
	}
	return nil
}

// TickPromise notes that a promise was kept, or takes that back, in the name of who writes. Nothing happens when it is so
// already.
func (tx *Tx) TickPromise(p tracker.Promise, done bool) error {
	if p.Done() == done {
		return nil
	}
	before := promiseLabels(p)
	if p.DoneAt, p.DoneBy = 0, 0; done {
		p.DoneAt, p.DoneBy = tx.moment, tx.writing.By.ID
	}
	tx.wrote = true
	if err := tx.db.Exec("UPDATE promises SET done_at = ?, done_by = ? WHERE id = ?", p.DoneAt, p.DoneBy, p.ID).Error; err != nil {
		return err
	}
	was, is := before.changed(promiseLabels(p))
	return tx.Note(Entry{Action: ActionUpdated, Kind: "promise", Key: p.ID, Dealership: p.Dealership, Before: was, After: is})
}

package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"dealercert/internal/tracker"
)

// The actions of the change log.
const (
	ActionCreated   = "created"
	ActionUpdated   = "updated"
	ActionRecorded  = "recorded"
	ActionCorrected = "corrected"
	ActionVoided    = "voided"
	ActionImported  = "imported"
	ActionDisabled  = "disabled"
	ActionEnabled   = "enabled"
	ActionRemoved   = "removed"
)

// Entry is what a change says. Before and After are objects of labels (codes, names, days), never of ids or secrets; nil
// for none.
type Entry struct {
	Action     string
	Kind       string // a fact's kind, or dealership, region, zone, group, person, account
	Key        string // a fact's chain, or a code, staff number or login
	Dealership tracker.DealershipID
	Person     tracker.PersonID
	Reason     string
	Before     any
	After      any
}

// Change is an entry of the append-only log, chained to the one before it by its hash.
type Change struct {
	Seq        int64
	Moment     tracker.Moment
	Actor      tracker.AccountID // zero for the operator of commands
	Login      string
	Request    string
	Source     tracker.Source
	Action     string
	Kind       string
	Key        string
	Dealership tracker.DealershipID
	Person     tracker.PersonID
	Reason     string
	Before     json.RawMessage // nil for none
	After      json.RawMessage
	PrevHash   string // hex
	Hash       string // hex
}

// ChangeQuery asks for entries of the log, the newest first. A scope that is not the whole network sees the entries
// about dealerships that are in it today.
type ChangeQuery struct {
	Scope      tracker.Scope
	Today      tracker.Date
	Dealership tracker.DealershipID // zero: any
	Person     tracker.PersonID     // zero: any
	Kind       string               // empty: any
	Before     int64                // only entries with a smaller seq; zero: from the newest
	After      int64                // only entries with a greater seq
	Limit      int                  // zero: all
}

// labels are fields as people read them, by name.
type labels map[string]string

// changed gives the fields that differ, before and after.
func (l labels) changed(next labels) (before, after labels) {
	before, after = labels{}, labels{}
	for key, value := range next {
		if l[key] != value {
			before[key], after[key] = l[key], value
		}
	}
	return before, after
}

// changeRow is an entry as it is kept.
type changeRow struct {
	Seq          int64
	Moment       tracker.Moment
	Actor        tracker.AccountID
	Login        string
	Request      string
	Source       tracker.Source
	Action       string
	Kind         string
	Key          string
	DealershipID tracker.DealershipID
	PersonID     tracker.PersonID
	Reason       string
	BeforeLabels string
	AfterLabels  string
	PrevHash     string
	Hash         string
}

// digest is the hash of an entry: SHA-256 over the JSON array of its fields in the order of the table, the hash of the
// entry before it included. Whoever changes, drops or moves an entry breaks the chain at that place.
func (r changeRow) digest() (string, error) {
	text, err := json.Marshal([]any{
		r.Seq, r.Moment, r.Actor, r.Login, r.Request, r.Source, r.Action, r.Kind, r.Key, r.DealershipID, r.PersonID, r.Reason,
		r.BeforeLabels, r.AfterLabels, r.PrevHash,
	})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// Note appends an entry to the log of changes.
func (tx *Tx) Note(e Entry) error { return tx.noteAll([]Entry{e}) }

// noteAll appends entries to the log of changes, in their order.
func (tx *Tx) noteAll(entries []Entry) error {
	tx.wrote = true
	if tx.seq == 0 {
		var last []changeRow
		if err := tx.db.Raw("SELECT seq, hash FROM changes ORDER BY seq DESC LIMIT 1").Scan(&last).Error; err != nil {
			return err
		}
		for _, row := range last {
			tx.seq, tx.prev = row.Seq, row.Hash
		}
	}
	rows := make([]changeRow, len(entries))
	for i, e := range entries {
		row, err := tx.entry(e)
		if err != nil {
			return err
		}
		rows[i] = row
		tx.seq, tx.prev = row.Seq, row.Hash
	}
	return translate(insertRows(tx.db.Table("changes"), rows), "change", tx.seq)
}

// entry makes the row of an entry that follows the last one.
func (tx *Tx) entry(e Entry) (row changeRow, err error) {
	row = changeRow{
		Seq: tx.seq + 1, Moment: tx.moment, Actor: tx.writing.By.ID, Login: tx.writing.By.Login, Request: tx.writing.Request,
		Source: tx.writing.Source, Action: e.Action, Kind: e.Kind, Key: e.Key, DealershipID: e.Dealership, PersonID: e.Person,
		Reason: e.Reason, PrevHash: tx.prev,
	}
	if row.BeforeLabels, err = labelText(e.Before); err != nil {
		return row, err
	}
	if row.AfterLabels, err = labelText(e.After); err != nil {
		return row, err
	}
	row.Hash, err = row.digest()
	return row, err
}

// labelText writes labels with sorted keys; none is empty.
func labelText(of any) (string, error) {
	if of == nil {
		return "", nil
	}
	text, err := json.Marshal(of)
	return string(text), err
}

// Changes gives entries of the log, the newest first.
func (tx *Tx) Changes(q ChangeQuery) ([]Change, error) {
	seen := seenBy(q.Scope, q.Today, "c.dealership_id")
	c := conditions{clause{"SELECT c.* FROM changes c WHERE " + seen.sql, seen.args}}
	if q.Dealership != 0 {
		c.and("c.dealership_id = ?", q.Dealership)
	}
	if q.Person != 0 {
		c.and("c.person_id = ?", q.Person)
	}
	if q.Kind != "" {
		c.and("c.kind = ?", q.Kind)
	}
	if q.Before != 0 {
		c.and("c.seq < ?", q.Before)
	}
	c.and("c.seq > ?", q.After)
	c.sql += " ORDER BY c.seq DESC"
	if q.Limit > 0 {
		c.sql += fmt.Sprintf(" LIMIT %d", q.Limit)
	}
	var rows []changeRow
	if err := tx.db.Raw(c.sql, c.args...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	return asChanges(rows), nil
}

// asChanges gives entries as they are read.
func asChanges(rows []changeRow) []Change {
	out := make([]Change, len(rows))
	for i, r := range rows {
		out[i] = Change{
			r.Seq, r.Moment, r.Actor, r.Login, r.Request, r.Source, r.Action, r.Kind, r.Key, r.DealershipID, r.PersonID, r.Reason,
			rawLabels(r.BeforeLabels), rawLabels(r.AfterLabels), r.PrevHash, r.Hash,
		}
	}
	return out
}

func rawLabels(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

// noteFact appends the entry of a recorded, corrected or voided fact.
func (tx *Tx) noteFact(action string, before, after tracker.Fact, reason string) error {
	some := after
	if some == nil {
		some = before
	}
	entry := Entry{Action: action, Kind: string(some.Kind()), Key: string(some.Version().Chain), Reason: reason}
	entry.Dealership, _ = tracker.DealershipOf(some)
	entry.Person = tracker.PersonOf(some)
	var err error
	if before != nil {
		if entry.Before, err = tx.factLabels(before); err != nil {
			return err
		}
	}
	if after != nil {
		if entry.After, err = tx.factLabels(after); err != nil {
			return err
		}
	}
	return tx.Note(entry)
}

package store

import (
	"encoding/json"

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

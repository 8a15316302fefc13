package store

import (
	"time"

	"dealercert/internal/tracker"

	"gorm.io/gorm"
)

// Config says which database to open and what the store needs from outside. The zone is the network's: it turns the
// clock's instant into today.
type Config struct {
	URL  string           // sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME
	Key  [32]byte         // protects certificate numbers: they are encrypted and found through keys derived from it
	Now  func() time.Time // the clock; the store never asks another
	Zone *time.Location
	// Rules turns publications into the rulebook they publish. It is asked once for each set of publications.
	Rules func([]tracker.Publication) (tracker.Rulebook, error)
}

// Store is an open database. It is safe for use by several goroutines: writers go one after the other, readers beside them.
type Store struct {
	config  Config
	dialect dialect
	path    string // of the file; empty where the database is none
	cipher  *numberCipher
	writer  *gorm.DB
	reader  *gorm.DB
	rules   rulebooks

	knowledges knowledges
}

// Writing says who writes and why it can be told later.
type Writing struct {
	By       tracker.Actor
	Request  string         // the request's id, for the log of changes
	Source   tracker.Source // how the facts came in
	Moment   tracker.Moment // of all rows; zero: now. Only the demonstration network sets it
	Progress func(done, total int)
}

// Tx is an open transaction: one snapshot to read, and in a Write one moment for everything written.
type Tx struct {
	store    *Store
	db       *gorm.DB
	writing  Writing
	moment   tracker.Moment
	known    tracker.Moment // as known at which everything is read; zero: now
	wrote    bool           // something was recorded
	recorded uint           // versions of facts recorded so far
	touched  map[tracker.DealershipID]bool
	edits    []Edit
	all      bool   // every dealership is touched
	seq      int64  // of the last change, once known
	prev     string // its hash
}

// Migration is one step of the schema.
type Migration struct {
	Version   int64
	Name      string
	Applied   bool
	AppliedAt time.Time // zero when it is not applied
}

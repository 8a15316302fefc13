package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"dealercert/internal/tracker"
)

// Open opens the database, and makes an empty file where there is none. It does not migrate.
func Open(ctx context.Context, c Config) (*Store, error) {
	s := &Store{config: c}
	var err error
	if s.dialect, s.path, err = dialectOf(c.URL); err != nil {
		return nil, err
	}
	if s.cipher, err = newCipher(c.Key); err != nil {
		return nil, err
	}
	if err := s.dialect.open(ctx, s); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// connect opens a pool of connections. Statements are not kept prepared: everything here runs in transactions, in which
// database/sql prepares a kept statement anew at each use and holds every one of them until the end, gigabytes in a large
// load.
func connect(ctx context.Context, dialector gorm.Dialector, connections int) (*gorm.DB, error) {
	db, err := gorm.Open(dialector, &gorm.Config{
		SkipDefaultTransaction: true, TranslateError: true, DisableAutomaticPing: true, Logger: logger.Discard,
		NamingStrategy: columnNames{},
	})
	if err != nil {
		return nil, err
	}
	if err := refuseUnreadable(db); err != nil {
		return nil, err
	}
	pool, err := db.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return db, nil
}

// columnNames gives the columns of facts names that need no quoting and say what they hold.
type columnNames struct{ schema.NamingStrategy }

// ColumnName names a field's column.
func (n columnNames) ColumnName(table, field string) string {
	switch field {
	case "From":
		return "from_on"
	case "Until":
		return "until_on"
	case "Dealership":
		return "dealership_id"
	case "Person":
		return "person_id"
	case "Region":
		return "region_id"
	case "Zone":
		return "zone_id"
	case "Group":
		return "group_id"
	default:
		return n.NamingStrategy.ColumnName(table, field)
	}
}

// Close closes the database; SQLite folds its write-ahead log into the file.
func (s *Store) Close() error {
	return errors.Join(s.knowledges.close(), disconnect(s.reader), disconnect(s.writer))
}

// disconnect closes a pool of connections; nil is none.
func disconnect(db *gorm.DB) error {
	if db == nil {
		return nil
	}
	pool, err := db.DB()
	if err != nil {
		return err
	}
	return pool.Close()
}

// Version names the database with its version.
func (s *Store) Version(ctx context.Context) (string, error) {
	var version string
	err := s.reader.WithContext(ctx).Raw(s.dialect.version).Scan(&version).Error
	return s.dialect.name + " " + version, err
}

// Read runs fn on one snapshot of the database, or of what was known of it at the moment of AsKnown.
func (s *Store) Read(ctx context.Context, fn func(*Tx) error) error {
	if known := KnownIn(ctx); known != 0 { // what was known before a transaction began is not part of it
		return s.readKnown(ctx, known, fn)
	}
	if tx := s.joined(ctx); tx != nil {
		return fn(tx)
	}
	return s.read(ctx, s.reader, fn)
}

// read runs fn on one snapshot, seen through a pool of connections.
func (s *Store) read(ctx context.Context, pool *gorm.DB, fn func(*Tx) error) error {
	return s.told(pool.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		return fn(&Tx{store: s, db: db})
	}, s.dialect.reading))
}

// errTakenBack ends the transaction of a Try.
var errTakenBack = errors.New("taken back")

// Write runs fn in one transaction, with one moment for all it records, then recomputes what it touched and commits.
func (s *Store) Write(ctx context.Context, w Writing, fn func(*Tx) error) error {
	if KnownIn(ctx) != 0 {
		return tracker.Fault(tracker.Conflict, "forms_off")
	}
	if tx := s.joined(ctx); tx != nil {
		return tx.inside(w, func(tx *Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			return tx.Settle()
		})
	}
	return s.told(s.writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		tx, err := s.begin(db, w)
		if err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		if err := tx.Settle(); err != nil {
			return err
		}
		if !tx.wrote {
			return nil
		}
		if tx.seq != 0 {
			if err := tx.SetMeta(metaLastChange, tx.prev); err != nil {
				return err
			}
		}
		return tx.SetMeta(metaLastMoment, fmt.Sprint(int64(tx.moment)))
	}))
}

// Try is Write that is always taken back, whatever it returns: for previews.
func (s *Store) Try(ctx context.Context, w Writing, fn func(*Tx) error) error {
	if KnownIn(ctx) != 0 {
		return tracker.Fault(tracker.Conflict, "forms_off")
	}
	try := func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return errTakenBack
	}
	var err error
	if tx := s.joined(ctx); tx != nil {
		err = tx.inside(w, try)
	} else {
		err = s.writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
			tx, err := s.begin(db, w)
			if err != nil {
				return err
			}
			return try(tx)
		})
	}
	if errors.Is(err, errTakenBack) {
		return nil
	}
	return s.told(err)
}

// told adds to an error of the database the fault by which a reader can be told of it, where there is one.
func (s *Store) told(err error) error {
	if err == nil || tracker.KindOf(err) != tracker.Internal {
		return err
	}
	if fault := s.dialect.fault(err); fault != nil {
		return fmt.Errorf("%w: %w", fault, err)
	}
	return err
}

// begin waits for other writers and gives a transaction its moment: now, but later than every one before.
func (s *Store) begin(db *gorm.DB, w Writing) (*Tx, error) {
	tx := &Tx{store: s, db: db, writing: w, touched: map[tracker.DealershipID]bool{}}
	if s.dialect.lock != "" {
		if err := db.Exec(s.dialect.lock).Error; err != nil {
			return nil, err
		}
	}
	last, err := tx.LastMoment()
	if err != nil {
		return nil, err
	}
	tx.moment = w.Moment
	if tx.moment == 0 {
		tx.moment = tracker.MomentOf(s.config.Now())
	}
	tx.moment = max(tx.moment, last+1)
	return tx, nil
}

// From does something whose facts come in another way than the rest of the transaction's.
func (tx *Tx) From(source tracker.Source, do func() error) error {
	kept := tx.writing.Source
	tx.writing.Source = source
	defer func() { tx.writing.Source = kept }()
	return do()
}

// Moment is the moment of everything that the transaction records; zero in a Read.
func (tx *Tx) Moment() tracker.Moment { return tx.moment }

// Today is the civil day in the network's zone.
func (tx *Tx) Today() tracker.Date {
	return tracker.DateOf(tx.store.config.Now().In(tx.store.config.Zone))
}

// The store's own notes: the moment of the latest transaction, and the hash of the log's last entry.
const (
	metaLastMoment = "last_moment"
	metaLastChange = "last_change"
)

// LastMoment is the moment of the latest transaction that recorded anything; zero before the first.
func (tx *Tx) LastMoment() (tracker.Moment, error) {
	text, err := tx.Meta(metaLastMoment)
	if err != nil || text == "" {
		return 0, err
	}
	var moment int64
	_, err = fmt.Sscan(text, &moment)
	return tracker.Moment(moment), err
}

// Meta gives a note about the installation; empty when there is none.
func (tx *Tx) Meta(key string) (string, error) {
	var values []string
	err := tx.db.Raw("SELECT value FROM meta WHERE key = ?", key).Scan(&values).Error
	if err != nil || len(values) == 0 {
		return "", err
	}
	return values[0], nil
}

// SetMeta keeps a note about the installation.
func (tx *Tx) SetMeta(key, value string) error {
	return tx.db.Exec("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value).Error
}

// Empty tells whether nothing is recorded: no accounts, dealerships, people or publications.
func (tx *Tx) Empty() (bool, error) {
	var some bool
	err := tx.db.Raw(`SELECT EXISTS (SELECT 1 FROM dealerships) OR EXISTS (SELECT 1 FROM accounts)
		OR EXISTS (SELECT 1 FROM persons) OR EXISTS (SELECT 1 FROM publications)`).Scan(&some).Error
	return !some, err
}

// translate turns the database's errors into faults; any other error stays internal and is never taken for a missing row.
func translate(err error, noun string, key any) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gorm.ErrRecordNotFound):
		return tracker.Fault(tracker.NotFound, "not_found", "noun", noun, "key", key)
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return tracker.Fault(tracker.Conflict, "exists", "noun", noun, "key", key)
	default:
		return fmt.Errorf("%s %v: %w", noun, key, err)
	}
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	sqlite3 "github.com/mattn/go-sqlite3"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"dealercert/internal/tracker"
)

// oldestSQLite is the first version without the fault by which two connections could lose committed pages (the WAL-reset
// bug of 3.7.0 to 3.51.2, https://sqlite.org/wal.html).
const oldestSQLite = 3051003

// The settings of every connection, in the address: as statements they would reach one connection of the pool only.
// Writers begin immediately, so that reading before writing cannot deadlock; commits are flushed (FULL).
const (
	writerPragmas = "_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_foreign_keys=on&_txlock=immediate&_cache_size=-65536"
	readerPragmas = "mode=ro&_busy_timeout=10000&_foreign_keys=on&_txlock=deferred&_cache_size=-32768"
)

// readers is how many snapshots can be read at once.
const readers = 4

// Open opens the database, and makes an empty one where there is none. It does not migrate. Several processes may have
// the same file open: SQLite's own locks keep them apart, so that commands work beside a server.
func Open(ctx context.Context, c Config) (*Store, error) {
	path, isSQLite := strings.CutPrefix(c.URL, "sqlite:")
	if !isSQLite || path == "" {
		return nil, tracker.Fault(tracker.Invalid, "database_unknown", "value", c.URL)
	}
	if _, number, _ := sqlite3.Version(); number < oldestSQLite {
		return nil, tooOld(number)
	}
	s := &Store{config: c, path: path}
	var err error
	if s.cipher, err = newCipher(c.Key); err != nil {
		return nil, err
	}
	if err := private(path); err != nil {
		return nil, err
	}
	if s.writer, err = connect(ctx, path, writerPragmas, 1); err != nil {
		return nil, err
	}
	if s.reader, err = connect(ctx, path, readerPragmas, readers); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func tooOld(number int) error {
	return tracker.Fault(tracker.Invalid, "sqlite_too_old", "version", fmt.Sprintf("%d.%d.%d", number/1000000, number/1000%1000, number%1000))
}

// private makes the file, where there is none, so that only its owner can read it; SQLite gives its log the same rights.
func private(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("the database cannot be opened: %w", err)
	}
	return file.Close()
}

// connect opens a pool of connections that all have the pragmas. Statements are not kept prepared: everything here runs in
// transactions, in which database/sql prepares a kept statement anew at each use and holds every one of them until the end,
// gigabytes in a large load.
func connect(ctx context.Context, path, pragmas string, connections int) (*gorm.DB, error) {
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	db, err := gorm.Open(sqlite.Open("file:"+escaped+"?"+pragmas), &gorm.Config{
		SkipDefaultTransaction: true, TranslateError: true, Logger: logger.Discard, NamingStrategy: columnNames{},
	})
	if err != nil {
		return nil, fmt.Errorf("the database %s cannot be opened: %w", path, err)
	}
	pool, err := db.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	if err := pool.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("the database %s cannot be opened: %w", path, err)
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

// Close folds the write-ahead log into the database and closes it.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*gorm.DB{s.reader, s.writer} {
		if db == nil {
			continue
		}
		pool, err := db.DB()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, pool.Close())
	}
	return errors.Join(errs...)
}

// SQLiteVersion is the version of the library that is built in.
func (s *Store) SQLiteVersion() string {
	version, _, _ := sqlite3.Version()
	return version
}

// Read runs fn on one snapshot of the database.
func (s *Store) Read(ctx context.Context, fn func(*Tx) error) error {
	return s.reader.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		return fn(&Tx{store: s, db: db})
	}, &sql.TxOptions{ReadOnly: true})
}

// errTakenBack ends the transaction of a Try.
var errTakenBack = errors.New("taken back")

// Write runs fn in one transaction, with one moment for all it records, then recomputes what it touched and commits.
func (s *Store) Write(ctx context.Context, w Writing, fn func(*Tx) error) error {
	return s.writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
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
	})
}

// Try is Write that is always taken back, whatever it returns: for previews.
func (s *Store) Try(ctx context.Context, w Writing, fn func(*Tx) error) error {
	err := s.writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		tx, err := s.begin(db, w)
		if err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		return errTakenBack
	})
	if errors.Is(err, errTakenBack) {
		return nil
	}
	return err
}

// begin gives a transaction its moment: now, but later than every one before.
func (s *Store) begin(db *gorm.DB, w Writing) (*Tx, error) {
	tx := &Tx{store: s, db: db, writing: w, touched: map[tracker.DealershipID]bool{}}
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
	var some int
	err := tx.db.Raw(`SELECT EXISTS (SELECT 1 FROM dealerships) + EXISTS (SELECT 1 FROM accounts)
		+ EXISTS (SELECT 1 FROM persons) + EXISTS (SELECT 1 FROM publications)`).Scan(&some).Error
	return some == 0, err
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

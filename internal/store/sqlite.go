package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	sqlite3 "github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"

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

// sqliteReaders is how many snapshots can be read at once.
const sqliteReaders = 4

// sqliteDialect is SQLite. Several processes may have the same file open: its own locks keep them apart, so that commands
// work beside a server.
var sqliteDialect = dialect{
	name: "SQLite", folder: "sqlite", goose: goose.DialectSQLite3, types: strings.NewReplacer(),
	options: func() ([]goose.ProviderOption, error) { return nil, nil }, version: "SELECT sqlite_version()",
	reading: &sql.TxOptions{ReadOnly: true}, laying: &sql.TxOptions{}, lasting: "main.", aside: asideSQLite, open: openSQLite, fault: sqliteFault, check: checkSQLite,
}

func openSQLite(ctx context.Context, s *Store) error {
	if _, number, _ := sqlite3.Version(); number < oldestSQLite {
		return tooOld(number)
	}
	if err := private(s.path); err != nil {
		return err
	}
	for _, pool := range []struct {
		into    **gorm.DB
		pragmas string
		size    int
	}{{&s.writer, writerPragmas, 1}, {&s.reader, readerPragmas, sqliteReaders}} {
		var err error
		if *pool.into, err = connect(ctx, sqlite.Open(s.sqliteAddress(pool.pragmas)), pool.size); err != nil {
			return fmt.Errorf("the database %s cannot be opened: %w", s.path, err)
		}
	}
	return nil
}

func (s *Store) sqliteAddress(pragmas string) string {
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(s.path) + "?" + pragmas
}

// asideSQLite opens a connection that reads the file; temporary tables have a place of their own.
func asideSQLite(ctx context.Context, s *Store) (*gorm.DB, error) {
	return connect(ctx, sqlite.Open(s.sqliteAddress(readerPragmas)), 1)
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

func sqliteFault(err error) *tracker.Error {
	var failed sqlite3.Error
	if errors.As(err, &failed) && failed.Code == sqlite3.ErrBusy {
		return tracker.Fault(tracker.Conflict, "database_busy")
	}
	return nil
}

// checkSQLite runs SQLite's own checks of the file.
func checkSQLite(tx *Tx, report *Report) error {
	var said []string
	if err := tx.db.Raw("PRAGMA integrity_check").Scan(&said).Error; err != nil {
		report.find("database_damaged", "detail", err.Error())
		return nil
	}
	for _, line := range said {
		if line != "ok" {
			report.find("database_damaged", "detail", line)
		}
	}
	var broken []struct {
		Table  string
		Rowid  int64
		Parent string
	}
	if err := tx.db.Raw("PRAGMA foreign_key_check").Scan(&broken).Error; err != nil {
		return err
	}
	for _, b := range broken {
		report.find("reference_broken", "table", b.Table, "row", b.Rowid, "parent", b.Parent)
	}
	return nil
}

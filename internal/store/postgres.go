package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"dealercert/internal/tracker"
)

// oldestPostgres is the first version that the tests run on.
const oldestPostgres = 150000

// How many connections are held open. Writers wait for each other all the same; the others of theirs are for sessions.
const (
	postgresWriters = 4
	postgresReaders = 8
)

// postgresLock is the advisory lock that a writer holds until its transaction ends, so that moments rise and the log of
// changes is one chain, whatever the number of processes.
const postgresLock = "SELECT pg_advisory_xact_lock(7236270987523355237)"

// postgresDialect is PostgreSQL. A writer reads what was committed before it took the lock, hence its isolation is the
// usual one; with a snapshot it would read what was there before it began to wait.
var postgresDialect = dialect{
	name: "PostgreSQL", folder: "postgres", goose: goose.DialectPostgres,
	// Texts sort and compare by their characters, as in SQLite, whatever the language of the server.
	types: strings.NewReplacer(" TEXT", ` TEXT COLLATE "C"`, " REAL", " DOUBLE PRECISION"),
	// By itself a server looks at its tables a minute after a commit; until then it may read lists in an awkward way.
	analyse: "ANALYSE",
	options: migrateAlone, version: "SELECT current_setting('server_version')",
	reading: &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
	laying:  &sql.TxOptions{Isolation: sql.LevelRepeatableRead}, aside: asidePostgres,
	open: openPostgres, lock: postgresLock, fault: postgresFault, check: checkPostgres,
}

// migrateAlone keeps two processes from migrating at once: the second waits up to a minute.
func migrateAlone() ([]goose.ProviderOption, error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	return []goose.ProviderOption{goose.WithSessionLocker(locker)}, err
}

// postgresConfig reads the address and sets what every connection needs.
func (s *Store) postgresConfig() (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(s.config.URL)
	if err != nil { // its words may repeat a part of the address
		return nil, tracker.Fault(tracker.Invalid, "database_unknown", "value", withoutSecrets(s.config.URL))
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	// A statement is planned at each use, since few are alike and kept ones would fill the server's memory; what the server
	// said about the types of its arguments is kept here, so that it takes one round trip.
	config.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	config.DescriptionCacheCapacity = 256
	unlessGiven(config, map[string]string{
		"application_name": "dealercert", "timezone": "UTC", "lock_timeout": "60000",
		"jit": "off", // compiling takes longer than any of the statements here
	})
	return config, nil
}

// asidePostgres opens a connection for temporary tables, which are found before lasting ones of the same names. It reads in
// transactions that cannot write.
func asidePostgres(ctx context.Context, s *Store) (*gorm.DB, error) {
	config, err := s.postgresConfig()
	if err != nil {
		return nil, err
	}
	return connectPostgres(ctx, config, 1)
}

func openPostgres(ctx context.Context, s *Store) error {
	config, err := s.postgresConfig()
	if err != nil {
		return err
	}
	// What a load has written so far the server has not looked at: it would take a hundred dealerships for half of all, and
	// read whole tables for each hundred.
	writing := config.Copy()
	unlessGiven(writing, map[string]string{"enable_seqscan": "off"})
	if s.writer, err = connectPostgres(ctx, writing, postgresWriters); err != nil {
		return err
	}
	if err := suits(ctx, s.writer); err != nil {
		return err
	}
	reading := config.Copy()
	reading.RuntimeParams["default_transaction_read_only"] = "on"
	s.reader, err = connectPostgres(ctx, reading, postgresReaders)
	return err
}

// unlessGiven sets parameters of a session that the address leaves open.
func unlessGiven(config *pgx.ConnConfig, parameters map[string]string) {
	for name, value := range parameters {
		if _, given := config.RuntimeParams[name]; !given {
			config.RuntimeParams[name] = value
		}
	}
}

func connectPostgres(ctx context.Context, config *pgx.ConnConfig, connections int) (*gorm.DB, error) {
	db, err := connect(ctx, postgres.New(postgres.Config{Conn: stdlib.OpenDB(*config)}), connections)
	if err == nil {
		return db, nil
	}
	return nil, unreachable(config, err)
}

// unreachable says in one sentence, without secrets, why a server does not let the program in.
func unreachable(config *pgx.ConnConfig, err error) error {
	server := net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port)))
	if strings.HasPrefix(config.Host, "/") {
		server = config.Host
	}
	var said *pgconn.PgError
	if errors.As(err, &said) {
		switch {
		case strings.HasPrefix(said.Code, "28"):
			return tracker.Fault(tracker.Invalid, "database_refused", "server", server, "user", config.User)
		case said.Code == "3D000":
			return tracker.Fault(tracker.NotFound, "database_absent", "server", server, "name", config.Database)
		}
		return tracker.Fault(tracker.Invalid, "database_unreachable", "server", server, "detail", said.Message)
	}
	detail := "no answer"
	var failed *net.OpError
	var name *net.DNSError
	switch {
	case errors.As(err, &name):
		detail = name.Err
	case errors.As(err, &failed):
		detail = failed.Err.Error()
	case errors.Is(err, context.DeadlineExceeded):
		detail = "no answer in time"
	case strings.Contains(err.Error(), "TLS"):
		detail = "the server and the address disagree about TLS"
	}
	return tracker.Fault(tracker.Invalid, "database_unreachable", "server", server, "detail", detail)
}

// suits tells whether a database can hold what is kept: its server is no older than the tests', and its texts are UTF-8.
func suits(ctx context.Context, db *gorm.DB) error {
	var version, encoding string
	row := db.WithContext(ctx).Raw("SELECT current_setting('server_version_num'), current_setting('server_encoding')").Row()
	if err := row.Scan(&version, &encoding); err != nil {
		return err
	}
	number, err := strconv.Atoi(version)
	if err != nil {
		return fmt.Errorf("the version of PostgreSQL: %w", err)
	}
	if number < oldestPostgres {
		return tracker.Fault(tracker.Invalid, "postgres_too_old", "version", number/10000)
	}
	if encoding != "UTF8" {
		return tracker.Fault(tracker.Invalid, "postgres_encoding", "encoding", encoding)
	}
	return nil
}

// postgresFault recognises that another writer was in the way for too long.
func postgresFault(err error) *tracker.Error {
	var said *pgconn.PgError
	if !errors.As(err, &said) {
		return nil
	}
	switch said.Code {
	case "55P03", "40001", "40P01": // the lock was not to be had, serialisation, deadlock
		return tracker.Fault(tracker.Conflict, "database_busy")
	default:
		return nil
	}
}

// checkPostgres looks for what a server that was tampered with or restored badly can hold: pages with wrong checksums,
// indexes and constraints that do not count, and references to what is not there.
func checkPostgres(tx *Tx, report *Report) error {
	report.FilesUnchecked = true
	var said []string
	err := tx.db.Raw(`SELECT 'checksum failures: ' || checksum_failures FROM pg_stat_database
			WHERE datname = current_database() AND checksum_failures > 0
		UNION ALL SELECT 'index ' || indexrelid::regclass || ' is not valid' FROM pg_index WHERE NOT indisvalid
		UNION ALL SELECT 'constraint ' || conname || ' of ' || conrelid::regclass || ' is not validated'
			FROM pg_constraint WHERE NOT convalidated AND connamespace = current_schema()::regnamespace`).Scan(&said).Error
	if err != nil {
		return err
	}
	for _, line := range said {
		report.find("database_damaged", "detail", line)
	}
	var references []struct{ Child, Parent, Given, Matches string }
	err = tx.db.Raw(`SELECT r.conrelid::regclass::text AS child, r.confrelid::regclass::text AS parent,
			string_agg(format('c.%I IS NOT NULL', c.attname), ' AND ') AS given,
			string_agg(format('p.%I = c.%I', p.attname, c.attname), ' AND ') AS matches
		FROM pg_constraint r CROSS JOIN LATERAL unnest(r.conkey, r.confkey) AS k (child, parent)
			JOIN pg_attribute c ON c.attrelid = r.conrelid AND c.attnum = k.child
			JOIN pg_attribute p ON p.attrelid = r.confrelid AND p.attnum = k.parent
		WHERE r.contype = 'f' AND r.connamespace = current_schema()::regnamespace
		GROUP BY r.oid, r.conrelid, r.confrelid ORDER BY child, parent`).Scan(&references).Error
	if err != nil {
		return err
	}
	for _, r := range references {
		var rows []string
		err := tx.db.Raw("SELECT c.ctid::text FROM " + r.Child + " c WHERE " + r.Given +
			" AND NOT EXISTS (SELECT 1 FROM " + r.Parent + " p WHERE " + r.Matches + ") LIMIT 100").Scan(&rows).Error
		if err != nil {
			return err
		}
		for _, row := range rows {
			report.find("reference_broken", "table", r.Child, "row", row, "parent", r.Parent)
		}
	}
	return nil
}

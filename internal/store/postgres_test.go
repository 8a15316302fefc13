package store_test

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"sync"
	"testing"

	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

// raw opens a database from outside.
func raw(t *testing.T, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// with changes an address.
func with(t *testing.T, address string, change func(*url.URL)) string {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	change(parsed)
	return parsed.String()
}

func TestPostgresIsRefusedInOneSentence(t *testing.T) {
	address := storetest.Postgres(t)
	ascii := strings.ToLower("dealercert_ascii_" + t.Name())
	server := raw(t, address)
	for _, statement := range []string{"CREATE DATABASE " + ascii + " TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'"} {
		if _, err := server.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _, _ = server.Exec("DROP DATABASE " + ascii + " WITH (FORCE)") })
	secret := "geheim" + t.Name()
	for name, test := range map[string]struct {
		change func(*url.URL)
		key    string
	}{
		"a wrong password": {func(u *url.URL) { u.User = url.UserPassword("tester", secret) }, "database_refused"},
		"a stranger":       {func(u *url.URL) { u.User = url.UserPassword("stranger", secret) }, "database_refused"},
		"nobody there":     {func(u *url.URL) { u.Host, u.User = "127.0.0.1:1", url.UserPassword("tester", secret) }, "database_unreachable"},
		"no such host":     {func(u *url.URL) { u.Host, u.User = "nowhere.invalid", url.UserPassword("tester", secret) }, "database_unreachable"},
		"no such database": {func(u *url.URL) { u.Path = "/nothing_of_that_name" }, "database_absent"},
		"not UTF-8":        {func(u *url.URL) { u.Path = "/" + ascii }, "postgres_encoding"},
		"no port":          {func(u *url.URL) { u.RawQuery = "port=" + secret }, "database_unknown"},
	} {
		config := storetest.Config(with(t, address, test.change))
		s, err := store.Open(t.Context(), config)
		if err == nil {
			t.Errorf("%s: opened", name)
			_ = s.Close()
			continue
		}
		if tracker.KindOf(err) == tracker.Internal || !strings.HasPrefix(err.Error(), test.key) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", name, err, test.key)
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the password is shown: %v", name, err)
		}
	}
}

// Columns hold in PostgreSQL what they hold in SQLite: texts that compare by characters, fractions of double precision.
func TestColumnsOfPostgresAreAsWideAsThoseOfSQLite(t *testing.T) {
	address := storetest.Postgres(t)
	storetest.OpenEmpty(t, storetest.Config(address))
	rows, err := raw(t, address).QueryContext(t.Context(), `SELECT table_name || '.' || column_name, data_type, COALESCE(collation_name, '')
		FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'goose_db_version'`)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for rows.Next() {
		var column, kind, collation string
		if err := rows.Scan(&column, &kind, &collation); err != nil {
			t.Fatal(err)
		}
		seen++
		switch kind {
		case "text":
			if collation != "C" {
				t.Errorf("%s sorts by %q", column, collation)
			}
		case "bigint", "boolean", "bytea", "double precision":
		case "integer":
			if strings.HasSuffix(column, "_id") || strings.HasSuffix(column, "_at") || strings.HasSuffix(column, "_by") {
				t.Errorf("%s is narrower than in SQLite", column)
			}
		default:
			t.Errorf("%s is %s", column, kind)
		}
	}
	if err := rows.Err(); err != nil || seen < 100 {
		t.Errorf("%d columns: %v", seen, err)
	}
}

func TestReadersOfPostgresCannotWrite(t *testing.T) {
	s := storetest.OpenEmpty(t, storetest.Config(storetest.Postgres(t)))
	_, reader, err := s.Pools()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reader.ExecContext(t.Context(), "DELETE FROM meta"); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("a reader deletes: %v", err)
	}
}

func TestAWriterWaitsNotForEver(t *testing.T) {
	address := storetest.Postgres(t)
	first := storetest.OpenEmpty(t, storetest.Config(address))
	second := storetest.OpenEmpty(t, storetest.Config(with(t, address, func(u *url.URL) { u.RawQuery += "&lock_timeout=50" })))
	storetest.Write(t, first, func(*store.Tx) error {
		err := second.Write(context.Background(), storetest.Writing, func(*store.Tx) error { return nil })
		if tracker.KindOf(err) != tracker.Conflict || !strings.HasPrefix(err.Error(), "database_busy") {
			t.Errorf("beside a long writer: %v", err)
		}
		// Nobody is signed out meanwhile.
		if err := second.Sessions().CommitCtx(context.Background(), "token", []byte("x"), storetest.Today.AddMonths(1).Time()); err != nil {
			t.Errorf("a session: %v", err)
		}
		return nil
	})
}

// A server that was restarted is found again without a restart of the program.
func TestConnectionsThatWereCutAreMadeAnew(t *testing.T) {
	address := storetest.Postgres(t)
	s := storetest.OpenEmpty(t, storetest.Config(address))
	write := func() error {
		return s.Write(t.Context(), storetest.Writing, func(tx *store.Tx) error { return tx.SetMeta("x", "y") })
	}
	read := func() error {
		return s.Read(t.Context(), func(tx *store.Tx) error { _, err := tx.Meta("x"); return err })
	}
	for name, do := range map[string]func() error{"write": write, "read": read} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
		_, err := raw(t, address).ExecContext(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		if err != nil {
			t.Fatal(err)
		}
		var failed error
		for range 10 { // each connection of the pool may fail once
			if failed = do(); failed == nil {
				break
			}
		}
		if failed != nil {
			t.Errorf("%s: %v", name, failed)
		}
	}
}

func TestSeveralMigrateAtOnce(t *testing.T) {
	address := storetest.Postgres(t)
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			s, err := store.Open(context.Background(), storetest.Config(address))
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := s.Migrate(context.Background()); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

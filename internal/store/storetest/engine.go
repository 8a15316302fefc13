package storetest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // databases for tests are made with it

	"dealercert/internal/store"
)

// The variables by which tests are told of a PostgreSQL server.
const (
	// serverVariable holds the address of a server where databases can be made: postgres://….
	serverVariable = "DEALERCERT_TEST_POSTGRES"
	// engineVariable is postgres when the suites are to run there; they run on SQLite otherwise.
	engineVariable = "DEALERCERT_TEST_ENGINE"
)

// OnPostgres tells whether the suites run on PostgreSQL.
func OnPostgres() bool { return os.Getenv(engineVariable) == "postgres" }

// SQLiteOnly skips a test of what only SQLite does; it has run, or will, on that engine.
func SQLiteOnly(t testing.TB) {
	t.Helper()
	if OnPostgres() {
		t.Skip("about SQLite alone")
	}
}

// URL gives the address of a new database, without a table, in the engine that the suites run on.
func URL(t testing.TB) string {
	t.Helper()
	if OnPostgres() {
		return Postgres(t)
	}
	return "sqlite:" + filepath.Join(t.TempDir(), "network.db")
}

// Postgres gives the address of a new PostgreSQL database without a table, which is dropped when the test ends. Without a
// server the test is skipped; in CI, or when the suites are to run there, it fails.
func Postgres(t testing.TB) string {
	t.Helper()
	return makeDatabase(t, "template0")
}

// MigratedURL is URL with the schema in place. PostgreSQL copies a database that was migrated once, which takes less time
// than the migrations.
func MigratedURL(t testing.TB) string {
	t.Helper()
	if !OnPostgres() {
		return URL(t)
	}
	return makeDatabase(t, template(t))
}

// server gives the address of the server, and a connection to it.
func server(t testing.TB) (*url.URL, *sql.DB) {
	t.Helper()
	address := os.Getenv(serverVariable)
	if address == "" {
		if OnPostgres() || os.Getenv("CI") != "" {
			t.Fatalf("%s does not say where a PostgreSQL server is; make test starts one", serverVariable)
		}
		t.Skipf("%s names no PostgreSQL server; make test starts one", serverVariable)
	}
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // what locks unlocks
	t.Cleanup(func() { _ = db.Close() })
	return parsed, db
}

func execute(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.ExecContext(context.Background(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// makeDatabase makes a database like another one.
func makeDatabase(t testing.TB, like string) string {
	t.Helper()
	address, db := server(t)
	name := "dealercert_test_" + rand.Text()
	execute(t, db, fmt.Sprintf(`CREATE DATABASE %q TEMPLATE %q ENCODING 'UTF8'`, name, like))
	t.Cleanup(func() { execute(t, db, fmt.Sprintf("DROP DATABASE %q WITH (FORCE)", name)) })
	address.Path = "/" + name
	return address.String()
}

// template gives the name of a migrated database, which is made by the first test that needs it.
func template(t testing.TB) string {
	t.Helper()
	steps, err := store.Steps("postgres://")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(steps)
	name := "dealercert_template_" + hex.EncodeToString(sum[:8])
	address, db := server(t)
	execute(t, db, "SELECT pg_advisory_lock(1)") // packages are tested at the same time
	defer execute(t, db, "SELECT pg_advisory_unlock(1)")
	var made bool
	err = db.QueryRowContext(context.Background(), "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate)", name).Scan(&made)
	if err != nil {
		t.Fatal(err)
	}
	if made {
		return name
	}
	execute(t, db, fmt.Sprintf("DROP DATABASE IF EXISTS %q", name), fmt.Sprintf("CREATE DATABASE %q TEMPLATE template0 ENCODING 'UTF8'", name))
	address.Path = "/" + name
	s, err := store.Open(context.Background(), Config(address.String()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	execute(t, db, fmt.Sprintf("ALTER DATABASE %q IS_TEMPLATE true", name))
	return name
}

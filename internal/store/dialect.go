package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

	"dealercert/internal/tracker"
)

// dialect is what one kind of database does in its own way. Everything else here is SQL that all of them take.
type dialect struct {
	name    string // as people know it
	folder  string // of its own migrations
	goose   goose.Dialect
	types   *strings.Replacer // puts the column types of a migration into its own
	options func() ([]goose.ProviderOption, error)
	reading *sql.TxOptions // one snapshot for a whole Read

	// open fills in the store's pools of connections.
	open func(ctx context.Context, s *Store) error
	// aside opens one connection on which temporary tables can be laid before the database's own; laying is the
	// transaction in which that is done, and lasting the prefix by which a table is meant that a view of its name hides.
	aside   func(ctx context.Context, s *Store) (*gorm.DB, error)
	laying  *sql.TxOptions
	lasting string
	// version is a question for the database's version.
	version string
	// lock makes a writer wait until it is the only one; empty where beginning does.
	lock string
	// analyse makes the database look at what its tables hold now; empty where it need not, since it chooses by index alone.
	analyse string
	// fault recognises errors that a reader can be told; nil for any other.
	fault func(error) *tracker.Error
	// check looks for damage and for references to what is not there.
	check func(*Tx, *Report) error
}

// dialectOf gives the dialect of an address and the path of the file, where the database is one. The fault is Invalid
// for an address that nothing here understands.
func dialectOf(url string) (dialect, string, error) {
	if path, is := strings.CutPrefix(url, "sqlite:"); is && path != "" {
		return sqliteDialect, path, nil
	}
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return postgresDialect, "", nil
	}
	return dialect{}, "", tracker.Fault(tracker.Invalid, "database_unknown", "value", withoutSecrets(url))
}

// withoutSecrets shows an address as far as it cannot hold a password.
func withoutSecrets(url string) string {
	if scheme, _, found := strings.Cut(url, "://"); found {
		return scheme + "://…"
	}
	if at := strings.IndexAny(url, "@="); at >= 0 {
		return url[:at] + "…"
	}
	return url
}

// FileOf gives the path of the database file that an address names; empty where the database is no file. The fault is
// Invalid for an address that nothing here understands.
func FileOf(url string) (string, error) {
	_, path, err := dialectOf(url)
	return path, err
}

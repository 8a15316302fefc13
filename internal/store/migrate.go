package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"testing/fstest"

	"github.com/pressly/goose/v3"

	"dealercert/internal/tracker"
)

// The steps stand in migrations/ when every database takes them, and in a folder of the database's name when they need
// words of its own. Each database sees one file for each version.
//
//go:embed migrations
var migrations embed.FS

// steps gives the migrations of one kind of database, the common ones and its own, with the types of columns in its words.
func (d dialect) steps() (fs.FS, error) {
	out := fstest.MapFS{}
	for _, folder := range []string{"migrations", "migrations/" + d.folder} {
		names, err := fs.Glob(migrations, folder+"/*.sql")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := migrations.ReadFile(name)
			if err != nil {
				return nil, err
			}
			if base := path.Base(name); out[base] != nil {
				return nil, fmt.Errorf("two migrations are named %s", base)
			}
			out[path.Base(name)] = &fstest.MapFile{Data: []byte(d.types.Replace(string(text)))}
		}
	}
	return out, nil
}

func (s *Store) provider() (*goose.Provider, error) {
	files, err := s.dialect.steps()
	if err != nil {
		return nil, err
	}
	options, err := s.dialect.options()
	if err != nil {
		return nil, err
	}
	pool, err := s.writer.DB()
	if err != nil {
		return nil, err
	}
	// Steps are numbered where they are written, and may reach a database that already has later ones.
	options = append(options, goose.WithAllowOutofOrder(true))
	return goose.NewProvider(s.dialect.goose, pool, files, options...)
}

// Migrate brings the schema up to date, each step in a transaction of its own, and gives the steps it took. A database
// that is newer than the program is refused: Conflict.
func (s *Store) Migrate(ctx context.Context) ([]Migration, error) {
	provider, err := s.provider()
	if err != nil {
		return nil, err
	}
	sources := provider.ListSources()
	newest := sources[len(sources)-1].Version
	current, err := provider.GetDBVersion(ctx)
	if err != nil {
		return nil, fmt.Errorf("the schema's version cannot be read: %w", err)
	}
	if current > newest {
		return nil, tracker.Fault(tracker.Conflict, "schema_newer", "version", current, "known", newest)
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("the schema cannot be brought up to date: %w", err)
	}
	var out []Migration
	for _, r := range results {
		out = append(out, Migration{Version: r.Source.Version, Name: r.Source.Path, Applied: true, AppliedAt: s.config.Now()})
	}
	return out, nil
}

// MigrationStatus gives every step that the program knows.
func (s *Store) MigrationStatus(ctx context.Context) ([]Migration, error) {
	provider, err := s.provider()
	if err != nil {
		return nil, err
	}
	status, err := provider.Status(ctx)
	if err != nil {
		return nil, err
	}
	var out []Migration
	for _, m := range status {
		out = append(out, Migration{
			Version: m.Source.Version, Name: m.Source.Path, Applied: m.State == goose.StateApplied, AppliedAt: m.AppliedAt,
		})
	}
	return out, nil
}

// Steps gives the text of all migrations of the database of an address, in order: it tells whether a schema that was made
// before is the present one.
func Steps(url string) ([]byte, error) {
	d, _, err := dialectOf(url)
	if err != nil {
		return nil, err
	}
	files, err := d.steps()
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	var out []byte
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		out = append(out, text...)
	}
	return out, nil
}

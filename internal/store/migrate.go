package store

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/pressly/goose/v3"

	"dealercert/internal/tracker"
)

// The steps stand in migrations/ when every database takes them, and in a folder of the database's name when they need
// words of its own. Each database sees one file for each version.
//
//go:embed migrations
var migrations embed.FS

// steps are the migrations of one kind of database: the common ones and its own.
type steps []fs.FS

// stepsFor gives the migrations of the database whose folder is named.
func stepsFor(database string) (steps, error) {
	var out steps
	for _, folder := range []string{"migrations", "migrations/" + database} {
		files, err := fs.Sub(migrations, folder)
		if err != nil {
			return nil, err
		}
		out = append(out, files)
	}
	return out, nil
}

// Open opens a file of one of the folders.
func (s steps) Open(name string) (fs.File, error) {
	for _, folder := range s {
		file, err := folder.Open(name)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return file, err
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadDir lists the folders as one.
func (s steps) ReadDir(name string) ([]fs.DirEntry, error) {
	var out []fs.DirEntry
	for _, folder := range s {
		entries, err := fs.ReadDir(folder, name)
		if err != nil {
			return nil, err
		}
		out = append(out, entries...)
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return out, nil
}

func (s *Store) provider() (*goose.Provider, error) {
	files, err := stepsFor("sqlite")
	if err != nil {
		return nil, err
	}
	pool, err := s.writer.DB()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, pool, files)
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

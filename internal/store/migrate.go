package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"dealercert/internal/tracker"
)

//go:embed migrations/*.sql
var migrations embed.FS

func (s *Store) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
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

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"dealercert/internal/app"
	"dealercert/internal/config"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// opened is the product over an open database.
type opened struct {
	store *store.Store
	app   *app.App
	now   func() time.Time
	zone  *time.Location
}

// open opens the database and brings its schema up to date.
func open(ctx context.Context, s config.Settings, w world) (*opened, error) {
	out, err := openUnmigrated(ctx, s, w)
	if err != nil {
		return nil, err
	}
	if _, err := out.store.Migrate(ctx); err != nil {
		return nil, closing(out, err)
	}
	out.app, err = app.New(app.Config{Store: out.store, Now: out.now, Zone: out.zone})
	if err != nil {
		return nil, closing(out, err)
	}
	return out, nil
}

// openUnmigrated opens the database as it is.
func openUnmigrated(ctx context.Context, s config.Settings, w world) (*opened, error) {
	zone, err := s.Location()
	if err != nil {
		return nil, err
	}
	now, err := s.Now(w.now)
	if err != nil {
		return nil, err
	}
	path, err := store.FileOf(s.DB)
	if err != nil { // said before a key is made for nothing
		return nil, err
	}
	if path != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("the folder of the database cannot be made: %w", err)
		}
	}
	key, made, err := s.Key()
	if err != nil {
		return nil, err
	}
	if made != "" {
		fmt.Fprintf(w.err, "dealercert: a key for permit numbers was made in %s; keep a copy of it apart from the backups\n", made)
	}
	db, err := store.Open(ctx, store.Config{URL: s.DB, Key: key, Now: now, Zone: zone, Rules: app.Rules})
	if err != nil {
		return nil, err
	}
	return &opened{store: db, now: now, zone: zone}, nil
}

// closing closes the database after an error and gives the error.
func closing(o *opened, err error) error {
	if failed := o.store.Close(); failed != nil {
		return fmt.Errorf("%w (and closing the database: %w)", err, failed)
	}
	return err
}

// existing is with for commands that only read: they refuse a database that is not there, which is likelier a mistyped
// path than an empty network.
func existing(ctx context.Context, s config.Settings, w world, do func(*opened) error) error {
	if path, err := store.FileOf(s.DB); err == nil && path != "" {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return tracker.Fault(tracker.NotFound, "database_missing", "value", path)
		}
	}
	return with(ctx, s, w, do)
}

// with opens the database, does something with it and closes it again.
func with(ctx context.Context, s config.Settings, w world, do func(*opened) error) error {
	o, err := open(ctx, s, w)
	if err != nil {
		return err
	}
	if err := do(o); err != nil {
		return closing(o, err)
	}
	return o.store.Close()
}

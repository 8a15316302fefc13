package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	sqlite3 "github.com/mattn/go-sqlite3"

	"dealercert/internal/config"
	"dealercert/internal/store"
	"dealercert/web"
)

type migrateCommand struct {
	Status bool `help:"Only say which versions the database has."`
}

// Run brings the schema up to date, or says how far it is.
func (c *migrateCommand) Run(ctx context.Context, s config.Settings, w world) error {
	o, err := openUnmigrated(ctx, s, w)
	if err != nil {
		return err
	}
	list := o.store.Migrate
	if c.Status {
		list = o.store.MigrationStatus
	}
	migrations, err := list(ctx)
	if err != nil {
		return closing(o, err)
	}
	for _, m := range migrations {
		state := "pending"
		if m.Applied {
			state = "applied"
		}
		fmt.Fprintf(w.out, "%5d  %-8s %s\n", m.Version, state, m.Name)
	}
	if len(migrations) == 0 {
		fmt.Fprintln(w.out, "the schema is up to date")
	}
	return o.store.Close()
}

type verifyCommand struct{}

// Run checks everything that can be checked; anything that differs ends it with status 1.
func (c *verifyCommand) Run(ctx context.Context, s config.Settings, w world) error {
	return existing(ctx, s, w, func(o *opened) error {
		show := progress(w.err)
		report, err := o.app.Verify(ctx, func(done, total int) { show(lastStage, done, total) })
		if err != nil {
			return err
		}
		messages, err := web.LoadMessages()
		if err != nil {
			return err
		}
		for _, f := range report.Findings {
			fmt.Fprintln(w.out, messages.Say(s.Language, "verify."+f.Key, f.Args))
		}
		fmt.Fprintf(w.out, "%d dealerships recomputed, %d rows compared, %d earlier moments of %d dealerships drawn by lot, %d changes: %d findings\n",
			report.Dealerships, report.Rows, report.Moments, report.Drawn, report.Changes, len(report.Findings))
		if report.FilesUnchecked {
			fmt.Fprintln(w.out, "references and the server's own notes of damage were looked at; for its files use pg_amcheck and pg_checksums")
		}
		if !report.OK() {
			return errSilent
		}
		return nil
	})
}

// version is set when a release is built.
var version = "development"

type versionCommand struct{}

// Run prints version, commit, the SQLite version, and that of another database's server.
func (c *versionCommand) Run(ctx context.Context, s config.Settings, w world) error {
	commit := "unknown"
	if info, found := debug.ReadBuildInfo(); found {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				commit = setting.Value
			}
		}
	}
	sqlite, _, _ := sqlite3.Version()
	fmt.Fprintf(w.out, "dealercert %s\ncommit %s\nSQLite %s\n", version, commit, sqlite)
	if path, err := store.FileOf(s.DB); err != nil || path != "" {
		return err
	}
	db, err := store.Open(ctx, store.Config{URL: s.DB})
	if err != nil {
		return err
	}
	server, err := db.Version(ctx)
	fmt.Fprintln(w.out, server)
	return errors.Join(err, db.Close())
}

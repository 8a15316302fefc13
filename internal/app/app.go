// Package app holds the use cases of dealercert, one method for each thing a user wants. Each takes who acts, loads
// within what they may see, asks whether they may do it, decides by the rules of tracker, and saves in one transaction.
// Pages, the API, commands and imports all come through here.
package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"dealercert/internal/pack"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// App is the product without its faces. Make one with New.
type App struct {
	store   *store.Store
	now     func() time.Time
	zone    *time.Location
	packs   []pack.Pack
	figures figures
	signIns *signIns
	running sync.Map // names of the sendings that are being carried out
}

// Config is what an App is made from.
type Config struct {
	Store *store.Store
	Now   func() time.Time // the clock, read nowhere else
	Zone  *time.Location   // the network's: it decides which day today is
}

// New makes an App on an open, migrated store.
func New(c Config) (*App, error) {
	packs, err := pack.Embedded()
	if err != nil {
		return nil, err
	}
	return &App{store: c.Store, now: c.Now, zone: c.Zone, packs: packs, signIns: newSignIns(c.Now)}, nil
}

// Today is the civil day in the network's zone.
func (a *App) Today() tracker.Date { return tracker.DateOf(a.now().In(a.zone)) }

// Now is the present moment.
func (a *App) Now() tracker.Moment { return tracker.MomentOf(a.now()) }

// Zone is the network's time zone.
func (a *App) Zone() *time.Location { return a.zone }

// EndOf is the last moment of a civil day in the network's zone.
func (a *App) EndOf(day tracker.Date) tracker.Moment {
	next := day.Add(1).Time()
	return tracker.MomentOf(time.Date(next.Year(), next.Month(), next.Day(), 0, 0, 0, 0, a.zone)) - 1
}

// request is the key under which a context carries the id of the request that is being served.
type request struct{}

// WithRequest gives a context that carries a request's id into the history.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, request{}, id)
}

// AsKnown gives a context in which everything is read as known at a moment; zero is now. Nothing can be recorded in it.
func AsKnown(ctx context.Context, known tracker.Moment) context.Context {
	return store.AsKnown(ctx, known)
}

// throughAPI is the key under which a context says that a program asks.
type throughAPI struct{}

// write runs one transaction in the name of the actor. What comes by a form and needs a second person is refused: what can
// wait for one goes through carryOut.
func (a *App) write(ctx context.Context, by tracker.Actor, source tracker.Source, fn func(*store.Tx) error) error {
	return a.record(ctx, by, source, func(tx *store.Tx) error {
		before := len(tx.Edits())
		if err := fn(tx); err != nil || source != tracker.SourceForm || confirms(ctx) {
			return err
		}
		rules, err := tx.Rules()
		if err != nil {
			return err
		}
		if second := secondFor(by, "", rules, tx.Edits()[before:], a.Today()); second.Ground != "" {
			return tracker.Fault(tracker.Forbidden, "second_person_needed", "days", BackDatingDays())
		}
		return nil
	})
}

// record is write for what has found out itself whether it needs a second person.
func (a *App) record(ctx context.Context, by tracker.Actor, source tracker.Source, fn func(*store.Tx) error) error {
	return a.store.Write(ctx, a.writing(ctx, by, source), fn)
}

// try runs a transaction and takes it back: for previews and dry runs.
func (a *App) try(ctx context.Context, by tracker.Actor, source tracker.Source, fn func(*store.Tx) error) error {
	return a.store.Try(ctx, a.writing(ctx, by, source), fn)
}

func (a *App) writing(ctx context.Context, by tracker.Actor, source tracker.Source) store.Writing {
	id, _ := ctx.Value(request{}).(string)
	if _, api := ctx.Value(throughAPI{}).(bool); api && source == tracker.SourceForm {
		source = tracker.SourceAPI
	}
	return store.Writing{By: by, Request: id, Source: source}
}

// parsed keeps the standards of publications that have been parsed, by the hash of their text.
var parsed sync.Map

// Rules turns publications into the rulebook; the store asks for it.
func Rules(publications []tracker.Publication) (tracker.Rulebook, error) {
	var standards []tracker.Standard
	for _, p := range publications {
		known, found := parsed.Load(p.PackHash)
		if !found {
			read, err := pack.Parse(string(p.Programme), []byte(p.Pack))
			if err != nil {
				return tracker.Rulebook{}, fmt.Errorf("published pack %s %s: %w", p.Programme, p.Standard, err)
			}
			known = read.Standard
			parsed.Store(p.PackHash, known)
		}
		standard := known.(tracker.Standard)
		standard.EffectiveOn, standard.TransitionUntil = p.EffectiveOn, p.TransitionUntil
		standards = append(standards, standard)
	}
	return tracker.NewRulebook(standards...), nil
}

// publish puts the embedded packs in force where nothing is published yet: before the first dealership there is
// nothing to judge.
func (a *App) publish(tx *store.Tx) error {
	have, err := tx.Publications(0)
	if err != nil || len(have) > 0 {
		return err
	}
	for _, p := range a.packs {
		if _, err := tx.Record(Publication(p), ""); err != nil {
			return err
		}
	}
	return nil
}

// Publications are the facts that put the embedded packs in force, each on the day that it names.
func (a *App) Publications() []tracker.Publication {
	out := make([]tracker.Publication, len(a.packs))
	for i, p := range a.packs {
		out[i] = Publication(p)
	}
	return out
}

// Publication is the fact that puts a pack in force on the day that the pack names.
func Publication(p pack.Pack) tracker.Publication {
	return tracker.Publication{
		Programme: p.Standard.Programme, Standard: p.Standard.Version, EffectiveOn: p.Standard.EffectiveOn,
		TransitionUntil: p.Standard.TransitionUntil, Pack: p.Text, PackHash: p.Hash,
	}
}

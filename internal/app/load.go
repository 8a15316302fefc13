package app

import (
	"context"
	"iter"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// metaDemo is the note of a database that was made by demo.
const metaDemo = "demo"

// Loading is a whole installation's records, recorded at once into an empty database.
type Loading struct {
	Moment       tracker.Moment // at which all of it is known
	Regions      []tracker.Region
	Responsibles []tracker.Responsible
	Zones        []tracker.Zone
	Groups       []tracker.Group
	Publications []tracker.Publication
	Accounts     []NewAccount
	Dealerships  int // how many the sequences give
	Nouns        iter.Seq[LoadedNouns]
	Facts        iter.Seq[[]tracker.Fact] // of one dealership each
	// Reports gives what a dealership that somebody signs in for has reported and nobody has decided on, the oldest first;
	// nil: nothing.
	Reports func(tracker.History, map[tracker.PersonID]tracker.Person) []tracker.Claim
	// Promises gives what was promised about losses that are coming; nil for nothing.
	Promises func([]ComingLoss) []tracker.Promise
	// Sessions are the training sessions around the moment, the soonest first, and Bookings gives who has a seat in one, of
	// those who could use it; nil for nobody.
	Sessions []tracker.Session
	Bookings func(tracker.Session, []Trainee) []tracker.Booking
}

// ComingLoss is a loss in the hundred days after the moment of a loading.
type ComingLoss struct {
	Dealership tracker.DealershipID
	Region     tracker.RegionID
	Programme  tracker.ProgrammeCode
	Loss       tracker.Loss
	On         tracker.Date
}

// lossesAhead bounds how far ahead and how many of the coming losses a loading looks at.
const (
	lossesAhead = 100
	lossesMost  = 200
)

// LoadedNouns is a dealership with the people who first come up there. Identities are given.
type LoadedNouns struct {
	Dealership tracker.Dealership
	People     []tracker.Person
	Contacts   []tracker.Contact
}

// LoadDemo fills an empty database with the records of the demonstration network, in one transaction: the facts first,
// then each dealership's standings once. The fault is Conflict when the database holds data.
func (a *App) LoadDemo(ctx context.Context, l Loading, progress func(stage string, done, total int)) error {
	hash, err := a.signIns.hash(ctx, DemoPassword)
	if err != nil {
		return err
	}
	writing := store.Writing{
		By: tracker.Operator, Source: tracker.SourceDemo, Moment: l.Moment,
		Progress: func(done, total int) { progress("standings", done, total) },
	}
	return a.store.Write(ctx, writing, func(tx *store.Tx) error {
		empty, err := tx.Empty()
		if err != nil {
			return err
		}
		if !empty {
			return tracker.Fault(tracker.Conflict, "not_empty")
		}
		if err := tx.SetMeta(metaDemo, "true"); err != nil {
			return err
		}
		if err := l.nouns(tx, progress); err != nil {
			return err
		}
		if err := l.facts(tx, progress); err != nil {
			return err
		}
		if err := l.accounts(tx, hash); err != nil {
			return err
		}
		if err := a.loadPromises(tx, l); err != nil {
			return err
		}
		return a.loadTraining(tx, l)
	})
}

// loadPromises computes the standings and records what was promised about what is lost next.
func (a *App) loadPromises(tx *store.Tx, l Loading) error {
	if l.Promises == nil {
		return nil
	}
	if err := tx.Settle(); err != nil {
		return err
	}
	known := tracker.DateOf(l.Moment.Time().In(a.zone))
	rows, err := tx.Losses(store.LossQuery{
		Scope: tracker.Scope{All: true}, Today: known, From: known, Until: known.Add(lossesAhead), Limit: lossesMost,
		Programmes: []tracker.ProgrammeCode{tracker.ProgrammeLaw, tracker.ProgrammeBMWi},
	})
	if err != nil {
		return err
	}
	losses := make([]ComingLoss, len(rows))
	for i, row := range rows {
		losses[i] = ComingLoss{row.Dealership.ID, row.After.Region, row.After.Programme, row.After.Loss, row.After.From}
	}
	return tx.LoadPromises(l.Promises(losses))
}

func (l Loading) nouns(tx *store.Tx, progress func(string, int, int)) error {
	for _, r := range l.Regions {
		if _, err := tx.CreateRegion(r); err != nil {
			return err
		}
	}
	for _, z := range l.Zones {
		if _, err := tx.CreateZone(z); err != nil {
			return err
		}
	}
	for _, g := range l.Groups {
		if _, err := tx.CreateGroup(g); err != nil {
			return err
		}
	}
	done := 0
	for n := range l.Nouns {
		if err := tx.LoadNouns(n.Dealership, n.People); err != nil {
			return err
		}
		if err := tx.LoadContacts(n.Contacts); err != nil {
			return err
		}
		done++
		progress("dealerships", done, l.Dealerships)
	}
	return tx.LoadResponsibles(l.Responsibles)
}

func (l Loading) facts(tx *store.Tx, progress func(string, int, int)) error {
	publications := make([]tracker.Fact, len(l.Publications))
	for i, p := range l.Publications {
		publications[i] = p
	}
	if err := tx.Load(publications); err != nil {
		return err
	}
	done := 0
	for facts := range l.Facts {
		if err := tx.Load(facts); err != nil {
			return err
		}
		done++
		progress("facts", done, l.Dealerships)
	}
	return nil
}

func (l Loading) accounts(tx *store.Tx, hash string) error {
	for _, n := range l.Accounts {
		scope, err := scopeOf(tx, n)
		if err != nil {
			return err
		}
		account := store.Account{
			Login: n.Login, Name: orElse(n.Name, n.Login), Role: tracker.Role(n.Role), Language: n.Language,
			PasswordHash: hash, Scope: scope, Demo: true,
		}
		if account.ID, err = tx.CreateAccount(account); err != nil {
			return err
		}
		if l.Reports == nil || account.Role != tracker.RoleDealer {
			continue
		}
		for _, id := range scope.Dealerships {
			if err := l.reports(tx, account.ID, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// reports keeps what a dealership has reported: a day apart, the last one when all else was known.
func (l Loading) reports(tx *store.Tx, by tracker.AccountID, id tracker.DealershipID) error {
	site, err := tx.DealershipByID(id)
	if err != nil {
		return err
	}
	history, err := tx.History(id, 0)
	if err != nil {
		return err
	}
	var ids []tracker.PersonID
	for _, p := range history.People {
		ids = append(ids, p.Person)
	}
	people, err := tx.Persons(ids)
	if err != nil {
		return err
	}
	list := l.Reports(history, people)
	for i, c := range list {
		at := tracker.MomentOf(l.Moment.Time().AddDate(0, 0, i+1-len(list)))
		c.ID, c.Version, c.State = tracker.NewFactID(at, [10]byte{byte(by), byte(i)}), 1, tracker.ClaimSubmitted
		c.Dealership, c.EnteredBy, c.EnteredAt = id, by, at
		g, err := survey(tx, site, c, tracker.DateOf(at.Time()))
		if err != nil {
			return err
		}
		c.Person, c.Base = g.person.ID, g.base()
		if err := tx.LoadClaim(c); err != nil {
			return err
		}
	}
	return nil
}

// Empty tells whether the database holds nothing yet.
func (a *App) Empty(ctx context.Context) (bool, error) {
	var empty bool
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		empty, err = tx.Empty()
		return err
	})
	return empty, err
}

package app

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// ImpactQuery asks for dealerships of a run.
type ImpactQuery = store.ImpactQuery

// ImpactList is a page of the dealerships of a run.
type ImpactList struct {
	Rows    []store.NamedDealership
	Total   int
	Page    int
	PerPage int
}

// impactChunk is how many dealerships are judged at once: their histories take some megabytes.
const impactChunk = 100

// CheckImpact judges every operating dealership with the draft in the rulebook, on each of its days, and keeps what comes of
// it. progress, which may be nil, hears how far it is.
func (a *App) CheckImpact(ctx context.Context, by tracker.Actor, id string, version int, progress func(done, total int)) (tracker.Impact, error) {
	var run tracker.Impact
	if err := by.May(tracker.PreparePacks); err != nil {
		return run, err
	}
	var named []store.ImpactDealership
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		d, err := openDraft(tx, id, version)
		if err != nil {
			return err
		}
		t, err := a.trial(tx, d)
		if err != nil {
			return err
		}
		if err := t.all(ctx, tx, progress); err != nil {
			return err
		}
		run, named = t.run, t.named
		return nil
	})
	if err != nil {
		return run, err
	}
	return run, a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		d, err := openDraft(tx, id, version)
		if err != nil {
			return err
		}
		if run, err = tx.AddImpact(run, named); err != nil {
			return err
		}
		d.State = tracker.DraftChecked
		_, err = tx.SetDraft(d, store.ActionChecked, told(run.Figures))
		return err
	})
}

// trial is a run under way.
type trial struct {
	before, after tracker.Rulebook
	draft         tracker.Standard
	on            []tracker.Date
	run           tracker.Impact
	named         []store.ImpactDealership
}

// trial prepares a run of a draft.
func (a *App) trial(tx *store.Tx, d tracker.Draft) (*trial, error) {
	draft, err := standardOf(d)
	if err != nil {
		return nil, err
	}
	if err := a.fits(tx, draft); err != nil {
		return nil, err
	}
	t := &trial{draft: draft, run: tracker.Impact{Draft: d.ID, PackHash: d.PackHash, EffectiveOn: d.EffectiveOn, RunOn: a.Today()}}
	if t.before, err = tx.Rules(); err != nil {
		return nil, err
	}
	t.after = t.before.With(draft)
	t.run.Figures.Days = draft.Stages()
	for _, day := range t.run.Figures.Days {
		t.on = append(t.on, day.On)
	}
	if t.run.RulesHash, err = rulesHash(tx); err != nil {
		return nil, err
	}
	t.run.FactsAt, err = tx.LastFact()
	return t, err
}

// all judges every dealership, chunk by chunk.
func (t *trial) all(ctx context.Context, tx *store.Tx, progress func(done, total int)) error {
	ids, err := tx.OperatingIDs(t.on[0])
	if err != nil {
		return err
	}
	done := 0
	for chunk := range slices.Chunk(ids, impactChunk) {
		if err := ctx.Err(); err != nil {
			return err
		}
		histories, err := tx.Histories(chunk, 0)
		if err != nil {
			return err
		}
		for _, h := range histories {
			t.judge(h)
		}
		done += len(chunk)
		if progress != nil {
			progress(done, len(ids))
		}
	}
	for i := range t.run.Figures.Days {
		t.order(&t.run.Figures.Days[i])
	}
	return nil
}

// judge adds one dealership to the figures.
func (t *trial) judge(h tracker.History) {
	for i, e := range h.Try(t.before, t.after, t.draft, t.on) {
		t.run.Figures.Days[i].Count(e)
		if e.Operating && (e.Failing() || e.RightLost) {
			t.named = append(t.named, store.ImpactDealership{
				Stage: i, Dealership: h.Dealership, Region: e.Region, Light: e.Light, IsNew: e.New, RightLost: e.RightLost,
				Items: len(e.Missing), Missing: strings.Join(e.Missing, " "),
			})
		}
	}
}

// order puts the parts of a day's figures in an order that does not depend on the dealerships': the requirements with
// which most fail first, regions by identity.
func (t *trial) order(d *tracker.ImpactDay) {
	slices.SortFunc(d.Requirements, func(a, b tracker.ImpactRequirement) int {
		return cmp.Or(cmp.Compare(b.Failing, a.Failing), cmp.Compare(a.Code, b.Code))
	})
	slices.SortFunc(d.Regions, func(a, b tracker.ImpactRegion) int { return cmp.Compare(a.Region, b.Region) })
	slices.SortFunc(d.Elsewhere, func(a, b tracker.ImpactElsewhere) int { return cmp.Compare(a.Programme, b.Programme) })
}

// ImpactDealerships gives a page of the dealerships that would lack something on one of the days of a draft's run. Who may
// not see dealerships is refused.
func (a *App) ImpactDealerships(ctx context.Context, by tracker.Actor, draft string, q ImpactQuery) (ImpactList, error) {
	var out ImpactList
	for _, action := range []tracker.Action{tracker.PreparePacks, tracker.SeeDealerships} {
		if err := by.May(action); err != nil {
			return out, err
		}
	}
	q.Scope, q.Today = by.Scope, a.Today()
	q.Page, q.PerPage = max(q.Page, 1), min(q.PerPage, maxPerPage)
	if q.PerPage <= 0 {
		q.PerPage = defaultPerPage
	}
	out.Page, out.PerPage = q.Page, q.PerPage
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		run, found, err := tx.Impact(draft)
		if err != nil || !found {
			return err
		}
		q.Impact = run.ID
		out.Rows, out.Total, err = tx.ImpactDealerships(q)
		return err
	})
	return out, err
}

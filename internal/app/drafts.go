package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"dealercert/internal/pack"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// DraftView is a draft as it is read: what it asks for, and what came of trying it.
type DraftView struct {
	tracker.Draft
	Rules  tracker.Standard  // with the day on which it is to come into force
	Before *tracker.Standard // the version that it follows; nil for a new programme
	Impact *ImpactView       // the latest run; nil before the first
	// Obstacles are the keys of what stands against the reader's publishing it now, below "drafts.obstacle_".
	Obstacles []string
}

// ImpactView is a run with what has happened since.
type ImpactView struct {
	tracker.Impact
	OtherText  bool // the draft was changed since
	OtherRules bool // something was published since
	OtherDay   bool // the run is not of today
	OtherFacts bool // facts were recorded since; the figures may differ a little
}

// Usable tells whether the run allows publishing: of exactly this text beside exactly these rules, made today.
func (i ImpactView) Usable() bool { return !i.OtherText && !i.OtherRules && !i.OtherDay }

// Offer is a pack that came with the program and that is neither published nor a draft.
type Offer struct {
	Rules tracker.Standard
	Hash  string
}

// Drafts gives the drafts that can still be changed, with their runs, and what the program offers.
func (a *App) Drafts(ctx context.Context, by tracker.Actor) ([]DraftView, []Offer, error) {
	if err := by.May(tracker.PreparePacks); err != nil {
		return nil, nil, err
	}
	var out []DraftView
	var offers []Offer
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		list, err := tx.OpenDrafts()
		if err != nil {
			return err
		}
		for _, d := range list {
			view, err := a.draftView(tx, by, d)
			if err != nil {
				return err
			}
			out = append(out, view)
		}
		rules, err := tx.Rules()
		if err != nil || len(rules.Programmes()) == 0 { // the first dealership brings the packs of the program
			return err
		}
		for _, p := range a.packs {
			if !published(rules, p.Standard) && !slices.ContainsFunc(list, func(d tracker.Draft) bool { return same(d, p.Standard) }) {
				offers = append(offers, Offer{p.Standard, p.Hash})
			}
		}
		return nil
	})
	return out, offers, err
}

// Draft gives one draft. The fault is NotFound.
func (a *App) Draft(ctx context.Context, by tracker.Actor, id string) (DraftView, error) {
	var out DraftView
	if err := by.May(tracker.PreparePacks); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		d, err := tx.Draft(id)
		if err != nil {
			return err
		}
		out, err = a.draftView(tx, by, d)
		return err
	})
	return out, err
}

// same tells whether a draft is of a standard's programme and version.
func same(d tracker.Draft, s tracker.Standard) bool {
	return d.Programme == s.Programme && d.Standard == s.Version
}

// published tells whether a version of a programme is published.
func published(rules tracker.Rulebook, s tracker.Standard) bool {
	return slices.ContainsFunc(rules.Versions(s.Programme), func(p tracker.Standard) bool { return p.Version == s.Version })
}

// standardOf reads a draft's text, with the days of the draft.
func standardOf(d tracker.Draft) (tracker.Standard, error) {
	p, err := pack.Parse(d.File, []byte(d.Pack))
	if err != nil {
		return tracker.Standard{}, err
	}
	p.Standard.EffectiveOn, p.Standard.TransitionUntil = d.EffectiveOn, d.TransitionUntil
	return p.Standard, nil
}

// draftView reads a draft with its latest run and what stands against publishing it.
func (a *App) draftView(tx *store.Tx, by tracker.Actor, d tracker.Draft) (DraftView, error) {
	out := DraftView{Draft: d}
	var err error
	if out.Rules, err = standardOf(d); err != nil {
		return out, err
	}
	rules, err := tx.Rules()
	if err != nil {
		return out, err
	}
	for _, before := range rules.Versions(d.Programme) {
		if before.EffectiveOn < d.EffectiveOn && before.Version != d.Standard {
			out.Before = &before
		}
	}
	run, found, err := tx.Impact(d.ID)
	if err != nil {
		return out, err
	}
	if found {
		view, err := a.impactView(tx, d, run)
		if err != nil {
			return out, err
		}
		out.Impact = &view
	}
	out.Obstacles = a.obstacles(by, out)
	return out, nil
}

// impactView compares a run with what is now.
func (a *App) impactView(tx *store.Tx, d tracker.Draft, run tracker.Impact) (ImpactView, error) {
	hash, err := rulesHash(tx)
	if err != nil {
		return ImpactView{}, err
	}
	facts, err := tx.LastFact()
	return ImpactView{
		Impact: run, OtherText: !run.Of(d), OtherRules: d.Open() && run.RulesHash != hash, OtherDay: run.RunOn != a.Today(),
		OtherFacts: facts > run.FactsAt,
	}, err
}

// obstacles gives what stands against publishing a draft now, in the order in which it is to be dealt with.
func (a *App) obstacles(by tracker.Actor, v DraftView) []string {
	var out []string
	add := func(stands bool, key string) {
		if stands {
			out = append(out, key)
		}
	}
	add(!v.Open(), "closed")
	add(v.EffectiveOn < a.Today(), "day_past")
	add(v.Impact == nil, "unchecked")
	if v.Impact != nil {
		add(v.Impact.OtherText, "other_text")
		add(v.Impact.OtherRules, "other_rules")
		add(v.Impact.OtherDay, "other_day")
	}
	add(v.UploadedBy == by.ID, "own")
	return out
}

// UploadDraft keeps a pack that was sent as a draft, in place of an open draft of the same version. The fault is Invalid,
// with the sentence what is wrong and in which line.
func (a *App) UploadDraft(ctx context.Context, by tracker.Actor, file string, text []byte) (tracker.Draft, error) {
	if err := by.May(tracker.PreparePacks); err != nil {
		return tracker.Draft{}, err
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return tracker.Draft{}, tracker.Fault(tracker.Invalid, "invalid_form").In("file", "draft_empty")
	}
	p, err := pack.Parse(orElse(shown(file), "pack.yaml"), text)
	if err != nil {
		return tracker.Draft{}, ofFile(err)
	}
	return a.keepDraft(ctx, by, p)
}

// OfferForm takes up a pack that came with the program, from a day of the reader's choice.
type OfferForm struct {
	Programme       string
	Version         string
	EffectiveOn     string
	TransitionUntil string // empty: none
}

// TakeOffer makes a draft of a pack that came with the program. The fault is NotFound for one that is not offered.
func (a *App) TakeOffer(ctx context.Context, by tracker.Actor, f OfferForm) (tracker.Draft, error) {
	if err := by.May(tracker.PreparePacks); err != nil {
		return tracker.Draft{}, err
	}
	at := slices.IndexFunc(a.packs, func(p pack.Pack) bool {
		return string(p.Standard.Programme) == f.Programme && p.Standard.Version == f.Version
	})
	if at < 0 {
		return tracker.Draft{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "pack", "key", f.Programme+" "+f.Version)
	}
	p, fault := a.packs[at], tracker.Fault(tracker.Invalid, "invalid_form")
	p.Standard.EffectiveOn = day(fault, "effective_on", f.EffectiveOn, required)
	p.Standard.TransitionUntil = day(fault, "transition_until", f.TransitionUntil, optional)
	if until := p.Standard.TransitionUntil; until != 0 && until < p.Standard.EffectiveOn {
		fault.In("transition_until", "ends_before_begin", "from", p.Standard.EffectiveOn, "until", until)
	}
	if err := fault.FieldFaults(); err != nil {
		return tracker.Draft{}, err
	}
	return a.keepDraft(ctx, by, p)
}

// keepDraft keeps a pack as a draft, once it fits what is published.
func (a *App) keepDraft(ctx context.Context, by tracker.Actor, p pack.Pack) (tracker.Draft, error) {
	var out tracker.Draft
	err := a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		if err := a.fits(tx, p.Standard); err != nil {
			return ofFile(err)
		}
		open, err := tx.OpenDrafts()
		if err != nil {
			return err
		}
		d := tracker.Draft{
			Programme: p.Standard.Programme, Standard: p.Standard.Version, State: tracker.DraftOpen, File: p.Name, Pack: p.Text, PackHash: p.Hash,
			EffectiveOn: p.Standard.EffectiveOn, TransitionUntil: p.Standard.TransitionUntil,
		}
		if at := slices.IndexFunc(open, func(have tracker.Draft) bool { return same(have, p.Standard) }); at >= 0 {
			d.ID, d.Version = open[at].ID, open[at].Version
			out, err = tx.SetDraft(d, store.ActionUploaded, nil)
			return err
		}
		out, err = tx.AddDraft(d)
		return err
	})
	return out, err
}

// fits checks a standard against the day and against what is published.
func (a *App) fits(tx *store.Tx, s tracker.Standard) error {
	rules, err := tx.Rules()
	if err != nil {
		return err
	}
	name := []any{"programme", string(s.Programme), "version", s.Version}
	switch {
	case len(rules.Programmes()) == 0:
		return tracker.Fault(tracker.Invalid, "draft_too_early")
	case published(rules, s):
		return tracker.Fault(tracker.Invalid, "draft_published", name...)
	case s.EffectiveOn == 0:
		return tracker.Fault(tracker.Invalid, "draft_no_day", name...)
	case s.EffectiveOn < a.Today():
		return tracker.Fault(tracker.Invalid, "draft_day_past", append(name, "day", s.EffectiveOn, "today", a.Today())...)
	}
	return pack.Validate(append(standardsOf(rules), s))
}

// standardsOf gives all standards of a rulebook.
func standardsOf(rules tracker.Rulebook) []tracker.Standard {
	var out []tracker.Standard
	for _, code := range rules.Programmes() {
		out = append(out, rules.Versions(code)...)
	}
	return out
}

// ofFile makes a fault one of the field file.
func ofFile(err error) error {
	var fault *tracker.Error
	if errors.As(err, &fault) && len(fault.Fields) == 0 {
		fault.Fields = []tracker.FieldError{{Field: "file", Key: fault.Key, Args: fault.Args}}
	}
	return err
}

// rulesHash names what is published, in any order.
func rulesHash(tx *store.Tx) (string, error) {
	list, err := tx.Publications(0)
	if err != nil {
		return "", err
	}
	var names []string
	for _, p := range list {
		names = append(names, fmt.Sprintln(p.Programme, p.Standard, p.EffectiveOn, p.TransitionUntil, p.PackHash))
	}
	slices.Sort(names)
	sum := sha256.Sum256([]byte(fmt.Sprint(names)))
	return hex.EncodeToString(sum[:]), nil
}

// DiscardDraft puts a draft away. The version that the reader looked at must be the present one, else the fault is Stale.
func (a *App) DiscardDraft(ctx context.Context, by tracker.Actor, id string, version int) error {
	if err := by.May(tracker.PreparePacks); err != nil {
		return err
	}
	return a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		d, err := openDraft(tx, id, version)
		if err != nil {
			return err
		}
		d.State = tracker.DraftDiscarded
		_, err = tx.SetDraft(d, store.ActionDiscarded, nil)
		return err
	})
}

// openDraft gives a draft that can still be changed, in the version that the reader looked at.
func openDraft(tx *store.Tx, id string, version int) (tracker.Draft, error) {
	d, err := tx.Draft(id)
	switch {
	case err != nil:
		return d, err
	case !d.Open():
		return d, tracker.Fault(tracker.Conflict, "draft_closed", "state", string(d.State))
	case d.Version != version:
		return d, tracker.Fault(tracker.Stale, "stale", "noun", "draft", "key", id)
	}
	return d, nil
}

// PublishDraft puts a draft in force from its day on and recomputes every dealership, all in one transaction. It takes a
// run of the impact preview of exactly this text, made today, and somebody else than the sender. The fault is Conflict with
// the sentence what stands against it.
func (a *App) PublishDraft(ctx context.Context, by tracker.Actor, id string, version int) error {
	if err := by.May(tracker.PublishPacks); err != nil {
		return err
	}
	return a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		d, err := openDraft(tx, id, version)
		if err != nil {
			return err
		}
		view, err := a.draftView(tx, by, d)
		if err != nil {
			return err
		}
		if len(view.Obstacles) > 0 {
			stands := "draft_" + view.Obstacles[0]
			return tracker.Fault(tracker.Conflict, stands, "programme", string(d.Programme), "version", d.Standard,
				"day", d.EffectiveOn, "today", a.Today(), "state", string(d.State))
		}
		if err := a.fits(tx, view.Rules); err != nil {
			return err
		}
		d.Fact, err = tx.Record(tracker.Publication{
			Programme: d.Programme, Standard: d.Standard, EffectiveOn: d.EffectiveOn, TransitionUntil: d.TransitionUntil, Pack: d.Pack, PackHash: d.PackHash,
		}, "")
		if err != nil {
			return err
		}
		d.State = tracker.DraftPublished
		_, err = tx.SetDraft(d, store.ActionPublished, told(view.Impact.Figures))
		return err
	})
}

// told gives the figures of a run for the log of changes.
func told(figures tracker.ImpactFigures) map[string]string {
	out := map[string]string{}
	for _, d := range figures.Days {
		for name, count := range map[string]int{
			"operating": d.Operating, "failing": d.Failing, "new": d.New, "right_lost": d.RightLost, "one_away": d.OneAway,
		} {
			out[string(d.Stage)+"_"+name] = strconv.Itoa(count)
		}
	}
	return out
}

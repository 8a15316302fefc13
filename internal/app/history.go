package app

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// HistoryEntry is one thing that somebody recorded about a dealership.
type HistoryEntry struct {
	Moment tracker.Moment
	By     string // the login
	// Proposer is the login of who had entered what By confirmed as the second person; empty where one sufficed.
	Proposer string
	Source   tracker.Source
	Action   string // recorded, corrected, voided, created, updated
	Kind     string // of the fact, or dealership
	Chain    tracker.FactID
	Person   tracker.Person // of employments, for who may see people
	Reason   string
	Before   []Label
	After    []Label
}

// Label is one field of a fact as people read it. Value is a day, a code or a name.
type Label struct {
	Key   string
	Value string
}

// DealershipHistory gives what was recorded about a dealership, the newest first. It is read from the versions of the
// facts themselves; what is no fact, the attributes, comes from the log of changes.
func (a *App) DealershipHistory(ctx context.Context, by tracker.Actor, code string) ([]HistoryEntry, error) {
	if err := by.May(tracker.SeeDealerships); err != nil {
		return nil, err
	}
	var out []HistoryEntry
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		dealership, err := tx.Dealership(by.Scope, code)
		if err != nil {
			return err
		}
		reader, err := newHistoryReader(tx, by)
		if err != nil {
			return err
		}
		facts, err := tx.DealershipFacts(dealership.ID)
		if err != nil {
			return err
		}
		changes, err := tx.Changes(store.ChangeQuery{Scope: by.Scope, Today: a.Today(), Dealership: dealership.ID})
		if err != nil {
			return err
		}
		out, err = reader.read(facts, changes)
		return err
	})
	return out, err
}

// historyReader turns versions and changes into entries.
type historyReader struct {
	tx        *store.Tx
	logins    map[tracker.AccountID]string
	directory Directory
	people    bool
	names     map[tracker.PersonID]tracker.Person
	noun      string                                      // whose attributes the log of changes tells
	places    map[tracker.DealershipID]tracker.Dealership // of employments, on a person's own page
}

func newHistoryReader(tx *store.Tx, by tracker.Actor) (*historyReader, error) {
	logins, err := tx.Logins()
	if err != nil {
		return nil, err
	}
	directory, err := loadDirectory(tx)
	return &historyReader{tx: tx, logins: logins, directory: directory, people: by.Can(tracker.SeePeople), noun: "dealership"}, err
}

func (r *historyReader) read(facts []tracker.Fact, changes []store.Change) ([]HistoryEntry, error) {
	if err := r.load(facts); err != nil {
		return nil, err
	}
	chains := map[tracker.FactID][]tracker.Fact{}
	for _, fact := range facts {
		if fact.Kind() == tracker.FactEmployment && !r.people {
			continue
		}
		chain := fact.Version().Chain
		chains[chain] = append(chains[chain], fact)
	}
	var out []HistoryEntry
	for _, versions := range chains {
		slices.SortFunc(versions, func(a, b tracker.Fact) int {
			return cmp.Compare(a.Version().RecordedAt, b.Version().RecordedAt)
		})
		out = append(out, r.chain(versions, changes)...)
	}
	for _, c := range changes {
		if c.Kind == r.noun || (c.Kind == "contact" || c.Kind == "promise") && r.people {
			out = append(out, HistoryEntry{
				Moment: c.Moment, By: c.Login, Source: c.Source, Action: c.Action, Kind: c.Kind, Reason: c.Reason,
				Before: labelsOf(c.Before), After: labelsOf(c.After),
			})
		}
	}
	if err := r.nameProposers(out); err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b HistoryEntry) int {
		return cmp.Or(cmp.Compare(b.Moment, a.Moment), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Chain, b.Chain))
	})
	return out, nil
}

// nameProposers adds who had entered what a second person confirmed.
func (r *historyReader) nameProposers(entries []HistoryEntry) error {
	moments := make([]tracker.Moment, len(entries))
	for i, e := range entries {
		moments[i] = e.Moment
	}
	slices.Sort(moments)
	proposers, err := r.tx.Proposers(slices.Compact(moments))
	for i, e := range entries {
		if id, proposed := proposers[e.Moment]; proposed {
			entries[i].Proposer = r.logins[id]
		}
	}
	return err
}

// load fetches the names of the people in employments.
func (r *historyReader) load(facts []tracker.Fact) error {
	var ids []tracker.PersonID
	for _, fact := range facts {
		if e, is := fact.(tracker.Employment); is {
			ids = append(ids, e.Person)
		}
	}
	slices.Sort(ids)
	var err error
	r.names, err = r.tx.Persons(slices.Compact(ids))
	return err
}

// chain gives the entries of one fact: its first version, each correction and voiding, and its end.
func (r *historyReader) chain(versions []tracker.Fact, changes []store.Change) []HistoryEntry {
	var out []HistoryEntry
	var before []Label
	for i, fact := range versions {
		head := fact.Version()
		entry := HistoryEntry{
			Moment: head.RecordedAt, By: r.logins[head.RecordedBy], Source: head.Source, Action: store.ActionRecorded,
			Kind: string(fact.Kind()), Chain: head.Chain, Reason: head.Reason, Before: before, After: r.labels(fact),
		}
		switch {
		case head.Restores != "":
			entry.Action = store.ActionVoided
		case i > 0:
			entry.Action = store.ActionCorrected
		}
		if e, is := fact.(tracker.Employment); is {
			entry.Person = r.names[e.Person]
		}
		before, out = entry.After, append(out, entry)
	}
	last := versions[len(versions)-1].Version()
	if last.SupersededAt == 0 {
		return out
	}
	end := HistoryEntry{
		Moment: last.SupersededAt, Action: store.ActionVoided, Kind: out[0].Kind, Chain: last.Chain, Before: before,
		Person: out[0].Person, Source: last.Source,
	}
	for _, c := range changes {
		if c.Moment == last.SupersededAt && c.Key == string(last.Chain) {
			end.By, end.Reason, end.Source = c.Login, c.Reason, c.Source
		}
	}
	return append(out, end)
}

// labels gives a fact's fields that people read, in the order in which they read them. Ends are the last day.
func (r *historyReader) labels(fact tracker.Fact) []Label {
	var out []Label
	add := func(key, value string) {
		if value != "" {
			out = append(out, Label{key, value})
		}
	}
	period := func(from, until tracker.Date) {
		add("from", from.String())
		add("until", until.Add(-1).String())
	}
	switch f := fact.(type) {
	case tracker.OperatingPeriod:
		period(f.From, f.Until)
	case tracker.Assignment:
		add("region", r.directory.Regions[f.Region].Code)
		add("zone", r.directory.Zones[f.Zone].Code)
		add("group", r.directory.Groups[f.Group].Code)
		period(f.From, f.Until)
	case tracker.Franchise:
		add("brand", string(f.Brand))
		period(f.From, f.Until)
	case tracker.Employment:
		add("dealership", r.places[f.Dealership].Code)
		add("job", string(f.Job))
		period(f.From, f.Until)
	case tracker.Leave:
		period(f.From, f.Until)
	case tracker.Qualification:
		add("type", string(f.Type))
		add("generation", string(f.Generation))
		add("certificate_no", f.Certificate)
		add("issued_on", f.IssuedOn.String())
		add("review_due_on", f.FirstReviewDue.String())
		add("expires_on", f.ExpiresOn.String())
	case tracker.Review:
		add("reviewed_on", f.ReviewedOn.String())
		add("review_due_on", f.NextDue.String())
	case tracker.Module:
		add("module", f.Module)
		add("planned_on", f.PlannedOn.String())
		add("live_on", f.LiveOn.String())
		add("verified_on", f.VerifiedOn.String())
	case tracker.Decision:
		add("programme", string(f.Programme))
		add("decision", string(f.Decided))
		add("effective_on", f.EffectiveOn.String())
		add("valid_until", f.ValidUntil.String())
		add("standard", f.Standard)
		add("subject", f.Subject)
		if f.Signed != "" {
			add("score", f.ScoreText())
			add("vetoes", strconv.Itoa(f.Vetoes))
		}
		add("auditor", f.Auditor)
		add("signed", f.Signed)
		add("conditions", f.Conditions)
		add("due_on", f.DueOn.String())
		add("grounds", f.Grounds)
	case tracker.Event:
		add("event", string(f.Event))
		period(f.From, f.Until)
		add("bridged_to", f.BridgedTo.String())
		add("note", f.Note)
	case tracker.Proof:
		add("requirement", f.Requirement)
		add("subject", f.Subject)
		period(f.From, f.Until)
	case tracker.Waiver:
		add("requirement", f.Requirement)
		period(f.From, f.Until)
		add("grounds", f.Grounds)
		add("compensation", f.Compensation)
	}
	return out
}

// labelsOf reads the labels that the log of changes keeps, by name.
func labelsOf(kept json.RawMessage) []Label {
	var fields map[string]any
	if json.Unmarshal(kept, &fields) != nil {
		return nil
	}
	var out []Label
	for key, value := range fields {
		text, isText := value.(string)
		if !isText {
			written, err := json.Marshal(value)
			if err != nil {
				continue
			}
			text = strings.Trim(string(written), `"`)
		}
		out = append(out, Label{key, text})
	}
	slices.SortFunc(out, func(a, b Label) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

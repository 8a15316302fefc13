package app

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// mostSince is for how many dealerships it is looked up what was recorded since a snapshot.
const mostSince = 60

// fillRecorded adds what was recorded since about dealerships that changes what the snapshot asks about.
func (a *App) fillRecorded(tx *store.Tx, by tracker.Actor, out *OpenedSnapshot, all concerned, resolve Resolve) error {
	concerned := slices.Sorted(maps.Keys(all.dealerships))
	seen, err := tx.SeenAmong(by.Scope, a.Today(), concerned)
	if err != nil {
		return err
	}
	concerned = slices.DeleteFunc(concerned, func(id tracker.DealershipID) bool { return !seen[id] })
	out.Unexplained = max(0, len(concerned)-mostSince)
	concerned = concerned[:min(len(concerned), mostSince)]
	look, err := a.lookOf(out.Snapshot, all.people, resolve)
	if err != nil {
		return err
	}
	reader, err := newHistoryReader(tx, by)
	if err != nil {
		return err
	}
	sites, err := tx.DealershipsByID(concerned)
	if err != nil {
		return err
	}
	since := &sinceReader{tx: tx, by: by, reader: reader, look: look, known: out.KnownAt, told: map[string]bool{}}
	for _, id := range concerned {
		if err := since.read(sites[id]); err != nil {
			return err
		}
	}
	slices.SortStableFunc(since.out, func(x, y SinceEntry) int {
		return cmp.Or(cmp.Compare(y.Moment, x.Moment), cmp.Compare(x.Dealership.Code, y.Dealership.Code), cmp.Compare(x.Chain, y.Chain))
	})
	out.Recorded = since.out
	return nil
}

// look says what of a dealership a snapshot looks at: two histories of which it gives the same are the same to it. Nothing
// that begins after its last day can matter.
type look struct {
	of   func(tracker.Timeline) string
	last tracker.Date
}

// lookOf gives what a snapshot looks at: the figures' days; or for a list what it asks about, from its day to the end of what
// it asks about, of a list of people those who are concerned.
func (a *App) lookOf(s tracker.Snapshot, people map[tracker.PersonID]bool, resolve Resolve) (look, error) {
	if s.Question == tracker.QuestionFigures {
		days := []tracker.Date{s.On}
		if s.Period() {
			days = append(days, s.From)
		}
		return look{func(t tracker.Timeline) string { return figureLook(t, days) }, s.On}, nil
	}
	asked, err := resolve(s.Question, s.Asked, s.On)
	if err != nil {
		return look{}, err
	}
	if q := asked.Dealerships; q != nil {
		last := max(s.On, q.EndsBefore, q.ExpiresBefore)
		return look{func(t tracker.Timeline) string {
			return dealershipLook(t, *q, tracker.Period{From: s.On, Until: last.Add(1)})
		}, last}, nil
	}
	last := max(s.On, asked.People.ExpiresBefore)
	return look{func(t tracker.Timeline) string {
		return peopleLook(t, people, tracker.Period{From: s.On, Until: last.Add(1)})
	}, last}, nil
}

// figureLook tells how a dealership stands on days, as far as figures go by it.
func figureLook(t tracker.Timeline, days []tracker.Date) string {
	var out []string
	for _, on := range days {
		for _, s := range t.Standings {
			if s.Contains(on) {
				out = append(out, fmt.Sprint(s.Programme, s.State, s.Law, s.Brand, s.Region))
			}
		}
		for _, s := range t.Staffing {
			if s.Contains(on) {
				out = append(out, fmt.Sprint(s.Technicians, s.NEVQualified, s.BelowMinimum, s.Region))
			}
		}
		for _, c := range t.Coverage {
			if c.Contains(on) && (c.Skill == tracker.SkillNEV || c.Skill == tracker.SkillEmployed) {
				out = append(out, fmt.Sprint(on, c.Person, c.Skill, c.Job.Technician()))
			}
		}
	}
	slices.Sort(out)
	return fmt.Sprint(slices.Compact(out))
}

// dealershipLook tells how a dealership stands in a period, as far as a list of dealerships asks about it.
func dealershipLook(t tracker.Timeline, q DealershipQuery, in tracker.Period) string {
	var out []string
	day := tracker.Period{From: in.From, Until: in.From.Add(1)}
	for _, s := range t.Standings {
		switch {
		case s.Programme == q.Programme && s.Contains(in.From):
			ends := tracker.Date(0)
			if q.ExpiresBefore != 0 {
				ends = s.ValidUntil
			}
			out = append(out, fmt.Sprint(s.Programme, s.State, s.Law, s.Brand, s.Region, s.Group, ends))
		case q.EndsBefore != 0 && s.Loss != 0 && in.Contains(s.From):
			out = append(out, fmt.Sprint(s.Programme, s.From, s.Loss))
		}
	}
	for _, s := range t.Staffing {
		if (q.BelowMinimum || q.SingleHolder) && !s.Intersect(day).Empty() {
			out = append(out, fmt.Sprint(s.NEVQualified, s.BelowMinimum))
		}
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

// peopleLook tells what some people count for at a dealership in a period.
func peopleLook(t tracker.Timeline, people map[tracker.PersonID]bool, in tracker.Period) string {
	var out []string
	for _, c := range t.Coverage {
		if there := c.Intersect(in); people[c.Person] && !there.Empty() {
			out = append(out, fmt.Sprint(c.Person, c.Skill, c.Generation, c.Job, there))
		}
	}
	for _, s := range t.Standings { // lists go by region and group too
		if s.Programme == tracker.ProgrammeLaw && s.Contains(in.From) {
			out = append(out, fmt.Sprint(s.Region, s.Group))
		}
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

// sinceReader looks up what was recorded after a moment that changes how dealerships are looked at.
type sinceReader struct {
	tx     *store.Tx
	by     tracker.Actor
	reader *historyReader
	look   look
	known  tracker.Moment
	told   map[string]bool // what is said already: a transfer concerns two dealerships
	out    []SinceEntry
}

// read adds what was recorded about one dealership and its people, moment by moment: where the look changes, what was
// recorded at that moment is the reason.
func (r *sinceReader) read(site tracker.Dealership) error {
	facts, err := r.facts(site.ID)
	if err != nil {
		return err
	}
	moments, err := r.moments(facts)
	if err != nil {
		return err
	}
	before, err := r.lookAt(site.ID, r.known)
	if err != nil {
		return err
	}
	for _, at := range moments {
		after, err := r.lookAt(site.ID, at)
		if err != nil {
			return err
		}
		if after != before {
			if err := r.tell(site, facts, at); err != nil {
				return err
			}
		}
		before = after
	}
	return nil
}

// facts gives every version of every fact about a dealership and whoever was ever employed there.
func (r *sinceReader) facts(id tracker.DealershipID) ([]tracker.Fact, error) {
	out, err := r.tx.DealershipFacts(id)
	if err != nil {
		return nil, err
	}
	people := map[tracker.PersonID]bool{}
	for _, fact := range out {
		if person := tracker.PersonOf(fact); person != 0 {
			people[person] = true
		}
	}
	out = slices.DeleteFunc(out, func(f tracker.Fact) bool { return f.Kind() == tracker.FactEmployment })
	for _, person := range slices.Sorted(maps.Keys(people)) {
		more, err := r.tx.PersonFacts(person)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// moments gives those after the snapshot's at which something was recorded or taken back that begins early enough to matter.
func (r *sinceReader) moments(facts []tracker.Fact) ([]tracker.Moment, error) {
	out, err := r.tx.PublicationMoments(r.known)
	for _, fact := range facts {
		if fact.FirstDay() > r.look.last {
			continue
		}
		for _, at := range []tracker.Moment{fact.Version().RecordedAt, fact.Version().SupersededAt} {
			if at > r.known {
				out = append(out, at)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), err
}

// lookAt gives how a dealership was looked at by what was known at a moment.
func (r *sinceReader) lookAt(id tracker.DealershipID, known tracker.Moment) (string, error) {
	rules, err := r.tx.RulesKnown(known)
	if err != nil {
		return "", err
	}
	history, err := r.tx.History(id, known)
	return r.look.of(history.Timeline(rules)), err
}

// tell adds what was recorded at a moment.
func (r *sinceReader) tell(site tracker.Dealership, facts []tracker.Fact, at tracker.Moment) error {
	chains := map[tracker.FactID]bool{}
	for _, fact := range facts {
		if head := fact.Version(); fact.FirstDay() <= r.look.last && (head.RecordedAt == at || head.SupersededAt == at) {
			chains[head.Chain] = true
		}
	}
	var concerned []tracker.Fact
	about := map[tracker.FactID]tracker.PersonID{}
	for _, fact := range facts {
		if chains[fact.Version().Chain] {
			concerned = append(concerned, fact)
			about[fact.Version().Chain] = tracker.PersonOf(fact)
		}
	}
	if len(chains) == 0 {
		r.add(SinceEntry{HistoryEntry: HistoryEntry{Moment: at, Action: store.ActionRecorded, Kind: string(tracker.FactPublication)}})
		return nil
	}
	names := map[tracker.PersonID]tracker.Person{}
	var err error
	if r.by.Can(tracker.SeePeople) {
		if names, err = seenNames(r.tx, r.by, slices.Compact(slices.Sorted(maps.Values(about)))); err != nil {
			return err
		}
	}
	entries, err := r.entries(site, concerned)
	for _, e := range entries {
		if e.Moment != at {
			continue
		}
		entry := SinceEntry{HistoryEntry: e, Dealership: site}
		if person := about[e.Chain]; person != 0 {
			entry.Person = names[person]
			if entry.Hidden = entry.Person.ID == 0; entry.Hidden {
				entry.HistoryEntry = HistoryEntry{Moment: e.Moment, Kind: e.Kind, Action: e.Action}
			}
		}
		r.add(entry)
	}
	return err
}

// entries puts facts into words; nobody's employment is left out here, since who is not seen is hidden afterwards.
func (r *sinceReader) entries(site tracker.Dealership, facts []tracker.Fact) ([]HistoryEntry, error) {
	changes, err := r.tx.Changes(store.ChangeQuery{Scope: tracker.Scope{All: true}, Dealership: site.ID})
	if err != nil {
		return nil, err
	}
	for _, fact := range facts {
		if person := tracker.PersonOf(fact); person != 0 && fact.Version().SupersededAt != 0 {
			more, err := r.tx.Changes(store.ChangeQuery{Scope: tracker.Scope{All: true}, Person: person})
			if err != nil {
				return nil, err
			}
			changes = append(changes, more...)
		}
	}
	whole := *r.reader
	whole.people, whole.noun, whole.places = true, "", map[tracker.DealershipID]tracker.Dealership{site.ID: site}
	entries, err := whole.read(facts, changes)
	return slices.DeleteFunc(entries, func(e HistoryEntry) bool { return e.Chain == "" }), err
}

// add notes an entry once.
func (r *sinceReader) add(e SinceEntry) {
	if key := fmt.Sprint(e.Moment, e.Chain, e.Kind, e.Hidden, e.Action); !r.told[key] || e.Hidden {
		r.told[key] = true
		r.out = append(r.out, e)
	}
}

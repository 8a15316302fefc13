package app

import (
	"cmp"
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// DealershipView is all that a dealership's page shows on a day.
type DealershipView struct {
	store.DealershipRow
	RegionOn, RegionToday tracker.Region // on the day shown, and today
	Zone                  tracker.Zone
	Group                 tracker.Group
	Programmes            []ProgrammeView // the law first
	People                []PersonView    // everybody employed there on the day; nil when the actor may not see people
	Former                []PersonView    // who left before the day
	Modules               []ModuleView
	Decisions             []DecisionView // newest first, of all programmes, up to the end of time
	Skipped               []tracker.Skipped
	NextChanges           []tracker.Change // the coming changes of standing after the day, soonest first
}

// ProgrammeView is a dealership's standing in a programme on a day, explained.
type ProgrammeView struct {
	Standard tracker.Standard // by which it is judged on the day
	Standing tracker.Standing
	Next     *tracker.Change // the next change of standing, nil when none is known
	Because  []tracker.Because
	Began    map[string]tracker.Cause // by requirement: why one that fails began to
	Timeline []tracker.Standing       // all of time
}

// PersonView is a person at a dealership with the clocks of the day.
type PersonView struct {
	tracker.Person
	Employment tracker.Employment // the one at this dealership that counts, else the last
	NEV        bool               // nev_qualified there on the day
	Clocks     []tracker.Clock
	Rungs      tracker.Ladder     // of who works there on the day
	Coverage   []tracker.Coverage // at this dealership, for all time
}

// ModuleView is one module of the digital upgrade at a dealership.
type ModuleView struct {
	Definition tracker.ModuleDef
	Fact       tracker.Module // the zero Module when nothing is recorded
	State      tracker.ModuleState
}

// DecisionView is a decision with what became of it.
type DecisionView struct {
	tracker.Decision
	Corrected bool           // it is not the chain's first version
	Skipped   *tracker.State // the state that did not allow it, when it is skipped
	By        string         // the login of who recorded it
}

// Dealership gives a dealership on a day. The fault is NotFound for unknown codes and for those outside the scope.
func (a *App) Dealership(ctx context.Context, by tracker.Actor, code string, on tracker.Date) (DealershipView, error) {
	var view DealershipView
	if err := by.May(tracker.SeeDealerships); err != nil {
		return view, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		if view.DealershipRow, err = a.row(tx, by, code, on); err != nil {
			return err
		}
		return a.fillDealership(tx, by, on, &view)
	})
	return view, err
}

// DealershipRow gives a dealership as a list shows it on a day, whether it operates or not. The faults are those of
// Dealership.
func (a *App) DealershipRow(ctx context.Context, by tracker.Actor, code string, on tracker.Date) (store.DealershipRow, error) {
	var row store.DealershipRow
	if err := by.May(tracker.SeeDealerships); err != nil {
		return row, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		row, err = a.row(tx, by, code, on)
		return err
	})
	return row, err
}

// row looks the code up within the scope first: a foreign dealership takes no more work than one that does not exist.
func (a *App) row(tx *store.Tx, by tracker.Actor, code string, on tracker.Date) (store.DealershipRow, error) {
	if _, err := tx.Dealership(by.Scope, code); err != nil {
		return store.DealershipRow{}, err
	}
	rows, err := tx.Dealerships(store.DealershipQuery{
		Scope: by.Scope, Today: a.Today(), On: on, Codes: []string{code}, NotOperating: true,
	})
	if err != nil {
		return store.DealershipRow{}, err
	}
	if len(rows) == 0 {
		return store.DealershipRow{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "dealership", "key", code)
	}
	return rows[0], nil
}

// fillDealership computes what a dealership's page shows beside its row.
func (a *App) fillDealership(tx *store.Tx, by tracker.Actor, on tracker.Date, view *DealershipView) error {
	rules, history, err := judgedRecord(tx, view.ID)
	if err != nil {
		return err
	}
	timeline := history.Timeline(rules)
	if err := a.fillPlaces(tx, view); err != nil {
		return err
	}
	for _, code := range rules.WithStandings() {
		if p, found := programmeView(history, rules, timeline, code, on); found {
			view.Programmes = append(view.Programmes, p)
			view.NextChanges = append(view.NextChanges, history.Changes(rules, code, tracker.Period{From: on.Add(1)}, false)...)
		}
	}
	slices.SortStableFunc(view.NextChanges, func(a, b tracker.Change) int { return cmp.Compare(a.On, b.On) })
	view.Skipped = timeline.Skipped
	view.Modules = moduleViews(rules, history, on)
	if view.Decisions, err = decisionViews(tx, history, timeline); err != nil {
		return err
	}
	if by.Can(tracker.SeePeople) {
		view.People, view.Former, err = a.peopleViews(tx, by, history, rules, timeline, on)
	}
	return err
}

func (a *App) fillPlaces(tx *store.Tx, view *DealershipView) error {
	directory, err := loadDirectory(tx)
	if err != nil {
		return err
	}
	view.RegionOn = directory.Regions[view.Place.Region]
	view.Zone = directory.Zones[view.Place.Zone]
	view.Group = directory.Groups[view.Place.Group]
	today, err := tx.Place(view.ID, a.Today())
	view.RegionToday = directory.Regions[today.Region]
	return err
}

func programmeView(h tracker.History, rules tracker.Rulebook, t tracker.Timeline, code tracker.ProgrammeCode, on tracker.Date) (ProgrammeView, bool) {
	standing, found := t.Standing(code, on)
	if !found {
		return ProgrammeView{}, false
	}
	view := ProgrammeView{Standing: standing, Because: h.Because(rules, code, on), Timeline: t.Of(code)}
	view.Standard, _ = h.JudgedBy(rules, code, on)
	view.Began = began(h, rules, code, view.Because)
	if changes := withLaw(h, rules, h.Changes(rules, code, tracker.Period{From: on.Add(1)}, false)); len(changes) > 0 {
		view.Next = &changes[0]
	}
	return view, true
}

// began gives why each failing requirement began to fail, where that day is known.
func began(h tracker.History, rules tracker.Rulebook, code tracker.ProgrammeCode, because []tracker.Because) map[string]tracker.Cause {
	out := map[string]tracker.Cause{}
	for _, b := range because {
		if b.Outcome != tracker.Fails || b.Since == 0 {
			continue
		}
		for _, change := range h.Changes(rules, code, tracker.Period{From: b.Since, Until: b.Since.Add(1)}, true) {
			for _, cause := range change.Causes {
				if cause.Requirement.Code == b.Requirement.Code {
					out[b.Requirement.Code] = cause
				}
			}
		}
	}
	return out
}

// withLaw puts the law's own causes in the place of the word that its light has changed.
func withLaw(h tracker.History, rules tracker.Rulebook, changes []tracker.Change) []tracker.Change {
	for i, change := range changes {
		if len(change.Causes) != 1 || change.Causes[0].Kind != tracker.CauseOtherLight {
			continue
		}
		day := tracker.Period{From: change.On, Until: change.On.Add(1)}
		for _, law := range h.Changes(rules, tracker.ProgrammeLaw, day, true) {
			changes[i].Causes, changes[i].Who = law.Causes, law.Who
		}
	}
	return changes
}

func moduleViews(rules tracker.Rulebook, h tracker.History, on tracker.Date) []ModuleView {
	standard, err := rules.InForce(tracker.ProgrammeDigitalUpgrade, on)
	if err != nil {
		return nil
	}
	var out []ModuleView
	for _, def := range standard.Modules {
		view := ModuleView{Definition: def, State: tracker.ModuleOpen}
		for _, m := range h.Modules {
			if m.Module == def.Code {
				view.Fact, view.State = m, m.On(on)
			}
		}
		out = append(out, view)
	}
	return out
}

func decisionViews(tx *store.Tx, h tracker.History, t tracker.Timeline) ([]DecisionView, error) {
	logins, err := tx.Logins()
	if err != nil {
		return nil, err
	}
	var out []DecisionView
	for _, d := range h.Decisions {
		view := DecisionView{Decision: d, Corrected: d.ID != d.Chain, By: logins[d.RecordedBy]}
		for i := range t.Skipped {
			if t.Skipped[i].Decision.ID == d.ID {
				view.Skipped = &t.Skipped[i].State
			}
		}
		out = append(out, view)
	}
	slices.SortFunc(out, func(a, b DecisionView) int {
		return cmp.Or(cmp.Compare(b.EffectiveOn, a.EffectiveOn), cmp.Compare(b.FirstAt, a.FirstAt))
	})
	return out, nil
}

// peopleViews gives who works there on the day, technicians first, and who did before, of those whom the actor sees: who
// is to come from elsewhere is not there yet, and of who has left the clocks stand still.
func (a *App) peopleViews(tx *store.Tx, by tracker.Actor, h tracker.History, rules tracker.Rulebook, t tracker.Timeline, on tracker.Date) (now, former []PersonView, err error) {
	ids := make([]tracker.PersonID, len(h.People))
	for i, p := range h.People {
		ids[i] = p.Person
	}
	names, err := tx.Persons(ids)
	if err != nil {
		return nil, nil, err
	}
	sights, err := sightsOf(tx, by, h.People)
	if err != nil {
		return nil, nil, err
	}
	for _, person := range h.People {
		sight, seen := sights[person.Person]
		if !seen {
			continue
		}
		view := PersonView{Person: names[person.Person]}
		for _, c := range t.Coverage {
			if c.Person == person.Person {
				view.Coverage = append(view.Coverage, c)
				view.NEV = view.NEV || c.Skill == tracker.SkillNEV && c.Contains(on)
			}
		}
		present, began := view.placeEmployment(h.Dealership, person, on)
		switch {
		case present:
			view.Clocks, view.Rungs = current(sight.Clocks(rules, on)), sight.Rungs(rules, on)
			now = append(now, view)
		case began:
			former = append(former, view)
		}
	}
	order := func(a, b PersonView) int {
		return cmp.Or(cmp.Compare(slices.Index(tracker.Jobs, a.Employment.Job), slices.Index(tracker.Jobs, b.Employment.Job)),
			cmp.Compare(a.StaffNo, b.StaffNo))
	}
	slices.SortFunc(now, order)
	slices.SortFunc(former, func(a, b PersonView) int { return cmp.Compare(b.Employment.Until, a.Employment.Until) })
	return now, former, nil
}

// placeEmployment finds the employment at the dealership that counts on the day, else the last that began before it.
func (v *PersonView) placeEmployment(at tracker.DealershipID, person tracker.PersonHistory, on tracker.Date) (present, began bool) {
	for _, c := range v.Coverage {
		present = present || c.Skill == tracker.SkillEmployed && c.Contains(on)
	}
	for _, e := range person.Employments {
		holds := tracker.Period{From: e.From, Until: e.Until}.Contains(on)
		if e.Dealership != at || e.From > on || present && !holds {
			continue
		}
		if !began || e.From >= v.Employment.From {
			v.Employment, began = e, true
		}
	}
	return present, began
}

// current leaves out certificates that are not valid where the person has another of the same kind that is valid or was
// issued later: nobody acts on those any more.
func current(clocks []tracker.Clock) []tracker.Clock {
	var out []tracker.Clock
	for i, c := range clocks {
		replaced := slices.ContainsFunc(clocks[i+1:], func(later tracker.Clock) bool {
			return later.Qualification.Type == c.Qualification.Type && later.Qualification.Generation == c.Qualification.Generation
		})
		better := slices.ContainsFunc(clocks[:i], func(earlier tracker.Clock) bool {
			return earlier.Valid && earlier.Qualification.Type == c.Qualification.Type && earlier.Qualification.Generation == c.Qualification.Generation
		})
		if c.Valid || !replaced && !better {
			out = append(out, c)
		}
	}
	return out
}

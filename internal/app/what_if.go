package app

import (
	"context"
	"slices"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// WhatIfForm supposes things about a dealership: who leaves, who passes a course, what happens to it. Nothing of it is
// ever recorded.
type WhatIfForm struct {
	Leavers    []string // staff numbers
	LeaveOn    tracker.Date
	Passing    []string // staff numbers
	Type       string
	Generation string
	PassOn     tracker.Date
	Event      string
	EventOn    tracker.Date
	BridgedTo  tracker.Date
}

// Empty tells whether nothing is supposed.
func (f WhatIfForm) Empty() bool { return len(f.Leavers) == 0 && len(f.Passing) == 0 && f.Event == "" }

// WhatIf is what would follow at a dealership.
type WhatIf struct {
	store.DealershipRow
	People  []Colleague // who is employed there on the day shown, for the form
	Types   []tracker.QualificationType
	Effect  Effect
	Falls   tracker.Date // the first day on which something is lost; zero: nothing is
	Need    tracker.Need // who would have to be trained on that day
	Repairs []Repair     // the quickest first
}

// Colleague is somebody who can be supposed about.
type Colleague struct {
	tracker.Person
	Job tracker.Job
}

// RepairKind is a way of bringing back what falls.
type RepairKind string

// The kinds of repair, the quickest first.
const (
	RepairSeat     RepairKind = "seat"     // a booked seat
	RepairBridge   RepairKind = "bridge"   // the web-based way, open to somebody there
	RepairSession  RepairKind = "session"  // a session with free seats
	RepairCourse   RepairKind = "course"   // somebody there could be trained; no session is planned
	RepairTransfer RepairKind = "transfer" // another dealership of the group or region has more than it needs
)

// RepairKinds lists the kinds, the quickest first.
var RepairKinds = []RepairKind{RepairSeat, RepairBridge, RepairSession, RepairCourse, RepairTransfer}

// Repair is one way of bringing back what falls.
type Repair struct {
	Kind     RepairKind
	Training tracker.Training   // of all but a transfer
	Name     string             // who would be trained
	StaffNo  string             //
	Seat     Seat               // of a seat and a session
	From     tracker.Dealership // of a transfer
	Spare    int                // people there beyond what is needed
}

// mostRepairs is how many ways are shown.
const mostRepairs = 3

// WhatIf gives what would follow from a supposition about a dealership in the actor's scope. The faults are NotFound for
// the dealership, and Invalid with the field for whoever or whatever is not known there.
func (a *App) WhatIf(ctx context.Context, by tracker.Actor, code string, on tracker.Date, f WhatIfForm) (WhatIf, error) {
	var out WhatIf
	if err := by.May(tracker.SeePeople); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		if out.DealershipRow, err = a.row(tx, by, code, on); err != nil {
			return err
		}
		rules, history, err := judgedRecord(tx, out.Dealership.ID)
		if err != nil {
			return err
		}
		if out.People, err = colleagues(tx, history, on); err != nil {
			return err
		}
		out.Types = rules.QualificationTypes(on)
		supposed, err := f.read(out, on)
		if err != nil || f.Empty() {
			return err
		}
		after := history.Suppose(supposed)
		out.Effect = effectOf(history.Timeline(rules), after.Timeline(rules))
		out.Falls = firstFall(out.Effect)
		if out.Falls == 0 {
			return nil
		}
		out.Need = after.TrainingNeed(rules, out.Falls)
		out.Repairs, err = a.repairs(tx, by, out.Dealership, out.Need, out.People)
		return err
	})
	return out, err
}

// colleagues gives who is employed at a dealership on a day, by name.
func colleagues(tx *store.Tx, history tracker.History, on tracker.Date) ([]Colleague, error) {
	jobs := map[tracker.PersonID]tracker.Job{}
	var ids []tracker.PersonID
	for _, p := range history.People {
		if e, works := p.EmployedOn(on); works && e.Dealership == history.Dealership {
			jobs[p.Person] = e.Job
			ids = append(ids, p.Person)
		}
	}
	people, err := tx.Persons(ids)
	out := make([]Colleague, 0, len(ids))
	for _, id := range ids {
		out = append(out, Colleague{people[id], jobs[id]})
	}
	slices.SortFunc(out, func(x, y Colleague) int { return strings.Compare(x.StaffNo, y.StaffNo) })
	return out, err
}

// read turns the form into a supposition.
func (f WhatIfForm) read(at WhatIf, on tracker.Date) (tracker.Supposition, error) {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	find := func(field, staffNo string) tracker.PersonID {
		for _, c := range at.People {
			if c.StaffNo == staffNo {
				return c.ID
			}
		}
		fault.In(field, "not_employed_here", "value", staffNo)
		return 0
	}
	s := tracker.Supposition{On: f.LeaveOn}
	if s.On == 0 {
		s.On = on
	}
	for _, staffNo := range f.Leavers {
		s.Leave = append(s.Leave, find("leaver", staffNo))
	}
	kind := slices.IndexFunc(at.Types, func(t tracker.QualificationType) bool { return string(t.Code) == f.Type })
	if len(f.Passing) > 0 && kind < 0 {
		fault.In("type", "unknown_type", "value", f.Type)
	}
	if len(f.Passing) > 0 && kind >= 0 && at.Types[kind].HasGeneration && f.Generation == "" {
		fault.In("generation", "generation_required")
	}
	for _, staffNo := range f.Passing {
		pass := tracker.Pass{Person: find("pass", staffNo), Type: tracker.QualificationCode(f.Type), Generation: tracker.Generation(f.Generation), On: f.PassOn}
		if pass.On == 0 {
			pass.On = on
		}
		s.Passes = append(s.Passes, pass)
	}
	if f.Event != "" {
		event := tracker.Event{Dealership: at.Dealership.ID, Event: tracker.EventKind(f.Event), From: f.EventOn, BridgedTo: f.BridgedTo}
		if event.From == 0 {
			event.From = on
		}
		if !slices.Contains(tracker.EventKinds, event.Event) {
			fault.In("event", "unknown_event", "value", f.Event)
		}
		s.Events = append(s.Events, event)
	}
	return s, fault.FieldFaults()
}

// firstFall gives the first day on which something is lost: a right, or a light turns worse.
func firstFall(e Effect) tracker.Date {
	first := tracker.Date(0)
	note := func(d tracker.Date, lost bool) {
		if lost && d != 0 && (first == 0 || d < first) {
			first = d
		}
	}
	for _, d := range e.Differences {
		note(d.From, d.After.LostSince(d.Before) != 0)
	}
	for _, d := range e.Rights {
		note(d.From, !d.May)
	}
	return first
}

// repairs gives the quickest ways of bringing back people whom requirements count.
func (a *App) repairs(tx *store.Tx, by tracker.Actor, at tracker.Dealership, need tracker.Need, people []Colleague) ([]Repair, error) {
	var ids []tracker.PersonID
	for _, t := range need.Trainings {
		ids = append(ids, t.Person)
	}
	ready, err := loadSeats(tx, by, ids)
	if err != nil {
		return nil, err
	}
	var out []Repair
	for _, t := range need.Trainings {
		r := Repair{Kind: RepairCourse, Training: t}
		if i := slices.IndexFunc(people, func(c Colleague) bool { return c.ID == t.Person }); i >= 0 {
			r.Name, r.StaffNo = people[i].Name, people[i].StaffNo
		}
		seat, found := ready.bookedSeat(t.Person, t.Skill, t.Generation)
		switch {
		case found && seat.Booking != nil:
			r.Kind, r.Seat = RepairSeat, seat
		case t.Path == tracker.PathBridge:
			r.Kind = RepairBridge
		case found:
			r.Kind, r.Seat = RepairSession, seat
		}
		out = append(out, r)
	}
	transfers, err := a.spares(tx, by, at, need)
	out = append(out, transfers...)
	slices.SortStableFunc(out, func(x, y Repair) int {
		return slices.Index(RepairKinds, x.Kind) - slices.Index(RepairKinds, y.Kind)
	})
	return out[:min(len(out), mostRepairs)], err
}

// spares gives dealerships of the same group or region that have more people with a skill than is needed.
func (a *App) spares(tx *store.Tx, by tracker.Actor, at tracker.Dealership, need tracker.Need) ([]Repair, error) {
	var out []Repair
	for _, b := range need.Requirements {
		m := b.Requirement.Measure
		if m.Kind != tracker.MeasureCount || m.Skill == tracker.SkillEmployed {
			continue
		}
		rows, err := tx.Spares(store.SpareQuery{Scope: by.Scope, Today: a.Today(), Near: at.ID, Skill: m.Skill, Generation: m.Generation, Need: b.Need, Limit: mostRepairs})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out = append(out, Repair{Kind: RepairTransfer, From: row.Dealership, Spare: row.People - b.Need})
		}
		break // one skill's transfers are enough to look at
	}
	return out, nil
}

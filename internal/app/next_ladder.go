package app

import (
	"slices"

	"dealercert/internal/tracker"
)

// What can be done about people's qualifications, beside what a standing hangs on.
const (
	NextApply  NextKind = "apply"  // apply for a review or an extension: its window is open, or opens soon
	NextBridge NextKind = "bridge" // take the short way to the next generation before it closes
)

// How many days ahead a dealership is told that a window opens, and that a bridge closes.
const (
	windowAhead = 30
	bridgeAhead = 180
)

// climbing adds what can be applied for and which bridges close. What is among the actions already, since a light hangs on
// it, is told there when it can be applied for.
func climbing(view DealershipView, list []NextAction, today tracker.Date) []NextAction {
	for _, p := range view.People {
		for i := range p.Rungs.Rungs {
			r := &p.Rungs.Rungs[i]
			if !r.Type.For(p.Employment.Job) {
				continue
			}
			if r.Held != nil && r.Held.Valid && r.Type.ApplicationWindow > 0 {
				list = applying(p, r, list, today)
			}
			if r.Cliff() && r.Bridge.Until != 0 && r.Bridge.Until <= today.Add(bridgeAhead) {
				list = append(list, NextAction{Kind: NextBridge, Person: p.Person, Rung: *r, By: r.Bridge.Until})
			}
		}
	}
	return list
}

// applying adds the nearest deadline of a certificate that is applied for.
func applying(p PersonView, r *tracker.Rung, list []NextAction, today tracker.Date) []NextAction {
	for _, d := range r.Deadlines {
		if d.Last != r.Last {
			continue
		}
		told := false
		for i := range list {
			if n := &list[i]; n.Kind == NextKeep && n.By == d.Last && slices.ContainsFunc(n.People, func(e tracker.Ending) bool { return e.Person == p.ID }) {
				n.Opens, told = d.Opens, true
			}
		}
		if !told && d.Opens <= today.Add(windowAhead) {
			list = append(list, NextAction{Kind: NextApply, Person: p.Person, Rung: *r, Deadline: d, Opens: d.Opens, By: d.Last})
		}
		return list
	}
	return list
}

package app

import (
	"cmp"
	"fmt"
	"slices"

	"dealercert/internal/tracker"
)

// NextKind is what a dealership can do next.
type NextKind string

// The kinds of what can be done next.
const (
	NextReturned NextKind = "returned" // mend a claim that was returned
	NextRestore  NextKind = "restore"  // bring back a requirement that fails
	NextKeep     NextKind = "keep"     // keep a requirement from failing
	NextRenew    NextKind = "renew"    // see to the renewal before the certificate ends
	NextModule   NextKind = "module"   // report or plan anew a module whose planned day has passed
)

// NextAction is something a dealership can do, what it saves, and by when.
type NextAction struct {
	Kind        NextKind
	Claim       ClaimView           // of returned
	Requirement tracker.Requirement // of restore and keep
	Missing     int                 // of restore: so many people
	People      []tracker.Ending    // of keep: whose counting ends, and why
	Lacking     []tracker.PersonID  // of restore: who lacks what a ratio counts
	Module      ModuleView          // of module
	Person      tracker.Person      // of apply and bridge: who
	Rung        tracker.Rung        // of apply and bridge: the qualification
	Deadline    tracker.Deadline    // of apply
	Saves       tracker.Loss        // the right, the law light or the brand light; zero: none of them
	Opens       tracker.Date        // of renew, apply and some to keep: the first day of the window; zero: unknown
	By          tracker.Date        // the last day on which it helps in time; zero: it is late already, or no day is set
	Late        bool
}

// lookAhead is how many days ahead a dealership is told what it will lose.
const lookAhead = 365

// NextActions gives what a dealership can do, the most useful first: what was returned, what is broken, then what will
// break, the soonest first.
func NextActions(view DealershipView, returned []ClaimView, today tracker.Date) []NextAction {
	var out []NextAction
	for _, c := range returned {
		out = append(out, NextAction{Kind: NextReturned, Claim: c})
	}
	for _, p := range view.Programmes {
		out = append(out, restoring(p)...)
	}
	out = climbing(view, append(out, keeping(view, today)...), today)
	for _, m := range view.Modules {
		if m.State == tracker.ModulePlanned && m.Fact.PlannedOn != 0 && m.Fact.PlannedOn < today {
			out = append(out, NextAction{Kind: NextModule, Module: m, By: m.Fact.PlannedOn, Late: true})
		}
	}
	slices.SortStableFunc(out, func(a, b NextAction) int { return cmp.Compare(a.rank(today), b.rank(today)) })
	return out
}

// rank orders actions: returned claims, what the law forbids already, then by the day on which it is too late.
func (n NextAction) rank(today tracker.Date) int {
	switch {
	case n.Kind == NextReturned:
		return -2
	case n.Late && n.Saves&(tracker.LossOfLaw|tracker.LossOfRight) != 0:
		return -1
	case n.Late && n.Saves != 0:
		return 0
	case n.Kind == NextModule:
		return lookAhead + 1
	case n.By == 0:
		return lookAhead + 2 // a minor requirement: it turns no light
	default:
		return 1 + int(n.By-today)
	}
}

// restoring gives an action for each requirement that fails.
func restoring(p ProgrammeView) []NextAction {
	var out []NextAction
	for _, b := range p.Because {
		if b.Outcome != tracker.Fails || b.Requirement.Measure.Kind == tracker.MeasureRequirement {
			continue // what repeats another requirement is restored with that
		}
		n := NextAction{Kind: NextRestore, Requirement: b.Requirement, Missing: max(b.Need-b.Have, 0), Lacking: b.Lacking, By: b.GraceLast}
		switch {
		case b.Requirement.Basis == tracker.BasisLaw:
			n.Saves = tracker.LossOfLaw
		case b.Requirement.Severity != tracker.Minor:
			n.Saves = tracker.LossOfBrand
		}
		n.Late = n.Saves != 0 && b.GraceLast == 0
		out = append(out, n)
	}
	return out
}

// keeping gives an action for each thing that will be lost within a year.
func keeping(view DealershipView, today tracker.Date) []NextAction {
	var out []NextAction
	seen := map[string]bool{}
	for _, change := range view.NextChanges {
		if change.After.Loss == 0 || change.On > today.Add(lookAhead) {
			continue
		}
		for _, cause := range change.Causes {
			n := NextAction{Requirement: cause.Requirement, People: cause.People, By: change.On.Add(-1), Saves: change.After.Loss}
			switch cause.Kind {
			case tracker.CauseRequirement, tracker.CauseJoinerCounts, tracker.CauseLawInForce, tracker.CauseStandard:
				n.Kind = NextKeep
			case tracker.CauseValidity:
				n.Kind, n.Opens = NextRenew, renewalOpens(view, change)
			default:
				continue
			}
			if n.Kind == NextKeep && failing(view, n.Requirement.Code) {
				continue
			}
			for _, one := range n.forEach() {
				if key := one.key(); !seen[key] {
					seen[key] = true
					out = append(out, one)
				}
			}
		}
	}
	return out
}

// forEach gives one action for each person whose counting ends.
func (n NextAction) forEach() []NextAction {
	if len(n.People) == 0 {
		return []NextAction{n}
	}
	out := make([]NextAction, len(n.People))
	for i := range n.People {
		out[i] = n
		out[i].People = n.People[i : i+1]
	}
	return out
}

// key names what is to be done: the same person and end, or the same requirement, is one action.
func (n NextAction) key() string {
	if len(n.People) > 0 {
		return fmt.Sprint(n.People[0], n.By)
	}
	return string(n.Kind) + n.Requirement.Code
}

// renewalOpens gives the first day on which a renewal counts from the old end.
func renewalOpens(view DealershipView, change tracker.Change) tracker.Date {
	for _, p := range view.Programmes {
		if p.Standing.Programme == change.Before.Programme && p.Standard.RenewalWindowDays > 0 {
			return change.Before.ValidUntil.Add(-p.Standard.RenewalWindowDays)
		}
	}
	return 0
}

func failing(view DealershipView, code string) bool {
	for _, p := range view.Programmes {
		for _, b := range p.Because {
			if b.Requirement.Code == code && b.Outcome == tracker.Fails {
				return true
			}
		}
	}
	return false
}

package app

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"dealercert/internal/pack"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// deed is what somebody does with a form. The form is kept as typed, so that a second person can carry it out through the
// same use case.
type deed struct {
	kind   tracker.DeedKind
	action tracker.Action // that the role must allow
	of     string         // the code of a dealership or the staff number that the form is about
	form   any
	reason string // as typed
}

// Waits says that a deed was not done: it is kept as a proposal and waits for a second person. As a fault it is a
// Conflict, for callers that know nothing of proposals.
type Waits struct{ Proposal tracker.Proposal }

// Error says that a second person is needed, and why.
func (w *Waits) Error() string { return w.Unwrap().Error() }

// Unwrap gives the fault that a reader can be told.
func (w *Waits) Unwrap() error {
	switch w.Proposal.Ground {
	case tracker.GroundTwoPeople:
		return tracker.Fault(tracker.Conflict, "second_person_two_people")
	case tracker.GroundHeadquarters:
		return tracker.Fault(tracker.Conflict, "second_person_headquarters")
	default:
		return tracker.Fault(tracker.Conflict, "second_person_back_dated", "days", BackDatingDays())
	}
}

// WaitsFor gives the proposal that an error stands for, nil for none.
func WaitsFor(err error) *tracker.Proposal {
	var waits *Waits
	if errors.As(err, &waits) {
		return &waits.Proposal
	}
	return nil
}

// BackDatingDays is how many days before today a change may begin that one person enters alone.
func BackDatingDays() int {
	days, _ := pack.BackDatingDays()
	return days
}

// Second says why a change needs a second person.
type Second struct {
	Ground tracker.Ground // empty: it needs none
	Begins tracker.Date   // the first day on which it makes a difference; zero: the open past
}

// secondFor finds out whether what was edited needs a second person beside the actor, whose role may allow the action or
// only to propose it. Without an action who acts may do it.
func secondFor(by tracker.Actor, action tracker.Action, rules tracker.Rulebook, edits []store.Edit, today tracker.Date) Second {
	var out Second
	some, back, two, proposes := false, false, false, action != "" && !by.Can(action)
	for _, e := range edits {
		begins, changes := tracker.Begins(e.Before, e.After)
		if !changes {
			continue
		}
		if !some || begins < out.Begins {
			out.Begins, some = begins, true
		}
		back = back || tracker.BackDated(begins, today, BackDatingDays())
		if decision, is := e.After.(tracker.Decision); is {
			def := definition(rules, decision)
			two = two || def.Persons > 1
			proposes = proposes && (e.Before != nil || !slices.Contains(def.By, by.Role))
		}
	}
	switch {
	case by.Role == tracker.RoleOperator: // commands, which an installation is taken over by
	case proposes:
		out.Ground = tracker.GroundHeadquarters
	case two:
		out.Ground = tracker.GroundTwoPeople
	case back:
		out.Ground = tracker.GroundBackDated
	}
	return out
}

// definition gives what the life cycle of a decision's programme says about it.
func definition(rules tracker.Rulebook, d tracker.Decision) tracker.DecisionDef {
	if versions := rules.Versions(d.Programme); len(versions) > 0 {
		def, _ := versions[0].Cycle().Decision(d.Decided)
		return def
	}
	return tracker.DecisionDef{}
}

// confirming is the key under which a context says that a second person confirms what is done.
type confirming struct{}

// confirms tells whether what is done with the context is confirmed by a second person.
func confirms(ctx context.Context) bool {
	yes, _ := ctx.Value(confirming{}).(bool)
	return yes
}

// mayEnter gives nil when the role allows the action, or at least to propose it.
func mayEnter(by tracker.Actor, action tracker.Action) error {
	if action == tracker.Decide && by.Can(tracker.ProposeDecisions) {
		return nil
	}
	return by.May(action)
}

// carryOut does a deed in one transaction. Where it needs a second person everything is taken back and kept as a proposal
// instead: the error is then *Waits.
func (a *App) carryOut(ctx context.Context, by tracker.Actor, d deed, do func(*store.Tx) error) error {
	if confirms(ctx) {
		if err := by.May(d.action); err != nil {
			return err
		}
		return a.write(ctx, by, tracker.SourceForm, do)
	}
	if err := mayEnter(by, d.action); err != nil {
		return err
	}
	var waits *Waits
	err := a.record(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		var second Second
		rules, err := tx.Rules()
		if err != nil {
			return err
		}
		kept, edits, err := tx.Attempt(do, func(edits []store.Edit) bool {
			second = secondFor(by, d.action, rules, edits, a.Today())
			return second.Ground == ""
		})
		if err != nil || kept {
			return err
		}
		proposal, err := a.propose(tx, d, second, edits)
		waits = &Waits{proposal}
		return err
	})
	if err == nil && waits != nil {
		return waits
	}
	return err
}

// propose keeps a deed that was taken back.
func (a *App) propose(tx *store.Tx, d deed, second Second, edits []store.Edit) (tracker.Proposal, error) {
	form, err := json.Marshal(d.form)
	if err != nil {
		return tracker.Proposal{}, err
	}
	p := tracker.Proposal{
		Deed: d.kind, Of: d.of, Ground: second.Ground, Begins: second.Begins, Reason: strings.TrimSpace(d.reason), Form: string(form),
	}
	var kinds []string
	for _, e := range edits {
		for _, fact := range []tracker.Fact{e.Before, e.After} {
			if fact == nil {
				continue
			}
			kinds = append(kinds, string(fact.Kind()))
			if person := tracker.PersonOf(fact); person != 0 {
				p.Person = person
			}
			if at, known := tracker.DealershipOf(fact); known {
				p.Dealership = at
			}
			if place, is := fact.(tracker.Assignment); is {
				p.Region = place.Region
			}
		}
	}
	slices.Sort(kinds)
	p.Kinds = strings.Join(slices.Compact(kinds), ",")
	if err := a.place(tx, &p); err != nil {
		return p, err
	}
	if p.Base, err = proposalBase(tx, p); err != nil {
		return p, err
	}
	return tx.AddProposal(p)
}

// place finds where a proposal belongs now that the deed is taken back: a person or a dealership that it would have made
// is not there, and what is about a person alone belongs to the dealership where the person works or worked last.
func (a *App) place(tx *store.Tx, p *tracker.Proposal) error {
	people, err := tx.Persons([]tracker.PersonID{p.Person})
	if err != nil {
		return err
	}
	if _, known := people[p.Person]; !known {
		p.Person = 0
	}
	sites, err := tx.DealershipsByID([]tracker.DealershipID{p.Dealership})
	if err != nil {
		return err
	}
	if _, known := sites[p.Dealership]; known {
		p.Region = 0
		return nil
	}
	p.Dealership = 0
	if p.Person == 0 {
		return nil
	}
	history, err := tx.PersonHistory(p.Person, 0)
	var last tracker.Employment
	for _, e := range history.Employments {
		if e.From <= a.Today() && (last.Chain == "" || e.From >= last.From) {
			last = e
		}
	}
	p.Dealership = last.Dealership
	return err
}

// proposalBase names what a proposal is based on as it is now: the versions of all facts about its person, and of those
// kinds of fact at its dealership that it changes.
func proposalBase(tx *store.Tx, p tracker.Proposal) (string, error) {
	var facts []tracker.Fact
	if p.Person != 0 {
		history, err := tx.PersonHistory(p.Person, 0)
		if err != nil {
			return "", err
		}
		facts = personFacts(history)
	}
	if p.Dealership == 0 {
		return tracker.Fingerprint(facts), nil
	}
	kinds := strings.Split(p.Kinds, ",")
	all, err := tx.DealershipFacts(p.Dealership)
	for _, fact := range all {
		kind := fact.Kind()
		if fact.Version().SupersededAt == 0 && kind != tracker.FactEmployment && slices.Contains(kinds, string(kind)) {
			facts = append(facts, fact)
		}
	}
	return tracker.Fingerprint(facts), err
}

// personFacts lists the facts of a person's history.
func personFacts(h tracker.PersonHistory) []tracker.Fact {
	var out []tracker.Fact
	for _, f := range h.Employments {
		out = append(out, f)
	}
	for _, f := range h.Leaves {
		out = append(out, f)
	}
	for _, f := range h.Qualifications {
		out = append(out, f)
	}
	for _, f := range h.Reviews {
		out = append(out, f)
	}
	return out
}

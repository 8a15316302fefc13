package app

import (
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// RightView is a right of a dealership on a day, explained.
type RightView struct {
	tracker.BecauseRight
	Model   tracker.Model           // of a right to sell
	Decided tracker.SubjectStanding // what was decided about the model
	Guards  []GuardView             // in the standard's order; empty while the dealership does not operate
}

// GuardView is a guard of a right with what it rests on.
type GuardView struct {
	tracker.Because
	Fact     tracker.Fact            // the recorded fact, where it is a single one; else nil
	By       string                  // login of who recorded it
	Standing tracker.Standing        // of a guard that asks for another programme or the law: the standing there
	Subject  tracker.SubjectStanding // of a guard that asks what was decided about the subject
	Cycle    *tracker.Lifecycle      // that the states above are of; nil where there are none
}

// DealershipRights is every right of a dealership on a day.
type DealershipRights struct {
	Dealership tracker.Dealership
	Operating  bool        // on the day
	Sell       []RightView // in the order of launch
	Service    []RightView
	Standard   tracker.Standard                    // the guards in force on the day
	Timeline   []tracker.Right                     // all rights over all time
	People     map[tracker.PersonID]tracker.Person // those the guards name; empty for who may not see people
}

// Rights explains every right of a dealership on a day. The fault is NotFound for unknown codes and for those outside the
// scope.
func (a *App) Rights(ctx context.Context, by tracker.Actor, code string, on tracker.Date) (DealershipRights, error) {
	var out DealershipRights
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Dealership, err = tx.Dealership(by.Scope, code); err != nil {
			return err
		}
		rules, history, err := judgedRecord(tx, out.Dealership.ID)
		if err != nil {
			return err
		}
		timeline := history.Timeline(rules)
		out.Timeline, out.Operating = timeline.Rights, operates(timeline, on)
		explained := history.BecauseRights(rules, on)
		if out.Standard, err = rules.RightsStandard(on); err != nil && tracker.KindOf(err) != tracker.NotFound {
			return err
		}
		logins, err := tx.Logins()
		if err != nil {
			return err
		}
		looking := looking{rules, history, timeline, logins, on}
		for _, right := range explained {
			view := looking.view(right)
			if right.Right.Kind == tracker.RightSell {
				out.Sell = append(out.Sell, view)
			} else {
				out.Service = append(out.Service, view)
			}
		}
		out.People, err = namesOfHolders(tx, by, explained)
		return err
	})
	return out, err
}

// RightQuery asks how dealerships stand with one right on a day.
type RightQuery = store.RightQuery

// RightPage is one page of dealerships with how they stand with a right.
type RightPage struct {
	Rows    []store.RightRow
	Total   int
	Page    int
	PerPage int
}

// RightsOf gives a page of the operating dealerships with how they stand with one right on a day, within what the actor
// sees.
func (a *App) RightsOf(ctx context.Context, by tracker.Actor, q RightQuery) (RightPage, error) {
	var out RightPage
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	q.Scope, q.Today = by.Scope, a.Today()
	q.Page, q.PerPage = max(q.Page, 1), min(q.PerPage, maxPerPage)
	if q.PerPage <= 0 {
		q.PerPage = defaultPerPage
	}
	out.Page, out.PerPage = q.Page, q.PerPage
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Total, err = tx.CountRights(q); err != nil {
			return err
		}
		out.Rows, err = tx.RightRows(q)
		return err
	})
	return out, err
}

// ExplainedRight is one right with the people whom its guards name.
type ExplainedRight struct {
	RightView
	People map[tracker.PersonID]tracker.Person // empty for who may not see people
}

// Right explains one right of a dealership on a day. The fault is NotFound for unknown codes, for dealerships outside the
// scope, and on days on which no standard of rights is in force.
func (a *App) Right(ctx context.Context, by tracker.Actor, code string, right tracker.RightCode, on tracker.Date) (ExplainedRight, error) {
	var out ExplainedRight
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		dealership, err := tx.Dealership(by.Scope, code)
		if err != nil {
			return err
		}
		rules, history, err := judgedRecord(tx, dealership.ID)
		if err != nil {
			return err
		}
		explained, err := history.BecauseRight(rules, right.Kind, right.Subject, on)
		if err != nil {
			return err
		}
		logins, err := tx.Logins()
		if err != nil {
			return err
		}
		out.RightView = looking{rules, history, history.Timeline(rules), logins, on}.view(explained)
		out.People, err = namesOfHolders(tx, by, []tracker.BecauseRight{explained})
		return err
	})
	return out, err
}

// operates tells whether a dealership operates on a day.
func operates(t tracker.Timeline, on tracker.Date) bool {
	s, found := t.Standing(tracker.ProgrammeLaw, on)
	return found && s.State != tracker.NotOperating
}

// looking is what the guards of one dealership are explained from.
type looking struct {
	rules    tracker.Rulebook
	history  tracker.History
	timeline tracker.Timeline
	logins   map[tracker.AccountID]string
	on       tracker.Date
}

func (l looking) view(right tracker.BecauseRight) RightView {
	out := RightView{BecauseRight: right}
	for _, m := range l.rules.AllModels() {
		if right.Right.Kind == tracker.RightSell && m.Code == right.Right.Subject {
			out.Model = m
			out.Decided = l.history.SubjectStanding(l.rules, tracker.ProgrammeModels, m.Code, l.on)
		}
	}
	for _, b := range right.Guards {
		out.Guards = append(out.Guards, l.guard(b))
	}
	return out
}

func (l looking) guard(b tracker.Because) GuardView {
	out := GuardView{Because: b, Fact: l.history.Behind(l.rules, b, l.on)}
	if out.Fact != nil {
		out.By = l.logins[out.Fact.Version().RecordedBy]
	}
	switch m := b.Requirement.Measure; m.Kind {
	case tracker.MeasureLaw:
		out.Standing, _ = l.timeline.Standing(tracker.ProgrammeLaw, l.on)
	case tracker.MeasureState:
		out.Standing, _ = l.timeline.Standing(m.Programme, l.on)
		out.Cycle = l.cycle(m.Programme)
	case tracker.MeasureSubject:
		out.Subject = l.history.SubjectStanding(l.rules, m.Programme, m.Subject, l.on)
		out.Cycle = l.cycle(m.Programme)
	default:
	}
	return out
}

// cycle gives the life cycle of a programme; nil where no pack knows it.
func (l looking) cycle(programme tracker.ProgrammeCode) *tracker.Lifecycle {
	versions := l.rules.Versions(programme)
	if len(versions) == 0 {
		return nil
	}
	return versions[len(versions)-1].Cycle()
}

// namesOfHolders gives the names of the people on whom guards rest, to who may see people.
func namesOfHolders(tx *store.Tx, by tracker.Actor, rights []tracker.BecauseRight) (map[tracker.PersonID]tracker.Person, error) {
	if !by.Can(tracker.SeePeople) {
		return nil, nil //nolint:nilnil // no people is an answer: the reader may not see any
	}
	var ids []tracker.PersonID
	for _, right := range rights {
		for _, guard := range right.Guards {
			for _, holder := range guard.Holders {
				ids = append(ids, holder.Person)
			}
		}
	}
	slices.Sort(ids)
	return seenNames(tx, by, slices.Compact(ids))
}

package app

import (
	"cmp"
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// ChangeType says in what a dealership or a person differs between two days.
type ChangeType string

// The types of change, in the order in which they are listed.
const (
	ChangeRightLost   ChangeType = "right_lost"
	ChangeRightGained ChangeType = "right_gained"
	ChangeLawLost     ChangeType = "law_lost"
	ChangeLawGained   ChangeType = "law_gained"
	ChangeBrandLost   ChangeType = "brand_lost"
	ChangeBrandGained ChangeType = "brand_gained"
	ChangeCompleted   ChangeType = "completed"
	ChangeReopened    ChangeType = "reopened"
	ChangeOpened      ChangeType = "opened"
	ChangeClosed      ChangeType = "closed"
	ChangeState       ChangeType = "state"
	ChangeMoved       ChangeType = "moved"
	ChangeQualified   ChangeType = "qualified"
	ChangeUnqualified ChangeType = "unqualified"
)

// shownOfType is how many of each type are explained where only the first are asked for.
const shownOfType = 3

// ChangeTypes lists the types in their order.
var ChangeTypes = []ChangeType{
	ChangeRightLost, ChangeRightGained, ChangeLawLost, ChangeLawGained, ChangeBrandLost, ChangeBrandGained, ChangeCompleted,
	ChangeReopened, ChangeOpened, ChangeClosed, ChangeState, ChangeMoved, ChangeQualified, ChangeUnqualified,
}

// ofPeople tells whether the type is about people.
func (t ChangeType) ofPeople() bool { return t == ChangeQualified || t == ChangeUnqualified }

// ChangesQuery compares the day From with the day Until.
type ChangesQuery struct {
	From       tracker.Date
	Until      tracker.Date
	Programmes []tracker.ProgrammeCode
	Regions    []tracker.RegionID
	Types      []ChangeType // empty: all
	FirstOnly  bool         // of each type only the first few, whatever the page
	Page       int
	PerPage    int
}

// ChangedItem is a dealership, or a person at one, that differs between two days, with why.
type ChangedItem struct {
	Type       ChangeType
	Dealership tracker.Dealership
	Before     tracker.Standing // of dealerships
	After      tracker.Standing
	On         tracker.Date // the day on which it came about; zero when it is not known
	Causes     []tracker.Cause
	Person     tracker.Person // of types about people
	Turn       tracker.Turn
	People     map[tracker.PersonID]tracker.Person // those the causes name
}

// ChangesPage is one page of what differs between two days.
type ChangesPage struct {
	Items   []ChangedItem
	Counts  map[ChangeType]int // of all that differs, people too, whatever the page and the types asked for
	Total   int                // of items that are listed, without the page
	Page    int
	PerPage int
}

// changed is an item before it is explained.
type changed struct {
	kind   ChangeType
	code   string
	key    store.BetweenKey
	person store.QualifiedKey
}

// Changes gives the dealerships and people that gained or lost standing between two days, with why. What came and went in
// between differs on neither day and is not listed. People are named to those who may see them; others get their number.
func (a *App) Changes(ctx context.Context, by tracker.Actor, q ChangesQuery) (ChangesPage, error) {
	q.Page, q.PerPage = max(q.Page, 1), min(q.PerPage, maxPerPage)
	if q.PerPage <= 0 {
		q.PerPage = defaultPerPage
	}
	out := ChangesPage{Counts: map[ChangeType]int{}, Page: q.Page, PerPage: q.PerPage}
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	if err := checkPeriod(q.From, q.Until); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		all, err := a.differing(tx, by, q)
		if err != nil {
			return err
		}
		var listed []changed
		for _, c := range all {
			out.Counts[c.kind]++
			asked := len(q.Types) == 0 || slices.Contains(q.Types, c.kind)
			if asked && (!c.kind.ofPeople() || by.Can(tracker.SeePeople)) && (!q.FirstOnly || out.Counts[c.kind] <= shownOfType) {
				listed = append(listed, c)
			}
		}
		out.Total = len(listed)
		if !q.FirstOnly {
			first := min((q.Page-1)*q.PerPage, len(listed))
			listed = listed[first:min(first+q.PerPage, len(listed))]
		}
		out.Items, err = explainChanged(tx, by, q, listed)
		return err
	})
	return out, err
}

// differing finds everything that differs, by type and then by dealership.
func (a *App) differing(tx *store.Tx, by tracker.Actor, q ChangesQuery) ([]changed, error) {
	between := store.BetweenQuery{
		Scope: by.Scope, Today: a.Today(), From: q.From, Until: q.Until, Programmes: q.Programmes, Regions: q.Regions,
	}
	keys, err := tx.Between(between)
	if err != nil {
		return nil, err
	}
	var out []changed
	for _, key := range keys {
		if kind := changeType(key.Before, key.After, len(q.Programmes) > 0); kind != "" {
			out = append(out, changed{kind: kind, code: key.Code, key: key})
		}
	}
	if len(q.Programmes) == 0 {
		people, err := tx.QualifiedBetween(between)
		if err != nil {
			return nil, err
		}
		for _, key := range people {
			kind := ChangeUnqualified
			if key.Gained {
				kind = ChangeQualified
			}
			out = append(out, changed{kind: kind, code: key.Code, person: key})
		}
	}
	slices.SortStableFunc(out, func(x, y changed) int {
		return cmp.Compare(slices.Index(ChangeTypes, x.kind), slices.Index(ChangeTypes, y.kind))
	})
	return out, nil
}

// changeType says in what two standings differ: the right before the lights before the rest. The law's own standing tells
// of its light, of opening, closing and moving; the other programmes repeat that only when they are asked for alone.
func changeType(before, after tracker.Standing, alone bool) ChangeType {
	law, project := after.Programme == tracker.ProgrammeLaw, after.Programme == tracker.ProgrammeDigitalUpgrade
	named := project || after.Programme == tracker.ProgrammeBMWi // of other programmes what is gained and lost are states
	lost, gained := after.LostSince(before), after.GainedSince(before)
	switch {
	case named && lost&tracker.LossOfRight != 0:
		return either(project, ChangeReopened, ChangeRightLost)
	case named && gained&tracker.LossOfRight != 0:
		return either(project, ChangeCompleted, ChangeRightGained)
	case before.State == tracker.NotOperating:
		return either(law || alone, ChangeOpened, "")
	case after.State == tracker.NotOperating:
		return either(law || alone, ChangeClosed, "")
	case lost&tracker.LossOfLaw != 0:
		return ChangeLawLost
	case gained&tracker.LossOfLaw != 0:
		return ChangeLawGained
	case lost&tracker.LossOfBrand != 0:
		return ChangeBrandLost
	case gained&tracker.LossOfBrand != 0:
		return ChangeBrandGained
	case before.State != after.State:
		return ChangeState
	case before.Region != after.Region:
		return either(law || alone, ChangeMoved, "")
	case alone && before.Law != after.Law:
		return either(after.Law == tracker.Healthy, ChangeLawGained, ChangeLawLost)
	default:
		return ""
	}
}

func either(first bool, a, b ChangeType) ChangeType {
	if first {
		return a
	}
	return b
}

// explainChanged finds the causes in the facts of the dealerships, which are read once for all items.
func explainChanged(tx *store.Tx, by tracker.Actor, q ChangesQuery, list []changed) ([]ChangedItem, error) {
	if len(list) == 0 {
		return nil, nil
	}
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	byDealership := map[tracker.DealershipID][]int{} // the places in the list
	var ids []tracker.DealershipID
	for i, c := range list {
		id := cmp.Or(c.key.After.Dealership, c.person.DealershipID)
		if len(byDealership[id]) == 0 {
			ids = append(ids, id)
		}
		byDealership[id] = append(byDealership[id], i)
	}
	out := make([]ChangedItem, len(list))
	var causes []tracker.Cause
	var people []tracker.PersonID
	for chunk := range slices.Chunk(ids, historiesAtOnce) {
		histories, err := tx.Histories(chunk, 0)
		if err != nil {
			return nil, err
		}
		dealerships, err := tx.DealershipsByID(chunk)
		if err != nil {
			return nil, err
		}
		for _, h := range histories {
			for _, i := range byDealership[h.Dealership] {
				out[i] = list[i].explain(h, rules, q)
				out[i].Dealership = dealerships[h.Dealership]
				causes = append(causes, out[i].Causes...)
				people = append(people, list[i].person.PersonID)
			}
		}
	}
	named, err := namesFor(tx, by, causes)
	if err != nil {
		return nil, err
	}
	persons, err := seenNames(tx, by, people)
	for i := range out {
		out[i].People, out[i].Person = named, persons[list[i].person.PersonID]
	}
	return slices.DeleteFunc(out, func(item ChangedItem) bool { return item.Type.ofPeople() && item.Person.ID == 0 }), err // who is not seen is not there
}

// explain finds out when and why something came about.
func (c changed) explain(h tracker.History, rules tracker.Rulebook, q ChangesQuery) ChangedItem {
	item := ChangedItem{Type: c.kind, Before: c.key.Before, After: c.key.After}
	if c.kind.ofPeople() {
		for _, person := range h.People {
			if person.Person == c.person.PersonID {
				item.Turn = person.Turned(rules, h.Dealership, q.Until)
			}
		}
		item.On = item.Turn.On
		return item
	}
	period := tracker.Period{From: q.From.Add(1), Until: q.Until.Add(1)}
	for _, step := range withLaw(h, rules, h.Changes(rules, item.After.Programme, period, false)) {
		if kind := changeType(step.Before, step.After, true); item.On == 0 || kind == c.kind {
			item.On, item.Causes = step.On, step.Causes
		}
	}
	return item
}

package app

import (
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// A list of people is asked for in the store's own type, under a name of this package.
type PersonQuery = store.PersonQuery

// PersonSorts gives the columns by which people can be sorted.
func PersonSorts() []string { return store.PersonSorts() }

// PersonLine is a person as a list shows them on a day.
type PersonLine struct {
	store.PersonRow                    // the post of the day, or the last one that may be seen
	At              tracker.Dealership // where the post is
	Former          bool               // not employed on the day any more, as far as may be seen
	Clocks          []tracker.Clock    // those that count or that count no more, without those replaced
	Coverage        []tracker.Coverage // what the person counts for on the day
	Next            *Ending            // nil when nothing has an end
	Rungs           tracker.Ladder     // how they stand with every type of qualification
	InScope         bool               // the dealership of the post may be seen
}

// PersonPage is one page of a list of people.
type PersonPage struct {
	Rows    []PersonLine
	Total   int // that match
	OfScope int // employed on the day, or not any more, as far as the actor sees
	Page    int
	PerPage int
}

// People gives a page of the people who match, within what the actor sees (tracker.Actor.See).
func (a *App) People(ctx context.Context, by tracker.Actor, q PersonQuery) (PersonPage, error) {
	var out PersonPage
	if err := by.May(tracker.SeePeople); err != nil {
		return out, err
	}
	q = a.peopleScope(by, q)
	out.Page, out.PerPage = q.Page, q.PerPage
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := a.listed(tx, by, q, &out)
		if err != nil {
			return err
		}
		all := PersonQuery{Scope: q.Scope, Whole: q.Whole, Today: q.Today, On: q.On, Former: q.Former}
		if out.OfScope, err = tx.CountPeople(all); err != nil {
			return err
		}
		out.Rows, err = a.personLines(tx, by, rows, q.On)
		return err
	})
	return out, err
}

// listed gives the people of a page and counts those of all pages.
func (a *App) listed(tx *store.Tx, by tracker.Actor, q PersonQuery, out *PersonPage) (rows []store.PersonRow, err error) {
	if len(q.Among.Words) > 0 {
		rows, err = a.peopleSaying(tx, by, q)
		out.Total = len(rows)
		return onPage(rows, out.Page, out.PerPage), err
	}
	if out.Total, err = tx.CountPeople(q); err != nil {
		return nil, err
	}
	return tx.People(q)
}

// QualificationLine is a certificate as a list shows it on a day.
type QualificationLine struct {
	tracker.Clock
	Holder     tracker.Person
	ReviewedOn tracker.Date // the last review by the day; zero: none
}

// QualificationPage is one page of a list of certificates.
type QualificationPage struct {
	Rows    []QualificationLine
	Total   int
	Page    int
	PerPage int
}

// Qualifications gives a page of the certificates of people who are employed on the day, within what the actor sees.
func (a *App) Qualifications(ctx context.Context, by tracker.Actor, q PersonQuery) (QualificationPage, error) {
	var out QualificationPage
	if err := by.May(tracker.SeePeople); err != nil {
		return out, err
	}
	q = a.peopleScope(by, q)
	out.Page, out.PerPage = q.Page, q.PerPage
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		rules, err := tx.Rules()
		if err != nil {
			return err
		}
		skills := map[tracker.QualificationCode]tracker.Skill{}
		for _, t := range rules.QualificationTypes(q.On) {
			if len(t.Skills) > 0 {
				skills[t.Code] = t.Skills[0]
			}
		}
		if out.Total, err = tx.CountQualifications(q, skills); err != nil {
			return err
		}
		rows, err := tx.Qualifications(q, skills)
		if err != nil {
			return err
		}
		out.Rows, err = a.qualificationLines(tx, by, rows, q.On)
		return err
	})
	return out, err
}

// qualificationLines adds to rows what the certificates are worth on the day.
func (a *App) qualificationLines(tx *store.Tx, by tracker.Actor, rows []store.QualificationRow, on tracker.Date) ([]QualificationLine, error) {
	var ids []tracker.PersonID
	for _, row := range rows {
		if !slices.Contains(ids, row.Holder.ID) {
			ids = append(ids, row.Holder.ID)
		}
	}
	sights, err := sights(tx, by, ids)
	if err != nil {
		return nil, err
	}
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	var out []QualificationLine
	for _, row := range rows {
		s := sights[row.Holder.ID]
		for _, c := range s.Clocks(rules, on) {
			if c.Qualification.Chain == row.Chain {
				out = append(out, QualificationLine{c, row.Holder.Person, lastReview(s, row.Chain, on)})
			}
		}
	}
	return out, nil
}

// lastReview gives the day of a certificate's last review by a day, zero when there is none.
func lastReview(s tracker.Sight, chain tracker.FactID, on tracker.Date) tracker.Date {
	var last tracker.Date
	for _, r := range s.ReviewsOf(chain) {
		if r.ReviewedOn <= on {
			last = max(last, r.ReviewedOn)
		}
	}
	return last
}

// peopleScope fills in what of a query follows from the actor and the clock.
func (a *App) peopleScope(by tracker.Actor, q PersonQuery) PersonQuery {
	q.Scope, q.Whole, q.Today = by.Scope, by.WholeRecords(), a.Today()
	q.Page, q.PerPage = max(q.Page, 1), min(q.PerPage, maxPerPage)
	if q.PerPage <= 0 {
		q.PerPage = defaultPerPage
	}
	return q
}

// personLines adds to rows what a list shows of the day.
func (a *App) personLines(tx *store.Tx, by tracker.Actor, rows []store.PersonRow, on tracker.Date) ([]PersonLine, error) {
	ids := make([]tracker.PersonID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	sights, err := sights(tx, by, ids)
	if err != nil {
		return nil, err
	}
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	out := make([]PersonLine, 0, len(rows))
	var places []tracker.DealershipID
	for _, row := range rows {
		s, seen := sights[row.ID]
		if !seen {
			continue // the list and the rule agree; were they not to, nobody is shown too many
		}
		line := PersonLine{PersonRow: row, Former: !row.Contains(on), Clocks: current(s.Clocks(rules, on))}
		all := s.Coverage(rules)
		line.Rungs = s.Rungs(rules, on)
		line.Coverage, line.Next = coverageOn(all, on), nextEnd(all, line.Clocks, on)
		places, out = append(places, row.Dealership), append(out, line)
	}
	at, err := tx.DealershipsByID(places)
	if err != nil {
		return nil, err
	}
	inScope, err := tx.SeenAmong(by.Scope, a.Today(), places)
	for i := range out {
		out[i].At, out[i].InScope = at[out[i].Dealership], inScope[out[i].Dealership]
	}
	return out, err
}

// sights gives what an actor may see of people; who may not be seen is left out.
func sights(tx *store.Tx, by tracker.Actor, ids []tracker.PersonID) (map[tracker.PersonID]tracker.Sight, error) {
	histories, err := tx.PersonHistories(ids)
	if err != nil {
		return nil, err
	}
	return sightsOf(tx, by, histories)
}

// seenNames gives those of some people whom an actor sees.
func seenNames(tx *store.Tx, by tracker.Actor, ids []tracker.PersonID) (map[tracker.PersonID]tracker.Person, error) {
	names, err := tx.Persons(ids)
	if err != nil || by.Scope.All {
		return names, err
	}
	sights, err := sights(tx, by, ids)
	for id := range names {
		if _, seen := sights[id]; !seen {
			delete(names, id)
		}
	}
	return names, err
}

// sightsOf is sights for people whose histories are loaded. Who is seen follows what is known now, also where the histories
// are those of an earlier knowledge.
func sightsOf(tx *store.Tx, by tracker.Actor, histories []tracker.PersonHistory) (map[tracker.PersonID]tracker.Sight, error) {
	present, err := presentPosts(tx, by, histories)
	if err != nil {
		return nil, err
	}
	var places []tracker.DealershipID
	for _, h := range histories {
		for _, e := range slices.Concat(h.Employments, present[h.Person].Employments) {
			places = append(places, e.Dealership)
		}
	}
	slices.Sort(places)
	seen, err := tx.SeenAmong(by.Scope, tx.Today(), slices.Compact(places))
	out := make(map[tracker.PersonID]tracker.Sight, len(histories))
	for _, h := range histories {
		now := h
		if tx.Known() != 0 {
			now = present[h.Person]
		}
		if s, visible := by.SeeEarlier(h, now, func(id tracker.DealershipID) bool { return seen[id] }, tx.Today()); visible {
			out[h.Person] = s
		}
	}
	return out, err
}

// presentPosts gives the employments of people as known now, where an earlier knowledge is read by somebody who does not
// see everybody.
func presentPosts(tx *store.Tx, by tracker.Actor, histories []tracker.PersonHistory) (map[tracker.PersonID]tracker.PersonHistory, error) {
	if tx.Known() == 0 || by.Scope.All {
		return nil, nil //nolint:nilnil // nothing is needed beside the histories
	}
	ids := make([]tracker.PersonID, len(histories))
	for i, h := range histories {
		ids[i] = h.Person
	}
	return tx.PresentPosts(ids)
}

// Ending is the end of what a person counts for: by its certificate's own dates, not by leaving the post.
type Ending struct {
	Skill      tracker.Skill
	Generation tracker.Generation
	Last       tracker.Date
	Clock      *tracker.Clock // the certificate that ends then; nil when several take part
}

// nextEnd gives what a person counts for on a day and that ends first, nil when nothing ends before its post does. The
// list's order and its filter by expiry say the same in SQL.
func nextEnd(coverage []tracker.Coverage, clocks []tracker.Clock, on tracker.Date) *Ending {
	var next *Ending
	for _, c := range coverage {
		withPost := slices.ContainsFunc(coverage, func(p tracker.Coverage) bool {
			return p.Skill == tracker.SkillEmployed && p.Until == c.Until
		})
		if c.Skill == tracker.SkillNEV || !c.Contains(on) || c.Until == 0 || withPost {
			continue
		}
		if next == nil || c.Last() < next.Last {
			next = &Ending{Skill: c.Skill, Generation: c.Generation, Last: c.Last()}
		}
	}
	if next == nil {
		return nil
	}
	for i, c := range clocks {
		if c.Valid && c.Until == next.Last && slices.Contains(c.Type.Skills, next.Skill) {
			next.Clock = &clocks[i]
		}
	}
	return next
}

// coverageOn gives the coverage of a day.
func coverageOn(rows []tracker.Coverage, on tracker.Date) []tracker.Coverage {
	var out []tracker.Coverage
	for _, c := range rows {
		if c.Contains(on) {
			out = append(out, c)
		}
	}
	return out
}

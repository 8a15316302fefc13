package app

import (
	"slices"

	"dealercert/internal/tracker"
)

// crew is what is known about the people that a chunk of rows names.
type crew struct {
	persons     map[string]tracker.Person // by staff number
	employments map[tracker.PersonID][]tracker.Employment
	leaves      map[tracker.PersonID][]tracker.Leave
	all         bool                          // the actor sees the whole network
	seen        map[tracker.DealershipID]bool // the dealerships of those employments that the actor sees
}

// crew loads the people that rows name by their staff numbers.
func (j *importJob) crew(groups [][]*importRow) (crew, error) {
	c := crew{all: j.by.Scope.All}
	var err error
	if c.persons, err = j.tx.PersonsByStaffNo(cells(groups, "staff_no")); err != nil {
		return c, err
	}
	ids := make([]tracker.PersonID, 0, len(c.persons))
	for _, p := range c.persons {
		ids = append(ids, p.ID)
	}
	slices.Sort(ids)
	if c.employments, err = j.tx.EmploymentsOf(ids); err != nil {
		return c, err
	}
	if c.leaves, err = j.tx.LeavesOf(ids); err != nil {
		return c, err
	}
	var at []tracker.DealershipID
	for _, list := range c.employments {
		for i := range list {
			at = append(at, list[i].Dealership)
		}
	}
	slices.Sort(at)
	if c.all {
		return c, nil
	}
	c.seen, err = j.tx.SeenAmong(j.by.Scope, j.today, slices.Compact(at))
	return c, err
}

// mayEmploy tells whether the actor may record that a person who is known is employed. Who looks after a part of the
// network may not take on somebody who never worked there, nor somebody who works elsewhere at the time: headquarters
// must decide. What is recorded there already may be corrected.
func (c crew) mayEmploy(person tracker.PersonID, at tracker.DealershipID, period tracker.Period) bool {
	if c.all {
		return true
	}
	list := c.employments[person]
	if employmentAt(list, at, period.From) != nil {
		return true
	}
	known := false
	for i := range list {
		e := &list[i]
		if c.seen[e.Dealership] {
			known = true
		} else if !period.Intersect(tracker.Period{From: e.From, Until: e.Until}).Empty() {
			return false
		}
	}
	return known
}

// looksAfter tells whether the actor looks after a person: their last employment is at a dealership in the scope.
func (c crew) looksAfter(person tracker.PersonID) bool {
	last := lastEmployment(c.employments[person])
	return c.all || last != nil && c.seen[last.Dealership]
}

// lastEmployment gives the employment that ends last, of several the one that began last; nil without any.
func lastEmployment(list []tracker.Employment) *tracker.Employment {
	var last *tracker.Employment
	end := func(e *tracker.Employment) tracker.Date {
		if e.Until == 0 {
			return tracker.MaxDate
		}
		return e.Until
	}
	for i := range list {
		e := &list[i]
		switch {
		case last == nil, end(e) > end(last), end(e) == end(last) && e.From > last.From,
			end(e) == end(last) && e.From == last.From && e.Chain > last.Chain:
			last = e
		}
	}
	return last
}

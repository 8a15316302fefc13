package app

import (
	"cmp"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// employmentRows gives the employments at the dealerships that match, in the order of sheet.People.
func employmentRows(tx *store.Tx, q store.DealershipQuery, out emit) error {
	return eachStaff(tx, q, func(s staff) error {
		for _, person := range s.people {
			for _, e := range s.employments[person.ID] {
				code, here := s.codes[e.Dealership]
				if !here {
					continue
				}
				if err := out(person.StaffNo, person.Name, code, string(e.Job), e.From.String(), e.Last().String()); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// staff are the people of some dealerships.
type staff struct {
	codes       map[tracker.DealershipID]string
	people      []tracker.Person // in the order of their staff numbers
	employments map[tracker.PersonID][]tracker.Employment
}

// eachStaff gives the people of the dealerships that match, those of some hundred dealerships at a time.
func eachStaff(tx *store.Tx, q store.DealershipQuery, fn func(staff) error) error {
	return tx.EachDealershipChunk(q, func(dealerships []tracker.Dealership) error {
		s := staff{codes: map[tracker.DealershipID]string{}}
		ids := make([]tracker.DealershipID, len(dealerships))
		for i, d := range dealerships {
			ids[i], s.codes[d.ID] = d.ID, d.Code
		}
		var err error
		if s.people, err = tx.StaffOf(ids); err != nil {
			return err
		}
		if s.employments, err = tx.EmploymentsOf(personIDs(s.people)); err != nil {
			return err
		}
		for _, list := range s.employments {
			slices.SortStableFunc(list, func(a, b tracker.Employment) int {
				return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Chain, b.Chain))
			})
		}
		return fn(s)
	})
}

func personIDs(people []tracker.Person) []tracker.PersonID {
	out := make([]tracker.PersonID, len(people))
	for i, p := range people {
		out[i] = p.ID
	}
	return out
}

// qualificationRows gives the qualifications of the people whose last employment is at a dealership that matches, in the
// order of sheet.Qualifications: a row for the qualification as it was issued, and one for each of its reviews. So a
// person who went elsewhere is exported there, once.
func qualificationRows(tx *store.Tx, q store.DealershipQuery, out emit) error {
	return eachStaff(tx, q, func(s staff) error {
		people := slices.DeleteFunc(s.people, func(p tracker.Person) bool {
			_, here := s.codes[lastEmployment(s.employments[p.ID]).Dealership]
			return !here
		})
		held, err := tx.QualificationsOf(personIDs(people))
		if err != nil {
			return err
		}
		reviews, err := tx.ReviewsOf(personIDs(people))
		if err != nil {
			return err
		}
		for _, p := range people {
			for _, h := range held[p.ID] {
				if err := certificateRows(p, h.Qualification, reviews[h.Chain], out); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func certificateRows(p tracker.Person, q tracker.Qualification, reviews []tracker.Review, out emit) error {
	row := func(due, reviewed tracker.Date) error {
		return out(p.StaffNo, string(q.Type), string(q.Generation), q.Certificate, q.IssuedOn.String(), due.String(), reviewed.String(), q.ExpiresOn.String())
	}
	if err := row(q.FirstReviewDue, 0); err != nil {
		return err
	}
	for _, r := range reviews {
		if err := row(r.NextDue, r.ReviewedOn); err != nil {
			return err
		}
	}
	return nil
}

// eachCase gives the decisions and modules of each dealership that matches.
func eachCase(tx *store.Tx, q store.DealershipQuery, fn func(code string, h *tracker.History) error) error {
	return tx.EachDealershipChunk(q, func(dealerships []tracker.Dealership) error {
		ids := make([]tracker.DealershipID, len(dealerships))
		for i, d := range dealerships {
			ids[i] = d.ID
		}
		cases, err := tx.Cases(ids)
		if err != nil {
			return err
		}
		for _, d := range dealerships {
			if err := fn(d.Code, cases[d.ID]); err != nil {
				return err
			}
		}
		return nil
	})
}

// moduleRows gives the modules that have a day, in the order of sheet.Modules.
func moduleRows(tx *store.Tx, q store.DealershipQuery, out emit) error {
	return eachCase(tx, q, func(code string, h *tracker.History) error {
		slices.SortFunc(h.Modules, func(a, b tracker.Module) int { return cmp.Compare(a.Module, b.Module) })
		for _, m := range h.Modules {
			if m.PlannedOn == 0 && m.LiveOn == 0 && m.VerifiedOn == 0 { // a plan that was given up: nothing to read back
				continue
			}
			if err := out(code, m.Module, m.PlannedOn.String(), m.LiveOn.String(), m.VerifiedOn.String()); err != nil {
				return err
			}
		}
		return nil
	})
}

// decisionRows gives the decisions in the order in which they are folded and of sheet.Decisions. A last day that follows
// from the standard is left empty.
func decisionRows(tx *store.Tx, q store.DealershipQuery, out emit) error {
	return eachCase(tx, q, func(code string, h *tracker.History) error {
		slices.SortFunc(h.Decisions, func(a, b tracker.Decision) int {
			return cmp.Or(cmp.Compare(a.Programme, b.Programme), cmp.Compare(a.EffectiveOn, b.EffectiveOn),
				cmp.Compare(a.FirstAt, b.FirstAt), cmp.Compare(a.Chain, b.Chain))
		})
		for _, d := range h.Decisions {
			if err := out(code, string(d.Programme), string(d.Decided), d.EffectiveOn.String(), d.ValidUntil.String(), reasonOf(d)); err != nil {
				return err
			}
		}
		return nil
	})
}

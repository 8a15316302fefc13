package app

import (
	"cmp"
	"slices"
	"strconv"

	"dealercert/internal/tracker"
)

// employmentRows gives the employments at the dealerships that match, in the order of sheet.People.
func employmentRows(e *exporting, out emit) error {
	return e.eachStaff(func(s staff) error {
		away, err := e.LeavesOf(personIDs(s.people))
		if err != nil {
			return err
		}
		for _, person := range s.people {
			employments := s.employments[person.ID]
			leaves := leavesIn(employments, away[person.ID])
			for i, at := range employments {
				code, here := s.codes[at.Dealership]
				if !here {
					continue
				}
				if err := out(person.StaffNo, person.Name, code, string(at.Job), at.From.String(), at.Last().String(), joinSpans(leaves[i])); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// leavesIn puts each leave to the employment in which it began, else to the last: the leaves of each employment, in order.
func leavesIn(employments []tracker.Employment, leaves []tracker.Leave) map[int][]span {
	out := map[int][]span{}
	for _, l := range leaves {
		at := len(employments) - 1 // none of nobody's, who is not written
		for i, e := range employments {
			if (tracker.Period{From: e.From, Until: e.Until}).Contains(l.From) {
				at = i
			}
		}
		out[at] = append(out[at], span{Period: tracker.Period{From: l.From, Until: l.Until}})
	}
	return out
}

// staff are the people of some dealerships.
type staff struct {
	codes       map[tracker.DealershipID]string
	people      []tracker.Person // in the order of their staff numbers
	employments map[tracker.PersonID][]tracker.Employment
}

// eachStaff gives the people of the dealerships that match, those of some hundred dealerships at a time.
func (e *exporting) eachStaff(fn func(staff) error) error {
	return e.EachDealershipChunk(e.query, func(dealerships []tracker.Dealership) error {
		s := staff{codes: map[tracker.DealershipID]string{}}
		ids := make([]tracker.DealershipID, len(dealerships))
		for i, d := range dealerships {
			ids[i], s.codes[d.ID] = d.ID, d.Code
		}
		var err error
		if s.people, err = e.StaffOf(ids); err != nil {
			return err
		}
		if s.employments, err = e.EmploymentsOf(personIDs(s.people)); err != nil {
			return err
		}
		for person, list := range s.employments {
			list = slices.DeleteFunc(list, never)
			s.employments[person] = list
			slices.SortStableFunc(list, func(a, b tracker.Employment) int {
				return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Chain, b.Chain))
			})
		}
		return fn(s)
	})
}

// never tells whether an employment holds on no day: its end was set before its beginning, and no table says so.
func never(e tracker.Employment) bool { return tracker.Period{From: e.From, Until: e.Until}.Empty() }

func personIDs(people []tracker.Person) []tracker.PersonID {
	out := make([]tracker.PersonID, len(people))
	for i, p := range people {
		out[i] = p.ID
	}
	return out
}

// qualificationRows gives the qualifications of the people whose last employment is at a dealership that matches, in the
// order of sheet.Qualifications: a row for the qualification as it was issued, and one for each of its reviews. So a
// person who went elsewhere is exported there, once, and what somebody earned after leaving is told to nobody there.
func qualificationRows(e *exporting, out emit) error {
	return e.eachStaff(func(s staff) error {
		people := slices.DeleteFunc(s.people, func(p tracker.Person) bool {
			last := lastEmployment(s.employments[p.ID])
			if last == nil {
				return true
			}
			_, here := s.codes[last.Dealership]
			return !here
		})
		held, err := e.QualificationsOf(personIDs(people))
		if err != nil {
			return err
		}
		reviews, err := e.ReviewsOf(personIDs(people))
		if err != nil {
			return err
		}
		shown, err := e.shown(personIDs(people))
		if err != nil {
			return err
		}
		for _, p := range people {
			for _, h := range held[p.ID] {
				if shown != nil && !shown[h.Chain] {
					continue
				}
				if err := certificateRows(p, h.Qualification, reviews[h.Chain], out); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// shown gives the qualifications of people that the actor may see; nil for all of them.
func (e *exporting) shown(people []tracker.PersonID) (map[tracker.FactID]bool, error) {
	if e.by.Scope.All {
		return nil, nil //nolint:nilnil // see above
	}
	sights, err := sights(e.Tx, e.by, people)
	out := map[tracker.FactID]bool{}
	for _, s := range sights {
		for _, q := range s.Qualifications {
			out[q.Chain] = true
		}
	}
	return out, err
}

func certificateRows(p tracker.Person, q tracker.Qualification, reviews []tracker.Review, out emit) error {
	row := func(due, reviewed tracker.Date) error {
		return out(p.StaffNo, string(q.Type), string(q.Generation), q.Certificate, q.IssuedOn.String(), due.String(), reviewed.String(), q.ExpiresOn.String())
	}
	if err := row(q.FirstReviewDue, 0); err != nil {
		return err
	}
	for i, r := range reviews {
		if i+1 < len(reviews) && reviews[i+1].ReviewedOn == r.ReviewedOn { // of two on one day the later one counts
			continue
		}
		if err := row(r.NextDue, r.ReviewedOn); err != nil {
			return err
		}
	}
	return nil
}

// eachCase gives the decisions and modules of each dealership that matches.
func (e *exporting) eachCase(fn func(code string, h *tracker.History) error) error {
	return e.EachDealershipChunk(e.query, func(dealerships []tracker.Dealership) error {
		ids := make([]tracker.DealershipID, len(dealerships))
		for i, d := range dealerships {
			ids[i] = d.ID
		}
		cases, err := e.Cases(ids)
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
func moduleRows(e *exporting, out emit) error {
	return e.eachCase(func(code string, h *tracker.History) error {
		slices.SortFunc(h.Modules, func(a, b tracker.Module) int { return cmp.Compare(a.Module, b.Module) })
		for _, m := range h.Modules {
			if m.PlannedOn == 0 && m.LiveOn == 0 && m.VerifiedOn == 0 { // a plan that was given up: nothing to read back
				continue
			}
			if err := out(code, m.Module, m.PlannedOn.String(), m.LiveOn.String(), m.VerifiedOn.String(), m.PlannedSince.String()); err != nil {
				return err
			}
		}
		return nil
	})
}

// decisionRows gives the decisions in the order in which they are folded and of sheet.Decisions, then the waivers. A last
// day that follows from the standard is left empty.
func decisionRows(e *exporting, out emit) error {
	rules, err := e.Rules()
	if err != nil {
		return err
	}
	return e.eachCase(func(code string, h *tracker.History) error {
		slices.SortFunc(h.Decisions, func(a, b tracker.Decision) int {
			return cmp.Or(cmp.Compare(a.Programme, b.Programme), cmp.Compare(a.EffectiveOn, b.EffectiveOn),
				cmp.Compare(a.FirstAt, b.FirstAt), cmp.Compare(a.Chain, b.Chain))
		})
		for _, d := range h.Decisions {
			cells := append([]string{code, string(d.Programme), string(d.Decided), d.EffectiveOn.String(), d.ValidUntil.String(), reasonOf(d), "", ""}, auditCells(d)...)
			if err := out(cells...); err != nil {
				return err
			}
		}
		if err := waiverRows(rules, code, h.Waivers, out); err != nil {
			return err
		}
		return lifeRows(rules, code, h, out)
	})
}

// lifeRows gives proofs and events in the columns of decisions.
func lifeRows(rules tracker.Rulebook, code string, h *tracker.History, out emit) error {
	slices.SortFunc(h.Proofs, func(a, b tracker.Proof) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Requirement, b.Requirement), cmp.Compare(a.Chain, b.Chain))
	})
	for _, p := range h.Proofs {
		if (tracker.Period{From: p.From, Until: p.Until}).Empty() {
			continue
		}
		programme := string(programmeOf(rules, p.Requirement))
		cells := []string{code, programme, string(proven), p.From.String(), p.Last().String(), p.Evidence, p.Requirement, ""}
		if err := out(append(cells, auditCells(tracker.Decision{Subject: p.Subject})...)...); err != nil {
			return err
		}
	}
	slices.SortFunc(h.Events, func(a, b tracker.Event) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Event, b.Event), cmp.Compare(a.Chain, b.Chain))
	})
	for _, e := range h.Events {
		cells := []string{code, string(tracker.ProgrammeBMWi), string(happened), e.From.String(), e.Last().String(), e.Note, string(e.Event), ""}
		if err := out(append(cells, auditCells(tracker.Decision{DueOn: e.BridgedTo})...)...); err != nil {
			return err
		}
	}
	return nil
}

// auditCells gives what only some decisions say, for the extra columns of their table.
func auditCells(d tracker.Decision) []string {
	score, vetoes := "", ""
	if d.Score != 0 {
		score = d.ScoreText()
	}
	if d.Vetoes != 0 {
		vetoes = strconv.Itoa(d.Vetoes)
	}
	return []string{d.Subject, d.DueOn.String(), score, vetoes, d.Auditor, d.Signed}
}

// waiverRows gives waivers as decisions on a requirement.
func waiverRows(rules tracker.Rulebook, code string, waivers []tracker.Waiver, out emit) error {
	slices.SortFunc(waivers, func(a, b tracker.Waiver) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Requirement, b.Requirement), cmp.Compare(a.Chain, b.Chain))
	})
	for _, w := range waivers {
		days := tracker.Period{From: w.From, Until: w.Until}
		if days.Empty() {
			continue
		}
		programme := programmeOf(rules, w.Requirement)
		cells := append([]string{code, string(programme), string(waive), w.From.String(), days.Last().String(), w.Grounds, w.Requirement, w.Compensation},
			auditCells(tracker.Decision{})...)
		if err := out(cells...); err != nil {
			return err
		}
	}
	return nil
}

// programmeOf gives the programme that asks for a requirement.
func programmeOf(rules tracker.Rulebook, requirement string) tracker.ProgrammeCode {
	for _, code := range rules.Programmes() {
		for _, s := range rules.Versions(code) {
			if _, asks := s.Requirement(requirement); asks {
				return code
			}
		}
	}
	return ""
}

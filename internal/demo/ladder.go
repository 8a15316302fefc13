package demo

import "dealercert/internal/tracker"

// The types of qualification that stand below and beside a technician's certificates.
const (
	firstAid tracker.QualificationCode = "first-aid"
	medical  tracker.QualificationCode = "medical"
)

// For how many months they are valid.
const (
	awarenessMonths = 24
	firstAidMonths  = 36
	medicalMonths   = 12
)

// climb writes down what certificates build on: the awareness of whoever works on high voltage and, of experts, first aid, a
// medical examination and the battery of a second generation. It comes last and from dice of its own, so that it disturbs
// nothing else that is told.
func (s *site) climb() {
	s.dice = newDice(s.net.seed, forLadder, s.plan.index)
	s.ledger.dice = s.dice
	first := map[tracker.PersonID]map[tracker.QualificationCode]tracker.Date{}
	for _, f := range s.ledger.facts {
		q, is := f.(tracker.Qualification)
		if !is {
			continue
		}
		if first[q.Person] == nil {
			first[q.Person] = map[tracker.QualificationCode]tracker.Date{}
		}
		if at, known := first[q.Person][q.Type]; !known || q.IssuedOn < at {
			first[q.Person][q.Type] = q.IssuedOn
		}
	}
	for _, e := range s.people {
		if !e.technician() {
			continue
		}
		until := e.career().Until
		if trained := first[e.id][hvComponents]; trained != 0 && first[e.id][awareness] == 0 {
			s.keep(e, certificate{kind: awareness, issued: trained.Add(-s.dice.between(10, 45))}, awarenessMonths, 80, until, false)
		}
		expert := first[e.id][hvExpert]
		if expert == 0 {
			continue
		}
		s.keep(e, certificate{kind: firstAid, issued: expert.Add(-s.dice.between(15, 90))}, firstAidMonths, 50, until, false)
		s.keep(e, certificate{kind: medical, issued: expert.Add(-s.dice.between(5, 40))}, medicalMonths, 25, until, false)
		// It is over before the expert's certificate ends, so that nobody counts for longer by it.
		second := expert.Add(-s.dice.between(60, 150))
		s.award(e, certificate{kind: hvBattery, generation: "gen4", issued: second, expires: second.AddMonths(batteryMonths).Add(-1)})
	}
}

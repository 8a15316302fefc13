package tracker

import (
	"iter"
	"slices"
)

// Outcome says whether a requirement holds.
type Outcome string

// The outcomes. A requirement that is not applicable or waived counts as holding.
const (
	Holds         Outcome = "holds"
	Fails         Outcome = "fails"
	NotApplicable Outcome = "not_applicable"
	WaivedOutcome Outcome = "waived"
)

// Light says how a dealership stands with what the law or the brand asks for.
type Light string

// The lights, from good to bad.
const (
	Healthy  Light = "healthy"
	AtRisk   Light = "at_risk"
	InBreach Light = "in_breach"
)

// rank orders lights from good to bad.
func (l Light) rank() int { return slices.Index([]Light{Healthy, AtRisk, InBreach}, l) }

// Worse gives the worse of two lights. The empty light of a programme without lights is never worse.
func (l Light) Worse(m Light) Light {
	if m.rank() > l.rank() {
		return m
	}
	return l
}

// Result is a requirement's outcome on a run of days. Since is the day on which the clock of a failing requirement
// started, zero when it is unknown or when it holds.
type Result struct {
	Requirement string
	Outcome     Outcome
	Since       Date
}

// evaluator gives the outcome of requirements over time for one dealership.
type evaluator struct {
	coverage []Coverage // at this dealership, in order, so that each person's rows stand together
	proofs   []Proof
	waivers  []Waiver
	line     lineage // what counts for a requirement that took the place of another
}

// people gives each person with the coverage rows.
func (e evaluator) people() iter.Seq2[PersonID, []Coverage] {
	return func(yield func(PersonID, []Coverage) bool) {
		for first := 0; first < len(e.coverage); {
			end := first + 1
			for end < len(e.coverage) && e.coverage[end].Person == e.coverage[first].Person {
				end++
			}
			if !yield(e.coverage[first].Person, e.coverage[first:end]) {
				return
			}
			first = end
		}
	}
}

// skilled gives the days on which one person has the measure's skill.
func skilled(rows []Coverage, m Measure, into []Period) days {
	for i := range rows {
		if rows[i].counts(m) {
			into = append(into, rows[i].Period)
		}
	}
	return merged(into)
}

// settled gives the days on which one person is in the measure's job and past the joiner days.
func settled(rows []Coverage, m Measure, into []Period) days {
	inJob := Measure{Skill: SkillEmployed, Job: m.Job}
	for i := range rows {
		if rows[i].counts(inJob) {
			into = append(into, rows[i].Intersect(Period{From: rows[i].Joined.Add(m.JoinerDays)}))
		}
	}
	return merged(into)
}

// counts tells whether a coverage row is one that a measure counts.
func (c Coverage) counts(m Measure) bool {
	if c.Skill != m.Skill {
		return false
	}
	if c.Skill == SkillEmployed {
		return c.Job == m.Job || (m.Job == JobTechnician && c.Job == JobForeman)
	}
	return m.Generation == "" || c.Generation == "" || c.Generation == m.Generation
}

// count gives how many people have the measure's skill on each day.
func (e evaluator) count(m Measure) steps[int] {
	var all tally
	var buffer [8]Period
	for _, rows := range e.people() {
		all.add(skilled(rows, m, buffer[:0]))
	}
	return all.counts()
}

// ratio gives numerator and denominator on each day: of those in the job and past their joiner days, those with the
// skill.
func (e evaluator) ratio(m Measure) (with, among steps[int]) {
	var numerator, denominator tally
	for _, rows := range e.people() {
		counted := settled(rows, m, nil)
		denominator.add(counted)
		numerator.add(counted.intersect(skilled(rows, m, nil)))
	}
	return numerator.counts(), denominator.counts()
}

// outcomes gives a requirement's outcome on each day, as if it were asked for on all of them.
func (e evaluator) outcomes(r *Requirement) steps[Outcome] {
	var out steps[Outcome]
	switch m := r.Measure; m.Kind {
	case MeasureCount:
		have := cursor[int]{steps: e.count(m)}
		out = tabulate(have.steps.breaks(nil), func(d Date) Outcome { return verdict(have.at(d) >= m.AtLeast) })
	case MeasureRatio:
		with, among := e.ratio(m)
		have, of := cursor[int]{steps: with}, cursor[int]{steps: among}
		out = tabulate(among.breaks(with.breaks(nil)), func(d Date) Outcome {
			if of.at(d) == 0 {
				return NotApplicable
			}
			return verdict(have.at(d)*100 >= m.Percent*of.at(d))
		})
	case MeasureProof:
		proven := cursor[bool]{steps: e.proven(r.Code).membership()}
		out = tabulate(proven.steps.breaks(nil), func(d Date) Outcome { return verdict(proven.at(d)) })
	default:
		out = steps[Outcome]{{Value: Fails}} // nothing tells that it holds
	}
	if waived := e.waived(r.Code); r.Basis == BasisBrand && len(waived) > 0 {
		return waive(out, waived)
	}
	return out
}

// proven gives the days on which a proof of a requirement holds.
func (e evaluator) proven(requirement string) days {
	var list []Period
	for i := range e.proofs {
		p := &e.proofs[i]
		if counted, any := e.line.counts(p.Requirement, requirement, Period{p.From, p.Until}); any {
			list = append(list, counted)
		}
	}
	return merged(list)
}

// waived gives the days on which a requirement is waived. The law never is.
func (e evaluator) waived(requirement string) days {
	var list []Period
	for i := range e.waivers {
		w := &e.waivers[i]
		if counted, any := e.line.counts(w.Requirement, requirement, Period{w.From, w.Until}); any {
			list = append(list, counted)
		}
	}
	return merged(list)
}

// waive lays waivers over the failures of a requirement.
func waive(outcomes steps[Outcome], on days) steps[Outcome] {
	outcome, waived := cursor[Outcome]{steps: outcomes}, cursor[bool]{steps: on.membership()}
	return tabulate(waived.steps.breaks(outcomes.breaks(nil)), func(d Date) Outcome {
		if now := outcome.at(d); now != Fails || !waived.at(d) {
			return now
		}
		return WaivedOutcome
	})
}

func verdict(holds bool) Outcome {
	if holds {
		return Holds
	}
	return Fails
}

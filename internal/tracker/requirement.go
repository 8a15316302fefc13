package tracker

import (
	"iter"
	"slices"
)

// Outcome says whether a requirement holds.
type Outcome string

// The outcomes. A requirement that is not applicable or waived counts as holding; one of which nothing was ever recorded
// is unknown, which is not the same as failing and turns no light.
const (
	Holds         Outcome = "holds"
	Fails         Outcome = "fails"
	NotApplicable Outcome = "not_applicable"
	WaivedOutcome Outcome = "waived"
	Unknown       Outcome = "unknown"
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
	life     *life      // where more is needed than people; nil: nowhere
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
	out := e.measured(r)
	if waived := e.waived(r); len(waived) > 0 {
		return waive(out, waived)
	}
	return out
}

// measured gives the outcomes without waivers.
func (e evaluator) measured(r *Requirement) steps[Outcome] {
	switch m := r.Measure; m.Kind {
	case MeasureCount:
		have := cursor[int]{steps: e.count(m)}
		return tabulate(have.steps.breaks(nil), func(d Date) Outcome { return verdict(have.at(d) >= m.AtLeast) })
	case MeasureRatio:
		with, among := e.ratio(m)
		have, of := cursor[int]{steps: with}, cursor[int]{steps: among}
		return tabulate(among.breaks(with.breaks(nil)), func(d Date) Outcome {
			if of.at(d) == 0 {
				return NotApplicable
			}
			return verdict(have.at(d)*100 >= m.Percent*of.at(d))
		})
	case MeasureProof:
		return e.proven(r)
	default:
		return e.life.measured(m)
	}
}

// proven gives the outcomes of a requirement that is proven: unknown before the first proof of it or of one whose place it
// takes.
func (e evaluator) proven(r *Requirement) steps[Outcome] {
	var list []Period
	first := endOfTime
	for i := range e.life.history.Proofs {
		p := &e.life.history.Proofs[i]
		own := p.Requirement == r.Code || slices.Contains(e.life.rules.replaced[r.Code], p.Requirement)
		if !own || p.Subject != r.Measure.Subject {
			continue
		}
		first = min(first, p.From)
		counted, any := e.life.rules.line.counts(p.Requirement, r.Code, Period{p.From, p.Until})
		if !any {
			continue
		}
		if day, _ := ended(p, r.Binding, e.life.history.Events); day != 0 {
			counted = counted.Intersect(Period{Until: day})
		}
		list = append(list, counted)
	}
	return recorded(merged(list), first)
}

// recorded gives outcomes that hold on the days of a set and are unknown before anything was recorded.
func recorded(holding days, first Date) steps[Outcome] {
	holds := cursor[bool]{steps: holding.membership()}
	return tabulate(holds.steps.breaks([]Date{first}), func(d Date) Outcome {
		if d < first {
			return Unknown
		}
		return verdict(holds.at(d))
	})
}

// waived gives the days on which a requirement is waived. The law never is.
func (e evaluator) waived(r *Requirement) days {
	if e.life == nil || r.Basis != BasisBrand {
		return nil
	}
	var list []Period
	for i := range e.life.history.Waivers {
		w := &e.life.history.Waivers[i]
		if counted, any := e.life.rules.line.counts(w.Requirement, r.Code, Period{w.From, w.Until}); any {
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

package tracker

import (
	"cmp"
	"slices"
)

// Because is one requirement of a standing explained: whether it holds, the facts behind it, until when.
type Because struct {
	Requirement Requirement
	Outcome     Outcome
	Light       Light // what the requirement by itself does to its light
	Since       Date  // of a failing one: when its clock started; zero when unknown
	GraceLast   Date  // of a failing brand requirement: the last day of grace; zero when there is none
	Have        int   // people who count
	Need        int   // people needed; of a ratio so many of Among
	Among       int   // of a ratio: the denominator
	Holders     []Holder
	Lacking     []PersonID // of a ratio: who is in the denominator without the skill
	Until       Date       // the last day on which the outcome stays as it is; zero when no end is known
	FlipsFirst  bool       // the first of the standing's requirements that holds and will turn the light by failing
}

// Holder is a person who counts for a requirement, until when and what ends it.
type Holder struct {
	Person PersonID
	Until  Date // the last day; zero when no end is known
	End    EndKind
}

// Because explains the standing in a programme on a day: every requirement asked for, in the standard's order.
func (h History) Because(rules Rulebook, programme ProgrammeCode, on Date) []Because {
	l := h.life(rules)
	c := l.course(programme)
	if c == nil || c.kind == KindRights || !l.site.operating.at(on) {
		return nil
	}
	standard := c.judge(on)
	if standard == nil {
		return nil
	}
	evaluate := evaluator{l.coverage, l}
	var out []Because
	var turns []Date
	for _, r := range standard.Requirements {
		sights := c.sights(r.Code)
		if sights.at(on).Outcome == "" {
			continue
		}
		out, turns = append(out, evaluate.because(r, sights, on)), append(turns, turnsOn(sights, on))
	}
	markFirst(out, turns)
	return out
}

// because explains one requirement on a day on which it is asked for.
func (e evaluator) because(r Requirement, sights steps[sight], on Date) Because {
	seen := sights.at(on)
	b := Because{Requirement: r, Outcome: seen.Outcome, Light: seen.Light, Since: seen.Since, Need: r.Measure.AtLeast}
	if seen.Outcome == Fails && seen.Light == AtRisk {
		b.GraceLast = seen.Since.Add(r.GraceDays - 1)
	}
	b.Until = outcomeLast(sights, on)
	e.name(&b, on)
	for i := range b.Holders {
		b.Holders[i].End = e.life.history.endOf(e.life.rules, r.Measure, b.Holders[i])
	}
	return b
}

// outcomeLast gives the last day of the outcome that holds on a day.
func outcomeLast(sights steps[sight], on Date) Date {
	outcome := sights.at(on).Outcome
	for _, st := range sights {
		if st.From > on && st.Value.Outcome != outcome {
			return st.From.Add(-1)
		}
	}
	return 0
}

// name fills in who counts for the requirement on a day.
func (e evaluator) name(b *Because, on Date) {
	m := b.Requirement.Measure
	if m.Kind != MeasureCount && m.Kind != MeasureRatio {
		return
	}
	for person, rows := range e.people() {
		counts := skilled(rows, m, nil)
		if m.Kind == MeasureRatio {
			among := settled(rows, m, nil)
			if !among.contains(on) {
				continue
			}
			b.Among++
			if counts = counts.intersect(among); !counts.contains(on) {
				b.Lacking = append(b.Lacking, person)
			}
		}
		for _, p := range counts {
			if p.Contains(on) {
				b.Holders = append(b.Holders, Holder{Person: person, Until: p.Last()})
			}
		}
	}
	slices.SortFunc(b.Holders, func(x, y Holder) int {
		return cmp.Or(cmp.Compare(Period{Until: x.Until}.end(), Period{Until: y.Until}.end()), cmp.Compare(x.Person, y.Person))
	})
	b.Have = len(b.Holders)
	if m.Kind == MeasureRatio {
		b.Need = (m.Percent*b.Among + 99) / 100
	}
}

// turnsOn gives the first day after a day on which a requirement that does not fail turns its light; zero when none is
// known while the dealership operates. Minor requirements turn no light.
func turnsOn(sights steps[sight], on Date) Date {
	if sights.at(on).Outcome == Fails {
		return 0
	}
	for _, st := range sights {
		switch {
		case st.From <= on:
			continue
		case st.Value.Outcome == "":
			return 0
		case st.Value.Light.rank() > Healthy.rank():
			return st.From
		}
	}
	return 0
}

// markFirst marks the requirement that flips the answer first.
func markFirst(list []Because, turns []Date) {
	first := Date(0)
	for _, d := range turns {
		first = earlier(first, d)
	}
	if first != 0 {
		list[slices.Index(turns, first)].FlipsFirst = true
	}
}

// EndKind says what ends a person's counting for a skill.
type EndKind string

// What can end it.
const (
	EndOpen       EndKind = ""            // no end is known
	EndEmployment EndKind = "employment"  // leaves the dealership
	EndTransfer   EndKind = "transfer"    // moves to another dealership
	EndJob        EndKind = "job"         // changes to a job for which the skill does not count
	EndReview     EndKind = "review_due"  // a review falls due
	EndExpiry     EndKind = "expires"     // a certificate ends
	EndDormant    EndKind = "dormant"     // too long off the post
	EndLaw        EndKind = "law_applies" // the law begins to ask for a permit
)

// endOf tells what ends a holder's counting for a measure after its last day.
func (h History) endOf(rules Rulebook, m Measure, holder Holder) EndKind {
	if holder.Until == 0 {
		return EndOpen
	}
	for _, person := range h.People {
		if person.Person == holder.Person {
			return person.endOf(rules, m, holder.Until)
		}
	}
	return EndOpen
}

// endOf tells what of a person ends after the last day of counting for a measure: the post first, then the
// certificates that made the person count.
func (h PersonHistory) endOf(rules Rulebook, m Measure, last Date) EndKind {
	posts := h.posts()
	now, next := posts.at(last), posts.at(last.Add(1))
	switch {
	case !next.Employed:
		return EndEmployment
	case next.Dealership != now.Dealership:
		return EndTransfer
	case m.Skill == SkillEmployed, m.Skill == SkillNEV && !next.Job.Technician(), m.Kind == MeasureRatio && next.Job != now.Job:
		return EndJob
	case m.Kind == MeasureRatio && next.Since != now.Since:
		return EndEmployment // taken on anew, and a joiner again
	}
	before, after := h.Clocks(rules, last), h.Clocks(rules, last.Add(1))
	for i, clock := range before {
		switch {
		case !clock.Valid || !clock.counts(m):
			continue
		case !clock.Type.meantFor(next):
			return EndJob
		case after[i].Valid:
			continue
		case after[i].Dormant:
			return EndDormant
		case clock.Qualification.ExpiresOn == last:
			return EndExpiry
		default:
			return EndReview
		}
	}
	return EndLaw
}

// counts tells whether the certificate is one for what a measure counts.
func (c Clock) counts(m Measure) bool {
	return slices.ContainsFunc(c.Type.Skills, func(skill Skill) bool {
		if m.Skill == SkillNEV && (skill == SkillHVTC || skill == SkillPermit) {
			return true
		}
		return Coverage{Skill: skill, Generation: c.Type.generationOf(&c.Qualification)}.counts(m)
	})
}

// JudgedBy gives the standard by which the dealership is judged in a programme on a day. The fault is NotFound.
func (h History) JudgedBy(rules Rulebook, programme ProgrammeCode, on Date) (Standard, error) {
	if c := h.folded(rules, programme); len(c.versions) > 0 {
		if s := c.judge(on); s != nil {
			return *s, nil
		}
	}
	return Standard{}, Fault(NotFound, "no_standard", "programme", programme, "on", on)
}

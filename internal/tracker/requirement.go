package tracker

import "slices"

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
	dealership DealershipID
	coverage   []Coverage // at this dealership
	proofs     []Proof
	waivers    []Waiver
}

// count gives how many people have the measure's skill on each day.
func (e evaluator) count(m Measure) steps[int] {
	sets := map[PersonID]days{}
	for _, c := range e.coverage {
		if c.counts(m) {
			sets[c.Person] = append(sets[c.Person], c.Period)
		}
	}
	list := make([]days, 0, len(sets))
	for _, set := range sets {
		list = append(list, union(set...))
	}
	return counting(list)
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

// ratio gives numerator and denominator on each day: of those in the job and past their joiner days, those with the
// skill.
func (e evaluator) ratio(m Measure) (with, among steps[int]) {
	past := map[PersonID]days{}
	skilled := map[PersonID]days{}
	for _, c := range e.coverage {
		if c.counts(Measure{Skill: SkillEmployed, Job: m.Job}) {
			settled := c.Intersect(Period{From: c.Joined.Add(m.JoinerDays)})
			past[c.Person] = append(past[c.Person], settled)
		}
		if c.counts(m) {
			skilled[c.Person] = append(skilled[c.Person], c.Period)
		}
	}
	var numerators, denominators []days
	for person, set := range past {
		settled := union(set...)
		denominators = append(denominators, settled)
		numerators = append(numerators, settled.intersect(union(skilled[person]...)))
	}
	return counting(numerators), counting(denominators)
}

// outcomes gives a requirement's outcome on each day, as if it were asked for on all of them.
func (e evaluator) outcomes(r Requirement) steps[Outcome] {
	var out steps[Outcome]
	switch m := r.Measure; m.Kind {
	case MeasureCount:
		for _, st := range e.count(m) {
			out = append(out, step[Outcome]{st.From, verdict(st.Value >= m.AtLeast)})
		}
	case MeasureRatio:
		with, among := e.ratio(m)
		for _, d := range sortedDays(among.breaks(with.breaks(nil))) {
			n, of := with.at(d), among.at(d)
			outcome := verdict(n*100 >= m.Percent*of)
			if of == 0 {
				outcome = NotApplicable
			}
			out = append(out, step[Outcome]{d, outcome})
		}
	case MeasureProof:
		var list []Period
		for _, p := range e.proofs {
			if p.Requirement == r.Code {
				list = append(list, Period{p.From, p.Until})
			}
		}
		for _, st := range union(list...).membership() {
			out = append(out, step[Outcome]{st.From, verdict(st.Value)})
		}
	}
	if r.Basis == BasisBrand {
		out = e.waive(r, out)
	}
	return out
}

// waive lays the requirement's waivers over its failures. The law is never waived, so it does not come here.
func (e evaluator) waive(r Requirement, outcomes steps[Outcome]) steps[Outcome] {
	var list []Period
	for _, w := range e.waivers {
		if w.Requirement == r.Code {
			list = append(list, Period{w.From, w.Until})
		}
	}
	if len(list) == 0 {
		return outcomes
	}
	waived := union(list...).membership()
	var out steps[Outcome]
	for _, d := range sortedDays(waived.breaks(outcomes.breaks(nil))) {
		outcome := outcomes.at(d)
		if outcome == Fails && waived.at(d) {
			outcome = WaivedOutcome
		}
		out = append(out, step[Outcome]{d, outcome})
	}
	return out
}

func verdict(holds bool) Outcome {
	if holds {
		return Holds
	}
	return Fails
}

// sight is what is seen of one requirement on a run of days.
type sight struct {
	Outcome Outcome // empty: not asked for
	Since   Date
	Light   Light
	Counted bool // measured by counting people
}

// watch gives what is seen of a requirement, by its code and across versions, on each day: its outcome where it is
// asked for, its clock and its light. demanded gives the requirement as asked for on each day, nil where it is not.
//
// Grace looks only backwards: the clock starts at the first failing day; a failure after holding for less than the
// standard's reset days goes on with the clock before. A dealership that does not operate has no clock.
func watch(demanded steps[*Requirement], operating steps[bool], outcomes map[*Requirement]steps[Outcome],
	resetDays func(Date) int,
) steps[sight] {
	breaks := operating.breaks(demanded.breaks(nil))
	for _, o := range outcomes {
		breaks = o.breaks(breaks)
	}
	clock := graceClock{}
	var out steps[sight]
	list := sortedDays(breaks)
	for i, day := range list {
		next := Date(endOfTime)
		if i+1 < len(list) {
			next = list[i+1]
		}
		requirement := demanded.at(day)
		switch {
		case !operating.at(day):
			clock = graceClock{}
			out = append(out, step[sight]{day, sight{}})
		case requirement == nil:
			clock.hold(day)
			out = append(out, step[sight]{day, sight{}})
		case outcomes[requirement].at(day) != Fails:
			clock.hold(day)
			out = append(out, step[sight]{day, sight{Outcome: outcomes[requirement].at(day), Light: Healthy, Counted: requirement.counted()}})
		default:
			clock.fail(day, resetDays(day))
			out = append(out, clock.sights(requirement, day, next)...)
		}
	}
	return out
}

// counted tells whether the requirement is a headcount.
func (r Requirement) counted() bool { return r.Measure.Kind == MeasureCount }

// graceClock is one requirement's clock while going through time.
type graceClock struct {
	running bool
	start   Date // the first failing day; zero when unknown
	failing bool
	held    Date // since when it has held after a failure
}

// hold notes that the requirement does not fail from a day on.
func (c *graceClock) hold(day Date) {
	if c.failing {
		c.failing, c.held = false, day
	}
}

// fail notes that the requirement fails from a day on.
func (c *graceClock) fail(day Date, resetDays int) {
	if c.failing {
		return
	}
	if !c.running || day-c.held >= Date(resetDays) {
		c.running, c.start = true, day
	}
	c.failing = true
}

// sights gives what is seen of a failing requirement on the days [day, next): the law is in breach at once; the brand
// is at risk while its grace runs.
func (c *graceClock) sights(r *Requirement, day, next Date) steps[sight] {
	seen := sight{Fails, c.start, InBreach, r.counted()}
	if r.Basis == BasisLaw {
		return steps[sight]{{day, seen}}
	}
	if r.Severity == Minor {
		seen.Light = Healthy
		return steps[sight]{{day, seen}}
	}
	breach := c.start.Add(r.GraceDays)
	if c.start == 0 || day >= breach {
		return steps[sight]{{day, seen}}
	}
	grace := seen
	grace.Light = AtRisk
	if breach >= next {
		return steps[sight]{{day, grace}}
	}
	return steps[sight]{{day, grace}, {breach, seen}}
}

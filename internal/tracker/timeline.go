package tracker

import (
	"cmp"
	"slices"
)

// History is all that is known about one dealership, as of one moment: of each chain the version that counts, and
// everything about each person who was ever employed there.
type History struct {
	Dealership  DealershipID
	Operating   []OperatingPeriod
	Assignments []Assignment
	Franchises  []Franchise
	Decisions   []Decision
	Modules     []Module
	Proofs      []Proof
	Waivers     []Waiver
	People      []PersonHistory
}

// Loss says what a standing has lost against the one before it.
type Loss uint8

// The losses; they add up.
const (
	LossOfRight Loss = 1 << iota // the state gave the right and no longer does
	LossOfLaw                    // the law light is worse (standings of the law only)
	LossOfBrand                  // the brand light is worse
)

// Standing is how a dealership stands in a programme on a run of days on which nothing of it changes.
type Standing struct {
	Dealership DealershipID
	Programme  ProgrammeCode
	Period
	Region     RegionID
	Group      GroupID
	State      State
	ValidUntil Date  // the last day of a dated state, kept once expired; zero for none
	Law        Light // of the programme law; empty in project programmes
	Brand      Light // empty in the law and in project programmes
	Results    []Result
	May        bool // the state gives the right
	Loss       Loss
}

// Health is the worse of the two lights; empty in project programmes.
func (s Standing) Health() Light { return s.Law.Worse(s.Brand) }

// Staffing is a dealership's headcounts on a run of operating days.
type Staffing struct {
	Dealership DealershipID
	Period
	Region       RegionID
	Group        GroupID
	Technicians  int
	NEVQualified int
	BelowMinimum bool // certified or conditional while a headcount that the law or the brand asks for fails
}

// Timeline is what follows from a dealership's facts, for all time.
type Timeline struct {
	Standings []Standing // by programme in the rulebook's order; each programme's tile all of time
	Coverage  []Coverage // of everybody, at this dealership
	Staffing  []Staffing
	Skipped   []Skipped // decisions that a state did not allow
}

// course is one programme of one dealership over time.
type course struct {
	programme ProgrammeCode
	kind      ProgrammeKind
	stands    steps[stand]
	sights    map[string]steps[sight] // by requirement code
	codes     []string                // of the requirements, sorted
	law       steps[Light]
	brand     steps[Light]
}

// Timeline computes everything that follows from the facts. It is pure and total: any history has one.
func (h History) Timeline(rules Rulebook) Timeline {
	out := Timeline{Coverage: h.coverage(rules)}
	courses := h.courses(rules, out.Coverage, &out.Skipped)
	operating, where := operatingDays(h.Operating).membership(), places(h.Assignments)
	for _, c := range courses {
		out.Standings = append(out.Standings, h.standings(c, operating, where)...)
	}
	out.Staffing = h.staffing(courses, out.Coverage, operating, where)
	return out
}

// coverage gives everybody's coverage at this dealership.
func (h History) coverage(rules Rulebook) []Coverage {
	var out []Coverage
	for _, person := range h.People {
		for _, c := range person.Coverage(rules) {
			if c.Dealership == h.Dealership {
				out = append(out, c)
			}
		}
	}
	slices.SortFunc(out, compareCoverage)
	return out
}

// courses gives the dealership's course through each programme.
func (h History) courses(rules Rulebook, coverage []Coverage, skipped *[]Skipped) []course {
	evaluate := evaluator{h.Dealership, coverage, h.Proofs, h.Waivers}
	operating := operatingDays(h.Operating).membership()
	var out []course
	law := steps[Light]{{Value: Healthy}}
	for _, code := range rules.Programmes() {
		versions := rules.Versions(code)
		c := course{programme: code, kind: versions[0].Kind}
		var mine []Decision
		for _, d := range h.Decisions {
			if d.Programme == code {
				mine = append(mine, d)
			}
		}
		var passed []Skipped
		c.stands, passed = fold(c.kind, versions, mine, h.Modules)
		*skipped = append(*skipped, passed...)
		c.sights = observe(versions, c.stands, operating, evaluate)
		for code := range c.sights {
			c.codes = append(c.codes, code)
		}
		slices.Sort(c.codes)
		switch c.kind {
		case KindLaw:
			law = worst(c.sights)
			c.law = law
		case KindCertification:
			c.law, c.brand = law, worst(c.sights)
		case KindProject: // no lights
		}
		out = append(out, c)
	}
	return out
}

// observe watches each requirement of a programme's standards.
func observe(versions []Standard, stands steps[stand], operating steps[bool], evaluate evaluator) map[string]steps[sight] {
	judged := judgedBy(versions, stands)
	wanted := map[string]steps[*Requirement]{}
	outcomes := map[string]map[*Requirement]steps[Outcome]{}
	for i := range versions {
		for j := range versions[i].Requirements {
			r := &versions[i].Requirements[j]
			if outcomes[r.Code] == nil {
				outcomes[r.Code] = map[*Requirement]steps[Outcome]{}
			}
			outcomes[r.Code][r] = evaluate.outcomes(*r)
		}
	}
	out := map[string]steps[sight]{}
	for code, of := range outcomes {
		wanted[code] = demand(code, of, judged)
		out[code] = watch(wanted[code], operating, of, func(day Date) int {
			if s := judged.at(day); s != nil && s.Kind != KindLaw {
				return s.ResetDays
			}
			return 0
		})
	}
	return out
}

// judgedBy gives the standard by which the dealership is judged on each day.
func judgedBy(versions []Standard, stands steps[stand]) steps[*Standard] {
	breaks := stands.breaks(nil)
	for _, s := range versions {
		breaks = append(breaks, s.EffectiveOn, s.TransitionUntil.Add(1))
	}
	var out steps[*Standard]
	for _, d := range sortedDays(breaks) {
		out = append(out, step[*Standard]{d, judging(versions, stands.at(d).Named, d)})
	}
	return out
}

// demand gives the requirement with a code as it is asked for on each day.
func demand(code string, known map[*Requirement]steps[Outcome], judged steps[*Standard]) steps[*Requirement] {
	breaks := judged.breaks(nil)
	for r := range known {
		breaks = append(breaks, r.InForceFrom)
	}
	var out steps[*Requirement]
	for _, d := range sortedDays(breaks) {
		var asked *Requirement
		if s := judged.at(d); s != nil {
			for i := range s.Requirements {
				if r := &s.Requirements[i]; r.Code == code && r.InForceFrom <= d {
					asked = r
				}
			}
		}
		out = append(out, step[*Requirement]{d, asked})
	}
	return out
}

// worst gives the worst light of all requirements on each day.
func worst(sights map[string]steps[sight]) steps[Light] {
	var breaks []Date
	for _, s := range sights {
		breaks = s.breaks(breaks)
	}
	out := steps[Light]{}
	for _, d := range sortedDays(breaks) {
		light := Healthy
		for _, s := range sights {
			light = light.Worse(s.at(d).Light)
		}
		out = append(out, step[Light]{d, light})
	}
	return out
}

// standings gives the maximal runs of days on which nothing of a course changes.
func (h History) standings(c course, operating steps[bool], where steps[Place]) []Standing {
	breaks := operating.breaks(where.breaks(c.stands.breaks(nil)))
	for _, s := range c.sights {
		breaks = s.breaks(breaks)
	}
	breaks = c.brand.breaks(c.law.breaks(breaks))
	var out []Standing
	for _, d := range sortedDays(breaks) {
		s := c.standing(d, operating.at(d), where.at(d))
		s.Dealership = h.Dealership
		if n := len(out); n > 0 {
			if out[n-1].same(s) {
				continue
			}
			s.Loss = lost(out[n-1], s)
			out[n-1].Until = d
		}
		out = append(out, s)
	}
	return out
}

// standing gives the standing of a day, but for its end and its loss.
func (c course) standing(d Date, operating bool, where Place) Standing {
	s := Standing{Programme: c.programme, Period: Period{From: d}, Region: where.Region, Group: where.Group}
	if c.kind != KindProject {
		s.Law = Healthy
	}
	if c.kind == KindCertification {
		s.Brand = Healthy
	}
	if !operating {
		s.State = NotOperating
		return s
	}
	now := c.stands.at(d)
	s.State, s.ValidUntil, s.May = now.State, now.ValidUntil, now.State.May()
	if s.Law != "" {
		s.Law = c.law.at(d)
	}
	if s.Brand != "" {
		s.Brand = c.brand.at(d)
	}
	for _, code := range c.codes {
		if seen := c.sights[code].at(d); seen.Outcome != "" {
			s.Results = append(s.Results, Result{code, seen.Outcome, seen.Since})
		}
	}
	return s
}

// same tells whether two standings differ in their days only.
func (s Standing) same(t Standing) bool {
	return s.Region == t.Region && s.Group == t.Group && s.State == t.State && s.ValidUntil == t.ValidUntil &&
		s.Law == t.Law && s.Brand == t.Brand && s.May == t.May && slices.Equal(s.Results, t.Results)
}

// lost gives what a standing has lost against the one before it.
func lost(before, after Standing) Loss {
	var loss Loss
	if before.State == NotOperating {
		return 0 // opening loses nothing, whatever it opens with
	}
	if before.May && !after.May {
		loss |= LossOfRight
	}
	if after.Programme == ProgrammeLaw && after.Law.rank() > before.Law.rank() {
		loss |= LossOfLaw
	}
	if after.Brand.rank() > before.Brand.rank() {
		loss |= LossOfBrand
	}
	return loss
}

// staffing gives the headcounts of the operating days.
func (h History) staffing(courses []course, coverage []Coverage, operating steps[bool], where steps[Place]) []Staffing {
	evaluate := evaluator{dealership: h.Dealership, coverage: coverage}
	technicians := evaluate.count(Measure{Skill: SkillEmployed, Job: JobTechnician})
	qualified := evaluate.count(Measure{Skill: SkillNEV})
	below := belowMinimum(courses)
	breaks := technicians.breaks(qualified.breaks(below.breaks(operating.breaks(where.breaks(nil)))))
	var out []Staffing
	closed := true
	for _, d := range sortedDays(breaks) {
		if !operating.at(d) {
			if !closed {
				out[len(out)-1].Until, closed = d, true
			}
			continue
		}
		s := Staffing{
			Dealership: h.Dealership, Period: Period{From: d}, Region: where.at(d).Region, Group: where.at(d).Group,
			Technicians: technicians.at(d), NEVQualified: qualified.at(d), BelowMinimum: below.at(d),
		}
		if !closed {
			if last := out[len(out)-1]; s.Region == last.Region && s.Group == last.Group &&
				s.Technicians == last.Technicians && s.NEVQualified == last.NEVQualified && s.BelowMinimum == last.BelowMinimum {
				continue
			}
			out[len(out)-1].Until = d
		}
		out, closed = append(out, s), false
	}
	return out
}

// belowMinimum gives the days on which a dealership that is certified or conditional for BMW i lacks people whom the
// law or the standard counts; ratios do not matter (MODEL.md §6).
func belowMinimum(courses []course) steps[bool] {
	var counted []steps[sight]
	stands := steps[stand]{{}}
	for _, c := range courses {
		if c.programme == ProgrammeBMWi {
			stands = c.stands
		}
		if c.programme == ProgrammeBMWi || c.kind == KindLaw {
			for _, code := range c.codes {
				counted = append(counted, c.sights[code])
			}
		}
	}
	breaks := stands.breaks(nil)
	for _, s := range counted {
		breaks = s.breaks(breaks)
	}
	var out steps[bool]
	for _, d := range sortedDays(breaks) {
		below := false
		for _, s := range counted {
			below = below || s.at(d).Outcome == Fails && s.at(d).Counted
		}
		out = append(out, step[bool]{d, below && stands.at(d).State.May()})
	}
	return out
}

// Standing gives the standing in a programme on a day, and whether there is one.
func (t Timeline) Standing(code ProgrammeCode, on Date) (Standing, bool) {
	for _, s := range t.Standings {
		if s.Programme == code && s.Contains(on) {
			return s, true
		}
	}
	return Standing{}, false
}

// Of gives the standings of one programme, in the order of time.
func (t Timeline) Of(code ProgrammeCode) []Standing {
	var out []Standing
	for _, s := range t.Standings {
		if s.Programme == code {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b Standing) int { return cmp.Compare(a.From, b.From) })
	return out
}

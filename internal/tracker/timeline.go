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
	Events      []Event
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
	Renewal    State // how far a renewal is that is under way; empty: none
	Law        Light // of the programme law; empty in project programmes
	Brand      Light // empty in the law and in project programmes
	Results    []Result
	May        bool // the state gives the right
	Loss       Loss
}

// Health is the worse of the two lights; empty in project programmes.
func (s Standing) Health() Light { return s.Law.Worse(s.Brand) }

// Timeline is what follows from a dealership's facts, for all time.
type Timeline struct {
	Standings []Standing // by programme in the rulebook's order; each programme's tile all of time
	Coverage  []Coverage // of everybody, at this dealership
	Staffing  []Staffing
	Rights    []Right   // by kind and subject; those of each tile all of time
	Skipped   []Skipped // decisions that a state did not allow
}

// Timeline computes everything that follows from the facts. It is pure and total: any history has one.
func (h History) Timeline(rules Rulebook) Timeline {
	l := h.life(rules)
	out := Timeline{Coverage: l.coverage}
	courses := l.all()
	for _, c := range courses {
		if c.kind != KindRights {
			out.Standings = append(out.Standings, c.standings(l.site)...)
		}
		out.Skipped = append(append(out.Skipped, c.skipped...), h.skippedAbout(rules, c.programme)...)
	}
	out.Staffing = l.site.staffing(courses, out.Coverage)
	out.Rights = l.rights()
	return out
}

// site is a dealership with the days on which it operates and where it is on each day.
type site struct {
	dealership DealershipID
	operating  steps[bool]
	place      steps[Place]
}

func (h History) site() site {
	return site{h.Dealership, operatingDays(h.Operating).membership(), places(h.Assignments)}
}

// coverage gives everybody's coverage at this dealership, in order.
func (h History) coverage(rules Rulebook) []Coverage {
	out := make([]Coverage, 0, 8*len(h.People))
	for i := range h.People {
		out = append(out, h.People[i].coverage(rules, func(at DealershipID) bool { return at == h.Dealership })...)
	}
	slices.SortFunc(out, compareCoverage)
	return out
}

// standings gives the maximal runs of days on which nothing of a course changes.
func (c *course) standings(at site) []Standing {
	breaks := at.operating.breaks(at.place.breaks(c.stands.breaks(nil)))
	for i := range c.watched {
		breaks = c.watched[i].sights.breaks(breaks)
	}
	days := sortedDays(c.law.breaks(breaks))
	view := c.view(at)
	out := make([]Standing, 0, len(days))
	for _, d := range days {
		s := view.on(d)
		if n := len(out); n > 0 {
			if out[n-1].same(s) {
				continue
			}
			s.Loss = lost(out[n-1], s)
			out[n-1].Until = d
		}
		s.Results = slices.Clone(s.Results)
		out = append(out, s)
	}
	return slices.Clip(out)
}

// view reads a course day by day.
type view struct {
	course    *course
	site      site
	operating cursor[bool]
	place     cursor[Place]
	stand     cursor[stand]
	law       cursor[Light]
	brand     cursor[Light]
	sights    []cursor[sight]
	results   []Result
}

func (c *course) view(at site) *view {
	v := &view{
		course: c, site: at, operating: cursor[bool]{steps: at.operating}, place: cursor[Place]{steps: at.place},
		stand: cursor[stand]{steps: c.stands}, law: cursor[Light]{steps: c.law}, brand: cursor[Light]{steps: c.brand},
		sights: make([]cursor[sight], len(c.watched)), results: make([]Result, 0, len(c.watched)),
	}
	for i := range c.watched {
		v.sights[i].steps = c.watched[i].sights
	}
	return v
}

// on gives the standing of a day that is not before the one asked for last, but for its end and its loss. Its results
// are good until the next call.
func (v *view) on(d Date) Standing {
	where := v.place.at(d)
	s := Standing{
		Dealership: v.site.dealership, Programme: v.course.programme, Period: Period{From: d},
		Region: where.Region, Group: where.Group,
	}
	if v.course.law != nil {
		s.Law = Healthy
	}
	if v.course.brand != nil {
		s.Brand = Healthy
	}
	if !v.operating.at(d) {
		s.State = NotOperating
		return s
	}
	now := v.stand.at(d)
	s.State, s.ValidUntil, s.Renewal, s.May = now.State, now.ValidUntil, now.Renewal, now.May
	if s.Law != "" {
		s.Law = v.law.at(d)
	}
	if s.Brand != "" {
		s.Brand = v.brand.at(d)
	}
	v.results = v.results[:0]
	for i := range v.sights {
		if seen := v.sights[i].at(d); seen.Outcome != "" && seen.Outcome != Unknown {
			v.results = append(v.results, Result{v.course.watched[i].code, seen.Outcome, seen.Since})
		}
	}
	if len(v.results) > 0 {
		s.Results = v.results
	}
	return s
}

// same tells whether two standings differ in their days only.
func (s Standing) same(t Standing) bool {
	return s.Region == t.Region && s.Group == t.Group && s.State == t.State && s.ValidUntil == t.ValidUntil &&
		s.Renewal == t.Renewal && s.Law == t.Law && s.Brand == t.Brand && s.May == t.May && slices.Equal(s.Results, t.Results)
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

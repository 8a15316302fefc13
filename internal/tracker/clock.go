package tracker

// sight is what is seen of one requirement on a run of days.
type sight struct {
	Outcome Outcome // empty: not asked for
	Since   Date
	Light   Light
	Counted bool // measured by counting people
}

// demanded is a requirement as one version of a standard asks for it, with its outcomes.
type demanded struct {
	*Requirement
	outcome cursor[Outcome]
	quiet   bool // turns no light of its own
}

// watch gives what is seen of a requirement, by its code and across versions, on each day: its outcome where it is
// asked for, its clock and its light. asked gives the requirement as asked for on each day, nil where it is not.
//
// Grace looks only backwards: the clock starts at the first failing day; a failure after holding for less than the
// standard's reset days goes on with the clock before. A dealership that does not operate has no clock. On overdue days
// the clock runs though the requirement is not asked for: one that shares its clock is, and fails.
func watch(asked steps[*demanded], overdue, operating steps[bool], resetDays func(Date) int) steps[sight] {
	breaks := overdue.breaks(operating.breaks(asked.breaks(nil)))
	for _, st := range asked {
		if st.Value != nil {
			breaks = st.Value.outcome.steps.breaks(breaks)
		}
	}
	list := sortedDays(breaks)
	out := make(steps[sight], 0, len(list)+1)
	clock, requirement, open := graceClock{}, cursor[*demanded]{steps: asked}, cursor[bool]{steps: operating}
	late := cursor[bool]{steps: overdue}
	for i, day := range list {
		next := endOfTime
		if i+1 < len(list) {
			next = list[i+1]
		}
		r := requirement.at(day)
		switch {
		case !open.at(day):
			clock = graceClock{}
			out = out.note(day, sight{})
		case r == nil && late.at(day):
			clock.fail(day, resetDays(day))
			out = out.note(day, sight{})
		case r == nil:
			clock.hold(day)
			out = out.note(day, sight{})
		case r.outcome.at(day) != Fails:
			clock.hold(day)
			out = out.note(day, sight{Outcome: r.outcome.at(day), Light: Healthy, Counted: r.counted()})
		default:
			clock.fail(day, resetDays(day))
			out = clock.note(out, r, day, next)
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

// note notes what is seen of a failing requirement on the days [day, next): the law is in breach at once; the brand is
// at risk while its grace runs.
func (c *graceClock) note(into steps[sight], r *demanded, day, next Date) steps[sight] {
	seen := sight{Fails, c.start, InBreach, r.counted()}
	breach := c.start.Add(r.GraceDays) // zero, and so behind us, when the start is unknown
	switch {
	case r.Basis == BasisLaw:
		return into.note(day, seen)
	case r.Severity == Minor, r.quiet:
		seen.Light = Healthy
		return into.note(day, seen)
	case day >= breach:
		return into.note(day, seen)
	}
	grace := seen
	grace.Light = AtRisk
	into = into.note(day, grace)
	if breach < next {
		into = into.note(breach, seen)
	}
	return into
}

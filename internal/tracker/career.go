package tracker

// Absence is a run of days on which a technician was off the post: on leave, between two posts or gone.
type Absence struct {
	Period
	Leave      bool // employed all the while
	SleepsFrom Date // the first day on which it put a permit to sleep; zero: it was too short for that
}

// Absences gives the runs of days off a technician's post, in the order of time, those before the first known post left
// out. months is after how many a permit sleeps; 0: never.
func (h PersonHistory) Absences(months int) []Absence {
	posts := h.posts()
	working := when(posts, func(p post) bool { return p.Job.Technician() })
	if len(working) == 0 {
		return nil
	}
	employed := when(posts, func(p post) bool { return p.Employed })
	known := days{{From: working[0].From}}
	var out []Absence
	for _, span := range known.without(working.without(h.leaves())) {
		a := Absence{Period: span, Leave: len(days{span}.without(employed)) == 0}
		if first := span.From.AddMonths(months); months > 0 && span.From != 0 && span.end() >= first {
			a.SleepsFrom = first
		}
		out = append(out, a)
	}
	return out
}

// Transfer is a change of dealership.
type Transfer struct {
	On   Date // the first day at the new one
	From DealershipID
	To   DealershipID
	Gap  bool // with days between
}

// Transfers gives the person's changes of dealership, in the order of time.
func (h PersonHistory) Transfers() []Transfer {
	var out []Transfer
	var last DealershipID
	gap := false
	for _, st := range h.posts() {
		switch at := st.Value; {
		case !at.Employed:
			gap = true
		case last != 0 && at.Dealership != last:
			out = append(out, Transfer{st.From, last, at.Dealership, gap})
			fallthrough
		default:
			last, gap = at.Dealership, false
		}
	}
	return out
}

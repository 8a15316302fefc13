package tracker

// BeginKind says why a person begins to count as qualified for NEVs at a dealership.
type BeginKind string

// What can begin it.
const (
	BeginOpen       BeginKind = ""
	BeginEmployment BeginKind = "employment" // joins the dealership
	BeginTransfer   BeginKind = "transfer"   // comes from another dealership
	BeginJob        BeginKind = "job"        // becomes a technician
	BeginIssue      BeginKind = "issue"      // a certificate is issued
	BeginReview     BeginKind = "review"     // a review makes a certificate valid again
)

// Turn is the last time before or on a day at which a person began or ceased to count as qualified for NEVs somewhere.
type Turn struct {
	On    Date // the first day of counting, or of no longer counting; zero when it was always so
	Holds bool // counts since that day
	Began BeginKind
	Ended EndKind
}

// Turned gives the last turn of a person at a dealership up to a day.
func (h PersonHistory) Turned(rules Rulebook, at DealershipID, until Date) Turn {
	var out Turn
	for _, c := range h.Coverage(rules) {
		if c.Dealership != at || c.Skill != SkillNEV {
			continue
		}
		switch {
		case c.Contains(until):
			return Turn{On: c.From, Holds: true, Began: h.beganOn(rules, c.From)}
		case c.Until != 0 && c.Until <= until && c.Until > out.On:
			out.On = c.Until
		}
	}
	if out.On != 0 {
		out.Ended = h.endOf(rules, Measure{Kind: MeasureCount, Skill: SkillNEV}, out.On.Add(-1))
	}
	return out
}

// beganOn tells what of a person began on the first day of counting: the post first, then a certificate.
func (h PersonHistory) beganOn(rules Rulebook, first Date) BeginKind {
	if first == 0 {
		return BeginOpen
	}
	posts := h.posts()
	before, now := posts.at(first.Add(-1)), posts.at(first)
	switch {
	case !before.Employed:
		return BeginEmployment
	case before.Dealership != now.Dealership:
		return BeginTransfer
	case !before.Job.Technician():
		return BeginJob
	}
	for _, q := range h.Qualifications {
		if q.IssuedOn == first {
			return BeginIssue
		}
	}
	return BeginReview
}

// GainedSince gives what a standing has gained against an earlier one: the right, or better lights.
func (s Standing) GainedSince(before Standing) Loss {
	if before.State == NotOperating {
		if s.May {
			return LossOfRight
		}
		return 0
	}
	if s.State == NotOperating {
		return 0
	}
	return lost(s, before)
}

// LostSince gives what a standing has lost against an earlier one.
func (s Standing) LostSince(before Standing) Loss { return lost(before, s) }

package tracker

import (
	"cmp"
	"slices"
)

// CourseKind says how a course is held, and what a pass is worth.
type CourseKind string

// The kinds of course.
const (
	CourseClassroom CourseKind = "classroom"
	CourseOnline    CourseKind = "online"
	CourseBridge    CourseKind = "bridge" // a short way for who holds the older certificate
	CourseReview    CourseKind = "review" // a pass is a review of the certificate that it names
	CourseExam      CourseKind = "exam"
)

// CourseKinds lists the kinds in the order of a menu.
var CourseKinds = []CourseKind{CourseClassroom, CourseOnline, CourseBridge, CourseReview, CourseExam}

// CourseGrant is a certificate that a pass of a course is worth.
type CourseGrant struct {
	Type           QualificationCode
	Generation     Generation // empty for types without one
	ValidityMonths int        // 0: as the type of qualification says
}

// Course is training that a pack describes; a Session is one holding of it.
type Course struct {
	Code     string
	Name     Text
	Kind     CourseKind
	Grants   []CourseGrant
	Jobs     []Job // for whom; empty: for everybody
	Days     int   // that it takes; 0: less than one
	Hours    int   // of lessons
	PassMark int   // per cent; 0: taking part is enough
	Attempts int   // failures after which it cannot be taken again; 0: as often as one likes
	WaitDays int   // after a failure, until the next attempt
	Source   Provenance
}

// Suits tells whether a course is meant for somebody in a job.
func (c Course) Suits(job Job) bool { return len(c.Jobs) == 0 || slices.Contains(c.Jobs, job) }

// Earns tells whether a pass of the course gives a skill, of the generation where one is named.
func (c Course) Earns(rules Rulebook, skill Skill, generation Generation, on Date) bool {
	return slices.ContainsFunc(c.Grants, func(g CourseGrant) bool {
		return rules.covers(g.Type, g.Generation, skill, generation, on)
	})
}

// covers tells whether a certificate of a type and generation gives a skill. NEV qualification comes with HVT-C.
func (b Rulebook) covers(code QualificationCode, held Generation, skill Skill, generation Generation, on Date) bool {
	if skill == SkillNEV {
		skill, generation = SkillHVTC, ""
	}
	kind := b.qualificationType(code, on)
	return slices.Contains(kind.Skills, skill) && (generation == "" || !kind.HasGeneration || held == generation)
}

// Last gives the last day of the certificate that a pass on a day is worth; zero for one without an end.
func (b Rulebook) Last(g CourseGrant, on Date) Date {
	months := g.ValidityMonths
	if months == 0 {
		months = b.qualificationType(g.Type, on).ValidityMonths
	}
	if months == 0 {
		return 0
	}
	return on.AddMonths(months).Add(-1)
}

// Asked is a type of qualification that a course asks for.
type Asked struct {
	Type       QualificationCode
	Generation Generation // empty: any, or it has none
	AtLeast    int        // so many different generations; 0 and 1: one certificate does
}

// Asks gives what must be held for a course, by the rules of the types that it leads to on a day.
func (b Rulebook) Asks(c Course, on Date) []Asked {
	var out []Asked
	add := func(a Asked) {
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	for _, g := range c.Grants {
		kind := b.qualificationType(g.Type, on)
		if c.Kind == CourseReview {
			add(Asked{Type: g.Type, Generation: g.Generation})
			continue
		}
		for _, p := range kind.Requires {
			if on < p.InForceFrom {
				continue
			}
			a := Asked{Type: p.Type, AtLeast: p.Generations}
			if p.SameGeneration {
				a.Generation = g.Generation
			}
			add(a)
		}
		if at := slices.Index(kind.Generations, g.Generation); c.Kind == CourseBridge && at > 0 {
			add(Asked{Type: g.Type, Generation: kind.Generations[at-1]})
		}
	}
	return out
}

// Courses gives the courses of the packs in force on a day, each as the newest of them has it, in the packs' order.
func (b Rulebook) Courses(on Date) []Course {
	var out []Course
	for i := range b.standards {
		if b.standards[i].EffectiveOn > on {
			continue
		}
		for _, c := range b.standards[i].Courses {
			at := slices.IndexFunc(out, func(have Course) bool { return have.Code == c.Code })
			if at < 0 {
				out = append(out, c)
			} else {
				out[at] = c
			}
		}
	}
	return out
}

// Course gives a course as it is on a day. The fault is NotFound.
func (b Rulebook) Course(code string, on Date) (Course, error) {
	list := b.Courses(on)
	if at := slices.IndexFunc(list, func(c Course) bool { return c.Code == code }); at >= 0 {
		return list[at], nil
	}
	return Course{}, Fault(NotFound, "not_found", "noun", "course", "key", code)
}

// Ready gives nil when a pass on a day may count for a person: everything that the course's types ask for is held on it, a
// bridge is open on it, what would be reviewed has not expired. Else the fault is Invalid and says what is lacking.
func (h PersonHistory) Ready(rules Rulebook, c Course, on Date) error {
	for _, g := range c.Grants {
		if c.Kind == CourseReview {
			if _, found := h.Reviewable(g, on); !found {
				return Fault(Invalid, "nothing_to_review", "on", on, "what", rules.qualificationType(g.Type, on).Name)
			}
			continue
		}
		path := PathClassroom
		if c.Kind == CourseBridge {
			path = PathBridge
		}
		for _, concern := range h.Admission(rules, g.Type, g.Generation, path, on) {
			return concern.fault(rules, c)
		}
	}
	return nil
}

// fault says why a concern stands against a course.
func (k Concern) fault(rules Rulebook, c Course) error {
	switch k.Kind {
	case ConcernBridgeClosed:
		return Fault(Invalid, "bridge_closed", "on", k.On, "from", string(k.From))
	case ConcernNoBridge:
		return Fault(Invalid, "no_bridge")
	default:
		return Fault(Invalid, "prerequisite_lacking", "course", c.Name, "what", rules.qualificationType(k.Missing.Type, k.On).Name,
			"generation", string(k.Missing.Generation), "on", k.On)
	}
}

// Reviewable gives the certificate that a passed review on a day is about: the latest of the type that has not expired by
// then.
func (h PersonHistory) Reviewable(g CourseGrant, on Date) (Qualification, bool) {
	var best Qualification
	for _, q := range h.Qualifications {
		fits := q.Type == g.Type && q.Generation == g.Generation && q.IssuedOn <= on && (q.ExpiresOn == 0 || q.ExpiresOn >= on)
		if fits && (best.Chain == "" || cmp.Compare(q.IssuedOn, best.IssuedOn) >= 0) {
			best = q
		}
	}
	return best, best.Chain != ""
}

// PostOn gives where and as what a person works on a day; false when no employment counts.
func (h PersonHistory) PostOn(day Date) (DealershipID, Job, bool) {
	p := h.posts().at(day)
	return p.Dealership, p.Job, p.Employed
}

// Needs gives how many more with the skill bring a ratio to its threshold, none when it holds or nobody is counted.
func (m Measure) Needs(with, among int) int {
	return max((m.Percent*among+99)/100-with, 0)
}

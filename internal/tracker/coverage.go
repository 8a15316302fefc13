package tracker

import (
	"cmp"
	"slices"
)

// Coverage says that a person counts for a skill at a dealership on a run of days: their employment there counts on
// each of them, in a job for which the skill is meant, and a certificate for it is valid. SkillEmployed has no
// certificate and names the job.
type Coverage struct {
	Person     PersonID
	Dealership DealershipID
	Skill      Skill
	Generation Generation // empty: of none, or of all
	Job        Job        // for SkillEmployed
	Joined     Date       // for SkillEmployed: the employment's first day, zero when unknown
	Period
}

// Coverage gives the person's coverage at every dealership, sorted.
func (h PersonHistory) Coverage(rules Rulebook) []Coverage {
	return h.coverage(rules, func(DealershipID) bool { return true })
}

// coverage gives the person's coverage at the dealerships that are wanted, sorted.
func (h PersonHistory) coverage(rules Rulebook, wanted func(DealershipID) bool) []Coverage {
	c := covering{posts: h.posts(), rows: make([]Coverage, 0, 16)}
	c.here = make([]bool, len(c.posts))
	for i, st := range c.posts {
		p := st.Value
		if c.here[i] = p.Employed && wanted(p.Dealership); c.here[i] {
			row := Coverage{Dealership: p.Dealership, Skill: SkillEmployed, Job: p.Job, Joined: p.Since}
			row.Period = c.posts.period(i)
			c.rows = append(c.rows, row)
		}
	}
	for i := range h.Qualifications {
		q := &h.Qualifications[i]
		kind := rules.qualificationType(q.Type, q.IssuedOn)
		valid := certified(q, kind, h.reviewsOf(q.Chain))
		if asleep := c.dormant(h, kind); len(asleep) > 0 {
			valid = valid.without(asleep)
		}
		for _, skill := range kind.Skills {
			c.add(skill, kind.generationOf(q), valid, kind.meantFor)
		}
	}
	c.qualify(rules)
	for i := range c.rows {
		c.rows[i].Person = h.Person
	}
	return c.joined()
}

// covering is one person's coverage in the making.
type covering struct {
	posts   steps[post]
	here    []bool // of each post: whether its dealership is wanted
	rows    []Coverage
	asleep  []sleep
	voltage []Period // a technician has HVT-C or higher, of any generation
	permit  []Period // a technician has the permit
}

// sleep is the days on which a person's certificates of one type are dormant.
type sleep struct {
	code   QualificationCode
	months int
	days   days
}

// dormant gives the days on which certificates of a type are dormant; certificates of one type share them.
func (c *covering) dormant(h PersonHistory, kind *QualificationType) days {
	if kind.DormantAfter == 0 {
		return nil
	}
	for _, s := range c.asleep {
		if s.code == kind.Code && s.months == kind.DormantAfter {
			return s.days
		}
	}
	s := sleep{kind.Code, kind.DormantAfter, h.dormant(c.posts, kind)}
	c.asleep = append(c.asleep, s)
	return s.days
}

// add adds a skill on the days of a set, cut by the posts in which it counts.
func (c *covering) add(skill Skill, generation Generation, set days, counts func(post) bool) {
	for i, st := range c.posts {
		if !c.here[i] || !counts(st.Value) {
			continue
		}
		there := c.posts.period(i)
		for _, p := range set {
			both := p.Intersect(there)
			if both.Empty() {
				continue
			}
			c.rows = append(c.rows, Coverage{Dealership: st.Value.Dealership, Skill: skill, Generation: generation, Period: both})
			switch {
			case skill == SkillHVTC && st.Value.Job.Technician():
				c.voltage = append(c.voltage, both)
			case skill == SkillPermit && st.Value.Job.Technician():
				c.permit = append(c.permit, both)
			}
		}
	}
}

// qualify adds the days on which the person is qualified for NEVs: a technician with HVT-C or higher and, where the law
// asks for it, the permit.
func (c *covering) qualify(rules Rulebook) {
	if len(c.voltage) == 0 {
		return
	}
	qualified := merged(c.voltage).without(rules.permitLaw.without(merged(c.permit)))
	c.add(SkillNEV, "", qualified, func(p post) bool { return p.Job.Technician() })
}

// joined gives the rows in order, those of one skill that overlap or touch made one.
func (c *covering) joined() []Coverage {
	slices.SortFunc(c.rows, compareCoverage)
	out := c.rows[:0]
	for _, row := range c.rows {
		if n := len(out); n > 0 && row.Skill != SkillEmployed && row.continues(out[n-1]) {
			out[n-1].Until = closed(max(out[n-1].end(), row.end()))
			continue
		}
		out = append(out, row)
	}
	return out
}

// continues tells whether a row that begins no earlier goes on with another one.
func (c Coverage) continues(b Coverage) bool {
	return c.Dealership == b.Dealership && c.Skill == b.Skill && c.Generation == b.Generation && c.From <= b.end()
}

func compareCoverage(a, b Coverage) int {
	return cmp.Or(cmp.Compare(a.Dealership, b.Dealership), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Skill, b.Skill),
		cmp.Compare(a.Generation, b.Generation), cmp.Compare(a.Job, b.Job), cmp.Compare(a.From, b.From))
}

package tracker

import "slices"

// course is one programme of one dealership over time.
type course struct {
	programme ProgrammeCode
	kind      ProgrammeKind
	versions  []Standard
	stands    steps[stand]
	skipped   []Skipped
	watched   []watched // by requirement code
	law       steps[Light]
	brand     steps[Light]
}

// watched is what is seen of one requirement over time.
type watched struct {
	code   string
	sights steps[sight]
}

// courses gives the dealership's course through each programme, the law first.
func (h History) courses(rules Rulebook, coverage []Coverage, operating steps[bool]) []course {
	evaluate := evaluator{coverage: coverage, proofs: h.Proofs, waivers: h.Waivers, line: rules.line}
	law := steps[Light]{{Value: Healthy}}
	var out []course
	for _, code := range rules.Programmes() {
		c := h.folded(rules, code)
		c.watched = observe(c.versions, c.stands, operating, evaluate)
		switch c.kind {
		case KindLaw:
			law = worst(c.watched)
			c.law = law
		case KindCertification:
			c.law, c.brand = law, worst(c.watched)
		case KindProject: // no lights
		}
		out = append(out, c)
	}
	return out
}

// folded gives the course through a programme as far as decisions and modules go.
func (h History) folded(rules Rulebook, programme ProgrammeCode) course {
	versions := rules.Versions(programme)
	if len(versions) == 0 {
		return course{programme: programme}
	}
	var mine []Decision
	for i := range h.Decisions {
		if h.Decisions[i].Programme == programme {
			mine = append(mine, h.Decisions[i])
		}
	}
	c := course{programme: programme, kind: versions[0].Kind, versions: versions}
	c.stands, c.skipped = fold(c.kind, versions, mine, h.Modules)
	return c
}

// Skipped gives the decisions that the states of their days do not allow, in all programmes. It needs the decisions and
// modules of the history and nothing else.
func (h History) Skipped(rules Rulebook) []Skipped {
	var out []Skipped
	for _, code := range rules.Programmes() {
		out = append(out, h.folded(rules, code).skipped...)
	}
	return out
}

// judge gives the standard by which the dealership is judged on a day, nil before the first.
func (c *course) judge(on Date) *Standard { return judging(c.versions, c.stands.at(on).Named, on) }

// sights gives what is seen of a requirement over time; nothing of one that no version asks for.
func (c *course) sights(code string) steps[sight] {
	for i := range c.watched {
		if c.watched[i].code == code {
			return c.watched[i].sights
		}
	}
	return steps[sight]{{}}
}

// observe watches each requirement of a programme's standards, in the order of their codes.
func observe(versions []Standard, stands steps[stand], operating steps[bool], evaluate evaluator) []watched {
	judged := judgedBy(versions, stands)
	known := map[string][]*demanded{}
	var codes []string
	for i := range versions {
		for j := range versions[i].Requirements {
			r := &versions[i].Requirements[j]
			if known[r.Code] == nil {
				codes = append(codes, r.Code)
			}
			known[r.Code] = append(known[r.Code], evaluate.demand(r, known[r.Code]))
		}
	}
	slices.Sort(codes)
	out := make([]watched, 0, len(codes))
	for _, code := range codes {
		overdue := overdue(evaluate.line.kin(code), known, judged)
		sights := watch(asked(known[code], judged), overdue, operating, func(day Date) int {
			if s := judged.at(day); s != nil && s.Kind != KindLaw {
				return s.ResetDays
			}
			return 0
		})
		out = append(out, watched{code, sights})
	}
	return out
}

// demand evaluates a requirement; another version of it that is measured alike has the same outcomes.
func (e evaluator) demand(r *Requirement, versions []*demanded) *demanded {
	for _, v := range versions {
		if v.Measure == r.Measure && v.Basis == r.Basis {
			return &demanded{r, cursor[Outcome]{steps: v.outcome.steps}}
		}
	}
	return &demanded{r, cursor[Outcome]{steps: e.outcomes(r)}}
}

// judgedBy gives the standard by which the dealership is judged on each day.
func judgedBy(versions []Standard, stands steps[stand]) steps[*Standard] {
	breaks := stands.breaks(nil)
	for i := range versions {
		breaks = append(breaks, versions[i].EffectiveOn, versions[i].TransitionUntil.Add(1))
	}
	now := cursor[stand]{steps: stands}
	return tabulate(breaks, func(d Date) *Standard { return judging(versions, now.at(d).Named, d) })
}

// asked gives a requirement, of which the versions are known, as it is asked for on each day.
func asked(known []*demanded, judged steps[*Standard]) steps[*demanded] {
	breaks := judged.breaks(nil)
	for _, r := range known {
		breaks = append(breaks, r.InForceFrom)
	}
	standard := cursor[*Standard]{steps: judged}
	return tabulate(breaks, func(d Date) *demanded {
		s := standard.at(d)
		for _, r := range known {
			if s != nil && r.InForceFrom <= d && s.holds(r.Requirement) {
				return r
			}
		}
		return nil
	})
}

// holds tells whether a requirement is one of the standard's own.
func (s *Standard) holds(r *Requirement) bool {
	for i := range s.Requirements {
		if &s.Requirements[i] == r {
			return true
		}
	}
	return false
}

// worst gives the worst light of all requirements on each day.
func worst(list []watched) steps[Light] {
	var breaks []Date
	lights := make([]cursor[sight], len(list))
	for i := range list {
		lights[i].steps = list[i].sights
		breaks = list[i].sights.breaks(breaks)
	}
	return tabulate(breaks, func(d Date) Light {
		light := Healthy
		for i := range lights {
			light = light.Worse(lights[i].at(d).Light)
		}
		return light
	})
}

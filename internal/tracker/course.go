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

// life is a dealership's history with what follows from it in the making: each programme's course is computed once, in
// whatever order requirements need each other.
type life struct {
	history  *History
	rules    Rulebook
	coverage []Coverage
	site     site
	courses  []*course // in the rulebook's order; nil: not computed yet
	law      steps[Light]
}

func (h *History) life(rules Rulebook) *life {
	return &life{
		history: h, rules: rules, coverage: h.coverage(rules), site: h.site(), courses: make([]*course, len(rules.programmes)),
	}
}

// all gives the dealership's course through each programme, the law first.
func (l *life) all() []*course {
	for _, code := range l.rules.programmes {
		l.course(code)
	}
	return l.courses
}

// course gives the course through a programme, nil for an unknown one. Packs in which requirements wait for each other
// in a ring are refused; met all the same, a course under way has no requirements.
func (l *life) course(programme ProgrammeCode) *course {
	at := slices.Index(l.rules.programmes, programme)
	if at < 0 {
		return nil
	}
	if l.courses[at] != nil {
		return l.courses[at]
	}
	c := l.history.folded(l.rules, programme)
	l.courses[at] = &c
	if c.kind == KindRights {
		return &c
	}
	c.watched = observe(c.versions, c.stands, l.site.operating, evaluator{l.coverage, l})
	switch c.kind {
	case KindLaw:
		c.law = worst(c.watched)
	case KindCertification:
		c.law, c.brand = unlessIdle(l.lawLight(), c.stands, c.versions[0].Cycle()), worst(c.watched)
	case KindIndex:
		c.brand = worst(c.watched)
	}
	return &c
}

// lawLight gives the law light of each day.
func (l *life) lawLight() steps[Light] {
	if l.law == nil {
		l.law = steps[Light]{{Value: Healthy}}
		if c := l.course(ProgrammeLaw); c != nil {
			l.law = c.law
		}
	}
	return l.law
}

// sights gives what is seen of a requirement of whatever programme; nothing of an unknown one.
func (l *life) sights(code string) steps[sight] {
	if c := l.course(l.rules.programmeOf[code]); c != nil {
		return c.sights(code)
	}
	return steps[sight]{{}}
}

// folded gives the course through a programme as far as decisions and modules go.
func (h *History) folded(rules Rulebook, programme ProgrammeCode) course {
	versions := rules.Versions(programme)
	if len(versions) == 0 {
		return course{programme: programme}
	}
	c := course{programme: programme, kind: versions[0].Kind, versions: versions}
	c.stands, c.skipped = fold(versions, h.decided(programme, ""), h.Modules)
	return c
}

// decided gives the decisions in a programme about all of it, or about one model.
func (h *History) decided(programme ProgrammeCode, subject string) []Decision {
	var out []Decision
	for i := range h.Decisions {
		if d := &h.Decisions[i]; d.Programme == programme && d.Subject == subject {
			out = append(out, *d)
		}
	}
	return out
}

// Skipped gives the decisions that the states of their days do not allow, in all programmes. It needs the decisions and
// modules of the history and nothing else.
func (h History) Skipped(rules Rulebook) []Skipped {
	var out []Skipped
	for _, code := range rules.programmes {
		out = append(out, h.folded(rules, code).skipped...)
		out = append(out, h.skippedAbout(rules, code)...)
	}
	return out
}

// skippedAbout gives the decisions about single models that their states do not allow.
func (h *History) skippedAbout(rules Rulebook, programme ProgrammeCode) []Skipped {
	var out []Skipped
	for _, model := range h.subjects(programme) {
		_, skipped := fold(rules.Versions(programme), h.decided(programme, model), nil)
		out = append(out, skipped...)
	}
	return out
}

// subjects gives the models about which something was decided in a programme, each once.
func (h *History) subjects(programme ProgrammeCode) []string {
	var out []string
	for i := range h.Decisions {
		if d := &h.Decisions[i]; d.Programme == programme && d.Subject != "" && !slices.Contains(out, d.Subject) {
			out = append(out, d.Subject)
		}
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
		overdue := overdue(evaluate.life.rules.line.kin(code), known, judged)
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
		if v.Measure == r.Measure && v.Basis == r.Basis && v.Binding == r.Binding {
			return &demanded{r, cursor[Outcome]{steps: v.outcome.steps}, v.quiet}
		}
	}
	return &demanded{r, cursor[Outcome]{steps: e.outcomes(r)}, e.quiet(r)}
}

// quiet tells whether a brand requirement repeats what the law asks: it then counts for the score, and the law's own
// light tells of it.
func (e evaluator) quiet(r *Requirement) bool {
	if r.Basis == BasisLaw || r.Right != "" {
		return false
	}
	if r.Measure.Kind == MeasureLaw {
		return true
	}
	if r.Measure.Kind != MeasureRequirement {
		return false
	}
	for _, code := range r.Measure.Codes.All() {
		if versions := e.life.rules.Versions(e.life.rules.programmeOf[code]); len(versions) > 0 && versions[0].Kind != KindLaw {
			return false
		}
	}
	return true
}

// unlessIdle gives the law light of the days on which the dealership takes part in a programme, and a healthy one on the
// others, so that who runs no outlet is not told of the law by the outlet's programme.
func unlessIdle(law steps[Light], stands steps[stand], cycle *Lifecycle) steps[Light] {
	if !slices.ContainsFunc(cycle.States, func(s StateDef) bool { return s.Idle }) {
		return law
	}
	light, now := cursor[Light]{steps: law}, cursor[stand]{steps: stands}
	return tabulate(stands.breaks(law.breaks(nil)), func(d Date) Light {
		if cycle.State(now.at(d).State).Idle {
			return Healthy
		}
		return light.at(d)
	})
}

// judgedBy gives the standard by which the dealership is judged on each day; none on days on which it takes no part.
func judgedBy(versions []Standard, stands steps[stand]) steps[*Standard] {
	breaks := stands.breaks(nil)
	for i := range versions {
		breaks = append(breaks, versions[i].EffectiveOn, versions[i].TransitionUntil.Add(1))
	}
	now, cycle := cursor[stand]{steps: stands}, versions[0].Cycle()
	return tabulate(breaks, func(d Date) *Standard {
		reached := now.at(d)
		if cycle.State(reached.State).Idle {
			return nil
		}
		return judging(versions, reached.Named, d)
	})
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

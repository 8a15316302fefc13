package tracker

import (
	"cmp"
	"slices"
	"strings"
)

// RightKind is what a dealership may do.
type RightKind string

// The kinds of right.
const (
	RightSell    RightKind = "sell"    // a model, in new orders
	RightService RightKind = "service" // the high-voltage systems of a generation
)

// RightKinds lists the kinds in the order in which they are shown.
var RightKinds = []RightKind{RightSell, RightService}

// Right says whether a dealership may sell a model, or service a generation, on a run of days, and which of the guards
// stand against it. A guard of the law stands against it at once, one of the brand when its grace is over.
type Right struct {
	Dealership DealershipID
	Kind       RightKind
	Subject    string // the model or the generation
	Period
	May     bool
	Failing CodeList // the guards that stand against it, in the standard's order; empty as well while not operating
}

// subject is what a right is about.
type subject struct {
	kind       RightKind
	code       string
	generation Generation
	franchises string
}

// subjectsOf gives every model that can be sold and every generation that can be serviced.
func subjectsOf(b Rulebook) []subject {
	var out []subject
	for _, m := range b.AllModels() {
		franchises := m.Franchises
		if franchises == "" {
			franchises = string(m.Brand)
		}
		out = append(out, subject{RightSell, m.Code, m.Generation, franchises})
	}
	for _, g := range b.Generations() {
		out = append(out, subject{RightService, string(g), g, ""})
	}
	return out
}

// of gives a guard as it is asked about a subject.
func (r Requirement) of(s subject) Requirement {
	switch r.Measure.Of {
	case OfGeneration:
		r.Measure.Generation = s.generation
	case OfBrand:
		r.Measure.Franchises = s.franchises
	case OfModel:
		r.Measure.Subject = s.code
	}
	return r
}

// guarding computes the rights of one dealership. Guards that do not depend on the subject, or on no more than its
// generation, are looked at once.
type guarding struct {
	*life
	versions []Standard
	judged   steps[*Standard]
	outcomes map[guardKey]steps[Outcome]
	seen     map[guardKey]steps[sight]
}

// guardKey is a guard with what its subject fills in.
type guardKey struct {
	code       string
	version    int // -1: seen across versions
	generation Generation
	franchises string
	subject    string
}

func (l *life) guarding(programme ProgrammeCode) *guarding {
	versions := l.rules.Versions(programme)
	return &guarding{
		life: l, versions: versions, judged: judgedBy(versions, steps[stand]{{}}),
		outcomes: map[guardKey]steps[Outcome]{}, seen: map[guardKey]steps[sight]{},
	}
}

// rights gives all rights that follow from the programmes of rights.
func (l *life) rights() []Right {
	var out []Right
	for i, programme := range l.rules.programmes {
		if l.all()[i].kind != KindRights {
			continue
		}
		g := l.guarding(programme)
		for _, s := range l.rules.subjects {
			out = append(out, g.right(s)...)
		}
	}
	return out
}

// guard is one guard of a right over time.
type guard struct {
	code   string
	sights steps[sight]
}

// guards gives the guards of a right in the order of the standards.
func (g *guarding) guards(s subject) []guard {
	var out []guard
	for i := range g.versions {
		for j := range g.versions[i].Requirements {
			r := &g.versions[i].Requirements[j]
			if r.Right == s.kind && !slices.ContainsFunc(out, func(have guard) bool { return have.code == r.Code }) {
				out = append(out, guard{r.Code, g.sights(r.Code, s)})
			}
		}
	}
	return out
}

// sights gives what is seen of a guard about a subject. Subjects in which no version of the guard tells a difference share
// it.
func (g *guarding) sights(code string, s subject) steps[sight] {
	key := guardKey{code: code, version: -1}
	var known []*demanded
	for i := range g.versions {
		for j := range g.versions[i].Requirements {
			r := &g.versions[i].Requirements[j]
			if r.Code != code {
				continue
			}
			about := r.of(s)
			m := about.Measure
			one := guardKey{code, i, m.Generation, m.Franchises, m.Subject}
			if g.outcomes[one] == nil {
				g.outcomes[one] = evaluator{g.coverage, g.life}.outcomes(&about)
			}
			known = append(known, &demanded{r, cursor[Outcome]{steps: g.outcomes[one]}, false})
			key.generation, key.franchises = cmp.Or(key.generation, m.Generation), cmp.Or(key.franchises, m.Franchises)
			key.subject = cmp.Or(key.subject, m.Subject)
		}
	}
	if g.seen[key] == nil {
		standard := cursor[*Standard]{steps: g.judged}
		g.seen[key] = watch(asked(known, g.judged), steps[bool]{{}}, g.site.operating, func(d Date) int {
			if now := standard.at(d); now != nil {
				return now.ResetDays
			}
			return 0
		})
	}
	return g.seen[key]
}

// stands tells whether a guard stands against the right: it fails, and no grace runs.
func (s sight) stands() bool { return s.Outcome == Fails && s.Light == InBreach }

// permission is a right on a day.
type permission struct {
	may     bool
	failing CodeList
}

// right gives one right as maximal runs of days.
func (g *guarding) right(s subject) []Right {
	guards := g.guards(s)
	operating, standard := cursor[bool]{steps: g.site.operating}, cursor[*Standard]{steps: g.judged}
	breaks := operating.steps.breaks(standard.steps.breaks(nil))
	cursors := make([]cursor[sight], len(guards))
	for i := range guards {
		cursors[i].steps = guards[i].sights
		breaks = guards[i].sights.breaks(breaks)
	}
	var failing []string
	runs := tabulate(breaks, func(d Date) permission {
		if !operating.at(d) || standard.at(d) == nil {
			return permission{}
		}
		failing = failing[:0]
		for i := range cursors {
			if cursors[i].at(d).stands() {
				failing = append(failing, guards[i].code)
			}
		}
		return permission{len(failing) == 0, CodeList(strings.Join(failing, " "))}
	})
	out := make([]Right, len(runs))
	for i, st := range runs {
		out[i] = Right{g.site.dealership, s.kind, s.code, runs.period(i), st.Value.may, st.Value.failing}
	}
	return out
}

// BecauseRight is a right on a day explained.
type BecauseRight struct {
	Right      Right     // as it is on the day
	Guards     []Because // in the standard's order
	NextChange Date      // the first day on which the answer is another one; zero when none is known
}

// BecauseRight explains a right on a day. The fault is NotFound where no pack knows the model or generation, or none is
// in force.
func (h History) BecauseRight(rules Rulebook, kind RightKind, code string, on Date) (BecauseRight, error) {
	l := h.life(rules)
	at := slices.IndexFunc(rules.subjects, func(s subject) bool { return s.kind == kind && s.code == code })
	if at < 0 {
		return BecauseRight{}, Fault(NotFound, "not_found", "noun", string(kind), "key", code)
	}
	s := rules.subjects[at]
	for i, programme := range rules.programmes {
		if l.all()[i].kind != KindRights {
			continue
		}
		g := l.guarding(programme)
		if standard := judging(g.versions, "", on); standard != nil {
			return g.explain(*standard, s, on), nil
		}
	}
	return BecauseRight{}, Fault(NotFound, "no_standard", "programme", ProgrammeModels, "on", on)
}

func (g *guarding) explain(standard Standard, s subject, on Date) BecauseRight {
	out := BecauseRight{}
	for _, r := range g.right(s) {
		switch {
		case r.Contains(on):
			out.Right = r
		case r.From > on && r.May != out.Right.May && out.NextChange == 0:
			out.NextChange = r.From
		}
	}
	if !g.site.operating.at(on) {
		return out
	}
	evaluate := evaluator{g.coverage, g.life}
	var turns []Date
	for _, r := range standard.Requirements {
		if r.Right != s.kind {
			continue
		}
		sights := g.sights(r.Code, s)
		if sights.at(on).Outcome == "" {
			continue
		}
		asked := r.of(s)
		out.Guards = append(out.Guards, evaluate.because(asked, sights, on))
		turns = append(turns, stopsOn(sights, on))
	}
	markFirst(out.Guards, turns)
	return out
}

// Stands tells whether the guard stands against the right that it is one of.
func (b Because) Stands() bool { return b.Outcome == Fails && b.Light == InBreach }

// stopsOn gives the first day after a day on which a guard that does not stand against a right begins to.
func stopsOn(sights steps[sight], on Date) Date {
	if sights.at(on).stands() {
		return 0
	}
	for _, st := range sights {
		switch {
		case st.From <= on:
		case st.Value.Outcome == "":
			return 0
		case st.Value.stands():
			return st.From
		}
	}
	return 0
}

// MaySell tells whether the dealership may take new orders for a model on a day.
func (t Timeline) MaySell(model string, on Date) bool { return t.may(RightSell, model, on) }

// MayServiceHV tells whether the dealership may work on the high-voltage systems of a generation on a day.
func (t Timeline) MayServiceHV(generation Generation, on Date) bool {
	return t.may(RightService, string(generation), on)
}

func (t Timeline) may(kind RightKind, code string, on Date) bool {
	return slices.ContainsFunc(t.Rights, func(r Right) bool {
		return r.Kind == kind && r.Subject == code && r.Contains(on) && r.May
	})
}

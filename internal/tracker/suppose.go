package tracker

import (
	"cmp"
	"slices"
)

// Supposition is what is supposed to happen at a dealership and is recorded nowhere.
type Supposition struct {
	Leave  []PersonID // who leaves it
	On     Date       // the first day on which they no longer work there
	Passes []Pass
	Events []Event
}

// Pass is a certificate that somebody is supposed to earn.
type Pass struct {
	Person     PersonID
	Type       QualificationCode
	Generation Generation
	On         Date
}

// Suppose gives the history as it would be. What it is made from stays as it is.
func (h History) Suppose(s Supposition) History {
	h.People = slices.Clone(h.People)
	for i := range h.People {
		h.People[i] = h.People[i].suppose(h.Dealership, s)
	}
	h.Events = append(slices.Clone(h.Events), s.Events...)
	return h
}

func (h PersonHistory) suppose(at DealershipID, s Supposition) PersonHistory {
	if slices.Contains(s.Leave, h.Person) {
		var employments []Employment
		for _, e := range h.Employments {
			if e.Dealership == at && (e.Until == 0 || e.Until > s.On) {
				e.Until = s.On
			}
			if e.Until == 0 || e.From < e.Until {
				employments = append(employments, e)
			}
		}
		h.Employments = employments
	}
	h.Qualifications = slices.Clone(h.Qualifications)
	for i, p := range s.Passes {
		if p.Person == h.Person {
			chain := FactID("supposed-" + string(rune('a'+i)))
			h.Qualifications = append(h.Qualifications, Qualification{
				Head: Head{ID: chain, Chain: chain}, Person: p.Person, Type: p.Type, Generation: p.Generation, IssuedOn: p.On,
			})
		}
	}
	return h
}

// RightDifference is a run of days on which a right differs between two timelines of one dealership.
type RightDifference struct {
	Dealership DealershipID
	Kind       RightKind
	Subject    string
	Period
	May     bool     // afterwards
	Failing CodeList // the guards that stand against it then
}

// RightDifferences gives where rights differ between two timelines, by kind and subject, then by day.
func RightDifferences(before, after Timeline) []RightDifference {
	type key struct {
		kind    RightKind
		subject string
	}
	was := map[key][]Right{}
	for _, r := range before.Rights {
		was[key{r.Kind, r.Subject}] = append(was[key{r.Kind, r.Subject}], r)
	}
	var out []RightDifference
	for _, is := range after.Rights {
		for _, r := range was[key{is.Kind, is.Subject}] {
			both := r.Intersect(is.Period)
			if r.May == is.May || both.Empty() {
				continue
			}
			if n := len(out); n > 0 && out[n-1].Kind == is.Kind && out[n-1].Subject == is.Subject && out[n-1].Until == both.From &&
				out[n-1].May == is.May && out[n-1].Failing == is.Failing {
				out[n-1].Until = both.Until
				continue
			}
			out = append(out, RightDifference{is.Dealership, is.Kind, is.Subject, both, is.May, is.Failing})
		}
	}
	return out
}

// Training is what one person would have to earn.
type Training struct {
	Person     PersonID
	Skill      Skill // for which it is taken
	Type       QualificationCode
	Generation Generation
	Path       Path // bridge or classroom
}

// Need is the fewest people of a dealership who have to be trained so that it has what the law and the brand count.
type Need struct {
	Dealership   DealershipID
	Requirements []Because  // the headcounts and ratios that fail on the day
	People       int        // how many have to be trained; each may take several courses
	Trainings    []Training // by person
	Short        int        // people who are missing altogether: nobody is left to train
	Exact        bool       // no smaller set does it; else one may
}

// Possible tells whether training alone brings back what fails.
func (n Need) Possible() bool { return n.Short == 0 && n.People > 0 }

// candidate is somebody who could be trained for one or more of the requirements that fail.
type candidate struct {
	person PersonID
	lacks  []int // of the requirements
	cost   int   // how many courses, those in a classroom twice
}

// manyCandidates is up to how many candidates every set of them is tried.
const manyCandidates = 16

// TrainingNeed gives who has to be trained on a day. Requirements that count nobody, or turn no light, do not matter.
func (h History) TrainingNeed(rules Rulebook, on Date) Need {
	need := Need{Dealership: h.Dealership, Exact: true}
	for _, code := range rules.WithStandings() {
		for _, b := range h.Because(rules, code, on) {
			people := b.Requirement.Measure.Kind == MeasureCount || b.Requirement.Measure.Kind == MeasureRatio
			if people && b.Outcome == Fails && b.Light != Healthy {
				need.Requirements = append(need.Requirements, b)
			}
		}
	}
	if len(need.Requirements) == 0 {
		return need
	}
	candidates, deficits := h.candidates(rules, need.Requirements, on)
	for i := range deficits {
		able := 0
		for _, c := range candidates {
			if slices.Contains(c.lacks, i) {
				able++
			}
		}
		need.Short = max(need.Short, deficits[i]-able)
		deficits[i] = min(deficits[i], able)
	}
	chosen := fewest(candidates, deficits)
	need.Exact = len(candidates) <= manyCandidates
	for _, c := range chosen {
		need.People++
		for _, i := range c.lacks {
			if t, known := h.training(rules, c.person, need.Requirements[i].Requirement.Measure, on); known {
				need.Trainings = append(need.Trainings, t)
			}
		}
	}
	return need
}

// candidates gives who is employed and lacks what a requirement counts, and by how many people each falls short.
func (h History) candidates(rules Rulebook, failing []Because, on Date) ([]candidate, []int) {
	deficits := make([]int, len(failing))
	var out []candidate
	for i, b := range failing {
		deficits[i] = b.Need - b.Have
	}
	for _, p := range h.People {
		post := p.posts().at(on)
		if !post.Employed || post.Dealership != h.Dealership {
			continue
		}
		c := candidate{person: p.Person}
		for i, b := range failing {
			m := b.Requirement.Measure
			able := slices.Contains(b.Lacking, p.Person)
			if m.Kind == MeasureCount {
				held := slices.ContainsFunc(b.Holders, func(x Holder) bool { return x.Person == p.Person })
				able = post.Job.Technician() && m.Skill != SkillEmployed && !held
			}
			t, known := h.training(rules, p.Person, m, on)
			if !able || !known {
				continue
			}
			c.lacks, c.cost = append(c.lacks, i), c.cost+1
			if t.Path != PathBridge {
				c.cost++
			}
		}
		if len(c.lacks) > 0 {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(a.cost, b.cost) })
	return out, deficits
}

// training gives the course that somebody would take for a measure: the lowest type that gives the skill, by the bridge
// where it is open.
func (h History) training(rules Rulebook, person PersonID, m Measure, on Date) (Training, bool) {
	var best *QualificationType
	types := rules.QualificationTypes(on)
	for i := range types {
		if slices.Contains(types[i].Skills, m.Skill) && (best == nil || types[i].Level < best.Level) {
			best = &types[i]
		}
	}
	if best == nil {
		return Training{}, false
	}
	out := Training{Person: person, Skill: m.Skill, Type: best.Code, Path: PathClassroom}
	if best.HasGeneration {
		out.Generation = m.Generation
		if all := rules.Generations(); out.Generation == "" && len(all) > 0 {
			out.Generation = newestOnSale(rules, all, on)
		}
	}
	at := slices.IndexFunc(h.People, func(p PersonHistory) bool { return p.Person == person })
	if rung := h.People[at].Rungs(rules, on).Rung(out.Type, out.Generation); rung != nil && rung.Bridge.Open {
		out.Path = PathBridge
	}
	return out, true
}

// newestOnSale gives the generation of the model launched last.
func newestOnSale(rules Rulebook, all []Generation, on Date) Generation {
	out := all[len(all)-1]
	for _, m := range rules.AllModels() {
		if m.OnSale(on) {
			out = m.Generation
		}
	}
	return out
}

// fewest gives a smallest set of candidates that makes up every deficit, and among those of a size the cheapest. With
// many candidates it takes whoever makes up most, one after the other.
func fewest(candidates []candidate, deficits []int) []candidate {
	if len(candidates) > manyCandidates {
		return greedy(candidates, deficits)
	}
	var best []candidate
	found, bestCost := false, 0
	for set := range 1 << len(candidates) {
		left := slices.Clone(deficits)
		var chosen []candidate
		cost := 0
		for i, c := range candidates {
			if set&(1<<i) == 0 {
				continue
			}
			chosen, cost = append(chosen, c), cost+c.cost
			for _, r := range c.lacks {
				left[r]--
			}
		}
		if slices.Max(left) <= 0 && (!found || len(chosen) < len(best) || len(chosen) == len(best) && cost < bestCost) {
			best, bestCost, found = chosen, cost, true
		}
	}
	return best
}

func greedy(candidates []candidate, deficits []int) []candidate {
	left, rest := slices.Clone(deficits), slices.Clone(candidates)
	gain := func(c candidate) int {
		n := 0
		for _, r := range c.lacks {
			if left[r] > 0 {
				n++
			}
		}
		return n
	}
	var out []candidate
	for slices.Max(left) > 0 && len(rest) > 0 {
		best := 0
		for i := range rest {
			if gain(rest[i]) > gain(rest[best]) {
				best = i
			}
		}
		for _, r := range rest[best].lacks {
			left[r]--
		}
		out = append(out, rest[best])
		rest = slices.Delete(rest, best, best+1)
	}
	return out
}

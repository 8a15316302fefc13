package demo

import (
	"maps"
	"slices"
	"testing"

	"dealercert/internal/pack"
	"dealercert/internal/tracker"
)

// told is a whole small network as a loader would have it.
type told struct {
	network    *Network
	rules      tracker.Rulebook
	nouns      []Nouns
	facts      [][]tracker.Fact
	histories  []tracker.History
	timelines  []tracker.Timeline
	dealership map[tracker.DealershipID]int
}

// publications gives the embedded packs as publications without heads, and their rulebook.
func publications(t testing.TB) ([]tracker.Publication, tracker.Rulebook) {
	t.Helper()
	packs, err := pack.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := pack.Rulebook(packs...)
	if err != nil {
		t.Fatal(err)
	}
	var out []tracker.Publication
	for _, p := range packs {
		out = append(out, tracker.Publication{
			Programme: p.Standard.Programme, Standard: p.Standard.Version, EffectiveOn: p.Standard.EffectiveOn,
			TransitionUntil: p.Standard.TransitionUntil, Pack: p.Text, PackHash: p.Hash,
		})
	}
	return out, rules
}

func mustNetwork(t testing.TB, dealerships int, seed uint64) (*Network, tracker.Rulebook) {
	t.Helper()
	list, rules := publications(t)
	n, err := New(Options{Dealerships: dealerships, Seed: seed, Publications: list})
	if err != nil {
		t.Fatal(err)
	}
	return n, rules
}

// toldOnce keeps the networks that several tests look at.
var toldOnce = map[[2]uint64]*told{}

// tell makes a network and computes every timeline. What it gives is shared and must not be changed.
func tell(t testing.TB, dealerships int, seed uint64) *told {
	t.Helper()
	key := [2]uint64{uint64(dealerships), seed} //nolint:gosec // sizes are positive
	if toldOnce[key] == nil {
		toldOnce[key] = tellAnew(t, dealerships, seed)
	}
	return toldOnce[key]
}

func tellAnew(t testing.TB, dealerships int, seed uint64) *told {
	t.Helper()
	n, rules := mustNetwork(t, dealerships, seed)
	out := &told{network: n, rules: rules, dealership: map[tracker.DealershipID]int{}}
	for noun := range n.Nouns() {
		out.dealership[noun.Dealership.ID] = len(out.nouns)
		out.nouns = append(out.nouns, noun)
	}
	for facts := range n.Facts() {
		out.facts = append(out.facts, facts)
	}
	out.gather()
	for _, h := range out.histories {
		out.timelines = append(out.timelines, h.Timeline(rules))
	}
	return out
}

// gather sorts the facts that count into histories.
func (o *told) gather() {
	o.histories = make([]tracker.History, len(o.nouns))
	people := map[tracker.PersonID]*tracker.PersonHistory{}
	at := map[tracker.DealershipID]map[tracker.PersonID]bool{}
	for i, n := range o.nouns {
		o.histories[i].Dealership = n.Dealership.ID
		at[n.Dealership.ID] = map[tracker.PersonID]bool{}
		for _, p := range n.People {
			people[p.ID] = &tracker.PersonHistory{Person: p.ID}
		}
	}
	for _, facts := range o.facts {
		for _, fact := range facts {
			if fact.Version().SupersededAt != 0 {
				continue
			}
			switch f := fact.(type) {
			case tracker.Employment:
				people[f.Person].Employments = append(people[f.Person].Employments, f)
				at[f.Dealership][f.Person] = true
			case tracker.Leave:
				people[f.Person].Leaves = append(people[f.Person].Leaves, f)
			case tracker.Qualification:
				people[f.Person].Qualifications = append(people[f.Person].Qualifications, f)
			case tracker.Review:
				people[f.Person].Reviews = append(people[f.Person].Reviews, f)
			default:
				o.keep(fact)
			}
		}
	}
	for i := range o.histories {
		h := &o.histories[i]
		for _, person := range slices.Sorted(maps.Keys(at[h.Dealership])) {
			h.People = append(h.People, *people[person])
		}
	}
}

// keep adds a fact about a dealership to its history.
func (o *told) keep(fact tracker.Fact) {
	of := func(id tracker.DealershipID) *tracker.History { return &o.histories[o.dealership[id]] }
	switch f := fact.(type) {
	case tracker.OperatingPeriod:
		of(f.Dealership).Operating = append(of(f.Dealership).Operating, f)
	case tracker.Assignment:
		of(f.Dealership).Assignments = append(of(f.Dealership).Assignments, f)
	case tracker.Franchise:
		of(f.Dealership).Franchises = append(of(f.Dealership).Franchises, f)
	case tracker.Decision:
		of(f.Dealership).Decisions = append(of(f.Dealership).Decisions, f)
	case tracker.Module:
		of(f.Dealership).Modules = append(of(f.Dealership).Modules, f)
	case tracker.Proof:
		of(f.Dealership).Proofs = append(of(f.Dealership).Proofs, f)
	case tracker.Event:
		of(f.Dealership).Events = append(of(f.Dealership).Events, f)
	case tracker.Waiver:
		of(f.Dealership).Waivers = append(of(f.Dealership).Waivers, f)
	}
}

// figures are the network's counts on a day.
type figures struct {
	active, certified, conditional, suspended, expired, inProgress, notCertified int
	atRisk, inBreach, lawRed                                                     int
	employed, qualified, permits, below, single                                  int
	completed, upgrading, planned, notStarted                                    int
	fewestTechnicians, mostTechnicians                                           int
}

// on counts the network on a day.
func (o *told) on(day tracker.Date) figures {
	f := figures{fewestTechnicians: 99}
	for _, line := range o.timelines {
		bmw, _ := line.Standing(tracker.ProgrammeBMWi, day)
		if bmw.State == tracker.NotOperating {
			continue
		}
		f.active++
		f.countState(bmw)
		if law, _ := line.Standing(tracker.ProgrammeLaw, day); law.Law == tracker.InBreach {
			f.lawRed++
		}
		digital, _ := line.Standing(tracker.ProgrammeDigitalUpgrade, day)
		switch digital.State {
		case tracker.Completed:
			f.completed++
		case tracker.InProgress, tracker.Rework:
			f.upgrading++
		case tracker.Planned:
			f.planned++
		default:
			f.notStarted++
		}
		for _, s := range line.Staffing {
			if s.Contains(day) {
				f.employed += s.Technicians
				f.qualified += s.NEVQualified
				f.fewestTechnicians = min(f.fewestTechnicians, s.Technicians)
				f.mostTechnicians = max(f.mostTechnicians, s.Technicians)
				if s.BelowMinimum {
					f.below++
				}
				if s.NEVQualified == 1 {
					f.single++
				}
			}
		}
		for _, c := range line.Coverage {
			if c.Skill == tracker.SkillPermit && c.Contains(day) {
				f.permits++
			}
		}
	}
	return f
}

func (f *figures) countState(s tracker.Standing) {
	switch s.State {
	case tracker.Certified:
		f.certified++
	case tracker.Conditional:
		f.certified++
		f.conditional++
	case tracker.Suspended:
		f.suspended++
	case tracker.Expired:
		f.expired++
	case tracker.Preparing:
		f.inProgress++
	default:
		f.notCertified++
	}
	if s.May {
		switch s.Health() {
		case tracker.AtRisk:
			f.atRisk++
		case tracker.InBreach:
			f.inBreach++
		}
	}
}

// losses are the distinct dealerships that lose something on the days of a period.
func (o *told) losses(in tracker.Period) (right, law, brand int) {
	for _, line := range o.timelines {
		var all tracker.Loss
		for _, s := range line.Standings {
			if in.Contains(s.From) {
				all |= s.Loss
			}
		}
		if all&tracker.LossOfRight != 0 {
			right++
		}
		if all&tracker.LossOfLaw != 0 {
			law++
		}
		if all&tracker.LossOfBrand != 0 {
			brand++
		}
	}
	return right, law, brand
}

package demo

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"dealercert/internal/tracker"
)

// fingerprint is a hash of everything that a network gives.
func fingerprint(n *Network) string {
	sum := sha256.New()
	fmt.Fprintln(sum, n.Regions(), n.Zones(), n.Groups(), n.Accounts(), n.Dealerships())
	for _, p := range n.Publications() {
		fmt.Fprintf(sum, "%+v\n", p)
	}
	for noun := range n.Nouns() {
		fmt.Fprintln(sum, *noun.Dealership.Lat, *noun.Dealership.Lng)
		noun.Dealership.Lat, noun.Dealership.Lng = nil, nil
		fmt.Fprintf(sum, "%+v\n", noun)
	}
	for facts := range n.Facts() {
		for _, f := range facts {
			fmt.Fprintf(sum, "%T%+v\n", f, f)
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}

func TestTheSameOptionsGiveTheSameNetwork(t *testing.T) {
	first, _ := mustNetwork(t, 120, 7)
	again, _ := mustNetwork(t, 120, 7)
	other, _ := mustNetwork(t, 120, 8)
	one := fingerprint(first)
	if one != fingerprint(first) {
		t.Error("a network gives other data the second time")
	}
	if one != fingerprint(again) {
		t.Error("the same options give another network")
	}
	if one == fingerprint(other) {
		t.Error("another seed gives the same network")
	}
}

func TestNounsAreCompleteAndDistinct(t *testing.T) {
	o := tell(t, 600, 4)
	seen := map[string]bool{}
	once := func(what string) {
		if seen[what] {
			t.Errorf("%s comes twice", what)
		}
		seen[what] = true
	}
	people := map[tracker.PersonID]int{}
	for i, n := range o.nouns {
		d := n.Dealership
		once(d.Code)
		once(d.NameZh)
		once(d.NameEn)
		once(d.Phone)
		if d.ID != tracker.DealershipID(i+1) || len(d.Code) != 5 || d.Code < "30001" || d.Address == "" || d.Format == "" {
			t.Errorf("%+v", d)
		}
		for _, p := range n.People {
			once(p.StaffNo)
			people[p.ID] = i
			if p.Name == "" {
				t.Errorf("%+v has no name", p)
			}
		}
	}
	for i, facts := range o.facts {
		for _, f := range facts {
			if at, known := people[personOf(f)]; personOf(f) != 0 && (!known || at > i) {
				t.Errorf("%s names a person of dealership %d before it", f.Kind(), at)
			}
		}
	}
	if len(o.network.Groups()) != 24 || len(o.network.Zones()) < 12 {
		t.Errorf("%d groups, %d zones", len(o.network.Groups()), len(o.network.Zones()))
	}
}

// personOf gives the person that a fact is about, zero for none.
func personOf(f tracker.Fact) tracker.PersonID {
	switch f := f.(type) {
	case tracker.Employment:
		return f.Person
	case tracker.Leave:
		return f.Person
	case tracker.Qualification:
		return f.Person
	case tracker.Review:
		return f.Person
	default:
		return 0
	}
}

func TestEveryDecisionIsAllowed(t *testing.T) {
	for seed := uint64(1); seed <= 3; seed++ {
		o := tell(t, 600, seed)
		kinds := map[tracker.DecisionKind]int{}
		for i, line := range o.timelines {
			for _, s := range line.Skipped {
				t.Errorf("seed %d: %s of %s while %s at %d", seed, s.Decision.Decided, s.Decision.EffectiveOn, s.State, i+1)
			}
			for _, d := range o.histories[i].Decisions {
				kinds[d.Decided]++
				standard, err := o.rules.InForce(d.Programme, d.EffectiveOn)
				if err != nil || d.Standard != standard.Version || d.Grounds == "" {
					t.Errorf("%+v names no standard in force or no grounds", d)
				}
			}
		}
		if len(kinds) != 32 {
			t.Errorf("seed %d: decisions %v, want all 32 kinds", seed, kinds)
		}
	}
}

func TestCompletedUpgradesAreVerified(t *testing.T) {
	o := tell(t, 600, 1)
	standards := o.rules.Versions(tracker.ProgrammeDigitalUpgrade)
	for _, h := range o.histories {
		for _, d := range h.Decisions {
			if d.Decided != tracker.Complete {
				continue
			}
			for _, module := range standards[0].Modules {
				at := slices.IndexFunc(h.Modules, func(m tracker.Module) bool { return m.Module == module.Code })
				if at < 0 || h.Modules[at].On(d.EffectiveOn) != tracker.ModuleVerified {
					t.Fatalf("dealership %d completed on %s without %s", h.Dealership, d.EffectiveOn, module.Code)
				}
			}
		}
		for _, m := range h.Modules {
			if m.VerifiedOn != 0 && (m.LiveOn == 0 || m.LiveOn > m.VerifiedOn) || m.LiveOn != 0 && m.LiveOn < m.PlannedSince {
				t.Errorf("%+v is out of order", m)
			}
		}
	}
}

func TestEveryCauseOfChangeOccurs(t *testing.T) {
	o := tell(t, 600, 1)
	seen := map[tracker.CauseKind]int{}
	ends := map[tracker.EndKind]int{}
	losses := map[tracker.Loss]int{}
	for _, h := range o.histories {
		for _, programme := range o.rules.Programmes() {
			for _, change := range h.Changes(o.rules, programme, tracker.Period{From: takeoverDay}, true) {
				losses[change.After.Loss]++
				for _, cause := range change.Causes {
					seen[cause.Kind]++
					for _, ending := range cause.People {
						ends[ending.End]++
					}
				}
			}
		}
	}
	for _, kind := range []tracker.CauseKind{
		tracker.CauseOpens, tracker.CauseCloses, tracker.CauseMoves, tracker.CauseDecision, tracker.CauseValidity,
		tracker.CauseModules, tracker.CauseRequirement, tracker.CauseGrace, tracker.CauseLawInForce, tracker.CauseStandard,
		tracker.CauseOtherLight, tracker.CauseJoinerCounts,
	} {
		if seen[kind] == 0 {
			t.Errorf("nothing changes because of %s: %v", kind, seen)
		}
	}
	for _, end := range []tracker.EndKind{
		tracker.EndEmployment, tracker.EndReview, tracker.EndExpiry, tracker.EndDormant,
	} {
		if ends[end] == 0 {
			t.Errorf("nobody's counting ends by %q: %v", end, ends)
		}
	}
	for _, loss := range []tracker.Loss{tracker.LossOfRight, tracker.LossOfLaw, tracker.LossOfBrand} {
		if losses[loss] == 0 {
			t.Errorf("no loss of kind %d", loss)
		}
	}
}

func TestTheDealershipsThatSignIn(t *testing.T) {
	o := tell(t, 600, 1)
	accounts := o.network.Accounts()
	dealers := slices.DeleteFunc(slices.Clone(accounts), func(a Account) bool { return a.Role != tracker.RoleDealer })
	if len(accounts) != 13 || len(dealers) != 3 {
		t.Fatalf("%d accounts, %d of dealers", len(accounts), len(dealers))
	}
	stand := func(i int, programme tracker.ProgrammeCode) tracker.Standing {
		at := slices.IndexFunc(o.nouns, func(n Nouns) bool { return n.Dealership.Code == dealers[i].Dealerships[0] })
		s, _ := o.timelines[at].Standing(programme, presentDay)
		return s
	}
	for i := range dealers {
		if s := stand(i, tracker.ProgrammeBMWi); s.State != tracker.Certified || s.ValidUntil < presentDay.Add(180) {
			t.Errorf("%s is %s until %s", dealers[i].Login, s.State, s.ValidUntil)
		}
	}
	if s := stand(0, tracker.ProgrammeBMWi); s.Health() != tracker.Healthy || s.Until != 0 && s.Until < presentDay.Add(30) {
		t.Errorf("the healthy one is %s until %s", s.Health(), s.Until)
	}
	if s := stand(0, tracker.ProgrammeDigitalUpgrade); s.State != tracker.Completed {
		t.Errorf("the healthy one's upgrade is %s", s.State)
	}
	if s := stand(1, tracker.ProgrammeBMWi); s.Brand != tracker.AtRisk {
		t.Errorf("the one at risk is %s", s.Brand)
	}
	if s := stand(2, tracker.ProgrammeDigitalUpgrade); s.State != tracker.InProgress {
		t.Errorf("the upgrade under way is %s", s.State)
	}
}

// knownAt gives the facts that counted as of a moment.
func (o *told) knownAt(moment tracker.Moment) map[tracker.FactID]tracker.Fact {
	out := map[tracker.FactID]tracker.Fact{}
	for _, facts := range o.facts {
		for _, f := range facts {
			if h := f.Version(); h.RecordedAt <= moment && (h.SupersededAt == 0 || h.SupersededAt > moment) {
				out[h.Chain] = f
			}
		}
	}
	return out
}

func TestKnowledgeGrowsAndChangesItsMind(t *testing.T) {
	o := tell(t, 600, 1)
	now := o.knownAt(KnowledgeMoment)
	before := len(o.knownAt(instant(takeoverDay, 0)))
	if before != 0 {
		t.Errorf("%d facts were known before the takeover", before)
	}
	size := 0
	for year := 2020; year <= 2025; year++ {
		moment := instant(tracker.NewDate(year, 12, 31), 0)
		then := o.knownAt(moment)
		if len(then) <= size {
			t.Errorf("%d facts known at the end of %d, %d the year before", len(then), year, size)
		}
		size = len(then)
		backdated, dropped := 0, 0
		for chain, f := range now {
			if _, known := then[chain]; !known && f.FirstDay() != 0 && f.FirstDay() < tracker.NewDate(year, 12, 24) && f.Kind() == tracker.FactDecision {
				backdated++
			}
		}
		for chain, f := range then {
			if later, known := now[chain]; !known || f.Version().ID != later.Version().ID {
				dropped++
			}
		}
		if dropped == 0 {
			t.Errorf("all that was known at the end of %d is known still", year)
		}
		if backdated == 0 && year < 2025 {
			t.Errorf("no decision of %d was recorded later", year)
		}
	}
}

func TestOneDayOfTransfer(t *testing.T) {
	o := tell(t, 600, 1)
	overlaps := 0
	for _, h := range o.histories {
		for _, p := range h.People {
			list := slices.SortedFunc(slices.Values(p.Employments), func(a, b tracker.Employment) int { return cmp.Compare(a.From, b.From) })
			for i := 1; i < len(list); i++ {
				if list[i-1].Dealership != list[i].Dealership && list[i-1].Until == list[i].From+1 {
					overlaps++
				}
			}
		}
	}
	if overlaps == 0 {
		t.Error("no transfer is written down with its day at both dealerships")
	}
}

func TestSizesThatCannotBeMade(t *testing.T) {
	for _, n := range []int{-1, 0, MaxDealerships + 1} {
		if _, err := New(Options{Dealerships: n}); tracker.KindOf(err) != tracker.Invalid {
			t.Errorf("%d: %v", n, err)
		}
	}
}

func TestTheBiggestNetworkBeginsAtOnce(t *testing.T) {
	n, _ := mustNetwork(t, MaxDealerships, 1)
	codes, most := map[int]bool{}, 0
	for i := range n.plans {
		codes[n.plans[i].code] = true
		most = max(most, n.plans[i].code)
	}
	if len(codes) != n.Dealerships() || most > 99_999 || n.Dealerships() >= maxLedgers {
		t.Errorf("%d codes up to %d for %d dealerships", len(codes), most, n.Dealerships())
	}
	told := 0
	for range n.Facts() {
		if told++; told == 100 {
			break
		}
	}
	if told != 100 {
		t.Errorf("told %d", told)
	}
}

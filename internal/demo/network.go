package demo

import (
	"iter"

	"dealercert/internal/tracker"
)

// MaxDealerships is the biggest network that can be made, counted as Options does.
const MaxDealerships = 60_000

// Options say which network to make. The same options give the same network, to the last id and moment.
type Options struct {
	Dealerships int    // active on 2022-11-30: 1 to MaxDealerships
	Seed        uint64 // any
	// Publications are the standards to put in force, without heads; decisions name their versions.
	Publications []tracker.Publication
}

// Network is a demonstration network. It keeps a sketch of each dealership, about a hundred bytes, and tells the rest each
// time it is asked. It is not changed after New and safe for concurrent use.
type Network struct {
	seed         uint64
	plans        []plan
	regions      []tracker.Region
	zones        []tracker.Zone
	zonesOf      [][]tracker.ZoneID // by region
	groups       []tracker.Group
	publications []tracker.Publication
}

// Nouns is a dealership with the people who first come up there. Identities are given.
type Nouns struct {
	Dealership tracker.Dealership
	People     []tracker.Person
	Contacts   []tracker.Contact
}

// New sketches the network. The fault is Invalid when there are too few or too many dealerships.
func New(o Options) (*Network, error) {
	if o.Dealerships < 1 || o.Dealerships > MaxDealerships {
		return nil, tracker.Fault(tracker.Invalid, "demo_size", "value", o.Dealerships, "least", 1, "most", MaxDealerships)
	}
	plans, err := sketch(o.Dealerships, o.Seed)
	if err != nil {
		return nil, err
	}
	newDice(o.Seed, forOutlets, 0).outlets(plans)
	n := &Network{seed: o.Seed, plans: plans}
	n.place(newDice(o.Seed, forPlan, 1))
	n.publish(o.Publications)
	return n, nil
}

// Dealerships is how many there are in all, with those that closed before or opened after the calibration day.
func (n *Network) Dealerships() int { return len(n.plans) }

// Regions, Zones and Groups give the parts of the network with their identities.
func (n *Network) Regions() []tracker.Region { return n.regions }

// Zones gives the zones of all regions.
func (n *Network) Zones() []tracker.Zone { return n.zones }

// Groups gives the dealer groups.
func (n *Network) Groups() []tracker.Group { return n.groups }

// Publications gives the standards in force with their heads: the first version of each programme was recorded before
// everything else, later ones some months ahead of their first day.
func (n *Network) Publications() []tracker.Publication { return n.publications }

// Nouns gives each dealership with the people who first come up there, in the order of their identities. It can be gone
// through any number of times.
func (n *Network) Nouns() iter.Seq[Nouns] {
	return func(yield func(Nouns) bool) {
		names := newNamer(newDice(n.seed, forTradeNames, 0).Rand)
		for s := range n.sites() {
			if !yield(s.nouns(names.dealership(s.plan.place.city))) {
				return
			}
		}
	}
}

// Facts gives the facts of one dealership after another, with those of the people who first come up there. They name
// people and dealerships of the same block of neighbours: all nouns go before the first facts.
func (n *Network) Facts() iter.Seq[[]tracker.Fact] {
	return func(yield func([]tracker.Fact) bool) {
		for s := range n.sites() {
			if !yield(s.write()) {
				return
			}
		}
	}
}

// sites tells one block after another.
func (n *Network) sites() iter.Seq[*site] {
	return func(yield func(*site) bool) {
		for from := 0; from < len(n.plans); from += blockSize {
			for _, s := range n.block(n.plans[from:min(from+blockSize, len(n.plans))]) {
				if !yield(s) {
					return
				}
			}
		}
	}
}

// publish gives publications their heads. The first version of each programme was there before the takeover.
func (n *Network) publish(list []tracker.Publication) {
	l := newLedger(newDice(n.seed, forPublications, 0), maxLedgers-1)
	known := map[tracker.ProgrammeCode]bool{}
	for _, p := range list {
		day := takeoverDay.Add(-3)
		if known[p.Programme] {
			day = min(workingDay(p.EffectiveOn.Add(-90)), lastRecordingDay)
		}
		known[p.Programme] = true
		at := l.moment(day)
		id := l.newID(at)
		p.Head = tracker.Head{
			ID: id, Chain: id, RecordedAt: at, FirstAt: at, RecordedBy: networkAccount, Source: tracker.SourceDemo,
		}
		n.publications = append(n.publications, p)
	}
}

// standardOn gives the version of a programme's standard in force on a day, empty when none is published.
func (n *Network) standardOn(programme tracker.ProgrammeCode, on tracker.Date) string {
	version, since := "", tracker.Date(-1)
	for _, p := range n.publications {
		if p.Programme == programme && p.EffectiveOn <= on && p.EffectiveOn > since {
			version, since = p.Standard, p.EffectiveOn
		}
	}
	return version
}

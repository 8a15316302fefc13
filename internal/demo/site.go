package demo

import (
	"fmt"

	"dealercert/internal/tracker"
)

// site is one dealership while its story is told.
type site struct {
	net       *Network
	plan      *plan
	dice      dice
	ledger    *ledger
	regional  tracker.AccountID // who records for the dealership
	posts     []*post
	people    []*employee // who first came up here
	casework  casework
	certified tracker.Date // first; zero: never
	course    course
	moved     tracker.Date // to another owner; zero: never
	together  bool         // the technicians go to permit courses together
}

// blockSize is how many neighbouring dealerships are told together, so that people can move between them.
const blockSize = 8

// block tells the decisions and the staff of a block of neighbours; each one's facts are written after that.
func (n *Network) block(plans []plan) []*site {
	sites := make([]*site, len(plans))
	for i := range plans {
		p := &plans[i]
		d := newDice(n.seed, forStory, p.index)
		s := &site{net: n, plan: p, dice: d, regional: regionalAccount(p.region)}
		s.certify()
		s.course, s.together = s.newCourse(), d.happens(0.62)
		s.staff(d)
		sites[i] = s
	}
	transfer(newDice(n.seed, forTransfers, plans[0].index), sites)
	for _, s := range sites {
		s.promote(s.dice)
		s.engage()
	}
	return sites
}

// write writes down all facts of a dealership and of the people who first came up there.
func (s *site) write() []tracker.Fact {
	s.ledger = newLedger(s.dice, s.plan.index)
	s.operate()
	s.assign()
	s.franchise()
	s.employ()
	for _, e := range s.people {
		if !e.technician() {
			continue
		}
		leave := s.absence(e)
		s.train(e)
		s.license(e, leave)
	}
	s.coach()
	s.decide()
	s.upgrade()
	s.waive()
	s.climb()
	s.takePart()
	return s.ledger.facts
}

// beginning gives the first day of the dealership's records.
func (s *site) beginning() tracker.Date { return max(s.plan.opens, takeoverDay) }

// technician tells whether the person ever was one.
func (e *employee) technician() bool { return e.tenures[0].post.job.Technician() }

// id gives the dealership's identity: its place in the network's order.
func (p *plan) id() tracker.DealershipID { return tracker.DealershipID(p.index + 1) }

// nouns gives the dealership itself and the people who first came up there.
func (s *site) nouns(name tradeName) Nouns {
	p, d := s.plan, newDice(s.net.seed, forPeoplesNames, s.plan.index)
	names := namer{chance: d.Rand}
	lat, lng := p.place.lat, p.place.lng
	sales, service := phones(p.index)
	format := tracker.Format4S
	if d.happens(0.09) {
		format = tracker.Format5S
	}
	out := Nouns{Dealership: tracker.Dealership{
		ID: p.id(), Code: codeOf(p), NameZh: name.zh, NameEn: name.en, Province: p.place.city.province.nameZH,
		City: p.place.city.nameZH, Address: names.address(p.place.city), Phone: sales, ServicePhone: service,
		Lat: &lat, Lng: &lng, Format: format,
	}}
	for _, e := range s.people {
		out.People = append(out.People, tracker.Person{ID: e.id, StaffNo: fmt.Sprintf("T%06d", e.id), Name: names.person()})
	}
	out.Contacts = s.net.contacts(p)
	return out
}

// codeOf writes a dealership's code.
func codeOf(p *plan) string { return fmt.Sprintf("%05d", p.code) }

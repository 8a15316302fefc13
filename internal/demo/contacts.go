package demo

import (
	"fmt"

	"dealercert/internal/tracker"
)

// A post is what somebody to call is at a dealership, and for which matter.
var contactPosts = []struct {
	matter   tracker.Matter
	position string
	likely   float64 // that such a person is named
}{
	{tracker.MatterGeneral, "总经理", 1},
	{tracker.MatterPeople, "售后经理", 0.9},
	{tracker.MatterSales, "销售经理", 0.7},
	{tracker.MatterDigital, "数字化专员", 0.4},
}

// contactPhone gives a number that reaches nobody, as phones does.
func contactPhone(base, serial int) string {
	return fmt.Sprintf("0000-%04d-%04d", base+serial/10_000, serial%10_000)
}

// contacts gives whom to call at a dealership: invented people with addresses that no mail reaches.
func (n *Network) contacts(p *plan) []tracker.Contact {
	d := newDice(n.seed, forContacts, p.index)
	names := namer{chance: d.Rand}
	l := newLedger(d, p.index)
	var out []tracker.Contact
	for i, post := range contactPosts {
		named := d.happens(post.likely)
		name, id := names.person(), l.newID(l.takeover)
		if !named {
			continue
		}
		out = append(out, tracker.Contact{
			ID: string(id), Dealership: p.id(), Matter: post.matter, Version: 1, Reach: tracker.Reach{
				Name: name, Position: post.position, Phone: contactPhone(5600+100*i, p.index),
				Email: fmt.Sprintf("%s@d%s.example.com", post.matter, codeOf(p)),
			},
		})
	}
	return out
}

// Responsibles gives the managers responsible for headquarters, each region and most zones: invented people.
func (n *Network) Responsibles() []tracker.Responsible {
	d := newDice(n.seed, forResponsibles, 0)
	names := namer{chance: d.Rand}
	var out []tracker.Responsible
	add := func(place tracker.PartKind, ref int64, position, login string) {
		out = append(out, tracker.Responsible{Part: tracker.Part{Place: place, Ref: ref}, Version: 1, Reach: tracker.Reach{
			Name: names.person(), Position: position, Phone: contactPhone(5570, len(out)+1), Email: login + "@network.example.com",
		}})
	}
	add(tracker.PlaceHeadquarters, 0, "网络发展部经理", "headquarters")
	for _, r := range n.regions {
		add(tracker.PlaceRegion, int64(r.ID), r.NameZh+"经理", r.Code)
	}
	for i, z := range n.zones {
		if i%5 != 4 { // one in five is vacant: the region's manager answers for it
			add(tracker.PlaceZone, int64(z.ID), z.Code+"小区经理", "zone-"+z.Code)
		}
	}
	return out
}

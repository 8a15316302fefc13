package demo

import "dealercert/internal/tracker"

// Reasons of changes in a dealership's life.
const (
	reasonRenovation  = "停业装修 · Shut for renovation"
	reasonCloses      = "授权协议终止 · The dealer agreement ends"
	reasonClosesLater = "闭店日期推迟 · Closes later than announced"
)

// operate writes down when the dealership is open.
func (s *site) operate() {
	of := func(from, until tracker.Date) func(tracker.Head) tracker.Fact {
		return func(h tracker.Head) tracker.Fact {
			return tracker.OperatingPeriod{Head: h, Dealership: s.plan.id(), From: from, Until: until}
		}
	}
	opens, closes := s.plan.opens, s.plan.closes
	versions := []version{{near: opens, lag: lag{-30, -3}, by: networkAccount, fact: of(opens, 0)}}
	switch {
	case s.plan.fate == fateRenovated:
		shut := s.dice.day(tracker.MustDate("2023-03-01"), tracker.MustDate("2025-12-01"))
		again := shut.Add(s.dice.between(100, 230))
		s.ledger.write(versions[0], version{
			near: shut, lag: lag{-30, -5}, by: networkAccount, reason: reasonRenovation, fact: of(opens, shut),
		})
		s.ledger.write(version{near: again, lag: lag{-12, 0}, by: networkAccount, fact: of(again, 0)})
		return
	case closes != 0 && s.dice.happens(0.25):
		versions = append(versions, version{
			near: closes.Add(-60), lag: lag{-30, -5}, by: networkAccount, reason: reasonCloses, fact: of(opens, closes.Add(-31)),
		}, version{
			near: closes.Add(-35), lag: prompt, by: networkAccount, reason: reasonClosesLater, fact: of(opens, closes),
		})
	case closes != 0:
		versions = append(versions, version{
			near: closes, lag: lag{-60, 3}, by: networkAccount, reason: reasonCloses, fact: of(opens, closes),
		})
	}
	s.ledger.write(versions...)
}

// assign writes down where in the network the dealership is. The first assignment is open to the past, so that who looks
// after a dealership is known before it opens; a move is a new one.
func (s *site) assign() {
	p, d := s.plan, s.dice
	of := func(place tracker.Place, near, from tracker.Date) version {
		return version{near: near, lag: lag{-20, 5}, by: networkAccount, fact: func(h tracker.Head) tracker.Fact {
			return tracker.Assignment{
				Head: h, Dealership: p.id(), Region: place.Region, Zone: place.Zone, Group: place.Group, From: from,
			}
		}}
	}
	now := tracker.Place{Region: p.region, Zone: p.zone, Group: p.group}
	before, moved := now, tracker.Date(0)
	switch {
	case p.newRegion:
		before.Region, before.Zone = s.net.neighbour(d, p.region)
		days := []tracker.Date{
			tracker.MustDate("2021-07-01"), tracker.MustDate("2023-01-01"), tracker.MustDate("2025-01-01"),
			tracker.MustDate("2026-07-01"), tracker.MustDate("2027-01-01"),
		}
		moved = pick(d.Rand, days)
	case p.newOwner:
		before.Group = s.net.otherGroup(d, p.group)
		moved = d.day(tracker.MustDate("2020-09-01"), tracker.MustDate("2026-10-12"))
		if d.happens(0.12) {
			moved = tracker.MustDate("2027-01-04")
		}
	}
	if moved <= p.opens || p.closes != 0 && moved >= p.closes {
		s.ledger.write(of(now, p.opens, 0))
		return
	}
	s.ledger.write(of(before, p.opens, 0))
	s.ledger.write(of(now, moved, moved))
	if p.newOwner {
		s.moved = moved
	}
}

// franchise writes down the brands.
func (s *site) franchise() {
	d, opens := s.dice, s.plan.opens
	write := func(brand tracker.Brand, from, until tracker.Date) {
		of := func(until tracker.Date) func(tracker.Head) tracker.Fact {
			return func(h tracker.Head) tracker.Fact {
				return tracker.Franchise{Head: h, Dealership: s.plan.id(), Brand: brand, From: from, Until: until}
			}
		}
		versions := []version{{near: from, lag: lag{-15, 5}, by: networkAccount, fact: of(0)}}
		if until != 0 {
			versions = append(versions, version{
				near: until, lag: lag{-60, -5}, by: networkAccount, reason: reasonCloses, fact: of(until),
			})
		}
		s.ledger.write(versions...)
	}
	write("BMW", opens, 0)
	if len(s.casework.rulings) > 0 {
		write("BMW i", s.casework.rulings[0].on, 0)
	}
	for _, other := range []struct {
		brand tracker.Brand
		share float64
	}{{"MINI", 0.38}, {"Rolls-Royce", 0.04}, {"BMW Motorrad", 0.11}} {
		if !d.happens(other.share) {
			continue
		}
		ends := tracker.Date(0)
		if d.happens(0.06) && opens < calibrationDay && s.plan.closes == 0 {
			ends = d.day(tracker.MustDate("2024-01-01"), tracker.MustDate("2027-03-31"))
		}
		write(other.brand, opens, ends)
	}
}

// waive writes down a waiver of the consultants' ratio, for a few.
func (s *site) waive() {
	if s.certified == 0 || s.plan.showcase != noShowcase || !s.dice.happens(0.012) {
		return
	}
	from := s.dice.day(tracker.MustDate("2023-02-01"), tracker.MustDate("2026-10-01"))
	until := from.Add(s.dice.between(60, 150))
	s.ledger.write(version{near: from, lag: lag{-10, 3}, by: networkAccount, fact: func(h tracker.Head) tracker.Fact {
		return tracker.Waiver{
			Head: h, Dealership: s.plan.id(), Requirement: "BMI-B04", From: from, Until: until,
			Grounds:      "展厅改造期间人员借调 · Consultants are lent out while the showroom is rebuilt",
			Compensation: "由区域培训师驻店支持 · The region's trainer supports on site",
		}
	}})
}

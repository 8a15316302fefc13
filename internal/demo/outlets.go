package demo

import "dealercert/internal/tracker"

// outlets are the days on which a dealership takes further steps; zero ones never come.
type outlets struct {
	showroom tracker.Date // its iShowroom opens
	joins    tracker.Date // the Green Star
	star     tracker.Date // first awarded
	takeBack tracker.Date // its battery take-back outlet goes into operation
	custody  tracker.Date // somebody else runs it for a time
	moves    tracker.Date // to another address
	refused  bool         // one model is withheld from it
	sellsOff bool         // the stock of one model is sold off
}

// outlets deals outlets to the dealerships that are open throughout and keep their certificate: one in a hundred has an
// iShowroom by the calibration day; one in twelve is a member of the Green Star by then, and more than 250 of 600 are
// certified by the end of 2023, more than 360 a year later; two thirds take batteries back by December 2023, nearly all a
// year later.
func (d dice) outlets(plans []plan) {
	var steady []*plan
	active := 0
	for i := range plans {
		p := &plans[i]
		if p.active {
			active++
		}
		if p.active && (p.fate == fateSteady || p.fate == fateSuspendedOnce) {
			steady = append(steady, p)
		}
	}
	d.Shuffle(len(steady), func(i, j int) { steady[i], steady[j] = steady[j], steady[i] })
	early, later, last := share(active, 0.085), share(active, 0.44), share(active, 0.62)
	yearEnd := tracker.MustDate("2023-12-15")
	for i, p := range steady {
		switch {
		case i < early:
			p.outlets.joins = d.day(tracker.MustDate("2022-05-09"), calibrationDay.Add(-10))
			p.outlets.star = workingDay(d.day(p.outlets.joins.Add(300), p.outlets.joins.Add(380)))
		case i < later:
			p.outlets.joins = d.day(calibrationDay.Add(5), tracker.MustDate("2023-03-20"))
			p.outlets.star = workingDay(d.day(tracker.MustDate("2023-09-04"), yearEnd))
		case i < last:
			p.outlets.joins = d.day(tracker.MustDate("2023-06-05"), tracker.MustDate("2024-03-29"))
			p.outlets.star = workingDay(d.day(p.outlets.joins.Add(190), tracker.MustDate("2024-12-13")))
		}
	}
	d.Shuffle(len(steady), func(i, j int) { steady[i], steady[j] = steady[j], steady[i] })
	for i, p := range steady {
		p.outlets.takeBack = workingDay(d.day(tracker.MustDate("2024-01-08"), tracker.MustDate("2024-11-29")))
		if i < share(active, 0.7) {
			p.outlets.takeBack = workingDay(d.day(tracker.MustDate("2023-04-03"), tracker.MustDate("2023-11-24")))
		}
	}
	d.Shuffle(len(steady), func(i, j int) { steady[i], steady[j] = steady[j], steady[i] })
	for i, p := range steady {
		switch few := share(active, 0.01); {
		case i < few:
			p.outlets.showroom = workingDay(d.day(tracker.MustDate("2022-08-01"), calibrationDay.Add(-3)))
		case i < 2*few:
			p.outlets.showroom = workingDay(d.day(tracker.MustDate("2023-02-06"), tracker.MustDate("2026-06-26")))
		case i == 2*few:
			p.outlets.custody = tracker.MustDate("2026-09-14")
		case i <= 2*few+1+few/3:
			p.outlets.moves = d.day(tracker.MustDate("2024-03-04"), tracker.MustDate("2026-09-18"))
		case i <= 3*few:
			p.outlets.refused = true
		case i <= 4*few:
			p.outlets.sellsOff = true
		}
		if p.showcase != noShowcase {
			p.outlets.custody, p.outlets.moves, p.outlets.refused = 0, 0, false
		}
	}
}

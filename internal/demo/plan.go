package demo

import (
	"cmp"
	"math"
	"slices"

	"dealercert/internal/tracker"
)

// fate is what becomes of a dealership's certification, beyond certificates that are renewed.
type fate int

// The fates. Those of the calibration day and of the present make the counts of these days.
const (
	fateSteady fate = iota
	fateSuspendedAtCalibration
	fateExpiredAtCalibration
	fatePreparingAtCalibration
	fateWithdrawnAtCalibration
	fateNotEnrolledAtCalibration
	fateSuspendedNow
	fateExpiredNow
	fatePreparingNow
	fateWithdrawnNow
	fateRevokedNow
	fateWithdrawsSoon // known by the knowledge day for a day of the months after
	fateCloses        // between the calibration and the knowledge day
	fateClosesSoon    // known by the knowledge day for a day of the months after
	fateRenovated     // shut for some months, then open again
	fateSuspendedOnce
	fateRevokedOnce // and certified again
	fates           // how many there are
)

// upgrade is how far a dealership gets with the digital upgrade.
type upgrade int

// The kinds of progress.
const (
	upgradeCompletedAtCalibration upgrade = iota
	upgradeCompletedSince
	upgradeUnderWay
	upgradePlanned
	upgradeNotBegun
)

// diligence is how well a dealership keeps its dates.
type diligence int

// The kinds of diligence.
const (
	diligent diligence = iota
	ordinary
	slack
)

// showcase marks a dealership that has a sign-in of its own.
type showcase int

// The dealerships that sign in.
const (
	noShowcase showcase = iota
	showcaseHealthy
	showcaseAtRisk
	showcaseUpgrading
)

// plan is the sketch of one dealership: what quotas decide about it before its story is told.
type plan struct {
	index       int
	place       place
	code        int
	region      tracker.RegionID
	zone        tracker.ZoneID
	group       tracker.GroupID
	born        tracker.Date // when it was founded, known or not
	opens       tracker.Date // the first operating day; zero: since before the records
	closes      tracker.Date // the first day on which it no longer operates; zero: none known
	active      bool         // on the calibration day
	fate        fate
	phase       float64 // where in the two years of a certificate its end lies, from 0 to 1, spread evenly over the network
	diligence   diligence
	technicians int
	untrained   int // technicians who are not qualified on the calibration day
	unlicensed  int // technicians without a permit when the law comes into force
	consultants int
	upgrade     upgrade
	showcase    showcase
	newRegion   bool // comes from another region
	newOwner    bool // came from another group
	outlets     outlets
}

// sketch makes the plans of a network with n dealerships active on the calibration day, in the order of their places.
func sketch(n int, seed uint64) ([]plan, error) {
	d := newDice(seed, forPlan, 0)
	closed, late := share(n, 0.03), share(n, 0.03)
	places, err := placeDealerships(n + closed + late)
	if err != nil {
		return nil, err
	}
	plans := make([]plan, len(places))
	for i := range plans {
		plans[i] = plan{index: i, place: places[i], active: true}
	}
	others := d.inactive(plans, closed+late)
	for i, at := range others {
		plans[at].active = false
		if i < closed {
			plans[at].closes = d.day(tracker.MustDate("2020-07-01"), tracker.MustDate("2022-10-15"))
			continue
		}
		plans[at].opens = d.day(tracker.MustDate("2023-01-09"), tracker.MustDate("2026-09-21"))
		if i-closed < late/9 {
			plans[at].opens = d.day(tracker.MustDate("2026-12-07"), tracker.MustDate("2027-05-31"))
		}
	}
	active := make([]*plan, 0, n)
	for i := range plans {
		d.outline(&plans[i])
		if plans[i].active {
			active = append(active, &plans[i])
		}
	}
	d.certifications(active)
	d.headcounts(active)
	d.upgrades(active)
	d.moves(plans)
	d.codes(plans)
	d.showcases(active)
	return plans, nil
}

// inactive picks the dealerships that are not active on the calibration day, leaving one in each province where there are
// enough.
func (d dice) inactive(plans []plan, count int) []int {
	left := map[*province]int{}
	for _, p := range plans {
		left[p.place.city.province]++
	}
	var out, lone []int
	for _, i := range d.Perm(len(plans)) {
		if home := plans[i].place.city.province; left[home] > 1 {
			left[home]--
			out = append(out, i)
		} else {
			lone = append(lone, i)
		}
	}
	return append(out, lone...)[:count]
}

// outline draws what no quota sets.
func (d dice) outline(p *plan) {
	p.born = d.day(tracker.MustDate("2003-06-01"), tracker.MustDate("2019-10-31"))
	switch {
	case p.opens != 0:
		p.born = p.opens
	case d.happens(0.7):
		p.opens = p.born
	}
	p.phase = d.Float64()
	p.technicians = 4 + d.IntN(2)
	p.consultants = d.between(4, 8)
	p.unlicensed = d.IntN(2)
	p.upgrade = upgradeUnderWay
	if d.happens(0.4) {
		p.upgrade = upgradeCompletedSince
	}
	switch roll := d.Float64(); {
	case roll > 0.92:
		p.diligence = slack
	case roll > 0.70:
		p.diligence = ordinary
	}
}

// certifications deals fates and phases to the dealerships active on the calibration day. On that day 97.5 to 99.8 % of
// them are certified, and 95 to 98 % of them at present.
func (d dice) certifications(active []*plan) {
	n := len(active)
	most := n / 40
	uncertified := min(max(share(n, 0.008+0.011*d.Float64()), (n+599)/600), most)
	now := share(n, 0.030)
	counts := slices.Concat(
		apportion(uncertified, []int{2, 2, 3, 1, 1}),
		apportion(now, []int{5, 6, 4, 3, 2}),
		[]int{
			share(n, 0.007), share(n, 0.025), share(n, 0.006), share(n, 0.006), share(n, 0.04), share(n, 0.003),
		})
	ranks := d.Perm(n)
	for i, hand := range d.deal(n, counts...) {
		p := active[i]
		p.fate = fate(hand)
		p.phase = (float64(ranks[i]) + 0.5) / float64(n)
		switch p.fate {
		case fateCloses:
			p.closes = d.day(tracker.MustDate("2023-02-01"), tracker.MustDate("2026-10-01"))
		case fateClosesSoon:
			p.closes = d.day(tracker.MustDate("2026-12-01"), tracker.MustDate("2027-07-01"))
		}
	}
}

// headcounts deals people to the dealerships active on the calibration day: 4.45 technicians each on average, of whom
// about 4.25 are qualified on the day. When the law comes into force 79 to 86 % of the posts are held by somebody with a
// permit, and at some dealerships fewer than two are.
func (d dice) headcounts(active []*plan) {
	n := len(active)
	for i, hand := range d.deal(n, share(n, 0.45)) {
		active[i].technicians = 4 + hand
	}
	technicians := 4*n + share(n, 0.45)
	untrained := max(technicians-share(n, 4.205+0.09*d.Float64()), 0)
	twice := untrained / 10
	for i, hand := range d.deal(n, untrained-2*twice, twice) {
		active[i].untrained = hand
	}
	unlicensed := share(technicians, 0.14+0.07*d.Float64())
	caught := share(n, 0.03)
	unlicensed -= caught * 3
	twice = max(unlicensed, 0) / 5
	for i, hand := range d.deal(n, unlicensed-2*twice, twice, caught) {
		p := active[i]
		p.unlicensed = hand
		if hand == 3 {
			p.unlicensed = p.technicians - d.IntN(2)
		}
	}
}

// upgrades deals the digital upgrade: just over half have completed it on the calibration day, about 85 % at present.
func (d dice) upgrades(active []*plan) {
	n := len(active)
	completed := int(math.Ceil(float64(n) * (0.5034 + 0.011*d.Float64())))
	rest := n - completed
	since := share(rest, 0.74)
	planned, not := share(rest, 0.08), share(rest, 0.05)
	for i, hand := range d.deal(n, since, rest-since-planned-not, planned, not) {
		active[i].upgrade = upgrade(hand)
	}
}

// moves deals changes of region and of owner.
func (d dice) moves(plans []plan) {
	n := len(plans)
	for i, hand := range d.deal(n, share(n, 0.02), share(n, 0.018)) {
		plans[i].newRegion = hand == 1
		plans[i].newOwner = hand == 2
	}
}

// codes gives dealerships their codes in the order in which they were founded, with gaps where there is room: five
// digits from 30001.
func (d dice) codes(plans []plan) {
	order := make([]int, len(plans))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(plans[a].born, plans[b].born) })
	stride := min(max(60_000/len(plans), 1), 9)
	for rank, i := range order {
		plans[i].code = 30_001 + rank*stride + d.IntN(stride)
	}
}

// showcases picks the dealerships that sign in: one in good health with a long certificate, one at risk, one amid its
// upgrade. A network of fewer than three has fewer.
func (d dice) showcases(active []*plan) {
	order := d.Perm(len(active))
	pick := func(mark showcase, fits func(*plan) bool) {
		for _, any := range []bool{false, true} {
			for _, i := range order {
				if p := active[i]; p.showcase == noShowcase && (any || p.fate == fateSteady && fits(p)) {
					p.showcase = mark
					return
				}
			}
		}
	}
	long := func(p *plan) bool { return p.phase > 0.7 && !p.newRegion && !p.newOwner }
	pick(showcaseHealthy, func(p *plan) bool {
		return long(p) && p.diligence == diligent && p.upgrade == upgradeCompletedAtCalibration
	})
	pick(showcaseAtRisk, func(p *plan) bool { return long(p) && p.diligence == diligent })
	pick(showcaseUpgrading, func(p *plan) bool { return long(p) && p.upgrade == upgradeUnderWay })
	for _, p := range active {
		if p.showcase == showcaseAtRisk {
			p.consultants = 4
		}
	}
}

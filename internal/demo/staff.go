package demo

import (
	"slices"

	"dealercert/internal/tracker"
)

// post is a place to be filled at a dealership: one after another hold it.
type post struct {
	job        tracker.Job
	early      bool // its holder is among those trained before the dealership is certified
	untrained  bool // its holder on the calibration day is not qualified then
	unlicensed bool // its holder on the day on which the law comes into force has no permit then
	tenures    []*tenure
}

// tenure is the time for which somebody holds a post.
type tenure struct {
	site      *site
	post      *post
	from      tracker.Date // zero: unknown
	until     tracker.Date // the first day on which it no longer holds; zero: no end is known
	continues *tenure      // whose holder moved here; nil: somebody new
	moves     bool         // its holder goes on elsewhere
	who       *employee
}

// employee is a person with the tenures in their order.
type employee struct {
	id      tracker.PersonID
	home    *site // which records what belongs to the person alone
	tenures []*tenure
}

// peoplePerDealership is the span of staff numbers that each dealership gives out.
const peoplePerDealership = 80

// The limits of a post's history; together they keep a dealership within its span of staff numbers.
const (
	mostTechnicianTenures = 4
	mostConsultantTenures = 3
)

// staff fills a dealership's posts from its beginning to its end.
func (s *site) staff(d dice) {
	p := s.plan
	first := d.IntN(p.technicians)
	for i := range p.technicians {
		post := &post{
			job: tracker.JobTechnician, early: i < 2, untrained: p.active && i >= p.technicians-p.untrained,
			unlicensed: (i+first)%p.technicians < p.unlicensed,
		}
		if i == 0 && p.index%5 < 3 {
			post.job = tracker.JobForeman
		}
		settled := 60 // days to be trained in before the calibration day
		if post.untrained {
			settled = 0
		}
		s.fill(d, post, habit{leavePerYear: 0.10, settled: settled, most: mostTechnicianTenures})
	}
	for range p.consultants {
		s.fill(d, &post{job: tracker.JobSalesConsultant}, habit{leavePerYear: 0.13, most: mostConsultantTenures})
	}
	if d.happens(0.985) {
		s.fill(d, &post{job: tracker.JobIChampion}, habit{leavePerYear: 0.08, most: 2, since: tracker.MustDate("2014-04-23")})
	}
	s.fill(d, &post{job: tracker.JobPrincipal}, habit{most: 1})
}

// habit is how the holders of a kind of post come and go.
type habit struct {
	leavePerYear float64
	settled      int          // so many days before the calibration day a post is not vacated
	most         int          // tenures
	since        tracker.Date // since when there have been such posts
}

// fill gives a post its holders. On the calibration day no post is vacant.
func (s *site) fill(d dice, p *post, h habit) {
	s.posts = append(s.posts, p)
	t := &tenure{site: s, post: p}
	since := takeoverDay
	switch {
	case s.plan.opens > takeoverDay:
		t.from = s.plan.opens.Add(-d.between(0, 20))
		since = t.from
	case d.happens(0.75):
		t.from = workingDay(d.day(max(s.plan.born, h.since, tracker.MustDate("2009-03-02")), tracker.MustDate("2019-12-16")))
	}
	p.tenures = append(p.tenures, t)
	for len(p.tenures) < h.most {
		leaves := since.Add(120 + d.stay(h.leavePerYear))
		vacant := d.between(0, 75)
		if d.happens(0.12) {
			vacant = d.between(150, 500)
		}
		joins := workingDay(leaves.Add(vacant))
		if leaves > lastRecordingDay.Add(-5) || s.plan.closes != 0 && leaves > s.plan.closes.Add(-60) {
			break
		}
		if s.plan.active && leaves <= calibrationDay && calibrationDay < joins.Add(h.settled) {
			since = leaves // stayed after all
			continue
		}
		t.until = leaves
		if joins > lastRecordingDay || s.plan.closes != 0 && joins > s.plan.closes.Add(-60) {
			break
		}
		t = &tenure{site: s, post: p, from: joins}
		p.tenures, since = append(p.tenures, t), joins
	}
	s.endTenure(d, p, t)
}

// endTenure ends a post's last tenure: with the dealership, or on notice given by the knowledge day.
func (s *site) endTenure(d dice, p *post, last *tenure) {
	switch {
	case last.until != 0:
		return
	case s.plan.closes != 0:
		last.until = s.plan.closes
	case s.plan.showcase == noShowcase && p.job != tracker.JobPrincipal && d.happens(0.025):
		last.until = d.day(tracker.MustDate("2026-11-16"), tracker.MustDate("2027-04-15"))
		if d.happens(0.4) {
			next := &tenure{site: s, post: p, from: workingDay(last.until.Add(d.between(0, 40)))}
			p.tenures = append(p.tenures, next)
		}
	}
}

// transfer lets technicians move to a later dealership of the block, on one day: who would have been hired there comes
// from the neighbour, whose post falls vacant for some weeks.
func transfer(d dice, sites []*site) {
	for to, s := range sites {
		if to == 0 || !d.happens(0.22) {
			continue
		}
		hired := s.hired()
		if len(hired) == 0 {
			continue
		}
		target := pick(d.Rand, hired)
		source := pick(d.Rand, sites[:to])
		for _, p := range source.posts {
			if leaver := p.holds(target.from); leaver != nil && source.spares(p, leaver, target.from) {
				move(d, leaver, target)
				break
			}
		}
	}
}

// hired gives the tenures of technicians who were hired from outside by the knowledge day.
func (s *site) hired() []*tenure {
	var out []*tenure
	for _, p := range s.posts {
		if !p.job.Technician() || p.untrained {
			continue
		}
		for _, t := range p.tenures[1:] {
			if t.continues == nil && t.from < lastRecordingDay {
				out = append(out, t)
			}
		}
	}
	return out
}

// holds gives the tenure that holds the post on a day, nil when it is vacant.
func (p *post) holds(on tracker.Date) *tenure {
	for _, t := range p.tenures {
		if t.from <= on && (t.until == 0 || on < t.until) {
			return t
		}
	}
	return nil
}

// spares tells whether a technician can leave on a day without spoiling the calibration day: neither the post's count
// nor its holder's training.
func (s *site) spares(p *post, t *tenure, on tracker.Date) bool {
	if !p.job.Technician() || p.untrained || s.plan.showcase != noShowcase || len(p.tenures) > mostTechnicianTenures {
		return false
	}
	long := !t.moves && on > max(t.from, takeoverDay).Add(200) && (t.until == 0 || t.until > on.Add(120))
	return long && (calibrationDay < on || calibrationDay > on.Add(125))
}

// move ends a tenure with the beginning of another of the same person, and hires somebody new for the rest of it. Half of
// the transfers are written down with the day of change at both dealerships.
func move(d dice, leaver, target *tenure) {
	target.continues, leaver.moves = leaver, true
	rest := &tenure{site: leaver.site, post: leaver.post, from: workingDay(target.from.Add(d.between(5, 60))), until: leaver.until}
	leaver.until = target.from.Add(d.IntN(2))
	if rest.from > lastRecordingDay {
		return
	}
	p := leaver.post
	p.tenures = slices.Insert(p.tenures, slices.Index(p.tenures, leaver)+1, rest)
}

// promote lets a technician become service advisor at the same dealership.
func (s *site) promote(d dice) {
	for _, p := range s.posts {
		if !p.job.Technician() || p.untrained {
			continue
		}
		for _, t := range p.tenures {
			if t.moves || t.until == 0 || t.until > lastRecordingDay || t.until == s.plan.closes || !d.happens(0.02) {
				continue
			}
			t.moves = true
			advisor := &post{job: tracker.JobServiceAdvisor}
			advisor.tenures = []*tenure{{site: s, post: advisor, from: t.until, until: s.plan.closes, continues: t}}
			s.posts = append(s.posts, advisor)
		}
	}
}

// engage gives each tenure its person. Who moved is known already: people move to later posts only.
func (s *site) engage() {
	for _, p := range s.posts {
		for _, t := range p.tenures {
			if t.continues != nil {
				t.who = t.continues.who
			} else {
				t.who = &employee{id: tracker.PersonID(s.plan.index*peoplePerDealership + len(s.people) + 1), home: s}
				s.people = append(s.people, t.who)
			}
			t.who.tenures = append(t.who.tenures, t)
		}
	}
}

// during gives the technician's tenure that holds on a day, nil when there is none.
func (e *employee) during(on tracker.Date) *tenure {
	for i := len(e.tenures) - 1; i >= 0; i-- {
		t := e.tenures[i]
		if t.post.job.Technician() && t.from <= on && (t.until == 0 || on < t.until) {
			return t
		}
	}
	return nil
}

// career gives a technician's first day, zero when unknown, and the first day of being none any more.
func (e *employee) career() tracker.Period {
	var last *tenure
	for _, t := range e.tenures {
		if t.post.job.Technician() {
			last = t
		}
	}
	return tracker.Period{From: e.tenures[0].from, Until: last.until}
}

// here gives the day itself, or the day on which the person came when that is later: what somebody brings along is
// recorded then.
func (e *employee) here(day tracker.Date) tracker.Date { return max(day, e.tenures[0].from) }

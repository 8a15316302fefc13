package demo

import (
	"fmt"
	"math"

	"dealercert/internal/tracker"
)

// upgradeModules is how many modules the digital upgrade has.
const upgradeModules = 12

// Reasons and grounds of the digital upgrade.
const (
	reasonPostponed  = "供应商延期，调整计划 · Postponed: the supplier is late"
	reasonWentLive   = "模块上线 · The module went live"
	reasonVerified   = "远程核查通过 · Verified remotely"
	groundsCompleted = "全部模块上线并核查 · All modules are live and verified"
	groundsReopened  = "使用率连续两个季度不达标 · Use below the floor for two quarters"
)

// milestones are the days of one module; zero ones are not known.
type milestones struct{ since, planned, live, verified tracker.Date }

// upgrade writes down the modules of the digital upgrade and its completion.
func (s *site) upgrade() {
	p, d := s.plan, s.dice
	completes := p.completes(d)
	begins := max(completes.Add(-d.between(270, 430)), s.beginning().Add(15))
	switch {
	case completes != 0 && completes < s.end() && begins < completes.Add(-200):
		s.completed(begins, completes)
	case p.upgrade == upgradeNotBegun || p.opens > lastRecordingDay.Add(-150):
	case p.upgrade == upgradePlanned && p.closes == 0:
		since := d.day(tracker.MustDate("2026-04-01"), tracker.MustDate("2026-10-20"))
		for number := range upgradeModules {
			planned := d.day(tracker.MustDate("2027-01-11"), tracker.MustDate("2029-06-30")).AddMonths(number)
			s.module(number, milestones{since: since, planned: planned})
		}
	default:
		first, last := tracker.MustDate("2025-06-02"), tracker.MustDate("2026-06-30")
		if p.closes != 0 {
			first, last = p.closes.Add(-600), p.closes.Add(-200)
		}
		s.underWay(max(d.day(first, last), p.opens.Add(20), takeoverDay))
	}
}

// completes draws the day on which the upgrade is completed, zero for not yet: more and more until the calibration day,
// fewer and fewer after it.
func (p *plan) completes(d dice) tracker.Date {
	switch {
	case p.upgrade == upgradeCompletedAtCalibration:
		return workingDay(calibrationDay.Add(-5 - int(800*math.Pow(d.Float64(), 1.5))))
	case p.upgrade == upgradeCompletedSince && p.opens > calibrationDay:
		return workingDay(p.opens.Add(d.between(450, 700)))
	case p.upgrade == upgradeCompletedSince:
		return workingDay(calibrationDay.Add(8 + int(1_400*math.Pow(d.Float64(), 1.3))))
	default:
		return 0
	}
}

// completed writes down an upgrade from its first plan to its completion; a few are opened again later.
func (s *site) completed(begins, completes tracker.Date) {
	d := s.dice
	for number := range upgradeModules {
		m := milestones{since: begins.Add(d.between(0, 12)), planned: d.day(begins.Add(40), completes.Add(-70))}
		m.live = min(m.planned.Add(d.between(-15, 45)), completes.Add(-32))
		m.verified = min(workingDay(m.live.Add(d.between(12, 60))), completes.Add(-4))
		s.module(number, m)
	}
	s.decision(tracker.ProgrammeDigitalUpgrade, ruling{kind: tracker.Complete, on: completes, grounds: groundsCompleted})
	reopens := workingDay(max(completes, calibrationDay).Add(d.between(20, 700)))
	if reopens >= s.end().Add(-30) || s.plan.showcase != noShowcase || !d.happens(0.03) {
		return
	}
	s.decision(tracker.ProgrammeDigitalUpgrade, ruling{kind: tracker.Reopen, on: reopens, grounds: groundsReopened})
	if again := workingDay(reopens.Add(d.between(60, 150))); again < s.end() {
		s.decision(tracker.ProgrammeDigitalUpgrade, ruling{kind: tracker.Complete, on: again, grounds: groundsCompleted})
	}
}

// underWay writes down an upgrade that is not completed by the end of knowledge: some modules are verified, some live,
// the others planned for the years to come.
func (s *site) underWay(begins tracker.Date) {
	d, last := s.dice, s.end().Add(-3)
	for number := range upgradeModules {
		m := milestones{since: begins.Add(d.between(0, 12))}
		m.planned = d.day(begins.Add(60), last.Add(60))
		switch roll := d.Float64(); {
		case number == 0 || roll < 0.6 && begins.Add(30) < last:
			m.live = min(max(m.planned.Add(d.between(-15, 30)), begins.Add(20)), last)
			if verified := workingDay(m.live.Add(d.between(12, 60))); roll < 0.4 && verified <= last {
				m.verified = verified
			}
		case s.plan.closes == 0:
			m.planned = d.day(tracker.MustDate("2026-11-16"), tracker.MustDate("2028-09-29"))
		}
		s.module(number, m)
	}
}

// module writes down a module: when it was planned, perhaps postponed, when it went live and when it was verified, the
// last two sometimes at once.
func (s *site) module(number int, m milestones) {
	of := func(m milestones) func(tracker.Head) tracker.Fact {
		return func(h tracker.Head) tracker.Fact {
			return tracker.Module{
				Head: h, Dealership: s.plan.id(), Module: fmt.Sprintf("DGU-%02d", number+1),
				PlannedSince: m.since, PlannedOn: m.planned, LiveOn: m.live, VerifiedOn: m.verified,
			}
		}
	}
	earlier := milestones{since: m.since, planned: m.planned}
	var versions []version
	if first := m.planned.AddMonths(-3); first > m.since.Add(30) && s.dice.happens(0.06) {
		versions = append(versions, version{
			near: m.since, lag: prompt, by: s.regional, fact: of(milestones{since: m.since, planned: first}),
		})
		versions = append(versions, version{
			near: min(first.Add(-10), lastRecordingDay), lag: prompt, by: s.regional, reason: reasonPostponed, fact: of(earlier),
		})
	} else {
		versions = append(versions, version{near: m.since, lag: prompt, by: s.regional, fact: of(earlier)})
	}
	live := earlier
	live.live = m.live
	if m.live != 0 && (m.verified == 0 || s.dice.happens(0.5)) {
		versions = append(versions, version{near: m.live, lag: prompt, by: s.regional, reason: reasonWentLive, fact: of(live)})
	}
	if m.verified != 0 {
		versions = append(versions, version{near: m.verified, lag: prompt, by: s.regional, reason: reasonVerified, fact: of(m)})
	}
	s.ledger.write(versions...)
}

package demo

import (
	"slices"

	"dealercert/internal/tracker"
)

// The clocks of the certification as it is run in the demonstration network. The decisions carry their ends themselves,
// so that no pack is needed to make them.
const certificateMonths = 24

// ruling is a decision to be written down.
type ruling struct {
	kind       tracker.DecisionKind
	on         tracker.Date
	validUntil tracker.Date
	conditions string
	grounds    string
}

// casework makes the decisions about one dealership in the order of their days, keeping the state that they lead to.
type casework struct {
	dice       dice
	diligence  diligence
	kept       bool         // every certificate is renewed in time, and none has conditions
	stop       tracker.Date // decisions fall before it
	rulings    []ruling
	validUntil tracker.Date // of the certificate in force
	suspension int          // the renewal, counted from 1, before which there is a suspension; zero for none
	renewals   int
}

// The grounds of decisions.
const (
	groundsEnrolled   = "递交认证申请 · Applied for certification"
	groundsPassed     = "认证审核通过 · Passed the audit"
	groundsConditions = "审核得分不足，限期整改 · Passed with open points"
	conditionsToMeet  = "90 天内完成充电设施与展示整改 · Charging and display points to be closed within 90 days"
	groundsMet        = "整改验收合格 · Open points closed"
	groundsRenewed    = "复审通过 · Passed the renewal audit"
	groundsLapsed     = "证书过期后重新审核通过 · Passed the audit after the certificate had expired"
	groundsWithdrawn  = "经销商书面申请退出 · Withdrawn at the dealership's written request"
	groundsRevoked    = "提交虚假材料，撤销资格 · Revoked: false evidence was submitted"
	groundsCleared    = "整改完成，恢复资格 · The cause is cleared"
)

// suspensions are grounds of suspensions.
var suspensions = []string{
	"高压作业安全事件调查 · Safety incident with high voltage under investigation",
	"维修记录抽查不合格 · Repair records failed the spot check",
	"充电设施长期停用 · Charging points out of use",
}

func (c *casework) add(r ruling) { c.rulings = append(c.rulings, r) }

func (c *casework) enrol(on tracker.Date) {
	c.add(ruling{kind: tracker.Enrol, on: on, grounds: groundsEnrolled})
}

// certify certifies from a day on, for two years.
func (c *casework) certify(on tracker.Date, grounds string) {
	c.validUntil = on.AddMonths(certificateMonths).Add(-1)
	c.add(ruling{kind: tracker.Certify, on: on, validUntil: c.validUntil, grounds: grounds})
}

// certifyNewcomer certifies for the first time; one in six with conditions that are met some months later.
func (c *casework) certifyNewcomer(on tracker.Date, grounds string) {
	granted := c.granting(on, grounds, 0.16)
	c.rulings = append(c.rulings, granted...)
	c.validUntil = granted[0].validUntil
}

// granting gives a certification for two years, or with that probability one with conditions and the end of these.
func (c *casework) granting(on tracker.Date, grounds string, conditional float64) []ruling {
	ends := on.AddMonths(certificateMonths).Add(-1)
	if c.kept || !c.dice.happens(conditional) {
		return []ruling{{tracker.Certify, on, ends, "", grounds}}
	}
	out := []ruling{{tracker.CertifyWithConditions, on, ends, conditionsToMeet, groundsConditions}}
	if met := workingDay(on.Add(c.dice.between(60, 250))); met < c.stop {
		out = append(out, ruling{tracker.Certify, met, ends, "", groundsMet})
	}
	return out
}

func (c *casework) suspend(on tracker.Date) {
	c.add(ruling{kind: tracker.Suspend, on: on, grounds: pick(c.dice.Rand, suspensions)})
}

func (c *casework) reinstate(on tracker.Date) {
	c.add(ruling{kind: tracker.Reinstate, on: on, grounds: groundsCleared})
}

func (c *casework) withdraw(on tracker.Date) {
	c.add(ruling{kind: tracker.Withdraw, on: on, grounds: groundsWithdrawn})
}

func (c *casework) revoke(on tracker.Date) {
	c.add(ruling{kind: tracker.Revoke, on: on, grounds: groundsRevoked})
}

// carryOn renews the certificate in force for as long as the decision falls before a day.
func (c *casework) carryOn(before tracker.Date) {
	for {
		next := c.renewal(before)
		if len(next) == 0 {
			return
		}
		c.renewals++
		if c.renewals == c.suspension {
			c.suspendBefore(next[0].on)
		}
		c.rulings = append(c.rulings, next...)
		c.validUntil = next[len(next)-1].validUntil
	}
}

// renewal draws what follows a certificate, nothing when it falls on the day or later: mostly a renewal in the window of
// 120 days; now and then one long before it, a certification some weeks after the end, or a new beginning months later.
// On the calibration day and at present nothing is left lapsed by chance.
func (c *casework) renewal(before tracker.Date) []ruling {
	ends, roll := c.validUntil, c.dice.Float64()
	harm := map[diligence]float64{diligent: 0.3, ordinary: 1, slack: 3}[c.diligence]
	again := workingDay(ends.Add(c.dice.between(5, 75)))
	fresh := workingDay(ends.Add(c.dice.between(110, 240)))
	spoils := func(on tracker.Date) bool {
		return c.kept || on > lastRecordingDay || on >= before || ends < calibrationDay && calibrationDay < on
	}
	switch {
	case roll < 0.085*harm && !spoils(again):
		return c.granting(again, groundsLapsed, 0.4)
	case roll > 1-0.02*harm && !spoils(fresh):
		enrolled := ruling{kind: tracker.Enrol, on: workingDay(fresh.Add(-c.dice.between(30, 80))), grounds: groundsEnrolled}
		return append([]ruling{enrolled}, c.granting(fresh, groundsLapsed, 0.4)...)
	case roll > 0.5 && roll < 0.52:
		if on := workingDay(ends.Add(-c.dice.between(125, 180))); on < before {
			return []ruling{{tracker.Renew, on, on.AddMonths(certificateMonths).Add(-1), "", groundsRenewed}}
		}
	}
	if on := workingDay(ends.Add(-c.dice.between(42, 118))); on < before {
		return []ruling{{tracker.Renew, on, ends.AddMonths(certificateMonths), "", groundsRenewed}}
	}
	return nil
}

// suspendBefore puts a suspension and its end between the last decision and the next, away from the calibration day.
func (c *casework) suspendBefore(next tracker.Date) {
	first := c.rulings[len(c.rulings)-1].on.Add(30)
	next = min(next, c.validUntil)
	for range 8 {
		from := c.dice.day(first, next.Add(-140))
		until := from.Add(c.dice.between(14, 120))
		if from > first && until < next && until <= lastRecordingDay && (until < calibrationDay || from > calibrationDay) {
			c.suspend(from)
			c.reinstate(until)
			return
		}
	}
}

// certify makes the dealership's decisions by its fate and notes since when it is certified.
func (s *site) certify() {
	s.casework = casework{dice: s.dice, diligence: s.plan.diligence, kept: s.plan.showcase != noShowcase, stop: s.end()}
	if !s.certifyByFate() {
		s.certifySteadily()
	}
	for _, r := range s.casework.rulings {
		if r.kind == tracker.Certify || r.kind == tracker.CertifyWithConditions {
			s.certified = r.on
			return
		}
	}
}

// certifySteadily certifies on the day that the phase gives and renews until the end of knowledge or of the dealership.
func (s *site) certifySteadily() {
	c, p := &s.casework, s.plan
	begins := p.phaseDay(s.dice)
	if p.opens > rolloutDay {
		begins = p.opens.Add(s.dice.between(60, 170))
	}
	begins = workingDay(begins)
	stop := s.end()
	if begins > stop.Add(-60) {
		return
	}
	if apply := workingDay(begins.Add(-s.dice.between(50, 200))); s.dice.happens(0.7) && apply > max(p.opens, takeoverDay) {
		c.enrol(apply)
	}
	switch p.fate {
	case fateSuspendedOnce:
		c.suspension = s.dice.between(1, 2)
	case fateSuspendedNow, fateWithdrawnNow, fateRevokedNow, fateRevokedOnce:
		c.kept = true
	}
	c.certifyNewcomer(begins, groundsPassed)
	switch p.fate {
	case fateSuspendedNow:
		on := s.dice.day(tracker.MustDate("2026-08-20"), tracker.MustDate("2026-10-23"))
		c.carryOn(on)
		c.suspend(on)
	case fateWithdrawnNow:
		on := s.dice.day(tracker.MustDate("2026-03-02"), tracker.MustDate("2026-10-19"))
		c.carryOn(on)
		c.withdraw(on)
	case fateWithdrawsSoon:
		c.carryOn(stop)
		c.withdraw(s.dice.day(tracker.MustDate("2026-12-10"), tracker.MustDate("2027-05-20")))
	case fateRevokedNow:
		on := s.dice.day(tracker.MustDate("2025-03-03"), tracker.MustDate("2026-10-19"))
		c.carryOn(on)
		c.revoke(on)
	case fateRevokedOnce:
		on := begins.Add(s.dice.between(60, 400))
		if on <= calibrationDay {
			on = s.dice.day(calibrationDay.Add(30), calibrationDay.Add(500))
		}
		c.carryOn(on)
		c.revoke(on)
		c.enrol(on.Add(s.dice.between(60, 150)))
		c.certify(on.Add(s.dice.between(210, 300)), groundsPassed)
		c.carryOn(stop)
	default:
		c.carryOn(stop)
	}
}

// phaseDay gives the day of the first certification: two years in which ends lie evenly, begun in 2020 by those whose
// phase is early or, the fewer the earlier it is, in 2022.
func (p *plan) phaseDay(d dice) tracker.Date {
	const early = 0.36 // of two years: what lies beyond it in 2022 is after the calibration day
	day := rolloutDay.Add(int(p.phase * 730))
	if p.phase < early && !d.happens(0.35+0.6*p.phase/early) {
		return day.AddMonths(certificateMonths)
	}
	return day
}

// certifyByFate makes the decisions of a fate that turns on a day, and tells whether the dealership has such a fate.
func (s *site) certifyByFate() bool {
	c, d := &s.casework, s.dice
	begins := tracker.Date(0)
	switch s.plan.fate {
	case fateSuspendedAtCalibration:
		c.certify(d.day(tracker.MustDate("2021-10-08"), tracker.MustDate("2022-06-01")), groundsPassed)
		c.suspend(calibrationDay.Add(-d.between(4, 50)))
		c.reinstate(calibrationDay.Add(d.between(10, 80)))
	case fateExpiredAtCalibration:
		ends := calibrationDay.Add(-d.between(4, 50))
		c.certify(ends.Add(1).AddMonths(-certificateMonths), groundsPassed)
		c.certify(calibrationDay.Add(d.between(8, 90)), groundsLapsed)
	case fatePreparingAtCalibration:
		c.enrol(calibrationDay.Add(-d.between(20, 150)))
		begins = calibrationDay.Add(d.between(15, 130))
	case fateWithdrawnAtCalibration:
		c.certify(d.day(tracker.MustDate("2020-05-06"), tracker.MustDate("2021-05-06")), groundsPassed)
		c.withdraw(min(d.day(tracker.MustDate("2022-01-17"), tracker.MustDate("2022-10-17")), c.validUntil.Add(-10)))
		c.enrol(d.day(tracker.MustDate("2023-03-01"), tracker.MustDate("2023-06-01")))
		begins = d.day(tracker.MustDate("2023-08-01"), tracker.MustDate("2023-11-01"))
	case fateNotEnrolledAtCalibration:
		c.enrol(d.day(tracker.MustDate("2022-12-08"), tracker.MustDate("2023-01-10")))
		begins = d.day(tracker.MustDate("2023-03-01"), tracker.MustDate("2023-05-10"))
	case fateExpiredNow:
		s.runOut(d.day(tracker.MustDate("2026-09-01"), tracker.MustDate("2026-11-18")))
		return true
	case fatePreparingNow:
		ends := d.day(tracker.MustDate("2026-04-10"), tracker.MustDate("2026-07-10"))
		s.runOut(ends)
		c.enrol(ends.Add(d.between(20, 90)))
		return true
	default:
		return false
	}
	if begins != 0 {
		c.certifyNewcomer(begins, groundsPassed)
	}
	c.carryOn(s.end())
	return true
}

// runOut certifies so that the last certificate, of which no renewal is known, ends on a day.
func (s *site) runOut(ends tracker.Date) {
	c := &s.casework
	for begins := ends.Add(1).AddMonths(-3 * certificateMonths); c.validUntil < ends; {
		if len(c.rulings) == 0 {
			if begins < rolloutDay {
				begins = begins.AddMonths(certificateMonths)
			}
			c.certify(begins, groundsPassed)
			continue
		}
		on := workingDay(c.validUntil.Add(-s.dice.between(42, 118)))
		c.validUntil = c.validUntil.Add(1).AddMonths(certificateMonths).Add(-1)
		c.add(ruling{tracker.Renew, on, c.validUntil, "", groundsRenewed})
	}
}

// end gives the day before which decisions about the dealership fall.
func (s *site) end() tracker.Date {
	if s.plan.closes != 0 {
		return min(s.plan.closes, lastRecordingDay.Add(1))
	}
	return lastRecordingDay.Add(1)
}

// inOrder sorts rulings by day; the sort is stable.
func inOrder(rulings []ruling) []ruling {
	sorted := slices.Clone(rulings)
	slices.SortStableFunc(sorted, func(a, b ruling) int { return int(a.on - b.on) })
	return sorted
}

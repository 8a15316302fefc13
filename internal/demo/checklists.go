package demo

import "dealercert/internal/tracker"

// The programmes beside the certification.
const (
	programmeShowroom tracker.ProgrammeCode = "ishowroom"
	programmeStar     tracker.ProgrammeCode = "green-star"
	programmeTakeBack tracker.ProgrammeCode = "battery-take-back"
)

// Notes of what is proven and decided here.
const (
	evidenceAtAudit   = "认证审核时核验 · Seen at the audit"
	evidenceAnew      = "变更后重新提交 · Handed in anew after the change"
	evidenceTestLog   = "绝缘工具年度检测记录 · Yearly test log of insulated tools"
	groundsAuditPlan  = "资料齐全，安排现场审核 · Papers complete, audit planned"
	groundsAudited    = "现场审核完成 · Audit carried out"
	groundsSubmitted  = "经销商提交声明 · Declared by the dealership"
	groundsOutlet     = "条件符合，批准 · Conditions met"
	groundsRefused    = "配额未达成一致 · Allocation not agreed"
	groundsSellOff    = "车型换代，清库销售 · Replaced by its successor; stock is sold off"
	noteNewOwner      = "股权转让 · Sold to another group"
	noteCustody       = "由其他集团托管经营 · Run by another group in custody"
	noteMoved         = "迁至新址 · Moved to a new site"
	noteAgreementEnds = "经销商协议终止 · The dealer agreement ends"
)

// takePart writes down what goes beyond the headcounts: proofs of the checklists, the steps towards certificates, outlets
// and events. It has dice of its own, so that the rest of the story does not depend on it.
func (s *site) takePart() {
	s.dice = newDice(s.net.seed, forChecklists, s.plan.index)
	s.ledger.dice = s.dice
	if s.certified != 0 {
		s.steps()
		s.prove()
	}
	s.outlets()
	s.events()
	s.single()
}

// proof writes down one proof. A zero end is open.
func (s *site) proof(requirement string, from, until tracker.Date, evidence string) {
	s.ledger.write(version{near: from, lag: reports, by: s.regional, fact: func(h tracker.Head) tracker.Fact {
		return tracker.Proof{Head: h, Dealership: s.plan.id(), Requirement: requirement, From: from, Until: until, Evidence: evidence}
	}})
}

// prove writes down what the first audit saw, and the yearly test logs that one dealership in forty sends in: at a few
// of them there was a gap.
func (s *site) prove() {
	seen := s.certified.Add(-s.dice.between(2, 20))
	for _, code := range []string{"BMI-A01", "BMI-A04", "BMI-C02", "REG-01"} {
		s.proof(code, seen, 0, evidenceAtAudit)
	}
	if s.dice.happens(0.5) {
		s.proof("BMI-A02", seen, 0, evidenceAtAudit)
		if next := max(tracker.MustDate("2025-09-01"), s.certified.Add(300)); s.dice.happens(0.93) && next < s.end().Add(-40) {
			s.proof("BMI-A07", s.dice.day(next, s.end().Add(-30)), 0, evidenceAtAudit)
		}
	}
	if !s.dice.happens(0.025) || s.plan.showcase != noShowcase {
		return
	}
	for from := seen; from < s.end().Add(-30); {
		until := from.AddMonths(12)
		s.proof("BMI-E03", from, until, evidenceTestLog)
		from = until
		if s.dice.happens(0.15) {
			from = from.Add(s.dice.between(10, 45))
		}
	}
}

// step writes down a decision of a programme other than the certification, or one on the way to a certificate.
func (s *site) step(programme tracker.ProgrammeCode, kind tracker.DecisionKind, on tracker.Date, change func(*tracker.Decision)) {
	on = workingDay(on)
	by := networkAccount
	if kind == tracker.Submit || kind == tracker.PlanAudit || kind == tracker.LockAudit {
		by = s.regional
	}
	fact := tracker.Decision{
		Dealership: s.plan.id(), Programme: programme, Decided: kind, EffectiveOn: on, Standard: s.net.standardOn(programme, on),
	}
	if change != nil {
		change(&fact)
	}
	s.ledger.write(version{near: on, lag: prompt, by: by, fact: func(h tracker.Head) tracker.Fact {
		fact := fact
		fact.Head = h
		return fact
	}})
}

// grounds gives a decision its grounds.
func grounds(text string) func(*tracker.Decision) {
	return func(d *tracker.Decision) { d.Grounds = text }
}

// steps writes down the way to a third of the certificates: handed in, planned, audited with its score; a few did not pass
// at first.
func (s *site) steps() {
	rulings := inOrder(s.casework.rulings)
	for i := 1; i < len(rulings); i++ {
		before, r := rulings[i-1], rulings[i]
		first := before.kind == tracker.Enrol && (r.kind == tracker.Certify || r.kind == tracker.CertifyWithConditions)
		again := r.kind == tracker.Renew && (before.kind == tracker.Renew || before.kind == tracker.Certify)
		if !first && !again || r.on < before.on.Add(46) || before.on < takeoverDay.Add(20) || !s.dice.happens(0.34) {
			continue
		}
		score := s.dice.between(905, 990)
		if r.kind == tracker.CertifyWithConditions {
			score = s.dice.between(805, 895)
		}
		s.audit(r.on, score)
		if first && s.dice.happens(0.5) && r.on > before.on.Add(150) {
			s.failed(r.on.Add(-72))
		}
	}
}

// audit writes down the three steps before a decision about a certificate. The score is in tenths of a per cent.
func (s *site) audit(decided tracker.Date, score int) {
	s.step(tracker.ProgrammeBMWi, tracker.Submit, decided.Add(-s.dice.between(34, 42)), grounds(groundsSubmitted))
	s.step(tracker.ProgrammeBMWi, tracker.PlanAudit, decided.Add(-s.dice.between(22, 30)), grounds(groundsAuditPlan))
	s.step(tracker.ProgrammeBMWi, tracker.LockAudit, decided.Add(-s.dice.between(4, 14)), func(d *tracker.Decision) {
		d.Score, d.Grounds = score, groundsAudited
	})
}

// failed writes down an audit that was not passed, before the one that was.
func (s *site) failed(on tracker.Date) {
	s.audit(on, s.dice.between(610, 790))
	s.step(tracker.ProgrammeBMWi, tracker.Fail, on, grounds(groundsConditions))
}

// walk writes down decisions of a programme on days that go up to its last one.
func (s *site) walk(programme tracker.ProgrammeCode, last tracker.Date, stride int, kinds ...tracker.DecisionKind) {
	for i, kind := range kinds {
		on := last.Add(-(len(kinds) - 1 - i) * stride)
		s.step(programme, kind, on, func(d *tracker.Decision) {
			d.Grounds = groundsOutlet
			if kind == "check_opening" || kind == "assess" {
				d.Score = 950
			}
		})
	}
}

// outlets writes down the further programmes in which the dealership takes part.
func (s *site) outlets() {
	o := s.plan.outlets
	if o.takeBack != 0 {
		s.walk(programmeTakeBack, o.takeBack, s.dice.between(25, 50), "prepare_outlet", "file_outlet", "commission")
		s.proof("BTB-01", o.takeBack.Add(-12), 0, evidenceAtAudit)
		s.proof("BTB-03", o.takeBack.Add(-10), 0, evidenceAtAudit)
	}
	if o.showroom != 0 {
		s.walk(programmeShowroom, o.showroom, 24, "propose", "approve_site", "fit_out_begins", "check_opening", "open_showroom")
		s.proof("ISR-02", o.showroom.Add(-15), 0, evidenceAtAudit)
		s.proof("ISR-04", o.showroom.Add(-9), 0, evidenceAtAudit)
	}
	if o.joins == 0 {
		return
	}
	s.step(programmeStar, "join", o.joins, grounds(groundsSubmitted))
	s.walk(programmeStar, o.star.Add(-28), 40, "set_baseline", "approve_plan", "implement", "assess")
	s.proof("GRS-01", o.star.Add(-60), 0, evidenceAtAudit)
	level := tracker.DecisionKind("award_star")
	switch roll := s.dice.Float64(); {
	case roll > 0.97:
		level = "award_lighthouse"
	case roll > 0.75:
		level = "award_plus"
	}
	for on := o.star; on <= lastRecordingDay; on = on.AddMonths(certificateMonths).Add(-s.dice.between(20, 80)) {
		s.step(programmeStar, level, on, grounds(groundsPassed))
	}
}

// event writes down an event in the life of the dealership.
func (s *site) event(kind tracker.EventKind, from, until, bridged tracker.Date, note string) {
	s.ledger.write(version{near: from, lag: lag{-20, 3}, by: networkAccount, fact: func(h tracker.Head) tracker.Fact {
		return tracker.Event{Head: h, Dealership: s.plan.id(), Event: kind, From: from, Until: until, BridgedTo: bridged, Note: note}
	}})
}

// events writes down changes of owner and site, a custody and the ends of agreements. What an audit asks for first is
// proven anew; the rest of what they end is left to be.
func (s *site) events() {
	proven := func(on tracker.Date, codes ...string) {
		for _, code := range codes {
			if s.certified != 0 && s.certified.Add(-25) < on && on <= lastRecordingDay {
				s.proof(code, on, 0, evidenceAnew)
			}
		}
	}
	if s.moved != 0 {
		s.event(tracker.EventOwnership, s.moved, s.moved.Add(s.dice.between(50, 85)), s.moved.Add(89), noteNewOwner)
		proven(s.moved, "BMI-C02", "REG-01")
	}
	if day := s.plan.outlets.moves; day != 0 {
		s.event(tracker.EventRelocation, day, day.Add(40), 0, noteMoved)
		proven(day, "BMI-A01", "BMI-A04")
	}
	if day := s.plan.outlets.custody; day != 0 {
		s.event(tracker.EventCustody, day, 0, day.Add(89), noteCustody)
	}
	if closes := s.plan.closes; closes > calibrationDay {
		s.event(tracker.EventTermination, closes, 0, 0, noteAgreementEnds)
	}
}

// single writes down what was decided about one model at this dealership alone.
func (s *site) single() {
	about := func(model, text string, until tracker.Date) func(*tracker.Decision) {
		return func(d *tracker.Decision) { d.Subject, d.Grounds, d.ValidUntil = model, text, until }
	}
	if s.plan.outlets.refused {
		s.step(tracker.ProgrammeModels, "refuse", s.dice.day(tracker.MustDate("2023-10-09"), tracker.MustDate("2026-03-27")), about("i7", groundsRefused, 0))
	}
	if s.plan.outlets.sellsOff {
		on := s.dice.day(tracker.MustDate("2026-05-11"), tracker.MustDate("2026-10-16"))
		s.step(tracker.ProgrammeModels, "run_out", on, about("iX3", groundsSellOff, on.AddMonths(8)))
	}
}

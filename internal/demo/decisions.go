package demo

import "dealercert/internal/tracker"

// Reasons of corrected and voided decisions.
const reasonWrongDealership = "登记到错误的经销商，作废 · Recorded for the wrong dealership"

// decide writes down the decisions of the certification, a few of them with a slip that was noticed later.
func (s *site) decide() {
	for _, r := range inOrder(s.casework.rulings) {
		s.decision(tracker.ProgrammeBMWi, r)
	}
	if c := s.certified; c != 0 && s.plan.showcase == noShowcase && s.dice.happens(0.01) {
		s.strayDecision(s.dice.day(c.Add(30), max(c.Add(31), s.end().Add(-60))))
	}
}

// decision writes down one decision.
func (s *site) decision(programme tracker.ProgrammeCode, r ruling) {
	of := func(on tracker.Date) func(tracker.Head) tracker.Fact {
		return func(h tracker.Head) tracker.Fact {
			return tracker.Decision{
				Head: h, Dealership: s.plan.id(), Programme: programme, Decided: r.kind, EffectiveOn: on,
				ValidUntil: r.validUntil, Standard: s.net.standardOn(programme, on), Conditions: r.conditions, Grounds: r.grounds,
			}
		}
	}
	grants := map[tracker.DecisionKind]bool{tracker.Certify: true, tracker.CertifyWithConditions: true, tracker.Renew: true}
	first := version{near: r.on, lag: s.habit(), by: networkAccount, fact: of(r.on)}
	settled := r.on < lastRecordingDay.Add(-60)
	switch {
	case settled && grants[r.kind] && s.dice.happens(0.015):
		first.fact = of(r.on.AddMonths(1))
		s.ledger.write(first, version{
			near: r.on.Add(30), lag: prompt, by: networkAccount, reason: reasonTypedWrongly, fact: of(r.on),
		})
	case settled && r.kind == tracker.Renew && s.dice.happens(0.015):
		s.ledger.write(first)
		s.ledger.write(
			version{near: r.on.Add(3), lag: prompt, by: networkAccount, fact: of(r.on)},
			version{near: r.on.Add(10), lag: prompt, by: networkAccount, reason: reasonRecordedTwice})
	default:
		s.ledger.write(first)
	}
}

// habit draws how soon a decision is recorded.
func (s *site) habit() lag {
	switch roll := s.dice.Float64(); {
	case roll < 0.15:
		return ahead
	case roll < 0.27:
		return slow
	default:
		return prompt
	}
}

// strayDecision writes down a suspension that was meant for another dealership, and its voiding.
func (s *site) strayDecision(on tracker.Date) {
	grounds := pick(s.dice.Rand, suspensions)
	s.ledger.write(
		version{near: on, lag: prompt, by: networkAccount, fact: func(h tracker.Head) tracker.Fact {
			return tracker.Decision{
				Head: h, Dealership: s.plan.id(), Programme: tracker.ProgrammeBMWi, Decided: tracker.Suspend, EffectiveOn: on,
				Standard: s.net.standardOn(tracker.ProgrammeBMWi, on), Grounds: grounds,
			}
		}},
		version{near: on.Add(6), lag: prompt, by: networkAccount, reason: reasonWrongDealership})
}

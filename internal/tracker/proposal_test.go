package tracker_test

import (
	"testing"

	"dealercert/internal/tracker"
)

func TestStepsOfAProposal(t *testing.T) {
	waiting := tracker.Proposal{ID: "p", State: tracker.ProposalWaiting, Version: 1, ProposedBy: 1}
	decided := waiting
	decided.State = tracker.ProposalConfirmed
	for _, c := range []struct {
		name string
		step func() (tracker.Proposal, error)
		want tracker.ProposalState
		kind tracker.Kind
	}{
		{"confirmed", func() (tracker.Proposal, error) { return waiting.Confirmed(2, 9) }, tracker.ProposalConfirmed, 0},
		{"declined", func() (tracker.Proposal, error) { return waiting.Declined(2, 9, "not so") }, tracker.ProposalDeclined, 0},
		{"declined without a reason", func() (tracker.Proposal, error) { return waiting.Declined(2, 9, "") }, tracker.ProposalWaiting, tracker.Invalid},
		{"withdrawn", func() (tracker.Proposal, error) { return waiting.Withdrawn(1, 9) }, tracker.ProposalWithdrawn, 0},
		{"withdrawn by another", func() (tracker.Proposal, error) { return waiting.Withdrawn(2, 9) }, tracker.ProposalWaiting, tracker.Forbidden},
		{"confirmed twice", func() (tracker.Proposal, error) { return decided.Confirmed(2, 9) }, tracker.ProposalConfirmed, tracker.Conflict},
		{"declined when decided", func() (tracker.Proposal, error) { return decided.Declined(2, 9, "") }, tracker.ProposalConfirmed, tracker.Conflict},
		{"withdrawn when decided", func() (tracker.Proposal, error) { return decided.Withdrawn(1, 9) }, tracker.ProposalConfirmed, tracker.Conflict},
	} {
		got, err := c.step()
		if got.State != c.want || tracker.KindOf(err) != c.kind {
			t.Errorf("%s: %s, %v", c.name, got.State, err)
		}
		if err == nil && (got.Version != 2 || got.DecidedAt != 9) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

func TestWhoMayConfirm(t *testing.T) {
	p := tracker.Proposal{ProposedBy: 1}
	for _, c := range []struct {
		role tracker.Role
		id   tracker.AccountID
		may  bool
	}{
		{tracker.RoleNetwork, 2, true}, {tracker.RoleRegional, 2, true}, {tracker.RoleNetwork, 1, false}, {tracker.RoleRegional, 1, false},
		{tracker.RoleAdmin, 2, false}, {tracker.RoleViewer, 2, false}, {tracker.RoleDealer, 2, false}, {tracker.RoleGroup, 2, false}, {tracker.RoleAuditor, 2, false},
	} {
		err := tracker.Actor{ID: c.id, Role: c.role}.MayConfirm(p)
		if c.may != (err == nil) || err != nil && tracker.KindOf(err) != tracker.Forbidden {
			t.Errorf("%s %d: %v", c.role, c.id, err)
		}
	}
}

func TestFourEyes(t *testing.T) {
	const hers, his tracker.AccountID = 7, 8
	step := func(by tracker.AccountID, kind tracker.DecisionKind, on string) tracker.Decision {
		return tracker.Decision{
			Head: tracker.Head{Chain: tracker.FactID(on + string(kind)), RecordedBy: by}, Programme: "bmw-i", Decided: kind, EffectiveOn: tracker.MustDate(on),
		}
	}
	elsewhere := step(hers, "lock_audit", "2026-03-01")
	elsewhere.Programme = "ishowroom"
	proof := func(by tracker.AccountID, requirement, from, until string) tracker.Proof {
		return tracker.Proof{Head: tracker.Head{RecordedBy: by}, Requirement: requirement, From: tracker.MustDate(from), Until: tracker.MustDate(until)}
	}
	for _, c := range []struct {
		name    string
		kind    tracker.DecisionKind
		by      tracker.AccountID
		history tracker.History
		refused string
	}{
		{"nothing entered", tracker.Certify, hers, tracker.History{}, ""},
		{"she handed it in", tracker.Certify, hers, tracker.History{Decisions: []tracker.Decision{step(hers, "submit", "2026-03-01")}}, "four_eyes_step"},
		{"she planned the audit", tracker.Renew, hers, tracker.History{Decisions: []tracker.Decision{step(hers, "plan_audit", "2026-03-01")}}, "four_eyes_step"},
		{"she locked the audit", tracker.CertifyWithConditions, hers, tracker.History{Decisions: []tracker.Decision{step(hers, "lock_audit", "2026-03-01")}}, "four_eyes_step"},
		{"she locked it, he fails it", "fail", his, tracker.History{Decisions: []tracker.Decision{step(hers, "lock_audit", "2026-03-01")}}, ""},
		{"she locked it and fails it", "fail", hers, tracker.History{Decisions: []tracker.Decision{step(hers, "lock_audit", "2026-03-01")}}, "four_eyes_step"},
		{"she enrolled it", tracker.Certify, hers, tracker.History{Decisions: []tracker.Decision{step(hers, tracker.Enrol, "2026-03-01")}}, ""},
		{"she suspends it", tracker.Suspend, hers, tracker.History{Decisions: []tracker.Decision{step(hers, "lock_audit", "2026-03-01")}}, ""},
		{"an earlier round", tracker.Renew, hers, tracker.History{Decisions: []tracker.Decision{step(hers, "lock_audit", "2024-03-01"), step(his, tracker.Certify, "2024-04-01")}}, ""},
		{"this round and an earlier one", tracker.Renew, hers, tracker.History{Decisions: []tracker.Decision{step(hers, "lock_audit", "2026-03-01"), step(his, tracker.Certify, "2024-04-01")}}, "four_eyes_step"},
		{"a later step", tracker.Certify, hers, tracker.History{Decisions: []tracker.Decision{step(hers, "lock_audit", "2026-05-01")}}, ""},
		{"another programme", tracker.Certify, hers, tracker.History{Decisions: []tracker.Decision{elsewhere}}, ""},
		{"commands have no account", tracker.Certify, 0, tracker.History{Decisions: []tracker.Decision{step(0, "lock_audit", "2026-03-01")}}, ""},
		{"she entered a proof", tracker.Certify, hers, tracker.History{Proofs: []tracker.Proof{proof(hers, "BMI-B02", "2026-01-01", "2027-01-01")}}, "four_eyes_proof"},
		{"she accepted a proof, conditions are met", "conditions_met", hers, tracker.History{Proofs: []tracker.Proof{proof(hers, "BMI-B02", "2026-01-01", "2027-01-01")}}, "four_eyes_proof"},
		{"he entered the proof", tracker.Certify, hers, tracker.History{Proofs: []tracker.Proof{proof(his, "BMI-B02", "2026-01-01", "2027-01-01")}}, ""},
		{"a proof that is over", tracker.Certify, hers, tracker.History{Proofs: []tracker.Proof{proof(hers, "BMI-B02", "2025-01-01", "2026-01-01")}}, ""},
		{"a proof of another programme", tracker.Certify, hers, tracker.History{Proofs: []tracker.Proof{proof(hers, "GRS-01", "2026-01-01", "2027-01-01")}}, ""},
	} {
		decision := tracker.Decision{Head: tracker.Head{Chain: "new"}, Programme: "bmw-i", Decided: c.kind, EffectiveOn: tracker.MustDate("2026-04-01")}
		err := c.history.FourEyes(tracker.LifecycleOf(tracker.KindCertification), decision, c.by, []string{"BMI-B01", "BMI-B02"})
		switch {
		case c.refused == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.refused != "" && (tracker.KindOf(err) != tracker.Forbidden || key(err) != c.refused):
			t.Errorf("%s: %v, want %s", c.name, err, c.refused)
		}
	}
}

// key gives the message key of a fault.
func key(err error) string {
	if fault, is := err.(*tracker.Error); is { //nolint:errorlint // the rule gives the fault itself
		return fault.Key
	}
	return ""
}

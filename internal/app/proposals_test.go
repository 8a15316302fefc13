package app_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// proposed gives the proposal that a deed became; nil when it was done at once.
func proposed(t *testing.T, err error) *tracker.Proposal {
	t.Helper()
	p := app.WaitsFor(err)
	if err != nil && p == nil {
		t.Fatal(err)
	}
	return p
}

// confirm is a ruling on a proposal as it is now.
func confirm(t *testing.T, n apptest.Network, by tracker.Actor, id tracker.FactID, anew bool) error {
	t.Helper()
	p, err := n.Proposal(t.Context(), by, id)
	if err != nil {
		return err
	}
	return n.DecideProposal(t.Context(), by, id, app.ProposalRuling{Verdict: app.VerdictConfirm, Version: p.Version, Base: p.Now, Anew: anew})
}

// Today is 2026-11-23, so what begins on 2026-11-16 is still one person's, and what begins the day before is not.
func TestWhatNeedsASecondPerson(t *testing.T) {
	n := apptest.Small(t)
	ctx := t.Context()
	here := technician(t, n, apptest.TwoOnly, "T20").Employment.Chain
	var permit tracker.Qualification
	for _, c := range personOn(t, n, tracker.Operator, "T21", "2026-11-23").Certificates {
		if c.Qualification.Type == "permit-lv" {
			permit = c.Qualification
		}
	}
	certified := chainOf(t, n, apptest.TwoOnly, tracker.Certify)
	end := func(by tracker.Actor, last string) error {
		return n.EndEmployment(ctx, by, apptest.TwoOnly, app.EndForm{Chain: here, LastDay: last})
	}
	decide := func(by tracker.Actor, kind, on string) error {
		return n.RecordDecision(ctx, by, apptest.TwoOnly, app.DecisionForm{Programme: "bmw-i", Decision: kind, EffectiveOn: on, Confirm: true})
	}
	network, east := n.Actor(t, "network"), n.Actor(t, "regional-east")
	for _, c := range []struct {
		name   string
		deed   func() error
		ground tracker.Ground
		begins string
	}{
		{"an end a week back", func() error { return end(network, "2026-11-15") }, "", ""}, // off from the 16th
		{"the end moved further back", func() error { return end(network, "2026-11-14") }, tracker.GroundBackDated, "2026-11-15"},
		{"the same by a region", func() error { return end(east, "2026-11-14") }, tracker.GroundBackDated, "2026-11-15"},
		{"the same by a command", func() error { return end(tracker.Operator, "2026-11-14") }, "", ""},
		{"an end today", func() error { return end(east, "2026-11-22") }, tracker.GroundBackDated, "2026-11-15"},
		{"a suspension a week back", func() error { return decide(network, "suspend", "2026-11-16") }, "", ""},
		{"a withdrawal before it", func() error { return decide(network, "withdraw", "2026-11-15") }, tracker.GroundBackDated, "2026-11-15"},
		{"a revocation today", func() error { return decide(network, "revoke", "2026-11-23") }, tracker.GroundTwoPeople, "2026-11-23"},
		{"a region's decision", func() error { return decide(east, "withdraw", "2026-11-23") }, tracker.GroundHeadquarters, "2026-11-23"},
		{"a region voids a decision", func() error {
			return n.VoidFact(ctx, east, apptest.TwoOnly, app.VoidForm{Kind: tracker.FactDecision, Chain: certified, Reason: "never audited", Confirm: true})
		}, tracker.GroundHeadquarters, "2026-01-01"},
		{"a decision's words", func() error {
			return n.RecordDecision(ctx, network, apptest.Healthy, app.DecisionForm{
				Programme: "bmw-i", Decision: "certify", EffectiveOn: "2025-04-01", ValidUntil: "2027-03-31", Grounds: "audit passed in full",
				Chain: chainOf(t, n, apptest.Healthy, tracker.Certify), Reason: "more exact",
			})
		}, "", ""},
		{"a number", func() error {
			return n.SetQualification(ctx, east, "T21", app.QualificationForm{
				Chain: permit.Chain, Type: "permit-lv", Certificate: "T00000019000101777X", IssuedOn: permit.IssuedOn.String(),
				ReviewDueOn: permit.FirstReviewDue.String(), ExpiresOn: permit.ExpiresOn.String(), Reason: "misread", Confirmed: true,
			})
		}, "", ""},
		{"a certificate from long ago", func() error {
			return n.SetQualification(ctx, east, "T21", app.QualificationForm{Type: "hve", IssuedOn: "2026-10-01", ExpiresOn: "2028-09-30", Confirmed: true})
		}, tracker.GroundBackDated, "2026-10-01"},
		{"a person from long ago", func() error {
			return n.CreatePerson(ctx, east, app.NewPersonForm{StaffNo: "N1", Name: "新人", Dealership: apptest.TwoOnly, Job: "technician", From: "2026-10-01"})
		}, tracker.GroundBackDated, "2026-10-01"},
		{"a person of this week", func() error {
			return n.CreatePerson(ctx, east, app.NewPersonForm{StaffNo: "N2", Name: "新人", Dealership: apptest.TwoOnly, Job: "technician", From: "2026-11-18"})
		}, "", ""},
		{"a dealership of today", func() error {
			_, err := n.CreateDealership(ctx, network, app.DealershipForm{Code: "30009", NameZh: "新店", Province: "江苏", City: "无锡", Region: "east", OpenedOn: "2026-11-23"})
			return err
		}, "", ""},
		{"a dealership of old", func() error {
			_, err := n.CreateDealership(ctx, network, app.DealershipForm{Code: "30008", NameZh: "老店", Province: "江苏", City: "无锡", Region: "east"})
			return err
		}, tracker.GroundBackDated, ""},
		{"a module planned today", func() error {
			return n.SetModule(ctx, east, apptest.TwoOnly, app.ModuleForm{Module: "DGU-02", PlannedOn: "2026-12-01"})
		}, "", ""},
		{"a module live in summer", func() error {
			return n.SetModule(ctx, east, apptest.TwoOnly, app.ModuleForm{Module: "DGU-03", LiveOn: "2026-07-01"})
		}, tracker.GroundBackDated, "2026-07-01"},
		{"closing tomorrow", func() error {
			return n.CloseDealership(ctx, network, apptest.Outsider, app.CloseForm{LastDay: "2026-11-24", Reason: "sold"})
		}, "", ""},
	} {
		p := proposed(t, c.deed())
		switch {
		case c.ground == "" && p != nil:
			t.Errorf("%s: waits as %s from %s", c.name, p.Ground, p.Begins)
		case c.ground != "" && (p == nil || p.Ground != c.ground || p.Begins.String() != c.begins):
			t.Errorf("%s: %+v", c.name, p)
		}
	}
	verified(t, n)
}

// What was proposed is nowhere recorded until somebody else confirms it; then it is recorded by them, and the history
// shows both.
func TestProposalIsConfirmedBySomebodyElse(t *testing.T) {
	n := apptest.Small(t)
	ctx, network, second, east := t.Context(), n.Actor(t, "network"), n.Actor(t, "network-2"), n.Actor(t, "regional-east")
	p := proposed(t, n.RecordDecision(ctx, network, apptest.Healthy, app.DecisionForm{Programme: "bmw-i", Decision: "revoke", EffectiveOn: "2026-11-23", Grounds: "fraud"}))
	if p == nil || stateOn(t, n, apptest.Healthy, "2026-11-23").State != tracker.Certified {
		t.Fatalf("%+v is recorded already", p)
	}
	own, err := n.Proposal(ctx, network, p.ID)
	if err != nil || !own.Own || own.Others != 1 || own.Reason != "fraud" || len(own.Effect.Differences) == 0 || len(own.Changes) != 1 || own.By != "network" {
		t.Fatalf("%+v, %v", own, err)
	}
	wantFault(t, confirm(t, n, network, p.ID, false), tracker.Forbidden, "")
	wantFault(t, confirm(t, n, east, p.ID, false), tracker.Forbidden, "")
	ruling := app.ProposalRuling{Verdict: app.VerdictConfirm, Version: p.Version, Base: p.Base}
	stale := ruling
	stale.Version++
	wantFault(t, n.DecideProposal(ctx, second, p.ID, stale), tracker.Stale, "")
	if err := n.DecideProposal(ctx, second, p.ID, ruling); err != nil {
		t.Fatal(err)
	}
	if got := stateOn(t, n, apptest.Healthy, "2026-11-23").State; got != tracker.Revoked {
		t.Errorf("confirmed: %s", got)
	}
	entries, err := n.DealershipHistory(ctx, network, apptest.Healthy)
	if err != nil || entries[0].By != "network-2" || entries[0].Proposer != "network" {
		t.Errorf("%+v, %v", entries[0], err)
	}
	again, err := n.Proposal(ctx, network, p.ID)
	if err != nil || again.State != tracker.ProposalConfirmed || again.Decider != "network-2" {
		t.Errorf("%+v, %v", again, err)
	}
	ruling.Version = again.Version
	wantFault(t, n.DecideProposal(ctx, second, p.ID, ruling), tracker.Conflict, "")
	verified(t, n)
}

// A proposal outside the scope, and one about somebody who is elsewhere, look like one that does not exist.
func TestWhoSeesAProposal(t *testing.T) {
	n := apptest.Small(t)
	ctx := t.Context()
	p := proposed(t, n.EndEmployment(ctx, n.Actor(t, "network"), apptest.TwoOnly, app.EndForm{Chain: technician(t, n, apptest.TwoOnly, "T20").Employment.Chain, LastDay: "2026-10-31"}))
	for login, want := range map[string]tracker.Kind{
		"network-2": 0, "regional-east": 0, "regional-south": tracker.NotFound, "nobody": tracker.NotFound, "admin": tracker.Forbidden,
		"viewer": tracker.Forbidden, "dealer-30002": tracker.Forbidden,
	} {
		by := n.Actor(t, login)
		_, err := n.Proposal(ctx, by, p.ID)
		if tracker.KindOf(err) != want || (err == nil) != (want == 0) {
			t.Errorf("%s: %v", login, err)
		}
		if want == tracker.NotFound {
			_, other := n.Proposal(ctx, by, "0192f000-0000-7000-8000-00000000dead")
			if tracker.KindOf(other) != want {
				t.Errorf("%s, of what is missing: %v", login, other)
			}
		}
		list, err := n.Proposals(ctx, by, app.ProposalsQuery{})
		if want != tracker.Forbidden && (err != nil || list.Total != map[bool]int{true: 1}[want == 0]) {
			t.Errorf("%s sees %d proposals, %v", login, list.Total, err)
		}
	}
	if east, err := n.Proposals(ctx, n.Actor(t, "regional-east"), app.ProposalsQuery{StaffNo: "T20"}); err != nil || east.Total != 1 || east.Rows[0].Who == "" {
		t.Errorf("of the person: %+v, %v", east, err)
	}
}

// When what a proposal rests on has moved, it must be looked at anew, and confirmed as seen.
func TestProposalOfAnotherBaseIsLookedAtAnew(t *testing.T) {
	n := apptest.Small(t)
	ctx, second := t.Context(), n.Actor(t, "network-2")
	here := technician(t, n, apptest.TwoOnly, "T20").Employment.Chain
	p := proposed(t, n.EndEmployment(ctx, n.Actor(t, "regional-east"), apptest.TwoOnly, app.EndForm{Chain: here, LastDay: "2026-10-31"}))
	seen, err := n.Proposal(ctx, second, p.ID)
	if err != nil || seen.Moved {
		t.Fatalf("%t, %v", seen.Moved, err)
	}
	if err := n.EndEmployment(ctx, n.Actor(t, "regional-east"), apptest.TwoOnly, app.EndForm{Chain: here, LastDay: "2026-11-30"}); err != nil {
		t.Fatal(err)
	}
	ruling := app.ProposalRuling{Verdict: app.VerdictConfirm, Version: seen.Version, Base: seen.Now}
	wantFault(t, n.DecideProposal(ctx, second, p.ID, ruling), tracker.Stale, "")
	wantFault(t, confirm(t, n, second, p.ID, false), tracker.Invalid, "anew")
	if err := confirm(t, n, second, p.ID, true); err != nil {
		t.Fatal(err)
	}
	if post := personOn(t, n, second, "T20", "2026-10-31").Employments[0]; post.Last().String() != "2026-10-31" {
		t.Errorf("left on %s", post.Last())
	}
	verified(t, n)
}

// Two who confirm at once: one does.
func TestTwoConfirmAtOnce(t *testing.T) {
	n := apptest.Small(t)
	ctx := t.Context()
	if err := n.AddAccount(ctx, tracker.Operator, app.NewAccount{Login: "network-3", Role: "network", Password: app.DemoPassword}); err != nil {
		t.Fatal(err)
	}
	p := proposed(t, n.RecordDecision(ctx, n.Actor(t, "network"), apptest.Healthy, app.DecisionForm{Programme: "bmw-i", Decision: "revoke", EffectiveOn: "2026-11-23"}))
	ruling := app.ProposalRuling{Verdict: app.VerdictConfirm, Version: p.Version, Base: p.Base}
	var wait sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		by := n.Actor(t, []string{"network-2", "network-3"}[i%2])
		wait.Go(func() { errs[i] = n.DecideProposal(ctx, by, p.ID, ruling) })
	}
	wait.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else if tracker.KindOf(err) != tracker.Stale {
			t.Error(err)
		}
	}
	view, err := n.Dealership(ctx, tracker.Operator, apptest.Healthy, n.Today())
	revoked := slices.DeleteFunc(view.Decisions, func(d app.DecisionView) bool { return d.Decided != tracker.Revoke })
	if err != nil || done != 1 || len(revoked) != 1 {
		t.Errorf("%d confirmed it, %d revocations, %v", done, len(revoked), err)
	}
}

func TestProposalIsDeclinedOrTakenBack(t *testing.T) {
	n := apptest.Small(t)
	ctx, network, second := t.Context(), n.Actor(t, "network"), n.Actor(t, "network-2")
	propose := func() *tracker.Proposal {
		return proposed(t, n.RecordDecision(ctx, network, apptest.Healthy, app.DecisionForm{Programme: "bmw-i", Decision: "revoke", EffectiveOn: "2026-11-23"}))
	}
	p := propose()
	wantFault(t, n.DecideProposal(ctx, second, p.ID, app.ProposalRuling{Verdict: app.VerdictDecline, Version: 1}), tracker.Invalid, "reason")
	wantFault(t, n.DecideProposal(ctx, n.Actor(t, "regional-east"), p.ID, app.ProposalRuling{Verdict: app.VerdictDecline, Version: 1, Reason: "no"}), tracker.Forbidden, "")
	wantFault(t, n.DecideProposal(ctx, second, p.ID, app.ProposalRuling{Verdict: app.VerdictWithdraw, Version: 1}), tracker.Forbidden, "")
	wantFault(t, n.DecideProposal(ctx, second, p.ID, app.ProposalRuling{Verdict: "perhaps", Version: 1}), tracker.Invalid, "verdict")
	if err := n.DecideProposal(ctx, second, p.ID, app.ProposalRuling{Verdict: app.VerdictDecline, Version: 1, Reason: "not proven"}); err != nil {
		t.Fatal(err)
	}
	if got, err := n.Proposal(ctx, network, p.ID); err != nil || got.State != tracker.ProposalDeclined || got.Answer != "not proven" {
		t.Errorf("%+v, %v", got, err)
	}
	if p = propose(); n.DecideProposal(ctx, network, p.ID, app.ProposalRuling{Verdict: app.VerdictWithdraw, Version: 1}) != nil {
		t.Error("cannot be taken back")
	}
	if got := stateOn(t, n, apptest.Healthy, "2026-11-23").State; got != tracker.Certified {
		t.Errorf("after all that: %s", got)
	}
	verified(t, n)
}

// A certificate's number is masked wherever a proposal shows it, and yet recorded as typed.
func TestNumbersInProposals(t *testing.T) {
	n := apptest.Small(t)
	ctx, second := t.Context(), n.Actor(t, "network-2")
	const number = "T11010519900307001X"
	form := app.QualificationForm{Type: "permit-lv", Certificate: number, IssuedOn: "2026-10-01", ExpiresOn: "2032-09-30", Confirmed: true}
	p := proposed(t, n.SetQualification(ctx, n.Actor(t, "regional-east"), "C2", form))
	seen, err := n.Proposal(ctx, second, p.ID)
	if err != nil || seen.Against != nil {
		t.Fatal(err, seen.Against)
	}
	shown := append(slices.Clone(seen.Typed), seen.Changes[0].After...)
	if !slices.Contains(shown, app.Label{Key: "certificate_no", Value: store.Masked(number)}) || slices.ContainsFunc(shown, func(l app.Label) bool { return l.Value == number }) {
		t.Errorf("%+v", shown)
	}
	if err := confirm(t, n, second, p.ID, false); err != nil {
		t.Fatal(err)
	}
	chain := personOn(t, n, second, "C2", "2026-11-23").Certificates[0].Qualification.Chain
	err = n.Store.Read(ctx, func(tx *store.Tx) error {
		plain, err := tx.CertificateNumber(chain)
		if plain != number {
			t.Errorf("recorded as %q", plain)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A use case that cannot wait for a second person refuses what needs one.
func TestWaitsIsAFault(t *testing.T) {
	err := error(&app.Waits{Proposal: tracker.Proposal{Ground: tracker.GroundBackDated}})
	var fault *tracker.Error
	if !errors.As(err, &fault) || fault.Kind != tracker.Conflict || fault.Key != "second_person_back_dated" {
		t.Errorf("%v", err)
	}
}

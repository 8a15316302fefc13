package app_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// claims is a small network with those who report and those who decide.
type claims struct {
	apptest.Network
	t                                   *testing.T
	dealer, other, east, south, network tracker.Actor
}

func newClaims(t *testing.T) claims {
	t.Helper()
	n := apptest.Small(t)
	account := app.NewAccount{Login: "dealer-30001", Role: "dealer", Password: app.DemoPassword, Dealerships: []string{apptest.Healthy}}
	if err := n.AddAccount(t.Context(), tracker.Operator, account); err != nil {
		t.Fatal(err)
	}
	return claims{
		n, t, n.Actor(t, "dealer-30002"), n.Actor(t, "dealer-30001"), n.Actor(t, "regional-east"), n.Actor(t, "regional-south"),
		n.Actor(t, "network"),
	}
}

func (s claims) submit(f app.ClaimForm) tracker.Claim {
	s.t.Helper()
	c, err := s.SubmitClaim(s.t.Context(), s.dealer, apptest.TwoOnly, f)
	if err != nil {
		s.t.Fatalf("%+v: %v", f, err)
	}
	return c
}

func (s claims) refused(f app.ClaimForm, field, key string) {
	s.t.Helper()
	_, err := s.SubmitClaim(s.t.Context(), s.dealer, apptest.TwoOnly, f)
	s.fieldFault(err, field, key)
}

func (s claims) fieldFault(err error, field, key string) {
	s.t.Helper()
	var fault *tracker.Error
	if !errors.As(err, &fault) || !slices.ContainsFunc(fault.Fields, func(f tracker.FieldError) bool { return f.Field == field && f.Key == key }) {
		s.t.Errorf("%v is no fault %s of %s", err, key, field)
	}
}

func (s claims) decide(by tracker.Actor, id tracker.FactID, verdict, reason string) error {
	s.t.Helper()
	view, err := s.ReviewClaim(s.t.Context(), by, id)
	if err != nil {
		return err
	}
	return s.DecideClaim(s.t.Context(), by, id, app.Ruling{Verdict: verdict, Reason: reason, Version: view.Version, Base: view.Base, Anew: true})
}

func (s claims) law(on string) tracker.Light {
	s.t.Helper()
	row, err := s.DealershipRow(s.t.Context(), tracker.Operator, apptest.TwoOnly, tracker.MustDate(on))
	if err != nil {
		s.t.Fatal(err)
	}
	return row.Standings[tracker.ProgrammeLaw].Law
}

func (s claims) employed(code string) []string {
	s.t.Helper()
	view, err := s.Dealership(s.t.Context(), tracker.Operator, code, s.Today())
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for _, p := range view.People {
		out = append(out, p.StaffNo)
	}
	return out
}

func (s claims) clean() {
	s.t.Helper()
	report, err := s.Verify(context.Background(), func(int, int) {})
	if err != nil || !report.OK() {
		s.t.Errorf("verify: %v %v", report.Findings, err)
	}
}

func TestALeaverCountsAtOnceAndStaysWhenAccepted(t *testing.T) {
	s := newClaims(t)
	left := s.submit(app.ClaimForm{Kind: "leaver", StaffNo: "T20", Until: "2026-11-30"})
	if left.State != tracker.ClaimAccepted || s.law("2026-11-30") != tracker.Healthy || s.law("2026-12-01") != tracker.InBreach {
		t.Fatalf("%s: the law is %s, then %s", left.State, s.law("2026-11-30"), s.law("2026-12-01"))
	}
	s.refused(app.ClaimForm{Kind: "leaver", StaffNo: "T20", Until: "2026-12-31"}, "until", "leaves_before")
	stays := s.submit(app.ClaimForm{Kind: "stays", StaffNo: "T20"})
	if s.law("2026-12-01") != tracker.InBreach {
		t.Error("an undone leaver counts before it is accepted")
	}
	if err := s.decide(s.east, stays.ID, "accept", ""); err != nil {
		t.Fatal(err)
	}
	if s.law("2026-12-01") != tracker.Healthy {
		t.Error("an accepted undone leaver does not count")
	}
	s.clean()
}

func TestWhatIsReportedMustBeRight(t *testing.T) {
	s := newClaims(t)
	for _, c := range []struct {
		form       app.ClaimForm
		field, key string
	}{
		{app.ClaimForm{Kind: "gossip"}, "kind", "unknown_value"},
		{app.ClaimForm{Kind: "leaver", StaffNo: "T20"}, "until", "date_required"},
		{app.ClaimForm{Kind: "leaver", StaffNo: "T20", Until: "2020-12-31"}, "until", "ends_before_begin"},
		{app.ClaimForm{Kind: "leaver", StaffNo: "T99", Until: "2026-11-30"}, "staff_no", "not_employed_here"},
		{app.ClaimForm{Kind: "leaver", StaffNo: "T30", Until: "2026-11-30"}, "staff_no", "not_employed_here"}, // works elsewhere
		{app.ClaimForm{Kind: "stays", StaffNo: "T20"}, "staff_no", "not_leaving"},
		{app.ClaimForm{Kind: "stays", StaffNo: "T30"}, "staff_no", "not_leaving"},
		{app.ClaimForm{Kind: "joiner", StaffNo: "N1", From: "2026-12-01", Job: "technician"}, "name", "text_required"},
		{app.ClaimForm{Kind: "joiner", StaffNo: "N1", Name: "新员工", From: "2026-12-01", Job: "pilot"}, "job", "unknown_value"},
		{app.ClaimForm{Kind: "joiner", StaffNo: "T20", Name: "技师20", From: "2026-12-01", Job: "technician"}, "staff_no", "employed_here"},
		{app.ClaimForm{Kind: "qualification", StaffNo: "T30", Type: "hvt-c", Generation: "gen5", IssuedOn: "2026-11-01"}, "staff_no", "not_employed_here"},
		{app.ClaimForm{Kind: "qualification", StaffNo: "T20", Type: "hvt-c", IssuedOn: "2026-11-01"}, "generation", "generation_required"},
		{app.ClaimForm{Kind: "qualification", StaffNo: "T20", Type: "permit-lv", Generation: "gen5", IssuedOn: "2026-11-01"}, "generation", "generation_unused"},
		{app.ClaimForm{Kind: "qualification", StaffNo: "T20", Type: "hvt-c", Generation: "gen6", IssuedOn: "2026-12-01"}, "issued_on", "date_in_future"},
		{app.ClaimForm{Kind: "qualification", StaffNo: "T20", Type: "hvt-c", Generation: "gen5", IssuedOn: "2024-06-01"}, "issued_on", "qualification_known"},
		{app.ClaimForm{Kind: "review", StaffNo: "C2", ReviewedOn: "2026-11-01"}, "type", "qualification_missing"},
		{app.ClaimForm{Kind: "review", StaffNo: "T20", ReviewedOn: "2025-12-01"}, "reviewed_on", "review_known"},
		{app.ClaimForm{Kind: "live", Module: "DGU-99", LiveOn: "2026-11-01"}, "module", "unknown_module"},
		{app.ClaimForm{Kind: "live", Module: "DGU-01", LiveOn: "2026-11-01"}, "module", "module_live_already"},
		{app.ClaimForm{Kind: "plan", Module: "DGU-02"}, "planned_on", "date_required"},
	} {
		s.refused(c.form, c.field, c.key)
	}
	if page, err := s.Claims(t.Context(), s.dealer, app.ClaimsQuery{}); err != nil || page.Total != 0 {
		t.Errorf("%d claims were kept, %v", page.Total, err)
	}
}

func TestAJoinerCountsWhenAccepted(t *testing.T) {
	s := newClaims(t)
	joined := s.submit(app.ClaimForm{Kind: "joiner", StaffNo: "N1", Name: "新员工", Job: "technician", From: "2026-11-20"})
	if slices.Contains(s.employed(apptest.TwoOnly), "N1") {
		t.Error("a joiner counts before being accepted")
	}
	again := app.ClaimForm{Kind: "joiner", StaffNo: "N1", Name: "新员工", Job: "foreman", From: "2026-11-21"}
	if _, err := s.SubmitClaim(t.Context(), s.dealer, apptest.TwoOnly, again); tracker.KindOf(err) != tracker.Conflict {
		t.Errorf("the same joiner twice: %v", err)
	}
	if err := s.decide(s.south, joined.ID, "accept", ""); tracker.KindOf(err) != tracker.NotFound {
		t.Errorf("another region decides: %v", err)
	}
	if err := s.decide(s.dealer, joined.ID, "accept", ""); tracker.KindOf(err) != tracker.Forbidden {
		t.Errorf("the dealership decides: %v", err)
	}
	turned := s.dealer
	turned.Role = tracker.RoleRegional
	if err := s.decide(turned, joined.ID, "accept", ""); tracker.KindOf(err) != tracker.Forbidden || !strings.Contains(err.Error(), "own_claim") {
		t.Errorf("who entered it decides: %v", err)
	}
	if err := s.decide(s.east, joined.ID, "return", ""); tracker.KindOf(err) != tracker.Invalid {
		t.Errorf("returned without a reason: %v", err)
	}
	if err := s.decide(s.east, joined.ID, "return", "Which job?"); err != nil {
		t.Fatal(err)
	}
	if err := s.decide(s.east, joined.ID, "accept", ""); tracker.KindOf(err) != tracker.Conflict {
		t.Errorf("accepted while it is with the dealership: %v", err)
	}
	if err := s.ResubmitClaim(t.Context(), s.dealer, joined.ID, 1, again); tracker.KindOf(err) != tracker.Stale {
		t.Errorf("mended an old version: %v", err)
	}
	if err := s.ResubmitClaim(t.Context(), s.other, joined.ID, 2, again); tracker.KindOf(err) != tracker.NotFound {
		t.Errorf("another dealership mends it: %v", err)
	}
	if err := s.ResubmitClaim(t.Context(), s.dealer, joined.ID, 2, again); err != nil {
		t.Fatal(err)
	}
	if err := s.decide(s.east, joined.ID, "accept", ""); err != nil {
		t.Fatal(err)
	}
	view, err := s.Claim(t.Context(), s.dealer, joined.ID)
	if err != nil || view.State != tracker.ClaimAccepted || view.Version != 4 || view.Decider != "regional-east" || view.Fact == "" {
		t.Errorf("%+v %v", view.Claim, err)
	}
	if !slices.Contains(s.employed(apptest.TwoOnly), "N1") {
		t.Error("an accepted joiner does not count")
	}
	s.clean()
}

func TestWhoWorksElsewhereIsHeadquartersToDecide(t *testing.T) {
	s := newClaims(t)
	form := app.ClaimForm{Kind: "joiner", StaffNo: "T30", Name: "someone", Job: "technician", From: "2026-12-01", Note: "from the competition"}
	for _, no := range []string{"T30", "N99"} { // whoever has the number, and whether anybody has it, is not told
		asked := form
		asked.StaffNo = no
		if effect, err := s.PreviewClaim(t.Context(), s.dealer, apptest.TwoOnly, asked); err != nil || len(effect.Differences) > 0 {
			t.Errorf("the preview of %s says %v %v", no, effect, err)
		}
	}
	transfer := s.submit(form)
	if transfer.Kind != tracker.ClaimTransfer || transfer.Person != 0 {
		t.Fatalf("%+v", transfer)
	}
	own, err := s.Claim(t.Context(), s.dealer, transfer.ID)
	if err != nil || own.Who != "someone" {
		t.Errorf("the dealership reads %q, %v", own.Who, err)
	}
	for _, by := range []tracker.Actor{s.east, s.south} {
		if _, err := s.ReviewClaim(t.Context(), by, transfer.ID); tracker.KindOf(err) != tracker.NotFound {
			t.Errorf("%s sees the transfer: %v", by.Login, err)
		}
		if queue, err := s.ReviewQueue(t.Context(), by, nil, nil); err != nil || queue.Total != 0 {
			t.Errorf("%s counts %d, %v", by.Login, queue.Total, err)
		}
	}
	view, err := s.ReviewClaim(t.Context(), s.network, transfer.ID)
	if err != nil || len(view.Effects) != 2 || view.Effects[1].Dealership.Code != apptest.Expiring {
		t.Fatalf("the review shows %+v, %v", view.Effects, err)
	}
	if err := s.decide(s.network, transfer.ID, "accept", ""); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code, on string
		there    bool
	}{
		{apptest.Expiring, "2026-11-30", true}, {apptest.Expiring, "2026-12-01", false},
		{apptest.TwoOnly, "2026-11-30", false}, {apptest.TwoOnly, "2026-12-01", true},
	} {
		view, err := s.Dealership(t.Context(), tracker.Operator, c.code, tracker.MustDate(c.on))
		if err != nil {
			t.Fatal(err)
		}
		there := slices.ContainsFunc(view.People, func(p app.PersonView) bool { return p.StaffNo == "T30" })
		if there != c.there {
			t.Errorf("%s on %s: %t", c.code, c.on, there)
		}
	}
	// What was reported here, and that it was, is not told where the person left.
	if err := s.Store.Read(t.Context(), func(tx *store.Tx) error {
		person, err := tx.PersonByStaffNo("T30")
		if err != nil {
			return err
		}
		history, err := tx.PersonHistory(person.ID, 0)
		for _, e := range history.Employments {
			left := e.Until == tracker.MustDate("2026-12-01")
			if left && (e.Reason != "" || e.Source == tracker.SourceClaim) || !left && e.Source != tracker.SourceClaim {
				t.Errorf("%+v", e)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	s.clean()
}

func TestSomebodyWhoLeftAndWorksElsewhere(t *testing.T) {
	s := newClaims(t)
	s.submit(app.ClaimForm{Kind: "leaver", StaffNo: "T20", Until: "2026-11-20"})
	elsewhere, err := s.SubmitClaim(t.Context(), s.other, apptest.Healthy, app.ClaimForm{Kind: "joiner", StaffNo: "T20", Name: "x", Job: "technician", From: "2026-11-22"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.decide(s.network, elsewhere.ID, "accept", ""); err != nil {
		t.Fatal(err)
	}
	stays := app.ClaimForm{Kind: "stays", StaffNo: "T20"}
	if effect, err := s.PreviewClaim(t.Context(), s.dealer, apptest.TwoOnly, stays); err != nil || len(effect.Differences) > 0 {
		t.Errorf("the preview tells of a life elsewhere: %+v %v", effect.Differences, err)
	}
	back := s.submit(stays)
	if err := s.decide(s.east, back.ID, "accept", ""); tracker.KindOf(err) != tracker.Forbidden {
		t.Errorf("a region takes back who works elsewhere: %v", err)
	}
	if err := s.decide(s.network, back.ID, "accept", ""); tracker.KindOf(err) != tracker.Conflict {
		t.Errorf("headquarters takes back who works elsewhere: %v", err)
	}
	s.clean()
}

func TestAStaleBaseIsDecidedAnew(t *testing.T) {
	s := newClaims(t)
	earned := s.submit(app.ClaimForm{Kind: "qualification", StaffNo: "T20", Type: "hvt-c", Generation: "gen6", IssuedOn: "2026-11-02", Certificate: "GEN6-2026-0020"})
	seen, err := s.ReviewClaim(t.Context(), s.east, earned.ID)
	if err != nil || seen.Moved || strings.Contains(seen.Certificate, "2026") {
		t.Fatalf("moved %t, number %q, %v", seen.Moved, seen.Certificate, err)
	}
	s.submit(app.ClaimForm{Kind: "leaver", StaffNo: "T20", Until: "2026-12-31"})
	ruling := app.Ruling{Verdict: "accept", Version: seen.Version, Base: seen.Base}
	if err := s.DecideClaim(t.Context(), s.east, earned.ID, ruling); tracker.KindOf(err) != tracker.Stale {
		t.Errorf("accepted on what was: %v", err)
	}
	now, err := s.ReviewClaim(t.Context(), s.east, earned.ID)
	if err != nil || !now.Moved || now.Base == seen.Base {
		t.Fatalf("moved %t, %v", now.Moved, err)
	}
	ruling.Base = now.Base
	s.fieldFault(s.DecideClaim(t.Context(), s.east, earned.ID, ruling), "anew", "claim_moved")
	if err := s.decide(s.east, earned.ID, "accept", ""); err != nil {
		t.Fatal(err)
	}
	view, err := s.Dealership(t.Context(), s.dealer, apptest.TwoOnly, s.Today())
	if err != nil {
		t.Fatal(err)
	}
	held := slices.ContainsFunc(view.People, func(p app.PersonView) bool {
		return slices.ContainsFunc(p.Clocks, func(c tracker.Clock) bool {
			return c.Qualification.Generation == "gen6" && c.Valid && c.Qualification.Certificate == "************20"
		})
	})
	if !held {
		t.Error("the certificate did not become a qualification with a masked number")
	}
	s.clean()
}

func TestModulesAndReviews(t *testing.T) {
	s := newClaims(t)
	if plan := s.submit(app.ClaimForm{Kind: "plan", Module: "DGU-02", PlannedOn: "2027-02-01"}); plan.State != tracker.ClaimAccepted {
		t.Errorf("a plan is %s", plan.State)
	}
	live := s.submit(app.ClaimForm{Kind: "live", Module: "DGU-02", LiveOn: "2026-11-20"})
	state := func() tracker.ModuleState {
		view, err := s.Dealership(t.Context(), s.dealer, apptest.TwoOnly, s.Today())
		if err != nil {
			t.Fatal(err)
		}
		return view.Modules[1].State
	}
	if state() != tracker.ModulePlanned {
		t.Errorf("reported live, the module is %s", state())
	}
	review := s.submit(app.ClaimForm{Kind: "review", StaffNo: "T21", ReviewedOn: "2026-11-10", ReviewDueOn: "2029-11-10"})
	if err := errors.Join(s.decide(s.east, live.ID, "accept", ""), s.decide(s.network, review.ID, "accept", "")); err != nil {
		t.Fatal(err)
	}
	if state() != tracker.ModuleLive {
		t.Errorf("accepted, the module is %s", state())
	}
	withdrawn := s.submit(app.ClaimForm{Kind: "live", Module: "DGU-03", LiveOn: "2026-11-20"})
	if err := s.WithdrawClaim(t.Context(), s.dealer, withdrawn.ID, 1); err != nil {
		t.Fatal(err)
	}
	if err := s.decide(s.east, withdrawn.ID, "accept", ""); tracker.KindOf(err) != tracker.Conflict {
		t.Errorf("accepted after it was withdrawn: %v", err)
	}
	s.clean()
}

func TestClaimsOfOthersAreAsMissing(t *testing.T) {
	s := newClaims(t)
	mine := s.submit(app.ClaimForm{Kind: "live", Module: "DGU-02", LiveOn: "2026-11-20"})
	for _, by := range []tracker.Actor{s.other, s.south} {
		_, foreign := s.Claim(t.Context(), by, mine.ID)
		_, missing := s.Claim(t.Context(), by, "0190f3a0-0000-7000-8000-000000000000")
		if tracker.KindOf(foreign) != tracker.NotFound || tracker.KindOf(missing) != tracker.NotFound {
			t.Errorf("%s: %v, %v", by.Login, foreign, missing)
		}
	}
	if _, err := s.Claim(t.Context(), s.Actor(t, "viewer"), mine.ID); tracker.KindOf(err) != tracker.Forbidden {
		t.Errorf("a viewer: %v", err)
	}
	if _, err := s.SubmitClaim(t.Context(), s.dealer, apptest.Healthy, app.ClaimForm{Kind: "live", Module: "DGU-02", LiveOn: "2026-11-20"}); tracker.KindOf(err) != tracker.NotFound {
		t.Errorf("for another dealership: %v", err)
	}
	if _, err := s.SubmitClaim(t.Context(), s.east, apptest.TwoOnly, app.ClaimForm{Kind: "live", Module: "DGU-03", LiveOn: "2026-11-20"}); tracker.KindOf(err) != tracker.Forbidden {
		t.Errorf("a manager reports: %v", err)
	}
	err := s.Store.Read(t.Context(), func(tx *store.Tx) error {
		changes, err := tx.Changes(store.ChangeQuery{Scope: tracker.Scope{All: true}, Kind: "claim"})
		if len(changes) != 1 || changes[0].Action != store.ActionSubmitted {
			t.Errorf("%+v", changes)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

package app_test

import (
	"slices"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// steps writes next actions shortly.
func steps(list []app.NextAction) string {
	var out []string
	for _, n := range list {
		text := string(n.Kind)
		for _, word := range []string{n.Requirement.Code, n.Module.Definition.Code} {
			if word != "" {
				text += " " + word
			}
		}
		if n.Person.StaffNo != "" {
			text += " " + n.Person.StaffNo + " " + string(n.Rung.Type.Code)
		}
		if n.Opens != 0 {
			text += " from " + n.Opens.String()
		}
		switch {
		case n.Late:
			text += " late"
		case n.By != 0:
			text += " by " + n.By.String()
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func TestNextActions(t *testing.T) {
	s := newClaims(t)
	look := func(code string, returned ...app.ClaimView) string {
		view, err := s.Dealership(t.Context(), tracker.Operator, code, s.Today())
		if err != nil {
			t.Fatal(err)
		}
		return steps(app.NextActions(view, returned, s.Today()))
	}
	// Two technicians, whose HVT-C ends on one day: each is one thing to do. What is minor and fails comes last.
	if got := look(apptest.TwoOnly); got != "keep BMI-B02 by 2027-05-31; keep BMI-B02 by 2027-05-31" {
		t.Errorf("healthy: %s", got)
	}
	if got := look(apptest.Expiring); !strings.HasPrefix(got, "renew from 2026-08-17 by 2026-12-15; keep BMI-B02 by 2027-05-31") {
		t.Errorf("expiring: %s", got)
	}
	s.submit(app.ClaimForm{Kind: "plan", Module: "DGU-02", PlannedOn: "2026-11-20"})
	s.submit(app.ClaimForm{Kind: "leaver", StaffNo: "T21", Until: "2026-11-22"})
	// The law forbids already what the brand still grants in grace; a late module turns no light.
	got := look(apptest.TwoOnly, app.ClaimView{})
	if !strings.HasPrefix(got, "returned; restore REG-02 late; restore BMI-B02 by 2027-01-21") || !strings.HasSuffix(got, "module DGU-02 late") {
		t.Errorf("after a leaver: %s", got)
	}
	view, err := s.Dealership(t.Context(), tracker.Operator, apptest.TwoOnly, s.Today())
	if err != nil {
		t.Fatal(err)
	}
	list := app.NextActions(view, nil, s.Today())
	if at := slices.IndexFunc(list, func(n app.NextAction) bool { return n.Requirement.Code == "REG-02" }); list[at].Missing != 1 || list[at].Saves != tracker.LossOfLaw {
		t.Errorf("%+v", list[at])
	}
}

// A review is told when its window is near or open; with the light that hangs on it, if one does. A bridge before it closes.
func TestNextActionsOfTheLadder(t *testing.T) {
	n := apptest.Small(t)
	climber(t, n, "L1", apptest.TwoOnly, app.QualificationForm{Type: "permit-lv", IssuedOn: "2023-12-20", ExpiresOn: "2029-12-19"})
	climber(t, n, "L2", apptest.TwoOnly, app.QualificationForm{Type: "hvt-c", Generation: "gen4", IssuedOn: "2024-06-01", ExpiresOn: "2027-05-22"})
	look := func(on string) string {
		t.Helper()
		view, err := n.Dealership(t.Context(), tracker.Operator, apptest.TwoOnly, tracker.MustDate(on))
		if err != nil {
			t.Fatal(err)
		}
		list := slices.DeleteFunc(app.NextActions(view, nil, tracker.MustDate(on)), func(a app.NextAction) bool { return a.Person.StaffNo == "" })
		return steps(list)
	}
	for on, want := range map[string]string{
		"2026-09-20": "", // thirty-one days before the window opens
		"2026-09-21": "apply L1 permit-lv from 2026-10-21 by 2026-12-20",
		"2026-11-23": "apply L1 permit-lv from 2026-10-21 by 2026-12-20; bridge L2 hvt-c by 2027-05-22",
		"2026-12-20": "apply L1 permit-lv from 2026-10-21 by 2026-12-20; bridge L2 hvt-c by 2027-05-22",
		"2026-12-21": "bridge L2 hvt-c by 2027-05-22",
		"2027-05-22": "bridge L2 hvt-c by 2027-05-22",
		"2027-05-23": "",
	} {
		if got := look(on); got != want {
			t.Errorf("on %s: %s, want %s", on, got, want)
		}
	}
	// The law's light hangs on both permits of the dealership: what keeps it says when it can be applied for.
	view, err := n.Dealership(t.Context(), tracker.Operator, apptest.Healthy, tracker.MustDate("2028-12-01"))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range app.NextActions(view, nil, tracker.MustDate("2028-12-01")) {
		if a.Kind == app.NextApply && slices.ContainsFunc(app.NextActions(view, nil, tracker.MustDate("2028-12-01")), func(b app.NextAction) bool {
			return b.Kind == app.NextKeep && b.By == a.By && b.People[0].Person == a.Person.ID
		}) {
			t.Errorf("told twice: %s", steps([]app.NextAction{a}))
		}
	}
}

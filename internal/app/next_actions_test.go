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
	if got := look(apptest.Expiring); !strings.HasPrefix(got, "renew by 2026-12-15; keep BMI-B02 by 2027-05-31") {
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

package tracker_test

import (
	"slices"
	"testing"

	"dealercert/internal/tracker"
)

// What a draft does to rights counts though its own light does not turn: a guard that is added takes them away.
func TestTryingAGuardOfRights(t *testing.T) {
	day := tracker.MustDate
	rights := func(version, from string, guards ...tracker.Requirement) tracker.Standard {
		return tracker.Standard{Programme: "models", Kind: tracker.KindRights, Version: version, EffectiveOn: day(from), Requirements: guards}
	}
	law := tracker.Requirement{Code: "G-LAW", Right: tracker.RightSell, Basis: tracker.BasisLaw, Severity: tracker.Critical, Measure: tracker.Measure{Kind: tracker.MeasureLaw}}
	franchise := tracker.Requirement{
		Code: "G-BRAND", Right: tracker.RightSell, Basis: tracker.BasisBrand, Severity: tracker.Critical,
		Measure: tracker.Measure{Kind: tracker.MeasureFranchise, Of: tracker.OfBrand},
	}
	sold := bmwiV1()
	sold.Models = []tracker.Model{{Code: "iX", Brand: "BMW i", LaunchOn: day("2021-11-15")}}
	before := tracker.NewRulebook(sold, rights("v1", "2020-01-01", law))
	draft := rights("v2", "2025-01-01", law, franchise)
	h := openSite()
	h.Franchises = []tracker.Franchise{{Dealership: here, Brand: "MINI", From: day("2020-01-01")}}
	on := []tracker.Date{day("2024-12-31"), day("2025-01-01")}
	got := h.Try(before, before.With(draft), draft, on)
	if got[0].Failing() || got[0].RightLost || !got[0].Operating {
		t.Errorf("the day before: %+v", got[0])
	}
	if e := got[1]; !e.RightLost || !e.New || !slices.Equal(e.Missing, []string{"G-BRAND"}) {
		t.Errorf("on its first day: %+v", e)
	}
}

// A project's draft counts the modules that it makes mandatory; a closed dealership counts for nothing.
func TestTryingAProject(t *testing.T) {
	day := tracker.MustDate
	draft := upgradeV1()
	draft.Version, draft.EffectiveOn = "v2", day("2025-01-01")
	draft.Modules = append(slices.Clone(draft.Modules), tracker.ModuleDef{Code: "DGU-09", Mandatory: true}, tracker.ModuleDef{Code: "DGU-10"})
	before := tracker.NewRulebook(upgradeV1())
	h := openSite()
	for _, code := range []string{"DGU-01", "DGU-02"} {
		h.Modules = append(h.Modules, tracker.Module{Dealership: here, Module: code, VerifiedOn: day("2024-01-01")})
	}
	got := h.Try(before, before.With(draft), draft, []tracker.Date{day("2025-01-01")})[0]
	if !got.New || !slices.Equal(got.Missing, []string{"DGU-09"}) || got.Light != "" {
		t.Errorf("complete by the first version: %+v", got)
	}
	h.Modules = h.Modules[:1]
	got = h.Try(before, before.With(draft), draft, []tracker.Date{day("2025-01-01")})[0]
	if got.New || !slices.Equal(got.Missing, []string{"DGU-02", "DGU-09"}) {
		t.Errorf("incomplete already: %+v", got)
	}
	h.Operating[0].Until = day("2024-06-01")
	if got = h.Try(before, before.With(draft), draft, []tracker.Date{day("2025-01-01")})[0]; got.Operating || got.Failing() {
		t.Errorf("closed: %+v", got)
	}
}

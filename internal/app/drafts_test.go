package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// uploaded sends a pack as the administrator.
func uploaded(t *testing.T, n apptest.Network, text string) tracker.Draft {
	t.Helper()
	d, err := n.UploadDraft(t.Context(), n.Actor(t, "admin"), "pack.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// tried runs the impact preview of a draft as headquarters, and gives it with the draft as it is then.
func tried(t *testing.T, n apptest.Network, d tracker.Draft) app.DraftView {
	t.Helper()
	if _, err := n.CheckImpact(t.Context(), n.Actor(t, "network"), d.ID, d.Version, nil); err != nil {
		t.Fatal(err)
	}
	view, err := n.Draft(t.Context(), n.Actor(t, "network"), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// faultKey gives the key of a fault, else what went wrong.
func faultKey(err error) string {
	var fault *tracker.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &fault) && fault.Key == "invalid_form" && len(fault.Fields) > 0:
		return fault.Fields[0].Key
	case errors.As(err, &fault):
		return fault.Key
	default:
		return err.Error()
	}
}

func TestImpactOfAProgrammeThatIsNew(t *testing.T) {
	n := apptest.Small(t)
	var heard [][2]int
	d := uploaded(t, n, apptest.Tenth("2027-01-01"))
	run, err := n.CheckImpact(t.Context(), n.Actor(t, "admin"), d.ID, d.Version, func(done, total int) { heard = append(heard, [2]int{done, total}) })
	if err != nil {
		t.Fatal(err)
	}
	if want := [][2]int{{4, 4}}; !slices.Equal(heard, want) {
		t.Errorf("progress %v, want %v", heard, want)
	}
	days := run.Figures.Days
	if len(days) != 2 || days[0].Stage != tracker.StageFirst || days[1].Stage != tracker.StageGrace || days[1].On != tracker.MustDate("2027-02-15") {
		t.Fatalf("days %+v", days)
	}
	for i, want := range []tracker.ImpactDay{
		{Operating: 4, Failing: 3, New: 3, AtRisk: 3, OneAway: 2}, {Operating: 4, Failing: 3, New: 3, InBreach: 3, OneAway: 2},
	} {
		got := days[i]
		if got.Operating != want.Operating || got.Failing != want.Failing || got.New != want.New || got.OneAway != want.OneAway ||
			got.AtRisk != want.AtRisk || got.InBreach != want.InBreach || got.RightLost != 0 {
			t.Errorf("%s: %+v, want %+v", got.Stage, got, want)
		}
	}
	if got := days[0].Requirements; !slices.Equal(got, []tracker.ImpactRequirement{{Code: "NCH-01", Failing: 3, Alone: 2}, {Code: "NCH-02", Failing: 1, Alone: 0}}) {
		t.Errorf("requirements %+v", got)
	}
	if got := days[0].Regions; !slices.Equal(got, []tracker.ImpactRegion{
		{Region: 1, Operating: 2, Failing: 1, New: 1, OneAway: 1}, {Region: 2, Operating: 2, Failing: 2, New: 2, OneAway: 1},
	}) {
		t.Errorf("regions %+v", got)
	}
	for _, row := range []struct {
		q    app.ImpactQuery
		want string
	}{
		{app.ImpactQuery{}, "30002 30003 30004"},
		{app.ImpactQuery{OneAway: true}, "30002 30003"},
		{app.ImpactQuery{Requirement: "nch-02"}, "30004"},
		{app.ImpactQuery{Requirement: "NCH-0_"}, ""},
		{app.ImpactQuery{Regions: []tracker.RegionID{1}}, "30002"},
		{app.ImpactQuery{OnlyNew: true, PerPage: 1, Page: 2}, "30003"},
		{app.ImpactQuery{Stage: 7}, ""},
	} {
		list, err := n.ImpactDealerships(t.Context(), n.Actor(t, "network"), d.ID, row.q)
		var codes []string
		for _, r := range list.Rows {
			codes = append(codes, r.Code)
		}
		if got := strings.Join(codes, " "); err != nil || got != row.want {
			t.Errorf("%+v: %q %v, want %q", row.q, got, err, row.want)
		}
	}
	if _, err := n.ImpactDealerships(t.Context(), n.Actor(t, "admin"), d.ID, app.ImpactQuery{}); tracker.KindOf(err) != tracker.Forbidden {
		t.Errorf("the administrator sees which dealerships: %v", err)
	}
}

// What a preview says is what publishing brings about: light by light, on each of its days.
func TestThePreviewIsWhatPublishingDoes(t *testing.T) {
	for name, text := range map[string]string{
		"a new programme": apptest.Tenth("2026-11-23"), "a new version": apptest.NextBMWi(t, "2026-12-01", "2027-03-31"),
		"a new version without transition": apptest.NextBMWi(t, "2026-12-01", "2026-12-01"),
	} {
		t.Run(name, func(t *testing.T) {
			n := apptest.Small(t)
			view := tried(t, n, uploaded(t, n, text))
			if err := n.PublishDraft(t.Context(), n.Actor(t, "network"), view.ID, view.Version); err != nil {
				t.Fatal(err)
			}
			for _, day := range view.Impact.Figures.Days {
				failing, lights := 0, map[tracker.Light]int{}
				err := n.Store.Read(t.Context(), func(tx *store.Tx) error {
					for id := range tracker.DealershipID(4) {
						list, err := tx.Standings(id+1, 0)
						if err != nil {
							return err
						}
						for _, s := range list {
							if s.Programme == view.Programme && s.Contains(day.On) && s.Brand != tracker.Healthy {
								failing++
								lights[s.Brand]++
							}
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if failing != day.Failing || lights[tracker.AtRisk] != day.AtRisk || lights[tracker.InBreach] != day.InBreach {
					t.Errorf("%s, %s: %d failing %v, the preview said %+v", day.Stage, day.On, failing, lights, day)
				}
			}
			if report, err := n.Verify(t.Context(), nil); err != nil || len(report.Findings) > 0 {
				t.Errorf("verify: %v %v", report.Findings, err)
			}
		})
	}
}

// The new code takes over the clock and the count of the old one.
func TestImpactAcrossALink(t *testing.T) {
	n := apptest.Small(t)
	view := tried(t, n, uploaded(t, n, apptest.NextBMWi(t, "2026-12-01", "2027-03-31")))
	first, after := view.Impact.Figures.Days[0], view.Impact.Figures.Days[1]
	if first.Failing != 1 || first.New != 0 { // the outsider alone, who fails already; the others are in transition
		t.Errorf("first day %+v", first)
	}
	if after.On != tracker.MustDate("2027-04-01") || after.Failing != 3 || after.New != 2 {
		t.Errorf("after the transition %+v", after)
	}
	if view.Before == nil || view.Before.Version != "2.0" {
		t.Errorf("follows %+v", view.Before)
	}
}

func TestWhoMayPublishWhatAndWhen(t *testing.T) {
	const today = "2026-11-23"
	for _, row := range []struct {
		name    string
		prepare func(*testing.T, apptest.Network) tracker.Draft
		by      string
		want    string
	}{
		{"without a run", func(t *testing.T, n apptest.Network) tracker.Draft { return uploaded(t, n, apptest.Tenth(today)) }, "network", "draft_unchecked"},
		{"the administrator never", func(t *testing.T, n apptest.Network) tracker.Draft {
			return tried(t, n, uploaded(t, n, apptest.Tenth(today))).Draft
		}, "admin", "forbidden"},
		{"a region neither", func(t *testing.T, n apptest.Network) tracker.Draft {
			return tried(t, n, uploaded(t, n, apptest.Tenth(today))).Draft
		}, "regional-east", "forbidden"},
		{"one's own", func(t *testing.T, n apptest.Network) tracker.Draft {
			d, err := n.UploadDraft(t.Context(), n.Actor(t, "network"), "x", []byte(apptest.Tenth(today)))
			if err != nil {
				t.Fatal(err)
			}
			return tried(t, n, d).Draft
		}, "network", "draft_own"},
		{"another text than was tried", func(t *testing.T, n apptest.Network) tracker.Draft {
			tried(t, n, uploaded(t, n, apptest.Tenth(today)))
			return uploaded(t, n, strings.Replace(apptest.Tenth(today), "at_least: 3", "at_least: 2", 1))
		}, "network", "draft_other_text"},
		{"a run of yesterday", func(t *testing.T, n apptest.Network) tracker.Draft {
			d := tried(t, n, uploaded(t, n, apptest.Tenth("2026-12-24"))).Draft
			n.Advance(1)
			return d
		}, "network", "draft_other_day"},
		{"a day that has passed meanwhile", func(t *testing.T, n apptest.Network) tracker.Draft {
			d := tried(t, n, uploaded(t, n, apptest.Tenth(today))).Draft
			n.Advance(1)
			return d
		}, "network", "draft_day_past"},
		{"beside other rules", func(t *testing.T, n apptest.Network) tracker.Draft {
			d := tried(t, n, uploaded(t, n, apptest.Tenth(today))).Draft
			other := tried(t, n, uploaded(t, n, apptest.NextBMWi(t, "2026-12-01", "2027-03-31")))
			if err := n.PublishDraft(t.Context(), n.Actor(t, "network"), other.ID, other.Version); err != nil {
				t.Fatal(err)
			}
			return d
		}, "network", "draft_other_rules"},
		{"in another version than was looked at", func(t *testing.T, n apptest.Network) tracker.Draft {
			d := tried(t, n, uploaded(t, n, apptest.Tenth(today))).Draft
			d.Version--
			return d
		}, "network", "stale"},
		{"discarded", func(t *testing.T, n apptest.Network) tracker.Draft {
			d := tried(t, n, uploaded(t, n, apptest.Tenth(today))).Draft
			if err := n.DiscardDraft(t.Context(), n.Actor(t, "admin"), d.ID, d.Version); err != nil {
				t.Fatal(err)
			}
			return d
		}, "network", "draft_closed"},
		{"all as it should be", func(t *testing.T, n apptest.Network) tracker.Draft {
			return tried(t, n, uploaded(t, n, apptest.Tenth(today))).Draft
		}, "network", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			n := apptest.Small(t)
			d := row.prepare(t, n)
			err := n.PublishDraft(t.Context(), n.Actor(t, row.by), d.ID, d.Version)
			if got := faultKey(err); got != row.want {
				t.Fatalf("%q (%v), want %q", got, err, row.want)
			}
			rules, err := n.Rulebook(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if there := len(rules.Versions("night-charging")) == 1; there != (row.want == "") {
				t.Errorf("published: %t", there)
			}
			if row.want == "" {
				if err := n.PublishDraft(t.Context(), n.Actor(t, "network"), d.ID, d.Version+1); faultKey(err) != "draft_closed" {
					t.Errorf("published twice: %v", err)
				}
			}
		})
	}
}

func TestDraftsThatAreRefused(t *testing.T) {
	n := apptest.Small(t)
	tenth := apptest.Tenth("2026-12-01")
	for _, row := range []struct{ name, by, text, want string }{
		{"by a region", "regional-east", tenth, "forbidden"},
		{"by a viewer", "viewer", tenth, "forbidden"},
		{"nothing", "admin", " \n", "draft_empty"},
		{"of yesterday", "admin", apptest.Tenth("2026-11-22"), "draft_day_past"},
		{"without a day", "admin", strings.Replace(tenth, "effective_on: 2026-12-01\n", "", 1), "draft_no_day"},
		{"a version that is published", "admin", strings.Replace(apptest.NextBMWi(t, "2026-12-01", "2027-03-31"), `"3.0"`, `"2.0"`, 1), "draft_published"},
		{"of another kind", "admin", "programme: bmw-i\nkind: project\nversion: \"9\"\nname: {en: a, zh: b}\neffective_on: {value: 2027-01-01, basis: brand, cite: x}\n", "pack_kind_changed"},
		{"a code of another programme", "admin", strings.ReplaceAll(tenth, "NCH-01", "BMI-B02"), "pack_code_elsewhere"},
		{"a skill that nobody gives", "admin", strings.Replace(tenth, "skill: hvt-c", "skill: sleep", 1), "pack_skill_unknown"},
		{"a slip", "admin", strings.Replace(tenth, "severity: major", "severity: huge", 1), "pack_word"},
		{"nested without end", "admin", strings.Repeat("[", 100_000), "pack_too_deep"},
		{"ten megabytes", "admin", strings.Repeat("# a\n", 10<<18), "pack_too_long"},
		{"of today", "admin", apptest.Tenth("2026-11-23"), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := n.UploadDraft(t.Context(), n.Actor(t, row.by), "x.yaml", []byte(row.text))
			if got := faultKey(err); got != row.want {
				t.Errorf("%q (%v), want %q", got, err, row.want)
			}
		})
	}
	if _, err := apptest.Empty(t).UploadDraft(t.Context(), tracker.Operator, "x", []byte(tenth)); faultKey(err) != "draft_too_early" {
		t.Errorf("before the first dealership: %v", err)
	}
}

// Facts that come later make a run old, though not useless.
func TestFactsAfterARun(t *testing.T) {
	n := apptest.Small(t)
	view := tried(t, n, uploaded(t, n, apptest.Tenth("2026-12-01")))
	if view.Impact.OtherFacts || !view.Impact.Usable() || len(view.Obstacles) > 0 {
		t.Fatalf("a fresh run: %+v %v", view.Impact, view.Obstacles)
	}
	form := app.DecisionForm{Programme: "bmw-i", Decision: "suspend", EffectiveOn: "2026-11-23", Grounds: "x"}
	if err := n.RecordDecision(t.Context(), n.Actor(t, "network"), apptest.Healthy, form); err != nil {
		t.Fatal(err)
	}
	view, err := n.Draft(t.Context(), n.Actor(t, "network"), view.ID)
	if err != nil || !view.Impact.OtherFacts || !view.Impact.Usable() {
		t.Errorf("after a fact: %+v %v", view.Impact, err)
	}
}

// A program that brings more packs than are published offers them; nothing comes into force by itself.
func TestPacksOfANewerProgram(t *testing.T) {
	n := apptest.Upgraded(t, "bmw-i", "2.0")
	by := n.Actor(t, "admin")
	_, offers, err := n.Drafts(t.Context(), by)
	if err != nil || len(offers) != 1 || offers[0].Rules.Version != "2.0" {
		t.Fatalf("offers %+v %v", offers, err)
	}
	form := app.OfferForm{Programme: "bmw-i", Version: "2.0", EffectiveOn: "2026-11-22"}
	if _, err := n.TakeOffer(t.Context(), by, form); faultKey(err) != "draft_day_past" {
		t.Errorf("from yesterday: %v", err)
	}
	form.EffectiveOn, form.TransitionUntil = "2026-12-01", "2026-11-30"
	if _, err := n.TakeOffer(t.Context(), by, form); faultKey(err) != "ends_before_begin" {
		t.Errorf("a transition before it begins: %v", err)
	}
	form.TransitionUntil = "2027-06-30"
	d, err := n.TakeOffer(t.Context(), by, form)
	if err != nil {
		t.Fatal(err)
	}
	if _, offers, err = n.Drafts(t.Context(), by); err != nil || len(offers) != 0 {
		t.Errorf("offered though it is a draft: %+v %v", offers, err)
	}
	view := tried(t, n, d)
	if err := n.PublishDraft(t.Context(), n.Actor(t, "network"), view.ID, view.Version); err != nil {
		t.Fatal(err)
	}
	rules, err := n.Rulebook(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s, err := rules.InForce("bmw-i", tracker.MustDate("2026-12-01")); err != nil || s.Version != "2.0" || s.TransitionUntil != tracker.MustDate("2027-06-30") {
		t.Errorf("in force: %s until %s %v", s.Version, s.TransitionUntil, err)
	}
	form.Version = "7.0"
	if _, err := n.TakeOffer(t.Context(), by, form); tracker.KindOf(err) != tracker.NotFound {
		t.Errorf("what is not offered: %v", err)
	}
}

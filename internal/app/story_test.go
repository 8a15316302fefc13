package app_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// summary gives the network's figures on a day.
func summary(t *testing.T, n apptest.Network, by tracker.Actor, on string) app.Summary {
	t.Helper()
	s, err := n.Summary(t.Context(), by, app.SummaryQuery{On: tracker.MustDate(on)})
	if err != nil {
		t.Fatal(err)
	}
	s.KnownAt = 0 // always later than the one before
	return s
}

// verified fails when anything stored differs from what follows from the facts.
func verified(t *testing.T, n apptest.Network) {
	t.Helper()
	report, err := n.Verify(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !report.OK() || report.Dealerships == 0 || report.Changes == 0 {
		t.Errorf("verify: %+v", report)
	}
}

// storyDays are days before, at and after the end of the employment.
var storyDays = []string{"2022-11-30", "2024-03-31", "2024-04-01", "2026-11-23", "2026-11-30", "2026-12-01", "2027-06-01", "2029-01-10"}

func figuresOf(t *testing.T, n apptest.Network, by tracker.Actor) ([]app.Summary, []app.Block) {
	t.Helper()
	var summaries []app.Summary
	var days []tracker.Date
	for _, day := range storyDays {
		summaries = append(summaries, summary(t, n, by, day))
		days = append(days, tracker.MustDate(day))
	}
	trend, err := n.Trend(t.Context(), by, app.SummaryQuery{On: days[0]}, days)
	if err != nil {
		t.Fatal(err)
	}
	return summaries, trend
}

// technician gives the employment of one of a dealership's technicians.
func technician(t *testing.T, n apptest.Network, code, staffNo string) app.PersonView {
	t.Helper()
	view, err := n.Dealership(t.Context(), n.Actor(t, "network"), code, n.Today())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(view.People, func(p app.PersonView) bool { return p.StaffNo == staffNo })
	if at < 0 {
		t.Fatalf("%s has no %s", code, staffNo)
	}
	return view.People[at]
}

func lawOn(t *testing.T, n apptest.Network, by tracker.Actor, code, on string) tracker.Light {
	t.Helper()
	view, err := n.Dealership(t.Context(), by, code, tracker.MustDate(on))
	if err != nil {
		t.Fatal(err)
	}
	return view.Standings[tracker.ProgrammeLaw].Law
}

// One of exactly two holders of the permit leaves: the law light turns red on the day after, everywhere, with the
// cause named; taken back, every figure is what it was.
func TestOneOfTwoHoldersLeaves(t *testing.T) {
	n := apptest.Small(t)
	by := n.Actor(t, "network")
	leaver := technician(t, n, apptest.TwoOnly, "T20")
	summariesBefore, trendBefore := figuresOf(t, n, by)

	form := app.EndForm{Chain: leaver.Employment.Chain, LastDay: "2026-11-30", Reason: "resigned"}
	effect, err := n.PreviewEndEmployment(t.Context(), by, apptest.TwoOnly, form)
	if err != nil {
		t.Fatal(err)
	}
	if summaries, _ := figuresOf(t, n, by); !cmp.Equal(summaries, summariesBefore) {
		t.Error("the preview changed figures")
	}
	law := slices.IndexFunc(effect.Differences, func(d tracker.Difference) bool { return d.Programme == tracker.ProgrammeLaw })
	if law < 0 || effect.Differences[law].From != tracker.MustDate("2026-12-01") || effect.Differences[law].Before.Law != tracker.Healthy ||
		effect.Differences[law].After.Law != tracker.InBreach || len(effect.Skipped) != 0 {
		t.Fatalf("the preview does not say what happens: %+v", effect)
	}
	if err := n.EndEmployment(t.Context(), by, apptest.TwoOnly, form); err != nil {
		t.Fatal(err)
	}
	verified(t, n)
	leaverShows(t, n, by, leaver, effect)

	undo := app.VoidForm{Kind: tracker.FactEmployment, Chain: leaver.Employment.Chain, Reason: "stayed after all"}
	back, err := n.PreviewVoid(t.Context(), by, apptest.TwoOnly, undo)
	if err != nil || len(back.Differences) != len(effect.Differences) {
		t.Errorf("the preview of taking it back: %+v, %v", back, err)
	}
	if err := n.VoidFact(t.Context(), by, apptest.TwoOnly, undo); err != nil {
		t.Fatal(err)
	}
	summaries, trend := figuresOf(t, n, by)
	if diff := cmp.Diff(summariesBefore, summaries); diff != "" {
		t.Errorf("figures after taking it back: %s", diff)
	}
	if diff := cmp.Diff(trendBefore, trend); diff != "" {
		t.Errorf("trend after taking it back: %s", diff)
	}
	verified(t, n)
	historyTells(t, n, by)
}

// leaverShows checks the figures, the dealership, the losses and what was foretold after the holder has left.
func leaverShows(t *testing.T, n apptest.Network, by tracker.Actor, leaver app.PersonView, foretold app.Effect) {
	t.Helper()
	last, first := summary(t, n, by, "2026-11-30"), summary(t, n, by, "2026-12-01")
	for _, f := range []struct {
		what              string
		was, is, expected int
	}{
		{"dealerships whose law light is red", last.Law.InBreach, first.Law.InBreach, 1},
		{"dealerships whose law light is green", last.Law.Healthy, first.Law.Healthy, -1},
		{"dealerships below the minimum", last.Technicians.BelowMinimum, first.Technicians.BelowMinimum, 1},
		{"dealerships with one holder", last.Technicians.SingleHolder, first.Technicians.SingleHolder, 1},
		{"technicians employed", last.Technicians.Employed, first.Technicians.Employed, -1},
		{"technicians qualified", last.Technicians.NEVQualified, first.Technicians.NEVQualified, -1},
		{"dealerships certified", last.BMWi.Certified, first.BMWi.Certified, 0},
		{"certified dealerships in breach", last.BMWi.InBreach, first.BMWi.InBreach, 1},
	} {
		if f.is-f.was != f.expected {
			t.Errorf("%s: %d, then %d, want a change of %+d", f.what, f.was, f.is, f.expected)
		}
	}
	if was, is := lawOn(t, n, by, apptest.TwoOnly, "2026-11-30"), lawOn(t, n, by, apptest.TwoOnly, "2026-12-01"); was != tracker.Healthy || is != tracker.InBreach {
		t.Errorf("law light %s, then %s", was, is)
	}
	losses, err := n.Losses(t.Context(), by, app.LossesQuery{On: n.Today(), Days: 90, Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	named := slices.ContainsFunc(losses.Items, func(item app.ForecastItem) bool {
		return item.Dealership.Code == apptest.TwoOnly && item.On == tracker.MustDate("2026-12-01") &&
			slices.ContainsFunc(item.Causes, func(c tracker.Cause) bool {
				return slices.ContainsFunc(c.People, func(e tracker.Ending) bool { return e.Person == leaver.ID }) &&
					item.People[leaver.ID].Name == leaver.Name
			})
	})
	if !named || losses.Totals.Law != 1 {
		t.Errorf("the losses do not name the leaver: %+v", losses)
	}
	for _, d := range foretold.Differences {
		view, err := n.Dealership(t.Context(), by, apptest.TwoOnly, d.From)
		if err != nil {
			t.Fatal(err)
		}
		s := view.Standings[d.Programme]
		if s.State != d.After.State || s.Law != d.After.Law || s.Brand != d.After.Brand || s.ValidUntil != d.After.ValidUntil {
			t.Errorf("%s on %s: foretold %+v, came %+v", d.Programme, d.From, d.After, s)
		}
	}
}

// historyTells checks that the dealership's history has both deeds with who, why and what.
func historyTells(t *testing.T, n apptest.Network, by tracker.Actor) {
	t.Helper()
	entries, err := n.DealershipHistory(t.Context(), by, apptest.TwoOnly)
	if err != nil || len(entries) < 2 {
		t.Fatalf("history: %+v, %v", entries, err)
	}
	for i, want := range []struct{ action, reason string }{{"voided", "stayed after all"}, {"corrected", "resigned"}} {
		e := entries[i]
		if e.Action != want.action || e.Reason != want.reason || e.By != "network" || e.Person.StaffNo != "T20" {
			t.Errorf("entry %d: %+v", i, e)
		}
	}
}

// The light follows the days of the facts, not the order in which they were entered.
func TestBothHoldersLeave(t *testing.T) {
	n := apptest.Small(t)
	by := n.Actor(t, "regional-east")
	for staffNo, last := range map[string]string{"T20": "2026-11-30", "T21": "2026-10-31"} {
		form := app.EndForm{Chain: technician(t, n, apptest.TwoOnly, staffNo).Employment.Chain, LastDay: last}
		n.Agreed(t, n.EndEmployment(t.Context(), by, apptest.TwoOnly, form))
	}
	for on, want := range map[string]tracker.Light{"2026-10-31": tracker.Healthy, "2026-11-01": tracker.InBreach, "2026-12-01": tracker.InBreach} {
		if got := lawOn(t, n, by, apptest.TwoOnly, on); got != want {
			t.Errorf("law light on %s: %s, want %s", on, got, want)
		}
	}
	verified(t, n)
}

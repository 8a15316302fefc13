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

// promisesIn gives the promises that a reader finds in the forecast of a dealership.
func promisesIn(t *testing.T, n apptest.Network, login, code string) []app.PromiseView {
	t.Helper()
	q := app.ForecastQuery{}
	q.From, q.Until, q.Codes = n.Today().Add(1), n.Today().Add(500), []string{code}
	page, err := n.Forecast(t.Context(), n.Actor(t, login), q)
	if err != nil {
		t.Fatal(err)
	}
	var out []app.PromiseView
	for _, item := range page.Items {
		out = append(out, item.Promises...)
	}
	return out
}

// A promise is noted about one loss, by who is concerned, and ticked; it stands beside the loss and in the log, and changes
// no figure.
func TestPromiseIsMadeAndKept(t *testing.T) {
	n := apptest.Small(t)
	before := summary(t, n, n.Actor(t, "network"), "2028-01-01")
	form := app.PromiseForm{Programme: "bmw-i", LostOn: "2028-01-01", PromisedOn: "2026-11-23", Note: "技师21 books the renewal"}
	for _, test := range []struct {
		login, code string
		want        tracker.Kind
	}{
		{"viewer", apptest.TwoOnly, tracker.Forbidden},
		{"regional-south", apptest.TwoOnly, tracker.NotFound},
		{"dealer-30002", apptest.Expiring, tracker.NotFound},
	} {
		if err := n.MakePromise(t.Context(), n.Actor(t, test.login), test.code, form); tracker.KindOf(err) != test.want {
			t.Errorf("%s at %s: %v", test.login, test.code, err)
		}
	}
	dealer := n.Actor(t, "dealer-30002")
	if err := n.MakePromise(t.Context(), dealer, apptest.TwoOnly, form); err != nil {
		t.Fatal(err)
	}
	if entry := logged(t, n); entry.Kind != "promise" || entry.Login != "dealer-30002" || !strings.Contains(string(entry.After), "2028-01-01") {
		t.Errorf("the log says %+v", entry)
	}
	found := promisesIn(t, n, "network", apptest.TwoOnly)
	if len(found) != 1 || found[0].Note != form.Note || found[0].By != "dealer-30002" || found[0].Late || found[0].Done() {
		t.Fatalf("the forecast has %+v", found)
	}
	if seen := promisesIn(t, n, "viewer", apptest.TwoOnly); len(seen) != 1 || seen[0].Note+seen[0].By != "" || seen[0].PromisedOn != found[0].PromisedOn {
		t.Errorf("a viewer sees %+v", seen)
	}
	if !found[0].Promise.Late(n.Today().Add(1)) {
		t.Error("the promise is not late on the day after")
	}
	for _, login := range []string{"viewer", "regional-south"} {
		if err := n.TickPromise(t.Context(), n.Actor(t, login), apptest.TwoOnly, found[0].ID, true); err == nil {
			t.Errorf("%s ticked it", login)
		}
	}
	if err := n.TickPromise(t.Context(), n.Actor(t, "network"), apptest.Healthy, found[0].ID, true); tracker.KindOf(err) != tracker.NotFound {
		t.Errorf("ticked at another dealership: %v", err)
	}
	for range 2 { // ticking twice is ticking once
		if err := n.TickPromise(t.Context(), n.Actor(t, "regional-east"), apptest.TwoOnly, found[0].ID, true); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := n.Promises(t.Context(), dealer, apptest.TwoOnly)
	if err != nil || !kept[0].Done() || kept[0].DoneBy != "regional-east" || kept[0].Promise.Late(n.Today().Add(9)) {
		t.Errorf("kept: %+v %v", kept, err)
	}
	if entry := logged(t, n); entry.Action != store.ActionUpdated || string(entry.After) != `{"done":"yes"}` {
		t.Errorf("the log says %+v", entry)
	}
	if err := n.TickPromise(t.Context(), dealer, apptest.TwoOnly, found[0].ID, false); err != nil {
		t.Error(err)
	}
	if open := promisesIn(t, n, "dealer-30002", apptest.TwoOnly); len(open) != 1 || open[0].Done() || open[0].DoneBy != "" {
		t.Errorf("taken back: %+v", open)
	}
	if after := summary(t, n, n.Actor(t, "network"), "2028-01-01"); after.BMWi != before.BMWi {
		t.Error("a promise changed figures")
	}
	verified(t, n)
}

func TestPromiseFormSaysWhatIsWrong(t *testing.T) {
	n := apptest.Small(t)
	right := app.PromiseForm{Programme: "bmw-i", LostOn: "2028-01-01", PromisedOn: "2027-01-01", Note: "x"}
	for _, test := range []struct {
		field  string
		change func(*app.PromiseForm)
	}{
		{"lost_on", func(f *app.PromiseForm) { f.LostOn = "2028-01-02" }},
		{"lost_on", func(f *app.PromiseForm) { f.Programme = "law" }},
		{"lost_on", func(f *app.PromiseForm) { f.LostOn = "soon" }},
		{"promised_on", func(f *app.PromiseForm) { f.PromisedOn = "2026-11-22" }},
		{"promised_on", func(f *app.PromiseForm) { f.PromisedOn = "" }},
		{"note", func(f *app.PromiseForm) { f.Note = " " }},
	} {
		form := right
		test.change(&form)
		var fault *tracker.Error
		err := n.MakePromise(t.Context(), n.Actor(t, "network"), apptest.TwoOnly, form)
		if !errors.As(err, &fault) || !slices.ContainsFunc(fault.Fields, func(f tracker.FieldError) bool { return f.Field == test.field }) {
			t.Errorf("%+v: %v", form, err)
		}
	}
}

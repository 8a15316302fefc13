package app_test

import (
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// What is recorded of a dealership's life moves its standings and rights, and is refused where it cannot be right.
func TestEventsWaiversAndProofs(t *testing.T) {
	n := apptest.Small(t)
	network, region := n.Actor(t, "network"), n.Actor(t, "regional-east")
	today := n.Today()
	for _, row := range []struct {
		name string
		by   tracker.Actor
		form app.LifeForm
		want string // the key of the fault or of its first field; empty: it is taken
	}{
		{"a waiver of a brand requirement", network, app.LifeForm{Kind: "waiver", Requirement: "BMI-B02", From: "2026-11-23", Until: "2027-05-22", Note: "Training booked"}, ""},
		{"a waiver by a region", region, app.LifeForm{Kind: "waiver", Requirement: "BMI-B02", From: "2026-11-23", Until: "2027-05-22", Note: "x"}, "second_person_headquarters"},
		{"a waiver of the law", network, app.LifeForm{Kind: "waiver", Requirement: "REG-02", From: "2026-11-23", Until: "2027-05-22", Note: "x"}, "law_not_waived"},
		{"a waiver longer than a year", network, app.LifeForm{Kind: "waiver", Requirement: "BMI-B02", From: "2026-11-23", Until: "2027-11-23", Note: "x"}, "waiver_too_long"},
		{"a waiver of exactly a year", network, app.LifeForm{Kind: "waiver", Requirement: "BMI-B04", From: "2026-11-23", Until: "2027-11-22", Note: "x"}, ""},
		{"a waiver without an end", network, app.LifeForm{Kind: "waiver", Requirement: "BMI-B02", From: "2026-11-23", Note: "x"}, "waiver_too_long"},
		{"a waiver without a reason", network, app.LifeForm{Kind: "waiver", Requirement: "BMI-B02", From: "2026-11-23", Until: "2027-05-22"}, "text_required"},
		{"a proof", region, app.LifeForm{Kind: "proof", Requirement: "BMI-A01", From: "2026-11-23"}, ""},
		{"a proof of what is computed", region, app.LifeForm{Kind: "proof", Requirement: "BMI-B02", From: "2026-11-23"}, "not_proven"},
		{"a proof of nothing known", region, app.LifeForm{Kind: "proof", Requirement: "BMI-Z99", From: "2026-11-23"}, "requirement_not_known"},
		{"a demonstration car of no model", region, app.LifeForm{Kind: "proof", Requirement: "EMA-06", From: "2026-11-23"}, "subject_required"},
		{"a proof that ends before it begins", region, app.LifeForm{Kind: "proof", Requirement: "BMI-A01", From: "2026-11-23", Until: "2026-11-22"}, "ends_before_begin"},
		{"an event", region, app.LifeForm{Kind: "event", Event: "ownership_change", From: "2026-11-23", BridgedTo: "2026-12-31"}, ""},
		{"an unknown event", region, app.LifeForm{Kind: "event", Event: "party", From: "2026-11-23"}, "unknown_event"},
		{"no day", region, app.LifeForm{Kind: "event", Event: "custody"}, "date_required"},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := n.RecordLife(t.Context(), row.by, apptest.TwoOnly, row.form)
			if got := faultKey(err); got != row.want {
				t.Errorf("%q, want %q: %v", got, row.want, err)
			}
		})
	}
	life, err := n.Life(t.Context(), network, apptest.TwoOnly, today)
	if err != nil || len(life.Events) != 1 || len(life.Waivers) != 2 || len(life.Proofs) != 1 {
		t.Fatalf("recorded %d events, %d waivers, %d proofs: %v", len(life.Events), len(life.Waivers), len(life.Proofs), err)
	}
	rights, err := n.Rights(t.Context(), network, apptest.TwoOnly, today.Add(60))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rights.Sell {
		if r.Right.May {
			t.Errorf("%s may be sold after the transitional right has ended", r.Right.Subject)
		}
	}
	void := app.VoidForm{Kind: tracker.FactWaiver, Chain: life.Waivers[0].Chain, Reason: "Mistaken"}
	if err := n.VoidFact(t.Context(), region, apptest.TwoOnly, void); faultKey(err) != "second_person_headquarters" {
		t.Errorf("a region takes back a waiver alone: %v", err)
	}
	if err := n.VoidFact(t.Context(), network, apptest.TwoOnly, void); err != nil {
		t.Error(err)
	}
	for _, by := range []tracker.Actor{n.Actor(t, "regional-south"), n.Actor(t, "nobody")} {
		if _, err := n.Life(t.Context(), by, apptest.TwoOnly, today); tracker.KindOf(err) != tracker.NotFound {
			t.Errorf("%s: %v", by.Login, err)
		}
	}
}

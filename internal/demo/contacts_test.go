package demo

import (
	"slices"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// Whom to call is invented: numbers that nobody has and addresses that no mail reaches, the same for the same options.
func TestContactsReachNobodyReal(t *testing.T) {
	network, _ := mustNetwork(t, 80, 5)
	again, _ := mustNetwork(t, 80, 5)
	var people, twice []tracker.Reach
	seen := map[string]bool{}
	for n := range network.Nouns() {
		if len(n.Contacts) == 0 || n.Contacts[0].Matter != tracker.MatterGeneral {
			t.Fatalf("%s has nobody to call", n.Dealership.Code)
		}
		for _, c := range n.Contacts {
			if c.Dealership != n.Dealership.ID || seen[c.ID] {
				t.Errorf("contact %+v", c)
			}
			seen[c.ID] = true
			people = append(people, c.Reach)
		}
	}
	for n := range again.Nouns() {
		for _, c := range n.Contacts {
			twice = append(twice, c.Reach)
		}
	}
	for _, r := range network.Responsibles() {
		people = append(people, r.Reach)
	}
	for _, r := range again.Responsibles() {
		twice = append(twice, r.Reach)
	}
	if !slices.Equal(people, twice) {
		t.Error("the same options give other people")
	}
	phones := map[string]bool{}
	for _, p := range people {
		if p.Name == "" || p.Position == "" || !strings.HasPrefix(p.Phone, "0000-") || !strings.HasSuffix(p.Email, ".example.com") || phones[p.Phone] {
			t.Errorf("%+v", p)
		}
		phones[p.Phone] = true
	}
	parts := map[tracker.Part]bool{}
	for _, r := range network.Responsibles() {
		parts[r.Part] = true
	}
	for _, part := range []tracker.Part{{Place: tracker.PlaceHeadquarters}, {Place: tracker.PlaceRegion, Ref: 6}, {Place: tracker.PlaceZone, Ref: 1}} {
		if !parts[part] {
			t.Errorf("nobody answers for %+v", part)
		}
	}
	if parts[tracker.Part{Place: tracker.PlaceZone, Ref: 5}] {
		t.Error("no zone is vacant")
	}
}

// A handful of promises stands beside losses that are coming: some kept, some late.
func TestPromisesStandBesideLosses(t *testing.T) {
	a, _ := emptyApp(t)
	fill(t, a, Options{Dealerships: 600, Seed: 1})
	q := app.ForecastQuery{ForecastFilter: app.ForecastFilter{From: lastRecordingDay, Until: a.Today().Add(120), LossOnly: true}}
	found, kept, late := 0, 0, 0
	for _, item := range apptest.WholeForecast(t, a, tracker.Operator, q) {
		for _, p := range item.Promises {
			found++
			if p.Done() {
				kept++
			}
			if p.Late {
				late++
			}
			if p.By == "" || p.Note == "" || p.MadeAt >= KnowledgeMoment || p.Done() && p.DoneAt >= KnowledgeMoment {
				t.Errorf("promise %+v", p)
			}
		}
	}
	if found < 5 || found > mostPromises || kept == 0 || found == kept || late == 0 {
		t.Errorf("%d promises, %d kept, %d late", found, kept, late)
	}
}

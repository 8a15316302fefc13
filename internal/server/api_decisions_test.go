package server_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

const decisionsAddress = "/api/v1/decisions"

// decisionAt gives a dealership's only decision.
func (s *site) decisionAt(code string) string {
	s.t.Helper()
	view, err := s.net.Dealership(s.t.Context(), tracker.Operator, code, s.net.Today())
	if err != nil || len(view.Decisions) != 1 {
		s.t.Fatal(view.Decisions, err)
	}
	return string(view.Decisions[0].Chain)
}

func TestDecisionsByAPI(t *testing.T) {
	s := newSite(t)
	client, bearer := s.browser(), s.token("network", false)
	for query, want := range map[string]string{
		"": "30001 30002 30003", "?dealership=30003": "30003", "?region=east": "30001 30002", "?region=south&dealership=30001": "",
		"?from=2025-04-01": "30001 30002", "?until=2025-04-01": "30001 30003", "?type=certify&programme=bmw-i": "30001 30002 30003",
		"?type=suspend": "", "?programme=digital-upgrade": "", "?per_page=1&page=3": "30003", "?page=9": "",
	} {
		got := s.call(client, http.MethodGet, decisionsAddress+query, "", bearer...)
		var page struct {
			Items []struct{ Dealership string }
		}
		if err := json.Unmarshal([]byte(got.body), &page); err != nil {
			t.Fatal(err, got.body)
		}
		codes := []string{}
		for _, item := range page.Items {
			codes = append(codes, item.Dealership)
		}
		if query != "?per_page=1&page=3" {
			slices.Sort(codes)
		}
		if strings.Join(codes, " ") != want {
			t.Errorf("%s lists %v, want %s", query, codes, want)
		}
	}
	for _, query := range []string{"?type=x", "?programme=x", "?region=x", "?from=x", "?until=x", "?page=0", "?per_page=201", "?state=certified"} {
		if got := s.call(client, http.MethodGet, decisionsAddress+query, "", bearer...); got.status != 400 {
			t.Errorf("%s: %d", query, got.status)
		}
	}

	made := s.call(client, http.MethodPost, decisionsAddress, `{"dealership":"30001","programme":"bmw-i","decision":"suspend","effective_on":"2026-11-20","reason":"audit"}`, bearer...)
	location := made.header.Get("Location")
	if made.status != 201 || !strings.HasPrefix(location, decisionsAddress+"/") || !strings.Contains(made.body, `"recorded_by":"network"`) || !strings.Contains(made.body, `"reason":"audit"`) {
		t.Fatalf("recording: %d %q %s", made.status, location, made.body)
	}
	if got := s.call(client, http.MethodGet, location, "", bearer...); got.body != made.body || got.header.Get("ETag") != made.header.Get("ETag") {
		t.Errorf("at its address stands %s", got.body)
	}
	match := append(slices.Clone(bearer), "If-Match", made.header.Get("ETag"))
	if got := s.call(client, http.MethodPatch, location, `{"effective_on":"2026-11-21"}`, match...); got.status != 422 || !strings.Contains(got.body, `"field":"correction"`) {
		t.Errorf("correcting without a reason: %d %s", got.status, got.body)
	}
	corrected := s.call(client, http.MethodPatch, location, `{"effective_on":"2026-11-21","correction":"typing error"}`, match...)
	if corrected.status != 200 || !strings.Contains(corrected.body, `"effective_on":"2026-11-21"`) || !strings.Contains(corrected.body, `"reason":"audit"`) {
		t.Errorf("correcting: %d %s", corrected.status, corrected.body)
	}
	if got := s.call(client, http.MethodPost, location+"/void", `{"reason":"x"}`, match...); got.status != 412 {
		t.Errorf("voiding what was corrected since: %d", got.status)
	}
	match[len(match)-1] = corrected.header.Get("ETag")
	if got := s.call(client, http.MethodPost, location+"/void", `{}`, match...); got.status != 422 {
		t.Errorf("voiding without a reason: %d", got.status)
	}
	restored := s.call(client, http.MethodPost, location+"/void", `{"reason":"it was right"}`, match...)
	if restored.status != 200 || !strings.Contains(restored.body, `"effective_on":"2026-11-20"`) {
		t.Errorf("voiding the correction: %d %s", restored.status, restored.body)
	}
	match[len(match)-1] = restored.header.Get("ETag")
	match = append(match, "Idempotency-Key", "void-1")
	for range 2 {
		if got := s.call(client, http.MethodPost, location+"/void", `{"reason":"never decided"}`, match...); got.status != 204 || got.body != "" {
			t.Errorf("voiding the decision: %d %s", got.status, got.body)
		}
	}
	if got := s.call(client, http.MethodGet, location, "", bearer...); got.status != 404 {
		t.Errorf("afterwards: %d", got.status)
	}
	s.still(apptest.Healthy)
}

func TestRefusedDecisions(t *testing.T) {
	s := newSite(t)
	client, bearer := s.browser(), s.token("network", false)
	for _, tt := range []struct{ body, field string }{
		{`{}`, "dealership"},
		{`{"dealership":"99999","programme":"bmw-i","decision":"suspend","effective_on":"2026-11-20"}`, "dealership"},
		{`{"dealership":"30001","programme":"law","decision":"suspend","effective_on":"2026-11-20"}`, "programme"},
		{`{"dealership":"30001","programme":"bmw-i","decision":"bless","effective_on":"2026-11-20"}`, "decision"},
		{`{"dealership":"30001","programme":"bmw-i","decision":"reinstate","effective_on":"2026-11-20"}`, "decision"},
		{`{"dealership":"30001","programme":"bmw-i","decision":"suspend"}`, "effective_on"},
		{`{"dealership":"30001","programme":"bmw-i","decision":"suspend","effective_on":"20 Nov"}`, "effective_on"},
		{`{"dealership":"30001","programme":"bmw-i","decision":"suspend","effective_on":"2026-11-20","valid_until":"2027-01-01"}`, "valid_until"},
		{`{"dealership":"30001","programme":"bmw-i","decision":"suspend","effective_on":"2026-11-20","reason":"` + strings.Repeat("x", 2001) + `"}`, "reason"},
		{`{"dealership":"30001","programme":"digital-upgrade","decision":"complete","effective_on":"2026-11-20"}`, "decision"},
		{`{"dealership":"30001","programme":"bmw-i","decision":"suspend","effective_on":"2026-11-20","recorded_by":"admin"}`, "recorded_by"},
		{`{"dealership":"30001","programme":"bmw-i","decision":"suspend","effective_on":"2026-11-20","standard":"2.0"}`, "standard"},
	} {
		got := s.call(client, http.MethodPost, decisionsAddress, tt.body, bearer...)
		problem := problemOf(t, got)
		if got.status != 422 || len(problem.Errors) == 0 || problem.Errors[0].Field != tt.field {
			t.Errorf("%s: %d %v, want 422 that names %s", tt.body, got.status, problem.Errors, tt.field)
		}
	}
	s.still(apptest.Healthy)
}

// 32 programs send the same decision at once: it is recorded once, and all are told the same.
func TestOneDecisionOfManySendings(t *testing.T) {
	s := newSite(t)
	client, bearer := s.browser(), s.token("network", false)
	const body = `{"dealership":"30001","programme":"bmw-i","decision":"suspend","effective_on":"2026-11-20"}`
	answers, statuses := parallel(32, func(int) answered {
		for { // as a program does that is told to ask again
			if got := s.call(client, http.MethodPost, decisionsAddress, body, append(slices.Clone(bearer), "Idempotency-Key", "d-1")...); got.status != 409 {
				return got
			}
		}
	})
	if statuses[201] != 32 {
		t.Errorf("%v", statuses)
	}
	for _, a := range answers {
		if a.body != answers[0].body || a.header.Get("Location") != answers[0].header.Get("Location") || a.header.Get("ETag") != answers[0].header.Get("ETag") {
			t.Errorf("told %s and %s", a.body, answers[0].body)
		}
	}
	if got := s.call(client, http.MethodGet, decisionsAddress+"?type=suspend", "", bearer...); !strings.Contains(got.body, `"total":1,`) {
		t.Errorf("recorded: %s", got.body)
	}
}

// What lies outside the scope looks as if it were not there, byte for byte.
func TestForeignLooksMissingByAPI(t *testing.T) {
	s := newSite(t)
	bearer := s.token("dealer-30002", true)
	foreign, missing := s.decisionAt(apptest.Healthy), "01930000-0000-7000-8000-000000000000"
	for address, ids := range map[string][2]string{
		decisionsAddress + "/ID":                     {foreign, missing},
		"/api/v1/dealerships/ID":                     {apptest.Healthy, "99999"},
		"/api/v1/dealerships/ID/modules/DGU-01":      {apptest.Healthy, "99999"},
		"/api/v1/dealerships/ID/timeline":            {apptest.Healthy, "99999"},
		decisionsAddress + "?dealership=ID":          {apptest.Healthy, "99999"},
		"/api/v1/dealerships?dealership=ID&q=Suzhou": {apptest.Healthy, "99999"},
	} {
		var bodies [2]string
		for i, id := range ids {
			got := s.call(s.browser(), http.MethodGet, strings.ReplaceAll(address, "ID", id), "", bearer...)
			bodies[i] = strings.ReplaceAll(got.body, id, "ID")
			if got.header.Get("ETag") != "" {
				t.Errorf("%s has a tag", address)
			}
		}
		if bodies[0] != bodies[1] {
			t.Errorf("%s tells foreign from missing:\n%s\n%s", address, bodies[0], bodies[1])
		}
	}
}

package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestModelsSayWhoMaySellThem(t *testing.T) {
	s := newSite(t)
	network := s.as("network")
	for path, want := range map[string][]string{
		"/models":                          {"iX", "Gen5", `<a href="/models/iX?state=may">3</a>`, "75 %", "4 dealerships operating"},
		"/models/iX":                       {"By the last guard still red", "EMA-02", "requirement=EMA-02", "Week by week", "30004"},
		"/models/iX?state=may&region=east": {"30001", "30002"},
		"/models/gen6":                     {"Gen6", "HVS-02"},
		"/models/iX?state=may&region=south&on=2026-12-16": {"No dealership matches"},
	} {
		status, body := s.get(network, with(path, "lang", "en"))
		for _, text := range want {
			if status != http.StatusOK || !strings.Contains(body, text) {
				t.Errorf("%s: %d, %q is missing", path, status, text)
			}
		}
	}
	for path, want := range map[string]int{
		"/models/i99": 404, "/models/iX?state=certified": 400, "/models/iX?requirement=BMI-B02": 400, "/models/iX/export?format=pdf": 400,
	} {
		if status, _ := s.get(network, path); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	_, table := s.get(network, "/models/iX/export?lang=en&state=may_not")
	if lines := strings.Split(strings.TrimSpace(table), "\n"); len(lines) != 2 || !strings.Contains(lines[1], "30004") || !strings.Contains(lines[1], "EMA-02") {
		t.Errorf("%s", table)
	}
	if _, zh := s.get(network, "/models/iX?lang=zh-Hans"); !strings.Contains(zh, "按最后一项未满足条件") {
		t.Error("not in Chinese")
	}
}

// A decision about one model changes the right to sell that one alone, and is taken back like any other.
func TestDecisionsAboutAModel(t *testing.T) {
	s := newSite(t)
	network := s.as("network")
	if status, body := s.get(network, "/dealerships/30001/decisions/new?programme=models&lang=en"); status != http.StatusOK || !strings.Contains(body, "model=iX") {
		t.Fatal(status, "no models to choose from")
	}
	const form = "/dealerships/30001/decisions/new?programme=models&model=iX"
	if _, body := s.get(network, form); !strings.Contains(body, "authorise") || !strings.Contains(body, "sell off") {
		t.Error("what can be decided is not offered in the pack's words")
	}
	if status, body, _ := s.send(network, form, "programme", "models", "model", "iX", "decision", "refuse", "effective_on", "2026-11-23"); status != http.StatusSeeOther {
		t.Fatal(status, main(body))
	}
	bearer := s.token("network", true)
	if refused := s.right(bearer, "dealership=30001&model=iX"); *refused.MaySell {
		t.Errorf("%+v", refused)
	} else if holds, fact := refused.guard("EMA-10"); holds != "false" || fact != "This model: refused" {
		t.Errorf("%s %q", holds, fact)
	}
	if other := s.right(bearer, "dealership=30001&model=i4"); !*other.MaySell {
		t.Errorf("%+v", other)
	}
	if status, _ := s.get(network, "/dealerships/30001/decisions/new?programme=models&model=i99"); status != http.StatusBadRequest {
		t.Error("an unknown model is taken:", status)
	}
	_, page := s.get(network, "/dealerships/30001?lang=en")
	if !strings.Contains(page, "iX: <b>refuse</b>") {
		t.Error("the decision is not on the dealership's page")
	}
	write := s.token("network", false)
	for body, want := range map[string]int{
		`{"dealership":"30002","programme":"models","decision":"refuse","effective_on":"2026-11-20"}`:                422,
		`{"dealership":"30002","programme":"bmw-i","model":"iX","decision":"suspend","effective_on":"2026-11-20"}`:   422,
		`{"dealership":"30002","programme":"models","model":"iX","decision":"refuse","effective_on":"2026-11-20"}`:   201,
		`{"dealership":"30002","programme":"models","model":"i4","decision":"reinstate","effective_on":"2026-11-2"}`: 422,
	} {
		got := s.call(s.browser(), http.MethodPost, decisionsAddress, body, write...)
		if got.status != want {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
		var made struct{ Model string }
		if err := json.Unmarshal([]byte(got.body), &made); want == 201 && (err != nil || made.Model != "iX") {
			t.Errorf("%v %s", err, got.body)
		}
	}
}

package server_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
)

func TestChangesBetweenTwoDays(t *testing.T) {
	s := newSite(t)
	browsers := map[string]*http.Client{}
	for _, login := range []string{"network", "regional-east", "regional-south", "viewer", "dealer-30002", "nobody"} {
		browsers[login] = s.as(login)
	}
	const year = "?from=2026-01-01&until=2027-01-01"
	for _, test := range []struct {
		login, query string
		want         []string // type, dealership, day and who
	}{
		{"network", "?from=2026-11-23&until=2026-12-16", []string{"right_lost 30003 2026-12-16"}},
		{"network", "?from=2025-12-31&until=2026-01-01", []string{"right_gained 30002 2026-01-01"}},
		{"network", "?from=2024-05-31&until=2024-06-01&type=qualified&region=south", []string{"qualified 30003 2024-06-01 T30", "qualified 30003 2024-06-01 T31"}},
		{"network", "?from=2027-05-31&until=2027-06-01&type=unqualified&region=east", []string{
			"unqualified 30001 2027-06-01 T10", "unqualified 30001 2027-06-01 T11", "unqualified 30001 2027-06-01 T12",
			"unqualified 30002 2027-06-01 T20", "unqualified 30002 2027-06-01 T21"}},
		{"network", year + "&programme=law", nil},
		{"network", year + "&programme=bmw-i", []string{"right_lost 30003 2026-12-16"}},
		{"network", "", nil},
		{"regional-south", year, []string{"right_lost 30003 2026-12-16"}},
		{"regional-east", year, nil},
		{"viewer", "?from=2024-05-31&until=2024-06-01&region=east", []string{"brand_gained 30001 2024-06-01", "brand_gained 30002 2024-06-01"}},
		{"dealer-30002", "?from=2024-05-31&until=2024-06-01&type=qualified", []string{"qualified 30002 2024-06-01 T20", "qualified 30002 2024-06-01 T21"}},
		{"nobody", year, nil},
	} {
		status, body := s.get(browsers[test.login], "/api/v1/changes"+test.query)
		var answer struct {
			Items []struct {
				Type       string   `json:"type"`
				Dealership string   `json:"dealership"`
				StaffNo    *string  `json:"staff_no"`
				On         string   `json:"on"`
				Because    []string `json:"because"`
			} `json:"items"`
			Counts map[string]int `json:"counts"`
			Total  int            `json:"total"`
		}
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != http.StatusOK {
			t.Fatalf("%s%s: %d %s", test.login, test.query, status, body)
		}
		var got []string
		for _, item := range answer.Items {
			line := item.Type + " " + item.Dealership + " " + item.On
			if item.StaffNo != nil {
				line += " " + *item.StaffNo
			}
			got = append(got, line)
			if len(item.Because) == 0 || item.Because[0] == "" {
				t.Errorf("%s%s: %s has no reason", test.login, test.query, line)
			}
		}
		if !slices.Equal(got, test.want) && len(got)+len(test.want) > 0 || answer.Total != len(got) {
			t.Errorf("%s%s: %q of %d, want %q", test.login, test.query, got, answer.Total, test.want)
		}
		if test.login == "viewer" && answer.Counts["qualified"] != 5 {
			t.Errorf("a viewer gets the number of technicians: %v", answer.Counts)
		}
	}
	for _, query := range []string{"?from=2026-12-02&until=2026-12-01", "?type=magic", "?region=moon", "?programme=gold", "?q=x", "?from=2019-01-01&until=2026-01-01"} {
		for _, path := range []string{"/changes", "/api/v1/changes"} {
			if status, _ := s.get(browsers["network"], path+query); status != http.StatusBadRequest {
				t.Errorf("%s%s: %d", path, query, status)
			}
		}
	}
	if _, body := s.get(browsers["network"], "/changes?from=2024-05-31&until=2024-06-01"); !strings.Contains(body, "技师30") || !strings.Contains(body, "new certificate") {
		t.Error("the page does not name the technicians")
	}
	_, body := s.get(browsers["viewer"], "/changes?from=2024-05-31&until=2024-06-01")
	if strings.Contains(body, "技师") || strings.Contains(body, "T30") || !strings.Contains(body, "technicians qualified for NEVs") {
		t.Error("a viewer sees names, or no numbers")
	}
}

// Since the last Monday is on the home page: with names for who may see them.
func TestHomeSaysWhatChangedSinceMonday(t *testing.T) {
	s := newSite(t)
	leaver, err := s.net.Dealership(t.Context(), s.net.Actor(t, "network"), apptest.TwoOnly, s.net.Today())
	if err != nil {
		t.Fatal(err)
	}
	end := app.EndForm{Chain: leaver.People[0].Employment.Chain, LastDay: "2026-11-18", Reason: "resigned"}
	if err := s.net.EndEmployment(t.Context(), s.net.Actor(t, "network"), apptest.TwoOnly, end); err != nil {
		t.Fatal(err)
	}
	for _, login := range []string{"network", "viewer"} {
		_, body := s.get(s.as(login), "/")
		for _, text := range []string{"Since Monday, 16 November 2026", "law light turned red", "Nanjing Jichuan", "technicians no longer qualified"} {
			if !strings.Contains(body, text) {
				t.Errorf("%s does not read %q", login, text)
			}
		}
		if named := strings.Contains(body, "技师20"); named != (login == "network") {
			t.Errorf("%s sees the leaver's name: %v", login, named)
		}
	}
	if _, body := s.get(s.as("regional-south"), "/"); !strings.Contains(body, "Nobody gained or lost standing") {
		t.Error("the south sees the east's changes")
	}
}

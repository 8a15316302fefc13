package server_test

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"dealercert/internal/app/apptest"
)

// forecast is the answer of the API.
type forecast struct {
	Items []struct {
		On         string   `json:"on"`
		Dealership string   `json:"dealership"`
		Programme  string   `json:"programme"`
		Because    []string `json:"because"`
		Who        string   `json:"who"`
		Before     struct {
			State  string  `json:"state"`
			Health *string `json:"health"`
		} `json:"before"`
		After struct {
			State  string  `json:"state"`
			Health *string `json:"health"`
		} `json:"after"`
	} `json:"items"`
	Total   int `json:"total"`
	Page    int `json:"page"`
	PerPage int `json:"per_page"`
}

func (s *site) forecast(client *http.Client, query string) forecast {
	s.t.Helper()
	status, body := s.get(client, "/api/v1/forecast"+query)
	if status != http.StatusOK {
		s.t.Fatalf("%s: %d %s", query, status, body)
	}
	var out forecast
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

func TestForecastOfTheAPI(t *testing.T) {
	s := newSite(t)
	network := s.as("network")
	all := s.forecast(network, "")
	if all.Total != len(all.Items) || all.Total == 0 || all.Page != 1 || all.PerPage != 50 {
		t.Fatalf("the usual forecast: %+v", all)
	}
	first := all.Items[0]
	if first.On != "2026-12-16" || first.Dealership != apptest.Expiring || first.Programme != "bmw-i" || first.Before.State != "certified" ||
		first.After.State != "expired" || len(first.Because) != 1 || first.Who == "" {
		t.Errorf("the first change: %+v", first)
	}
	browsers := map[string]*http.Client{"network": network}
	for _, login := range []string{"regional-south", "regional-east", "viewer", "dealer-30002", "nobody"} {
		browsers[login] = s.as(login)
	}
	for _, test := range []struct {
		login, query string
		want         string // the dealerships with days
	}{
		{"network", "?until=2026-12-15", ""},
		{"network", "?from=2026-12-16&until=2026-12-16", "30003 2026-12-16"},
		{"network", "?on=2026-12-15&until=2026-12-16", "30003 2026-12-16"},
		{"network", "?on=2026-12-16&until=2026-12-31", ""},
		{"network", "?region=east", ""},
		{"network", "?region=east&region=南区", "30003 2026-12-16"},
		{"network", "?dealership=30003", "30003 2026-12-16"},
		{"network", "?dealership=99999", ""},
		{"network", "?programme=law", ""},
		{"network", "?loss=right", "30003 2026-12-16"},
		{"network", "?loss=law", ""},
		{"network", "?state=expired&who=headquarters", "30003 2026-12-16"},
		{"network", "?who=dealership&who=region", ""},
		{"network", "?page=2", ""},
		{"regional-south", "", "30003 2026-12-16"},
		{"regional-south", "?region=east", ""},
		{"viewer", "", "30003 2026-12-16"},
		{"regional-east", "", ""},
		{"dealer-30002", "?dealership=30003", ""},
		{"nobody", "", ""},
	} {
		got := []string{}
		for _, item := range s.forecast(browsers[test.login], test.query).Items {
			got = append(got, item.Dealership+" "+item.On)
		}
		if text := strings.Join(got, ", "); text != test.want {
			t.Errorf("%s%s: %q, want %q", test.login, test.query, text, test.want)
		}
	}
	for _, test := range []struct{ query, names string }{
		{"?from=2026-12-02&until=2026-12-01", "from"}, {"?from=2026-12-02&until=2032-01-01", "until"}, {"?from=tomorrow", "from"},
		{"?programme=gold", "programme"}, {"?region=moon", "region"}, {"?show=some", "show"}, {"?loss=face", "loss"}, {"?who=me", "who"},
		{"?state=happy", "state"}, {"?health=fine", "health"}, {"?per_page=201", "per_page"}, {"?limit=3", "limit"},
	} {
		status, body := s.get(network, "/api/v1/forecast"+test.query)
		if status != http.StatusBadRequest || !strings.Contains(body, `"field":"`+test.names+`"`) {
			t.Errorf("%s: %d %s", test.query, status, body)
		}
	}
}

// The page tells the same as the API, by day, and its calendar leads to each day.
func TestForecastPage(t *testing.T) {
	s := newSite(t)
	network := s.as("network")
	for _, test := range []struct {
		query         string
		must, mustNot []string
	}{
		{"", []string{"1 loss", "Guangzhou Lanqi", "16 December 2026", "in 23 days", "the certificate ends", "headquarters",
			"until=2026-12-16", "16 December 2026: 1 dealership loses something"}, []string{"Suzhou Lanhe"}},
		{"?until=2026-12-15", []string{"Nothing stops being true", "until 15 December 2026"}, []string{"Guangzhou Lanqi"}},
		{"?show=all&until=2027-04-01", []string{"2 changes", "Suzhou Lanhe"}, nil},
		{"?page=9", []string{"The list ends before this page"}, []string{"Guangzhou Lanqi"}},
		{"?lang=zh-Hans", []string{"广州岚启", "2026年12月16日"}, nil},
	} {
		status, body := s.get(network, "/forecast"+test.query)
		for _, text := range test.must {
			if status != http.StatusOK || !strings.Contains(body, text) {
				t.Errorf("%s (%d) lacks %q", test.query, status, text)
			}
		}
		for _, text := range test.mustNot {
			if strings.Contains(body, text) {
				t.Errorf("%s has %q", test.query, text)
			}
		}
	}
	if _, body := s.get(s.as("regional-east"), "/forecast"); strings.Contains(body, "Guangzhou") || !strings.Contains(body, "Nothing stops being true") {
		t.Error("the east sees the south's losses")
	}
}

// The table says what the page says, for the same filters; people's names only to who may see them.
func TestForecastTable(t *testing.T) {
	s := newSite(t)
	for _, test := range []struct {
		login, query  string
		lines         int
		must, mustNot string
	}{
		{"network", "", 2, "2026-12-16,30003,Guangzhou Lanqi,South,BMW i certification,loses BMW i certification,certified,expired", ""},
		{"network", "", 2, "赵总部,0000-5570-0001,zhao@example.com", ""},
		{"network", "?region=east", 1, "Day,Code", "30003"},
		{"viewer", "?lang=zh-Hans", 2, "总部", "赵总部"},
		{"regional-east", "", 1, "Day,Code", "30003"},
	} {
		status, body := s.get(s.as(test.login), "/forecast/export"+test.query)
		if lines := strings.Count(body, "\r\n"); status != http.StatusOK || lines != test.lines {
			t.Errorf("%s%s: %d, %d lines: %s", test.login, test.query, status, lines, body)
		}
		if !strings.Contains(body, test.must) || test.mustNot != "" && strings.Contains(body, test.mustNot) {
			t.Errorf("%s%s: %s", test.login, test.query, body)
		}
	}
	network := s.as("network")
	if status, body := s.get(network, "/forecast/export?format=xlsx"); status != http.StatusOK || !strings.HasPrefix(body, "PK") {
		t.Errorf("as a workbook: %d", status)
	}
	for _, query := range []string{"?format=pdf", "?show=some", "?from=2026-12-02&until=2026-12-01"} {
		if status, _ := s.get(network, "/forecast/export"+query); status != http.StatusBadRequest {
			t.Errorf("%s: %d", query, status)
		}
	}
}

// A promise is noted from the forecast, stands there and on the dealership's page, and is ticked where it stands.
func TestPromiseFromTheForecast(t *testing.T) {
	s := newSite(t)
	south := s.as("regional-south")
	const list = "/forecast?until=2026-12-31"
	_, body := s.get(south, list)
	link := regexp.MustCompile(`href="(/dealerships/30003/promises/new\?[^"]+)"`).FindStringSubmatch(body)
	if link == nil {
		t.Fatal("the forecast offers no promise")
	}
	form := html.UnescapeString(link[1])
	if status, body, _ := s.send(south, form, "programme", "bmw-i", "lost_on", "2026-12-16"); status != http.StatusUnprocessableEntity || !strings.Contains(body, "is-invalid") {
		t.Errorf("an empty promise: %d", status)
	}
	status, _, location := s.send(south, form, "programme", "bmw-i", "lost_on", "2026-12-16", "promised_on", "2026-12-01", "note", "renewal is on its way", "back", list)
	if status != http.StatusSeeOther || location != list {
		t.Fatalf("the promise: %d %s", status, location)
	}
	for _, path := range []string{list, "/dealerships/30003", "/"} {
		if _, body := s.get(south, path); !strings.Contains(body, "promised by 1 Dec 2026: renewal is on its way") {
			t.Errorf("%s does not show the promise", path)
		}
	}
	if _, body := s.get(s.as("viewer"), list); strings.Contains(body, "renewal is on its way") || !strings.Contains(body, "promised by 1 Dec 2026") {
		t.Error("a viewer reads what people wrote, or not the day")
	}
	_, body = s.get(south, list)
	tick := regexp.MustCompile(`action="(/dealerships/30003/promises/[^"]+/tick)"`).FindStringSubmatch(body)
	token := tokenField.FindStringSubmatch(body)
	if tick == nil || token == nil {
		t.Fatal("the promise cannot be ticked")
	}
	for _, test := range []struct{ back, want string }{{list, list}, {"//evil.example", "/"}, {"", "/dealerships/30003#promises"}} {
		if status, _, location := s.post(south, tick[1], url.Values{"csrf": {token[1]}, "back": {test.back}}); status != http.StatusSeeOther || location != test.want {
			t.Errorf("ticked, back to %q: %d %s", test.back, status, location)
		}
	}
	if _, body := s.get(south, list); !strings.Contains(body, "done: renewal is on its way") || !strings.Contains(body, "Not done after all") {
		t.Error("the tick is not shown")
	}
}

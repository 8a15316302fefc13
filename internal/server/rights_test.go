package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// rightAnswer is what the API answers about one right.
type rightAnswer struct {
	MaySell      *bool  `json:"may_sell"`
	MayServiceHV *bool  `json:"may_service_hv"`
	NextChange   string `json:"next_change"`
	Because      []struct {
		Rule, Code, Fact, Until, Outcome string
		Holds                            *bool
		GraceUntil                       string `json:"grace_until"`
		Recorded                         *struct {
			By string `json:"recorded_by"`
		}
	}
	Items []struct {
		Dealership string
		MaySell    *bool `json:"may_sell"`
		Failing    []string
	}
	Total int
}

// right asks the API for a right.
func (s *site) right(bearer []string, query string) rightAnswer {
	s.t.Helper()
	got := s.call(s.browser(), http.MethodGet, "/api/v1/rights?"+query, "", bearer...)
	if got.status != http.StatusOK {
		s.t.Fatal(query, got.status, got.body)
	}
	var out rightAnswer
	if err := json.Unmarshal([]byte(got.body), &out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// guard gives what a guard says: whether it holds ("null" for unknown) and its fact.
func (r rightAnswer) guard(code string) (holds, fact string) {
	for _, g := range r.Because {
		switch {
		case g.Code != code:
		case g.Holds == nil:
			return "null", g.Fact
		case *g.Holds:
			return "true", g.Fact
		default:
			return "false", g.Fact
		}
	}
	return "", ""
}

func TestRightsSayWhatMayBeSoldAndWhy(t *testing.T) {
	s := newSite(t)
	network, viewer := s.token("network", true), s.token("viewer", true)
	// Certified, law and two holders of gen5: iX may be sold until the first certificate's end and the grace after it.
	healthy := s.right(network, "dealership=30001&model=iX&on=2026-11-23")
	if healthy.MaySell == nil || !*healthy.MaySell || healthy.NextChange != "2027-04-01" {
		t.Errorf("%+v", healthy)
	}
	for code, want := range map[string][2]string{
		"EMA-01": {"true", "BMW franchise since 1 January 2020"}, "EMA-02": {"true", "BMW i certification: certified until 31 March 2027"},
		"EMA-03": {"true", "the law’s requirements: healthy"}, "EMA-04": {"true", "3 of 2 needed · 技师10"},
		"EMA-05": {"null", "nothing recorded"}, "EMA-09": {"true", "on sale"}, "EMA-10": {"true", "This model: nothing decided"},
		"EMA-11": {"true", "no such event"},
	} {
		if holds, fact := healthy.guard(code); holds != want[0] || !strings.HasPrefix(fact, want[1]) {
			t.Errorf("%s: %s %q, want %s %q", code, holds, fact, want[0], want[1])
		}
	}
	// Never certified: one guard stands against it, and nobody is there for the generation.
	outsider := s.right(network, "dealership=30004&model=iX")
	if holds, _ := outsider.guard("EMA-02"); *outsider.MaySell || holds != "false" {
		t.Errorf("%+v", outsider)
	}
	// A failing guard of the brand in its grace does not stand against the right, and says how long.
	grace := s.right(network, "dealership=30001&model=iX&on=2027-03-31")
	if holds, _ := grace.guard("EMA-04"); holds != "true" || !*grace.MaySell {
		t.Errorf("%+v", grace)
	}
	// Who may not see people learns how many there are and no name.
	if _, fact := s.right(viewer, "dealership=30001&model=iX").guard("EMA-04"); strings.Contains(fact, "技师") || !strings.Contains(fact, "3 people") {
		t.Errorf("a viewer reads %q", fact)
	}
	service := s.right(network, "dealership=30001&generation=gen5")
	if service.MaySell != nil || service.MayServiceHV == nil || !*service.MayServiceHV || service.NextChange != "2027-06-01" {
		t.Errorf("%+v", service)
	}
	if gen6 := s.right(network, "dealership=30001&generation=gen6"); *gen6.MayServiceHV {
		t.Errorf("nobody is trained for gen6: %+v", gen6)
	}
}

func TestRightsAsAList(t *testing.T) {
	s := newSite(t)
	for query, want := range map[string]string{
		"model=iX":                                     "30001 true, 30002 true, 30003 true, 30004 false",
		"model=iX&region=south":                        "30003 true, 30004 false",
		"model=iX&state=may_not":                       "30004 false",
		"model=iX&requirement=EMA-02":                  "30004 false",
		"model=iX&requirement=EMA-02&only=yes":         "",
		"model=iX&on=2026-12-16":                       "30001 true, 30002 true, 30003 false, 30004 false",
		"model=iX&q=苏州":                                "30001 true",
		"model=Spectre&state=may":                      "",
		"model=iX&per_page=1&page=2":                   "30002 true",
		"model=iX&on=2018-01-01":                       "",
		"model=iX&region=east&state=may&state=may_not": "30001 true, 30002 true",
	} {
		var got []string
		for _, item := range s.right(s.token("network", true), query).Items {
			answer := " false"
			if *item.MaySell {
				answer = " true"
			}
			got = append(got, item.Dealership+answer)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %s, want %s", query, strings.Join(got, ", "), want)
		}
	}
	if east := s.right(s.token("regional-south", true), "model=iX"); east.Total != 2 {
		t.Errorf("a region sees %d", east.Total)
	}
}

func TestRightsRefuse(t *testing.T) {
	s := newSite(t)
	south := s.token("regional-south", true)
	for query, want := range map[string]int{
		"": 400, "dealership=30003": 400, "dealership=30003&model=iX&generation=gen5": 400, "dealership=30003&model=i99": 400,
		"dealership=30003&generation=gen9": 400, "dealership=30001&model=iX": 404, "dealership=99999&model=iX": 404,
		"dealership=30003&dealership=30004&model=iX": 400, "dealership=30003&model=iX&region=south": 400, "model=iX&model=i4": 400,
		"model=iX&requirement=HVS-01": 400, "model=iX&state=certified": 400, "dealership=30003&model=iX": 200,
	} {
		got := s.call(s.browser(), http.MethodGet, "/api/v1/rights?"+query, "", south...)
		if got.status != want {
			t.Errorf("%q: %d, want %d: %s", query, got.status, want, got.body)
		}
	}
}

func TestRightsOnPages(t *testing.T) {
	s := newSite(t)
	network := s.as("network")
	for path, want := range map[string][]string{
		"/dealerships/30001":                      {"May sell", "iX", "May work on high voltage", "Gen6 · why?", "May no longer sell"},
		"/dealerships/30004":                      {"iX · why?"},
		"/dealerships/30001/rights":               {"EMA-04", "HVS-02", "技师10", "changes first", "The answer changes on 1 April 2027."},
		"/dealerships/30001/timeline":             {"Gen5: may"},
		"/dealerships/30001/rights?on=2018-01-01": {"does not operate on this day"},
		"/dealerships/30001/rights?lang=zh-Hans":  {"可售车型", "无登记", "结论将于2027年4月1日变化"},
	} {
		if !strings.Contains(path, "lang=") {
			path = with(path, "lang", "en")
		}
		status, body := s.get(network, path)
		for _, text := range want {
			if status != http.StatusOK || !strings.Contains(body, text) {
				t.Errorf("%s: %d, %q is missing", path, status, text)
			}
		}
	}
	_, body := s.get(s.as("viewer"), "/dealerships/30001/rights?lang=en")
	if strings.Contains(body, "技师") || !strings.Contains(body, "3 people") {
		t.Error("a viewer reads names")
	}
}

// What the page tells of the coming changes is what the answers of the days are.
func TestRightsOfEachDay(t *testing.T) {
	net := apptest.Small(t)
	rights := func(on tracker.Date) app.DealershipRights {
		found, err := net.Rights(t.Context(), tracker.Operator, apptest.Expiring, on)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	timeline := rights(net.Today()).Timeline
	for day := net.Today(); day < net.Today().Add(400); day += 7 {
		found := rights(day)
		for _, view := range append(found.Sell, found.Service...) {
			may := false
			for _, r := range timeline {
				may = may || r.Kind == view.Right.Kind && r.Subject == view.Right.Subject && r.Contains(day) && r.May
			}
			stands := false
			for _, g := range view.Guards {
				stands = stands || g.Stands()
			}
			if may != view.Right.May || may == stands {
				t.Errorf("%s %s: %v, in the timeline %v, a guard stands: %v", day, view.Right.Subject, view.Right.May, may, stands)
			}
		}
	}
}

func TestForecastOfRights(t *testing.T) {
	s := newSite(t)
	bearer := s.token("network", true)
	for query, want := range map[string]string{
		"programme=models&model=iX&from=2026-12-01&until=2026-12-31":        "2026-12-16 30003 iX may may_not EMA-02",
		"generation=gen5&dealership=30001&from=2027-01-01&until=2027-12-31": "2027-06-01 30001 gen5 may may_not HVS-02",
	} {
		got := s.call(s.browser(), http.MethodGet, "/api/v1/forecast?"+query, "", bearer...)
		var out struct {
			Items []struct {
				On, Dealership    string
				Model, Generation string
				Before, After     struct{ State string }
				Because           []string
			}
		}
		if err := json.Unmarshal([]byte(got.body), &out); err != nil || len(out.Items) != 1 {
			t.Fatal(query, got.body)
		}
		i := out.Items[0]
		if text := strings.Join([]string{i.On, i.Dealership, i.Model + i.Generation, i.Before.State, i.After.State, strings.Join(i.Because, ", ")}, " "); !strings.HasPrefix(text, want) {
			t.Errorf("%s: %q, want %q", query, text, want)
		}
	}
	for query, want := range map[string]int{"model=i99": 400, "programme=models&programme=bmw-i": 400, "model=iX&loss=right": 400, "generation=gen9": 400} {
		if got := s.call(s.browser(), http.MethodGet, "/api/v1/forecast?"+query, "", bearer...); got.status != want {
			t.Errorf("%s: %d %s", query, got.status, got.body)
		}
	}
	if status, body := s.get(s.as("network"), "/forecast?programme=models&lang=en"); status != http.StatusOK || !strings.Contains(body, "May no longer sell iX") {
		t.Error(status)
	}
}

package server_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/server"
)

// site is a running product with a browser for each account.
type site struct {
	t      *testing.T
	net    apptest.Network
	url    string
	server *server.Server
}

func newSite(t *testing.T) *site {
	t.Helper()
	network := apptest.Small(t)
	s, err := server.New(server.Config{
		App: network.App, Sessions: network.Store.Sessions(), Log: slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelError})),
		BaseURL: "http://127.0.0.1", DefaultLanguage: "en",
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	return &site{t, network, web.URL, s}
}

// testLog sends internal errors to the test's output.
type testLog struct{ t *testing.T }

func (l testLog) Write(line []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(line)))
	return len(line), nil
}

// browser keeps cookies and follows no redirect by itself.
func (s *site) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// as gives a browser that is signed in; the empty login is not.
func (s *site) as(login string) *http.Client {
	s.t.Helper()
	client := s.browser()
	if login == "" {
		return client
	}
	status, body, _ := s.post(client, "/login", url.Values{"login": {login}, "password": {app.DemoPassword}})
	if status != http.StatusSeeOther {
		s.t.Fatalf("signing in as %s: %d %s", login, status, body)
	}
	return client
}

func (s *site) get(client *http.Client, path string) (int, string) {
	s.t.Helper()
	answer, err := client.Get(s.url + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func (s *site) post(client *http.Client, path string, form url.Values) (status int, body, location string) {
	s.t.Helper()
	answer, err := client.PostForm(s.url+path, form)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Header.Get("Location")
}

var tokenField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// send fills in the form at a path, with the token that the page gave.
func (s *site) send(client *http.Client, path string, fields ...string) (status int, body, location string) {
	s.t.Helper()
	_, page := s.get(client, path)
	form := url.Values{}
	if found := tokenField.FindStringSubmatch(page); found != nil {
		form.Set("csrf", found[1])
	}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return s.post(client, path, form)
}

func TestPages(t *testing.T) {
	s := newSite(t)
	tests := []struct {
		as, path string
		status   int
		must     []string
		mustNot  []string
	}{
		{"", "/", 303, nil, nil},
		{"", "/login", 200, []string{"Sign in", app.DemoPassword, "regional-east"}, []string{"internal"}},
		{"", "/healthz", 200, []string{"ok"}, nil},
		{"network", "/", 200, []string{"What stops being true", "loses BMW i certification", "30003", "East", "NEV-qualified"}, nil},
		{"network", "/?lang=zh-Hans", 200, []string{"未来90天内将失效的事项", "失去 BMW i 品牌认证", "东区"}, []string{"What stops"}},
		{"network", "/?on=2022-11-30", 200, []string{"You are looking at 30 November 2022", "Back to today"}, nil},
		{"network", "/?on=nonsense", 400, []string{"nonsense", "on"}, nil},
		{"network", "/?colour=red", 400, []string{"colour"}, nil},
		{"network", "/dealerships", 200, []string{"30001", "30002", "30003", "30004", "4 of 4"}, nil},
		{"network", "/dealerships?q=" + url.QueryEscape("苏州"), 200, []string{"30001", "1 of 4"}, []string{"30002"}},
		{"network", "/dealerships?state=right&region=east", 200, []string{"30001", "30002"}, []string{"30003", "30004"}},
		{"network", "/dealerships?state=golden", 400, []string{"golden"}, nil},
		{"network", "/dealerships?q=zzz", 200, []string{"No dealership matches"}, []string{"30001"}},
		{"network", "/dealerships/30002", 200, []string{"Because", "REG-02", "2 of 2 needed", "技师20", "Record a decision", "T20"}, nil},
		{"network", "/dealerships/30002?lang=zh-Hans", 200, []string{"依据", "登记决定"}, []string{"Because"}},
		{"network", "/dealerships/30002?on=2022-11-30", 200, []string{"You are looking at"}, []string{"Record a decision"}},
		{"network", "/dealerships/30002/timeline", 200, []string{"since before the records", "certified"}, nil},
		{"network", "/dealerships/30002/history", 200, []string{"recorded", "decision"}, nil},
		{"network", "/dealerships/99999", 404, []string{"99999"}, nil},
		{"viewer", "/dealerships/30002", 200, []string{"REG-02"}, []string{"技师20", "T20", "Record a decision"}},
		{"regional-east", "/dealerships", 200, []string{"30001", "2 of 2"}, []string{"30003"}},
		{"regional-east", "/dealerships/30003", 404, nil, []string{"岚启"}},
		{"regional-east", "/dealerships/30002", 200, []string{"Ends"}, []string{"Record a decision"}},
		{"regional-east", "/dealerships/30002/decisions/new", 200, []string{"Propose a decision"}, []string{">Record<"}},
		{"viewer", "/dealerships/30002/decisions/new", 403, nil, nil},
		{"dealer-30002", "/", 200, []string{"Nanjing Jichuan", "Do next", "Renew 技师20’s certificate", "saves the brand light", "Someone left"}, []string{"30001"}},
		{"dealer-30002", "/?lang=zh-Hans", 200, []string{"接下来要做", "有人离职"}, []string{"Do next"}},
		{"dealer-30002", "/?dealership=30001", 404, nil, []string{"苏州澜禾"}},
		{"dealer-30002", "/claims", 200, []string{"Nothing here yet"}, nil},
		{"dealer-30002", "/claims?page=9", 200, []string{"Nothing here yet"}, nil},
		{"dealer-30002", "/claims?state=golden", 400, []string{"golden"}, nil},
		{"dealer-30002", "/dealerships/30002/report/leaver?staff_no=T21", 200, []string{"技师21", "Counts at once", `value="T21" selected`}, []string{"技师10"}},
		{"dealer-30002", "/dealerships/30002/report/gossip", 404, nil, nil},
		{"network", "/reviews", 200, []string{"Nothing waits"}, nil},
		{"regional-east", "/reviews?type=transfer", 400, []string{"transfer"}, nil},
		{"network", "/reviews?type=transfer&region=south", 200, []string{"Nothing waits"}, nil},
		{"dealer-30002", "/dealerships/30002", 200, []string{"技师20"}, []string{"Record a decision", "30002/edit"}},
		{"dealer-30002", "/dealerships/30001", 404, nil, nil},
		{"nobody", "/dealerships", 200, []string{"0 of 0"}, []string{"30001"}},
		{"admin", "/", 200, []string{"Administration"}, []string{"30001"}},
		{"admin", "/dealerships", 403, nil, []string{"30001"}},
		{"network", "/dealerships/new", 200, []string{"New dealership"}, nil},
		{"network", "/dealerships/30002/edit", 200, []string{"南京霁川"}, nil},
		{"network", "/dealerships/30002/move", 200, []string{"South"}, nil},
		{"network", "/dealerships/30002/close", 200, nil, nil},
		{"network", "/dealerships/30002/modules/DGU-01", 200, []string{"2022-05-03"}, nil},
		{"network", "/dealerships/30002/modules/DGU-99", 404, nil, nil},
		{"network", "/programmes", 200, []string{"BMW i certification"}, nil},
		{"network", "/programmes/bmw-i", 200, []string{"BMI-B02", "60 days"}, nil},
		{"network", "/programmes/nothing", 404, nil, nil},
		{"network", "/models", 200, []string{"iX"}, nil},
		{"network", "/help", 200, []string{"id=\"nev_qualified\""}, nil},
		{"network", "/account", 200, []string{"At least 12"}, nil},
		{"network", "/nothing", 404, []string{"no page"}, nil},
		{"", "/api/v1/summary", 401, []string{`"status":401`}, nil},
		{"network", "/api/v1/summary", 200, []string{`"certified":3`, `"name_zh":"东区"`, `"on_sale"`}, nil},
		{"network", "/api/v1/summary?colour=red", 400, []string{"colour", "Bad Request"}, nil},
		{"network", "/api/v1/dealerships?region=south", 200, []string{`"total":2`, "30003"}, []string{"30001"}},
		{"network", "/api/v1/dealerships/30003", 200, []string{`"valid_until":"2026-12-15"`, `"next":{"on":"2026-12-16"`}, nil},
		{"network", "/api/v1/dealerships/30003/timeline?programme=bmw-i", 200, []string{`"from":null`, `"state":"expired"`}, nil},
		{"regional-east", "/api/v1/dealerships/30003", 404, []string{`"status":404`}, nil},
	}
	browsers := map[string]*http.Client{}
	for _, tt := range tests {
		t.Run(tt.as+" "+tt.path, func(t *testing.T) {
			if browsers[tt.as] == nil {
				browsers[tt.as] = s.as(tt.as)
			}
			browsers[tt.as].Jar.SetCookies(mustURL(t, s.url), []*http.Cookie{{Name: "dc_lang", Value: "en"}})
			status, body := s.get(browsers[tt.as], tt.path)
			if status != tt.status {
				t.Errorf("status %d, want %d: %s", status, tt.status, main(body))
			}
			for _, want := range tt.must {
				if !strings.Contains(body, want) {
					t.Errorf("lacks %q: %s", want, main(body))
				}
			}
			for _, unwanted := range tt.mustNot {
				if strings.Contains(body, unwanted) {
					t.Errorf("has %q", unwanted)
				}
			}
		})
	}
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// main gives the part of a page that differs from page to page.
func main(body string) string {
	if _, rest, found := strings.Cut(body, "<main"); found {
		body = rest
	}
	return body[:min(len(body), 1500)]
}

func TestSummaryIsNotSentTwice(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	ask := func(path, known string) *http.Response {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("If-None-Match", known)
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil {
			t.Fatal(err)
		}
		return answer
	}
	tag := ask("/api/v1/summary", "").Header.Get("ETag")
	if got := ask("/api/v1/summary", tag).StatusCode; tag == "" || got != http.StatusNotModified {
		t.Errorf("the same figures: tag %q, status %d", tag, got)
	}
	if got := ask("/api/v1/summary?on=2027-01-01", tag).StatusCode; got != http.StatusOK {
		t.Errorf("another day's figures: status %d", got)
	}
}

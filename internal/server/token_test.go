package server_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/server"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

// answered is an answer that has been read.
type answered struct {
	status int
	header http.Header
	body   string
}

// call sends a request to the API with headers given as pairs.
func (s *site) call(client *http.Client, method, path, body string, headers ...string) answered {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answered{answer.StatusCode, answer.Header, string(text)}
}

// token makes a token for an account and gives the headers that send it.
func (s *site) token(login string, readOnly bool) []string {
	s.t.Helper()
	key, _, err := s.net.AddToken(s.t.Context(), tracker.Operator, app.NewToken{Login: login, Name: "test", ReadOnly: readOnly, Days: 30})
	if err != nil {
		s.t.Fatal(err)
	}
	return []string{"Authorization", "Bearer " + key}
}

// later gives the site as it is after some time, on the same database.
func (s *site) later(after time.Duration) *site {
	s.t.Helper()
	a, err := app.New(app.Config{Store: s.net.Store, Now: func() time.Time { return apptest.Now.Add(after) }, Zone: apptest.Zone(s.t)})
	if err != nil {
		s.t.Fatal(err)
	}
	of, err := server.New(server.Config{
		App: a, Sessions: s.net.Store.Sessions(), Log: slog.New(slog.DiscardHandler), BaseURL: "http://127.0.0.1", DefaultLanguage: "en",
	})
	if err != nil {
		s.t.Fatal(err)
	}
	web := httptest.NewServer(of.Handler())
	s.t.Cleanup(web.Close)
	return &site{s.t, apptest.Network{App: a, Store: s.net.Store, URL: s.net.URL}, web.URL, of}
}

const oneDay = 24 * time.Hour

func TestTokenActsAsItsAccount(t *testing.T) {
	s := newSite(t)
	dealer := s.token("dealer-30002", true)
	for path, want := range map[string]int{
		"/api/v1/dealerships/30002": 200, "/api/v1/dealerships/30001": 404, "/api/v1/dealerships/99999": 404, "/api/v1/summary": 200,
		"/dealerships/30002": 303, "/": 303, "/account": 303, // a token opens no page
	} {
		if got := s.call(s.browser(), http.MethodGet, path, "", dealer...); got.status != want {
			t.Errorf("%s answers %d, want %d: %s", path, got.status, want, main(got.body))
		}
	}
	if got := s.call(s.browser(), http.MethodGet, "/api/v1/dealerships", "", dealer...); !strings.Contains(got.body, `"total":1`) {
		t.Errorf("the dealer sees %s", main(got.body))
	}
	if got := s.call(s.browser(), http.MethodGet, "/api/v1/summary", "", s.token("admin", false)...); got.status != http.StatusForbidden {
		t.Errorf("the administrator's token: %d", got.status)
	}
	tokens, err := s.net.Tokens(t.Context(), tracker.Operator)
	if err != nil || len(tokens) != 2 {
		t.Fatal(tokens, err)
	}
	for _, token := range tokens {
		if token.LastUsedAt == 0 {
			t.Errorf("the use of %s is not noted", token.Login)
		}
	}
}

// What does not work is refused in one way, even beside a session that would do.
func TestTokensThatDoNotWork(t *testing.T) {
	s := newSite(t)
	client, works := s.as("network"), s.token("viewer", false)
	revoked, disabled := s.token("network", false), s.token("regional-east", false)
	own, err := s.net.Tokens(t.Context(), s.net.Actor(t, "network"))
	if err != nil || len(own) != 1 {
		t.Fatal(own, err)
	}
	if err := s.net.RevokeToken(t.Context(), s.net.Actor(t, "viewer"), own[0].ID); tracker.KindOf(err) != tracker.NotFound {
		t.Errorf("the viewer revokes the token of network: %v", err)
	}
	if err := s.net.RevokeToken(t.Context(), s.net.Actor(t, "network"), own[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := s.net.DisableAccount(t.Context(), tracker.Operator, "regional-east"); err != nil {
		t.Fatal(err)
	}
	bodies := map[string]bool{}
	for name, headers := range map[string][]string{
		"revoked": revoked, "disabled": disabled, "unknown": {"Authorization", "Bearer dcert_" + strings.Repeat("A", 52)},
		"cut": {"Authorization", works[1][:len(works[1])-1]}, "injected": {"Authorization", "Bearer ' OR 1=1 --"},
	} {
		got := s.call(client, http.MethodGet, "/api/v1/summary", "", headers...)
		if got.status != http.StatusUnauthorized || !strings.Contains(got.header.Get("WWW-Authenticate"), `error="invalid_token"`) {
			t.Errorf("%s: %d %q", name, got.status, got.header.Get("WWW-Authenticate"))
		}
		bodies[got.body] = true
	}
	if len(bodies) != 1 {
		t.Errorf("the answers tell tokens apart: %v", bodies)
	}
	for _, scheme := range []string{"Basic bmV0d29yazp4", "Bearer", "Bearer ", "dcert_x", "Token " + works[1]} {
		if got := s.call(client, http.MethodGet, "/api/v1/summary", "", "Authorization", scheme); got.status != http.StatusUnauthorized {
			t.Errorf("%q: %d", scheme, got.status)
		}
	}
	if got := s.call(client, http.MethodGet, "/api/v1/summary", ""); got.status != http.StatusOK {
		t.Errorf("the session alone: %d", got.status)
	}
	if got := s.call(s.browser(), http.MethodGet, "/api/v1/summary", ""); got.status != 401 || got.header.Get("WWW-Authenticate") != `Bearer realm="dealercert"` {
		t.Errorf("nothing sent: %d %q", got.status, got.header.Get("WWW-Authenticate"))
	}
	for after, want := range map[time.Duration]int{30*oneDay - time.Minute: 200, 30 * oneDay: 401} {
		if got := s.later(after).call(s.browser(), http.MethodGet, "/api/v1/summary", "", works...); got.status != want {
			t.Errorf("after %s: %d, want %d", after, got.status, want)
		}
	}
}

// Who guesses is slowed down, and keeps nobody with a token out.
func TestGuessingTokensIsSlow(t *testing.T) {
	s := newSite(t)
	works, refused := s.token("network", true), 0
	for i := range 60 {
		got := s.call(s.browser(), http.MethodGet, "/api/v1/summary", "", "Authorization", "Bearer dcert_"+strings.Repeat("B", 30+i%9))
		if got.status == http.StatusTooManyRequests && got.header.Get("Retry-After") != "" {
			refused++
		}
	}
	if refused != 40 {
		t.Errorf("%d of 60 guesses were put off, want 40", refused)
	}
	if got := s.call(s.browser(), http.MethodGet, "/api/v1/summary", "", works...); got.status != http.StatusOK {
		t.Errorf("a token that works: %d", got.status)
	}
}

var keyField = regexp.MustCompile(`id="token-key"[^>]*>(dcert_[A-Z0-9]{52})<`)

func TestTokensOnTheAccountPage(t *testing.T) {
	s := newSite(t)
	client := s.as("dealer-30002")
	fields := []string{"name", "nightly report", "days", "90", "read_only", "yes", "nonce", "n1"}
	_, page := s.get(client, "/account")
	csrf := tokenField.FindStringSubmatch(page)[1]
	make := func(fields ...string) (int, string) {
		form := map[string][]string{"csrf": {csrf}}
		for i := 0; i+1 < len(fields); i += 2 {
			form[fields[i]] = []string{fields[i+1]}
		}
		status, body, _ := s.post(client, "/account/tokens", form)
		return status, body
	}
	status, body := make(append(fields, "password", "something else")...)
	if status != 422 || !strings.Contains(body, "not your present password") {
		t.Errorf("with a wrong password: %d %s", status, main(body))
	}
	if status, body = make(append(fields, "password", app.DemoPassword, "days", "366")...); status != 422 || !strings.Contains(body, "1 to 365") {
		t.Errorf("for too long: %d", status)
	}
	status, body = make(append(fields, "password", app.DemoPassword)...)
	found := keyField.FindStringSubmatch(body)
	if status != http.StatusOK || found == nil {
		t.Fatalf("making a token: %d %s", status, main(body))
	}
	if status, _ = make(append(fields, "password", app.DemoPassword)...); status != http.StatusSeeOther {
		t.Errorf("sent again: %d", status)
	}
	bearer := []string{"Authorization", "Bearer " + found[1]}
	if got := s.call(s.browser(), http.MethodGet, "/api/v1/dealerships/30002", "", bearer...); got.status != http.StatusOK {
		t.Errorf("the token: %d", got.status)
	}
	if _, body = s.get(client, "/account"); strings.Contains(body, found[1]) || !strings.Contains(body, "nightly report") {
		t.Errorf("afterwards the page says %s", main(body))
	}
	own, err := s.net.Tokens(t.Context(), s.net.Actor(t, "dealer-30002"))
	if err != nil || len(own) != 1 || !own[0].ReadOnly {
		t.Fatal(own, err)
	}
	if status, _, _ := s.post(client, "/account/tokens/"+own[0].ID+"/revoke", map[string][]string{"csrf": {csrf}}); status != http.StatusSeeOther {
		t.Errorf("revoking: %d", status)
	}
	if got := s.call(s.browser(), http.MethodGet, "/api/v1/dealerships/30002", "", bearer...); got.status != http.StatusUnauthorized {
		t.Errorf("the revoked token: %d", got.status)
	}
}

// The database holds nothing that opens the API.
func TestTokensAreKeptHashed(t *testing.T) {
	s := newSite(t)
	key := strings.TrimPrefix(s.token("network", false)[1], "Bearer ")
	held := storetest.Kept(t, s.net.URL)
	if bytes.Contains(held, []byte(key)) {
		t.Error("the key of a token stands in the database")
	}
	if !bytes.Contains(held, []byte("dealer-30002")) {
		t.Error("the search finds nothing at all")
	}
}

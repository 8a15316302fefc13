package server_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// decisionFields are a decision that a network user may record.
var decisionFields = []string{"programme", "bmw-i", "decision", "suspend", "effective_on", "2026-11-20"}

func decisionPath(code string) string { return "/dealerships/" + code + "/decisions/new" }

// still fails when a dealership is no longer certified, for a form that should have been refused was taken.
func (s *site) still(code string) {
	s.t.Helper()
	view, err := s.net.Dealership(s.t.Context(), tracker.Operator, code, s.net.Today())
	if err != nil {
		s.t.Fatal(err)
	}
	if state := view.Standings[tracker.ProgrammeBMWi].State; state != tracker.Certified {
		s.t.Errorf("%s is %s: a form was taken that should have been refused", code, state)
	}
}

func TestFormsOfOthersAreRefused(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	fields := url.Values{}
	for i := 0; i < len(decisionFields); i += 2 {
		fields.Set(decisionFields[i], decisionFields[i+1])
	}
	for name, token := range map[string]string{"no token": "", "wrong token": "wrong"} {
		fields.Set("csrf", token)
		if status, body, _ := s.post(client, decisionPath(apptest.Healthy), fields); status != http.StatusForbidden {
			t.Errorf("%s: %d %s", name, status, main(body))
		}
	}
	_, page := s.get(s.as("regional-east"), "/account")
	fields.Set("csrf", tokenField.FindStringSubmatch(page)[1])
	if status, _, _ := s.post(client, decisionPath(apptest.Healthy), fields); status != http.StatusForbidden {
		t.Errorf("another session's token: %d", status)
	}
	_, page = s.get(client, "/account")
	fields.Set("csrf", tokenField.FindStringSubmatch(page)[1])
	for header, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+decisionPath(apptest.Healthy), strings.NewReader(fields.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set(header, value)
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if answer.Body.Close(); answer.StatusCode != http.StatusForbidden {
			t.Errorf("%s %s: %d", header, value, answer.StatusCode)
		}
	}
	s.still(apptest.Healthy)
}

// What was filled in looking at another day is not taken.
func TestFormsAreOffOnOtherDays(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	_, page := s.get(client, "/account")
	fields := url.Values{"csrf": {tokenField.FindStringSubmatch(page)[1]}}
	for i := 0; i < len(decisionFields); i += 2 {
		fields.Set(decisionFields[i], decisionFields[i+1])
	}
	if status, body, _ := s.post(client, decisionPath(apptest.Healthy)+"?on=2026-11-22", fields); status != http.StatusConflict {
		t.Errorf("%d %s", status, main(body))
	}
	s.still(apptest.Healthy)
	status, _, location := s.post(client, decisionPath(apptest.Healthy), fields)
	if status != http.StatusSeeOther || location != "/dealerships/"+apptest.Healthy {
		t.Errorf("the same form, looking at today: %d to %q", status, location)
	}
}

// A decision is previewed, recorded, seen, and shown in the history.
func TestDecisionByForm(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	status, body, _ := s.send(client, decisionPath(apptest.Healthy), append(decisionFields, "step", "preview")...)
	if status != http.StatusOK || !strings.Contains(body, "dc-state--suspended") || !strings.Contains(body, "What this changes") {
		t.Errorf("preview: %d %s", status, main(body))
	}
	s.still(apptest.Healthy)
	if status, body, _ := s.send(client, decisionPath(apptest.Healthy), decisionFields...); status != http.StatusSeeOther {
		t.Fatalf("recording: %d %s", status, main(body))
	}
	if _, body := s.get(client, "/dealerships/"+apptest.Healthy); !strings.Contains(body, "dc-state--suspended") || !strings.Contains(body, "<div>Saved.</div>") {
		t.Errorf("afterwards: %s", main(body))
	}
	if _, body := s.get(client, "/dealerships/"+apptest.Healthy); strings.Contains(body, "<div>Saved.</div>") {
		t.Error("the message is shown twice")
	}
}

// After signing in, the way leads to a page of this product and nowhere else.
func TestSignInLeadsNowhereElse(t *testing.T) {
	s := newSite(t)
	for next, want := range map[string]string{
		"/dealerships?q=a": "/dealerships?q=a", "": "/", "https://evil.example/": "/", "//evil.example": "/", "/\\evil.example": "/",
		"\\\\evil.example": "/", "javascript:alert(1)": "/", "/\t/evil.example": "/", "/login": "/", "dealerships": "/",
	} {
		_, _, location := s.post(s.browser(), "/login", url.Values{"login": {"network"}, "password": {app.DemoPassword}, "next": {next}})
		if location != want {
			t.Errorf("next=%q leads to %q, want %q", next, location, want)
		}
	}
	client := s.as("network")
	answer, err := client.Get(s.url + "/login?next=" + url.QueryEscape("https://evil.example"))
	if err != nil {
		t.Fatal(err)
	}
	if answer.Body.Close(); answer.Header.Get("Location") != "/" {
		t.Errorf("who is signed in is led to %q", answer.Header.Get("Location"))
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	s := newSite(t)
	for _, login := range []string{"", "network"} {
		client := s.as(login)
		for _, path := range []string{"/", "/login", "/dealerships", "/dealerships/30002", "/nothing", "/api/v1/summary", "/api/v1/nothing", "/healthz", "/dealerships?x=1"} {
			answer, err := client.Get(s.url + path)
			if err != nil {
				t.Fatal(err)
			}
			if answer.Body.Close(); answer.Header.Get("X-Request-ID") == "" {
				t.Errorf("%s has no request id", path)
			}
			policy := answer.Header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
				t.Errorf("%s has the policy %q", path, policy)
			}
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"} {
				if got := answer.Header.Get(name); got != want {
					t.Errorf("%s: %s %q, want %q", path, name, got, want)
				}
			}
			if cached := answer.Header.Get("Cache-Control"); !strings.Contains(cached, "no-store") && !strings.Contains(cached, "private") {
				t.Errorf("%s may be kept by a proxy: %q", path, cached)
			}
		}
	}
}

// Looking at the sign-in page begins no session; signing in gives a cookie that scripts cannot read.
func TestSessions(t *testing.T) {
	s := newSite(t)
	answer, err := s.browser().Get(s.url + "/login")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range answer.Cookies() {
		if strings.Contains(c.Name, "dealercert") {
			t.Error("the sign-in page begins a session")
		}
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	answer, err = s.browser().PostForm(s.url+"/login", url.Values{"login": {"network"}, "password": {app.DemoPassword}})
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range answer.Cookies() {
		if c.Name == "dealercert" && (!c.HttpOnly || c.SameSite != http.SameSiteLaxMode || len(c.Value) < 32) {
			t.Errorf("the session's cookie: %+v", c)
		}
	}
}

func TestDisabledAccountLosesItsSessionAtOnce(t *testing.T) {
	s := newSite(t)
	client := s.as("viewer")
	if status, _ := s.get(client, "/dealerships"); status != http.StatusOK {
		t.Fatal(status)
	}
	if err := s.net.DisableAccount(t.Context(), tracker.Operator, "viewer"); err != nil {
		t.Fatal(err)
	}
	if status, body := s.get(client, "/dealerships"); status != http.StatusSeeOther {
		t.Errorf("%d %s", status, main(body))
	}
	if status, _ := s.get(client, "/api/v1/summary"); status != http.StatusUnauthorized {
		t.Errorf("the API answers %d", status)
	}
	status, body, _ := s.post(client, "/login", url.Values{"login": {"viewer"}, "password": {app.DemoPassword}})
	if status != http.StatusUnauthorized {
		t.Errorf("signing in again: %d %s", status, main(body))
	}
}

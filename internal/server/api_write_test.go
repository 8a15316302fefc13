package server_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

const moduleAddress = "/api/v1/dealerships/30002/modules/DGU-02"

// problemOf reads a problem answer and fails when it is none.
func problemOf(t *testing.T, a answered) (out struct {
	Type, Title, Detail string
	Status              int
	Errors              []struct{ Field, Detail string }
}) {
	t.Helper()
	if kind := a.header.Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("the answer's type is %q: %s", kind, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &out); err != nil || out.Status != a.status || out.Title == "" || out.Detail == "" || out.Type == "" {
		t.Errorf("not a problem (%v): %s", err, a.body)
	}
	return out
}

// parallel sends many requests at once, as many programs would, and counts the statuses.
func parallel(n int, send func(i int) answered) (answers []answered, statuses map[int]int) {
	var ready, done sync.WaitGroup
	begin := make(chan struct{})
	answers, statuses = make([]answered, n), map[int]int{}
	for i := range n {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-begin
			answers[i] = send(i)
		})
	}
	ready.Wait()
	close(begin)
	done.Wait()
	for _, a := range answers {
		statuses[a.status]++
	}
	return answers, statuses
}

func TestModuleByAPI(t *testing.T) {
	s := newSite(t)
	client, bearer := s.browser(), s.token("regional-east", false)
	first := s.call(client, http.MethodGet, moduleAddress, "", bearer...)
	if first.status != 200 || !strings.Contains(first.body, `"planned_on":null`) || !strings.Contains(first.body, `"recorded_at":null`) {
		t.Fatalf("never recorded: %d %s", first.status, first.body)
	}
	tag := first.header.Get("ETag")
	if got := s.call(client, http.MethodGet, moduleAddress, "", append(bearer, "If-None-Match", tag)...); got.status != http.StatusNotModified {
		t.Errorf("read again: %d", got.status)
	}
	steps := []struct {
		what, method, body string
		match              string // header and value; TAG is the present one
		status             int
		must               string
	}{
		{"nothing said", "PATCH", `{"planned_on":"2026-12-01"}`, "", 428, "If-Match"},
		{"the star, where nothing is", "PATCH", `{"planned_on":"2026-12-01"}`, "If-Match *", 412, ""},
		{"a weak tag", "PATCH", `{"planned_on":"2026-12-01"}`, "If-Match W/TAG", 412, ""},
		{"planned", "PATCH", `{"planned_on":"2026-12-01"}`, "If-Match TAG", 200, `"planned_on":"2026-12-01","live_on":null,"verified_on":null,"planned_since":"2026-11-23","state":"planned"`},
		{"only where nothing is", "PUT", `{"planned_on":"2026-12-02"}`, "If-None-Match *", 412, ""},
		{"live, the plan stays", "PATCH", `{"live_on":"2026-11-20"}`, "If-Match *", 200, `"planned_on":"2026-12-01","live_on":"2026-11-20"`},
		{"the same once more", "PATCH", `{"live_on":"2026-11-20"}`, "If-Match TAG", 200, `"live_on":"2026-11-20"`},
		{"taken away without a reason", "PUT", `{"planned_on":"2026-12-01"}`, "If-Match TAG", 422, `"field":"reason"`},
		{"taken away", "PUT", `{"planned_on":"2026-12-01","reason":"reported by mistake"}`, "If-Match TAG", 200, `"live_on":null`},
		{"in the future", "PATCH", `{"live_on":"2026-11-24"}`, "If-Match TAG", 422, `"field":"live_on"`},
		{"two faults", "PATCH", `{"live_on":"soon","verified_on":"2026-02-30"}`, "If-Match TAG", 422, `"field":"verified_on"`},
		{"cleared", "PATCH", `{"planned_on":null}`, `If-Match "x", TAG`, 200, `"planned_on":null`},
		{"another day", "PATCH?on=2026-11-01", `{"planned_on":"2026-12-01"}`, "If-Match TAG", 400, `"field":"on"`},
	}
	for _, step := range steps {
		tag := s.call(client, http.MethodGet, moduleAddress, "", bearer...).header.Get("ETag")
		headers := slices.Clone(bearer)
		if name, value, found := strings.Cut(strings.ReplaceAll(step.match, "TAG", tag), " "); found {
			headers = append(headers, name, value)
		}
		method, query, _ := strings.Cut(step.method, "?")
		got := s.call(client, method, moduleAddress+"?"+query, step.body, headers...)
		if got.status != step.status || !strings.Contains(got.body, step.must) {
			t.Errorf("%s: %d, want %d with %q: %s", step.what, got.status, step.status, step.must, got.body)
		}
		if got.status >= 400 {
			problemOf(t, got)
			continue
		}
		if now := s.call(client, http.MethodGet, moduleAddress, "", bearer...); now.header.Get("ETag") != got.header.Get("ETag") || now.body != got.body {
			t.Errorf("%s: answered %s, and then it is %s", step.what, got.body, now.body)
		}
	}
	history, err := s.net.DealershipHistory(t.Context(), tracker.Operator, apptest.TwoOnly)
	if err != nil || history[0].Source != tracker.SourceAPI || history[0].By != "regional-east" {
		t.Errorf("the history begins with %+v (%v)", history[0], err)
	}
}

// Of many who saw the same version, one writes and the others are told.
func TestOneOfManyWrites(t *testing.T) {
	s := newSite(t)
	client, bearer := s.browser(), s.token("network", false)
	for round, method := range []string{http.MethodPut, http.MethodPatch} {
		tag := s.call(client, http.MethodGet, moduleAddress, "", bearer...).header.Get("ETag")
		_, statuses := parallel(64, func(i int) answered {
			day := tracker.MustDate("2027-01-01").Add(round*100 + i).String()
			return s.call(client, method, moduleAddress, `{"planned_on":"`+day+`"}`, append(slices.Clone(bearer), "If-Match", tag)...)
		})
		if statuses[200] != 1 || statuses[412] != 63 {
			t.Errorf("%s: %v, want one 200 and 63 times 412", method, statuses)
		}
	}
}

// A write that carries a key is done once: at once, again, by others, and after the program was started anew.
func TestSentOftenDoneOnce(t *testing.T) {
	s := newSite(t)
	client := s.browser()
	bearer, other := s.token("network", false), s.token("regional-east", false)
	tag := s.call(client, http.MethodGet, moduleAddress, "", bearer...).header.Get("ETag")
	send := func(s *site, bearer []string, key, body string) answered {
		return s.call(client, http.MethodPatch, moduleAddress, body, append(slices.Clone(bearer), "If-Match", tag, "Idempotency-Key", key)...)
	}
	const body = `{"planned_on":"2026-12-01"}`
	answers, statuses := parallel(32, func(int) answered { return send(s, bearer, "key-1", body) })
	if statuses[200] == 0 || statuses[200]+statuses[409] != 32 {
		t.Errorf("at once: %v", statuses)
	}
	done, replayed := "", 0
	for _, a := range answers {
		if a.status == 200 && (done == "" || a.body == done) {
			done = a.body
		} else if a.status == 200 {
			t.Errorf("answered %s and %s", done, a.body)
		}
		if a.header.Get("Idempotent-Replayed") == "true" {
			replayed++
		}
	}
	if replayed != statuses[200]-1 {
		t.Errorf("%d of %d were replayed", replayed, statuses[200])
	}
	versions := len(s.versions())
	for name, at := range map[string]*site{"again": s, "after a new start": s.later(oneDay / 2)} {
		if got := send(at, bearer, "key-1", body); got.status != 200 || got.body != done || got.header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if got := send(s, bearer, "key-1", `{"planned_on":"2026-12-02"}`); got.status != 422 {
		t.Errorf("with another body: %d %s", got.status, got.body)
	}
	if got := send(s, other, "key-1", body); got.status != 412 { // the key is another's: done, and based on what has changed
		t.Errorf("the same key of another account: %d %s", got.status, got.body)
	}
	if got := send(s, bearer, "key-2", body); got.status != 412 {
		t.Errorf("another key: %d", got.status)
	}
	tag = s.call(client, http.MethodGet, moduleAddress, "", bearer...).header.Get("ETag")
	if got := send(s, bearer, "key-2", `{"planned_on":"2026-12-03"}`); got.status != 200 { // a refusal keeps nothing
		t.Errorf("a key that was refused before: %d %s", got.status, got.body)
	}
	if got := len(s.versions()); got != versions+1 {
		t.Errorf("%d versions, want %d", got, versions+1)
	}
	if got := send(s.later(25*oneDay/24), bearer, "key-1", body); got.status != 412 {
		t.Errorf("after a day the key is still known: %d", got.status)
	}
	for _, key := range []string{" ", "ä", "a b", strings.Repeat("x", 201)} {
		if got := send(s, bearer, key, body); got.status != 400 {
			t.Errorf("the key %q: %d", key, got.status)
		}
	}
}

// versions gives the history's entries about modules.
func (s *site) versions() (out []tracker.FactID) {
	s.t.Helper()
	history, err := s.net.DealershipHistory(s.t.Context(), tracker.Operator, apptest.TwoOnly)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range history {
		if e.Kind == string(tracker.FactModule) {
			out = append(out, e.Chain)
		}
	}
	return out
}

func TestHostileBodies(t *testing.T) {
	s := newSite(t)
	client, bearer := s.browser(), s.token("network", false)
	before := len(s.versions())
	tests := []struct {
		body, kind string
		status     int
		field      string
	}{
		{`{"planned_on":"2026-12-01"`, "", 400, ""},
		{`{"planned_on":"2026-12-01"}{}`, "", 400, ""},
		{`{"planned_on":"2026-12-01"} x`, "", 400, ""},
		{`[]`, "", 400, ""}, {`null`, "", 400, ""}, {`"x"`, "", 400, ""}, {`{`, "", 400, ""}, {` `, "", 400, ""}, {`{planned_on:1}`, "", 400, ""},
		{`{"planned_on":"2026-12-01",}`, "", 400, ""},
		{`{"planned_on":"2026-12-01","planned_on":"2026-12-02"}`, "", 400, "planned_on"},
		{"{\"planned_on\":\"2026-12-\xff\"}", "", 400, ""},
		{`{"planned_on":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, "", 400, ""},
		{`{"planned_on":"` + strings.Repeat("x", 70<<10) + `"}`, "", 413, ""},
		{`{"planned_on":"` + strings.Repeat("x", 2<<20) + `"}`, "", 413, ""},
		{`{"PLANNED_ON":"2026-12-01"}`, "", 422, "PLANNED_ON"},
		{`{"planned_on":"2026-12-01","superseded_at":0}`, "", 422, "superseded_at"},
		{`{"planned_on":"2026-12-01","dealership_id":1}`, "", 422, "dealership_id"},
		{`{"planned_on":"2026-12-01","recorded_by":1}`, "", 422, "recorded_by"},
		{`{"planned_on":20261201}`, "", 422, "planned_on"}, {`{"planned_on":["2026-12-01"]}`, "", 422, "planned_on"},
		{`{"confirm":"yes"}`, "", 422, "confirm"}, {`{"":1}`, "", 422, ""},
		{`{"planned_on":"2026-12-01 "," planned_on":""}`, "", 422, " planned_on"},
		{`{"planned_on":"0001-01-01"}`, "", 422, "planned_on"}, {`{"planned_on":"2026-12-01\u0000"}`, "", 422, "planned_on"},
		{`{"planned_on":"2026-12-01"}`, "text/plain", 415, ""}, {`planned_on=2026-12-01`, "application/x-www-form-urlencoded", 415, ""},
		{`{"planned_on":"2026-12-01"}`, "application/json; charset", 415, ""},
	}
	for _, tt := range tests {
		headers := append(slices.Clone(bearer), "If-Match", `"x"`)
		if tt.kind != "" {
			headers = append(headers, "Content-Type", tt.kind)
		}
		tag := s.call(client, http.MethodGet, moduleAddress, "", bearer...).header.Get("ETag")
		headers[len(bearer)+1] = tag
		got := s.call(client, http.MethodPatch, moduleAddress, tt.body, headers...)
		if got.status != tt.status {
			t.Errorf("%.60q: %d, want %d: %.200s", tt.body, got.status, tt.status, got.body)
		}
		problem := problemOf(t, got)
		if tt.field != "" && (len(problem.Errors) == 0 || problem.Errors[len(problem.Errors)-1].Field != tt.field) {
			t.Errorf("%.60q names %v, want %q", tt.body, problem.Errors, tt.field)
		}
	}
	if got := len(s.versions()); got != before {
		t.Errorf("something was written: %d versions, want %d", got, before)
	}
}

// A session writes only from the product's own pages; a token only when it may.
func TestWhoMayWriteByAPI(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	_, page := s.get(client, "/account")
	form := tokenField.FindStringSubmatch(page)[1]
	tests := []struct {
		name    string
		client  *http.Client
		headers []string
		status  int
		must    string
	}{
		{"nobody", s.browser(), nil, 401, ""},
		{"a session without proof", client, nil, 403, "X-CSRF-Token"},
		{"a session with another's proof", client, []string{"X-CSRF-Token", "x"}, 403, ""},
		{"another site", client, []string{"Sec-Fetch-Site", "cross-site", "X-CSRF-Token", form}, 403, "another site"},
		{"a neighbour", client, []string{"Sec-Fetch-Site", "same-site"}, 403, ""},
		{"a foreign origin", client, []string{"Origin", "https://evil.example", "X-CSRF-Token", form}, 403, ""},
		{"no origin", client, []string{"Origin", "null", "X-CSRF-Token", form}, 403, ""},
		{"typed into the address", client, []string{"Sec-Fetch-Site", "none"}, 403, ""},
		{"a form as text", client, []string{"Sec-Fetch-Site", "cross-site", "Content-Type", "text/plain"}, 403, ""},
		{"a token that reads", s.browser(), s.token("network", true), 403, "only read"},
		{"a bad token beside a session", client, []string{"Authorization", "Bearer dcert_x", "X-CSRF-Token", form}, 401, ""},
		{"a viewer's token", s.browser(), s.token("viewer", false), 403, ""},
		{"a token from elsewhere", s.browser(), append(s.token("regional-south", false), "If-Match", "*"), 404, ""},
		{"a session with proof", client, []string{"X-CSRF-Token", form}, 428, ""},
		{"an own page", client, []string{"Sec-Fetch-Site", "same-origin"}, 428, ""},
		{"a token", s.browser(), s.token("network", false), 428, ""},
	}
	for _, tt := range tests {
		got := s.call(tt.client, http.MethodPatch, moduleAddress, `{"planned_on":"2026-12-01"}`, tt.headers...)
		if problem := problemOf(t, got); got.status != tt.status || !strings.Contains(problem.Detail, tt.must) {
			t.Errorf("%s: %d, want %d: %s", tt.name, got.status, tt.status, got.body)
		}
	}
	if got := s.call(s.browser(), http.MethodPatch, moduleAddress, `{}`, s.token("network", true)...); !strings.Contains(got.header.Get("WWW-Authenticate"), "insufficient_scope") {
		t.Errorf("a token that reads is told %q", got.header.Get("WWW-Authenticate"))
	}
}

func TestProblemsEverywhere(t *testing.T) {
	s := newSite(t)
	bearer := s.token("network", false)
	for _, tt := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/api/v1/nothing", 404, ""}, {"POST", "/api/nothing", 404, ""}, {"GET", "/api/", 404, ""},
		{"DELETE", "/api/v1/summary", 405, "GET"}, {"POST", moduleAddress, 405, "PATCH"}, {"GET", "/api/v1/summary?x=1", 400, ""},
		{"GET", "/api/v1/summary?on=x", 400, ""}, {"GET", "/api/v1/dealerships/99999", 404, ""}, {"PUT", "/api/v1/dealerships/30002/modules/DGU-99", 404, ""},
		{"GET", "/api/v1/dealerships/" + strings.Repeat("9", 4000), 404, ""}, {"GET", "/api/v1/dealerships/%00", 400, ""}, {"GET", "/api/v1/dealerships?sort=id;drop", 400, ""},
	} {
		got := s.call(s.browser(), tt.method, tt.path, "{}", bearer...)
		if problemOf(t, got); got.status != tt.status || !strings.Contains(got.header.Get("Allow"), tt.allow) {
			t.Errorf("%s %.60s: %d %q, want %d: %.200s", tt.method, tt.path, got.status, got.header.Get("Allow"), tt.status, got.body)
		}
	}
}

package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

const claimsAddress = "/api/v1/claims"

// based adds to headers the tag of what stands at an address now.
func (s *site) based(bearer []string, address string) []string {
	s.t.Helper()
	got := s.call(s.browser(), http.MethodGet, address, "", bearer...)
	if got.status != http.StatusOK {
		s.t.Fatalf("%s: %d %s", address, got.status, got.body)
	}
	return append(slices.Clone(bearer), "If-Match", got.header.Get("ETag"))
}

// A dealership's change of a module: the plan counts at once, going live waits and is returned, mended and accepted.
func TestModuleReportedByAPI(t *testing.T) {
	s := newSite(t)
	client := s.browser()
	dealer, reviewer := s.token("dealer-30002", false), s.token("regional-east", false)
	got := s.call(client, http.MethodPatch, moduleAddress, `{"planned_on":"2026-12-01"}`, s.based(dealer, moduleAddress)...)
	if got.status != 200 || !strings.Contains(got.body, `"planned_on":"2026-12-01"`) || !strings.Contains(got.body, `"state":"planned"`) {
		t.Errorf("a plan: %d %s", got.status, got.body)
	}
	for body, want := range map[string]string{
		`{"verified_on":"2026-11-20"}`: `"field":"verified_on"`, `{"live_on":"2026-11-24"}`: `"field":"live_on"`, `{"planned_on":null}`: `"field":"planned_on"`,
		`{"planned_on":"2026-12-05","live_on":"2026-11-24"}`: `"field":"live_on"`,
	} {
		if got := s.call(client, http.MethodPatch, moduleAddress, body, s.based(dealer, moduleAddress)...); got.status != 422 || !strings.Contains(got.body, want) {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
	if got := s.call(client, http.MethodGet, moduleAddress, "", dealer...); !strings.Contains(got.body, `"planned_on":"2026-12-01"`) {
		t.Errorf("half of a change was kept: %s", got.body)
	}
	live := s.call(client, http.MethodPatch, moduleAddress, `{"live_on":"2026-11-19","reason":"training done"}`, s.based(dealer, moduleAddress)...)
	address := live.header.Get("Location")
	if live.status != 202 || !strings.HasPrefix(address, claimsAddress+"/") || !strings.Contains(live.body, `"kind":"live","state":"submitted"`) || !strings.Contains(live.body, `"note":"training done"`) {
		t.Fatalf("gone live: %d %q %s", live.status, address, live.body)
	}
	if got := s.call(client, http.MethodGet, moduleAddress, "", dealer...); !strings.Contains(got.body, `"live_on":null`) {
		t.Errorf("it counts before it is accepted: %s", got.body)
	}
	steps := []struct {
		who        []string
		what, body string
		status     int
		must       string
	}{
		{dealer, "/accept", `{}`, 403, ""},
		{reviewer, "/return", `{}`, 422, `"field":"reason"`},
		{reviewer, "/return", `{"reason":"on which day?"}`, 200, `"state":"returned"`},
		{reviewer, "/accept", `{}`, 409, ""},
		{reviewer, "", `{"live_on":"2026-11-20"}`, 403, ""},
		{dealer, "", `{"live_on":"2026-11-25"}`, 422, `"field":"live_on"`},
		{dealer, "", `{"state":"accepted"}`, 422, `"field":"state"`},
		{dealer, "", `{"live_on":"2026-11-20"}`, 200, `"state":"submitted"`},
	}
	for _, step := range steps {
		method := http.MethodPost
		if step.what == "" {
			method = http.MethodPatch
		}
		got := s.call(client, method, address+step.what, step.body, s.based(step.who, address)...)
		if got.status != step.status || !strings.Contains(got.body, step.must) {
			t.Errorf("%q %s: %d, want %d with %q: %s", step.what, step.body, got.status, step.status, step.must, got.body)
		}
	}
	// What the claim rests on moves before it is decided: it must be looked at anew.
	seen, network := s.based(reviewer, address), s.token("network", false)
	if got := s.call(client, http.MethodPatch, moduleAddress, `{"planned_on":"2026-12-24"}`, s.based(network, moduleAddress)...); got.status != 200 {
		t.Fatal(got.status, got.body)
	}
	if got := s.call(client, http.MethodPost, address+"/accept", `{}`, seen...); got.status != 412 {
		t.Errorf("on moved ground: %d %s", got.status, got.body)
	}
	if got := s.call(client, http.MethodGet, address, "", reviewer...); !strings.Contains(got.body, `"moved":true`) {
		t.Errorf("looked at anew: %s", got.body)
	}
	if got := s.call(client, http.MethodPost, address+"/accept", `{}`, s.based(reviewer, address)...); got.status != 200 || !strings.Contains(got.body, `"state":"accepted"`) {
		t.Errorf("decided anew: %d %s", got.status, got.body)
	}
	if got := s.call(client, http.MethodPost, address+"/withdraw", `{}`, s.based(dealer, address)...); got.status != 409 {
		t.Errorf("taken back too late: %d %s", got.status, got.body)
	}
	if got := s.call(client, http.MethodGet, moduleAddress, "", dealer...); !strings.Contains(got.body, `"live_on":"2026-11-20"`) {
		t.Errorf("after it was accepted: %s", got.body)
	}
}

func TestClaimsByAPI(t *testing.T) {
	s := newSite(t)
	client := s.browser()
	dealer, reviewer, south := s.token("dealer-30002", false), s.token("regional-east", false), s.token("regional-south", true)
	leaver := s.call(client, http.MethodPost, claimsAddress, `{"dealership":"30002","kind":"leaver","staff_no":"T20","until":"2026-11-30"}`, dealer...)
	if leaver.status != 201 || !strings.Contains(leaver.body, `"state":"accepted"`) {
		t.Errorf("a leaver: %d %s", leaver.status, leaver.body)
	}
	const joiner = `{"dealership":"30002","kind":"joiner","staff_no":"N1","name":"新人","job":"technician","from":"2026-12-01"}`
	keyed := append(slices.Clone(dealer), "Idempotency-Key", "joiner-N1")
	made := s.call(client, http.MethodPost, claimsAddress, joiner, keyed...)
	again := s.call(client, http.MethodPost, claimsAddress, joiner, keyed...)
	if made.status != 201 || again.status != 201 || again.body != made.body || again.header.Get("Location") != made.header.Get("Location") {
		t.Errorf("a joiner, sent twice: %d %s and %d %s", made.status, made.body, again.status, again.body)
	}
	if got := s.call(client, http.MethodPost, claimsAddress, joiner, dealer...); got.status != 409 {
		t.Errorf("a joiner who waits already: %d %s", got.status, got.body)
	}
	address := made.header.Get("Location")
	for query, want := range map[string]string{
		"": `"total":2,`, "?state=submitted": `"total":1,`, "?type=leaver&state=accepted": `"total":1,`, "?dealership=30002": `"total":2,`,
		"?type=plan": `"total":0,`, "?region=east": `"total":2,`, "?state=x": `"status":400`, "?type=x": `"status":400`, "?dealership=30001": `"status":404`, "?dealership=99999": `"status":404`,
	} {
		if got := s.call(client, http.MethodGet, claimsAddress+query, "", dealer...); !strings.Contains(got.body, want) {
			t.Errorf("%s: %d %s, want %s", query, got.status, got.body, want)
		}
	}
	if got := s.call(client, http.MethodGet, claimsAddress, "", south...); !strings.Contains(got.body, `"items":[],"total":0`) {
		t.Errorf("another region sees %s", got.body)
	}
	if got := s.call(client, http.MethodGet, address, "", south...); got.status != 404 {
		t.Errorf("another region: %d", got.status)
	}
	seen := s.based(reviewer, address)
	if got := s.call(client, http.MethodPost, claimsAddress, `{"dealership":"30001","kind":"leaver","staff_no":"T10","until":"2026-11-30"}`, dealer...); got.status != 422 {
		t.Errorf("a leaver of another dealership: %d", got.status)
	}
	foreign := s.call(client, http.MethodPost, claimsAddress, strings.ReplaceAll(joiner, "30002", "30001"), dealer...)
	missing := s.call(client, http.MethodPost, claimsAddress, strings.ReplaceAll(joiner, "30002", "99999"), dealer...)
	if foreign.status != 422 || strings.ReplaceAll(foreign.body, "30001", "C") != strings.ReplaceAll(missing.body, "99999", "C") {
		t.Errorf("a foreign dealership %s, a missing one %s", foreign.body, missing.body)
	}
	for _, body := range []string{
		`{"dealership":"30002","kind":"transfer","staff_no":"T10"}`, `{"dealership":"30002","kind":"joiner","staff_no":"N2"}`, `{"kind":"plan"}`, `{}`,
		`{"dealership":"30002","kind":"leaver","staff_no":"T20","until":"2026-11-30","decided_by":"network"}`,
		`{"dealership":"30002","kind":"leaver","staff_no":"T20","until":"2026-11-30","claimFields":{}}`,
	} {
		if got := s.call(client, http.MethodPost, claimsAddress, body, dealer...); got.status != 422 {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
	if got := s.call(client, http.MethodPatch, address, `{"from":"2026-12-02"}`, s.based(dealer, address)...); got.status != 200 {
		t.Errorf("mending: %d %s", got.status, got.body)
	}
	if got := s.call(client, http.MethodPost, address+"/accept", `{}`, seen...); got.status != 412 {
		t.Errorf("accepting what was mended since: %d %s", got.status, got.body)
	}
	now := s.based(reviewer, address)
	answers, statuses := parallel(16, func(int) answered { return s.call(client, http.MethodPost, address+"/accept", `{}`, now...) })
	if statuses[200] != 1 || statuses[412] != 15 {
		t.Errorf("accepted by many: %v %s", statuses, answers[0].body)
	}
	view, err := s.net.Dealership(t.Context(), tracker.Operator, apptest.TwoOnly, tracker.MustDate("2026-12-03"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(view.People, func(p app.PersonView) bool { return p.StaffNo == "N1" }) {
		t.Errorf("the joiner is not there")
	}
}

// Who is known elsewhere is a matter for headquarters: the dealership learns no more than that.
func TestTransferByAPI(t *testing.T) {
	s := newSite(t)
	client := s.browser()
	dealer, reviewer, network := s.token("dealer-30002", false), s.token("regional-east", true), s.token("network", true)
	got := s.call(client, http.MethodPost, claimsAddress, `{"dealership":"30002","kind":"joiner","staff_no":"T30","name":"typed so","job":"technician","from":"2026-12-01"}`, dealer...)
	if got.status != 201 || !strings.Contains(got.body, `"kind":"transfer"`) || strings.Contains(got.body, "技师30") || strings.Contains(got.body, "30003") {
		t.Errorf("the dealership is told %d %s", got.status, got.body)
	}
	address := got.header.Get("Location")
	for name, want := range map[string]struct {
		bearer []string
		status int
	}{"the region": {reviewer, 404}, "headquarters": {network, 200}, "the dealership": {dealer, 200}} {
		if got := s.call(client, http.MethodGet, address, "", want.bearer...); got.status != want.status {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

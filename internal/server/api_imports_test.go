package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestImportByAPI(t *testing.T) {
	s := newSite(t)
	_, holds := s.description()
	network, region := s.token("network", false), s.token("regional-east", false)
	const path, good = "/api/v1/imports?kind=modules", "dealership,module,planned_on\n30002,DGU-03,2027-01-15\n"
	send := func(bearer []string, path, body string, headers ...string) answered {
		return s.holdsFor(holds, bearer, http.MethodPost, path, body, slices.Concat([]string{"Content-Type", "text/csv"}, headers)...)
	}
	steps := []struct {
		what   string
		who    []string
		query  string
		body   string
		status int
		must   string
	}{
		{"tried", network, "&dry_run=true", good, 200, `"committed": false`},
		{"with an error", network, "", good + "30002,DGU-99,2027-01-15\n", 422, `"field":"row 3: module"`},
		{"of another region", region, "", strings.ReplaceAll(good, "30002", "30003"), 422, "30003"},
		{"taken in", network, "", good, 200, `"create": 1`},
		{"once more", network, "", good, 200, `"unchanged": 1`},
		{"the rows that are right", network, "&policy=valid-rows", good + "30002,DGU-99,2027-01-15\n30001,DGU-03,2027-01-15\n", 200, `"create": 1`},
		{"no policy", network, "&policy=some", good, 422, `"field":"policy"`},
		{"neither true nor false", network, "&dry_run=perhaps", good, 400, `"field":"dry_run"`},
		{"no table", network, "", "", 422, `"field":"file"`},
		{"two kinds", network, "&kind=decisions", good, 400, `"field":"kind"`},
		{"too much", network, "", strings.Repeat("x", 11<<20), 413, ""},
	}
	for _, step := range steps {
		got := send(step.who, path+step.query, step.body)
		if got.status != step.status || !strings.Contains(got.body, step.must) {
			t.Errorf("%s: %d, want %d with %s: %.400s", step.what, got.status, step.status, step.must, got.body)
		}
	}
	if got := send(region, "/api/v1/imports?kind=decisions", "dealership,programme\n"); got.status != 403 {
		t.Errorf("decisions by a region: %d %s", got.status, got.body)
	}
	once := []string{"Idempotency-Key", "i-1"}
	const more = "dealership,module,planned_on\n30002,DGU-04,2027-01-15\n"
	first, again := send(network, path, more, once...), send(network, path, more, once...)
	if first.status != 200 || again.body != first.body || !strings.Contains(again.body, `"create": 1`) {
		t.Errorf("sent twice: %s and %s", first.body, again.body)
	}
	if got := send(network, path+"&dry_run=true", more, once...); got.status != 422 {
		t.Errorf("the same key, another way: %d", got.status)
	}
}

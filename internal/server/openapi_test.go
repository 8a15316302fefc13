package server_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"dealercert/internal/server"
)

// described is the description of the API as a program reads it.
type described struct {
	Paths map[string]map[string]struct {
		Summary    string
		Parameters []struct {
			Name, In, Description string
			Schema                struct{ Type any }
		}
		Responses map[string]any
	}
}

// description gives the document that the server answers with, read and ready to hold answers against.
func (s *site) description() (described, validator.Validator) {
	s.t.Helper()
	got := s.call(s.browser(), http.MethodGet, "/api/v1/openapi.json", "")
	if got.status != http.StatusOK {
		s.t.Fatal(got.status, got.body)
	}
	var out described
	if err := json.Unmarshal([]byte(got.body), &out); err != nil {
		s.t.Fatal(err)
	}
	document, err := libopenapi.NewDocument([]byte(got.body))
	if err != nil {
		s.t.Fatal(err)
	}
	holds, errs := validator.NewValidator(document)
	if len(errs) > 0 {
		s.t.Fatal(errs)
	}
	return out, holds
}

// Every route of the API is described, nothing else is, and the description is a valid one.
func TestEveryRouteIsDescribed(t *testing.T) {
	s := newSite(t)
	document, holds := s.description()
	if valid, errs := holds.ValidateDocument(); !valid {
		for _, err := range errs {
			t.Errorf("the description is no OpenAPI: %v", err)
		}
	}
	routes := map[string]bool{}
	for _, r := range s.server.Routes() {
		if strings.HasPrefix(r.Path, "/api/") {
			routes[r.Method+" "+regexp.MustCompile(`:(\w+)`).ReplaceAllString(r.Path, "{$1}")] = true
		}
	}
	for path, methods := range document.Paths {
		for method, operation := range methods {
			name := strings.ToUpper(method) + " " + path
			if !routes[name] || operation.Summary == "" {
				t.Errorf("%s is described as %q, a route: %v", name, operation.Summary, routes[name])
			}
			delete(routes, name)
			for _, p := range operation.Parameters {
				if p.Description == "" {
					t.Errorf("%s: the parameter %s is not described", name, p.Name)
				}
			}
		}
	}
	if len(routes) > 0 {
		t.Errorf("not described: %v", routes)
	}
	if unknown := server.Undescribed(); len(unknown) > 0 {
		t.Errorf("described, and no route: %v", unknown)
	}
}

// sampleValues are values that every parameter of the name takes.
var sampleValues = map[string]string{
	"on": "2026-11-23", "known_at": "2026-11-23", "from": "2026-01-01", "until": "2027-11-30", "dealership": "30002", "region": "east",
	"group": "G1", "province": "江苏", "city": "南京", "programme": "bmw-i", "state": "", "health": "healthy", "expires_before": "2028-01-01",
	"ends_before": "2028-01-01", "loss": "right", "staffing": "single", "sort": "", "page": "1", "per_page": "2", "q": "30", "lang": "en",
	"generation": "gen5", "job": "technician", "show": "all", "who": "dealership", "type": "",
	"course": "HVA", "free": "yes", "online": "yes", "requirement": "BMI-B04", "below": "yes",
	"fails": "BMI-B02", "version": "2.0", "stage": "first",
	"model": "iX", "only": "yes",
	"leaver": staffNo, "leave_on": "2026-12-01", "pass": staffNo, "pass_on": "2026-12-01", "event": "custody", "event_on": "2026-12-01",
	"bridged_to": "2027-01-31", "people": "3",
}

// A parameter may be repeated where it is described as a list, and nowhere else.
func TestParametersAreAsDescribed(t *testing.T) {
	s := newSite(t)
	document, _ := s.description()
	bearer := s.token("network", true)
	fill := s.ids()
	values := func(path, name string) string {
		special := map[string]string{
			"/api/v1/people state": "employed", "/api/v1/claims state": "submitted", "/api/v1/proposals state": "waiting", "/api/v1/claims type": "live", "/api/v1/decisions type": "certify",
			"/api/v1/dealerships sort": "name", "/api/v1/people sort": "name", "/api/v1/dealerships state": "right", "/api/v1/forecast state": "certified",
			"/api/v1/changes type": "right_lost", "/api/v1/dealerships/{code}/what-if type": "hvt-c",
			"/api/v1/people type": "permit-lv", "/api/v1/qualifications type": "permit-lv", "/api/v1/forecast/bridges type": "hvt-c",
			"/api/v1/drafts/{id}/impact fails": "NCH-01", "/api/v1/drafts/{id}/impact show": "new",
			"/api/v1/rights state": "may", "/api/v1/rights requirement": "EMA-02",
		}
		if value := special[path+" "+name]; value != "" {
			return value
		}
		return sampleValues[name]
	}
	for path, methods := range document.Paths {
		for _, p := range methods["get"].Parameters {
			if p.In != "query" {
				continue
			}
			value := values(path, p.Name)
			if value == "" {
				t.Errorf("%s: no value for %s is known", path, p.Name)
				continue
			}
			address := with(address(path, fill), p.Name, value)
			if path == "/api/v1/rights" && (p.Name == "model" || p.Name == "generation") { // it takes one of them, and the sample has the model
				address = path + "?" + p.Name + "=" + value
			}
			if p.Name == "loss" && path == "/api/v1/dealerships" {
				address += "&ends_before=2028-01-01"
			}
			if p.Name == "pass" {
				address += "&type=hvt-c&generation=gen5"
			}
			if got := s.call(s.browser(), http.MethodGet, address, "", bearer...); got.status != http.StatusOK {
				t.Errorf("%s: %d %s", address, got.status, got.body)
			}
			twice := s.call(s.browser(), http.MethodGet, address+"&"+p.Name+"="+value, "", bearer...).status
			if many := p.Schema.Type == "array"; many != (twice == http.StatusOK) {
				t.Errorf("%s: %s sent twice answers %d, and is described as %v", path, p.Name, twice, p.Schema.Type)
			}
		}
	}
}

// address fills a path of the description with what is at apptest.TwoOnly.
func address(path string, fill *strings.Replacer) string {
	path = regexp.MustCompile(`\{(\w+)\}`).ReplaceAllString(path, ":$1")
	return named(fill.Replace(path), "30002", staffNo)
}

// holdsFor fails when an answer is not as described.
func (s *site) holdsFor(holds validator.Validator, bearer []string, method, path, body string, headers ...string) answered {
	s.t.Helper()
	got := s.call(s.browser(), method, path, body, slices.Concat(bearer, headers)...)
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	response := &http.Response{StatusCode: got.status, Header: got.header, Body: io.NopCloser(bytes.NewReader([]byte(got.body))), Request: request}
	if valid, errs := holds.ValidateHttpResponse(request, response); !valid {
		for _, e := range errs {
			s.t.Errorf("%s %s answers %d, not as described: %v %v\n%.600s", method, path, got.status, e.Message, e.SchemaValidationErrors, got.body)
		}
	}
	return got
}

// What is answered is what is described: each GET for each role, and each write with what it refuses.
func TestAnswersAreAsDescribed(t *testing.T) {
	s := newSite(t)
	document, holds := s.description()
	fill := s.ids()
	for _, login := range []string{"network", "regional-east", "viewer", "dealer-30002", "nobody"} {
		bearer := s.token(login, true)
		for path, methods := range document.Paths {
			if _, reads := methods["get"]; !reads {
				continue
			}
			at := address(path, fill)
			s.holdsFor(holds, bearer, http.MethodGet, at, "")
			s.holdsFor(holds, bearer, http.MethodGet, with(at, "on", "2027-06-01"), "")
			s.holdsFor(holds, bearer, http.MethodGet, with(at, "on", "2019-06-01"), "")
			s.holdsFor(holds, bearer, http.MethodGet, with(at, "colour", "red"), "")
		}
	}
	network, dealer := s.token("network", false), s.token("dealer-30002", false)
	statuses := map[int]bool{}
	send := func(bearer []string, method, path, body string, headers ...string) answered {
		got := s.holdsFor(holds, bearer, method, path, body, headers...)
		statuses[got.status] = true
		return got
	}
	tag := func(bearer []string, path string) []string { return s.based(bearer, path)[len(bearer):] }
	send(network, "PATCH", moduleAddress, `{"planned_on":"2026-12-01"}`)
	send(network, "PATCH", moduleAddress, `{"planned_on":"2026-12-01"}`, "If-Match", `"x"`)
	send(network, "PUT", moduleAddress, `{"planned_on":"2026-12-01"}`, tag(network, moduleAddress)...)
	send(network, "PUT", moduleAddress, `{"planned_on":1}`, tag(network, moduleAddress)...)
	send(network, "PUT", moduleAddress, `{`, tag(network, moduleAddress)...)
	send(network, "PUT", moduleAddress, `{}`, "Content-Type", "text/plain")
	send(network, "PUT", moduleAddress, strings.Repeat(" ", 70<<10))
	send(nil, "PUT", moduleAddress, `{}`)
	live := send(dealer, "PATCH", moduleAddress, `{"live_on":"2026-11-20"}`, tag(dealer, moduleAddress)...).header.Get("Location")
	send(dealer, "PATCH", live, `{"note":"x"}`, tag(dealer, live)...)
	send(dealer, "POST", claimsAddress, `{"dealership":"30002","kind":"live","module":"DGU-02","live_on":"2026-11-20"}`)
	send(dealer, "POST", live+"/accept", `{}`)
	send(network, "POST", live+"/return", `{"reason":"which?"}`, tag(network, live)...)
	send(network, "POST", live+"/accept", `{}`, tag(network, live)...)
	send(dealer, "POST", live+"/withdraw", `{}`, tag(dealer, live)...)
	made := send(network, "POST", decisionsAddress, `{"dealership":"30001","programme":"bmw-i","decision":"suspend","effective_on":"2026-11-20"}`).header.Get("Location")
	send(network, "PATCH", made, `{"effective_on":"2026-11-19","correction":"typing error"}`, tag(network, made)...)
	send(network, "POST", made+"/void", `{"reason":"it was right"}`, tag(network, made)...)
	send(network, "POST", made+"/void", `{"reason":"never decided"}`, tag(network, made)...)
	send(network, "POST", made+"/void", `{"reason":"never decided"}`, "If-Match", "*")
	for _, want := range []int{200, 201, 202, 204, 400, 401, 403, 404, 409, 412, 413, 415, 422, 428} {
		if !statuses[want] {
			t.Errorf("nothing was answered with %d", want)
		}
	}
}

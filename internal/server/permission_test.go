package server_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/server"
	"dealercert/internal/tracker"
)

// visitors are the columns of the matrix: each role with a dealership of its own and with somebody else's. The
// dealership is always apptest.TwoOnly, in the east.
var visitors = []string{
	"", "admin", "network", "regional-east", "regional-south", "viewer", "dealer-30002", "dealer-30001", "nobody",
}

// matrix says what each address answers to each of the visitors, in their order. Forms are sent with the session's
// token and nothing filled in, so that 422 is the answer to who may send them; writes of the API, based on a version that
// never was, so that 412 is. A row for every route.
var matrix = map[string]string{
	"GET /login":      "200 303 303 303 303 303 303 303 303",
	"POST /login":     "401 401 401 401 401 401 401 401 429", // the ninth try at one login is one too many
	"POST /logout":    "401 303 303 303 303 303 303 303 303",
	"GET /":           "303 200 200 200 200 200 200 200 200",
	"GET /help":       "303 200 200 200 200 200 200 200 200",
	"GET /account":    "303 200 200 200 200 200 200 200 200",
	"GET /models":     "303 403 200 200 200 200 200 200 200",
	"GET /programmes": "303 200 200 200 200 200 200 200 200",

	"POST /account/language": "401 400 400 400 400 400 400 400 400",
	"POST /account/password": "401 422 422 422 422 422 422 422 422",
	"POST /account/tokens":   "401 422 422 422 422 422 422 422 422",
	"GET /programmes/:code":  "303 200 200 200 200 200 200 200 200",

	"GET /api/v1/programmes":        "401 200 200 200 200 200 200 200 200",
	"GET /api/v1/programmes/:code":  "401 200 200 200 200 200 200 200 200",
	"GET /drafts/new":               "303 200 200 403 403 403 403 403 403",
	"POST /drafts/new":              "401 422 422 403 403 403 403 403 403",
	"GET /drafts/:id":               "303 200 200 403 403 403 403 403 403",
	"GET /drafts/:id/text":          "303 200 200 403 403 403 403 403 403",
	"POST /drafts/:id/check":        "401 400 400 403 403 403 403 403 403", // without the version
	"POST /drafts/:id/discard":      "401 400 400 403 403 403 403 403 403",
	"POST /drafts/:id/publish":      "401 403 400 403 403 403 403 403 403",
	"GET /offers/:code/:version":    "303 404 404 403 403 403 403 403 403",
	"POST /offers/:code/:version":   "401 404 404 403 403 403 403 403 403",
	"GET /api/v1/drafts":            "401 200 200 403 403 403 403 403 403",
	"GET /api/v1/drafts/:id":        "401 200 200 403 403 403 403 403 403",
	"GET /api/v1/drafts/:id/impact": "401 403 200 403 403 403 403 403 403",

	"POST /account/tokens/:id/revoke": "401 404 404 404 404 404 404 404 404",

	"GET /dealerships/:code/report/:kind":  "303 403 403 403 403 403 200 404 403",
	"POST /dealerships/:code/report/:kind": "401 403 403 403 403 403 422 404 403",
	"GET /claims":                          "303 403 403 403 403 403 200 200 403",
	"GET /claims/:id":                      "303 403 403 403 403 403 200 404 403",
	"POST /claims/:id":                     "401 403 403 403 403 403 400 404 403", // without the version
	"POST /claims/:id/withdraw":            "401 403 403 403 403 403 400 400 403",
	"GET /reviews":                         "303 403 200 200 200 403 403 403 200",
	"GET /reviews/:id":                     "303 403 200 200 404 403 403 403 404",
	"POST /reviews/:id":                    "401 403 400 400 400 403 403 403 400",

	"GET /proposals/:id":                  "303 403 200 200 404 403 403 403 404",
	"POST /proposals/:id":                 "401 403 400 400 400 403 403 403 400", // without the version
	"GET /api/v1/proposals":               "401 403 200 200 200 403 403 403 200",
	"GET /api/v1/proposals/:id":           "401 403 200 200 404 403 403 403 404",
	"POST /api/v1/proposals/:id/confirm":  "401 403 412 412 404 403 403 403 404",
	"POST /api/v1/proposals/:id/decline":  "401 403 412 412 404 403 403 403 404",
	"POST /api/v1/proposals/:id/withdraw": "401 403 412 412 404 403 403 403 404",

	"GET /dealerships":      "303 403 200 200 200 200 200 200 200",
	"GET /dealerships/new":  "303 403 200 200 200 403 403 403 200",
	"POST /dealerships/new": "401 403 422 422 422 403 403 403 422",

	"GET /dealerships/:code":          "303 403 200 200 404 200 200 404 404",
	"GET /dealerships/:code/timeline": "303 403 200 200 404 200 200 404 404",
	"GET /dealerships/:code/history":  "303 403 200 200 404 200 200 404 404",
	"GET /dealerships/:code/rights":   "303 403 200 200 404 200 200 404 404",
	"GET /models/:code":               "303 403 200 200 200 200 200 200 200",
	"GET /models/:code/export":        "303 403 200 200 200 200 200 200 200",
	"GET /api/v1/rights":              "401 403 200 200 200 200 200 200 200",
	"GET /dealerships/:code/edit":     "303 403 200 200 404 403 403 403 404",
	"POST /dealerships/:code/edit":    "401 403 422 422 404 403 403 403 404",
	"GET /dealerships/:code/move":     "303 403 200 200 404 403 403 403 404",
	"POST /dealerships/:code/move":    "401 403 422 422 404 403 403 403 404",
	"GET /dealerships/:code/close":    "303 403 200 200 404 403 403 403 404",
	"POST /dealerships/:code/close":   "401 403 422 422 404 403 403 403 404",

	"GET /dealerships/:code/decisions/new":             "303 403 200 200 404 403 403 403 404",
	"POST /dealerships/:code/decisions/new":            "401 403 422 422 404 403 403 403 404",
	"GET /dealerships/:code/decisions/:chain/correct":  "303 403 200 200 404 403 403 403 404",
	"POST /dealerships/:code/decisions/:chain/correct": "401 403 422 422 404 403 403 403 404",
	"GET /dealerships/:code/employments/:chain/end":    "303 403 200 200 404 403 403 403 404",
	"POST /dealerships/:code/employments/:chain/end":   "401 403 422 422 404 403 403 403 404",
	"GET /dealerships/:code/modules/:module":           "303 403 200 200 404 403 403 403 404",
	"POST /dealerships/:code/modules/:module":          "401 403 422 422 404 403 403 403 404",
	"GET /dealerships/:code/facts/:kind/:chain/void":   "303 403 200 200 404 403 403 404 404",
	"POST /dealerships/:code/facts/:kind/:chain/void":  "401 403 422 422 404 403 403 404 404",

	"GET /dealerships/:code/promises/new":            "303 403 200 200 404 403 200 404 404",
	"POST /dealerships/:code/promises/new":           "401 403 422 422 404 403 422 404 404",
	"POST /dealerships/:code/promises/:promise/tick": "401 403 303 303 404 403 303 404 404",
	"GET /contacts":                                    "303 403 200 200 200 403 403 403 200",
	"GET /contacts/:place/:key":                        "303 403 200 403 404 403 403 403 404",
	"POST /contacts/:place/:key":                       "401 403 412 403 404 403 403 403 404",
	"GET /dealerships/:code/contacts/new":              "303 403 200 200 404 403 200 404 404",
	"POST /dealerships/:code/contacts/new":             "401 403 422 422 404 403 422 404 404",
	"GET /dealerships/:code/contacts/:contact":         "303 403 200 200 404 403 200 404 404",
	"POST /dealerships/:code/contacts/:contact":        "401 403 422 422 404 403 422 404 404",
	"GET /dealerships/:code/contacts/:contact/remove":  "303 403 200 200 404 403 200 404 404",
	"POST /dealerships/:code/contacts/:contact/remove": "401 403 422 422 404 403 422 404 404",

	"GET /changes":         "303 403 200 200 200 200 200 200 200",
	"GET /api/v1/changes":  "401 403 200 200 200 200 200 200 200",
	"GET /forecast/export": "303 403 200 200 200 200 200 200 200",
	"GET /forecast":        "303 403 200 200 200 200 200 200 200",
	"GET /api/v1/forecast": "401 403 200 200 200 200 200 200 200",

	"GET /snapshots":            "303 403 200 200 200 200 200 200 200",
	"GET /snapshots/new":        "303 403 200 200 200 403 403 403 200",
	"POST /snapshots/new":       "401 403 422 422 422 403 403 403 403",
	"GET /snapshots/:id":        "303 403 200 200 404 200 404 404 404",
	"GET /snapshots/:id/text":   "303 403 200 200 404 200 404 404 404",
	"GET /api/v1/snapshots":     "401 403 200 200 200 200 200 200 200",
	"POST /api/v1/snapshots":    "401 403 422 422 422 403 403 403 403",
	"GET /api/v1/snapshots/:id": "401 403 200 200 404 200 404 404 404",

	"GET /imports":              "303 403 200 200 200 403 403 403 200",
	"POST /imports":             "401 403 422 422 422 403 403 403 422",
	"GET /imports/:file":        "303 403 404 404 404 403 403 403 404",
	"POST /imports/:file":       "401 403 404 404 404 403 403 403 404",
	"GET /imports/:file/errors": "303 403 404 404 404 403 403 403 404",
	"GET /exports/:kind":        "303 403 200 200 200 403 200 200 200",
	"GET /templates/:kind":      "303 403 200 200 200 403 403 403 200",

	"GET /api/v1/openapi.json":               "200 200 200 200 200 200 200 200 200",
	"GET /api/v1/summary":                    "401 403 200 200 200 200 200 200 200",
	"GET /api/v1/dealerships":                "401 403 200 200 200 200 200 200 200",
	"GET /api/v1/dealerships/:code":          "401 403 200 200 404 200 200 404 404",
	"GET /api/v1/dealerships/:code/timeline": "401 403 200 200 404 200 200 404 404",

	"GET /api/v1/dealerships/:code/modules/:module":   "401 403 200 200 404 200 200 404 404",
	"PUT /api/v1/dealerships/:code/modules/:module":   "401 403 412 412 404 403 403 403 404",
	"PATCH /api/v1/dealerships/:code/modules/:module": "401 403 412 412 404 403 412 404 404",

	"POST /api/v1/imports": "401 403 415 415 415 403 403 403 415",

	"GET /api/v1/claims":               "401 403 200 200 200 403 200 200 200",
	"POST /api/v1/claims":              "401 403 403 403 403 403 422 422 403",
	"GET /api/v1/claims/:id":           "401 403 200 200 404 403 200 404 404",
	"PATCH /api/v1/claims/:id":         "401 403 403 403 403 403 412 404 403",
	"POST /api/v1/claims/:id/withdraw": "401 403 403 403 403 403 412 404 403",
	"POST /api/v1/claims/:id/accept":   "401 403 412 412 404 403 403 403 404",
	"POST /api/v1/claims/:id/return":   "401 403 412 412 404 403 403 403 404",
	"POST /api/v1/claims/:id/reject":   "401 403 412 412 404 403 403 403 404",

	"GET /api/v1/decisions":           "401 403 200 200 200 200 200 200 200",
	"POST /api/v1/decisions":          "401 403 422 422 422 403 403 403 422",
	"GET /api/v1/decisions/:id":       "401 403 200 200 404 200 200 404 404",
	"PATCH /api/v1/decisions/:id":     "401 403 412 412 404 403 403 403 404",
	"POST /api/v1/decisions/:id/void": "401 403 412 412 404 403 403 403 404",

	"GET /training":                           "303 403 200 200 200 200 200 200 200",
	"GET /training/new":                       "303 403 200 403 403 403 403 403 403",
	"POST /training/new":                      "401 403 422 403 403 403 403 403 403",
	"GET /training/:session":                  "303 403 200 200 200 200 200 200 404",
	"GET /training/:session/edit":             "303 403 200 403 403 403 403 403 403",
	"POST /training/:session/edit":            "401 403 422 403 403 403 403 403 403",
	"GET /training/:session/cancel":           "303 403 200 403 403 403 403 403 403",
	"POST /training/:session/cancel":          "401 403 422 403 403 403 403 403 403",
	"GET /training/:session/results":          "303 403 200 403 403 403 403 403 403",
	"POST /training/:session/results":         "401 403 422 403 403 403 403 403 403",
	"GET /training/:session/book":             "303 403 200 200 404 403 200 404 404",
	"POST /training/:session/book":            "401 403 422 422 404 403 422 404 404",
	"GET /training/bookings":                  "303 403 200 200 200 403 200 200 200",
	"GET /training/coverage":                  "303 403 200 200 200 200 200 200 200",
	"POST /training/bookings/:booking/cancel": "401 403 412 412 404 403 412 404 404", // without the version
	"GET /training/bookings/:booking/undo":    "303 403 200 403 403 403 403 403 403",
	"POST /training/bookings/:booking/undo":   "401 403 422 403 403 403 403 403 403",
	"GET /api/v1/courses":                     "401 403 200 200 200 200 200 200 200",
	"GET /api/v1/sessions":                    "401 403 200 200 200 200 200 200 200",
	"POST /api/v1/sessions":                   "401 403 422 403 403 403 403 403 403",
	"GET /api/v1/sessions/:session":           "401 403 200 200 200 200 200 200 404",
	"PATCH /api/v1/sessions/:session":         "401 403 412 403 403 403 403 403 403",
	"POST /api/v1/sessions/:session/cancel":   "401 403 412 403 403 403 403 403 403",
	"POST /api/v1/sessions/:session/bookings": "401 403 422 422 422 403 422 422 404",
	"GET /api/v1/bookings/:booking":           "401 403 200 200 404 403 200 404 404",
	"POST /api/v1/bookings/:booking/cancel":   "401 403 412 412 404 403 412 404 404",
	"POST /api/v1/bookings/:booking/result":   "401 403 412 403 403 403 403 403 403",
	"POST /api/v1/bookings/:booking/undo":     "401 403 412 403 403 403 403 403 403",
	"GET /api/v1/training/coverage":           "401 403 200 200 200 200 200 200 200",

	"GET /dealerships/:code/what-if":        "303 403 200 200 404 403 200 404 404",
	"GET /api/v1/dealerships/:code/what-if": "401 403 200 200 404 403 200 404 404",
	"GET /training/needs":                   "303 403 200 200 200 403 200 200 200",
	"GET /api/v1/training/needs":            "401 403 200 200 200 403 200 200 200",

	"GET /dealerships/:code/life":            "303 403 200 200 404 200 200 404 404",
	"GET /dealerships/:code/life/:fact/new":  "303 403 200 200 404 403 403 403 404",
	"POST /dealerships/:code/life/:fact/new": "401 403 422 422 404 403 403 403 404",

	"GET /forecast/bridges":        "303 403 200 200 200 403 200 200 200",
	"GET /api/v1/forecast/bridges": "401 403 200 200 200 403 200 200 200",
	"GET /people/borrowed":         "303 403 200 403 403 403 403 403 403",

	"GET /matrix":                                       "303 403 200 200 200 403 200 200 200",
	"GET /people/new":                                   "303 403 200 200 200 403 403 403 200",
	"POST /people/new":                                  "401 403 422 422 422 403 403 403 422",
	"GET /people/:staff_no/edit":                        "303 403 200 200 404 403 403 403 404",
	"POST /people/:staff_no/edit":                       "401 403 422 422 404 403 403 403 404",
	"GET /people/:staff_no/employments/new":             "303 403 200 200 404 403 403 403 404",
	"POST /people/:staff_no/employments/new":            "401 403 422 422 404 403 403 403 404",
	"GET /people/:staff_no/leaves/new":                  "303 403 200 200 404 403 403 403 404",
	"POST /people/:staff_no/leaves/new":                 "401 403 422 422 404 403 403 403 404",
	"GET /people/:staff_no/qualifications/new":          "303 403 200 200 404 403 403 403 404",
	"POST /people/:staff_no/qualifications/new":         "401 403 422 422 404 403 403 403 404",
	"GET /people/:staff_no/reviews/new":                 "303 403 200 200 404 403 403 403 404",
	"POST /people/:staff_no/reviews/new":                "401 403 422 422 404 403 403 403 404",
	"GET /people/:staff_no/facts/:kind/:chain/correct":  "303 403 200 200 404 403 403 403 404",
	"POST /people/:staff_no/facts/:kind/:chain/correct": "401 403 422 422 404 403 403 403 404",
	"GET /people/:staff_no/facts/:kind/:chain/void":     "303 403 200 200 404 403 403 403 404",
	"POST /people/:staff_no/facts/:kind/:chain/void":    "401 403 422 422 404 403 403 403 404",
	"GET /people":                   "303 403 200 200 200 403 200 200 200",
	"GET /people/:staff_no":         "303 403 200 200 404 403 200 404 404",
	"GET /people/:staff_no/history": "303 403 200 200 404 403 200 404 404",
	"GET /api/v1/people":            "401 403 200 200 200 403 200 200 200",
	"GET /api/v1/people/:staff_no":  "401 403 200 200 404 403 200 404 404",
	"GET /api/v1/qualifications":    "401 403 200 200 200 403 200 200 200",
}

// staffNo is somebody who works at apptest.TwoOnly.
const staffNo = "T20"

// named fills a dealership and a person into an address.
func named(path, code, person string) string {
	return strings.NewReplacer(":code", code, ":staff_no", person).Replace(path)
}

// ids fills the parameters of addresses with what is at apptest.TwoOnly.
func (s *site) ids() *strings.Replacer {
	s.t.Helper()
	view, err := s.net.Dealership(s.t.Context(), tracker.Operator, apptest.TwoOnly, s.net.Today())
	if err != nil {
		s.t.Fatal(err)
	}
	claim, err := s.net.SubmitClaim(s.t.Context(), s.net.Actor(s.t, "dealer-30002"), apptest.TwoOnly,
		app.ClaimForm{Kind: "live", Module: "DGU-05", LiveOn: "2026-11-20"})
	if err != nil {
		s.t.Fatal(err)
	}
	waits := app.WaitsFor(s.net.RecordDecision(s.t.Context(), s.net.Actor(s.t, "regional-east"), apptest.TwoOnly,
		app.DecisionForm{Programme: "bmw-i", Decision: "suspend", EffectiveOn: "2026-11-20"}))
	if waits == nil {
		s.t.Fatal("a region's decision does not wait for headquarters")
	}
	employment, decision := string(view.People[0].Employment.Chain), string(view.Decisions[0].Chain)
	permit := string(view.People[0].Clocks[0].Qualification.Chain)
	promise := app.PromiseForm{Programme: "bmw-i", LostOn: "2028-01-01", PromisedOn: "2027-12-01", Note: "renewal is prepared"}
	if err := s.net.MakePromise(s.t.Context(), s.net.Actor(s.t, "network"), apptest.TwoOnly, promise); err != nil {
		s.t.Fatal(err)
	}
	promised, err := s.net.Promises(s.t.Context(), tracker.Operator, apptest.TwoOnly)
	if err != nil {
		s.t.Fatal(err)
	}
	session, booking := s.seated(staffNo)
	draft, err := s.net.UploadDraft(s.t.Context(), s.net.Actor(s.t, "admin"), "pack.yaml", []byte(apptest.Tenth("2026-12-01")))
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.net.CheckImpact(s.t.Context(), tracker.Operator, draft.ID, draft.Version, nil); err != nil {
		s.t.Fatal(err)
	}
	kept, err := s.net.MakeSnapshot(s.t.Context(), tracker.Operator, app.SnapshotForm{
		Question: "figures", NameEn: "Autumn", NameZh: "秋季", On: "2026-11-20", Regions: []string{"east"},
	}, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.NewReplacer(
		"snapshots/:id", "snapshots/"+kept.ID,
		":session/bookings", session+"/bookings", ":session/book", session+"/book?dealership=:code", ":session", session, ":booking", booking,
		"drafts/:id", "drafts/"+draft.ID, "offers/:code/:version", "offers/none/1",
		":staff_no/facts/:kind/:chain", ":staff_no/facts/qualification/"+permit, "reviews/new", "reviews/new?qualification="+permit,
		"employments/:chain", "employments/"+employment, "decisions/:chain", "decisions/"+decision,
		"life/:fact", "life/event", "facts/:kind/:chain", "facts/decision/"+decision, ":module", "DGU-01", "programmes/:code", "programmes/bmw-i",
		"exports/:kind", "exports/people", "templates/:kind", "templates/people", "report/:kind", "report/leaver", "claims/:id", "claims/"+string(claim.ID), "reviews/:id", "reviews/"+string(claim.ID),
		"report/:kind", "report/leaver", "claims/:id", "claims/"+string(claim.ID), "reviews/:id", "reviews/"+string(claim.ID),
		"/models/:code", "/models/iX", "/api/v1/rights", "/api/v1/rights?model=iX", ":contact", apptest.ContactID, ":promise", promised[0].ID, ":place/:key", "region/east",
		"tokens/:id", "tokens/00000000-0000-7000-8000-000000000000",
		"v1/decisions/:id", "v1/decisions/"+decision, "proposals/:id", "proposals/"+string(waits.ID),
	)
}

// everybody signs each of the visitors in and gives the tokens of their sessions.
func (s *site) everybody() (browsers map[string]*http.Client, tokens map[string]string) {
	s.t.Helper()
	dealer := app.NewAccount{Login: "dealer-30001", Role: "dealer", Password: app.DemoPassword, Dealerships: []string{apptest.Healthy}}
	if err := s.net.AddAccount(s.t.Context(), tracker.Operator, dealer); err != nil {
		s.t.Fatal(err)
	}
	browsers, tokens = map[string]*http.Client{}, map[string]string{}
	for _, login := range visitors {
		browsers[login] = s.as(login)
		if _, page := s.get(browsers[login], "/account"); login != "" {
			found := tokenField.FindStringSubmatch(page)
			if found == nil {
				s.t.Fatalf("%s has no form token", login)
			}
			tokens[login] = found[1]
		}
	}
	return browsers, tokens
}

// ask sends what a route asks for, and nothing more.
func (s *site) ask(client *http.Client, token, method, path string) (status int, body string) {
	s.t.Helper()
	if strings.HasPrefix(path, "/api/") && method != http.MethodGet {
		got := s.call(client, method, path, "{}", "X-CSRF-Token", token, "If-Match", `"of another version"`)
		return got.status, got.body
	}
	if method == http.MethodPost {
		status, body, _ = s.post(client, path, url.Values{"csrf": {token}})
		return status, body
	}
	return s.get(client, path)
}

func TestEveryRouteForEveryRole(t *testing.T) {
	s := newSite(t)
	browsers, tokens := s.everybody()
	ids := s.ids()
	routes := s.server.Routes()
	slices.SortStableFunc(routes, func(a, b server.Route) int { return strings.Compare(a.Method+a.Path, b.Method+b.Path) })
	for _, r := range routes {
		name := r.Method + " " + r.Path
		row := strings.Fields(matrix[name])
		if len(row) != len(visitors) {
			t.Errorf("%s has no row of %d answers in the matrix", name, len(visitors))
			continue
		}
		if r.Path == "/login" && r.Method == http.MethodPost || r.Path == "/logout" {
			continue // asked last: they end sessions
		}
		for i, login := range visitors {
			path := named(ids.Replace(r.Path), apptest.TwoOnly, staffNo)
			status, body := s.ask(browsers[login], tokens[login], r.Method, path)
			if want := row[i]; strconv.Itoa(status) != want {
				t.Errorf("%s as %q: %d, want %s: %s", name, login, status, want, main(body))
			}
			missing := named(ids.Replace(r.Path), "99999", "T99")
			if missing == path {
				continue
			}
			unknown, other := s.ask(browsers[login], tokens[login], r.Method, missing)
			want := row[i]
			if want == "200" || want == "422" || want == "303" && login != "" || want == "412" || strings.Contains(r.Path, ":code/facts/:kind") && want == "403" && login != "admin" {
				want = "404"
			}
			if strconv.Itoa(unknown) != want {
				t.Errorf("%s as %q, of what is missing: %d, want %s", name, login, unknown, want)
			}
			if status == http.StatusNotFound && anonymous(body, apptest.TwoOnly, staffNo) != anonymous(other, "99999", "T99") {
				t.Errorf("%s as %q tells what is foreign from what is missing:\n%s\n%s", name, login, main(body), main(other))
			}
		}
	}
	for name := range matrix {
		method, path, _ := strings.Cut(name, " ")
		if !slices.Contains(routes, server.Route{Method: method, Path: path}) {
			t.Errorf("the matrix has a row for %s, which is no route", name)
		}
	}
	for i, login := range visitors {
		for _, path := range []string{"/logout", "/login"} {
			status, body := s.ask(browsers[login], tokens[login], http.MethodPost, path)
			if want := strings.Fields(matrix["POST "+path])[i]; strconv.Itoa(status) != want {
				t.Errorf("POST %s as %q: %d, want %s: %s", path, login, status, want, main(body))
			}
		}
		if status, _ := s.get(browsers[login], "/account"); status != http.StatusSeeOther {
			t.Errorf("%q is still signed in after signing out: %d", login, status)
		}
	}
}

var uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// anonymous leaves out of an answer the code or the staff number that was asked for, and the id of the request.
func anonymous(body, code, staffNo string) string {
	return strings.NewReplacer(code, "CODE", staffNo, "STAFF").Replace(uuid.ReplaceAllString(body, "REQUEST"))
}

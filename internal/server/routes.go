package server

import (
	"net/http"
	"slices"

	"dealercert/internal/tracker"
)

// route is one address: who may come here, which parameters it knows, and what answers.
type route struct {
	method   string
	path     string
	action   tracker.Action // that the role must allow; the use case asks again
	open     bool           // without being signed in
	query    []string       // parameters beside on and lang
	anyQuery bool           // parameters are not looked at
	anyDay   bool           // the form may be sent while another day is shown
	upload   bool           // a file may come with the form
	handle   func(*visit) error
}

// listQuery are the parameters of a list of dealerships.
var listQuery = []string{
	"q", "dealership", "region", "group", "province", "city", "programme", "state", "health", "expires_before", "ends_before",
	"loss", "staffing", "fails", "sort", "page", "per_page",
}

// routeTable lists every address of the product but for health and static files.
func (s *Server) routeTable() []route {
	get, post := http.MethodGet, http.MethodPost
	const (
		see, maintain, record, decide = tracker.SeeDealerships, tracker.MaintainDealerships, tracker.RecordFacts, tracker.ProposeDecisions
		one                           = "/dealerships/:code"
	)
	return slices.Concat([]route{
		{method: get, path: "/login", open: true, query: []string{"next"}, handle: showSignIn},
		{method: post, path: "/login", open: true, query: []string{"next"}, anyDay: true, handle: signIn},
		{method: post, path: "/logout", anyDay: true, anyQuery: true, handle: signOut},
		{method: get, path: "/", query: []string{"days", "region", "dealership"}, handle: showHome},

		{method: get, path: "/dealerships", action: see, query: listQuery, handle: listDealerships},
		{method: get, path: "/dealerships/new", action: maintain, handle: newDealership},
		{method: post, path: "/dealerships/new", action: maintain, handle: createDealership},
		{method: get, path: one, action: see, handle: showDealership},
		{method: get, path: one + "/timeline", action: see, query: []string{"programme"}, handle: showTimeline},
		{method: get, path: one + "/history", action: see, handle: showHistory},
		{method: get, path: one + "/edit", action: maintain, handle: editDealership},
		{method: post, path: one + "/edit", action: maintain, handle: editDealership},
		{method: get, path: one + "/move", action: maintain, handle: moveDealership},
		{method: post, path: one + "/move", action: maintain, handle: moveDealership},
		{method: get, path: one + "/close", action: maintain, handle: closeDealership},
		{method: post, path: one + "/close", action: maintain, handle: closeDealership},
		{method: get, path: one + "/decisions/new", action: decide, query: []string{"programme", "model"}, handle: recordDecision},
		{method: post, path: one + "/decisions/new", action: decide, query: []string{"programme", "model"}, handle: recordDecision},
		{method: get, path: one + "/decisions/:chain/correct", action: decide, handle: correctDecision},
		{method: post, path: one + "/decisions/:chain/correct", action: decide, handle: correctDecision},
		{method: get, path: one + "/employments/:chain/end", action: record, handle: endEmployment},
		{method: post, path: one + "/employments/:chain/end", action: record, handle: endEmployment},
		{method: get, path: one + "/modules/:module", action: record, handle: setModule},
		{method: post, path: one + "/modules/:module", action: record, handle: setModule},
		{method: get, path: one + "/facts/:kind/:chain/void", action: see, handle: voidFact},
		{method: post, path: one + "/facts/:kind/:chain/void", action: see, handle: voidFact},

		{method: get, path: "/help", handle: showHelp},
		{method: get, path: "/account", handle: showAccount},
		{method: post, path: "/account/language", anyDay: true, handle: chooseLanguage},
		{method: post, path: "/account/password", anyDay: true, handle: changePassword},
		{method: post, path: "/account/tokens", anyDay: true, handle: makeToken},
		{method: post, path: "/account/tokens/:id/revoke", anyDay: true, handle: revokeToken},
	},
		apiRoutes(),
		decisionRoutes(),
		claimRoutes(),
		forecastRoutes(),
		peopleRoutes(),
		ladderRoutes(),
		whatIfRoutes(),
		lifeRoutes(),
		proposalRoutes(),
		proposalAPIRoutes(),
		reportRoutes(),
		reviewRoutes(),
		importRoutes(),
		contactRoutes(),
		trainingRoutes(),
		programmeRoutes(),
		draftRoutes(),
		rightRoutes(),
		modelRoutes(),
		snapshotRoutes(),
	)
}

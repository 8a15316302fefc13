package server

import (
	"net/http"
	"slices"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// ladderRoutes lists the addresses of what follows from people's ladders all over the scope.
func ladderRoutes() []route {
	const see = tracker.SeePeople
	query := []string{"until", "region", "group", "dealership", "type", "generation", "page", "per_page"}
	return []route{
		{method: http.MethodGet, path: "/forecast/bridges", action: see, query: query, handle: listBridges},
		{method: http.MethodGet, path: "/api/v1/forecast/bridges", action: see, query: query, handle: apiBridges},
		{method: http.MethodGet, path: "/people/borrowed", action: see, handle: listBorrowed},
	}
}

// WholeNetwork tells whether the reader sees everybody of the network with all they did.
func (b BasePage) WholeNetwork() bool { return b.Actor.Scope.All && b.Actor.WholeRecords() }

// bridgeHorizons are the numbers of days that the list of bridges offers at a click; the first one is shown unasked.
var bridgeHorizons = []int{90, 180, 365}

type bridgesPage struct {
	BasePage
	app.BridgePage
	Query     app.BridgesQuery
	Rows      []bridgeView
	Directory app.Directory
	Chips     []chip
	Horizons  []int
	Days      int // when the period is one of the horizons
	First     int
	Last      int
}

// bridgeView is a bridge that closes, in words.
type bridgeView struct {
	app.BridgeLine
	View  rungView
	Needs []string // what must be there first
	Left  int      // days from the day shown through the last one
	Near  bool
}

// nearDays is how many days ahead the end of a bridge is shown as near.
const nearDays = 30

// EndOf gives the last of so many days from the day shown on.
func (p bridgesPage) EndOf(days int) tracker.Date { return p.On.Add(days) }

// findBridges reads a list's parameters and gives the page that they ask for, for the page and the API alike.
func (v *visit) findBridges() (q app.BridgesQuery, page app.BridgePage, err error) {
	people, err := v.personQuery()
	if err != nil {
		return q, page, err
	}
	q = app.BridgesQuery{
		On: v.on, Regions: people.Regions, Groups: people.Groups, Dealerships: people.Dealerships, Types: people.Types,
		Generations: people.Generations, Page: people.Page, PerPage: people.PerPage,
	}
	if slices.Contains(people.Skills, tracker.SkillNEV) { // that is no type of certificate
		return q, page, badValue("type", string(tracker.SkillNEV))
	}
	if q.Until, err = v.day("until"); err != nil {
		return q, page, err
	}
	if q.Until == 0 {
		q.Until = v.on.Add(bridgeHorizons[0])
	}
	page, err = v.server.app.Bridges(v.Request.Context(), v.actor, q)
	return q, page, err
}

func listBridges(v *visit) error {
	query, found, err := v.findBridges()
	if err != nil {
		return err
	}
	page := bridgesPage{
		BasePage: v.base(v.say("bridges.title"), "forecast"), BridgePage: found, Query: query, Horizons: bridgeHorizons,
		First: (found.Page-1)*found.PerPage + 1, Last: (found.Page-1)*found.PerPage + len(found.Rows),
	}
	if days := int(query.Until - v.on); slices.Contains(bridgeHorizons, days) {
		page.Days = days
	}
	if page.Directory, err = v.server.app.Directory(v.Request.Context()); err != nil {
		return err
	}
	rules, err := v.server.app.Rulebook(v.Request.Context())
	if err != nil {
		return err
	}
	for _, row := range found.Rows {
		left := int(row.Rung.Bridge.Until - v.on)
		view := bridgeView{BridgeLine: row, View: v.rungView(row.Rung), Left: left, Near: left < nearDays}
		for _, m := range row.Rung.Missing {
			view.Needs = append(view.Needs, v.missing(m))
		}
		page.Rows = append(page.Rows, view)
	}
	page.Chips = v.personChips(page.BasePage, page.Directory, rules.QualificationTypes(v.on))
	return v.show("bridges", page)
}

// bridgeJSON is a bridge that closes: from a generation to the next one, through its last day.
type bridgeJSON struct {
	StaffNo       string                    `json:"staff_no"`
	Name          string                    `json:"name"`
	Dealership    string                    `json:"dealership"`
	Type          tracker.QualificationCode `json:"type"`
	From          tracker.Generation        `json:"from" doc:"The generation held."`
	Generation    tracker.Generation        `json:"generation" doc:"The generation to which the bridge leads."`
	Until         tracker.Date              `json:"until" doc:"The last day on which the bridge is open."`
	BridgeHours   int                       `json:"bridge_hours" doc:"Web-based training, while it is open."`
	ClassroomDays int                       `json:"classroom_days" doc:"The whole course, once it is missed."`
	Missing       []missingJSON             `json:"missing"`
}

func apiBridges(v *visit) error {
	_, page, err := v.findBridges()
	if err != nil {
		return err
	}
	out := list[bridgeJSON]{Items: []bridgeJSON{}, Total: page.Total, Page: page.Page, PerPage: page.PerPage}
	for _, row := range page.Rows {
		out.Items = append(out.Items, bridgeJSON{
			StaffNo: row.StaffNo, Name: row.Name, Dealership: row.At.Code, Type: row.Rung.Type.Code, From: row.Rung.Bridge.From,
			Generation: row.Rung.Generation, Until: row.Rung.Bridge.Until, BridgeHours: row.Rung.Type.BridgeHours,
			ClassroomDays: row.Rung.Type.ClassroomDays, Missing: missingOf(row.Rung.Missing),
		})
	}
	v.JSON(http.StatusOK, out)
	return nil
}

type borrowedPage struct {
	BasePage
	app.Borrowed
	Names []string // of the numbers' types
	Spans []string // of the overlaps
}

func listBorrowed(v *visit) error {
	found, err := v.server.app.Borrowed(v.Request.Context(), v.actor, v.on)
	if err != nil {
		return err
	}
	page := borrowedPage{BasePage: v.base(v.say("borrowed.title"), "people"), Borrowed: found}
	for _, n := range found.Numbers {
		page.Names = append(page.Names, v.qualificationName(n.Type, ""))
	}
	for _, o := range found.Overlaps {
		page.Spans = append(page.Spans, v.when(o.Period))
	}
	return v.show("borrowed", page)
}

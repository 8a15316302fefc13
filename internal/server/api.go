package server

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// apiRoutes lists the addresses of the API that have no page file of their own.
func apiRoutes() []route {
	const (
		see    = tracker.SeeDealerships
		get    = http.MethodGet
		one    = "/api/v1/dealerships/:code"
		module = one + "/modules/:module"
	)
	return []route{
		{method: get, path: "/api/v1/openapi.json", open: true, handle: apiDescription},
		{method: get, path: "/api/v1/summary", action: tracker.SeeFigures, query: []string{"region"}, handle: apiSummary},
		{method: get, path: "/api/v1/dealerships", action: see, query: listQuery, handle: apiDealerships},
		{method: get, path: one, action: see, handle: apiDealership},
		{method: get, path: one + "/timeline", action: see, query: []string{"programme"}, handle: apiTimeline},
		{method: get, path: module, action: see, handle: apiModule},
		{method: http.MethodPut, path: module, action: tracker.RecordFacts, handle: apiSetModule},
		{method: http.MethodPatch, path: module, handle: apiSetModule}, // a dealership's change is a claim
		{method: http.MethodPost, path: "/api/v1/imports", action: tracker.ImportData, query: importQuery, upload: true, handle: apiImport},
	}
}

// list is a page of items.
type list[T any] struct {
	Items   []T `json:"items"`
	Total   int `json:"total"`
	Page    int `json:"page"`
	PerPage int `json:"per_page"`
}

// dealershipJSON is a dealership in the columns of import, with its standings of the day.
type dealershipJSON struct {
	Code         string                                 `json:"code"`
	NameZh       string                                 `json:"name_zh"`
	NameEn       string                                 `json:"name_en"`
	Group        *string                                `json:"group"`
	Region       *string                                `json:"region"`
	Zone         *string                                `json:"zone"`
	Province     string                                 `json:"province"`
	City         string                                 `json:"city"`
	Address      string                                 `json:"address"`
	Phone        string                                 `json:"phone"`
	ServicePhone string                                 `json:"service_phone"`
	Lat          *float64                               `json:"lat"`
	Lng          *float64                               `json:"lng"`
	Brands       string                                 `json:"brands"`
	Format       string                                 `json:"format"`
	OpenedOn     tracker.Date                           `json:"opened_on"`
	ClosedOn     tracker.Date                           `json:"closed_on"`
	Technicians  int                                    `json:"technicians"`
	NEVQualified int                                    `json:"nev_qualified"`
	Standings    map[tracker.ProgrammeCode]standingJSON `json:"standings"`
}

// standingJSON is a standing on a day. Until is its last day, Next what follows; lights are null where there are none.
type standingJSON struct {
	State      tracker.State  `json:"state"`
	Law        *tracker.Light `json:"law"`
	Brand      *tracker.Light `json:"brand"`
	Health     *tracker.Light `json:"health"`
	ValidUntil tracker.Date   `json:"valid_until"`
	Until      tracker.Date   `json:"until"`
	Next       *nextJSON      `json:"next"`
}

type nextJSON struct {
	On     tracker.Date   `json:"on"`
	State  tracker.State  `json:"state"`
	Health *tracker.Light `json:"health"`
}

// lightOrNull gives a light, nil for none.
func lightOrNull(l tracker.Light) *tracker.Light {
	if l == "" {
		return nil
	}
	return &l
}

func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func apiSummary(v *visit) error {
	ctx := v.Request.Context()
	directory, err := v.server.app.Directory(ctx)
	if err != nil {
		return err
	}
	query := app.SummaryQuery{On: v.on}
	if query.Regions, err = v.regions(directory); err != nil {
		return err
	}
	summary, err := v.server.app.Summary(ctx, v.actor, query)
	if err != nil {
		return err
	}
	return v.unlessKnown(summary, summary.Figures())
}

// unlessKnown answers with a value, or with 304 when the client has one that says the same. The tag is made from what says
// so: the figures without the moment at which they were read.
func (v *visit) unlessKnown(value, says any) error {
	text, err := json.Marshal(says)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	v.Header("ETag", tag)
	if v.GetHeader("If-None-Match") == tag {
		v.Status(http.StatusNotModified)
		return nil
	}
	v.JSON(http.StatusOK, value)
	return nil
}

func apiDealerships(v *visit) error {
	directory, _, page, err := v.findDealerships()
	if err != nil {
		return err
	}
	out := list[dealershipJSON]{Items: []dealershipJSON{}, Total: page.Total, Page: page.Page, PerPage: page.PerPage}
	for _, row := range page.Rows {
		out.Items = append(out.Items, dealershipOf(row, directory))
	}
	v.JSON(http.StatusOK, out)
	return nil
}

func apiDealership(v *visit) error {
	ctx := v.Request.Context()
	directory, err := v.server.app.Directory(ctx)
	if err != nil {
		return err
	}
	row, err := v.server.app.DealershipRow(ctx, v.actor, v.Param("code"), v.on)
	if err != nil {
		return err
	}
	return v.one(dealershipOf(row, directory))
}

func dealershipOf(row app.DealershipRow, d app.Directory) dealershipJSON {
	out := dealershipJSON{
		Code: row.Code, NameZh: row.NameZh, NameEn: row.NameEn, Group: textOrNull(d.Groups[row.Place.Group].Code),
		Region: textOrNull(d.Regions[row.Place.Region].Code), Zone: textOrNull(d.Zones[row.Place.Zone].Code),
		Province: row.Province, City: row.City, Address: row.Address, Phone: row.Phone, ServicePhone: row.ServicePhone,
		Lat: row.Lat, Lng: row.Lng, Brands: app.JoinBrands(row.Brands), Format: string(row.Format), OpenedOn: row.OpenedOn,
		ClosedOn: row.ClosedLast, Technicians: row.Technicians, NEVQualified: row.NEVQualified,
		Standings: map[tracker.ProgrammeCode]standingJSON{},
	}
	for code, s := range row.Standings {
		standing := standingJSON{
			State: s.State, Law: lightOrNull(s.Law), Brand: lightOrNull(s.Brand), Health: lightOrNull(s.Health()),
			ValidUntil: s.ValidUntil, Until: s.Last(),
		}
		if s.Next != nil {
			standing.Next = &nextJSON{s.Next.From, s.Next.State, lightOrNull(s.Next.Health())}
		}
		out.Standings[code] = standing
	}
	return out
}

// timelineJSON is one standing of a timeline; the first begins and the last ends with null.
type timelineJSON struct {
	From       tracker.Date   `json:"from"`
	Until      tracker.Date   `json:"until"`
	State      tracker.State  `json:"state"`
	Law        *tracker.Light `json:"law"`
	Brand      *tracker.Light `json:"brand"`
	Health     *tracker.Light `json:"health"`
	ValidUntil tracker.Date   `json:"valid_until"`
	Because    []string       `json:"because"`
}

// timelinesJSON is what a timeline is answered with.
type timelinesJSON struct {
	Standings []timelineJSON `json:"standings"`
}

func apiTimeline(v *visit) error {
	if asked := v.query["programme"]; len(asked) > 1 {
		return badValue("programme", strings.Join(asked, ", "))
	}
	programme := tracker.ProgrammeCode(v.query.Get("programme"))
	if programme == "" {
		programme = tracker.ProgrammeBMWi
	}
	rows, err := v.server.app.DealershipTimeline(v.Request.Context(), v.actor, v.Param("code"), programme)
	if err != nil {
		return err
	}
	var out timelinesJSON
	for _, row := range rows {
		out.Standings = append(out.Standings, timelineJSON{
			row.From, row.Last(), row.State, lightOrNull(row.Law), lightOrNull(row.Brand), lightOrNull(row.Health()), row.ValidUntil,
			v.causes(row.Causes, row.People),
		})
	}
	v.JSON(http.StatusOK, out)
	return nil
}

package server

import (
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// forecastQuery are the parameters of a forecast, of its page, its table and the API alike.
var forecastQuery = []string{
	"from", "until", "programme", "region", "dealership", "state", "health", "show", "loss", "who", "page", "per_page", "model", "generation",
}

// The values of show: losses alone, or every change.
const (
	showLosses = "losses"
	showAll    = "all"
)

// forecastRoutes are the addresses of what changes when.
func forecastRoutes() []route {
	const see = tracker.SeeDealerships
	return append(changeRoutes(), []route{
		{method: http.MethodGet, path: "/forecast", action: see, query: forecastQuery, handle: showForecast},
		{method: http.MethodGet, path: "/forecast/export", action: see, query: append(slices.Clone(forecastQuery), "format"), handle: downloadForecast},
		{method: http.MethodGet, path: "/api/v1/forecast", action: see, query: forecastQuery, handle: apiForecast},
	}...)
}

// parties lists who can have to act, in the order of a form.
var parties = []tracker.Party{tracker.PartyDealership, tracker.PartyRegion, tracker.PartyHeadquarters}

// forecastAhead is how many days a forecast covers when no end is asked for.
const forecastAhead = 90

// readForecast reads the parameters of a forecast. The usual value of show differs from page to API.
func (v *visit) readForecast(directory app.Directory, usual string) (app.ForecastQuery, error) {
	q := app.ForecastQuery{}
	q.Codes = v.query["dealership"]
	show := v.query.Get("show")
	if show == "" {
		show = usual
	}
	if show != showLosses && show != showAll || len(v.query["show"]) > 1 {
		return q, badValue("show", strings.Join(v.query["show"], ", "))
	}
	q.LossOnly = show == showLosses
	for _, read := range []func(app.Directory, *app.ForecastQuery) error{v.readPeriod, v.readForecastPlace, v.readForecastChange} {
		if err := read(directory, &q); err != nil {
			return q, err
		}
	}
	var err error
	q.Page, q.PerPage, err = v.paging()
	return q, err
}

// readPeriod reads the days of a forecast: from the day after the one shown, so many days.
func (v *visit) readPeriod(_ app.Directory, q *app.ForecastQuery) (err error) {
	if q.From, err = v.day("from"); err != nil {
		return err
	}
	if q.Until, err = v.day("until"); err != nil {
		return err
	}
	if q.From == 0 {
		q.From = v.on.Add(1)
	}
	if q.Until == 0 {
		q.Until = q.From.Add(forecastAhead - 1)
	}
	return nil
}

func (v *visit) readForecastPlace(directory app.Directory, q *app.ForecastQuery) (err error) {
	if q.Regions, err = v.regions(directory); err != nil {
		return err
	}
	q.Programmes, err = v.programmes()
	return err
}

// programmes reads the parameter programme.
func (v *visit) programmes() ([]tracker.ProgrammeCode, error) {
	if len(v.query["programme"]) == 0 {
		return nil, nil
	}
	rules, err := v.server.app.Rulebook(v.Request.Context())
	if err != nil {
		return nil, err
	}
	var out []tracker.ProgrammeCode
	for _, code := range v.query["programme"] {
		if !slices.Contains(rules.Programmes(), tracker.ProgrammeCode(code)) {
			return nil, badValue("programme", code)
		}
		out = append(out, tracker.ProgrammeCode(code))
	}
	return out, nil
}

// readForecastChange reads what asks for a kind of change.
func (v *visit) readForecastChange(_ app.Directory, q *app.ForecastQuery) (err error) {
	if q.States, err = v.states(); err != nil {
		return err
	}
	if q.Health, err = v.lights("health"); err != nil {
		return err
	}
	for _, text := range v.query["loss"] {
		loss, known := lossWords[text]
		if !known {
			return badValue("loss", text)
		}
		q.Loss |= loss
	}
	for _, text := range v.query["who"] {
		party := tracker.Party(text)
		if !slices.Contains(parties, party) {
			return badValue("who", text)
		}
		q.Who = append(q.Who, party)
	}
	return nil
}

// forecastJSON is one change of standing.
type forecastJSON struct {
	On         tracker.Date          `json:"on"`
	Dealership string                `json:"dealership"`
	Programme  tracker.ProgrammeCode `json:"programme"`
	Model      *string               `json:"model" doc:"Of a change of a right to sell; its states are may and may_not."`
	Generation *string               `json:"generation" doc:"Of a change of a right to service; its states are may and may_not."`
	Before     momentaryJSON         `json:"before"`
	After      momentaryJSON         `json:"after"`
	Loss       []string              `json:"loss"`
	Because    []string              `json:"because"`
	Who        string                `json:"who"`
	Party      tracker.Party         `json:"party"`
	Contact    *contactJSON          `json:"contact"`
	Promises   []promiseJSON         `json:"promises"`
}

// promiseJSON is a promise about a loss; its text is null for readers without personal data.
type promiseJSON struct {
	Until tracker.Date `json:"until"`
	Text  *string      `json:"text"`
	Done  bool         `json:"done"`
	Late  bool         `json:"late"`
}

func promisesOf(list []app.PromiseView) []promiseJSON {
	out := []promiseJSON{}
	for _, p := range list {
		out = append(out, promiseJSON{p.PromisedOn, textOrNull(p.Note), p.Done(), p.Late})
	}
	return out
}

// contactJSON is how to reach a person; null where nobody is named, and for readers without personal data.
type contactJSON struct {
	Name     string `json:"name"`
	Position string `json:"position"`
	Phone    string `json:"phone"`
	Email    string `json:"email"`
}

func contactOf(r *tracker.Reach) *contactJSON {
	if r == nil {
		return nil
	}
	return &contactJSON{r.Name, r.Position, r.Phone, r.Email}
}

// momentaryJSON is a standing without its days; lights are null where there are none.
type momentaryJSON struct {
	State      tracker.State  `json:"state"`
	Law        *tracker.Light `json:"law"`
	Brand      *tracker.Light `json:"brand"`
	Health     *tracker.Light `json:"health"`
	ValidUntil tracker.Date   `json:"valid_until"`
	Region     *string        `json:"region"`
}

func momentaryOf(s tracker.Standing, d app.Directory) momentaryJSON {
	return momentaryJSON{
		s.State, lightOrNull(s.Law), lightOrNull(s.Brand), lightOrNull(s.Health()), s.ValidUntil, textOrNull(d.Regions[s.Region].Code),
	}
}

func apiForecast(v *visit) error {
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return err
	}
	query, err := v.readForecast(directory, showAll)
	if err != nil {
		return err
	}
	if v.asksRights() {
		return v.apiRightForecast(query, directory)
	}
	page, err := v.server.app.Forecast(v.Request.Context(), v.actor, query)
	if err != nil {
		return err
	}
	out := list[forecastJSON]{Items: []forecastJSON{}, Total: page.Total, Page: page.Page, PerPage: page.PerPage}
	for _, item := range page.Items {
		out.Items = append(out.Items, forecastJSON{
			On: item.On, Dealership: item.Dealership.Code, Programme: item.After.Programme,
			Before: momentaryOf(item.Before, directory), After: momentaryOf(item.After, directory), Loss: lossesOf(item.After.Loss),
			Because: v.causes(item.Causes, item.People), Who: v.whoOf(item.Act).Text, Party: item.Who,
			Contact: contactOf(item.Act.Person), Promises: promisesOf(item.Promises),
		})
	}
	v.JSON(http.StatusOK, out)
	return nil
}

// lossesOf names what is lost.
func lossesOf(loss tracker.Loss) []string {
	out := []string{}
	for _, word := range []string{"right", "law", "brand"} {
		if loss&lossWords[word] != 0 {
			out = append(out, word)
		}
	}
	return out
}

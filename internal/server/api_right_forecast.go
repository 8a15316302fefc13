package server

import (
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// stateOf gives the answer about a right as a forecast tells states.
func stateOf(may bool) tracker.State {
	if may {
		return stateMay
	}
	return stateMayNot
}

// asksRights tells whether a forecast is asked about rights: by the programme models, a model or a generation.
func (v *visit) asksRights() bool {
	return slices.Contains(v.query["programme"], string(tracker.ProgrammeModels)) || v.query.Has("model") || v.query.Has("generation")
}

// readRightForecast reads what a forecast of rights is asked for, besides what every forecast is.
func (v *visit) readRightForecast(q app.ForecastQuery) (app.RightForecastQuery, error) {
	out := app.RightForecastQuery{
		From: q.From, Until: q.Until, Regions: q.Regions, Codes: q.Codes, LostOnly: q.LossOnly, Page: q.Page, PerPage: q.PerPage,
	}
	if asked := v.query["programme"]; slices.ContainsFunc(asked, func(code string) bool { return code != string(tracker.ProgrammeModels) }) {
		return out, badValue("programme", strings.Join(asked, ", "))
	}
	if err := v.refuse("state", "health", "loss", "who"); err != nil {
		return out, err
	}
	rules, err := v.server.app.Rulebook(v.Request.Context())
	if err != nil {
		return out, err
	}
	known := rules.RightCodes()
	for _, name := range []string{"model", "generation"} {
		kind := tracker.RightSell
		if name == "generation" {
			kind = tracker.RightService
		}
		for _, code := range v.query[name] {
			right := tracker.RightCode{Kind: kind, Subject: code}
			if !slices.Contains(known, right) {
				return out, badValue(name, code)
			}
			out.Rights = append(out.Rights, right)
		}
	}
	return out, nil
}

func (v *visit) apiRightForecast(query app.ForecastQuery, directory app.Directory) error {
	asked, err := v.readRightForecast(query)
	if err != nil {
		return err
	}
	page, err := v.server.app.RightForecast(v.Request.Context(), v.actor, asked)
	if err != nil {
		return err
	}
	titles, err := v.guardTitles()
	if err != nil {
		return err
	}
	out := list[forecastJSON]{Items: []forecastJSON{}, Total: page.Total, Page: page.Page, PerPage: page.PerPage}
	for _, change := range page.Items {
		region := textOrNull(directory.Regions[change.Region].Code)
		item := forecastJSON{
			On: change.After.From, Dealership: change.Dealership.Code, Programme: tracker.ProgrammeModels, Loss: []string{},
			Before: momentaryJSON{State: stateOf(change.Before.May), Region: region}, After: momentaryJSON{State: stateOf(change.After.May), Region: region},
			Because: v.whyRight(change, titles), Who: v.say("party." + string(tracker.PartyDealership)), Party: tracker.PartyDealership, Promises: []promiseJSON{},
		}
		if !change.After.May {
			item.Loss = []string{"right"}
		}
		item.Model, item.Generation = eitherSubject(tracker.RightCode{Kind: change.After.Kind, Subject: change.After.Subject})
		out.Items = append(out.Items, item)
	}
	v.JSON(http.StatusOK, out)
	return nil
}

// guardTitles gives the titles of guards by their codes, as the newest standard of rights has them.
func (v *visit) guardTitles() (map[string]string, error) {
	rules, err := v.server.app.Rulebook(v.Request.Context())
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, programme := range rules.Programmes() {
		for _, standard := range rules.Versions(programme) {
			for _, guard := range standard.Requirements {
				if guard.Right != "" {
					out[guard.Code] = v.requirement(guard)
				}
			}
		}
	}
	return out, nil
}

// whyRight says which guards decide a change: code and title.
func (v *visit) whyRight(change app.RightChange, titles map[string]string) []string {
	out := []string{}
	for _, code := range turned(change.Before, change.After) {
		out = append(out, code+" "+titles[code])
	}
	if len(out) == 0 && !change.Operates {
		out = append(out, v.say("state."+string(tracker.NotOperating)))
	}
	return out
}

// rightForecastPage lists the answers about rights that change.
type rightForecastPage struct {
	BasePage
	Query app.RightForecastQuery
	Kind  string
	Found app.RightForecastPage
	Lines []rightForecastLine
	First int
	Last  int
}

// rightForecastLine is one answer that changes, in words.
type rightForecastLine struct {
	app.RightChange
	Region   tracker.Region
	Sentence string
	Why      string
	Near     bool
	When     string
}

func (v *visit) showRightForecast(query app.ForecastQuery, directory app.Directory) error {
	asked, err := v.readRightForecast(query)
	if err != nil {
		return err
	}
	page := rightForecastPage{BasePage: v.base(v.say("forecast.rights"), "forecast"), Query: asked, Kind: showLosses}
	if !query.LossOnly {
		page.Kind = showAll
	}
	if page.Found, err = v.server.app.RightForecast(v.Request.Context(), v.actor, asked); err != nil {
		return err
	}
	titles, err := v.guardTitles()
	if err != nil {
		return err
	}
	for _, change := range page.Found.Items {
		in, subject := int(change.After.From-v.on), change.After.Subject
		if change.After.Kind == tracker.RightService {
			subject = generationName(subject)
		}
		page.Lines = append(page.Lines, rightForecastLine{
			change, directory.Regions[change.Region], v.rightSentence(change.After.Kind, change.After.May, []string{subject}, nil),
			strings.Join(v.whyRight(change, titles), v.say("list_comma")), in >= 0 && in <= 14, v.inDays(in),
		})
	}
	page.First, page.Last = (page.Found.Page-1)*page.Found.PerPage+1, (page.Found.Page-1)*page.Found.PerPage+len(page.Lines)
	return v.show("forecast_rights", page)
}

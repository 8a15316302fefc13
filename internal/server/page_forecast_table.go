package server

import (
	"io"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// forecastColumns are the columns of a forecast as a table; each has a message.
var forecastColumns = []string{
	"column.on", "column.code", "column.name", "column.region", "column.programme", "column.change", "column.state_before",
	"column.state_after", "column.health_before", "column.health_after", "column.because", "column.party", "column.who",
	"column.phone", "column.email", "column.promised",
}

// downloadForecast gives a forecast as a table, by the filters of its page.
func downloadForecast(v *visit) error {
	format, err := v.tableFormat()
	if err != nil {
		return err
	}
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return err
	}
	query, err := v.readForecast(directory, showLosses)
	if err != nil {
		return err
	}
	if v.asksRights() { // rights have a table of their own, by model
		return badValue("programme", string(tracker.ProgrammeModels))
	}
	table := app.ForecastTable{Format: format, Row: v.forecastRow}
	for _, column := range forecastColumns {
		table.Header = append(table.Header, v.say(column))
	}
	return v.download("forecast", format, func(w io.Writer) error {
		return v.server.app.ExportForecast(v.Request.Context(), v.actor, query.ForecastFilter, table, w)
	})
}

// forecastRow writes a change as cells, in the order of the columns.
func (v *visit) forecastRow(item app.ForecastItem) []string {
	view := v.changeOf(item)
	health := func(s tracker.Standing) string {
		if s.Health() == "" {
			return ""
		}
		return v.say("light." + string(s.Health()))
	}
	var reach tracker.Reach
	if item.Act.Person != nil {
		reach = *item.Act.Person
	}
	var promised []string
	for _, p := range item.Promises {
		promised = append(promised, strings.TrimSpace(p.PromisedOn.String()+" "+p.Note))
	}
	return []string{
		item.On.String(), item.Dealership.Code, inLanguage(v.lang, item.Dealership.NameEn, item.Dealership.NameZh),
		inLanguage(v.lang, item.Region.NameEn, item.Region.NameZh), v.say("programme." + string(item.After.Programme)), view.Sentence,
		v.say("state." + string(item.Before.State)), v.say("state." + string(item.After.State)), health(item.Before), health(item.After),
		strings.Join(view.Causes, "; "), v.say("party." + string(item.Act.Party)), reach.Name, reach.Phone, reach.Email,
		strings.Join(promised, "; "),
	}
}

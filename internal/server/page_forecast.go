package server

import (
	"fmt"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// calendarMonths is how many months the calendar of losses shows.
const calendarMonths = 12

// forecastHorizons are the numbers of days that the forecast offers at a click.
var forecastHorizons = []int{30, 90, 365}

type forecastPage struct {
	BasePage
	Query      app.ForecastQuery
	Kind       string // losses or all
	Found      app.ForecastPage
	Directory  app.Directory
	Programmes []tracker.ProgrammeCode
	LossWords  []string
	Parties    []tracker.Party
	Lost       []string // the losses that are asked for
	Chips      []chip
	Horizons   []int
	Days       int // when the period is one of the horizons
	Weekdays   []string
	Months     []monthView
	Tolls      []map[string]any
	Groups     []dayGroup
	First      int
	Last       int
}

// EndOf gives the last of so many days from tomorrow on.
func (p forecastPage) EndOf(days int) tracker.Date { return p.On.Add(days) }

// Table gives the address of the same forecast as a table.
func (p forecastPage) Table(format string) string {
	_, query, _ := strings.Cut(p.Here("page", "", "per_page", "", "format", format), "?")
	return "/forecast/export?" + query
}

// changeView is a change of standing in words.
type changeView struct {
	app.ForecastItem
	Sentence    string
	Icon        string
	In          int // days from the day shown
	Near        bool
	Causes      []string
	Responsible whoView
	Training    []seatLine
}

// seatLine is what training holds ready against a loss, in words.
type seatLine struct{ ID, Text string }

// seatLines puts what training holds ready into words.
func (v *visit) seatLines(list []app.Seat) []seatLine {
	out := make([]seatLine, len(list))
	for i, seat := range list {
		out[i] = seatLine{seat.Session.ID, v.seatWords(seat)}
	}
	return out
}

// whoView is who must act: a person where one is named, else the party.
type whoView struct {
	Text  string // the name, else the party in words
	Party string // in words, beside a name
	Reach *tracker.Reach
}

// whoOf puts who must act into words.
func (v *visit) whoOf(who app.Who) whoView {
	party := v.say("party." + string(who.Party))
	if who.Person == nil {
		return whoView{Text: party}
	}
	return whoView{who.Person.Name, party, who.Person}
}

// dayGroup is the changes of one day.
type dayGroup struct {
	Day         tracker.Date
	When        string // how far from the day shown
	Near        bool
	Dealerships int
	Items       []changeView
}

// monthView is a month of the calendar, its weeks beginning on Monday.
type monthView struct {
	Name  string
	Total int // dealerships, each once for each day on which it loses something
	Weeks [][]dayCell
}

// dayCell is a day of the calendar; its Day is zero beside the month.
type dayCell struct {
	Day    tracker.Date
	Number int
	Count  int
	Level  int // 1 to 4, the darker the more; 0 for none
	Shown  bool
}

func showForecast(v *visit) error {
	ctx := v.Request.Context()
	directory, err := v.server.app.Directory(ctx)
	if err != nil {
		return err
	}
	query, err := v.readForecast(directory, showLosses)
	if err != nil {
		return err
	}
	if v.asksRights() {
		return v.showRightForecast(query, directory)
	}
	page := forecastPage{
		BasePage: v.base(v.say("forecast.title"), "forecast"), Query: query, Kind: showLosses, Directory: directory,
		LossWords: []string{"right", "law", "brand"}, Parties: parties, Lost: lossesOf(query.Loss), Horizons: forecastHorizons, Weekdays: v.weekdays(),
	}
	if !query.LossOnly {
		page.Kind = showAll
	}
	if page.Found, err = v.server.app.Forecast(ctx, v.actor, query); err != nil {
		return err
	}
	rules, err := v.server.app.Rulebook(ctx)
	if err != nil {
		return err
	}
	page.Programmes = append(rules.WithStandings(), tracker.ProgrammeModels)
	page.Chips = v.chipsOf(page.BasePage, directory, "from", "until", "dealership", "region", "programme", "state", "health", "loss", "who")
	page.Days = horizonOf(query, v.on)
	page.First, page.Last = (page.Found.Page-1)*page.Found.PerPage+1, (page.Found.Page-1)*page.Found.PerPage+len(page.Found.Items)
	page.Groups = v.byDay(page.Found.Items)
	page.Tolls = page.tolls()
	if page.Months, err = v.calendar(query); err != nil {
		return err
	}
	return v.show("forecast", page)
}

// horizonOf gives the number of days from tomorrow on that a period covers, where it is one that is offered.
func horizonOf(q app.ForecastQuery, on tracker.Date) int {
	if days := int(q.Until - on); q.From == on.Add(1) && slices.Contains(forecastHorizons, days) {
		return days
	}
	return 0
}

// tolls are the totals of a period, each leading to its own list.
func (p forecastPage) tolls() []map[string]any {
	var out []map[string]any
	for _, toll := range []struct {
		word      string
		programme tracker.ProgrammeCode
		n         int
	}{
		{"right", tracker.ProgrammeBMWi, p.Found.Totals.Right}, {"law", tracker.ProgrammeLaw, p.Found.Totals.Law},
		{"brand", tracker.ProgrammeBMWi, p.Found.Totals.Brand},
	} {
		out = append(out, map[string]any{
			"n": toll.n, "word": toll.word, "href": p.Here("loss", toll.word, "programme", toll.programme, "show", "", "page", ""),
		})
	}
	return out
}

// byDay groups changes by their day.
func (v *visit) byDay(items []app.ForecastItem) []dayGroup {
	var out []dayGroup
	last := ""
	for _, item := range items {
		if n := len(out); n == 0 || out[n-1].Day != item.On {
			in := int(item.On - v.on)
			out, last = append(out, dayGroup{Day: item.On, When: v.inDays(in), Near: in >= 0 && in <= 14}), ""
		}
		day := &out[len(out)-1]
		if item.Dealership.Code != last {
			day.Dealerships, last = day.Dealerships+1, item.Dealership.Code
		}
		day.Items = append(day.Items, v.changeOf(item))
	}
	return out
}

// inDays says how far away a day is.
func (v *visit) inDays(days int) string {
	if days < 0 {
		return v.say("days_ago", "count", -days)
	}
	return v.say("in_days", "count", days)
}

// changeOf puts a change into words.
func (v *visit) changeOf(item app.ForecastItem) changeView {
	in := int(item.On - v.on)
	sentence, icon := v.changeSentence(item.Change)
	return changeView{
		ForecastItem: item, Sentence: sentence, Icon: icon, In: in, Near: in >= 0 && in <= 14,
		Causes: v.causes(item.Causes, item.People), Responsible: v.whoOf(item.Act),
		Training: v.seatLines(item.Seats),
	}
}

// changeSentence says what is different after a change, and by which icon it is known.
func (v *visit) changeSentence(c tracker.Change) (sentence, icon string) {
	programme := v.say("programme." + string(c.After.Programme))
	switch {
	case c.Before.State == tracker.NotOperating:
		return v.say("change.opens", "programme", programme, "state", v.say("state."+string(c.After.State))), "building-store"
	case c.After.State == tracker.NotOperating:
		return v.say("change.closes", "programme", programme), "ban"
	case c.After.Loss != 0 && c.After.Programme == tracker.ProgrammeDigitalUpgrade:
		return v.say("change.reopened"), "state-rework"
	case c.After.Loss != 0:
		return v.say("loss." + lossSentence(c.After)), lossIcon[lossWord(c.After.Loss)]
	}
	return v.otherChange(programme, c)
}

// otherChange says what is different after a change that loses nothing.
func (v *visit) otherChange(programme string, c tracker.Change) (sentence, icon string) {
	var parts []string
	note := func(sign, text string) {
		parts = append(parts, text)
		if icon == "" {
			icon = sign
		}
	}
	before, after := c.Before, c.After
	if before.State != after.State {
		note("state-"+string(after.State), v.say("change.state", "programme", programme, "before", v.say("state."+string(before.State)), "after", v.say("state."+string(after.State))))
	} else if before.ValidUntil != after.ValidUntil {
		note("certificate", v.say("change.valid_until", "programme", programme, "until", v.dayOrNone(after.ValidUntil)))
	}
	if before.Law != after.Law {
		note("scale", v.say("change.law", "programme", programme, "after", v.say("light."+string(after.Law))))
	}
	if before.Brand != after.Brand {
		note("shield", v.say("change.brand", "programme", programme, "after", v.say("light."+string(after.Brand))))
	}
	if before.Region != after.Region || before.Group != after.Group {
		note("region", v.say("change.moves", "programme", programme))
	}
	return strings.Join(parts, v.say("list_comma")), icon
}

// calendar counts what the filters of a forecast ask for over a year: from the month of the day shown on, or from that of
// the period when it lies elsewhere.
func (v *visit) calendar(q app.ForecastQuery) ([]monthView, error) {
	first := v.on.Add(1 - v.on.Time().Day())
	if q.From < first || q.From >= first.AddMonths(calendarMonths) {
		first = q.From.Add(1 - q.From.Time().Day())
	}
	filter := q.ForecastFilter
	filter.LossOnly, filter.From, filter.Until = true, first, first.AddMonths(calendarMonths).Add(-1)
	days, err := v.server.app.ForecastCalendar(v.Request.Context(), v.actor, filter)
	if err != nil {
		return nil, err
	}
	counts, most := map[tracker.Date]int{}, 0
	for _, day := range days {
		counts[day.Day], most = day.Dealerships, max(most, day.Dealerships)
	}
	out := make([]monthView, calendarMonths)
	for i := range out {
		month := first.AddMonths(i)
		out[i] = v.month(month, counts, most)
		for _, week := range out[i].Weeks {
			for j := range week {
				week[j].Shown = week[j].Day != 0 && q.From == q.Until && week[j].Day == q.From
			}
		}
	}
	return out, nil
}

// month lays a month out in weeks.
func (v *visit) month(first tracker.Date, counts map[tracker.Date]int, most int) monthView {
	out := monthView{Name: monthName(v.lang, first)}
	week := make([]dayCell, (int(first.Time().Weekday())+6)%7, 7)
	for day := first; day < first.AddMonths(1); day++ {
		cell := dayCell{Day: day, Number: day.Time().Day(), Count: counts[day]}
		if cell.Count > 0 {
			cell.Level = (4*cell.Count + most - 1) / most
		}
		out.Total += cell.Count
		if week = append(week, cell); len(week) == 7 {
			out.Weeks, week = append(out.Weeks, week), nil
		}
	}
	if len(week) > 0 {
		out.Weeks = append(out.Weeks, append(week, make([]dayCell, 7-len(week))...))
	}
	return out
}

// monthName writes a month with its year.
func monthName(lang string, d tracker.Date) string {
	if lang == "zh-Hans" {
		return d.Time().Format("2006年1月")
	}
	return d.Time().Format("January 2006")
}

// weekdays gives the short names of the days, Monday first.
func (v *visit) weekdays() []string {
	out := make([]string, 7)
	for i := range out {
		out[i] = v.say(fmt.Sprintf("weekday.%d", (i+1)%7))
	}
	return out
}

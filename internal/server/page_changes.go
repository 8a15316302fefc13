package server

import (
	"net/http"
	"slices"
	"time"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// changesQuery are the parameters of what changed between two days, of its page and the API alike.
var changesQuery = []string{"from", "until", "region", "programme", "type", "page", "per_page"}

// changeRoutes are the addresses of what changed between two days.
func changeRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/changes", action: tracker.SeeDealerships, query: changesQuery, handle: showChanges},
		{method: http.MethodGet, path: "/api/v1/changes", action: tracker.SeeDealerships, query: changesQuery, handle: apiChanges},
	}
}

type changesPage struct {
	BasePage
	Query      app.ChangesQuery
	Found      app.ChangesPage
	Directory  app.Directory
	Programmes []tracker.ProgrammeCode
	Types      []app.ChangeType
	Chips      []chip
	Summary    []typeView
	Groups     []typeGroup
	Days       []sinceDay
	First      int
	Last       int
}

// sinceDay is a day to compare with that the page offers.
type sinceDay struct {
	Key string
	Day tracker.Date
}

// typeView is how many changes of a type there are.
type typeView struct {
	Type  app.ChangeType
	Count int
	Sign  string // better, worse or same
	Icon  string
	Items []changedView // the first few, on the home page
}

// Rest is how many of the type are not among the first few.
func (t typeView) Rest() int { return t.Count - len(t.Items) }

// typeGroup is the changes of one type on a page.
type typeGroup struct {
	typeView
	Items []changedView
}

// changedView is a change between two days in words.
type changedView struct {
	app.ChangedItem
	From mark
	To   mark
	Why  []string
}

// lastMonday gives the last Monday before a day.
func lastMonday(on tracker.Date) tracker.Date {
	since := (int(on.Time().Weekday()) - int(time.Monday) + 7) % 7
	if since == 0 {
		since = 7
	}
	return on.Add(-since)
}

// readChanges reads the parameters of what changed: since the last Monday, when no days are given.
func (v *visit) readChanges(directory app.Directory) (q app.ChangesQuery, err error) {
	if q.From, err = v.day("from"); err != nil {
		return q, err
	}
	if q.Until, err = v.day("until"); err != nil {
		return q, err
	}
	if q.Until == 0 {
		q.Until = v.on
	}
	if q.From == 0 {
		q.From = lastMonday(q.Until)
	}
	if q.Regions, err = v.regions(directory); err != nil {
		return q, err
	}
	if q.Programmes, err = v.programmes(); err != nil {
		return q, err
	}
	for _, text := range v.query["type"] {
		if !slices.Contains(app.ChangeTypes, app.ChangeType(text)) {
			return q, badValue("type", text)
		}
		q.Types = append(q.Types, app.ChangeType(text))
	}
	q.Page, q.PerPage, err = v.paging()
	return q, err
}

// findChanges reads the parameters and gives the page that they ask for, for the page and the API alike.
func (v *visit) findChanges() (directory app.Directory, query app.ChangesQuery, found app.ChangesPage, err error) {
	ctx := v.Request.Context()
	if directory, err = v.server.app.Directory(ctx); err != nil {
		return
	}
	if query, err = v.readChanges(directory); err != nil {
		return
	}
	found, err = v.server.app.Changes(ctx, v.actor, query)
	return
}

func showChanges(v *visit) error {
	directory, query, found, err := v.findChanges()
	if err != nil {
		return err
	}
	rules, err := v.server.app.Rulebook(v.Request.Context())
	if err != nil {
		return err
	}
	page := changesPage{
		BasePage: v.base(v.say("changes.title"), "changes"), Query: query, Found: found, Directory: directory,
		Programmes: rules.WithStandings(), Types: app.ChangeTypes, Summary: summaryOf(found),
		First: (found.Page-1)*found.PerPage + 1, Last: (found.Page-1)*found.PerPage + len(found.Items),
		Days: []sinceDay{
			{"changes.since_monday", lastMonday(v.on)}, {"changes.since_month", v.on.Add(-v.on.Time().Day())},
			{"changes.since_year", tracker.NewDate(v.on.Time().Year()-1, time.December, 31)},
		},
	}
	page.Chips = v.chipsOf(page.BasePage, directory, "from", "until", "region", "programme", "type")
	for _, item := range found.Items {
		if n := len(page.Groups); n == 0 || page.Groups[n-1].Type != item.Type {
			page.Groups = append(page.Groups, typeGroup{typeView: typeOf(item.Type, found.Counts[item.Type])})
		}
		group := &page.Groups[len(page.Groups)-1]
		group.Items = append(group.Items, v.changed(item))
	}
	return v.show("changes", page)
}

// summaryOf counts what there is of each type.
func summaryOf(found app.ChangesPage) []typeView {
	var out []typeView
	for _, kind := range app.ChangeTypes {
		if n := found.Counts[kind]; n > 0 {
			out = append(out, typeOf(kind, n))
		}
	}
	return out
}

// typeOf says whether a type of change is for the better, and by which icon it is known.
func typeOf(kind app.ChangeType, count int) typeView {
	out := typeView{Type: kind, Count: count, Sign: "same", Icon: "minus"}
	switch kind {
	case app.ChangeRightGained, app.ChangeLawGained, app.ChangeBrandGained, app.ChangeCompleted, app.ChangeOpened, app.ChangeQualified:
		out.Sign, out.Icon = "better", "trend-up"
	case app.ChangeRightLost, app.ChangeLawLost, app.ChangeBrandLost, app.ChangeReopened, app.ChangeClosed, app.ChangeUnqualified:
		out.Sign, out.Icon = "worse", "trend-down"
	}
	return out
}

// changed puts a change between two days into words.
func (v *visit) changed(item app.ChangedItem) changedView {
	out := changedView{ChangedItem: item, Why: v.causes(item.Causes, item.People)}
	switch item.Type {
	case app.ChangeLawGained, app.ChangeLawLost:
		out.From, out.To = v.lightMark(item.Before.Law), v.lightMark(item.After.Law)
	case app.ChangeBrandGained, app.ChangeBrandLost:
		out.From, out.To = v.lightMark(item.Before.Brand), v.lightMark(item.After.Brand)
	case app.ChangeMoved:
		out.From, out.To = v.regionMark(item.Before.Region), v.regionMark(item.After.Region)
	case app.ChangeQualified:
		out.Why = []string{v.say("begin."+v.beginKey(item.Turn.Began), "name", item.Person.Name)}
	case app.ChangeUnqualified:
		out.Why = []string{v.say("ending."+v.endKey(item.Turn.Ended), "name", item.Person.Name)}
	default:
		out.From, out.To = v.stateMark(item.Before.State), v.stateMark(item.After.State)
	}
	return out
}

// beginKey gives the message key of what begins somebody's counting. Who does not see the whole network does not learn
// that somebody was elsewhere before.
func (v *visit) beginKey(began tracker.BeginKind) string {
	if began == tracker.BeginTransfer && !v.actor.Scope.All {
		return string(tracker.BeginEmployment)
	}
	if began == tracker.BeginOpen {
		return "open"
	}
	return string(began)
}

// since gives what changed since the last Monday, of each type the first few with names.
func (v *visit) since(regions []tracker.RegionID) ([]typeView, error) {
	found, err := v.server.app.Changes(v.Request.Context(), v.actor, app.ChangesQuery{
		From: lastMonday(v.on), Until: v.on, Regions: regions, FirstOnly: true,
	})
	out := summaryOf(found)
	for i := range out {
		for _, item := range found.Items {
			if item.Type == out[i].Type {
				out[i].Items = append(out[i].Items, v.changed(item))
			}
		}
	}
	return out, err
}

// changedJSON is a dealership, or a person at one, that differs between two days.
type changedJSON struct {
	Type       app.ChangeType         `json:"type"`
	Dealership string                 `json:"dealership"`
	Programme  *tracker.ProgrammeCode `json:"programme"` // null for people
	Before     *betweenJSON           `json:"before"`
	After      *betweenJSON           `json:"after"`
	StaffNo    *string                `json:"staff_no"`
	Name       *string                `json:"name"`
	On         tracker.Date           `json:"on"`
	Because    []string               `json:"because"`
}

// betweenJSON is a standing on one of two days.
type betweenJSON struct {
	State  tracker.State  `json:"state"`
	Law    *tracker.Light `json:"law"`
	Brand  *tracker.Light `json:"brand"`
	Health *tracker.Light `json:"health"`
	Region *string        `json:"region"`
}

func betweenOf(s tracker.Standing, d app.Directory) *betweenJSON {
	return &betweenJSON{s.State, lightOrNull(s.Law), lightOrNull(s.Brand), lightOrNull(s.Health()), textOrNull(d.Regions[s.Region].Code)}
}

func apiChanges(v *visit) error {
	directory, query, found, err := v.findChanges()
	if err != nil {
		return err
	}
	out := struct {
		From   tracker.Date           `json:"from"`
		Until  tracker.Date           `json:"until"`
		Counts map[app.ChangeType]int `json:"counts"`
		list[changedJSON]
	}{query.From, query.Until, found.Counts, list[changedJSON]{Items: []changedJSON{}, Total: found.Total, Page: found.Page, PerPage: found.PerPage}}
	for _, item := range found.Items {
		view := v.changed(item)
		row := changedJSON{Type: item.Type, Dealership: item.Dealership.Code, On: item.On, Because: view.Why}
		if item.Person.ID != 0 {
			row.StaffNo, row.Name = &item.Person.StaffNo, &item.Person.Name
		} else {
			row.Programme, row.Before, row.After = &item.After.Programme, betweenOf(item.Before, directory), betweenOf(item.After, directory)
		}
		out.Items = append(out.Items, row)
	}
	v.JSON(http.StatusOK, out)
	return nil
}

package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
	"dealercert/web"
)

// snapshotsAddress is where frozen answers are listed.
const snapshotsAddress = "/snapshots"

// newSnapshotQuery says what the form for a snapshot begins with: a list with its query, its day and moment.
var newSnapshotQuery = []string{"question", "asked", "day", "moment"}

// snapshotRoutes are the addresses of frozen answers.
func snapshotRoutes() []route {
	const see, publish = tracker.SeeFigures, tracker.PublishFigures
	get, post := http.MethodGet, http.MethodPost
	return append(snapshotAPIRoutes(), []route{
		{method: get, path: snapshotsAddress, action: see, query: []string{"page", "per_page"}, handle: listSnapshots},
		{method: get, path: snapshotsAddress + "/new", action: publish, query: newSnapshotQuery, handle: makeSnapshot},
		{method: post, path: snapshotsAddress + "/new", action: publish, query: newSnapshotQuery, handle: makeSnapshot},
		{method: get, path: snapshotsAddress + "/:id", action: see, handle: showSnapshot},
		{method: get, path: snapshotsAddress + "/:id/text", action: see, handle: downloadSnapshot},
	}...)
}

type snapshotsPage struct {
	BasePage
	app.SnapshotPage
	Lines []snapshotLine
	First int
	Last  int
}

// snapshotLine is a snapshot of the list in words.
type snapshotLine struct {
	app.KeptSnapshot
	Known   string
	Figures []tracker.Figure // those that the list shows
}

// shownFigures are the figures of a report that the list of snapshots shows.
var shownFigures = []string{"active", "certified", "nev_qualified", "upgrade", "count"}

func (v *visit) findSnapshots() (app.SnapshotPage, error) {
	page, perPage, err := v.paging()
	if err != nil {
		return app.SnapshotPage{}, err
	}
	return v.server.app.Snapshots(v.Request.Context(), v.actor, page, perPage)
}

func listSnapshots(v *visit) error {
	found, err := v.findSnapshots()
	if err != nil {
		return err
	}
	page := snapshotsPage{
		BasePage: v.base(v.say("snapshots.title"), "snapshots"), SnapshotPage: found,
		First: (found.Page-1)*found.PerPage + 1, Last: (found.Page-1)*found.PerPage + len(found.Items),
	}
	for _, kept := range found.Items {
		line := snapshotLine{KeptSnapshot: kept, Known: v.knownAt(kept.KnownAt)}
		for _, f := range kept.Figures {
			if f.Place == "" && slices.Contains(shownFigures, f.Key) {
				line.Figures = append(line.Figures, f)
			}
		}
		page.Lines = append(page.Lines, line)
	}
	return v.show("snapshots", page)
}

type snapshotPage struct {
	BasePage
	app.OpenedSnapshot
	Known   string
	Lines   []figureRow  // of all that it covers
	Regions []regionRows // by region
	Words   []tracker.Word
	Chips   []string // what a list asks for
	Places  []string
	List    string // address of the list that is counted, on its day, as known then
}

// figureRow is a figure as frozen, beside what it comes to now.
type figureRow struct {
	tracker.Figure
	Now   int
	Moved bool // it comes to something else now
}

// regionRows are the figures of one region.
type regionRows struct {
	Region tracker.Region
	Rows   []figureRow
}

func showSnapshot(v *visit) error {
	opened, err := v.server.app.OpenSnapshot(v.Request.Context(), v.actor, v.Param("id"), v.resolve)
	if err != nil {
		return err
	}
	page := snapshotPage{
		BasePage: v.base(inLanguage(v.lang, opened.Name.En, opened.Name.Zh), "snapshots"), OpenedSnapshot: opened,
		Known: v.knownAt(opened.KnownAt), Words: opened.Snapshot.Words,
	}
	for _, code := range opened.Snapshot.Regions {
		region, _ := opened.Directory.Region(code)
		page.Places = append(page.Places, inLanguage(v.lang, region.NameEn, region.NameZh))
	}
	for _, f := range opened.Figures {
		row := figureRow{Figure: f, Now: f.Value}
		for _, line := range opened.Since {
			if line.Place == f.Place && line.Key == f.Key {
				row.Now, row.Moved = line.Again, line.Again != f.Value
			}
		}
		if f.Place == "" {
			page.Lines = append(page.Lines, row)
			continue
		}
		if n := len(page.Regions); n == 0 || page.Regions[n-1].Region.Code != f.Place {
			region, _ := opened.Directory.Region(f.Place)
			page.Regions = append(page.Regions, regionRows{Region: region})
		}
		last := &page.Regions[len(page.Regions)-1]
		last.Rows = append(last.Rows, row)
	}
	if opened.Question != tracker.QuestionFigures {
		page.Chips, page.List = v.askedWords(opened.Snapshot, opened.Directory), listAddress(opened.Snapshot)
	}
	return v.show("snapshot", page)
}

// listAddress is the address of the list that a snapshot counts, on its day, as known then.
func listAddress(s tracker.Snapshot) string {
	query, err := url.ParseQuery(s.Asked)
	if err != nil {
		query = url.Values{}
	}
	query.Set("on", s.On.String())
	query.Set("known_at", s.KnownAt.String())
	return address("/"+string(s.Question), query)
}

// askedWords says what a list asks for, filter by filter.
func (v *visit) askedWords(s tracker.Snapshot, directory app.Directory) []string {
	w, err := v.asking(s.Question, s.Asked, s.On)
	if err != nil {
		return []string{s.Asked}
	}
	var chips []chip
	if s.Question == tracker.QuestionPeople {
		rules, err := v.server.app.Rulebook(v.Request.Context())
		if err != nil {
			return []string{s.Asked}
		}
		chips = w.personChips(BasePage{}, directory, rules.QualificationTypes(s.On))
	} else {
		chips = w.chips(BasePage{}, directory)
	}
	var out []string
	for _, c := range chips {
		out = append(out, c.Text)
	}
	return out
}

// askable are the parameters of a list that narrow it.
func askable(question tracker.Question) []string {
	narrows := func(name string) bool { return name != "page" && name != "per_page" && name != "sort" }
	from := listQuery
	if question == tracker.QuestionPeople {
		from = peopleQuery
	}
	var out []string
	for _, name := range from {
		if narrows(name) {
			out = append(out, name)
		}
	}
	return out
}

// asking is a visit that asks for a list as a snapshot keeps it: by whoever sees everything, for a day.
func (v *visit) asking(question tracker.Question, asked string, on tracker.Date) (*visit, error) {
	query, err := url.ParseQuery(asked)
	if err != nil {
		return nil, badValue("asked", asked)
	}
	for name := range query {
		if !slices.Contains(askable(question), name) {
			return nil, unknownParameter(name)
		}
	}
	w := *v
	w.actor, w.on, w.query = tracker.Operator, on, query
	return &w, nil
}

// resolve reads the query of a list that a snapshot keeps.
func (v *visit) resolve(question tracker.Question, asked string, on tracker.Date) (app.ListQuery, error) {
	w, err := v.asking(question, asked, on)
	if err != nil {
		return app.ListQuery{}, err
	}
	if question == tracker.QuestionPeople {
		query, err := w.personQuery()
		return app.ListQuery{People: &query}, err
	}
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return app.ListQuery{}, err
	}
	query, err := w.dealershipQuery(directory)
	return app.ListQuery{Dealerships: &query}, err
}

// SnapshotLink gives the address of the form that publishes the list that is shown as a figure.
func (b BasePage) SnapshotLink(question string) string {
	asked := url.Values{}
	for _, name := range askable(tracker.Question(question)) {
		if values := b.query[name]; len(values) > 0 {
			asked[name] = values
		}
	}
	query := url.Values{"question": {question}, "asked": {asked.Encode()}, "day": {b.On.String()}}
	if b.Earlier() {
		query.Set("moment", b.KnownQuery())
	}
	return address(snapshotsAddress+"/new", query)
}

// snapshotWords are the words of a report's figures with their definitions in both languages.
func (v *visit) snapshotWords() []tracker.Word {
	var out []tracker.Word
	for _, key := range app.SnapshotWords() {
		meaning := func(lang string) string { return v.server.messages.Say(lang, "define."+key, nil) }
		out = append(out, tracker.Word{Key: key, Meaning: tracker.Text{En: meaning(web.Languages[0]), Zh: meaning(web.Languages[1])}})
	}
	return out
}

// downloadSnapshot gives the text of a snapshot, of which its sum is.
func downloadSnapshot(v *visit) error {
	kept, err := v.server.app.Snapshot(v.Request.Context(), v.actor, v.Param("id"))
	if err != nil {
		return err
	}
	v.Header("Content-Disposition", `attachment; filename="dealercert-snapshot-`+strings.ReplaceAll(kept.ID, `"`, "")+`.txt"`)
	v.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(kept.Body))
	return nil
}

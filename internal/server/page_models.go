package server

import (
	"io"
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// modelQuery are the parameters of the dealerships of one model's page and of its table.
var modelQuery = []string{"q", "region", "group", "province", "city", "state", "requirement", "only", "page", "per_page"}

// modelRoutes are the addresses of who may sell and service what. A generation has a page like that of a model.
func modelRoutes() []route {
	const see, get = tracker.SeeDealerships, http.MethodGet
	return []route{
		{method: get, path: "/models", action: see, handle: listModels},
		{method: get, path: "/models/:code", action: see, query: modelQuery, handle: showModel},
		{method: get, path: "/models/:code/export", action: see, query: append(slices.Clone(modelQuery), "format"), handle: downloadModel},
	}
}

type modelsPage struct {
	BasePage
	app.ModelsView
	Models      []modelLine
	Generations []modelLine
	OnSale      int
}

// modelLine is a model or generation with how many may sell or service it.
type modelLine struct {
	app.ModelFigures
	Name  string
	Share string
	Areas []int // how many may, in the order of the regions
}

func listModels(v *visit) error {
	figures, err := v.server.app.ModelFigures(v.Request.Context(), v.actor, v.on)
	if err != nil {
		return err
	}
	page := modelsPage{BasePage: v.base(v.say("models.title"), "models"), ModelsView: figures}
	for _, f := range figures.Figures {
		line := modelLine{ModelFigures: f, Name: f.Model.Name, Share: percentOf(f.May, figures.Active)}
		for _, region := range figures.Directory.RegionList {
			line.Areas = append(line.Areas, f.Region[region.ID])
		}
		if f.Kind == tracker.RightService {
			line.Name = generationName(f.Subject)
			page.Generations = append(page.Generations, line)
			continue
		}
		if f.Model.OnSale(v.on) {
			page.OnSale++
		}
		page.Models = append(page.Models, line)
	}
	return v.show("models", page)
}

type modelPage struct {
	BasePage
	app.ReadinessView
	Name      string
	Found     app.RightPage
	Rows      []modelRow
	Guards    []guardFigures
	Areas     []areaFigures
	Spark     *spark
	Directory app.Directory
	Chips     []chip
	State     string
	First     int
	Last      int
	Exports   map[string]string
}

// guardFigures is one guard with how many dealerships it stops.
type guardFigures struct {
	Code  string
	Title string
	Only  int
	Total int
	Weeks []weekFigures
}

type weekFigures struct{ Only, Total int }

// areaFigures is the readiness of a region.
type areaFigures struct {
	tracker.Region
	app.Readiness
	Share string
}

// modelRow is one dealership's right in a list.
type modelRow struct {
	app.RightRow
	Region tracker.Region
	Why    []guardFigures
}

// readModel reads what the page of a model, and its table, are asked for.
func (v *visit) readModel() (app.Directory, app.RightQuery, app.ReadinessView, error) {
	ctx := v.Request.Context()
	directory, err := v.server.app.Directory(ctx)
	if err != nil {
		return directory, app.RightQuery{}, app.ReadinessView{}, err
	}
	regions, err := v.regions(directory)
	if err != nil {
		return directory, app.RightQuery{}, app.ReadinessView{}, err
	}
	readiness, err := v.server.app.Readiness(ctx, v.actor, v.Param("code"), regions, v.on)
	if err != nil {
		return directory, app.RightQuery{}, readiness, err
	}
	query, err := v.readRights(directory, readiness.RightCode)
	return directory, query, readiness, err
}

func showModel(v *visit) error {
	directory, query, readiness, err := v.readModel()
	if err != nil {
		return err
	}
	page := modelPage{ReadinessView: readiness, Directory: directory, Name: readiness.Model.Name, State: v.query.Get("state")}
	if readiness.Kind == tracker.RightService {
		page.Name = generationName(readiness.Subject)
	}
	page.BasePage = v.base(page.Name, "models")
	if page.Found, err = v.server.app.RightsOf(v.Request.Context(), v.actor, query); err != nil {
		return err
	}
	page.First, page.Last = (page.Found.Page-1)*page.Found.PerPage+1, (page.Found.Page-1)*page.Found.PerPage+len(page.Found.Rows)
	page.Guards = v.guardFigures(readiness)
	for _, region := range directory.RegionList {
		if r, known := readiness.Regions[region.ID]; known {
			page.Areas = append(page.Areas, areaFigures{region, r, percentOf(r.Ready, r.Active)})
		}
	}
	for _, row := range page.Found.Rows {
		page.Rows = append(page.Rows, v.modelRow(row, directory, readiness.Standard))
	}
	page.Spark = v.readySpark(readiness)
	page.Chips = v.chipsOf(page.BasePage, directory, "q", "region", "group", "province", "city", "state", "requirement", "only")
	page.Exports = map[string]string{}
	for _, format := range []string{"csv", "xlsx"} {
		address := page.Here("page", "", "per_page", "", "format", format)
		page.Exports[format] = strings.Replace(address, "?", "/export?", 1)
	}
	return v.show("model", page)
}

// guardFigures gives the guards of a right with how many dealerships each stops, on the day and week by week.
func (v *visit) guardFigures(r app.ReadinessView) []guardFigures {
	var out []guardFigures
	for _, guard := range r.Guards {
		line := guardFigures{Code: guard.Code, Title: v.requirement(guard), Only: r.Now.Only[guard.Code], Total: r.Now.Total[guard.Code]}
		for _, week := range r.Weeks {
			line.Weeks = append(line.Weeks, weekFigures{week.Only[guard.Code], week.Total[guard.Code]})
		}
		out = append(out, line)
	}
	return out
}

// readySpark draws how many are ready, week by week.
func (v *visit) readySpark(r app.ReadinessView) *spark {
	var days []tracker.Date
	var values []int
	for _, week := range r.Weeks {
		days, values = append(days, week.Day), append(values, week.Ready)
	}
	out := newSpark(days, values, v.on, v.say("model.weeks"))
	return &out
}

func (v *visit) modelRow(row app.RightRow, directory app.Directory, standard tracker.Standard) modelRow {
	out := modelRow{RightRow: row, Region: directory.Regions[row.Region]}
	for _, code := range row.Right.Failing.All() {
		guard, _ := standard.Requirement(code)
		out.Why = append(out.Why, guardFigures{Code: code, Title: v.requirement(guard)})
	}
	return out
}

// rightColumns are the columns of a table of rights, by message.
var rightColumns = []string{
	"field.day", "field.code", "field.dealership", "field.region", "field.right", "field.answer", "field.guards", "field.why", "field.from", "field.until",
}

// downloadModel gives how the dealerships stand with one right on the day, narrowed down like the page.
func downloadModel(v *visit) error {
	format, err := v.tableFormat()
	if err != nil {
		return err
	}
	directory, query, readiness, err := v.readModel()
	if err != nil {
		return err
	}
	table := app.RightTable{Format: format, Row: func(row app.RightRow) []string {
		return v.rightCells(v.modelRow(row, directory, readiness.Standard))
	}}
	for _, column := range rightColumns {
		table.Header = append(table.Header, v.say(column))
	}
	return v.download("rights-"+readiness.Subject, format, func(w io.Writer) error {
		return v.server.app.ExportRights(v.Request.Context(), v.actor, query, table, w)
	})
}

// rightCells writes a dealership's right in the order of the columns.
func (v *visit) rightCells(row modelRow) []string {
	answer := v.say("rights.no")
	if row.Right.May {
		answer = v.say("rights.yes")
	}
	var why []string
	for _, guard := range row.Why {
		why = append(why, guard.Title)
	}
	d := row.Dealership
	return []string{
		v.on.String(), d.Code, inLanguage(v.lang, d.NameEn, d.NameZh), inLanguage(v.lang, row.Region.NameEn, row.Region.NameZh),
		v.say("right."+string(row.Right.Kind), []any{"what", row.Right.Subject}...), answer, string(row.Right.Failing), strings.Join(why, "; "),
		row.Right.From.String(), row.Right.Last().String(),
	}
}

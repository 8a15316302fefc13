package server

import (
	"net/http"
	"slices"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// matrixFilters are the parameters of the matrix that narrow it.
var matrixFilters = []string{"dealership", "region", "group", "job", "q"}

// matrixRoutes lists the address of people × qualifications.
func matrixRoutes() []route {
	query := slices.Concat(matrixFilters, []string{"page", "per_page"})
	return []route{{method: http.MethodGet, path: "/matrix", action: tracker.SeePeople, query: query, handle: showMatrix}}
}

type matrixPage struct {
	BasePage
	app.PersonPage
	Query     app.PersonQuery
	Directory app.Directory
	Chips     []chip
	Jobs      []tracker.Job
	Columns   []matrixColumn
	Rows      []matrixRow
	First     int
	Last      int
	One       *tracker.Dealership // when all of the page are at one
	Legend    []legendView
}

// matrixColumn is a type of qualification, of one generation where it has some.
type matrixColumn struct {
	Name       string
	Full       tracker.Text
	kind       tracker.QualificationType
	generation tracker.Generation
}

type matrixRow struct {
	app.PersonLine
	Cells []matrixCell
}

// matrixCell says what somebody has of a column, in the words of a rung; Other is a type that is not meant for the job.
type matrixCell struct {
	View  rungView
	Other bool
}

func showMatrix(v *visit) error {
	query, err := v.personQuery()
	if err != nil {
		return err
	}
	query.Sort = "dealership"
	ctx := v.Request.Context()
	found, err := v.server.app.People(ctx, v.actor, query)
	if err != nil {
		return err
	}
	rules, err := v.server.app.Rulebook(ctx)
	if err != nil {
		return err
	}
	page := matrixPage{
		BasePage: v.base(v.say("matrix.title"), "people"), PersonPage: found, Query: query, Jobs: tracker.Jobs, Legend: rungLegend(),
		First: (found.Page-1)*found.PerPage + 1, Last: (found.Page-1)*found.PerPage + len(found.Rows),
	}
	if page.Directory, err = v.server.app.Directory(ctx); err != nil {
		return err
	}
	types := rules.QualificationTypes(v.on)
	page.Columns = v.matrixColumns(found.Rows, types)
	for i, row := range found.Rows {
		line := matrixRow{PersonLine: row}
		for _, column := range page.Columns {
			line.Cells = append(line.Cells, v.matrixCell(column, row))
		}
		page.Rows = append(page.Rows, line)
		if i == 0 {
			page.One = &found.Rows[0].At
		} else if page.One != nil && page.One.ID != row.At.ID {
			page.One = nil
		}
	}
	page.Chips = v.personChips(page.BasePage, page.Directory, types)
	return v.show("matrix", page)
}

// matrixColumns gives the types that count in a job of the page, those with generations once for each that somebody has.
func (v *visit) matrixColumns(rows []app.PersonLine, types []tracker.QualificationType) []matrixColumn {
	var out []matrixColumn
	for _, t := range types {
		if !slices.ContainsFunc(rows, func(p app.PersonLine) bool { return t.For(p.Job) }) {
			continue
		}
		var levels []tracker.Generation
		for _, row := range rows {
			for _, c := range row.Clocks {
				if g := c.Qualification.Generation; c.Type.Code == t.Code && !slices.Contains(levels, g) {
					levels = append(levels, g)
				}
			}
			for _, r := range row.Rungs.Rungs {
				if r.Type.Code == t.Code && r.Cliff() && !slices.Contains(levels, r.Generation) {
					levels = append(levels, r.Generation)
				}
			}
		}
		slices.Sort(levels)
		if len(levels) == 0 && v.besides(t, rows, types) {
			continue
		}
		if len(levels) == 0 || !t.HasGeneration {
			levels = []tracker.Generation{""}
		}
		for _, g := range levels {
			column := matrixColumn{Name: v.typeName(t.Code, t.Name), Full: t.Name, kind: t, generation: g}
			if g != "" {
				column.Name += " " + string(g)
			}
			out = append(out, column)
		}
	}
	return out
}

// besides tells whether nobody of a page is near a type that stands beside the ladder, so that it needs no column: it is
// asked for only by types that nobody has.
func (v *visit) besides(t tracker.QualificationType, rows []app.PersonLine, types []tracker.QualificationType) bool {
	asked := false
	for _, above := range types {
		if !slices.ContainsFunc(above.Requires, func(p tracker.Prerequisite) bool { return p.Type == t.Code }) {
			continue
		}
		asked = true
		for _, row := range rows {
			if slices.ContainsFunc(row.Clocks, func(c tracker.Clock) bool { return c.Type.Code == above.Code }) {
				return false
			}
		}
	}
	return asked && t.Level == 0 && t.ReviewMonths == 0
}

// matrixCell says what somebody has of a column on the day.
func (v *visit) matrixCell(c matrixColumn, row app.PersonLine) matrixCell {
	rung := row.Rungs.Rung(c.kind.Code, c.generation)
	if !c.kind.For(row.Job) {
		return matrixCell{Other: true}
	}
	if rung == nil { // of a generation that concerns others only
		rung = &tracker.Rung{Type: c.kind, Generation: c.generation, Word: tracker.RungMissing}
	}
	return matrixCell{View: v.rungView(*rung)}
}

package server

import (
	"net/http"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// rightsQuery are the parameters of the rights of one dealership, or of a list of them.
var rightsQuery = []string{
	"dealership", "model", "generation", "q", "region", "group", "province", "city", "state", "requirement", "only", "page", "per_page",
}

// rightJSON is one right of one dealership on a day. One of may_sell and may_service_hv is there.
type rightJSON struct {
	Dealership   string       `json:"dealership" missing:"yes"`
	On           tracker.Date `json:"on" missing:"yes"`
	Model        *string      `json:"model" missing:"yes"`
	Generation   *string      `json:"generation" missing:"yes"`
	MaySell      *bool        `json:"may_sell,omitempty" missing:"yes" doc:"With model: new orders may be taken. True while no guard stands against it."`
	MayServiceHV *bool        `json:"may_service_hv,omitempty" missing:"yes" doc:"With generation: its high-voltage systems may be worked on."`
	From         tracker.Date `json:"from" missing:"yes" doc:"Since when the answer and its guards are as they are."`
	Until        tracker.Date `json:"until" missing:"yes" doc:"Until when they stay so."`
	Because      []guardJSON  `json:"because" missing:"yes" doc:"Every guard; none while the dealership does not operate."`
	NextChange   tracker.Date `json:"next_change" missing:"yes" doc:"The first day on which the answer is another one; null when none is known."`
}

// guardJSON is one guard of a right.
type guardJSON struct {
	Rule        string          `json:"rule" doc:"Code and title."`
	Code        string          `json:"code"`
	Basis       tracker.Basis   `json:"basis"`
	Holds       *bool           `json:"holds" doc:"False while it stands against the right; true also in its grace; null where nothing was ever recorded, which stands against nothing."`
	Outcome     tracker.Outcome `json:"outcome"`
	Fact        string          `json:"fact" doc:"What is there; people are named to those who may see them."`
	Until       tracker.Date    `json:"until" doc:"The last day on which the outcome stays as it is; null when no end is known."`
	GraceUntil  tracker.Date    `json:"grace_until" doc:"Of one that fails in its grace: the last day of grace."`
	Since       tracker.Date    `json:"since" doc:"Of one that fails: since when its clock runs."`
	ChangesHere bool            `json:"changes_first" doc:"It is the first that will stand against the right."`
	Source      sourceJSON      `json:"source"`
	Recorded    *recordedJSON   `json:"recorded" doc:"The recorded fact that it rests on, where it is a single one."`
}

// sourceJSON says where a rule comes from.
type sourceJSON struct {
	Basis tracker.Basis `json:"basis"`
	Cite  string        `json:"cite"`
}

// recordedJSON is a recorded fact in short.
type recordedJSON struct {
	Fact     tracker.FactKind `json:"fact"`
	FirstDay tracker.Date     `json:"first_day"`
	At       tracker.Moment   `json:"recorded_at"`
	By       string           `json:"recorded_by"`
}

// rightItemJSON is one dealership's right in a list.
type rightItemJSON struct {
	Dealership   string       `json:"dealership"`
	NameZh       string       `json:"name_zh"`
	NameEn       string       `json:"name_en"`
	Region       *string      `json:"region"`
	MaySell      *bool        `json:"may_sell,omitempty" missing:"yes"`
	MayServiceHV *bool        `json:"may_service_hv,omitempty" missing:"yes"`
	Failing      []string     `json:"failing" doc:"Codes of the guards that stand against it."`
	From         tracker.Date `json:"from"`
	Until        tracker.Date `json:"until"`
}

// eitherRights is one dealership's right, or a list of dealerships where none is named.
type eitherRights struct {
	rightJSON
	Items   []rightItemJSON `json:"items" missing:"yes" doc:"Without dealership: the operating dealerships, by code."`
	Total   int             `json:"total" missing:"yes"`
	Page    int             `json:"page" missing:"yes"`
	PerPage int             `json:"per_page" missing:"yes"`
}

func apiRights(v *visit) error {
	right, err := v.readRight()
	if err != nil {
		return err
	}
	asked := v.query["dealership"]
	switch {
	case len(asked) == 0:
		return v.apiRightsList(right)
	case len(asked) > 1:
		return badValue("dealership", strings.Join(asked, ", "))
	}
	if err := v.refuse("q", "region", "group", "province", "city", "state", "requirement", "only", "page", "per_page"); err != nil {
		return err
	}
	found, err := v.server.app.Right(v.Request.Context(), v.actor, asked[0], right, v.on)
	if err != nil {
		return err
	}
	out := rightJSON{
		Dealership: asked[0], On: v.on, From: found.Right.From, Until: found.Right.Last(), Because: []guardJSON{}, NextChange: found.NextChange,
	}
	out.MaySell, out.MayServiceHV = eitherMay(found.Right)
	out.Model, out.Generation = eitherSubject(right)
	for _, g := range found.Guards {
		out.Because = append(out.Because, v.guardOf(g, found.People))
	}
	v.JSON(http.StatusOK, out)
	return nil
}

// eitherMay gives the answer under the name of its kind.
func eitherMay(r tracker.Right) (sell, service *bool) {
	if r.Kind == tracker.RightSell {
		return &r.May, nil
	}
	return nil, &r.May
}

func eitherSubject(r tracker.RightCode) (model, generation *string) {
	if r.Kind == tracker.RightSell {
		return &r.Subject, nil
	}
	return nil, &r.Subject
}

func (v *visit) guardOf(g app.GuardView, people map[tracker.PersonID]tracker.Person) guardJSON {
	r := g.Requirement
	out := guardJSON{
		Rule: r.Code + " " + v.requirement(r), Code: r.Code, Basis: r.Basis, Outcome: g.Outcome, Fact: v.guardFact(g, people), Until: g.Until,
		GraceUntil: g.GraceLast, Since: g.Since, ChangesHere: g.FlipsFirst, Source: sourceJSON{r.Source.Basis, r.Source.Cite},
	}
	if g.Outcome != tracker.Unknown {
		holds := !g.Stands()
		out.Holds = &holds
	}
	if g.Fact != nil {
		head := g.Fact.Version()
		out.Recorded = &recordedJSON{g.Fact.Kind(), g.Fact.FirstDay(), head.RecordedAt, g.By}
	}
	return out
}

func (v *visit) apiRightsList(right tracker.RightCode) error {
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return err
	}
	query, err := v.readRights(directory, right)
	if err != nil {
		return err
	}
	page, err := v.server.app.RightsOf(v.Request.Context(), v.actor, query)
	if err != nil {
		return err
	}
	out := list[rightItemJSON]{Items: []rightItemJSON{}, Total: page.Total, Page: page.Page, PerPage: page.PerPage}
	for _, row := range page.Rows {
		item := rightItemJSON{
			Dealership: row.Dealership.Code, NameZh: row.Dealership.NameZh, NameEn: row.Dealership.NameEn,
			Region: textOrNull(directory.Regions[row.Region].Code), Failing: append([]string{}, row.Right.Failing.All()...),
			From: row.Right.From, Until: row.Right.Last(),
		}
		item.MaySell, item.MayServiceHV = eitherMay(row.Right)
		out.Items = append(out.Items, item)
	}
	v.JSON(http.StatusOK, out)
	return nil
}

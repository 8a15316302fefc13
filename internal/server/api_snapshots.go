package server

import (
	"context"
	"net/http"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// snapshotsAPI is where programs find frozen answers.
const snapshotsAPI = "/api/v1/snapshots"

func snapshotAPIRoutes() []route {
	return []route{
		{method: http.MethodGet, path: snapshotsAPI, action: tracker.SeeFigures, query: []string{"page", "per_page"}, handle: apiSnapshots},
		{method: http.MethodPost, path: snapshotsAPI, action: tracker.PublishFigures, handle: apiMakeSnapshot},
		{method: http.MethodGet, path: snapshotsAPI + "/:id", action: tracker.SeeFigures, handle: apiSnapshot},
	}
}

// snapshotJSON is a frozen answer.
type snapshotJSON struct {
	ID           string           `json:"id"`
	Question     tracker.Question `json:"question"`
	NameEn       string           `json:"name_en"`
	NameZh       string           `json:"name_zh"`
	DefinitionEn string           `json:"definition_en"`
	DefinitionZh string           `json:"definition_zh"`
	Asked        string           `json:"asked" doc:"Of a list: its query, as in an address."`
	Regions      []string         `json:"regions" doc:"Codes of the regions it is about; none: the whole network."`
	Covers       []string         `json:"covers" doc:"Codes of the dealerships it counts; none: every one."`
	From         tracker.Date     `json:"from" doc:"The beginning of a period; null for a single day."`
	On           tracker.Date     `json:"on"`
	KnownAt      tracker.Moment   `json:"known_at"`
	MadeAt       tracker.Moment   `json:"made_at"`
	MadeBy       string           `json:"made_by" doc:"Login of who froze it."`
	SHA256       string           `json:"sha256" doc:"Of its text, in hexadecimal."`
	Figures      []figureJSON     `json:"figures"`
}

// figureJSON is a number of a frozen answer.
type figureJSON struct {
	Region *string `json:"region" doc:"Code of a region; null: all that is covered."`
	Figure string  `json:"figure" doc:"The word of its definition; count for a list."`
	Before *int    `json:"before" doc:"At the beginning of a period; null for a single day."`
	Value  int     `json:"value"`
}

// openedJSON is a frozen answer with the same question asked again.
type openedJSON struct {
	snapshotJSON
	Text        string             `json:"text" doc:"What is frozen, of which sha256 is the sum."`
	Intact      bool               `json:"intact" doc:"The text is what was frozen."`
	Same        bool               `json:"same" doc:"Asked again as known then, every number is the same."`
	Differs     []againJSON        `json:"differs" doc:"Numbers that are not the same as known then: there must be none."`
	Since       []againJSON        `json:"since" doc:"Numbers that are otherwise now, by what was recorded since."`
	Changes     []memberChangeJSON `json:"changes" doc:"What each figure counts otherwise now."`
	Recorded    []sinceJSON        `json:"recorded" doc:"What was recorded since that brings this about, newest first."`
	Unexplained int                `json:"unexplained" doc:"Dealerships whose records were not looked through, since there are too many."`
}

// againJSON is a number that comes out otherwise.
type againJSON struct {
	figureJSON
	AgainBefore *int `json:"again_before"`
	Again       int  `json:"again"`
}

// memberChangeJSON is what a figure counts otherwise.
type memberChangeJSON struct {
	Figure string       `json:"figure"`
	On     tracker.Date `json:"on"`
	Gone   []memberJSON `json:"gone" doc:"Counted then, and not now."`
	Come   []memberJSON `json:"come" doc:"Counted now, and not then."`
	Moved  []memberJSON `json:"moved" doc:"Counted in another region."`
	Hidden int          `json:"hidden" doc:"How many of them lie outside what the account sees."`
}

// memberJSON is a dealership that is counted, or a person at one.
type memberJSON struct {
	Dealership string  `json:"dealership"`
	StaffNo    *string `json:"staff_no"`
}

// sinceJSON is something that was recorded since.
type sinceJSON struct {
	RecordedAt tracker.Moment `json:"recorded_at"`
	RecordedBy *string        `json:"recorded_by"`
	Action     string         `json:"action"`
	Fact       string         `json:"fact" doc:"The kind of fact."`
	ID         *string        `json:"id" doc:"It names the fact through all its corrections."`
	Dealership *string        `json:"dealership"`
	StaffNo    *string        `json:"staff_no"`
	Reason     *string        `json:"reason"`
	Hidden     bool           `json:"hidden" doc:"It is about a person whom the account does not see."`
}

// snapshotBody is what freezing an answer sends.
type snapshotBody struct {
	Question     sentText `json:"question" doc:"figures, dealerships or people."`
	NameEn       sentText `json:"name_en"`
	NameZh       sentText `json:"name_zh"`
	DefinitionEn sentText `json:"definition_en" doc:"What a list counts; of figures a note."`
	DefinitionZh sentText `json:"definition_zh"`
	Asked        sentText `json:"asked" doc:"Of a list: its query, as in an address."`
	Regions      []string `json:"regions" doc:"Of figures: codes of regions; none: all that the account sees."`
	From         sentText `json:"from" doc:"The beginning of a period; without it a single day." format:"date"`
	On           sentText `json:"on" format:"date"`
	KnownAt      sentText `json:"known_at" doc:"A moment (RFC 3339) or a day; without it now."`
}

func snapshotOf(s app.KeptSnapshot) snapshotJSON {
	out := snapshotJSON{
		ID: s.ID, Question: s.Question, NameEn: s.Name.En, NameZh: s.Name.Zh, DefinitionEn: s.Definition.En, DefinitionZh: s.Definition.Zh,
		Asked: s.Asked, Regions: orEmpty(s.Regions), Covers: orEmpty(s.Covers), From: s.From, On: s.On, KnownAt: s.KnownAt, MadeAt: s.MadeAt,
		MadeBy: s.MadeBy, SHA256: s.SHA256, Figures: []figureJSON{},
	}
	for _, f := range s.Figures {
		out.Figures = append(out.Figures, figureOf(s.Snapshot, f))
	}
	return out
}

func figureOf(s tracker.Snapshot, f tracker.Figure) figureJSON {
	out := figureJSON{Region: textOrNull(f.Place), Figure: f.Key, Value: f.Value}
	if s.Period() {
		out.Before = &f.Before
	}
	return out
}

func apiSnapshots(v *visit) error {
	found, err := v.findSnapshots()
	if err != nil {
		return err
	}
	out := list[snapshotJSON]{Items: []snapshotJSON{}, Total: found.Total, Page: found.Page, PerPage: found.PerPage}
	for _, kept := range found.Items {
		out.Items = append(out.Items, snapshotOf(kept))
	}
	v.JSON(http.StatusOK, out)
	return nil
}

func apiSnapshot(v *visit) error {
	opened, err := v.server.app.OpenSnapshot(v.Request.Context(), v.actor, v.Param("id"), v.resolve)
	if err != nil {
		return err
	}
	out := openedJSON{
		snapshotJSON: snapshotOf(opened.KeptSnapshot), Text: opened.Body, Intact: !opened.Altered,
		Same: !opened.Altered && len(opened.Differs) == 0, Differs: againOf(opened, opened.Differs), Since: againOf(opened, opened.Since),
		Changes: []memberChangeJSON{}, Recorded: []sinceJSON{}, Unexplained: opened.Unexplained,
	}
	for _, c := range opened.Changes {
		out.Changes = append(out.Changes, memberChangeJSON{c.Key, c.On, membersOf(c.Gone), membersOf(c.Come), membersOf(c.Moved), c.Hidden})
	}
	for _, e := range opened.Recorded {
		out.Recorded = append(out.Recorded, sinceJSON{
			e.Moment, textOrNull(e.By), e.Action, e.Kind, textOrNull(string(e.Chain)), textOrNull(e.Dealership.Code), textOrNull(e.Person.StaffNo),
			textOrNull(e.Reason), e.Hidden,
		})
	}
	v.JSON(http.StatusOK, out)
	return nil
}

func againOf(s app.OpenedSnapshot, lines []app.SnapshotLine) []againJSON {
	out := []againJSON{}
	for _, line := range lines {
		again := againJSON{figureJSON: figureOf(s.Snapshot, line.Figure), Again: line.Again}
		if s.Period() {
			again.AgainBefore = &line.AgainBefore
		}
		out = append(out, again)
	}
	return out
}

func membersOf(list []app.SnapshotMember) []memberJSON {
	out := []memberJSON{}
	for _, m := range list {
		out = append(out, memberJSON{m.Dealership.Code, textOrNull(m.Person.StaffNo)})
	}
	return out
}

func apiMakeSnapshot(v *visit) error {
	var sent snapshotBody
	text, err := v.readJSON(&sent)
	if err != nil {
		return err
	}
	moment, err := v.momentOf("known_at", sent.KnownAt.text)
	if err != nil {
		return tracker.Fault(tracker.Invalid, "invalid_form").In("known_at", "moment_unreadable", "value", sent.KnownAt.text)
	}
	return v.write(text, func(ctx context.Context) (app.Answer, error) {
		kept, err := v.server.app.MakeSnapshot(ctx, v.actor, app.SnapshotForm{
			Question: sent.Question.text, NameEn: sent.NameEn.text, NameZh: sent.NameZh.text, DefinitionEn: sent.DefinitionEn.text,
			DefinitionZh: sent.DefinitionZh.text, Asked: sent.Asked.text, Regions: sent.Regions, From: sent.From.text, On: sent.On.text,
			KnownAt: moment, Words: v.snapshotWords(),
		}, v.resolve)
		if err != nil {
			return app.Answer{}, err
		}
		return answerOf(http.StatusCreated, snapshotOf(kept), snapshotsAPI+"/"+kept.ID)
	})
}

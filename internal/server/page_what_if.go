package server

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// whatIfRoutes lists the addresses at which things are supposed and nothing is saved.
func whatIfRoutes() []route {
	const see = tracker.SeePeople
	supposed := []string{"leaver", "leave_on", "pass", "type", "generation", "pass_on", "event", "event_on", "bridged_to"}
	needs := []string{"region", "people", "page", "per_page"}
	return []route{
		{method: http.MethodGet, path: "/dealerships/:code/what-if", action: see, query: supposed, handle: showWhatIf},
		{method: http.MethodGet, path: "/api/v1/dealerships/:code/what-if", action: see, query: supposed, handle: apiWhatIf},
		{method: http.MethodGet, path: "/training/needs", action: see, query: needs, handle: showNeeds},
		{method: http.MethodGet, path: "/api/v1/training/needs", action: see, query: needs, handle: apiNeeds},
	}
}

type whatIfPage struct {
	BasePage
	app.WhatIf
	Form        app.WhatIfForm
	Asked       bool
	Effect      *effectView
	Repairs     []string
	Events      []tracker.EventKind
	Generations []tracker.Generation
}

// Chose tells whether somebody is among those of a list.
func (p whatIfPage) Chose(list []string, staffNo string) bool { return slices.Contains(list, staffNo) }

// whatIf reads what is supposed and gives what would follow, for the page and the API alike.
func (v *visit) whatIf() (f app.WhatIfForm, out app.WhatIf, err error) {
	f = app.WhatIfForm{
		Leavers: v.query["leaver"], Passing: v.query["pass"], Type: v.query.Get("type"), Generation: v.query.Get("generation"),
		Event: v.query.Get("event"),
	}
	if len(v.query["event"]) > 1 {
		return f, out, badValue("event", strings.Join(v.query["event"], ", "))
	}
	for name, into := range map[string]*tracker.Date{
		"leave_on": &f.LeaveOn, "pass_on": &f.PassOn, "event_on": &f.EventOn, "bridged_to": &f.BridgedTo,
	} {
		if v.query.Get(name) == "" {
			continue
		}
		if *into, err = v.day(name); err != nil {
			return f, out, err
		}
	}
	out, err = v.server.app.WhatIf(v.Request.Context(), v.actor, v.Param("code"), v.on, f)
	return f, out, err
}

func showWhatIf(v *visit) error {
	f, found, err := v.whatIf()
	if err != nil {
		return err
	}
	page := whatIfPage{
		BasePage: v.base(v.say("what_if.title"), "dealerships"), WhatIf: found, Form: f, Asked: !f.Empty(),
		Effect: v.effect(found.Effect), Events: tracker.EventKinds, Generations: generations,
	}
	for _, r := range found.Repairs {
		page.Repairs = append(page.Repairs, v.repair(r))
	}
	return v.show("what_if", page)
}

// repair puts a way of bringing back what falls into words.
func (v *visit) repair(r app.Repair) string {
	if r.Kind == app.RepairTransfer {
		return v.say("what_if.repair_"+string(r.Kind), "dealership", r.From.Code+" "+inLanguage(v.lang, r.From.NameEn, r.From.NameZh), "count", r.Spare)
	}
	what := string(r.Training.Type)
	if r.Training.Generation != "" {
		what += " " + string(r.Training.Generation)
	}
	on := ""
	if r.Seat.Session.ID != "" {
		on = longDate(v.lang, r.Seat.Session.FirstDay)
	}
	return v.say("what_if.repair_"+string(r.Kind), "person", r.Name, "course", what, "on", on)
}

// suppositionJSON is what would follow from a supposition.
type suppositionJSON struct {
	Dealership string          `json:"dealership"`
	On         tracker.Date    `json:"on"`
	Falls      tracker.Date    `json:"falls" doc:"The first day on which something is lost; null when nothing is."`
	Standings  []supposedJSON  `json:"standings" doc:"Runs of days on which a standing would be another one."`
	Rights     []supposedRight `json:"rights" doc:"Runs of days on which a right would come or go."`
	Repairs    []repairJSON    `json:"repairs" doc:"The quickest ways of bringing back what falls."`
}

type supposedJSON struct {
	Programme tracker.ProgrammeCode `json:"programme"`
	From      tracker.Date          `json:"from"`
	Until     tracker.Date          `json:"until" doc:"The last day; null when no end is known."`
	Before    stateHealthJSON       `json:"before"`
	After     stateHealthJSON       `json:"after"`
}

type stateHealthJSON struct {
	State  tracker.State `json:"state"`
	Health tracker.Light `json:"health"`
}

type supposedRight struct {
	Kind    tracker.RightKind `json:"kind" doc:"sell or service"`
	Subject string            `json:"subject" doc:"The model or the generation."`
	From    tracker.Date      `json:"from"`
	Until   tracker.Date      `json:"until"`
	May     bool              `json:"may"`
	Failing []string          `json:"failing" doc:"The guards that stand against it."`
}

type repairJSON struct {
	Kind       app.RepairKind            `json:"kind" doc:"seat, bridge, session, course or transfer"`
	StaffNo    string                    `json:"staff_no"`
	Type       tracker.QualificationCode `json:"type"`
	Generation tracker.Generation        `json:"generation"`
	Dealership string                    `json:"dealership" doc:"Of a transfer: where there are more people than needed."`
}

func apiWhatIf(v *visit) error {
	_, found, err := v.whatIf()
	if err != nil {
		return err
	}
	out := suppositionJSON{
		Dealership: found.Dealership.Code, On: v.on, Falls: found.Falls,
		Standings: []supposedJSON{}, Rights: []supposedRight{}, Repairs: []repairJSON{},
	}
	for _, d := range found.Effect.Differences {
		out.Standings = append(out.Standings, supposedJSON{
			d.Programme, d.From, d.Last(), stateHealthJSON{d.Before.State, d.Before.Health()}, stateHealthJSON{d.After.State, d.After.Health()},
		})
	}
	for _, d := range found.Effect.Rights {
		out.Rights = append(out.Rights, supposedRight{d.Kind, d.Subject, d.From, d.Last(), d.May, orEmpty(d.Failing.All())})
	}
	for _, r := range found.Repairs {
		out.Repairs = append(out.Repairs, repairJSON{r.Kind, r.StaffNo, r.Training.Type, r.Training.Generation, r.From.Code})
	}
	v.JSON(http.StatusOK, out)
	return nil
}

// orEmpty gives a list that JSON writes as a list even where there is nothing in it.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

type needsPage struct {
	BasePage
	app.Needs
	Query     app.NeedsQuery
	Directory app.Directory
	First     int
	Last      int
}

// Trained names a person and course of a line.
func (p needsPage) Trained(line app.NeedLine, t tracker.Training) string {
	who := line.Names[t.Person]
	text := who.Name + " (" + who.StaffNo + "): " + string(t.Type)
	if t.Generation != "" {
		text += " " + string(t.Generation)
	}
	return text
}

func (v *visit) needs() (q app.NeedsQuery, out app.Needs, directory app.Directory, err error) {
	ctx := v.Request.Context()
	q.On = v.on
	if directory, err = v.server.app.Directory(ctx); err != nil {
		return q, out, directory, err
	}
	for _, read := range []func() error{
		func() (err error) { q.Regions, err = v.regions(directory); return err },
		func() (err error) { q.People, err = v.number("people", 1, 1_000_000); return err },
		func() (err error) { q.Page, q.PerPage, err = v.paging(); return err },
	} {
		if err := read(); err != nil {
			return q, out, directory, err
		}
	}
	out, err = v.server.app.TrainingNeeds(ctx, v.actor, q)
	return q, out, directory, err
}

func showNeeds(v *visit) error {
	q, found, directory, err := v.needs()
	if err != nil {
		return err
	}
	return v.show("needs", needsPage{
		BasePage: v.base(v.say("needs.title"), "training"), Needs: found, Query: q, Directory: directory,
		First: (found.Page-1)*found.PerPage + 1, Last: (found.Page-1)*found.PerPage + len(found.Rows),
	})
}

// trainingNeedJSON is a dealership that training brings back.
type trainingNeedJSON struct {
	Dealership   string       `json:"dealership"`
	People       int          `json:"people" doc:"The fewest who have to be trained there."`
	So           int          `json:"so" doc:"People trained with this dealership and all before it."`
	Exact        bool         `json:"exact" doc:"No smaller set does it."`
	Requirements []string     `json:"requirements"`
	Trainings    []repairJSON `json:"trainings"`
}

type trainingNeedsJSON struct {
	Items    []trainingNeedJSON `json:"items"`
	Total    int                `json:"total"`
	Page     int                `json:"page"`
	PerPage  int                `json:"per_page"`
	People   int                `json:"people" doc:"It takes to restore all of them."`
	Restored int                `json:"restored" doc:"Dealerships restored with as many people as were asked for."`
	Bound    int                `json:"bound" doc:"No choice of as many people restores more."`
	Lacking  int                `json:"lacking" doc:"Dealerships where people are missing whom training cannot make up."`
	Method   string             `json:"method"`
}

func apiNeeds(v *visit) error {
	_, found, _, err := v.needs()
	if err != nil {
		return err
	}
	out := trainingNeedsJSON{
		Items: []trainingNeedJSON{}, Total: found.Total, Page: found.Page, PerPage: found.PerPage, People: found.People,
		Restored: found.Restored, Bound: found.Restored + found.Inexact, Lacking: found.Lacking,
		Method: v.say("needs.method", "count", strconv.Itoa(found.Inexact)),
	}
	for _, line := range found.Rows {
		one := trainingNeedJSON{Dealership: line.Code, People: line.Need.People, So: line.So, Exact: line.Exact, Trainings: []repairJSON{}}
		for _, b := range line.Requirements {
			one.Requirements = append(one.Requirements, b.Requirement.Code)
		}
		for _, t := range line.Trainings {
			one.Trainings = append(one.Trainings, repairJSON{
				Kind: app.RepairKind(t.Path), StaffNo: line.Names[t.Person].StaffNo, Type: t.Type, Generation: t.Generation,
			})
		}
		out.Items = append(out.Items, one)
	}
	v.JSON(http.StatusOK, out)
	return nil
}

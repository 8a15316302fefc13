package server

import (
	"net/http"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// programmeJSON is a programme on a day.
type programmeJSON struct {
	Code     tracker.ProgrammeCode `json:"code"`
	Kind     tracker.ProgrammeKind `json:"kind"`
	NameEn   string                `json:"name_en"`
	NameZh   string                `json:"name_zh"`
	OwnerEn  *string               `json:"owner_en"`
	OwnerZh  *string               `json:"owner_zh"`
	Version  *string               `json:"version" doc:"The version in force on the day; null before the first."`
	Versions []versionJSON         `json:"versions" doc:"All that are published, the newest first."`
	Active   *int                  `json:"active" doc:"Operating dealerships; null for who sees no figures."`
	AtRisk   *int                  `json:"at_risk"`
	InBreach *int                  `json:"in_breach"`
	States   map[tracker.State]int `json:"states" doc:"How many operating dealerships are in which state."`
}

// versionJSON is a version of a standard as a list names it.
type versionJSON struct {
	Version         string       `json:"version"`
	EffectiveOn     tracker.Date `json:"effective_on" doc:"Null: since before the records."`
	TransitionUntil tracker.Date `json:"transition_until"`
	Is              string       `json:"is" doc:"in_force, coming or past on the day."`
}

// standardJSON is a version of a standard with all that it asks for.
type standardJSON struct {
	programmeJSON
	Shown             string            `json:"shown" doc:"The version that is described here: the one asked for, else the one in force."`
	EffectiveOn       tracker.Date      `json:"effective_on"`
	TransitionUntil   tracker.Date      `json:"transition_until"`
	ValidityMonths    int               `json:"validity_months" doc:"0 for none."`
	RenewalWindowDays int               `json:"renewal_window_days"`
	ResetDays         int               `json:"reset_days"`
	Requirements      []requirementJSON `json:"requirements"`
	Modules           []itemJSON        `json:"modules"`
	Qualifications    []itemJSON        `json:"qualifications"`
	Models            []itemJSON        `json:"models"`
	Links             []linkJSON        `json:"links"`
	Against           *string           `json:"against" doc:"The version before; null for the first."`
	Changes           []revisionJSON    `json:"changes" doc:"What this version changes against the one before."`
}

type requirementJSON struct {
	Code        string              `json:"code"`
	TitleEn     string              `json:"title_en"`
	TitleZh     string              `json:"title_zh"`
	WhyEn       string              `json:"why_en"`
	WhyZh       string              `json:"why_zh"`
	Basis       tracker.Basis       `json:"basis"`
	Severity    tracker.Severity    `json:"severity"`
	Weight      int                 `json:"weight"`
	GraceDays   int                 `json:"grace_days"`
	InForceFrom tracker.Date        `json:"in_force_from"`
	Measure     tracker.MeasureKind `json:"measure"`
	AtLeast     int                 `json:"at_least" doc:"People; 0 where the measure is no count."`
	Percent     int                 `json:"percent" doc:"0 where the measure is no ratio."`
	SourceBasis tracker.Basis       `json:"source_basis" doc:"Whose number it is: law, brand (the maker) or assumption."`
	Source      string              `json:"source"`
	Failing     *int                `json:"failing" doc:"Operating dealerships that fail it on the day; null for who sees no figures."`
}

type itemJSON struct {
	Code   string `json:"code"`
	NameEn string `json:"name_en"`
	NameZh string `json:"name_zh"`
}

type linkJSON struct {
	From  string        `json:"from"`
	To    string        `json:"to"`
	Carry tracker.Carry `json:"carry" doc:"Whether proofs and waivers are carried over: yes, no, until."`
	Until tracker.Date  `json:"until"`
}

type revisionJSON struct {
	Kind  tracker.RevisionKind `json:"kind"`
	Of    string               `json:"of"`
	Code  string               `json:"code"`
	Was   *string              `json:"was" doc:"The code before, where another requirement took its place."`
	Edits []editJSON           `json:"edits"`
}

type editJSON struct {
	Field  string  `json:"field"`
	Before *string `json:"before"`
	After  *string `json:"after"`
}

func apiProgrammes(v *visit) error {
	all, err := v.server.app.Programmes(v.Request.Context(), v.actor, v.on)
	if err != nil {
		return err
	}
	out := list[programmeJSON]{Items: []programmeJSON{}, Total: len(all), Page: 1, PerPage: len(all)}
	for _, p := range all {
		out.Items = append(out.Items, v.programmeOf(p))
	}
	v.JSON(http.StatusOK, out)
	return nil
}

// programmeOf writes a programme.
func (v *visit) programmeOf(p app.ProgrammeSummary) programmeJSON {
	out := programmeJSON{
		Code: p.Programme, Kind: p.Kind, NameEn: p.Name.En, NameZh: p.Name.Zh, OwnerEn: textOrNull(p.Owner.En), OwnerZh: textOrNull(p.Owner.Zh),
		Versions: []versionJSON{}, States: map[tracker.State]int{},
	}
	if p.InForce {
		out.Version = &p.Version
	}
	for _, l := range versionLinks(p, p.Standard) {
		out.Versions = append(out.Versions, versionJSON{l.Version, l.EffectiveOn, l.TransitionUntil, l.State})
	}
	if v.actor.Can(tracker.SeeFigures) {
		out.Active, out.AtRisk, out.InBreach = &p.Active, &p.AtRisk, &p.InBreach
	}
	for _, s := range p.States {
		out.States[s.State] = s.Count
	}
	return out
}

func apiProgramme(v *visit) error {
	summary, shown, before, err := v.programme()
	if err != nil {
		return err
	}
	view, err := v.standardView(shown, true)
	if err != nil {
		return err
	}
	out := standardJSON{
		programmeJSON: v.programmeOf(summary), Shown: shown.Version, EffectiveOn: shown.EffectiveOn, TransitionUntil: shown.TransitionUntil,
		ValidityMonths: shown.ValidityMonths, RenewalWindowDays: shown.RenewalWindowDays, ResetDays: shown.ResetDays,
		Requirements: []requirementJSON{}, Modules: []itemJSON{}, Qualifications: []itemJSON{}, Models: []itemJSON{}, Links: []linkJSON{}, Changes: []revisionJSON{},
	}
	for _, r := range view.Lines {
		out.Requirements = append(out.Requirements, requirementOf(r, view.Figures))
	}
	out.items(shown)
	if before != nil {
		out.Against, out.Changes = &before.Version, revisionsOf(tracker.Revisions(*before, shown))
	}
	v.JSON(http.StatusOK, out)
	return nil
}

func requirementOf(r requirementLine, figures bool) requirementJSON {
	out := requirementJSON{
		Code: r.Code, TitleEn: r.Title.En, TitleZh: r.Title.Zh, WhyEn: r.Why.En, WhyZh: r.Why.Zh, Basis: r.Basis, Severity: r.Severity, Weight: r.Weight,
		GraceDays: r.GraceDays, InForceFrom: r.InForceFrom, Measure: r.Measure.Kind, AtLeast: r.Measure.AtLeast, Percent: r.Measure.Percent,
		SourceBasis: r.By.Basis, Source: r.By.Cite,
	}
	if figures {
		out.Failing = &r.Fails
	}
	return out
}

// items writes what a standard has beside requirements.
func (j *standardJSON) items(s tracker.Standard) {
	for _, m := range s.Modules {
		j.Modules = append(j.Modules, itemJSON{m.Code, m.Title.En, m.Title.Zh})
	}
	for _, q := range s.Qualifications {
		j.Qualifications = append(j.Qualifications, itemJSON{string(q.Code), q.Name.En, q.Name.Zh})
	}
	for _, m := range s.Models {
		j.Models = append(j.Models, itemJSON{m.Code, m.Name, m.Name})
	}
	for _, l := range s.Links {
		j.Links = append(j.Links, linkJSON(l))
	}
}

func revisionsOf(list []tracker.Revision) []revisionJSON {
	out := []revisionJSON{}
	for _, r := range list {
		item := revisionJSON{Kind: r.Kind, Of: r.Sort, Code: r.Code, Was: textOrNull(r.Was), Edits: []editJSON{}}
		for _, e := range r.Edits {
			item.Edits = append(item.Edits, editJSON{e.Field, textOrNull(e.Before), textOrNull(e.After)})
		}
		out = append(out, item)
	}
	return out
}

// draftJSON is a pack on its way to being published.
type draftJSON struct {
	ID              string                `json:"id"`
	Programme       tracker.ProgrammeCode `json:"programme"`
	Version         string                `json:"version"`
	State           tracker.DraftState    `json:"state"`
	SHA256          string                `json:"sha256"`
	EffectiveOn     tracker.Date          `json:"effective_on"`
	TransitionUntil tracker.Date          `json:"transition_until"`
	UploadedBy      string                `json:"uploaded_by"`
	UploadedAt      tracker.Moment        `json:"uploaded_at"`
	Obstacles       []string              `json:"obstacles" doc:"What stands against the reader's publishing it now."`
	Impact          *impactJSON           `json:"impact" doc:"The latest run of the impact preview; null before the first."`
}

// impactJSON is a run of the impact preview.
type impactJSON struct {
	RunOn      tracker.Date    `json:"run_on"`
	RunAt      tracker.Moment  `json:"run_at"`
	RunBy      string          `json:"run_by"`
	OtherText  bool            `json:"other_text" doc:"The draft was changed since."`
	OtherRules bool            `json:"other_rules" doc:"Another standard was published since."`
	OtherFacts bool            `json:"other_facts" doc:"Facts were recorded since."`
	Days       []impactDayJSON `json:"days"`
}

type impactDayJSON struct {
	Stage        tracker.ImpactStage     `json:"stage" doc:"first: the day on which it comes into force; after: the first after its transition; grace: every grace has run out."`
	On           tracker.Date            `json:"on"`
	Operating    int                     `json:"operating"`
	Failing      int                     `json:"failing"`
	New          int                     `json:"new" doc:"Would not fail without the draft."`
	AtRisk       int                     `json:"at_risk"`
	InBreach     int                     `json:"in_breach"`
	RightLost    int                     `json:"right_lost"`
	OneAway      int                     `json:"one_away" doc:"Fail by a single item."`
	Requirements []impactRequirementJSON `json:"requirements"`
	Regions      []impactRegionJSON      `json:"regions"`
}

type impactRequirementJSON struct {
	Code    string `json:"code"`
	Failing int    `json:"failing"`
	Alone   int    `json:"alone" doc:"Fail by this item alone."`
}

type impactRegionJSON struct {
	Code      string `json:"code"`
	Operating int    `json:"operating"`
	Failing   int    `json:"failing"`
	New       int    `json:"new"`
	OneAway   int    `json:"one_away"`
	RightLost int    `json:"right_lost"`
}

// impactedJSON is a dealership that would lack something.
type impactedJSON struct {
	Code      string         `json:"code"`
	NameEn    string         `json:"name_en"`
	NameZh    string         `json:"name_zh"`
	Region    *string        `json:"region"`
	Light     *tracker.Light `json:"light"`
	New       bool           `json:"new"`
	RightLost bool           `json:"right_lost"`
	Missing   []string       `json:"missing"`
}

func apiDrafts(v *visit) error {
	drafts, _, err := v.server.app.Drafts(v.Request.Context(), v.actor)
	if err != nil {
		return err
	}
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return err
	}
	out := list[draftJSON]{Items: []draftJSON{}, Total: len(drafts), Page: 1, PerPage: len(drafts)}
	for _, d := range drafts {
		out.Items = append(out.Items, draftOf(d, directory))
	}
	v.JSON(http.StatusOK, out)
	return nil
}

func apiDraft(v *visit) error {
	d, err := v.server.app.Draft(v.Request.Context(), v.actor, v.Param("id"))
	if err != nil {
		return err
	}
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return err
	}
	v.JSON(http.StatusOK, draftOf(d, directory))
	return nil
}

func draftOf(d app.DraftView, directory app.Directory) draftJSON {
	out := draftJSON{
		ID: d.ID, Programme: d.Programme, Version: d.Standard, State: d.State, SHA256: d.PackHash, EffectiveOn: d.EffectiveOn,
		TransitionUntil: d.TransitionUntil, UploadedBy: d.UploadedLogin, UploadedAt: d.UploadedAt, Obstacles: append([]string{}, d.Obstacles...),
	}
	if d.Impact == nil {
		return out
	}
	i := *d.Impact
	out.Impact = &impactJSON{i.RunOn, i.RunAt, i.RunLogin, i.OtherText, i.OtherRules, i.OtherFacts, []impactDayJSON{}}
	for _, day := range i.Figures.Days {
		item := impactDayJSON{
			Stage: day.Stage, On: day.On, Operating: day.Operating, Failing: day.Failing, New: day.New, AtRisk: day.AtRisk, InBreach: day.InBreach,
			RightLost: day.RightLost, OneAway: day.OneAway, Requirements: []impactRequirementJSON{}, Regions: []impactRegionJSON{},
		}
		for _, r := range day.Requirements {
			item.Requirements = append(item.Requirements, impactRequirementJSON(r))
		}
		for _, r := range day.Regions {
			item.Regions = append(item.Regions, impactRegionJSON{directory.Regions[r.Region].Code, r.Operating, r.Failing, r.New, r.OneAway, r.RightLost})
		}
		out.Impact.Days = append(out.Impact.Days, item)
	}
	return out
}

func apiImpact(v *visit) error {
	ctx := v.Request.Context()
	d, err := v.server.app.Draft(ctx, v.actor, v.Param("id"))
	if err != nil {
		return err
	}
	directory, err := v.server.app.Directory(ctx)
	if err != nil {
		return err
	}
	var figures tracker.ImpactFigures
	if d.Impact != nil {
		figures = d.Impact.Figures
	}
	q, err := v.readImpact(directory, figures, d.Rules)
	if err != nil {
		return err
	}
	page, err := v.server.app.ImpactDealerships(ctx, v.actor, d.ID, q)
	if err != nil {
		return err
	}
	out := list[impactedJSON]{Items: []impactedJSON{}, Total: page.Total, Page: page.Page, PerPage: page.PerPage}
	for _, r := range page.Rows {
		out.Items = append(out.Items, impactedJSON{
			r.Code, r.NameEn, r.NameZh, textOrNull(directory.Regions[r.Region].Code), lightOrNull(r.Light), r.IsNew, r.RightLost, strings.Fields(r.Missing),
		})
	}
	v.JSON(http.StatusOK, out)
	return nil
}

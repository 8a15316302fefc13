package server

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// impactQuery are the parameters of the dealerships that a draft would hit.
var impactQuery = []string{"stage", "region", "fails", "show", "page", "per_page"}

// draftRoutes are the addresses of packs on their way to being published.
func draftRoutes() []route {
	const prepare, one, api = tracker.PreparePacks, "/drafts/:id", "/api/v1/drafts"
	get, post := http.MethodGet, http.MethodPost
	return []route{
		{method: get, path: "/drafts/new", action: prepare, handle: newDraft},
		{method: post, path: "/drafts/new", action: prepare, upload: true, handle: sendDraft},
		{method: get, path: "/offers/:code/:version", action: prepare, handle: takeOffer},
		{method: post, path: "/offers/:code/:version", action: prepare, handle: takeOffer},
		{method: get, path: one, action: prepare, query: impactQuery, handle: showDraft},
		{method: get, path: one + "/text", action: prepare, handle: downloadDraft},
		{method: post, path: one + "/check", action: prepare, handle: checkDraft},
		{method: post, path: one + "/discard", action: prepare, handle: discardDraft},
		{method: post, path: one + "/publish", action: tracker.PublishPacks, handle: publishDraft},
		{method: get, path: api, action: prepare, handle: apiDrafts},
		{method: get, path: api + "/:id", action: prepare, handle: apiDraft},
		{method: get, path: api + "/:id/impact", action: tracker.PublishPacks, query: impactQuery, handle: apiImpact},
	}
}

// newDraftPage is where a pack is sent.
type newDraftPage struct {
	BasePage
	Error string
	Text  string // what was typed
}

func newDraft(v *visit) error {
	return v.show("draft_new", newDraftPage{BasePage: v.base(v.say("drafts.new"), "programmes")})
}

// sendDraft takes a pack as a file, or as a text where no file comes along.
func sendDraft(v *visit) error {
	text := v.Request.PostForm.Get("text")
	name, content, err := v.sentFile("file")
	if err == nil {
		if len(content) == 0 {
			name, content = "", []byte(text)
		}
		var d tracker.Draft
		if d, err = v.server.app.UploadDraft(v.Request.Context(), v.actor, name, content); err == nil {
			v.flash(v.say("drafts.kept", "programme", string(d.Programme), "version", d.Standard))
			return v.seeOther("/drafts/" + d.ID)
		}
	}
	var fault *tracker.Error
	if !errors.As(err, &fault) || tracker.KindOf(err) == tracker.Forbidden {
		return err
	}
	page := newDraftPage{BasePage: v.base(v.say("drafts.new"), "programmes"), Text: text, Error: v.sentence(err)}
	if len(fault.Fields) > 0 {
		page.Error = v.server.messages.Say(v.lang, "error."+fault.Fields[0].Key, v.words(fault.Fields[0].Args))
	}
	return v.render(http.StatusUnprocessableEntity, "draft_new", page)
}

// takeOffer makes a draft of a pack that came with the program, from a day of the reader's choice.
func takeOffer(v *visit) error {
	ctx := v.Request.Context()
	_, offers, err := v.server.app.Drafts(ctx, v.actor)
	if err != nil {
		return err
	}
	code, version := v.Param("code"), v.Param("version")
	at := slices.IndexFunc(offers, func(o app.Offer) bool { return string(o.Rules.Programme) == code && o.Rules.Version == version })
	if at < 0 {
		return tracker.Fault(tracker.NotFound, "not_found", "noun", "pack", "key", code+" "+version)
	}
	rules, draft := offers[at].Rules, tracker.Draft{}
	until := rules.TransitionUntil
	if rules.EffectiveOn < v.today {
		until = 0
	}
	return v.runForm(app.DealershipView{}, form{
		title: v.say("drafts.offer", "programme", inLanguage(v.lang, rules.Name.En, rules.Name.Zh), "version", version),
		lead:  v.say("drafts.offer_lead"), back: "/programmes", section: "programmes", of: v.say("programmes.title"), submit: v.say("drafts.take"),
		fields: func() []formField {
			return []formField{
				{Name: "effective_on", Kind: "date", Required: true, Label: v.say("field.in_force_from"), Value: v.typed("effective_on", max(rules.EffectiveOn, v.today).String())},
				{Name: "transition_until", Kind: "date", Label: v.say("field.transition_until"), Value: v.typed("transition_until", until.String()), Hint: v.say("drafts.transition_hint")},
			}
		},
		save: func() (err error) {
			draft, err = v.server.app.TakeOffer(ctx, v.actor, app.OfferForm{
				Programme: code, Version: version, EffectiveOn: v.field("effective_on"), TransitionUntil: v.field("transition_until"),
			})
			return err
		},
		then: func() string { return "/drafts/" + draft.ID },
	})
}

// draftPage is a draft with what it would do.
type draftPage struct {
	BasePage
	app.DraftView
	Shown     standardView
	Against   string
	Revisions []revisionView
	Stages    []stageView
	Stage     int
	Day       tracker.ImpactDay // the one that is looked at
	List      app.ImpactList
	First     int
	Last      int
	Chips     []chip
	Directory app.Directory
	Nonce     string
	Stands    string // the sentence what stands against publishing; empty for nothing
}

// CheckClass is the look of the button that runs the preview: the next thing to do, or one of several.
func (p draftPage) CheckClass() string {
	if p.Impact == nil || !p.Impact.Usable() {
		return "btn btn-primary"
	}
	return "btn"
}

// stageView leads to one of the days on which a draft was tried.
type stageView struct {
	tracker.ImpactDay
	Current bool
}

func showDraft(v *visit) error {
	ctx := v.Request.Context()
	d, err := v.server.app.Draft(ctx, v.actor, v.Param("id"))
	if err != nil {
		return err
	}
	page := draftPage{
		BasePage: v.base(inLanguage(v.lang, d.Rules.Name.En, d.Rules.Name.Zh)+" "+d.Standard, "programmes"), DraftView: d, Nonce: rand.Text(),
	}
	if page.Directory, err = v.server.app.Directory(ctx); err != nil {
		return err
	}
	if page.Shown, err = v.standardView(d.Rules, false); err != nil {
		return err
	}
	if d.Before != nil {
		page.Against, page.Revisions = d.Before.Version, v.revisions(*d.Before, d.Rules)
	}
	if len(d.Obstacles) > 0 {
		page.Stands = v.say("error.draft_"+d.Obstacles[0], "programme", string(d.Programme), "version", d.Standard, "day", longDate(v.lang, d.EffectiveOn), "today", longDate(v.lang, v.today))
	}
	if err := v.impact(&page); err != nil {
		return err
	}
	return v.show("draft", page)
}

// impact fills in the day of a run that is looked at, and its dealerships for who may see them.
func (v *visit) impact(page *draftPage) error {
	var figures tracker.ImpactFigures
	if page.Impact != nil {
		figures = page.Impact.Figures
	}
	q, err := v.readImpact(page.Directory, figures, page.Rules)
	if err != nil || page.Impact == nil {
		return err
	}
	page.Stage, page.Day = q.Stage, figures.Days[q.Stage]
	for i, day := range figures.Days {
		page.Stages = append(page.Stages, stageView{day, i == q.Stage})
	}
	page.Chips = v.chipsOf(page.BasePage, page.Directory, "region", "fails", "show")
	if !v.actor.Can(tracker.SeeDealerships) {
		return nil
	}
	if q.PerPage == 0 {
		q.PerPage = impactShown
	}
	page.List, err = v.server.app.ImpactDealerships(v.Request.Context(), v.actor, page.ID, q)
	page.First = (page.List.Page-1)*page.List.PerPage + 1
	page.Last = page.First + len(page.List.Rows) - 1
	return err
}

// impactShown is how many dealerships a draft's page lists at once.
const impactShown = 20

// The values of show on a draft's page.
const (
	showNew     = "new"
	showOneAway = "one_away"
)

// readImpact reads which dealerships of a run are asked for.
func (v *visit) readImpact(directory app.Directory, figures tracker.ImpactFigures, rules tracker.Standard) (app.ImpactQuery, error) {
	q := app.ImpactQuery{}
	if stage := v.query.Get("stage"); stage != "" {
		q.Stage = slices.IndexFunc(figures.Days, func(d tracker.ImpactDay) bool { return string(d.Stage) == stage })
		if q.Stage < 0 || len(v.query["stage"]) > 1 {
			return q, badValue("stage", strings.Join(v.query["stage"], ", "))
		}
	}
	if q.Requirement = v.query.Get("fails"); q.Requirement != "" {
		_, asked := rules.Requirement(q.Requirement)
		listed := slices.ContainsFunc(figures.Days, func(d tracker.ImpactDay) bool {
			return slices.ContainsFunc(d.Requirements, func(r tracker.ImpactRequirement) bool { return r.Code == q.Requirement })
		})
		if !asked && !listed || len(v.query["fails"]) > 1 {
			return q, badValue("fails", strings.Join(v.query["fails"], ", "))
		}
	}
	switch show := v.query["show"]; {
	case len(show) == 0:
	case len(show) == 1 && (show[0] == showNew || show[0] == showOneAway):
		q.OnlyNew, q.OneAway = show[0] == showNew, show[0] == showOneAway
	default:
		return q, badValue("show", strings.Join(show, ", "))
	}
	var err error
	if q.Regions, err = v.regions(directory); err != nil {
		return q, err
	}
	q.Page, q.PerPage, err = v.paging()
	return q, err
}

// downloadDraft gives a draft's text as it was sent.
func downloadDraft(v *visit) error {
	d, err := v.server.app.Draft(v.Request.Context(), v.actor, v.Param("id"))
	if err != nil {
		return err
	}
	v.Header("Content-Disposition", `attachment; filename="`+string(d.Programme)+"-"+d.Standard+`.yaml"`)
	v.Data(http.StatusOK, "application/yaml; charset=utf-8", []byte(d.Pack))
	return nil
}

func checkDraft(v *visit) error {
	return v.stepDraft("drafts.checked", func(id string, version int) error {
		_, err := v.server.app.CheckImpact(v.Request.Context(), v.actor, id, version, nil)
		return err
	})
}

func discardDraft(v *visit) error {
	return v.stepDraft("drafts.discarded", func(id string, version int) error {
		return v.server.app.DiscardDraft(v.Request.Context(), v.actor, id, version)
	})
}

func publishDraft(v *visit) error {
	return v.stepDraft("drafts.published", func(id string, version int) error {
		return v.server.app.PublishDraft(v.Request.Context(), v.actor, id, version)
	})
}

// stepDraft carries out a step with a draft, in the version that the reader looked at, and goes back to it. It may take as
// long as a file does: every dealership is judged.
func (v *visit) stepDraft(done string, step func(id string, version int) error) error {
	id, nonce := v.Param("id"), v.field("nonce")
	d, err := v.server.app.Draft(v.Request.Context(), v.actor, id)
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(v.field("version"))
	if err != nil {
		return tracker.Fault(tracker.Invalid, "form_unreadable")
	}
	back := "/drafts/" + d.ID
	if v.server.sent.again(v.actor.ID, nonce, v.server.app.Now()) {
		return v.seeOther(back)
	}
	v.allowTime()
	if err := step(id, version); err != nil {
		v.server.sent.forget(v.actor.ID, nonce)
		return err
	}
	told := []any{"programme", inLanguage(v.lang, d.Rules.Name.En, d.Rules.Name.Zh), "version", d.Standard, "day", longDate(v.lang, d.EffectiveOn)}
	v.flash(v.say(done, told...))
	return v.seeOther(back)
}

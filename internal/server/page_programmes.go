package server

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// programmeRoutes are the addresses of what is asked for. Everybody may read the rules; figures only who sees them.
func programmeRoutes() []route {
	const api = "/api/v1/programmes"
	return []route{
		{method: http.MethodGet, path: "/programmes", handle: listProgrammes},
		{method: http.MethodGet, path: "/programmes/:code", query: []string{"version"}, handle: showProgramme},
		{method: http.MethodGet, path: api, handle: apiProgrammes},
		{method: http.MethodGet, path: api + "/:code", query: []string{"version"}, handle: apiProgramme},
	}
}

type programmesPage struct {
	BasePage
	Programmes []app.ProgrammeSummary
	Drafts     []app.DraftView
	Offers     []app.Offer
	Prepares   bool // drafts are shown
}

func listProgrammes(v *visit) error {
	ctx := v.Request.Context()
	page := programmesPage{BasePage: v.base(v.say("programmes.title"), "programmes")}
	var err error
	if page.Programmes, err = v.server.app.Programmes(ctx, v.actor, v.on); err != nil {
		return err
	}
	page.Prepares = v.actor.Can(tracker.PreparePacks) && v.on == v.today && v.known == 0 // drafts are of the present
	if page.Prepares {
		if page.Drafts, page.Offers, err = v.server.app.Drafts(ctx, v.actor); err != nil {
			return err
		}
	}
	return v.show("programmes", page)
}

type programmePage struct {
	BasePage
	app.ProgrammeSummary
	Shown     standardView // the version that is looked at
	Versions  []versionLink
	Against   string // the version before the one shown; empty for the first
	Revisions []revisionView
}

// versionLink leads to a version of a standard; its state is in_force, coming or past.
type versionLink struct {
	tracker.Standard
	State   string
	Current bool
}

func showProgramme(v *visit) error {
	summary, shown, before, err := v.programme()
	if err != nil {
		return err
	}
	page := programmePage{BasePage: v.base(inLanguage(v.lang, shown.Name.En, shown.Name.Zh), "programmes"), ProgrammeSummary: summary}
	page.Versions = versionLinks(summary, shown)
	if page.Shown, err = v.standardView(shown, true); err != nil {
		return err
	}
	if before != nil {
		page.Against, page.Revisions = before.Version, v.revisions(*before, shown)
	}
	return v.show("programme", page)
}

// versionLinks lists the versions of a programme, the newest first.
func versionLinks(p app.ProgrammeSummary, shown tracker.Standard) []versionLink {
	var out []versionLink
	add := func(s tracker.Standard, state string) {
		out = append(out, versionLink{s, state, s.Version == shown.Version})
	}
	for i := len(p.Coming) - 1; i >= 0; i-- {
		add(p.Coming[i], "coming")
	}
	if p.InForce {
		add(p.Standard, "in_force")
	} else {
		add(p.Standard, "coming")
	}
	for _, s := range p.Past {
		add(s, "past")
	}
	return out
}

// programme gives the programme of the address on the day shown, the version that is asked for, else the one in force, and
// the version before that. The fault is NotFound for another code, Invalid for another version.
func (v *visit) programme() (summary app.ProgrammeSummary, shown tracker.Standard, before *tracker.Standard, err error) {
	ctx, code := v.Request.Context(), tracker.ProgrammeCode(v.Param("code"))
	all, err := v.server.app.Programmes(ctx, v.actor, v.on)
	if err != nil {
		return summary, shown, nil, err
	}
	rules, err := v.server.app.Rulebook(ctx)
	if err != nil {
		return summary, shown, nil, err
	}
	for _, p := range all {
		if p.Programme == code {
			summary, shown = p, p.Standard
		}
	}
	if summary.Programme == "" {
		return summary, shown, nil, tracker.Fault(tracker.NotFound, "not_found", "noun", "programme", "key", string(code))
	}
	wanted := shown.Version
	if len(v.query["version"]) > 0 {
		wanted = strings.Join(v.query["version"], ", ")
	}
	for _, s := range rules.Versions(code) {
		if s.Version == wanted {
			return summary, s, before, nil
		}
		before = &s
	}
	return summary, shown, nil, badValue("version", wanted)
}

// standardView is a standard as it is read.
type standardView struct {
	tracker.Standard
	Lines   []requirementLine
	Life    []lifeLine
	Figures bool // Fails is known
}

// requirementLine is a requirement with its numbers in words and their sources.
type requirementLine struct {
	tracker.Requirement
	Threshold string
	By        tracker.Provenance // of the threshold
	GraceBy   tracker.Provenance
	Other     string // the title in the other language
	OtherLang string
	Fails     int // operating dealerships that fail it on the day shown
}

// standardView puts a standard into words, with how many fail each requirement where the reader may know.
func (v *visit) standardView(s tracker.Standard, figures bool) (standardView, error) {
	out := standardView{Standard: s, Life: v.life(s), Figures: figures && v.actor.Can(tracker.SeeFigures)}
	var failing map[string]int
	if out.Figures {
		var err error
		if failing, err = v.server.app.Failing(v.Request.Context(), v.actor, s.Programme, v.on); err != nil {
			return out, err
		}
	}
	for _, r := range s.Requirements {
		line := requirementLine{
			Requirement: r, Threshold: v.threshold(r.Measure), By: s.SourceOf(r, "measure.at_least", "measure.percent"),
			GraceBy: s.SourceOf(r, "grace_days"), Other: r.Title.Zh, OtherLang: "zh-Hans", Fails: failing[r.Code],
		}
		if v.lang == line.OtherLang {
			line.Other, line.OtherLang = r.Title.En, "en"
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

// threshold says when a measure holds.
func (v *visit) threshold(m tracker.Measure) string {
	switch m.Kind {
	case tracker.MeasureRatio:
		return "≥ " + strconv.Itoa(m.Percent) + " %"
	case tracker.MeasureCount:
		return "≥ " + strconv.Itoa(m.AtLeast)
	case tracker.MeasureState, tracker.MeasureSubject:
		return v.say("measure."+string(m.Kind), "programme", v.say("programme."+string(m.Programme)))
	default:
		return strings.TrimSpace(v.say("measure."+string(m.Kind)) + " " + strings.Join(m.Codes.All(), ", "))
	}
}

// lifeLine is one thing that can be decided, in words.
type lifeLine struct{ Decision, From, To, Who, Needs string }

// life gives what can be decided in a programme, as a table; nothing where nobody decides.
func (v *visit) life(s tracker.Standard) []lifeLine {
	cycle := s.Cycle()
	state := func(code tracker.State) string {
		if name := cycle.State(code).Name; name != (tracker.Text{}) {
			return inLanguage(v.lang, name.En, name.Zh)
		}
		return v.say("state." + string(code))
	}
	comma := v.say("list_comma")
	var out []lifeLine
	for _, d := range cycle.Decisions {
		line := lifeLine{Decision: inLanguage(v.lang, d.Name.En, d.Name.Zh), To: v.say("life.stays"), Who: v.say("role." + string(tracker.RoleNetwork))}
		if d.Name == (tracker.Text{}) {
			line.Decision = v.say("decision." + string(d.Kind))
		}
		var from, needs []string
		for _, code := range d.From {
			from = append(from, state(code))
		}
		switch d.To {
		case "":
		case tracker.StateBefore:
			line.To = v.say("life.before")
		default:
			line.To = state(d.To)
		}
		for _, role := range d.By {
			line.Who += comma + v.say("role."+string(role))
		}
		for need, asked := range map[string]bool{"persons": d.Persons > 1, "conditions": d.Conditions, "scored": d.Scored, "judges": d.Judges} {
			if asked {
				needs = append(needs, v.say("life.needs_"+need, "count", d.Persons))
			}
		}
		slices.Sort(needs)
		line.From, line.Needs = strings.Join(from, comma), strings.Join(needs, comma)
		out = append(out, line)
	}
	return out
}

// revisionView is a revision in words.
type revisionView struct {
	tracker.Revision
	Carry string // of what is replaced: whether proofs and waivers are carried over
	Words []editView
}

// editView is a changed value in words.
type editView struct{ Field, Before, After string }

// revisions puts into words what a version changes.
func (v *visit) revisions(older, newer tracker.Standard) []revisionView {
	var out []revisionView
	for _, r := range tracker.Revisions(older, newer) {
		view := revisionView{Revision: r}
		if r.Link != nil {
			view.Carry = v.say("carry."+string(r.Link.Carry), "day", longDate(v.lang, r.Link.Until))
		}
		for _, e := range r.Texts {
			view.Words = append(view.Words, editView{
				v.packKey(e.Field), inLanguage(v.lang, e.Before.En, e.Before.Zh), inLanguage(v.lang, e.After.En, e.After.Zh),
			})
		}
		for _, e := range r.Edits {
			view.Words = append(view.Words, editView{v.packKey(e.Field), v.packValue(e.Field, e.Before), v.packValue(e.Field, e.After)})
		}
		out = append(out, view)
	}
	return out
}

// packKey names a key of a pack; one without a name stands for itself.
func (v *visit) packKey(field string) string {
	if key := "pack_key." + field; v.server.messages.Has(v.lang, key) {
		return v.say(key)
	}
	return field
}

// packValue writes a value of a pack; "—" for none.
func (v *visit) packValue(field, value string) string {
	prefix := map[string]string{"severity": "severity.", "kind": "measure.", "job": "job."}[field]
	switch {
	case value == "":
		return "—"
	case prefix != "" && v.server.messages.Has(v.lang, prefix+value):
		return v.say(prefix + value)
	case value == "true":
		return v.say("yes")
	case value == "false":
		return v.say("no")
	}
	return labelText(v.server.namer(), v.lang, field, value)
}

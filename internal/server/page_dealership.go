package server

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

type dealershipPage struct {
	BasePage
	app.DealershipView
	Cards   []standingCard
	Upgrade *app.ProgrammeView
	Modules []moduleCard
	Skipped []string
	Coming  []comingView
	Span    trackSpan
	Tracks  []track
	Tab     string
	Waiting []proposalCard // for a second person
	// Contacts is whom to call; nil for who may not see people.
	Contacts *app.DealershipContacts
	Promises []app.PromiseView
	// Sell and Service are the rights of the day: models that are or will be on sale, and generations.
	Sell         []rightLine
	Service      []rightLine
	RightChanges []rightChange
	rights       app.DealershipRights
	names        map[tracker.PersonID]string
}

// standingCard is a programme's standing with its because, in words.
type standingCard struct {
	app.ProgrammeView
	Title     string
	Law       bool // the law itself: no brand light
	BrandNote string
	Because   []becauseLine
	NextText  string
}

// becauseLine is one requirement in words.
type becauseLine struct {
	tracker.Because
	Title string
	Why   string
	Cite  string
	Fact  string
	Until string
	Ended string // who ceased to count when it began to fail
}

type moduleCard struct {
	app.ModuleView
	Title string
	Icon  string
	Late  bool
}

// comingView is a coming change in words.
type comingView struct {
	tracker.Change
	Programme string
	Causes    []string
}

// dealership loads what the pages of one dealership share.
func (v *visit) dealership() (app.DealershipView, error) {
	return v.server.app.Dealership(v.Request.Context(), v.actor, v.Param("code"), v.on)
}

func (v *visit) dealershipPage() (dealershipPage, error) {
	view, err := v.dealership()
	page := dealershipPage{DealershipView: view}
	if err != nil {
		return page, err
	}
	page.BasePage = v.base(inLanguage(v.lang, view.NameEn, view.NameZh), "dealerships")
	page.names = namesOf(view)
	return page, nil
}

// namesOf gives the names of a dealership's people, none to those who may not see them.
func namesOf(view app.DealershipView) map[tracker.PersonID]string {
	out := map[tracker.PersonID]string{}
	for _, p := range slices.Concat(view.People, view.Former) {
		out[p.ID] = p.Name
	}
	return out
}

func showDealership(v *visit) error {
	page, err := v.dealershipPage()
	if err != nil {
		return err
	}
	for _, p := range page.Programmes {
		if p.Standard.Kind == tracker.KindProject {
			page.Upgrade = &p
			continue
		}
		page.Cards = append(page.Cards, v.card(p, page))
	}
	// BMW i certification comes first, for it is what people ask for; the law it depends on follows.
	slices.SortStableFunc(page.Cards, func(a, b standingCard) int { return cmp.Compare(boolInt(a.Law), boolInt(b.Law)) })
	for _, m := range page.DealershipView.Modules {
		page.Modules = append(page.Modules, v.moduleCard(m))
	}
	for _, s := range page.DealershipView.Skipped {
		page.Skipped = append(page.Skipped, v.skipped(s))
	}
	people := personsOf(page.DealershipView)
	for _, c := range page.NextChanges[:min(len(page.NextChanges), 8)] {
		page.Coming = append(page.Coming, comingView{c, v.say("programme." + string(c.After.Programme)), v.causes(c.Causes, people)})
	}
	page.Span, page.Tracks = v.tracks(page.DealershipView)
	page.Tab = "standing"
	if err := v.fillRights(&page); err != nil {
		return err
	}
	if page.Waiting, err = v.waiting(page.Code, ""); err != nil {
		return err
	}
	if page.Promises, err = v.server.app.Promises(v.Request.Context(), v.actor, page.Code); err != nil {
		return err
	}
	if v.actor.Can(tracker.SeePeople) {
		contacts, err := v.server.app.Contacts(v.Request.Context(), v.actor, page.Code)
		if err != nil {
			return err
		}
		page.Contacts = &contacts
	}
	return v.show("dealership", page)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func personsOf(view app.DealershipView) map[tracker.PersonID]tracker.Person {
	out := map[tracker.PersonID]tracker.Person{}
	for _, p := range slices.Concat(view.People, view.Former) {
		out[p.ID] = p.Person
	}
	return out
}

// skipped says which decision a state did not allow.
func (v *visit) skipped(s tracker.Skipped) string {
	return v.say("skipped", "decision", v.say("decision."+string(s.Decision.Decided)), "on", longDate(v.lang, s.Decision.EffectiveOn),
		"state", v.say("state."+string(s.State)))
}

func (v *visit) card(p app.ProgrammeView, page dealershipPage) standingCard {
	card := standingCard{ProgrammeView: p, Title: inLanguage(v.lang, p.Standard.Name.En, p.Standard.Name.Zh), Law: p.Standard.Kind == tracker.KindLaw}
	for _, b := range p.Because {
		line := becauseLine{Because: b, Title: v.requirement(b.Requirement), Cite: b.Requirement.Source.Cite, Fact: v.fact(b, page.names)}
		line.Why = inLanguage(v.lang, b.Requirement.Why.En, b.Requirement.Why.Zh)
		line.Until = v.until(b)
		if cause, known := p.Began[b.Requirement.Code]; known && len(cause.People) > 0 {
			line.Ended = v.endings(cause, personsOf(page.DealershipView))
		}
		if b.Outcome == tracker.Fails && b.GraceLast != 0 {
			left := int(b.GraceLast-v.on) + 1
			card.BrandNote = v.say("grace_left", "left", strconv.Itoa(left), "of", strconv.Itoa(b.Requirement.GraceDays))
		}
		card.Because = append(card.Because, line)
	}
	if p.Next != nil {
		card.NextText = strings.Join(v.causes(p.Next.Causes, personsOf(page.DealershipView)), v.say("list_comma"))
	}
	return card
}

// fact says on whom a requirement rests: how many, and who.
func (v *visit) fact(b tracker.Because, names map[tracker.PersonID]string) string {
	var text string
	switch b.Requirement.Measure.Kind {
	case tracker.MeasureRatio:
		if b.Among == 0 {
			return v.say("fact.nobody_counts")
		}
		text = v.say("fact.ratio", "have", strconv.Itoa(b.Have), "among", strconv.Itoa(b.Among), "percent", strconv.Itoa(100*b.Have/b.Among))
	case tracker.MeasureCount:
		text = v.say("fact.count", "have", strconv.Itoa(b.Have), "need", strconv.Itoa(b.Need))
	default:
		return ""
	}
	var who []string
	for _, h := range b.Holders {
		if name, known := names[h.Person]; known {
			who = append(who, name)
		}
	}
	if len(who) > 6 {
		who = append(who[:6], "…")
	}
	if len(who) > 0 {
		text += " · " + strings.Join(who, v.say("list_comma"))
	}
	return text
}

// until says how long a requirement's outcome lasts.
func (v *visit) until(b tracker.Because) string {
	switch {
	case b.Outcome == tracker.Fails && b.GraceLast != 0:
		return v.say("until.grace", "day", shortDate(v.lang, b.GraceLast))
	case b.Outcome == tracker.Fails && b.Since != 0:
		return v.say("until.since", "day", shortDate(v.lang, b.Since))
	case b.Until == 0:
		return v.say("until.open")
	default:
		return shortDate(v.lang, b.Until)
	}
}

// moduleIcons shows each state of a module.
var moduleIcons = map[tracker.ModuleState]string{
	tracker.ModuleOpen: "none", tracker.ModulePlanned: "planned", tracker.ModuleLive: "live", tracker.ModuleVerified: "verified",
}

func (v *visit) moduleCard(m app.ModuleView) moduleCard {
	return moduleCard{
		ModuleView: m, Title: inLanguage(v.lang, m.Definition.Title.En, m.Definition.Title.Zh), Icon: moduleIcons[m.State],
		Late: m.State == tracker.ModulePlanned && m.Fact.PlannedOn != 0 && m.Fact.PlannedOn < v.on,
	}
}

type timelinePage struct {
	dealershipPage
	Programme tracker.ProgrammeCode
	Codes     []tracker.ProgrammeCode
	Lines     []timelineLine
}

// timelineLine is a standing with what brought it about, in words.
type timelineLine struct {
	app.TimelineRow
	Causes []string
	Shown  bool // it is the standing of the day shown
}

func showTimeline(v *visit) error {
	base, err := v.dealershipPage()
	if err != nil {
		return err
	}
	page := timelinePage{dealershipPage: base, Programme: tracker.ProgrammeBMWi}
	page.Tab = "timeline"
	if code := v.query.Get("programme"); code != "" {
		page.Programme = tracker.ProgrammeCode(code)
	}
	known := false
	for _, p := range base.Programmes {
		page.Codes = append(page.Codes, p.Standing.Programme)
		known = known || p.Standing.Programme == page.Programme
	}
	if !known {
		return badValue("programme", string(page.Programme))
	}
	rows, err := v.server.app.DealershipTimeline(v.Request.Context(), v.actor, base.Code, page.Programme)
	if err != nil {
		return err
	}
	for _, row := range slices.Backward(rows) {
		page.Lines = append(page.Lines, timelineLine{row, v.causes(row.Causes, row.People), row.Contains(v.on)})
	}
	page.Span, page.Tracks = v.tracks(base.DealershipView)
	rights, err := v.server.app.Rights(v.Request.Context(), v.actor, base.Code, v.on)
	if err != nil {
		return err
	}
	page.Tracks = append(page.Tracks, v.rightTracks(page.Span, rights)...)
	return v.show("timeline", page)
}

type historyPage struct {
	dealershipPage
	Entries []app.HistoryEntry
}

func showHistory(v *visit) error {
	base, err := v.dealershipPage()
	if err != nil {
		return err
	}
	page := historyPage{dealershipPage: base}
	page.Tab = "history"
	page.Entries, err = v.server.app.DealershipHistory(v.Request.Context(), v.actor, base.Code)
	if err != nil {
		return err
	}
	return v.show("history", page)
}

// How far a timeline reaches before and after the day shown, in months.
const (
	trackBefore = 60
	trackAfter  = 30
)

// stateBars gives the look of each state's bar; others are in progress.
var stateBars = map[tracker.State]string{
	tracker.Certified: "ok", tracker.Completed: "ok", tracker.Applies: "ok", tracker.Conditional: "conditional",
	tracker.Suspended: "warn", tracker.Rework: "warn", tracker.Expired: "bad", tracker.Revoked: "bad",
	tracker.NotEnrolled: "none", tracker.Withdrawn: "none", tracker.NotStarted: "none", tracker.NotOperating: "none",
}

// lightBars gives the look of each light's bar.
var lightBars = map[tracker.Light]string{tracker.Healthy: "ok", tracker.AtRisk: "warn", tracker.InBreach: "bad"}

// tracks draws the timeline of a dealership: its standings, then each technician's qualification for NEVs.
func (v *visit) tracks(view app.DealershipView) (trackSpan, []track) {
	span := trackSpan{From: v.on.AddMonths(-trackBefore), Until: v.on.AddMonths(trackAfter), On: v.on, Today: v.today}
	span.From = min(span.From, v.today.AddMonths(-12))
	span.Until = max(span.Until, v.today.AddMonths(12))
	var out []track
	for _, p := range view.Programmes {
		name := v.say("programme." + string(p.Standing.Programme))
		switch p.Standard.Kind {
		case tracker.KindLaw:
			out = append(out, v.track(span, name, p.Timeline, func(s tracker.Standing) (string, string) {
				return lightBars[s.Law], v.say("light." + string(s.Law))
			}))
		case tracker.KindCertification:
			out = append(out, v.track(span, name, p.Timeline, v.stateBar), v.track(span, v.say("timeline.brand"), p.Timeline, func(s tracker.Standing) (string, string) {
				return lightBars[s.Brand], v.say("light." + string(s.Brand))
			}))
		default:
			out = append(out, v.track(span, name, p.Timeline, v.stateBar))
		}
	}
	for i, person := range view.People {
		if !person.Employment.Job.Technician() {
			continue
		}
		row := track{Name: person.Name, Label: person.Name}
		if i == 0 || len(out) == 4 {
			row.Group = v.say("timeline.people")
		}
		for _, c := range person.Coverage {
			if c.Skill == tracker.SkillNEV {
				row.Bars = append(row.Bars, span.bars(c.Period, "ok", v.say("timeline.nev", "from", shortDate(v.lang, c.From), "until", shortDate(v.lang, c.Last())))...)
			}
		}
		out = append(out, row)
	}
	return span, out
}

func (v *visit) stateBar(s tracker.Standing) (look, word string) {
	look, known := stateBars[v.server.namer().looks(s.State)]
	if !known {
		look = "progress"
	}
	return look, v.say("state." + string(s.State))
}

// track draws one row of standings.
func (v *visit) track(span trackSpan, name string, standings []tracker.Standing, look func(tracker.Standing) (string, string)) track {
	row := track{Name: name}
	var said []string
	for i := 0; i < len(standings); {
		s := standings[i]
		kind, word := look(s)
		run := s.Period
		for i++; i < len(standings); i++ { // neighbours that look the same are one bar
			nextKind, nextWord := look(standings[i])
			if nextKind != kind || nextWord != word || (standings[i].State == tracker.NotOperating) != (s.State == tracker.NotOperating) {
				break
			}
			run.Until = standings[i].Until
		}
		if s.State == tracker.NotOperating {
			kind, word = "none", v.say("state.not_operating")
		}
		title := v.say("timeline.bar", "what", word, "from", shortDate(v.lang, run.From), "until", shortDate(v.lang, run.Last()))
		bars := span.bars(run, kind, title)
		if len(bars) > 0 {
			said = append(said, title)
		}
		row.Bars = append(row.Bars, bars...)
	}
	row.Label = name + ": " + strings.Join(said, v.say("list_comma"))
	return row
}

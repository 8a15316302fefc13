package server

import (
	"strconv"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// guardLine is a guard of a right in words.
type guardLine struct {
	app.GuardView
	Title    string
	Why      string
	Text     string // what is there
	Source   string // the rule's own
	Recorded string // who recorded the fact, and when
	UntilDay string
}

// rightLine is a right in words.
type rightLine struct {
	app.RightView
	Name   string
	Lines  []guardLine
	Reason string // the guards that stand against it, or what ends it
}

// subjectName gives the name of a model, or a generation as people write it.
func subjectName(view app.RightView) string {
	if view.Model.Code != "" {
		return view.Model.Name
	}
	return generationName(view.Right.Subject)
}

// generationName writes a generation as people do: Gen5.
func generationName(code string) string {
	if number, is := strings.CutPrefix(code, "gen"); is {
		return "Gen" + number
	}
	return code
}

func (v *visit) rightLine(view app.RightView, people map[tracker.PersonID]tracker.Person) rightLine {
	out := rightLine{RightView: view, Name: subjectName(view)}
	var against []string
	for _, g := range view.Guards {
		line := v.guardLine(g, people)
		if g.Stands() {
			against = append(against, line.Title)
		}
		out.Lines = append(out.Lines, line)
	}
	out.Reason = strings.Join(against, v.say("list_comma"))
	return out
}

func (v *visit) guardLine(g app.GuardView, people map[tracker.PersonID]tracker.Person) guardLine {
	r := g.Requirement
	out := guardLine{
		GuardView: g, Title: v.requirement(r), Why: inLanguage(v.lang, r.Why.En, r.Why.Zh), Text: v.guardFact(g, people),
		Source: v.say("basis."+string(r.Source.Basis)) + v.say("colon") + r.Source.Cite, UntilDay: v.until(g.Because),
	}
	if g.Outcome == tracker.Unknown {
		out.UntilDay = v.say("until.open")
	}
	if g.Fact != nil {
		head := g.Fact.Version()
		zone := v.server.app.Zone()
		out.Recorded = v.say("guard.recorded", "by", g.By, "day", shortDate(v.lang, tracker.DateOf(head.RecordedAt.Time().In(zone))))
	}
	return out
}

// guardFact says what is there for a guard. People are named to those who may see them.
func (v *visit) guardFact(g app.GuardView, people map[tracker.PersonID]tracker.Person) string {
	text := v.guardGround(g, people)
	if g.Outcome == tracker.WaivedOutcome {
		text = v.say("guard.waived")
		if waiver, is := g.Fact.(tracker.Waiver); is {
			text = v.say("guard.waived_until", "day", v.dayOrNone(tracker.Period{Until: waiver.Until}.Last()))
		}
	}
	if g.Outcome == tracker.Fails && !g.Stands() && g.GraceLast != 0 {
		text += v.say("guard.grace", "day", longDate(v.lang, g.GraceLast))
	}
	return text
}

// guardGround is guardFact without waivers and grace.
func (v *visit) guardGround(g app.GuardView, people map[tracker.PersonID]tracker.Person) string {
	if g.Outcome == tracker.Unknown {
		return v.say("guard.nothing")
	}
	switch m := g.Requirement.Measure; m.Kind {
	case tracker.MeasureCount, tracker.MeasureRatio:
		return v.headcount(g.Because, people)
	case tracker.MeasureLaw:
		return v.say("guard.law", "light", v.say("light."+string(g.Standing.Law)))
	case tracker.MeasureState:
		return v.guardState(v.say("programme."+string(m.Programme)), v.stateName(g.Cycle, g.Standing.State), g.Standing.ValidUntil)
	case tracker.MeasureSubject:
		return v.guardState(v.say("guard.decided"), v.stateName(g.Cycle, g.Subject.State), g.Subject.ValidUntil)
	case tracker.MeasureFranchise:
		return v.guardFranchise(g)
	case tracker.MeasureLaunch:
		return v.say("guard.launch_" + string(g.Outcome))
	case tracker.MeasureProof:
		return v.guardProof(g)
	case tracker.MeasureUndisturbed:
		if event, is := g.Fact.(tracker.Event); is {
			return v.say("guard.event", "event", v.say("event."+string(event.Event)), "day", longDate(v.lang, event.From))
		}
		return v.say("guard.no_event")
	default:
		return v.say("outcome." + string(g.Outcome))
	}
}

// headcount says how many there are, and who; the number alone to those who may not see people.
func (v *visit) headcount(b tracker.Because, people map[tracker.PersonID]tracker.Person) string {
	names := map[tracker.PersonID]string{}
	for id, person := range people {
		names[id] = person.Name
	}
	text := v.fact(b, names)
	if len(people) == 0 && b.Have > 0 {
		text += " · " + v.say("guard.people", "count", b.Have)
	}
	return text
}

// guardState writes a state with its last day.
func (v *visit) guardState(of, state string, until tracker.Date) string {
	text := of + v.say("colon") + state
	if until != 0 {
		text += " " + v.say("until_day", "day", longDate(v.lang, until))
	}
	return text
}

func (v *visit) guardFranchise(g app.GuardView) string {
	brands := strings.ReplaceAll(g.Requirement.Measure.Franchises, ";", v.say("list_or"))
	franchise, is := g.Fact.(tracker.Franchise)
	switch {
	case g.Outcome == tracker.Holds && is:
		return v.say("guard.franchise", "brand", string(franchise.Brand), "day", v.dayOrNone(franchise.From))
	case is && franchise.Until != 0:
		return v.say("guard.franchise_ended", "brand", string(franchise.Brand), "day", longDate(v.lang, franchise.Until.Add(-1)))
	default:
		return v.say("guard.no_franchise", "brands", brands)
	}
}

func (v *visit) guardProof(g app.GuardView) string {
	proof, is := g.Fact.(tracker.Proof)
	switch {
	case !is:
		return v.say("guard.no_proof")
	case g.Outcome == tracker.Holds && proof.Until == 0:
		return v.say("guard.proof", "day", longDate(v.lang, proof.From))
	case g.Outcome == tracker.Holds:
		return v.say("guard.proof_until", "day", longDate(v.lang, proof.From), "until", longDate(v.lang, proof.Until.Add(-1)))
	default:
		return v.say("guard.proof_over", "day", longDate(v.lang, proof.From))
	}
}

// stateName gives the name of a state: the life cycle's own, else the product's.
func (v *visit) stateName(cycle *tracker.Lifecycle, state tracker.State) string {
	if cycle != nil {
		if name := cycle.State(state).Name; name.En != "" || name.Zh != "" {
			return inLanguage(v.lang, name.En, name.Zh)
		}
	}
	return v.say("state." + string(state))
}

// readRight reads which right is asked for: exactly one model or generation. What no pack knows is a fault that names it.
func (v *visit) readRight() (tracker.RightCode, error) {
	var out tracker.RightCode
	rules, err := v.server.app.Rulebook(v.Request.Context())
	if err != nil {
		return out, err
	}
	models, generations := v.query["model"], v.query["generation"]
	switch {
	case len(models) == 0 && len(generations) == 0:
		return out, tracker.Fault(tracker.Invalid, "right_unnamed").In("model", "right_unnamed")
	case len(models) > 0 && len(generations) > 0:
		return out, tracker.Fault(tracker.Invalid, "right_twice").In("generation", "right_twice")
	case len(models) > 0:
		out = tracker.RightCode{Kind: tracker.RightSell, Subject: models[0]}
	default:
		out = tracker.RightCode{Kind: tracker.RightService, Subject: generations[0]}
	}
	for _, known := range rules.RightCodes() {
		if known == out && len(models)+len(generations) == 1 {
			return out, nil
		}
	}
	if len(models) > 0 {
		return out, badValue("model", strings.Join(models, ", "))
	}
	return out, badValue("generation", strings.Join(generations, ", "))
}

// The words of an address for either answer about a right.
const (
	stateMay    = "may"
	stateMayNot = "may_not"
)

// readRights reads the parameters of a list of dealerships by how they stand with a right.
func (v *visit) readRights(directory app.Directory, right tracker.RightCode) (app.RightQuery, error) {
	q := app.RightQuery{RightCode: right}
	q.On, q.Q, q.Provinces, q.Cities = v.on, v.query.Get("q"), v.query["province"], v.query["city"]
	for _, read := range []func(*app.DealershipQuery) error{v.checkSearch, v.readPlace(directory)} {
		if err := read(&q.DealershipQuery); err != nil {
			return q, err
		}
	}
	for _, state := range v.query["state"] {
		if state != stateMay && state != stateMayNot {
			return q, badValue("state", state)
		}
		q.May = append(q.May, state == stateMay)
	}
	if err := v.readGuards(&q); err != nil {
		return q, err
	}
	var err error
	q.Page, q.PerPage, err = v.paging()
	return q, err
}

// readGuards reads which guards stand against the right.
func (v *visit) readGuards(q *app.RightQuery) (err error) {
	if q.Only, err = v.ticked("only"); err != nil || len(v.query["requirement"]) == 0 {
		return err
	}
	rules, err := v.server.app.Rulebook(v.Request.Context())
	if err != nil {
		return err
	}
	standard, err := rules.RightsStandard(v.on)
	if err != nil {
		return err
	}
	for _, code := range v.query["requirement"] {
		if guard, known := standard.Requirement(code); !known || guard.Right != q.Kind {
			return badValue("requirement", code)
		}
		q.Guards = append(q.Guards, code)
	}
	return nil
}

// percentOf writes a share of a whole; nothing of nothing.
func percentOf(part, whole int) string {
	if whole == 0 {
		return ""
	}
	return strconv.Itoa((part*100+whole/2)/whole) + " %"
}

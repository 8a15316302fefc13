package server

import (
	"cmp"
	"slices"
	"strconv"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// shownActions is how many of the next actions a dealership's home shows at first.
const shownActions = 3

// dealerPage is the home of somebody who works at a dealership.
type dealerPage struct {
	BasePage
	Sites   []app.DealershipRow // several: one can switch
	View    *app.DealershipView // nil: none is assigned
	Cards   []standingCard
	Actions []actionView
	More    []actionView
	Waiting []claimCard
	Returns int
	Code    string
}

// actionView is a next action in words.
type actionView struct {
	Text  string
	Saves string // what it saves; empty: nothing that turns a light
	When  string
	Link  string
	Late  bool
	Seat  string // what training holds ready; empty: nothing
	Train string // where
}

// homeOfDealer shows a dealership what it can do next, what it waits for, and why it stands as it does.
func (v *visit) homeOfDealer() error {
	ctx := v.Request.Context()
	page := dealerPage{BasePage: v.base(v.say("dealer.title"), "home")}
	found, err := v.server.app.Dealerships(ctx, v.actor, app.DealershipQuery{On: v.on, NotOperating: true, PerPage: 200})
	if err != nil {
		return err
	}
	page.Sites, page.Code = found.Rows, v.query.Get("dealership")
	if page.Code == "" && len(page.Sites) > 0 {
		page.Code = page.Sites[0].Code
	}
	if page.Code == "" {
		return v.show("dealer", page)
	}
	view, err := v.server.app.Dealership(ctx, v.actor, page.Code, v.on)
	if err != nil {
		return err
	}
	page.View = &view
	page.Title = inLanguage(v.lang, view.NameEn, view.NameZh)
	if err := v.fillClaims(&page, view); err != nil {
		return err
	}
	shown := dealershipPage{BasePage: page.BasePage, DealershipView: view, names: namesOf(view)}
	for _, p := range view.Programmes {
		if p.Standard.Kind != tracker.KindProject {
			page.Cards = append(page.Cards, v.card(p, shown))
		}
	}
	slices.SortStableFunc(page.Cards, func(a, b standingCard) int { return cmp.Compare(boolInt(a.Law), boolInt(b.Law)) })
	return v.show("dealer", page)
}

// fillClaims adds what was returned and what waits, and from it what can be done next.
func (v *visit) fillClaims(page *dealerPage, view app.DealershipView) error {
	ctx := v.Request.Context()
	list := func(state tracker.ClaimState) ([]app.ClaimView, error) {
		found, err := v.server.app.Claims(ctx, v.actor, app.ClaimsQuery{Code: view.Code, States: []tracker.ClaimState{state}, PerPage: 200})
		return found.Rows, err
	}
	returned, err := list(tracker.ClaimReturned)
	if err != nil {
		return err
	}
	waiting, err := list(tracker.ClaimSubmitted)
	if err != nil {
		return err
	}
	if v.known != 0 { // what was under way at an earlier moment is not kept
		returned, waiting = nil, nil
	}
	page.Waiting, page.Returns = v.claimCards(waiting), len(returned)
	people := personsOf(view)
	next := app.NextActions(view, returned, v.on)
	for _, n := range next {
		page.Actions = append(page.Actions, v.action(view, n, people))
	}
	if err := v.fillSeats(page.BasePage, page.Actions, next); err != nil {
		return err
	}
	shown := max(shownActions, page.Returns)
	if len(page.Actions) > shown {
		page.Actions, page.More = page.Actions[:shown], page.Actions[shown:]
	}
	return nil
}

// fillSeats adds to actions what training holds ready. It is known of today alone.
func (v *visit) fillSeats(base BasePage, views []actionView, list []app.NextAction) error {
	if base.OtherDay() {
		return nil
	}
	found, err := v.server.app.SeatsFor(v.Request.Context(), v.actor, list)
	for i, seat := range found {
		if seat.Session.ID != "" {
			views[i].Seat, views[i].Train = v.seatWords(seat), "/training/"+seat.Session.ID
		}
	}
	return err
}

// action puts a next action into words, with the way to it.
func (v *visit) action(view app.DealershipView, n app.NextAction, people map[tracker.PersonID]tracker.Person) actionView {
	at := "/dealerships/" + view.Code
	out := actionView{Late: n.Late, Link: at + "#" + string(tracker.ProgrammeBMWi)}
	requirement := v.requirement(n.Requirement)
	switch n.Kind {
	case app.NextReturned:
		out.Text = v.say("action_next.returned", "what", v.claimed(n.Claim), "reason", n.Claim.Reason)
		out.Link = "/claims/" + string(n.Claim.ID)
	case app.NextRestore:
		out.Text = v.say("action_next.restore", "requirement", requirement, "count", n.Missing)
		if n.Missing == 0 {
			out.Text = v.say("action_next.restore_proof", "requirement", requirement)
		}
	case app.NextKeep:
		out.Text, out.Link = v.keepAction(view, n, people)
	case app.NextRenew:
		out.Text = v.say("action_next.renew")
		if n.Opens > v.on {
			out.When = v.say("action_next.opens", "day", longDate(v.lang, n.Opens))
		}
	case app.NextApply, app.NextBridge:
		out.Text, out.Link = v.ladderAction(view, n)
	case app.NextModule:
		out.Text = v.say("action_next.module", "module", n.Module.Definition.Code+" "+inLanguage(v.lang, n.Module.Definition.Title.En, n.Module.Definition.Title.Zh),
			"day", longDate(v.lang, n.Module.Fact.PlannedOn))
		out.Link = at + "/report/live?module=" + n.Module.Definition.Code
	}
	if n.Saves != 0 {
		out.Saves = v.say("action_next.saves_" + lossWord(n.Saves))
	}
	if out.When == "" {
		out.When = v.actionWhen(n)
	}
	return out
}

// keepAction says how a requirement is kept: by what ends for whom.
func (v *visit) keepAction(view app.DealershipView, n app.NextAction, people map[tracker.PersonID]tracker.Person) (text, link string) {
	link = "/dealerships/" + view.Code + "#people"
	if len(n.People) == 0 {
		return v.say("action_next.keep", "requirement", v.requirement(n.Requirement)), link
	}
	first := n.People[0]
	name, no := v.say("somebody"), ""
	if person, known := people[first.Person]; known {
		name, no = person.Name, person.StaffNo
	}
	switch first.End {
	case tracker.EndReview:
		link = "/dealerships/" + view.Code + "/report/review?staff_no=" + no + "&type=permit-lv"
	case tracker.EndExpiry:
		link = "/dealerships/" + view.Code + "/report/qualification?staff_no=" + no
	case tracker.EndEmployment, tracker.EndTransfer:
		link = "/dealerships/" + view.Code + "/report/joiner"
	}
	return v.say("action_next.keep_"+v.endKey(first.End), "name", name, "requirement", v.requirement(n.Requirement)), link
}

// ladderAction says what is done about a qualification, and where it is reported afterwards.
func (v *visit) ladderAction(view app.DealershipView, n app.NextAction) (text, link string) {
	what := v.qualificationName(n.Rung.Type.Code, n.Rung.Generation)
	if n.Kind == app.NextBridge {
		return v.say("action_next.bridge", "name", n.Person.Name, "what", what, "from", string(n.Rung.Bridge.From), "hours", n.Rung.Type.BridgeHours,
			"days", n.Rung.Type.ClassroomDays), "/people/" + n.Person.StaffNo + "#ladder"
	}
	report := "/dealerships/" + view.Code + "/report/"
	if n.Deadline.Kind == tracker.DeadlineReview {
		return v.say("action_next.apply_review", "name", n.Person.Name, "what", what), report + "review?staff_no=" + n.Person.StaffNo + "&type=" + string(n.Rung.Type.Code)
	}
	return v.say("action_next.apply_expiry", "name", n.Person.Name, "what", what), report + "qualification?staff_no=" + n.Person.StaffNo
}

// actionWhen says by when an action helps.
func (v *visit) actionWhen(n app.NextAction) string {
	switch {
	case n.Kind == app.NextReturned:
		return v.say("action_next.waits")
	case n.Late:
		return v.say("action_next.late")
	case n.Opens > v.on:
		return v.say("action_next.window_opens", "day", longDate(v.lang, n.Opens))
	case n.Deadline.Sensible != 0 && v.on <= n.Deadline.Sensible:
		return v.say("action_next.apply_by", "sensible", longDate(v.lang, n.Deadline.Sensible), "day", longDate(v.lang, n.By))
	case n.By == 0:
		return ""
	default:
		return v.say("action_next.by", "day", longDate(v.lang, n.By), "left", strconv.Itoa(max(int(n.By-v.on), 0)))
	}
}

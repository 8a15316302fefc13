package server

import (
	"net/http"
	"slices"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// promiseRoutes are the addresses of what was promised about losses.
func promiseRoutes() []route {
	const keep, promises = tracker.KeepContacts, "/dealerships/:code/promises"
	query := []string{"programme", "lost_on", "back"}
	return []route{
		{method: http.MethodGet, path: promises + "/new", action: keep, query: query, handle: makePromise},
		{method: http.MethodPost, path: promises + "/new", action: keep, query: query, handle: makePromise},
		{method: http.MethodPost, path: promises + "/:promise/tick", action: keep, handle: tickPromise},
	}
}

// makePromise is the form of a promise about one loss.
func makePromise(v *visit) error {
	view, err := v.dealership()
	if err != nil {
		return err
	}
	sent := app.PromiseForm{
		Programme: v.typed("programme", v.query.Get("programme")), LostOn: v.typed("lost_on", v.query.Get("lost_on")),
		PromisedOn: v.typed("promised_on", ""), Note: v.typed("note", ""),
	}
	back := v.typed("back", v.query.Get("back"))
	if back == "" {
		back = "/dealerships/" + view.Code + "#promises"
	}
	lost, _ := tracker.ParseDate(sent.LostOn) // a day that cannot be is found by the use case
	return v.runForm(view, form{
		title: v.say("promise.title"), lead: v.say("promise.lead", "day", longDate(v.lang, lost)), back: localPath(back),
		submit: v.say("form.record"), saved: v.say("form.saved"),
		fields: func() []formField {
			return []formField{
				{Name: "programme", Kind: "hidden", Value: sent.Programme}, {Name: "back", Kind: "hidden", Value: back},
				{Name: "lost_on", Kind: "date", Label: v.say("field.lost_on"), Value: sent.LostOn, Required: true},
				{Name: "promised_on", Kind: "date", Label: v.say("field.promised_on"), Value: sent.PromisedOn, Required: true},
				{Name: "note", Kind: "textarea", Label: v.say("field.promise"), Value: sent.Note, Required: true, Hint: v.say("hint.promise")},
			}
		},
		save: func() error { return v.server.app.MakePromise(v.Request.Context(), v.actor, view.Code, sent) },
	})
}

// tickPromise ticks a promise, or takes the tick back, and returns to the page it was done on.
func tickPromise(v *visit) error {
	code := v.Param("code")
	if err := v.server.app.TickPromise(v.Request.Context(), v.actor, code, v.Param("promise"), v.field("undo") == ""); err != nil {
		return err
	}
	v.flash(v.say("form.saved"))
	back := v.field("back")
	if back == "" {
		back = "/dealerships/" + code + "#promises"
	}
	return v.seeOther(localPath(back))
}

// promisedLoss is a loss with what was promised about it.
type promisedLoss struct {
	Programme tracker.ProgrammeCode
	LostOn    tracker.Date
	List      []app.PromiseView
}

// PromisedLosses groups the promises of a dealership by the losses that they are about.
func (p dealershipPage) PromisedLosses() []promisedLoss {
	var out []promisedLoss
	for _, promise := range p.Promises {
		i := slices.IndexFunc(out, func(l promisedLoss) bool { return l.Programme == promise.Programme && l.LostOn == promise.LostOn })
		if i < 0 {
			i, out = len(out), append(out, promisedLoss{Programme: promise.Programme, LostOn: promise.LostOn})
		}
		out[i].List = append(out[i].List, promise)
	}
	return out
}

// PromiseLink gives the address of the form of a promise about a change.
func (b BasePage) PromiseLink(code string, change tracker.Change) string {
	return b.Link("/dealerships/"+code+"/promises/new", "programme", change.After.Programme, "lost_on", change.On, "back", b.Here())
}

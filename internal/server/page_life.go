package server

import (
	"net/http"
	"slices"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// lifeRoutes lists the addresses of a dealership's events, waivers and proofs.
func lifeRoutes() []route {
	const path = "/dealerships/:code/life"
	return []route{
		{method: http.MethodGet, path: path, action: tracker.SeeDealerships, handle: showLife},
		{method: http.MethodGet, path: path + "/:fact/new", action: tracker.RecordFacts, handle: recordLife},
		{method: http.MethodPost, path: path + "/:fact/new", action: tracker.RecordFacts, handle: recordLife},
	}
}

type lifePage struct {
	BasePage
	app.LifeView
	Kinds []tracker.FactKind // that the reader may record
}

// May tells whether the reader may record, and so take back, something of a kind.
func (p lifePage) May(kind tracker.FactKind) bool { return slices.Contains(p.Kinds, kind) }

// Asks gives a requirement's title by its code.
func (p lifePage) Asks(code string) tracker.Text {
	for _, r := range p.Requirements {
		if r.Code == code {
			return r.Title
		}
	}
	return tracker.Text{En: code, Zh: code}
}

func showLife(v *visit) error {
	found, err := v.server.app.Life(v.Request.Context(), v.actor, v.Param("code"), v.on)
	if err != nil {
		return err
	}
	page := lifePage{BasePage: v.base(v.say("happened.title"), "dealerships"), LifeView: found}
	for _, kind := range app.LifeKinds {
		if v.actor.Can(app.LifeForm{Kind: kind}.Action()) && v.on == v.today {
			page.Kinds = append(page.Kinds, kind)
		}
	}
	return v.show("life", page)
}

func recordLife(v *visit) error {
	view, err := v.dealership()
	if err != nil {
		return err
	}
	kind := tracker.FactKind(v.Param("fact"))
	if !slices.Contains(app.LifeKinds, kind) {
		return tracker.Fault(tracker.NotFound, "not_found", "noun", "kind", "key", string(kind))
	}
	sent := app.LifeForm{
		Kind: kind, Event: v.typed("event", ""), Requirement: v.typed("requirement", ""), Model: v.typed("model", ""),
		From: v.typed("from", v.today.String()), Until: v.typed("until", ""), BridgedTo: v.typed("bridged_to", ""), Note: v.typed("note", ""),
		Compensation: v.typed("compensation", ""), Confirm: v.field("confirm") != "",
	}
	ctx := v.Request.Context()
	life, err := v.server.app.Life(ctx, v.actor, view.Code, v.today)
	if err != nil {
		return err
	}
	return v.runForm(view, form{
		title: v.say("happened.new_" + string(kind)), lead: v.say("happened.lead_" + string(kind)), back: "/dealerships/" + view.Code + "/life",
		submit: v.say("form.record"), saved: v.say("form.saved"),
		fields:  func() []formField { return v.lifeFields(life, sent) },
		preview: func() (app.Effect, error) { return v.server.app.PreviewLife(ctx, v.actor, view.Code, sent) },
		save:    func() error { return v.server.app.RecordLife(ctx, v.actor, view.Code, sent) },
	})
}

// lifeFields are the fields of what is recorded: an event, a waiver or a proof.
func (v *visit) lifeFields(life app.LifeView, sent app.LifeForm) []formField {
	days := []formField{
		{Name: "from", Kind: "date", Label: v.say("field.from"), Value: sent.From, Required: true},
		{Name: "until", Kind: "date", Label: v.say("field.until"), Value: sent.Until},
	}
	note := formField{Name: "note", Kind: "textarea", Label: v.say("happened.note_" + string(sent.Kind)), Value: sent.Note, Required: sent.Kind == tracker.FactWaiver}
	if sent.Kind == tracker.FactEvent {
		fields := []formField{{Name: "event", Kind: "choices", Label: v.say("label.event"), Value: sent.Event, Options: options(v, "event.", tracker.EventKinds), Required: true}}
		bridged := formField{Name: "bridged_to", Kind: "date", Label: v.say("label.bridged_to"), Value: sent.BridgedTo, Hint: v.say("hint.bridged_to")}
		return append(append(append(fields, days...), bridged), note)
	}
	choice := formField{Name: "requirement", Kind: "select", Label: v.say("label.requirement"), Value: sent.Requirement, Required: true}
	choice.Options = append(choice.Options, option{"", v.say("happened.choose")})
	for _, r := range life.Requirements {
		proof := r.Measure.Kind == tracker.MeasureProof
		if sent.Kind == tracker.FactProof && proof || sent.Kind == tracker.FactWaiver && r.Basis == tracker.BasisBrand && r.Right == "" {
			choice.Options = append(choice.Options, option{r.Code, r.Code + " " + inLanguage(v.lang, r.Title.En, r.Title.Zh)})
		}
	}
	fields := append([]formField{choice}, days...)
	if sent.Kind == tracker.FactProof {
		subject := formField{Name: "model", Kind: "text", Label: v.say("happened.subject"), Value: sent.Model, Hint: v.say("hint.subject")}
		return append(fields, subject, note)
	}
	return append(fields, note, formField{Name: "compensation", Kind: "textarea", Label: v.say("label.compensation"), Value: sent.Compensation})
}

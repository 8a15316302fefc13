package server

import (
	"slices"
	"strconv"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

func recordDecision(v *visit) error {
	view, err := v.dealership()
	if err != nil {
		return err
	}
	chosen := v.typed("programme", v.query.Get("programme"))
	if chosen == "" {
		chosen = string(tracker.ProgrammeBMWi)
	}
	var programme app.ProgrammeView
	for _, p := range view.Programmes {
		if string(p.Standing.Programme) == chosen && p.Standard.Kind != tracker.KindLaw {
			programme = p
		}
	}
	if chosen == string(tracker.ProgrammeModels) {
		return v.decideModel(view)
	}
	if programme.Standard.Programme == "" {
		return badValue("programme", chosen)
	}
	name := inLanguage(v.lang, programme.Standard.Name.En, programme.Standard.Name.Zh)
	return v.decisionForm(view, programme, app.DecisionForm{Programme: chosen, EffectiveOn: v.today.String()}, v.say("form.decision", "programme", name))
}

func correctDecision(v *visit) error {
	view, err := v.dealership()
	if err != nil {
		return err
	}
	chain := tracker.FactID(v.Param("chain"))
	at := slices.IndexFunc(view.Decisions, func(d app.DecisionView) bool { return d.Chain == chain })
	if at < 0 {
		return tracker.Fault(tracker.NotFound, "not_found", "noun", "decision", "key", string(chain))
	}
	d := view.Decisions[at]
	var programme app.ProgrammeView
	for _, p := range view.Programmes {
		if p.Standing.Programme == d.Programme {
			programme = p
		}
	}
	if d.Subject != "" {
		if programme, err = v.modelStanding(view, d.Programme, d.Subject); err != nil {
			return err
		}
	}
	recorded := app.DecisionForm{
		Programme: string(d.Programme), Model: d.Subject, Decision: string(d.Decided), EffectiveOn: d.EffectiveOn.String(),
		ValidUntil: d.ValidUntil.String(), Conditions: d.Conditions, DueOn: d.DueOn.String(), Auditor: d.Auditor, Signed: d.Signed,
		Grounds: d.Grounds, Chain: chain,
	}
	if d.Signed != "" {
		recorded.Score, recorded.Vetoes = d.ScoreText(), strconv.Itoa(d.Vetoes)
	}
	return v.decisionForm(view, programme, recorded, v.say("form.correct_decision"))
}

// decisionForm is the form of a decision, new or corrected.
func (v *visit) decisionForm(view app.DealershipView, programme app.ProgrammeView, recorded app.DecisionForm, title string) error {
	sent := app.DecisionForm{
		Programme: recorded.Programme, Model: recorded.Model, Decision: v.typed("decision", recorded.Decision),
		EffectiveOn: v.typed("effective_on", recorded.EffectiveOn), ValidUntil: v.typed("valid_until", recorded.ValidUntil),
		Conditions: v.typed("conditions", recorded.Conditions), DueOn: v.typed("due_on", recorded.DueOn), Score: v.typed("score", recorded.Score),
		Vetoes: v.typed("vetoes", recorded.Vetoes), Auditor: v.typed("auditor", recorded.Auditor), Signed: v.typed("signed", recorded.Signed),
		Grounds: v.typed("grounds", recorded.Grounds),
		Chain:   recorded.Chain, Reason: v.field("reason"), Confirm: v.field("confirm") != "",
	}
	kinds := app.DecisionChoices(programme)
	lead := v.say("form.decision_lead", "state", v.stateName(programme.Standard.Cycle(), programme.Standing.State))
	if recorded.Chain != "" {
		kinds, lead = programme.Standard.Cycle().Kinds(), v.say("form.correct_lead")
	}
	submit := v.say("form.record")
	if !v.actor.Can(tracker.Decide) {
		submit = v.say("action.propose")
	}
	ctx := v.Request.Context()
	return v.runForm(view, form{
		title: title, lead: lead, back: "/dealerships/" + view.Code, submit: submit, saved: v.say("form.saved"),
		fields: func() []formField {
			fields := []formField{
				{Name: "programme", Kind: "hidden", Value: sent.Programme}, {Name: "model", Kind: "hidden", Value: sent.Model},
				{Name: "decision", Kind: "choices", Label: v.say("field.decision"), Value: sent.Decision, Options: v.decisionOptions(programme.Standard.Cycle(), kinds), Required: true},
				{Name: "effective_on", Kind: "date", Label: v.say("field.effective_on"), Value: sent.EffectiveOn, Required: true},
			}
			if programme.Standard.Kind == tracker.KindRights {
				fields = append(fields, formField{Name: "valid_until", Kind: "date", Label: v.say("field.valid_until"), Value: sent.ValidUntil, Hint: v.say("hint.sell_off")})
			}
			if programme.Standard.Kind == tracker.KindCertification {
				fields = append(fields,
					formField{Name: "valid_until", Kind: "date", Label: v.say("field.valid_until"), Value: sent.ValidUntil, Hint: v.say("hint.valid_until")},
					formField{Name: "conditions", Kind: "textarea", Label: v.say("field.conditions"), Value: sent.Conditions, Hint: v.say("hint.conditions")})
			}
			fields = append(fields, v.caseFields(programme.Standard.Cycle(), kinds, sent)...)
			fields = append(fields, formField{Name: "grounds", Kind: "textarea", Label: v.say("field.grounds"), Value: sent.Grounds})
			if recorded.Chain != "" {
				fields = append(fields, formField{Name: "reason", Kind: "textarea", Label: v.say("field.reason"), Value: sent.Reason, Required: true, Hint: v.say("hint.reason")})
			}
			return fields
		},
		preview: func() (app.Effect, error) { return v.server.app.PreviewDecision(ctx, v.actor, view.Code, sent) },
		save:    func() error { return v.server.app.RecordDecision(ctx, v.actor, view.Code, sent) },
	})
}

// caseFields are the fields of a decision's way from submission to certificate, as far as what can be chosen needs them.
func (v *visit) caseFields(cycle *tracker.Lifecycle, kinds []tracker.DecisionKind, sent app.DecisionForm) []formField {
	var due, audited, scored bool
	for _, kind := range kinds {
		def, _ := cycle.Decision(kind)
		due = due || def.Conditions || kind == tracker.PlanAudit
		audited = audited || def.Scored || kind == tracker.PlanAudit
		scored = scored || def.Scored
	}
	var fields []formField
	if due {
		fields = append(fields, formField{Name: "due_on", Kind: "date", Label: v.say("field.due_on"), Value: sent.DueOn, Hint: v.say("hint.due_on")})
	}
	if audited {
		fields = append(fields, formField{Name: "auditor", Kind: "text", Label: v.say("field.auditor"), Value: sent.Auditor})
	}
	if scored {
		signatures := []string{tracker.SignedByBoth, tracker.SignRefused}
		fields = append(fields,
			formField{Name: "score", Kind: "text", Label: v.say("field.score"), Value: sent.Score, Hint: v.say("hint.score")},
			formField{Name: "vetoes", Kind: "text", Label: v.say("field.vetoes"), Value: sent.Vetoes, Hint: v.say("hint.vetoes")},
			formField{Name: "signed", Kind: "choices", Label: v.say("field.signed"), Value: sent.Signed, Options: options(v, "signed.", signatures)})
	}
	return fields
}

func voidFact(v *visit) error {
	view, err := v.dealership()
	if err != nil {
		return err
	}
	sent := app.VoidForm{
		Kind: tracker.FactKind(v.Param("kind")), Chain: tracker.FactID(v.Param("chain")), Reason: v.field("reason"),
		Confirm: v.field("confirm") != "",
	}
	ctx := v.Request.Context()
	if effect, err := v.server.app.PreviewVoid(ctx, v.actor, view.Code, sent); err != nil {
		_ = effect
		return err // nothing of that name can be voided here, or not by this reader
	}
	return v.runForm(view, form{
		title: v.say("form.void", "what", v.say("fact."+string(sent.Kind))), lead: v.say("form.void_lead"),
		back: "/dealerships/" + view.Code, submit: v.say("form.void_submit"), saved: v.say("form.voided"),
		fields: func() []formField {
			return []formField{{Name: "reason", Kind: "textarea", Label: v.say("field.reason"), Value: sent.Reason, Required: true, Hint: v.say("hint.reason")}}
		},
		preview: func() (app.Effect, error) { return v.server.app.PreviewVoid(ctx, v.actor, view.Code, sent) },
		save:    func() error { return v.server.app.VoidFact(ctx, v.actor, view.Code, sent) },
	})
}

func endEmployment(v *visit) error {
	view, err := v.dealership()
	if err != nil {
		return err
	}
	chain := tracker.FactID(v.Param("chain"))
	at := slices.IndexFunc(view.People, func(p app.PersonView) bool { return p.Employment.Chain == chain })
	if at < 0 {
		return tracker.Fault(tracker.NotFound, "not_found", "noun", "employment", "key", string(chain))
	}
	person := view.People[at]
	sent := app.EndForm{
		Chain: chain, LastDay: v.typed("last_day", person.Employment.Until.Add(-1).String()), Reason: v.field("reason"),
		Confirm: v.field("confirm") != "",
	}
	ctx := v.Request.Context()
	return v.runForm(view, form{
		title: v.say("form.end", "name", person.Name), lead: v.say("form.end_lead", "job", v.say("job."+string(person.Employment.Job)), "no", person.StaffNo),
		back: "/dealerships/" + view.Code, submit: v.say("form.record"), saved: v.say("form.saved"),
		fields: func() []formField {
			return []formField{
				{Name: "last_day", Kind: "date", Label: v.say("field.last_day"), Value: sent.LastDay, Required: true, Hint: v.say("hint.last_day")},
				{Name: "reason", Kind: "textarea", Label: v.say("field.remark"), Value: sent.Reason},
			}
		},
		preview: func() (app.Effect, error) { return v.server.app.PreviewEndEmployment(ctx, v.actor, view.Code, sent) },
		save:    func() error { return v.server.app.EndEmployment(ctx, v.actor, view.Code, sent) },
	})
}

func setModule(v *visit) error {
	view, err := v.dealership()
	if err != nil {
		return err
	}
	at := slices.IndexFunc(view.Modules, func(m app.ModuleView) bool { return m.Definition.Code == v.Param("module") })
	if at < 0 {
		return tracker.Fault(tracker.NotFound, "not_found", "noun", "module", "key", v.Param("module"))
	}
	module := view.Modules[at]
	sent := app.ModuleForm{
		Module: module.Definition.Code, PlannedOn: v.typed("planned_on", module.Fact.PlannedOn.String()),
		LiveOn: v.typed("live_on", module.Fact.LiveOn.String()), VerifiedOn: v.typed("verified_on", module.Fact.VerifiedOn.String()),
		Reason: v.field("reason"), Confirm: v.field("confirm") != "",
	}
	ctx := v.Request.Context()
	return v.runForm(view, form{
		title: module.Definition.Code + " " + inLanguage(v.lang, module.Definition.Title.En, module.Definition.Title.Zh), lead: v.say("form.module_lead"),
		back: "/dealerships/" + view.Code, submit: v.say("form.record"), saved: v.say("form.saved"),
		fields: func() []formField {
			return []formField{
				{Name: "planned_on", Kind: "date", Label: v.say("field.planned_on"), Value: sent.PlannedOn},
				{Name: "live_on", Kind: "date", Label: v.say("field.live_on"), Value: sent.LiveOn},
				{Name: "verified_on", Kind: "date", Label: v.say("field.verified_on"), Value: sent.VerifiedOn},
				{Name: "reason", Kind: "textarea", Label: v.say("field.reason"), Value: sent.Reason, Hint: v.say("hint.module_reason")},
			}
		},
		preview: func() (app.Effect, error) { return v.server.app.PreviewModule(ctx, v.actor, view.Code, sent) },
		save:    func() error { return v.server.app.SetModule(ctx, v.actor, view.Code, sent) },
	})
}

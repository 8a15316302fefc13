package server

import (
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// chooseModelPage asks which model a decision is about.
type chooseModelPage struct {
	BasePage
	app.DealershipView
	Sell []modelChoice
}

// modelChoice is a model with what was decided about it.
type modelChoice struct {
	Code, Name string
	State      string
	May        bool
}

// decideModel is the form of a decision about one model; while none is named it asks for one.
func (v *visit) decideModel(view app.DealershipView) error {
	asked := v.query["model"]
	code := v.typed("model", v.query.Get("model"))
	if len(asked) > 1 {
		return badValue("model", strings.Join(asked, ", "))
	}
	if code == "" {
		return v.chooseModel(view)
	}
	programme, err := v.modelStanding(view, tracker.ProgrammeModels, code)
	if err != nil {
		return err
	}
	return v.decisionForm(view, programme, app.DecisionForm{Programme: string(tracker.ProgrammeModels), Model: code, EffectiveOn: v.today.String()},
		v.say("form.decision", "programme", code))
}

// modelStanding gives what was decided about one model as the form of a decision takes it.
func (v *visit) modelStanding(view app.DealershipView, programme tracker.ProgrammeCode, model string) (app.ProgrammeView, error) {
	rights, err := v.server.app.Rights(v.Request.Context(), v.actor, view.Code, v.on)
	if err != nil {
		return app.ProgrammeView{}, err
	}
	for _, right := range rights.Sell {
		if right.Right.Subject == model {
			return app.ProgrammeView{
				Standard: rights.Standard, Standing: tracker.Standing{Programme: programme, State: right.Decided.State, ValidUntil: right.Decided.ValidUntil},
			}, nil
		}
	}
	return app.ProgrammeView{}, badValue("model", model)
}

func (v *visit) chooseModel(view app.DealershipView) error {
	rights, err := v.server.app.Rights(v.Request.Context(), v.actor, view.Code, v.on)
	if err != nil {
		return err
	}
	page := chooseModelPage{BasePage: v.base(v.say("model.choose"), "dealerships"), DealershipView: view}
	for _, right := range rights.Sell {
		page.Sell = append(page.Sell, modelChoice{right.Right.Subject, right.Model.Name, v.stateName(rights.Standard.Cycle(), right.Decided.State), right.Right.May})
	}
	return v.show("choose_model", page)
}

// decisionOptions names what can be decided: by the life cycle's own words, else by the product's.
func (v *visit) decisionOptions(cycle *tracker.Lifecycle, kinds []tracker.DecisionKind) []option {
	out := make([]option, len(kinds))
	for i, kind := range kinds {
		out[i] = option{string(kind), v.decisionName(cycle, kind)}
	}
	return out
}

// decisionName gives the name of a decision: the life cycle's own, else the product's.
func (v *visit) decisionName(cycle *tracker.Lifecycle, kind tracker.DecisionKind) string {
	if cycle != nil {
		if def, known := cycle.Decision(kind); known && (def.Name.En != "" || def.Name.Zh != "") {
			return inLanguage(v.lang, def.Name.En, def.Name.Zh)
		}
	}
	return v.say("decision." + string(kind))
}

package server

import (
	"context"
	"net/http"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// moduleJSON is a module in the columns of import, with its state on the day.
type moduleJSON struct {
	Dealership   string              `json:"dealership" doc:"Code of the dealership."`
	Module       string              `json:"module" doc:"DGU-01 to DGU-12."`
	PlannedOn    tracker.Date        `json:"planned_on" doc:"The day it is planned for."`
	LiveOn       tracker.Date        `json:"live_on" doc:"The day it went live."`
	VerifiedOn   tracker.Date        `json:"verified_on" doc:"The day it was verified."`
	PlannedSince tracker.Date        `json:"planned_since" doc:"The day on which a plan was first recorded."`
	State        tracker.ModuleState `json:"state" doc:"On the day asked." words:"open planned live verified"`
	RecordedAt   tracker.Moment      `json:"recorded_at" doc:"When this version was recorded; null while nothing is."`
}

func moduleOf(i app.ModuleItem) moduleJSON {
	return moduleJSON{i.Code, i.Module.Module, i.PlannedOn, i.LiveOn, i.VerifiedOn, i.PlannedSince, i.State, i.RecordedAt}
}

// moduleBody is what a write of a module sends.
type moduleBody struct {
	PlannedOn  sentText `json:"planned_on" doc:"The day it is planned for." format:"date"`
	LiveOn     sentText `json:"live_on" doc:"The day it went live, not after today." format:"date"`
	VerifiedOn sentText `json:"verified_on" doc:"The day it was verified, not after today." format:"date"`
	Reason     sentText `json:"reason" doc:"Needed where a day that is live or verified is moved or taken away."`
	Confirm    bool     `json:"confirm" doc:"Go on where later decisions would lose their effect."`
}

// over lays what was sent over what is recorded. A replacement empties what it leaves out; a change leaves it as it is.
func (b moduleBody) over(recorded app.ModuleForm, replace bool) app.ModuleForm {
	if replace {
		recorded = app.ModuleForm{Module: recorded.Module}
	}
	return app.ModuleForm{
		Module: recorded.Module, PlannedOn: b.PlannedOn.or(recorded.PlannedOn), LiveOn: b.LiveOn.or(recorded.LiveOn),
		VerifiedOn: b.VerifiedOn.or(recorded.VerifiedOn), Reason: b.Reason.text, Confirm: b.Confirm,
	}
}

// sameDays tells whether two forms give the same days, whatever the reason.
func sameDays(a, b app.ModuleForm) bool {
	return a.PlannedOn == b.PlannedOn && a.LiveOn == b.LiveOn && a.VerifiedOn == b.VerifiedOn
}

func apiModule(v *visit) error {
	item, err := v.server.app.Module(v.Request.Context(), v.actor, v.Param("code"), v.Param("module"), v.on)
	if err != nil {
		return err
	}
	return v.one(moduleOf(item))
}

// apiSetModule replaces (PUT) or changes (PATCH) a module's days. What is so already is left as it is. A dealership's change
// is what it reports: a plan counts at once, a module gone live when it is accepted.
func apiSetModule(v *visit) error {
	reports := !v.actor.Can(tracker.RecordFacts)
	if reports {
		if err := v.actor.May(tracker.SubmitClaims); err != nil {
			return err
		}
	}
	var sent moduleBody
	text, err := v.readJSON(&sent)
	if err != nil {
		return err
	}
	code, module, replace := v.Param("code"), v.Param("module"), v.Request.Method == http.MethodPut
	return v.write(text, func(ctx context.Context) (app.Answer, error) {
		present, err := v.server.app.Module(ctx, v.actor, code, module, v.today)
		if err != nil {
			return app.Answer{}, err
		}
		if err := v.unchanged(moduleOf(present), present.Recorded); err != nil {
			return app.Answer{}, err
		}
		recorded := present.Form()
		form := sent.over(recorded, replace)
		if reports {
			return v.reportModule(ctx, code, form, recorded)
		}
		if !sameDays(form, recorded) || replace && !present.Recorded {
			if err := v.server.app.SetModule(ctx, v.actor, code, form); err != nil {
				return app.Answer{}, err
			}
		}
		return v.moduleAnswer(ctx, code, module)
	})
}

// moduleAnswer answers with a module as it is after a write.
func (v *visit) moduleAnswer(ctx context.Context, code, module string) (app.Answer, error) {
	after, err := v.server.app.Module(ctx, v.actor, code, module, v.today)
	if err != nil {
		return app.Answer{}, err
	}
	return answerOf(http.StatusOK, moduleOf(after), "")
}

// reportModule submits what a dealership changed. With a day on which the module went live the answer is the claim that
// waits; else the module, whose plan counts already.
func (v *visit) reportModule(ctx context.Context, code string, form, recorded app.ModuleForm) (app.Answer, error) {
	if form.VerifiedOn != recorded.VerifiedOn {
		return app.Answer{}, tracker.Fault(tracker.Invalid, "invalid_form").In("verified_on", "verified_by_others")
	}
	claim := app.ClaimForm{Module: form.Module, PlannedOn: form.PlannedOn, LiveOn: form.LiveOn, Note: form.Reason}
	if form.PlannedOn != recorded.PlannedOn {
		claim.Kind = string(tracker.ClaimPlan)
		if _, err := v.server.app.SubmitClaim(ctx, v.actor, code, claim); err != nil {
			return app.Answer{}, renamed(err, "note", "reason")
		}
	}
	if form.LiveOn == recorded.LiveOn {
		return v.moduleAnswer(ctx, code, form.Module)
	}
	claim.Kind = string(tracker.ClaimLive)
	waits, err := v.server.app.SubmitClaim(ctx, v.actor, code, claim)
	if err != nil {
		return app.Answer{}, renamed(err, "note", "reason")
	}
	return v.submitted(ctx, http.StatusAccepted, waits.ID)
}

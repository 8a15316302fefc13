package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// decisionsAddress is where decisions are listed and recorded.
const decisionsAddress = "/api/v1/decisions"

// decisionQuery are the parameters of the list of decisions.
var decisionQuery = []string{"dealership", "programme", "region", "from", "until", "type", "page", "per_page"}

func decisionRoutes() []route {
	const see, decide, one = tracker.SeeDealerships, tracker.ProposeDecisions, decisionsAddress + "/:id"
	return []route{
		{method: http.MethodGet, path: decisionsAddress, action: see, query: decisionQuery, handle: apiDecisions},
		{method: http.MethodPost, path: decisionsAddress, action: decide, handle: apiRecordDecision},
		{method: http.MethodGet, path: one, action: see, handle: apiDecision},
		{method: http.MethodPatch, path: one, action: decide, handle: apiCorrectDecision},
		{method: http.MethodPost, path: one + "/void", action: decide, handle: apiVoidDecision},
	}
}

// decisionJSON is a decision in the columns of import, with what is known about it.
type decisionJSON struct {
	ID          tracker.FactID        `json:"id" doc:"It names the decision through all its corrections."`
	Dealership  string                `json:"dealership" doc:"Code of the dealership."`
	Programme   tracker.ProgrammeCode `json:"programme"`
	Model       *string               `json:"model" doc:"Of a decision about one model, in the programme models."`
	Decision    tracker.DecisionKind  `json:"decision"`
	EffectiveOn tracker.Date          `json:"effective_on"`
	ValidUntil  tracker.Date          `json:"valid_until" doc:"The last day, as given; null where it follows from the standard."`
	Reason      string                `json:"reason" doc:"On what it rests."`
	Conditions  string                `json:"conditions"`
	Standard    string                `json:"standard" doc:"The version of the standard it was decided by."`
	Skipped     bool                  `json:"skipped" doc:"The state of its day does not allow it, so that it changes nothing."`
	RecordedAt  tracker.Moment        `json:"recorded_at" doc:"When this version was recorded."`
	RecordedBy  string                `json:"recorded_by" doc:"Login of who recorded this version."`
}

func decisionOf(i app.DecisionItem) decisionJSON {
	return decisionJSON{
		ID: i.Chain, Dealership: i.Code, Programme: i.Programme, Model: textOrNull(i.Subject), Decision: i.Decided, EffectiveOn: i.EffectiveOn,
		ValidUntil: i.ValidUntil, Reason: i.Grounds, Conditions: i.Conditions, Standard: i.Standard, Skipped: i.Skipped,
		RecordedAt: i.RecordedAt, RecordedBy: i.By,
	}
}

func apiDecisions(v *visit) error {
	query, err := v.decisionQuery()
	if err != nil {
		return err
	}
	page, err := v.server.app.Decisions(v.Request.Context(), v.actor, query)
	if err != nil {
		return err
	}
	out := list[decisionJSON]{Items: []decisionJSON{}, Total: page.Total, Page: page.Page, PerPage: page.PerPage}
	for _, item := range page.Items {
		out.Items = append(out.Items, decisionOf(item))
	}
	v.JSON(http.StatusOK, out)
	return nil
}

func (v *visit) decisionQuery() (app.DecisionQuery, error) {
	ctx := v.Request.Context()
	q := app.DecisionQuery{On: v.on, Codes: v.query["dealership"]}
	directory, err := v.server.app.Directory(ctx)
	if err != nil {
		return q, err
	}
	if q.Programmes, err = v.programmes(); err != nil {
		return q, err
	}
	rules, err := v.server.app.Rulebook(ctx)
	if err != nil {
		return q, err
	}
	known := slices.Concat(rules.DecisionKinds(), tracker.LifecycleOf(tracker.KindCertification).Kinds(), tracker.LifecycleOf(tracker.KindProject).Kinds())
	for _, text := range v.query["type"] {
		if !slices.Contains(known, tracker.DecisionKind(text)) {
			return q, badValue("type", text)
		}
		q.Kinds = append(q.Kinds, tracker.DecisionKind(text))
	}
	for _, read := range []func() error{
		func() (err error) { q.Regions, err = v.regions(directory); return err },
		func() (err error) { q.From, err = v.day("from"); return err },
		func() (err error) { q.Until, err = v.day("until"); return err },
		func() (err error) { q.Page, q.PerPage, err = v.paging(); return err },
	} {
		if err := read(); err != nil {
			return q, err
		}
	}
	return q, nil
}

func apiDecision(v *visit) error {
	item, err := v.server.app.Decision(v.Request.Context(), v.actor, tracker.FactID(v.Param("id")))
	if err != nil {
		return err
	}
	return v.one(decisionOf(item))
}

// decisionBody is what recording a decision sends.
type decisionBody struct {
	Dealership  sentText `json:"dealership" doc:"Code of the dealership."`
	Programme   sentText `json:"programme"`
	Model       sentText `json:"model" doc:"The code of the model that it is about; in the programme models alone, and needed there."`
	Decision    sentText `json:"decision"`
	EffectiveOn sentText `json:"effective_on" format:"date"`
	ValidUntil  sentText `json:"valid_until" doc:"The last day; without it the standard's." format:"date"`
	Reason      sentText `json:"reason" doc:"On what it rests."`
	Conditions  sentText `json:"conditions" doc:"Needed to certify with conditions."`
	Confirm     bool     `json:"confirm" doc:"Go on where later decisions would lose their effect."`
}

// correctionBody is what correcting a decision sends. What is left out stays.
type correctionBody struct {
	Decision    sentText `json:"decision"`
	EffectiveOn sentText `json:"effective_on" format:"date"`
	ValidUntil  sentText `json:"valid_until" doc:"The last day; null: the standard's." format:"date"`
	Reason      sentText `json:"reason" doc:"On what it rests."`
	Conditions  sentText `json:"conditions"`
	Correction  sentText `json:"correction" doc:"Why it is corrected; needed, and shown in the history."`
	Confirm     bool     `json:"confirm" doc:"Go on where later decisions would lose their effect."`
}

// voidBody is what taking a decision back sends.
type voidBody struct {
	Reason  sentText `json:"reason" doc:"Why it is taken back; needed, and shown in the history."`
	Confirm bool     `json:"confirm" doc:"Go on where later decisions would lose their effect."`
}

func apiRecordDecision(v *visit) error {
	var sent decisionBody
	text, err := v.readJSON(&sent)
	if err != nil {
		return err
	}
	return v.write(text, func(ctx context.Context) (app.Answer, error) {
		code := strings.TrimSpace(sent.Dealership.text)
		chain, err := v.server.app.Decide(ctx, v.actor, code, app.DecisionForm{
			Programme: sent.Programme.text, Model: sent.Model.text, Decision: sent.Decision.text, EffectiveOn: sent.EffectiveOn.text,
			ValidUntil: sent.ValidUntil.text, Conditions: sent.Conditions.text, Grounds: sent.Reason.text, Confirm: sent.Confirm,
		})
		if tracker.KindOf(err) == tracker.NotFound { // the address is right, what it was sent is not
			return app.Answer{}, tracker.Fault(tracker.Invalid, "invalid_form").In("dealership", "unknown_dealership", "value", code)
		}
		if err != nil {
			return app.Answer{}, renamed(err, "grounds", "reason")
		}
		return v.decided(ctx, http.StatusCreated, chain)
	})
}

// decided answers with a decision as it is after a write.
func (v *visit) decided(ctx context.Context, status int, chain tracker.FactID) (app.Answer, error) {
	item, err := v.server.app.Decision(ctx, v.actor, chain)
	if err != nil {
		return app.Answer{}, err
	}
	location := ""
	if status == http.StatusCreated {
		location = decisionsAddress + "/" + string(chain)
	}
	return answerOf(status, decisionOf(item), location)
}

// seenDecision gives the decision that a write names, if it is as the client saw it.
func (v *visit) seenDecision(ctx context.Context) (app.DecisionItem, error) {
	item, err := v.server.app.Decision(ctx, v.actor, tracker.FactID(v.Param("id")))
	if err != nil {
		return item, err
	}
	return item, v.unchanged(decisionOf(item), true)
}

func apiCorrectDecision(v *visit) error {
	var sent correctionBody
	text, err := v.readJSON(&sent)
	if err != nil {
		return err
	}
	return v.write(text, func(ctx context.Context) (app.Answer, error) {
		present, err := v.seenDecision(ctx)
		if err != nil {
			return app.Answer{}, err
		}
		_, err = v.server.app.Decide(ctx, v.actor, present.Code, app.DecisionForm{
			Programme: string(present.Programme), Model: present.Subject, Decision: sent.Decision.or(string(present.Decided)),
			EffectiveOn: sent.EffectiveOn.or(present.EffectiveOn.String()), ValidUntil: sent.ValidUntil.or(present.ValidUntil.String()),
			Conditions: sent.Conditions.or(present.Conditions), Grounds: sent.Reason.or(present.Grounds),
			Chain: present.Chain, Reason: sent.Correction.text, Confirm: sent.Confirm,
		})
		if err != nil {
			return app.Answer{}, renamed(err, "reason", "correction", "grounds", "reason")
		}
		return v.decided(ctx, http.StatusOK, present.Chain)
	})
}

// apiVoidDecision takes a decision back: a correction gives way to the version before it, which is answered; a first
// version is gone, and nothing is answered.
func apiVoidDecision(v *visit) error {
	var sent voidBody
	text, err := v.readJSON(&sent)
	if err != nil {
		return err
	}
	return v.write(text, func(ctx context.Context) (app.Answer, error) {
		present, err := v.seenDecision(ctx)
		if err != nil {
			return app.Answer{}, err
		}
		err = v.server.app.VoidFact(ctx, v.actor, present.Code, app.VoidForm{
			Kind: tracker.FactDecision, Chain: present.Chain, Reason: sent.Reason.text, Confirm: sent.Confirm,
		})
		if err != nil {
			return app.Answer{}, err
		}
		after, err := v.decided(ctx, http.StatusOK, present.Chain)
		if tracker.KindOf(err) == tracker.NotFound {
			return app.Answer{Status: http.StatusNoContent}, nil
		}
		return after, err
	})
}

// renamed gives the fields of a fault the names that they have in the API; names are pairs of old and new.
func renamed(err error, names ...string) error {
	var fault *tracker.Error
	if !errors.As(err, &fault) || app.WaitsFor(err) != nil {
		return err
	}
	out := *fault
	out.Fields = slices.Clone(fault.Fields)
	for i, field := range out.Fields {
		for n := 0; n+1 < len(names); n += 2 {
			if field.Field == names[n] {
				out.Fields[i].Field = names[n+1]
			}
		}
	}
	return &out
}

package server

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// claimsAddress is where claims are listed and submitted.
const claimsAddress = "/api/v1/claims"

// claimQuery are the parameters of the list of claims.
var claimQuery = []string{"dealership", "region", "state", "type", "page", "per_page"}

func claimRoutes() []route {
	const submit, review, one = tracker.SubmitClaims, tracker.ReviewClaims, claimsAddress + "/:id"
	return []route{
		{method: http.MethodGet, path: claimsAddress, query: claimQuery, handle: apiClaims},
		{method: http.MethodPost, path: claimsAddress, action: submit, handle: apiSubmitClaim},
		{method: http.MethodGet, path: one, handle: apiClaim},
		{method: http.MethodPatch, path: one, action: submit, handle: apiMendClaim},
		{method: http.MethodPost, path: one + "/withdraw", action: submit, handle: apiWithdrawClaim},
		{method: http.MethodPost, path: one + "/accept", action: review, handle: apiDecideClaim(tracker.VerdictAccept)},
		{method: http.MethodPost, path: one + "/return", action: review, handle: apiDecideClaim(tracker.VerdictReturn)},
		{method: http.MethodPost, path: one + "/reject", action: review, handle: apiDecideClaim(tracker.VerdictReject)},
	}
}

// claimJSON is a claim: which fields are filled follows from its kind.
type claimJSON struct {
	ID            tracker.FactID     `json:"id"`
	Kind          tracker.ClaimKind  `json:"kind"`
	State         tracker.ClaimState `json:"state"`
	Dealership    string             `json:"dealership" doc:"Code of the dealership."`
	StaffNo       *string            `json:"staff_no"`
	Name          *string            `json:"name" doc:"Of whom it is about."`
	Job           *string            `json:"job"`
	From          tracker.Date       `json:"from" doc:"A joiner's first day."`
	Until         tracker.Date       `json:"until" doc:"The last day of who leaves, or stays."`
	Type          *string            `json:"type" doc:"Type of qualification."`
	Generation    *string            `json:"generation"`
	CertificateNo *string            `json:"certificate_no" doc:"Masked."`
	IssuedOn      tracker.Date       `json:"issued_on"`
	ReviewedOn    tracker.Date       `json:"reviewed_on"`
	ReviewDueOn   tracker.Date       `json:"review_due_on"`
	ExpiresOn     tracker.Date       `json:"expires_on"`
	Module        *string            `json:"module"`
	PlannedOn     tracker.Date       `json:"planned_on"`
	LiveOn        tracker.Date       `json:"live_on"`
	Note          string             `json:"note"`
	EnteredAt     tracker.Moment     `json:"entered_at"`
	EnteredBy     string             `json:"entered_by" doc:"Login of who submitted it last."`
	DecidedAt     tracker.Moment     `json:"decided_at"`
	DecidedBy     *string            `json:"decided_by" doc:"Login; null while nobody has decided, and where it counted at once."`
	Reason        string             `json:"reason" doc:"Why it was returned or rejected."`
	Version       int                `json:"version" doc:"Rises with every step."`
}

// reviewJSON is a claim as its reviewer sees it.
type reviewJSON struct {
	claimJSON
	Basis string `json:"basis" doc:"Names the facts on which it would be decided now; the ETag changes with it."`
	Moved bool   `json:"moved" doc:"Those facts have changed since it was entered."`
}

func claimOf(c app.ClaimView) claimJSON {
	return claimJSON{
		ID: c.ID, Kind: c.Kind, State: c.State, Dealership: c.Site.Code, StaffNo: textOrNull(c.StaffNo), Name: textOrNull(c.Who),
		Job: textOrNull(string(c.Job)), From: c.FirstDay, Until: c.LastDay, Type: textOrNull(string(c.Type)),
		Generation: textOrNull(string(c.Generation)), CertificateNo: textOrNull(c.Certificate), IssuedOn: c.IssuedOn,
		ReviewedOn: c.ReviewedOn, ReviewDueOn: c.ReviewDueOn, ExpiresOn: c.ExpiresOn, Module: textOrNull(c.Module),
		PlannedOn: c.PlannedOn, LiveOn: c.LiveOn, Note: c.Note, EnteredAt: c.EnteredAt, EnteredBy: c.By, DecidedAt: c.DecidedAt,
		DecidedBy: textOrNull(c.Decider), Reason: c.Reason, Version: c.Version,
	}
}

func apiClaims(v *visit) error {
	q := app.ClaimsQuery{Code: v.query.Get("dealership"), Newest: true}
	if len(v.query["dealership"]) > 1 {
		return badValue("dealership", strings.Join(v.query["dealership"], ", "))
	}
	for _, text := range v.query["state"] {
		if !slices.Contains(tracker.ClaimStates, tracker.ClaimState(text)) {
			return badValue("state", text)
		}
		q.States = append(q.States, tracker.ClaimState(text))
	}
	for _, text := range v.query["type"] {
		if kind := tracker.ClaimKind(text); kind != tracker.ClaimTransfer && !slices.Contains(tracker.ClaimKinds, kind) {
			return badValue("type", text)
		}
		q.Kinds = append(q.Kinds, tracker.ClaimKind(text))
	}
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return err
	}
	if q.Regions, err = v.regions(directory); err != nil {
		return err
	}
	if q.Page, q.PerPage, err = v.paging(); err != nil {
		return err
	}
	page, err := v.server.app.Claims(v.Request.Context(), v.actor, q)
	if err != nil {
		return err
	}
	out := list[claimJSON]{Items: []claimJSON{}, Total: page.Total, Page: page.Page, PerPage: page.PerPage}
	for _, row := range page.Rows {
		out.Items = append(out.Items, claimOf(row))
	}
	v.JSON(http.StatusOK, out)
	return nil
}

// claim gives a claim as the reader sees it, with what a step on it is taken on.
func (v *visit) claim(ctx context.Context, id tracker.FactID) (shown any, of app.ReviewView, err error) {
	if !v.actor.Can(tracker.ReviewClaims) {
		view, err := v.server.app.Claim(ctx, v.actor, id)
		return claimOf(view), app.ReviewView{ClaimView: view}, err
	}
	of, err = v.server.app.ReviewClaim(ctx, v.actor, id)
	return reviewJSON{claimOf(of.ClaimView), of.Base, of.Moved}, of, err
}

func apiClaim(v *visit) error {
	shown, _, err := v.claim(v.Request.Context(), tracker.FactID(v.Param("id")))
	if err != nil {
		return err
	}
	return v.one(shown)
}

// claimBody is what submitting a claim sends. Which fields count follows from the kind.
type claimBody struct {
	Dealership sentText `json:"dealership" doc:"Code of the dealership."`
	claimFields
}

// claimFields are what a claim says.
type claimFields struct {
	Kind          sentText `json:"kind" doc:"leaver and plan count at once; joiner, qualification, review, live and stays when accepted."`
	StaffNo       sentText `json:"staff_no" doc:"Of all kinds but plan and live."`
	Name          sentText `json:"name" doc:"joiner"`
	Job           sentText `json:"job" doc:"joiner"`
	From          sentText `json:"from" doc:"joiner: the first day." format:"date"`
	Until         sentText `json:"until" doc:"leaver: the last day; stays: the new last day, null for none." format:"date"`
	Type          sentText `json:"type" doc:"qualification, review"`
	Generation    sentText `json:"generation" doc:"qualification, review"`
	CertificateNo sentText `json:"certificate_no" doc:"qualification"`
	IssuedOn      sentText `json:"issued_on" doc:"qualification; review: which one, null for the latest." format:"date"`
	ReviewedOn    sentText `json:"reviewed_on" doc:"review" format:"date"`
	ReviewDueOn   sentText `json:"review_due_on" doc:"qualification, review: the next review." format:"date"`
	ExpiresOn     sentText `json:"expires_on" doc:"qualification" format:"date"`
	Module        sentText `json:"module" doc:"plan, live"`
	PlannedOn     sentText `json:"planned_on" doc:"plan" format:"date"`
	LiveOn        sentText `json:"live_on" doc:"live" format:"date"`
	Note          sentText `json:"note"`
}

// over lays what was sent over what the claim said before.
func (b claimFields) over(f app.ClaimForm) app.ClaimForm {
	return app.ClaimForm{
		Kind: b.Kind.or(f.Kind), StaffNo: b.StaffNo.or(f.StaffNo), Name: b.Name.or(f.Name), Job: b.Job.or(f.Job),
		From: b.From.or(f.From), Until: b.Until.or(f.Until), Type: b.Type.or(f.Type), Generation: b.Generation.or(f.Generation),
		Certificate: b.CertificateNo.or(f.Certificate), IssuedOn: b.IssuedOn.or(f.IssuedOn), ReviewedOn: b.ReviewedOn.or(f.ReviewedOn),
		ReviewDueOn: b.ReviewDueOn.or(f.ReviewDueOn), ExpiresOn: b.ExpiresOn.or(f.ExpiresOn), Module: b.Module.or(f.Module),
		PlannedOn: b.PlannedOn.or(f.PlannedOn), LiveOn: b.LiveOn.or(f.LiveOn), Note: b.Note.or(f.Note),
	}
}

func apiSubmitClaim(v *visit) error {
	var sent claimBody
	text, err := v.readJSON(&sent)
	if err != nil {
		return err
	}
	return v.write(text, func(ctx context.Context) (app.Answer, error) {
		code := strings.TrimSpace(sent.Dealership.text)
		claim, err := v.server.app.SubmitClaim(ctx, v.actor, code, sent.over(app.ClaimForm{}))
		if tracker.KindOf(err) == tracker.NotFound { // the address is right, what it was sent is not
			return app.Answer{}, tracker.Fault(tracker.Invalid, "invalid_form").In("dealership", "unknown_dealership", "value", code)
		}
		if err != nil {
			return app.Answer{}, err
		}
		return v.submitted(ctx, http.StatusCreated, claim.ID)
	})
}

// submitted answers with a claim that was made, and where it stands.
func (v *visit) submitted(ctx context.Context, status int, id tracker.FactID) (app.Answer, error) {
	shown, _, err := v.claim(ctx, id)
	if err != nil {
		return app.Answer{}, err
	}
	return answerOf(status, shown, claimsAddress+"/"+string(id))
}

// step carries out a step on a claim that is as the client saw it, and answers with the claim after it.
func (v *visit) step(sent []byte, do func(context.Context, app.ReviewView) error) error {
	id := tracker.FactID(v.Param("id"))
	return v.write(sent, func(ctx context.Context) (app.Answer, error) {
		shown, present, err := v.claim(ctx, id)
		if err != nil {
			return app.Answer{}, err
		}
		if err := v.unchanged(shown, true); err != nil {
			return app.Answer{}, err
		}
		if err := do(ctx, present); err != nil {
			return app.Answer{}, err
		}
		if shown, _, err = v.claim(ctx, id); err != nil {
			return app.Answer{}, err
		}
		return answerOf(http.StatusOK, shown, "")
	})
}

func apiMendClaim(v *visit) error {
	var sent claimFields
	text, err := v.readJSON(&sent)
	if err != nil {
		return err
	}
	return v.step(text, func(ctx context.Context, c app.ReviewView) error {
		return v.server.app.ResubmitClaim(ctx, v.actor, c.ID, c.Version, sent.over(app.Form(c.Claim)))
	})
}

func apiWithdrawClaim(v *visit) error {
	text, err := v.readJSON(&nothingBody{})
	if err != nil {
		return err
	}
	return v.step(text, func(ctx context.Context, c app.ReviewView) error {
		return v.server.app.WithdrawClaim(ctx, v.actor, c.ID, c.Version)
	})
}

// verdictBody is what deciding on a claim sends.
type verdictBody struct {
	Reason sentText `json:"reason" doc:"Needed to return or reject; the dealership reads it."`
}

// apiDecideClaim decides on a claim. What it rests on is a part of what the client saw, so that a claim whose ground has
// moved since is answered with 412.
func apiDecideClaim(verdict tracker.Verdict) func(*visit) error {
	return func(v *visit) error {
		var sent verdictBody
		text, err := v.readJSON(&sent)
		if err != nil {
			return err
		}
		return v.step(text, func(ctx context.Context, c app.ReviewView) error {
			return v.server.app.DecideClaim(ctx, v.actor, c.ID, app.Ruling{
				Verdict: string(verdict), Reason: sent.Reason.text, Version: c.Version, Base: c.Base, Anew: true, // the tag covers the base
			})
		})
	}
}

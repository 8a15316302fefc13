package server

import (
	"net/http"
	"slices"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// apiIntroduction says what holds for every address.
const apiIntroduction = `Which dealership may sell and service what, on any day, and why.

Days are civil days in the network's zone, YYYY-MM-DD; a day given as an end is the last day that counts; what is unknown is null.
An address shows what lies within the account's scope; what lies outside looks as if it did not exist.
An unknown parameter or member is refused and named, never passed over. A repeated parameter means "or".

Writes take one JSON object. A write to something that exists needs If-Match with its ETag. Idempotency-Key makes a write happen
once: the same key with the same content is answered as before for 24 hours, also after a restart; a refusal is not kept.
Errors are problems (RFC 9457): 400 cannot be read, 422 can be read and cannot be right.`

// summaryJSON, regionFiguresJSON and figuresJSON show how a summary writes itself (app.Summary).
type summaryJSON struct {
	On      tracker.Date   `json:"on"`
	KnownAt tracker.Moment `json:"known_at"`
	figuresJSON
	Models struct {
		OnSale int `json:"on_sale"`
	} `json:"models"`
	Regions []regionFiguresJSON `json:"regions"`
}

type regionFiguresJSON struct {
	Code   string `json:"code"`
	NameEn string `json:"name_en"`
	NameZh string `json:"name_zh"`
	figuresJSON
}

type figuresJSON struct {
	Dealerships struct {
		Active int `json:"active"`
	} `json:"dealerships"`
	BMWi        app.BMWiFigures       `json:"bmw_i"`
	Technicians app.TechnicianFigures `json:"technicians"`
	Upgrade     app.UpgradeFigures    `json:"digital_upgrade"`
	Law         app.LawFigures        `json:"law"`
}

// changesJSON shows what the changes between two days are answered with.
type changesJSON struct {
	From   tracker.Date           `json:"from"`
	Until  tracker.Date           `json:"until"`
	Counts map[app.ChangeType]int `json:"counts" doc:"How many of each type, whichever page is shown."`
	list[changedJSON]
}

// operations describes each route of the API. A route without a line here fails a test.
var operations = map[string]operation{
	"GET /api/v1/openapi.json":               {summary: "This description.", answer: map[string]any{}, tagged: true},
	"GET /api/v1/summary":                    {summary: "The network's figures on a day.", answer: summaryJSON{}, tagged: true},
	"GET /api/v1/dealerships":                {summary: "Dealerships with their standings on a day.", answer: list[dealershipJSON]{}},
	"GET /api/v1/dealerships/:code":          {summary: "One dealership on a day.", answer: dealershipJSON{}, tagged: true},
	"GET /api/v1/dealerships/:code/timeline": {summary: "All standings of a dealership in a programme, from the open past to the open future.", answer: timelinesJSON{}},
	"GET /api/v1/dealerships/:code/modules/:module": {
		summary: "A module of the digital upgrade at a dealership, recorded or not.", answer: moduleJSON{}, tagged: true,
	},
	"PUT /api/v1/dealerships/:code/modules/:module": {
		summary: "Replace a module's days: what is left out is emptied.", answer: moduleJSON{}, sent: moduleBody{}, based: true,
		others: []other{secondPerson},
	},
	"PATCH /api/v1/dealerships/:code/modules/:module": {
		summary: "Change a module's days: what is left out stays, null empties. A dealership's change is what it reports.",
		answer:  moduleJSON{}, sent: moduleBody{}, based: true,
		others: []other{{http.StatusAccepted, "A dealership reported the module live: the claim waits for a reviewer. Of a manager: it waits for a second person.", []any{claimJSON{}, proposalReviewJSON{}}}},
	},
	"GET /api/v1/people":           {summary: "People with the post of the day and what they count for.", answer: list[personJSON]{}},
	"GET /api/v1/people/:staff_no": {summary: "One person with all that may be seen of them.", answer: personRecordJSON{}},
	"GET /api/v1/qualifications":   {summary: "Certificates with what they are worth on the day; numbers are masked.", answer: list[qualificationJSON]{}},
	"GET /api/v1/rights":           {summary: "Whether a dealership may sell a model, or service a generation, on a day, with every guard; without dealership how all stand. Exactly one of model and generation.", answer: eitherRights{}},
	"GET /api/v1/forecast":         {summary: "Every change of standing between two days, soonest first, with why and who must act.", answer: list[forecastJSON]{}},
	"GET /api/v1/forecast/bridges": {summary: "Whose web-based way to the next generation closes by a day, soonest first, with what is lost.", answer: list[bridgeJSON]{}},
	"GET /api/v1/dealerships/:code/what-if": {
		summary: "What would follow if people left or passed a course, or an event came; nothing is recorded.", answer: suppositionJSON{},
	},
	"GET /api/v1/training/needs": {
		summary: "The fewest people to train so that most dealerships have again what the law and the brand count.", answer: trainingNeedsJSON{},
	},
	"GET /api/v1/changes":       {summary: "Which dealerships and people gained or lost something between two days, with why.", answer: changesJSON{}},
	"GET /api/v1/decisions":     {summary: "Decisions that count now, the latest first.", answer: list[decisionJSON]{}},
	"GET /api/v1/snapshots":     {summary: "Frozen answers, the newest first.", answer: list[snapshotJSON]{}},
	"POST /api/v1/snapshots":    {summary: "Freeze the figures of a report, or what a list counts.", answer: snapshotJSON{}, sent: snapshotBody{}},
	"GET /api/v1/snapshots/:id": {summary: "A frozen answer, asked again as known then and as known now.", answer: openedJSON{}},
	"POST /api/v1/decisions": {
		summary: "Record a decision. One that its day's state does not allow is refused.", answer: decisionJSON{}, sent: decisionBody{}, status: http.StatusCreated,
		others: []other{secondPerson},
	},
	"GET /api/v1/decisions/:id":   {summary: "One decision.", answer: decisionJSON{}, tagged: true},
	"PATCH /api/v1/decisions/:id": {summary: "Correct a decision; the version before stays in the history.", answer: decisionJSON{}, sent: correctionBody{}, based: true, others: []other{secondPerson}},
	"POST /api/v1/decisions/:id/void": {
		summary: "Take back what was recorded last: a correction gives way to the version before it.", answer: decisionJSON{}, sent: voidBody{}, based: true,
		others: []other{{http.StatusNoContent, "It was the first version: the decision is gone.", nil}, secondPerson},
	},
	"POST /api/v1/imports": {summary: "Take in a table, or with dry_run say what would come of it. With errors the default policy takes in nothing: 422.", answer: reportJSON{}, table: true},
	"GET /api/v1/claims":   {summary: "What dealerships reported, the newest first: a dealership's own, a reviewer's scope.", answer: list[claimJSON]{}},
	"POST /api/v1/claims": {
		summary: "Report what changed at one's own dealership.", answer: claimJSON{}, sent: claimBody{}, status: http.StatusCreated,
	},
	"GET /api/v1/programmes":              {summary: "Programmes with the version in force on a day and how many dealerships are in which state.", answer: list[programmeJSON]{}},
	"GET /api/v1/programmes/:code":        {summary: "One version of a programme's standard: every requirement with its source, and what it changes.", answer: standardJSON{}},
	"GET /api/v1/drafts":                  {summary: "Packs on their way to being published, with their impact previews.", answer: list[draftJSON]{}},
	"GET /api/v1/drafts/:id":              {summary: "One draft.", answer: draftJSON{}},
	"GET /api/v1/drafts/:id/impact":       {summary: "Dealerships that would lack something on one of the days of a draft's impact preview.", answer: list[impactedJSON]{}},
	"GET /api/v1/proposals":               {summary: "What somebody entered and a second person must confirm, the newest first.", answer: list[proposalJSON]{}},
	"GET /api/v1/proposals/:id":           {summary: "One proposal, with what confirming it would change.", answer: proposalReviewJSON{}, tagged: true},
	"POST /api/v1/proposals/:id/confirm":  {summary: "Confirm: it is carried out as it was entered, recorded by who confirms.", answer: proposalReviewJSON{}, sent: answerBody{}, based: true},
	"POST /api/v1/proposals/:id/decline":  {summary: "Decline, with a reason.", answer: proposalReviewJSON{}, sent: answerBody{}, based: true},
	"POST /api/v1/proposals/:id/withdraw": {summary: "Take back what one proposed oneself.", answer: proposalReviewJSON{}, sent: answerBody{}, based: true},
	"GET /api/v1/claims/:id":              {summary: "One claim; to a reviewer with what it rests on.", answer: eitherClaim{}, tagged: true},
	"PATCH /api/v1/claims/:id":            {summary: "Mend a claim that was returned or waits.", answer: claimJSON{}, sent: claimFields{}, based: true},
	"POST /api/v1/claims/:id/withdraw":    {summary: "Take back a claim that nobody has decided.", answer: claimJSON{}, sent: nothingBody{}, based: true},
	"POST /api/v1/claims/:id/accept":      {summary: "Accept a claim: it becomes a fact.", answer: reviewJSON{}, sent: verdictBody{}, based: true},
	"POST /api/v1/claims/:id/return":      {summary: "Return a claim to the dealership, which can mend it.", answer: reviewJSON{}, sent: verdictBody{}, based: true},
	"GET /api/v1/courses":                 {summary: "The courses of the packs in force on a day.", answer: list[courseJSON]{}},
	"GET /api/v1/sessions":                {summary: "Training sessions that are not over on the day, the soonest first.", answer: list[sessionJSON]{}},
	"POST /api/v1/sessions": {
		summary: "Add a session of a course.", answer: sessionRecordJSON{}, sent: sessionBody{}, status: http.StatusCreated,
	},
	"GET /api/v1/sessions/:session":         {summary: "One session with the bookings that may be seen.", answer: sessionRecordJSON{}, tagged: true},
	"PATCH /api/v1/sessions/:session":       {summary: "Change a session; who waits moves up where there are more seats.", answer: sessionRecordJSON{}, sent: sessionBody{}, based: true},
	"POST /api/v1/sessions/:session/cancel": {summary: "Call a session off: every seat is given back.", answer: sessionRecordJSON{}, sent: reasonBody{}, based: true},
	"POST /api/v1/sessions/:session/bookings": {
		summary: "Book seats for people who work in the scope: a seat while there is one, else the waiting list.", answer: sessionRecordJSON{},
		sent: bookBody{}, status: http.StatusCreated,
	},
	"GET /api/v1/bookings/:booking":         {summary: "One booking.", answer: bookingJSON{}, tagged: true},
	"POST /api/v1/bookings/:booking/cancel": {summary: "Give a seat back; whoever waits first moves up.", answer: bookingJSON{}, sent: nothingBody{}, based: true},
	"POST /api/v1/bookings/:booking/result": {summary: "Enter what came of it: a pass becomes the certificate or the review.", answer: bookingJSON{}, sent: outturnBody{}, based: true},
	"POST /api/v1/bookings/:booking/undo":   {summary: "Take a result back; what it became is voided.", answer: bookingJSON{}, sent: reasonBody{}, based: true},
	"GET /api/v1/training/coverage":         {summary: "How many of those in a job have what a requirement asks for, by dealership; those that need most first.", answer: trainingCoverageJSON{}},
	"POST /api/v1/claims/:id/reject":        {summary: "Reject a claim.", answer: reviewJSON{}, sent: verdictBody{}, based: true},
}

// secondPerson is the answer where what was sent needs one.
var secondPerson = other{http.StatusAccepted, "It is kept and waits for a second person: it begins long before today, or is a decision that one does not take alone.", proposalReviewJSON{}}

// eitherClaim stands for a claim as its dealership or as its reviewer sees it.
type eitherClaim struct {
	claimJSON
	Basis *string `json:"basis" doc:"Names the facts on which it would be decided now; only to reviewers." missing:"yes"`
	Moved *bool   `json:"moved" doc:"Those facts have changed since it was entered; only to reviewers." missing:"yes"`
}

// nothingBody is an empty object.
type nothingBody struct{}

// problemTexts says when each refusal is answered.
var problemTexts = map[int]string{
	400: "The request cannot be read: an unknown parameter, a value that cannot be, no well-formed JSON.",
	401: "No token or session, or one that does not work.",
	403: "The role or the token does not allow it, or a session did not prove that its own page asks.",
	404: "Not there, or outside the scope: the two look alike.",
	409: "Something stands against it: it was decided already, waits already, or the same key is being carried out.",
	412: "What the write is based on has changed since.",
	413: "The body is too large.",
	415: "The body is not application/json.",
	422: "The request can be read and cannot be right; errors names the fields. Or the Idempotency-Key was used for something else.",
	428: "If-Match is missing.",
	429: "Too many tries with tokens that do not work.",
	500: "Something failed inside; tell whoever runs dealercert the X-Request-ID.",
}

// pathTexts says what stands in addresses.
var pathTexts = map[string]string{
	"code": "Code of a dealership or of a programme.", "module": "DGU-01 to DGU-12.", "staff_no": "Staff number.", "id": "As a list gives it.",
	"session": "As the list of sessions gives it.", "booking": "As a session gives it.",
}

// queryTexts describes the parameters; one that means something else at an address stands there under both.
var queryTexts = map[string]parameter{
	"on":             {text: "The day asked about; without it today.", kind: "day"},
	"lang":           {text: "Language of texts.", values: []string{"en", "zh-Hans"}},
	"known_at":       {text: "As known at this moment (RFC 3339), or at the end of this day.", kind: "moment"},
	"from":           {text: "The first day.", kind: "day"},
	"until":          {text: "The last day.", kind: "day"},
	"q":              {text: "Search: code, name, city or staff number."},
	"dealership":     {text: "Code of a dealership.", many: true},
	"region":         {text: "A region, by code or either name.", many: true},
	"group":          {text: "A dealer group, by code or either name.", many: true},
	"province":       {text: "A province, as recorded.", many: true},
	"city":           {text: "A city, as recorded.", many: true},
	"programme":      {text: "Code of a programme.", many: true},
	"state":          {text: "A state; right for certified and conditional.", many: true},
	"health":         {text: "The worse of both lights.", many: true, values: []string{"healthy", "at_risk", "in_breach"}},
	"expires_before": {text: "What ends before this day.", kind: "day"},
	"ends_before":    {text: "Who loses something before this day.", kind: "day"},
	"loss":           {text: "What is lost.", many: true, values: []string{"right", "law", "brand"}},
	"staffing":       {text: "Headcounts.", many: true, values: staffingWords},
	"fails":          {text: "Code of a requirement of the programme that fails on the day."},
	"sort":           {text: "A column; with a minus before it, the other way."},
	"page":           {text: "From 1.", kind: "number"},
	"per_page":       {text: "50 without it, at most 200.", kind: "number"},
	"type":           {text: "Type of qualification.", many: true},
	"generation":     {text: "High-voltage generation.", many: true, values: texts(generations)},
	"job":            {text: "Job.", many: true, values: texts(tracker.Jobs)},
	"show":           {text: "Losses alone, or every change.", values: []string{showLosses, showAll}},
	"who":            {text: "Who must act.", many: true, values: texts(parties)},

	"leaver":     {text: "Staff number of somebody who is supposed to leave.", many: true},
	"leave_on":   {text: "The first day on which they no longer work there; without it the day shown.", kind: "day"},
	"pass":       {text: "Staff number of somebody who is supposed to pass the course of type and generation.", many: true},
	"pass_on":    {text: "The day of the supposed certificate.", kind: "day"},
	"event":      {text: "What is supposed to happen to the dealership.", values: texts(tracker.EventKinds)},
	"event_on":   {text: "The first day of the supposed event.", kind: "day"},
	"bridged_to": {text: "The last day of a supposed transitional right.", kind: "day"},
	"people":     {text: "How many people can be trained.", kind: "number"},

	"kind":           {text: "Kind of table.", values: app.ImportKinds},
	"dry_run":        {text: "true: write nothing and answer what would happen.", values: []string{"true", "false"}},
	"policy":         {text: "With errors take in nothing (stop), or the other rows (valid-rows).", values: []string{string(app.PolicyStop), string(app.PolicyValidRows)}},
	"effective_on":   {text: "From when a changed region, zone, group or brand holds; without it today.", kind: "day"},
	"create_regions": {text: "true: create regions, zones and groups that the file names.", values: []string{"true", "false"}},

	"course":      {text: "Code of a course.", many: true},
	"free":        {text: "yes: with free seats alone.", values: []string{"yes"}},
	"online":      {text: "yes: online alone.", values: []string{"yes"}},
	"requirement": {text: "Code of a requirement that is a share of people; without it the first."},
	"below":       {text: "yes: below the threshold alone.", values: []string{"yes"}},

	"model": {text: "Code of a model."},
	"only":  {text: "yes: only what is asked for stands against it.", values: []string{"yes"}},

	"/api/v1/forecast programme":  {text: "Code of a programme; models alone: the answers about rights that change.", many: true},
	"/api/v1/forecast model":      {text: "The right to sell this model.", many: true},
	"/api/v1/forecast generation": {text: "The right to service this generation.", many: true, values: texts(generations)},
	"/api/v1/rights dealership":   {text: "Code of a dealership; without it a list of all."},
	"/api/v1/rights generation":   {text: "High-voltage generation, in place of model.", values: texts(generations)},
	"/api/v1/rights state":        {text: "Either answer.", many: true, values: []string{stateMay, stateMayNot}},
	"/api/v1/rights requirement":  {text: "Code of a guard that stands against it.", many: true},

	"/api/v1/training/coverage dealership":         {text: "Code of a dealership."},
	"/api/v1/sessions region":                      {text: "Where the session is held, by code or either name.", many: true},
	"/api/v1/sessions city":                        {text: "Where the session is held.", many: true},
	"/api/v1/dealerships programme":                {text: "The programme that state, health and ends are of; without it bmw-i."},
	"/api/v1/dealerships/:code/timeline programme": {text: "Code of a programme; without it bmw-i."},
	"/api/v1/people state":                         {text: "Employed on the day, or employed before; or what a qualification says of who is employed.", many: true, values: slices.Concat(personStates, texts(rungStates))},
	"/api/v1/decisions type":                       {text: "What was decided.", many: true},
	"/api/v1/decisions region":                     {text: "Where the dealership is on the day asked, by code or either name.", many: true},
	"/api/v1/claims dealership":                    {text: "Code of a dealership."},
	"/api/v1/proposals dealership":                 {text: "Code of a dealership."},
	"/api/v1/proposals state":                      {text: "How far the proposal is.", many: true, values: texts(tracker.ProposalStates)},
	"/api/v1/claims state":                         {text: "How far the claim is.", many: true, values: texts(tracker.ClaimStates)},
	"/api/v1/changes type":                         {text: "What kind of change.", many: true, values: texts(app.ChangeTypes)},
	"/api/v1/claims type":                          {text: "What is reported.", many: true},

	"version": {text: "A version of the programme; without it the one in force."},
	"stage":   {text: "On which of the days of the preview.", values: []string{string(tracker.StageFirst), string(tracker.StageAfter), string(tracker.StageGrace)}},

	"/api/v1/drafts/:id/impact fails": {text: "Code of a requirement or module that would be lacking."},
	"/api/v1/drafts/:id/impact show":  {text: "Those that would not fail without the draft, or those that fail by a single item.", values: []string{showNew, showOneAway}},
}

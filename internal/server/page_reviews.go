package server

import (
	"net/http"
	"slices"
	"strconv"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// reviewRoutes are where reviewers decide on what dealerships report.
func reviewRoutes() []route {
	const review = tracker.ReviewClaims
	known := []string{"region", "type"}
	return []route{
		{method: http.MethodGet, path: "/reviews", action: review, query: known, handle: listReviews},
		{method: http.MethodGet, path: "/reviews/:id", action: review, query: known, handle: showReview},
		{method: http.MethodPost, path: "/reviews/:id", action: review, query: known, handle: decideReview},
	}
}

// shownQueue is how many claims a queue shows.
const shownQueue = 200

type reviewsPage struct {
	BasePage
	Cards []claimCard
	// Proposals is what waits for a second person.
	Proposals []proposalCard
	Total     int // of the claims
	Regions   []tracker.Region
	Kinds     []tracker.ClaimKind
	Region    string
	Kind      string
	Oldest    int // days that the oldest has waited
}

// kindProposal is what the filter calls what waits for a second person.
const kindProposal = "proposal"

// All is how much waits, of either kind.
func (p reviewsPage) All() int { return p.Total + len(p.Proposals) }

// reviewKinds are the kinds that wait for a reviewer.
var reviewKinds = []tracker.ClaimKind{
	tracker.ClaimJoiner, tracker.ClaimTransfer, tracker.ClaimQualification, tracker.ClaimReview, tracker.ClaimLive, tracker.ClaimStays,
}

// Queued gives a claim's address within the queue as it is filtered.
func (b BasePage) Queued(id tracker.FactID) string { return address("/reviews/"+string(id), b.query) }

// Inbox gives the address of the queue as it is filtered.
func (b BasePage) Inbox() string { return address("/reviews", b.query) }

func listReviews(v *visit) error {
	page, _, err := v.queue()
	if err != nil {
		return err
	}
	return v.show("reviews", page)
}

// queue gives what waits for the reader, as the address filters it.
func (v *visit) queue() (reviewsPage, []app.ClaimView, error) {
	page := reviewsPage{BasePage: v.base(v.say("reviews.title"), "reviews"), Region: v.query.Get("region"), Kind: v.query.Get("type")}
	for _, kind := range reviewKinds {
		if kind != tracker.ClaimTransfer || v.actor.Scope.All {
			page.Kinds = append(page.Kinds, kind)
		}
	}
	var kinds []tracker.ClaimKind
	if page.Kind != "" && page.Kind != kindProposal {
		if kinds = []tracker.ClaimKind{tracker.ClaimKind(page.Kind)}; !slices.Contains(page.Kinds, kinds[0]) {
			return page, nil, badValue("type", page.Kind)
		}
	}
	ctx := v.Request.Context()
	directory, err := v.server.app.Directory(ctx)
	if err != nil {
		return page, nil, err
	}
	page.Regions = directory.RegionList
	regions, err := v.regions(directory)
	if err != nil {
		return page, nil, err
	}
	if page.Kind == "" || page.Kind == kindProposal {
		waiting, err := v.server.app.Proposals(ctx, v.actor, app.ProposalsQuery{
			Regions: regions, States: []tracker.ProposalState{tracker.ProposalWaiting}, PerPage: shownQueue,
		})
		if err != nil {
			return page, nil, err
		}
		page.Proposals = v.proposalCards(waiting.Rows)
		for _, p := range page.Proposals {
			page.Oldest = max(page.Oldest, p.Days)
		}
	}
	if page.Kind == kindProposal {
		return page, nil, nil
	}
	queue, err := v.server.app.ReviewQueue(ctx, v.actor, regions, kinds)
	if err != nil {
		return page, nil, err
	}
	page.Total = queue.Total
	page.Cards = v.claimCards(queue.Rows[:min(len(queue.Rows), shownQueue)])
	for _, c := range page.Cards {
		page.Oldest = max(page.Oldest, c.Days)
	}
	return page, queue.Rows, nil
}

type reviewPage struct {
	BasePage
	Queue    []claimCard
	Review   app.ReviewView
	Card     claimCard
	Number   int // in the queue, from 1; 0: not in it
	Total    int
	Previous string
	Next     string
	Effects  []siteEffect
	Against  string
	Stands   []string // against the certificate
	Error    string
	Reason   string
	Facts    []fact
	Clocks   []tracker.Clock
}

// siteEffect is what a claim does at a dealership, in words.
type siteEffect struct {
	Site   tracker.Dealership
	Effect *effectView
}

// fact is one field of a claim: what is claimed, and what is recorded where that differs.
type fact struct{ Label, Claimed, Recorded string }

func showReview(v *visit) error {
	page, err := v.reviewPage()
	if err != nil {
		return err
	}
	return v.show("review", page)
}

func (v *visit) reviewPage() (reviewPage, error) {
	review, err := v.server.app.ReviewClaim(v.Request.Context(), v.actor, tracker.FactID(v.Param("id")))
	if err != nil {
		return reviewPage{}, err
	}
	queue, rows, err := v.queue()
	if err != nil {
		return reviewPage{}, err
	}
	page := reviewPage{
		BasePage: v.base(v.say("reviews.one"), "reviews"), Queue: queue.Cards, Review: review, Total: queue.Total, Clocks: review.Held,
		Card: v.claimCards([]app.ClaimView{review.ClaimView})[0], Reason: v.typed("reason", ""),
	}
	for _, c := range review.Stands {
		page.Stands = append(page.Stands, v.concern(c))
	}
	if review.Against != nil {
		page.Against = v.sentenceOf(review.Against)
	}
	for _, e := range review.Effects {
		page.Effects = append(page.Effects, siteEffect{e.Dealership, v.effect(e.Effect)})
	}
	page.Facts = v.claimFacts(review)
	at := slices.IndexFunc(rows, func(c app.ClaimView) bool { return c.ID == review.ID })
	page.Number = at + 1
	if at > 0 {
		page.Previous = page.Queued(rows[at-1].ID)
	}
	if at >= 0 && at+1 < len(rows) {
		page.Next = page.Queued(rows[at+1].ID)
	}
	return page, nil
}

// sentenceOf puts a fault into words: those of its fields where it has some.
func (v *visit) sentenceOf(err error) string {
	for field, text := range v.fieldErrors(err) {
		if field != "" {
			return text
		}
	}
	return v.sentence(err)
}

// claimFacts lists what is claimed beside what is recorded.
func (v *visit) claimFacts(r app.ReviewView) []fact {
	c := r.Claim
	var out []fact
	add := func(label, claimed, recorded string) {
		if claimed != "" {
			out = append(out, fact{v.say("field." + label), claimed, recorded})
		}
	}
	add("staff_no", c.StaffNo, "")
	recorded := ""
	if r.Person.Name != c.Name {
		recorded = r.Person.Name
	}
	add("name", c.Name, recorded)
	if c.Name == "" {
		add("name", r.Who, "")
	}
	if c.Job != "" {
		add("job", v.say("job."+string(c.Job)), "")
	}
	if c.Type != "" {
		add("certificate", v.certificate(c.Type, c.Generation), "")
	}
	add("certificate_no", c.Certificate, "")
	if c.Module != "" {
		add("module", c.Module, "")
	}
	for _, d := range []struct {
		label    string
		claimed  tracker.Date
		recorded tracker.Date
	}{
		{"first_day", c.FirstDay, 0}, {"last_day", c.LastDay, 0}, {"issued_on", c.IssuedOn, 0}, {"reviewed_on", c.ReviewedOn, 0},
		{"review_due_on", c.ReviewDueOn, 0}, {"expires_on", c.ExpiresOn, 0}, {"planned_on", c.PlannedOn, r.Module.PlannedOn},
		{"live_on", c.LiveOn, r.Module.LiveOn},
	} {
		add(d.label, longDate(v.lang, d.claimed), longDate(v.lang, d.recorded))
	}
	add("remark", c.Note, "")
	return out
}

// decideReview takes a verdict and goes on to the next claim. What was refused is shown again with the reason why.
func decideReview(v *visit) error {
	id := tracker.FactID(v.Param("id"))
	version, err := v.formNumber("version", 0)
	if err != nil {
		return err
	}
	queue, rows, err := v.queue()
	if err != nil {
		return err
	}
	ruling := app.Ruling{
		Verdict: v.field("verdict"), Reason: v.field("reason"), Version: version, Base: v.field("base"), Anew: v.field("anew") != "",
	}
	if err := v.server.app.DecideClaim(v.Request.Context(), v.actor, id, ruling); err != nil {
		return v.reviewAgain(err)
	}
	next := queue.Inbox()
	if at := slices.IndexFunc(rows, func(c app.ClaimView) bool { return c.ID == id }); at >= 0 {
		v.flash(v.say("reviews.done_"+ruling.Verdict, "what", v.claimed(rows[at])))
		if at+1 < len(rows) {
			next = queue.Queued(rows[at+1].ID)
		}
	}
	return v.seeOther(next)
}

// reviewAgain shows a claim on which the verdict was refused.
func (v *visit) reviewAgain(err error) error {
	status, shown := refusal(err)
	if !shown {
		return err
	}
	page, failed := v.reviewPage()
	if failed != nil {
		return failed
	}
	page.Error = v.sentenceOf(err)
	return v.render(status, "review", page)
}

// formNumber reads a whole number that a form carries; present where it was not sent.
func (v *visit) formNumber(name string, present int) (int, error) {
	text := v.typed(name, strconv.Itoa(present))
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, badValue(name, text)
	}
	return n, nil
}

package server

import (
	"slices"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// horizons are the numbers of days that the home page looks ahead.
var horizons = []int{7, 30, 90, 365}

// shownLosses is how many losses the home page explains.
const shownLosses = 8

type homePage struct {
	BasePage
	Region   *tracker.Region
	Days     int
	Horizons []int
	Until    tracker.Date
	Losses   app.Losses
	Waiting  int // reports that wait for a review
	Items    []changeView
	Summary  app.Summary
	Since    []typeView
	Monday   tracker.Date
	Figures  []figureView
	Regions  []tracker.Region
}

// figureView is a headline figure with its line through time.
type figureView struct {
	Key      string
	Value    int
	Of       int
	Share    string
	Month    delta
	Year     delta
	Spark    spark
	Parts    []partView
	Query    []any
	NoTarget bool
}

// delta is a change against an earlier day.
type delta struct {
	Sign string // better, worse, same
	Icon string
	By   int
}

func newDelta(now, then int) delta {
	switch {
	case now > then:
		return delta{"better", "trend-up", now - then}
	case now < then:
		return delta{"worse", "trend-down", then - now}
	default:
		return delta{"same", "minus", 0}
	}
}

// partView is a part of a headline figure; its query is that of the list which it counts.
type partView struct {
	Key   string
	Value int
	Query []any
}

// Target gives the address of the list that a figure counts.
func (p homePage) Target(query []any) string { return p.of("/dealerships", query...) }

// ChangesLink gives the address of what changed since the last Monday, of one type or of all.
func (p homePage) ChangesLink(kind string) string {
	query := []any{"from", p.Monday, "until", p.On}
	if kind != "" {
		query = append(query, "type", kind)
	}
	return p.of("/changes", query...)
}

// Reviews gives the address of what waits for a review.
func (p homePage) Reviews() string { return p.of("/reviews") }

// of gives the address of a page for the region that is shown.
func (p homePage) of(path string, query ...any) string {
	if p.Region != nil {
		query = append(slices.Clone(query), "region", p.Region.Code)
	}
	return p.Link(path, query...)
}

// ForecastLink gives the address of the forecast of the days ahead.
func (p homePage) ForecastLink() string { return p.of("/forecast", "until", p.Until) }

func showHome(v *visit) error {
	if !v.actor.Can(tracker.SeeFigures) {
		return v.show("admin", v.base(v.say("admin.title"), "home"))
	}
	if v.actor.Role == tracker.RoleDealer {
		if err := v.refuse("days", "region"); err != nil {
			return err
		}
		return v.homeOfDealer()
	}
	if err := v.refuse("dealership"); err != nil {
		return err
	}
	ctx := v.Request.Context()
	directory, err := v.server.app.Directory(ctx)
	if err != nil {
		return err
	}
	regions, err := v.regions(directory)
	if err != nil {
		return err
	}
	page := homePage{BasePage: v.base(v.say("home.title"), "home"), Horizons: horizons, Days: 90, Regions: directory.RegionList}
	if days, err := v.number("days", 1, 365); err != nil {
		return err
	} else if days != 0 {
		if !slices.Contains(horizons, days) {
			return badValue("days", v.query.Get("days"))
		}
		page.Days = days
	}
	if len(regions) == 1 {
		region := directory.Regions[regions[0]]
		page.Region = &region
	}
	page.Until = v.on.Add(page.Days)
	if err := v.fillLosses(&page, regions); err != nil {
		return err
	}
	query := app.SummaryQuery{On: v.on, Regions: regions}
	if page.Summary, err = v.server.app.Summary(ctx, v.actor, query); err != nil {
		return err
	}
	if page.Figures, err = v.figures(page.Summary, query); err != nil {
		return err
	}
	if v.actor.Can(tracker.ReviewClaims) && v.known == 0 { // what waited at an earlier moment is not kept
		waiting, err := v.server.app.Claims(ctx, v.actor, app.ClaimsQuery{Regions: regions, States: []tracker.ClaimState{tracker.ClaimSubmitted}, PerPage: 1})
		if err != nil {
			return err
		}
		proposals, err := v.server.app.Proposals(ctx, v.actor, app.ProposalsQuery{Regions: regions, States: []tracker.ProposalState{tracker.ProposalWaiting}})
		if err != nil {
			return err
		}
		page.Waiting = waiting.Total + proposals.Total
	}
	page.Monday = lastMonday(v.on)
	if page.Since, err = v.since(regions); err != nil {
		return err
	}
	return v.show("home", page)
}

func (v *visit) fillLosses(page *homePage, regions []tracker.RegionID) error {
	var err error
	page.Losses, err = v.server.app.Losses(v.Request.Context(), v.actor, app.LossesQuery{
		On: v.on, Days: page.Days, Regions: regions, Limit: shownLosses,
	})
	for _, item := range page.Losses.Items {
		page.Items = append(page.Items, v.changeOf(item))
	}
	return err
}

// The days of a trend: so many month ends before the day shown, and so many after it.
const (
	monthsBefore = 24
	monthsAfter  = 12
)

// trendDays gives month ends around a day, the day itself, and 30 and 365 days before it.
func trendDays(on tracker.Date) (days []tracker.Date) {
	first := on.Add(1 - on.Time().Day())
	for m := -monthsBefore; m <= monthsAfter; m++ {
		end := first.AddMonths(m + 1).Add(-1)
		if m == 0 && end != on {
			if end > on {
				days = append(days, on, end)
				continue
			}
			days = append(days, end, on)
			continue
		}
		days = append(days, end)
	}
	return days
}

// figures makes the three headline figures.
func (v *visit) figures(now app.Summary, query app.SummaryQuery) ([]figureView, error) {
	days := trendDays(v.on)
	blocks, err := v.server.app.Trend(v.Request.Context(), v.actor, query, append([]tracker.Date{v.on.Add(-30), v.on.Add(-365)}, days...))
	if err != nil {
		return nil, err
	}
	line := func(key string, of func(app.Block) int) (delta, delta, spark) {
		values := make([]int, len(days))
		for i := range days {
			values[i] = of(blocks[i+2])
		}
		value := of(now.Block)
		return newDelta(value, of(blocks[0])), newDelta(value, of(blocks[1])), newSpark(days, values, v.on, v.say("figure."+key))
	}
	certified := figureView{
		Key: "certified", Value: now.BMWi.Certified, Of: now.Active, Share: percent(now.BMWi.Share), Query: []any{"state", "right"},
		Parts: []partView{
			{"conditional", now.BMWi.Conditional, []any{"state", "conditional"}},
			{"at_risk", now.BMWi.AtRisk, []any{"state", "right", "health", "at_risk"}},
			{"in_breach", now.BMWi.InBreach, []any{"state", "right", "health", "in_breach"}},
			{"suspended", now.BMWi.Suspended, []any{"state", "suspended"}},
			{"expired", now.BMWi.Expired, []any{"state", "expired"}},
			{"in_progress", now.BMWi.InProgress, []any{"state", "preparing", "state", "submitted", "state", "returned", "state", "audit_planned", "state", "decision_pending"}},
			{"not_certified", now.BMWi.NotCertified, []any{"state", "not_enrolled", "state", "revoked", "state", "withdrawn"}},
		},
	}
	certified.Month, certified.Year, certified.Spark = line("certified", func(b app.Block) int { return b.BMWi.Certified })
	staff := now.Technicians
	people := figureView{
		Key: "nev_qualified", Value: staff.NEVQualified, Of: staff.Employed, Query: []any{"sort", "technicians"},
		Parts: []partView{
			{"below_minimum", staff.BelowMinimum, []any{"staffing", "below_minimum"}},
			{"single_holder", staff.SingleHolder, []any{"staffing", "single"}},
			{"law_in_breach", now.Law.InBreach, []any{"programme", "law", "health", "in_breach"}},
		},
	}
	if staff.Employed > 0 {
		people.Share = percent(float64(staff.NEVQualified) / float64(staff.Employed))
	}
	people.Month, people.Year, people.Spark = line("nev_qualified", func(b app.Block) int { return b.Technicians.NEVQualified })
	upgrade := []any{"programme", "digital-upgrade", "state"}
	digital := figureView{
		Key: "upgrade", Value: now.Upgrade.Completed, Of: now.Active, Share: percent(now.Upgrade.Share), Query: append(upgrade, "completed"),
		Parts: []partView{
			{"upgrade_in_progress", now.Upgrade.InProgress, []any{"programme", "digital-upgrade", "state", "in_progress", "state", "self_declared", "state", "verification", "state", "rework"}},
			{"upgrade_planned", now.Upgrade.Planned, []any{"programme", "digital-upgrade", "state", "baselined", "state", "planned", "state", "paused"}},
			{"upgrade_not_started", now.Upgrade.NotStarted, []any{"programme", "digital-upgrade", "state", "not_started", "state", "waived"}},
		},
	}
	digital.Month, digital.Year, digital.Spark = line("upgrade", func(b app.Block) int { return b.Upgrade.Completed })
	return []figureView{certified, people, digital}, nil
}

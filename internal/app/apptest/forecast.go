package apptest

import (
	"context"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// WholeForecast gives every change of standing in a period, page by page.
func WholeForecast(t testing.TB, a *app.App, by tracker.Actor, q app.ForecastQuery) []app.ForecastItem {
	t.Helper()
	var out []app.ForecastItem
	q.PerPage = 200
	for q.Page = 1; ; q.Page++ {
		page, err := a.Forecast(context.Background(), by, q)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, page.Items...)
		if len(page.Items) == 0 || len(out) == page.Total {
			return out
		}
	}
}

// walked is figures by name, as a report has them.
type walked map[string]int

// take adds one dealership's standing to the figures, or takes it away.
func (w walked) take(s tracker.Standing, sign int) {
	add := func(names ...string) {
		for _, name := range names {
			w[name] += sign
		}
	}
	switch s.Programme {
	case tracker.ProgrammeLaw:
		if s.State == tracker.Applies {
			add("active", "law_"+string(s.Law))
		}
	case tracker.ProgrammeBMWi:
		health := s.Law.Worse(s.Brand)
		switch s.State {
		case tracker.Conditional:
			add("conditional", "certified", "right_"+string(health))
		case tracker.Certified:
			add("certified", "right_"+string(health))
		case tracker.Suspended, tracker.Expired:
			add(string(s.State))
		case tracker.NotEnrolled, tracker.Revoked, tracker.Withdrawn:
			add("not_certified")
		case tracker.NotOperating:
		default:
			add("in_progress")
		}
	case tracker.ProgrammeDigitalUpgrade:
		switch s.State {
		case tracker.NotOperating:
		case tracker.Completed:
			add("upgrade_completed")
		case tracker.NotStarted:
			add("upgrade_not_started")
		case tracker.Planned:
			add("upgrade_planned")
		default:
			add("upgrade_in_progress")
		}
	}
}

// reported gives the same figures as a report has them.
func reported(b app.Block) walked {
	return walked{
		"active": b.Active, "law_healthy": b.Law.Healthy, "law_in_breach": b.Law.InBreach,
		"certified": b.BMWi.Certified, "conditional": b.BMWi.Conditional, "suspended": b.BMWi.Suspended, "expired": b.BMWi.Expired,
		"in_progress": b.BMWi.InProgress, "not_certified": b.BMWi.NotCertified, "right_at_risk": b.BMWi.AtRisk,
		"right_in_breach": b.BMWi.InBreach, "upgrade_completed": b.Upgrade.Completed, "upgrade_in_progress": b.Upgrade.InProgress,
		"upgrade_planned": b.Upgrade.Planned, "upgrade_not_started": b.Upgrade.NotStarted,
	}
}

// FollowForecast goes from the report of today along the forecast, day by day, and fails where its changes do not lead to
// the report of a day, for the network or for a region. It gives the changes.
func FollowForecast(t testing.TB, a *app.App, days int) []app.ForecastItem {
	t.Helper()
	today := a.Today()
	items := WholeForecast(t, a, tracker.Operator, app.ForecastQuery{
		ForecastFilter: app.ForecastFilter{From: today.Add(1), Until: today.Add(days)},
	})
	figures := reports(t, a, today) // by region, and of the network by zero
	seen := 0
	for day := today.Add(1); day <= today.Add(days); day++ {
		for ; seen < len(items) && items[seen].On == day; seen++ {
			item := items[seen]
			figures[0].take(item.Before, -1)
			figures[0].take(item.After, 1)
			if of, placed := figures[item.Before.Region]; placed && item.Before.Region != 0 {
				of.take(item.Before, -1)
			}
			if of, placed := figures[item.After.Region]; placed && item.After.Region != 0 {
				of.take(item.After, 1)
			}
		}
		for region, want := range reports(t, a, day) {
			for name, value := range want {
				if got := figures[region][name]; got != value {
					t.Fatalf("%s, region %d: the forecast leads to %d %s, the report says %d", day, region, got, name, value)
				}
			}
		}
	}
	if seen != len(items) {
		t.Errorf("%d of %d changes lie within the period", seen, len(items))
	}
	return items
}

// reports gives the figures of a day, by region and of the network by zero.
func reports(t testing.TB, a *app.App, on tracker.Date) map[tracker.RegionID]walked {
	t.Helper()
	summary, err := a.Summary(context.Background(), tracker.Operator, app.SummaryQuery{On: on})
	if err != nil {
		t.Fatal(err)
	}
	out := map[tracker.RegionID]walked{0: reported(summary.Block)}
	for _, r := range summary.Regions {
		out[r.ID] = reported(r.Block)
	}
	return out
}

package demo

import (
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// From the rights of today the changes that are forecast lead to the rights of each of the next 365 days.
func TestForecastOfRightsLeadsToTheRightsOfEachDay(t *testing.T) {
	a, _ := emptyApp(t)
	fill(t, a, Options{Dealerships: 60, Seed: 5})
	rules, err := a.Rulebook(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	type key struct {
		code  string
		right tracker.RightCode
	}
	asked := func(on tracker.Date) map[key]bool {
		out := map[key]bool{}
		for _, right := range rules.RightCodes() {
			for page := 1; ; page++ {
				q := app.RightQuery{RightCode: right}
				q.On, q.Page, q.PerPage = on, page, 200
				found, err := a.RightsOf(t.Context(), tracker.Operator, q)
				if err != nil {
					t.Fatal(err)
				}
				for _, row := range found.Rows {
					out[key{row.Dealership.Code, right}] = row.Right.May
				}
				if page*200 >= found.Total {
					break
				}
			}
		}
		return out
	}
	today := a.Today()
	told, changes := asked(today), map[tracker.Date][]app.RightChange{}
	count := 0
	for page := 1; ; page++ {
		found, err := a.RightForecast(t.Context(), tracker.Operator, app.RightForecastQuery{From: today.Add(1), Until: today.Add(365), Page: page, PerPage: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range found.Items {
			changes[change.After.From] = append(changes[change.After.From], change)
			count++
		}
		if count >= found.Total {
			break
		}
	}
	for day := today.Add(1); day <= today.Add(365); day++ {
		for _, change := range changes[day] {
			at := key{change.Dealership.Code, tracker.RightCode{Kind: change.After.Kind, Subject: change.After.Subject}}
			if told[at] != change.Before.May {
				t.Errorf("%s %v: before %v", day, at, change.Before.May)
			}
			told[at] = change.After.May
		}
		if len(changes[day]) == 0 && day%7 != 0 {
			continue // a day without changes is looked at once a week
		}
		for at, may := range asked(day) {
			if told[at] != may {
				t.Errorf("%s %v: %v, by the forecast %v", day, at, may, told[at])
			}
		}
	}
	if count < 60 {
		t.Errorf("only %d changes", count)
	}
}

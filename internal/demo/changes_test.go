package demo

import (
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// What changed between two days, by name, adds up to the difference of the two reports: certified dealerships, law lights,
// completed upgrades, active dealerships and qualified technicians.
func TestChangesAddUpToTheDifferenceOfTheReports(t *testing.T) {
	a, _ := emptyApp(t)
	fill(t, a, Options{Dealerships: 60, Seed: 3})
	report := func(on tracker.Date) app.Block {
		summary, err := a.Summary(t.Context(), tracker.Operator, app.SummaryQuery{On: on})
		if err != nil {
			t.Fatal(err)
		}
		return summary.Block
	}
	seen := map[app.ChangeType]int{}
	for _, days := range [][2]string{
		{"2020-06-01", "2022-11-30"}, {"2022-11-30", "2024-04-01"}, {"2024-03-31", "2024-04-01"}, {"2024-04-01", "2026-11-23"},
		{"2026-11-16", "2026-11-23"}, {"2023-06-01", "2023-07-15"}, {"2025-03-01", "2025-04-15"}, {"2026-11-23", "2027-11-23"}, {"2026-11-23", "2026-11-23"},
	} {
		from, until := tracker.MustDate(days[0]), tracker.MustDate(days[1])
		q := app.ChangesQuery{From: from, Until: until, PerPage: 200}
		var items []app.ChangedItem
		var counts map[app.ChangeType]int
		for q.Page = 1; ; q.Page++ {
			page, err := a.Changes(t.Context(), tracker.Operator, q)
			if err != nil {
				t.Fatal(err)
			}
			items, counts = append(items, page.Items...), page.Counts
			if len(page.Items) == 0 {
				break
			}
		}
		total := 0
		for kind, n := range counts {
			seen[kind] += n
			total += n
		}
		if total != len(items) {
			t.Errorf("%v: %d items, counted %d", days, len(items), total)
		}
		was, is := report(from), report(until)
		for _, row := range []struct {
			what string
			sum  int
			want int
		}{
			{"certified", counts[app.ChangeRightGained] - counts[app.ChangeRightLost], is.BMWi.Certified - was.BMWi.Certified},
			{"completed", counts[app.ChangeCompleted] - counts[app.ChangeReopened], is.Upgrade.Completed - was.Upgrade.Completed},
			{"active", counts[app.ChangeOpened] - counts[app.ChangeClosed], is.Active - was.Active},
			{"qualified", counts[app.ChangeQualified] - counts[app.ChangeUnqualified], is.Technicians.NEVQualified - was.Technicians.NEVQualified},
		} {
			if row.sum != row.want {
				t.Errorf("%v: %s changed by %d, the names say %d", days, row.what, row.want, row.sum)
			}
		}
		for _, item := range items {
			explained := len(item.Causes) > 0
			if item.Person.ID != 0 {
				gained := item.Type == app.ChangeQualified
				explained = item.Turn.Holds == gained && (item.Turn.Began != "" || item.Turn.Ended != "")
			}
			if item.On <= from || item.On > until || !explained {
				t.Errorf("%v: %s %s is not explained: %s %+v %+v", days, item.Type, item.Dealership.Code, item.On, item.Causes, item.Turn)
			}
		}
	}
	for _, kind := range app.ChangeTypes {
		if seen[kind] == 0 && kind != app.ChangeReopened {
			t.Errorf("no change of the type %s was seen", kind)
		}
	}
}

package demo

import (
	"cmp"
	"maps"
	"slices"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// The forecast is nothing but the later reports told as changes: from the report of today, each day's changes lead to
// the report of that day, for the network and for each region.
func TestForecastLeadsToTheReportsOfEachDay(t *testing.T) {
	a, _ := emptyApp(t)
	fill(t, a, Options{Dealerships: 60, Seed: 3})
	items := apptest.FollowForecast(t, a, 365)
	moved := 0
	for _, item := range items {
		if item.Before.Region != item.After.Region {
			moved++
		}
		if len(item.Causes) == 0 || item.Who == "" || item.On != item.After.From || item.Before.Until != item.On {
			t.Fatalf("%s %s %s: not explained: %+v", item.On, item.Dealership.Code, item.After.Programme, item.Change)
		}
	}
	if len(items) < 60 || moved == 0 {
		t.Errorf("%d changes, %d moves", len(items), moved)
	}
}

// A change is forecast for a day exactly when a standing of that day differs from that of the day before; who must act
// and what is lost are the same by the causes and by the filter.
func TestForecastIsWhatDiffersFromDayToDay(t *testing.T) {
	a, s := emptyApp(t)
	fill(t, a, Options{Dealerships: 30, Seed: 9})
	from, until := tracker.MustDate("2026-06-01"), a.Today().Add(365)
	period := app.ForecastFilter{From: from, Until: until}
	type change struct {
		day       tracker.Date
		code      string
		programme tracker.ProgrammeCode
	}
	told := map[change]app.ForecastItem{}
	for _, item := range apptest.WholeForecast(t, a, tracker.Operator, app.ForecastQuery{ForecastFilter: period}) {
		told[change{item.On, item.Dealership.Code, item.After.Programme}] = item
	}
	found := 0
	if err := s.Read(t.Context(), func(tx *store.Tx) error {
		return tx.AllDealerships(func(d tracker.Dealership) error {
			standings, err := tx.Standings(d.ID, 0)
			if err != nil {
				return err
			}
			on := func(programme tracker.ProgrammeCode, day tracker.Date) tracker.Standing {
				at := slices.IndexFunc(standings, func(s tracker.Standing) bool { return s.Programme == programme && s.Contains(day) })
				return standings[at]
			}
			rules, err := tx.Rules()
			if err != nil {
				return err
			}
			for _, programme := range rules.WithStandings() {
				for day := from; day <= until; day++ {
					was, is := on(programme, day-1), on(programme, day)
					differ := was.State != is.State || was.ValidUntil != is.ValidUntil || was.Law != is.Law || was.Brand != is.Brand ||
						was.Region != is.Region || was.Group != is.Group
					differ = differ && (was.State != tracker.NotOperating || is.State != tracker.NotOperating)
					item, forecast := told[change{day, d.Code, programme}]
					if differ != forecast {
						t.Errorf("%s %s %s: differs %v, forecast %v", day, d.Code, programme, differ, forecast)
					}
					if forecast && (item.Before.State != was.State || item.After.State != is.State || item.After.Law != is.Law || item.After.Loss != is.Loss) {
						t.Errorf("%s %s %s: forecast %+v", day, d.Code, programme, item.Change)
					}
					if differ {
						found++
					}
				}
			}
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	if found != len(told) || found < 50 {
		t.Errorf("%d changes found, %d told", found, len(told))
	}
	parties := map[tracker.Party]int{}
	for _, party := range []tracker.Party{tracker.PartyDealership, tracker.PartyRegion, tracker.PartyHeadquarters} {
		q := app.ForecastQuery{ForecastFilter: period}
		q.Who = []tracker.Party{party}
		for _, item := range apptest.WholeForecast(t, a, tracker.Operator, q) {
			parties[party]++
			if item.Who != party {
				t.Errorf("%s %s %s: by its rows %s must act, by its causes %s: %+v", item.On, item.Dealership.Code, item.After.Programme, party, item.Who, item.Causes)
			}
		}
	}
	if total := parties[tracker.PartyDealership] + parties[tracker.PartyRegion] + parties[tracker.PartyHeadquarters]; total != found || len(parties) != 3 {
		t.Errorf("who must act: %v of %d", parties, found)
	}
}

// The calendar counts the dealerships that the list names.
func TestForecastCalendarCountsTheList(t *testing.T) {
	a, _ := emptyApp(t)
	fill(t, a, Options{Dealerships: 60, Seed: 4})
	directory, err := a.Directory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	period := app.ForecastFilter{From: a.Today().Add(1), Until: a.Today().Add(365)}
	for name, with := range map[string]func(*app.ForecastFilter){
		"losses": func(f *app.ForecastFilter) { f.LossOnly = true },
		"a region": func(f *app.ForecastFilter) {
			f.LossOnly, f.Regions = true, []tracker.RegionID{directory.RegionList[2].ID}
		},
		"a loss":       func(f *app.ForecastFilter) { f.Loss = tracker.LossOfBrand },
		"a programme":  func(f *app.ForecastFilter) { f.Programmes = []tracker.ProgrammeCode{tracker.ProgrammeLaw} },
		"who must act": func(f *app.ForecastFilter) { f.LossOnly, f.Who = true, []tracker.Party{tracker.PartyDealership} },
	} {
		filter := period
		with(&filter)
		days, err := a.ForecastCalendar(t.Context(), tracker.Operator, filter)
		if err != nil {
			t.Fatal(err)
		}
		want := map[tracker.Date]map[string]bool{}
		for _, item := range apptest.WholeForecast(t, a, tracker.Operator, app.ForecastQuery{ForecastFilter: filter}) {
			if want[item.On] == nil {
				want[item.On] = map[string]bool{}
			}
			want[item.On][item.Dealership.Code] = true
		}
		for _, day := range days {
			if len(want[day.Day]) != day.Dealerships {
				t.Errorf("%s, %s: %d dealerships, the list names %d", name, day.Day, day.Dealerships, len(want[day.Day]))
			}
		}
		listed := slices.SortedFunc(maps.Keys(want), cmp.Compare[tracker.Date])
		if len(days) != len(listed) || len(days) == 0 {
			t.Errorf("%s: %d days, the list has %d", name, len(days), len(listed))
		}
	}
}

package app

import (
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// longestPeriod is how many days a question about changes may span: five years.
const longestPeriod = 5*365 + 1

// ForecastQuery asks for changes of standing on the days of a period, both ends included. Scope and today are filled in
// by the use case.
type ForecastQuery struct {
	ForecastFilter
	Page    int // from 1
	PerPage int
}

// ForecastItem is one change of standing at one dealership, with why and who must act.
type ForecastItem struct {
	tracker.Change
	Dealership tracker.Dealership
	Region     tracker.Region                      // from the day on
	People     map[tracker.PersonID]tracker.Person // those the causes name; empty for who may not see people
	Act        Who
	Promises   []PromiseView // about this loss
	Seats      []Seat        // what training holds ready for the people whose counting ends, each once
}

// ForecastPage is one page of a forecast.
type ForecastPage struct {
	Items   []ForecastItem // soonest first
	Total   int            // of items, without the page
	Totals  LossTotals     // of all items
	Page    int
	PerPage int
}

// checkPeriod gives a fault when a period ends before it begins, or is longer than what is answered at once.
func checkPeriod(from, until tracker.Date) error {
	switch {
	case from > until:
		return tracker.Fault(tracker.Invalid, "period_backwards", "from", from, "until", until).
			In("from", "period_backwards", "from", from, "until", until)
	case int(until-from) > longestPeriod:
		return tracker.Fault(tracker.Invalid, "period_too_long", "years", 5).In("until", "period_too_long", "years", 5)
	}
	return nil
}

// Forecast gives a page of the changes of standing in a period, each with its causes and who must act. Nothing but what
// is recorded is assumed: the standing of any day is that of the day before with the changes of the day.
func (a *App) Forecast(ctx context.Context, by tracker.Actor, q ForecastQuery) (ForecastPage, error) {
	q.Page, q.PerPage = max(q.Page, 1), min(q.PerPage, maxPerPage)
	if q.PerPage <= 0 {
		q.PerPage = defaultPerPage
	}
	out := ForecastPage{Page: q.Page, PerPage: q.PerPage}
	if err := a.admitForecast(by, &q.ForecastFilter); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		keys, err := tx.Forecast(q.ForecastFilter)
		if err != nil {
			return err
		}
		out.Total, out.Totals = len(keys), totalsOf(keys)
		first := min((q.Page-1)*q.PerPage, len(keys))
		rows, err := tx.ForecastRows(keys[first:min(first+q.PerPage, len(keys))])
		if err != nil {
			return err
		}
		out.Items, err = explain(tx, by, rows)
		return err
	})
	return out, err
}

// admitForecast asks whether the actor may see changes and confines the question to what they see.
func (a *App) admitForecast(by tracker.Actor, q *ForecastFilter) error {
	if err := by.May(tracker.SeeDealerships); err != nil {
		return err
	}
	q.Scope, q.Today = by.Scope, a.Today()
	return checkPeriod(q.From, q.Until)
}

// ForecastCalendar counts, for each day of the period on which a dealership loses something, the dealerships that do.
func (a *App) ForecastCalendar(ctx context.Context, by tracker.Actor, q ForecastFilter) ([]DayCount, error) {
	if err := a.admitForecast(by, &q); err != nil {
		return nil, err
	}
	var out []DayCount
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.ForecastDays(q)
		return err
	})
	return out, err
}

// totalsOf counts dealerships by what they lose, each once a kind.
func totalsOf(keys []store.ForecastKey) LossTotals {
	var out LossTotals
	count := lossCounter{}
	for _, key := range keys {
		if key.Programme == tracker.ProgrammeDigitalUpgrade {
			continue // an upgrade that begins anew takes no certification away
		}
		for _, loss := range count.fresh(key.DealershipID, key.Loss) {
			out.add(loss)
		}
	}
	return out
}

// explain finds the causes of changes in the facts of their dealerships, which are read once for all of them.
func explain(tx *store.Tx, by tracker.Actor, rows []store.LossRow) ([]ForecastItem, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	directory, err := loadDirectory(tx)
	if err != nil {
		return nil, err
	}
	changes, err := changesOf(tx, rows)
	if err != nil {
		return nil, err
	}
	known, err := loadReachable(tx, by, dealershipsOf(rows))
	if err != nil {
		return nil, err
	}
	promised, err := loadPromises(tx, by, dealershipsOf(rows))
	if err != nil {
		return nil, err
	}
	out := make([]ForecastItem, 0, len(rows))
	var causes []tracker.Cause
	for _, row := range rows {
		change := changes[changeKey{row.Dealership.ID, row.After.Programme, row.After.From}]
		causes = append(causes, change.Causes...)
		out = append(out, ForecastItem{
			Change: change.Change, Dealership: row.Dealership, Region: directory.Regions[row.After.Region],
			Act: known.who(change.Change, change.zone), Promises: promised.about(row.Dealership, change.Change),
		})
	}
	people, err := namesFor(tx, by, causes)
	if err != nil {
		return nil, err
	}
	var ready seats
	if ending := endingPeople(causes); len(ending) > 0 {
		ready, err = loadSeats(tx, by, ending)
	}
	for i := range out {
		out[i].People, out[i].Seats = people, ready.forLoss(out[i].Change)
	}
	return out, err
}

// changeKey names a change of standing.
type changeKey struct {
	dealership tracker.DealershipID
	programme  tracker.ProgrammeCode
	on         tracker.Date
}

// placedChange is a change with the zone in which the dealership lies on its day.
type placedChange struct {
	tracker.Change
	zone tracker.ZoneID
}

// dealershipsOf names the dealerships of rows, each once.
func dealershipsOf(rows []store.LossRow) []tracker.DealershipID {
	var out []tracker.DealershipID
	seen := map[tracker.DealershipID]bool{}
	for _, row := range rows {
		if id := row.Dealership.ID; !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// changesOf computes changes with their causes from the facts: those of the rows, and others between them.
func changesOf(tx *store.Tx, rows []store.LossRow) (map[changeKey]placedChange, error) {
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	days := map[changeKey]tracker.Period{} // by dealership and programme: the days that are asked for
	for _, row := range rows {
		key := changeKey{dealership: row.Dealership.ID, programme: row.After.Programme}
		asked, known := days[key]
		if on := row.After.From; !known {
			asked = tracker.Period{From: on, Until: on.Add(1)}
		} else {
			asked = tracker.Period{From: min(asked.From, on), Until: max(asked.Until, on.Add(1))}
		}
		days[key] = asked
	}
	out := map[changeKey]placedChange{}
	for chunk := range slices.Chunk(dealershipsOf(rows), historiesAtOnce) {
		histories, err := tx.Histories(chunk, 0)
		if err != nil {
			return nil, err
		}
		for _, h := range histories {
			for _, programme := range rules.WithStandings() {
				asked, wanted := days[changeKey{dealership: h.Dealership, programme: programme}]
				if !wanted {
					continue
				}
				for _, change := range withLaw(h, rules, h.Changes(rules, programme, asked, true)) {
					out[changeKey{h.Dealership, programme, change.On}] = placedChange{change, h.PlaceOn(change.On).Zone}
				}
			}
		}
	}
	return out, nil
}

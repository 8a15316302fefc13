package store

import (
	"fmt"
	"strings"

	"dealercert/internal/tracker"
)

// ForecastQuery asks which standings change on the days of a period, both ends included.
type ForecastQuery struct {
	Scope      tracker.Scope
	Today      tracker.Date // what may be seen follows the assignments of the real today
	From       tracker.Date
	Until      tracker.Date
	Programmes []tracker.ProgrammeCode
	Regions    []tracker.RegionID // where the dealership is from the day on; of changes that lose nothing also where it was
	Codes      []string           // of dealerships
	States     []tracker.State    // after the change
	Health     []tracker.Light    // after the change
	LossOnly   bool               // only what loses something
	Loss       tracker.Loss       // only these losses
	Who        []tracker.Party    // who must act
}

// ForecastKey names one change of standing: the rows before and after it.
type ForecastKey struct {
	BeforeID     int64
	AfterID      int64
	DealershipID tracker.DealershipID
	Programme    tracker.ProgrammeCode
	RegionID     tracker.RegionID // from the day on
	Day          int32            // the first of what comes after, as derived tables count days
	Loss         tracker.Loss
}

// lossOnly tells whether nothing but losses is asked for.
func (q ForecastQuery) lossOnly() bool { return q.LossOnly || q.Loss != 0 }

// differs is the SQL for what a reader would call different standings, as tracker.Standing tells it: rows b and then a.
// A dealership that does not operate is in no count, so that its moves change nothing.
const differs = `(a.state <> b.state OR a.valid_until <> b.valid_until OR a.law <> b.law OR a.brand <> b.brand
	OR a.region_id <> b.region_id OR a.group_id <> b.group_id) AND (a.state <> 'not_operating' OR b.state <> 'not_operating')`

// partySQL says by the two rows who must act, the same that tracker finds by the causes: headquarters where a decision
// was taken or is awaited, the region where the dealership moves, else the dealership.
var partySQL = fmt.Sprintf(`CASE WHEN a.state = 'not_operating' THEN '%[1]s' WHEN b.state = 'not_operating' THEN '%[3]s'
	WHEN (a.state <> b.state OR a.valid_until <> b.valid_until) AND a.state NOT IN (%[4]s) THEN '%[1]s'
	WHEN a.region_id <> b.region_id OR a.group_id <> b.group_id THEN '%[2]s' ELSE '%[3]s' END`,
	tracker.PartyHeadquarters, tracker.PartyRegion, tracker.PartyDealership, quoted(undecided))

// undecided are the states of projects into which modules lead, and no decision.
var undecided = []tracker.State{tracker.NotStarted, tracker.Baselined, tracker.Planned, tracker.InProgress}

func quoted(states []tracker.State) string {
	var out []string
	for _, s := range states {
		out = append(out, "'"+string(s)+"'")
	}
	return strings.Join(out, ", ")
}

// from gives the tables and conditions of a forecast: the rows a that begin in the period, with the rows b before them.
// CROSS JOIN keeps the rows a first.
func (q ForecastQuery) from(joins string) clause {
	var c conditions
	c.sql = " FROM standings a CROSS JOIN standings b" + joins + ` WHERE a.superseded_at = 0 AND b.superseded_at = 0
		AND b.dealership_id = a.dealership_id AND b.programme = a.programme AND b.until_day = a.from_day`
	q.byDay(&c)
	if !q.lossOnly() {
		c.and(differs)
		if len(q.Regions) > 0 {
			c.and("(a.region_id IN ? OR b.region_id IN ?)", q.Regions, q.Regions)
		}
	}
	if len(q.States) > 0 {
		c.and("a.state IN ?", q.States)
	}
	if len(q.Health) > 0 {
		c.and(`CASE WHEN 'in_breach' IN (a.law, a.brand) THEN 'in_breach' WHEN 'at_risk' IN (a.law, a.brand) THEN 'at_risk'
			WHEN a.law = '' THEN '' ELSE 'healthy' END IN ?`, q.Health)
	}
	if len(q.Who) > 0 {
		c.and(partySQL+" IN ?", q.Who)
	}
	return c.clause
}

// byDay adds what the rows a alone tell.
func (q ForecastQuery) byDay(c *conditions) {
	c.and("a.from_day >= ? AND a.from_day <= ?", q.From, q.Until)
	seen := seenAmong(q.Scope, q.Today, "a.dealership_id")
	c.and(seen.sql, seen.args...)
	if len(q.Programmes) > 0 {
		c.and("a.programme IN ?", q.Programmes)
	}
	if len(q.Codes) > 0 {
		c.and("a.dealership_id IN (SELECT n.id FROM dealerships n WHERE n.code IN ?)", q.Codes)
	}
	if q.lossOnly() {
		c.and("a.loss > 0")
		if len(q.Regions) > 0 {
			c.and("a.region_id IN ?", q.Regions)
		}
	}
	if q.Loss != 0 {
		c.and("(a.loss & ?) > 0", q.Loss)
	}
}

// Forecast names the changes of standing that match, the soonest first, those of a day by the code of the dealership.
func (tx *Tx) Forecast(q ForecastQuery) ([]ForecastKey, error) {
	from := q.from(" CROSS JOIN dealerships d")
	var out []ForecastKey
	return out, tx.db.Raw("SELECT b.id AS before_id, a.id AS after_id, a.dealership_id, a.programme, a.region_id, a.from_day AS day, a.loss"+from.sql+
		" AND d.id = a.dealership_id ORDER BY a.from_day, d.code, a.programme", from.args...).Scan(&out).Error
}

// ForecastRows gives the standings and dealerships of changes, in the order in which they are named.
func (tx *Tx) ForecastRows(keys []ForecastKey) ([]LossRow, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	ids := make([]int64, len(keys))
	for i, key := range keys {
		ids[i] = key.AfterID
	}
	var rows []lossValues
	err := tx.db.Raw("SELECT "+lossColumns+` FROM standings a CROSS JOIN standings b CROSS JOIN dealerships d
		WHERE a.id IN ? AND b.superseded_at = 0 AND b.dealership_id = a.dealership_id AND b.programme = a.programme
		AND b.until_day = a.from_day AND d.id = a.dealership_id ORDER BY a.from_day, d.code, a.programme`, ids).Scan(&rows).Error
	out := make([]LossRow, len(rows))
	for i, row := range rows {
		out[i] = LossRow{row.Dealership, row.Before.standing(), row.After.standing()}
	}
	return out, err
}

// DayCount says how many dealerships are concerned on a day.
type DayCount struct {
	Day         tracker.Date
	Dealerships int
}

// ForecastDays counts, for each day of the period on which something matches, the dealerships concerned.
func (tx *Tx) ForecastDays(q ForecastQuery) ([]DayCount, error) {
	from := q.from("")
	if q.lossOnly() && len(q.States)+len(q.Health)+len(q.Who) == 0 { // the rows a tell all
		var c conditions
		c.sql = " FROM standings a WHERE a.superseded_at = 0"
		q.byDay(&c)
		from = c.clause
	}
	var rows []struct {
		Day         int32
		Dealerships int
	}
	err := tx.db.Raw("SELECT a.from_day AS day, COUNT(DISTINCT a.dealership_id) AS dealerships"+from.sql+
		" GROUP BY a.from_day ORDER BY a.from_day", from.args...).Scan(&rows).Error
	out := make([]DayCount, len(rows))
	for i, row := range rows {
		out[i] = DayCount{tracker.Date(row.Day), row.Dealerships}
	}
	return out, err
}

package store

import (
	"strings"

	"dealercert/internal/tracker"
)

// LossQuery asks what stops being true on the days (From, Until].
type LossQuery struct {
	Scope      tracker.Scope
	Today      tracker.Date
	From       tracker.Date
	Until      tracker.Date
	Programmes []tracker.ProgrammeCode // empty: all
	Regions    []tracker.RegionID      // where the dealership is from the day on; empty: all
	Limit      int                     // 0: all
}

// LossRow is one loss: what holds before, and what from After.From on.
type LossRow struct {
	Dealership tracker.Dealership
	Before     tracker.Standing
	After      tracker.Standing
}

// Losses gives what stops being true, the soonest first.
func (tx *Tx) Losses(q LossQuery) ([]LossRow, error) {
	var c conditions
	c.and("a.from_day > ? AND a.from_day <= ?", q.From, q.Until)
	seen := seenAmong(q.Scope, q.Today, "a.dealership_id")
	c.and(seen.sql, seen.args...)
	if len(q.Programmes) > 0 {
		c.and("a.programme || '' IN ?", q.Programmes) // not by index: few rows have lost anything
	}
	if len(q.Regions) > 0 {
		c.and("a.region_id IN ?", q.Regions)
	}
	c.sql += " ORDER BY a.from_day, d.code, a.programme"
	if q.Limit > 0 {
		c.sql += " LIMIT ?"
		c.args = append(c.args, q.Limit)
	}
	rows, err := tx.losses(c.clause)
	if err != nil {
		return nil, err
	}
	out := make([]LossRow, len(rows))
	for i, row := range rows {
		out[i] = LossRow{row.Dealership, row.Before.standing(), row.After.standing()}
	}
	return out, nil
}

// lossValues is a loss as the tables hold it.
type lossValues struct {
	Dealership tracker.Dealership `gorm:"embedded;embeddedPrefix:d_"`
	Before     standingValues     `gorm:"embedded;embeddedPrefix:b_"`
	After      standingValues     `gorm:"embedded;embeddedPrefix:a_"`
}

// lossColumns lists the columns of lossValues.
var lossColumns = strings.Join([]string{
	prefixed("d", dealershipColumns),
	prefixed("b", standingTable.columns), prefixed("a", standingTable.columns),
}, ", ")

// prefixed gives the columns of an alias names that begin with it.
func prefixed(alias, columns string) string {
	var out []string
	for column := range strings.SplitSeq(columns, ", ") {
		out = append(out, alias+"."+column+" AS "+alias+"_"+column)
	}
	return strings.Join(out, ", ")
}

// losses reads rows a that have lost something, with the rows b before them and their dealerships d; and is what else
// they must satisfy, and the order. CROSS JOIN keeps the rows a first: few of all rows lose anything.
func (tx *Tx) losses(and clause) ([]lossValues, error) {
	var out []lossValues
	return out, tx.db.Raw("SELECT "+lossColumns+` FROM standings a CROSS JOIN standings b CROSS JOIN dealerships d
		WHERE a.superseded_at = 0 AND a.loss > 0 AND b.superseded_at = 0 AND b.dealership_id = a.dealership_id
		AND b.programme = a.programme AND b.until_day = a.from_day AND d.id = a.dealership_id`+and.sql, and.args...).Scan(&out).Error
}

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
	Regions    []tracker.RegionID      // by the assignment of the first day lost; empty: all
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
	c.sql = ` FROM standings a JOIN standings b ON b.dealership_id = a.dealership_id AND b.programme = a.programme
		AND b.until_day = a.from_day AND b.superseded_at = 0
		JOIN dealerships d ON d.id = a.dealership_id
		WHERE a.superseded_at = 0 AND a.loss > 0`
	c.and("a.from_day > ? AND a.from_day <= ?", q.From, q.Until)
	seen := seenBy(q.Scope, q.Today, "a.dealership_id")
	c.and(seen.sql, seen.args...)
	if len(q.Programmes) > 0 {
		c.and("a.programme IN ?", q.Programmes)
	}
	if len(q.Regions) > 0 {
		c.and("b.region_id IN ?", q.Regions)
	}
	c.sql += " ORDER BY a.from_day, d.code, a.programme"
	if q.Limit > 0 {
		c.sql += " LIMIT ?"
		c.args = append(c.args, q.Limit)
	}
	return tx.lossRows(c.clause)
}

// lossRows reads both standings of each loss.
func (tx *Tx) lossRows(c clause) ([]LossRow, error) {
	columns := func(alias string) string {
		return alias + "." + strings.ReplaceAll(standingTable.columns, ", ", ", "+alias+".")
	}
	var before, after []standingValues
	if err := tx.db.Raw("SELECT "+columns("b")+c.sql, c.args...).Scan(&before).Error; err != nil {
		return nil, err
	}
	if err := tx.db.Raw("SELECT "+columns("a")+c.sql, c.args...).Scan(&after).Error; err != nil {
		return nil, err
	}
	var dealerships []tracker.Dealership
	if err := tx.db.Raw("SELECT d.*"+c.sql, c.args...).Scan(&dealerships).Error; err != nil {
		return nil, err
	}
	out := make([]LossRow, len(after))
	for i := range after {
		out[i] = LossRow{dealerships[i], before[i].standing(), after[i].standing()}
	}
	return out, nil
}

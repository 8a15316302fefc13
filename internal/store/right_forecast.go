package store

import "dealercert/internal/tracker"

// RightForecastQuery asks which answers about rights change on the days of a period, both ends included.
type RightForecastQuery struct {
	Scope    tracker.Scope
	Today    tracker.Date // what may be seen follows the assignments of the real today
	From     tracker.Date
	Until    tracker.Date
	Rights   []tracker.RightCode // empty: all
	Regions  []tracker.RegionID  // where the dealership is from the day on
	Codes    []string            // of dealerships
	LostOnly bool                // only what may no longer be sold or serviced
	Page     int                 // from 1
	PerPage  int                 // 0: all
}

// RightChange is one answer that changes: what holds before, and what from After.From on.
type RightChange struct {
	Dealership tracker.Dealership
	Region     tracker.RegionID // from the day on
	Before     tracker.Right
	After      tracker.Right
	Operates   bool // from the day on
}

// changes gives tables and conditions: rights a that begin in the period, rights b before them, and where they are.
func (q RightForecastQuery) changes() clause {
	var c conditions
	c.sql = ` FROM rights a CROSS JOIN rights b CROSS JOIN dealerships d CROSS JOIN standings s
		WHERE a.superseded_at = 0 AND b.superseded_at = 0 AND s.superseded_at = 0 AND b.dealership_id = a.dealership_id
		AND b.kind = a.kind AND b.subject = a.subject AND b.until_day = a.from_day AND a.may <> b.may
		AND d.id = a.dealership_id AND s.dealership_id = a.dealership_id AND s.from_day <= a.from_day AND s.until_day > a.from_day`
	c.and("a.from_day >= ? AND a.from_day <= ?", q.From, q.Until)
	c.and("s.programme = ?", tracker.ProgrammeLaw)
	seen := seenAmong(q.Scope, q.Today, "a.dealership_id")
	c.and(seen.sql, seen.args...)
	if q.LostOnly {
		c.and("b.may")
	}
	if len(q.Regions) > 0 {
		c.and("s.region_id IN ?", q.Regions)
	}
	if len(q.Codes) > 0 {
		c.and("d.code IN ?", q.Codes)
	}
	if len(q.Rights) > 0 {
		var either string
		var args []any
		for i, right := range q.Rights {
			if i > 0 {
				either += " OR "
			}
			either += "a.kind = ? AND a.subject = ?"
			args = append(args, right.Kind, right.Subject)
		}
		c.and("("+either+")", args...)
	}
	return c.clause
}

// RightForecast gives a page of the answers that change, the soonest first, those of a day by dealership, and how many
// there are.
func (tx *Tx) RightForecast(q RightForecastQuery) ([]RightChange, int, error) {
	from := q.changes()
	var total int
	if err := tx.db.Raw("SELECT COUNT(*)"+from.sql, from.args...).Scan(&total).Error; err != nil {
		return nil, 0, err
	}
	sql, args := "SELECT "+prefixed("d", dealershipColumns)+", s.region_id, s.state, "+prefixed("b", rightTable.columns)+", "+
		prefixed("a", rightTable.columns)+from.sql+" ORDER BY a.from_day, d.code, a.kind, a.subject", from.args
	if q.PerPage > 0 {
		sql += " LIMIT ? OFFSET ?"
		args = append(args, q.PerPage, max(q.Page-1, 0)*q.PerPage)
	}
	var rows []struct {
		Dealership tracker.Dealership `gorm:"embedded;embeddedPrefix:d_"`
		RegionID   tracker.RegionID
		State      tracker.State
		Before     rightValues `gorm:"embedded;embeddedPrefix:b_"`
		After      rightValues `gorm:"embedded;embeddedPrefix:a_"`
	}
	err := tx.db.Raw(sql, args...).Scan(&rows).Error
	out := make([]RightChange, len(rows))
	for i, row := range rows {
		out[i] = RightChange{row.Dealership, row.RegionID, row.Before.right(), row.After.right(), row.State != tracker.NotOperating}
	}
	return out, total, err
}

package store

import (
	"strings"

	"dealercert/internal/tracker"
)

// RightQuery asks how the dealerships that a list would show stand with one right on a day. Those that do not operate are
// left out.
type RightQuery struct {
	DealershipQuery
	tracker.RightCode
	May    []bool   // empty: either answer
	Guards []string // one of these stands against it
	Only   bool     // and nothing else does
}

// dealershipColumns are those of a dealership's own.
const dealershipColumns = "id, code, name_zh, name_en, province, city, address, phone, service_phone, lat, lng, format, version"

// RightRow is one dealership's right on the day.
type RightRow struct {
	Dealership tracker.Dealership
	Region     tracker.RegionID
	Right      tracker.Right
}

// rightsOf gives tables and conditions: the rights r of the day of the dealerships that the list names.
func (q RightQuery) rightsOf() clause {
	q.Programme, q.NotOperating = tracker.ProgrammeLaw, false // every dealership has a standing there
	asked := q.from(false, true)
	var c conditions
	c.sql = " FROM (SELECT s.dealership_id, s.region_id" + asked.sql + ") x CROSS JOIN rights r CROSS JOIN dealerships d" +
		" WHERE r.superseded_at = 0 AND r.dealership_id = x.dealership_id AND d.id = x.dealership_id"
	c.args = asked.args
	c.and("r.kind = ? AND r.subject = ? AND r.from_day <= ? AND r.until_day > ?", q.Kind, q.Subject, q.On, q.On)
	if len(q.May) > 0 {
		c.and("r.may IN ?", q.May)
	}
	var either []string
	var codes []any
	for _, guard := range q.Guards {
		if q.Only {
			either = append(either, "r.failing = ?")
			codes = append(codes, guard)
		} else {
			either = append(either, "' ' || lower(r.failing) || ' ' LIKE ?")
			codes = append(codes, "% "+strings.ToLower(guard)+" %")
		}
	}
	if len(either) > 0 {
		c.and("("+strings.Join(either, " OR ")+")", codes...)
	}
	return c.clause
}

// CountRights counts the dealerships that match.
func (tx *Tx) CountRights(q RightQuery) (int, error) {
	q.earlier = tx.Known() != 0
	from := q.rightsOf()
	var count int
	return count, tx.db.Raw("SELECT COUNT(*)"+from.sql, from.args...).Scan(&count).Error
}

// RightRows gives a page of the dealerships that match, by code.
func (tx *Tx) RightRows(q RightQuery) ([]RightRow, error) {
	q.earlier = tx.Known() != 0
	from := q.rightsOf()
	sql, args := "SELECT r.dealership_id, x.region_id, r.kind, r.subject, r.from_day, r.until_day, r.may, r.failing, "+
		prefixed("d", dealershipColumns)+from.sql+" ORDER BY d.code", from.args
	if q.PerPage > 0 {
		sql += " LIMIT ? OFFSET ?"
		args = append(args, q.PerPage, max(q.Page-1, 0)*q.PerPage)
	}
	var rows []struct {
		Dealership tracker.Dealership `gorm:"embedded;embeddedPrefix:d_"`
		RegionID   tracker.RegionID
		Values     rightValues `gorm:"embedded"`
	}
	err := tx.db.Raw(sql, args...).Scan(&rows).Error
	out := make([]RightRow, len(rows))
	for i, row := range rows {
		out[i] = RightRow{row.Dealership, row.RegionID, row.Values.right()}
	}
	return out, err
}

// RightCount says how many dealerships of a region stand alike with one right.
type RightCount struct {
	RegionID tracker.RegionID
	Subject  string
	May      bool
	Failing  tracker.CodeList
	Count    int
}

// CountRightsBy counts the operating dealerships of the scope on a day by region, subject and what stands against the
// right.
func (tx *Tx) CountRightsBy(scope tracker.Scope, today, on tracker.Date, kind tracker.RightKind) ([]RightCount, error) {
	seen := seenAmong(scope, today, "s.dealership_id")
	var c conditions
	c.sql = ` FROM standings s CROSS JOIN rights r WHERE s.superseded_at = 0 AND r.superseded_at = 0
		AND r.dealership_id = s.dealership_id AND s.state <> 'not_operating'`
	c.and("s.programme = ? AND s.from_day <= ? AND s.until_day > ?", tracker.ProgrammeLaw, on, on)
	c.and("r.kind = ? AND r.from_day <= ? AND r.until_day > ?", kind, on, on)
	c.and(seen.sql, seen.args...)
	var out []RightCount
	return out, tx.db.Raw("SELECT s.region_id, r.subject, r.may, r.failing, COUNT(*) AS count"+c.sql+
		" GROUP BY s.region_id, r.subject, r.may, r.failing ORDER BY s.region_id, r.subject, r.may, r.failing", c.args...).Scan(&out).Error
}

// RightRun is how one operating dealership of a region stands with a right on a run of days.
type RightRun struct {
	Region tracker.RegionID
	Right  tracker.Right
}

// RightRuns gives how the dealerships of the scope stand with one right on the days of a period, both ends included, in
// no order. Days on which they do not operate are left out; a run ends where the dealership moves.
func (tx *Tx) RightRuns(scope tracker.Scope, today tracker.Date, right tracker.RightCode, from, until tracker.Date) ([]RightRun, error) {
	seen := seenAmong(scope, today, "r.dealership_id")
	var c conditions
	c.sql = ` FROM rights r CROSS JOIN standings s WHERE r.superseded_at = 0 AND s.superseded_at = 0 AND s.dealership_id = r.dealership_id
		AND s.state <> 'not_operating' AND s.from_day < r.until_day AND r.from_day < s.until_day`
	c.and("r.kind = ? AND r.subject = ? AND r.from_day <= ? AND r.until_day > ?", right.Kind, right.Subject, until, from)
	c.and("s.programme = ? AND s.from_day <= ? AND s.until_day > ?", tracker.ProgrammeLaw, until, from)
	c.and(seen.sql, seen.args...)
	var rows []struct {
		RegionID tracker.RegionID
		SFrom    int32
		SUntil   int32
		Values   rightValues `gorm:"embedded"`
	}
	err := tx.db.Raw("SELECT s.region_id, s.from_day AS s_from, s.until_day AS s_until, r.dealership_id, r.kind, r.subject, r.from_day, r.until_day, r.may, r.failing"+
		c.sql, c.args...).Scan(&rows).Error
	out := make([]RightRun, len(rows))
	for i, row := range rows {
		r := row.Values.right()
		r.Period = r.Intersect(period(row.SFrom, row.SUntil))
		out[i] = RightRun{row.RegionID, r}
	}
	return out, err
}

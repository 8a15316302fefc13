package store

import (
	"slices"

	"dealercert/internal/tracker"
)

// BetweenQuery compares two days: what stood on the day From with what stands on the day Until.
type BetweenQuery struct {
	Scope      tracker.Scope
	Today      tracker.Date // what may be seen follows the assignments of the real today
	From       tracker.Date
	Until      tracker.Date
	Programmes []tracker.ProgrammeCode // empty: all
	Regions    []tracker.RegionID      // where the dealership is on either day; empty: all
}

// BetweenKey is a dealership whose standing in a programme on one day differs from that on the other: its two standings,
// without their results.
type BetweenKey struct {
	Code   string
	Before tracker.Standing
	After  tracker.Standing
}

// between are the values that a comparison of two days looks at.
type between struct {
	Code         string
	DealershipID tracker.DealershipID
	Programme    tracker.ProgrammeCode
	BState       tracker.State
	AState       tracker.State
	BLaw         tracker.Light
	ALaw         tracker.Light
	BBrand       tracker.Light
	ABrand       tracker.Light
	BMay         bool
	AMay         bool
	BRegion      tracker.RegionID
	ARegion      tracker.RegionID
}

// In the queries below "+ 0" and "|| ''" keep a column from being looked up by index: what has changed is found by its
// day, and everything else by the dealership.

// Between gives the dealerships that stand differently on two days, in the order of their codes and programmes. Validity,
// groups and the results of requirements are not compared, nor dealerships that operate on neither day.
func (tx *Tx) Between(q BetweenQuery) ([]BetweenKey, error) {
	var c conditions
	c.and("k.superseded_at = 0 AND k.from_day > ? AND k.from_day <= ?", q.From, q.Until)
	seen := seenAmong(q.Scope, q.Today, "k.dealership_id")
	c.and(seen.sql, seen.args...)
	if len(q.Programmes) > 0 {
		c.and("k.programme IN ?", q.Programmes)
	}
	touched := c.clause
	c = conditions{}
	c.and("b.from_day + 0 <= ? AND b.until_day + 0 > ? AND a.from_day + 0 <= ? AND a.until_day + 0 > ?", q.From, q.From, q.Until, q.Until)
	if len(q.Regions) > 0 {
		c.and("(a.region_id IN ? OR b.region_id IN ?)", q.Regions, q.Regions)
	}
	var rows []between
	err := tx.db.Raw(`SELECT d.code, a.dealership_id, a.programme, b.state AS b_state, a.state AS a_state, b.law AS b_law, a.law AS a_law,
		b.brand AS b_brand, a.brand AS a_brand, b.may AS b_may, a.may AS a_may, b.region_id AS b_region, a.region_id AS a_region
		FROM (SELECT DISTINCT k.dealership_id, k.programme FROM standings k WHERE 1 = 1`+touched.sql+`) t
		CROSS JOIN standings b CROSS JOIN standings a CROSS JOIN dealerships d
		WHERE b.superseded_at = 0 AND a.superseded_at = 0 AND b.dealership_id = t.dealership_id AND a.dealership_id = t.dealership_id
		AND b.programme = t.programme AND a.programme = t.programme AND d.id = t.dealership_id
		AND (a.state <> b.state OR a.law <> b.law OR a.brand <> b.brand OR a.region_id <> b.region_id)
		AND (a.state <> 'not_operating' OR b.state <> 'not_operating')`+c.sql+" ORDER BY d.code, a.programme",
		append(slices.Clone(touched.args), c.args...)...).Scan(&rows).Error
	out := make([]BetweenKey, len(rows))
	for i, r := range rows {
		standing := tracker.Standing{Dealership: r.DealershipID, Programme: r.Programme}
		before, after := standing, standing
		before.State, before.Law, before.Brand, before.May, before.Region = r.BState, r.BLaw, r.BBrand, r.BMay, r.BRegion
		after.State, after.Law, after.Brand, after.May, after.Region = r.AState, r.ALaw, r.ABrand, r.AMay, r.ARegion
		out[i] = BetweenKey{r.Code, before, after}
	}
	return out, err
}

// QualifiedKey is a person who is qualified for NEVs at a dealership on one of two days and not on the other.
type QualifiedKey struct {
	Code         string
	DealershipID tracker.DealershipID
	PersonID     tracker.PersonID
	Gained       bool
}

// QualifiedBetween gives the people who count as qualified for NEVs at a dealership on one of two days only, by the code
// of the dealership. They count while the dealership operates, as in the figures.
func (tx *Tx) QualifiedBetween(q BetweenQuery) ([]QualifiedKey, error) {
	seen := seenAmong(q.Scope, q.Today, "t.dealership_id")
	const person = "c.dealership_id = t.dealership_id AND c.person_id = t.person_id AND c.superseded_at = 0 AND c.skill = 'nev'"
	const on = " AND c.from_day + 0 <= ? AND c.until_day + 0 > ?)"
	from, until := int32(q.From), int32(q.Until)
	sql := `SELECT x.code, x.dealership_id, x.person_id, x.after_count AS gained FROM (
		SELECT d.code, t.dealership_id, t.person_id, b.region_id AS b_region, a.region_id AS a_region,
		CASE WHEN b.state <> 'not_operating' AND EXISTS (SELECT 1 FROM coverage c WHERE ` + person + on + ` THEN 1 ELSE 0 END AS before_count,
		CASE WHEN a.state <> 'not_operating' AND EXISTS (SELECT 1 FROM coverage c WHERE ` + person + on + ` THEN 1 ELSE 0 END AS after_count
		FROM (SELECT dealership_id, person_id FROM coverage WHERE superseded_at = 0 AND skill = 'nev' AND from_day > ? AND from_day <= ?
			UNION SELECT dealership_id, person_id FROM coverage WHERE superseded_at = 0 AND skill = 'nev' AND until_day > ? AND until_day <= ?
			UNION SELECT c.dealership_id, c.person_id FROM standings s CROSS JOIN coverage c WHERE s.superseded_at = 0 AND s.programme || '' = 'law'
				AND s.from_day > ? AND s.from_day <= ? AND c.dealership_id = s.dealership_id AND c.superseded_at = 0 AND c.skill = 'nev') t
		CROSS JOIN standings b CROSS JOIN standings a CROSS JOIN dealerships d
		WHERE b.superseded_at = 0 AND a.superseded_at = 0 AND b.dealership_id = t.dealership_id AND a.dealership_id = t.dealership_id
		AND b.programme || '' = 'law' AND a.programme || '' = 'law' AND d.id = t.dealership_id
		AND b.from_day + 0 <= ? AND b.until_day + 0 > ? AND a.from_day + 0 <= ? AND a.until_day + 0 > ? AND ` + seen.sql + `) x
		WHERE x.before_count <> x.after_count`
	args := []any{from, from, until, until, from, until, from, until, from, until, from, from, until, until}
	args = append(args, seen.args...)
	if len(q.Regions) > 0 {
		sql += " AND (x.after_count = 1 AND x.a_region IN ? OR x.after_count = 0 AND x.b_region IN ?)"
		args = append(args, q.Regions, q.Regions)
	}
	var rows []struct {
		Code         string
		DealershipID tracker.DealershipID
		PersonID     tracker.PersonID
		Gained       int
	}
	err := tx.db.Raw(sql+" ORDER BY x.code, x.person_id", args...).Scan(&rows).Error
	out := make([]QualifiedKey, len(rows))
	for i, r := range rows {
		out[i] = QualifiedKey{r.Code, r.DealershipID, r.PersonID, r.Gained == 1}
	}
	return out, err
}

package store

import (
	"fmt"

	"dealercert/internal/tracker"
)

// StandingPoint says that from Day on (zero: since ever) so many dealerships more stand so in a programme. Summed up to
// a day the points give the figures of that day.
type StandingPoint struct {
	Day       tracker.Date
	Region    tracker.RegionID
	Programme tracker.ProgrammeCode
	State     tracker.State
	Law       tracker.Light
	Brand     tracker.Light
	Delta     int
}

// StaffingPoint says by how much the figures of people change on a day. Active counts operating dealerships,
// BelowMinimum and SingleHolder count dealerships, the others people.
type StaffingPoint struct {
	Day          tracker.Date
	Region       tracker.RegionID
	Active       int
	Technicians  int
	NEVQualified int
	BelowMinimum int
	SingleHolder int
}

// StandingPoints gives the change points of the whole network that were recorded after a moment: added for rows that
// came, taken away for rows that were closed. After zero they are those of everything that is known now.
func (tx *Tx) StandingPoints(after tracker.Moment) ([]StandingPoint, error) {
	if after == 0 {
		return tx.standingPoints("x.superseded_at = 0", 1)
	}
	came, err := tx.standingPoints("x.recorded_at > ?", 1, after)
	if err != nil {
		return nil, err
	}
	went, err := tx.standingPoints(closedAfter, -1, after)
	return append(came, went...), err
}

// ScopedStandingPoints gives the change points of the dealerships in a scope, for all days.
func (tx *Tx) ScopedStandingPoints(scope tracker.Scope, today tracker.Date) ([]StandingPoint, error) {
	seen := seenAmong(scope, today, "x.dealership_id")
	return tx.standingPoints("x.superseded_at = 0 AND "+seen.sql, 1, seen.args...)
}

// standingPoints sums rows up: each adds at its beginning and takes away at its end.
func (tx *Tx) standingPoints(condition string, sign int, args ...any) ([]StandingPoint, error) {
	const columns = "x.region_id, x.programme, x.state, x.law, x.brand"
	part := func(day string, sign int) string {
		return fmt.Sprintf(`SELECT %s AS day, %s, %d * COUNT(*) AS delta FROM standings x
			WHERE x.state <> 'not_operating' AND %s < %d AND %s GROUP BY %s, %s`, day, columns, sign, day, openFuture, condition, day, columns)
	}
	var rows []struct {
		Day       int32
		RegionID  tracker.RegionID
		Programme tracker.ProgrammeCode
		State     tracker.State
		Law       tracker.Light
		Brand     tracker.Light
		Delta     int
	}
	sql := part("x.from_day", sign) + " UNION ALL " + part("x.until_day", -sign)
	if err := tx.db.Raw(sql, append(append([]any{}, args...), args...)...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]StandingPoint, len(rows))
	for i, r := range rows {
		out[i] = StandingPoint{tracker.Date(r.Day), r.RegionID, r.Programme, r.State, r.Law, r.Brand, r.Delta}
	}
	return out, nil
}

// StaffingPoints is StandingPoints for headcounts.
func (tx *Tx) StaffingPoints(after tracker.Moment) ([]StaffingPoint, error) {
	if after == 0 {
		return tx.staffingPoints("x.superseded_at = 0", 1)
	}
	came, err := tx.staffingPoints("x.recorded_at > ?", 1, after)
	if err != nil {
		return nil, err
	}
	went, err := tx.staffingPoints(closedAfter, -1, after)
	return append(came, went...), err
}

// ScopedStaffingPoints is ScopedStandingPoints for headcounts.
func (tx *Tx) ScopedStaffingPoints(scope tracker.Scope, today tracker.Date) ([]StaffingPoint, error) {
	seen := seenAmong(scope, today, "x.dealership_id")
	return tx.staffingPoints("x.superseded_at = 0 AND "+seen.sql, 1, seen.args...)
}

func (tx *Tx) staffingPoints(condition string, sign int, args ...any) ([]StaffingPoint, error) {
	part := func(day string, sign int) string {
		return fmt.Sprintf(`SELECT %[1]s AS day, x.region_id, %[2]d * COUNT(*) AS active, %[2]d * SUM(x.technicians) AS technicians,
			%[2]d * SUM(x.nev_qualified) AS nev_qualified, %[2]d * SUM(CASE WHEN x.below_minimum THEN 1 ELSE 0 END) AS below_minimum,
			%[2]d * SUM(CASE WHEN x.nev_qualified = 1 THEN 1 ELSE 0 END) AS single_holder
			FROM staffing x WHERE %[1]s < %[3]d AND %[4]s GROUP BY %[1]s, x.region_id`, day, sign, openFuture, condition)
	}
	var rows []struct {
		Day          int32
		RegionID     tracker.RegionID
		Active       int
		Technicians  int
		NevQualified int
		BelowMinimum int
		SingleHolder int
	}
	sql := part("x.from_day", sign) + " UNION ALL " + part("x.until_day", -sign)
	if err := tx.db.Raw(sql, append(append([]any{}, args...), args...)...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]StaffingPoint, len(rows))
	for i, r := range rows {
		out[i] = StaffingPoint{
			tracker.Date(r.Day), r.RegionID, r.Active, r.Technicians, r.NevQualified, r.BelowMinimum, r.SingleHolder,
		}
	}
	return out, nil
}

// PointsOf gives the change points of one computed timeline, as its stored rows would give them.
func PointsOf(t tracker.Timeline) ([]StandingPoint, []StaffingPoint) {
	var standings []StandingPoint
	for _, s := range t.Standings {
		if s.State == tracker.NotOperating {
			continue
		}
		p := StandingPoint{s.From, s.Region, s.Programme, s.State, s.Law, s.Brand, 1}
		standings = append(standings, p)
		if s.Until != 0 {
			p.Day, p.Delta = s.Until, -1
			standings = append(standings, p)
		}
	}
	var staffing []StaffingPoint
	for _, s := range t.Staffing {
		p := StaffingPoint{s.From, s.Region, 1, s.Technicians, s.NEVQualified, 0, 0}
		if s.BelowMinimum {
			p.BelowMinimum = 1
		}
		if s.NEVQualified == 1 {
			p.SingleHolder = 1
		}
		staffing = append(staffing, p)
		if s.Until != 0 {
			staffing = append(staffing, StaffingPoint{
				s.Until, s.Region, -1, -p.Technicians, -p.NEVQualified, -p.BelowMinimum, -p.SingleHolder,
			})
		}
	}
	return standings, staffing
}

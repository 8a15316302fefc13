package store

import (
	"cmp"
	"slices"
	"strings"

	"dealercert/internal/tracker"
)

// fillRows adds to rows of a list what other tables hold about their dealerships on a day: one query a table.
func (tx *Tx) fillRows(ids []tracker.DealershipID, on tracker.Date, at map[tracker.DealershipID]*DealershipRow) error {
	for _, fill := range []func([]tracker.DealershipID, tracker.Date, map[tracker.DealershipID]*DealershipRow) error{
		tx.fillStandings, tx.fillStaffing, tx.fillNextLosses, tx.fillFacts, tx.fillModules,
	} {
		if err := fill(ids, on, at); err != nil {
			return err
		}
	}
	return nil
}

// fillStandings adds the standings of the day in all programmes, with those that follow.
func (tx *Tx) fillStandings(ids []tracker.DealershipID, on tracker.Date, at map[tracker.DealershipID]*DealershipRow) error {
	columns := "n." + strings.ReplaceAll(standingTable.columns, ", ", ", n.")
	const current = `s.dealership_id IN ? AND s.superseded_at = 0 AND s.from_day <= ? AND s.until_day > ?`
	day := int32(on)
	var rows, next []standingValues
	err := tx.db.Raw("SELECT "+standingTable.columns+" FROM standings s WHERE "+current, ids, day, day).Scan(&rows).Error
	if err != nil {
		return err
	}
	err = tx.db.Raw("SELECT "+columns+` FROM standings s JOIN standings n ON n.dealership_id = s.dealership_id
		AND n.programme = s.programme AND n.from_day = s.until_day AND n.superseded_at = 0 WHERE `+current, ids, day, day).Scan(&next).Error
	if err != nil {
		return err
	}
	for _, row := range rows {
		s := row.standing()
		at[s.Dealership].Standings[s.Programme] = StandingRow{Standing: s}
	}
	for _, row := range next {
		s := row.standing()
		present := at[s.Dealership].Standings[s.Programme]
		present.Next = &s
		at[s.Dealership].Standings[s.Programme] = present
	}
	return nil
}

// fillStaffing adds the headcounts of the day.
func (tx *Tx) fillStaffing(ids []tracker.DealershipID, on tracker.Date, at map[tracker.DealershipID]*DealershipRow) error {
	var rows []staffingValues
	err := tx.db.Raw("SELECT "+staffingTable.columns+` FROM staffing WHERE dealership_id IN ? AND superseded_at = 0
		AND from_day <= ? AND until_day > ?`, ids, int32(on), int32(on)).Scan(&rows).Error
	for _, row := range rows {
		d := at[tracker.DealershipID(row.DealershipID)]
		d.Technicians, d.NEVQualified, d.BelowMinimum = row.Technicians, row.NevQualified, row.BelowMinimum
	}
	return err
}

// fillNextLosses adds the first loss after the day. The + 0 keeps
// SQLite from looking through the losses of all dealerships.
func (tx *Tx) fillNextLosses(ids []tracker.DealershipID, on tracker.Date, at map[tracker.DealershipID]*DealershipRow) error {
	rows, err := tx.losses(clause{
		" AND a.dealership_id IN ? AND a.from_day + 0 > ? ORDER BY a.from_day DESC, a.programme DESC", []any{ids, int32(on)},
	})
	for _, row := range rows {
		d := at[row.Dealership.ID]
		d.NextLoss = &LossRow{d.Dealership, row.Before.standing(), row.After.standing()}
	}
	return err
}

// holdsOn is the condition under which a fact with an open beginning or end holds on a day.
const holdsOn = "dealership_id IN ? AND superseded_at = 0 AND (from_on IS NULL OR from_on <= ?) AND (until_on IS NULL OR until_on > ?)"

// fillFacts adds place, brands and operating period.
func (tx *Tx) fillFacts(ids []tracker.DealershipID, on tracker.Date, at map[tracker.DealershipID]*DealershipRow) error {
	day := on.String()
	var assignments []tracker.Assignment
	err := tx.db.Raw("SELECT * FROM assignments WHERE "+holdsOn+" ORDER BY COALESCE(from_on, ''), chain", ids, day, day).Scan(&assignments).Error
	if err != nil {
		return err
	}
	for _, a := range assignments {
		at[a.Dealership].Place = tracker.Place{Region: a.Region, Zone: a.Zone, Group: a.Group}
	}
	var franchises []tracker.Franchise
	if err := tx.db.Raw("SELECT * FROM franchises WHERE "+holdsOn, ids, day, day).Scan(&franchises).Error; err != nil {
		return err
	}
	for _, f := range franchises {
		d := at[f.Dealership]
		if !slices.Contains(d.Brands, f.Brand) {
			d.Brands = append(d.Brands, f.Brand)
		}
	}
	for _, id := range ids {
		slices.SortFunc(at[id].Brands, func(a, b tracker.Brand) int {
			return cmp.Compare(slices.Index(tracker.Brands, a), slices.Index(tracker.Brands, b))
		})
	}
	var periods []tracker.OperatingPeriod
	err = tx.db.Raw("SELECT * FROM operating_periods WHERE dealership_id IN ? AND superseded_at = 0 ORDER BY COALESCE(from_on, '') DESC", ids).
		Scan(&periods).Error
	for _, p := range periods {
		d := at[p.Dealership]
		// The periods come newest first: the first that has begun is the one of the day or the last before it; without
		// such, the last one seen is the first that will begin.
		if !d.placed {
			d.OpenedOn, d.ClosedLast = p.From, p.Until.Add(-1)
			d.placed = p.From <= on
		}
	}
	return err
}

// fillModules adds how many modules are live and verified on the day.
func (tx *Tx) fillModules(ids []tracker.DealershipID, on tracker.Date, at map[tracker.DealershipID]*DealershipRow) error {
	var rows []struct {
		DealershipID tracker.DealershipID
		Live         int
		Verified     int
	}
	day := on.String()
	err := tx.db.Raw(`SELECT dealership_id, SUM(CASE WHEN COALESCE(live_on, verified_on) <= ? THEN 1 ELSE 0 END) AS live,
		SUM(CASE WHEN verified_on <= ? THEN 1 ELSE 0 END) AS verified
		FROM modules WHERE dealership_id IN ? AND superseded_at = 0 AND COALESCE(live_on, verified_on) IS NOT NULL
		GROUP BY dealership_id`, day, day, ids).Scan(&rows).Error
	for _, row := range rows {
		at[row.DealershipID].ModulesLive, at[row.DealershipID].ModulesVerified = row.Live, row.Verified
	}
	return err
}

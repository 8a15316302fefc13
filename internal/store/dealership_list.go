package store

import (
	"maps"
	"slices"
	"strings"

	"dealercert/internal/tracker"
)

// DealershipQuery says which dealerships are asked for, as seen by whom, on which day. The list, its count, the export
// and the pickers all take it, so that they cannot disagree. The zero Scope gives nothing.
type DealershipQuery struct {
	Scope     tracker.Scope
	Today     tracker.Date // what may be seen follows the assignments of the real today
	On        tracker.Date // the day shown
	Q         string       // found in code, names and city, whatever the case; two Chinese characters suffice
	Codes     []string
	Provinces []string
	Cities    []string
	Regions   []tracker.RegionID // by the assignment of the day shown
	Groups    []tracker.GroupID
	// Programme is the one of which States, Health, Law, Brand, ExpiresBefore and the sorts by standing speak; bmw-i
	// when empty.
	Programme     tracker.ProgrammeCode
	States        []tracker.State
	Health        []tracker.Light
	Law           []tracker.Light
	Brand         []tracker.Light
	ExpiresBefore tracker.Date // valid_until lies before it
	EndsBefore    tracker.Date // something of any programme is lost in (On, EndsBefore]
	Loss          tracker.Loss // with EndsBefore: only these losses
	BelowMinimum  bool
	SingleHolder  bool   // exactly one technician is qualified for NEVs
	NotOperating  bool   // include those that do not operate on the day
	Sort          string // a key of Sorts; "-" before it descends; by code when empty
	Page          int    // from 1
	PerPage       int    // 0: all
}

// DealershipRow is a dealership as it stands on the day asked for.
type DealershipRow struct {
	tracker.Dealership
	Place           tracker.Place
	Standings       map[tracker.ProgrammeCode]StandingRow
	Technicians     int
	NEVQualified    int
	BelowMinimum    bool
	ModulesLive     int
	ModulesVerified int
	NextLoss        *LossRow     // the first loss after the day in any programme; nil when none is known
	OpenedOn        tracker.Date // first day of the operating period of the day, else of the last before it; zero: unknown
	ClosedLast      tracker.Date // last day of that period; zero: none
	Brands          []tracker.Brand

	placed bool // the operating period has been found
}

// StandingRow is a stored standing with the one that follows it; Next is nil when nothing follows.
type StandingRow struct {
	tracker.Standing
	Next *tracker.Standing
}

// Facets are the values that a filter form can offer.
type Facets struct {
	Provinces []string
	Cities    []string
}

// sorts maps what can be asked for to columns; nothing else ever reaches an ORDER BY. Rows without an end come last.
var sorts = map[string]string{
	"code": "d.code", "name": "d.name_zh", "name_en": "d.name_en", "province": "d.province", "city": "d.city",
	"region": "s.region_id", "state": "s.state",
	"expires_on":  "CASE WHEN s.valid_until = 0 THEN 3652060 ELSE s.valid_until END",
	"technicians": "COALESCE(f.nev_qualified, 0)",
}

// Sorts lists what a list can be sorted by.
func Sorts() []string { return slices.Sorted(maps.Keys(sorts)) }

// conditions collects what a query asks for.
type conditions struct{ clause }

func (c *conditions) and(sql string, args ...any) {
	c.sql += " AND " + sql
	for _, arg := range args {
		if day, is := arg.(tracker.Date); is {
			arg = int32(day) // derived tables count days
		}
		c.args = append(c.args, arg)
	}
}

// from gives tables and conditions of a list: the dealerships with their standing of the day in the programme.
func (q DealershipQuery) from() clause {
	if q.Programme == "" {
		q.Programme = tracker.ProgrammeBMWi
	}
	var c conditions
	c.sql = " FROM standings s JOIN dealerships d ON d.id = s.dealership_id" +
		" LEFT JOIN staffing f ON f.dealership_id = d.id AND f.superseded_at = 0 AND f.from_day <= ? AND f.until_day > ?" +
		" WHERE s.superseded_at = 0 AND s.programme = ? AND s.from_day <= ? AND s.until_day > ?"
	on := int32(q.On)
	c.args = []any{on, on, q.Programme, on, on}
	seen := seenBy(q.Scope, q.Today, "d.id")
	c.and(seen.sql, seen.args...)
	q.byPlace(&c)
	q.byStanding(&c)
	for _, word := range strings.Fields(strings.ToLower(q.Q)) {
		c.and(`d.search LIKE ? ESCAPE '\'`, "%"+strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(word)+"%")
	}
	if q.BelowMinimum {
		c.and("f.below_minimum")
	}
	if q.SingleHolder {
		c.and("f.nev_qualified = 1")
	}
	return c.clause
}

func (q DealershipQuery) byPlace(c *conditions) {
	if len(q.Codes) > 0 {
		c.and("d.code IN ?", q.Codes)
	}
	if len(q.Provinces) > 0 {
		c.and("d.province IN ?", q.Provinces)
	}
	if len(q.Cities) > 0 {
		c.and("d.city IN ?", q.Cities)
	}
	if len(q.Regions) > 0 {
		c.and("s.region_id IN ?", q.Regions)
	}
	if len(q.Groups) > 0 {
		c.and("s.group_id IN ?", q.Groups)
	}
}

func (q DealershipQuery) byStanding(c *conditions) {
	if !q.NotOperating {
		c.and("s.state <> 'not_operating'")
	}
	if len(q.States) > 0 {
		c.and("s.state IN ?", q.States)
	}
	if len(q.Law) > 0 {
		c.and("s.law IN ?", q.Law)
	}
	if len(q.Brand) > 0 {
		c.and("s.brand IN ?", q.Brand)
	}
	if len(q.Health) > 0 {
		c.and(`CASE WHEN 'in_breach' IN (s.law, s.brand) THEN 'in_breach' WHEN 'at_risk' IN (s.law, s.brand) THEN 'at_risk'
			ELSE 'healthy' END IN ?`, q.Health)
	}
	if q.ExpiresBefore != 0 {
		c.and("s.valid_until > 0 AND s.valid_until < ?", q.ExpiresBefore)
	}
	if q.EndsBefore != 0 {
		c.and(`EXISTS (SELECT 1 FROM standings l WHERE l.dealership_id = d.id AND l.superseded_at = 0 AND l.loss > 0
			AND l.programme IN ('law', 'bmw-i') AND l.from_day > ? AND l.from_day <= ? AND (l.loss & ?) > 0)`, q.On, q.EndsBefore, anyLoss(q.Loss))
	}
}

// order gives the ORDER BY and LIMIT of a page.
func (q DealershipQuery) order() clause {
	key, direction := q.Sort, " ASC"
	if strings.HasPrefix(key, "-") {
		key, direction = key[1:], " DESC"
	}
	column, known := sorts[key]
	if !known {
		column = sorts["code"]
	}
	if key == "expires_on" && q.allDated() {
		column = "s.valid_until" // so that the index gives the order
	}
	out := clause{sql: " ORDER BY " + column + direction + ", d.code" + direction}
	if q.PerPage > 0 {
		out.sql += " LIMIT ? OFFSET ?"
		out.args = []any{q.PerPage, (max(q.Page, 1) - 1) * q.PerPage}
	}
	return out
}

// allDated tells whether every state asked for has a last day.
func (q DealershipQuery) allDated() bool {
	for _, s := range q.States {
		if !s.Dated() && s != tracker.Expired {
			return false
		}
	}
	return len(q.States) > 0
}

// CountDealerships counts what matches.
func (tx *Tx) CountDealerships(q DealershipQuery) (int, error) {
	from, count := q.from(), 0
	return count, tx.db.Raw("SELECT COUNT(*)"+from.sql, from.args...).Scan(&count).Error
}

// listed is a dealership in a list, with its headcounts of the day.
type listed struct {
	tracker.Dealership
	Technicians  int
	NevQualified int
	BelowMinimum bool
}

// Dealerships gives a page of what matches, each row with all that a list shows of the day.
func (tx *Tx) Dealerships(q DealershipQuery) ([]DealershipRow, error) {
	from, order := q.from(), q.order()
	var found []listed
	err := tx.db.Raw(`SELECT d.*, COALESCE(f.technicians, 0) technicians, COALESCE(f.nev_qualified, 0) nev_qualified,
		COALESCE(f.below_minimum, 0) below_minimum`+from.sql+order.sql, append(from.args, order.args...)...).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	out := make([]DealershipRow, len(found))
	at := make(map[tracker.DealershipID]*DealershipRow, len(found))
	ids := make([]tracker.DealershipID, len(found))
	for i, row := range found {
		out[i] = DealershipRow{
			Dealership: row.Dealership, Technicians: row.Technicians, NEVQualified: row.NevQualified,
			BelowMinimum: row.BelowMinimum, Standings: map[tracker.ProgrammeCode]StandingRow{},
		}
		at[row.ID], ids[i] = &out[i], row.ID
	}
	for chunk := range slices.Chunk(ids, listChunk) {
		if err := tx.fillRows(chunk, q.On, at); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// listChunk bounds how many dealerships the queries behind a list name at once.
const listChunk = 500

// EachDealership gives everything that matches, one by one, without holding all of it.
func (tx *Tx) EachDealership(q DealershipQuery, fn func(DealershipRow) error) error {
	q.PerPage = listChunk
	for q.Page = 1; ; q.Page++ {
		rows, err := tx.Dealerships(q)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := fn(row); err != nil {
				return err
			}
		}
		if len(rows) < listChunk {
			return nil
		}
	}
}

// AllDealerships gives every dealership, one by one.
func (tx *Tx) AllDealerships(fn func(tracker.Dealership) error) error {
	for last := tracker.DealershipID(0); ; {
		var rows []tracker.Dealership
		err := tx.db.Raw("SELECT * FROM dealerships WHERE id > ? ORDER BY id LIMIT ?", last, listChunk).Scan(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, d := range rows {
			if err := fn(d); err != nil {
				return err
			}
		}
		last = rows[len(rows)-1].ID
	}
}

// Facets gives the provinces and cities of what the scope of a query holds on its day.
func (tx *Tx) Facets(q DealershipQuery) (Facets, error) {
	from := DealershipQuery{Scope: q.Scope, Today: q.Today, On: q.On, Regions: q.Regions}.from()
	var out Facets
	err := tx.db.Raw("SELECT DISTINCT d.province"+from.sql+" ORDER BY d.province", from.args...).Scan(&out.Provinces).Error
	if err != nil {
		return out, err
	}
	return out, tx.db.Raw("SELECT DISTINCT d.city"+from.sql+" ORDER BY d.city", from.args...).Scan(&out.Cities).Error
}

// anyLoss gives the losses that count: all of them when none is named.
func anyLoss(loss tracker.Loss) tracker.Loss {
	if loss == 0 {
		return tracker.LossOfRight | tracker.LossOfLaw | tracker.LossOfBrand
	}
	return loss
}

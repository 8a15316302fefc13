package store

import (
	"fmt"
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
	Fails         string       // a requirement of the programme that fails on the day
	BelowMinimum  bool
	SingleHolder  bool   // exactly one technician is qualified for NEVs
	NotOperating  bool   // include those that do not operate on the day
	Sort          string // a key of Sorts; "-" before it descends; by code when empty
	Page          int    // from 1
	PerPage       int    // 0: all

	earlier bool // what was known at an earlier moment is read: it does not say what may be seen
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

// sorts maps what can be asked for to columns; nothing else ever reaches an ORDER BY.
var sorts = map[string]string{
	"code": "d.code", "name": "d.name_zh", "name_en": "d.name_en", "province": "d.province", "city": "d.city",
	"region": "s.region_id", "state": stateRank(), "expires_on": "s.valid_until", "technicians": "COALESCE(f.nev_qualified, 0)",
}

// stateRank is the SQL that orders states by a dealership's life.
func stateRank() string {
	var sql strings.Builder
	sql.WriteString("CASE s.state")
	for i, state := range slices.Concat(tracker.CertificationStates, tracker.ProjectStates) {
		fmt.Fprintf(&sql, " WHEN '%s' THEN %d", state, i)
	}
	sql.WriteString(" ELSE 99 END")
	return sql.String()
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

// commonStates are those in which most dealerships are, so that a page of them is soon full.
var commonStates = []tracker.State{tracker.Certified, tracker.Conditional, tracker.Completed}

// streamed tells whether a page is read along the dealerships in their order until it is full. It pays where many match;
// otherwise the standings that match are found by index and sorted.
func (q DealershipQuery) streamed() bool {
	common := len(q.States) == 0 || slices.ContainsFunc(q.States, func(s tracker.State) bool { return slices.Contains(commonStates, s) })
	for _, lights := range [][]tracker.Light{q.Health, q.Law, q.Brand} {
		common = common && (len(lights) == 0 || slices.Contains(lights, tracker.Healthy))
	}
	rare := q.Fails != "" || q.ExpiresBefore != 0 || q.EndsBefore != 0 || q.BelowMinimum || q.SingleHolder || len(q.Codes) > 0
	return common && !rare && q.PerPage > 0 && strings.HasPrefix(q.sortColumn(), "d.")
}

// from gives tables and conditions of a list: the standings of the day in the programme, with their dealerships where
// they are needed. In a streamed one the dealerships come first, and CROSS JOIN keeps it so.
func (q DealershipQuery) from(streamed, sorted bool) clause {
	if q.Programme == "" {
		q.Programme = tracker.ProgrammeBMWi
	}
	var c conditions
	switch {
	case streamed:
		c.sql = " FROM dealerships d CROSS JOIN standings s"
	case sorted || q.byAttribute():
		c.sql = " FROM standings s JOIN dealerships d ON d.id = s.dealership_id"
	default:
		c.sql = " FROM standings s"
	}
	if sorted && q.sortColumn() == sorts["technicians"] {
		c.sql += " LEFT JOIN staffing f ON f.dealership_id = s.dealership_id AND f.superseded_at = 0 AND f.from_day <= ? AND f.until_day > ?"
		c.args = append(c.args, int32(q.On), int32(q.On))
	}
	c.sql += " WHERE s.superseded_at = 0"
	if streamed { // the + 0 leaves SQLite the index by dealership only
		c.and("s.programme = ? AND s.from_day <= ? AND s.until_day + 0 > ?", q.Programme, q.On, q.On)
	} else {
		c.and("s.programme = ? AND s.from_day <= ? AND s.until_day > ?", q.Programme, q.On, q.On)
	}
	if streamed {
		c.and("d.id = s.dealership_id")
	}
	seen := q.seen(streamed)
	c.and(seen.sql, seen.args...)
	q.byPlace(&c)
	q.byStanding(&c)
	q.byPeople(&c)
	return c.clause
}

// seen is the scope's condition in its quickest form: on the real today the standing itself says where it is.
func (q DealershipQuery) seen(streamed bool) clause {
	switch {
	case !q.earlier && q.On == q.Today && len(q.Scope.Dealerships) == 0 && !q.Scope.All && !q.Scope.Empty():
		return clause{"(s.region_id IN ? OR s.group_id IN ?)", []any{orNone(q.Scope.Regions), orNone(q.Scope.Groups)}}
	case streamed:
		return seenBy(q.Scope, q.Today, "d.id")
	default:
		return seenAmong(q.Scope, q.Today, "s.dealership_id")
	}
}

// byAttribute tells whether a dealership's own attributes are asked for.
func (q DealershipQuery) byAttribute() bool {
	return len(q.Codes)+len(q.Provinces)+len(q.Cities) > 0 || strings.TrimSpace(q.Q) != ""
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
	for _, word := range strings.Fields(strings.ToLower(q.Q)) {
		c.and(`d.search LIKE ? ESCAPE '\'`, "%"+strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(word)+"%")
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
	if q.Fails != "" {
		c.and(`lower(' ' || s.results) LIKE ? ESCAPE '\'`, "% "+likeText(q.Fails)+"=f%")
	}
	if q.ExpiresBefore != 0 {
		c.and("s.valid_until > 0 AND s.valid_until < ?", q.ExpiresBefore)
	}
	if q.EndsBefore != 0 {
		c.and(`s.dealership_id IN (SELECT l.dealership_id FROM standings l WHERE l.superseded_at = 0 AND l.loss > 0
			AND l.programme || '' IN ('law', 'bmw-i') AND l.from_day > ? AND l.from_day <= ? AND (l.loss & ?) > 0)`, q.On, q.EndsBefore, anyLoss(q.Loss))
	}
}

func (q DealershipQuery) byPeople(c *conditions) {
	const staffed = `s.dealership_id IN (SELECT p.dealership_id FROM staffing p WHERE p.superseded_at = 0
		AND p.from_day <= ? AND p.until_day > ? AND `
	if q.BelowMinimum {
		c.and(staffed+"p.below_minimum)", q.On, q.On)
	}
	if q.SingleHolder {
		c.and(staffed+"p.nev_qualified = 1)", q.On, q.On)
	}
}

// sortColumn gives the column that is sorted by.
func (q DealershipQuery) sortColumn() string {
	if column, known := sorts[strings.TrimPrefix(q.Sort, "-")]; known {
		return column
	}
	return sorts["code"]
}

// order gives the ORDER BY and LIMIT of a page. Rows without an end come last in either direction.
func (q DealershipQuery) order() clause {
	direction := " ASC"
	if strings.HasPrefix(q.Sort, "-") {
		direction = " DESC"
	}
	out := clause{sql: " ORDER BY "}
	column := q.sortColumn()
	if column == sorts["expires_on"] {
		out.sql += "s.valid_until = 0, "
	}
	if column != sorts["code"] {
		out.sql += column + direction + ", "
	}
	out.sql += "d.code" + direction
	if q.PerPage > 0 {
		out.sql += " LIMIT ? OFFSET ?"
		out.args = []any{q.PerPage, (max(q.Page, 1) - 1) * q.PerPage}
	}
	return out
}

// CountDealerships counts what matches.
func (tx *Tx) CountDealerships(q DealershipQuery) (int, error) {
	q.earlier = tx.known != 0
	var err error
	if q.Codes, err = tx.onlySeen(q.Scope, q.Today, q.Codes); err != nil {
		return 0, err
	}
	from, count := q.from(false, false), 0
	return count, tx.db.Raw("SELECT COUNT(*)"+from.sql, from.args...).Scan(&count).Error
}

// Failing gives how many of what matches fails each requirement on the day, by code.
func (tx *Tx) Failing(q DealershipQuery) (map[string]int, error) {
	from := q.from(false, false)
	var results []string
	if err := tx.db.Raw("SELECT s.results"+from.sql+" AND s.results LIKE '%=f%'", from.args...).Scan(&results).Error; err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, text := range results {
		for _, r := range unpackResults(text) {
			if r.Outcome == tracker.Fails {
				out[r.Requirement]++
			}
		}
	}
	return out, nil
}

// matching gives the dealerships of a page in its order.
func (tx *Tx) matching(q DealershipQuery) ([]tracker.DealershipID, error) {
	from, order := q.from(q.streamed(), true), q.order()
	var ids []tracker.DealershipID
	return ids, tx.db.Raw("SELECT s.dealership_id"+from.sql+order.sql, append(from.args, order.args...)...).Scan(&ids).Error
}

// MatchingDealerships gives the dealerships that match, whatever the page.
func (tx *Tx) MatchingDealerships(q DealershipQuery) ([]tracker.DealershipID, error) {
	q.Page, q.PerPage, q.earlier = 0, 0, tx.known != 0
	return tx.matching(q)
}

// Dealerships gives a page of what matches, each row with all that a list shows of the day.
func (tx *Tx) Dealerships(q DealershipQuery) ([]DealershipRow, error) {
	var out []DealershipRow
	err := tx.each(q, func(row DealershipRow) error {
		out = append(out, row)
		return nil
	})
	return out, err
}

// listChunk bounds how many dealerships the queries behind a list name at once.
const listChunk = 500

// EachDealership gives everything that matches, whatever the page, one by one and without holding all of it.
func (tx *Tx) EachDealership(q DealershipQuery, fn func(DealershipRow) error) error {
	q.Page, q.PerPage = 0, 0
	return tx.each(q, fn)
}

func (tx *Tx) each(q DealershipQuery, fn func(DealershipRow) error) error {
	q.earlier = tx.known != 0
	var err error
	if q.Codes, err = tx.onlySeen(q.Scope, q.Today, q.Codes); err != nil {
		return err
	}
	ids, err := tx.matching(q)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(ids, listChunk) {
		rows, err := tx.rows(chunk, q.On)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := fn(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// rows gives what a list shows of dealerships on a day.
func (tx *Tx) rows(ids []tracker.DealershipID, on tracker.Date) ([]DealershipRow, error) {
	out := make([]DealershipRow, len(ids))
	at := make(map[tracker.DealershipID]*DealershipRow, len(ids))
	for i, id := range ids {
		out[i].Standings = map[tracker.ProgrammeCode]StandingRow{}
		at[id] = &out[i]
	}
	var found []tracker.Dealership
	if err := tx.db.Raw("SELECT * FROM dealerships WHERE id IN ?", ids).Scan(&found).Error; err != nil {
		return nil, err
	}
	for _, d := range found {
		at[d.ID].Dealership = d
	}
	return out, tx.fillRows(ids, on, at)
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

// Facets gives the provinces and cities of the dealerships in the scope of a query, and of its regions on its day.
func (tx *Tx) Facets(q DealershipQuery) (Facets, error) {
	var c conditions
	seen := seenAmong(q.Scope, q.Today, "d.id")
	c.sql, c.args = " FROM dealerships d WHERE "+seen.sql, seen.args
	if tx.known != 0 { // those of which anything was known
		c.and("d.id IN (SELECT k.dealership_id FROM standings k)")
	}
	if len(q.Regions) > 0 {
		there := assignedTo(q.Regions, nil, q.On, "d.id")
		c.and(there.sql, there.args...)
	}
	var out Facets
	err := tx.db.Raw("SELECT DISTINCT d.province"+c.sql+" ORDER BY d.province", c.args...).Scan(&out.Provinces).Error
	if err != nil {
		return out, err
	}
	return out, tx.db.Raw("SELECT DISTINCT d.city"+c.sql+" ORDER BY d.city", c.args...).Scan(&out.Cities).Error
}

// anyLoss gives the losses that count: all of them when none is named.
func anyLoss(loss tracker.Loss) tracker.Loss {
	if loss == 0 {
		return tracker.LossOfRight | tracker.LossOfLaw | tracker.LossOfBrand
	}
	return loss
}

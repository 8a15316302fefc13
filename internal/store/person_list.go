package store

import (
	"maps"
	"slices"
	"strings"

	"dealercert/internal/tracker"
)

// PersonQuery says which people are asked for, as seen by whom, on which day. Lists, counts and the API all take it. The
// zero Scope gives nobody. Who may see which of a person's employments is said by tracker.Actor.See; visible says the
// same in SQL.
type PersonQuery struct {
	Scope         tracker.Scope
	Whole         bool         // tracker.Actor.WholeRecords
	Today         tracker.Date // what may be seen follows the real today
	On            tracker.Date // the day shown
	Q             string       // found in name and staff number, whatever the case
	Jobs          []tracker.Job
	Dealerships   []string           // codes
	Regions       []tracker.RegionID // by the dealership's assignment of the day shown
	Groups        []tracker.GroupID
	Skills        []tracker.Skill             // the person counts on the day for one of them,
	Generations   []tracker.Generation        // for one of these or for all
	ExpiresBefore tracker.Date                // with Skills one of those, else any clock, ends before it and after the day
	Types         []tracker.QualificationCode // in a list of qualifications: of these types; there they take the place of Skills
	Among         WordQuery                   // a rung may say one of its words
	Former        bool                        // those who are not employed on the day any more, instead of those who are
	Sort          string                      // a key of PersonSorts; "-" before it descends; when empty by name, with ExpiresBefore by what ends first
	Page          int                         // from 1
	PerPage       int                         // 0: all

	earlier bool // what was known at an earlier moment is read: it does not say who may be seen
}

// PersonRow is a person with the post of the day: where and as what they count, on which days. Of who has left it is the
// last post that may be seen.
type PersonRow struct {
	tracker.Person
	Dealership tracker.DealershipID
	Job        tracker.Job
	tracker.Period
}

// personSorts maps what can be asked for to columns; nothing else ever reaches an ORDER BY.
var personSorts = map[string]string{
	"name": "p.name", "staff_no": "p.staff_no", "dealership": "d.code", "job": "r.job", "expires_on": "ends.day",
}

// PersonSorts lists what a list of people can be sorted by.
func PersonSorts() []string { return slices.Sorted(maps.Keys(personSorts)) }

// personChunk bounds how many people the queries behind a list name at once.
const personChunk = 500

// postRow is a post of coverage's rows of employment, aliased r in queries.
const postRow = " r.superseded_at = 0 AND r.skill = 'employed'"

// seenAt is the scope's condition of today on a column.
func (q PersonQuery) seenAt(column string) clause { return seenAmong(q.Scope, q.Today, column) }

// present is the condition under which a person is with a dealership of the scope today. Who was never employed yet is
// present where the first post lies.
func (q PersonQuery) present(person string) clause {
	seen := q.seenAt("t.dealership_id")
	return clause{
		"EXISTS (SELECT 1 FROM present_coverage t WHERE t.skill = 'employed' AND t.person_id = " + person +
			" AND t.until_day > ? AND (t.from_day <= ? OR NOT EXISTS (SELECT 1 FROM present_coverage u" +
			" WHERE u.skill = 'employed' AND u.person_id = t.person_id AND u.from_day < t.from_day)) AND " + seen.sql + ")",
		append([]any{int32(q.Today), int32(q.Today)}, seen.args...),
	}
}

// visible is the condition under which a post may be seen.
func (q PersonQuery) visible(row string) clause {
	if q.Scope.All {
		return clause{"1 = 1", nil}
	}
	seen, present := q.seenAt(row+".dealership_id"), q.present(row+".person_id")
	if q.earlier {
		return q.visibleEarlier(row, seen, present)
	}
	if q.Whole {
		return clause{
			"(" + row + ".from_day <= ? AND " + seen.sql + " OR " + present.sql + ")",
			slices.Concat([]any{int32(q.Today)}, seen.args, present.args),
		}
	}
	return clause{
		"(" + seen.sql + " AND (" + row + ".from_day <= ? OR " + present.sql + "))",
		slices.Concat(seen.args, []any{int32(q.Today)}, present.args),
	}
}

// visibleEarlier is visible for a post as known at an earlier moment: who is present by what is known now, and of who has
// left the posts that began by the last day there (tracker.Actor.SeeEarlier).
func (q PersonQuery) visibleEarlier(row string, seen, present clause) clause {
	there := q.seenAt("t.dealership_id")
	left := clause{
		"EXISTS (SELECT 1 FROM present_coverage t WHERE t.skill = 'employed' AND t.person_id = " + row + ".person_id AND t.from_day <= ?" +
			" AND t.until_day > " + row + ".from_day AND " + there.sql + ")",
		append([]any{int32(q.Today)}, there.args...),
	}
	if q.Whole {
		return clause{"(" + present.sql + " OR " + seen.sql + " AND " + left.sql + ")", slices.Concat(present.args, seen.args, left.args)}
	}
	return clause{"(" + seen.sql + " AND (" + present.sql + " OR " + left.sql + "))", slices.Concat(seen.args, present.args, left.args)}
}

// streamed tells whether a page is read along the people in their order until it is full. It pays where many match.
func (q PersonQuery) streamed() bool {
	rare := len(q.Dealerships)+len(q.Groups)+len(q.Skills)+len(q.Generations)+len(q.Jobs)+len(q.Among.Words) > 0 || q.ExpiresBefore != 0 || q.Former
	wide := q.Scope.All || len(q.Scope.Regions) > 0
	return wide && !rare && q.PerPage > 0 && strings.HasPrefix(q.sortColumn(), "p.")
}

// from gives tables and conditions of a list: the posts with their people. In a streamed one the people come first, and
// CROSS JOIN keeps it so.
func (q PersonQuery) from(streamed, sorted bool) clause {
	var c conditions
	switch {
	case streamed:
		c.sql = " FROM persons p CROSS JOIN coverage r"
	case sorted || strings.TrimSpace(q.Q) != "":
		c.sql = " FROM coverage r JOIN persons p ON p.id = r.person_id"
	default:
		c.sql = " FROM coverage r"
	}
	switch {
	case sorted && q.sortColumn() == personSorts["dealership"]:
		c.sql += " JOIN dealerships d ON d.id = r.dealership_id"
	case sorted && q.sortColumn() == personSorts["expires_on"]:
		last := openFuture - 1
		if q.ExpiresBefore != 0 { // everybody who matches has an end by then
			last = q.ExpiresBefore
		}
		c.sql += " LEFT JOIN (SELECT c.person_id, MIN(c.until_day) AS day" + countsOn + " AND c.until_day <= ?" + byClock +
			" GROUP BY c.person_id) ends ON ends.person_id = r.person_id"
		c.args = append(c.args, int32(q.On), int32(q.On), int32(last))
	}
	c.sql += " WHERE" + postRow
	if streamed {
		c.sql += " AND r.person_id = p.id"
	}
	q.onDay(&c)
	q.byPlace(&c)
	q.bySkill(&c)
	q.byWord(&c)
	for _, word := range strings.Fields(strings.ToLower(q.Q)) {
		like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(word) + "%"
		c.and(`(lower(p.staff_no) LIKE ? ESCAPE '\' OR lower(p.name) LIKE ? ESCAPE '\')`, like, like)
	}
	return c.clause
}

// onDay keeps the post of the day, or the last one of who has left, as far as it may be seen.
func (q PersonQuery) onDay(c *conditions) {
	visible := q.visible("r")
	if !q.Former {
		if q.On == q.Today && !q.earlier { // who is employed in the scope today is seen, and nobody else is
			visible = q.seenAt("r.dealership_id")
		}
		c.and("r.until_day > ? AND r.from_day <= ?", q.On, q.On)
		c.and(visible.sql, visible.args...)
		return
	}
	next := q.visible("n")
	c.and("r.until_day <= ?", q.On)
	c.and(visible.sql, visible.args...)
	c.and(`NOT EXISTS (SELECT 1 FROM coverage n WHERE n.superseded_at = 0 AND n.skill = 'employed' AND n.person_id = r.person_id
		AND n.from_day >= r.until_day AND n.from_day <= ? AND `+next.sql+")", append([]any{q.On}, next.args...)...)
}

func (q PersonQuery) byPlace(c *conditions) {
	if len(q.Dealerships) > 0 {
		c.and("r.dealership_id IN (SELECT id FROM dealerships WHERE code IN ?)", q.Dealerships)
	}
	if len(q.Regions) > 0 {
		there := assignedTo(q.Regions, nil, q.On, "r.dealership_id")
		c.and(there.sql, there.args...)
	}
	if len(q.Groups) > 0 {
		there := assignedTo(nil, q.Groups, q.On, "r.dealership_id")
		c.and(there.sql, there.args...)
	}
	if len(q.Jobs) > 0 {
		c.and("r.job IN ?", q.Jobs)
	}
}

// countsOn is what people count for on a day. On it all of it is where the post of the day is.
const countsOn = " FROM coverage c WHERE c.superseded_at = 0 AND c.skill <> 'employed' AND c.from_day <= ? AND c.until_day > ?"

// byClock keeps what ends by its own dates: what ends with a post has no clock that anybody could act on.
const byClock = ` AND c.skill <> 'nev' AND NOT EXISTS (SELECT 1 FROM coverage w WHERE w.superseded_at = 0
	AND w.skill = 'employed' AND w.person_id = c.person_id AND w.until_day = c.until_day)`

func (q PersonQuery) bySkill(c *conditions) {
	if len(q.Skills)+len(q.Generations) == 0 && q.ExpiresBefore == 0 {
		return
	}
	if q.Former { // who has left counts for nothing; what they may count for elsewhere now is not to be found out
		c.and("1 = 0")
		return
	}
	sql, args := "r.person_id IN (SELECT c.person_id"+countsOn, []any{q.On, q.On}
	if len(q.Skills) > 0 {
		sql, args = sql+" AND c.skill IN ?", append(args, q.Skills)
	}
	if len(q.Generations) > 0 {
		sql, args = sql+" AND c.generation IN ?", append(args, append(slices.Clone(q.Generations), ""))
		if len(q.Skills) == 0 {
			sql, args = sql+" AND c.skill = ?", append(args, tracker.SkillHVTC)
		}
	}
	if q.ExpiresBefore != 0 {
		sql, args = sql+" AND c.until_day <= ?"+byClock, append(args, q.ExpiresBefore)
	}
	c.and(sql+")", args...)
}

// sortColumn gives the column that is sorted by.
func (q PersonQuery) sortColumn() string {
	column, known := personSorts[strings.TrimPrefix(q.Sort, "-")]
	switch {
	case q.Former && (column == personSorts["expires_on"] || !known):
		return personSorts["name"] // who has left has no clocks here, and an order by those elsewhere would tell of them
	case known:
		return column
	case q.ExpiresBefore != 0:
		return personSorts["expires_on"]
	default:
		return personSorts["name"]
	}
}

// order gives the ORDER BY and LIMIT of a page. People whose clocks have no end come last in either direction.
func (q PersonQuery) order() clause {
	direction := " ASC"
	if strings.HasPrefix(q.Sort, "-") {
		direction = " DESC"
	}
	out := clause{sql: " ORDER BY "}
	switch column := q.sortColumn(); column {
	case personSorts["expires_on"]:
		out.sql += "CASE WHEN ends.day IS NULL THEN 1 ELSE 0 END, ends.day" + direction + ", p.name, "
	case personSorts["name"], personSorts["staff_no"]:
		out.sql += column + direction + ", "
	default:
		out.sql += column + direction + ", p.name" + direction + ", "
	}
	out.sql += "p.staff_no" + direction
	if q.PerPage > 0 {
		out.sql += " LIMIT ? OFFSET ?"
		out.args = append(out.args, q.PerPage, (max(q.Page, 1)-1)*q.PerPage)
	}
	return out
}

// CountPeople counts the people who match.
func (tx *Tx) CountPeople(q PersonQuery) (int, error) {
	q.earlier = tx.known != 0
	var err error
	if q.Dealerships, err = tx.onlySeen(q.Scope, q.Today, q.Dealerships); err != nil {
		return 0, err
	}
	from, count := q.from(false, false), 0
	return count, tx.db.Raw("SELECT COUNT(*)"+from.sql, from.args...).Scan(&count).Error
}

// personValues is a person with a post as it is kept.
type personValues struct {
	ID           int64
	StaffNo      string
	Name         string
	DealershipID int64
	Job          string
	FromDay      int32
	UntilDay     int32
}

const personColumns = "p.id, p.staff_no, p.name, r.dealership_id, r.job, r.from_day, r.until_day"

func (v personValues) row() PersonRow {
	return PersonRow{
		tracker.Person{ID: tracker.PersonID(v.ID), StaffNo: v.StaffNo, Name: v.Name},
		tracker.DealershipID(v.DealershipID), tracker.Job(v.Job), period(v.FromDay, v.UntilDay),
	}
}

// People gives a page of the people who match, in its order.
func (tx *Tx) People(q PersonQuery) ([]PersonRow, error) {
	q.earlier = tx.known != 0
	var err error
	if q.Dealerships, err = tx.onlySeen(q.Scope, q.Today, q.Dealerships); err != nil {
		return nil, err
	}
	from, order := q.from(q.streamed(), true), q.order()
	var rows []personValues
	err = tx.db.Raw("SELECT "+personColumns+from.sql+order.sql, append(from.args, order.args...)...).Scan(&rows).Error
	out := make([]PersonRow, len(rows))
	for i, row := range rows {
		out[i] = row.row()
	}
	return out, err
}

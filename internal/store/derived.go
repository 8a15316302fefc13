package store

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"dealercert/internal/tracker"
)

// openFuture stands for an open end in derived rows, so that a comparison of days needs no special case.
const openFuture = tracker.MaxDate + 1

func untilDay(p tracker.Period) int32 {
	if p.Until == 0 {
		return int32(openFuture)
	}
	return int32(p.Until)
}

func period(from, until int32) tracker.Period {
	p := tracker.Period{From: tracker.Date(from), Until: tracker.Date(until)}
	if p.Until == openFuture {
		p.Until = 0
	}
	return p
}

// standingValues is a standing as it is kept, without its keeping: two rows with equal values say the same.
type standingValues struct {
	DealershipID int64
	Programme    string
	FromDay      int32
	UntilDay     int32
	RegionID     int64
	GroupID      int64
	State        string
	ValidUntil   int32
	Renewal      string
	Law          string
	Brand        string
	May          bool
	Loss         uint8
	Results      string
}

func standingRow(s tracker.Standing) standingValues {
	return standingValues{
		int64(s.Dealership), string(s.Programme), int32(s.From), untilDay(s.Period), int64(s.Region), int64(s.Group),
		string(s.State), int32(s.ValidUntil), string(s.Renewal), string(s.Law), string(s.Brand), s.May, uint8(s.Loss), packResults(s.Results),
	}
}

func (v standingValues) standing() tracker.Standing {
	return tracker.Standing{
		Dealership: tracker.DealershipID(v.DealershipID), Programme: tracker.ProgrammeCode(v.Programme),
		Period: period(v.FromDay, v.UntilDay), Region: tracker.RegionID(v.RegionID), Group: tracker.GroupID(v.GroupID),
		State: tracker.State(v.State), ValidUntil: tracker.Date(v.ValidUntil), Renewal: tracker.State(v.Renewal), Law: tracker.Light(v.Law),
		Brand: tracker.Light(v.Brand), Results: unpackResults(v.Results), May: v.May, Loss: tracker.Loss(v.Loss),
	}
}

// outcomeLetters keep results short: "REG-02=h BMI-B02=f738611" (the number is the day on which the clock started).
var outcomeLetters = map[tracker.Outcome]string{
	tracker.Holds: "h", tracker.Fails: "f", tracker.NotApplicable: "n", tracker.WaivedOutcome: "w",
}

func packResults(results []tracker.Result) string {
	var text strings.Builder
	for i, r := range results {
		if i > 0 {
			text.WriteByte(' ')
		}
		text.WriteString(r.Requirement + "=" + outcomeLetters[r.Outcome])
		if r.Since != 0 {
			text.WriteString(strconv.Itoa(int(r.Since)))
		}
	}
	return text.String()
}

func unpackResults(text string) []tracker.Result {
	var out []tracker.Result
	for _, part := range strings.Fields(text) {
		code, rest, _ := strings.Cut(part, "=")
		r := tracker.Result{Requirement: code}
		for outcome, letter := range outcomeLetters {
			if strings.HasPrefix(rest, letter) {
				r.Outcome = outcome
			}
		}
		if len(rest) > 1 {
			day, _ := strconv.Atoi(rest[1:])
			r.Since = tracker.Date(day)
		}
		out = append(out, r)
	}
	return out
}

// coverageValues is coverage as it is kept.
type coverageValues struct {
	DealershipID int64
	PersonID     int64
	Skill        string
	Generation   string
	Job          string
	Joined       int32
	FromDay      int32
	UntilDay     int32
}

func coverageRow(c tracker.Coverage) coverageValues {
	return coverageValues{
		int64(c.Dealership), int64(c.Person), string(c.Skill), string(c.Generation), string(c.Job), int32(c.Joined),
		int32(c.From), untilDay(c.Period),
	}
}

func (v coverageValues) coverage() tracker.Coverage {
	return tracker.Coverage{
		Person: tracker.PersonID(v.PersonID), Dealership: tracker.DealershipID(v.DealershipID), Skill: tracker.Skill(v.Skill),
		Generation: tracker.Generation(v.Generation), Job: tracker.Job(v.Job), Joined: tracker.Date(v.Joined),
		Period: period(v.FromDay, v.UntilDay),
	}
}

// staffingValues is staffing as it is kept.
type staffingValues struct {
	DealershipID int64
	FromDay      int32
	UntilDay     int32
	RegionID     int64
	GroupID      int64
	Technicians  int
	NevQualified int
	BelowMinimum bool
}

func staffingRow(s tracker.Staffing) staffingValues {
	return staffingValues{
		int64(s.Dealership), int32(s.From), untilDay(s.Period), int64(s.Region), int64(s.Group), s.Technicians, s.NEVQualified,
		s.BelowMinimum,
	}
}

// rightValues is a right as it is kept.
type rightValues struct {
	DealershipID int64
	Kind         string
	Subject      string
	FromDay      int32
	UntilDay     int32
	May          bool
	Failing      string
}

func rightRow(r tracker.Right) rightValues {
	return rightValues{int64(r.Dealership), string(r.Kind), r.Subject, int32(r.From), untilDay(r.Period), r.May, string(r.Failing)}
}

func (v rightValues) right() tracker.Right {
	return tracker.Right{
		Dealership: tracker.DealershipID(v.DealershipID), Kind: tracker.RightKind(v.Kind), Subject: v.Subject,
		Period: period(v.FromDay, v.UntilDay), May: v.May, Failing: tracker.CodeList(v.Failing),
	}
}

// kept is a derived row with its keeping.
type kept[V comparable] struct {
	ID     int64
	Values V `gorm:"embedded"`
}

// derivation is one derived table: its name and its columns in the order of the values.
type derivation[V comparable] struct {
	table   string
	columns string // that of the dealership first
	args    func(V) []any
}

// of gives the dealership of a row.
func (d derivation[V]) of(v V) tracker.DealershipID {
	return tracker.DealershipID(d.args(v)[0].(int64))
}

var (
	standingTable = derivation[standingValues]{
		"standings",
		"dealership_id, programme, from_day, until_day, region_id, group_id, state, valid_until, renewal, law, brand, may, loss, results",
		func(v standingValues) []any {
			return []any{
				v.DealershipID, v.Programme, v.FromDay, v.UntilDay, v.RegionID, v.GroupID, v.State, v.ValidUntil, v.Renewal,
				v.Law, v.Brand, v.May, v.Loss, v.Results,
			}
		},
	}
	coverageTable = derivation[coverageValues]{
		"coverage", "dealership_id, person_id, skill, generation, job, joined, from_day, until_day",
		func(v coverageValues) []any {
			return []any{v.DealershipID, v.PersonID, v.Skill, v.Generation, v.Job, v.Joined, v.FromDay, v.UntilDay}
		},
	}
	staffingTable = derivation[staffingValues]{
		"staffing", "dealership_id, from_day, until_day, region_id, group_id, technicians, nev_qualified, below_minimum",
		func(v staffingValues) []any {
			return []any{
				v.DealershipID, v.FromDay, v.UntilDay, v.RegionID, v.GroupID, v.Technicians, v.NevQualified, v.BelowMinimum,
			}
		},
	}
	rightTable = derivation[rightValues]{
		"rights", "dealership_id, kind, subject, from_day, until_day, may, failing",
		func(v rightValues) []any {
			return []any{v.DealershipID, v.Kind, v.Subject, v.FromDay, v.UntilDay, v.May, v.Failing}
		},
	}
)

// read gives the rows of dealerships that were known at a moment (zero: now), by dealership and day.
func (d derivation[V]) read(tx *Tx, ids []tracker.DealershipID, known tracker.Moment) ([]kept[V], error) {
	rows := "SELECT id, " + d.columns + " FROM " + d.table + " WHERE dealership_id IN ? AND "
	sql, args := rows+"superseded_at = 0", []any{ids}
	if known != 0 { // rows that are known now and rows that have been closed since lie in indexes of their own
		sql += " AND recorded_at <= ? UNION ALL " + rows + closedAfter + " AND recorded_at <= ?"
		args = append(args, known, ids, known, known)
	}
	var out []kept[V]
	return out, tx.db.Raw(sql+" ORDER BY dealership_id, from_day, id", args...).Scan(&out).Error
}

// closedAfter is the condition of derived rows that were closed after a moment. Its first half says that they are closed
// at all: an index of closed rows alone is used where just this is asked for.
const closedAfter = "superseded_at > 0 AND superseded_at > ?"

// rewrite closes the rows that no longer hold and inserts those that now do. What stayed is left alone.
func (d derivation[V]) rewrite(tx *Tx, ids []tracker.DealershipID, wanted []V) error {
	present, err := d.read(tx, ids, 0)
	if err != nil {
		return err
	}
	missing := map[V]bool{}
	for _, v := range wanted {
		missing[v] = true
	}
	var gone []int64
	for _, row := range present {
		if missing[row.Values] {
			delete(missing, row.Values)
		} else {
			gone = append(gone, row.ID)
		}
	}
	for chunk := range slices.Chunk(gone, batchRows) {
		if err := tx.db.Exec("UPDATE "+d.table+" SET superseded_at = ? WHERE id IN ?", tx.moment, chunk).Error; err != nil {
			return err
		}
	}
	var inserted []V
	for _, v := range wanted {
		if missing[v] {
			delete(missing, v)
			inserted = append(inserted, v)
		}
	}
	for chunk := range slices.Chunk(inserted, batchRows) {
		if err := d.insert(tx, chunk); err != nil {
			return err
		}
	}
	return nil
}

func (d derivation[V]) insert(tx *Tx, rows []V) error {
	width := strings.Count(d.columns, ",") + 3
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", width), ", ") + ")"
	args := make([]any, 0, len(rows)*width)
	for _, v := range rows {
		args = append(append(args, d.args(v)...), int64(tx.moment), 0)
	}
	return tx.db.Exec("INSERT INTO "+d.table+" ("+d.columns+", recorded_at, superseded_at) VALUES "+
		strings.TrimSuffix(strings.Repeat(one+", ", len(rows)), ", "), args...).Error
}

// Settle recomputes the dealerships that were touched so far and stores what changed.
func (tx *Tx) Settle() error {
	if tx.all {
		ids, err := tx.DealershipIDs(tracker.Scope{All: true}, 0)
		if err != nil {
			return err
		}
		for _, id := range ids {
			tx.touched[id] = true
		}
	}
	if len(tx.touched) == 0 {
		tx.all = false
		return nil
	}
	rules, err := tx.Rules()
	if err != nil {
		return err
	}
	ids, done := slices.Sorted(maps.Keys(tx.touched)), 0
	for chunk := range slices.Chunk(ids, settleChunk) {
		if err := tx.settle(chunk, rules); err != nil {
			return fmt.Errorf("recomputing dealerships from %d on: %w", chunk[0], err)
		}
		done += len(chunk)
		if tx.writing.Progress != nil {
			tx.writing.Progress(done, len(ids))
		}
	}
	tx.all, tx.touched = false, map[tracker.DealershipID]bool{}
	return tx.analyse(len(ids))
}

// manyDealerships is from how many on what was written may have changed how tables are best read.
const manyDealerships = 500

// analyse lets the database look at its tables, when many dealerships were touched.
func (tx *Tx) analyse(touched int) error {
	if touched < manyDealerships || tx.store.dialect.analyse == "" {
		return nil
	}
	return tx.db.Exec(tx.store.dialect.analyse).Error
}

// settleChunk is how many dealerships are recomputed at once: enough that a query costs little for each, few enough that
// their histories take some megabytes.
const settleChunk = 100

func (tx *Tx) settle(ids []tracker.DealershipID, rules tracker.Rulebook) error {
	histories, err := tx.Histories(ids, 0)
	if err != nil {
		return err
	}
	var all derivedRows
	for _, h := range histories {
		all.add(h.Timeline(rules))
	}
	if err := standingTable.rewrite(tx, ids, all.standings); err != nil {
		return err
	}
	if err := coverageTable.rewrite(tx, ids, all.coverage); err != nil {
		return err
	}
	if err := staffingTable.rewrite(tx, ids, all.staffing); err != nil {
		return err
	}
	if err := rightTable.rewrite(tx, ids, all.rights); err != nil {
		return err
	}
	if tx.writing.Moment != 0 { // a whole installation is loaded: each dealership is in its first version
		return nil
	}
	return tx.db.Exec("UPDATE dealerships SET version = version + 1 WHERE id IN ?", ids).Error
}

// derivedRows are the rows of timelines.
type derivedRows struct {
	standings []standingValues
	coverage  []coverageValues
	staffing  []staffingValues
	rights    []rightValues
}

func (r *derivedRows) add(t tracker.Timeline) {
	for _, s := range t.Standings {
		r.standings = append(r.standings, standingRow(s))
	}
	for _, c := range t.Coverage {
		r.coverage = append(r.coverage, coverageRow(c))
	}
	for _, s := range t.Staffing {
		r.staffing = append(r.staffing, staffingRow(s))
	}
	for _, x := range t.Rights {
		r.rights = append(r.rights, rightRow(x))
	}
}

// Standings gives a dealership's stored standings as known at a moment (zero: now).
func (tx *Tx) Standings(id tracker.DealershipID, known tracker.Moment) ([]tracker.Standing, error) {
	rows, err := standingTable.read(tx, []tracker.DealershipID{id}, known)
	out := make([]tracker.Standing, len(rows))
	for i, row := range rows {
		out[i] = row.Values.standing()
	}
	return out, err
}

// CoverageOf gives the stored coverage of a dealership's people.
func (tx *Tx) CoverageOf(id tracker.DealershipID) ([]tracker.Coverage, error) {
	rows, err := coverageTable.read(tx, []tracker.DealershipID{id}, 0)
	out := make([]tracker.Coverage, len(rows))
	for i, row := range rows {
		out[i] = row.Values.coverage()
	}
	return out, err
}

// Rights gives a dealership's stored rights as known at a moment (zero: now), by day.
func (tx *Tx) Rights(id tracker.DealershipID, known tracker.Moment) ([]tracker.Right, error) {
	rows, err := rightTable.read(tx, []tracker.DealershipID{id}, known)
	out := make([]tracker.Right, len(rows))
	for i, row := range rows {
		out[i] = row.Values.right()
	}
	return out, err
}

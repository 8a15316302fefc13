package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"dealercert/internal/tracker"
)

// KeptSnapshot is a snapshot with the text that it was frozen in.
type KeptSnapshot struct {
	tracker.Snapshot
	Body   string // canonical; what is shown is read from it
	SHA256 string // hex, of its bytes
	// Altered says that the text is not what was frozen.
	Altered bool
}

// snapshotRow is a snapshot as it is kept.
type snapshotRow struct {
	ID     string
	MadeAt tracker.Moment
	MadeBy tracker.AccountID
	Body   string
	Sha256 string
}

func (r snapshotRow) snapshot() KeptSnapshot {
	s, err := tracker.ParseSnapshot(r.Body)
	altered := err != nil || s.ID != r.ID || sha256Of(r.Body) != r.Sha256
	s.ID = r.ID
	return KeptSnapshot{s, r.Body, r.Sha256, altered}
}

func sha256Of(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// CreateSnapshot freezes a snapshot under a new identity, in the name of who writes. regions are those it is about, none for
// the whole network. Its hash goes into the log of changes too, so that text and hash cannot be altered together.
func (tx *Tx) CreateSnapshot(s tracker.Snapshot, regions []tracker.RegionID) (KeptSnapshot, error) {
	s.ID, s.MadeAt, s.MadeBy = tx.newID(), tx.moment, tx.writing.By.Login
	out := KeptSnapshot{Snapshot: s, Body: s.Text()}
	out.SHA256 = sha256Of(out.Body)
	tx.wrote = true
	err := tx.db.Exec("INSERT INTO snapshots (id, made_at, made_by, body, sha256) VALUES (?, ?, ?, ?, ?)",
		s.ID, s.MadeAt, tx.writing.By.ID, out.Body, out.SHA256).Error
	if err != nil {
		return out, translate(err, "snapshot", s.ID)
	}
	for _, region := range regions {
		if err := tx.db.Exec("INSERT INTO snapshot_regions (snapshot_id, region_id) VALUES (?, ?)", s.ID, region).Error; err != nil {
			return out, translate(err, "snapshot", s.ID)
		}
	}
	return out, tx.Note(Entry{
		Action: ActionCreated, Kind: "snapshot", Key: s.ID, After: labels{"name": s.Name.En, "sha256": out.SHA256},
	})
}

// SnapshotQuery asks for the snapshots that a scope sees: those about regions of which all lie in it.
type SnapshotQuery struct {
	Scope   tracker.Scope
	ID      string // empty: all
	Page    int
	PerPage int // 0: all
}

// where gives tables and conditions.
func (q SnapshotQuery) where() clause {
	c := conditions{clause{sql: " FROM snapshots s WHERE 1 = 1"}}
	if !q.Scope.All {
		c.and(`EXISTS (SELECT 1 FROM snapshot_regions r WHERE r.snapshot_id = s.id)
			AND NOT EXISTS (SELECT 1 FROM snapshot_regions r WHERE r.snapshot_id = s.id AND r.region_id NOT IN ?)`, orNone(q.Scope.Regions))
	}
	if q.ID != "" {
		c.and("s.id = ?", q.ID)
	}
	return c.clause
}

// CountSnapshots counts the snapshots that are seen.
func (tx *Tx) CountSnapshots(q SnapshotQuery) (int, error) {
	where, count := q.where(), 0
	return count, tx.db.Raw("SELECT COUNT(*)"+where.sql, where.args...).Scan(&count).Error
}

// Snapshots gives the snapshots that are seen, the newest first.
func (tx *Tx) Snapshots(q SnapshotQuery) ([]KeptSnapshot, error) {
	where := q.where()
	where.sql += " ORDER BY s.made_at DESC, s.id DESC"
	if q.PerPage > 0 {
		where.sql, where.args = where.sql+" LIMIT ? OFFSET ?", append(where.args, q.PerPage, (max(q.Page, 1)-1)*q.PerPage)
	}
	var rows []snapshotRow
	if err := tx.db.Raw("SELECT s.*"+where.sql, where.args...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]KeptSnapshot, len(rows))
	for i, row := range rows {
		out[i] = row.snapshot()
	}
	return out, nil
}

// verifySnapshots finds snapshots that are not what was frozen: whose text has another hash, or another than the log of
// changes noted, and those that are gone.
func (tx *Tx) verifySnapshots(report *Report) error {
	var rows []snapshotRow
	if err := tx.db.Raw("SELECT * FROM snapshots ORDER BY id").Scan(&rows).Error; err != nil {
		return err
	}
	var notes []changeRow
	if err := tx.db.Raw("SELECT * FROM changes WHERE kind = 'snapshot' ORDER BY seq").Scan(&notes).Error; err != nil {
		return err
	}
	noted := map[string]string{}
	for _, note := range notes {
		var after labels
		if err := json.Unmarshal([]byte(note.AfterLabels), &after); err == nil {
			noted[note.Key] = after["sha256"]
		}
	}
	for _, row := range rows {
		if sum := sha256Of(row.Body); sum != row.Sha256 || sum != noted[row.ID] {
			report.find("snapshot_altered", "key", row.ID)
		}
		delete(noted, row.ID)
		report.Snapshots++
	}
	for id := range noted {
		report.find("snapshot_gone", "key", id)
	}
	return nil
}

// PublicationMoments gives the moments after one at which publications were recorded or taken back.
func (tx *Tx) PublicationMoments(after tracker.Moment) ([]tracker.Moment, error) {
	var out []tracker.Moment
	return out, tx.db.Raw(`SELECT recorded_at FROM publications WHERE recorded_at > ?
		UNION SELECT superseded_at FROM publications WHERE superseded_at > ? ORDER BY 1`, after, after).Scan(&out).Error
}

// DayQuery asks for everything of a day, whoever may see it.
type DayQuery struct {
	On      tracker.Date
	Codes   []string           // of dealerships; none: all
	Regions []tracker.RegionID // of the day; none: all
}

// where gives the conditions on derived rows x; their region is that of the law's standing where they have none.
func (q DayQuery) where(region string) clause {
	var c conditions
	c.and("x.superseded_at = 0 AND x.from_day <= ? AND x.until_day > ?", q.On, q.On)
	if len(q.Codes) > 0 {
		c.and("x.dealership_id IN (SELECT d.id FROM dealerships d WHERE d.code IN ?)", q.Codes)
	}
	if len(q.Regions) > 0 {
		c.and(region+" IN ?", q.Regions)
	}
	return c.clause
}

// StandingsOn gives the standings of a day of the dealerships that operate on it.
func (tx *Tx) StandingsOn(q DayQuery) ([]tracker.Standing, error) {
	where := q.where("x.region_id")
	var rows []standingValues
	err := tx.db.Raw("SELECT "+standingTable.columns+" FROM standings x WHERE x.state <> 'not_operating'"+where.sql+
		" ORDER BY x.dealership_id, x.programme", where.args...).Scan(&rows).Error
	out := make([]tracker.Standing, len(rows))
	for i, row := range rows {
		out[i] = row.standing()
	}
	return out, err
}

// StaffingOn gives the headcounts of a day.
func (tx *Tx) StaffingOn(q DayQuery) ([]tracker.Staffing, error) {
	where := q.where("x.region_id")
	var rows []staffingValues
	err := tx.db.Raw("SELECT "+staffingTable.columns+" FROM staffing x WHERE 1 = 1"+where.sql+" ORDER BY x.dealership_id", where.args...).Scan(&rows).Error
	out := make([]tracker.Staffing, len(rows))
	for i, row := range rows {
		out[i] = tracker.Staffing{
			Dealership: tracker.DealershipID(row.DealershipID), Period: period(row.FromDay, row.UntilDay), Region: tracker.RegionID(row.RegionID),
			Group: tracker.GroupID(row.GroupID), Technicians: row.Technicians, NEVQualified: row.NevQualified, BelowMinimum: row.BelowMinimum,
		}
	}
	return out, err
}

// PostsOn gives who is employed on a day or counts as qualified for NEVs, at the dealerships that operate on it.
func (tx *Tx) PostsOn(q DayQuery) ([]tracker.Coverage, error) {
	where := q.where("f.region_id")
	var rows []coverageValues
	err := tx.db.Raw("SELECT x."+strings.ReplaceAll(coverageTable.columns, ", ", ", x.")+` FROM coverage x JOIN staffing f ON f.dealership_id = x.dealership_id
		AND f.superseded_at = 0 AND f.from_day <= ? AND f.until_day > ? WHERE x.skill IN ('employed', 'nev')`+where.sql+
		" ORDER BY x.dealership_id, x.person_id", append([]any{int32(q.On), int32(q.On)}, where.args...)...).Scan(&rows).Error
	out := make([]tracker.Coverage, len(rows))
	for i, row := range rows {
		out[i] = row.coverage()
	}
	return out, err
}

package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

// TestTamperingIsFound changes the database behind the product's back in each way and lets verify look.
func TestTamperingIsFound(t *testing.T) {
	unlocked, careless, careful := "DROP TRIGGER changes_keep; DROP TRIGGER changes_stay; ", "PRAGMA foreign_keys = off; ", "; PRAGMA foreign_keys = on"
	if storetest.OnPostgres() {
		unlocked = "DROP TRIGGER changes_keep ON changes; DROP TRIGGER changes_stay ON changes; "
		careless, careful = "SET session_replication_role = replica; ", "; RESET session_replication_role"
	}
	for _, test := range []struct {
		name, sql string
		want      string
	}{
		{"nothing", "SELECT 1", ""},
		{"a state", "UPDATE standings SET state = 'certified' WHERE id = (SELECT MIN(id) FROM standings WHERE programme = 'bmw-i' AND superseded_at = 0)", "row_unfounded"},
		{"a light", "UPDATE standings SET law = 'healthy' WHERE law = 'in_breach' AND superseded_at = 0", "row_unfounded"},
		{"a day", "UPDATE standings SET until_day = until_day + 1 WHERE superseded_at = 0 AND until_day < 3652060", "row_missing"},
		{"a lost row", "DELETE FROM standings WHERE id = (SELECT MAX(id) FROM standings WHERE superseded_at = 0)", "row_missing"},
		{"a second row", "INSERT INTO coverage (dealership_id, person_id, skill, generation, job, joined, from_day, until_day, recorded_at, superseded_at) SELECT dealership_id, person_id, skill, generation, job, joined, from_day, until_day, recorded_at, superseded_at FROM coverage WHERE superseded_at = 0 LIMIT 1", "row_unfounded"},
		{"coverage", "UPDATE coverage SET until_day = from_day + 1 WHERE superseded_at = 0", "row_missing"},
		{"staffing", "UPDATE staffing SET technicians = technicians + 1 WHERE superseded_at = 0", "row_missing"},
		{"what was known before", "UPDATE standings SET state = 'revoked' WHERE superseded_at > 0", "row_unfounded"},
		{"coverage known before", "UPDATE coverage SET until_day = until_day - 1 WHERE superseded_at > 0", "row_unfounded"},
		{"staffing known before", "DELETE FROM staffing WHERE superseded_at > 0", "row_missing"},
		{"a right", "INSERT INTO rights (dealership_id, kind, subject, from_day, until_day, may, failing, recorded_at, superseded_at) SELECT id, 'sell', 'i4', 0, 3652060, true, '', 1, 0 FROM dealerships", "row_unfounded"},
		{"a right known before", "INSERT INTO rights (dealership_id, kind, subject, from_day, until_day, may, failing, recorded_at, superseded_at) SELECT id, 'sell', 'i4', 0, 3652060, true, '', 1, 2 FROM dealerships", "row_unfounded"},
		{"a fact", "UPDATE decisions SET effective_on = '2023-01-01'", "row_missing"},
		{"a fact taken away", "DELETE FROM decisions", "row_missing"},
		{"a reference", careless + "UPDATE assignments SET region_id = 77" + careful, "reference_broken"},
		{"a group", careless + "UPDATE assignments SET group_id = 77" + careful, "reference_broken"},
		{"an entry changed", unlocked + "UPDATE changes SET reason = 'because' WHERE seq = 4", "chain_broken"},
		{"who did it", unlocked + "UPDATE changes SET login = 'other' WHERE seq = 4", "chain_broken"},
		{"an entry from the middle", unlocked + "DELETE FROM changes WHERE seq = 4", "chain_broken"},
		{"two entries swapped", unlocked + "UPDATE changes SET seq = 1000 WHERE seq = 4; UPDATE changes SET seq = 4 WHERE seq = 5; UPDATE changes SET seq = 5 WHERE seq = 1000", "chain_broken"},
		{"an entry added", "INSERT INTO changes (seq, moment, actor, login, request, source, action, kind, key, dealership_id, person_id, reason, before_labels, after_labels, prev_hash, hash) SELECT seq + 1, moment, actor, login, request, source, action, kind, key, dealership_id, person_id, reason, before_labels, after_labels, hash, hash FROM changes ORDER BY seq DESC LIMIT 1", "chain_broken"},
		{"the last entry", unlocked + "DELETE FROM changes WHERE seq = (SELECT MAX(seq) FROM changes)", "chain_broken"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := storetest.Open(t)
			at := storetest.Dealership(t, s, "A1", storetest.Region(t, s, "east"))
			person, employment := storetest.Technician(t, s, "S1", at, "2020-01-01")
			correct(t, s, employment, tracker.Employment{Person: person, Dealership: at, Job: tracker.JobTechnician, From: date("2020-02-01")})
			decision := storetest.Certify(t, s, at, "2025-01-01")
			correct(t, s, decision, tracker.Decision{Dealership: at, Programme: tracker.ProgrammeBMWi, Decided: tracker.Certify, EffectiveOn: date("2025-02-01")})
			writer, _, err := s.Pools()
			if err != nil {
				t.Fatal(err)
			}
			tampers(t, writer, test.sql)
			report, err := s.Verify(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			found := slices.ContainsFunc(report.Findings, func(f store.Finding) bool { return f.Key == test.want })
			if report.OK() != (test.want == "") || test.want != "" && !found {
				t.Errorf("findings %v, want %q", report.Findings, test.want)
			}
			if test.want == "" && (report.Dealerships != 1 || report.Rows == 0 || report.Moments < 4 || report.Drawn != 1 || report.Changes == 0) {
				t.Errorf("hardly anything was looked at: %+v", report)
			}
		})
	}
}

// tampers runs statements one after the other on one connection.
func tampers(t *testing.T, pool *sql.DB, statements string) {
	t.Helper()
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for statement := range strings.SplitSeq(statements, "; ") {
		if _, err := conn.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestTheLogIsFollowedInParts breaks the log at each entry and follows it in parts of each length: the entries at which parts
// meet are looked at like all others.
func TestTheLogIsFollowedInParts(t *testing.T) {
	s := storetest.Open(t)
	for _, code := range []string{"A1", "A2", "A3"} {
		storetest.Dealership(t, s, code, storetest.Region(t, s, "region-"+code))
	}
	writer, _, err := s.Pools()
	if err != nil {
		t.Fatal(err)
	}
	var logged int64
	if err := writer.QueryRowContext(t.Context(), "SELECT MAX(seq) FROM changes").Scan(&logged); err != nil || logged < 8 {
		t.Fatalf("%d entries, %v", logged, err)
	}
	follow := func(each int64) store.Report {
		report, err := s.VerifyLog(t.Context(), logged, each)
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	for each := range logged + 2 {
		if report := follow(each + 1); !report.OK() || int64(report.Changes) != logged {
			t.Errorf("in parts of %d: %d of %d entries, %v", each+1, report.Changes, logged, report.Findings)
		}
	}
	unlocked := "DROP TRIGGER changes_keep; DROP TRIGGER changes_stay; DROP TRIGGER changes_follow"
	if storetest.OnPostgres() {
		unlocked = "DROP TRIGGER changes_keep ON changes; DROP TRIGGER changes_stay ON changes; DROP TRIGGER changes_follow ON changes"
	}
	tampers(t, writer, unlocked+"; CREATE TABLE kept AS SELECT * FROM changes")
	for seq := int64(1); seq <= logged; seq++ {
		for name, sql := range map[string]string{
			"altered": "UPDATE changes SET reason = 'because' WHERE seq = %d", "gone": "DELETE FROM changes WHERE seq = %d",
			"altered with its hash": "UPDATE changes SET hash = 'because' WHERE seq = %d",
		} {
			tampers(t, writer, fmt.Sprintf(sql, seq))
			for each := range logged + 2 {
				if follow(each + 1).OK() {
					t.Errorf("entry %d %s was not found in parts of %d", seq, name, each+1)
				}
			}
			tampers(t, writer, fmt.Sprintf("DELETE FROM changes WHERE seq = %[1]d; INSERT INTO changes (%[2]s) SELECT %[2]s FROM kept WHERE seq = %[1]d", seq,
				"seq, moment, actor, login, request, source, action, kind, key, dealership_id, person_id, reason, before_labels, after_labels, prev_hash, hash"))
		}
	}
	if report := follow(3); !report.OK() {
		t.Errorf("as it was: %v", report.Findings)
	}
}

func TestASampleIsDrawnByLot(t *testing.T) {
	all := make([]int, 500)
	for i := range all {
		all[i] = i + 1
	}
	if got := store.Draw(all[:7], "a", 7); !slices.Equal(got, all[:7]) {
		t.Errorf("of few, %v", got)
	}
	chosen := map[int]int{}
	for seed := range 200 {
		got := store.Draw(all, fmt.Sprint(seed), 50)
		if again := store.Draw(all, fmt.Sprint(seed), 50); !slices.Equal(got, again) {
			t.Fatalf("the same lot gave %v and %v", got, again)
		}
		if len(got) != 50 || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != 50 {
			t.Fatalf("drawn: %v", got)
		}
		for _, one := range got {
			chosen[one]++
		}
	}
	for _, one := range all { // each 20 times of 200, give or take; a deviation of 4 standard deviations is about 17
		if chosen[one] < 3 || chosen[one] > 40 {
			t.Errorf("%d was drawn %d times of 200", one, chosen[one])
		}
	}
}

// TestClosedRowsAreFoundByIndex keeps what was known earlier, and what was closed of late, from being looked for in all rows.
func TestClosedRowsAreFoundByIndex(t *testing.T) {
	storetest.SQLiteOnly(t)
	s := storetest.Open(t)
	for name, ask := range map[string]func(*store.Tx) error{
		"rows known earlier": func(tx *store.Tx) error {
			return tx.EarlierRows([]tracker.DealershipID{1, 2, 3}, 1_700_000_000_000_000)
		},
		"change points": func(tx *store.Tx) error {
			_, standings := tx.StandingPoints(1_700_000_000_000_000)
			_, staffing := tx.StaffingPoints(1_700_000_000_000_000)
			return errors.Join(standings, staffing)
		},
	} {
		plans, err := s.Plans(t.Context(), ask)
		if err != nil || len(plans) < 3 {
			t.Fatalf("%s: %d questions, %v", name, len(plans), err)
		}
		for _, plan := range plans {
			if strings.Contains(plan, "SCAN") || name == "rows known earlier" && strings.Contains(plan, "_recorded") {
				t.Errorf("%s:\n%s", name, plan)
			}
		}
	}
}

func TestVerifyShowsItsProgress(t *testing.T) {
	s := storetest.Open(t)
	storetest.Dealership(t, s, "A1", storetest.Region(t, s, "east"))
	var steps []int
	var of int
	if _, err := s.Verify(t.Context(), func(done, total int) { steps, of = append(steps, done), total }); err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(steps) || len(steps) != of || len(steps) == 0 || steps[len(steps)-1] != of {
		t.Errorf("%v of %d", steps, of)
	}
}

package store_test

import (
	"database/sql"
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
			storetest.Technician(t, s, "S1", at, "2020-01-01")
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
			if test.want == "" && (report.Dealerships != 1 || report.Rows == 0 || report.Moments == 0 || report.Changes == 0) {
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

func TestVerifyShowsItsProgress(t *testing.T) {
	s := storetest.Open(t)
	storetest.Dealership(t, s, "A1", storetest.Region(t, s, "east"))
	var done, total int
	if _, err := s.Verify(t.Context(), func(d, of int) { done, total = d, of }); err != nil || done != 1 || total != 1 {
		t.Errorf("%d of %d, %v", done, total, err)
	}
}

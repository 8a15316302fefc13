package store_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

var everything = store.ChangeQuery{Scope: tracker.Scope{All: true}}

func changes(t *testing.T, s *store.Store, q store.ChangeQuery) []store.Change {
	t.Helper()
	var out []store.Change
	storetest.Read(t, s, func(tx *store.Tx) (err error) {
		out, err = tx.Changes(q)
		return err
	})
	return out
}

// labelsOf reads labels; nil when there are none.
func labelsOf(t *testing.T, raw json.RawMessage) map[string]string {
	t.Helper()
	if raw == nil {
		return nil
	}
	var out map[string]string
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryChangeIsLoggedWithLabels(t *testing.T) {
	s := storetest.Open(t)
	at := storetest.Dealership(t, s, "A1", storetest.Region(t, s, "east"))
	storetest.Technician(t, s, "S1", at, "2020-01-01")
	var account tracker.AccountID
	storetest.Write(t, s, func(tx *store.Tx) (err error) {
		account, err = tx.CreateAccount(store.Account{Login: "hq", Role: tracker.RoleNetwork, PasswordHash: "secret-hash", Scope: tracker.Scope{All: true}})
		return err
	})
	employee := tracker.Employment{Person: 1, Dealership: at, Job: tracker.JobTechnician, From: date("2020-01-01"), Until: date("2026-09-01")}
	var chain tracker.FactID
	storetest.Read(t, s, func(tx *store.Tx) error {
		history, err := tx.PersonHistory(1, 0)
		chain = history.Employments[0].Chain
		return err
	})
	writing := store.Writing{By: tracker.Actor{ID: account, Login: "hq"}, Request: "r-1", Source: tracker.SourceAPI}
	if err := s.Write(t.Context(), writing, func(tx *store.Tx) error { return tx.Correct(chain, employee, "left") }); err != nil {
		t.Fatal(err)
	}
	got := changes(t, s, store.ChangeQuery{Scope: tracker.Scope{All: true}, Limit: 1})[0]
	before, after := labelsOf(t, got.Before), labelsOf(t, got.After)
	want := map[string]string{"dealership": "A1", "person": "S1", "job": "technician", "from": "2020-01-01", "until": ""}
	if d := cmp.Diff(want, before); d != "" {
		t.Errorf("before: -want +got\n%s", d)
	}
	want["until"] = "2026-08-31" // the last day that counts
	if d := cmp.Diff(want, after); d != "" {
		t.Errorf("after: -want +got\n%s", d)
	}
	if got.Action != store.ActionCorrected || got.Kind != "employment" || got.Key != string(chain) || got.Actor != account || got.Login != "hq" ||
		got.Request != "r-1" || got.Source != tracker.SourceAPI || got.Reason != "left" || got.Dealership != at || got.Person != 1 || got.Moment == 0 {
		t.Errorf("%+v", got)
	}
	void(t, s, tracker.FactEmployment, chain)
	if got := changes(t, s, store.ChangeQuery{Scope: tracker.Scope{All: true}, Limit: 1})[0]; got.Action != store.ActionVoided || got.Reason == "" || got.After == nil {
		t.Errorf("voided: %+v", got)
	}
	for _, c := range changes(t, s, everything) {
		if string(c.Before)+string(c.After) != "" && cmp.Equal(c.Before, c.After) {
			t.Errorf("nothing changed in %+v", c)
		}
		if contains := string(c.After); strings.Contains(contains, "secret-hash") {
			t.Errorf("the log shows a password's hash: %s", contains)
		}
	}
}

func TestDealershipAttributesAreLoggedWhereTheyDiffer(t *testing.T) {
	s := storetest.Open(t)
	id := storetest.Dealership(t, s, "A1", storetest.Region(t, s, "east"))
	var d tracker.Dealership
	load := func() {
		storetest.Read(t, s, func(tx *store.Tx) (err error) {
			d, err = tx.DealershipByID(id)
			return err
		})
	}
	load()
	logged := len(changes(t, s, everything))
	storetest.Write(t, s, func(tx *store.Tx) error { return tx.UpdateDealership(d, "") })
	if again := len(changes(t, s, everything)); again != logged {
		t.Errorf("an update without a change was logged")
	}
	lat := 31.3
	stale := d
	d.Phone, d.Lat = "0512-1", &lat
	storetest.Write(t, s, func(tx *store.Tx) error { return tx.UpdateDealership(d, "new phone") })
	c := changes(t, s, everything)[0]
	if diff := cmp.Diff(map[string]string{"phone": "", "lat": ""}, labelsOf(t, c.Before)) + cmp.Diff(map[string]string{"phone": "0512-1", "lat": "31.3"}, labelsOf(t, c.After)); diff != "" {
		t.Errorf("logged:\n%s", diff)
	}
	stale.Phone = "0512-2"
	err := s.Write(t.Context(), storetest.Writing, func(tx *store.Tx) error { return tx.UpdateDealership(stale, "") })
	if tracker.KindOf(err) != tracker.Stale {
		t.Errorf("an update of an old version: %v", err)
	}
	load()
	if d.Phone != "0512-1" || d.Version != stale.Version+1 || *d.Lat != lat {
		t.Errorf("%+v", d)
	}
	err = s.Write(t.Context(), storetest.Writing, func(tx *store.Tx) error {
		_, err := tx.CreateDealership(tracker.Dealership{Code: "A1"})
		return err
	})
	if tracker.KindOf(err) != tracker.Conflict {
		t.Errorf("a second dealership of a code: %v", err)
	}
}

func TestTheLogCannotBeRewritten(t *testing.T) {
	s := storetest.Open(t)
	writer, _, err := s.Pools()
	if err != nil {
		t.Fatal(err)
	}
	replace := "REPLACE INTO changes"
	if storetest.OnPostgres() {
		replace = "TRUNCATE changes; --"
	}
	const columns = "moment, actor, login, request, source, action, kind, key, dealership_id, person_id, reason, before_labels, after_labels, prev_hash, hash"
	for _, statement := range []string{
		"UPDATE changes SET reason = 'x'", "DELETE FROM changes",
		replace + " (seq, " + columns + ") SELECT seq, " + columns + " FROM changes WHERE seq = 1",
		"INSERT INTO changes (seq, " + columns + ") SELECT seq + 100, " + columns + " FROM changes WHERE seq = 1",
	} {
		if _, err := writer.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func TestChangesArePaged(t *testing.T) {
	s := storetest.Open(t)
	all := changes(t, s, everything)
	if len(all) < 3 || all[0].Seq < all[1].Seq {
		t.Fatalf("%d changes, the newest not first", len(all))
	}
	q := everything
	q.Before, q.Limit = all[0].Seq, 1
	if got := changes(t, s, q); len(got) != 1 || got[0].Seq != all[1].Seq {
		t.Errorf("before %d: %+v", q.Before, got)
	}
	q = everything
	q.After = all[1].Seq
	if got := changes(t, s, q); len(got) != 1 || got[0].Seq != all[0].Seq {
		t.Errorf("after %d: %+v", q.After, got)
	}
	q = everything
	q.Kind = "dealership"
	if got := changes(t, s, q); len(got) != 0 {
		t.Errorf("dealerships: %+v", got)
	}
}

package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

// recorder is how facts are recorded: one by one, or in a batch.
type recorder struct {
	record  func(tracker.Fact) tracker.FactID
	correct func(present, next tracker.Fact)
}

// told is what the log says of a change, without what differs from one database to the next.
type told struct {
	Action, Kind  string
	Dealership    tracker.DealershipID
	Person        tracker.PersonID
	Before, After map[string]string
}

// filledBy records the same facts in a database of its own and gives its log and standings.
func filledBy(t *testing.T, batched bool) (log []told, standings []tracker.Standing) {
	s := storetest.Open(t)
	region := storetest.Region(t, s, "east")
	at := storetest.Dealership(t, s, "A1", region)
	person, _ := storetest.Technician(t, s, "S1", at, "2020-01-01")
	storetest.Write(t, s, func(tx *store.Tx) error {
		batch := tx.Batch()
		by := recorder{
			func(f tracker.Fact) tracker.FactID { return batch.Record(f, "") },
			func(present, next tracker.Fact) { batch.Correct(present, next, "typed wrongly") },
		}
		if !batched {
			by = recorder{
				func(f tracker.Fact) tracker.FactID {
					chain, err := tx.Record(f, "")
					if err != nil {
						t.Fatal(err)
					}
					return chain
				},
				func(present, next tracker.Fact) {
					if err := tx.Correct(present.Version().Chain, next, "typed wrongly"); err != nil {
						t.Fatal(err)
					}
				},
			}
		}
		history, err := tx.PersonHistory(person, 0)
		if err != nil {
			return err
		}
		employment, permit := history.Employments[0], history.Qualifications[0]
		employment.Until = date("2026-09-01")
		by.correct(history.Employments[0], employment)
		permit.ExpiresOn = date("2029-01-01")
		by.correct(history.Qualifications[0], permit) // its number stays, though only its mask is known here
		second := by.record(tracker.Qualification{Person: person, Type: "permit", Certificate: "T330100199001011234", IssuedOn: date("2024-01-01")})
		by.record(tracker.Review{Person: person, Qualification: second, ReviewedOn: date("2025-01-01"), NextDue: date("2028-01-01")})
		by.record(tracker.Leave{Person: person, From: date("2025-03-01"), Until: date("2025-05-01")})
		by.record(tracker.Assignment{Dealership: at, Region: region, From: date("2026-01-01")})
		by.record(tracker.Module{Dealership: at, Module: "M-1", LiveOn: date("2025-06-01")})
		by.record(tracker.Waiver{Dealership: at, Requirement: "B-1", From: date("2026-01-01"), Until: date("2026-02-01"), Grounds: "x"})
		return batch.Flush()
	})
	storetest.Read(t, s, func(tx *store.Tx) (err error) {
		number, err := tx.CertificateNumber(qualificationOf(t, tx, person, "permit", "2024-01-01"))
		if number != "T330100199001011234" {
			t.Errorf("the number %q, %v", number, err)
		}
		standings, err = tx.Standings(at, 0)
		return err
	})
	for _, c := range changes(t, s, everything) {
		entry := told{c.Action, c.Kind, c.Dealership, c.Person, labelsOf(t, c.Before), labelsOf(t, c.After)}
		delete(entry.After, "qualification") // a chain
		log = append(log, entry)
	}
	report, err := s.Verify(t.Context(), nil)
	if err != nil || !report.OK() {
		t.Errorf("%v %+v", err, report.Findings)
	}
	return log, standings
}

func qualificationOf(t *testing.T, tx *store.Tx, person tracker.PersonID, kind tracker.QualificationCode, issued string) tracker.FactID {
	t.Helper()
	history, err := tx.PersonHistory(person, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range history.Qualifications {
		if q.Type == kind && q.IssuedOn == date(issued) {
			return q.Chain
		}
	}
	t.Fatalf("no %s of %s", kind, issued)
	return ""
}

// A batch leaves behind what its facts would leave one by one: the same log and the same standings.
func TestBatchIsLikeOneByOne(t *testing.T) {
	log, standings := filledBy(t, false)
	batchLog, batchStandings := filledBy(t, true)
	if d := cmp.Diff(log, batchLog); d != "" {
		t.Errorf("the log: -one by one +batch\n%s", d)
	}
	if d := cmp.Diff(standings, batchStandings); d != "" {
		t.Errorf("standings: -one by one +batch\n%s", d)
	}
}

// A version that was replaced in the meantime cannot be corrected again, and nothing of its batch is kept.
func TestBatchRefusesWhatHasEnded(t *testing.T) {
	s := storetest.Open(t)
	at := storetest.Dealership(t, s, "A1", storetest.Region(t, s, "east"))
	person, _ := storetest.Technician(t, s, "S1", at, "2020-01-01")
	var present tracker.Employment
	storetest.Read(t, s, func(tx *store.Tx) error {
		history, err := tx.PersonHistory(person, 0)
		present = history.Employments[0]
		return err
	})
	next := present
	next.Until = date("2026-09-01")
	err := s.Write(t.Context(), store.Writing{By: tracker.Operator, Source: tracker.SourceImport}, func(tx *store.Tx) error {
		for range 2 {
			batch := tx.Batch()
			batch.Correct(present, next, "")
			if err := batch.Flush(); err != nil {
				return err
			}
		}
		return nil
	})
	if tracker.KindOf(err) != tracker.Stale {
		t.Errorf("%v", err)
	}
	storetest.Read(t, s, func(tx *store.Tx) error {
		history, err := tx.PersonHistory(person, 0)
		if history.Employments[0].Until != 0 {
			t.Error("a part of it was kept")
		}
		return err
	})
}

// A staged file is its sender's alone, gives way to the next one, and is gone after an hour.
func TestStagedFiles(t *testing.T) {
	config := storetest.Config(storetest.MigratedURL(t))
	now := storetest.Today.Time()
	config.Now = func() time.Time { return now }
	s := storetest.OpenEmpty(t, config)
	var one, other tracker.AccountID
	storetest.Write(t, s, func(tx *store.Tx) (err error) {
		if one, err = tx.CreateAccount(store.Account{Login: "one", Role: tracker.RoleNetwork, Scope: tracker.Scope{All: true}}); err != nil {
			return err
		}
		other, err = tx.CreateAccount(store.Account{Login: "other", Role: tracker.RoleNetwork, Scope: tracker.Scope{All: true}})
		return err
	})
	stage := func(account tracker.AccountID, sum string) {
		t.Helper()
		storetest.Write(t, s, func(tx *store.Tx) error {
			return tx.Stage(account, store.Staged{SHA256: sum, Kind: "people", Policy: "stop", Name: "x.csv", Content: []byte("T330100199001011234 " + sum)})
		})
	}
	there := func(account tracker.AccountID, sum string) bool {
		t.Helper()
		var found bool
		storetest.Read(t, s, func(tx *store.Tx) error {
			staged, err := tx.Staged(account, sum)
			found = err == nil && string(staged.Content) == "T330100199001011234 "+sum
			if err != nil && tracker.KindOf(err) != tracker.NotFound {
				return err
			}
			return nil
		})
		return found
	}
	stage(one, "aa")
	if !there(one, "aa") || there(other, "aa") {
		t.Error("a file is its sender's alone")
	}
	stage(other, "bb")
	stage(one, "cc")
	if there(one, "aa") || !there(one, "cc") || !there(other, "bb") {
		t.Error("a file gives way to the sender's next one, and to no other")
	}
	now = now.Add(store.StagedFor + time.Minute)
	if there(one, "cc") {
		t.Error("a file is there after an hour")
	}
	stage(other, "dd")
	storetest.Write(t, s, func(tx *store.Tx) error { return tx.Unstage(other) })
	if there(other, "dd") {
		t.Error("an unstaged file is there")
	}
}

package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

func TestEveryConnectionHasTheSettings(t *testing.T) {
	storetest.SQLiteOnly(t)
	s := storetest.Open(t)
	writer, reader, err := s.Pools()
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{"foreign_keys": "1", "busy_timeout": "10000", "journal_mode": "wal"}
	for name, pool := range map[string]*sql.DB{"writer": writer, "reader": reader} {
		if name == "writer" {
			settings["synchronous"] = "2" // FULL: what is acknowledged survives a power cut
		} else {
			delete(settings, "synchronous")
		}
		var open []*sql.Conn
		for range pool.Stats().MaxOpenConnections {
			conn, err := pool.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			open = append(open, conn)
			for pragma, want := range settings {
				var got string
				if err := conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
					t.Errorf("%s connection %d: %s = %q, %v; want %s", name, len(open), pragma, got, err, want)
				}
			}
			if name == "reader" {
				if _, err := conn.ExecContext(t.Context(), "DELETE FROM meta"); err == nil {
					t.Errorf("reader connection %d can write", len(open))
				}
			}
		}
		for _, conn := range open {
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	if n := writer.Stats().MaxOpenConnections; n != 1 {
		t.Errorf("%d writing connections, want 1", n)
	}
}

func TestSQLiteWithTheLostPagesIsRefused(t *testing.T) {
	for number, refused := range map[int]bool{3051002: true, 3051003: false, 3007000: true, 3054001: false} {
		if err := store.TooOld(number); (err != nil) != refused || refused && tracker.KindOf(err) != tracker.Invalid {
			t.Errorf("%d: %v", number, err)
		}
	}
}

func TestUnknownDatabaseIsRefused(t *testing.T) {
	for _, url := range []string{"mysql://localhost/x", "postgres://localhost:port/x", "sqlite:", "", "network.db"} {
		config := storetest.Config("")
		config.URL = url
		if _, err := store.Open(t.Context(), config); tracker.KindOf(err) != tracker.Invalid {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestAwkwardPathsAndPrivateFiles(t *testing.T) {
	for _, name := range []string{"plain.db", "with space.db", "what?#%41.db", "网络.db"} {
		path := filepath.Join(t.TempDir(), name)
		storetest.OpenEmpty(t, storetest.Config("sqlite:"+path))
		info, err := os.Stat(path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %v", name, info.Mode())
		}
	}
}

func TestMigratingTwiceAndANewerDatabase(t *testing.T) {
	s := storetest.Open(t)
	if again, err := s.Migrate(t.Context()); err != nil || len(again) != 0 {
		t.Errorf("a second migration: %v, %v", again, err)
	}
	status, err := s.MigrationStatus(t.Context())
	if err != nil || len(status) == 0 || !status[0].Applied {
		t.Errorf("status: %+v, %v", status, err)
	}
	writer, _, err := s.Pools()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := writer.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(t.Context()); tracker.KindOf(err) != tracker.Conflict {
		t.Errorf("a newer database: %v", err)
	}
}

func TestMomentsRiseWhateverTheClockDoes(t *testing.T) {
	config := storetest.Config(storetest.URL(t))
	stopped := config.Now()
	config.Now = func() time.Time { return stopped }
	s := storetest.OpenEmpty(t, config)
	var last tracker.Moment
	for i := range 3 {
		storetest.Write(t, s, func(tx *store.Tx) error {
			if tx.Moment() <= last {
				t.Errorf("transaction %d has moment %d after %d", i, tx.Moment(), last)
			}
			last = tx.Moment()
			_, err := tx.CreateZone(tracker.Zone{Code: fmt.Sprint(i)})
			return err
		})
	}
	storetest.Read(t, s, func(tx *store.Tx) error {
		if got, err := tx.LastMoment(); err != nil || got != last {
			t.Errorf("last moment %d, %v; want %d", got, err, last)
		}
		return nil
	})
}

func TestAFailedWriteLeavesNothing(t *testing.T) {
	s := storetest.Open(t)
	broken := errors.New("broken")
	err := s.Write(t.Context(), storetest.Writing, func(tx *store.Tx) error {
		if _, err := tx.CreateZone(tracker.Zone{Code: "Z1"}); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	err = s.Try(t.Context(), storetest.Writing, func(tx *store.Tx) error {
		_, err := tx.CreateZone(tracker.Zone{Code: "Z2"})
		return err
	})
	if err != nil {
		t.Errorf("try: %v", err)
	}
	storetest.Read(t, s, func(tx *store.Tx) error {
		zones, err := tx.Zones()
		if len(zones) != 0 {
			t.Errorf("zones stayed: %v", zones)
		}
		return err
	})
}

func TestWritersWaitForEachOther(t *testing.T) {
	address := storetest.URL(t)
	first := storetest.OpenEmpty(t, storetest.Config(address))
	second := storetest.OpenEmpty(t, storetest.Config(address)) // as another process would
	const writers, each = 8, 5
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			s := first
			if w%2 == 1 {
				s = second
			}
			for i := range each {
				err := s.Write(context.Background(), storetest.Writing, func(tx *store.Tx) error {
					_, err := tx.CreateZone(tracker.Zone{Code: fmt.Sprintf("Z%d-%d", w, i)})
					return err
				})
				if err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
			}
		})
	}
	group.Wait()
	storetest.Read(t, first, func(tx *store.Tx) error {
		zones, err := tx.Zones()
		if len(zones) != writers*each {
			t.Errorf("%d of %d zones", len(zones), writers*each)
		}
		return err
	})
	if report, err := first.Verify(t.Context(), nil); err != nil || !report.OK() || report.Changes != writers*each {
		t.Errorf("verify: %+v, %v", report, err)
	}
}

func TestEmptyAndMeta(t *testing.T) {
	s := storetest.OpenEmpty(t, storetest.Config(storetest.URL(t)))
	check := func(want bool) {
		t.Helper()
		storetest.Read(t, s, func(tx *store.Tx) error {
			empty, err := tx.Empty()
			if empty != want {
				t.Errorf("empty = %v", empty)
			}
			return err
		})
	}
	check(true)
	storetest.Write(t, s, func(tx *store.Tx) error { return tx.SetMeta("demo", "true") })
	check(true)
	storetest.Write(t, s, func(tx *store.Tx) error {
		_, err := tx.CreatePerson(tracker.Person{StaffNo: "S1", Name: "甲"})
		return err
	})
	check(false)
	storetest.Read(t, s, func(tx *store.Tx) error {
		if value, err := tx.Meta("demo"); value != "true" || err != nil {
			t.Errorf("meta: %q, %v", value, err)
		}
		if value, err := tx.Meta("none"); value != "" || err != nil {
			t.Errorf("absent meta: %q, %v", value, err)
		}
		return nil
	})
}

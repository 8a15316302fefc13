package store_test

import (
	"context"
	"testing"

	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

// Texts that one database keeps and another does not are refused by both, in every kind of statement.
func TestUnreadableTextsAreRefused(t *testing.T) {
	s := storetest.Open(t)
	at := storetest.Dealership(t, s, "A1", storetest.Region(t, s, "east"))
	for _, text := range []string{"a\x00b", "\x00", "a\xff", "\xc3"} {
		for name, do := range map[string]func(*store.Tx) error{
			"a noun": func(tx *store.Tx) error { _, err := tx.CreateZone(tracker.Zone{Code: text}); return err },
			"a fact": func(tx *store.Tx) error {
				_, err := tx.Record(tracker.Proof{Dealership: at, Requirement: "BMI-C01", Evidence: text}, "")
				return err
			},
			"a reason": func(tx *store.Tx) error {
				_, err := tx.Record(tracker.Proof{Dealership: at, Requirement: "BMI-C01"}, text)
				return err
			},
			"an attribute": func(tx *store.Tx) error {
				d, err := tx.DealershipByID(at)
				if err != nil {
					return err
				}
				d.Address = text
				return tx.UpdateDealership(d, "")
			},
			"a note":   func(tx *store.Tx) error { return tx.SetMeta("x", text) },
			"a search": func(tx *store.Tx) error { _, err := tx.Dealership(tracker.Scope{All: true}, text); return err },
		} {
			if err := s.Write(t.Context(), storetest.Writing, do); tracker.KindOf(err) != tracker.Invalid {
				t.Errorf("%s with %q: %v", name, text, err)
			}
		}
		if _, found, err := s.Sessions().FindCtx(t.Context(), text); found || tracker.KindOf(err) != tracker.Invalid {
			t.Errorf("a session %q: %v, %v", text, found, err)
		}
	}
	clean(t, s)
	storetest.Read(t, s, func(tx *store.Tx) error {
		zones, err := tx.Zones()
		if len(zones) != 0 {
			t.Errorf("kept: %v", zones)
		}
		return err
	})
}

// Identities count on from the highest, whoever gave it, and a preview uses none up.
func TestIdentitiesCountOn(t *testing.T) {
	s := storetest.Open(t)
	create := func(tx *store.Tx, r tracker.Region, want tracker.RegionID) {
		t.Helper()
		if got, err := tx.CreateRegion(r); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", r.Code, got, err, want)
		}
	}
	storetest.Write(t, s, func(tx *store.Tx) error {
		create(tx, tracker.Region{Code: "a"}, 1)
		create(tx, tracker.Region{ID: 7, Code: "b"}, 7)
		create(tx, tracker.Region{Code: "c"}, 8)
		return nil
	})
	for range 2 {
		err := s.Try(context.Background(), storetest.Writing, func(tx *store.Tx) error {
			create(tx, tracker.Region{Code: "d"}, 9)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	storetest.Write(t, s, func(tx *store.Tx) error {
		create(tx, tracker.Region{Code: "d"}, 9)
		return nil
	})
}

// A Read keeps the snapshot with which it began, whatever is written beside it.
func TestAReadIsOneSnapshot(t *testing.T) {
	s := storetest.Open(t)
	count := func(tx *store.Tx) int {
		zones, err := tx.Zones()
		if err != nil {
			t.Fatal(err)
		}
		return len(zones)
	}
	storetest.Read(t, s, func(tx *store.Tx) error {
		before := count(tx)
		storetest.Write(t, s, func(tx *store.Tx) error {
			_, err := tx.CreateZone(tracker.Zone{Code: "Z"})
			return err
		})
		if after := count(tx); after != before {
			t.Errorf("%d zones, then %d", before, after)
		}
		return nil
	})
	storetest.Read(t, s, func(tx *store.Tx) error {
		if got := count(tx); got != 1 {
			t.Errorf("%d zones afterwards", got)
		}
		return nil
	})
}

// Codes, names and logins sort by their characters: capitals before small letters, Chinese by code point.
func TestTextsSortByTheirCharacters(t *testing.T) {
	s := storetest.Open(t)
	want := []string{"10", "9", "B-2", "Z", "_", "a", "a-1", "a1", "é", "一", "丁", "北"}
	storetest.Write(t, s, func(tx *store.Tx) error {
		for i := range want {
			if _, err := tx.CreateZone(tracker.Zone{Code: want[(i*5+3)%len(want)]}); err != nil {
				return err
			}
		}
		return nil
	})
	storetest.Read(t, s, func(tx *store.Tx) error {
		zones, err := tx.Zones()
		for i, zone := range zones {
			if zone.Code != want[i] {
				t.Errorf("place %d: %s, want %s", i, zone.Code, want[i])
			}
		}
		return err
	})
}

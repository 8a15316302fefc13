package store_test

import (
	"context"
	"errors"
	"testing"

	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

// What joins a transaction is kept or lost with it; what fails or is only tried inside leaves the rest as it is.
func TestTogether(t *testing.T) {
	errWanted := errors.New("wanted")
	w := store.Writing{By: tracker.Operator, Source: tracker.SourceAPI}
	region := func(tx *store.Tx, code string) error {
		_, err := tx.CreateRegion(tracker.Region{Code: code, NameEn: code, NameZh: code})
		return err
	}
	for _, last := range []error{nil, errWanted} {
		s := storetest.Open(t)
		before := len(changes(t, s, everything))
		err := s.Together(t.Context(), w, func(ctx context.Context, tx *store.Tx) error {
			if err := s.Write(ctx, w, func(tx *store.Tx) error { return region(tx, "kept") }); err != nil {
				return err
			}
			failed := s.Write(ctx, w, func(tx *store.Tx) error { return errors.Join(region(tx, "failed"), errWanted) })
			if !errors.Is(failed, errWanted) {
				t.Errorf("a part that fails: %v", failed)
			}
			if err := s.Try(ctx, w, func(tx *store.Tx) error { return region(tx, "tried") }); err != nil {
				t.Errorf("a part that is tried: %v", err)
			}
			err := s.Read(ctx, func(seen *store.Tx) error {
				regions, err := seen.Regions()
				if len(regions) != 1 || regions[0].Code != "kept" {
					t.Errorf("inside there are %v", regions)
				}
				return err
			})
			return errors.Join(err, region(tx, "last"), last)
		})
		if !errors.Is(err, last) {
			t.Fatal(err)
		}
		want := map[bool]int{true: 2, false: 0}[last == nil]
		storetest.Read(t, s, func(tx *store.Tx) error {
			regions, err := tx.Regions()
			if len(regions) != want {
				t.Errorf("ended with %v: %v", last, regions)
			}
			return err
		})
		if got := len(changes(t, s, everything)) - before; got != want {
			t.Errorf("ended with %v: %d entries of the log, want %d", last, got, want)
		}
		if report, err := s.Verify(t.Context(), nil); err != nil || !report.OK() {
			t.Errorf("ended with %v: %+v %v", last, report, err)
		}
	}
}

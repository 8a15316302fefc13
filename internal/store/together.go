package store

import (
	"context"
	"errors"
	"maps"
	"slices"

	"gorm.io/gorm"
)

// joining is the key under which a context carries the transaction that it is part of.
type joining struct{}

// Together runs fn in one transaction which everything that is read and written with fn's context joins, also through
// other use cases: all of it is kept, or nothing. The context must not outlive fn.
func (s *Store) Together(ctx context.Context, w Writing, fn func(context.Context, *Tx) error) error {
	return s.Write(ctx, w, func(tx *Tx) error { return fn(context.WithValue(ctx, joining{}, tx), tx) })
}

// joined gives the transaction that a context is part of, nil for none.
func (s *Store) joined(ctx context.Context) *Tx {
	tx, _ := ctx.Value(joining{}).(*Tx)
	if tx == nil || tx.store != s {
		return nil
	}
	return tx
}

// inside runs fn as a part of the transaction, in its moment: what fails in it leaves nothing behind, whatever becomes of
// the rest.
func (tx *Tx) inside(w Writing, fn func(*Tx) error) error {
	inner := *tx
	inner.writing = w
	inner.touched = maps.Clone(tx.touched)
	inner.edits = slices.Clone(tx.edits)
	err := tx.db.Transaction(func(db *gorm.DB) error { // a savepoint
		inner.db = db
		return fn(&inner)
	})
	if err != nil {
		return err
	}
	inner.db, inner.writing = tx.db, tx.writing
	*tx = inner
	return nil
}

// Attempt runs fn within the transaction and keeps what it did only if keep, asked about the edits of fn, says so; kept
// tells. What fails leaves nothing behind either.
func (tx *Tx) Attempt(fn func(*Tx) error, keep func([]Edit) bool) (kept bool, edits []Edit, err error) {
	before := len(tx.edits)
	err = tx.inside(tx.writing, func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		edits = tx.edits[before:]
		if !keep(edits) {
			return errTakenBack
		}
		return nil
	})
	if errors.Is(err, errTakenBack) {
		return false, edits, nil
	}
	return err == nil, edits, err
}

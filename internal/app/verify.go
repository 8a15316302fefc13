package app

import (
	"context"

	"dealercert/internal/store"
)

// Verify checks the database, the computed standings and the chain of changes; see store.Verify.
func (a *App) Verify(ctx context.Context, progress func(done, total int)) (store.Report, error) {
	return a.store.Verify(ctx, progress)
}

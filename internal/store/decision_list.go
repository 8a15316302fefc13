package store

import (
	"cmp"

	"dealercert/internal/tracker"
)

// Rulings gives the histories of dealerships as far as decisions and modules go, which is what states are folded from.
func (tx *Tx) Rulings(ids []tracker.DealershipID) (map[tracker.DealershipID]*tracker.History, error) {
	out := make(map[tracker.DealershipID]*tracker.History, len(ids))
	for _, id := range ids {
		out[id] = &tracker.History{Dealership: id}
	}
	return out, cmp.Or(
		eachVersion(tx, "dealership_id", ids, 0, func(f tracker.Decision) {
			out[f.Dealership].Decisions = append(out[f.Dealership].Decisions, f)
		}),
		eachVersion(tx, "dealership_id", ids, 0, func(f tracker.Module) {
			out[f.Dealership].Modules = append(out[f.Dealership].Modules, f)
		}),
	)
}

package app

import (
	"context"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// DecisionQuery asks for decisions; Scope and Today are filled in.
type DecisionQuery = store.DecisionQuery

// DecisionItem is a decision with the names around it.
type DecisionItem struct {
	tracker.Decision
	Code    string // of the dealership
	By      string // the login of who recorded this version
	Skipped bool   // the state of its day did not allow it, so that it changes nothing
}

// DecisionPage is one page of decisions.
type DecisionPage struct {
	Items   []DecisionItem
	Total   int
	Page    int
	PerPage int
}

// Decisions gives a page of the decisions that match, the latest first, within what the actor sees.
func (a *App) Decisions(ctx context.Context, by tracker.Actor, q DecisionQuery) (DecisionPage, error) {
	out := DecisionPage{Page: max(q.Page, 1), PerPage: min(q.PerPage, maxPerPage)}
	if err := by.May(tracker.SeeDealerships); err != nil {
		return out, err
	}
	if out.PerPage <= 0 {
		out.PerPage = defaultPerPage
	}
	q.Scope, q.Today, q.Page, q.PerPage = by.Scope, a.Today(), out.Page, out.PerPage
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Total, err = tx.CountDecisions(q); err != nil {
			return err
		}
		out.Items, err = decisionItems(tx, q)
		return err
	})
	return out, err
}

// Decision gives one decision by its chain. The fault is NotFound for an unknown one, one that was voided, and one of a
// dealership outside the scope.
func (a *App) Decision(ctx context.Context, by tracker.Actor, chain tracker.FactID) (DecisionItem, error) {
	if err := by.May(tracker.SeeDealerships); err != nil {
		return DecisionItem{}, err
	}
	var out []DecisionItem
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = decisionItems(tx, DecisionQuery{Scope: by.Scope, Today: a.Today(), Chain: chain})
		return err
	})
	if err != nil {
		return DecisionItem{}, err
	}
	if len(out) == 0 {
		return DecisionItem{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "decision", "key", string(chain))
	}
	return out[0], nil
}

func decisionItems(tx *store.Tx, q DecisionQuery) ([]DecisionItem, error) {
	rows, err := tx.Decisions(q)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	logins, err := tx.Logins()
	if err != nil {
		return nil, err
	}
	skipped, err := skippedOf(tx, rows)
	if err != nil {
		return nil, err
	}
	out := make([]DecisionItem, len(rows))
	for i, row := range rows {
		out[i] = DecisionItem{row.Decision, row.Code, logins[row.RecordedBy], skipped[row.ID]}
	}
	return out, nil
}

// skippedOf tells which versions of decisions change nothing, among those of the dealerships of some rows.
func skippedOf(tx *store.Tx, rows []store.DecisionRow) (map[tracker.FactID]bool, error) {
	var ids []tracker.DealershipID
	known := map[tracker.DealershipID]bool{}
	for _, row := range rows {
		if !known[row.Dealership] {
			known[row.Dealership] = true
			ids = append(ids, row.Dealership)
		}
	}
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	rulings, err := tx.Rulings(ids)
	if err != nil {
		return nil, err
	}
	out := map[tracker.FactID]bool{}
	for _, history := range rulings {
		for _, s := range history.Skipped(rules) {
			out[s.Decision.ID] = true
		}
	}
	return out, nil
}

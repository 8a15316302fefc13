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

// DecisionQuery asks for decisions that count now. A zero field asks for all.
type DecisionQuery struct {
	Scope      tracker.Scope
	Today      tracker.Date // it decides what the scope sees
	Chain      tracker.FactID
	Codes      []string           // of dealerships
	Regions    []tracker.RegionID // where the dealership is on the day On
	On         tracker.Date
	Programmes []tracker.ProgrammeCode
	Kinds      []tracker.DecisionKind
	From       tracker.Date // the first day on which they take effect
	Until      tracker.Date // the last
	Page       int
	PerPage    int
}

// DecisionRow is a decision with its dealership's code.
type DecisionRow struct {
	tracker.Decision
	Code string
}

// where gives tables and conditions of the list.
func (q DecisionQuery) where() clause {
	seen := seenAmong(q.Scope, q.Today, "f.dealership_id")
	c := conditions{clause{" FROM decisions f JOIN dealerships d ON d.id = f.dealership_id WHERE f.superseded_at = 0 AND " + seen.sql, seen.args}}
	if q.Chain != "" {
		c.and("f.chain = ?", q.Chain)
	}
	if len(q.Codes) > 0 {
		c.and("d.code IN ?", q.Codes)
	}
	if len(q.Regions) > 0 {
		c.and(`EXISTS (SELECT 1 FROM standings s WHERE s.dealership_id = f.dealership_id AND s.programme = 'law'
			AND s.superseded_at = 0 AND s.from_day <= ? AND s.until_day > ? AND s.region_id IN ?)`, q.On, q.On, q.Regions)
	}
	if len(q.Programmes) > 0 {
		c.and("f.programme IN ?", q.Programmes)
	}
	if len(q.Kinds) > 0 {
		c.and("f.decided IN ?", q.Kinds)
	}
	if q.From != 0 {
		c.and("f.effective_on >= ?", q.From.String()) // facts keep their days as text
	}
	if q.Until != 0 {
		c.and("f.effective_on <= ?", q.Until.String())
	}
	return c.clause
}

// CountDecisions counts the decisions that match.
func (tx *Tx) CountDecisions(q DecisionQuery) (int, error) {
	var count int
	where := q.where()
	return count, tx.db.Raw("SELECT COUNT(*)"+where.sql, where.args...).Scan(&count).Error
}

// Decisions gives a page of the decisions that match, the latest first.
func (tx *Tx) Decisions(q DecisionQuery) ([]DecisionRow, error) {
	where := q.where()
	where.sql += " ORDER BY f.effective_on DESC, f.first_at DESC, f.chain DESC"
	if q.PerPage > 0 {
		where.sql += " LIMIT ? OFFSET ?"
		where.args = append(where.args, q.PerPage, max(q.Page-1, 0)*q.PerPage)
	}
	var out []DecisionRow
	return out, tx.db.Raw("SELECT f.*, d.code"+where.sql, where.args...).Scan(&out).Error
}

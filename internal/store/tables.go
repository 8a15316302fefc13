package store

import (
	"cmp"
	"fmt"
	"slices"

	"dealercert/internal/tracker"
)

// What imports compare a table with, and what exports write, is read for some hundred dealerships or people at once.

// SeenByCode gives those dealerships of a list of codes that lie in the scope today.
func (tx *Tx) SeenByCode(scope tracker.Scope, codes []string) (map[string]tracker.Dealership, error) {
	out := make(map[string]tracker.Dealership, len(codes))
	seen := seenBy(scope, tx.Today(), "d.id")
	for chunk := range slices.Chunk(codes, listChunk) {
		var rows []tracker.Dealership
		err := tx.db.Raw("SELECT d.* FROM dealerships d WHERE d.code IN ? AND "+seen.sql, append([]any{chunk}, seen.args...)...).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, d := range rows {
			out[d.Code] = d
		}
	}
	return out, nil
}

// CodesSeen gives the codes of all dealerships that lie in the scope today.
func (tx *Tx) CodesSeen(scope tracker.Scope) ([]string, error) {
	seen := seenAmong(scope, tx.Today(), "d.id")
	var out []string
	return out, tx.db.Raw("SELECT d.code FROM dealerships d WHERE "+seen.sql+" ORDER BY d.code", seen.args...).Scan(&out).Error
}

// PersonsByStaffNo gives those people of a list of staff numbers that exist, whatever the scope.
func (tx *Tx) PersonsByStaffNo(numbers []string) (map[string]tracker.Person, error) {
	out := make(map[string]tracker.Person, len(numbers))
	for chunk := range slices.Chunk(numbers, listChunk) {
		var rows []tracker.Person
		if err := tx.db.Raw("SELECT * FROM persons WHERE staff_no IN ?", chunk).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, p := range rows {
			out[p.StaffNo] = p
		}
	}
	return out, nil
}

// EmploymentsOf gives the employments of people as they are known now.
func (tx *Tx) EmploymentsOf(people []tracker.PersonID) (map[tracker.PersonID][]tracker.Employment, error) {
	out := map[tracker.PersonID][]tracker.Employment{}
	for chunk := range slices.Chunk(people, listChunk) {
		err := eachVersion(tx, "person_id", chunk, 0, func(f tracker.Employment) { out[f.Person] = append(out[f.Person], f) })
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// LeavesOf gives the leaves of people in the order of time.
func (tx *Tx) LeavesOf(people []tracker.PersonID) (map[tracker.PersonID][]tracker.Leave, error) {
	out := map[tracker.PersonID][]tracker.Leave{}
	for chunk := range slices.Chunk(people, listChunk) {
		err := eachVersion(tx, "person_id", chunk, 0, func(f tracker.Leave) { out[f.Person] = append(out[f.Person], f) })
		if err != nil {
			return nil, err
		}
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b tracker.Leave) int {
			return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Until, b.Until))
		})
	}
	return out, nil
}

// QualificationsOf gives the qualifications of people as they are known now, in the order of issue.
func (tx *Tx) QualificationsOf(people []tracker.PersonID) (map[tracker.PersonID][]NumberedQualification, error) {
	out := map[tracker.PersonID][]NumberedQualification{}
	for chunk := range slices.Chunk(people, listChunk) {
		var rows []qualificationRow
		err := tx.db.Raw("SELECT * FROM qualifications WHERE person_id IN ? AND superseded_at = 0 ORDER BY issued_on, chain", chunk).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out[row.Person] = append(out[row.Person], NumberedQualification{row.fact(), row.NumberHash})
		}
	}
	return out, nil
}

// ReviewsOf gives the reviews of people's qualifications in the order in which they count, by the qualification's chain.
func (tx *Tx) ReviewsOf(people []tracker.PersonID) (map[tracker.FactID][]tracker.Review, error) {
	out := map[tracker.FactID][]tracker.Review{}
	for chunk := range slices.Chunk(people, listChunk) {
		err := eachVersion(tx, "person_id", chunk, 0, func(f tracker.Review) { out[f.Qualification] = append(out[f.Qualification], f) })
		if err != nil {
			return nil, err
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b tracker.Review) int {
			return cmp.Or(cmp.Compare(a.ReviewedOn, b.ReviewedOn), cmp.Compare(a.Chain, b.Chain))
		})
	}
	return out, nil
}

// Cases gives what was decided and waived about dealerships and how far their modules are: as much of their histories as
// states are folded from.
func (tx *Tx) Cases(ids []tracker.DealershipID) (map[tracker.DealershipID]*tracker.History, error) {
	out := make(map[tracker.DealershipID]*tracker.History, len(ids))
	for _, id := range ids {
		out[id] = &tracker.History{Dealership: id}
	}
	for chunk := range slices.Chunk(ids, listChunk) {
		err := cmp.Or(
			eachVersion(tx, "dealership_id", chunk, 0, func(f tracker.Decision) {
				out[f.Dealership].Decisions = append(out[f.Dealership].Decisions, f)
			}),
			eachVersion(tx, "dealership_id", chunk, 0, func(f tracker.Module) {
				out[f.Dealership].Modules = append(out[f.Dealership].Modules, f)
			}),
			eachVersion(tx, "dealership_id", chunk, 0, func(f tracker.Waiver) {
				out[f.Dealership].Waivers = append(out[f.Dealership].Waivers, f)
			}),
			eachVersion(tx, "dealership_id", chunk, 0, func(f tracker.Proof) {
				out[f.Dealership].Proofs = append(out[f.Dealership].Proofs, f)
			}),
			eachVersion(tx, "dealership_id", chunk, 0, func(f tracker.Event) {
				out[f.Dealership].Events = append(out[f.Dealership].Events, f)
			}),
		)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// StaffOf gives the people who are or were employed at dealerships, in the order of their staff numbers.
func (tx *Tx) StaffOf(ids []tracker.DealershipID) ([]tracker.Person, error) {
	var out []tracker.Person
	return out, tx.db.Raw(`SELECT * FROM persons WHERE id IN
		(SELECT person_id FROM employments WHERE dealership_id IN ? AND superseded_at = 0) ORDER BY staff_no`, ids).Scan(&out).Error
}

// tableChunk is how many dealerships a table is written for at once.
const tableChunk = 200

// EachDealershipChunk gives the dealerships that match by their codes, some hundred at a time.
func (tx *Tx) EachDealershipChunk(q DealershipQuery, fn func([]tracker.Dealership) error) error {
	q.Page, q.PerPage = 0, 0
	ids, err := tx.matching(q)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(ids, tableChunk) {
		var rows []tracker.Dealership
		if err := tx.db.Raw("SELECT * FROM dealerships WHERE id IN ? ORDER BY code", chunk).Scan(&rows).Error; err != nil {
			return err
		}
		if err := fn(rows); err != nil {
			return err
		}
	}
	return nil
}

// Recorded tells whether anything of a kind of fact is known now.
func (tx *Tx) Recorded(kind tracker.FactKind) (bool, error) {
	var ids []tracker.FactID
	err := tx.db.Raw("SELECT id FROM " + factTables[kind] + " WHERE superseded_at = 0 LIMIT 1").Scan(&ids).Error
	return len(ids) > 0, err
}

// Audited tells whether decisions say more than their day, their end and why: a model, a day, an audit's result.
func (tx *Tx) Audited() (bool, error) {
	var ids []tracker.FactID
	err := tx.db.Raw(`SELECT id FROM decisions WHERE superseded_at = 0 AND (subject <> '' OR due_on IS NOT NULL OR score <> 0 OR vetoes <> 0
		OR auditor <> '' OR signed <> '') LIMIT 1`).Scan(&ids).Error
	return len(ids) > 0, err
}

// severalOf is the condition for the facts of dealerships that have several of a kind.
const severalOf = `superseded_at = 0 AND dealership_id IN (SELECT dealership_id FROM %[1]s WHERE superseded_at = 0
	GROUP BY dealership_id HAVING COUNT(*) > 1) ORDER BY COALESCE(from_on, ''), chain`

// Reopened gives the operating periods of dealerships that have several, in the order of time.
func (tx *Tx) Reopened() (map[tracker.DealershipID][]tracker.OperatingPeriod, error) {
	var rows []tracker.OperatingPeriod
	err := tx.db.Raw("SELECT * FROM operating_periods WHERE " + fmt.Sprintf(severalOf, "operating_periods")).Scan(&rows).Error
	out := map[tracker.DealershipID][]tracker.OperatingPeriod{}
	for _, p := range rows {
		out[p.Dealership] = append(out[p.Dealership], p)
	}
	return out, err
}

// Moved gives the assignments of dealerships that have several, in the order of time.
func (tx *Tx) Moved() (map[tracker.DealershipID][]tracker.Assignment, error) {
	var rows []tracker.Assignment
	err := tx.db.Raw("SELECT * FROM assignments WHERE " + fmt.Sprintf(severalOf, "assignments")).Scan(&rows).Error
	out := map[tracker.DealershipID][]tracker.Assignment{}
	for _, a := range rows {
		out[a.Dealership] = append(out[a.Dealership], a)
	}
	return out, err
}

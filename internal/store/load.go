package store

import (
	"maps"
	"slices"

	"gorm.io/gorm"

	"dealercert/internal/tracker"
)

// Load inserts versions with the heads they have, in batches: for loading a whole installation. The dealerships that
// the facts name are touched, those of a person's earlier employments too. It writes no entry for each fact.
func (tx *Tx) Load(facts []tracker.Fact) error {
	tx.wrote = true
	byKind := map[tracker.FactKind][]tracker.Fact{}
	for _, fact := range facts {
		byKind[fact.Kind()] = append(byKind[fact.Kind()], fact)
	}
	for _, kind := range factKinds {
		if err := tx.loadKind(kind, byKind[kind], nil); err != nil {
			return err
		}
	}
	if len(byKind[tracker.FactPublication]) > 0 {
		tx.all = true
	}
	people := map[tracker.PersonID]bool{}
	for _, fact := range facts {
		if at, known := tracker.DealershipOf(fact); known {
			tx.touched[at] = true
		}
		if person := tracker.PersonOf(fact); person != 0 {
			people[person] = true
		}
	}
	for chunk := range slices.Chunk(slices.Collect(maps.Keys(people)), listChunk) {
		if err := tx.touchPeople(chunk...); err != nil {
			return err
		}
	}
	return nil
}

// loadKind inserts facts of one kind. Kept are the rows, by chain, for whose numbers masks may stand.
func (tx *Tx) loadKind(kind tracker.FactKind, facts []tracker.Fact, kept map[tracker.FactID]*qualificationRow) error {
	if len(facts) == 0 {
		return nil
	}
	table := tx.db.Table(factTables[kind])
	var err error
	switch kind {
	case tracker.FactOperating:
		err = insertAll[tracker.OperatingPeriod](table, facts)
	case tracker.FactAssignment:
		err = insertAll[tracker.Assignment](table, facts)
	case tracker.FactFranchise:
		err = insertAll[tracker.Franchise](table, facts)
	case tracker.FactEmployment:
		err = insertAll[tracker.Employment](table, facts)
	case tracker.FactLeave:
		err = insertAll[tracker.Leave](table, facts)
	case tracker.FactReview:
		err = insertAll[tracker.Review](table, facts)
	case tracker.FactProof:
		err = insertAll[tracker.Proof](table, facts)
	case tracker.FactModule:
		err = insertAll[tracker.Module](table, facts)
	case tracker.FactDecision:
		err = insertAll[tracker.Decision](table, facts)
	case tracker.FactWaiver:
		err = insertAll[tracker.Waiver](table, facts)
	case tracker.FactEvent:
		err = insertAll[tracker.Event](table, facts)
	case tracker.FactPublication:
		err = insertAll[tracker.Publication](table, facts)
	case tracker.FactQualification:
		rows := make([]qualificationRow, len(facts))
		for i, fact := range facts {
			if rows[i], err = tx.qualification(fact.(tracker.Qualification), kept[fact.Version().Chain]); err != nil {
				return err
			}
		}
		err = insertRows(table, rows)
	}
	return translate(err, string(kind), len(facts))
}

// batchRows is how many rows one INSERT takes; SQLite takes 32,766 arguments.
const batchRows = 500

func insertAll[F tracker.Fact](table *gorm.DB, facts []tracker.Fact) error {
	rows := make([]F, len(facts))
	for i, fact := range facts {
		rows[i] = fact.(F)
	}
	return insertRows(table, rows)
}

// insertRows inserts rows in batches. GORM's own batches would each open a savepoint.
func insertRows[R any](table *gorm.DB, rows []R) error {
	for chunk := range slices.Chunk(rows, batchRows) {
		if err := table.Session(&gorm.Session{}).Create(&chunk).Error; err != nil {
			return err
		}
	}
	return nil
}

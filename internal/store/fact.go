package store

import (
	"crypto/rand"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"dealercert/internal/tracker"
)

// factTables names the table of each kind of fact.
var factTables = map[tracker.FactKind]string{
	tracker.FactOperating: "operating_periods", tracker.FactAssignment: "assignments", tracker.FactFranchise: "franchises",
	tracker.FactEmployment: "employments", tracker.FactLeave: "leaves", tracker.FactQualification: "qualifications",
	tracker.FactReview: "reviews", tracker.FactProof: "proofs", tracker.FactModule: "modules",
	tracker.FactDecision: "decisions", tracker.FactWaiver: "waivers", tracker.FactPublication: "publications",
	tracker.FactEvent: "events",
}

// factKinds lists the kinds, those first that others refer to.
var factKinds = []tracker.FactKind{
	tracker.FactPublication, tracker.FactOperating, tracker.FactAssignment, tracker.FactFranchise, tracker.FactDecision,
	tracker.FactModule, tracker.FactProof, tracker.FactWaiver, tracker.FactEvent, tracker.FactEmployment, tracker.FactLeave,
	tracker.FactQualification, tracker.FactReview,
}

// qualificationRow is a qualification as it is kept: its number encrypted, masked, and findable by a keyed hash.
type qualificationRow struct {
	tracker.Head
	Person         tracker.PersonID
	Type           tracker.QualificationCode
	Generation     tracker.Generation
	NumberCipher   []byte
	NumberMask     string
	NumberHash     []byte
	IssuedOn       tracker.Date
	FirstReviewDue tracker.Date
	ExpiresOn      tracker.Date
}

func (r qualificationRow) fact() tracker.Qualification {
	return tracker.Qualification{
		Head: r.Head, Person: r.Person, Type: r.Type, Generation: r.Generation, Certificate: r.NumberMask,
		IssuedOn: r.IssuedOn, FirstReviewDue: r.FirstReviewDue, ExpiresOn: r.ExpiresOn,
	}
}

// qualification makes the row of a qualification. A number equal to the mask of the one that is kept means that one.
func (tx *Tx) qualification(q tracker.Qualification, present *qualificationRow) (qualificationRow, error) {
	row := qualificationRow{
		Head: q.Head, Person: q.Person, Type: q.Type, Generation: q.Generation,
		IssuedOn: q.IssuedOn, FirstReviewDue: q.FirstReviewDue, ExpiresOn: q.ExpiresOn,
	}
	if present != nil && q.Certificate == present.NumberMask {
		row.NumberCipher, row.NumberMask, row.NumberHash = present.NumberCipher, present.NumberMask, present.NumberHash
		return row, nil
	}
	if q.Certificate == "" {
		return row, nil
	}
	if IsMask(q.Certificate) { // the number itself is not known here
		row.NumberMask = q.Certificate
		return row, nil
	}
	sealed, err := tx.store.cipher.seal(q.Certificate, q.Chain)
	row.NumberCipher, row.NumberMask, row.NumberHash = sealed, mask(q.Certificate), tx.store.cipher.find(q.Certificate)
	return row, err
}

// CertificateNumber gives the plain number of a qualification's current version. Who asks for it is for the caller to
// note.
func (tx *Tx) CertificateNumber(chain tracker.FactID) (string, error) {
	var row qualificationRow
	err := tx.db.Table("qualifications").Where("chain = ? AND superseded_at = 0", chain).Take(&row).Error
	if err != nil {
		return "", translate(err, "qualification", chain)
	}
	if row.NumberCipher == nil {
		return "", nil
	}
	return tx.store.cipher.open(row.NumberCipher, chain)
}

// Edit is one change of a fact within a transaction: Before is nil for a new fact, After for one that ended.
type Edit struct{ Before, After tracker.Fact }

// Edits gives what was recorded, corrected and voided so far, one fact at a time.
func (tx *Tx) Edits() []Edit { return tx.edits }

// Record inserts the first version of a fact and gives its chain.
func (tx *Tx) Record(fact tracker.Fact, reason string) (tracker.FactID, error) {
	head := tx.head(reason)
	head.Chain, head.FirstAt = head.ID, tx.moment
	fact = tracker.WithHead(fact, head)
	if err := tx.insert(fact, nil); err != nil {
		return "", err
	}
	tx.edits = append(tx.edits, Edit{nil, fact})
	return head.Chain, tx.noteFact(ActionRecorded, nil, fact, reason)
}

// Correct supersedes the current version of a fact. The fault is NotFound for an unknown chain and Stale for one that
// has ended.
func (tx *Tx) Correct(chain tracker.FactID, fact tracker.Fact, reason string) error {
	present, err := tx.Fact(fact.Kind(), chain)
	if err != nil {
		return err
	}
	head := tx.head(reason)
	head.Chain, head.FirstAt = chain, present.Version().FirstAt
	fact = tracker.WithHead(fact, head)
	if err := tx.replace(present, fact, present); err != nil {
		return err
	}
	tx.edits = append(tx.edits, Edit{present, fact})
	return tx.noteFact(ActionCorrected, present, fact, reason)
}

// Void takes the current version of a fact back. A correction gives way to a copy of the version before it; a first
// version, or what was restored to it, ends the chain. The fault is Invalid without a reason.
func (tx *Tx) Void(kind tracker.FactKind, chain tracker.FactID, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return tracker.Fault(tracker.Invalid, "reason_required")
	}
	versions, err := tx.Versions(kind, chain)
	if err != nil {
		return err
	}
	present := versions[len(versions)-1]
	if present.Version().SupersededAt != 0 {
		return tracker.Fault(tracker.Stale, "fact_ended", "noun", string(kind), "key", chain)
	}
	before := versionBefore(versions)
	if before == nil {
		if err := tx.supersede(present); err != nil {
			return err
		}
		tx.edits = append(tx.edits, Edit{present, nil})
		return tx.noteFact(ActionVoided, present, nil, reason)
	}
	head := tx.head(reason)
	head.Chain, head.FirstAt = chain, present.Version().FirstAt
	head.Restores = before.Version().ID
	if older := before.Version().Restores; older != "" {
		head.Restores = older
	}
	restored := tracker.WithHead(before, head)
	if err := tx.replace(present, restored, before); err != nil {
		return err
	}
	tx.edits = append(tx.edits, Edit{present, restored})
	return tx.noteFact(ActionVoided, present, restored, reason)
}

// versionBefore gives the version that the last one took the place of. What was restored counts as the version that it
// is a copy of, so that voiding again goes further back.
func versionBefore(versions []tracker.Fact) tracker.Fact {
	last := versions[len(versions)-1].Version()
	base := last.ID
	if last.Restores != "" {
		base = last.Restores
	}
	for i, v := range versions {
		if v.Version().ID == base && i > 0 {
			return versions[i-1]
		}
	}
	return nil
}

// replace supersedes one version by another. A masked certificate number in the next one stands for the number of the
// version like it.
func (tx *Tx) replace(present, next, like tracker.Fact) error {
	if err := tx.supersede(present); err != nil {
		return err
	}
	var kept *qualificationRow
	if like.Kind() == tracker.FactQualification {
		kept = &qualificationRow{}
		err := tx.db.Table("qualifications").Where("id = ?", like.Version().ID).Take(kept).Error
		if err != nil {
			return translate(err, "qualification", like.Version().ID)
		}
	}
	return tx.insert(next, kept)
}

// supersede closes a version and touches what it was about.
func (tx *Tx) supersede(fact tracker.Fact) error {
	done := tx.db.Exec("UPDATE "+factTables[fact.Kind()]+" SET superseded_at = ? WHERE id = ? AND superseded_at = 0",
		tx.moment, fact.Version().ID)
	if done.Error != nil {
		return translate(done.Error, string(fact.Kind()), fact.Version().Chain)
	}
	if done.RowsAffected != 1 {
		return tracker.Fault(tracker.Stale, "fact_ended", "noun", string(fact.Kind()), "key", fact.Version().Chain)
	}
	return tx.touch(fact)
}

// insert keeps a version and touches what it is about.
func (tx *Tx) insert(fact tracker.Fact, kept *qualificationRow) error {
	tx.wrote = true
	row, err := tx.row(fact, kept)
	if err != nil {
		return err
	}
	if err := tx.db.Table(factTables[fact.Kind()]).Create(row).Error; err != nil {
		return translate(err, string(fact.Kind()), fact.Version().Chain)
	}
	return tx.touch(fact)
}

// row gives what is kept of a fact, as a pointer for the ORM.
func (tx *Tx) row(fact tracker.Fact, kept *qualificationRow) (any, error) {
	switch f := fact.(type) {
	case tracker.OperatingPeriod:
		return &f, nil
	case tracker.Assignment:
		return &f, nil
	case tracker.Franchise:
		return &f, nil
	case tracker.Employment:
		return &f, nil
	case tracker.Leave:
		return &f, nil
	case tracker.Qualification:
		row, err := tx.qualification(f, kept)
		return &row, err
	case tracker.Review:
		return &f, nil
	case tracker.Proof:
		return &f, nil
	case tracker.Module:
		return &f, nil
	case tracker.Decision:
		return &f, nil
	case tracker.Waiver:
		return &f, nil
	case tracker.Event:
		return &f, nil
	case tracker.Publication:
		return &f, nil
	default:
		return nil, fmt.Errorf("no table for %T", fact)
	}
}

// head begins the head of a version that this transaction records. The identities of one transaction rise in the order
// of recording (RFC 9562 §6.2, a counter behind the time), so that versions of one moment keep their order.
func (tx *Tx) head(reason string) tracker.Head {
	var entropy [10]byte
	_, _ = rand.Read(entropy[:]) // never fails: it ends the program where there is no entropy
	tx.recorded++
	n := tx.recorded
	entropy[0], entropy[1], entropy[2], entropy[3] = byte(n>>22)&0x0f, byte(n>>14), byte(n>>8)&0x3f, byte(n)
	return tracker.Head{
		ID: tracker.NewFactID(tx.moment, entropy), RecordedAt: tx.moment, RecordedBy: tx.writing.By.ID,
		Source: tx.writing.Source, Reason: reason,
	}
}

// touch notes the dealerships whose standings a fact may change.
func (tx *Tx) touch(fact tracker.Fact) error {
	switch f := fact.(type) {
	case tracker.OperatingPeriod:
		tx.touched[f.Dealership] = true
	case tracker.Assignment:
		tx.touched[f.Dealership] = true
	case tracker.Franchise:
		tx.touched[f.Dealership] = true
	case tracker.Proof:
		tx.touched[f.Dealership] = true
	case tracker.Module:
		tx.touched[f.Dealership] = true
	case tracker.Decision:
		tx.touched[f.Dealership] = true
	case tracker.Waiver:
		tx.touched[f.Dealership] = true
	case tracker.Event:
		tx.touched[f.Dealership] = true
	case tracker.Employment:
		tx.touched[f.Dealership] = true
		return tx.touchPeople(f.Person)
	case tracker.Leave:
		return tx.touchPeople(f.Person)
	case tracker.Qualification:
		return tx.touchPeople(f.Person)
	case tracker.Review:
		return tx.touchPeople(f.Person)
	case tracker.Publication:
		tx.all = true
	}
	return nil
}

// touchPeople touches every dealership that people were ever at, in any version.
func (tx *Tx) touchPeople(people ...tracker.PersonID) error {
	var ids []tracker.DealershipID
	err := tx.db.Raw("SELECT DISTINCT dealership_id FROM employments WHERE person_id IN ?", people).Scan(&ids).Error
	for _, id := range ids {
		tx.touched[id] = true
	}
	return err
}

// find reads versions of one kind.
func (tx *Tx) find(kind tracker.FactKind, where string, args ...any) ([]tracker.Fact, error) {
	query := tx.db.Table(factTables[kind]).Where(where, args...).Order("recorded_at, id")
	switch kind {
	case tracker.FactOperating:
		return findAs[tracker.OperatingPeriod](query)
	case tracker.FactAssignment:
		return findAs[tracker.Assignment](query)
	case tracker.FactFranchise:
		return findAs[tracker.Franchise](query)
	case tracker.FactEmployment:
		return findAs[tracker.Employment](query)
	case tracker.FactLeave:
		return findAs[tracker.Leave](query)
	case tracker.FactReview:
		return findAs[tracker.Review](query)
	case tracker.FactProof:
		return findAs[tracker.Proof](query)
	case tracker.FactModule:
		return findAs[tracker.Module](query)
	case tracker.FactDecision:
		return findAs[tracker.Decision](query)
	case tracker.FactWaiver:
		return findAs[tracker.Waiver](query)
	case tracker.FactEvent:
		return findAs[tracker.Event](query)
	case tracker.FactPublication:
		return findAs[tracker.Publication](query)
	case tracker.FactQualification:
		var rows []qualificationRow
		err := query.Find(&rows).Error
		out := make([]tracker.Fact, len(rows))
		for i, row := range rows {
			out[i] = row.fact()
		}
		return out, err
	default:
		return nil, tracker.Fault(tracker.NotFound, "not_found", "noun", string(kind), "key", "")
	}
}

func findAs[F tracker.Fact](query *gorm.DB) ([]tracker.Fact, error) {
	var rows []F
	err := query.Find(&rows).Error
	out := make([]tracker.Fact, len(rows))
	for i, row := range rows {
		out[i] = row
	}
	return out, err
}

// Fact gives the current version of a fact. The fault is NotFound for an unknown chain and Stale for one that has ended.
func (tx *Tx) Fact(kind tracker.FactKind, chain tracker.FactID) (tracker.Fact, error) {
	versions, err := tx.Versions(kind, chain)
	if err != nil {
		return nil, err
	}
	last := versions[len(versions)-1]
	if last.Version().SupersededAt != 0 {
		return nil, tracker.Fault(tracker.Stale, "fact_ended", "noun", string(kind), "key", chain)
	}
	return last, nil
}

// Versions gives all versions of a fact, the oldest first. The fault is NotFound for an unknown chain.
func (tx *Tx) Versions(kind tracker.FactKind, chain tracker.FactID) ([]tracker.Fact, error) {
	versions, err := tx.find(kind, "chain = ?", chain)
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 {
		return nil, tracker.Fault(tracker.NotFound, "not_found", "noun", string(kind), "key", chain)
	}
	return versions, nil
}

// DealershipFacts gives every version of every fact that names a dealership, employments there among them.
func (tx *Tx) DealershipFacts(id tracker.DealershipID) ([]tracker.Fact, error) {
	var out []tracker.Fact
	for _, kind := range []tracker.FactKind{
		tracker.FactOperating, tracker.FactAssignment, tracker.FactFranchise, tracker.FactEmployment, tracker.FactProof,
		tracker.FactModule, tracker.FactDecision, tracker.FactWaiver, tracker.FactEvent,
	} {
		facts, err := tx.find(kind, "dealership_id = ?", id)
		if err != nil {
			return nil, err
		}
		out = append(out, facts...)
	}
	return out, nil
}

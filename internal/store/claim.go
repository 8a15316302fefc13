package store

import (
	"encoding/base64"
	"slices"
	"strings"

	"dealercert/internal/tracker"
)

// The actions of the change log about claims.
const (
	ActionSubmitted = "submitted"
	ActionAccepted  = "accepted"
	ActionReturned  = "returned"
	ActionRejected  = "rejected"
	ActionWithdrawn = "withdrawn"
)

// ClaimQuery says which claims are asked for, as seen by whom. Transfers are seen by those whose scope is the whole
// network, and by the dealership that reported them.
type ClaimQuery struct {
	Scope      tracker.Scope
	Today      tracker.Date
	Own        bool // asked by the dealership: its transfers are among them
	ID         tracker.FactID
	Dealership tracker.DealershipID
	Regions    []tracker.RegionID // by today's assignment
	Kinds      []tracker.ClaimKind
	States     []tracker.ClaimState
	Newest     bool // the newest first; else those that have waited longest
	Page       int  // from 1
	PerPage    int  // 0: all
}

// claimRow is a claim as it is kept: its certificate's number encrypted and masked.
type claimRow struct {
	tracker.Claim
	NumberCipher string
	NumberMask   string
}

// claimColumns lists the columns of claimRow.
const claimColumns = "id, kind, state, version, dealership_id, person_id, staff_no, name, job, first_day, last_day, type, " +
	"generation, number_cipher, number_mask, issued_on, reviewed_on, review_due_on, expires_on, module, planned_on, live_on, note, " +
	"base, entered_by, entered_at, decided_by, decided_at, reason, fact"

// AddClaim keeps a new claim and gives it with its identity.
func (tx *Tx) AddClaim(c tracker.Claim) (tracker.Claim, error) {
	c.ID, c.Version = tx.head("").ID, 1
	c.EnteredBy, c.EnteredAt = tx.writing.By.ID, tx.moment
	row, err := tx.claimRow(c, "")
	if err != nil {
		return c, err
	}
	tx.wrote = true
	if err := tx.db.Table("claims").Omit("Certificate").Create(&row).Error; err != nil {
		return c, translate(err, "claim", c.ID)
	}
	return row.claim(), tx.noteClaim(ActionSubmitted, row)
}

// LoadClaim keeps a claim as it is, without an entry of the log: for loading a whole installation.
func (tx *Tx) LoadClaim(c tracker.Claim) error {
	row, err := tx.claimRow(c, "")
	if err != nil {
		return err
	}
	tx.wrote = true
	return translate(tx.db.Table("claims").Omit("Certificate").Create(&row).Error, "claim", c.ID)
}

// SetClaim keeps a claim's next version and notes the action. The fault is Stale when another step came first. A masked
// number stands for the one that is kept.
func (tx *Tx) SetClaim(c tracker.Claim, action string) error {
	var present claimRow
	if err := tx.db.Raw("SELECT "+claimColumns+" FROM claims WHERE id = ?", c.ID).Scan(&present).Error; err != nil {
		return err
	}
	if present.Version != c.Version-1 {
		return tracker.Fault(tracker.Stale, "stale", "noun", "claim", "key", c.ID)
	}
	if action == ActionSubmitted {
		c.EnteredBy, c.EnteredAt = tx.writing.By.ID, tx.moment
	}
	sealed := ""
	if c.Certificate == present.NumberMask {
		sealed = present.NumberCipher
	}
	row, err := tx.claimRow(c, sealed)
	if err != nil {
		return err
	}
	tx.wrote = true
	done := tx.db.Table("claims").Where("id = ? AND version = ?", c.ID, present.Version).Select("*").Omit("ID", "Certificate").Updates(&row)
	if done.Error != nil {
		return translate(done.Error, "claim", c.ID)
	}
	if done.RowsAffected != 1 {
		return tracker.Fault(tracker.Stale, "stale", "noun", "claim", "key", c.ID)
	}
	return tx.noteClaim(action, row)
}

// claimRow seals a claim's number, unless it is given sealed.
func (tx *Tx) claimRow(c tracker.Claim, sealed string) (claimRow, error) {
	row := claimRow{Claim: c, NumberCipher: sealed, NumberMask: c.Certificate}
	if c.Certificate != "" && sealed == "" {
		text, err := tx.store.cipher.seal(c.Certificate, c.ID)
		if err != nil {
			return row, err
		}
		row.NumberCipher, row.NumberMask = base64.StdEncoding.EncodeToString(text), mask(c.Certificate)
	}
	row.Certificate = ""
	return row, nil
}

func (r claimRow) claim() tracker.Claim {
	r.Certificate = r.NumberMask
	return r.Claim
}

// ClaimedNumber gives a claim's certificate number as it was typed.
func (tx *Tx) ClaimedNumber(id tracker.FactID) (string, error) {
	var sealed []string
	if err := tx.db.Raw("SELECT number_cipher FROM claims WHERE id = ?", id).Scan(&sealed).Error; err != nil {
		return "", err
	}
	if len(sealed) == 0 || sealed[0] == "" {
		return "", nil
	}
	text, err := base64.StdEncoding.DecodeString(sealed[0])
	if err != nil {
		return "", err
	}
	return tx.store.cipher.open(text, id)
}

// Claims gives the claims that match and how many there are in all.
func (tx *Tx) Claims(q ClaimQuery) ([]tracker.Claim, int, error) {
	seen := seenAmong(q.Scope, q.Today, "c.dealership_id")
	where := conditions{clause{" FROM claims c WHERE " + seen.sql, seen.args}}
	if !q.Scope.All && !q.Own {
		where.and("c.kind <> ?", tracker.ClaimTransfer)
	}
	if q.ID != "" {
		where.and("c.id = ?", q.ID)
	}
	if q.Dealership != 0 {
		where.and("c.dealership_id = ?", q.Dealership)
	}
	if len(q.Regions) > 0 {
		inRegions := seenAmong(tracker.Scope{Regions: q.Regions}, q.Today, "c.dealership_id")
		where.and(inRegions.sql, inRegions.args...)
	}
	if len(q.Kinds) > 0 {
		where.and("c.kind IN ?", q.Kinds)
	}
	if len(q.States) > 0 {
		where.and("c.state IN ?", q.States)
	}
	var total int
	if err := tx.db.Raw("SELECT COUNT(*)"+where.sql, where.args...).Scan(&total).Error; err != nil || total == 0 {
		return nil, 0, err
	}
	order := " ORDER BY c.entered_at, c.id"
	if q.Newest {
		order = " ORDER BY c.entered_at DESC, c.id DESC"
	}
	args := slices.Clone(where.args)
	if q.PerPage > 0 {
		order += " LIMIT ? OFFSET ?"
		args = append(args, q.PerPage, (max(q.Page, 1)-1)*q.PerPage)
	}
	var rows []claimRow
	err := tx.db.Raw("SELECT "+prefixedColumns("c", claimColumns)+where.sql+order, args...).Scan(&rows).Error
	out := make([]tracker.Claim, len(rows))
	for i, row := range rows {
		out[i] = row.claim()
	}
	return out, total, err
}

// Claim gives one claim within a query's scope. The fault is NotFound for one outside it.
func (tx *Tx) Claim(q ClaimQuery) (tracker.Claim, error) {
	list, _, err := tx.Claims(q)
	if err != nil {
		return tracker.Claim{}, err
	}
	if q.ID == "" || len(list) == 0 {
		return tracker.Claim{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "claim", "key", q.ID)
	}
	return list[0], nil
}

// prefixedColumns gives columns as those of an alias.
func prefixedColumns(alias, columns string) string {
	return alias + "." + strings.ReplaceAll(columns, ", ", ", "+alias+".")
}

// noteClaim appends the entry of a claim's step.
func (tx *Tx) noteClaim(action string, row claimRow) error {
	after := labels{"kind": string(row.Kind), "state": string(row.State)}
	for name, value := range map[string]string{
		"staff_no": row.StaffNo, "name": row.Name, "job": string(row.Job), "from": row.FirstDay.String(), "until": row.LastDay.String(),
		"type": string(row.Type), "generation": string(row.Generation), "certificate_no": row.NumberMask,
		"issued_on": row.IssuedOn.String(), "reviewed_on": row.ReviewedOn.String(), "review_due_on": row.ReviewDueOn.String(),
		"expires_on": row.ExpiresOn.String(), "module": row.Module, "planned_on": row.PlannedOn.String(), "live_on": row.LiveOn.String(),
		"note": row.Note,
	} {
		if value != "" {
			after[name] = value
		}
	}
	return tx.Note(Entry{
		Action: action, Kind: "claim", Key: string(row.ID), Dealership: row.Dealership, Person: row.Person, Reason: row.Reason, After: after,
	})
}

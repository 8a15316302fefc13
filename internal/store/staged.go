package store

import (
	"encoding/base64"
	"time"

	"dealercert/internal/tracker"
)

// Staged is a file that somebody sent for an import, and how it is to be taken in.
type Staged struct {
	SHA256        string
	Name          string
	Kind          string
	Policy        string
	EffectiveOn   string // a day, or empty for today
	CreateRegions bool
	Content       []byte
}

// stagedRow is such a file as it is kept.
type stagedRow struct {
	AccountID     tracker.AccountID
	Sha256        string
	Name          string
	Kind          string
	Policy        string
	EffectiveOn   string
	CreateRegions bool
	Sealed        string
	StagedAt      tracker.Moment
}

// StagedFor is how long a staged file is kept.
const StagedFor = time.Hour

// Stage keeps a file of an account in place of the one before, and drops every file that is too old.
func (tx *Tx) Stage(account tracker.AccountID, f Staged) error {
	old := tx.moment - tracker.Moment(StagedFor/time.Microsecond)
	if err := tx.db.Exec("DELETE FROM staged_imports WHERE account_id = ? OR staged_at < ?", account, old).Error; err != nil {
		return err
	}
	sealed, err := tx.store.cipher.seal(string(f.Content), tracker.FactID(f.SHA256))
	if err != nil {
		return err
	}
	row := stagedRow{
		account, f.SHA256, f.Name, f.Kind, f.Policy, f.EffectiveOn, f.CreateRegions, base64.StdEncoding.EncodeToString(sealed), tx.moment,
	}
	return tx.db.Table("staged_imports").Create(&row).Error
}

// Staged gives the file that an account has staged, by its SHA-256. The fault is NotFound when there is none, when it is
// another's, and when it is too old.
func (tx *Tx) Staged(account tracker.AccountID, sum string) (Staged, error) {
	var rows []stagedRow
	old := tracker.MomentOf(tx.store.config.Now()) - tracker.Moment(StagedFor/time.Microsecond)
	err := tx.db.Raw("SELECT * FROM staged_imports WHERE account_id = ? AND sha256 = ? AND staged_at >= ?", account, sum, old).Scan(&rows).Error
	if err != nil {
		return Staged{}, err
	}
	if len(rows) == 0 {
		return Staged{}, tracker.Fault(tracker.NotFound, "staged_gone")
	}
	row := rows[0]
	sealed, err := base64.StdEncoding.DecodeString(row.Sealed)
	if err != nil {
		return Staged{}, err
	}
	content, err := tx.store.cipher.open(sealed, tracker.FactID(row.Sha256))
	return Staged{row.Sha256, row.Name, row.Kind, row.Policy, row.EffectiveOn, row.CreateRegions, []byte(content)}, err
}

// Unstage drops the file that an account has staged.
func (tx *Tx) Unstage(account tracker.AccountID) error {
	return tx.db.Exec("DELETE FROM staged_imports WHERE account_id = ?", account).Error
}

// Imports gives the latest imports from the log of changes, the newest first; those of one account, or of all when it is
// zero.
func (tx *Tx) Imports(account tracker.AccountID, limit int) ([]Change, error) {
	sql, args := "SELECT * FROM changes WHERE kind = 'import'", []any{} // spelled out: the index is for this word only
	if account != 0 {
		sql, args = sql+" AND actor = ?", append(args, account)
	}
	var rows []changeRow
	if err := tx.db.Raw(sql+" ORDER BY seq DESC LIMIT ?", append(args, limit)...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	return asChanges(rows), nil
}

package store

import (
	"errors"

	"dealercert/internal/tracker"
)

// KeptAnswer is what was answered to a write that carried a key of its sender's, so that the same write sent again is
// answered and not done again.
type KeptAnswer struct {
	AccountID   tracker.AccountID
	Route       string // method and pattern of the address
	SentKey     string
	Fingerprint string // of what was sent
	Status      int
	Etag        string
	Location    string
	Body        string
	ExpiresAt   tracker.Moment
}

// Answer gives what was answered to a key, if it has not expired.
func (tx *Tx) Answer(by tracker.AccountID, route, key string, now tracker.Moment) (KeptAnswer, bool, error) {
	var rows []KeptAnswer
	err := tx.db.Raw("SELECT * FROM kept_answers WHERE account_id = ? AND route = ? AND sent_key = ? AND expires_at > ?",
		by, route, key, now).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return KeptAnswer{}, false, err
	}
	return rows[0], true, nil
}

// KeepAnswer keeps an answer until it expires, and drops those that have. The fault is Conflict when another process keeps
// one to the same key.
func (tx *Tx) KeepAnswer(a KeptAnswer, now tracker.Moment) error {
	if err := tx.db.Exec("DELETE FROM kept_answers WHERE expires_at <= ?", now).Error; err != nil {
		return err
	}
	err := translate(tx.db.Table("kept_answers").Create(&a).Error, "key", a.SentKey)
	var fault *tracker.Error
	if errors.As(err, &fault) && fault.Kind == tracker.Conflict {
		return tracker.Fault(tracker.Conflict, "still_running")
	}
	return err
}

package store

import (
	"crypto/rand"

	"dealercert/internal/tracker"
)

// Token is a key by which a program acts as an account in the API. The key itself is not kept, only its hash.
type Token struct {
	ID         string // a UUIDv7; it names the token and opens nothing
	AccountID  tracker.AccountID
	Login      string // of the account, filled when read
	Name       string
	ReadOnly   bool
	MadeAt     tracker.Moment
	ExpiresAt  tracker.Moment
	RevokedAt  tracker.Moment // zero: not revoked
	LastUsedAt tracker.Moment // zero: never; noted every ten minutes at most
}

// Works tells whether the token opens anything at a moment, as far as the token itself goes.
func (t Token) Works(now tracker.Moment) bool { return t.RevokedAt == 0 && now < t.ExpiresAt }

// tokenRow is a token as it is kept.
type tokenRow struct {
	ID         string
	AccountID  tracker.AccountID
	Name       string
	Hash       string
	ReadOnly   bool
	MadeAt     tracker.Moment
	ExpiresAt  tracker.Moment
	RevokedAt  tracker.Moment
	LastUsedAt tracker.Moment
}

// CreateToken keeps a token under the hash of its key and gives it with its identity. The log of changes names it.
func (tx *Tx) CreateToken(t Token, hash string) (Token, error) {
	var entropy [10]byte
	_, _ = rand.Read(entropy[:]) // never fails: it ends the program where there is no entropy
	t.ID, t.MadeAt = string(tracker.NewFactID(tx.moment, entropy)), tx.moment
	row := tokenRow{t.ID, t.AccountID, t.Name, hash, t.ReadOnly, t.MadeAt, t.ExpiresAt, 0, 0}
	if err := tx.create("tokens", "token", t.ID, &row); err != nil {
		return t, err
	}
	return t, tx.Note(Entry{Action: ActionCreated, Kind: "token", Key: t.ID, After: t.labels()})
}

// labels are a token as people read it.
func (t Token) labels() labels {
	rights := "read and write"
	if t.ReadOnly {
		rights = "read"
	}
	return labels{"login": t.Login, "name": t.Name, "rights": rights, "expires_at": t.ExpiresAt.String()}
}

// tokenColumns reads a token with the login of its account.
const tokenColumns = `SELECT t.id, t.account_id, a.login, t.name, t.read_only, t.made_at, t.expires_at, t.revoked_at, t.last_used_at
	FROM tokens t JOIN accounts a ON a.id = t.account_id`

// TokenByHash gives the token whose key has a hash. The fault is NotFound.
func (tx *Tx) TokenByHash(hash string) (Token, error) { return tx.token("t.hash = ?", hash) }

// TokenByID gives a token. The fault is NotFound.
func (tx *Tx) TokenByID(id string) (Token, error) { return tx.token("t.id = ?", id) }

func (tx *Tx) token(where, value string) (Token, error) {
	var out []Token
	if err := tx.db.Raw(tokenColumns+" WHERE "+where, value).Scan(&out).Error; err != nil {
		return Token{}, err
	}
	if len(out) == 0 {
		return Token{}, tracker.Fault(tracker.NotFound, "token_unknown")
	}
	return out[0], nil
}

// Tokens gives the tokens of an account, or of all accounts for zero: by login, the newest first.
func (tx *Tx) Tokens(account tracker.AccountID) ([]Token, error) {
	var out []Token
	return out, tx.db.Raw(tokenColumns+" WHERE ? = 0 OR t.account_id = ? ORDER BY a.login, t.id DESC", account, account).Scan(&out).Error
}

// RevokeToken ends a token. One that has ended stays as it is.
func (tx *Tx) RevokeToken(t Token) error {
	if t.RevokedAt != 0 {
		return nil
	}
	tx.wrote = true
	if err := tx.db.Exec("UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at = 0", tx.moment, t.ID).Error; err != nil {
		return err
	}
	return tx.Note(Entry{Action: ActionDisabled, Kind: "token", Key: t.ID, Before: t.labels()})
}

// NoteTokenUse keeps the moment at which a token was used.
func (tx *Tx) NoteTokenUse(id string, at tracker.Moment) error {
	return tx.db.Exec("UPDATE tokens SET last_used_at = ? WHERE id = ? AND last_used_at < ?", at, id, at).Error
}

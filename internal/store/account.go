package store

import (
	"strconv"

	"dealercert/internal/tracker"
)

// Account is somebody who can sign in, with what they may see.
type Account struct {
	ID           tracker.AccountID
	Login        string
	Name         string
	Role         tracker.Role
	Language     string // en, zh-Hans, or empty for the installation's
	Disabled     bool
	PasswordHash string // argon2id; empty: no password signs in
	Demo         bool   // made with the demonstration network
	Scope        tracker.Scope
	ScopeLabels  ScopeLabels // filled when read
}

// ScopeLabels names a scope: codes of regions, groups and dealerships.
type ScopeLabels struct {
	Regions     []string
	Groups      []string
	Dealerships []string
}

// accountRow is an account as it is kept.
type accountRow struct {
	ID           tracker.AccountID
	Login        string
	Name         string
	Role         tracker.Role
	Language     string
	Disabled     bool
	PasswordHash string
	Demo         bool
}

// The kinds of a scope's parts.
const (
	scopeNetwork    = "network"
	scopeRegion     = "region"
	scopeGroup      = "group"
	scopeDealership = "dealership"
)

// scopePart is one part of an account's scope.
type scopePart struct {
	AccountID tracker.AccountID
	Kind      string
	Ref       int64
}

// CreateAccount adds an account with its scope. The fault is Conflict when the login is taken.
func (tx *Tx) CreateAccount(a Account) (tracker.AccountID, error) {
	row := accountRow{0, a.Login, a.Name, a.Role, a.Language, a.Disabled, a.PasswordHash, a.Demo}
	if err := createNumbered(tx, "accounts", "account", a.Login, &row.ID, &row); err != nil {
		return 0, err
	}
	var parts []scopePart
	if a.Scope.All {
		parts = append(parts, scopePart{row.ID, scopeNetwork, 0})
	}
	for _, id := range a.Scope.Regions {
		parts = append(parts, scopePart{row.ID, scopeRegion, int64(id)})
	}
	for _, id := range a.Scope.Groups {
		parts = append(parts, scopePart{row.ID, scopeGroup, int64(id)})
	}
	for _, id := range a.Scope.Dealerships {
		parts = append(parts, scopePart{row.ID, scopeDealership, int64(id)})
	}
	if len(parts) > 0 {
		if err := tx.db.Table("account_scopes").Create(&parts).Error; err != nil {
			return 0, translate(err, "account", a.Login)
		}
	}
	return row.ID, tx.Note(Entry{
		Action: ActionCreated, Kind: "account", Key: a.Login, After: labels{"login": a.Login, "role": string(a.Role)},
	})
}

// SetAccountDisabled takes an account's access away or gives it back.
func (tx *Tx) SetAccountDisabled(id tracker.AccountID, disabled bool) error {
	action := ActionEnabled
	if disabled {
		action = ActionDisabled
	}
	return tx.setAccount(id, "disabled", disabled, action)
}

// SetPassword keeps the hash of an account's new password.
func (tx *Tx) SetPassword(id tracker.AccountID, hash string) error {
	return tx.setAccount(id, "password_hash", hash, ActionUpdated)
}

// SetLanguage keeps an account's language.
func (tx *Tx) SetLanguage(id tracker.AccountID, language string) error {
	return tx.setAccount(id, "language", language, "")
}

func (tx *Tx) setAccount(id tracker.AccountID, column string, value any, action string) error {
	var row accountRow
	if err := tx.db.Table("accounts").Where("id = ?", id).Take(&row).Error; err != nil {
		return translate(err, "account", id)
	}
	tx.wrote = true
	if err := tx.db.Table("accounts").Where("id = ?", id).Update(column, value).Error; err != nil {
		return err
	}
	if action == "" {
		return nil
	}
	return tx.Note(Entry{Action: action, Kind: "account", Key: row.Login})
}

// AccountByLogin gives an account.
func (tx *Tx) AccountByLogin(login string) (Account, error) {
	var row accountRow
	if err := tx.db.Table("accounts").Where("login = ?", login).Take(&row).Error; err != nil {
		return Account{}, translate(err, "account", login)
	}
	return tx.account(row)
}

// Accounts gives the accounts by login, with the labels of their scopes.
func (tx *Tx) Accounts() ([]Account, error) {
	var rows []accountRow
	if err := tx.db.Table("accounts").Order("login").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Account, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = tx.account(row); err != nil {
			return nil, err
		}
		if err := tx.label(&out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// account adds an account's scope.
func (tx *Tx) account(row accountRow) (Account, error) {
	out := Account{
		ID: row.ID, Login: row.Login, Name: row.Name, Role: row.Role, Language: row.Language, Disabled: row.Disabled,
		PasswordHash: row.PasswordHash, Demo: row.Demo,
	}
	var parts []scopePart
	if err := tx.db.Raw("SELECT * FROM account_scopes WHERE account_id = ? ORDER BY kind, ref", row.ID).Scan(&parts).Error; err != nil {
		return out, err
	}
	for _, p := range parts {
		switch p.Kind {
		case scopeNetwork:
			out.Scope.All = true
		case scopeRegion:
			out.Scope.Regions = append(out.Scope.Regions, tracker.RegionID(p.Ref))
		case scopeGroup:
			out.Scope.Groups = append(out.Scope.Groups, tracker.GroupID(p.Ref))
		case scopeDealership:
			out.Scope.Dealerships = append(out.Scope.Dealerships, tracker.DealershipID(p.Ref))
		}
	}
	return out, nil
}

// label names the parts of an account's scope.
func (tx *Tx) label(a *Account) error {
	for _, part := range []struct {
		table string
		ids   any
		count int
		into  *[]string
	}{
		{"regions", a.Scope.Regions, len(a.Scope.Regions), &a.ScopeLabels.Regions},
		{"groups", a.Scope.Groups, len(a.Scope.Groups), &a.ScopeLabels.Groups},
		{"dealerships", a.Scope.Dealerships, len(a.Scope.Dealerships), &a.ScopeLabels.Dealerships},
	} {
		if part.count == 0 {
			continue
		}
		err := tx.db.Raw("SELECT code FROM "+part.table+" WHERE id IN ? ORDER BY code", part.ids).Scan(part.into).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// Actor gives an account as an actor. The fault is NotFound when it is missing or disabled.
func (tx *Tx) Actor(id tracker.AccountID) (tracker.Actor, error) {
	var rows []accountRow
	if err := tx.db.Raw("SELECT * FROM accounts WHERE id = ? AND NOT disabled", id).Scan(&rows).Error; err != nil {
		return tracker.Actor{}, err
	}
	if len(rows) == 0 {
		return tracker.Actor{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "account", "key", strconv.Itoa(int(id)))
	}
	account, err := tx.account(rows[0])
	return tracker.Actor{
		ID: account.ID, Login: account.Login, Name: account.Name, Role: account.Role, Scope: account.Scope,
		Language: account.Language,
	}, err
}

// Logins gives the login of each account; that of zero is the operator's.
func (tx *Tx) Logins() (map[tracker.AccountID]string, error) {
	var rows []accountRow
	err := tx.db.Raw("SELECT id, login FROM accounts").Scan(&rows).Error
	out := map[tracker.AccountID]string{0: tracker.Operator.Login}
	for _, row := range rows {
		out[row.ID] = row.Login
	}
	return out, err
}

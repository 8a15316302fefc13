package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// Token is a key by which a program acts as an account in the API.
type Token = store.Token

// The lifetimes of tokens, in days.
const (
	DefaultTokenDays = 90
	LongestTokenDays = 365
)

// tokenPrefix begins every token, so that people and scanners of leaked secrets recognise one.
const tokenPrefix = "dcert_"

// longestTokenName is what fits into a list, in characters.
const longestTokenName = 60

// useNoted is how often the use of a token is noted at most, for each time is a write.
const useNoted = 10 * time.Minute

// NewToken is a token to be made. Login is the account that it acts as.
type NewToken struct {
	Login    string
	Name     string
	ReadOnly bool
	Days     int
}

// AddToken makes a token and gives its key, which is kept nowhere and can be shown only now. It is the operator's, who
// makes tokens of any account. The fault is Invalid with fields, NotFound for an unknown login, or Conflict for a disabled
// account.
func (a *App) AddToken(ctx context.Context, by tracker.Actor, n NewToken) (key string, made Token, err error) {
	if by.Role != tracker.RoleOperator {
		return "", made, tracker.Fault(tracker.Forbidden, "forbidden", "action", string(tracker.ManageAccounts))
	}
	if err := n.check(); err != nil {
		return "", made, err
	}
	return a.addToken(ctx, by, n)
}

// AddOwnToken makes a token of the actor's own account and gives its key. It asks for the password again, because a token
// outlives the session in which it is made. The fault is Invalid with fields, or TooMany.
func (a *App) AddOwnToken(ctx context.Context, by tracker.Actor, password string, n NewToken) (key string, made Token, err error) {
	n.Login = by.Login
	if err := n.check(); err != nil {
		return "", made, err
	}
	if err := a.confirmPassword(ctx, by, "password", password); err != nil {
		return "", made, err
	}
	return a.addToken(ctx, by, n)
}

// confirmPassword asks whether a password is the actor's. The fault names the field when it is not.
func (a *App) confirmPassword(ctx context.Context, by tracker.Actor, field, password string) error {
	_, err := a.SignIn(ctx, by.Login, password, "account "+by.Login)
	if tracker.KindOf(err) == tracker.Unauthorised {
		return tracker.Fault(tracker.Invalid, "invalid_form").In(field, "password_wrong")
	}
	return err
}

// check notes what cannot be right about a token to be made.
func (n *NewToken) check() error {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	n.Name = needText(fault, "name", n.Name, longestTokenName)
	if n.Days < 1 || n.Days > LongestTokenDays {
		fault.In("days", "token_days", "longest", LongestTokenDays)
	}
	return fault.FieldFaults()
}

func (a *App) addToken(ctx context.Context, by tracker.Actor, n NewToken) (key string, made Token, err error) {
	key = tokenPrefix + rand.Text() + rand.Text() // 260 bits
	err = a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		account, err := tx.AccountByLogin(n.Login)
		if err != nil {
			return err
		}
		if account.Disabled {
			return tracker.Fault(tracker.Conflict, "account_disabled", "login", n.Login)
		}
		expires := tracker.MomentOf(a.now().Add(time.Duration(n.Days) * 24 * time.Hour))
		made, err = tx.CreateToken(Token{
			AccountID: account.ID, Login: account.Login, Name: n.Name, ReadOnly: n.ReadOnly, ExpiresAt: expires,
		}, tokenHash(key))
		return err
	})
	return key, made, err
}

// tokenHash is what is kept of a token's key. The key is random and long, so that a plain hash is enough.
func tokenHash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// Tokens gives the actor's own tokens, the newest first; to the operator of commands, those of all accounts.
func (a *App) Tokens(ctx context.Context, by tracker.Actor) ([]Token, error) {
	var out []Token
	account := by.ID
	if by.Role == tracker.RoleOperator {
		account = 0
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.Tokens(account)
		return err
	})
	return out, err
}

// RevokeToken ends a token at its next use. The operator of commands ends any, everybody else their own: another's looks
// like a missing one.
func (a *App) RevokeToken(ctx context.Context, by tracker.Actor, id string) error {
	return a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		token, err := tx.TokenByID(id)
		if err != nil {
			return err
		}
		if token.AccountID != by.ID && by.Role != tracker.RoleOperator {
			return tracker.Fault(tracker.NotFound, "token_unknown")
		}
		return tx.RevokeToken(token)
	})
}

// ActorByToken gives the actor whom a token's key makes, its account loaded afresh. client is where the try comes from: a
// key that works always passes, one that does not counts against the client. The fault is Unauthorised, the same for an
// unknown, expired or revoked token and for one of a disabled account, or TooMany.
func (a *App) ActorByToken(ctx context.Context, key, client string) (tracker.Actor, Token, error) {
	var actor tracker.Actor
	var token Token
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		if token, err = tx.TokenByHash(tokenHash(key)); err != nil {
			return err
		}
		if !token.Works(a.Now()) {
			return tracker.Fault(tracker.NotFound, "token_unknown")
		}
		actor, err = tx.Actor(token.AccountID)
		return err
	})
	if tracker.KindOf(err) == tracker.NotFound {
		if err := a.signIns.admitToken(client); err != nil {
			return tracker.Actor{}, Token{}, err
		}
		return tracker.Actor{}, Token{}, tracker.Fault(tracker.Unauthorised, "token_refused")
	}
	return actor, token, err
}

// NoteTokenUse keeps that a token is in use, every ten minutes at most.
func (a *App) NoteTokenUse(ctx context.Context, by tracker.Actor, t Token) error {
	now := a.Now()
	if now.Time().Sub(t.LastUsedAt.Time()) < useNoted {
		return nil
	}
	return a.write(ctx, by, tracker.SourceAPI, func(tx *store.Tx) error { return tx.NoteTokenUse(t.ID, now) })
}

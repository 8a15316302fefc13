package app

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/alexedwards/argon2id"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// DemoPassword signs in to every account of a database that was made by demo, and to no other.
const DemoPassword = "dealercert-demo"

// The lengths of passwords: NIST SP 800-63B asks for at least 8, we for 12 characters; the longest bounds the work of
// hashing.
const (
	shortestPassword = 12  // characters
	longestPassword  = 256 // bytes
)

// argon2 is OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane.
var argon2 = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// NewAccount is an account to be made; scopes are given by their codes.
type NewAccount struct {
	Login       string
	Name        string
	Role        string
	Password    string
	Language    string
	Network     bool // a viewer's scope: the whole network
	Regions     []string
	Groups      []string
	Dealerships []string
}

// loginPattern is what a login looks like.
var loginPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`)

// AddAccount makes an account. The fault is Invalid with fields, or Conflict when the login is taken.
func (a *App) AddAccount(ctx context.Context, by tracker.Actor, n NewAccount) error {
	if err := by.May(tracker.ManageAccounts); err != nil {
		return err
	}
	if err := checkAccount(n); err != nil {
		return err
	}
	hash, err := a.signIns.hash(ctx, n.Password)
	if err != nil {
		return err
	}
	return a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		if err := refuseDemoPassword(tx, n.Password); err != nil {
			return err
		}
		scope, err := scopeOf(tx, n)
		if err != nil {
			return err
		}
		_, err = tx.CreateAccount(store.Account{
			Login: n.Login, Name: orElse(n.Name, n.Login), Role: tracker.Role(n.Role), Language: n.Language,
			PasswordHash: hash, Scope: scope,
		})
		return err
	})
}

func checkAccount(n NewAccount) error {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	if !loginPattern.MatchString(n.Login) || n.Login == tracker.Operator.Login {
		fault.In("login", "login_unreadable", "value", n.Login)
	}
	if !slices.Contains(tracker.Roles, tracker.Role(n.Role)) {
		fault.In("role", "unknown_role", "value", n.Role)
	}
	if role := tracker.Role(n.Role); (role == tracker.RoleNetwork || role == tracker.RoleAdmin) && len(n.Regions)+len(n.Groups)+len(n.Dealerships) > 0 {
		fault.In("role", "scope_unused", "value", n.Role)
	}
	clean(fault, "name", n.Name, shortText)
	checkPassword(fault, "password", n.Password)
	return fault.FieldFaults()
}

func checkPassword(fault *tracker.Error, field, password string) {
	switch {
	case len([]rune(password)) < shortestPassword:
		fault.In(field, "password_too_short", "shortest", shortestPassword)
	case len(password) > longestPassword:
		fault.In(field, "password_too_long", "longest", longestPassword)
	}
}

// refuseDemoPassword keeps the published password out of real installations.
func refuseDemoPassword(tx *store.Tx, password string) error {
	demo, err := tx.Meta(metaDemo)
	if err != nil {
		return err
	}
	if password == DemoPassword && demo == "" {
		return tracker.Fault(tracker.Invalid, "invalid_form").In("password", "password_published")
	}
	return nil
}

// scopeOf turns a new account's codes into its scope. Unknown codes are faults of their fields.
func scopeOf(tx *store.Tx, n NewAccount) (tracker.Scope, error) {
	scope := tracker.Scope{All: n.Network || n.Role == string(tracker.RoleNetwork)}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	directory, err := loadDirectory(tx)
	if err != nil {
		return scope, err
	}
	for _, text := range n.Regions {
		region, found := directory.Region(text)
		if !found {
			fault.In("region", "unknown_region", "value", text)
		}
		scope.Regions = append(scope.Regions, region.ID)
	}
	for _, text := range n.Groups {
		group, found := directory.Group(text)
		if !found {
			fault.In("group", "unknown_group", "value", text)
		}
		scope.Groups = append(scope.Groups, group.ID)
	}
	dealerships, err := tx.DealershipsByCode(n.Dealerships)
	if err != nil {
		return scope, err
	}
	for _, code := range n.Dealerships {
		dealership, found := dealerships[code]
		if !found {
			fault.In("dealership", "unknown_dealership", "value", code)
		}
		scope.Dealerships = append(scope.Dealerships, dealership.ID)
	}
	return scope, fault.FieldFaults()
}

// DisableAccount ends an account's access at its next request. The fault is NotFound for an unknown login.
func (a *App) DisableAccount(ctx context.Context, by tracker.Actor, login string) error {
	if err := by.May(tracker.ManageAccounts); err != nil {
		return err
	}
	return a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		account, err := tx.AccountByLogin(login)
		if err != nil {
			return err
		}
		return tx.SetAccountDisabled(account.ID, true)
	})
}

// Accounts lists the accounts, by login.
func (a *App) Accounts(ctx context.Context, by tracker.Actor) ([]store.Account, error) {
	if err := by.May(tracker.ManageAccounts); err != nil {
		return nil, err
	}
	var out []store.Account
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.Accounts()
		return err
	})
	return out, err
}

// Actor gives an account as the actor of a request. It is asked for each request, so that a right taken away ends at
// once. The fault is NotFound when the account is missing or disabled.
func (a *App) Actor(ctx context.Context, id tracker.AccountID) (tracker.Actor, error) {
	var out tracker.Actor
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.Actor(id)
		return err
	})
	return out, err
}

// ActorByLogin gives the actor that a command acts as.
func (a *App) ActorByLogin(ctx context.Context, login string) (tracker.Actor, error) {
	if login == "" || login == tracker.Operator.Login {
		return tracker.Operator, nil
	}
	var out tracker.Actor
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		account, err := tx.AccountByLogin(login)
		if err != nil {
			return err
		}
		out, err = tx.Actor(account.ID)
		return err
	})
	return out, err
}

// SetLanguage keeps the language in which an account wants its pages.
func (a *App) SetLanguage(ctx context.Context, by tracker.Actor, language string) error {
	return a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error { return tx.SetLanguage(by.ID, language) })
}

// ChangePassword replaces the actor's own password. The fault names the field old when it is wrong.
func (a *App) ChangePassword(ctx context.Context, by tracker.Actor, old, next string) error {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	if checkPassword(fault, "new", next); fault.FieldFaults() != nil {
		return fault
	}
	if err := a.confirmPassword(ctx, by, "old", old); err != nil {
		return err
	}
	hash, err := a.signIns.hash(ctx, next)
	if err != nil {
		return err
	}
	return a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		if err := refuseDemoPassword(tx, next); err != nil {
			return err
		}
		return tx.SetPassword(by.ID, hash)
	})
}

// SignInHint is an account of the demonstration network that the sign-in page offers.
type SignInHint struct {
	Login string
	Role  tracker.Role
}

// DemoSignIns gives the accounts of a database that was made by demo, none of any other.
func (a *App) DemoSignIns(ctx context.Context) ([]SignInHint, error) {
	var out []SignInHint
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		demo, err := tx.Meta(metaDemo)
		if err != nil || demo == "" {
			return err
		}
		accounts, err := tx.Accounts()
		for _, account := range accounts {
			if !account.Disabled {
				out = append(out, SignInHint{account.Login, account.Role})
			}
		}
		return err
	})
	return out, err
}

// SignIn checks a login and its password. client is where the try comes from, as the throttle counts it. The fault is
// Unauthorised, the same for an unknown login, a wrong password and a disabled account, or TooMany.
func (a *App) SignIn(ctx context.Context, login, password, client string) (tracker.Actor, error) {
	var none tracker.Actor
	login = strings.ToLower(strings.TrimSpace(login))
	if err := a.signIns.admit(login, client); err != nil {
		return none, err
	}
	account, actor, err := a.account(ctx, login)
	if err != nil {
		return none, err
	}
	right, err := a.signIns.compare(ctx, password, account.PasswordHash)
	if err != nil {
		return none, err
	}
	if !right || actor.ID == 0 || len(password) > longestPassword {
		return none, tracker.Fault(tracker.Unauthorised, "sign_in_failed")
	}
	a.signIns.succeeded(login, client)
	return actor, nil
}

// account loads an account that may sign in; a missing, disabled or foreign one is empty, so that it takes as long to
// refuse as a wrong password.
func (a *App) account(ctx context.Context, login string) (store.Account, tracker.Actor, error) {
	var account store.Account
	var actor tracker.Actor
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		found, err := tx.AccountByLogin(login)
		if err != nil {
			return err
		}
		demo, err := tx.Meta(metaDemo)
		if err != nil {
			return err
		}
		if found.Demo && demo == "" {
			return nil
		}
		account = found
		actor, err = tx.Actor(found.ID)
		return err
	})
	var fault *tracker.Error
	if errors.As(err, &fault) && fault.Kind == tracker.NotFound {
		err = nil
	}
	return account, actor, err
}

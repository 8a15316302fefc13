package app_test

import (
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

func TestSignIn(t *testing.T) {
	n := apptest.Small(t)
	ctx := t.Context()
	actor, err := n.SignIn(ctx, " Network ", app.DemoPassword, "10.0.0.1")
	if err != nil || actor.Login != "network" || actor.Role != tracker.RoleNetwork {
		t.Fatalf("%+v, %v", actor, err)
	}
	if err := n.DisableAccount(ctx, tracker.Operator, "viewer"); err != nil {
		t.Fatal(err)
	}
	var said []string
	for name, try := range map[string][2]string{
		"wrong password":   {"network", "dealercert-wrong"},
		"no password":      {"network", ""},
		"unknown login":    {"nobody-at-all", app.DemoPassword},
		"disabled account": {"viewer", app.DemoPassword},
		"the operator":     {"operator", app.DemoPassword},
		"endless password": {"network", strings.Repeat(app.DemoPassword, 1000)},
	} {
		_, err := n.SignIn(ctx, try[0], try[1], "client "+name)
		wantFault(t, err, tracker.Unauthorised, "")
		if err != nil {
			said = append(said, err.Error())
		}
	}
	for _, text := range said {
		if text != said[0] {
			t.Errorf("the refusals tell apart: %q and %q", text, said[0])
		}
	}
}

// Eight tries at a login from one client are let through; who knows the password still gets in from another.
func TestSignInIsThrottled(t *testing.T) {
	n := apptest.Small(t)
	for range 8 {
		_, err := n.SignIn(t.Context(), "network", "dealercert-wrong", "10.0.0.9")
		wantFault(t, err, tracker.Unauthorised, "")
	}
	_, err := n.SignIn(t.Context(), "network", app.DemoPassword, "10.0.0.9")
	wantFault(t, err, tracker.TooMany, "")
	if _, err := n.SignIn(t.Context(), "network", app.DemoPassword, "10.0.0.10"); err != nil {
		t.Errorf("from another client: %v", err)
	}
}

func TestAddAccount(t *testing.T) {
	n := apptest.Small(t)
	good := app.NewAccount{Login: "li.na", Role: "regional", Password: "a long enough one", Regions: []string{"east"}}
	for name, tt := range map[string]struct {
		change func(*app.NewAccount)
		field  string
	}{
		"blank login":        {func(a *app.NewAccount) { a.Login = "" }, "login"},
		"login with space":   {func(a *app.NewAccount) { a.Login = "li na" }, "login"},
		"capital letters":    {func(a *app.NewAccount) { a.Login = "LiNa" }, "login"},
		"the operator":       {func(a *app.NewAccount) { a.Login = "operator" }, "login"},
		"unknown role":       {func(a *app.NewAccount) { a.Role = "king" }, "role"},
		"the operator's":     {func(a *app.NewAccount) { a.Role = "operator" }, "role"},
		"short password":     {func(a *app.NewAccount) { a.Password = "eleven char" }, "password"},
		"long password":      {func(a *app.NewAccount) { a.Password = strings.Repeat("x", 257) }, "password"},
		"unknown region":     {func(a *app.NewAccount) { a.Regions = []string{"nowhere"} }, "region"},
		"unknown group":      {func(a *app.NewAccount) { a.Groups = []string{"nobody"} }, "group"},
		"unknown dealership": {func(a *app.NewAccount) { a.Dealerships = []string{"99999"} }, "dealership"},
	} {
		t.Run(name, func(t *testing.T) {
			account := good
			tt.change(&account)
			wantFault(t, n.AddAccount(t.Context(), tracker.Operator, account), tracker.Invalid, tt.field)
		})
	}
	wantFault(t, n.AddAccount(t.Context(), n.Actor(t, "network"), good), tracker.Forbidden, "")
	if err := n.AddAccount(t.Context(), n.Actor(t, "admin"), good); err != nil {
		t.Fatal(err)
	}
	wantFault(t, n.AddAccount(t.Context(), tracker.Operator, good), tracker.Conflict, "")
	actor, err := n.SignIn(t.Context(), good.Login, good.Password, "10.0.0.1")
	if err != nil || len(actor.Scope.Regions) != 1 || actor.Scope.All {
		t.Errorf("%+v, %v", actor, err)
	}
}

// The published password opens nothing but a demonstration.
func TestDemoPasswordIsRefusedElsewhere(t *testing.T) {
	n := apptest.Empty(t)
	account := app.NewAccount{Login: "boss", Role: "network", Password: app.DemoPassword}
	wantFault(t, n.AddAccount(t.Context(), tracker.Operator, account), tracker.Invalid, "password")
	account.Password = "correct horse battery"
	if err := n.AddAccount(t.Context(), tracker.Operator, account); err != nil {
		t.Fatal(err)
	}
	boss := n.Actor(t, "boss")
	wantFault(t, n.ChangePassword(t.Context(), boss, account.Password, app.DemoPassword), tracker.Invalid, "password")
	wantFault(t, n.ChangePassword(t.Context(), boss, "not the old one", "another long one"), tracker.Invalid, "old")
	wantFault(t, n.ChangePassword(t.Context(), boss, account.Password, "short"), tracker.Invalid, "new")
	if err := n.ChangePassword(t.Context(), boss, account.Password, "another long one"); err != nil {
		t.Fatal(err)
	}
	if _, err := n.SignIn(t.Context(), "boss", "another long one", "10.0.0.1"); err != nil {
		t.Error(err)
	}
	if hints, err := n.DemoSignIns(t.Context()); err != nil || len(hints) > 0 {
		t.Errorf("sign-ins offered: %v, %v", hints, err)
	}
}

func TestDisabledAccountIsGone(t *testing.T) {
	n := apptest.Small(t)
	viewer := n.Actor(t, "viewer")
	if err := n.DisableAccount(t.Context(), tracker.Operator, "viewer"); err != nil {
		t.Fatal(err)
	}
	_, err := n.App.Actor(t.Context(), viewer.ID)
	wantFault(t, err, tracker.NotFound, "")
	_, err = n.ActorByLogin(t.Context(), "viewer")
	wantFault(t, err, tracker.NotFound, "")
	wantFault(t, n.DisableAccount(t.Context(), tracker.Operator, "nobody-at-all"), tracker.NotFound, "")
}

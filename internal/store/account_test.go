package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

func TestAccounts(t *testing.T) {
	s := storetest.Open(t)
	east := storetest.Region(t, s, "east")
	at := storetest.Dealership(t, s, "A1", east)
	wanted := store.Account{
		Login: "east-1", Name: "东区", Role: tracker.RoleRegional, Language: "zh-Hans", PasswordHash: "hash", Demo: true,
		Scope: tracker.Scope{Regions: []tracker.RegionID{east}, Dealerships: []tracker.DealershipID{at}},
	}
	storetest.Write(t, s, func(tx *store.Tx) (err error) {
		if wanted.ID, err = tx.CreateAccount(wanted); err != nil {
			return err
		}
		group, err := tx.CreateGroup(tracker.Group{Code: "G1"})
		if err != nil {
			return err
		}
		for _, a := range []store.Account{
			{Login: "group-1", Role: tracker.RoleGroup, Scope: tracker.Scope{Groups: []tracker.GroupID{group}}},
			{Login: "nobody", Role: tracker.RoleViewer}, {Login: "hq", Role: tracker.RoleNetwork, Scope: tracker.Scope{All: true}},
		} {
			if _, err := tx.CreateAccount(a); err != nil {
				return err
			}
		}
		return nil
	})
	storetest.Read(t, s, func(tx *store.Tx) error {
		got, err := tx.AccountByLogin("east-1")
		if d := cmp.Diff(wanted, got); d != "" {
			t.Errorf("-made +read:\n%s", d)
		}
		if err != nil {
			return err
		}
		list, err := tx.Accounts()
		if err != nil {
			return err
		}
		scopes := map[string]tracker.Scope{}
		for _, a := range list {
			scopes[a.Login] = a.Scope
		}
		if !scopes["nobody"].Empty() || !scopes["hq"].All || len(scopes["group-1"].Groups) != 1 {
			t.Errorf("scopes: %+v", scopes)
		}
		if labels := list[0].ScopeLabels; len(labels.Regions) != 1 || labels.Regions[0] != "east" || labels.Dealerships[0] != "A1" {
			t.Errorf("labels: %+v", labels)
		}
		actor, err := tx.Actor(wanted.ID)
		if d := cmp.Diff(tracker.Actor{ID: wanted.ID, Login: "east-1", Name: "东区", Role: tracker.RoleRegional, Language: "zh-Hans", Scope: wanted.Scope}, actor); d != "" {
			t.Errorf("actor: -want +got\n%s", d)
		}
		return err
	})
	for _, change := range []struct {
		name string
		do   func(*store.Tx) error
		want tracker.Kind
	}{
		{"a taken login", func(tx *store.Tx) error {
			_, err := tx.CreateAccount(store.Account{Login: "east-1"})
			return err
		}, tracker.Conflict},
		{"an unknown account", func(tx *store.Tx) error { return tx.SetPassword(99, "x") }, tracker.NotFound},
		{"an unknown region", func(tx *store.Tx) error {
			_, err := tx.CreateAccount(store.Account{Login: "x", Scope: tracker.Scope{Regions: []tracker.RegionID{99}}})
			return err
		}, tracker.Internal},
	} {
		if err := s.Write(t.Context(), storetest.Writing, change.do); err == nil || tracker.KindOf(err) != change.want {
			t.Errorf("%s: %v", change.name, err)
		}
	}
	storetest.Write(t, s, func(tx *store.Tx) error {
		if err := tx.SetPassword(wanted.ID, "other"); err != nil {
			return err
		}
		if err := tx.SetLanguage(wanted.ID, "en"); err != nil {
			return err
		}
		return tx.SetAccountDisabled(wanted.ID, true)
	})
	storetest.Read(t, s, func(tx *store.Tx) error {
		if a, err := tx.AccountByLogin("east-1"); err != nil || a.PasswordHash != "other" || a.Language != "en" || !a.Disabled {
			t.Errorf("changed: %+v, %v", a, err)
		}
		if _, err := tx.Actor(wanted.ID); tracker.KindOf(err) != tracker.NotFound {
			t.Errorf("a disabled actor: %v", err)
		}
		if _, err := tx.AccountByLogin("none"); tracker.KindOf(err) != tracker.NotFound {
			t.Errorf("an unknown login: %v", err)
		}
		return nil
	})
}

func TestSessions(t *testing.T) {
	clock := storetest.NewClock()
	config := storetest.Config(storetest.URL(t))
	now := clock.Now()
	config.Now = func() time.Time { return now }
	sessions := storetest.OpenEmpty(t, config).Sessions()
	ctx := context.Background()
	found := func(token, want string) {
		t.Helper()
		data, ok, err := sessions.FindCtx(ctx, token)
		if err != nil || ok != (want != "") || string(data) != want {
			t.Errorf("%s: %q, %v, %v; want %q", token, data, ok, err, want)
		}
	}
	commit := func(token, data string, expiry time.Time) {
		t.Helper()
		if err := sessions.CommitCtx(ctx, token, []byte(data), expiry); err != nil {
			t.Fatal(err)
		}
	}
	found("a", "")
	commit("a", "one", now.Add(time.Hour))
	commit("a", "two", now.Add(time.Hour))
	commit("b", "three", now.Add(time.Minute))
	found("a", "two")
	found("b", "three")
	now = now.Add(time.Minute)
	found("b", "")
	found("a", "two")
	for range 2 { // deleting what is gone is no error
		if err := sessions.DeleteCtx(ctx, "a"); err != nil {
			t.Fatal(err)
		}
	}
	found("a", "")
}

package demo

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dealercert/internal/app"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// emptyApp gives the product on an empty database, on the day that counts as the present.
func emptyApp(t *testing.T) (*app.App, *store.Store) {
	t.Helper()
	zone := time.FixedZone("Shanghai", 8*60*60)
	now := func() time.Time { return presentDay.Time().Add(2 * time.Hour).In(zone) }
	s, err := store.Open(t.Context(), store.Config{
		URL: "sqlite:" + filepath.Join(t.TempDir(), "demo.db"), Now: now, Zone: zone, Rules: app.Rules,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{Store: s, Now: now, Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	return a, s
}

// fill fills a database and fails when it cannot.
func fill(t *testing.T, a *app.App, o Options) {
	t.Helper()
	if err := Fill(t.Context(), a, o, func(string, int, int) {}); err != nil {
		t.Fatal(err)
	}
}

func TestFillRecordsWhatTheNetworkTells(t *testing.T) {
	a, s := emptyApp(t)
	fill(t, a, Options{Dealerships: 40, Seed: 6})
	o := tell(t, 40, 6)
	for _, day := range []tracker.Date{tracker.MustDate("2021-06-30"), calibrationDay, lawDay, presentDay, presentDay.AddMonths(12)} {
		got, err := a.Summary(t.Context(), tracker.Operator, app.SummaryQuery{On: day})
		if err != nil {
			t.Fatal(err)
		}
		want := o.on(day)
		seen := []int{
			got.Active, got.BMWi.Certified, got.BMWi.AtRisk, got.BMWi.InBreach, got.Technicians.Employed,
			got.Technicians.NEVQualified, got.Upgrade.Completed,
		}
		told := []int{
			want.active, want.certified, want.atRisk, want.inBreach, want.employed, want.qualified, want.completed,
		}
		if !slices.Equal(seen, told) {
			t.Errorf("%s: the database says %v, the facts say %v", day, seen, told)
		}
	}
	report, err := s.Verify(t.Context(), func(int, int) {})
	if err != nil || len(report.Findings) > 0 {
		t.Errorf("verify: %v, %+v", err, report.Findings)
	}
	if err := Fill(context.Background(), a, Options{Dealerships: 1}, func(string, int, int) {}); tracker.KindOf(err) != tracker.Conflict {
		t.Errorf("a database that holds data was filled again: %v", err)
	}
}

func TestAccountsAreThoseThatFactsName(t *testing.T) {
	a, s := emptyApp(t)
	fill(t, a, Options{Dealerships: 3, Seed: 1})
	network, _ := mustNetwork(t, 3, 1)
	var logins map[tracker.AccountID]string
	if err := s.Read(t.Context(), func(tx *store.Tx) (err error) {
		logins, err = tx.Logins()
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, account := range network.Accounts() {
		if logins[account.ID] != account.Login {
			t.Errorf("account %d is %s, the facts mean %s", account.ID, logins[account.ID], account.Login)
		}
		if _, err := a.SignIn(t.Context(), account.Login, app.DemoPassword, "test "+account.Login); err != nil {
			t.Errorf("%s cannot sign in: %v", account.Login, err)
		}
	}
}

// What dealerships reported waits for their regions, rests on what is recorded, and can be accepted.
func TestReportsWaitAndCanBeAccepted(t *testing.T) {
	a, _ := emptyApp(t)
	fill(t, a, Options{Dealerships: 60, Seed: 1})
	by, err := a.ActorByLogin(t.Context(), "network")
	if err != nil {
		t.Fatal(err)
	}
	queue, err := a.ReviewQueue(t.Context(), by, nil, nil)
	if err != nil || queue.Total < 6 {
		t.Fatalf("%d wait, %v", queue.Total, err)
	}
	for _, c := range queue.Rows {
		seen, err := a.ReviewClaim(t.Context(), by, c.ID)
		if err != nil || seen.Moved || seen.Against != nil || seen.EnteredAt > KnowledgeMoment {
			t.Errorf("%s: moved %t, %v %v", c.Kind, seen.Moved, seen.Against, err)
		}
		ruling := app.Ruling{Verdict: "accept", Version: seen.Version, Base: seen.Base}
		if err := a.DecideClaim(t.Context(), by, c.ID, ruling); err != nil {
			t.Errorf("%s: %v", c.Kind, err)
		}
	}
}

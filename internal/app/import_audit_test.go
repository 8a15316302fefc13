package app_test

import (
	"os"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// Decisions about single models, and what planned and locked audits say, are carried by the table of decisions.
func TestDecisionsAreCarriedWhole(t *testing.T) {
	from, to := apptest.Small(t), apptest.Small(t)
	var models []tracker.Model
	storeRead(t, from, func(tx *store.Tx) error {
		rules, err := tx.Rules()
		models = rules.AllModels()
		return err
	})
	first, second := models[0].Code, models[1].Code
	path := table(t, headers["decisions"],
		"30004,bmw-i,enrol,2025-01-01,,,,,,,,,,",
		"30004,bmw-i,submit,2025-02-01,,,,,,,,,,",
		"30004,bmw-i,plan_audit,2025-03-01,,,,,,2025-03-20,,,审核员甲,",
		"30004,bmw-i,lock_audit,2025-03-20,,备注,,,,,89.5,1,审核员甲,both",
		"30001,models,suspend,2026-05-01,,第一,,,"+first+",,,,,",
		"30001,models,suspend,2026-05-01,,第二,,,"+second+",,,,,",
		"30001,models,reinstate,2026-06-01,,,,,"+second+",,,,,",
	)
	if r := imported(t, from, tracker.Operator, "decisions", path, app.ImportOptions{}); !r.Committed || r.Create != 7 {
		t.Fatal(counted(r), told(r))
	}
	file := exported(t, from, tracker.Operator, "decisions", "csv", "en")
	if r := imported(t, from, tracker.Operator, "decisions", file, app.ImportOptions{}); r.Unchanged != r.Rows {
		t.Error("read back: ", counted(r), told(r))
	}
	if r := imported(t, to, tracker.Operator, "decisions", file, app.ImportOptions{}); !r.Committed || r.Create != 7 {
		t.Fatal("carried over: ", counted(r), told(r))
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(exported(t, to, tracker.Operator, "decisions", "csv", "en"))
	if err != nil || string(got) != string(want) {
		t.Errorf("%v\ngot\n%s\nwant\n%s", err, got, want)
	}
	for _, part := range []string{"lock_audit,2025-03-20,,备注,,,,,89.5,1,审核员甲,both", "suspend,2026-05-01,,第二,,," + second} {
		if !strings.Contains(string(got), part) {
			t.Errorf("without %q:\n%s", part, got)
		}
	}
	for name, test := range map[string][2]string{
		"no model":        {"30001,models,suspend,2026-05-01,,,,,,,,,,", "model model_required"},
		"another model":   {"30001,models,suspend,2026-05-01,,,,,Z9,,,,,", "model unknown_model"},
		"a model too far": {"30001,bmw-i,suspend,2026-05-01,,,,," + first + ",,,,,", "model model_unused"},
		"a score":         {"30004,bmw-i,lock_audit,2025-03-20,,备注,,,,,much,1,审核员甲,both", "score score_range"},
	} {
		r := imported(t, to, tracker.Operator, "decisions", table(t, headers["decisions"], test[0]), app.ImportOptions{DryRun: true})
		if !strings.Contains(told(r), test[1]) {
			t.Errorf("%s: %q, want %q", name, told(r), test[1])
		}
	}
}

func storeRead(t *testing.T, n apptest.Network, read func(*store.Tx) error) {
	t.Helper()
	if err := n.Store.Read(t.Context(), read); err != nil {
		t.Fatal(err)
	}
}

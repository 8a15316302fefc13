package tracker_test

import (
	"errors"
	"strings"
	"testing"

	"dealercert/internal/tracker"
)

// caseRules are the rules of the tests with the numbers that decisions on an audit ask for.
func caseRules() tracker.Rulebook {
	return tracker.NewRulebook(upgradeV1(), lawV1(), guards(), func() tracker.Standard {
		s := bmwiV1()
		s.PassScore, s.ConditionalScore, s.ConditionsDays, s.RetryDays = 90, 80, 90, 30
		return s
	}())
}

// Each row is a decision about to be entered after a case has come so far, and the field at which it is refused; empty:
// it is not.
func TestGuardsOfEntry(t *testing.T) {
	on := tracker.MustDate
	decide := func(kind tracker.DecisionKind, day string) tracker.Decision {
		return tracker.Decision{Head: tracker.Head{ID: tracker.FactID("c-" + string(kind) + day), Chain: tracker.FactID("c-" + string(kind) + day)},
			Dealership: here, Programme: "bmw-i", Decided: kind, EffectiveOn: on(day)}
	}
	locked := func(score, vetoes int) []tracker.Decision {
		audit := decide("lock_audit", "2023-03-01")
		audit.Score, audit.Vetoes, audit.Signed = score, vetoes, tracker.SignedByBoth
		return []tracker.Decision{decide("enrol", "2023-01-01"), decide("submit", "2023-02-01"), decide("plan_audit", "2023-02-10"), audit}
	}
	with := func(d tracker.Decision, change func(*tracker.Decision)) tracker.Decision {
		d.Head = tracker.Head{}
		if change != nil {
			change(&d)
		}
		return d
	}
	certified := []tracker.Decision{with(decide("certify", "2023-01-01"), func(d *tracker.Decision) { d.Chain, d.ID, d.ValidUntil = "x", "x", on("2024-12-31") })}
	submitted := append(certified, decide("submit", "2024-11-01"))
	for _, row := range []struct {
		name   string
		before []tracker.Decision
		next   tracker.Decision
		want   string // field: key
	}{
		{"certified without an audit", nil, with(decide("certify", "2023-03-10"), nil), ""},
		{"ninety per cent", locked(900, 0), with(decide("certify", "2023-03-10"), nil), ""},
		{"just below", locked(899, 0), with(decide("certify", "2023-03-10"), nil), "decision: score_too_low"},
		{"enough for conditions", locked(800, 0), with(decide("certify_with_conditions", "2023-03-10"), nil), ""},
		{"too little for conditions", locked(799, 0), with(decide("certify_with_conditions", "2023-03-10"), nil), "decision: score_too_low"},
		{"a critical item failed", locked(990, 1), with(decide("certify", "2023-03-10"), nil), "decision: critical_failed"},
		{"conditions for ninety days", locked(800, 0), with(decide("certify_with_conditions", "2023-03-10"), func(d *tracker.Decision) { d.DueOn = on("2023-06-08") }), ""},
		{"conditions for longer", locked(800, 0), with(decide("certify_with_conditions", "2023-03-10"), func(d *tracker.Decision) { d.DueOn = on("2023-06-09") }), "due_on: conditions_too_long"},
		{"the law in breach", locked(950, 0), with(decide("certify", "2024-06-01"), nil), "decision: law_in_breach"},
		{"failed whatever the score", locked(300, 4), with(decide("fail", "2023-03-10"), nil), ""},
		{
			"an audit again too soon", append(locked(300, 4), decide("fail", "2023-03-10"), decide("submit", "2023-03-20")),
			with(decide("plan_audit", "2023-03-25"), func(d *tracker.Decision) { d.DueOn = on("2023-04-08") }), "due_on: audit_too_soon",
		},
		{
			"an audit again in time", append(locked(300, 4), decide("fail", "2023-03-10"), decide("submit", "2023-03-20")),
			with(decide("plan_audit", "2023-03-25"), func(d *tracker.Decision) { d.DueOn = on("2023-04-09") }), "",
		},
		{"an audit without signatures", locked(0, 0)[:3], with(decide("lock_audit", "2023-03-01"), nil), "signed: signature_required"},
		{"signing refused without a note", locked(0, 0)[:3], with(decide("lock_audit", "2023-03-01"), func(d *tracker.Decision) { d.Signed = tracker.SignRefused }), "grounds: signature_refused"},
		{"signing refused with a note", locked(0, 0)[:3], with(decide("lock_audit", "2023-03-01"), func(d *tracker.Decision) { d.Signed, d.Grounds = tracker.SignRefused, "No one there" }), ""},
		{"more than a hundred per cent", locked(0, 0)[:3], with(decide("lock_audit", "2023-03-01"), func(d *tracker.Decision) { d.Signed, d.Score = tracker.SignedByBoth, 1001 }), "score: score_range"},
		{"extended though nothing was submitted", certified, with(decide("extend", "2024-12-20"), func(d *tracker.Decision) { d.ValidUntil = on("2025-03-31") }), "decision: nothing_submitted"},
		{"extended while headquarters is late", submitted, with(decide("extend", "2024-12-20"), func(d *tracker.Decision) { d.ValidUntil = on("2025-03-31") }), ""},
		{"extended by nothing", submitted, with(decide("extend", "2024-12-20"), func(d *tracker.Decision) { d.ValidUntil = on("2024-12-31") }), "valid_until: extension_too_short"},
		{"extended without a day", submitted, with(decide("extend", "2024-12-20"), nil), "valid_until: valid_until_required"},
		{"a model in a certification", nil, with(decide("certify", "2023-03-10"), func(d *tracker.Decision) { d.Subject = "iY" }), "model: model_unused"},
		{"no model in rights", nil, with(decide("refuse", "2023-03-10"), func(d *tracker.Decision) { d.Programme = "models" }), "model: model_required"},
		{"an unknown model", nil, with(decide("refuse", "2023-03-10"), func(d *tracker.Decision) { d.Programme, d.Subject = "models", "i1" }), "model: unknown_model"},
		{"a model", nil, with(decide("refuse", "2023-03-10"), func(d *tracker.Decision) { d.Programme, d.Subject = "models", "iY" }), ""},
		{"sold off without an end", nil, with(decide("run_out", "2023-03-10"), func(d *tracker.Decision) { d.Programme, d.Subject = "models", "iY" }), "valid_until: valid_until_required"},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := healthySeller()
			h.Decisions = row.before
			if strings.HasPrefix(row.want, "decision: law") {
				h.People = nil
			}
			err := h.Enters(caseRules(), row.next)
			got := ""
			var fault *tracker.Error
			if errors.As(err, &fault) && len(fault.Fields) > 0 {
				got = fault.Fields[0].Field + ": " + fault.Fields[0].Key
			} else if err != nil {
				t.Fatal(err)
			}
			if got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

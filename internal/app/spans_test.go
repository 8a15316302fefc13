package app

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"dealercert/internal/tracker"
)

// What is written in one cell reads back, whatever signs the codes in it hold.
func TestSpansReadBack(t *testing.T) {
	anyDay := rapid.Map(rapid.IntRange(0, 40_000), func(n int) tracker.Date {
		if n%5 == 0 {
			return 0
		}
		return tracker.NewDate(1960, 1, 1).Add(n)
	})
	anyPart := rapid.StringMatching(`[a-z0-9;|% 华东]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		var wanted []span
		for range rapid.IntRange(0, 4).Draw(t, "spans") {
			s := span{Period: tracker.Period{From: anyDay.Draw(t, "from"), Until: anyDay.Draw(t, "until")}}
			if s.Empty() {
				continue
			}
			if rapid.Bool().Draw(t, "with parts") {
				s.parts = []string{"r" + anyPart.Draw(t, "region") + "r", anyPart.Draw(t, "zone"), "g" + anyPart.Draw(t, "group") + "g"}
			}
			wanted = append(wanted, s)
		}
		fault := tracker.Fault(tracker.Invalid, "invalid_form")
		text := joinSpans(wanted)
		got := readSpans(fault, "periods", text)
		if len(fault.Fields) > 0 {
			t.Fatalf("%q: %v", text, fault)
		}
		if d := cmp.Diff(wanted, got, cmp.AllowUnexported(span{}), cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("%q: -written +read\n%s", text, d)
		}
	})
}

package tracker_test

import (
	"errors"
	"fmt"
	"testing"

	"dealercert/internal/tracker"
)

func TestKindsOfFaults(t *testing.T) {
	fault := tracker.Fault(tracker.Conflict, "exists", "noun", "dealership")
	for _, c := range []struct {
		name string
		err  error
		want tracker.Kind
	}{
		{"a fault", fault, tracker.Conflict},
		{"a fault that others wrapped", fmt.Errorf("import: %w", fmt.Errorf("row 3: %w", fault)), tracker.Conflict},
		{"any other error", errors.New("disk full"), tracker.Internal},
		{"none", nil, tracker.Internal},
	} {
		if got := tracker.KindOf(c.err); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

func TestFaultsAreWrittenTheSameEachTime(t *testing.T) {
	want := `wrong_row column=code row=3 value=A1 name:required code:taken`
	for range 20 {
		err := tracker.Fault(tracker.Invalid, "wrong_row", "value", "A1", "row", 3, "column", "code").
			In("name", "required").In("code", "taken", "by", "Suzhou")
		if err.Error() != want {
			t.Fatalf("got  %s\nwant %s", err, want)
		}
		if err.Fields[1].Args["by"] != "Suzhou" || err.Fields[0].Args != nil {
			t.Fatalf("fields %v", err.Fields)
		}
	}
}

func TestFaultsOfAFormAreCollected(t *testing.T) {
	form := tracker.Fault(tracker.Invalid, "invalid")
	if err := form.FieldFaults(); err != nil {
		t.Errorf("a form without faults gives %v", err)
	}
	form.In("from", "required")
	if err := form.FieldFaults(); tracker.KindOf(err) != tracker.Invalid {
		t.Errorf("a form with a fault gives %v", err)
	}
}

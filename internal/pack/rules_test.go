package pack_test

import (
	"testing"

	"dealercert/internal/pack"
	"dealercert/internal/tracker"
)

func TestRulesHaveSources(t *testing.T) {
	days, source := pack.BackDatingDays()
	if days != 7 || source.Basis != tracker.BasisAssumption || source.Cite == "" {
		t.Errorf("back-dating: %d days by %+v", days, source)
	}
}

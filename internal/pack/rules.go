package pack

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/goccy/go-yaml"

	"dealercert/internal/tracker"
)

//go:embed rules.yaml
var rulesYAML []byte

// sourced is a number with what it rests on.
type sourced struct {
	Value int    `yaml:"value"`
	Basis string `yaml:"basis"`
	Cite  string `yaml:"cite"`
}

type ruleList struct {
	BackDatingDays sourced `yaml:"back_dating_days"`
}

// rules reads the embedded rules once. They are part of the program, so a fault in them is a broken build.
var rules = sync.OnceValue(func() ruleList {
	var out ruleList
	if err := yaml.UnmarshalWithOptions(rulesYAML, &out, yaml.Strict()); err != nil {
		panic(fmt.Sprintf("pack: rules.yaml: %v", err))
	}
	return out
})

// BackDatingDays gives how many days before today a change may begin that one person enters alone, and what that rests
// on.
func BackDatingDays() (int, tracker.Provenance) {
	rule := rules().BackDatingDays
	return rule.Value, tracker.Provenance{Basis: tracker.Basis(rule.Basis), Cite: rule.Cite}
}

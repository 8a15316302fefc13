package pack

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"

	"dealercert/internal/tracker"
)

//go:embed words.yaml
var wordsYAML []byte

type wordList struct {
	Generations []tracker.Generation `yaml:"generations"`
	Regions     []struct {
		Code string `yaml:"code"`
		En   string `yaml:"en"`
		Zh   string `yaml:"zh"`
	} `yaml:"regions"`
}

// words reads the embedded list once. It is part of the program, so a fault in it is a broken build.
var words = sync.OnceValue(func() wordList {
	var out wordList
	if err := yaml.UnmarshalWithOptions(wordsYAML, &out, yaml.Strict()); err != nil {
		panic(fmt.Sprintf("pack: words.yaml: %v", err))
	}
	return out
})

// KnownRegions gives the usual sales regions with code and names, without identities: whoever creates a region that a
// file names in either language takes the code from here. The slice is the caller's own.
func KnownRegions() []tracker.Region {
	known := words().Regions
	out := make([]tracker.Region, len(known))
	for i, r := range known {
		out[i] = tracker.Region{Code: r.Code, NameEn: r.En, NameZh: r.Zh}
	}
	return out
}

// KnownGenerations gives the high-voltage generations, oldest first. The slice is the caller's own.
func KnownGenerations() []tracker.Generation { return slices.Clone(words().Generations) }

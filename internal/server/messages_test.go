package server_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"dealercert/internal/tracker"
	"dealercert/web"
)

// locale reads a message file: keys and what they hold.
func locale(t *testing.T, language string) map[string]any {
	t.Helper()
	text, err := fs.ReadFile(web.Locales(), language+".toml")
	if err != nil {
		t.Fatal(err)
	}
	var nested map[string]any
	if err := toml.Unmarshal(text, &nested); err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	flatten(out, "", nested)
	return out
}

// flatten gives nested tables their dotted keys; a table of plural forms is one message.
func flatten(out map[string]any, prefix string, nested map[string]any) {
	for key, value := range nested {
		table, isTable := value.(map[string]any)
		if isTable && table["other"] == nil {
			flatten(out, prefix+key+".", table)
			continue
		}
		out[prefix+key] = value
	}
}

var placeholder = regexp.MustCompile(`\{\{[^}]*\.(\w+)[^}]*\}\}`)

// placeholders gives the arguments that a message takes, each once.
func placeholders(message any) []string {
	var texts []string
	switch m := message.(type) {
	case string:
		texts = []string{m}
	case map[string]any:
		for _, form := range m {
			if text, isText := form.(string); isText {
				texts = append(texts, text)
			}
		}
	}
	found := map[string]bool{}
	for _, text := range texts {
		for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
			found[match[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func TestLanguagesSayTheSameThings(t *testing.T) {
	first := locale(t, web.Languages[0])
	for _, language := range web.Languages[1:] {
		other := locale(t, language)
		for key, message := range first {
			translated, found := other[key]
			if !found {
				t.Errorf("%s lacks %q", language, key)
				continue
			}
			for _, argument := range placeholders(translated) {
				if !slices.Contains(placeholders(message), argument) {
					t.Errorf("%s: %q asks for %s, which %s does not", language, key, argument, web.Languages[0])
				}
			}
		}
		for key := range other {
			if _, found := first[key]; !found {
				t.Errorf("%s has %q, which %s lacks", language, key, web.Languages[0])
			}
		}
	}
}

// The ways in which code and templates name messages.
var (
	saidInGo        = regexp.MustCompile(`\b[sS]ay\((?:\w+(?:\.\w+)*, )?"([a-z][a-z0-9_.\-]*)"\s*[,)]`)
	saidInTemplates = regexp.MustCompile(`\bt "([a-z][a-zA-Z0-9_.\-]*)"`)
	faultInGo       = regexp.MustCompile(`tracker\.Fault\(\s*tracker\.\w+,\s*"(\w+)"`)
	fieldInGo       = regexp.MustCompile(`\.In\("?\w+"?,\s*"(\w+)"`)
	rowInGo         = regexp.MustCompile(`\.add\("\w+",\s*"(\w+)"`)
	findingInGo     = regexp.MustCompile(`verify\.find\("(\w+)"|report\.find\("(\w+)"`)
)

// used gathers the keys that are written out in code and templates, with where each stands.
func used(t *testing.T) map[string]string {
	t.Helper()
	keys := map[string]string{}
	note := func(text, prefix, place string, pattern *regexp.Regexp) {
		for _, match := range pattern.FindAllStringSubmatch(text, -1) {
			for _, key := range match[1:] {
				if key != "" {
					keys[prefix+key] = place
				}
			}
		}
	}
	for _, root := range []string{"../../internal", "../../cmd/dealercert", "../../web/templates"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text := string(content)
			switch filepath.Ext(path) {
			case ".html":
				note(text, "", path, saidInTemplates)
			case ".go":
				note(text, "", path, saidInGo)
				note(text, "error.", path, faultInGo)
				note(text, "error.", path, fieldInGo)
				note(text, "error.", path, rowInGo)
				note(text, "verify.", path, findingInGo)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

func TestEveryMessageThatIsUsedExists(t *testing.T) {
	known := locale(t, web.Languages[0])
	keys := used(t)
	if len(keys) < 200 {
		t.Fatalf("only %d keys were found in use; the patterns no longer fit the code", len(keys))
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if _, found := known[key]; !found {
			t.Errorf("%s says %q, which has no message", keys[key], key)
		}
	}
}

// words gives the keys of the words that are put together from what the domain calls things.
func words() []string {
	var out []string
	add := func(prefix, word string) { out = append(out, prefix+word) }
	for _, s := range slices.Concat(tracker.CertificationStates, tracker.ProjectStates, []tracker.State{tracker.NotOperating, tracker.Applies}) {
		add("state.", string(s))
	}
	for _, k := range []tracker.ProgrammeKind{tracker.KindCertification, tracker.KindProject} {
		for _, d := range tracker.LifecycleOf(k).Kinds() {
			add("decision.", string(d))
		}
	}
	for _, l := range []tracker.Light{tracker.Healthy, tracker.AtRisk, tracker.InBreach} {
		add("light.", string(l))
	}
	for _, r := range tracker.Roles {
		add("role.", string(r))
	}
	for _, f := range tracker.Formats {
		add("format.", string(f))
	}
	for _, p := range []tracker.ProgrammeCode{tracker.ProgrammeLaw, tracker.ProgrammeBMWi, tracker.ProgrammeDigitalUpgrade} {
		add("programme.", string(p))
	}
	for _, k := range []tracker.FactKind{tracker.FactDecision, tracker.FactEmployment, tracker.FactModule, tracker.FactAssignment, tracker.FactOperating, tracker.FactFranchise} {
		add("fact.", string(k))
	}
	for _, m := range tracker.Matters {
		add("matter.", string(m))
	}
	for _, p := range []tracker.Party{tracker.PartyDealership, tracker.PartyRegion, tracker.PartyHeadquarters} {
		add("party.", string(p))
	}
	for _, j := range []string{"technician", "foreman", "service_advisor", "sales_consultant", "i_champion", "trainer", "principal", "other"} {
		add("job.", j)
	}
	return out
}

func TestEveryWordOfTheDomainHasAMessage(t *testing.T) {
	known := locale(t, web.Languages[0])
	for _, key := range words() {
		if _, found := known[key]; !found {
			t.Errorf("%q has no message", key)
		}
	}
}

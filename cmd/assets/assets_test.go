package main

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The folders of the sources and of the committed build, seen from this package.
const (
	sourceFolder = "../../web/assets"
	builtFolder  = "../../web/static"
)

func TestBuiltFilesComeFromTheseSources(t *testing.T) {
	now, err := sourceSums(os.DirFS(sourceFolder))
	if err != nil {
		t.Fatal(err)
	}
	then, err := os.ReadFile(filepath.Join(builtFolder, sourcesFile))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(now, then) {
		t.Fatalf("web/assets changed after web/static was built: run `go run ./cmd/assets`\nnow:\n%s\nbuilt from:\n%s", now, then)
	}
}

// builtAsset reads the one built file whose name matches the pattern.
func builtAsset(t *testing.T, pattern string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(builtFolder, pattern))
	if err != nil || len(names) != 1 {
		t.Fatalf("%s: found %v, %v", pattern, names, err)
	}
	data, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestStylesheetLoadsNothingFromOutside(t *testing.T) {
	css := builtAsset(t, "css/app.*.css")
	for _, match := range regexp.MustCompile(`url\(["']?[^)]{0,12}`).FindAllString(css, -1) {
		if !strings.Contains(match, "data:image") {
			t.Errorf("the policy allows only data: images, found %s", match)
		}
	}
	for _, word := range []string{"@import", "@font-face", "sourceMappingURL"} {
		if strings.Contains(css, word) {
			t.Errorf("stylesheet contains %s", word)
		}
	}
	if !strings.Contains(css, "prefers-color-scheme:dark") && !strings.Contains(css, "prefers-color-scheme: dark") {
		t.Error("a dark system does not get the dark theme")
	}
}

func TestClassesOfTheProductAreStyled(t *testing.T) {
	css := builtAsset(t, "css/app.*.css")
	for _, class := range []string{
		"btn-primary", "form-control", "is-invalid", "visually-hidden", // of Tabler
		"dc-app", "dc-day", "dc-dayband", "dc-figure", "dc-loss", "dc-table--tiles", "dc-chip", "dc-state--certified",
		"dc-light--in_breach", "dc-because", "dc-flips", "dc-track", "dc-module--verified", "dc-effect", "dc-blank", "dc-toast",
	} {
		if !strings.Contains(css, "."+class) {
			t.Errorf("no rule for .%s", class)
		}
	}
	for _, class := range []string{".carousel", ".navbar", ".offcanvas"} {
		if strings.Contains(css, class) {
			t.Errorf("%s of Tabler is built in though no page uses it", class)
		}
	}
}

func TestSpriteHoldsEveryIconOfTheList(t *testing.T) {
	var sprite struct {
		Symbols []struct {
			ID      string `xml:"id,attr"`
			ViewBox string `xml:"viewBox,attr"`
		} `xml:"symbol"`
	}
	text := builtAsset(t, "img/icons.*.svg")
	if err := xml.Unmarshal([]byte(text), &sprite); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "style=") || strings.Contains(text, "<script") {
		t.Error("the sprite carries a style or a script")
	}
	have := map[string]bool{}
	for _, symbol := range sprite.Symbols {
		have[symbol.ID] = true
		if symbol.ViewBox != "0 0 24 24" {
			t.Errorf("%s has the view box %q", symbol.ID, symbol.ViewBox)
		}
	}
	states := "certified conditional suspended expired revoked withdrawn not_enrolled not_operating preparing submitted returned " +
		"audit_planned decision_pending applies not_started baselined planned in_progress self_declared verification completed " +
		"rework paused waived"
	for _, state := range strings.Fields(states) {
		if !have["state-"+state] {
			t.Errorf("no icon for the state %s", state)
		}
	}
	for _, light := range []string{"healthy", "at_risk", "in_breach"} {
		if !have["light-"+light] {
			t.Errorf("no icon for the light %s", light)
		}
	}
}

func TestCompressIsReproducibleAndSparesSmallFiles(t *testing.T) {
	text := bytes.Repeat([]byte("half-open intervals "), 100)
	first, second := compress(text), compress(text)
	if !bytes.Equal(first, second) {
		t.Error("the same content gave different bytes")
	}
	r, err := gzip.NewReader(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, text) {
		t.Errorf("did not come back: %v", err)
	}
	if compress(text[:worthCompressing-1]) != nil {
		t.Error("compressed a file that is too small to gain")
	}
}

func TestIconLine(t *testing.T) {
	for _, c := range []struct{ line, name, source string }{
		{"calendar", "calendar", "calendar"},
		{"edit = pencil", "edit", "pencil"},
		{"state-certified = filled/circle-check", "state-certified", "filled/circle-check"},
	} {
		if name, source := iconLine(c.line); name != c.name || source != c.source {
			t.Errorf("%q gave %q, %q", c.line, name, source)
		}
	}
}

func TestBuildRefusesOtherVersionsThanPinned(t *testing.T) {
	src := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(src, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("package.json", `{"dependencies": {"a": "1.0.0"}}`)
	if _, err := installedPackages(src); err == nil || !strings.Contains(err.Error(), "npm ci") {
		t.Errorf("missing package: %v", err)
	}
	write("node_modules/a/package.json", `{"version": "1.0.1", "license": "MIT"}`)
	if _, err := installedPackages(src); err == nil {
		t.Error("took another version than the pinned one")
	}
	write("node_modules/a/package.json", `{"version": "1.0.0", "license": "MIT"}`)
	got, err := installedPackages(src)
	if err != nil || len(got) != 1 || got[0] != (installedPackage{"a", "1.0.0", "MIT"}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := collectLicences(src, got); err == nil {
		t.Error("built without the licence text")
	}
}

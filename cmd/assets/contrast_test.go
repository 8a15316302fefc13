package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestColoursAreReadable holds the colours of both themes to WCAG 2.2 AA: text 4.5:1 on every ground it stands on, marks,
// lines of charts and focus rings 3:1.
func TestColoursAreReadable(t *testing.T) {
	const text, mark = 4.5, 3.0
	grounds := []string{"bg", "surface", "sunken", "hover"}
	var pairs []contrastPair
	for _, ground := range grounds {
		for _, ink := range []string{"text", "text-2", "text-3", "accent-text", "ok-text", "warn-text", "bad-text", "quiet-text"} {
			pairs = append(pairs, contrastPair{ink, ground, text})
		}
		for _, ink := range []string{"ok", "warn", "bad", "quiet", "accent", "day"} {
			pairs = append(pairs, contrastPair{ink, ground, mark})
		}
	}
	for _, tone := range []string{"accent", "ok", "warn", "bad", "quiet", "day"} {
		pairs = append(pairs, contrastPair{tone + "-text", tone + "-soft", text}, contrastPair{"text", tone + "-soft", text},
			contrastPair{"text-2", tone + "-soft", text})
	}
	pairs = append(pairs, contrastPair{"white", "accent", text}, contrastPair{"white", "accent-strong", text},
		contrastPair{"white", "day", text}, contrastPair{"surface", "text-2", text}, contrastPair{"text-3", "day-soft", text},
		contrastPair{"text", "accent-line", text})
	for theme, colours := range readThemes(t) {
		for _, p := range pairs {
			if got := contrast(colours[p.ink], colours[p.ground]); got < p.least {
				t.Errorf("%s: %s on %s is %.2f:1, needs %.1f:1", theme, p.ink, p.ground, got, p.least)
			}
		}
	}
}

type contrastPair struct {
	ink, ground string
	least       float64
}

// readThemes reads the plain colours of tokens.css by theme, as relative luminances.
func readThemes(t *testing.T) map[string]map[string]float64 {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(sourceFolder, "src", "css", "tokens.css"))
	if err != nil {
		t.Fatal(err)
	}
	light, rest, ok := strings.Cut(string(data), `[data-bs-theme="dark"]`)
	if !ok {
		t.Fatal("tokens.css has no dark theme")
	}
	dark, _, _ := strings.Cut(rest, ":root {")
	themes := map[string]map[string]float64{}
	for name, css := range map[string]string{"light": light, "dark": dark} {
		themes[name] = map[string]float64{"white": 1}
		for _, match := range regexp.MustCompile(`--dc-([\w-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(css, -1) {
			themes[name][match[1]] = luminance(t, match[2])
		}
		if len(themes[name]) < 20 {
			t.Fatalf("only %d colours read of the %s theme", len(themes[name]), name)
		}
	}
	return themes
}

// luminance is the relative luminance of WCAG 2.2 for six hexadecimal digits.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		value, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(fmt.Errorf("colour %s: %w", hex, err))
		}
		c := float64(value) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// contrast is the ratio of WCAG 2.2 between two luminances.
func contrast(a, b float64) float64 { return (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05) }

package main

import (
	"bufio"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// browsers are the oldest the stylesheet is written for; Tabler's own colours (oklch, color-mix) need about these.
var browsers = []api.Engine{
	{Name: api.EngineChrome, Version: "111"},
	{Name: api.EngineEdge, Version: "111"},
	{Name: api.EngineFirefox, Version: "113"},
	{Name: api.EngineSafari, Version: "16.4"},
}

// buildCSS makes one stylesheet: the rules of Tabler that tabler-keep.txt names, then our own layer, with every rule for
// the dark theme given a second time for readers whose system is dark and who have not chosen a theme.
func buildCSS(src string) ([]byte, error) {
	keep, err := readKeepList(filepath.Join(src, "tabler-keep.txt"))
	if err != nil {
		return nil, err
	}
	tabler, err := flatCSS(filepath.Join(src, "node_modules", "@tabler", "core", "dist", "css", "tabler.css"))
	if err != nil {
		return nil, err
	}
	own, err := flatCSS(filepath.Join(src, "src", "app.css"))
	if err != nil {
		return nil, err
	}
	rules := append(keepRules(tabler, keep), own...)
	rules = dropUnused(rules)
	minified := api.Transform(printRules(followSystemTheme(rules)), api.TransformOptions{
		Loader:           api.LoaderCSS,
		Engines:          browsers,
		Charset:          api.CharsetUTF8,
		LegalComments:    api.LegalCommentsNone, // licenses.txt carries the texts
		MinifyWhitespace: true,
		MinifySyntax:     true,
	})
	return minified.Code, buildError(minified.Errors)
}

// flatCSS reads a stylesheet with what it imports, without comments and with nested rules spelt out, as parsed rules.
func flatCSS(name string) ([]rule, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		EntryPoints:      []string{abs},
		Bundle:           true,
		Engines:          browsers,
		Supported:        map[string]bool{"nesting": false},
		Charset:          api.CharsetUTF8,
		LegalComments:    api.LegalCommentsNone,
		MinifyWhitespace: true,
		External:         []string{"data:*"},
	})
	if err := buildError(result.Errors); err != nil {
		return nil, err
	}
	return parseRules(string(result.OutputFiles[0].Contents))
}

// keepList says which classes of Tabler stay, as patterns of path.Match.
type keepList []string

// readKeepList reads a list of class patterns, one a line; # begins a comment.
func readKeepList(name string) (keepList, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var keep keepList
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		pattern := strings.TrimSpace(lines.Text())
		if pattern == "" || strings.HasPrefix(pattern, "#") {
			continue
		}
		if _, err := path.Match(pattern, ""); err != nil {
			return nil, fmt.Errorf("%s: %q: %w", name, pattern, err)
		}
		keep = append(keep, pattern)
	}
	return keep, lines.Err()
}

// has reports whether a class stays.
func (k keepList) has(class string) bool {
	return slices.ContainsFunc(k, func(pattern string) bool {
		matches, _ := path.Match(pattern, class) // readKeepList checked the pattern
		return matches
	})
}

package main

import (
	"errors"
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// layers say what each package of ours may import of ours. A package that is not listed is not allowed to be; commands
// may import anything but commands.
var layers = map[string][]string{
	"internal/tracker": nil,
	"internal/config":  nil,
	"web":              nil,
	"internal/pack":    {"internal/tracker"},
	"internal/sheet":   {"internal/tracker"},
	"internal/store":   {"internal/tracker"},
	"internal/app":     {"internal/tracker", "internal/store", "internal/pack", "internal/sheet", "web"},
	"internal/demo":    {"internal/app", "internal/tracker", "internal/pack"},
	"internal/server":  {"internal/app", "internal/tracker", "web"},

	"internal/app/apptest":     {"internal/app", "internal/pack", "internal/store", "internal/store/storetest", "internal/tracker"},
	"internal/store/storetest": {"internal/store", "internal/pack", "internal/tracker"},
}

// owners are the packages that alone may import a library: the one place where it could be replaced.
var owners = map[string]string{
	"gorm.io/":                 "internal/store",
	"github.com/pressly/goose": "internal/store",
	"github.com/gin-gonic/":    "internal/server",
	"github.com/xuri/excelize": "internal/sheet",
	"github.com/goccy/go-yaml": "internal/pack",
}

const module = "dealercert/"

// TestLayers reads the imports of every package and fails on an arrow that is not listed.
func TestLayers(t *testing.T) {
	root, seen := filepath.Join("..", ".."), 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if name := entry.Name(); path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules") {
			return fs.SkipDir
		}
		found, err := build.ImportDir(path, 0)
		var none *build.NoGoError
		if errors.As(err, &none) {
			return nil
		}
		if err != nil {
			return err
		}
		seen++
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		checkImports(t, filepath.ToSlash(name), found.Imports)
		return nil
	})
	if err != nil || seen < len(layers) {
		t.Fatalf("%d packages seen: %v", seen, err)
	}
}

func checkImports(t *testing.T, name string, imports []string) {
	t.Helper()
	allowed, listed := layers[name]
	command := strings.HasPrefix(name, "cmd/")
	if !listed && !command {
		t.Errorf("%s is in no layer: list it in ARCHITECTURE.md and here", name)
	}
	for _, imported := range imports {
		ours, isOurs := strings.CutPrefix(imported, module)
		if isOurs && (strings.HasPrefix(ours, "cmd/") || !command && !slices.Contains(allowed, ours)) {
			t.Errorf("%s must not import %s", name, ours)
		}
		if host, _, _ := strings.Cut(imported, "/"); name == "internal/tracker" && (isOurs || strings.Contains(host, ".")) {
			t.Errorf("%s must do with the standard library, not %s", name, imported)
		}
		for library, owner := range owners {
			if strings.HasPrefix(imported, library) && name != owner {
				t.Errorf("%s must not import %s, which is for %s alone", name, imported, owner)
			}
		}
	}
}

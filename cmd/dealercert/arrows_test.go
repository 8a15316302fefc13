package main

import (
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// arrows says which packages of ours each layer may import, as ARCHITECTURE.md draws it.
var arrows = map[string]string{
	"internal/tracker": "", "internal/config": "", "web": "", "cmd/assets": "",
	"internal/pack":        "internal/tracker",
	"internal/sheet":       "internal/tracker",
	"internal/store":       "internal/tracker",
	"internal/app":         "internal/tracker internal/store internal/pack internal/sheet",
	"internal/demo":        "internal/app internal/pack internal/tracker",
	"internal/server":      "internal/app internal/tracker web",
	"cmd/dealercert":       "internal/app internal/config internal/demo internal/server internal/sheet internal/store internal/tracker web",
	"internal/app/apptest": "internal/app internal/store internal/store/storetest internal/pack internal/tracker",
	// storetest is imported by tests of the layers above, so it may know the packs that they are judged by.
	"internal/store/storetest": "internal/store internal/pack internal/tracker",
}

// alone says which library belongs to one layer only.
var alone = map[string]string{
	"gorm.io/": "internal/store", "github.com/pressly/goose": "internal/store",
	"github.com/gin-gonic/gin": "internal/server", "github.com/alexedwards/scs": "internal/server",
}

func TestImportsFollowTheArrows(t *testing.T) {
	const root = "../.."
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if name := entry.Name(); name == "node_modules" || name == "testdata" || strings.HasPrefix(name, ".") && path != root {
			return fs.SkipDir
		}
		layer := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		pkg, err := build.ImportDir(path, 0)
		if err != nil {
			return nil // a folder without Go files
		}
		allowed, known := arrows[layer]
		if !known {
			t.Errorf("%s is no layer that ARCHITECTURE.md and this test know", layer)
		}
		for _, imported := range pkg.Imports {
			ours, isOurs := strings.CutPrefix(imported, "dealercert/")
			if isOurs && !slices.Contains(strings.Fields(allowed), ours) {
				t.Errorf("%s imports %s: there is no such arrow", layer, ours)
			}
			if layer == "internal/tracker" && strings.Contains(strings.Split(imported, "/")[0], ".") {
				t.Errorf("%s imports %s: it knows the standard library only", layer, imported)
			}
			for library, owner := range alone {
				if strings.HasPrefix(imported, library) && layer != owner && !strings.HasPrefix(layer, owner+"/") {
					t.Errorf("%s imports %s, which is known to %s alone", layer, imported, owner)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

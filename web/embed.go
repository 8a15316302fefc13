// Package web holds what pages are made of, inside the program: templates, messages in each language, and the built
// stylesheet, script and icons. It knows nothing of dealerships and imports nothing of ours.
package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
)

//go:embed all:templates all:locales static
var files embed.FS

// StaticPath is the path below which the server answers with StaticHandler.
const StaticPath = "/static/"

// manifest maps the name that templates use ("app.css") to the built file ("css/app.0123456789ab.css").
var manifest = readManifest(Static())

// Templates returns the HTML and mail templates: layout, partials, pages, mail.
func Templates() fs.FS { return folder("templates") }

// Locales returns the message files, one TOML file for each language.
func Locales() fs.FS { return folder("locales") }

// Static returns the built assets as they are served, with their gzip copies (.gz), SHA256SUMS and licenses.txt.
func Static() fs.FS { return folder("static") }

// Asset returns the address of a built asset, such as "/static/css/app.0123456789ab.css" for "app.css". The address changes
// with the content. It panics for a name that was not built, which inside a template becomes that template's error.
func Asset(name string) string {
	file, ok := manifest[name]
	if !ok {
		panic(fmt.Sprintf("web: no asset %q: is it in cmd/assets, and were the assets built?", name))
	}
	return StaticPath + file
}

// folder returns one of the embedded folders as the root of a file system.
func folder(name string) fs.FS {
	sub, err := fs.Sub(files, name)
	if err != nil {
		panic(err) // the name is a constant and valid
	}
	return sub
}

// readManifest reads the names that cmd/assets wrote. The file is embedded, so a fault in it is a broken build.
func readManifest(static fs.FS) map[string]string {
	data, err := fs.ReadFile(static, "manifest.json")
	if err != nil {
		panic(err)
	}
	names := map[string]string{}
	if err := json.Unmarshal(data, &names); err != nil {
		panic(fmt.Sprintf("web: static/manifest.json: %v", err))
	}
	return names
}

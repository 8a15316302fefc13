// Command assets builds what the browser loads, from web/assets into web/static: one stylesheet, one script, one icon
// sprite and the favicon, each under a name that carries the hash of its content, with a manifest, checksums and licences.
//
// The built files are committed and embedded into the server, so neither building, testing nor running dealercert needs
// Node. Only someone who changes the sources runs, in web/assets, `npm ci --ignore-scripts`, and then, at the root,
// `go run ./cmd/assets`.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

// run builds everything below the folder -out from the folder -src and lists what it wrote on stdout.
func run(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("assets", flag.ContinueOnError)
	src := flags.String("src", filepath.Join("web", "assets"), "folder that holds package.json, src and node_modules")
	out := flags.String("out", filepath.Join("web", "static"), "folder to write; what it held before is removed")
	if err := flags.Parse(args); err != nil {
		return err
	}
	built, err := build(*src)
	if err != nil {
		return err
	}
	if err := built.write(*out); err != nil {
		return err
	}
	for _, f := range built.files {
		fmt.Fprintf(stdout, "%-40s %7d bytes, %6d compressed\n", f.path, len(f.data), len(f.compressed))
	}
	return nil
}

// build makes every asset in memory, so that a failure half-way leaves the old files alone.
func build(src string) (*bundle, error) {
	packages, err := installedPackages(src)
	if err != nil {
		return nil, err
	}
	css, err := buildCSS(src)
	if err != nil {
		return nil, fmt.Errorf("stylesheet: %w", err)
	}
	js, err := buildJS(src)
	if err != nil {
		return nil, fmt.Errorf("script: %w", err)
	}
	sprite, err := buildSprite(src)
	if err != nil {
		return nil, fmt.Errorf("icons: %w", err)
	}
	favicon, err := os.ReadFile(filepath.Join(src, "src", "favicon.svg"))
	if err != nil {
		return nil, err
	}
	licences, err := collectLicences(src, packages)
	if err != nil {
		return nil, fmt.Errorf("licences: %w", err)
	}
	sources, err := sourceSums(os.DirFS(src))
	if err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	b := &bundle{}
	b.addHashed("css", "app.css", css)
	b.addHashed("js", "app.js", js)
	b.addHashed("img", "icons.svg", sprite)
	b.addHashed("img", "favicon.svg", favicon)
	b.add("licenses.txt", licences)
	b.add(sourcesFile, sources)
	return b, nil
}

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// installedPackage is one npm package that ends up in a built file.
type installedPackage struct {
	Name, Version, Licence string
}

// installedPackages reads which versions package.json pins and refuses to build from any others.
func installedPackages(src string) ([]installedPackage, error) {
	var wanted struct {
		Dependencies map[string]string `json:"dependencies"`
	}
	if err := readJSON(filepath.Join(src, "package.json"), &wanted); err != nil {
		return nil, err
	}
	var packages []installedPackage
	for name, version := range wanted.Dependencies {
		var have struct {
			Version string `json:"version"`
			Licence string `json:"license"`
		}
		err := readJSON(filepath.Join(src, "node_modules", filepath.FromSlash(name), "package.json"), &have)
		if err != nil || have.Version != version {
			return nil, fmt.Errorf("%s %s is not installed: run `npm ci --ignore-scripts` in %s first", name, version, src)
		}
		packages = append(packages, installedPackage{Name: name, Version: version, Licence: have.Licence})
	}
	slices.SortFunc(packages, func(a, b installedPackage) int { return strings.Compare(a.Name, b.Name) })
	return packages, nil
}

// collectLicences returns the licence texts of everything that was built in, one after the other.
func collectLicences(src string, packages []installedPackage) ([]byte, error) {
	var b strings.Builder
	b.WriteString("Parts of the files in this folder come from the following packages.\n")
	for _, p := range packages {
		folder := filepath.Join(src, "node_modules", filepath.FromSlash(p.Name))
		text, err := licenceText(folder, filepath.Join(src, "licences", strings.ReplaceAll(p.Name, "/", "-")+".txt"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		fmt.Fprintf(&b, "\n%s\n%s %s (%s)\n%s\n\n%s\n", strings.Repeat("=", 80), p.Name, p.Version, p.Licence,
			strings.Repeat("=", 80), strings.TrimSpace(text))
	}
	return []byte(b.String()), nil
}

// licenceText reads the licence that a package carries or, for one that publishes none, the copy kept beside our sources.
func licenceText(folder, kept string) (string, error) {
	for _, name := range []string{filepath.Join(folder, "LICENSE"), filepath.Join(folder, "LICENSE.md"), kept} {
		if text, err := os.ReadFile(name); err == nil {
			return string(text), nil
		}
	}
	return "", fmt.Errorf("no licence in %s and none in %s", folder, kept)
}

// readJSON reads one JSON file into target.
func readJSON(name string, target any) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, target); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

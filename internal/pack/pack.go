// Package pack holds the programme packs: the rules of each programme as YAML, with the source of every number, read
// into the types of tracker and checked. A new programme, a new version of a standard, a new type of qualification is
// another YAML file; no threshold stands in Go.
//
// A number or day is written bare, or with its own source:
//
//	weight: 8
//	at_least: {value: 2, basis: law, cite: "GB/T 16739-2023"}
//
// A bare one has the source of the item that it stands in, else that of the pack; one without any source is refused.
package pack

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"slices"

	"dealercert/internal/tracker"
)

//go:embed packs/*.yaml
var files embed.FS

// Pack is one version of a programme's rules, with the text that it was read from.
type Pack struct {
	Name     string // the file's, or whatever Parse was told
	Standard tracker.Standard
	Text     string // the YAML
	Hash     string // SHA-256 of the text, 64 hex digits
}

// Embedded gives the packs that come with the program, checked by themselves and together, sorted by programme and day
// of coming into force. An error means a broken build.
func Embedded() ([]Pack, error) {
	names, err := fs.Glob(files, "packs/*.yaml")
	if err != nil {
		return nil, err
	}
	packs := make([]Pack, 0, len(names))
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		p, err := Parse(path.Base(name), text)
		if err != nil {
			return nil, err
		}
		packs = append(packs, p)
	}
	slices.SortFunc(packs, func(a, b Pack) int {
		return cmp.Or(cmp.Compare(a.Standard.Programme, b.Standard.Programme),
			cmp.Compare(a.Standard.EffectiveOn, b.Standard.EffectiveOn), cmp.Compare(a.Standard.Version, b.Standard.Version))
	})
	return packs, Validate(standards(packs))
}

// Parse reads a pack and checks all that can be checked without other packs; Validate does the rest. The name stands in
// messages only. The fault is Invalid, of the first thing that is wrong, with the arguments file and line.
func Parse(name string, text []byte) (Pack, error) {
	doc, root, fault := decode(name, text)
	if fault != nil {
		return Pack{}, fault
	}
	r := reader{file: name, root: root, doc: doc}
	r.read()
	if r.fault != nil {
		return Pack{}, r.fault
	}
	sum := sha256.Sum256(text)
	return Pack{Name: name, Standard: r.out, Text: string(text), Hash: hex.EncodeToString(sum[:])}, nil
}

// Rulebook gives the rulebook of packs that fit together; the fault is that of Validate.
func Rulebook(packs ...Pack) (tracker.Rulebook, error) {
	list := standards(packs)
	if err := Validate(list); err != nil {
		return tracker.Rulebook{}, err
	}
	return tracker.NewRulebook(list...), nil
}

func standards(packs []Pack) []tracker.Standard {
	out := make([]tracker.Standard, len(packs))
	for i, p := range packs {
		out[i] = p.Standard
	}
	return out
}

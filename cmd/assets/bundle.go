package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

// hashLength is the number of hexadecimal digits of the content's SHA-256 that a file name carries.
const hashLength = 12

// bundle is the set of built files, together with the names under which templates ask for them.
type bundle struct {
	files    []builtFile
	manifest map[string]string
}

// builtFile is one file below the output folder; path has slashes. compressed is empty where gzip would not help.
type builtFile struct {
	path       string
	data       []byte
	compressed []byte
}

// addHashed adds a file whose name changes with its content, so that browsers may keep it for ever.
func (b *bundle) addHashed(folder, name string, data []byte) {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	hashed := path.Join(folder, strings.TrimSuffix(name, ext)+"."+hex.EncodeToString(sum[:])[:hashLength]+ext)
	if b.manifest == nil {
		b.manifest = map[string]string{}
	}
	b.manifest[name] = hashed
	b.files = append(b.files, builtFile{path: hashed, data: data, compressed: compress(data)})
}

// add adds a file under a fixed name.
func (b *bundle) add(name string, data []byte) {
	b.files = append(b.files, builtFile{path: name, data: data})
}

// write replaces the output folder: the files, their gzip copies, manifest.json and, over all of them, SHA256SUMS in the
// format of sha256sum.
func (b *bundle) write(out string) error {
	manifest, err := json.MarshalIndent(b.manifest, "", "  ")
	if err != nil {
		return err
	}
	b.add("manifest.json", append(manifest, '\n'))
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	var sums []string
	put := func(name string, data []byte) error {
		target := filepath.Join(out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		sums = append(sums, fmt.Sprintf("%x  %s\n", sha256.Sum256(data), name))
		return os.WriteFile(target, data, 0o644)
	}
	for _, f := range b.files {
		if err := put(f.path, f.data); err != nil {
			return err
		}
		if len(f.compressed) == 0 {
			continue
		}
		if err := put(f.path+".gz", f.compressed); err != nil {
			return err
		}
	}
	sort.Slice(sums, func(i, j int) bool { return sums[i][66:] < sums[j][66:] })
	return os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(strings.Join(sums, "")), 0o644)
}

// worthCompressing is the size in bytes below which gzip costs the browser more than it saves.
const worthCompressing = 1024

// compress returns the gzip form of data, without a time or name so that the same content gives the same bytes, or nil
// where it would not be worth it.
func compress(data []byte) []byte {
	if len(data) < worthCompressing {
		return nil
	}
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	if _, err := w.Write(data); err != nil {
		panic(err) // a bytes.Buffer does not fail
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return buf.Bytes()
}

package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
)

// sourcesFile is the built file that names what the others were built from.
const sourcesFile = "SOURCES"

// sourceSums lists every source file with its hash, in the format of sha256sum. A test compares the list with the sources,
// so that a change of them without a new build is noticed on machines that have no Node.
func sourceSums(src fs.FS) ([]byte, error) {
	var b bytes.Buffer
	err := fs.WalkDir(src, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if entry.Name() == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		data, err := fs.ReadFile(src, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(data), name)
		return nil
	})
	return b.Bytes(), err
}

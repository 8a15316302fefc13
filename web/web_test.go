package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestEmbeddedFilesMatchTheirChecksums(t *testing.T) {
	static := Static()
	list, err := fs.ReadFile(static, "SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"SHA256SUMS": ""}
	for line := range strings.Lines(string(list)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok {
			t.Fatalf("SHA256SUMS has the line %q", line)
		}
		want[name] = sum
	}
	err = fs.WalkDir(static, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		sum, listed := want[name]
		if !listed {
			t.Errorf("%s is embedded but not in SHA256SUMS", name)
		}
		delete(want, name)
		data, err := fs.ReadFile(static, name)
		if got := fmt.Sprintf("%x", sha256.Sum256(data)); sum != "" && got != sum {
			t.Errorf("%s was changed by hand: run `go run ./cmd/assets`", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range want {
		t.Errorf("%s is in SHA256SUMS but not embedded", name)
	}
}

func TestAssetNamesCarryTheirContentsHash(t *testing.T) {
	for _, name := range []string{"app.css", "app.js", "icons.svg", "favicon.svg"} {
		data, err := fs.ReadFile(Static(), strings.TrimPrefix(Asset(name), StaticPath))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sum := sha256.Sum256(data)
		if !strings.Contains(Asset(name), "."+hex.EncodeToString(sum[:])[:12]+".") {
			t.Errorf("%s has the address %s, which is not that of its content", name, Asset(name))
		}
	}
}

func TestAssetPanicsForUnknownNames(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an unknown name gave an address")
		}
	}()
	Asset("missing.css")
}

func TestStaticHandler(t *testing.T) {
	css, svg := Asset("app.css"), Asset("favicon.svg")
	for _, c := range []struct {
		name, path, accept string
		status             int
		contentType        string
		compressed         bool
	}{
		{"stylesheet", css, "gzip, br", 200, "text/css; charset=utf-8", true},
		{"stylesheet without gzip", css, "", 200, "text/css; charset=utf-8", false},
		{"gzip refused", css, "br, gzip;q=0", 200, "text/css; charset=utf-8", false},
		{"gzip weighed", css, "br;q=1.0, gzip;q=0.8", 200, "text/css; charset=utf-8", true},
		{"script", Asset("app.js"), "gzip", 200, "text/javascript; charset=utf-8", true},
		{"icons", Asset("icons.svg"), "gzip", 200, "image/svg+xml", true},
		{"too small to compress", svg, "gzip", 200, "image/svg+xml", false},
		{"licences", "/static/licenses.txt", "", 200, "text/plain; charset=utf-8", false},
		{"gzip copy by name", css + ".gz", "", 404, "", false},
		{"folder", "/static/css/", "", 404, "", false},
		{"root", "/static/", "", 404, "", false},
		{"manifest", "/static/manifest.json", "", 404, "", false},
		{"climbing out", "/static/../templates/x", "", 404, "", false},
		{"old version", "/static/css/app.000000000000.css", "", 404, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, c.path, nil)
			r.Header.Set("Accept-Encoding", c.accept)
			w := httptest.NewRecorder()
			StaticHandler().ServeHTTP(w, r)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d", w.Code, c.status)
			}
			if c.status == http.StatusOK {
				checkServed(t, w, c.path, c.contentType, c.compressed)
			}
		})
	}
}

// checkServed compares an answer with the embedded file.
func checkServed(t *testing.T, w *httptest.ResponseRecorder, path, contentType string, compressed bool) {
	t.Helper()
	if got := w.Header().Get("Content-Type"); got != contentType {
		t.Errorf("content type %q, want %q", got, contentType)
	}
	body := io.Reader(w.Body)
	if got := w.Header().Get("Content-Encoding") == "gzip"; got != compressed {
		t.Fatalf("compressed: %t, want %t", got, compressed)
	}
	if compressed {
		r, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		body = r
	}
	got, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	want, err := fs.ReadFile(Static(), strings.TrimPrefix(path, StaticPath))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the answer is not the embedded file")
	}
	cache := w.Header().Get("Cache-Control")
	if hashed := path != StaticPath+"licenses.txt"; strings.Contains(cache, "immutable") != hashed {
		t.Errorf("cache control %q", cache)
	}
}

// A count may be said to any message, whether or not it has a singular of its own.
func TestEveryMessageTakesACount(t *testing.T) {
	messages, err := LoadMessages()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range Languages {
		for _, key := range messages.Keys(lang) {
			for _, count := range []int{0, 1, 2} {
				got := messages.Say(lang, key, map[string]any{"count": count})
				if got == key && messages.Say(lang, key, nil) != key { // a few messages are their keys
					t.Errorf("%s: %s with %d gives its key", lang, key, count)
				}
			}
		}
	}
}

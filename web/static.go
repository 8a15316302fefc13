package web

import (
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
)

// contentTypes are those of the files that are served. They are written down because the standard library asks the
// operating system, which need not know them.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".txt": "text/plain; charset=utf-8",
}

// StaticHandler answers GET and HEAD below StaticPath with built assets: compressed where the browser takes gzip, to be kept
// for a year because the name changes with the content, and 404 for everything else, folders and manifest included.
func StaticHandler() http.Handler {
	static := Static()
	hashed := make([]string, 0, len(manifest))
	for _, name := range manifest {
		hashed = append(hashed, name)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, StaticPath)
		kept := slices.Contains(hashed, name)
		if !kept && name != "licenses.txt" {
			http.NotFound(w, r)
			return
		}
		header := w.Header()
		header.Set("Content-Type", contentTypes[path.Ext(name)])
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cache-Control", "no-cache")
		if kept {
			header.Set("Cache-Control", "public, max-age=31536000, immutable")
			header.Set("Vary", "Accept-Encoding")
			if takesGzip(r) && exists(static, name+".gz") {
				header.Set("Content-Encoding", "gzip")
				name += ".gz"
			}
		}
		http.ServeFileFS(w, r, static, name)
	})
}

// takesGzip reports whether a request's Accept-Encoding names gzip without refusing it.
func takesGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(coding, " ", ""), ";")
		if strings.EqualFold(name, "gzip") {
			return strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
		}
	}
	return false
}

// exists reports whether a file is there.
func exists(fsys fs.FS, name string) bool {
	_, err := fs.Stat(fsys, name)
	return err == nil
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dealercert/internal/app"
	"dealercert/internal/store/storetest"
)

// engines gives an installation on each kind of database.
func engines(t *testing.T) map[string]installation {
	t.Helper()
	return map[string]installation{
		"SQLite":     {t, t.TempDir(), "sqlite:" + filepath.Join(t.TempDir(), "network.db")},
		"PostgreSQL": {t, t.TempDir(), storetest.Postgres(t)},
	}
}

// sameOnBoth does something on each kind of database and fails where what it tells differs.
func sameOnBoth(t *testing.T, do func(p installation) map[string]string) {
	t.Helper()
	told := map[string]map[string]string{}
	for name, p := range engines(t) {
		told[name] = do(p)
	}
	lite, post := told["SQLite"], told["PostgreSQL"]
	if len(lite) == 0 {
		t.Fatal("nothing was compared")
	}
	for _, about := range slices.Sorted(maps.Keys(lite)) {
		if lite[about] != post[about] {
			t.Errorf("%s differs (- SQLite, + PostgreSQL):\n%s", about, cmp.Diff(lines(lite[about]), lines(post[about])))
		}
	}
	if len(lite) != len(post) {
		t.Errorf("%d things on SQLite, %d on PostgreSQL", len(lite), len(post))
	}
}

func lines(text string) []string { return strings.Split(text, "\n") }

// The same arguments give the same network: every figure, every order and every page, to the last byte.
func TestBothDatabasesTellTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("comparing both databases is long")
	}
	sameOnBoth(t, func(p installation) map[string]string {
		told := map[string]string{}
		tell := func(args ...string) { told[strings.Join(args, " ")], _ = p.run(exitDone, args...) }
		tell("demo", "--dealerships", "60")
		for _, on := range []string{"2019-06-30", "2022-11-30", "2024-03-31", "2024-04-01", "2026-11-23", "2028-01-31"} {
			tell("report", "--on", on, "--format", "json")
			tell("export", "dealerships", "--on", on, "--format", "csv")
		}
		tell("report", "--on", "2022-11-30", "--known-at", "2023-02-01", "--format", "json")
		tell("user", "list")
		maps.Copy(told, pages(p, 15))
		if out, _ := p.run(exitDone, "verify"); !strings.Contains(out, " 0 findings") {
			t.Errorf("verify: %s", out)
		}
		return told
	})
}

// Good files and faulty ones are taken in alike, one after the other.
func TestBothDatabasesTakeInTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("comparing both databases is long")
	}
	files, err := filepath.Glob("../../testdata/import/*")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	slices.Sort(files)
	sameOnBoth(t, func(p installation) map[string]string {
		told := map[string]string{}
		for _, policy := range []string{"stop", "valid-rows"} {
			for _, kind := range []string{"dealerships", "people", "qualifications", "modules", "decisions"} {
				for _, file := range files {
					args := []string{"import", kind, file, "--policy", policy, "--format", "json"}
					if kind == "dealerships" {
						args = append(args, "--create-regions")
					}
					var said, complained output
					status := run(t.Context(), args, p.world("", &said, &complained))
					told[strings.Join(args, " ")] = fmt.Sprintf("%d\n%s\n%s", status, said.String(), strings.ReplaceAll(complained.String(), p.folder, ""))
				}
			}
		}
		told["export"], _ = p.run(exitDone, "export", "dealerships", "--format", "csv")
		return told
	})
}

// pages signs in as headquarters and reads the pages that links lead to, so many of each kind.
func pages(p installation, most int) map[string]string {
	p.t.Helper()
	ctx, stop := context.WithCancel(p.t.Context())
	var out, complaints output
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0"}, p.world("", &out, &complaints)) }()
	defer func() {
		stop()
		<-ended
	}()
	address := regexp.MustCompile(`http://127\.0\.0\.1:[1-9]\d*`)
	for address.FindString(out.String()) == "" {
		select {
		case status := <-ended:
			p.t.Fatalf("ended with %d: %s", status, complaints.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
	base := address.FindString(out.String())
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	answer, err := client.PostForm(base+"/login", url.Values{"login": {"network"}, "password": {app.DemoPassword}})
	if err != nil {
		p.t.Fatal(err)
	}
	answer.Body.Close()
	told, waiting := map[string]string{}, []string{"/", "/api/v1/dealerships?per_page=100", "/api/v1/summary"}
	count := map[string]int{}
	for len(waiting) > 0 {
		path := waiting[0]
		waiting = waiting[1:]
		kind, _, _ := strings.Cut(strings.Split(path, "?")[0][1:], "/")
		if _, known := told[path]; known || count[kind] == most {
			continue
		}
		count[kind]++
		body := read(p.t, client, base+path)
		told[path] = strings.ReplaceAll(changing.ReplaceAllString(body, "…"), base, "")
		waiting = append(waiting, links(body)...)
	}
	return told
}

// changing is what differs between two readings of a page, as it should: the names of forms and requests.
var changing = regexp.MustCompile(`name="(csrf|nonce)" value="[^"]*"|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

var link = regexp.MustCompile(`href="(/[^"#]*)`)

// links gives the pages that a page leads to, beside files and what is not for reading.
func links(body string) []string {
	var out []string
	for _, found := range link.FindAllStringSubmatch(body, -1) {
		path := strings.ReplaceAll(found[1], "&amp;", "&")
		if !strings.HasPrefix(path, "/static/") && !strings.Contains(path, "xlsx") {
			out = append(out, path)
		}
	}
	return out
}

func read(t *testing.T, client *http.Client, address string) string {
	t.Helper()
	answer, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var body bytes.Buffer
	if _, err := io.Copy(&body, answer.Body); err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode >= http.StatusInternalServerError {
		t.Errorf("%s answers %d", address, answer.StatusCode)
	}
	return answer.Status + "\n" + body.String()
}

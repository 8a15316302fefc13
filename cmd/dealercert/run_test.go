package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the database is looked into from outside
	_ "github.com/mattn/go-sqlite3"

	"dealercert/internal/store/storetest"
)

// installation is an installation of its own: a folder, a database, and a clock that stands still.
type installation struct {
	t        *testing.T
	folder   string
	database string // its address
}

func newInstallation(t *testing.T) installation {
	return installation{t, t.TempDir(), storetest.URL(t)}
}

// file writes a file beside the database.
func (p installation) file(name, content string) string {
	p.t.Helper()
	path := filepath.Join(p.folder, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

func (p installation) world(input string, out, err *output) world {
	settings := map[string]string{"DEALERCERT_DB": p.database, "DEALERCERT_DATA": p.folder}
	return world{
		now:    func() time.Time { return time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) },
		getenv: func(name string) string { return settings[name] },
		in:     strings.NewReader(input), out: out, err: err,
	}
}

// output can be read while a command still writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(text)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// run carries out a command line and fails when its status is another.
func (p installation) run(status int, args ...string) (out, err string) {
	p.t.Helper()
	var said, complained output
	if got := run(p.t.Context(), args, p.world("", &said, &complained)); got != status {
		p.t.Fatalf("%q ended with %d, want %d:\n%s%s", args, got, status, said.String(), complained.String())
	}
	return said.String(), complained.String()
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("lacks %q: %s", part, text)
		}
	}
}

func TestVersionAndMigrate(t *testing.T) {
	p := newInstallation(t)
	out, _ := p.run(exitDone, "version")
	contains(t, out, "dealercert", "commit", "SQLite 3.")
	if storetest.OnPostgres() {
		contains(t, out, "PostgreSQL ")
	}
	p.run(exitDone, "migrate")
	out, _ = p.run(exitDone, "migrate", "--status")
	contains(t, out, "applied")
	if strings.Contains(out, "pending") {
		t.Errorf("after migrating: %s", out)
	}
}

func TestWrongUsage(t *testing.T) {
	p := newInstallation(t)
	p.run(exitDone, "migrate")
	for _, args := range [][]string{
		{}, {"fly"}, {"report", "--colour", "red"}, {"report", "--format", "pdf"}, {"report", "--on", "30/11/2022"}, {"import", "dealerships"},
		{"import", "cars", "x.csv"}, {"export", "cars"}, {"import", "dealerships", "x.csv", "--policy", "some"}, {"user", "add", "li"}, {"export", "dealerships", "--on", "soon"},
	} {
		p.run(exitUsage, args...)
	}
	out, _ := p.run(exitDone, "--help")
	contains(t, out, "serve", "demo", "report", "import", "export", "verify")
}

// filled is an installation with a demonstration network, made once for the tests that only read.
func filled(t *testing.T) installation {
	t.Helper()
	p := newInstallation(t)
	out, _ := p.run(exitDone, "demo", "--dealerships", "60")
	contains(t, out, "network", "regional-east", "dealercert-demo")
	return p
}

func TestDemonstrationNetwork(t *testing.T) {
	p := filled(t)
	_, complaint := p.run(exitFailed, "demo", "--dealerships", "60")
	contains(t, complaint, "dealercert: ")
	_, complaint = newInstallation(t).run(exitFailed, "demo", "--dealerships", "0")
	if strings.Contains(complaint, "error.") {
		t.Errorf("a key is shown in place of a sentence: %s", complaint)
	}

	type figures struct {
		On          string `json:"on"`
		Dealerships struct {
			Active int `json:"active"`
		} `json:"dealerships"`
		BMWi struct {
			Certified int `json:"certified"`
		} `json:"bmw_i"`
		Regions []figuresOfRegion `json:"regions"`
	}
	out, _ := p.run(exitDone, "report", "--on", "2022-11-30", "--format", "json")
	var report figures
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, region := range report.Regions {
		sum += region.BMWi.Certified
	}
	if report.On != "2022-11-30" || report.Dealerships.Active != 60 || len(report.Regions) != 6 || sum != report.BMWi.Certified || sum == 0 {
		t.Errorf("%+v, regions add up to %d", report, sum)
	}
	out, _ = p.run(exitDone, "report", "--on", "2022-11-30", "--format", "csv")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "\ufeff"))).ReadAll()
	if err != nil || len(rows) < 8 {
		t.Errorf("%d rows of CSV, %v", len(rows), err)
	}
	out, _ = p.run(exitDone, "report", "--region", "east")
	contains(t, out, "2026-11-23")
	_, complaint = p.run(exitUsage, "report", "--region", "nowhere")
	contains(t, complaint, "nowhere")
	out, _ = p.run(exitDone, "verify")
	contains(t, out, "0 findings")
	if strings.Contains(out, "pg_amcheck") != storetest.OnPostgres() {
		t.Errorf("what verify leaves to others: %s", out)
	}
	tamper(t, p)
}

type figuresOfRegion struct {
	BMWi struct {
		Certified int `json:"certified"`
	} `json:"bmw_i"`
}

// tamper changes one stored standing behind the program's back, and verify must say so.
func tamper(t *testing.T, p installation) {
	t.Helper()
	driver, address := "pgx", p.database
	if path, isFile := strings.CutPrefix(p.database, "sqlite:"); isFile {
		driver, address = "sqlite3", path
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	result, err := db.Exec("UPDATE standings SET state = 'revoked' WHERE id = (SELECT MIN(id) FROM standings WHERE superseded_at = 0 AND programme = 'bmw-i' AND state = 'certified')")
	if err != nil {
		t.Fatal(err)
	}
	if changed, err := result.RowsAffected(); err != nil || changed != 1 {
		t.Fatalf("%d rows changed, %v", changed, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	out, _ := p.run(exitFailed, "verify")
	if strings.Contains(out, " 0 findings") || strings.Contains(out, "verify.") {
		t.Errorf("verify says %s", out)
	}
}

func TestImportAndExport(t *testing.T) {
	p := newInstallation(t)
	good := p.file("good.csv", "code,name_zh,region,province,city\n10001,甲店,东区,江苏,南京\n10002,乙店,南区,广东,广州\n")
	out, _ := p.run(exitDone, "import", "dealerships", good, "--dry-run")
	contains(t, out, "2 created", "nothing written", "new:")
	out, _ = p.run(exitDone, "import", "dealerships", good)
	contains(t, out, "2 created", "; written")
	out, _ = p.run(exitDone, "import", "dealerships", good)
	contains(t, out, "2 unchanged")

	bad := p.file("bad.csv", "code,name_zh,region,province,city\n10003,丙店,东区,江苏,\n10004,丁店,东,江苏,苏州\n10005,戊店,南区,广东,深圳\n")
	out, _ = p.run(exitFailed, "import", "dealerships", bad)
	contains(t, out, "row 2", "row 3", "东区", "nothing written")
	out, _ = p.run(exitFailed, "import", "dealerships", bad, "--format", "json")
	var report struct {
		Rows, Create int
		Committed    bool
		Errors       []struct {
			Row                                int
			Column, Value, Problem, Suggestion string
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if report.Rows != 3 || report.Committed || len(report.Errors) != 2 || report.Errors[0].Column != "city" || report.Errors[0].Problem == "" || report.Errors[1].Suggestion == "" {
		t.Errorf("%+v", report)
	}
	out, _ = p.run(exitDone, "import", "dealerships", bad, "--policy", "valid-rows")
	contains(t, out, "1 created", "2 errors")

	_, complaint := p.run(exitFailed, "import", "dealerships", filepath.Join(p.folder, "missing.csv"))
	contains(t, complaint, "missing.csv")
	_, complaint = p.run(exitFailed, "import", "dealerships", p.file("odd.csv", "code,colour\n1,red\n"))
	contains(t, complaint, "colour")
	_, complaint = p.run(exitFailed, "import", "dealerships", good, "--as", "stranger")
	contains(t, complaint, "stranger")

	for _, format := range []string{"csv", "xlsx"} {
		target := filepath.Join(p.folder, "out."+format)
		p.run(exitDone, "export", "dealerships", "--format", format, "-o", target)
		out, _ = p.run(exitDone, "import", "dealerships", target)
		contains(t, out, "3 unchanged", "0 errors")
		if _, err := os.Stat(target + ".part"); !os.IsNotExist(err) {
			t.Errorf("a part is left behind: %v", err)
		}
	}
	p.run(exitFailed, "export", "dealerships", "-o", filepath.Join(p.folder, "no", "such", "folder.csv"))
}

func TestUsers(t *testing.T) {
	p := newInstallation(t)
	p.run(exitDone, "migrate")
	out, _ := p.run(exitDone, "user", "add", "li.na", "--role", "network")
	contains(t, out, "li.na signs in with ")
	out, _ = p.run(exitDone, "user", "add", "wang", "--role", "viewer", "--region", "network", "--password-file", p.file("password", "a long enough one\n"))
	if strings.Contains(out, "a long enough one") {
		t.Error("a password that was given is printed")
	}
	_, complaint := p.run(exitFailed, "user", "add", "zhao", "--role", "network", "--password-file", p.file("published", "dealercert-demo\n"))
	contains(t, complaint, "password: ")
	p.run(exitFailed, "user", "add", "wang", "--role", "viewer", "--password-file", p.file("password", "a long enough one\n"))
	p.run(exitDone, "user", "disable", "wang")
	p.run(exitFailed, "user", "disable", "nobody")
	out, _ = p.run(exitDone, "user", "list")
	if !regexp.MustCompile(`(?m)^li\.na +network +network +active`).MatchString(out) || !regexp.MustCompile(`(?m)^wang +viewer +network +disabled`).MatchString(out) {
		t.Errorf("the list: %s", out)
	}
}

// A token is printed alone, so that a script can keep it.
func TestTokens(t *testing.T) {
	p := newInstallation(t)
	p.run(exitFailed, "token", "add", "li.na") // no database
	p.run(exitDone, "migrate")
	p.run(exitFailed, "token", "add", "li.na")
	p.run(exitDone, "user", "add", "li.na", "--role", "network")
	out, said := p.run(exitDone, "token", "add", "li.na", "--read-only", "--days", "30", "--name", "nightly")
	if !regexp.MustCompile(`^dcert_[A-Z0-9]{52}\n$`).MatchString(out) {
		t.Errorf("the output is %q", out)
	}
	contains(t, said, "only reads as li.na until 2026-12-23")
	for _, days := range []string{"0", "366"} {
		_, complaint := p.run(exitFailed, "token", "add", "li.na", "--days", days)
		contains(t, complaint, "1 to 365")
	}
	list, _ := p.run(exitDone, "token", "list")
	found := regexp.MustCompile(`(?m)^(\S+) +li\.na +nightly +read +2026-12-23 \S+ +never +works$`).FindStringSubmatch(list)
	if found == nil || strings.Contains(list, strings.TrimSpace(out)) {
		t.Fatalf("the list: %s", list)
	}
	p.run(exitDone, "token", "revoke", found[1])
	p.run(exitFailed, "token", "revoke", "nothing")
	if list, _ = p.run(exitDone, "token", "list"); !strings.Contains(list, "revoked") {
		t.Errorf("the list after revoking: %s", list)
	}
	p.run(exitDone, "user", "disable", "li.na")
	_, complaint := p.run(exitFailed, "token", "add", "li.na")
	contains(t, complaint, "li.na is disabled")
}

// serve says where it listens, answers, and stops when it is told to.
func TestServe(t *testing.T) {
	p := newInstallation(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out, complaints output
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0"}, p.world("", &out, &complaints)) }()
	address := regexp.MustCompile(`http://127\.0\.0\.1:[1-9]\d*`)
	for address.FindString(out.String()) == "" {
		select {
		case status := <-ended:
			t.Fatalf("ended with %d: %s", status, complaints.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/login": 200, "/nothing": 404} {
		answer, err := http.Get(address.FindString(out.String()) + path)
		if err != nil {
			t.Fatal(err)
		}
		if answer.Body.Close(); answer.StatusCode != want {
			t.Errorf("%s answers %d, want %d", path, answer.StatusCode, want)
		}
	}
	stop()
	if status := <-ended; status != exitDone {
		t.Errorf("ended with %d: %s", status, complaints.String())
	}
}

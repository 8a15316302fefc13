package server_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// upload sends a file with the form of /imports, and gives the answer and where it leads.
func (s *site) upload(client *http.Client, content []byte, fields ...string) (status int, body, location string) {
	s.t.Helper()
	_, page := s.get(client, "/imports")
	found := tokenField.FindStringSubmatch(page)
	if found == nil {
		s.t.Fatalf("no form on /imports: %s", main(page))
	}
	var sent bytes.Buffer
	form := multipart.NewWriter(&sent)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := form.WriteField("csrf", found[1]); err != nil {
		s.t.Fatal(err)
	}
	file, err := form.CreateFormFile("file", "表格.csv")
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := file.Write(content); err != nil {
		s.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		s.t.Fatal(err)
	}
	answer, err := client.Post(s.url+"/imports", form.FormDataContentType(), &sent)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Header.Get("Location")
}

var nonceField = regexp.MustCompile(`name="nonce" value="([^"]+)"`)

const newPerson = "staff_no,name,dealership,job,from,until\nN1,新人,30001,技师,2026-11-01,\n"

func TestUploadIsLookedAtAndThenImported(t *testing.T) {
	s := newSite(t)
	client := s.as("regional-east")
	status, body, at := s.upload(client, []byte(newPerson), "kind", "people", "policy", "stop")
	if status != http.StatusSeeOther || !strings.HasPrefix(at, "/imports/") {
		t.Fatalf("%d %s %s", status, at, main(body))
	}
	_, page := s.get(client, at)
	for _, want := range []string{"Import now", "表格.csv", "<dt>New</dt><dd>1</dd>", "Nothing is written yet"} {
		if !strings.Contains(page, want) {
			t.Errorf("the dry run lacks %q: %s", want, main(page))
		}
	}
	if people(t, s, apptest.Healthy) != 4 {
		t.Error("a dry run wrote something")
	}
	nonce := nonceField.FindStringSubmatch(page)[1]
	status, body, to := s.send(client, at, "nonce", nonce, "policy", "stop")
	if status != http.StatusSeeOther || to != "/imports" {
		t.Fatalf("importing: %d %s %s", status, to, main(body))
	}
	_, page = s.get(client, "/imports")
	for _, want := range []string{"1 new, 0 changed", "regional-east", at[len("/imports/"):][:12]} {
		if !strings.Contains(page, want) {
			t.Errorf("after the import %q is missing: %s", want, main(page))
		}
	}
	if people(t, s, apptest.Healthy) != 5 {
		t.Error("nobody came in")
	}
	if status, _ := s.get(client, at); status != http.StatusNotFound {
		t.Errorf("the imported file is still there: %d", status)
	}
	if _, page := s.get(s.as("regional-south"), "/imports"); strings.Contains(page, "regional-east") {
		t.Error("another region's import is shown")
	}
	if _, page := s.get(s.as("network"), "/imports"); !strings.Contains(page, "regional-east") {
		t.Error("headquarters does not see the import")
	}
}

// people counts who is shown at a dealership.
func people(t *testing.T, s *site, code string) int {
	t.Helper()
	view, err := s.net.Dealership(t.Context(), tracker.Operator, code, s.net.Today())
	if err != nil {
		t.Fatal(err)
	}
	return len(view.People)
}

// A file belongs to who sent it, and a second click imports nothing twice.
func TestUploadBelongsToItsSender(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	_, _, at := s.upload(client, []byte(newPerson), "kind", "people", "policy", "stop")
	for _, login := range []string{"regional-east", "regional-south"} {
		if status, body := s.get(s.as(login), at); status != http.StatusNotFound || strings.Contains(body, "新人") {
			t.Errorf("%s sees it: %d", login, status)
		}
	}
	_, page := s.get(client, at)
	nonce := nonceField.FindStringSubmatch(page)[1]
	token := tokenField.FindStringSubmatch(page)[1]
	for range 2 {
		status, body, to := s.post(client, at, map[string][]string{"csrf": {token}, "nonce": {nonce}, "policy": {"stop"}})
		if status != http.StatusSeeOther || to != "/imports" {
			t.Errorf("%d %s %s", status, to, main(body))
		}
	}
	if people(t, s, apptest.Healthy) != 5 {
		t.Errorf("%d people", people(t, s, apptest.Healthy))
	}
	_, _, first := s.upload(client, []byte(newPerson), "kind", "people", "policy", "stop")
	s.upload(client, []byte(newPerson+"N2,乙,30001,技师,2026-11-01,\n"), "kind", "people", "policy", "stop")
	if status, _ := s.get(client, first); status != http.StatusNotFound {
		t.Errorf("the file before is still there: %d", status)
	}
}

func TestUploadTellsWhatIsWrong(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	large := bytes.Repeat([]byte("x"), 10<<20+1)
	tests := []struct {
		name    string
		content string
		fields  []string
		status  int
		want    string
	}{
		{"no file", "", []string{"kind", "people", "policy", "stop"}, 422, "Choose a file"},
		{"no kind", newPerson, []string{"policy", "stop"}, 422, "Choose one"},
		{"unknown kind", newPerson, []string{"kind", "cars", "policy", "stop"}, 422, "Choose one"},
		{"unknown policy", newPerson, []string{"kind", "people", "policy", "all"}, 422, "Choose one"},
		{"no day", newPerson, []string{"kind", "people", "policy", "stop", "effective_on", "tomorrow"}, 422, "is no day"},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00", []string{"kind", "people", "policy", "stop"}, 422, "neither a CSV file nor an Excel workbook"},
		{"another table", "colour,size\nred,1\n", []string{"kind", "people", "policy", "stop"}, 422, "header"},
		{"too large", string(large), []string{"kind", "people", "policy", "stop"}, 422, "larger than 10 MB"},
	}
	for _, tt := range tests {
		status, body, _ := s.upload(client, []byte(tt.content), tt.fields...)
		if status != tt.status || !strings.Contains(body, tt.want) {
			t.Errorf("%s: %d, %s", tt.name, status, main(body))
		}
	}
	if status, body, _ := s.upload(s.as("regional-east"), []byte("x"), "kind", "decisions", "policy", "stop"); status != http.StatusForbidden {
		t.Errorf("a region's decisions: %d %s", status, main(body))
	}
	answer, err := client.Post(s.url+"/imports", "multipart/form-data; boundary=x", strings.NewReader("--x\r\n\r\nnot a form"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusBadRequest {
		t.Errorf("a broken form: %d", answer.StatusCode)
	}
}

// Errors of rows are listed with their places, can be fetched, and the other rows can be imported.
func TestUploadWithErrors(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	rows := newPerson + "N2,<b>乙</b>,99999,=cook,2026-11-01,\n"
	_, _, at := s.upload(client, []byte(rows), "kind", "people", "policy", "stop")
	_, page := s.get(client, at)
	for _, want := range []string{"=cook", "There is no dealership", "99999", "Import the rows without errors", "Nothing is imported while"} {
		if !strings.Contains(page, want) {
			t.Errorf("lacks %q: %s", want, page[strings.Index(page, "<main"):])
		}
	}
	if strings.Contains(page, "<b>乙") {
		t.Error("a cell came through as markup")
	}
	_, file := s.get(client, at+"/errors")
	table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff"))).ReadAll()
	if err != nil || len(table) != 3 || table[1][1] != "3" || table[1][3] != "'=cook" {
		t.Errorf("the file of errors: %v %q", err, table)
	}
	if status, body, to := s.send(client, at, "nonce", "n1", "policy", "stop"); status != http.StatusOK || !strings.Contains(body, "Nothing is imported while") {
		t.Errorf("importing all of it: %d %s %s", status, to, main(body))
	}
	if status, _, to := s.send(client, at, "nonce", "n2", "policy", "valid-rows"); status != http.StatusSeeOther || to != "/imports" {
		t.Errorf("importing the rest: %d %s", status, to)
	}
	if people(t, s, apptest.Healthy) != 5 {
		t.Error("the row without errors is missing")
	}
}

// More rows than the browser may bring are told on the page, where nothing can be imported then.
func TestUploadOfTooManyRows(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	var rows strings.Builder
	rows.WriteString("dealership,module,planned_on\n")
	for range 50_001 {
		rows.WriteString("30001,DGU-02,2027-01-01\n")
	}
	_, _, at := s.upload(client, []byte(rows.String()), "kind", "modules", "policy", "stop")
	status, page := s.get(client, at)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "more than 50,000 rows") || strings.Contains(page, "Import now") {
		t.Errorf("%d %s", status, main(page))
	}
}

// Tables are fetched within the scope, and by nobody who may not see people.
func TestTablesAreFetched(t *testing.T) {
	s := newSite(t)
	tests := []struct {
		as, path string
		status   int
		must     []string
		mustNot  []string
	}{
		{"network", "/exports/people", 200, []string{"staff_no", "T10,", "T30,"}, nil},
		{"network", "/exports/people?region=south", 200, []string{"T30,"}, []string{"T10,"}},
		{"regional-east", "/exports/people?lang=zh-Hans", 200, []string{"工号", "T10,"}, []string{"T30,"}},
		{"regional-east", "/exports/qualifications?lang=en", 200, []string{"T10,permit-lv", "T000***********0010"}, []string{"T30,", "T000000190001010010"}},
		{"regional-east", "/exports/dealerships", 200, []string{"30001"}, []string{"30003"}},
		{"regional-east", "/exports/decisions", 200, []string{"30001,bmw-i,certify"}, []string{"30003"}},
		{"dealer-30002", "/exports/modules", 200, []string{"30002,DGU-01"}, []string{"30001"}},
		{"viewer", "/exports/people", 403, nil, []string{"T10"}},
		{"viewer", "/exports/qualifications", 403, nil, []string{"T10"}},
		{"viewer", "/exports/dealerships?state=right&health=healthy", 200, []string{"code"}, nil},
		{"nobody", "/exports/people", 200, []string{"staff_no"}, []string{"T10", "T30"}},
		{"network", "/exports/cars", 404, nil, nil},
		{"network", "/exports/people?format=pdf", 400, []string{"pdf"}, nil},
		{"network", "/exports/people?format=xlsx", 200, []string{"PK"}, nil},
		{"network", "/templates/people?header=zh-Hans", 200, []string{"工号,姓名"}, []string{"T10"}},
		{"network", "/templates/people?header=en", 200, []string{"staff_no,name"}, nil},
		{"regional-east", "/templates/decisions", 403, nil, nil},
		{"network", "/dealerships?region=east", 200, []string{"/exports/dealerships?format=csv&amp;region=east"}, nil},
	}
	for _, tt := range tests {
		status, body := s.get(s.as(tt.as), tt.path)
		if status != tt.status {
			t.Errorf("%s %s: %d", tt.as, tt.path, status)
		}
		for _, want := range tt.must {
			if !strings.Contains(body, want) {
				t.Errorf("%s %s lacks %q: %.300s", tt.as, tt.path, want, body)
			}
		}
		for _, unwanted := range tt.mustNot {
			if strings.Contains(body, unwanted) {
				t.Errorf("%s %s has %q", tt.as, tt.path, unwanted)
			}
		}
	}
}

package server_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"dealercert/internal/app/apptest"
)

// sendPack sends a pack as a file, and gives the answer and where it leads.
func (s *site) sendPack(client *http.Client, name string, content []byte) (status int, body, location string) {
	s.t.Helper()
	_, page := s.get(client, "/drafts/new")
	found := tokenField.FindStringSubmatch(page)
	if found == nil {
		s.t.Fatalf("no form on /drafts/new: %s", main(page))
	}
	var sent bytes.Buffer
	form := multipart.NewWriter(&sent)
	if err := form.WriteField("csrf", found[1]); err != nil {
		s.t.Fatal(err)
	}
	file, err := form.CreateFormFile("file", name)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := file.Write(content); err != nil {
		s.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		s.t.Fatal(err)
	}
	answer, err := client.Post(s.url+"/drafts/new", form.FormDataContentType(), &sent)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // read whole below
	var text bytes.Buffer
	if _, err := text.ReadFrom(answer.Body); err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, text.String(), answer.Header.Get("Location")
}

// press sends one of the forms on a draft's page as the page has it.
func (s *site) press(client *http.Client, draft, step string) (status int, body string) {
	s.t.Helper()
	_, page := s.get(client, draft)
	form := regexp.MustCompile(`(?s)action="` + draft + `/` + step + `">(.*?)</form>`).FindStringSubmatch(page)
	if form == nil {
		return 0, main(page)
	}
	var fields []string
	for _, f := range regexp.MustCompile(`name="(nonce|version)" value="([^"]*)"`).FindAllStringSubmatch(form[1], -1) {
		fields = append(fields, f[1], f[2])
	}
	status, body, _ = s.sendFrom(client, draft, draft+"/"+step, fields...)
	return status, body
}

// sendFrom sends a form that stands on one page to another address.
func (s *site) sendFrom(client *http.Client, page, path string, fields ...string) (status int, body, location string) {
	s.t.Helper()
	_, text := s.get(client, page)
	form := url.Values{}
	if found := tokenField.FindStringSubmatch(text); found != nil {
		form.Set("csrf", found[1])
	}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return s.post(client, path, form)
}

// A tenth programme is a YAML file and no Go: sent by one person and published by another, through the pages, it stands in
// every list, form, page and answer that programmes stand in.
func TestATenthProgrammeIsAFile(t *testing.T) {
	s := newSite(t)
	admin, network := s.as("admin"), s.as("network")
	status, body, draft := s.sendPack(admin, "night.yaml", []byte(apptest.Tenth("2026-11-23")))
	if status != http.StatusSeeOther || !strings.HasPrefix(draft, "/drafts/") {
		t.Fatalf("sending: %d %s", status, main(body))
	}
	if status, body := s.press(network, draft, "publish"); status != 0 || !strings.Contains(body, "Run the impact preview first") {
		t.Errorf("publishing is offered before it was tried: %d %s", status, body)
	}
	if status, body := s.press(admin, draft, "check"); status != http.StatusSeeOther {
		t.Fatalf("trying: %d %s", status, main(body))
	}
	if status, _ := s.press(admin, draft, "publish"); status != 0 {
		t.Error("the sender is offered to publish")
	}
	if _, page := s.get(admin, draft); !strings.Contains(page, "3 of 4 dealerships would fail") || strings.Contains(page, `id="which"`) {
		t.Errorf("the administrator sees: %s", main(page))
	}
	_, page := s.get(network, draft)
	for _, want := range []string{"3 of 4 dealerships would fail on 23 November 2026, 2 of them by a single item", "NCH-01", "Nanjing Jichuan", "South"} {
		if !strings.Contains(page, want) {
			t.Errorf("the preview lacks %q: %s", want, main(page))
		}
	}
	if _, page := s.get(network, draft+"?fails=NCH-02&stage=grace"); !strings.Contains(page, "Shenzhen Muheng") || strings.Contains(page, "Nanjing Jichuan") {
		t.Errorf("those that lack NCH-02: %s", main(page))
	}
	if status, body := s.press(network, draft, "publish"); status != http.StatusSeeOther {
		t.Fatalf("publishing: %d %s", status, main(body))
	}
	for _, row := range []struct{ path, want string }{
		{draft, "Published by network"}, {"/programmes", "Night charging"}, {"/programmes/night-charging", "One of them is on call at night."},
		{"/programmes/night-charging?lang=zh-Hans", "至少三名在职技师"}, {"/programmes?lang=zh-Hans", "夜间充电"}, {"/programmes?lang=en", "Night charging"},
		{"/programmes/night-charging", `href="/dealerships?fails=NCH-01&amp;programme=night-charging">3</a>`},
		{"/dealerships", `<option value="night-charging">Night charging</option>`},
		{"/dealerships?programme=night-charging&fails=NCH-02", "Shenzhen Muheng"}, {"/dealerships?programme=night-charging&health=at_risk", "Nanjing Jichuan"},
		{"/dealerships/30002", "Night charging"}, {"/dealerships/30002", "Three technicians are employed"},
		{"/dealerships/30002/timeline?programme=night-charging", "Night charging"}, {"/dealerships/30002/decisions/new?programme=night-charging", "Night charging"},
		{"/forecast?programme=night-charging&show=all", "Night charging"},
		{"/api/v1/programmes", `"code":"night-charging"`}, {"/api/v1/programmes/night-charging", `"failing":3`},
		{"/api/v1/dealerships/30002", `"night-charging":{"state":"not_enrolled","law":"healthy","brand":"at_risk"`},
		{"/api/v1/dealerships/30002/timeline?programme=night-charging", `"from":"2026-11-23"`},
		{"/api/v1/forecast?programme=night-charging&show=all", `"programme":"night-charging"`},
	} {
		if status, body := s.get(network, row.path); status != http.StatusOK || !strings.Contains(body, row.want) {
			t.Errorf("%s: %d, lacks %q: %s", row.path, status, row.want, main(body))
		}
	}
	form := "/dealerships/30001/decisions/new?programme=night-charging"
	if status, body, _ := s.sendFrom(network, form, form, "programme", "night-charging", "decision", "certify", "effective_on", "2026-11-23", "step", "save"); status != http.StatusSeeOther {
		t.Fatalf("certifying: %d %s", status, main(body))
	}
	if _, body := s.get(network, "/api/v1/dealerships/30001"); !strings.Contains(body, `"night-charging":{"state":"certified"`) || !strings.Contains(body, `"valid_until":"2027-11-22"`) {
		t.Errorf("certified: %s", body)
	}
	if report, err := s.net.Verify(t.Context(), nil); err != nil || !report.OK() {
		t.Errorf("verify: %v %v", report.Findings, err)
	}
}

// What cannot be a pack is refused with a sentence that names the file and the line, in the reader's language.
func TestPacksThatCannotBe(t *testing.T) {
	s := newSite(t)
	admin := s.as("admin")
	tenth := apptest.Tenth("2026-12-01")
	for _, row := range []struct {
		name string
		text []byte
		want string
	}{
		{"nothing", nil, "Choose a YAML file, or paste its text."},
		{"too deep", []byte(strings.Repeat("[", 100_000)), "night.yaml, line 1: lists and groups are nested more than 32 deep"},
		{"ten megabytes", bytes.Repeat([]byte("# a\n"), 10<<18), "night.yaml is longer than"},
		{"more than that", bytes.Repeat([]byte("# a\n"), 11<<18), "10 MB"},
		{"anchors", []byte(strings.Replace(tenth, "night-charging", "&n night-charging", 1)), "line 1: anchors, aliases"},
		{"a key twice", []byte(tenth + "kind: law\n"), "the key kind comes twice"},
		{"binary", []byte("PK\x03\x04\x00\x00"), "line 1: this is not text in UTF-8"},
		{"GB18030", []byte("name: {zh: \xc2\xcc\xd0\xc7}\n"), "line 1: this is not text in UTF-8"},
		{"of yesterday", []byte(apptest.Tenth("2026-11-22")), "choose 23 November 2026 or later"},
		{"markup", []byte(strings.Replace(tenth, "severity: major", `severity: "<script>"`, 1)), "“&lt;script&gt;”; use one of critical, major, minor"},
	} {
		t.Run(row.name, func(t *testing.T) {
			status, body, _ := s.sendPack(admin, "night.yaml", row.text)
			if status != http.StatusUnprocessableEntity || !strings.Contains(body, row.want) {
				t.Errorf("%d, lacks %q: %s", status, row.want, main(body))
			}
		})
	}
	s.get(admin, "/account?lang=zh-Hans")
	if _, body, _ := s.sendPack(admin, "night.yaml", []byte("a: [")); !strings.Contains(body, "night.yaml 第 1 行") {
		t.Errorf("in Chinese: %s", main(body))
	}
}

package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// movedAway sends T20 from apptest.TwoOnly to the south two weeks ago, where they earn something, and takes somebody on anew
// at apptest.Healthy.
func (s *site) movedAway() {
	s.t.Helper()
	ctx, by := s.t.Context(), s.net.Actor(s.t, "network")
	s.net.Agreed(s.t, s.net.SetEmployment(ctx, by, "T20", app.EmploymentForm{Dealership: apptest.Expiring, Job: "technician", From: "2026-11-10"}))
	s.net.Agreed(s.t, s.net.SetQualification(ctx, by, "T20", app.QualificationForm{Type: "hve", Certificate: "HVE-000111222333", IssuedOn: "2026-11-12", ExpiresOn: "2028-11-11", Confirmed: true}))
	s.net.Agreed(s.t, s.net.CreatePerson(ctx, by, app.NewPersonForm{StaffNo: "N1", Name: "新来者", Dealership: apptest.Healthy, Job: "technician", From: "2026-11-02"}))
}

// What each reader learns of people of their own, of who has moved away, of who has come, and of strangers: by page, API,
// list, count, search and filter.
func TestWhoSeesWhichPeople(t *testing.T) {
	s := newSite(t)
	s.movedAway()
	const elsewhere = apptest.Expiring // where T20 is now
	tests := []struct {
		as, path string
		status   int
		must     []string
		mustNot  []string
	}{
		{"network", "/people/T20", 200, []string{apptest.TwoOnly, elsewhere, "HVE", "11 Nov 2028", "New employment"}, []string{"HVE-000111222333", "last day with you"}},
		{"regional-south", "/people/T20", 200, []string{apptest.TwoOnly, elsewhere, "HVE", "New employment"}, nil},
		{"regional-east", "/people/T20", 200, []string{apptest.TwoOnly, "last day with you, 9 November 2026"}, []string{elsewhere, "HVE-", "11 Nov 2028", "Guangzhou", "New employment"}},
		{"dealer-30002", "/people/T20", 200, []string{apptest.TwoOnly, "last day with you, 9 November 2026"}, []string{elsewhere, "HVE-", "11 Nov 2028", "Guangzhou", "New employment"}},
		{"dealer-30002", "/people/T20?on=2027-03-01", 200, []string{"last day with you"}, []string{elsewhere, "HVE-", "11 Nov 2028", "Guangzhou"}},
		{"dealer-30002", "/people/T20/history", 200, []string{"employment"}, []string{elsewhere, "HVE", "hve"}},
		{"dealer-30002", "/people/T21", 200, []string{"T21", "HVT-C gen5", "Coverage over time"}, []string{"New employment"}},
		{"dealer-30002", "/people/N1", 404, nil, []string{"新来者", apptest.Healthy}},
		{"regional-south", "/people/N1", 404, nil, []string{"新来者", apptest.Healthy}},
		{"regional-east", "/people/N1", 200, []string{"新来者", apptest.Healthy}, nil},
		{"viewer", "/people/T21", 403, nil, []string{"技师21"}},
		{"admin", "/people/T21", 403, nil, []string{"技师21"}},

		{"network", "/people", 200, []string{"12 of 12", "T20", "N1"}, nil},
		{"regional-east", "/people", 200, []string{"7 of 7", "T21", "N1"}, []string{"T20", "T30"}},
		{"dealer-30002", "/people", 200, []string{"2 of 2", "T21", "C2"}, []string{"T20", "T10", "N1"}},
		{"dealer-30002", "/people?state=former", 200, []string{"1 of 1", "T20", "until 9 Nov 2026"}, []string{elsewhere, "HVE"}},
		{"dealer-30002", "/people?on=2026-11-01", 200, []string{"3 of 3", "T20"}, []string{"HVE", elsewhere}},
		{"dealer-30002", "/people?q=T20", 200, []string{"0 of 2", "Nobody matches"}, []string{"技师20"}},
		{"dealer-30002", "/people?q=N1", 200, []string{"0 of 2"}, []string{"新来者"}},
		{"dealer-30002", "/people?dealership=" + apptest.Healthy, 200, []string{"0 of 2"}, []string{"T10"}},
		{"dealer-30002", "/people?type=hve&state=former", 200, []string{"0 of 1"}, []string{"技师20"}},
		{"regional-east", "/people?type=hve&on=2026-11-20", 200, []string{"0 of 7"}, []string{"技师20"}},
		{"nobody", "/people", 200, []string{"0 of 0"}, []string{"T10"}},
		{"network", "/people?type=hvt-b&generation=gen5", 200, []string{"1 of 12", "T20"}, []string{"T10"}},
		{"network", "/people?type=hvt-c&generation=gen5&expires_before=2027-06-01&region=east", 200, []string{"4 of 12", "31 May 2027"}, []string{"T20"}},
		{"network", "/people?type=driving", 400, []string{"driving", "type"}, nil},
		{"network", "/people?generation=gen9", 400, []string{"gen9"}, nil},
		{"network", "/people?job=pilot", 400, []string{"pilot"}, nil},
		{"network", "/people?state=asleep", 400, []string{"asleep"}, nil},
		{"network", "/people?state=former&state=lapsed", 400, []string{"former, lapsed"}, nil},
		{"network", "/people?state=lapsed&type=nev", 400, []string{"nev"}, nil},
		{"network", "/people?state=lapsed", 200, []string{"0 of 12", "lapsed"}, nil},
		{"network", "/people?state=expiring&type=hvt-c&on=2027-03-02", 200, []string{"HVT-C", "T21"}, nil},
		{"network", "/people?state=expiring&type=hvt-c&on=2027-03-02&expires_before=2027-05-31", 200, []string{"0 of "}, nil},
		{"network", "/people?state=review_window&state=dormant&on=2028-11-10&region=south", 200, []string{"T30"}, []string{"T10"}},
		{"network", "/people?sort=salary", 400, []string{"salary"}, nil},
		{"network", "/people?region=nowhere", 400, []string{"nowhere"}, nil},
		{"network", "/people?expires_before=soon", 400, []string{"soon"}, nil},
		{"network", "/people?colour=red", 400, []string{"colour"}, nil},
		{"network", "/people?lang=zh-Hans", 200, []string{"人员", "有效资质", "低压电工证"}, []string{"Qualified for"}},
		{"network", "/people/T21?lang=zh-Hans", 200, []string{"任职经历", "复审到期日"}, []string{"Employments"}},

		{"network", "/matrix?dealership=" + apptest.TwoOnly, 200, []string{"T21", "HVT-C gen5", "until 8 Jan 2029"}, []string{"T10"}},
		{"network", "/matrix?lang=zh-Hans", 200, []string{"人员资质矩阵"}, nil},
		{"dealer-30002", "/matrix", 200, []string{"T21"}, []string{"T20", "T10", "HVE-"}},
		{"dealer-30002", "/matrix?dealership=" + apptest.Healthy, 200, []string{"0 of 2"}, []string{"T10", "Suzhou"}},

		{"dealer-30002", "/dealerships/30002", 200, []string{`href="/people/T21"`}, nil},
		{"dealer-30002", "/dealerships/30002?on=2026-11-01", 200, []string{"T20"}, []string{"HVE, HV expert"}},
		{"regional-south", "/dealerships/30003?on=2026-12-01", 200, []string{"T20"}, nil},

		{"network", "/api/v1/people?q=T20", 200, []string{`"total":1`, `"dealership":"30003"`, `"what":"hve"`}, nil},
		{"dealer-30002", "/api/v1/people", 200, []string{`"total":2`}, []string{"T20", "N1"}},
		{"dealer-30002", "/api/v1/people/T20", 200, []string{`"dealership":"30002"`}, []string{elsewhere, "2028-11-11"}},
		{"dealer-30002", "/api/v1/people/N1", 404, []string{`"status":404`}, []string{"新来者"}},
		{"dealer-30002", "/api/v1/qualifications", 200, []string{`"total":2`, `"staff_no":"T21"`, "***"}, []string{"T20", "T0000001900"}},
		{"network", "/api/v1/qualifications?type=permit-lv&expires_before=2029-01-09", 200, []string{`"valid_until":"2029-01-08"`}, []string{`"T10"`, "hvt-c"}},
		{"network", "/api/v1/qualifications?type=nev", 400, []string{"nev"}, nil},
		{"network", "/api/v1/qualifications?state=former", 400, []string{"state"}, nil},
		{"viewer", "/api/v1/qualifications", 403, nil, []string{"T21"}},
	}
	browsers := map[string]*http.Client{}
	for _, tt := range tests {
		t.Run(tt.as+" "+tt.path, func(t *testing.T) {
			if browsers[tt.as] == nil {
				browsers[tt.as] = s.as(tt.as)
			}
			browsers[tt.as].Jar.SetCookies(mustURL(t, s.url), []*http.Cookie{{Name: "dc_lang", Value: "en"}})
			status, body := s.get(browsers[tt.as], tt.path)
			if status != tt.status {
				t.Errorf("status %d, want %d: %s", status, tt.status, main(body))
			}
			_, shown, _ := strings.Cut(body, "<main")
			if strings.HasPrefix(tt.path, "/api/") {
				shown = body
			}
			for _, want := range tt.must {
				if !strings.Contains(body, want) {
					t.Errorf("lacks %q: %s", want, shown[:min(len(shown), 3000)])
				}
			}
			if at := strings.Index(shown, `id="results"`); at > 0 {
				shown = shown[at:] // a filter names every type
			}
			for _, unwanted := range tt.mustNot {
				if strings.Contains(shown, unwanted) {
					t.Errorf("has %q", unwanted)
				}
			}
		})
	}
}

// A regional manager takes somebody on, transfers them, records a certificate with its review and takes it back, each by
// the form on the page, looking at what would change first.
func TestFormsAboutPeople(t *testing.T) {
	s := newSite(t)
	client := s.as("regional-east")
	status, body, location := s.send(client, "/people/new", "staff_no", "T88", "name", "新技师", "dealership", apptest.TwoOnly, "job", "technician", "from", "2026-11-23", "nonce", "a")
	if status != http.StatusSeeOther || location != "/people/T88" {
		t.Fatalf("a new person: %d %s %s", status, location, main(body))
	}
	if status, body, _ = s.send(client, "/people/new", "staff_no", "T30", "name", "某人", "dealership", apptest.TwoOnly, "job", "technician", "from", "2026-11-23", "nonce", "b"); status != 422 || !strings.Contains(body, "headquarters must decide") || strings.Contains(body, "技师30") {
		t.Errorf("a stranger's number: %d %s", status, main(body))
	}
	if status, body, _ = s.send(client, "/people/T21/employments/new", "dealership", apptest.Healthy, "job", "technician", "from", "2026-12-01", "step", "preview"); status != 200 || !strings.Contains(body, apptest.TwoOnly+" · Law") || !strings.Contains(body, "in breach") {
		t.Errorf("the preview of a transfer: %d %s", status, body)
	}
	permit := []string{"type", "permit-lv", "certificate_no", "T110101199003077777", "issued_on", "2026-11-18", "review_due_on", "2029-11-17", "expires_on", "2032-11-17"}
	if status, body, location = s.send(client, "/people/T88/qualifications/new", append(permit, "nonce", "c")...); status != http.StatusSeeOther || location != "/people/T88" {
		t.Fatalf("a permit: %d %s", status, main(body))
	}
	_, page := s.get(client, "/people/T88")
	if !strings.Contains(page, "T110***********7777") && !strings.Contains(page, "***") || strings.Contains(page, "T110101199003077777") {
		t.Errorf("the number is not masked: %s", main(page))
	}
	record, err := s.net.Person(t.Context(), tracker.Operator, "T88", s.net.Today())
	if err != nil {
		t.Fatal(err)
	}
	chain := string(record.Certificates[0].Qualification.Chain)
	if status, body, _ = s.send(client, "/people/T88/reviews/new?qualification="+chain, "reviewed_on", "2026-11-20", "review_due_on", "2029-11-19", "nonce", "d"); status != http.StatusSeeOther {
		t.Errorf("a review: %d %s", status, main(body))
	}
	if status, body, _ = s.send(client, "/people/T88/facts/qualification/"+chain+"/void", "nonce", "e"); status != 422 || !strings.Contains(body, "Give a reason") && !strings.Contains(body, "must be filled in") {
		t.Errorf("taken back without a reason: %d %s", status, main(body))
	}
	if status, body, _ = s.send(client, "/people/T88/facts/qualification/"+chain+"/void", "reason", "not hers", "nonce", "f"); status != http.StatusSeeOther {
		t.Errorf("taken back: %d %s", status, main(body))
	}
	if _, page = s.get(client, "/people/T88/history"); !strings.Contains(page, "not hers") || !strings.Contains(page, "regional-east") {
		t.Errorf("the history: %s", main(page))
	}
	token := tokenField.FindStringSubmatch(func() string { _, p := s.get(client, "/people/T88/leaves/new"); return p }())[1]
	if status, body, _ = s.post(client, "/people/T88/leaves/new?on=2026-12-01", url.Values{"csrf": {token}, "from": {"2026-12-01"}}); status != http.StatusConflict {
		t.Errorf("a form on another day: %d %s", status, main(body))
	}
	employment := string(record.Employments[0].Chain)
	if status, _, location = s.send(client, "/people/T88/facts/employment/"+employment+"/void", "reason", "never came", "nonce", "g"); status != http.StatusSeeOther || location != "/people" {
		t.Errorf("who was never there is gone from view: %d %s", status, location)
	}
}

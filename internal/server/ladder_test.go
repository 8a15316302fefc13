package server_test

import (
	"net/http"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// climbers adds somebody whose bridge closes, whose permit sleeps soon and whose review is near.
func (s *site) climbers() {
	s.t.Helper()
	ctx, by := s.t.Context(), tracker.Operator // an installation is taken over with its history
	for _, err := range []error{
		s.net.CreatePerson(ctx, by, app.NewPersonForm{StaffNo: "B1", Name: "攀登者", Dealership: apptest.TwoOnly, Job: "technician", From: "2022-01-01"}),
		s.net.SetQualification(ctx, by, "B1", app.QualificationForm{Type: "hvt-c", Generation: "gen4", IssuedOn: "2024-01-15", ExpiresOn: "2027-01-14", Confirmed: true}),
		s.net.SetQualification(ctx, by, "B1", app.QualificationForm{Type: "permit-lv", Certificate: "T110101199003078888", IssuedOn: "2023-12-20", ExpiresOn: "2029-12-19"}),
		s.net.SetLeave(ctx, by, "B1", app.LeaveForm{From: "2026-11-16"}),
	} {
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// The ladder, the permit's two clocks and the bridges, on pages and in the API, for each reader and in both languages.
func TestLadderIsShown(t *testing.T) {
	s := newSite(t)
	s.climbers()
	tests := []struct {
		as, path string
		status   int
		must     []string
		mustNot  []string
	}{
		{"network", "/people/B1", 200, []string{
			"bridge until 14 Jan 2027", "8 hours online instead of 3 days of classroom", "HVA is missing", "First: HVA", "HVT-B: 0 of 2 generations",
			"apply, due 20 Dec 2026", "Can be applied for from", "20 Nov 2026", "apply at once", "on leave", "2029",
		}, []string{"T110101199003078888"}},
		{"network", "/people/B1?on=2027-01-15", 200, []string{"lapsed 15 Jan 2027", "Bridge from gen4 closed on 15 Jan 2027", "First: Permit"}, []string{"bridge until"}},
		{"dealer-30002", "/people/B1?lang=zh-Hans", 200, []string{"资质阶梯", "可转换至2027年1月14日", "缺少HVA", "电工证的两个期限", "可申请"}, []string{"Ladder"}},
		{"network", "/people/C2", 200, nil, []string{`id="ladder"`, `id="clocks"`}}, // a champion has nothing to do with it

		{"network", "/matrix?dealership=" + apptest.TwoOnly, 200, []string{"bridge until 14 Jan 2027", "apply, due 20 Dec 2026", "What the colours mean", "until 31 May 2027"}, []string{"First-aid"}},
		{"network", "/matrix?lang=zh-Hans&dealership=" + apptest.TwoOnly, 200, []string{"颜色说明", "可转换至2027年1月14日"}, nil},

		{"network", "/people?state=bridgeable&expires_before=2027-01-15", 200, []string{"B1", "1 of 12", "open to a bridge"}, []string{"T20"}},
		{"network", "/people?state=bridgeable&expires_before=2027-01-14", 200, []string{"0 of 12"}, nil},
		{"network", "/people?state=review_window", 200, []string{"B1", "1 of 12"}, nil},

		{"network", "/forecast/bridges", 200, []string{"B1", "gen4 → HVT-C gen5", "14 Jan 2027", "1 people: 8 hours of online training", "HVA is missing"}, nil},
		{"network", "/forecast/bridges?until=2027-01-13", 200, []string{"No bridge closes in this time"}, []string{"B1"}},
		{"regional-south", "/forecast/bridges", 200, []string{"No bridge closes"}, []string{"B1"}},
		{"dealer-30002", "/forecast/bridges?lang=zh-Hans", 200, []string{"B1", "即将失去的线上转换机会", "线上 8 小时，代替面授 3 天"}, nil},
		{"network", "/forecast/bridges?until=soon", 400, []string{"soon"}, nil},
		{"network", "/forecast/bridges?type=nev", 400, []string{"nev"}, nil},
		{"viewer", "/forecast/bridges", 403, nil, []string{"B1"}},

		{"network", "/people/borrowed", 200, []string{"No number is recorded for two people", "Nobody is employed at two dealerships at once"}, nil},
		{"network", "/people/borrowed?lang=zh-Hans", 200, []string{"疑似挂证"}, nil},
		{"regional-east", "/people/borrowed", 403, nil, nil},

		{"network", "/api/v1/people/B1", 200, []string{
			`"clocks":[`, `"clock":"review","opens":"2026-10-21","last_sensible":"2026-11-20","until":"2026-12-20","assumed":true,"stage":"tight"`,
			`"type":"hvt-c","generation":"gen5","level":2,"state":"bridgeable"`, `"bridge":{"from":"gen4","open":true,"until":"2027-01-14","closed":null,"bridge_hours":8,"classroom_days":3}`,
			`"missing":[{"type":"hva","generation":null,"need":1,"have":0,"since":null}]`, `"path":"bridge"`,
		}, nil},
		{"dealer-30002", "/api/v1/forecast/bridges?generation=gen5", 200, []string{`"total":1`, `"staff_no":"B1"`, `"until":"2027-01-14"`}, nil},
		{"dealer-30002", "/", 200, []string{"bridge from gen4 to HVT-C gen5", "Apply for the review of 攀登者"}, nil},
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
			shown := body
			if !strings.HasPrefix(tt.path, "/api/") {
				_, shown, _ = strings.Cut(body, "<main")
			}
			if at := strings.Index(shown, `id="results"`); at > 0 && len(tt.mustNot) > 0 {
				for _, unwanted := range tt.mustNot {
					if strings.Contains(shown[at:], unwanted) {
						t.Errorf("has %q", unwanted)
					}
				}
			} else {
				for _, unwanted := range tt.mustNot {
					if strings.Contains(shown, unwanted) {
						t.Errorf("has %q", unwanted)
					}
				}
			}
			for _, want := range tt.must {
				if !strings.Contains(body, want) {
					t.Errorf("lacks %q: %s", want, main(body))
				}
			}
		})
	}
}

// A certificate against which something stands is recorded once that was confirmed, and not before.
func TestACertificateIsConfirmedInItsForm(t *testing.T) {
	s := newSite(t)
	client := s.as("regional-east")
	battery := []string{"type", "hvt-b", "generation", "gen5", "issued_on", "2026-11-10", "expires_on", "2028-11-09"}
	status, body, _ := s.send(client, "/people/T21/qualifications/new", append(battery, "step", "preview")...)
	if status != 200 || !strings.Contains(body, "HVA is missing") || !strings.Contains(body, `name="confirm"`) {
		t.Errorf("the preview: %d %s", status, main(body))
	}
	if status, body, _ = s.send(client, "/people/T21/qualifications/new", append(battery, "nonce", "a")...); status != 422 || !strings.Contains(body, "confirm that it is true") {
		t.Errorf("unconfirmed: %d %s", status, main(body))
	}
	if status, body, _ = s.send(client, "/people/T21/qualifications/new", append(battery, "nonce", "b", "confirm", "yes")...); status != http.StatusSeeOther {
		t.Errorf("confirmed: %d %s", status, main(body))
	}
}

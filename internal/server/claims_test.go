package server_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// What was typed when the session had ended stands in the form after the sign-in, without any script.
func TestAFormSurvivesTheEndOfTheSession(t *testing.T) {
	s := newSite(t)
	gone := s.browser()
	path := "/dealerships/30002/report/joiner"
	status, page, _ := s.post(gone, path, url.Values{"csrf": {"old"}, "staff_no": {"N77"}, "name": {"韩<新>"}, "from": {"2026-11-30"}, "certificate_no": {"SECRET-4711"}})
	kept := regexp.MustCompile(`name="kept" value="([^"]+)"`).FindStringSubmatch(page)
	if status != http.StatusUnauthorized || kept == nil || strings.Contains(page, "old") || strings.Contains(page, "SECRET") {
		t.Fatalf("%d: %s", status, main(page))
	}
	form := url.Values{
		"login": {"dealer-30002"}, "password": {app.DemoPassword}, "next": {path}, "kept": {strings.ReplaceAll(kept[1], "&amp;", "&")},
	}
	status, _, location := s.post(gone, "/login", form)
	if status != http.StatusSeeOther || location != path {
		t.Fatalf("%d to %s", status, location)
	}
	if _, page = s.get(gone, path); !strings.Contains(page, `value="N77"`) || !strings.Contains(page, "韩&lt;新&gt;") {
		t.Errorf("what was typed is lost: %s", main(page))
	}
	if _, page = s.get(gone, path); strings.Contains(page, "N77") {
		t.Error("it stands there a second time")
	}
}

// A transfer is shown to headquarters only; the dealership learns no more than that headquarters decides.
func TestATransferOnPages(t *testing.T) {
	s := newSite(t)
	dealer, south, network := s.as("dealer-30002"), s.as("regional-south"), s.as("network")
	fields := []string{"staff_no", "T30", "name", "某人", "job", "technician", "from", "2026-12-01"}
	_, preview, _ := s.send(dealer, "/dealerships/30002/report/joiner", append(fields, "step", "preview")...)
	if strings.Contains(preview, "eadquarters must") || strings.Contains(preview, "30003") || !strings.Contains(preview, "Who decides sees") {
		t.Errorf("the preview: %s", main(preview))
	}
	if status, body, _ := s.send(dealer, "/dealerships/30002/report/joiner", fields...); status != http.StatusSeeOther {
		t.Fatalf("%d: %s", status, main(body))
	}
	_, home := s.get(dealer, "/")
	if !strings.Contains(home, "Headquarters must decide on it") || strings.Contains(home, "技师30") {
		t.Errorf("the dealership reads %s", main(home))
	}
	if _, inbox := s.get(south, "/reviews"); strings.Contains(inbox, "T30") {
		t.Error("the region of the other dealership sees the transfer")
	}
	_, inbox := s.get(network, "/reviews")
	link := regexp.MustCompile(`href="(/reviews/[^"]+)"`).FindStringSubmatch(inbox)
	if link == nil {
		t.Fatalf("headquarters' inbox: %s", main(inbox))
	}
	_, review := s.get(network, link[1])
	for _, want := range []string{"技师30", "30003", "ends the employment there"} {
		if !strings.Contains(review, want) {
			t.Errorf("the review lacks %q: %s", want, main(review))
		}
	}
}

// Who sees one dealership or region does not learn that somebody goes on elsewhere, nor which groups there are elsewhere.
func TestALifeElsewhereIsNotTold(t *testing.T) {
	s := newSite(t)
	dealer, network, south := s.as("dealer-30002"), s.as("network"), s.as("regional-south")
	fields := []string{"staff_no", "T30", "name", "某人", "job", "technician", "from", "2026-11-20", "note", "from a rival workshop"}
	s.send(dealer, "/dealerships/30002/report/joiner", fields...)
	_, inbox := s.get(network, "/reviews")
	link := regexp.MustCompile(`href="(/reviews/[^"]+)"`).FindStringSubmatch(inbox)[1]
	_, page := s.get(network, link)
	hidden := func(name string) string {
		return regexp.MustCompile(`name="` + name + `" value="([^"]+)"`).FindStringSubmatch(page)[1]
	}
	ruling := url.Values{"csrf": {hidden("csrf")}, "version": {hidden("version")}, "base": {hidden("base")}, "verdict": {"accept"}}
	if status, body, _ := s.post(network, link, ruling); status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, main(body))
	}
	for _, path := range []string{
		"/", "/forecast", "/changes?from=2026-11-01&until=2026-12-31", "/dealerships/30003", "/dealerships/30003/history", "/people/T30/history",
		"/api/v1/changes?from=2026-11-01&until=2026-12-31", "/dealerships/30003/timeline?programme=law",
	} {
		_, body := s.get(south, path)
		for _, told := range []string{"another dealership", "rival workshop", "30002", "by claim"} {
			if strings.Contains(body, told) {
				t.Errorf("the region that somebody left reads %q at %s", told, path)
			}
		}
	}
	_, body := s.get(network, "/changes?from=2026-11-01&until=2026-12-31")
	if !strings.Contains(body, "moves to another dealership") && !strings.Contains(body, "comes from another dealership") {
		t.Errorf("headquarters is not told of the move: %s", main(body))
	}
	if err := s.net.AddAccount(t.Context(), tracker.Operator, app.NewAccount{Login: "free", Role: "dealer", Password: app.DemoPassword}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/dealerships?group=G1": http.StatusBadRequest, "/people?group=G1": http.StatusBadRequest, "/dealerships?group=G9": http.StatusBadRequest} {
		if status, _ := s.get(s.as("free"), path); status != want {
			t.Errorf("who sees no dealership of the group gets %d from %s", status, path)
		}
	}
	if status, _ := s.get(dealer, "/dealerships?group=G1"); status != http.StatusOK {
		t.Errorf("who does see one gets %d", status)
	}
}

// A reviewer who decides on what has changed meanwhile is shown it anew.
func TestAStaleReviewOnPages(t *testing.T) {
	s := newSite(t)
	dealer, east := s.as("dealer-30002"), s.as("regional-east")
	s.send(dealer, "/dealerships/30002/report/review", "staff_no", "T20 permit-lv/", "reviewed_on", "2026-11-12")
	_, inbox := s.get(east, "/reviews")
	link := regexp.MustCompile(`href="(/reviews/[^"]+)"`).FindStringSubmatch(inbox)
	if link == nil {
		t.Fatalf("the inbox: %s", main(inbox))
	}
	_, page := s.get(east, link[1])
	hidden := func(name string) string {
		return regexp.MustCompile(`name="` + name + `" value="([^"]+)"`).FindStringSubmatch(page)[1]
	}
	seen := url.Values{"csrf": {hidden("csrf")}, "version": {hidden("version")}, "base": {hidden("base")}, "verdict": {"accept"}}
	s.send(dealer, "/dealerships/30002/report/leaver", "staff_no", "T20", "until", "2026-12-31")
	status, again, _ := s.post(east, link[1], seen)
	if status != http.StatusPreconditionFailed {
		t.Errorf("decided on what was: %d %s", status, main(again))
	}
	page = again
	seen.Set("base", hidden("base"))
	status, again, _ = s.post(east, link[1], seen)
	if status != http.StatusUnprocessableEntity || !strings.Contains(again, "tick that you have looked at it anew") {
		t.Errorf("%d: %s", status, main(again))
	}
	seen.Set("anew", "yes")
	if status, again, _ = s.post(east, link[1], seen); status != http.StatusSeeOther {
		t.Errorf("decided anew: %d %s", status, main(again))
	}
}

// The home page of a reviewer says how many reports wait, and who asks for what is not theirs to ask is told so.
func TestHomeSaysWhatWaits(t *testing.T) {
	s := newSite(t)
	dealer, east, south := s.as("dealer-30002"), s.as("regional-east"), s.as("regional-south")
	s.send(dealer, "/dealerships/30002/report/live", "module", "DGU-02", "live_on", "2026-11-20")
	if _, home := s.get(east, "/"); !strings.Contains(home, "1 report waits for a review") {
		t.Errorf("the region's home: %s", main(home))
	}
	if _, list := s.get(dealer, "/claims"); !strings.Contains(list, "1–1 of 1") {
		t.Errorf("what was reported: %s", main(list))
	}
	if _, past := s.get(dealer, "/claims?page=9"); strings.Contains(past, "Nothing here yet") || !strings.Contains(past, `href="/claims"`) {
		t.Errorf("past the last page: %s", main(past))
	}
	if _, home := s.get(south, "/"); strings.Contains(home, "waits for a review") {
		t.Errorf("another region's home: %s", main(home))
	}
	for client, path := range map[*http.Client]string{dealer: "/?days=7", east: "/?dealership=30002"} {
		if status, page := s.get(client, path); status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", path, status, main(page))
		}
	}
}

// Who works for several dealerships switches between them, and reports for the one that is shown.
func TestADealerWithSeveralDealerships(t *testing.T) {
	s := newSite(t)
	account := app.NewAccount{Login: "dealer-two", Role: "dealer", Password: app.DemoPassword, Dealerships: []string{apptest.Healthy, apptest.TwoOnly}}
	if err := s.net.AddAccount(t.Context(), tracker.Operator, account); err != nil {
		t.Fatal(err)
	}
	both := s.as("dealer-two")
	_, first := s.get(both, "/")
	_, second := s.get(both, "/?dealership=30002")
	for _, c := range []struct{ page, link, other string }{
		{first, "/dealerships/30001/report/leaver", "/dealerships/30002/report/leaver"},
		{second, "/dealerships/30002/report/leaver", "/dealerships/30001/report/leaver"},
	} {
		if !strings.Contains(c.page, "2 dealerships") || !strings.Contains(c.page, c.link) || strings.Contains(c.page, c.other) {
			t.Errorf("%s: %s", c.link, main(c.page))
		}
	}
	if status, _ := s.get(both, "/?dealership=30003"); status != http.StatusNotFound {
		t.Errorf("a third one: %d", status)
	}
}

package server_test

import (
	"net/http"
	"strings"
	"testing"

	"dealercert/internal/app"
)

// permitReview is a session of the permit's review in January, with so many seats.
func permitReview(seats string) app.SessionForm {
	return app.SessionForm{
		Course: "PERMIT-REVIEW", Language: "zh-Hans", Region: "east", City: "上海", Place: "培训中心", FirstDay: "2027-01-12", Seats: seats,
	}
}

// seated books a seat for somebody in a session, and gives the ids of both.
func (s *site) seated(staffNo string) (session, booking string) {
	s.t.Helper()
	by := s.net.Actor(s.t, "network")
	made, err := s.net.CreateSession(s.t.Context(), by, permitReview("2"))
	if err != nil {
		s.t.Fatal(err)
	}
	list, err := s.net.BookSeats(s.t.Context(), by, made.ID, []string{staffNo})
	if err != nil {
		s.t.Fatal(err)
	}
	return made.ID, list[0].ID
}

// What each reader sees of a session: the seats are everybody's to know, the names only those of people whom the reader sees.
func TestWhoSeesWhichSeats(t *testing.T) {
	s := newSite(t)
	session, booking := s.seated("T20")
	if _, err := s.net.BookSeats(t.Context(), s.net.Actor(t, "network"), session, []string{"T30", "T31"}); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		as, path string
		status   int
		must     []string
		mustNot  []string
	}{
		{"network", "/training/" + session, 200, []string{"技师20", "技师30", "waiting", "place 1", "Call off", "Give back"}, []string{"other pe"}},
		{"regional-east", "/training/" + session, 200, []string{"技师20", "and 2 other people", "Give back"}, []string{"技师30", "Call off", "30003"}},
		{"regional-south", "/training/" + session, 200, []string{"技师30", "and 1 other person"}, []string{"技师20", "30002"}},
		{"dealer-30002", "/training/" + session, 200, []string{"技师20", "and 2 other people", "Book seats"}, []string{"技师30", "Enter results"}},
		{"viewer", "/training/" + session, 200, []string{"0 of 2 free", "1 waits", "and 3 other people"}, []string{"技师", "T20", "Give back"}},
		{"admin", "/training/" + session, 403, nil, []string{"技师"}},
		{"dealer-30002", "/training", 200, []string{"Review course for the electrician permit", "上海", "0 of 2 free"}, []string{"New session"}},
		{"dealer-30002", "/training?free=yes", 200, []string{"No session matches"}, nil},
		{"dealer-30002", "/training?course=HVA", 200, []string{"No session matches"}, nil},
		{"dealer-30002", "/training?course=nope", 400, []string{"nope"}, nil},
		{"dealer-30002", "/training?on=2027-02-01", 200, []string{"No sessions to come"}, nil},
		{"dealer-30002", "/training/bookings", 200, []string{"技师20", "seat booked"}, []string{"技师30"}},
		{"regional-south", "/training/bookings", 200, []string{"技师30", "技师31", "place 1"}, []string{"技师20"}},
		{"dealer-30002", "/training/" + session + "/book?dealership=30002", 200, []string{"技师21", "seat booked"}, []string{"技师30"}},
		{"dealer-30002", "/api/v1/bookings/" + booking, 200, []string{`"staff_no":"T20"`, `"state":"booked"`}, nil},
		{"dealer-30002", "/api/v1/sessions/" + session, 200, []string{`"others":2`, `"waiting":1`}, []string{"T30"}},
		{"viewer", "/api/v1/sessions/" + session, 200, []string{`"bookings":[]`, `"others":3`}, []string{"T20"}},
		{"network", "/training/" + session + "?lang=zh-Hans", 200, []string{"候补", "第1位", "取消班次"}, []string{"waiting"}},
	}
	for _, c := range tests {
		status, body := s.get(s.as(c.as), c.path)
		if status != c.status {
			t.Errorf("%s as %s: %d, want %d: %s", c.path, c.as, status, c.status, main(body))
			continue
		}
		for _, want := range c.must {
			if !strings.Contains(body, want) {
				t.Errorf("%s as %s lacks %q: %s", c.path, c.as, want, main(body))
			}
		}
		for _, not := range c.mustNot {
			if strings.Contains(main(body), not) {
				t.Errorf("%s as %s tells %q: %s", c.path, c.as, not, main(body))
			}
		}
	}
}

// A dealer books by the form, headquarters enters a pass after the session, the certificate is there; taken back, it is gone.
func TestFromSeatToCertificateOnPages(t *testing.T) {
	s := newSite(t)
	network, dealer := s.as("network"), s.as("dealer-30002")
	status, body, made := s.send(network, "/training/new", "course", "HVTC-GEN6-BRIDGE", "held", "online", "language", "zh-Hans",
		"first_day", "2026-11-20", "last_day", "2026-12-20", "seats", "5")
	if status != http.StatusSeeOther || !strings.HasPrefix(made, "/training/") {
		t.Fatalf("%d to %q: %s", status, made, main(body))
	}
	status, body, _ = s.send(dealer, made+"/book?dealership=30002", "staff_no", "T20")
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "asks for a certificate that is not valid") {
		t.Errorf("without HVA: %d %s", status, main(body))
	}
	aware := app.QualificationForm{Type: "hva", IssuedOn: "2026-10-01", ExpiresOn: "2028-09-30"}
	s.net.Agreed(t, s.net.SetQualification(t.Context(), s.net.Actor(t, "network"), "T20", aware))
	status, body, where := s.send(dealer, made+"/book?dealership=30002", "staff_no", "T20")
	if status != http.StatusSeeOther || where != made {
		t.Fatalf("%d to %q: %s", status, where, main(body))
	}
	if status, body, _ = s.send(dealer, made+"/book?dealership=30002", "staff_no", "T20"); status != http.StatusConflict {
		t.Errorf("booked twice: %d %s", status, main(body))
	}
	record, err := s.net.Session(t.Context(), s.net.Actor(t, "network"), strings.TrimPrefix(made, "/training/"))
	if err != nil {
		t.Fatal(err)
	}
	id := record.Bookings[0].ID
	status, body, _ = s.send(network, made+"/results", "step", "preview", "result_on", "2026-11-23", id, "passed", "score-"+id, "70")
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "Below 80 % it is not a pass") {
		t.Errorf("70 of 80: %d %s", status, main(body))
	}
	_, body, _ = s.send(network, made+"/results", "step", "preview", "result_on", "2026-11-23", id, "passed", "score-"+id, "85")
	if !strings.Contains(body, "valid 23 November 2026 to 22 November 2029") {
		t.Errorf("the validity is not said before saving: %s", main(body))
	}
	if status, body, _ = s.send(network, made+"/results", "result_on", "2026-11-23", id, "passed", "score-"+id, "85"); status != http.StatusSeeOther {
		t.Fatalf("%d: %s", status, main(body))
	}
	_, person := s.get(dealer, "/people/T20")
	if !strings.Contains(person, "HVT-C gen6") {
		t.Errorf("the certificate is not there: %s", main(person))
	}
	_, history := s.get(network, "/people/T20/history")
	if !strings.Contains(history, "HVTC-GEN6-BRIDGE 2026-11-23, 85 %") {
		t.Errorf("the history does not say where it comes from: %s", main(history))
	}
	_, body = s.get(network, made)
	if !strings.Contains(body, "Take result back") {
		t.Errorf("the result cannot be taken back: %s", main(body))
	}
	_, page := s.get(network, "/training/bookings/"+id+"/undo")
	version := hiddenField(t, page, "version")
	if status, body, _ = s.send(network, "/training/bookings/"+id+"/undo", "version", version, "reason", "of somebody else"); status != http.StatusSeeOther {
		t.Fatalf("%d: %s", status, main(body))
	}
	if _, person = s.get(dealer, "/people/T20"); strings.Contains(person, "gen6") {
		t.Errorf("the certificate is still there: %s", main(person))
	}
}

// The API books, gives back and enters results, each based on what the client saw.
func TestTrainingByAPI(t *testing.T) {
	s := newSite(t)
	network := s.as("network")
	_, account := s.get(network, "/account")
	token := tokenField.FindStringSubmatch(account)[1]
	ask := func(method, path, body string, headers ...string) answered {
		return s.call(network, method, path, body, append([]string{"X-CSRF-Token", token}, headers...)...)
	}
	made := ask("POST", "/api/v1/sessions", `{"course": "PERMIT-REVIEW", "held": "place", "city": "南京", "first_day": "2026-12-01", "seats": 1}`, "Idempotency-Key", "k1")
	again := ask("POST", "/api/v1/sessions", `{"course": "PERMIT-REVIEW", "held": "place", "city": "南京", "first_day": "2026-12-01", "seats": 1}`, "Idempotency-Key", "k1")
	if made.status != http.StatusCreated || again.body != made.body {
		t.Fatalf("%d %s, then %s", made.status, made.body, again.body)
	}
	session := made.header.Get("Location")
	booked := ask("POST", session+"/bookings", `{"staff_nos": ["T20", "T21"]}`)
	if booked.status != http.StatusCreated || !strings.Contains(booked.body, `"taken":1,"waiting":1`) {
		t.Fatalf("%d %s", booked.status, booked.body)
	}
	nobody := ask("POST", session+"/bookings", `{"staff_nos": ["T30", "T99"]}`)
	if nobody.status != http.StatusUnprocessableEntity || !strings.Contains(nobody.body, "T99") {
		t.Errorf("one of two is unknown: %d %s", nobody.status, nobody.body)
	}
	first := between(booked.body, `"bookings":[{"id":"`, `"`)
	seat := "/api/v1/bookings/" + first
	tag := ask("GET", seat, "").header.Get("ETag")
	if without := ask("POST", seat+"/cancel", "{}"); without.status != http.StatusPreconditionRequired {
		t.Errorf("without If-Match: %d", without.status)
	}
	if got := ask("POST", seat+"/cancel", "{}", "If-Match", tag); got.status != http.StatusOK || !strings.Contains(got.body, `"state":"cancelled"`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := ask("GET", session, ""); !strings.Contains(got.body, `"taken":1,"waiting":0`) {
		t.Errorf("nobody moved up: %s", got.body)
	}
	tag = ask("GET", session, "").header.Get("ETag")
	if got := ask("PATCH", session, `{"seats": 0}`, "If-Match", tag); got.status != http.StatusUnprocessableEntity {
		t.Errorf("no seats: %d %s", got.status, got.body)
	}
	if got := ask("PATCH", session, `{"seats": 3}`, "If-Match", tag); got.status != http.StatusOK || !strings.Contains(got.body, `"seats":3`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := ask("GET", "/api/v1/courses", ""); !strings.Contains(got.body, `"code":"CONSULTANT-CORE"`) || !strings.Contains(got.body, "安监总局令第30号") {
		t.Errorf("courses: %s", got.body)
	}
}

// between gives what stands between two texts.
func between(text, before, after string) string {
	_, rest, _ := strings.Cut(text, before)
	out, _, _ := strings.Cut(rest, after)
	return out
}

// hiddenField gives the value of a form's hidden field.
func hiddenField(t *testing.T, page, name string) string {
	t.Helper()
	out := between(page, `name="`+name+`" value="`, `"`)
	if out == "" {
		t.Fatalf("no field %s in %s", name, main(page))
	}
	return out
}

package server_test

import (
	"net/http"
	"net/url"
	"testing"
)

// Texts that no database keeps are the sender's fault, whichever database it is: nothing breaks, nothing is recorded.
func TestUnreadableTextsAreTheSendersFault(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	for _, text := range []string{"%00", "a%00b", "%ff", "%c3"} {
		for _, path := range []string{
			"/dealerships?q=" + text, "/dealerships?province=" + text, "/dealerships/" + text, "/people?q=" + text, "/people/" + text,
			"/api/v1/dealerships?q=" + text, "/api/v1/dealerships/" + text, "/api/v1/summary?region=" + text, "/programmes/" + text,
		} {
			status, body := s.get(client, path)
			if status < http.StatusBadRequest || status >= http.StatusInternalServerError {
				t.Errorf("%s answers %d: %s", path, status, main(body))
			}
		}
		plain, err := url.PathUnescape(text)
		if err != nil {
			t.Fatal(err)
		}
		status, body, _ := s.post(s.browser(), "/login", map[string][]string{"login": {plain}, "password": {plain}})
		if status < http.StatusBadRequest || status >= http.StatusInternalServerError {
			t.Errorf("signing in as %q answers %d: %s", plain, status, main(body))
		}
	}
}

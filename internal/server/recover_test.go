package server

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"dealercert/internal/app/apptest"
)

// A fault of the program is told to a program as a problem, and to nobody what it was.
func TestPanicIsAProblem(t *testing.T) {
	network := apptest.Small(t)
	s, err := New(Config{App: network.App, Sessions: network.Store.Sessions(), Log: slog.New(slog.DiscardHandler), BaseURL: "http://127.0.0.1", DefaultLanguage: "en"})
	if err != nil {
		t.Fatal(err)
	}
	engine := gin.New()
	engine.Use(s.identify, s.recover)
	for path, kind := range map[string]string{"/api/v1/x": mediaProblem, "/x": "text/plain; charset=utf-8"} {
		engine.GET(path, func(*gin.Context) { panic("secret cause") })
		answer := httptest.NewRecorder()
		engine.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		if answer.Code != http.StatusInternalServerError || answer.Header().Get("Content-Type") != kind || strings.Contains(answer.Body.String(), "secret") {
			t.Errorf("%s: %d %q %s", path, answer.Code, answer.Header().Get("Content-Type"), answer.Body)
		}
	}
}

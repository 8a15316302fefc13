package server

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"dealercert/internal/app"
)

const requestIDHeader = "X-Request-ID"

// identify gives each request an id that comes back in a header, stands in the log and goes into the history.
func (s *Server) identify(c *gin.Context) {
	id := uuid.NewString()
	c.Header(requestIDHeader, id)
	c.Set(requestIDHeader, id)
	c.Request = c.Request.WithContext(app.WithRequest(c.Request.Context(), id))
}

// logRequest writes one line a request, without the query: it may hold what somebody searched for.
func (s *Server) logRequest(c *gin.Context) {
	began := time.Now() //nolint:forbidigo // how long a request took is no civil time
	c.Next()
	s.log.Info("request", "id", c.GetString(requestIDHeader), "method", c.Request.Method, "route", c.FullPath(),
		"status", c.Writer.Status(), "bytes", c.Writer.Size(), "ms", time.Since(began).Milliseconds()) //nolint:forbidigo // see above
}

// recover turns a panic into an error page and keeps the stack in the log.
func (s *Server) recover(c *gin.Context) {
	defer func() {
		if cause := recover(); cause != nil {
			s.log.Error("panic", "id", c.GetString(requestIDHeader), "route", c.FullPath(), "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			v := s.visit(c, route{open: true})
			switch {
			case c.Writer.Written():
			case v.api():
				v.problem(http.StatusInternalServerError, errPanic)
			default:
				c.String(http.StatusInternalServerError, "internal error; request %s\n", c.GetString(requestIDHeader))
			}
			c.Abort()
		}
	}()
	c.Next()
}

// contentPolicy lets a page load its own stylesheet, script and pictures, and nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"

// secureHeaders sets the headers of every answer.
func (s *Server) secureHeaders(c *gin.Context) {
	for name, value := range map[string]string{
		"Content-Security-Policy": contentPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"X-Frame-Options": "DENY", "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
	} {
		c.Header(name, value)
	}
	if !strings.HasPrefix(c.Request.URL.Path, "/static/") {
		c.Header("Cache-Control", "no-store")
	}
	if s.secure {
		c.Header("Strict-Transport-Security", "max-age=31536000")
	}
}

// limitBody bounds what a request may send. A file that is too large is read to its end, within reason, so that the
// browser stays to hear about it.
func (s *Server) limitBody(c *gin.Context) {
	most := int64(maxBody)
	for _, r := range s.routes {
		if r.upload && r.path == c.FullPath() && r.method == c.Request.Method {
			most = maxUpload
		}
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, most)
}

// refuseForeign refuses what another site makes a browser send.
func (s *Server) refuseForeign() gin.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	return func(c *gin.Context) {
		if protection.Check(c.Request) != nil {
			s.visit(c, route{open: true}).fail(errElsewhere)
			c.Abort()
		}
	}
}

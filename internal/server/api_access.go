package server

import (
	"crypto/subtle"
	"mime"
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/tracker"
)

// apiPrefix begins every address that is answered in JSON.
const apiPrefix = "/api/"

// api tells whether a program asks: the answer is JSON, and a token is accepted.
func (v *visit) api() bool { return strings.HasPrefix(v.Request.URL.Path, apiPrefix) }

// recogniseToken takes the token that was sent. One that does not work is refused, even where a session would do.
func (v *visit) recogniseToken() error {
	v.bearer = true
	values := v.Request.Header.Values("Authorization")
	scheme, key, _ := strings.Cut(values[0], " ")
	if len(values) > 1 || !strings.EqualFold(scheme, "Bearer") || strings.TrimSpace(key) == "" {
		return tracker.Fault(tracker.Unauthorised, "token_scheme")
	}
	ctx := v.Request.Context()
	actor, token, err := v.server.app.ActorByToken(ctx, strings.TrimSpace(key), v.ClientIP())
	if err != nil {
		return err
	}
	v.actor, v.readOnly = actor, token.ReadOnly
	v.lang = v.language()
	if err := v.server.app.NoteTokenUse(ctx, actor, token); err != nil {
		v.server.log.Error("the use of a token could not be noted", "id", v.GetString(requestIDHeader), "error", err.Error())
	}
	return nil
}

// csrfHeader carries the token of a session's forms where there is no form.
const csrfHeader = "X-CSRF-Token"

// admitWrite lets a write of the API pass: from a token that may write, or from a session of which it is certain that its
// own page asked; and in JSON.
func (v *visit) admitWrite() error {
	if v.readOnly {
		return tracker.Fault(tracker.Forbidden, "token_read_only")
	}
	if !v.bearer && !v.fromOwnPage() {
		return tracker.Fault(tracker.Forbidden, "api_session")
	}
	kind, _, err := mime.ParseMediaType(v.GetHeader("Content-Type"))
	if v.route.upload {
		if err != nil || !slices.Contains(tableTypes, kind) {
			return statusFault{http.StatusUnsupportedMediaType, tracker.Fault(tracker.Invalid, "table_needed")}
		}
		return nil
	}
	merge := kind == mediaMergePatch && v.Request.Method == http.MethodPatch
	if err != nil || kind != mediaJSON && !merge {
		v.Header("Accept", mediaJSON)
		return statusFault{http.StatusUnsupportedMediaType, tracker.Fault(tracker.Invalid, "json_needed")}
	}
	return nil
}

// The types of what is sent and answered. A change of some fields may come as what RFC 7396 calls it.
const (
	mediaJSON       = "application/json"
	mediaMergePatch = "application/merge-patch+json"
	mediaProblem    = "application/problem+json"
)

// fromOwnPage tells whether a page of this product sent the request: the browser says so, or the session's form token
// proves it.
func (v *visit) fromOwnPage() bool {
	if v.GetHeader("Sec-Fetch-Site") == "same-origin" {
		return true
	}
	token := v.server.sessions.GetString(v.Request.Context(), keyToken)
	return token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(v.GetHeader(csrfHeader))) == 1
}

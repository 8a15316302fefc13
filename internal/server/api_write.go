package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// entityTag is a strong validator of what is answered: it changes whenever a byte of it does.
func entityTag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// represent writes a single thing as its address shows it.
func represent(of any) (body []byte, tag string, err error) {
	body, err = json.Marshal(of)
	return body, entityTag(body), err
}

// one answers with a single thing and its tag, or with 304 when the client has it.
func (v *visit) one(of any) error {
	body, tag, err := represent(of)
	if err != nil {
		return err
	}
	v.Header("ETag", tag)
	if tags, any := v.tags("If-None-Match"); any || slices.Contains(tags, tag) {
		v.Status(http.StatusNotModified)
		return nil
	}
	v.Data(http.StatusOK, mediaJSON+"; charset=utf-8", body)
	return nil
}

// tags reads a list of entity tags; any says that it is the star. Weak tags never match, since nothing here has one.
func (v *visit) tags(header string) (tags []string, any bool) {
	for part := range strings.SplitSeq(strings.Join(v.Request.Header.Values(header), ","), ",") {
		if part = strings.TrimSpace(part); part == "*" {
			any = true
		} else if part != "" {
			tags = append(tags, part)
		}
	}
	return tags, any
}

// unchanged tells whether what a write was based on still holds: the client says which state of the thing it saw. present
// is that thing now; exists says that something is recorded under the address. The fault has the status 428 when the
// client says nothing, and is Stale when it saw something else.
func (v *visit) unchanged(present any, exists bool) error {
	_, tag, err := represent(present)
	if err != nil {
		return err
	}
	match, any := v.tags("If-Match")
	_, none := v.tags("If-None-Match")
	switch {
	case len(match) == 0 && !any && !none:
		return statusFault{http.StatusPreconditionRequired, tracker.Fault(tracker.Invalid, "if_match_needed")}
	case none && exists:
		return tracker.Fault(tracker.Stale, "stale")
	case len(match) == 0 && !any, any && exists, slices.Contains(match, tag):
		return nil
	default:
		return tracker.Fault(tracker.Stale, "stale")
	}
}

// longestKey is the longest Idempotency-Key, in characters.
const longestKey = 200

// sending names the write for being done once.
func (v *visit) sending(body []byte) (app.Sending, error) {
	keys := v.Request.Header.Values("Idempotency-Key")
	out := app.Sending{Route: v.Request.Method + " " + v.FullPath()}
	if len(keys) == 0 {
		return out, nil
	}
	out.Key = keys[0]
	visible := !strings.ContainsFunc(out.Key, func(r rune) bool { return r < '!' || r > '~' })
	if len(keys) > 1 || out.Key == "" || len(out.Key) > longestKey || !visible {
		return out, statusFault{http.StatusBadRequest, tracker.Fault(tracker.Invalid, "key_unreadable", "longest", longestKey)}
	}
	sum := sha256.New()
	for _, part := range []string{v.Request.Method, v.Request.URL.Path, string(body)} {
		sum.Write([]byte(part + "\x00"))
	}
	out.Fingerprint = hex.EncodeToString(sum.Sum(nil))
	return out, nil
}

// write carries a write out: in one transaction it is looked up by its key, based on what is there, done, and its answer
// kept. do is given the context of that transaction.
func (v *visit) write(body []byte, do func(context.Context) (app.Answer, error)) error {
	sending, err := v.sending(body)
	if err != nil {
		return err
	}
	answer, again, err := v.server.app.Once(v.Request.Context(), v.actor, sending, func(ctx context.Context) (app.Answer, error) {
		answer, err := do(ctx)
		if proposal := app.WaitsFor(err); proposal != nil { // not done, and yet kept: a second person is needed
			return v.proposedAnswer(ctx, http.StatusAccepted, proposal.ID)
		}
		return answer, err
	})
	if err != nil {
		return err
	}
	if again {
		v.Header("Idempotent-Replayed", "true")
	}
	if answer.ETag != "" {
		v.Header("ETag", answer.ETag)
	}
	if answer.Location != "" {
		v.Header("Location", answer.Location)
	}
	v.Data(answer.Status, mediaJSON+"; charset=utf-8", answer.Body)
	return nil
}

// answerOf is the answer that shows a thing after it was written.
func answerOf(status int, of any, location string) (app.Answer, error) {
	body, tag, err := represent(of)
	return app.Answer{Status: status, ETag: tag, Location: location, Body: body}, err
}

package server

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

type signInPage struct {
	BasePage
	Login    string
	Next     string
	Kept     string // a form that was sent when the session had ended
	Sentence string
	Hints    []app.SignInHint
	Password string
}

func showSignIn(v *visit) error {
	if v.actor.ID != 0 {
		return v.seeOther(localPath(v.query.Get("next")))
	}
	return v.signInPage(http.StatusOK, signInPage{Next: localPath(v.query.Get("next"))})
}

func (v *visit) signInPage(status int, page signInPage) error {
	hints, err := v.server.app.DemoSignIns(v.Request.Context())
	if err != nil {
		return err
	}
	page.BasePage, page.Hints, page.Password = v.base(v.say("sign_in.title"), ""), hints, app.DemoPassword
	return v.render(status, "sign_in", page)
}

// signIn checks the password and begins a session under a new token.
func signIn(v *visit) error {
	login, next := v.field("login"), v.Request.PostForm.Get("next")
	if next == "" {
		next = v.query.Get("next")
	}
	actor, err := v.server.app.SignIn(v.Request.Context(), login, v.Request.PostForm.Get("password"), v.ClientIP())
	switch kind := tracker.KindOf(err); {
	case err != nil && kind != tracker.Unauthorised && kind != tracker.TooMany:
		return err
	case err != nil:
		var fault *tracker.Error
		if errors.As(err, &fault) && kind == tracker.TooMany {
			v.Header("Retry-After", fmt.Sprint(fault.Args["seconds"]))
		}
		return v.signInPage(statuses[kind], signInPage{Login: login, Next: localPath(next), Kept: v.keptForm(), Sentence: v.sentence(err)})
	}
	ctx, sessions := v.Request.Context(), v.server.sessions
	if err := sessions.RenewToken(ctx); err != nil {
		return err
	}
	sessions.Put(ctx, keyAccount, int64(actor.ID))
	sessions.Put(ctx, keyToken, rand.Text())
	sessions.Put(ctx, keySeen, int64(v.server.app.Now()))
	if kept := v.keptForm(); kept != "" {
		sessions.Put(ctx, keyKept, kept)
		sessions.Put(ctx, keyKeptFor, localPath(next))
	}
	return v.seeOther(localPath(next))
}

// longestKept bounds a form that is carried through the sign-in, in bytes.
const longestKept = 16 << 10

// keptForm gives the form that the sign-in carries along; nothing when it is too long.
func (v *visit) keptForm() string {
	kept := v.Request.PostForm.Get("kept")
	if len(kept) > longestKept {
		return ""
	}
	return kept
}

// signInAgain asks for a sign-in in the middle of a form: what was typed is carried along and stands in the form afterwards.
func (v *visit) signInAgain(err error) error {
	page := signInPage{Next: "/", Sentence: v.sentence(err)}
	if v.server.shows(v.route.path) && v.Request.ParseForm() == nil {
		for _, name := range []string{"csrf", "nonce", "step", "password", "old", "new", "certificate_no"} {
			v.Request.PostForm.Del(name)
		}
		if kept := v.Request.PostForm.Encode(); len(kept) <= longestKept {
			page.Next, page.Kept, page.Sentence = localPath(v.Request.URL.RequestURI()), kept, v.say("sign_in.kept")
		}
	}
	return v.signInPage(http.StatusUnauthorized, page)
}

// shows tells whether a page stands where a form is sent to.
func (s *Server) shows(path string) bool {
	return slices.ContainsFunc(s.routes, func(r route) bool { return r.path == path && r.method == http.MethodGet })
}

// resumeForm takes up a form that was carried through the sign-in to this address.
func (v *visit) resumeForm() {
	ctx, sessions := v.Request.Context(), v.server.sessions
	if sessions.GetString(ctx, keyKeptFor) != v.Request.URL.RequestURI() {
		return
	}
	sessions.Remove(ctx, keyKeptFor)
	if kept, err := url.ParseQuery(sessions.PopString(ctx, keyKept)); err == nil {
		v.kept = kept
	}
}

func signOut(v *visit) error {
	if err := v.server.sessions.Destroy(v.Request.Context()); err != nil {
		return err
	}
	return v.seeOther("/login")
}

// localPath gives a path of this product, or the home page for anything that leads elsewhere.
func localPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") ||
		strings.HasPrefix(next, "/login") || strings.HasPrefix(next, "/logout") {
		return "/"
	}
	return next
}

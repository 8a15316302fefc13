package server

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

type signInPage struct {
	BasePage
	Login    string
	Next     string
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
		return v.signInPage(statuses[kind], signInPage{Login: login, Next: localPath(next), Sentence: v.sentence(err)})
	}
	ctx, sessions := v.Request.Context(), v.server.sessions
	if err := sessions.RenewToken(ctx); err != nil {
		return err
	}
	sessions.Put(ctx, keyAccount, int64(actor.ID))
	sessions.Put(ctx, keyToken, rand.Text())
	sessions.Put(ctx, keySeen, int64(v.server.app.Now()))
	return v.seeOther(localPath(next))
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

package server

import (
	"crypto/rand"
	"net/http"
	"strconv"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
	"dealercert/web"
)

type accountPage struct {
	BasePage
	Languages []string
	Errors    map[string]string // of the password's form
	Tokens    []app.Token       // those that work
	Sent      tokenForm
	Key       string // of a token just made: shown once
}

// tokenForm is what was typed to make a token, and what is wrong with it.
type tokenForm struct {
	Name     string
	Days     int
	Choices  []int
	ReadOnly bool
	Errors   map[string]string
	Nonce    string
}

// tokenDays are the lifetimes that the page offers.
var tokenDays = []int{30, app.DefaultTokenDays, 180, app.LongestTokenDays}

func showAccount(v *visit) error {
	return v.accountPage(http.StatusOK, accountPage{Sent: tokenForm{Days: app.DefaultTokenDays, ReadOnly: true}})
}

func (v *visit) accountPage(status int, page accountPage) error {
	tokens, err := v.server.app.Tokens(v.Request.Context(), v.actor)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if t.Works(v.server.app.Now()) {
			page.Tokens = append(page.Tokens, t)
		}
	}
	page.BasePage, page.Languages = v.base(v.say("account.title"), "account"), web.Languages
	page.Sent.Choices, page.Sent.Nonce = tokenDays, rand.Text()
	return v.render(status, "account", page)
}

func chooseLanguage(v *visit) error {
	lang := v.field("language")
	if !web.Speaks(lang) {
		return badValue("language", lang)
	}
	if err := v.server.app.SetLanguage(v.Request.Context(), v.actor, lang); err != nil {
		return err
	}
	return v.seeOther("/account?lang=" + lang)
}

func changePassword(v *visit) error {
	err := v.server.app.ChangePassword(v.Request.Context(), v.actor, v.Request.PostForm.Get("old"), v.Request.PostForm.Get("new"))
	if kind := tracker.KindOf(err); err != nil && kind != tracker.Invalid && kind != tracker.TooMany {
		return err
	}
	if err != nil {
		sent := tokenForm{Days: app.DefaultTokenDays, ReadOnly: true}
		return v.accountPage(http.StatusUnprocessableEntity, accountPage{Errors: v.fieldErrors(err), Sent: sent})
	}
	if err := v.server.sessions.RenewToken(v.Request.Context()); err != nil {
		return err
	}
	v.flash(v.say("account.password_changed"))
	return v.seeOther("/account")
}

// makeToken makes a token and shows its key in the answer itself: nothing keeps it, so a reload cannot show it again.
func makeToken(v *visit) error {
	nonce := v.field("nonce")
	if v.server.sent.again(v.actor.ID, nonce, v.server.app.Now()) {
		return v.seeOther("/account")
	}
	days, err := strconv.Atoi(v.field("days"))
	if err != nil {
		days = 0
	}
	sent := tokenForm{Name: v.field("name"), Days: days, ReadOnly: v.field("read_only") != ""}
	key, _, err := v.server.app.AddOwnToken(v.Request.Context(), v.actor, v.Request.PostForm.Get("password"),
		app.NewToken{Name: sent.Name, ReadOnly: sent.ReadOnly, Days: sent.Days})
	if kind := tracker.KindOf(err); err != nil && kind != tracker.Invalid && kind != tracker.TooMany {
		return err
	}
	if err != nil {
		v.server.sent.forget(v.actor.ID, nonce)
		sent.Errors = v.fieldErrors(err)
		return v.accountPage(http.StatusUnprocessableEntity, accountPage{Sent: sent})
	}
	return v.accountPage(http.StatusOK, accountPage{Key: key, Sent: tokenForm{Days: app.DefaultTokenDays, ReadOnly: true}})
}

func revokeToken(v *visit) error {
	if err := v.server.app.RevokeToken(v.Request.Context(), v.actor, v.Param("id")); err != nil {
		return err
	}
	v.flash(v.say("account.token_revoked"))
	return v.seeOther("/account")
}

package server

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"dealercert/internal/tracker"
	"dealercert/web"
)

// visit is one request that is being answered: who asks, in which language, and for which day.
type visit struct {
	*gin.Context
	server *Server
	route  route
	actor  tracker.Actor
	lang   string
	today  tracker.Date
	on     tracker.Date   // the day shown
	known  tracker.Moment // as known at which it is shown; zero: now
	query  url.Values     // parameters that are known, empty ones dropped
	kept   url.Values     // what was typed before the session ended
	said   string         // the sentence kept for this page

	types []tracker.QualificationType // of the day shown, once they were asked for

	bearer   bool // the request came with a token, not with a session
	readOnly bool // and the token may not write
	entity   bool // what was sent is well-formed: what is wrong with it is a matter of its content
}

// The keys of a session.
const (
	keyAccount = "account"
	keyToken   = "form_token"
	keySeen    = "seen"
	keyFlash   = "flash"
	keyKept    = "kept"
	keyKeptFor = "kept_for"
)

// The cookies that keep a reader's choices; they hold no secret.
const (
	cookieLanguage = "dc_lang"
	cookieTheme    = "dc_theme"
	cookieYear     = 365 * 24 * 60 * 60
)

var (
	errElsewhere = tracker.Fault(tracker.Forbidden, "from_elsewhere")
	errPanic     = errors.New("panic")
	errNoPage    = tracker.Fault(tracker.NotFound, "no_page")
	errNoMethod  = statusFault{http.StatusMethodNotAllowed, tracker.Fault(tracker.NotFound, "no_method")}
)

// serve wraps a route's handler: it finds out who asks, checks what was sent, and renders errors.
func (s *Server) serve(r route) gin.HandlerFunc {
	return func(c *gin.Context) {
		v := s.visit(c, r)
		err := v.admit()
		if err == nil {
			err = r.handle(v)
		}
		if err != nil {
			v.fail(err)
		}
	}
}

// visit begins the answer to a request.
func (s *Server) visit(c *gin.Context, r route) *visit {
	v := &visit{Context: c, server: s, route: r, today: s.app.Today()}
	v.on = v.today
	v.lang = v.language()
	return v
}

// admit checks a request before its handler runs.
func (v *visit) admit() error {
	if err := v.recognise(); err != nil {
		return err
	}
	if v.actor.ID != 0 {
		if err := v.server.learn(v.Request.Context()); err != nil {
			return err
		}
	}
	if err := v.readQuery(); err != nil {
		return err
	}
	if v.actor.ID == 0 && !v.route.open {
		return tracker.Fault(tracker.Unauthorised, "sign_in_first")
	}
	if v.route.action != "" {
		if err := v.actor.May(v.route.action); err != nil {
			return err
		}
	}
	switch {
	case v.reads():
		v.resumeForm()
		return nil
	case v.api() && v.route.open:
		return nil
	case v.api():
		return v.admitWrite()
	default:
		return v.admitForm()
	}
}

// reads tells whether the request changes nothing.
func (v *visit) reads() bool {
	return v.Request.Method == http.MethodGet || v.Request.Method == http.MethodHead
}

// recognise loads the account afresh, so that a right taken away ends at once: in the API that of a token when one is
// sent, else that of the session.
func (v *visit) recognise() error {
	if v.api() && len(v.Request.Header.Values("Authorization")) > 0 {
		return v.recogniseToken()
	}
	ctx, sessions := v.Request.Context(), v.server.sessions
	id := sessions.GetInt64(ctx, keyAccount)
	if id == 0 {
		return nil
	}
	now := v.server.app.Now().Time()
	seen := tracker.Moment(sessions.GetInt64(ctx, keySeen)).Time()
	actor, err := v.server.app.Actor(ctx, tracker.AccountID(id))
	switch {
	case tracker.KindOf(err) == tracker.NotFound, err == nil && now.Sub(seen) > sessionIdle:
		return sessions.Destroy(ctx)
	case err != nil:
		return err
	case now.Sub(seen) > 10*time.Minute: // seldom, for each time is a write
		sessions.Put(ctx, keySeen, int64(tracker.MomentOf(now)))
	}
	v.actor = actor
	v.lang = v.language()
	return nil
}

// language chooses the language of the answer: asked for, chosen before, the account's, the browser's, the default.
func (v *visit) language() string {
	if lang := v.Request.URL.Query().Get("lang"); web.Speaks(lang) {
		return lang
	}
	if lang, err := v.Cookie(cookieLanguage); err == nil && web.Speaks(lang) {
		return lang
	}
	if web.Speaks(v.actor.Language) {
		return v.actor.Language
	}
	return v.server.messages.Match(v.GetHeader("Accept-Language"), v.server.language)
}

// readQuery takes the parameters that the route knows; another one, or a value that cannot be, is a fault that names it.
func (v *visit) readQuery() error {
	v.query = url.Values{}
	given, err := url.ParseQuery(v.Request.URL.RawQuery)
	if err != nil {
		return tracker.Fault(tracker.Invalid, "query_unreadable")
	}
	for name, values := range given {
		known := name == "on" && (v.reads() || !v.api()) || name == "lang" || name == "known_at" || slices.Contains(v.route.query, name)
		if !known && !v.route.anyQuery {
			return unknownParameter(name)
		}
		for _, value := range values {
			if value = strings.TrimSpace(value); value != "" {
				v.query.Add(name, value)
			}
		}
	}
	if lang := v.query.Get("lang"); lang != "" {
		if (!web.Speaks(lang) || len(v.query["lang"]) > 1) && !v.route.anyQuery {
			return badValue("lang", strings.Join(v.query["lang"], ", "))
		}
		http.SetCookie(v.Writer, &http.Cookie{
			Name: cookieLanguage, Value: v.lang, Path: "/", MaxAge: cookieYear, HttpOnly: true, Secure: v.server.secure,
			SameSite: http.SameSiteLaxMode,
		})
		v.query.Del("lang")
	}
	on, err := v.day("on")
	if on != 0 {
		v.on = on
	}
	if v.route.anyQuery {
		return nil
	}
	if err != nil {
		return err
	}
	return v.readKnown()
}

// refuse gives a fault for parameters that the page knows, but not for this reader.
func (v *visit) refuse(names ...string) error {
	for _, name := range names {
		if v.query.Has(name) {
			return unknownParameter(name)
		}
	}
	return nil
}

func unknownParameter(name string) error {
	return tracker.Fault(tracker.Invalid, "unknown_parameter", "name", name).In(name, "unknown_parameter", "name", name)
}

func badValue(name, value string) error {
	return tracker.Fault(tracker.Invalid, "unknown_value", "name", name, "value", value).In(name, "unknown_value", "name", name, "value", value)
}

// day reads a parameter that is a day; zero when it is not given.
func (v *visit) day(name string) (tracker.Date, error) {
	values := v.query[name]
	if len(values) == 0 {
		return 0, nil
	}
	day, err := tracker.ParseDate(values[0])
	if err != nil || len(values) > 1 {
		return 0, badValue(name, strings.Join(values, ", "))
	}
	return day, nil
}

// admitForm lets a form pass that this session was given, and that was filled in looking at today.
func (v *visit) admitForm() error {
	if err := v.parseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return tracker.Fault(tracker.Invalid, "form_too_large")
		}
		return tracker.Fault(tracker.Invalid, "form_unreadable")
	}
	if v.route.open {
		return nil
	}
	token := v.server.sessions.GetString(v.Request.Context(), keyToken)
	if token == "" || subtle.ConstantTimeCompare([]byte(token), []byte(v.Request.PostForm.Get("csrf"))) != 1 {
		return tracker.Fault(tracker.Forbidden, "form_token")
	}
	if v.on != v.today && !v.route.anyDay {
		return tracker.Fault(tracker.Conflict, "forms_off")
	}
	return nil
}

// field gives a field of the form that was sent.
func (v *visit) field(name string) string { return strings.TrimSpace(v.Request.PostForm.Get(name)) }

// say gives a message in the reader's language; args are pairs of names and values.
func (v *visit) say(key string, args ...any) string {
	return v.server.namer().say(v.lang, key, tracker.Fault(tracker.Internal, key, args...).Args)
}

// flash keeps a sentence to be shown on the next page.
func (v *visit) flash(text string) { v.server.sessions.Put(v.Request.Context(), keyFlash, text) }

// flashed gives the sentence that was kept for this page; however often it is asked for, it is this page's.
func (v *visit) flashed() string {
	if text := v.server.sessions.PopString(v.Request.Context(), keyFlash); text != "" {
		v.said = text
	}
	return v.said
}

// seeOther sends the reader on after a form was taken.
func (v *visit) seeOther(path string) error {
	v.Redirect(http.StatusSeeOther, path)
	return nil
}

package server

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"dealercert/internal/tracker"
)

// statuses answers each kind of fault.
var statuses = map[tracker.Kind]int{
	tracker.Internal: http.StatusInternalServerError, tracker.Invalid: http.StatusBadRequest,
	tracker.NotFound: http.StatusNotFound, tracker.Forbidden: http.StatusForbidden, tracker.Conflict: http.StatusConflict,
	tracker.Stale: http.StatusPreconditionFailed, tracker.Unauthorised: http.StatusUnauthorized,
	tracker.TooMany: http.StatusTooManyRequests,
}

// statusFault is a fault that has a status of its own, whatever its kind.
type statusFault struct {
	status int
	fault  *tracker.Error
}

func (f statusFault) Error() string { return f.fault.Error() }

// Unwrap gives the fault, for who looks at kinds and fields.
func (f statusFault) Unwrap() error { return f.fault }

// status gives the status that answers an error. What is well-formed and cannot be right is told apart from what cannot be
// read.
func (v *visit) status(err error) int {
	var own statusFault
	if errors.As(err, &own) {
		return own.status
	}
	kind := tracker.KindOf(err)
	if kind == tracker.Invalid && v.entity {
		return http.StatusUnprocessableEntity
	}
	return statuses[kind]
}

// problem is an error as a program reads it (RFC 9457).
type problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail"`
	Errors []problemField `json:"errors"`
}

type problemField struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// errorPage is an error as a person reads it.
type errorPage struct {
	BasePage
	Status   int
	Sentence string
	Request  string
}

// fail answers with an error: a page, a problem, or the way to the sign-in.
func (v *visit) fail(err error) {
	kind := tracker.KindOf(err)
	status := v.status(err)
	if kind == tracker.Internal {
		v.server.log.Error("internal", "id", v.GetString(requestIDHeader), "route", v.FullPath(), "error", err.Error())
	}
	switch {
	case v.api():
		v.problem(status, err)
	case kind == tracker.Unauthorised && v.Request.Method == http.MethodGet && !v.route.open:
		v.Redirect(http.StatusSeeOther, "/login?next="+url.QueryEscape(v.Request.URL.RequestURI()))
	case kind == tracker.Unauthorised && !v.route.open:
		if failed := v.signInAgain(err); failed != nil {
			v.server.log.Error("internal", "error", failed.Error())
			v.String(http.StatusInternalServerError, "internal error\n")
		}
	default:
		page := errorPage{BasePage: v.base(v.say("error.title"), ""), Status: status, Sentence: v.sentence(err), Request: v.GetString(requestIDHeader)}
		if failed := v.render(status, "error", page); failed != nil {
			v.server.log.Error("internal", "error", failed.Error())
			v.String(http.StatusInternalServerError, "internal error\n")
		}
	}
}

// sentence puts an error into words; what is internal stays inside.
func (v *visit) sentence(err error) string {
	var fault *tracker.Error
	if !errors.As(err, &fault) {
		return v.say("error.internal")
	}
	return v.server.messages.Say(v.lang, "error."+fault.Key, v.words(fault.Args))
}

// words puts the arguments of a message into words: days, states, decisions and actions have names.
func (v *visit) words(args map[string]any) map[string]any {
	out := make(map[string]any, len(args))
	for name, value := range args {
		text, isText := value.(string)
		if named, is := value.(tracker.Text); is {
			value = inLanguage(v.lang, named.En, named.Zh)
		}
		switch day, isDay := value.(tracker.Date); {
		case isDay:
			out[name] = longDate(v.lang, day)
		case isText && (name == "state" || name == "decision" || name == "noun" || name == "action" || name == "booking_state"):
			out[name] = v.say(name + "." + text)
		default:
			out[name] = value
		}
	}
	return out
}

func (v *visit) problem(status int, err error) {
	out := problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: v.sentence(err), Errors: []problemField{}}
	var fault *tracker.Error
	if errors.As(err, &fault) {
		for _, f := range fault.Fields {
			out.Errors = append(out.Errors, problemField{f.Field, v.server.messages.Say(v.lang, "error."+f.Key, v.words(f.Args))})
		}
	}
	v.explain(status, err)
	v.Header("Content-Type", mediaProblem)
	v.JSON(status, out)
}

// explain says in headers how a program can do better: with a token, with another one, or later.
func (v *visit) explain(status int, err error) {
	var fault *tracker.Error
	known := errors.As(err, &fault)
	switch {
	case status == http.StatusUnauthorized && v.bearer:
		v.Header("WWW-Authenticate", `Bearer realm="dealercert", error="invalid_token"`)
	case status == http.StatusUnauthorized:
		v.Header("WWW-Authenticate", `Bearer realm="dealercert"`)
	case status == http.StatusForbidden && v.readOnly && known && fault.Key == "token_read_only":
		v.Header("WWW-Authenticate", `Bearer realm="dealercert", error="insufficient_scope"`)
	case known && fault.Key == "still_running":
		v.Header("Retry-After", "1")
	case status == http.StatusTooManyRequests && known:
		v.Header("Retry-After", fmt.Sprint(fault.Args["seconds"]))
	}
}

// fieldErrors puts the faults of a form's fields into words; what concerns none of them stands under the empty name.
func (v *visit) fieldErrors(err error) map[string]string {
	out := map[string]string{}
	var fault *tracker.Error
	if errors.As(err, &fault) {
		for _, f := range fault.Fields {
			out[f.Field] = v.server.messages.Say(v.lang, "error."+f.Key, v.words(f.Args))
		}
	}
	if len(out) == 0 {
		out[""] = v.sentence(err)
	}
	return out
}

// refusal gives the status of a refusal that is shown on the page where it happened, and whether it is one.
func refusal(err error) (status int, shown bool) {
	switch kind := tracker.KindOf(err); kind {
	case tracker.Internal, tracker.NotFound:
		return 0, false
	case tracker.Invalid:
		return http.StatusUnprocessableEntity, true
	default:
		return statuses[kind], true
	}
}

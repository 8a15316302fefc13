package server

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// sessionAddress is where a session is shown.
func sessionAddress(id string) string { return "/training/" + id }

func newSession(v *visit) error {
	ctx := v.Request.Context()
	made := tracker.Session{}
	return v.sessionForm(app.SessionForm{Course: v.query.Get("course"), Language: "zh-Hans", Seats: "12"}, form{
		title: v.say("training.new"), lead: v.say("training.new_lead"), back: "/training", submit: v.say("form.create"),
		then: func() string { return sessionAddress(made.ID) },
	}, func(sent app.SessionForm) (err error) {
		made, err = v.server.app.CreateSession(ctx, v.actor, sent)
		return err
	})
}

func editSession(v *visit) error {
	ctx := v.Request.Context()
	record, err := v.server.app.Session(ctx, v.actor, v.Param("session"))
	if err != nil {
		return err
	}
	return v.sessionForm(recordedSession(record), form{
		title: v.say("training.edit"), lead: v.say("training.edit_lead"), back: sessionAddress(record.ID), submit: v.say("form.save"),
	}, func(sent app.SessionForm) error {
		_, err := v.server.app.EditSession(ctx, v.actor, record.ID, sent)
		return err
	})
}

// recordedSession gives a session as its form shows it.
func recordedSession(record app.SessionRecord) app.SessionForm {
	return app.SessionForm{
		Course: record.Of.Code, Language: record.Language, Online: record.Online, Region: record.Held.Code, City: record.City, Place: record.Place,
		FirstDay: record.FirstDay.String(), LastDay: record.LastDay.String(), Seats: strconv.Itoa(record.Seats), BookBy: record.BookBy.String(),
		Version: strconv.FormatInt(record.Version, 10),
	}
}

// sessionForm runs the form of a session over what is recorded.
func (v *visit) sessionForm(recorded app.SessionForm, f form, save func(app.SessionForm) error) error {
	ctx := v.Request.Context()
	courses, err := v.server.app.Courses(ctx, v.actor, v.today)
	if err != nil {
		return err
	}
	directory, err := v.server.app.Directory(ctx)
	if err != nil {
		return err
	}
	sent := app.SessionForm{
		Course: v.typed("course", recorded.Course), Language: v.typed("language", recorded.Language),
		Online: v.typed("held", heldWord(recorded.Online)) == "online", Region: v.typed("region", recorded.Region), City: v.typed("city", recorded.City),
		Place: v.typed("place", recorded.Place), FirstDay: v.typed("first_day", recorded.FirstDay), LastDay: v.typed("last_day", recorded.LastDay),
		Seats: v.typed("seats", recorded.Seats), BookBy: v.typed("book_by", recorded.BookBy), Version: v.typed("version", recorded.Version),
		Reason: v.field("reason"),
	}
	f.of, f.section, f.saved, f.wide = v.say("training.title"), "training", v.say("form.saved"), true
	f.fields = func() []formField { return v.sessionFields(sent, courses, directory) }
	f.save = func() error { return save(sent) }
	return v.runForm(app.DealershipView{}, f)
}

// heldWord says how a session is held.
func heldWord(online bool) string {
	if online {
		return "online"
	}
	return "place"
}

func (v *visit) sessionFields(f app.SessionForm, courses []tracker.Course, directory app.Directory) []formField {
	kinds, regions := []option{{"", v.say("form.choose")}}, []option{{"", v.say("training.whole_network")}}
	for _, c := range courses {
		kinds = append(kinds, option{c.Code, inLanguage(v.lang, c.Name.En, c.Name.Zh)})
	}
	for _, r := range directory.RegionList {
		regions = append(regions, option{r.Code, inLanguage(v.lang, r.NameEn, r.NameZh)})
	}
	held := []option{{"place", v.say("training.held_place")}, {"online", v.say("training.held_online")}}
	languages := []option{{"zh-Hans", v.say("language.zh-Hans")}, {"en", v.say("language.en")}}
	return []formField{
		{Name: "course", Kind: "select", Label: v.say("training.course"), Value: f.Course, Options: kinds, Required: true, Wide: true},
		{Name: "held", Kind: "select", Label: v.say("training.held"), Value: heldWord(f.Online), Options: held, Required: true},
		{Name: "language", Kind: "select", Label: v.say("training.language"), Value: f.Language, Options: languages, Required: true},
		{Name: "region", Kind: "select", Label: v.say("field.region"), Value: f.Region, Options: regions},
		{Name: "city", Kind: "text", Label: v.say("field.city"), Value: f.City, Hint: v.say("training.hint_city")},
		{Name: "place", Kind: "text", Label: v.say("training.place"), Value: f.Place, Wide: true},
		{Name: "first_day", Kind: "date", Label: v.say("training.first_day"), Value: f.FirstDay, Required: true},
		{Name: "last_day", Kind: "date", Label: v.say("training.last_day"), Value: f.LastDay, Hint: v.say("training.hint_last_day")},
		{Name: "seats", Kind: "text", Label: v.say("training.seats"), Value: f.Seats, Required: true},
		{Name: "book_by", Kind: "date", Label: v.say("training.book_by"), Value: f.BookBy, Hint: v.say("training.hint_book_by")},
		{Name: "version", Kind: "hidden", Value: f.Version},
		v.reasonField(false),
	}
}

// cancelSession is the form that calls a session off.
func cancelSession(v *visit) error {
	ctx := v.Request.Context()
	record, err := v.server.app.Session(ctx, v.actor, v.Param("session"))
	if err != nil {
		return err
	}
	version, reason := v.typed("version", strconv.FormatInt(record.Version, 10)), v.field("reason")
	return v.runForm(app.DealershipView{}, form{
		title: v.say("training.cancel"), lead: v.say("training.cancel_lead", "count", record.Taken+record.Waiting), back: sessionAddress(record.ID),
		of: inLanguage(v.lang, record.Of.Name.En, record.Of.Name.Zh), section: "training", submit: v.say("training.cancel"), saved: v.say("training.cancelled"),
		fields: func() []formField {
			return []formField{{Name: "version", Kind: "hidden", Value: version}, v.reasonField(true)}
		},
		save: func() error {
			_, err := v.server.app.CancelSession(ctx, v.actor, record.ID, version, reason)
			return err
		},
	})
}

// mostOutturns is how many results one form takes.
const mostOutturns = 40

// enterOutturns is the form of what came of a session: one line for each seat without a result.
func enterOutturns(v *visit) error {
	ctx := v.Request.Context()
	record, err := v.server.app.Session(ctx, v.actor, v.Param("session"))
	if err != nil {
		return err
	}
	rules, err := v.server.app.Rulebook(ctx)
	if err != nil {
		return err
	}
	var open []app.BookingView
	for _, b := range record.Bookings {
		if v.canEnd(b) && len(open) < mostOutturns {
			open = append(open, b)
		}
	}
	on := v.typed("result_on", min(record.LastDay, v.today).String())
	list := make([]app.OutturnForm, len(open))
	for i, b := range open {
		list[i] = app.OutturnForm{Booking: b.ID, State: v.field(b.ID), Score: v.field("score-" + b.ID), On: on}
	}
	title := inLanguage(v.lang, record.Of.Name.En, record.Of.Name.Zh)
	return v.runForm(app.DealershipView{}, form{
		title: v.say("training.results"), lead: v.resultsLead(rules, record), back: sessionAddress(record.ID), of: title, section: "training",
		submit: v.say("form.record"), saved: v.say("training.results_saved"), wide: true,
		fields: func() []formField { return v.outturnFields(open, list, on) },
		preview: func() (app.Effect, error) {
			return v.server.app.PreviewOutturns(ctx, v.actor, record.ID, list)
		},
		save: func() error { return v.server.app.EnterOutturns(ctx, v.actor, record.ID, list) },
	})
}

// resultsLead says what a pass becomes, with the days on which it will be valid.
func (v *visit) resultsLead(rules tracker.Rulebook, record app.SessionRecord) string {
	on, err := tracker.ParseDate(v.typed("result_on", min(record.LastDay, v.today).String()))
	if err != nil {
		on = record.LastDay
	}
	var parts []string
	for _, g := range record.Of.Grants {
		what := v.certificate(g.Type, g.Generation)
		last := rules.Last(g, on)
		switch {
		case record.Of.Kind == tracker.CourseReview:
			parts = append(parts, v.say("training.pass_reviews", "what", what, "from", longDate(v.lang, on)))
		case last == 0:
			parts = append(parts, v.say("training.pass_open", "what", what, "from", longDate(v.lang, on)))
		default:
			parts = append(parts, v.say("training.pass_until", "what", what, "from", longDate(v.lang, on), "until", longDate(v.lang, last)))
		}
	}
	lead := v.say("training.pass_becomes", "what", strings.Join(parts, v.say("list_comma")))
	if record.Of.PassMark > 0 {
		lead += " " + v.say("training.pass_mark", "mark", record.Of.PassMark)
	}
	return lead
}

// outturnFields asks for the day, and for each booking for result and score.
func (v *visit) outturnFields(open []app.BookingView, list []app.OutturnForm, on string) []formField {
	results := append([]option{{"", v.say("training.no_result")}}, options(v, "booking_state.", tracker.Results)...)
	out := []formField{{Name: "result_on", Kind: "date", Label: v.say("training.result_on"), Value: on, Required: true, Wide: true}}
	for i, b := range open {
		out = append(out,
			formField{Name: b.ID, Kind: "select", Label: b.Who.Name + " · " + b.Who.StaffNo + " · " + b.At.Code, Value: list[i].State, Options: results},
			formField{Name: "score-" + b.ID, Kind: "text", Label: v.say("training.score"), Value: list[i].Score},
		)
	}
	return out
}

// takeBackOutturn is the form that takes a result back.
func takeBackOutturn(v *visit) error {
	ctx := v.Request.Context()
	b, record, err := v.server.app.Booking(ctx, v.actor, v.Param("booking"))
	if err != nil {
		return err
	}
	version, reason := v.typed("version", strconv.FormatInt(b.Version, 10)), v.field("reason")
	return v.runForm(app.DealershipView{}, form{
		title: v.say("training.undo"), lead: v.say("training.undo_lead", "name", b.Who.Name, "result", v.say("booking_state."+string(b.State))),
		back: sessionAddress(record.ID), of: inLanguage(v.lang, record.Of.Name.En, record.Of.Name.Zh), section: "training",
		submit: v.say("training.undo"), saved: v.say("form.saved"),
		fields: func() []formField {
			return []formField{{Name: "version", Kind: "hidden", Value: version}, v.reasonField(true)}
		},
		preview: func() (app.Effect, error) {
			return v.server.app.PreviewTakeBack(ctx, v.actor, b.ID, version, reason)
		},
		save: func() error {
			_, err := v.server.app.TakeBackOutturn(ctx, v.actor, b.ID, version, reason)
			return err
		},
	})
}

// bookPage offers seats to the people of one dealership.
type bookPage struct {
	BasePage
	app.SessionRecord
	Code       string
	Candidates []candidateView
	Chosen     []string
	Nonce      string
	Errors     []string
	Ready      int // candidates who can have a seat
}

// candidateView is somebody for whom a seat could be booked, in words.
type candidateView struct {
	app.Candidate
	Why    string // why not
	Chosen bool
}

// bookSeats is the form that books seats for people of a dealership, and takes them.
func bookSeats(v *visit) error {
	ctx := v.Request.Context()
	code := v.query.Get("dealership")
	if code == "" {
		return v.seeOther(sessionAddress(v.Param("session")) + "#book")
	}
	record, list, err := v.server.app.Candidates(ctx, v.actor, v.Param("session"), code)
	if err != nil {
		return err
	}
	page := bookPage{
		BasePage: v.base(v.say("training.book"), "training"), SessionRecord: record, Code: code, Nonce: v.typed("nonce", rand.Text()),
		Chosen: v.Request.PostForm["staff_no"],
	}
	page.Candidates = v.candidateViews(list, page.Chosen, v.reads())
	for _, c := range page.Candidates {
		page.Ready += boolInt(c.Against == nil)
	}
	if v.reads() {
		return v.show("training_book", page)
	}
	if v.server.sent.again(v.actor.ID, page.Nonce, v.server.app.Now()) {
		return v.seeOther(sessionAddress(record.ID))
	}
	booked, err := v.server.app.BookSeats(ctx, v.actor, record.ID, page.Chosen)
	if err != nil {
		v.server.sent.forget(v.actor.ID, page.Nonce)
		return v.bookAgain(page, err)
	}
	v.flash(v.bookedWords(booked))
	return v.seeOther(sessionAddress(record.ID))
}

// candidateViews puts candidates into words. At first those are chosen who lack what the course gives.
func (v *visit) candidateViews(list []app.Candidate, chosen []string, first bool) []candidateView {
	out := make([]candidateView, len(list))
	for i, c := range list {
		out[i] = candidateView{Candidate: c, Chosen: slices.Contains(chosen, c.StaffNo) || first && c.Lacks && c.Against == nil}
		switch {
		case c.Booked != nil:
			out[i].Why = v.say("booking_state." + string(c.Booked.State))
		case c.Against != nil:
			out[i].Why = v.sentence(c.Against)
		}
	}
	return out
}

// bookAgain shows the form that was refused, with each reason.
func (v *visit) bookAgain(page bookPage, err error) error {
	kind := tracker.KindOf(err)
	if kind == tracker.Internal || kind == tracker.NotFound || kind == tracker.Forbidden {
		return err
	}
	status := http.StatusUnprocessableEntity
	if kind != tracker.Invalid {
		status = statuses[kind]
	}
	page.Errors = v.eachFault(err)
	return v.render(status, "training_book", page)
}

// bookedWords says how many seats were booked, and how many people wait.
func (v *visit) bookedWords(list []tracker.Booking) string {
	seated, waiting := tracker.Taken(list)
	switch {
	case waiting == 0:
		return v.say("training.booked", "count", seated)
	case seated == 0:
		return v.say("training.queued", "count", waiting)
	default:
		return v.say("training.booked", "count", seated) + " " + v.say("training.queued", "count", waiting)
	}
}

// cancelBooking gives a seat back.
func cancelBooking(v *visit) error {
	b, err := v.server.app.CancelBooking(v.Request.Context(), v.actor, v.Param("booking"), v.field("version"))
	if err != nil {
		return err
	}
	v.flash(v.say("training.given_back"))
	return v.seeOther(sessionAddress(b.SessionID))
}

// eachFault puts every field's fault of an error into words, or the error itself where no field has one.
func (v *visit) eachFault(err error) []string {
	var fault *tracker.Error
	if !errors.As(err, &fault) || len(fault.Fields) == 0 {
		return []string{v.sentence(err)}
	}
	var out []string
	for _, f := range fault.Fields {
		out = append(out, v.server.messages.Say(v.lang, "error."+f.Key, v.words(f.Args)))
	}
	return out
}

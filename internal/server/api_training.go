package server

import (
	"context"
	"net/http"
	"strconv"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// apiTrainingRoutes lists the addresses of the API about courses, sessions and seats.
func apiTrainingRoutes() []route {
	const (
		see, manage, book = tracker.SeeDealerships, tracker.ManageTraining, tracker.BookSeats
		get, post         = http.MethodGet, http.MethodPost
		sessions, seat    = "/api/v1/sessions", "/api/v1/bookings/:booking"
		one               = sessions + "/:session"
	)
	return []route{
		{method: get, path: "/api/v1/courses", action: see, handle: apiCourses},
		{method: get, path: sessions, action: see, query: sessionQuery, handle: apiSessions},
		{method: post, path: sessions, action: manage, handle: apiCreateSession},
		{method: get, path: one, action: see, handle: apiSession},
		{method: http.MethodPatch, path: one, action: manage, handle: apiEditSession},
		{method: post, path: one + "/cancel", action: manage, handle: apiCancelSession},
		{method: post, path: one + "/bookings", action: book, handle: apiBook},
		{method: get, path: seat, action: tracker.SeePeople, handle: apiBooking},
		{method: post, path: seat + "/cancel", action: book, handle: apiCancelBooking},
		{method: post, path: seat + "/result", action: manage, handle: apiOutturn},
		{method: post, path: seat + "/undo", action: manage, handle: apiTakeBack},
		{method: get, path: "/api/v1/training/coverage", action: tracker.SeeFigures, query: coverageQuery, handle: apiCoverage},
	}
}

// courseJSON is a course as its pack describes it.
type courseJSON struct {
	Code     string             `json:"code"`
	NameEn   string             `json:"name_en"`
	NameZh   string             `json:"name_zh"`
	Kind     tracker.CourseKind `json:"kind"`
	Jobs     []tracker.Job      `json:"jobs" doc:"For whom; empty for everybody."`
	Grants   []grantJSON        `json:"grants" doc:"What a pass is worth; of the kind review the certificate that it reviews."`
	Needs    []needJSON         `json:"needs" doc:"What must be held for it, on the day asked about."`
	Days     int                `json:"days" doc:"0: less than one."`
	Hours    int                `json:"hours"`
	PassMark int                `json:"pass_mark" doc:"Per cent; 0: taking part is enough."`
	Attempts int                `json:"attempts" doc:"0: as often as one likes."`
	WaitDays int                `json:"wait_days" doc:"After a failure."`
	Basis    tracker.Basis      `json:"basis"`
	Source   string             `json:"source"`
}

type grantJSON struct {
	Type       string       `json:"type"`
	Generation *string      `json:"generation"`
	Last       tracker.Date `json:"last" doc:"Last day of what a pass on the day asked about is worth; null: no end."`
}

type needJSON struct {
	Type       string  `json:"type"`
	Generation *string `json:"generation"`
	AtLeast    int     `json:"at_least" doc:"So many different generations; 0: one certificate does."`
}

func courseAnswer(rules tracker.Rulebook, c tracker.Course, on tracker.Date) courseJSON {
	out := courseJSON{
		Code: c.Code, NameEn: c.Name.En, NameZh: c.Name.Zh, Kind: c.Kind, Jobs: append([]tracker.Job{}, c.Jobs...), Grants: []grantJSON{},
		Needs: []needJSON{}, Days: c.Days, Hours: c.Hours, PassMark: c.PassMark, Attempts: c.Attempts, WaitDays: c.WaitDays,
		Basis: c.Source.Basis, Source: c.Source.Cite,
	}
	for _, g := range c.Grants {
		out.Grants = append(out.Grants, grantJSON{string(g.Type), textOrNull(string(g.Generation)), rules.Last(g, on)})
	}
	for _, n := range rules.Asks(c, on) {
		out.Needs = append(out.Needs, needJSON{string(n.Type), textOrNull(string(n.Generation)), n.AtLeast})
	}
	return out
}

func apiCourses(v *visit) error {
	found, err := v.server.app.Courses(v.Request.Context(), v.actor, v.on)
	if err != nil {
		return err
	}
	rules, err := v.server.app.Rulebook(v.Request.Context())
	if err != nil {
		return err
	}
	out := list[courseJSON]{Items: []courseJSON{}, Total: len(found), Page: 1, PerPage: max(len(found), 1)}
	for _, c := range found {
		out.Items = append(out.Items, courseAnswer(rules, c, v.on))
	}
	v.JSON(http.StatusOK, out)
	return nil
}

// sessionJSON is a session with how full it is.
type sessionJSON struct {
	ID        string         `json:"id"`
	Course    string         `json:"course" doc:"Code of a course."`
	Language  string         `json:"language"`
	Online    bool           `json:"online"`
	Region    *string        `json:"region" doc:"Where it is held; null for the whole network."`
	City      string         `json:"city"`
	Place     string         `json:"place"`
	FirstDay  tracker.Date   `json:"first_day"`
	LastDay   tracker.Date   `json:"last_day"`
	BookBy    tracker.Date   `json:"book_by" doc:"The last day of booking."`
	Seats     int            `json:"seats"`
	Taken     int            `json:"taken"`
	Waiting   int            `json:"waiting"`
	Cancelled tracker.Moment `json:"cancelled_at"`
	Version   int64          `json:"version" doc:"Rises with each change."`
}

// sessionRecordJSON is a session with the bookings that the reader may see.
type sessionRecordJSON struct {
	sessionJSON
	Bookings []bookingJSON `json:"bookings" doc:"Of people whom the account sees."`
	Others   int           `json:"others" doc:"Bookings of other people."`
}

// bookingJSON is a seat in a session, or a place on its waiting list.
type bookingJSON struct {
	ID         string               `json:"id"`
	Session    string               `json:"session"`
	StaffNo    string               `json:"staff_no"`
	Name       string               `json:"name"`
	Dealership string               `json:"dealership" doc:"Code of where the person works."`
	State      tracker.BookingState `json:"state"`
	Place      *int                 `json:"place" doc:"On the waiting list, from 1."`
	Score      *int                 `json:"score" doc:"Per cent."`
	ResultOn   tracker.Date         `json:"result_on"`
	BookedAt   tracker.Moment       `json:"booked_at"`
	Version    int64                `json:"version"`
}

func sessionAnswer(s app.SessionView) sessionJSON {
	return sessionJSON{
		ID: s.ID, Course: s.Of.Code, Language: s.Language, Online: s.Online, Region: textOrNull(s.Held.Code), City: s.City, Place: s.Place,
		FirstDay: s.FirstDay, LastDay: s.LastDay, BookBy: s.BookBy, Seats: s.Seats, Taken: s.Taken, Waiting: s.Waiting, Cancelled: s.CancelledAt,
		Version: s.Version,
	}
}

func recordAnswer(r app.SessionRecord) sessionRecordJSON {
	out := sessionRecordJSON{sessionJSON: sessionAnswer(r.SessionView), Bookings: []bookingJSON{}, Others: r.Unseen}
	for _, b := range r.Bookings {
		out.Bookings = append(out.Bookings, bookingAnswer(b))
	}
	return out
}

func bookingAnswer(b app.BookingView) bookingJSON {
	out := bookingJSON{
		ID: b.ID, Session: b.SessionID, StaffNo: b.Who.StaffNo, Name: b.Who.Name, Dealership: b.At.Code, State: b.State, Score: b.Score,
		ResultOn: b.ResultOn, BookedAt: b.BookedAt, Version: b.Version,
	}
	if b.Place > 0 {
		out.Place = &b.Place
	}
	return out
}

func apiSessions(v *visit) error {
	ctx := v.Request.Context()
	directory, err := v.server.app.Directory(ctx)
	if err != nil {
		return err
	}
	courses, err := v.server.app.Courses(ctx, v.actor, v.on)
	if err != nil {
		return err
	}
	q, err := v.readSessions(directory, courses)
	if err != nil {
		return err
	}
	found, err := v.server.app.Sessions(ctx, v.actor, q)
	if err != nil {
		return err
	}
	out := list[sessionJSON]{Items: []sessionJSON{}, Total: found.Total, Page: found.Page, PerPage: found.PerPage}
	for _, s := range found.Rows {
		out.Items = append(out.Items, sessionAnswer(s))
	}
	v.JSON(http.StatusOK, out)
	return nil
}

func apiSession(v *visit) error {
	record, err := v.server.app.Session(v.Request.Context(), v.actor, v.Param("session"))
	if err != nil {
		return err
	}
	return v.one(recordAnswer(record))
}

// sentNumber is a whole number of a JSON body, as a form would type it.
type sentNumber struct{ sentText }

// UnmarshalJSON takes a whole number or null.
func (n *sentNumber) UnmarshalJSON(data []byte) error {
	n.given = true
	if string(data) == "null" {
		return nil
	}
	value, err := strconv.Atoi(string(data))
	n.text = strconv.Itoa(value)
	return err
}

// sessionBody is what creating or changing a session sends.
type sessionBody struct {
	Course   sentText   `json:"course" doc:"Code of a course."`
	Language sentText   `json:"language" doc:"zh-Hans or en."`
	Held     sentText   `json:"held" doc:"place or online."`
	Region   sentText   `json:"region" doc:"Code; null for the whole network."`
	City     sentText   `json:"city"`
	Place    sentText   `json:"place"`
	FirstDay sentText   `json:"first_day" format:"date"`
	LastDay  sentText   `json:"last_day" doc:"Left out: as long as the course takes." format:"date"`
	Seats    sentNumber `json:"seats"`
	BookBy   sentText   `json:"book_by" doc:"Left out: the day before; online the last day." format:"date"`
	Reason   sentText   `json:"reason"`
}

// over lays what was sent over what the session was before.
func (b sessionBody) over(f app.SessionForm) app.SessionForm {
	return app.SessionForm{
		Course: b.Course.or(f.Course), Language: b.Language.or(f.Language), Online: b.Held.or(heldWord(f.Online)) == heldWord(true),
		Region: b.Region.or(f.Region), City: b.City.or(f.City), Place: b.Place.or(f.Place), FirstDay: b.FirstDay.or(f.FirstDay),
		LastDay: b.LastDay.or(f.LastDay), Seats: b.Seats.or(f.Seats), BookBy: b.BookBy.or(f.BookBy), Version: f.Version, Reason: b.Reason.text,
	}
}

func apiCreateSession(v *visit) error {
	var sent sessionBody
	text, err := v.readJSON(&sent)
	if err != nil {
		return err
	}
	return v.write(text, func(ctx context.Context) (app.Answer, error) {
		made, err := v.server.app.CreateSession(ctx, v.actor, sent.over(app.SessionForm{Language: app.SessionLanguages[0]}))
		if err != nil {
			return app.Answer{}, err
		}
		record, err := v.server.app.Session(ctx, v.actor, made.ID)
		if err != nil {
			return app.Answer{}, err
		}
		return answerOf(http.StatusCreated, recordAnswer(record), "/api/v1/sessions/"+made.ID)
	})
}

// onSession carries out a change of a session that is as the client saw it, and answers with the session after it.
func (v *visit) onSession(sent []byte, do func(context.Context, app.SessionRecord) error) error {
	return v.write(sent, func(ctx context.Context) (app.Answer, error) {
		present, err := v.server.app.Session(ctx, v.actor, v.Param("session"))
		if err != nil {
			return app.Answer{}, err
		}
		if err := v.unchanged(recordAnswer(present), true); err != nil {
			return app.Answer{}, err
		}
		if err := do(ctx, present); err != nil {
			return app.Answer{}, err
		}
		after, err := v.server.app.Session(ctx, v.actor, present.ID)
		if err != nil {
			return app.Answer{}, err
		}
		return answerOf(http.StatusOK, recordAnswer(after), "")
	})
}

func apiEditSession(v *visit) error {
	var sent sessionBody
	text, err := v.readJSON(&sent)
	if err != nil {
		return err
	}
	return v.onSession(text, func(ctx context.Context, s app.SessionRecord) error {
		_, err := v.server.app.EditSession(ctx, v.actor, s.ID, sent.over(recordedSession(s)))
		return err
	})
}

func apiCancelSession(v *visit) error {
	var sent reasonBody
	text, err := v.readJSON(&sent)
	if err != nil {
		return err
	}
	return v.onSession(text, func(ctx context.Context, s app.SessionRecord) error {
		_, err := v.server.app.CancelSession(ctx, v.actor, s.ID, strconv.FormatInt(s.Version, 10), sent.Reason.text)
		return err
	})
}

// bookBody is what booking seats sends.
type bookBody struct {
	StaffNos []string `json:"staff_nos" doc:"All of them get a seat or a place on the waiting list, or nobody."`
}

// reasonBody is what taking something back sends.
type reasonBody struct {
	Reason sentText `json:"reason" doc:"Needed, and kept in the log."`
}

// apiBook books seats. It needs no If-Match: whether a seat is free is settled when it is booked.
func apiBook(v *visit) error {
	var sent bookBody
	text, err := v.readJSON(&sent)
	if err != nil {
		return err
	}
	return v.write(text, func(ctx context.Context) (app.Answer, error) {
		if _, err := v.server.app.BookSeats(ctx, v.actor, v.Param("session"), sent.StaffNos); err != nil {
			return app.Answer{}, err
		}
		record, err := v.server.app.Session(ctx, v.actor, v.Param("session"))
		if err != nil {
			return app.Answer{}, err
		}
		return answerOf(http.StatusCreated, recordAnswer(record), "")
	})
}

func apiBooking(v *visit) error {
	b, _, err := v.server.app.Booking(v.Request.Context(), v.actor, v.Param("booking"))
	if err != nil {
		return err
	}
	return v.one(bookingAnswer(b))
}

// onBooking carries out a step of a booking that is as the client saw it, and answers with the booking after it.
func (v *visit) onBooking(sent []byte, do func(context.Context, app.BookingView) error) error {
	return v.write(sent, func(ctx context.Context) (app.Answer, error) {
		present, _, err := v.server.app.Booking(ctx, v.actor, v.Param("booking"))
		if err != nil {
			return app.Answer{}, err
		}
		if err := v.unchanged(bookingAnswer(present), true); err != nil {
			return app.Answer{}, err
		}
		if err := do(ctx, present); err != nil {
			return app.Answer{}, err
		}
		after, _, err := v.server.app.Booking(ctx, v.actor, present.ID)
		if err != nil {
			return app.Answer{}, err
		}
		return answerOf(http.StatusOK, bookingAnswer(after), "")
	})
}

func apiCancelBooking(v *visit) error {
	text, err := v.readJSON(&nothingBody{})
	if err != nil {
		return err
	}
	return v.onBooking(text, func(ctx context.Context, b app.BookingView) error {
		_, err := v.server.app.CancelBooking(ctx, v.actor, b.ID, strconv.FormatInt(b.Version, 10))
		return err
	})
}

// outturnBody is what entering a result sends.
type outturnBody struct {
	State       sentText   `json:"state" doc:"passed, failed, attended or no_show."`
	Score       sentNumber `json:"score" doc:"Per cent."`
	On          sentText   `json:"on" doc:"The day of it; left out: the session's last." format:"date"`
	Certificate sentText   `json:"certificate_no" doc:"Of the certificate that a pass gives."`
}

func apiOutturn(v *visit) error {
	var sent outturnBody
	text, err := v.readJSON(&sent)
	if err != nil {
		return err
	}
	return v.onBooking(text, func(ctx context.Context, b app.BookingView) error {
		return v.server.app.EnterOutturns(ctx, v.actor, b.SessionID, []app.OutturnForm{{
			Booking: b.ID, State: sent.State.text, Score: sent.Score.text, On: sent.On.text, Certificate: sent.Certificate.text,
		}})
	})
}

func apiTakeBack(v *visit) error {
	var sent reasonBody
	text, err := v.readJSON(&sent)
	if err != nil {
		return err
	}
	return v.onBooking(text, func(ctx context.Context, b app.BookingView) error {
		_, err := v.server.app.TakeBackOutturn(ctx, v.actor, b.ID, strconv.FormatInt(b.Version, 10), sent.Reason.text)
		return err
	})
}

// trainingCoverageJSON is how far a ratio requirement is met.
type trainingCoverageJSON struct {
	Requirement string              `json:"requirement"`
	Percent     int                 `json:"percent" doc:"The threshold."`
	Figures     app.CoverageFigures `json:"figures" doc:"Of all dealerships, whichever page is shown."`
	list[ratioJSON]
}

// ratioJSON is a ratio at one dealership.
type ratioJSON struct {
	Dealership string `json:"dealership"`
	Region     string `json:"region"`
	Trained    int    `json:"trained"`
	Counted    int    `json:"counted" doc:"In the job and past the joiner days."`
	Joiners    int    `json:"joiners" doc:"Without it and not counted yet."`
	Needed     int    `json:"needed" doc:"So many more bring it to the threshold."`
}

func apiCoverage(v *visit) error {
	ctx := v.Request.Context()
	directory, err := v.server.app.Directory(ctx)
	if err != nil {
		return err
	}
	q, err := v.readCoverage(directory)
	if err != nil {
		return err
	}
	found, err := v.server.app.TrainingCoverage(ctx, v.actor, q)
	if err != nil {
		return err
	}
	out := trainingCoverageJSON{
		Requirement: found.Requirement.Code, Percent: found.Requirement.Measure.Percent, Figures: found.Figures,
		list: list[ratioJSON]{Items: []ratioJSON{}, Total: found.Total, Page: found.Page, PerPage: found.PerPage},
	}
	for _, line := range found.Rows {
		out.Items = append(out.Items, ratioJSON{line.Dealership.Code, line.Region.Code, line.Trained, line.Counted, line.Joiners, line.Needed})
	}
	v.JSON(http.StatusOK, out)
	return nil
}

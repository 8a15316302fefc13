package server

import (
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// sessionFilters are the parameters of a list of sessions that narrow it, in the order of their chips.
var sessionFilters = []string{"course", "region", "city", "free", "online"}

// sessionQuery are the parameters of a list of sessions.
var sessionQuery = slices.Concat(sessionFilters, []string{"page", "per_page"})

// coverageQuery are the parameters of a list of dealerships by how many are trained.
var coverageQuery = []string{"requirement", "region", "dealership", "below", "page", "per_page"}

// trainingRoutes lists the addresses of sessions, seats and how many are trained.
func trainingRoutes() []route {
	const see, one, booking = tracker.SeeDealerships, "/training/:session", "/training/bookings/:booking"
	out := []route{
		{method: http.MethodGet, path: "/training", action: see, query: sessionQuery, handle: listSessions},
		{method: http.MethodGet, path: one, action: see, handle: showSession},
		{method: http.MethodGet, path: "/training/bookings", action: tracker.SeePeople, query: []string{"page", "per_page"}, handle: listBookings},
		{method: http.MethodGet, path: "/training/coverage", action: tracker.SeeFigures, query: coverageQuery, handle: showCoverage},
		{method: http.MethodPost, path: booking + "/cancel", action: tracker.BookSeats, handle: cancelBooking},
	}
	forms := []struct {
		path   string
		action tracker.Action
		query  []string
		handle func(*visit) error
	}{
		{"/training/new", tracker.ManageTraining, []string{"course"}, newSession},
		{one + "/edit", tracker.ManageTraining, nil, editSession},
		{one + "/cancel", tracker.ManageTraining, nil, cancelSession},
		{one + "/results", tracker.ManageTraining, nil, enterOutturns},
		{booking + "/undo", tracker.ManageTraining, nil, takeBackOutturn},
		{one + "/book", tracker.BookSeats, []string{"dealership"}, bookSeats},
	}
	for _, f := range forms {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			out = append(out, route{method: method, path: f.path, action: f.action, query: f.query, handle: f.handle})
		}
	}
	return slices.Concat(out, apiTrainingRoutes())
}

// trainingPage is the list of sessions to come.
type trainingPage struct {
	BasePage
	Found     app.SessionPage
	Courses   []courseView
	Directory app.Directory
	Chips     []chip
	Course    string
	Region    string
	City      string
	Free      bool
	Online    bool
	First     int
	Last      int
}

// courseView is a course with what it asks for in words.
type courseView struct {
	tracker.Course
	Asks string
}

// asks says what a course asks for; empty for nothing.
func (v *visit) asks(rules tracker.Rulebook, c tracker.Course) string {
	var out []string
	for _, a := range rules.Asks(c, v.on) {
		what := v.certificate(a.Type, a.Generation)
		if a.AtLeast > 1 {
			what = v.say("training.generations", "what", what, "count", a.AtLeast)
		}
		out = append(out, what)
	}
	return strings.Join(out, v.say("list_comma"))
}

// readSessions reads the parameters of a list of sessions: those that are not over on the day shown.
func (v *visit) readSessions(directory app.Directory, courses []tracker.Course) (q app.SessionsQuery, err error) {
	q = app.SessionsQuery{From: v.on, Courses: v.query["course"], Cities: v.query["city"]}
	for _, code := range q.Courses {
		if !slices.ContainsFunc(courses, func(c tracker.Course) bool { return c.Code == code }) {
			return q, badValue("course", code)
		}
	}
	if q.Regions, err = v.regions(directory); err != nil {
		return q, err
	}
	if q.Free, err = v.ticked("free"); err != nil {
		return q, err
	}
	if q.Online, err = v.ticked("online"); err != nil {
		return q, err
	}
	q.Page, q.PerPage, err = v.paging()
	return q, err
}

// ticked reads a parameter that is yes or left out.
func (v *visit) ticked(name string) (bool, error) {
	switch asked := v.query[name]; {
	case len(asked) == 0:
		return false, nil
	case len(asked) == 1 && asked[0] == "yes":
		return true, nil
	default:
		return false, badValue(name, strings.Join(asked, ", "))
	}
}

func listSessions(v *visit) error {
	ctx := v.Request.Context()
	page := trainingPage{
		BasePage: v.base(v.say("training.title"), "training"), Course: v.query.Get("course"), Region: v.query.Get("region"), City: v.query.Get("city"),
	}
	var err error
	if page.Directory, err = v.server.app.Directory(ctx); err != nil {
		return err
	}
	courses, err := v.server.app.Courses(ctx, v.actor, v.on)
	if err != nil {
		return err
	}
	rules, err := v.server.app.Rulebook(ctx)
	if err != nil {
		return err
	}
	for _, c := range courses {
		page.Courses = append(page.Courses, courseView{c, v.asks(rules, c)})
	}
	q, err := v.readSessions(page.Directory, courses)
	if err != nil {
		return err
	}
	if page.Found, err = v.server.app.Sessions(ctx, v.actor, q); err != nil {
		return err
	}
	page.Free, page.Online = q.Free, q.Online
	page.First = (page.Found.Page-1)*page.Found.PerPage + 1
	page.Last = (page.Found.Page-1)*page.Found.PerPage + len(page.Found.Rows)
	page.Chips = v.sessionChips(page)
	return v.show("training", page)
}

// sessionChips names what a list of sessions is narrowed by.
func (v *visit) sessionChips(page trainingPage) []chip {
	var out []chip
	for _, name := range sessionFilters {
		for _, value := range v.query[name] {
			text := value
			switch name {
			case "course":
				for _, c := range page.Courses {
					if c.Code == value {
						text = inLanguage(v.lang, c.Name.En, c.Name.Zh)
					}
				}
			case "region":
				region, _ := page.Directory.Region(value)
				text = inLanguage(v.lang, region.NameEn, region.NameZh)
			case "free", "online":
				text = v.say("training.only_" + name)
			}
			out = append(out, chip{text, page.Here(name, "", "page", "")})
		}
	}
	return out
}

// sessionPage is one session with those of its seats that the reader may see.
type sessionPage struct {
	BasePage
	app.SessionRecord
	Books   []app.DealershipRow // the dealerships of a reader who has few
	Results bool                // there are results to enter
	Asks    string              // what the course asks for
}

func showSession(v *visit) error {
	ctx := v.Request.Context()
	record, err := v.server.app.Session(ctx, v.actor, v.Param("session"))
	if err != nil {
		return err
	}
	rules, err := v.server.app.Rulebook(ctx)
	if err != nil {
		return err
	}
	page := sessionPage{BasePage: v.base(inLanguage(v.lang, record.Of.Name.En, record.Of.Name.Zh), "training"), SessionRecord: record, Asks: v.asks(rules, record.Of)}
	for _, b := range record.Bookings {
		page.Results = page.Results || v.canEnd(b)
	}
	if v.actor.Role == tracker.RoleDealer {
		found, err := v.server.app.Dealerships(ctx, v.actor, app.DealershipQuery{On: v.today, PerPage: 20})
		if err != nil {
			return err
		}
		page.Books = found.Rows
	}
	return v.show("training_session", page)
}

// canEnd tells whether a result of a booking can be entered by the reader today.
func (v *visit) canEnd(b app.BookingView) bool {
	known := b.State == tracker.SeatBooked || b.State == tracker.SeatAttended
	return known && v.actor.Can(tracker.ManageTraining) && !b.Session.Cancelled() && b.Session.FirstDay <= v.today
}

// bookingsPage lists the bookings of people who work in the reader's scope.
type bookingsPage struct {
	BasePage
	Found app.BookingPage
	First int
	Last  int
}

func listBookings(v *visit) error {
	q := app.BookingsQuery{From: v.on}
	var err error
	if q.Page, q.PerPage, err = v.paging(); err != nil {
		return err
	}
	found, err := v.server.app.Bookings(v.Request.Context(), v.actor, q)
	if err != nil {
		return err
	}
	page := bookingsPage{BasePage: v.base(v.say("training.bookings"), "training"), Found: found}
	page.First, page.Last = (found.Page-1)*found.PerPage+1, (found.Page-1)*found.PerPage+len(found.Rows)
	return v.show("training_bookings", page)
}

// coveragePage lists dealerships by how many of those in a job have what a requirement asks for.
type coveragePage struct {
	BasePage
	app.TrainingCoverage
	Lines     []coverageLine
	Directory app.Directory
	Region    string
	Below     bool
	Chips     []chip
	First     int
	Last      int
}

// coverageLine is a dealership of the list, in words.
type coverageLine struct {
	app.CoverageLine
	People []lackingLine
	Book   string // where those who lack it get seats; empty: nowhere
	Next   string // the next session, for those without a seat
}

// lackingLine is somebody who lacks what is asked for, with the seat that is booked.
type lackingLine struct {
	app.LackingView
	Words string // empty: no seat
}

// coverageLines puts dealerships into words. Seats are told of today alone.
func (v *visit) coverageLines(base BasePage, rows []app.CoverageLine) []coverageLine {
	out := make([]coverageLine, len(rows))
	for i, row := range rows {
		out[i].CoverageLine = row
		for _, p := range row.Lacking {
			line := lackingLine{LackingView: p}
			switch seat := p.Seat; {
			case seat == nil || base.OtherDay():
			case seat.Booking != nil:
				line.Words = v.seatWords(*seat)
			case out[i].Next == "":
				out[i].Next = v.seatWords(*seat)
				if v.actor.Can(tracker.BookSeats) {
					out[i].Book = "/training/" + seat.Session.ID + "/book?dealership=" + row.Dealership.Code
				}
			}
			out[i].People = append(out[i].People, line)
		}
	}
	return out
}

func showCoverage(v *visit) error {
	ctx := v.Request.Context()
	page := coveragePage{BasePage: v.base(v.say("training.coverage"), "training"), Region: v.query.Get("region")}
	var err error
	if page.Directory, err = v.server.app.Directory(ctx); err != nil {
		return err
	}
	q, err := v.readCoverage(page.Directory)
	if err != nil {
		return err
	}
	if page.TrainingCoverage, err = v.server.app.TrainingCoverage(ctx, v.actor, q); err != nil {
		return err
	}
	page.Below, page.Lines = q.Below, v.coverageLines(page.BasePage, page.TrainingCoverage.Rows)
	for _, name := range []string{"dealership", "region", "below"} {
		for _, value := range v.query[name] {
			text := value
			if region, found := page.Directory.Region(value); found && name == "region" {
				text = inLanguage(v.lang, region.NameEn, region.NameZh)
			}
			if name == "below" {
				text = v.say("training.only_below")
			}
			page.Chips = append(page.Chips, chip{text, page.Here(name, "", "page", "")})
		}
	}
	page.First, page.Last = (page.Page-1)*page.PerPage+1, (page.Page-1)*page.PerPage+len(page.Rows)
	return v.show("training_coverage", page)
}

// readCoverage reads the parameters of a list of dealerships by how many are trained.
func (v *visit) readCoverage(directory app.Directory) (q app.TrainingQuery, err error) {
	q = app.TrainingQuery{On: v.on, Requirement: v.query.Get("requirement"), Dealership: v.query.Get("dealership")}
	for _, name := range []string{"requirement", "dealership"} {
		if len(v.query[name]) > 1 {
			return q, badValue(name, strings.Join(v.query[name], ", "))
		}
	}
	if q.Regions, err = v.regions(directory); err != nil {
		return q, err
	}
	if q.Below, err = v.ticked("below"); err != nil {
		return q, err
	}
	q.Page, q.PerPage, err = v.paging()
	return q, err
}

// seatWords says in a line what training holds ready. Online the last day counts, in a room the first.
func (v *visit) seatWords(seat app.Seat) string {
	key, day := "training.next_session", seat.Session.FirstDay
	switch {
	case seat.Booking != nil && seat.Booking.State == tracker.SeatWaiting:
		key = "training.seat_waiting"
	case seat.Booking != nil:
		key = "training.seat_booked"
	}
	if seat.Session.Online {
		key, day = key+"_online", seat.Session.LastDay
	}
	args := []any{"day", longDate(v.lang, day), "course", inLanguage(v.lang, seat.Of.Name.En, seat.Of.Name.Zh), "count", seat.Free}
	return v.say(key, args...)
}

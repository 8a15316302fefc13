package app_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// reviewSession adds a session of the permit's review.
func reviewSession(t *testing.T, n apptest.Network, first, seats string) tracker.Session {
	t.Helper()
	s, err := n.CreateSession(t.Context(), n.Actor(t, "network"), app.SessionForm{
		Course: "PERMIT-REVIEW", Language: "zh-Hans", City: "上海", FirstDay: first, Seats: seats,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// However many book the last seat at once, one gets it and the others wait, each in a place of their own; whoever is first
// moves up when the seat is given back.
func TestTheLastSeatGoesToOne(t *testing.T) {
	n := apptest.Small(t)
	by := n.Actor(t, "network")
	s := reviewSession(t, n, "2026-12-01", "1")
	people := []string{"T10", "T11", "T12", "T20", "T21", "T30", "T31"}
	var all sync.WaitGroup
	for _, no := range people {
		all.Go(func() {
			if _, err := n.BookSeats(t.Context(), by, s.ID, []string{no}); err != nil {
				t.Errorf("%s: %v", no, err)
			}
		})
	}
	all.Wait()
	record, err := n.Session(t.Context(), by, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	if record.Taken != 1 || record.Waiting != len(people)-1 || len(record.Bookings) != len(people) {
		t.Fatalf("%d seated, %d wait", record.Taken, record.Waiting)
	}
	var places []int
	var seated, first app.BookingView
	for _, b := range record.Bookings {
		places = append(places, b.Place)
		switch b.Place {
		case 0:
			seated = b
		case 1:
			first = b
		}
	}
	slices.Sort(places)
	if !slices.Equal(places, []int{0, 1, 2, 3, 4, 5, 6}) {
		t.Errorf("places %v", places)
	}
	if _, err := n.CancelBooking(t.Context(), by, seated.ID, "9"); tracker.KindOf(err) != tracker.Stale {
		t.Errorf("given back by who saw another version: %v", err)
	}
	if _, err := n.CancelBooking(t.Context(), by, seated.ID, fmt.Sprint(seated.Version)); err != nil {
		t.Fatal(err)
	}
	up, _, err := n.Booking(t.Context(), by, first.ID)
	if err != nil || up.State != tracker.SeatBooked {
		t.Errorf("%s is %s, %v", up.Who.StaffNo, up.State, err)
	}
}

// Who may do what with sessions and seats, and what is refused.
func TestWhoBooksAndManages(t *testing.T) {
	n := apptest.Small(t)
	network, dealer, south, viewer := n.Actor(t, "network"), n.Actor(t, "dealer-30002"), n.Actor(t, "regional-south"), n.Actor(t, "viewer")
	s := reviewSession(t, n, "2026-12-01", "2")
	book := func(by tracker.Actor, who ...string) error {
		_, err := n.BookSeats(t.Context(), by, s.ID, who)
		return err
	}
	form := app.SessionForm{Course: "PERMIT-REVIEW", Language: "zh-Hans", City: "上海", FirstDay: "2026-12-01", Seats: "2", Version: "1"}
	with := func(change func(*app.SessionForm)) error {
		f := form
		change(&f)
		_, err := n.EditSession(t.Context(), network, s.ID, f)
		return err
	}
	for _, c := range []struct {
		name string
		err  error
		kind tracker.Kind
	}{
		{"a dealer books for own people", book(dealer, "T20", "T21"), tracker.Internal},
		{"a dealer books for somebody else's", book(dealer, "T30"), tracker.Invalid},
		{"a dealer books for nobody there is", book(dealer, "T99"), tracker.Invalid},
		{"a region books for its own", book(south, "T30"), tracker.Internal},
		{"a region books for another's", book(south, "T10"), tracker.Invalid},
		{"a viewer books", book(viewer, "T10"), tracker.Forbidden},
		{"nobody is chosen", book(network), tracker.Invalid},
		{"one of two cannot", book(network, "T31", "C3"), tracker.Invalid},
		{"fewer seats than taken", with(func(f *app.SessionForm) { f.Seats = "1" }), tracker.Invalid},
		{"another course", with(func(f *app.SessionForm) { f.Course = "HVA" }), tracker.Invalid},
		{"a course that nobody knows", with(func(f *app.SessionForm) { f.Course = "X" }), tracker.Invalid},
		{"ends before it begins", with(func(f *app.SessionForm) { f.LastDay = "2026-11-30" }), tracker.Invalid},
		{"booking after it began", with(func(f *app.SessionForm) { f.BookBy = "2026-12-01" }), tracker.Invalid},
		{"over another version", with(func(f *app.SessionForm) { f.Seats, f.Version = "3", "7" }), tracker.Stale},
		{"one more seat", with(func(f *app.SessionForm) { f.Seats = "3" }), tracker.Internal},
		{"results before it is held", n.EnterOutturns(t.Context(), network, s.ID, []app.OutturnForm{{Booking: "x", State: "passed"}}), tracker.NotFound},
		{"a dealer enters results", n.EnterOutturns(t.Context(), dealer, s.ID, nil), tracker.Forbidden},
	} {
		if tracker.KindOf(c.err) != c.kind || c.kind == tracker.Internal && c.err != nil {
			t.Errorf("%s: %v", c.name, c.err)
		}
	}
	record, err := n.Session(t.Context(), network, s.ID)
	if err != nil || record.Taken != 3 || record.Waiting != 0 {
		t.Errorf("with one more seat: %d seated, %d wait, %v", record.Taken, record.Waiting, err)
	}
	if _, err := n.CancelSession(t.Context(), network, s.ID, fmt.Sprint(record.Version), "the trainer is ill"); err != nil {
		t.Fatal(err)
	}
	record, err = n.Session(t.Context(), network, s.ID)
	if err != nil || record.Taken != 0 || !record.Cancelled() {
		t.Errorf("called off: %d seated, %v", record.Taken, err)
	}
	if tracker.KindOf(book(dealer, "T20")) != tracker.Conflict {
		t.Error("seats of a session that was called off can be booked")
	}
}

// A passed review counts from its day and keeps the permit valid; taken back, everything is as before. A failure counts as
// an attempt.
func TestAPassBecomesAReview(t *testing.T) {
	n := apptest.Small(t)
	network := n.Actor(t, "network")
	s := reviewSession(t, n, "2026-12-01", "5")
	list, err := n.BookSeats(t.Context(), network, s.ID, []string{"T20", "T21", "T30"})
	if err != nil {
		t.Fatal(err)
	}
	n.Advance(20)
	due := func() tracker.Date {
		t.Helper()
		p, err := n.Person(t.Context(), network, "T20", n.Today())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Certificates {
			if c.Qualification.Type == "permit-lv" {
				return c.ReviewDue
			}
		}
		return 0
	}
	before := due()
	forms := []app.OutturnForm{
		{Booking: list[0].ID, State: "passed", Score: "92"}, {Booking: list[1].ID, State: "failed", Score: "41 %"}, {Booking: list[2].ID, State: "no_show"},
	}
	effect, err := n.PreviewOutturns(t.Context(), network, s.ID, forms)
	if err != nil || len(effect.Places) == 0 {
		t.Fatalf("%+v %v", effect, err)
	}
	if got := due(); got != before {
		t.Fatalf("a preview moved the review from %s to %s", before, got)
	}
	wrong := slices.Clone(forms)
	wrong[1].Score = "95"
	if err := n.EnterOutturns(t.Context(), network, s.ID, wrong); tracker.KindOf(err) != tracker.Invalid || due() != before {
		t.Errorf("one of three is wrong: %v, due %s", err, due())
	}
	if err := n.EnterOutturns(t.Context(), network, s.ID, forms); err != nil {
		t.Fatal(err)
	}
	if got, want := due(), tracker.MustDate("2029-12-01"); got != want {
		t.Errorf("the next review is due on %s, want %s", got, want)
	}
	passed, record, err := n.Booking(t.Context(), network, list[0].ID)
	if err != nil || passed.State != tracker.SeatPassed || *passed.Score != 92 || len(passed.Became()) != 1 || record.Taken != 3 {
		t.Fatalf("%+v %v", passed, err)
	}
	if err := n.EnterOutturns(t.Context(), network, s.ID, forms[:1]); tracker.KindOf(err) != tracker.Invalid {
		t.Errorf("entered twice: %v", err)
	}
	if _, err := n.TakeBackOutturn(t.Context(), network, list[0].ID, fmt.Sprint(passed.Version), "mixed up"); err != nil {
		t.Fatal(err)
	}
	if got := due(); got != before {
		t.Errorf("taken back, the review is due on %s, was %s", got, before)
	}
	later := reviewSession(t, n, "2026-12-14", "5")
	if _, err := n.BookSeats(t.Context(), network, later.ID, []string{"T21"}); tracker.KindOf(err) != tracker.Conflict {
		t.Errorf("the day before two weeks are over: %v", err)
	}
	later = reviewSession(t, n, "2026-12-15", "5")
	if _, err := n.BookSeats(t.Context(), network, later.ID, []string{"T21"}); err != nil {
		t.Errorf("after two weeks: %v", err)
	}
}

// How many are trained, who lacks it and what brings a dealership to the threshold; names only for who may see them.
func TestTrainingCoverage(t *testing.T) {
	n := apptest.Small(t)
	network := n.Actor(t, "network")
	for i, from := range []string{"2021-01-01", "2021-01-01", "2021-01-01", "2026-11-01"} {
		no := fmt.Sprintf("S%d", i)
		if err := n.CreatePerson(t.Context(), network, app.NewPersonForm{StaffNo: no, Name: "顾问" + no, Dealership: apptest.TwoOnly, Job: "sales_consultant", From: from}); err != nil {
			t.Fatal(err)
		}
	}
	if err := n.SetQualification(t.Context(), network, "S0", app.QualificationForm{Type: "consultant-core", IssuedOn: "2026-01-01"}); err != nil {
		t.Fatal(err)
	}
	s, err := n.CreateSession(t.Context(), network, app.SessionForm{Course: "CONSULTANT-CORE", Language: "en", Online: true, FirstDay: "2026-11-20", LastDay: "2026-12-20", Seats: "9"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.BookSeats(t.Context(), network, s.ID, []string{"S1"}); err != nil {
		t.Fatal(err)
	}
	for _, login := range []string{"network", "dealer-30002", "viewer", "regional-south"} {
		got, err := n.TrainingCoverage(t.Context(), n.Actor(t, login), app.TrainingQuery{On: n.Today(), Requirement: "BMI-B04"})
		if err != nil {
			t.Fatal(err)
		}
		if login == "regional-south" {
			if len(got.Rows) != 0 {
				t.Errorf("another region sees %+v", got.Rows)
			}
			continue
		}
		want := app.CoverageFigures{Dealerships: 1, Below: 1, Trained: 1, Counted: 3, Joiners: 1}
		if got.Figures != want || got.Rows[0].Needed != 2 {
			t.Errorf("%s: %+v, %d more", login, got.Figures, got.Rows[0].Needed)
		}
		var names []string
		for _, p := range got.Rows[0].Lacking {
			names = append(names, p.StaffNo)
			if joins := p.StaffNo == "S3"; joins != (p.DueOn == tracker.MustDate("2027-01-29")) {
				t.Errorf("%s is due on %s", p.StaffNo, p.DueOn)
			}
			if p.Seat == nil || (p.Seat.Booking != nil) != (p.StaffNo == "S1") {
				t.Errorf("%s: %+v", p.StaffNo, p.Seat)
			}
		}
		if login == "viewer" && names != nil || login != "viewer" && !slices.Equal(names, []string{"S1", "S2", "S3"}) {
			t.Errorf("%s sees %v", login, names)
		}
	}
	if _, err := n.TrainingCoverage(t.Context(), network, app.TrainingQuery{On: n.Today(), Requirement: "BMI-X"}); tracker.KindOf(err) != tracker.NotFound {
		t.Errorf("a requirement that is none: %v", err)
	}
}

package server_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// A dealer finds on a phone's home page what training would restore, books the seat there; headquarters enters the pass at a
// desk; the figures have moved, and by nothing else.
func TestBrowserASeatBookedOnAPhoneRestoresTheBrand(t *testing.T) {
	for _, c := range []struct {
		name, lang string
		width      int64
		free, left string
	}{
		{"phone", "en", 390, "5 seats free", "1 seat is booked"}, {"phone, Chinese", "zh-Hans", 360, "余5个名额", "已报名1人"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, s := newScreen(t), newSite(t)
			by, ctx := s.net.Actor(t, "network"), t.Context()
			consultant := app.NewPersonForm{StaffNo: "S1", Name: "顾问甲", Dealership: apptest.TwoOnly, Job: "sales_consultant", From: "2021-01-01"}
			if err := s.net.CreatePerson(ctx, by, consultant); err != nil {
				t.Fatal(err)
			}
			made, err := s.net.CreateSession(ctx, by, app.SessionForm{
				Course: "CONSULTANT-CORE", Language: "zh-Hans", Online: true, FirstDay: "2026-11-20", LastDay: "2026-12-20", Seats: "5",
			})
			if err != nil {
				t.Fatal(err)
			}
			before := s.figures("2026-11-22", "2026-11-23")
			b.do("the browser", chromedp.EmulateViewport(c.width, 844), chromedp.Navigate(s.url+"/login?lang="+c.lang))
			b.signIn(t, s.url, "dealer-30002")
			if next := b.text("#next"); !strings.Contains(next, c.free) {
				t.Errorf("the home does not offer the session: %s", next)
			}
			b.leads("opening the session", click("#next a[href^='/training/']"), "#book")
			b.leads("opening the form", click("#book a.btn-primary"), "input[name=staff_no]")
			if wide, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("document.documentElement.scrollWidth > innerWidth")); err != nil || wide {
				t.Errorf("the form is wider than the screen (%v)", err)
			}
			b.leads("booking", click("form.dc-card button.btn-primary"), ".dc-flash--ok")
			if said := b.text(".dc-flash--ok"); !strings.Contains(said, c.left) {
				t.Errorf("booked, the page says %s", said)
			}
			b.signOut()

			b.do("a desk", chromedp.EmulateViewport(1280, 900))
			b.signIn(t, s.url, "network")
			record, err := s.net.Session(ctx, by, made.ID)
			if err != nil || len(record.Bookings) != 1 {
				t.Fatalf("%d bookings, %v", len(record.Bookings), err)
			}
			booking := record.Bookings[0].ID
			b.do("the session", chromedp.Navigate(s.url+"/training/"+made.ID), chromedp.WaitVisible(chromedp.CSS("#bookings")))
			b.leads("opening the results", click("a[href$='/results']"), "#f-result_on")
			b.choose("result_on", "2026-11-23")
			b.choose(booking, "passed")
			b.choose("score-"+booking, "88")
			b.leads("saving the result", click("button[value=save]"), ".dc-flash--ok")

			after := s.figures("2026-11-22", "2026-11-23")
			was, is := before["2026-11-23"].BMWi, after["2026-11-23"].BMWi
			if was.InBreach-is.InBreach != 1 || was.Certified != is.Certified || before["2026-11-22"].Block != after["2026-11-22"].Block {
				t.Errorf("from %+v to %+v", was, is)
			}
			got, err := s.net.TrainingCoverage(ctx, by, app.TrainingQuery{On: tracker.MustDate("2026-11-23"), Requirement: "BMI-B04"})
			if err != nil || got.Figures != (app.CoverageFigures{Dealerships: 1, Trained: 1, Counted: 1}) {
				t.Errorf("%+v %v", got.Figures, err)
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			for _, line := range b.console {
				t.Errorf("the console says %s", line)
			}
		})
	}
}

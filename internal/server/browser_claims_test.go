package server_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// choose fills in a field as a hand would: scripts hear of it.
func (s *screen) choose(name, value string) {
	s.t.Helper()
	script := `(() => { const e = document.querySelector('[name="` + name + `"]'); e.value = "` + value + `";
		for (const kind of ["input", "change"]) e.dispatchEvent(new Event(kind, {bubbles: true}));
		return e.value === "` + value + `"; })()`
	taken, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool](script))
	if err != nil || !taken {
		s.t.Fatalf("%s does not take %s: %v", name, value, err)
	}
}

func (s *screen) signIn(t *testing.T, base, login string) {
	t.Helper()
	s.do("signing in as "+login, chromedp.Navigate(base+"/login"), chromedp.WaitVisible(chromedp.CSS("#login")),
		chromedp.SendKeys(chromedp.CSS("#login"), login), chromedp.SendKeys(chromedp.CSS("#password"), app.DemoPassword))
	s.leads("signing in", click("form[action='/login'] button"), "#dc-day")
}

func (s *screen) signOut() {
	s.do("signing out", click(".dc-account summary"), chromedp.WaitVisible(chromedp.CSS("form[action='/logout'] button")))
	s.leads("signing out", click("form[action='/logout'] button"), "#login")
}

// report opens a form from the dealership's home, fills it in and sends it.
func (s *screen) report(kind string, fields ...string) {
	s.t.Helper()
	s.leads("opening "+kind, click(".dc-deeds a[href$='/report/"+kind+"']"), "form[data-dc-draft]")
	for i := 0; i < len(fields); i += 2 {
		s.choose(fields[i], fields[i+1])
	}
	s.leads("sending "+kind, click("button[value='save']"), ".dc-deeds")
	if overflow, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool]("document.documentElement.scrollWidth > innerWidth")); err != nil || overflow {
		s.t.Errorf("the home is wider than the screen after %s (%v)", kind, err)
	}
}

// The dealer's minute and the reviewer's morning: reported on a phone or a desk, one returned, the others accepted; every
// figure that should move has moved, none other.
func TestBrowserDealersMinuteAndReviewersMorning(t *testing.T) {
	for _, c := range []struct {
		name, lang    string
		width         int64
		accepted, who string
	}{
		{"phone", "en", 390, "Accepted", "Someone left"}, {"phone, Chinese", "zh-Hans", 360, "已通过", "有人离职"},
		{"desk", "en", 1280, "Accepted", "Someone left"}, {"desk, Chinese", "zh-Hans", 1440, "已通过", "有人离职"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, s := newScreen(t), newSite(t)
			before := s.figures("2026-11-23", "2026-12-31", "2027-01-01", "2028-01-01")
			b.do("the size", chromedp.EmulateViewport(c.width, 800), chromedp.Navigate(s.url+"/login?lang="+c.lang))
			b.signIn(t, s.url, "dealer-30002")
			if home := b.text("main"); !strings.Contains(home, c.who) {
				t.Errorf("the home: %s", home)
			}
			b.report("joiner", "staff_no", "N1", "name", "新员工", "job", "technician", "from", "2026-11-20")
			b.report("qualification", "staff_no", "T20", "type", "hvt-c/gen6", "issued_on", "2026-11-10")
			b.report("live", "module", "DGU-02", "live_on", "2026-11-15")
			b.report("leaver", "staff_no", "T21", "until", "2026-12-31")
			b.signOut()
			s.moved(before, "2026-12-31", 0, 0)
			s.moved(before, "2027-01-01", -1, -1) // the leaver counts at once

			b.signIn(t, s.url, "regional-east")
			b.do("the inbox", chromedp.Navigate(s.url+"/reviews"), chromedp.WaitVisible(chromedp.CSS(".dc-row-link")))
			b.leads("the first claim", click("table .dc-row-link"), "#f-reason")
			b.do("why it is returned", chromedp.SendKeys(chromedp.CSS("#f-reason"), "which job?"))
			b.leads("returning it", click("button[value='return']"), ".dc-flash--ok")
			b.leaves("accepting the certificate", chromedp.KeyEvent("a"))
			if said := b.text(".dc-flash--ok"); !strings.Contains(said, c.accepted) {
				t.Errorf("accepted, the page says %s", said)
			}
			b.leaves("accepting the module", chromedp.KeyEvent("a"))
			b.do("an empty inbox", chromedp.WaitVisible(chromedp.CSS(".dc-blank")))
			b.signOut()

			s.moved(before, "2026-12-31", 0, 0)
			s.moved(before, "2027-01-01", -1, -1)
			view, err := s.net.Dealership(t.Context(), tracker.Operator, apptest.TwoOnly, s.net.Today())
			if err != nil || view.Modules[1].State != tracker.ModuleLive || len(view.People) != 3 {
				t.Errorf("%d people, the module is %s, %v", len(view.People), view.Modules[1].State, err)
			}
			b.signIn(t, s.url, "dealer-30002")
			if first := b.text(".dc-next li"); !strings.Contains(first, "which job?") {
				t.Errorf("what was returned does not come first: %s", first)
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			for _, line := range b.console {
				t.Errorf("the console says %s", line)
			}
		})
	}
}

// leaves carries out a step that leads to another address.
func (s *screen) leaves(what string, step chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	here := s.address()
	s.do(what, chromedp.WaitVisible(chromedp.CSS("button[value=accept]")), step)
	for s.address() == here && s.ctx.Err() == nil {
		s.do("waiting", chromedp.Sleep(20*time.Millisecond))
	}
	s.do(what, chromedp.WaitVisible(chromedp.CSS(".dc-flash--ok")))
}

// figures gives the network's figures of some days.
func (s *site) figures(days ...string) map[string]app.Summary {
	s.t.Helper()
	out := map[string]app.Summary{}
	for _, day := range days {
		summary, err := s.net.Summary(s.t.Context(), tracker.Operator, app.SummaryQuery{On: tracker.MustDate(day)})
		if err != nil {
			s.t.Fatal(err)
		}
		out[day] = summary
	}
	return out
}

// moved compares a day's technicians with those before: how many were employed and qualified more. Certifications and the
// digital upgrade stay.
func (s *site) moved(before map[string]app.Summary, day string, employed, qualified int) {
	s.t.Helper()
	was, is := before[day], s.figures(day)[day]
	if is.Technicians.Employed-was.Technicians.Employed != employed || is.Technicians.NEVQualified-was.Technicians.NEVQualified != qualified {
		s.t.Errorf("on %s technicians went from %+v to %+v", day, was.Technicians, is.Technicians)
	}
	if is.BMWi.Certified != was.BMWi.Certified || is.Upgrade != was.Upgrade || is.Active != was.Active {
		s.t.Errorf("on %s other figures moved: %+v, then %+v", day, was.Block, is.Block)
	}
}

// What is typed is there again after the page was lost, but for a certificate's number; once it was taken it is gone.
func TestBrowserDraftSurvivesALostPage(t *testing.T) {
	b, s := newScreen(t), newSite(t)
	b.do("the browser", chromedp.Navigate(s.url+"/login?lang=en"))
	b.signIn(t, s.url, "dealer-30002")
	form := s.url + "/dealerships/30002/report/qualification"
	open := func() {
		b.do("opening the form", chromedp.Navigate(form), chromedp.WaitVisible(chromedp.CSS("form[data-dc-draft]")))
	}
	value := func(name string) string {
		text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector('[name="`+name+`"]').value`))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	open()
	b.choose("staff_no", "T20")
	b.choose("type", "hvt-c/gen6")
	b.choose("issued_on", "2026-11-10")
	b.choose("certificate_no", "SECRET-4711")
	b.do("losing the page", chromedp.Navigate("about:blank"))
	open()
	if value("staff_no") != "T20" || value("type") != "hvt-c/gen6" || value("issued_on") != "2026-11-10" {
		t.Errorf("the draft is lost: %q %q %q", value("staff_no"), value("type"), value("issued_on"))
	}
	if value("certificate_no") != "" {
		t.Error("the certificate's number was kept in the browser")
	}
	b.leads("sending it", click("button[value='save']"), ".dc-deeds")
	open()
	if value("staff_no") != "" {
		t.Errorf("the draft of what was sent is still there: %q", value("staff_no"))
	}
}

package server_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// screen is a tab of a real browser, with what the pages wrote to its console.
type screen struct {
	t       *testing.T
	ctx     context.Context //nolint:containedctx // chromedp keeps the tab in the context
	mu      sync.Mutex
	console []string
}

// patience bounds how long the browser may take for the whole test; nothing is measured by it.
const patience = 90 * time.Second

func newScreen(t *testing.T) *screen {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser is slow")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("chromium is missing: apt-get install chromium")
		}
		t.Skip("chromium is not installed")
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox}
	for _, name := range []string{
		"disable-gpu", "disable-quic", "no-first-run", "no-default-browser-check", "disable-background-networking", "disable-component-update",
		"disable-sync", "disable-dev-shm-usage", "mute-audio",
	} {
		options = append(options, chromedp.Flag(name, true))
	}
	options = append(options, chromedp.Flag("lang", "en"), chromedp.WindowSize(1280, 900))
	bounded, stop := context.WithTimeout(t.Context(), patience)
	t.Cleanup(stop)
	browser, endBrowser := chromedp.NewExecAllocator(bounded, options...)
	t.Cleanup(endBrowser)
	tab, endTab := chromedp.NewContext(browser)
	t.Cleanup(endTab)
	s := &screen{t: t, ctx: tab}
	if err := chromedp.Do(tab); err != nil {
		t.Fatal(err)
	}
	messages := chromedp.Console(tab)
	go func() {
		for message, err := range messages {
			if err != nil {
				return
			}
			s.mu.Lock()
			s.console = append(s.console, message.String())
			s.mu.Unlock()
		}
	}()
	return s
}

// do carries out steps and fails, saying what was being done.
func (s *screen) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	if err := chromedp.Do(s.ctx, steps...); err != nil {
		text, _ := chromedp.Run(s.ctx, chromedp.Text(chromedp.CSS("body")))
		s.t.Fatalf("%s: %v\n%s", what, err, text)
	}
}

// leads carries out a step that leads to another page, and waits until that page is there.
func (s *screen) leads(what string, step chromedp.Action[chromedp.Void], arrived string) {
	s.t.Helper()
	s.do(what, step, chromedp.WaitVisible(chromedp.CSS(arrived)))
}

// text gives what a reader sees of an element.
func (s *screen) text(selector string) string {
	s.t.Helper()
	text, err := chromedp.Run(s.ctx, chromedp.Text(chromedp.CSS(selector)))
	if err != nil {
		s.t.Fatalf("the text of %s: %v", selector, err)
	}
	return text
}

func (s *screen) address() string {
	s.t.Helper()
	address, err := chromedp.Run(s.ctx, chromedp.Location())
	if err != nil {
		s.t.Fatal(err)
	}
	return address
}

// absent fails when an element is on the page.
func (s *screen) absent(selector string) {
	s.t.Helper()
	found, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool]("document.querySelector('"+selector+"') !== null"))
	if err != nil || found {
		s.t.Errorf("%s is on the page (%v)", selector, err)
	}
}

func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible)
}

// Somebody signs in, looks at another day, comes back, and records a decision after seeing what it would change.
func TestBrowser(t *testing.T) {
	b := newScreen(t)
	s := newSite(t)
	b.do("signing in", chromedp.Navigate(s.url+"/login"), chromedp.WaitVisible(chromedp.CSS("#login")),
		chromedp.SendKeys(chromedp.CSS("#login"), "network"), chromedp.SendKeys(chromedp.CSS("#password"), app.DemoPassword))
	b.leads("signing in", click("form[action='/login'] button"), "#dc-day")
	b.absent(".dc-dayband")

	b.do("opening the date control", click(".dc-day-pick summary"), chromedp.WaitVisible(chromedp.CSS("#dc-on")),
		chromedp.SetValue(chromedp.CSS("#dc-on"), "2022-11-30"))
	b.leads("moving the day", click(".dc-day-form button"), ".dc-dayband")
	if band := b.text(".dc-dayband"); !strings.Contains(band, "30 November 2022") || !strings.Contains(b.address(), "on=2022-11-30") {
		t.Errorf("the band says %q at %s", band, b.address())
	}
	b.leads("another page of that day", click("#dc-nav a[href^='/dealerships']"), "table")
	if !strings.Contains(b.address(), "on=2022-11-30") || !strings.Contains(b.text(".dc-dayband"), "30 November 2022") {
		t.Errorf("the day is lost on the way to %s", b.address())
	}
	b.leads("going back to today", click(".dc-dayband a"), ".dc-app:not(.dc-app--otherday) table")
	b.absent(".dc-dayband")

	b.leads("opening a dealership", click("table a[href*='/dealerships/"+apptest.Healthy+"']"), "a[href*='/decisions/new']")
	b.leads("opening the form", click("a[href*='/decisions/new']"), "input[value='suspend']")
	b.do("choosing", click("input[value='suspend']"), chromedp.WaitVisible(chromedp.CSS("#effect .dc-effect-row")))
	if effect := b.text("#effect"); !strings.Contains(strings.ToLower(effect), "suspended") {
		t.Errorf("the effect before saving: %s", effect)
	}
	s.still(apptest.Healthy)
	b.leads("saving", click("button[value='save']"), ".dc-flash--ok")
	if page := strings.ToLower(b.text("main")); !strings.Contains(page, "suspended") {
		t.Errorf("the dealership after the decision: %s", page)
	}
	view, err := s.net.Dealership(t.Context(), tracker.Operator, apptest.Healthy, s.net.Today())
	if err != nil || view.Standings[tracker.ProgrammeBMWi].State != tracker.Suspended {
		t.Errorf("the decision is not recorded: %v", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, line := range b.console { // a violation of the content policy stands there too
		t.Errorf("the console says %s", line)
	}
}

package server

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
	"dealercert/web"
)

// pageSet is the templates of one language, by page.
type pageSet map[string]*template.Template

// parsePages parses each page with the layout and the partials, once for each language.
func parsePages(names namer, zone *time.Location) (map[string]pageSet, error) {
	out := map[string]pageSet{}
	files := web.Templates()
	pages, err := fs.Glob(files, "pages/*.html")
	if err != nil {
		return nil, err
	}
	for _, lang := range web.Languages {
		shared, err := template.New("").Funcs(functions(names, lang, zone)).Option("missingkey=error").
			ParseFS(files, "layout/*.html", "partials/*.html")
		if err != nil {
			return nil, err
		}
		out[lang] = pageSet{}
		for _, file := range pages {
			page, err := template.Must(shared.Clone()).ParseFS(files, file)
			if err != nil {
				return nil, err
			}
			out[lang][strings.TrimSuffix(strings.TrimPrefix(file, "pages/"), ".html")] = page
		}
	}
	return out, nil
}

// functions are what templates can say, in one language.
func functions(names namer, lang string, zone *time.Location) template.FuncMap {
	return template.FuncMap{
		"asset": web.Asset,
		"t": func(key string, args ...any) string {
			return names.say(lang, key, tracker.Fault(tracker.Internal, key, args...).Args)
		},
		"looks":     func(code any) tracker.State { return names.looks(tracker.State(fmt.Sprint(code))) },
		"date":      func(d tracker.Date) string { return longDate(lang, d) },
		"day":       func(d tracker.Date) string { return shortDate(lang, d) },
		"num":       web.Number,
		"percent":   percent,
		"text":      func(t tracker.Text) string { return inLanguage(lang, t.En, t.Zh) },
		"named":     func(zh, en string) string { return inLanguage(lang, en, zh) },
		"degrees":   app.Degrees,
		"dict":      dict,
		"moment":    func(m tracker.Moment) string { return m.Time().In(zone).Format("2006-01-02 15:04") },
		"momentday": func(m tracker.Moment) string { return shortDate(lang, tracker.DateOf(m.Time().In(zone))) },
		"add":       func(a, b int) int { return a + b },
		"minus":     func(a, b tracker.Date) int { return int(a - b) },
		"lights":    func() []string { return []string{"healthy", "at_risk", "in_breach"} },
		"loss":      lossQuery,
		"tel":       telephone,
		"label":     func(key, value string) string { return labelText(names, lang, key, value) },
		"has":       func(list []string, text string) bool { return slices.Contains(list, text) },
		"join":      strings.Join,
		"policies":  func() []string { return []string{string(app.PolicyStop), string(app.PolicyValidRows)} },
	}
}

// telephone is the address that dials a number.
func telephone(number string) template.URL {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, number)
	return template.URL("tel:" + digits) //nolint:gosec // digits and plus signs only
}

// lossQuery is the query of the list of those who lose something by a day.
func lossQuery(word string, until tracker.Date) []any {
	query := []any{"ends_before", until}
	if word != "any" {
		query = append(query, "loss", word)
	}
	return query
}

// labelText puts the value of a label in the history into words.
func labelText(names namer, lang, key, value string) string {
	switch key {
	case "done":
		return names.say(lang, value, nil)
	case "fact_kind":
		return names.say(lang, "fact."+value, nil)
	case "job", "decision", "programme", "format":
		if value != "" {
			return names.say(lang, key+"."+value, nil)
		}
	}
	if key == "type" && names.messages.Has(lang, "qualification."+value) {
		return names.say(lang, "qualification."+value, nil)
	}
	if day, err := tracker.ParseDate(value); err == nil {
		return shortDate(lang, day)
	}
	if value == "" {
		return "—"
	}
	return value
}

// inLanguage chooses between two texts; an empty one gives way to the other.
func inLanguage(lang, en, zh string) string {
	if (lang == "zh-Hans" && zh != "") || en == "" {
		return zh
	}
	return en
}

// dict makes a partial's argument from names and values.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: %d arguments", len(pairs))
	}
	out := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		out[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return out, nil
}

// longDate writes a day out: 12 December 2026, 2026年12月12日; nothing for none.
func longDate(lang string, d tracker.Date) string { return writeDate(lang, d, "2 January 2006") }

// shortDate writes a day shortly: 12 Dec 2026, 2026年12月12日.
func shortDate(lang string, d tracker.Date) string { return writeDate(lang, d, "2 Jan 2006") }

func writeDate(lang string, d tracker.Date, english string) string {
	if d == 0 {
		return ""
	}
	if lang == "zh-Hans" {
		return d.Time().Format("2006年1月2日")
	}
	return d.Time().Format(english)
}

// percent writes a share with one place.
func percent(share float64) string { return strconv.FormatFloat(share*100, 'f', 1, 64) + " %" }

// BasePage is what every page shows around its own content.
type BasePage struct {
	Title   string
	Lang    string
	Theme   string
	Section string // of the navigation
	Actor   tracker.Actor
	Token   string
	Flash   string
	Today   tracker.Date
	On      tracker.Date
	KnownAt string // as known when, in words; empty: now
	// knownInput is the moment that the form for another one begins with.
	knownInput string
	path       string
	query      url.Values
	presets    []preset
	Initial    string
	HasQuery   bool
}

// preset is a day that the head offers.
type preset struct {
	Key string
	Day tracker.Date
}

// base begins a page.
func (v *visit) base(title, section string) BasePage {
	ctx := v.Request.Context()
	page := BasePage{
		Title: title, Lang: v.lang, Section: section, Actor: v.actor, Today: v.today, On: v.on, path: v.Request.URL.Path,
		query: v.query, Token: v.server.sessions.GetString(ctx, keyToken), Flash: v.flashed(),
	}
	if theme, err := v.Cookie(cookieTheme); err == nil && (theme == "light" || theme == "dark") {
		page.Theme = theme
	}
	if v.known != 0 {
		page.KnownAt = v.knownAt(v.known)
	}
	if at := cmp.Or(v.known, v.server.app.EndOf(v.on)); at <= v.server.app.Now() {
		page.knownInput = at.Time().In(v.server.app.Zone()).Format(localMoment)
	}
	monthEnd := v.today.Add(-v.today.Time().Day())
	page.presets = []preset{{"day.today", v.today}, {"day.month_end", monthEnd}, {"day.in_90", v.today.Add(90)}}
	for _, r := range strings.ToUpper(v.actor.Login) {
		page.Initial = string(r)
		break
	}
	return page
}

// OtherDay tells whether the page shows anything but today as known now: then its forms are off.
func (b BasePage) OtherDay() bool { return b.On != b.Today || b.Earlier() }

// Past tells whether the day shown lies before today.
func (b BasePage) Past() bool { return b.On < b.Today }

// Can tells whether the reader may do something; what they may not is not offered.
func (b BasePage) Can(action string) bool { return b.Actor.Can(tracker.Action(action)) }

// Presets gives the days that the head offers.
func (b BasePage) Presets() []preset { return b.presets }

// Link gives the address of a page for the day shown, as known at the same moment where that page can tell; pairs of parameter names and values may follow.
func (b BasePage) Link(path string, pairs ...any) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Add(fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	if b.On != b.Today {
		query.Set("on", b.On.String())
	}
	if b.Earlier() && leadsEarlier(path) {
		query.Set("known_at", b.KnownQuery())
	}
	return address(path, query)
}

// Here gives the address of this page with parameters set; an empty value drops one.
func (b BasePage) Here(pairs ...any) string {
	query := url.Values{}
	for name, values := range b.query {
		query[name] = slices.Clone(values)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, value := fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1])
		query.Del(name)
		if value != "" {
			query.Set(name, value)
		}
	}
	return address(b.path, query)
}

// OnDay gives the address of this page for another day.
func (b BasePage) OnDay(d tracker.Date) string {
	if d == b.Today {
		return b.Here("on", "")
	}
	return b.Here("on", d)
}

// Step gives the address of this page so many days later.
func (b BasePage) Step(days int) string { return b.OnDay(b.On.Add(days)) }

// Others gives this page's parameters but the named ones, for a form to carry along.
func (b BasePage) Others(but ...string) []field {
	var out []field
	for name, values := range b.query {
		if !slices.Contains(but, name) {
			for _, value := range values {
				out = append(out, field{name, value})
			}
		}
	}
	slices.SortFunc(out, func(x, y field) int { return strings.Compare(x.Name+x.Value, y.Name+y.Value) })
	return out
}

// field is a name with its value.
type field struct{ Name, Value string }

func address(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// render writes a page, whole or not at all.
func (v *visit) render(status int, name string, page any) error {
	tmpl, found := v.server.pages[v.lang][name]
	if !found {
		return fmt.Errorf("no page %q", name)
	}
	var out bytes.Buffer
	if err := tmpl.ExecuteTemplate(&out, "layout", page); err != nil {
		return err
	}
	v.Data(status, "text/html; charset=utf-8", out.Bytes())
	return nil
}

// show renders a page that is as it should be.
func (v *visit) show(name string, page any) error { return v.render(http.StatusOK, name, page) }

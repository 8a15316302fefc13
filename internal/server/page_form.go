package server

import (
	"cmp"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// formPage is any form about a dealership: its fields, and beside them what saving would change.
type formPage struct {
	BasePage
	Lead   string // what the form does, in a sentence
	Of     string // the dealership
	Back   string
	Fields []formField
	Wide   bool // two columns
	Submit string
	Error  string // what is wrong with the form as a whole
	Effect *effectView
	NoLook bool   // there is nothing to preview
	Note   string // what must be known of the effect: when it counts, who decides
	Second string // that it waits for a second person, and why
	Draft  bool   // what is typed is kept until it is sent
	Extra  *extraButton
	Nonce  string // names this filling-in: sent twice, it is done once
}

// extraButton sends the form elsewhere, with nothing that must be filled in.
type extraButton struct{ Action, Text string }

// HasMore tells whether some fields stand behind "more".
func (p formPage) HasMore() bool {
	return slices.ContainsFunc(p.Fields, func(f formField) bool { return f.More })
}

// OpenMore tells whether "more" must be open: something in it is filled in or wrong.
func (p formPage) OpenMore() bool {
	return slices.ContainsFunc(p.Fields, func(f formField) bool { return f.More && (f.Value != "" || f.Error != "") })
}

// formField is one field with what is typed in and what is wrong with it.
type formField struct {
	Name     string
	Label    string
	Kind     string // text, date, textarea, select, choices, checks, check, hidden
	Value    string
	Values   []string // of checks
	Options  []option
	Hint     string
	Error    string
	Required bool
	Wide     bool
	More     bool // seldom needed: behind "more"
}

// option is one of the values of a field.
type option struct{ Value, Text string }

// effectView is what a change would do, in words.
type effectView struct {
	Worse    bool
	Lines    []effectLine
	Skipped  []string
	Concerns []string
}

// effectLine is one run of days that would be different.
type effectLine struct {
	What   string
	Before mark
	After  mark
	When   string
	days   tracker.Period
}

// mark is a state or a light.
type mark struct {
	Kind string // state or light
	Name string
	Text string
}

// form is what a form's handler says about it.
type form struct {
	title   string
	lead    string
	back    string // where saving and cancelling lead
	fields  func() []formField
	preview func() (app.Effect, error) // nil: nothing to preview
	save    func() error
	saved   string        // the flash
	of      string        // what the form is about, where that is no dealership
	section string        // of the navigation; dealerships when empty
	then    func() string // where saving leads, when that is known only afterwards
	submit  string
	wide    bool
	note    func() string // beside the effect, once it is known; nil: nothing
	draft   bool
	extra   *extraButton
	asks    bool // what stands against it must be confirmed
}

// runForm shows a form, previews it, or saves it and goes back.
func (v *visit) runForm(of app.DealershipView, f form) error {
	page := formPage{
		BasePage: v.base(f.title, cmp.Or(f.section, "dealerships")), Of: f.of, Lead: f.lead, Back: v.base("", "").Link(f.back), Wide: f.wide,
		Submit: f.submit, NoLook: f.preview == nil, Nonce: v.typed("nonce", rand.Text()), Draft: f.draft, Extra: f.extra,
	}
	if of.Code != "" {
		page.Of = of.Code + " · " + inLanguage(v.lang, of.NameEn, of.NameZh)
	}
	if v.Request.Method != http.MethodPost {
		page.Fields = f.fields()
		return v.show("form", page)
	}
	if f.preview != nil && v.field("step") == "preview" {
		effect, err := f.preview()
		return v.formAgain(page, f, effect, err)
	}
	if v.server.sent.again(v.actor.ID, page.Nonce, v.server.app.Now()) {
		return v.seeOther(f.back)
	}
	err := f.save()
	if proposal := app.WaitsFor(err); proposal != nil {
		v.flash(v.say("proposal.kept"))
		return v.seeOther("/proposals/" + string(proposal.ID))
	}
	if err != nil {
		v.server.sent.forget(v.actor.ID, page.Nonce)
		var effect app.Effect
		if f.preview != nil {
			effect, _ = f.preview() // what is wrong has been said; the effect is shown if there is one
		}
		return v.formAgain(page, f, effect, err)
	}
	if f.saved != "" {
		v.flash(f.saved)
	}
	if f.then != nil {
		return v.seeOther(f.then())
	}
	return v.seeOther(f.back)
}

// formAgain shows a form that was sent, with what is wrong or what it would change.
func (v *visit) formAgain(page formPage, f form, effect app.Effect, err error) error {
	status := http.StatusOK
	page.Fields = f.fields()
	if f.note != nil {
		page.Note = f.note()
	}
	if err == nil || len(effect.Differences)+len(effect.Skipped)+len(effect.Concerns) > 0 {
		page.Effect = v.effect(effect)
	}
	if effect.Elsewhere {
		page.Note = v.say("effect.elsewhere")
	}
	page.Second = v.secondNote(effect.Second)
	if label := v.confirmation(f, effect); label != "" {
		page.Fields = append(page.Fields, formField{Name: "confirm", Kind: "check", Label: label, Value: v.field("confirm"), Wide: true})
	}
	if err != nil {
		var fault *tracker.Error
		kind := tracker.KindOf(err)
		if !errors.As(err, &fault) || kind == tracker.NotFound || kind == tracker.Forbidden {
			return err
		}
		status = http.StatusUnprocessableEntity
		if kind != tracker.Invalid {
			status = statuses[kind]
		}
		page.Error = v.sentence(err)
		for i := range page.Fields {
			for _, wrong := range fault.Fields {
				if wrong.Field == page.Fields[i].Name {
					page.Fields[i].Error = v.server.messages.Say(v.lang, "error."+wrong.Key, v.words(wrong.Args))
				}
			}
		}
	}
	if v.GetHeader("HX-Request") != "" {
		status = http.StatusOK // the script takes the effect out of the page, which it would not do from an error
	}
	return v.render(status, "form", page)
}

// confirmation gives what must be confirmed before the form is saved; empty: nothing.
func (v *visit) confirmation(f form, effect app.Effect) string {
	switch {
	case len(effect.Skipped) > 0:
		return v.say("form.confirm")
	case f.asks && len(effect.Concerns) > 0:
		return v.say("concern.confirm")
	default:
		return ""
	}
}

// effect puts an effect into words: for each run of days what is different, the state before the lights.
func (v *visit) effect(e app.Effect) *effectView {
	out := &effectView{}
	for _, d := range e.Differences {
		when := d.Period
		at := ""
		if place, several := e.Places[d.After.Dealership]; several {
			at = place.Code + " · "
		}
		name := at + v.say("programme."+string(d.Programme))
		if d.Before.State != d.After.State {
			out.add(effectLine{What: name, Before: v.stateMark(d.Before.State), After: v.stateMark(d.After.State), days: when}, d.Before.May && !d.After.May)
		}
		if d.Before.ValidUntil != d.After.ValidUntil && d.Before.State == d.After.State {
			out.add(effectLine{
				What: v.say("effect.valid_until", "programme", name), Before: mark{"text", "", v.dayOrNone(d.Before.ValidUntil)},
				After: mark{"text", "", v.dayOrNone(d.After.ValidUntil)}, days: when,
			}, d.After.ValidUntil != 0 && d.After.ValidUntil < d.Before.ValidUntil)
		}
		if d.Before.Law != d.After.Law && d.Programme == tracker.ProgrammeLaw {
			out.add(effectLine{What: at + v.say("light_name.law"), Before: v.lightMark(d.Before.Law), After: v.lightMark(d.After.Law), days: when}, worse(d.Before.Law, d.After.Law))
		}
		if d.Before.Brand != d.After.Brand {
			out.add(effectLine{What: at + v.say("light_name.brand"), Before: v.lightMark(d.Before.Brand), After: v.lightMark(d.After.Brand), days: when}, worse(d.Before.Brand, d.After.Brand))
		}
		if d.Before.Region != d.After.Region && d.Programme == tracker.ProgrammeLaw {
			out.add(effectLine{What: at + v.say("effect.region"), Before: v.regionMark(d.Before.Region), After: v.regionMark(d.After.Region), days: when}, false)
		}
	}
	v.rightLines(e, out)
	for i := range out.Lines {
		out.Lines[i].When = v.when(out.Lines[i].days)
	}
	for _, s := range e.Skipped {
		out.Skipped = append(out.Skipped, v.skipped(s))
	}
	for _, c := range e.Concerns {
		out.Concerns = append(out.Concerns, v.concern(c))
	}
	return out
}

// rightLines puts rights that come and go into words; models that go on the same days for the same reason share a line.
func (v *visit) rightLines(e app.Effect, out *effectView) {
	type run struct {
		dealership tracker.DealershipID
		kind       tracker.RightKind
		period     tracker.Period
		may        bool
		failing    tracker.CodeList
	}
	var order []run
	subjects := map[run][]string{}
	for _, d := range e.Rights {
		r := run{d.Dealership, d.Kind, d.Period, d.May, d.Failing}
		if subjects[r] == nil {
			order = append(order, r)
		}
		subjects[r] = append(subjects[r], d.Subject)
	}
	word := func(may bool) mark {
		if may {
			return mark{"text", "", v.say("effect.may")}
		}
		return mark{"text", "", v.say("effect.may_not")}
	}
	for _, r := range order {
		at := ""
		if place, several := e.Places[r.dealership]; several {
			at = place.Code + " · "
		}
		what := at + v.say("effect.right_"+string(r.kind), "subjects", strings.Join(subjects[r], ", "))
		out.add(effectLine{What: what, Before: word(!r.may), After: word(r.may), days: r.period}, !r.may)
	}
}

// add notes a line; days that follow on those of a line that says the same become part of it.
func (e *effectView) add(line effectLine, worse bool) {
	e.Worse = e.Worse || worse
	for i := range e.Lines {
		have := &e.Lines[i]
		if have.What == line.What && have.Before == line.Before && have.After == line.After && have.days.Until == line.days.From {
			have.days.Until = line.days.Until
			return
		}
	}
	e.Lines = append(e.Lines, line)
}

func worse(before, after tracker.Light) bool { return before != after && before.Worse(after) == after }

func (v *visit) stateMark(s tracker.State) mark {
	return mark{"state", string(s), v.say("state." + string(s))}
}

func (v *visit) lightMark(l tracker.Light) mark {
	return mark{"light", string(l), v.say("light." + string(l))}
}

func (v *visit) regionMark(id tracker.RegionID) mark {
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return mark{"text", "", ""}
	}
	region := directory.Regions[id]
	return mark{"text", "", inLanguage(v.lang, region.NameEn, region.NameZh)}
}

func (v *visit) dayOrNone(d tracker.Date) string {
	if d == 0 {
		return v.say("none")
	}
	return longDate(v.lang, d)
}

// when writes a run of days.
func (v *visit) when(p tracker.Period) string {
	switch {
	case p.From == 0 && p.Until == 0:
		return v.say("when.always")
	case p.From == 0:
		return v.say("when.until", "until", longDate(v.lang, p.Last()))
	case p.Until == 0:
		return v.say("when.from", "from", longDate(v.lang, p.From))
	case p.Last() == p.From:
		return v.say("when.on", "on", longDate(v.lang, p.From))
	default:
		return v.say("when.between", "from", longDate(v.lang, p.From), "until", longDate(v.lang, p.Last()))
	}
}

// typed gives what a field was filled with: as sent, else as typed before the session ended, else as recorded.
func (v *visit) typed(name, recorded string) string {
	if v.Request.Method == http.MethodPost {
		return v.field(name)
	}
	if v.kept.Has(name) {
		return v.kept.Get(name)
	}
	return recorded
}

// options makes options from words that have messages below a prefix.
func options[W ~string](v *visit, prefix string, words []W) []option {
	out := make([]option, len(words))
	for i, word := range words {
		out[i] = option{string(word), v.say(prefix + string(word))}
	}
	return out
}

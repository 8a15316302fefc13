package server

import (
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// personRoutes lists the addresses about one person.
func personRoutes() []route {
	const see = tracker.SeePeople
	return []route{
		{method: http.MethodGet, path: "/people/:staff_no", action: see, handle: showPerson},
		{method: http.MethodGet, path: "/people/:staff_no/history", action: see, handle: showPersonHistory},
	}
}

type personPage struct {
	BasePage
	app.PersonRecord
	Tab          string
	Former       bool // seen as on the last day in the scope
	Next         string
	NextLast     tracker.Date
	Soon         bool
	Badges       []badge
	Certificates []certificateView
	Overlaps     []string
	Span         trackSpan
	Tracks       []track
	Covers       []coverLine
	Entries      []app.HistoryEntry
	Rungs        []ladderRow
	Deadlines    []deadlineView
	Legend       []legendView
	Moves        []string       // between dealerships
	Waiting      []proposalCard // for a second person
}

// certificateView is a certificate in words.
type certificateView struct {
	app.CertificateView
	Name string
	Soon bool
	Word string // what it is worth on the day: valid, soon, dormant, coming, lost, replaced
}

// coverLine is a run of days on which somebody counts for something.
type coverLine struct {
	Name string
	At   tracker.Dealership
	tracker.Period
}

func (v *visit) personPage(tab string) (personPage, []tracker.QualificationType, error) {
	record, err := v.server.app.Person(v.Request.Context(), v.actor, v.Param("staff_no"), v.on)
	page := personPage{PersonRecord: record, Tab: tab, Former: !record.Sight.Present}
	if err != nil {
		return page, nil, err
	}
	rules, err := v.server.app.Rulebook(v.Request.Context())
	page.BasePage = v.base(record.Name, "people")
	return page, rules.QualificationTypes(v.on), err
}

func showPerson(v *visit) error {
	page, types, err := v.personPage("standing")
	if err != nil {
		return err
	}
	var now []tracker.Coverage
	for _, c := range page.Coverage {
		if c.Contains(page.PersonRecord.AsOf) {
			now = append(now, c)
		}
	}
	page.Badges = v.badges(now, types)
	if next := page.PersonRecord.Next; next != nil {
		page.Next, page.NextLast = v.skillName(next.Skill, next.Generation, types), next.Last
		page.Soon = int(next.Last-v.on) < soonDays
	}
	for _, c := range page.PersonRecord.Certificates {
		page.Certificates = append(page.Certificates, v.certificateLine(c, page.PersonRecord.AsOf))
	}
	for _, o := range page.PersonRecord.Overlaps {
		page.Overlaps = append(page.Overlaps, v.say("person.overlap", "first", v.placeName(page.Places[o.First]),
			"second", v.placeName(page.Places[o.Second]), "when", v.when(o.Period)))
	}
	page.Rungs, page.Deadlines, page.Legend = v.ladderRows(page.Ladder), v.permitClocks(page.Ladder), rungLegend()
	for _, m := range page.Transfers {
		said := []any{"day", longDate(v.lang, m.On), "from", v.placeName(page.Places[m.From]), "to", v.placeName(page.Places[m.To])}
		if m.Gap {
			page.Moves = append(page.Moves, v.say("person.transfer_gap", said...))
		} else {
			page.Moves = append(page.Moves, v.say("person.transfer", said...))
		}
	}
	page.Span, page.Tracks, page.Covers = v.personTracks(page.PersonRecord, types)
	if page.Waiting, err = v.waiting("", page.StaffNo); err != nil {
		return err
	}
	return v.show("person", page)
}

func (v *visit) placeName(d tracker.Dealership) string {
	return d.Code + " " + inLanguage(v.lang, d.NameEn, d.NameZh)
}

// certificateLine says in a word what a certificate is worth on a day.
func (v *visit) certificateLine(c app.CertificateView, on tracker.Date) certificateView {
	view := certificateView{CertificateView: c, Name: v.typeName(c.Type.Code, c.Type.Name), Word: "valid"}
	if g := c.Qualification.Generation; g != "" {
		view.Name += " " + string(g)
	}
	switch {
	case c.Qualification.IssuedOn > on:
		view.Word = "coming"
	case c.Dormant:
		view.Word = "dormant"
	case !c.Valid && !c.Counts:
		view.Word = "replaced"
	case !c.Valid:
		view.Word = "lost"
	case c.Until != 0 && int(c.Until-on) < soonDays:
		view.Word = "soon"
	}
	return view
}

func showPersonHistory(v *visit) error {
	page, _, err := v.personPage("history")
	if err != nil {
		return err
	}
	page.Entries, err = v.server.app.PersonChanges(v.Request.Context(), v.actor, page.StaffNo)
	if err != nil {
		return err
	}
	return v.show("person", page)
}

// personTracks draws what somebody counted for and will count for: the posts, then each skill. The same in lines.
func (v *visit) personTracks(record app.PersonRecord, types []tracker.QualificationType) (trackSpan, []track, []coverLine) {
	span := trackSpan{From: v.on.AddMonths(-trackBefore), Until: v.on.AddMonths(trackAfter), On: v.on, Today: v.today}
	span.From, span.Until = min(span.From, v.today.AddMonths(-12)), max(span.Until, v.today.AddMonths(12))
	rows := map[string]*track{}
	var order []string
	var lines []coverLine
	coverage := slices.Clone(record.Coverage)
	slices.SortStableFunc(coverage, func(a, b tracker.Coverage) int { return int(a.From) - int(b.From) })
	for _, c := range coverage {
		name, look := v.skillName(c.Skill, c.Generation, types), "ok"
		switch c.Skill {
		case tracker.SkillEmployed:
			name, look = v.say("person.employed"), "progress"
		case tracker.SkillNEV:
			name = v.say("people.nev")
		}
		if rows[name] == nil {
			rows[name] = &track{Name: name}
			order = append(order, name)
		}
		what := name
		if c.Skill == tracker.SkillEmployed {
			what = v.say("job." + string(c.Job))
		}
		title := v.say("timeline.bar", "what", what+" · "+v.placeName(record.Places[c.Dealership]), "from", shortDate(v.lang, c.From), "until", shortDate(v.lang, c.Last()))
		rows[name].Bars = append(rows[name].Bars, span.bars(c.Period, look, title)...)
		rows[name].Label += v.say("list_comma") + title
		lines = append(lines, coverLine{what, record.Places[c.Dealership], c.Period})
	}
	slices.Sort(order)
	employed := v.say("person.employed")
	slices.SortStableFunc(order, func(a, b string) int { return boolInt(a != employed) - boolInt(b != employed) })
	var out []track
	for _, name := range order {
		row := *rows[name]
		row.Label = name + ": " + strings.TrimPrefix(row.Label, v.say("list_comma"))
		out = append(out, row)
	}
	slices.Reverse(lines)
	return span, out, lines
}

package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// peopleFilters are the parameters of a list of people that narrow it, in the order of their chips.
var peopleFilters = []string{"q", "state", "job", "type", "generation", "expires_before", "region", "group", "dealership"}

// peopleQuery are the parameters of a list of people.
var peopleQuery = slices.Concat(peopleFilters, []string{"sort", "page", "per_page"})

// qualificationQuery are the parameters of a list of qualifications.
var qualificationQuery = []string{"q", "job", "type", "generation", "expires_before", "region", "group", "dealership", "page", "per_page"}

// personStates are the values of the parameter state in a list of people.
var personStates = []string{"employed", "former"}

// rungStates are the further ones: what a qualification says of somebody on the day.
var rungStates = []tracker.RungWord{
	tracker.RungReviewWindow, tracker.RungExpiring, tracker.RungBridgeable, tracker.RungDormant, tracker.RungLapsed,
}

// generations are the high-voltage generations that can be asked for.
var generations = []tracker.Generation{"gen3", "gen4", "gen5", "gen6"}

// peopleRoutes lists the addresses about people.
func peopleRoutes() []route {
	const see = tracker.SeePeople
	return slices.Concat(personRoutes(), personFormRoutes(), matrixRoutes(), []route{
		{method: http.MethodGet, path: "/people", action: see, query: peopleQuery, handle: listPeople},
		{method: http.MethodGet, path: "/api/v1/people", action: see, query: peopleQuery, handle: apiPeople},
		{method: http.MethodGet, path: "/api/v1/people/:staff_no", action: see, handle: apiPerson},
		{method: http.MethodGet, path: "/api/v1/qualifications", action: see, query: qualificationQuery, handle: apiQualifications},
	})
}

type peoplePage struct {
	BasePage
	app.PersonPage
	Query       app.PersonQuery
	Rows        []personLine
	Chips       []chip
	Directory   app.Directory
	Types       []tracker.QualificationType
	Generations []tracker.Generation
	Jobs        []tracker.Job
	Type        string // the first that is asked for
	States      []tracker.RungWord
	State       string // of these, the first that is asked for
	First       int
	Last        int
}

// personLine is a person of the list, in words.
type personLine struct {
	app.PersonLine
	Badges []badge
	Ends   string // what ends next
	Soon   bool   // within 90 days
}

// badge is one thing that a person is qualified for on the day.
type badge struct {
	Text string
	Last tracker.Date // zero: no end known
}

// soonDays is how many days ahead an end is shown as near.
const soonDays = 90

// findPeople reads a list's parameters and gives the page that they ask for, for the page and the API alike.
func (v *visit) findPeople() (query app.PersonQuery, page app.PersonPage, err error) {
	if query, err = v.personQuery(); err != nil {
		return
	}
	page, err = v.server.app.People(v.Request.Context(), v.actor, query)
	return
}

func listPeople(v *visit) error {
	query, found, err := v.findPeople()
	if err != nil {
		return err
	}
	ctx := v.Request.Context()
	page := peoplePage{
		BasePage: v.base(v.say("people.title"), "people"), PersonPage: found, Query: query, Type: v.query.Get("type"),
		Generations: generations, Jobs: tracker.Jobs, States: rungStates, State: v.query.Get("state"),
		First: (found.Page-1)*found.PerPage + 1, Last: (found.Page-1)*found.PerPage + len(found.Rows),
	}
	if page.Directory, err = v.server.app.Directory(ctx); err != nil {
		return err
	}
	rules, err := v.server.app.Rulebook(ctx)
	if err != nil {
		return err
	}
	page.Types = rules.QualificationTypes(v.on)
	for _, row := range found.Rows {
		page.Rows = append(page.Rows, v.personLine(row, page.Types))
	}
	page.Chips = v.personChips(page.BasePage, page.Directory, page.Types)
	return v.show("people", page)
}

func (v *visit) personLine(row app.PersonLine, types []tracker.QualificationType) personLine {
	line := personLine{PersonLine: row, Badges: v.badges(row.Coverage, types)}
	if row.Next != nil {
		line.Ends = v.skillName(row.Next.Skill, row.Next.Generation, types)
		if c := row.Next.Clock; c != nil && c.Until == c.ReviewDue && c.Until != c.Qualification.ExpiresOn {
			line.Ends = v.say("people.review_of", "what", line.Ends)
		}
		line.Soon = int(row.Next.Last-v.on) < soonDays
	}
	return line
}

// badges says what somebody is qualified for on a day. What a higher level includes is left out: who works on batteries
// is not shown for components as well.
func (v *visit) badges(coverage []tracker.Coverage, types []tracker.QualificationType) []badge {
	var out []badge
	for _, c := range coverage {
		included := slices.ContainsFunc(coverage, func(higher tracker.Coverage) bool {
			return higher.Skill != c.Skill && (higher.Generation == c.Generation || higher.Generation == "") && includes(types, higher.Skill, c.Skill)
		})
		if c.Skill == tracker.SkillEmployed || c.Skill == tracker.SkillNEV || included {
			continue
		}
		out = append(out, badge{v.skillName(c.Skill, c.Generation, types), c.Last()})
	}
	return out
}

// includes tells whether a higher level of qualification includes a lower one.
func includes(types []tracker.QualificationType, higher, lower tracker.Skill) bool {
	return slices.ContainsFunc(types, func(t tracker.QualificationType) bool {
		return len(t.Skills) > 1 && t.Skills[0] == higher && slices.Contains(t.Skills[1:], lower)
	})
}

// skillName names what somebody counts for, shortly: by the type of qualification whose own skill it is.
func (v *visit) skillName(skill tracker.Skill, generation tracker.Generation, types []tracker.QualificationType) string {
	name := string(skill)
	for _, t := range types {
		if len(t.Skills) > 0 && t.Skills[0] == skill {
			name = v.typeName(t.Code, t.Name)
		}
	}
	if generation != "" {
		name += " " + string(generation)
	}
	return name
}

// typeName is the short name of a type of qualification; a type of a new pack goes by its full one.
func (v *visit) typeName(code tracker.QualificationCode, full tracker.Text) string {
	if key := "qualification." + string(code); v.server.messages.Has(v.lang, key) {
		return v.say(key)
	}
	return inLanguage(v.lang, full.En, full.Zh)
}

// personQuery reads a list's parameters. A value that nobody knows is a fault that names it.
func (v *visit) personQuery() (app.PersonQuery, error) {
	q := app.PersonQuery{On: v.on, Q: v.query.Get("q"), Dealerships: v.query["dealership"], Sort: v.query.Get("sort")}
	if text := []rune(q.Q); len(text) > maxSearch || strings.ContainsFunc(q.Q, unicode.IsControl) || !utf8.ValidString(q.Q) || len(v.query["q"]) > 1 {
		return q, badValue("q", strings.ToValidUTF8(string(text[:min(len(text), maxSearch)]), "�"))
	}
	for _, read := range []func(*app.PersonQuery) error{v.readPeoplePlace, v.readPost, v.readQualified} {
		if err := read(&q); err != nil {
			return q, err
		}
	}
	if q.Sort != "" && !slices.Contains(app.PersonSorts(), strings.TrimPrefix(q.Sort, "-")) || len(v.query["sort"]) > 1 {
		return q, badValue("sort", strings.Join(v.query["sort"], ", "))
	}
	var err error
	q.Page, q.PerPage, err = v.paging()
	return q, err
}

func (v *visit) readPeoplePlace(q *app.PersonQuery) error {
	if len(v.query["region"])+len(v.query["group"]) == 0 {
		return nil
	}
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return err
	}
	if q.Regions, err = v.regions(directory); err != nil {
		return err
	}
	q.Groups, err = v.groups(directory)
	return err
}

// readPost reads what asks for the post: whether it is over, and in which job.
func (v *visit) readPost(q *app.PersonQuery) error {
	if err := v.readPersonState(q); err != nil {
		return err
	}
	for _, text := range v.query["job"] {
		job := tracker.Job(text)
		if !slices.Contains(tracker.Jobs, job) {
			return badValue("job", text)
		}
		q.Jobs = append(q.Jobs, job)
	}
	return nil
}

// readPersonState reads whether the post is over, and what a qualification says of who is employed.
func (v *visit) readPersonState(q *app.PersonQuery) error {
	states := v.query["state"]
	for _, text := range states {
		word := tracker.RungWord(text)
		switch {
		case slices.Contains(rungStates, word):
			q.Among.Words = append(q.Among.Words, word)
		case !slices.Contains(personStates, text):
			return badValue("state", text)
		case text == "former":
			q.Former = true
		}
	}
	if q.Former && slices.ContainsFunc(states, func(text string) bool { return text != "former" }) { // nobody is both
		return badValue("state", strings.Join(states, ", "))
	}
	return nil
}

// readQualified reads what asks for qualifications: the type goes by the skill that it gives.
func (v *visit) readQualified(q *app.PersonQuery) (err error) {
	if q.ExpiresBefore, err = v.day("expires_before"); err != nil {
		return err
	}
	for _, text := range v.query["generation"] {
		if !slices.Contains(generations, tracker.Generation(text)) {
			return badValue("generation", text)
		}
		q.Generations = append(q.Generations, tracker.Generation(text))
	}
	if len(v.query["type"]) == 0 {
		return nil
	}
	rules, err := v.server.app.Rulebook(v.Request.Context())
	if err != nil {
		return err
	}
	types := rules.QualificationTypes(v.on)
	for _, text := range v.query["type"] {
		if text == string(tracker.SkillNEV) {
			if len(q.Among.Words) > 0 { // no certificate says so
				return badValue("type", text)
			}
			q.Skills = append(q.Skills, tracker.SkillNEV)
			continue
		}
		at := slices.IndexFunc(types, func(t tracker.QualificationType) bool { return string(t.Code) == text && len(t.Skills) > 0 })
		if at < 0 {
			return badValue("type", text)
		}
		q.Skills, q.Types = append(q.Skills, types[at].Skills[0]), append(q.Types, types[at].Code)
	}
	return nil
}

// personChips lists the filters that are on.
func (v *visit) personChips(base BasePage, directory app.Directory, types []tracker.QualificationType) []chip {
	var out []chip
	for _, name := range peopleFilters {
		for i, value := range v.query[name] {
			rest := url.Values{}
			for other, values := range v.query {
				if other != "page" {
					rest[other] = slices.Clone(values)
				}
			}
			if rest[name] = slices.Delete(rest[name], i, i+1); len(rest[name]) == 0 {
				rest.Del(name)
			}
			out = append(out, chip{v.personChip(name, value, directory, types), address(base.path, rest)})
		}
	}
	return out
}

// personChip says what a filter asks for.
func (v *visit) personChip(name, value string, directory app.Directory, types []tracker.QualificationType) string {
	switch name {
	case "job":
		return v.say("job." + value)
	case "state":
		return v.say("people.state_" + value)
	case "type":
		for _, t := range types {
			if string(t.Code) == value {
				return v.typeName(t.Code, t.Name)
			}
		}
		return v.say("people.nev")
	case "expires_before":
		day, _ := tracker.ParseDate(value)
		return v.say("people.chip_ends", "value", longDate(v.lang, day))
	default:
		return v.chipText(name, value, directory)
	}
}

package server

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// stateRight is the word of an address for every state that gives the right.
const stateRight = "right"

// staffingWords are the ways in which staffing can be asked for.
var staffingWords = []string{"below_minimum", "single"}

// lossWords names what can be lost.
var lossWords = map[string]tracker.Loss{
	"right": tracker.LossOfRight, "law": tracker.LossOfLaw, "brand": tracker.LossOfBrand,
}

// localMoment is how browsers send a moment in the network's time, without its zone.
const localMoment = "2006-01-02T15:04"

// maxSearch is the longest search text, in characters.
const maxSearch = 100

// dealershipQuery reads a list's parameters. A value that nobody knows is a fault that names it.
func (v *visit) dealershipQuery(directory app.Directory) (app.DealershipQuery, error) {
	q := app.DealershipQuery{
		On: v.on, Q: v.query.Get("q"), Codes: v.query["dealership"], Provinces: v.query["province"], Cities: v.query["city"],
		Programme: tracker.ProgrammeBMWi,
	}
	for _, read := range []func(*app.DealershipQuery) error{v.checkSearch, v.readPlace(directory), v.readStanding, v.readPage} {
		if err := read(&q); err != nil {
			return q, err
		}
	}
	return q, nil
}

// checkSearch refuses what nobody can have searched for.
func (v *visit) checkSearch(q *app.DealershipQuery) error {
	if text := []rune(q.Q); len(text) > maxSearch || strings.ContainsFunc(q.Q, unicode.IsControl) || !utf8.ValidString(q.Q) || len(v.query["q"]) > 1 {
		return badValue("q", strings.ToValidUTF8(string(text[:min(len(text), maxSearch)]), "�"))
	}
	return nil
}

func (v *visit) readPlace(directory app.Directory) func(*app.DealershipQuery) error {
	return func(q *app.DealershipQuery) error {
		var err error
		if q.Regions, err = v.regions(directory); err != nil {
			return err
		}
		q.Groups, err = v.groups(directory)
		return err
	}
}

// groups reads the parameter group, by code or either name. A group of which the reader sees no dealership is as unknown as
// one that does not exist.
func (v *visit) groups(directory app.Directory) ([]tracker.GroupID, error) {
	if len(v.query["group"]) == 0 {
		return nil, nil
	}
	seen, err := v.server.app.GroupsSeen(v.Request.Context(), v.actor)
	if err != nil {
		return nil, err
	}
	var out []tracker.GroupID
	for _, text := range v.query["group"] {
		group, found := directory.Group(text)
		if !found || !seen(group.ID) {
			return nil, badValue("group", text)
		}
		out = append(out, group.ID)
	}
	return out, nil
}

// regions reads the parameter region, by code or either name.
func (v *visit) regions(directory app.Directory) ([]tracker.RegionID, error) {
	var out []tracker.RegionID
	for _, text := range v.query["region"] {
		region, found := directory.Region(text)
		if !found {
			return nil, badValue("region", text)
		}
		out = append(out, region.ID)
	}
	return out, nil
}

func (v *visit) readStanding(q *app.DealershipQuery) error {
	if code := v.query.Get("programme"); code != "" {
		rules, err := v.server.app.Rulebook(v.Request.Context())
		if err != nil {
			return err
		}
		q.Programme = tracker.ProgrammeCode(code)
		if !slices.Contains(rules.Programmes(), q.Programme) || len(v.query["programme"]) > 1 {
			return badValue("programme", strings.Join(v.query["programme"], ", "))
		}
	}
	var err error
	if q.States, err = v.states(); err != nil {
		return err
	}
	q.NotOperating = slices.Contains(q.States, tracker.NotOperating)
	if q.Health, err = v.lights("health"); err != nil {
		return err
	}
	if q.Fails, err = v.fails(q.Programme); err != nil {
		return err
	}
	return v.readEnds(q)
}

// fails reads the parameter fails: a requirement of any version of the programme.
func (v *visit) fails(programme tracker.ProgrammeCode) (string, error) {
	code := v.query.Get("fails")
	if code == "" {
		return "", nil
	}
	rules, err := v.server.app.Rulebook(v.Request.Context())
	if err != nil {
		return "", err
	}
	known := slices.ContainsFunc(rules.Versions(programme), func(s tracker.Standard) bool {
		_, found := s.Requirement(code)
		return found
	})
	if !known || len(v.query["fails"]) > 1 {
		return "", badValue("fails", strings.Join(v.query["fails"], ", "))
	}
	return code, nil
}

// states reads the parameter state; one word stands for every state that gives the right.
func (v *visit) states() ([]tracker.State, error) {
	if len(v.query["state"]) == 0 {
		return nil, nil
	}
	rules, err := v.server.app.Rulebook(v.Request.Context())
	if err != nil {
		return nil, err
	}
	known := append(rules.States(), tracker.NotOperating, tracker.Applies)
	known = slices.Concat(known, tracker.CertificationStates, tracker.ProjectStates) // known before any pack is published
	var out []tracker.State
	for _, text := range v.query["state"] {
		state := tracker.State(text)
		switch {
		case text == stateRight:
			out = append(out, tracker.Certified, tracker.Conditional, tracker.Completed)
			out = append(out, rules.Granting()...)
		case slices.Contains(known, state):
			out = append(out, state)
		default:
			return nil, badValue("state", text)
		}
	}
	return out, nil
}

// lights reads a parameter that names lights.
func (v *visit) lights(name string) ([]tracker.Light, error) {
	var out []tracker.Light
	for _, text := range v.query[name] {
		light := tracker.Light(text)
		if !slices.Contains([]tracker.Light{tracker.Healthy, tracker.AtRisk, tracker.InBreach}, light) {
			return nil, badValue(name, text)
		}
		out = append(out, light)
	}
	return out, nil
}

// readEnds reads what asks for ends, losses and staffing.
func (v *visit) readEnds(q *app.DealershipQuery) (err error) {
	if q.ExpiresBefore, err = v.day("expires_before"); err != nil {
		return err
	}
	if q.EndsBefore, err = v.day("ends_before"); err != nil {
		return err
	}
	q.NotOperating = q.NotOperating || q.EndsBefore != 0 // who opens later can lose something too
	for _, text := range v.query["loss"] {
		loss, known := lossWords[text]
		if !known || q.EndsBefore == 0 { // what is lost needs to be lost by some day
			return badValue("loss", text)
		}
		q.Loss |= loss
	}
	for _, text := range v.query["staffing"] {
		if !slices.Contains(staffingWords, text) {
			return badValue("staffing", text)
		}
		q.BelowMinimum = q.BelowMinimum || text == staffingWords[0]
		q.SingleHolder = q.SingleHolder || text == staffingWords[1]
	}
	return nil
}

func (v *visit) readPage(q *app.DealershipQuery) (err error) {
	q.Sort = v.query.Get("sort")
	if q.Sort != "" && !slices.Contains(app.Sorts(), strings.TrimPrefix(q.Sort, "-")) || len(v.query["sort"]) > 1 {
		return badValue("sort", strings.Join(v.query["sort"], ", "))
	}
	q.Page, q.PerPage, err = v.paging()
	return err
}

// paging reads which page of a list is asked for, and how long it is; zeros when neither is said.
func (v *visit) paging() (page, perPage int, err error) {
	if page, err = v.number("page", 1, 1_000_000); err != nil {
		return 0, 0, err
	}
	perPage, err = v.number("per_page", 1, 200)
	return page, perPage, err
}

// number reads a parameter that is a whole number; zero when it is not given.
func (v *visit) number(name string, lowest, highest int) (int, error) {
	text := v.query.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < lowest || n > highest || len(v.query[name]) > 1 {
		return 0, badValue(name, strings.Join(v.query[name], ", "))
	}
	return n, nil
}

// moment reads a parameter that is a moment; zero when it is not given.
func (v *visit) moment(name string) (tracker.Moment, error) {
	if asked := v.query[name]; len(asked) > 1 {
		return 0, badValue(name, strings.Join(asked, ", "))
	}
	return v.momentOf(name, v.query.Get(name))
}

// momentOf reads a moment; a day alone means its end, a time without a zone is the network's, nothing is zero.
func (v *visit) momentOf(name, text string) (tracker.Moment, error) {
	if text == "" {
		return 0, nil
	}
	// A plus sign that was not escaped arrives as a space.
	if at, err := time.Parse(time.RFC3339, strings.ReplaceAll(text, " ", "+")); err == nil {
		return tracker.MomentOf(at), nil
	}
	if at, err := time.ParseInLocation(localMoment, text, v.server.app.Zone()); err == nil { // as browsers send it
		return tracker.MomentOf(at), nil
	}
	day, err := tracker.ParseDate(text)
	if err != nil {
		return 0, badValue(name, text)
	}
	return v.server.app.EndOf(day), nil
}

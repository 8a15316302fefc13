package server

import (
	"net/url"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

type dealershipsPage struct {
	BasePage
	app.DealershipPage
	Query      app.DealershipQuery
	Rows       []dealershipLine
	Chips      []chip
	Directory  app.Directory
	Facets     app.Facets
	States     []tracker.State
	First      int
	Last       int
	Lights     bool // the programme has lights
	Certified  bool // the programme is a certification
	Programmes []tracker.ProgrammeCode
	Exports    map[string]string // addresses of the same list as a table, by format
}

// dealershipLine is a row of the list, its standing the one in the programme that is looked at.
type dealershipLine struct {
	app.DealershipRow
	Region   tracker.Region
	Standing tracker.Standing
	Upgrade  tracker.Standing
	NextWord string
}

// chip is a filter that is on; its address is the list without it.
type chip struct{ Text, Without string }

// findDealerships reads a list's parameters and gives the page that they ask for, for the page and the API alike.
func (v *visit) findDealerships() (directory app.Directory, query app.DealershipQuery, page app.DealershipPage, err error) {
	ctx := v.Request.Context()
	if directory, err = v.server.app.Directory(ctx); err != nil {
		return
	}
	if query, err = v.dealershipQuery(directory); err != nil {
		return
	}
	page, err = v.server.app.Dealerships(ctx, v.actor, query)
	return
}

func listDealerships(v *visit) error {
	directory, query, found, err := v.findDealerships()
	if err != nil {
		return err
	}
	ctx := v.Request.Context()
	page := dealershipsPage{
		BasePage: v.base(v.say("dealerships.title"), "dealerships"), DealershipPage: found, Query: query, Directory: directory,
		First: (found.Page-1)*found.PerPage + 1, Last: (found.Page-1)*found.PerPage + len(found.Rows),
	}
	if page.Facets, err = v.server.app.Facets(ctx, v.actor, v.on); err != nil {
		return err
	}
	rules, err := v.server.app.Rulebook(ctx)
	if err != nil {
		return err
	}
	page.Programmes = rules.WithStandings()
	if standard, err := rules.InForce(query.Programme, v.on); err == nil {
		page.States = standard.Cycle().Codes()
	}
	page.Lights = true
	for _, s := range rules.Versions(query.Programme) {
		page.Certified, page.Lights = s.Kind == tracker.KindCertification, s.Kind != tracker.KindProject
	}
	for _, row := range found.Rows {
		line := dealershipLine{
			DealershipRow: row, Region: directory.Regions[row.Place.Region], Standing: row.Standings[query.Programme].Standing,
			Upgrade: row.Standings[tracker.ProgrammeDigitalUpgrade].Standing,
		}
		if row.NextLoss != nil {
			line.NextWord = lossWord(row.NextLoss.After.Loss)
		}
		page.Rows = append(page.Rows, line)
	}
	page.Chips = v.chips(page.BasePage, directory)
	page.Exports = map[string]string{}
	for _, format := range []string{"csv", "xlsx"} {
		page.Exports[format] = strings.Replace(page.Here("page", "", "per_page", "", "sort", "", "format", format), "/dealerships", "/exports/dealerships", 1)
	}
	return v.show("dealerships", page)
}

// chips lists the filters of a list of dealerships that are on.
func (v *visit) chips(base BasePage, directory app.Directory) []chip {
	return v.chipsOf(base, directory, "q", "dealership", "region", "group", "province", "city", "programme", "state", "health", "expires_before", "ends_before", "loss", "staffing", "fails")
}

// chipsOf lists those of the named filters that are on.
func (v *visit) chipsOf(base BasePage, directory app.Directory, names ...string) []chip {
	var out []chip
	for _, name := range names {
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
			out = append(out, chip{v.chipText(name, value, directory), address(base.path, rest)})
		}
	}
	return out
}

// chipText says what a filter asks for.
func (v *visit) chipText(name, value string, directory app.Directory) string {
	switch name {
	case "q":
		return v.say("chip.q", "value", value)
	case "region":
		region, _ := directory.Region(value)
		return inLanguage(v.lang, region.NameEn, region.NameZh)
	case "group":
		group, _ := directory.Group(value)
		return inLanguage(v.lang, group.NameEn, group.NameZh)
	case "programme":
		return v.say("programme." + value)
	case "state":
		if value == stateMay || value == stateMayNot {
			return v.say("right_state." + value)
		}
		return v.say("state." + value)
	case "only":
		return v.say("model.only")
	case "health":
		return v.say("light." + value)
	case "loss":
		return v.say("chip.loss_" + value)
	case "show":
		return v.say("chip.show_" + value)
	case "fails":
		return v.say("chip.fails", "value", value)
	case "staffing":
		return v.say("chip.staffing_" + value)
	case "type":
		return v.say("changes.head_" + value)
	case "who":
		return v.say("chip.who", "party", v.say("party."+value))
	case "expires_before", "ends_before", "from", "until":
		day, _ := tracker.ParseDate(value)
		return v.say("chip."+name, "value", longDate(v.lang, day))
	default:
		return value
	}
}

package server

import (
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// earlier lists the addresses that also answer what was known at an earlier moment: what they show follows from facts,
// which carry the moments of their recording. Any other refuses known_at.
var earlier = []string{
	"/", "/dealerships", "/dealerships/:code", "/dealerships/:code/timeline", "/dealerships/:code/history", "/dealerships/:code/rights",
	"/people", "/people/:staff_no", "/people/:staff_no/history", "/matrix", "/forecast", "/forecast/export", "/changes",
	"/models", "/models/:code", "/models/:code/export", "/programmes", "/programmes/:code", "/exports/:kind", "/training/coverage",

	"/api/v1/summary", "/api/v1/dealerships", "/api/v1/dealerships/:code", "/api/v1/dealerships/:code/timeline",
	"/api/v1/dealerships/:code/modules/:module", "/api/v1/people", "/api/v1/people/:staff_no", "/api/v1/qualifications",
	"/api/v1/rights", "/api/v1/forecast", "/api/v1/changes", "/api/v1/programmes", "/api/v1/programmes/:code", "/api/v1/decisions", "/api/v1/decisions/:id",
}

// answersEarlier tells whether the route answers what was known at an earlier moment.
func (r route) answersEarlier() bool {
	return (r.method == http.MethodGet || r.method == http.MethodHead) && slices.Contains(earlier, r.path)
}

// leadsEarlier tells whether a page answers what was known at an earlier moment, by its address.
func leadsEarlier(path string) bool {
	return slices.ContainsFunc(earlier, func(pattern string) bool { return leadsTo(pattern, path) })
}

// leadsTo tells whether an address is one of a route's. Where the route names an object, "new" is that of a form.
func leadsTo(pattern, path string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i, part := range want {
		if part != have[i] && (!strings.HasPrefix(part, ":") || have[i] == "new") {
			return false
		}
	}
	return true
}

// readKnown reads the moment as known at which the page is asked for. The fault is Invalid where the page cannot tell.
func (v *visit) readKnown() error {
	if !v.query.Has("known_at") || v.route.anyQuery {
		return nil
	}
	if !v.route.answersEarlier() {
		return tracker.Fault(tracker.Invalid, "known_at_off").In("known_at", "known_at_off")
	}
	known, err := v.moment("known_at")
	if err != nil {
		return err
	}
	v.known = known
	v.Request = v.Request.WithContext(app.AsKnown(v.Request.Context(), known))
	return nil
}

// knownAt says as of which moment a page is told: a day's last moment by its day, any other by day and time.
func (v *visit) knownAt(at tracker.Moment) string {
	zone := v.server.app.Zone()
	day := tracker.DateOf(at.Time().In(zone))
	if at == v.server.app.EndOf(day) {
		return v.say("day.known_end", "day", longDate(v.lang, day))
	}
	return v.say("day.known_moment", "day", longDate(v.lang, day), "time", at.Time().In(zone).Format("15:04"))
}

// Earlier tells whether the page shows what was known at an earlier moment.
func (b BasePage) Earlier() bool { return b.KnownAt != "" }

// CanBeEarlier tells whether the page answers what was known at an earlier moment.
func (b BasePage) CanBeEarlier() bool { return leadsEarlier(b.path) }

// KnownQuery gives the moment as the address names it, empty for now.
func (b BasePage) KnownQuery() string { return b.query.Get("known_at") }

// KnownInput gives the moment as a form takes it, in the network's time; for now the end of the day shown, where it is past.
func (b BasePage) KnownInput() string { return b.knownInput }

// AsKnownNow gives the address of this page as known now.
func (b BasePage) AsKnownNow() string { return b.Here("known_at", "") }

// AsKnownOn gives the address of this page as known at the end of a day.
func (b BasePage) AsKnownOn(d tracker.Date) string { return b.Here("known_at", d) }

// ToPresent gives the address of this page for today, as known now.
func (b BasePage) ToPresent() string { return b.Here("known_at", "", "on", "") }

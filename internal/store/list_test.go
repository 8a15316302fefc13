package store_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

// listed is a network with one of everything that a list can be filtered by.
type listed struct {
	s            *store.Store
	east, west   tracker.RegionID
	group        tracker.GroupID
	byCode       map[string]tracker.DealershipID
	today, later tracker.Date
}

// newListed makes twelve dealerships: in two regions and a group, certified on different days or not at all, one
// suspended, one closed, one not yet open, one that moved, with none to three technicians.
func newListed(t *testing.T) listed {
	t.Helper()
	l := listed{s: storetest.Open(t), byCode: map[string]tracker.DealershipID{}, today: storetest.Today, later: date("2027-02-01")}
	l.east, l.west = storetest.Region(t, l.s, "east"), storetest.Region(t, l.s, "west")
	storetest.Write(t, l.s, func(tx *store.Tx) (err error) {
		l.group, err = tx.CreateGroup(tracker.Group{Code: "G1"})
		return err
	})
	for i := range 12 {
		code := fmt.Sprintf("A%02d", i)
		region := l.east
		if i%3 == 0 {
			region = l.west
		}
		id := storetest.Dealership(t, l.s, code, region)
		l.byCode[code] = id
		for p := range i % 4 {
			person, employment := storetest.Technician(t, l.s, fmt.Sprintf("S%02d%d", i, p), id, "2020-01-01")
			if i == 7 && p == 1 {
				correct(t, l.s, employment, tracker.Employment{
					Person: person, Dealership: id, Job: tracker.JobTechnician, From: date("2020-01-01"), Until: date("2026-08-01"),
				})
			}
		}
		if i > 2 {
			storetest.Certify(t, l.s, id, fmt.Sprintf("2025-%02d-15", i))
		}
	}
	l.decorate(t)
	return l
}

// decorate makes single dealerships differ from the rest.
func (l listed) decorate(t *testing.T) {
	t.Helper()
	record := func(fact tracker.Fact) { storetest.Record(t, l.s, fact) }
	record(tracker.Decision{Dealership: l.byCode["A05"], Programme: tracker.ProgrammeBMWi, Decided: tracker.Suspend, EffectiveOn: date("2026-01-01")})
	record(tracker.Assignment{Dealership: l.byCode["A06"], Region: l.east, Group: l.group, From: date("2026-07-01")})
	record(tracker.Assignment{Dealership: l.byCode["A03"], Region: l.east, From: l.today})
	record(tracker.Assignment{Dealership: l.byCode["A08"], Region: l.east, Group: l.group, From: date("2020-01-01")})
	record(tracker.Franchise{Dealership: l.byCode["A08"], Brand: "MINI", From: date("2021-01-01")})
	record(tracker.Franchise{Dealership: l.byCode["A08"], Brand: "BMW", From: date("2020-01-01")})
	record(tracker.Module{Dealership: l.byCode["A08"], Module: "DGU-01", LiveOn: date("2025-01-01"), VerifiedOn: date("2025-02-01")})
	record(tracker.Module{Dealership: l.byCode["A08"], Module: "DGU-02", LiveOn: date("2026-06-15")})
	storetest.Write(t, l.s, func(tx *store.Tx) error {
		for code, until := range map[string]tracker.Period{
			"A09": {Until: date("2026-03-01")}, "A10": {From: date("2026-10-01")},
		} {
			history, err := tx.History(l.byCode[code], 0)
			if err != nil {
				return err
			}
			period := history.Operating[0]
			period.From, period.Until = until.From, until.Until
			if err := tx.Correct(period.Chain, period, "x"); err != nil {
				return err
			}
		}
		a4, err := tx.DealershipByID(l.byCode["A04"])
		if err != nil {
			return err
		}
		a4.NameZh, a4.NameEn, a4.City, a4.Province = "成都100%_宝源汽车", "Chengdu Bao Yuan", "成都市", "四川省"
		return tx.UpdateDealership(a4, "moved")
	})
}

// rows reads the whole list without any filter but the scope of all.
func (l listed) rows(t *testing.T, q store.DealershipQuery) []store.DealershipRow {
	t.Helper()
	var out []store.DealershipRow
	storetest.Read(t, l.s, func(tx *store.Tx) (err error) {
		out, err = tx.Dealerships(q)
		if err != nil {
			return err
		}
		count, err := tx.CountDealerships(q)
		if q.PerPage == 0 && count != len(out) {
			t.Errorf("%d rows, but the count is %d: %+v", len(out), count, q)
		}
		return err
	})
	return out
}

func codesOf(rows []store.DealershipRow) []string {
	out := []string{}
	for _, row := range rows {
		out = append(out, row.Code)
	}
	return out
}

// TestFiltersAgreeWithASlowLook compares each filter with a look at every row.
func TestFiltersAgreeWithASlowLook(t *testing.T) {
	l := newListed(t)
	bmwi := func(r store.DealershipRow) store.StandingRow { return r.Standings[tracker.ProgrammeBMWi] }
	law := func(r store.DealershipRow) store.StandingRow { return r.Standings[tracker.ProgrammeLaw] }
	for _, test := range []struct {
		name string
		with func(*store.DealershipQuery)
		keep func(store.DealershipRow, tracker.Date) bool
	}{
		{"nothing", func(*store.DealershipQuery) {}, func(store.DealershipRow, tracker.Date) bool { return true }},
		{"code", func(q *store.DealershipQuery) { q.Q = "a0" }, func(r store.DealershipRow, _ tracker.Date) bool { return r.Code < "A10" }},
		{"two Chinese characters", func(q *store.DealershipQuery) { q.Q = "宝源" }, func(r store.DealershipRow, _ tracker.Date) bool { return r.Code == "A04" }},
		{"city", func(q *store.DealershipQuery) { q.Q = "成都市" }, func(r store.DealershipRow, _ tracker.Date) bool { return r.Code == "A04" }},
		{"English, other case", func(q *store.DealershipQuery) { q.Q = "chengDU yuan" }, func(r store.DealershipRow, _ tracker.Date) bool { return r.Code == "A04" }},
		{"per cent", func(q *store.DealershipQuery) { q.Q = "%" }, func(r store.DealershipRow, _ tracker.Date) bool { return r.Code == "A04" }},
		{"underscore", func(q *store.DealershipQuery) { q.Q = "_" }, func(r store.DealershipRow, _ tracker.Date) bool { return r.Code == "A04" }},
		{"backslash", func(q *store.DealershipQuery) { q.Q = `\` }, func(store.DealershipRow, tracker.Date) bool { return false }},
		{"codes", func(q *store.DealershipQuery) { q.Codes = []string{"A01", "A03", "none"} }, func(r store.DealershipRow, _ tracker.Date) bool {
			return r.Code == "A01" || r.Code == "A03"
		}},
		{"province", func(q *store.DealershipQuery) { q.Provinces = []string{"四川省"} }, func(r store.DealershipRow, _ tracker.Date) bool { return r.Province == "四川省" }},
		{"cities", func(q *store.DealershipQuery) { q.Cities = []string{"苏州市"} }, func(r store.DealershipRow, _ tracker.Date) bool { return r.City == "苏州市" }},
		{"region", func(q *store.DealershipQuery) { q.Regions = []tracker.RegionID{l.west} }, func(r store.DealershipRow, _ tracker.Date) bool { return r.Place.Region == l.west }},
		{"group", func(q *store.DealershipQuery) { q.Groups = []tracker.GroupID{l.group} }, func(r store.DealershipRow, _ tracker.Date) bool { return r.Place.Group == l.group }},
		{"certified", func(q *store.DealershipQuery) { q.States = []tracker.State{tracker.Certified, tracker.Conditional} }, func(r store.DealershipRow, _ tracker.Date) bool { return bmwi(r).May }},
		{"suspended", func(q *store.DealershipQuery) { q.States = []tracker.State{tracker.Suspended} }, func(r store.DealershipRow, _ tracker.Date) bool { return bmwi(r).State == tracker.Suspended }},
		{"health", func(q *store.DealershipQuery) { q.Health = []tracker.Light{tracker.InBreach} }, func(r store.DealershipRow, _ tracker.Date) bool { return bmwi(r).Health() == tracker.InBreach }},
		{"healthy", func(q *store.DealershipQuery) { q.Health = []tracker.Light{tracker.Healthy} }, func(r store.DealershipRow, _ tracker.Date) bool { return bmwi(r).Health() == tracker.Healthy }},
		{"law light", func(q *store.DealershipQuery) {
			q.Programme, q.Law = tracker.ProgrammeLaw, []tracker.Light{tracker.InBreach}
		}, func(r store.DealershipRow, _ tracker.Date) bool { return law(r).Law == tracker.InBreach }},
		{"brand light", func(q *store.DealershipQuery) { q.Brand = []tracker.Light{tracker.AtRisk, tracker.InBreach} }, func(r store.DealershipRow, _ tracker.Date) bool { return bmwi(r).Brand != tracker.Healthy }},
		{"expires", func(q *store.DealershipQuery) { q.ExpiresBefore = date("2027-06-01") }, func(r store.DealershipRow, _ tracker.Date) bool {
			return bmwi(r).ValidUntil != 0 && bmwi(r).ValidUntil < date("2027-06-01")
		}},
		{"ends", func(q *store.DealershipQuery) { q.EndsBefore = date("2027-05-01") }, func(r store.DealershipRow, on tracker.Date) bool {
			return l.loses(t, r.ID, on, date("2027-05-01"), 7)
		}},
		{"loses the right", func(q *store.DealershipQuery) { q.EndsBefore, q.Loss = date("2027-05-01"), tracker.LossOfRight }, func(r store.DealershipRow, on tracker.Date) bool {
			return l.loses(t, r.ID, on, date("2027-05-01"), tracker.LossOfRight)
		}},
		{"below minimum", func(q *store.DealershipQuery) { q.BelowMinimum = true }, func(r store.DealershipRow, _ tracker.Date) bool { return r.BelowMinimum }},
		{"single holder", func(q *store.DealershipQuery) { q.SingleHolder = true }, func(r store.DealershipRow, _ tracker.Date) bool { return r.NEVQualified == 1 }},
	} {
		for _, on := range []tracker.Date{date("2024-05-01"), date("2026-02-28"), l.today, date("2026-08-01"), l.later, date("2040-01-01")} {
			for _, page := range []int{0, 100} { // found by their standings, and read along the dealerships
				for _, all := range []bool{false, true} {
					q := store.DealershipQuery{Scope: tracker.Scope{All: true}, Today: l.today, On: on, PerPage: page, NotOperating: all}
					every := l.rows(t, q)
					test.with(&q)
					want := slices.DeleteFunc(slices.Clone(every), func(r store.DealershipRow) bool { return !test.keep(r, on) })
					if d := diff.Diff(codesOf(want), codesOf(l.rows(t, q))); d != "" {
						t.Errorf("%s on %s, page of %d, closed ones too %v: -slow +list\n%s", test.name, on, page, all, d)
					}
				}
			}
		}
	}
}

// loses tells from the stored standings whether a dealership loses something in (on, until].
func (l listed) loses(t *testing.T, id tracker.DealershipID, on, until tracker.Date, what tracker.Loss) bool {
	return slices.ContainsFunc(standingsOf(t, l.s, id), func(s tracker.Standing) bool {
		return s.Programme != tracker.ProgrammeDigitalUpgrade && s.Loss&what != 0 && s.From > on && s.From <= until
	})
}

func TestRowsShowTheDay(t *testing.T) {
	l := newListed(t)
	row := func(code string, on tracker.Date) store.DealershipRow {
		rows := l.rows(t, store.DealershipQuery{Scope: tracker.Scope{All: true}, Today: l.today, On: on, Codes: []string{code}, NotOperating: true})
		if len(rows) != 1 {
			t.Fatalf("%s on %s: %d rows", code, on, len(rows))
		}
		return rows[0]
	}
	if got := row("A08", l.today); got.ModulesLive != 2 || got.ModulesVerified != 1 || !slices.Equal(got.Brands, []tracker.Brand{"BMW", "MINI"}) || got.Place.Group != l.group {
		t.Errorf("A08 today: %+v", got)
	}
	if got := row("A08", date("2020-06-01")); got.ModulesLive != 0 || !slices.Equal(got.Brands, []tracker.Brand{"BMW"}) {
		t.Errorf("A08 in 2020: %+v", got)
	}
	if got := row("A06", date("2026-06-30")); got.Place.Region != l.west {
		t.Errorf("A06 before it moves: %+v", got.Place)
	}
	if got := row("A06", date("2026-07-01")); got.Place.Region != l.east || got.Place.Group != l.group {
		t.Errorf("A06 after it moved: %+v", got.Place)
	}
	if got := row("A09", l.today); got.ClosedLast != date("2026-02-28") || got.Standings[tracker.ProgrammeBMWi].State != tracker.NotOperating {
		t.Errorf("A09, closed: %+v", got)
	}
	if got := row("A10", l.today); got.OpenedOn != date("2026-10-01") {
		t.Errorf("A10, not yet open: %+v", got)
	}
	for _, period := range []tracker.Period{{From: date("2018-01-01"), Until: date("2020-01-01")}, {From: date("2022-01-01"), Until: date("2024-01-01")}} {
		storetest.Record(t, l.s, tracker.OperatingPeriod{Dealership: l.byCode["A10"], From: period.From, Until: period.Until})
	}
	for on, want := range map[string]tracker.Period{
		"2017-06-01": {From: date("2018-01-01"), Until: date("2019-12-31")}, "2019-06-01": {From: date("2018-01-01"), Until: date("2019-12-31")},
		"2021-06-01": {From: date("2018-01-01"), Until: date("2019-12-31")}, "2026-06-01": {From: date("2022-01-01"), Until: date("2023-12-31")},
		"2027-06-01": {From: date("2026-10-01")},
	} {
		if got := row("A10", date(on)); got.OpenedOn != want.From || got.ClosedLast != want.Until {
			t.Errorf("A10 on %s: opened %s, closed %s, want %v", on, got.OpenedOn, got.ClosedLast, want)
		}
	}
	got := row("A07", l.today)
	if got.Technicians != 3 || got.NEVQualified != 3 || got.NextLoss == nil || got.NextLoss.After.From != date("2027-07-15") ||
		got.NextLoss.After.State != tracker.Expired || got.NextLoss.Before.Until != date("2027-07-15") {
		t.Errorf("A07: %+v, next loss %+v", got, got.NextLoss)
	}
	if next := got.Standings[tracker.ProgrammeBMWi].Next; next == nil || next.From != got.Standings[tracker.ProgrammeBMWi].Until {
		t.Errorf("A07: next standing %+v", next)
	}
}

func TestSortingAndPaging(t *testing.T) {
	l := newListed(t)
	base := store.DealershipQuery{Scope: tracker.Scope{All: true}, Today: l.today, On: l.today}
	keys := map[string]func(store.DealershipRow) string{
		"code": func(r store.DealershipRow) string { return r.Code }, "name": func(r store.DealershipRow) string { return r.NameZh },
		"city": func(r store.DealershipRow) string { return r.City }, "province": func(r store.DealershipRow) string { return r.Province },
		"region":      func(r store.DealershipRow) string { return fmt.Sprint(r.Place.Region) },
		"technicians": func(r store.DealershipRow) string { return fmt.Sprint(r.NEVQualified) },
	}
	for key, of := range keys {
		for _, sign := range []string{"", "-"} {
			q := base
			q.Sort = sign + key
			all := l.rows(t, q)
			want := slices.Clone(all)
			slices.SortFunc(want, func(a, b store.DealershipRow) int {
				order := cmp.Or(strings.Compare(of(a), of(b)), strings.Compare(a.Code, b.Code))
				if sign == "-" {
					order = -order
				}
				return order
			})
			if d := diff.Diff(codesOf(want), codesOf(all)); d != "" {
				t.Errorf("sort %s: -want +got\n%s", q.Sort, d)
			}
			var paged []store.DealershipRow
			for q.Page, q.PerPage = 1, 3; ; q.Page++ {
				rows := l.rows(t, q)
				if len(rows) == 0 {
					break
				}
				paged = append(paged, rows...)
			}
			if d := diff.Diff(codesOf(all), codesOf(paged)); d != "" {
				t.Errorf("sort %s in pages:\n%s", q.Sort, d)
			}
		}
	}
	for _, sort := range []string{"expires_on", "-expires_on"} {
		q := base
		q.Sort = sort
		rows := l.rows(t, q)
		for i, row := range rows {
			if none := row.Standings[tracker.ProgrammeBMWi].ValidUntil == 0; none != (i >= len(rows)-3) {
				t.Errorf("%s: the three without an end do not come last: %v", sort, codesOf(rows))
			}
		}
	}
	var each []store.DealershipRow
	storetest.Read(t, l.s, func(tx *store.Tx) error {
		q := base
		q.Page, q.PerPage = 2, 3
		return tx.EachDealership(q, func(r store.DealershipRow) error {
			each = append(each, r)
			return nil
		})
	})
	if d := diff.Diff(codesOf(l.rows(t, base)), codesOf(each)); d != "" {
		t.Errorf("one by one:\n%s", d)
	}
}

func TestScopes(t *testing.T) {
	l := newListed(t)
	only := func(codes ...string) []string { return codes }
	west := only("A00", "A06", "A09") // A03 moves to the east today, A06 later
	for _, test := range []struct {
		name  string
		scope tracker.Scope
		want  []string
	}{
		{"nothing", tracker.Scope{}, []string{}},
		{"a region", tracker.Scope{Regions: []tracker.RegionID{l.west}}, west},
		{"a group", tracker.Scope{Groups: []tracker.GroupID{l.group}}, only("A08")},
		{"dealerships", tracker.Scope{Dealerships: []tracker.DealershipID{l.byCode["A01"], l.byCode["A09"]}}, only("A01", "A09")},
		{"a group and a dealership", tracker.Scope{Groups: []tracker.GroupID{l.group}, Dealerships: []tracker.DealershipID{l.byCode["A01"]}}, only("A01", "A08")},
		{"a region that there is not", tracker.Scope{Regions: []tracker.RegionID{99}}, []string{}},
	} {
		for _, on := range []tracker.Date{date("2021-01-01"), l.today, l.later} {
			for _, page := range []int{0, 50} {
				rows := l.rows(t, store.DealershipQuery{Scope: test.scope, Today: l.today, On: on, NotOperating: true, PerPage: page})
				if d := diff.Diff(test.want, codesOf(rows)); d != "" {
					t.Errorf("%s on %s, page of %d: -want +got\n%s", test.name, on, page, d)
				}
			}
		}
		storetest.Read(t, l.s, func(tx *store.Tx) error { return l.seen(t, tx, test.name, test.scope, test.want) })
	}
}

// seen checks every other question that takes a scope.
func (l listed) seen(t *testing.T, tx *store.Tx, name string, scope tracker.Scope, want []string) error {
	t.Helper()
	ids, err := tx.DealershipIDs(scope, l.today)
	if err != nil || len(ids) != len(want) {
		t.Errorf("%s: ids %v, %v", name, ids, err)
	}
	for code := range l.byCode {
		_, err := tx.Dealership(scope, code)
		if seen := slices.Contains(want, code); seen != (err == nil) || !seen && tracker.KindOf(err) != tracker.NotFound {
			t.Errorf("%s: %s gives %v", name, code, err)
		}
	}
	_, outside := tx.Dealership(tracker.Scope{}, "A01")
	_, missing := tx.Dealership(tracker.Scope{All: true}, "X")
	if outside == nil || strings.ReplaceAll(outside.Error(), "A01", "X") != missing.Error() {
		t.Errorf("outside the scope %v, missing %v", outside, missing)
	}
	losses, err := tx.Losses(store.LossQuery{Scope: scope, Today: l.today, From: date("2020-01-01"), Until: date("2040-01-01")})
	if err != nil {
		return err
	}
	for _, loss := range losses {
		if !slices.Contains(want, loss.Dealership.Code) {
			t.Errorf("%s: sees a loss of %s", name, loss.Dealership.Code)
		}
	}
	changes, err := tx.Changes(store.ChangeQuery{Scope: scope, Today: l.today})
	if err != nil {
		return err
	}
	for _, change := range changes {
		at, err := tx.DealershipByID(change.Dealership)
		if err != nil || !slices.Contains(want, at.Code) {
			t.Errorf("%s: sees change %+v", name, change)
		}
	}
	points, err := tx.ScopedStaffingPoints(scope, l.today)
	if err != nil {
		return err
	}
	active := 0
	for _, p := range points {
		if p.Day <= date("2026-02-01") {
			active += p.Active
		}
	}
	if operating := len(slices.DeleteFunc(slices.Clone(want), func(code string) bool { return code == "A10" })); active != operating {
		t.Errorf("%s: %d active, want %d", name, active, operating)
	}
	facets, err := tx.Facets(store.DealershipQuery{Scope: scope, Today: l.today, On: l.today})
	if (len(facets.Cities) == 0) != (len(want) == 0) {
		t.Errorf("%s: facets %v", name, facets)
	}
	return err
}

func TestNothingTypedIsTakenForSQL(t *testing.T) {
	l := newListed(t)
	base := store.DealershipQuery{Scope: tracker.Scope{Dealerships: []tracker.DealershipID{l.byCode["A01"]}}, Today: l.today, On: l.today, PerPage: 50}
	for _, typed := range []string{
		"' OR 1=1 --", "'; DROP TABLE dealerships; --", "d.code; DELETE FROM changes", "code DESC, (SELECT 1)", "-code--", "%' OR '1'='1", "?",
	} {
		for _, with := range []func(*store.DealershipQuery){
			func(q *store.DealershipQuery) { q.Q = typed }, func(q *store.DealershipQuery) { q.Sort = typed },
			func(q *store.DealershipQuery) { q.Codes = []string{typed} }, func(q *store.DealershipQuery) { q.Cities = []string{typed} },
			func(q *store.DealershipQuery) { q.Programme = tracker.ProgrammeCode(typed) },
			func(q *store.DealershipQuery) { q.States = []tracker.State{tracker.State(typed)} },
		} {
			q := base
			with(&q)
			if rows := l.rows(t, q); len(rows) > 1 || len(rows) == 1 && rows[0].Code != "A01" {
				t.Errorf("%q: %v", typed, codesOf(rows))
			}
		}
		storetest.Read(t, l.s, func(tx *store.Tx) error {
			if _, err := tx.Dealership(tracker.Scope{All: true}, typed); tracker.KindOf(err) != tracker.NotFound {
				t.Errorf("%q: %v", typed, err)
			}
			return nil
		})
	}
	clean(t, l.s)
}

// TestListsNeverReadThroughAllStandings looks at SQLite's plans: the table of standings is reached by index alone.
func TestListsNeverReadThroughAllStandings(t *testing.T) {
	storetest.SQLiteOnly(t)
	l := newListed(t)
	scopes := []tracker.Scope{{All: true}, {Regions: []tracker.RegionID{l.east}}, {Groups: []tracker.GroupID{l.group}}, {Dealerships: []tracker.DealershipID{1}}}
	filters := map[string]func(*store.DealershipQuery){
		"none": func(*store.DealershipQuery) {}, "region": func(q *store.DealershipQuery) { q.Regions = []tracker.RegionID{l.east} },
		"search": func(q *store.DealershipQuery) { q.Q = "宝源" }, "state": func(q *store.DealershipQuery) { q.States = []tracker.State{tracker.Suspended} },
		"expires": func(q *store.DealershipQuery) { q.ExpiresBefore, q.Sort = l.later, "expires_on" },
		"ends":    func(q *store.DealershipQuery) { q.EndsBefore = l.later }, "single": func(q *store.DealershipQuery) { q.SingleHolder = true },
		"name": func(q *store.DealershipQuery) { q.Sort = "-name" }, "people": func(q *store.DealershipQuery) { q.Sort = "technicians" },
	}
	for name, with := range filters {
		for _, scope := range scopes {
			for _, on := range []tracker.Date{l.today, l.later} {
				q := store.DealershipQuery{Scope: scope, Today: l.today, On: on, PerPage: 50}
				with(&q)
				page, count, err := l.s.Plan(context.Background(), q)
				if err != nil {
					t.Fatal(err)
				}
				for _, plan := range []string{page, count} {
					if strings.Contains(plan, "SCAN s") || strings.Contains(plan, "SCAN l") || strings.Contains(plan, "SCAN f") {
						t.Errorf("%s, scope %+v:\n%s", name, scope, plan)
					}
				}
				if strings.Contains(page, "SCAN d") != !strings.Contains(page, "TEMP B-TREE") {
					t.Errorf("%s, scope %+v: neither along the dealerships nor sorted:\n%s", name, scope, page)
				}
			}
		}
	}
}

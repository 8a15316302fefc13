package app_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// record writes facts and other things as the operator.
func record(t *testing.T, n apptest.Network, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := n.Store.Write(t.Context(), store.Writing{By: tracker.Operator, Source: tracker.SourceForm}, fn); err != nil {
		t.Fatal(err)
	}
}

// peopleActors are actors of every role, with scopes that meet and that do not.
func peopleActors(t *testing.T, n apptest.Network) []tracker.Actor {
	t.Helper()
	for _, account := range []app.NewAccount{
		{Login: "dealer-two", Role: "dealer", Dealerships: []string{apptest.Healthy, apptest.Expiring}},
		{Login: "auditor-one", Role: "auditor", Dealerships: []string{apptest.Outsider}},
		{Login: "group-one", Role: "group", Groups: []string{"G1"}},
	} {
		account.Password = app.DemoPassword
		if err := n.AddAccount(t.Context(), tracker.Operator, account); err != nil {
			t.Fatal(err)
		}
	}
	var out []tracker.Actor
	for _, login := range []string{
		"network", "regional-east", "regional-south", "dealer-30002", "dealer-two", "auditor-one", "group-one", "nobody",
	} {
		out = append(out, n.Actor(t, login))
	}
	return out
}

// wander gives people random careers: posts that follow, gap, overlap and lie ahead, certificates and reviews all along. A
// dealership moves to the other region.
func wander(t *testing.T, n apptest.Network, seed uint64) {
	t.Helper()
	dice := rand.New(rand.NewPCG(seed, 1))
	day := func(from, until string) tracker.Date {
		first := tracker.MustDate(from)
		return first.Add(dice.IntN(int(tracker.MustDate(until) - first)))
	}
	record(t, n, func(tx *store.Tx) error {
		if _, err := tx.Record(tracker.Assignment{Dealership: 3, Region: 1, From: tracker.MustDate("2025-05-01")}, ""); err != nil {
			return err
		}
		for i := range 60 {
			person, err := tx.CreatePerson(tracker.Person{StaffNo: fmt.Sprintf("W%02d", i), Name: fmt.Sprintf("Wander %c%d", 'A'+dice.IntN(26), i)})
			if err != nil {
				return err
			}
			for range 1 + dice.IntN(3) {
				e := tracker.Employment{
					Person: person, Dealership: tracker.DealershipID(1 + dice.IntN(4)), Job: tracker.Jobs[dice.IntN(4)],
					From: day("2021-01-01", "2027-06-01"),
				}
				if dice.IntN(3) > 0 {
					e.Until = e.From.Add(30 + dice.IntN(1200))
				}
				if _, err := tx.Record(e, ""); err != nil {
					return err
				}
			}
			for range dice.IntN(3) {
				q := tracker.Qualification{Person: person, Type: "permit-lv", IssuedOn: day("2021-01-01", "2026-12-01")}
				if dice.IntN(2) == 0 {
					q.Type, q.Generation, q.ExpiresOn = "hvt-b", "gen5", q.IssuedOn.AddMonths(36)
				}
				chain, err := tx.Record(q, "")
				if err != nil {
					return err
				}
				if dice.IntN(2) == 0 {
					r := tracker.Review{Person: person, Qualification: chain, ReviewedOn: q.IssuedOn.Add(200 + dice.IntN(900)), NextDue: q.IssuedOn.Add(2000)}
					if _, err := tx.Record(r, ""); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// seenCoverage gives, by the rule itself, the coverage of everybody whom an actor sees.
func seenCoverage(t *testing.T, n apptest.Network, by tracker.Actor) map[string][]tracker.Coverage {
	t.Helper()
	rules, err := n.Rulebook(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]tracker.Coverage{}
	err = n.Store.Read(t.Context(), func(tx *store.Tx) error {
		var everybody []tracker.PersonID
		for id := range tracker.PersonID(200) {
			everybody = append(everybody, id+1)
		}
		people, err := tx.Persons(everybody)
		if err != nil {
			return err
		}
		histories, err := tx.PersonHistories(everybody)
		if err != nil {
			return err
		}
		seen, err := tx.SeenAmong(by.Scope, n.Today(), []tracker.DealershipID{1, 2, 3, 4})
		for _, h := range histories {
			if s, visible := by.See(h, func(id tracker.DealershipID) bool { return seen[id] }, n.Today()); visible {
				out[people[h.Person].StaffNo] = s.Coverage(rules)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// expected gives the people whom a list must show, written as text.
func expected(people map[string][]tracker.Coverage, q app.PersonQuery) []string {
	var out []string
	for staffNo, rows := range people {
		if post, found := postOf(rows, q); found && wanted(rows, post, q) {
			out = append(out, inWords(staffNo, post.Dealership, post.Job, post.Period))
		}
	}
	slices.Sort(out)
	return out
}

func inWords(staffNo string, at tracker.DealershipID, job tracker.Job, p tracker.Period) string {
	return fmt.Sprintf("%s at %d as %s %s..%s", staffNo, at, job, p.From, p.Last())
}

// postOf gives the post of the day, or the last one before it of who has left.
func postOf(rows []tracker.Coverage, q app.PersonQuery) (post tracker.Coverage, found bool) {
	for _, c := range rows {
		if c.Skill != tracker.SkillEmployed || c.From > q.On {
			continue
		}
		if c.Contains(q.On) {
			return c, !q.Former
		}
		if q.Former && (!found || c.From > post.From) {
			post, found = c, true
		}
	}
	return post, found
}

// wanted tells whether coverage satisfies a query's filters by skill and by end.
func wanted(rows []tracker.Coverage, post tracker.Coverage, q app.PersonQuery) bool {
	if len(q.Skills) == 0 && q.ExpiresBefore == 0 {
		return true
	}
	return slices.ContainsFunc(rows, func(c tracker.Coverage) bool {
		clock := c.Skill != tracker.SkillEmployed && c.Skill != tracker.SkillNEV && c.Until != 0 && !slices.ContainsFunc(rows, func(p tracker.Coverage) bool {
			return p.Skill == tracker.SkillEmployed && p.Until == c.Until
		})
		return c.Dealership == post.Dealership && c.Contains(q.On) && (len(q.Skills) == 0 || slices.Contains(q.Skills, c.Skill)) &&
			(len(q.Generations) == 0 || c.Generation == "" || slices.Contains(q.Generations, c.Generation)) &&
			(q.ExpiresBefore == 0 || clock && c.Last() < q.ExpiresBefore)
	})
}

// The list's SQL and the rule of tracker.Actor.See agree, for every role, on past and coming days, whatever is asked for;
// the count is that of the list.
func TestListsOfPeopleFollowTheRule(t *testing.T) {
	n := apptest.Small(t)
	actors := peopleActors(t, n)
	wander(t, n, 7)
	shown := 0
	for _, by := range actors {
		people := seenCoverage(t, n, by)
		for _, on := range []string{"2020-06-01", "2023-03-01", "2024-12-31", "2026-11-23", "2027-01-15", "2028-06-01"} {
			for _, q := range []app.PersonQuery{
				{}, {Former: true}, {Skills: []tracker.Skill{tracker.SkillPermit}}, {Skills: []tracker.Skill{"hvt-b"}, Generations: []tracker.Generation{"gen5"}},
				{ExpiresBefore: tracker.MustDate("2027-06-01")}, {Sort: "-name"}, {Sort: "expires_on"},
				{Former: true, Skills: []tracker.Skill{tracker.SkillPermit}}, {Former: true, ExpiresBefore: tracker.MustDate("2029-06-01")},
				{Skills: []tracker.Skill{tracker.SkillPermit}, ExpiresBefore: tracker.MustDate("2029-06-01")},
			} {
				q.On, q.PerPage = tracker.MustDate(on), 200
				page, err := n.People(t.Context(), by, q)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, row := range page.Rows {
					got = append(got, inWords(row.StaffNo, row.Dealership, row.Job, row.Period))
				}
				slices.Sort(got)
				if d := diff.Diff(expected(people, q), got); d != "" || page.Total != len(got) {
					t.Errorf("%s on %s asks for %+v: %d counted: %s", by.Login, on, q, page.Total, d)
				}
				shown += len(got)
			}
		}
	}
	if shown < 1000 {
		t.Errorf("only %d people were shown in all", shown)
	}
}

func TestPeopleAreFoundSortedAndPaged(t *testing.T) {
	n := apptest.Small(t)
	ctx, by, on := t.Context(), n.Actor(t, "network"), n.Today()
	numbers := func(q app.PersonQuery) string {
		q.On = cmp.Or(q.On, on)
		page, err := n.People(ctx, by, q)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, row := range page.Rows {
			out = append(out, row.StaffNo)
		}
		return strings.Join(out, " ")
	}
	tests := []struct {
		name string
		q    app.PersonQuery
		want string
	}{
		{"by staff number, a page", app.PersonQuery{Sort: "staff_no", PerPage: 3, Page: 2}, "C4 T10 T11"},
		{"by staff number, the other way", app.PersonQuery{Sort: "-staff_no", PerPage: 2}, "T31 T30"},
		{"a staff number in small letters", app.PersonQuery{Q: "t20"}, "T20"},
		{"part of a name", app.PersonQuery{Q: "技师1", Sort: "staff_no"}, "T10 T11 T12"},
		{"both words", app.PersonQuery{Q: "技师 t12"}, "T12"},
		{"a percent sign is one", app.PersonQuery{Q: "%"}, ""},
		{"a quotation mark is one", app.PersonQuery{Q: "' OR 1=1 --"}, ""},
		{"a job", app.PersonQuery{Jobs: []tracker.Job{tracker.JobIChampion}, Sort: "dealership"}, "C1 C2 C3 C4"},
		{"a dealership", app.PersonQuery{Dealerships: []string{apptest.TwoOnly}, Sort: "staff_no"}, "C2 T20 T21"},
		{"an unknown dealership", app.PersonQuery{Dealerships: []string{"99999"}}, ""},
		{"a region", app.PersonQuery{Regions: []tracker.RegionID{2}, Sort: "staff_no"}, "C3 C4 T30 T31"},
		{"a group", app.PersonQuery{Groups: []tracker.GroupID{1}, Jobs: []tracker.Job{tracker.JobIChampion}, Sort: "staff_no"}, "C1 C2 C3 C4"},
		{"what ends first", app.PersonQuery{Dealerships: []string{apptest.Healthy}, On: tracker.MustDate("2028-01-01"), Sort: "expires_on"}, "T12 T11 T10 C1"},
		{"what ends last", app.PersonQuery{Dealerships: []string{apptest.Healthy}, On: tracker.MustDate("2028-01-01"), Sort: "-expires_on"}, "T10 T11 T12 C1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := numbers(tt.q); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// The order of those who have left tells nothing of what they are worth elsewhere.
func TestTheOrderOfWhoHasLeft(t *testing.T) {
	n := apptest.Small(t)
	actors := peopleActors(t, n)
	wander(t, n, 5)
	record(t, n, func(tx *store.Tx) error { // both technicians go elsewhere, where the second earns what ends first
		for _, person := range []tracker.PersonID{20, 21} {
			e := tracker.Employment{Person: person, Dealership: 4, Job: tracker.JobTechnician, From: tracker.MustDate("2026-11-01")}
			if _, err := tx.Record(e, ""); err != nil {
				return err
			}
		}
		_, err := tx.Record(tracker.Qualification{Person: 21, Type: "hve", IssuedOn: tracker.MustDate("2026-11-05"), ExpiresOn: tracker.MustDate("2027-01-05")}, "")
		return err
	})
	for _, by := range actors {
		var orders []string
		for _, sort := range []string{"name", "expires_on"} {
			page, err := n.People(t.Context(), by, app.PersonQuery{On: n.Today(), Former: true, Sort: sort, PerPage: 200})
			if err != nil {
				t.Fatal(err)
			}
			order := ""
			for _, row := range page.Rows {
				order += " " + row.StaffNo
			}
			orders = append(orders, order)
		}
		if orders[0] != orders[1] {
			t.Errorf("%s: by name%s, by what ends%s", by.Login, orders[0], orders[1])
		}
	}
}

// The list of certificates shows those of people whom the list of people shows, and only what was issued by the day.
func TestListsOfQualificationsFollowTheRule(t *testing.T) {
	n := apptest.Small(t)
	actors := peopleActors(t, n)
	wander(t, n, 11)
	for _, by := range actors {
		for _, on := range []string{"2023-03-01", "2026-11-23", "2028-06-01"} {
			q := app.PersonQuery{On: tracker.MustDate(on), PerPage: 200}
			people, err := n.People(t.Context(), by, q)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for _, row := range people.Rows {
				record, err := n.Person(t.Context(), by, row.StaffNo, q.On)
				if err != nil {
					t.Fatalf("%s sees %s in the list but not alone: %v", by.Login, row.StaffNo, err)
				}
				for _, c := range record.Certificates {
					if c.Qualification.IssuedOn <= q.On {
						want = append(want, fmt.Sprintf("%s %s %s %t %s", row.StaffNo, c.Qualification.Chain, c.ReviewDue, c.Valid, c.Until))
					}
				}
			}
			page, err := n.Qualifications(t.Context(), by, q)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, row := range page.Rows {
				got = append(got, fmt.Sprintf("%s %s %s %t %s", row.Holder.StaffNo, row.Qualification.Chain, row.ReviewDue, row.Valid, row.Until))
			}
			slices.Sort(want)
			slices.Sort(got)
			if d := diff.Diff(want, got); d != "" || page.Total != len(got) {
				t.Errorf("%s on %s: %s", by.Login, on, d)
			}
		}
	}
}

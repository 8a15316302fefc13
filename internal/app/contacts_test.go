package app_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// logged gives the newest entry of the log.
func logged(t *testing.T, n apptest.Network) store.Change {
	t.Helper()
	var out store.Change
	if err := n.Store.Read(t.Context(), func(tx *store.Tx) error {
		changes, err := tx.Changes(store.ChangeQuery{Scope: tracker.Scope{All: true}, Today: n.Today(), Limit: 1})
		out = changes[0]
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestContactsAreKeptByWhoMay(t *testing.T) {
	n := apptest.Small(t)
	form := app.ContactForm{Matter: "people", ReachForm: app.ReachForm{Name: "周技术", Phone: "0000-5580-0009"}}
	for _, test := range []struct {
		login, code string
		want        tracker.Kind
	}{
		{"viewer", apptest.TwoOnly, tracker.Forbidden},
		{"admin", apptest.TwoOnly, tracker.Forbidden},
		{"regional-south", apptest.TwoOnly, tracker.NotFound},
		{"dealer-30002", apptest.Healthy, tracker.NotFound},
		{"nobody", apptest.TwoOnly, tracker.NotFound},
	} {
		if err := n.SaveContact(t.Context(), n.Actor(t, test.login), test.code, form); tracker.KindOf(err) != test.want {
			t.Errorf("%s at %s: %v", test.login, test.code, err)
		}
		if _, err := n.Contacts(t.Context(), n.Actor(t, test.login), test.code); tracker.KindOf(err) != test.want {
			t.Errorf("%s reads the contacts of %s: %v", test.login, test.code, err)
		}
	}
	for _, login := range []string{"network", "regional-east", "dealer-30002"} {
		form.Name = "联系人" + login
		if err := n.SaveContact(t.Context(), n.Actor(t, login), apptest.TwoOnly, form); err != nil {
			t.Errorf("%s: %v", login, err)
		}
		entry := logged(t, n)
		if entry.Kind != "contact" || entry.Action != store.ActionCreated || entry.Login != login || !strings.Contains(string(entry.After), form.Name) {
			t.Errorf("the log says %+v", entry)
		}
	}
	found, err := n.Contacts(t.Context(), n.Actor(t, "dealer-30002"), apptest.TwoOnly)
	if err != nil || len(found.Contacts) != 5 || found.Contacts[0].Name != "孙联络" || found.Region == nil || found.Region.Name != "钱东区" || found.Zone != nil {
		t.Errorf("the contacts: %+v %v", found, err)
	}
	verified(t, n)
}

func TestContactFormSaysWhatIsWrong(t *testing.T) {
	n := apptest.Small(t)
	by := n.Actor(t, "network")
	for _, test := range []struct {
		name  string
		form  app.ContactForm
		field string
	}{
		{"no name", app.ContactForm{Matter: "sales", ReachForm: app.ReachForm{Phone: "021 5555 0000"}}, "name"},
		{"no way to reach", app.ContactForm{Matter: "sales", ReachForm: app.ReachForm{Name: "甲"}}, "phone"},
		{"a phone of letters", app.ContactForm{Matter: "sales", ReachForm: app.ReachForm{Name: "甲", Phone: "call me"}}, "phone"},
		{"a broken address", app.ContactForm{Matter: "sales", ReachForm: app.ReachForm{Name: "甲", Email: "a@b@c"}}, "email"},
		{"an address with a name", app.ContactForm{Matter: "sales", ReachForm: app.ReachForm{Name: "甲", Email: "A <a@example.com>"}}, "email"},
		{"an unknown matter", app.ContactForm{Matter: "gossip", ReachForm: app.ReachForm{Name: "甲", Phone: "12345"}}, "matter"},
	} {
		err := n.SaveContact(t.Context(), by, apptest.TwoOnly, test.form)
		var fault *tracker.Error
		if !errors.As(err, &fault) || fault.Kind != tracker.Invalid ||
			!slices.ContainsFunc(fault.Fields, func(f tracker.FieldError) bool { return f.Field == test.field }) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	stale := app.ContactForm{ID: apptest.ContactID, Matter: "general", ReachForm: app.ReachForm{Name: "孙联络", Phone: "12345", Version: "1"}}
	if err := n.SaveContact(t.Context(), by, apptest.TwoOnly, stale); err != nil {
		t.Fatal(err)
	}
	var before map[string]string
	if err := json.Unmarshal(logged(t, n).Before, &before); err != nil || before["phone"] != "0000-5580-0002" || before["name"] != "" {
		t.Errorf("the log keeps what changed: %v %v", before, err)
	}
	if err := n.SaveContact(t.Context(), by, apptest.TwoOnly, stale); tracker.KindOf(err) != tracker.Stale {
		t.Errorf("a form over an older version: %v", err)
	}
	if err := n.RemoveContact(t.Context(), by, apptest.Healthy, apptest.ContactID, "left"); tracker.KindOf(err) != tracker.NotFound {
		t.Errorf("another dealership's contact: %v", err)
	}
	if err := n.RemoveContact(t.Context(), by, apptest.TwoOnly, apptest.ContactID, " "); tracker.KindOf(err) != tracker.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	if err := n.RemoveContact(t.Context(), by, apptest.TwoOnly, apptest.ContactID, "left"); err != nil {
		t.Error(err)
	}
	if entry := logged(t, n); entry.Action != store.ActionRemoved || entry.Reason != "left" {
		t.Errorf("the log says %+v", entry)
	}
}

func TestResponsiblesAreNamedByWhoMay(t *testing.T) {
	n := apptest.Small(t)
	move := app.MoveForm{Region: "east", Zone: "E1", From: "2026-11-23", Reason: "zones"}
	if err := n.MoveDealership(t.Context(), n.Actor(t, "network"), apptest.TwoOnly, move); err != nil {
		t.Fatal(err)
	}
	form := app.ReachForm{Name: "吴小区", Email: "wu@example.com"}
	for _, test := range []struct {
		login, place, key string
		version           string
		want              tracker.Kind
	}{
		{"viewer", "zone", "E1", "", tracker.Forbidden},
		{"dealer-30002", "zone", "E1", "", tracker.Forbidden},
		{"regional-south", "zone", "E1", "", tracker.NotFound},
		{"regional-east", "region", "south", "", tracker.NotFound},
		{"regional-east", "region", "east", "1", tracker.Forbidden},
		{"regional-east", "headquarters", "headquarters", "1", tracker.Forbidden},
		{"network", "zone", "E9", "", tracker.NotFound},
		{"network", "region", "east", "", tracker.Stale},
	} {
		form.Version = test.version
		err := n.SetResponsible(t.Context(), n.Actor(t, test.login), test.place, test.key, form)
		if tracker.KindOf(err) != test.want {
			t.Errorf("%s for %s %s: %v", test.login, test.place, test.key, err)
		}
	}
	form.Version = ""
	if err := n.SetResponsible(t.Context(), n.Actor(t, "regional-east"), "zone", "e1", form); err != nil {
		t.Fatal(err)
	}
	found, err := n.Contacts(t.Context(), n.Actor(t, "dealer-30002"), apptest.TwoOnly)
	if err != nil || found.Zone == nil || found.Zone.Name != "吴小区" {
		t.Errorf("the zone's manager: %+v %v", found.Zone, err)
	}
	if err := n.SetResponsible(t.Context(), n.Actor(t, "network"), "zone", "E1", app.ReachForm{Version: "1"}); err != nil {
		t.Error(err)
	}
	if found, _ = n.Contacts(t.Context(), n.Actor(t, "network"), apptest.TwoOnly); found.Zone != nil {
		t.Errorf("the zone's manager was taken away: %+v", found.Zone)
	}
}

// Who must act is a person: the dealership's for the matter, the zone's before the region's; the party alone for those
// who may not see people.
func TestForecastNamesWhoMustAct(t *testing.T) {
	n := apptest.Small(t)
	leaver := technician(t, n, apptest.TwoOnly, "T20")
	end := app.EndForm{Chain: leaver.Employment.Chain, LastDay: "2026-11-30", Reason: "resigned"}
	if err := n.EndEmployment(t.Context(), n.Actor(t, "network"), apptest.TwoOnly, end); err != nil {
		t.Fatal(err)
	}
	move := app.MoveForm{Region: "south", From: "2026-12-10", Reason: "reorganised"}
	if err := n.MoveDealership(t.Context(), n.Actor(t, "network"), apptest.Healthy, move); err != nil {
		t.Fatal(err)
	}
	move.Region, move.From = "east", "2026-12-20"
	if err := n.MoveDealership(t.Context(), n.Actor(t, "network"), apptest.Healthy, move); err != nil {
		t.Fatal(err)
	}
	names := func(login string) []string {
		q := app.ForecastQuery{}
		q.From, q.Until, q.Programmes = n.Today().Add(1), n.Today().Add(60), []tracker.ProgrammeCode{tracker.ProgrammeLaw, tracker.ProgrammeBMWi}
		page, err := n.Forecast(t.Context(), n.Actor(t, login), q)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, item := range page.Items {
			name := "-"
			if item.Act.Person != nil {
				name = item.Act.Person.Name
			}
			out = append(out, item.On.String()[5:]+" "+item.Dealership.Code+" "+string(item.After.Programme)+" "+string(item.Act.Party)+" "+name)
		}
		return out
	}
	want := []string{
		"12-01 30002 bmw-i dealership 李售后", "12-01 30002 law dealership 李售后", "12-10 30001 bmw-i region -", "12-10 30001 law region -",
		"12-16 30003 bmw-i headquarters 赵总部", "12-20 30001 bmw-i region 钱东区", "12-20 30001 law region 钱东区",
	}
	if got := names("network"); !slices.Equal(got, want) {
		t.Errorf("who must act:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, line := range names("viewer") {
		if !strings.HasSuffix(line, " -") {
			t.Errorf("a viewer sees %s", line)
		}
	}
	if got := names("dealer-30002"); len(got) != 2 {
		t.Errorf("a dealer sees %v", got)
	}
}

// Package apptest gives tests a small network over a real database: two regions, four dealerships, and people whose
// clocks end on known days. The clock stands at noon on 2026-11-23 in Shanghai.
package apptest

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"dealercert/internal/app"
	"dealercert/internal/pack"
	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

// Now is where the clock stands.
var Now = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// Network is an open network.
type Network struct {
	*app.App
	Store *store.Store
	URL   string // of the database
	later *atomic.Int64
}

// Advance moves the clock on by days.
func (n Network) Advance(days int) { n.later.Add(int64(days)) }

// Zone is the network's.
func Zone(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// Empty opens an empty, migrated database, in the engine that the suites run on.
func Empty(t testing.TB) Network {
	t.Helper()
	address := storetest.MigratedURL(t)
	later := &atomic.Int64{}
	clock := func() time.Time { return Now.AddDate(0, 0, int(later.Load())) }
	zone := Zone(t)
	db, err := store.Open(t.Context(), store.Config{URL: address, Key: [32]byte{1}, Now: clock, Zone: zone, Rules: app.Rules})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(app.Config{Store: db, Now: clock, Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	return Network{a, db, address, later}
}

// The dealerships of Small.
const (
	Healthy  = "30001" // east: certified until 2027-03-31, three permits, of which one ends first
	TwoOnly  = "30002" // east: certified until 2027-12-31, exactly two holders of a permit
	Expiring = "30003" // south: certified until 2026-12-15
	Outsider = "30004" // south: never certified
)

// ContactID is the contact of TwoOnly for everything.
const ContactID = "0192f000-0000-7000-8000-000000000001"

// Small opens a network with two regions, four dealerships and their people. The accounts are network, admin, viewer,
// regional-east, regional-south, dealer-30002, nobody and network-2, all with app.DemoPassword.
func Small(t testing.TB) Network {
	t.Helper()
	n := Empty(t)
	if err := n.LoadDemo(t.Context(), small(t), func(string, int, int) {}); err != nil {
		t.Fatal(err)
	}
	return n
}

// Upgraded opens Small as a program left it that did not know one version of a programme.
func Upgraded(t testing.TB, programme tracker.ProgrammeCode, version string) Network {
	t.Helper()
	n, l := Empty(t), small(t)
	l.Publications = slices.DeleteFunc(l.Publications, func(p tracker.Publication) bool { return p.Programme == programme && p.Standard == version })
	if err := n.LoadDemo(t.Context(), l, func(string, int, int) {}); err != nil {
		t.Fatal(err)
	}
	return n
}

// Actor gives one of the accounts.
func (n Network) Actor(t testing.TB, login string) tracker.Actor {
	t.Helper()
	actor, err := n.ActorByLogin(context.Background(), login)
	if err != nil {
		t.Fatal(err)
	}
	return actor
}

// Agreed carries through what waits for a second person: the account network-2 confirms it. Without an error there is
// nothing to carry through; any other error ends the test.
func (n Network) Agreed(t testing.TB, err error) {
	t.Helper()
	proposal := app.WaitsFor(err)
	if err == nil {
		return
	}
	if proposal == nil {
		t.Fatal(err)
	}
	ruling := app.ProposalRuling{Verdict: app.VerdictConfirm, Version: proposal.Version, Base: proposal.Base}
	if err := n.DecideProposal(context.Background(), n.Actor(t, "network-2"), proposal.ID, ruling); err != nil {
		t.Fatal(err)
	}
}

// builder numbers facts.
type builder struct {
	next atomic.Uint32
}

// at is the moment at which the small network became known.
var at = tracker.MomentOf(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))

func (b *builder) head() tracker.Head {
	n := b.next.Add(1)
	id := tracker.NewFactID(at, [10]byte{byte(n >> 8), byte(n), 7})
	return tracker.Head{ID: id, Chain: id, RecordedAt: at, FirstAt: at, Source: tracker.SourceDemo}
}

func small(t testing.TB) app.Loading {
	t.Helper()
	b := &builder{}
	l := app.Loading{
		Moment: at, Dealerships: 4,
		Regions: []tracker.Region{{ID: 1, Code: "east", NameEn: "East", NameZh: "东区"}, {ID: 2, Code: "south", NameEn: "South", NameZh: "南区"}},
		Zones:   []tracker.Zone{{ID: 1, Code: "E1"}},
		Groups:  []tracker.Group{{ID: 1, Code: "G1", NameEn: "First Group", NameZh: "第一集团"}},
		Accounts: []app.NewAccount{
			{Login: "admin", Role: "admin"}, {Login: "network", Role: "network"}, {Login: "viewer", Role: "viewer", Network: true},
			{Login: "regional-east", Role: "regional", Regions: []string{"east"}},
			{Login: "regional-south", Role: "regional", Regions: []string{"south"}},
			{Login: "dealer-30002", Role: "dealer", Dealerships: []string{TwoOnly}}, {Login: "nobody", Role: "regional"},
			{Login: "network-2", Role: "network"},
		},
	}
	reach := func(name, login string) tracker.Reach {
		return tracker.Reach{Name: name, Position: "经理", Phone: "0000-5570-0001", Email: login + "@example.com"}
	}
	l.Responsibles = []tracker.Responsible{
		{Part: tracker.Part{Place: tracker.PlaceHeadquarters}, Reach: reach("赵总部", "zhao")},
		{Part: tracker.Part{Place: tracker.PlaceRegion, Ref: 1}, Reach: reach("钱东区", "qian")},
	}
	packs, err := pack.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		publication := app.Publication(p)
		publication.Head = b.head()
		l.Publications = append(l.Publications, publication)
	}
	sites := []site{
		{1, Healthy, "苏州澜禾", "Suzhou Lanhe", "苏州", 1, 3, "2025-04-01", "2027-03-31"},
		{2, TwoOnly, "南京霁川", "Nanjing Jichuan", "南京", 1, 2, "2026-01-01", "2027-12-31"},
		{3, Expiring, "广州岚启", "Guangzhou Lanqi", "广州", 2, 2, "2024-12-16", "2026-12-15"},
		{4, Outsider, "深圳沐衡", "Shenzhen Muheng", "深圳", 2, 0, "", ""},
	}
	var nouns []app.LoadedNouns
	var facts [][]tracker.Fact
	for _, s := range sites {
		noun, list := s.records(b)
		nouns, facts = append(nouns, noun), append(facts, list)
	}
	l.Nouns, l.Facts = slices.Values(nouns), slices.Values(facts)
	return l
}

// site is one dealership of the small network.
type site struct {
	id           int64
	code, zh, en string
	city         string
	region       tracker.RegionID
	technicians  int
	certified    string
	until        string
}

func (s site) records(b *builder) (app.LoadedNouns, []tracker.Fact) {
	id, day := tracker.DealershipID(s.id), tracker.MustDate
	noun := app.LoadedNouns{Dealership: tracker.Dealership{
		ID: id, Code: s.code, NameZh: s.zh + "汽车销售服务有限公司", NameEn: s.en, Province: "江苏", City: s.city, Format: tracker.Format4S,
	}}
	if s.code == TwoOnly {
		noun.Contacts = []tracker.Contact{
			{ID: ContactID, Dealership: id, Matter: tracker.MatterGeneral, Reach: tracker.Reach{Name: "孙联络", Position: "总经理", Phone: "0000-5580-0002", Email: "sun@example.com"}},
			{ID: "0192f000-0000-7000-8000-000000000002", Dealership: id, Matter: tracker.MatterPeople, Reach: tracker.Reach{Name: "李售后", Position: "售后经理", Phone: "0000-5580-0003"}},
		}
	}
	facts := []tracker.Fact{
		tracker.OperatingPeriod{Head: b.head(), Dealership: id, From: day("2020-01-01")},
		tracker.Assignment{Head: b.head(), Dealership: id, Region: s.region, Group: 1, From: day("2020-01-01")},
		tracker.Franchise{Head: b.head(), Dealership: id, Brand: "BMW", From: day("2020-01-01")},
		tracker.Module{Head: b.head(), Dealership: id, Module: "DGU-01", PlannedSince: day("2022-01-10"), PlannedOn: day("2022-05-01"), LiveOn: day("2022-05-03")},
	}
	if s.certified != "" {
		facts = append(facts, tracker.Decision{
			Head: b.head(), Dealership: id, Programme: tracker.ProgrammeBMWi, Decided: tracker.Certify,
			EffectiveOn: day(s.certified), ValidUntil: day(s.until), Standard: "1.0", Grounds: "audit passed",
		})
	}
	for i := range s.technicians {
		person := tracker.Person{ID: tracker.PersonID(s.id*10 + int64(i)), StaffNo: fmt.Sprintf("T%d%d", s.id, i), Name: fmt.Sprintf("技师%d%d", s.id, i)}
		noun.People = append(noun.People, person)
		permit := tracker.Qualification{
			Head: b.head(), Person: person.ID, Type: "permit-lv", Certificate: fmt.Sprintf("T00000019000101%03d%d", s.id, i),
			IssuedOn: day("2023-01-10"), FirstReviewDue: day("2026-01-10"), ExpiresOn: day("2029-01-09"),
		}
		facts = append(facts,
			tracker.Employment{Head: b.head(), Person: person.ID, Dealership: id, Job: tracker.JobTechnician, From: day("2021-01-01")},
			permit,
			tracker.Review{Head: b.head(), Person: person.ID, Qualification: permit.Chain, ReviewedOn: day("2025-12-01"), NextDue: day("2029-01-09").Add(-i)},
			tracker.Qualification{Head: b.head(), Person: person.ID, Type: "hvt-c", Generation: "gen5", IssuedOn: day("2024-06-01"), ExpiresOn: day("2027-05-31")},
		)
	}
	champion := tracker.Person{ID: tracker.PersonID(s.id*10 + 9), StaffNo: fmt.Sprintf("C%d", s.id), Name: fmt.Sprintf("专员%d", s.id)}
	noun.People = append(noun.People, champion)
	facts = append(facts, tracker.Employment{Head: b.head(), Person: champion.ID, Dealership: id, Job: tracker.JobIChampion, From: day("2021-01-01")})
	return noun, facts
}

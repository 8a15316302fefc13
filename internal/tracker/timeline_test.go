package tracker_test

import (
	"strings"
	"testing"

	"dealercert/internal/tracker"
)

// say puts a standing into words: "certified until 2025-12-31, law healthy, brand at_risk".
func say(s tracker.Standing) string {
	parts := []string{string(s.State)}
	if s.ValidUntil != 0 {
		parts[0] += " until " + s.ValidUntil.String()
	}
	if s.Law != "" {
		parts = append(parts, "law "+string(s.Law))
	}
	if s.Brand != "" {
		parts = append(parts, "brand "+string(s.Brand))
	}
	return strings.Join(parts, ", ")
}

// seen gives a requirement's result on a day in words: "fails since 2024-04-01".
func seen(s tracker.Standing, requirement string) string {
	for _, r := range s.Results {
		if r.Requirement == requirement {
			if r.Since == 0 {
				return string(r.Outcome)
			}
			return string(r.Outcome) + " since " + r.Since.String()
		}
	}
	return "not asked"
}

// standing gives the standing on a day; there is one on every day.
func standing(t *testing.T, line tracker.Timeline, programme tracker.ProgrammeCode, on string) tracker.Standing {
	t.Helper()
	s, found := line.Standing(programme, tracker.MustDate(on))
	if !found {
		t.Fatalf("no standing in %s on %s", programme, on)
	}
	return s
}

// onDay is what is expected on a day.
type onDay struct {
	on   string
	want string
}

// checkStandings checks what a programme's standing says on each day of a table.
func checkStandings(t *testing.T, line tracker.Timeline, programme tracker.ProgrammeCode, days []onDay) {
	t.Helper()
	for _, day := range days {
		if got := say(standing(t, line, programme, day.on)); got != day.want {
			t.Errorf("%s on %s: got %q, want %q", programme, day.on, got, day.want)
		}
	}
}

// checkResults checks what is seen of a requirement on each day of a table.
func checkResults(t *testing.T, line tracker.Timeline, programme tracker.ProgrammeCode, requirement string, days []onDay) {
	t.Helper()
	for _, day := range days {
		if got := seen(standing(t, line, programme, day.on), requirement); got != day.want {
			t.Errorf("%s on %s: got %q, want %q", requirement, day.on, got, day.want)
		}
	}
}

func TestStandingsOfADealershipOverTime(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts string
		days  []onDay
	}{
		{
			"not yet open, open, closed, open again; decisions are folded underneath",
			`Suzhou operates from 2021-01-01 through 2022-06-30
			 Suzhou operates from 2023-01-01 through 2023-12-31
			 Suzhou bmw-i: certify on 2022-01-01
			 Suzhou bmw-i: suspend on 2022-09-01`,
			[]onDay{
				{"2020-12-31", "not_operating, law healthy, brand healthy"}, {"2021-01-01", "not_enrolled, law healthy, brand at_risk"},
				{"2022-06-30", "certified until 2023-12-31, law healthy, brand in_breach"},
				{"2022-07-01", "not_operating, law healthy, brand healthy"}, {"2022-12-31", "not_operating, law healthy, brand healthy"},
				{"2023-01-01", "suspended until 2023-12-31, law healthy, brand at_risk"},
				{"2024-01-01", "not_operating, law healthy, brand healthy"}, {"2024-04-01", "not_operating, law healthy, brand healthy"},
			},
		},
		{
			"expires while closed",
			`Suzhou operates through 2022-06-30
			 Suzhou operates from 2024-01-01
			 Suzhou bmw-i: certify on 2022-01-01`,
			[]onDay{{"2024-01-01", "expired until 2023-12-31, law healthy, brand at_risk"}},
		},
		{
			"operating periods that overlap are one",
			wangAndLi + `Suzhou operates from 2022-01-01 through 2022-12-31`,
			[]onDay{{"2021-12-31", "not_enrolled, law healthy, brand healthy"}, {"2023-01-01", "not_enrolled, law healthy, brand healthy"}},
		},
		{
			"never open",
			`Suzhou bmw-i: certify on 2022-01-01`,
			[]onDay{{"2022-01-01", "not_operating, law healthy, brand healthy"}},
		},
		{
			"the law light of BMW i is that of the law",
			`Suzhou operates from 2024-03-01
			 Suzhou bmw-i: certify on 2024-03-01`,
			[]onDay{
				{"2024-03-31", "certified until 2026-02-28, law healthy, brand at_risk"},
				{"2024-04-01", "certified until 2026-02-28, law in_breach, brand at_risk"},
				{"2024-04-30", "certified until 2026-02-28, law in_breach, brand in_breach"},
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkStandings(t, tell(t, c.facts).history("Suzhou").Timeline(testRules()), "bmw-i", c.days)
		})
	}
}

func TestUpgradeAndLawOfAClosedDealership(t *testing.T) {
	line := tell(t, `Suzhou operates from 2021-01-01 through 2022-06-30
		Suzhou digital-upgrade: complete on 2022-01-01`).history("Suzhou").Timeline(testRules())
	checkStandings(t, line, "digital-upgrade", []onDay{{"2020-12-31", "not_operating"}, {"2022-06-30", "completed"}, {"2022-07-01", "not_operating"}})
	checkStandings(t, line, "law", []onDay{
		{"2020-12-31", "not_operating, law healthy"}, {"2022-06-30", "applies, law healthy"}, {"2024-04-01", "not_operating, law healthy"},
	})
	for _, s := range line.Standings {
		if s.State == tracker.NotOperating && (s.May || s.ValidUntil != 0 || s.Results != nil) {
			t.Errorf("a closed dealership has %+v", s)
		}
	}
}

func TestRegionAndGroupOfTheDay(t *testing.T) {
	s := tell(t, `Suzhou operates
		Suzhou belongs to region East and group Baoxin through 2022-06-30
		Suzhou belongs to region Central and group Baoxin from 2022-07-01 through 2023-12-31
		Suzhou belongs to region South and group Yongda from 2022-10-01 through 2022-12-31`)
	line := s.history("Suzhou").Timeline(testRules())
	for _, c := range []struct{ on, region, group string }{
		{"2020-01-01", "East", "Baoxin"}, {"2022-06-30", "East", "Baoxin"}, {"2022-07-01", "Central", "Baoxin"},
		{"2022-10-01", "South", "Yongda"}, {"2022-12-31", "South", "Yongda"}, {"2023-01-01", "Central", "Baoxin"}, {"2024-01-01", "", ""},
	} {
		for _, programme := range testRules().Programmes() {
			got := standing(t, line, programme, c.on)
			if got.Region != tracker.RegionID(number(&s.regions, c.region)) || got.Group != tracker.GroupID(number(&s.groups, c.group)) {
				t.Errorf("%s on %s: region %d, group %d", programme, c.on, got.Region, got.Group)
			}
		}
	}
}

// The second version asks for three high-voltage technicians from 2025-01-01; who was certified by the first is judged
// by that through 2025-06-30. Its grace is 30 days.
func TestTransitionBetweenStandards(t *testing.T) {
	rules := tracker.NewRulebook(upgradeV1(), bmwiV1(), bmwiV2(), lawV1())
	for _, c := range []struct {
		name  string
		facts string
		days  []onDay
	}{
		{
			"certified by the first version",
			`Suzhou bmw-i: certify on 2024-12-31`,
			[]onDay{
				{"2024-12-31", "holds"}, {"2025-06-30", "holds"}, {"2025-07-01", "fails since 2025-07-01"},
			},
		},
		{
			"certified by the second version",
			`Suzhou bmw-i: certify on 2024-06-01
			 Suzhou bmw-i: renew on 2025-03-01`,
			[]onDay{{"2025-02-28", "holds"}, {"2025-03-01", "fails since 2025-03-01"}},
		},
		{
			"certified late, by the first version all the same",
			`Suzhou bmw-i: certify on 2025-03-01 by v1`,
			[]onDay{{"2024-12-31", "holds"}, {"2025-02-28", "fails since 2025-01-01"}, {"2025-03-01", "holds"}, {"2025-07-01", "fails since 2025-07-01"}},
		},
		{
			"never certified: the newest in force",
			``,
			[]onDay{{"2024-12-31", "holds"}, {"2025-01-01", "fails since 2025-01-01"}},
		},
		{
			"certified once, revoked since: the last certify still names the version",
			`Suzhou bmw-i: certify on 2024-01-01
			 Suzhou bmw-i: revoke on 2024-06-01`,
			[]onDay{{"2025-06-30", "holds"}, {"2025-07-01", "fails since 2025-07-01"}},
		},
		{
			"a skipped renewal names nothing",
			`Suzhou bmw-i: certify on 2024-01-01
			 Suzhou bmw-i: suspend on 2025-02-01
			 Suzhou bmw-i: renew on 2025-03-01`,
			[]onDay{{"2025-03-01", "holds"}, {"2025-06-30", "holds"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := tell(t, wangAndLi+c.facts).history("Suzhou")
			checkResults(t, h.Timeline(rules), "bmw-i", "voltage", c.days)
			for _, day := range c.days {
				want := "v1"
				if day.want != "holds" {
					want = "v2"
				}
				judged, err := h.JudgedBy(rules, "bmw-i", tracker.MustDate(day.on))
				if err != nil || judged.Version != want {
					t.Errorf("%s: judged by %q, %v; want %s", day.on, judged.Version, err, want)
				}
			}
		})
	}
	if _, err := (tracker.History{}).JudgedBy(rules, "green-star", 1); tracker.KindOf(err) != tracker.NotFound {
		t.Errorf("an unknown programme: %v", err)
	}
}

// A clock goes by the requirement's code across versions; the grace is that of the version that judges.
func TestTheClockGoesOnAcrossVersions(t *testing.T) {
	rules := tracker.NewRulebook(bmwiV1(), bmwiV2(), lawV1())
	line := tell(t, `Suzhou operates from 2020-01-01
		Wang works at Suzhou as technician from 2020-01-01
		Wang holds hvt-c gen5 issued 2020-01-01
		Li works at Suzhou as technician from 2020-01-01 through 2024-11-30
		Li holds hvt-c gen5 issued 2020-01-01`).history("Suzhou").Timeline(rules)
	for _, day := range []onDay{{"2024-11-30", "healthy"}, {"2024-12-01", "at_risk"}, {"2024-12-31", "at_risk"}, {"2025-01-01", "in_breach"}} {
		if got := standing(t, line, "bmw-i", day.on).Brand; string(got) != day.want {
			t.Errorf("%s: got %s, want %s", day.on, got, day.want)
		}
	}
	checkResults(t, line, "bmw-i", "voltage", []onDay{{"2025-01-01", "fails since 2024-12-01"}})
}

func TestARequirementThatANewVersionDrops(t *testing.T) {
	second := bmwiV2()
	second.Requirements = second.Requirements[1:]
	line := tell(t, `Suzhou operates from 2024-12-15`).history("Suzhou").Timeline(tracker.NewRulebook(bmwiV1(), second, lawV1()))
	checkResults(t, line, "bmw-i", "voltage", []onDay{{"2024-12-31", "fails since 2024-12-15"}, {"2025-01-01", "not asked"}})
	checkStandings(t, line, "bmw-i", []onDay{
		{"2024-12-31", "not_enrolled, law in_breach, brand at_risk"}, {"2025-01-01", "not_enrolled, law in_breach, brand healthy"},
	})
}

func TestBeforeTheFirstStandardNothingIsAsked(t *testing.T) {
	rules := rulesWith(func(s *tracker.Standard) { s.EffectiveOn = tracker.MustDate("2022-01-01") })
	h := tell(t, `Suzhou operates`).history("Suzhou")
	checkResults(t, h.Timeline(rules), "bmw-i", "voltage", []onDay{{"2021-12-31", "not asked"}, {"2022-01-01", "fails since 2022-01-01"}})
	if _, err := h.JudgedBy(rules, "bmw-i", tracker.MustDate("2021-12-31")); tracker.KindOf(err) != tracker.NotFound {
		t.Errorf("judged before the first standard: %v", err)
	}
}

func TestLosses(t *testing.T) {
	const right, law, brand = tracker.LossOfRight, tracker.LossOfLaw, tracker.LossOfBrand
	for _, c := range []struct {
		name      string
		facts     string
		programme tracker.ProgrammeCode
		on        string
		want      tracker.Loss
	}{
		{"certified", `Suzhou operates
			Suzhou bmw-i: certify on 2023-01-01`, "bmw-i", "2023-01-01", 0},
		{"suspended", `Suzhou operates
			Suzhou bmw-i: certify on 2023-01-01
			Suzhou bmw-i: suspend on 2023-02-01`, "bmw-i", "2023-02-01", right},
		{"expired", `Suzhou operates
			Suzhou bmw-i: certify on 2023-01-01 valid until 2023-06-30`, "bmw-i", "2023-07-01", right},
		{"reopened", `Suzhou operates
			Suzhou digital-upgrade: complete on 2023-01-01
			Suzhou digital-upgrade: reopen on 2023-02-01`, "digital-upgrade", "2023-02-01", right},
		{"closed while certified", `Suzhou operates through 2023-06-30
			Suzhou bmw-i: certify on 2023-01-01`, "bmw-i", "2023-07-01", right},
		{"the law comes into force", `Suzhou operates`, "law", "2024-04-01", law},
		{"and is counted with the law alone", `Suzhou operates`, "bmw-i", "2024-04-01", 0},
		{"a technician leaves", wangAndLi + `Li works at Wuxi as technician from 2023-01-01`, "bmw-i", "2023-01-01", brand},
		{"the grace ends", wangAndLi + `Li works at Wuxi as technician from 2023-01-01`, "bmw-i", "2023-03-02", brand},
		{"on the day of an expiry", wangAndLi + `Suzhou bmw-i: certify on 2022-01-01 valid until 2022-12-31
			Li works at Wuxi as technician from 2023-01-01`, "bmw-i", "2023-01-01", right | brand},
		{"opening with a red light loses nothing", `Suzhou operates from 2024-05-01`, "law", "2024-05-01", 0},
	} {
		line := tell(t, c.facts).history("Suzhou").Timeline(testRules())
		s := standing(t, line, c.programme, c.on)
		if s.Loss != c.want || s.From != tracker.MustDate(c.on) {
			t.Errorf("%s: loss %b from %s, want %b", c.name, s.Loss, s.From, c.want)
		}
	}
}

func TestHealthIsTheWorseLight(t *testing.T) {
	line := tell(t, `Suzhou operates from 2024-03-15`).history("Suzhou").Timeline(testRules())
	for _, c := range []struct {
		programme tracker.ProgrammeCode
		on        string
		want      tracker.Light
	}{
		{"law", "2024-03-15", "healthy"}, {"law", "2024-04-01", "in_breach"}, {"bmw-i", "2024-03-15", "at_risk"},
		{"bmw-i", "2024-04-01", "in_breach"}, {"digital-upgrade", "2024-04-01", ""},
	} {
		if got := standing(t, line, c.programme, c.on).Health(); got != c.want {
			t.Errorf("%s on %s: got %q, want %q", c.programme, c.on, got, c.want)
		}
	}
	if _, found := line.Standing("green-star", 1); found {
		t.Error("there is a standing in an unknown programme")
	}
	if got := line.Of("bmw-i"); len(got) == 0 || got[0].From != 0 || got[len(got)-1].Until != 0 {
		t.Errorf("the programme's standings are %v", got)
	}
}

package tracker_test

import (
	"slices"
	"strings"
	"testing"

	"dealercert/internal/tracker"
)

// sayCauses puts the causes of a change into words: "requirement voltage fails: Wang employment; decision suspend".
func sayCauses(s *story, causes []tracker.Cause) string {
	var parts []string
	for _, c := range causes {
		words := []string{string(c.Kind)}
		if c.Requirement.Code != "" {
			words = append(words, c.Requirement.Code)
		}
		if c.Outcome != "" {
			words = append(words, string(c.Outcome))
		}
		if c.Decision.Decided != "" {
			words = append(words, string(c.Decision.Decided))
		}
		text := strings.Join(words, " ")
		for i, p := range c.People {
			text += map[bool]string{true: ": ", false: ", "}[i == 0] + s.name(p.Person) + " " + string(p.End)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// A change is told by its day, what comes after it, why, and who must act.
func TestChangesWithTheirCauses(t *testing.T) {
	const certified = wangAndLi + "Suzhou bmw-i: certify on 2022-01-01 valid until 2029-12-31\n"
	second := bmwiV2()
	second.EffectiveOn = tracker.MustDate("2025-01-01")
	rules := tracker.NewRulebook(upgradeV1(), bmwiV1(), second, lawV1())
	for _, c := range []struct {
		name      string
		facts     string
		programme tracker.ProgrammeCode
		on        string
		after     string
		causes    string
		who       tracker.Party
	}{
		{
			"a technician leaves", certified + `Chen works at Suzhou as technician from 2020-01-01
				Li works at Suzhou as other from 2023-05-01`,
			"bmw-i", "2023-05-01", "certified until 2029-12-31, law healthy, brand at_risk",
			"requirement voltage fails: Li job", "dealership",
		},
		{
			"a technician's employment ends",
			strings.Replace(certified, "Li works at Suzhou as technician from 2020-01-01", "Li works at Suzhou as technician from 2020-01-01 through 2024-05-31", 1),
			"law", "2024-06-01", "applies, law in_breach", "requirement permits fails: Li employment", "dealership",
		},
		{
			"a technician moves away", certified + `Li works at Wuxi as technician from 2024-06-01`,
			"law", "2024-06-01", "applies, law in_breach", "requirement permits fails: Li transfer", "dealership",
		},
		{
			"and the light of BMW i follows", certified + `Li works at Wuxi as technician from 2024-06-01`,
			"bmw-i", "2024-06-01", "certified until 2029-12-31, law in_breach, brand at_risk",
			"requirement voltage fails: Li transfer; law_light", "dealership",
		},
		{
			"a review missed", wangAndLi + `Wang has permit-lv reviewed on 2021-01-01 due 2024-06-30
				Li has permit-lv reviewed on 2021-01-01 due 2024-06-30`,
			"law", "2024-07-01", "applies, law in_breach", "requirement permits fails: Wang review_due, Li review_due", "dealership",
		},
		{
			"a permit falls asleep", wangAndLi + `Li is on leave from 2024-01-01`,
			"law", "2024-07-01", "applies, law in_breach", "requirement permits fails: Li dormant", "dealership",
		},
		{
			"the law light of BMW i alone", wangAndLi + `Li is on leave from 2024-01-01`,
			"bmw-i", "2024-07-01", "not_enrolled, law in_breach, brand healthy", "law_light", "dealership",
		},
		{
			"a certificate ends", `Suzhou operates from 2020-01-01
				Wang works at Suzhou as technician from 2020-01-01
				Wang holds hvt-c gen5 issued 2020-01-01 expires 2022-06-30
				Li works at Suzhou as technician from 2020-01-01
				Li holds hvt-c gen5 issued 2020-01-01`,
			"bmw-i", "2022-07-01", "not_enrolled, law healthy, brand at_risk", "requirement voltage fails: Wang expires", "dealership",
		},
		{
			"the grace ends", certified + `Li works at Wuxi as technician from 2023-05-01`,
			"bmw-i", "2023-06-30", "certified until 2029-12-31, law healthy, brand in_breach", "grace voltage fails", "dealership",
		},
		{
			"the grace ends on the day on which the other one leaves too", certified + `Li works at Wuxi as technician from 2023-05-01
				Wang works at Wuxi as technician from 2023-06-30`,
			"bmw-i", "2023-06-30", "certified until 2029-12-31, law healthy, brand in_breach", "grace voltage fails", "dealership",
		},
		{
			"a successor comes", certified + `Li works at Wuxi as technician from 2023-05-01
				Chen works at Suzhou as technician from 2023-07-15
				Chen holds hvt-c gen5 issued 2020-01-01`,
			"bmw-i", "2023-07-15", "certified until 2029-12-31, law healthy, brand healthy", "requirement voltage holds", "dealership",
		},
		{
			"the law comes into force", `Suzhou operates`,
			"law", "2024-04-01", "applies, law in_breach", "law_in_force permits fails", "dealership",
		},
		{
			"the law comes into force on the day on which a technician leaves", wangAndLi + `Li works at Wuxi as technician from 2024-04-01`,
			"law", "2024-04-01", "applies, law in_breach", "law_in_force permits fails", "dealership",
		},
		{
			"a decision", certified + `Suzhou bmw-i: suspend on 2023-05-01`,
			"bmw-i", "2023-05-01", "suspended until 2029-12-31, law healthy, brand healthy", "decision suspend", "headquarters",
		},
		{
			"two decisions of one day, a third one skipped",
			`Suzhou operates
			 Suzhou bmw-i: enrol on 2023-05-01
			 Suzhou bmw-i: reinstate on 2023-05-01
			 Suzhou bmw-i: certify on 2023-05-01`,
			"bmw-i", "2023-05-01", "certified until 2025-04-30, law healthy, brand in_breach", "decision enrol; decision certify", "headquarters",
		},
		{
			"a renewal moves the last day", wangAndLi + `Suzhou bmw-i: certify on 2022-01-01
				Suzhou bmw-i: renew on 2023-12-01`,
			"bmw-i", "2023-12-01", "certified until 2025-12-31, law healthy, brand healthy", "decision renew", "headquarters",
		},
		{
			"the last day has passed", wangAndLi + `Suzhou bmw-i: certify on 2022-01-01`,
			"bmw-i", "2024-01-01", "expired until 2023-12-31, law healthy, brand healthy", "validity", "headquarters",
		},
		{
			"the last day has passed and a technician has left", wangAndLi + `Suzhou bmw-i: certify on 2022-01-01
				Li works at Wuxi as technician from 2024-01-01`,
			"bmw-i", "2024-01-01", "expired until 2023-12-31, law healthy, brand at_risk", "validity; requirement voltage fails: Li transfer", "headquarters",
		},
		{
			"a joiner begins to count", wangAndLi + `
				Wu works at Suzhou as sales_consultant from 2020-01-01
				Wu holds consultant-core issued 2020-01-01
				Xu works at Suzhou as sales_consultant from 2023-01-01`,
			"bmw-i", "2023-04-01", "not_enrolled, law healthy, brand at_risk", "joiner consultants fails", "dealership",
		},
		{
			"a consultant's course ends", wangAndLi + `
				Wu works at Suzhou as sales_consultant from 2020-01-01
				Wu holds consultant-core issued 2020-01-01 expires 2023-03-31`,
			"bmw-i", "2023-04-01", "not_enrolled, law healthy, brand at_risk", "requirement consultants fails: Wu expires", "dealership",
		},
		{
			"a waiver ends", wangAndLi + `
				Wu works at Suzhou as sales_consultant from 2020-01-01
				Suzhou is waived consultants from 2020-01-01 through 2023-03-31`,
			"bmw-i", "2023-04-01", "not_enrolled, law healthy, brand at_risk", "requirement consultants fails", "dealership",
		},
		{
			"a new version asks for more", wangAndLi,
			"bmw-i", "2025-01-01", "not_enrolled, law healthy, brand at_risk", "standard voltage fails", "dealership",
		},
		{
			"a transition ends", certified,
			"bmw-i", "2025-07-01", "certified until 2029-12-31, law healthy, brand at_risk", "standard voltage fails", "dealership",
		},
		{
			"a new version has a shorter grace", wangAndLi + `Li works at Wuxi as technician from 2024-11-20`,
			"bmw-i", "2025-01-01", "not_enrolled, law in_breach, brand in_breach", "standard voltage fails", "dealership",
		},
		{
			"modules are planned", `Suzhou operates
				Suzhou module DGU-01 planned since 2022-01-10`,
			"digital-upgrade", "2022-01-10", "planned", "modules", "dealership",
		},
		{
			"a module goes live on the day of completion", `Suzhou operates
				Suzhou module DGU-01 live 2022-06-01
				Suzhou digital-upgrade: complete on 2022-06-01`,
			"digital-upgrade", "2022-06-01", "completed", "decision complete", "headquarters",
		},
		{
			"opens", `Suzhou operates from 2022-01-01`,
			"bmw-i", "2022-01-01", "not_enrolled, law healthy, brand at_risk", "opens", "dealership",
		},
		{
			"closes", `Suzhou operates from 2022-01-01 through 2022-12-31`,
			"bmw-i", "2023-01-01", "not_operating, law healthy, brand healthy", "closes", "headquarters",
		},
		{
			"moves to another region", wangAndLi + `Suzhou belongs to region East through 2022-12-31
				Suzhou belongs to region South from 2023-01-01`,
			"bmw-i", "2023-01-01", "not_enrolled, law healthy, brand healthy", "moves", "region",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := tell(t, c.facts)
			on := tracker.MustDate(c.on)
			changes := s.history("Suzhou").Changes(rules, c.programme, tracker.Period{From: on, Until: on.Add(1)}, false)
			if len(changes) != 1 {
				t.Fatalf("%d changes, want one: %v", len(changes), changes)
			}
			change := changes[0]
			if change.On != on || change.After.From != on || change.Before.Until != on {
				t.Errorf("changes on %s, from %s, until %s", change.On, change.After.From, change.Before.Until)
			}
			if got := say(change.After); got != c.after {
				t.Errorf("after: got %q, want %q", got, c.after)
			}
			if got := sayCauses(s, change.Causes); got != c.causes {
				t.Errorf("causes: got %q, want %q", got, c.causes)
			}
			if change.Who != c.who {
				t.Errorf("who must act: got %s, want %s", change.Who, c.who)
			}
		})
	}
}

func TestChangesOfAPeriod(t *testing.T) {
	s := tell(t, wangAndLi+`He works at Suzhou as i_champion from 2022-06-01 through 2022-12-31
		Suzhou bmw-i: certify on 2022-09-01
		Li works at Wuxi as technician from 2023-05-01`)
	days := func(in tracker.Period, everything bool) (out []string) {
		for _, c := range s.history("Suzhou").Changes(testRules(), "bmw-i", in, everything) {
			out = append(out, c.On.String())
		}
		return out
	}
	for _, c := range []struct {
		name       string
		in         tracker.Period
		everything bool
		want       []string
	}{
		{"as a reader sees them", through("2022-01-01", "2023-12-31"), false, []string{"2022-09-01", "2023-05-01", "2023-06-30"}},
		{"every one", through("2022-01-01", "2023-12-31"), true, []string{"2022-06-01", "2022-09-01", "2023-01-01", "2023-05-01", "2023-06-30"}},
		{"the first and the last day of the period count", through("2022-09-01", "2023-05-01"), false, []string{"2022-09-01", "2023-05-01"}},
		{"the day after and the day before do not", through("2022-09-02", "2023-04-30"), false, nil},
		{"all of time", tracker.Period{}, false, []string{"2020-01-01", "2022-09-01", "2023-05-01", "2023-06-30", "2024-04-01", "2024-09-01"}},
	} {
		if got := days(c.in, c.everything); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	if got := s.history("Suzhou").Changes(testRules(), "green-star", tracker.Period{}, true); got != nil {
		t.Errorf("changes in an unknown programme: %v", got)
	}
}

func TestCauseOfADroppedRequirement(t *testing.T) {
	second := bmwiV2()
	second.Requirements = second.Requirements[1:]
	s := tell(t, `Suzhou operates from 2024-12-15`)
	on := tracker.MustDate("2025-01-01")
	rules := tracker.NewRulebook(bmwiV1(), second, lawV1())
	changes := s.history("Suzhou").Changes(rules, "bmw-i", tracker.Period{From: on, Until: on.Add(1)}, false)
	if len(changes) != 1 || sayCauses(s, changes[0].Causes) != "standard voltage" {
		t.Errorf("got %+v", changes)
	}
}

// What changes nothing but a requirement's result has its cause told too.
func TestCausesOfQuietChanges(t *testing.T) {
	for _, c := range []struct {
		name, facts, on string
		programme       tracker.ProgrammeCode
		want            string
	}{
		{"the law comes into force and holds", wangAndLi, "2024-04-01", "law", "law_in_force permits holds"},
		{"a champion comes", wangAndLi + `He works at Suzhou as i_champion from 2022-06-01`, "2022-06-01", "bmw-i", "requirement champion holds"},
		{"nobody is left in the ratio", wangAndLi + `Wu works at Suzhou as sales_consultant from 2020-01-01 through 2022-05-31
			Wu holds consultant-core issued 2020-01-01`, "2022-06-01", "bmw-i", "requirement consultants not_applicable"},
		{"a decision beside a quiet change", wangAndLi + `He works at Suzhou as i_champion from 2022-06-01
			Suzhou bmw-i: certify on 2022-06-01`, "2022-06-01", "bmw-i", "decision certify; requirement champion holds"},
	} {
		s := tell(t, c.facts)
		on := tracker.MustDate(c.on)
		changes := s.history("Suzhou").Changes(testRules(), c.programme, tracker.Period{From: on, Until: on.Add(1)}, true)
		if len(changes) != 1 || sayCauses(s, changes[0].Causes) != c.want {
			t.Errorf("%s: got %+v", c.name, changes)
		}
	}
}

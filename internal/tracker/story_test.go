package tracker_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/tracker"
)

// story is a set of facts told in words, one fact a line. Days given as ends ("through", "until", "due") are the last
// days that count, as people say them. The order of the lines is the order of recording.
type story struct {
	t           testing.TB
	facts       int
	dealerships []string
	people      []string
	regions     []string
	groups      []string
	histories   map[string]*tracker.History
	persons     map[string]*tracker.PersonHistory
}

// forms are the sentences that a story understands.
var forms = []struct {
	pattern *regexp.Regexp
	read    func(*story, sentence)
}{
	{form(`WHO operates( from FROM)?( through THROUGH)?`), (*story).operating},
	{form(`WHO belongs to region (?<region>\w+)( and group (?<group>\w+))?( from FROM)?( through THROUGH)?`), (*story).assignment},
	{form(`WHO works at (?<at>\w+) as (?<job>\w+)( from FROM)?( through THROUGH)?`), (*story).employment},
	{form(`WHO is on leave( from FROM)?( through THROUGH)?`), (*story).leave},
	{form(`WHO holds (?<type>[\w-]+)( (?<generation>gen\d))? issued FROM( due DUE)?( expires THROUGH)?`), (*story).qualification},
	{form(`WHO has (?<type>[\w-]+) reviewed on FROM( due DUE)?`), (*story).review},
	{form(`WHO (?<programme>[\w-]+): (?<kind>\w+) on FROM( valid until THROUGH)?( by (?<version>v\d))?`), (*story).decision},
	{form(`WHO module (?<module>[\w-]+)( planned since FROM)?( for DUE)?( live LIVE)?( verified THROUGH)?`), (*story).module},
	{form(`WHO is waived (?<requirement>\w+) from FROM( through THROUGH)?`), (*story).waiver},
	{form(`WHO goes through (?<event>\w+) from FROM( through THROUGH)?( bridged to DUE)?`), (*story).event},
	{form(`WHO has proof of (?<requirement>\w+) from FROM( through THROUGH)?`), (*story).proof},
}

func form(sentence string) *regexp.Regexp {
	sentence = strings.NewReplacer(
		"WHO", `(?<who>\w+)`, "FROM", day("from"), "THROUGH", day("through"), "DUE", day("due"), "LIVE", day("live"),
		" ", `\s+`,
	).Replace(sentence)
	return regexp.MustCompile("^" + sentence + "$")
}

func day(name string) string { return `(?<` + name + `>\d{4}-\d\d-\d\d)` }

// sentence is the parts of a line by their names.
type sentence map[string]string

// on gives a day of the sentence, zero where it says none.
func (s sentence) on(name string) tracker.Date {
	if s[name] == "" {
		return 0
	}
	return tracker.MustDate(s[name])
}

// until gives the first day after the last one that counts.
func (s sentence) until() tracker.Date { return s.on("through").Add(1) }

// tell reads a story; a line that no form understands fails the test.
func tell(t testing.TB, text string) *story {
	t.Helper()
	s := &story{t: t, histories: map[string]*tracker.History{}, persons: map[string]*tracker.PersonHistory{}}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			s.tell(line)
		}
	}
	return s
}

func (s *story) tell(line string) {
	s.t.Helper()
	for _, f := range forms {
		parts := f.pattern.FindStringSubmatch(line)
		if parts == nil {
			continue
		}
		said := sentence{}
		for i, name := range f.pattern.SubexpNames() {
			if name != "" {
				said[name] = parts[i]
			}
		}
		s.facts++
		f.read(s, said)
		return
	}
	s.t.Fatalf("nobody understands %q", line)
}

// head gives the head of the next fact.
func (s *story) head() tracker.Head {
	id := tracker.FactID(fmt.Sprintf("fact-%03d", s.facts))
	return tracker.Head{ID: id, Chain: id, RecordedAt: tracker.Moment(s.facts), FirstAt: tracker.Moment(s.facts)}
}

// number gives a name's number, from 1, in the order in which names occur.
func number(names *[]string, name string) int64 {
	if name == "" {
		return 0
	}
	if !slices.Contains(*names, name) {
		*names = append(*names, name)
	}
	return int64(slices.Index(*names, name) + 1)
}

func (s *story) dealership(name string) tracker.DealershipID {
	return tracker.DealershipID(number(&s.dealerships, name))
}

func (s *story) of(name string) *tracker.History {
	if s.histories[name] == nil {
		s.histories[name] = &tracker.History{Dealership: s.dealership(name)}
	}
	return s.histories[name]
}

// person gives what is told of a person.
func (s *story) person(name string) *tracker.PersonHistory {
	if s.persons[name] == nil {
		s.persons[name] = &tracker.PersonHistory{Person: tracker.PersonID(number(&s.people, name))}
	}
	return s.persons[name]
}

// name gives a person's name back.
func (s *story) name(id tracker.PersonID) string { return s.people[id-1] }

func (s *story) names(ids []tracker.PersonID) []string {
	var out []string
	for _, id := range ids {
		out = append(out, s.name(id))
	}
	return out
}

// history gives what is told of a dealership, with everybody who was ever employed there.
func (s *story) history(name string) tracker.History {
	h := *s.of(name)
	for _, who := range s.people {
		person := s.persons[who]
		if slices.ContainsFunc(person.Employments, func(e tracker.Employment) bool { return e.Dealership == h.Dealership }) {
			h.People = append(h.People, *person)
		}
	}
	return h
}

func (s *story) operating(f sentence) {
	h := s.of(f["who"])
	h.Operating = append(h.Operating, tracker.OperatingPeriod{
		Head: s.head(), Dealership: h.Dealership, From: f.on("from"), Until: f.until(),
	})
}

func (s *story) assignment(f sentence) {
	h := s.of(f["who"])
	h.Assignments = append(h.Assignments, tracker.Assignment{
		Head: s.head(), Dealership: h.Dealership, Region: tracker.RegionID(number(&s.regions, f["region"])),
		Group: tracker.GroupID(number(&s.groups, f["group"])), From: f.on("from"), Until: f.until(),
	})
}

func (s *story) employment(f sentence) {
	p := s.person(f["who"])
	p.Employments = append(p.Employments, tracker.Employment{
		Head: s.head(), Person: p.Person, Dealership: s.dealership(f["at"]), Job: tracker.Job(f["job"]),
		From: f.on("from"), Until: f.until(),
	})
}

func (s *story) leave(f sentence) {
	p := s.person(f["who"])
	p.Leaves = append(p.Leaves, tracker.Leave{Head: s.head(), Person: p.Person, From: f.on("from"), Until: f.until()})
}

func (s *story) qualification(f sentence) {
	p := s.person(f["who"])
	p.Qualifications = append(p.Qualifications, tracker.Qualification{
		Head: s.head(), Person: p.Person, Type: tracker.QualificationCode(f["type"]),
		Generation: tracker.Generation(f["generation"]), IssuedOn: f.on("from"), FirstReviewDue: f.on("due"),
		ExpiresOn: f.on("through"),
	})
}

// review is of the certificate of that type that was told last.
func (s *story) review(f sentence) {
	p := s.person(f["who"])
	for _, q := range slices.Backward(p.Qualifications) {
		if q.Type == tracker.QualificationCode(f["type"]) {
			p.Reviews = append(p.Reviews, tracker.Review{
				Head: s.head(), Person: p.Person, Qualification: q.Chain, ReviewedOn: f.on("from"), NextDue: f.on("due"),
			})
			return
		}
	}
	s.t.Fatalf("%s has no %s to be reviewed", f["who"], f["type"])
}

func (s *story) decision(f sentence) {
	h := s.of(f["who"])
	h.Decisions = append(h.Decisions, tracker.Decision{
		Head: s.head(), Dealership: h.Dealership, Programme: tracker.ProgrammeCode(f["programme"]),
		Decided: tracker.DecisionKind(f["kind"]), EffectiveOn: f.on("from"), ValidUntil: f.on("through"),
		Standard: f["version"],
	})
}

func (s *story) module(f sentence) {
	h := s.of(f["who"])
	h.Modules = append(h.Modules, tracker.Module{
		Head: s.head(), Dealership: h.Dealership, Module: f["module"], PlannedSince: f.on("from"),
		PlannedOn: f.on("due"), LiveOn: f.on("live"), VerifiedOn: f.on("through"),
	})
}

func (s *story) event(f sentence) {
	h := s.of(f["who"])
	h.Events = append(h.Events, tracker.Event{
		Head: s.head(), Dealership: h.Dealership, Event: tracker.EventKind(f["event"]), From: f.on("from"), Until: f.until(), BridgedTo: f.on("due"),
	})
}

func (s *story) waiver(f sentence) {
	h := s.of(f["who"])
	h.Waivers = append(h.Waivers, tracker.Waiver{
		Head: s.head(), Dealership: h.Dealership, Requirement: f["requirement"], From: f.on("from"), Until: f.until(),
	})
}

func (s *story) proof(f sentence) {
	h := s.of(f["who"])
	h.Proofs = append(h.Proofs, tracker.Proof{
		Head: s.head(), Dealership: h.Dealership, Requirement: f["requirement"], From: f.on("from"), Until: f.until(),
	})
}

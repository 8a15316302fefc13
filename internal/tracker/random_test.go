package tracker_test

import (
	"fmt"

	"pgregory.net/rapid"

	"dealercert/internal/tracker"
)

// The days of random histories lie from 2022 to 2025, close to the beginnings of months, so that facts often meet on a
// day, on the day before or on the day after, and February's end is not rare.
var (
	randomFirst = tracker.MustDate("2021-12-20") // before any fact; the oracle's first day
	randomLast  = tracker.MustDate("2027-03-31") // after any fact; most ends that follow from them lie before it
)

// dice draws the parts of a random history.
type dice struct {
	*rapid.T
	facts int
}

// number draws a number with an even chance for each; rapid's own ranges prefer small ones, and with them most random
// histories would say next to nothing.
func (t *dice) number(from, to int, name string) int {
	thrown := 0
	for _, bit := range eightBits.Draw(t.T, name) {
		thrown <<= 1
		if bit {
			thrown++
		}
	}
	return from + thrown*(to-from+1)/256
}

// one tells whether something comes true that does so once in so many times.
func (t *dice) one(in int, name string) bool { return t.number(1, in, name) == in }

func pick[T any](t *dice, name string, from ...T) T { return from[t.number(0, len(from)-1, name)] }

var eightBits = rapid.SliceOfN(rapid.Bool(), 8, 8)

func (t *dice) day() tracker.Date {
	first := tracker.MustDate("2022-01-01").AddMonths(t.number(0, 47, "month"))
	return first.Add(pick(t, "offset", 0, 0, -1, 1, 14))
}

// knownOr gives a day, or none once in so many times.
func (t *dice) knownOr(none int) tracker.Date {
	if t.one(none, "unknown") {
		return 0
	}
	return t.day()
}

// rarely gives a day once in four times, else none.
func (t *dice) rarely() tracker.Date {
	if t.one(4, "known") {
		return t.day()
	}
	return 0
}

func (t *dice) head() tracker.Head {
	t.facts++
	// Chains do not rise with the order of drawing, so that ties are decided by them and not by accident.
	id := tracker.FactID(fmt.Sprintf("%02d-%03d", t.number(0, 99, "chain"), t.facts))
	return tracker.Head{ID: id, Chain: id, FirstAt: tracker.Moment(t.number(1, 3, "moment"))}
}

func several[T any](t *dice, name string, atMost int, one func() T) []T {
	var out []T
	for range t.number(0, atMost, name) {
		out = append(out, one())
	}
	return out
}

const here, there = tracker.DealershipID(1), tracker.DealershipID(2)

// randomHistory draws a dealership's history with everybody's employments here and at another dealership.
func randomHistory(t *dice) tracker.History {
	h := tracker.History{Dealership: here}
	h.Operating = append(several(t, "operating", 2, t.operating), tracker.OperatingPeriod{
		Head: t.head(), Dealership: here, From: t.knownOr(2), Until: t.rarely(),
	})
	h.Assignments = several(t, "assignments", 3, t.assignment)
	h.Decisions = several(t, "decisions", 12, t.decision)
	h.Modules = several(t, "modules", 3, t.module)
	h.Proofs = several(t, "proofs", 3, t.proof)
	h.Events = several(t, "events", 2, t.event)
	h.Waivers = several(t, "waivers", 2, t.waiver)
	for i := range t.number(2, 6, "people") {
		h.People = append(h.People, t.person(tracker.PersonID(i+1)))
	}
	return h
}

func (t *dice) operating() tracker.OperatingPeriod {
	return tracker.OperatingPeriod{Head: t.head(), Dealership: here, From: t.day(), Until: t.knownOr(3)}
}

func (t *dice) assignment() tracker.Assignment {
	return tracker.Assignment{
		Head: t.head(), Dealership: here, Region: tracker.RegionID(t.number(1, 3, "region")),
		Group: tracker.GroupID(t.number(0, 2, "group")), Zone: tracker.ZoneID(t.number(0, 2, "zone")), From: t.knownOr(3), Until: t.knownOr(2),
	}
}

func (t *dice) decision() tracker.Decision {
	kind := pick[tracker.DecisionKind](t, "kind", "enrol", "certify", "certify", "certify", "certify_with_conditions", "renew",
		"renew", "suspend", "reinstate", "revoke", "withdraw", "complete", "complete", "reopen", "submit", "submit", "return", "plan_audit",
		"lock_audit", "fail", "conditions_met", "extend", "baseline", "plan", "declare", "verify", "pause", "resume", "waive")
	programme := pick[tracker.ProgrammeCode](t, "programme", "bmw-i", "bmw-i", "bmw-i", "bmw-i", "digital-upgrade", "law")
	switch kind {
	case "complete", "reopen", "baseline", "plan", "declare", "verify", "pause", "resume", "waive":
		programme = pick[tracker.ProgrammeCode](t, "project", "digital-upgrade", "digital-upgrade", "bmw-i")
	}
	d := tracker.Decision{
		Head: t.head(), Dealership: here, Programme: programme, Decided: kind, EffectiveOn: t.day(),
		Standard: pick(t, "standard", "", "", "v1", "v2", "v3", "v9"),
	}
	if t.one(3, "dated") {
		d.ValidUntil = t.day()
	}
	return d
}

func (t *dice) module() tracker.Module {
	return tracker.Module{
		Head: t.head(), Dealership: here, Module: "DGU-01", PlannedSince: t.knownOr(3), PlannedOn: t.day(), LiveOn: t.knownOr(2),
		VerifiedOn: t.knownOr(2),
	}
}

func (t *dice) proof() tracker.Proof {
	return tracker.Proof{Head: t.head(), Dealership: here, Requirement: "charger", From: t.day(), Until: t.knownOr(3)}
}

func (t *dice) event() tracker.Event {
	return tracker.Event{Head: t.head(), Dealership: here, Event: pick(t, "event", tracker.EventKinds...), From: t.day(), Until: t.knownOr(3)}
}

func (t *dice) waiver() tracker.Waiver {
	return tracker.Waiver{
		Head: t.head(), Dealership: here, From: t.day(), Until: t.knownOr(3),
		Requirement: pick(t, "requirement", "voltage", "consultants", "charger", "permits", "nev"),
	}
}

func (t *dice) person(id tracker.PersonID) tracker.PersonHistory {
	p := tracker.PersonHistory{Person: id}
	p.Employments = append(several(t, "employments", 3, func() tracker.Employment { return t.employment(id) }), t.employment(id))
	p.Leaves = several(t, "leaves", 2, func() tracker.Leave { return t.leave(id) })
	p.Qualifications = several(t, "qualifications", 6, func() tracker.Qualification { return t.qualification(id) })
	if len(p.Qualifications) > 0 {
		p.Reviews = several(t, "reviews", 3, func() tracker.Review { return t.review(id, pick(t, "of", p.Qualifications...).Chain) })
	}
	return p
}

func (t *dice) employment(id tracker.PersonID) tracker.Employment {
	return tracker.Employment{
		Head: t.head(), Person: id, Dealership: pick(t, "at", here, here, here, there), From: t.knownOr(4), Until: t.rarely(),
		Job: pick[tracker.Job](t, "job", "technician", "technician", "foreman", "sales_consultant", "sales_consultant", "i_champion", "other"),
	}
}

func (t *dice) leave(id tracker.PersonID) tracker.Leave {
	return tracker.Leave{Head: t.head(), Person: id, From: t.knownOr(5), Until: t.knownOr(3)}
}

func (t *dice) qualification(id tracker.PersonID) tracker.Qualification {
	q := tracker.Qualification{
		Head: t.head(), Person: id, IssuedOn: t.day(), Generation: pick[tracker.Generation](t, "generation", "", "gen5", "gen6"),
		Type: pick[tracker.QualificationCode](t, "type", "permit-lv", "permit-lv", "hvt-c", "hvt-b", "hve", "consultant-core", "first-aid", "unknown"),
	}
	if t.one(3, "due") {
		q.FirstReviewDue = t.day()
	}
	if t.one(3, "expires") {
		q.ExpiresOn = t.day()
	}
	return q
}

func (t *dice) review(id tracker.PersonID, of tracker.FactID) tracker.Review {
	return tracker.Review{Head: t.head(), Person: id, Qualification: of, ReviewedOn: t.day(), NextDue: t.knownOr(2)}
}

// randomStandards draws the standards of a rulebook in its order: one or two versions of the law, one to three of BMW i.
func randomStandards(t *dice) []tracker.Standard {
	out := []tracker.Standard{t.law("v1", t.knownOr(2))}
	if t.one(3, "second law") {
		out = append(out, t.law("v2", max(out[0].EffectiveOn, t.knownOr(3))))
	}
	effective := t.knownOr(2)
	for i := range t.number(1, 3, "versions") {
		if i > 0 {
			effective = max(effective, t.knownOr(3))
		}
		out = append(out, t.bmwi(fmt.Sprintf("v%d", i+1), effective))
	}
	return append(out, upgradeV1())
}

func (t *dice) law(version string, effective tracker.Date) tracker.Standard {
	s := lawV1()
	s.Version, s.EffectiveOn = version, effective
	s.Requirements[0].InForceFrom = t.knownOr(3)
	s.Requirements[0].Measure.AtLeast = t.number(1, 2, "permits")
	s.Qualifications[0].ReviewMonths = pick(t, "review months", 6, 18)
	return s
}

func (t *dice) bmwi(version string, effective tracker.Date) tracker.Standard {
	s := bmwiV1()
	s.Version, s.EffectiveOn = version, effective
	if t.one(2, "transition") {
		s.TransitionUntil = t.day()
	}
	s.ValidityMonths = pick(t, "validity", 0, 6, 12, 24)
	s.RenewalWindowDays = pick(t, "window", 0, 31, 120)
	s.ResetDays = pick(t, "reset", 0, 14, 31)
	s.Requirements = append(s.Requirements,
		tracker.Requirement{
			Code: "charger", Basis: "brand", Binding: "site", Severity: "major", GraceDays: 14, Measure: tracker.Measure{Kind: "proof"},
		},
		tracker.Requirement{
			Code: "nev", Basis: "brand", Severity: "critical", Measure: tracker.Measure{Kind: "count", Skill: "nev", AtLeast: 1},
		},
	)
	for i := range s.Requirements {
		r := &s.Requirements[i]
		r.GraceDays = pick(t, "grace", 0, 14, 60)
		if t.one(4, "later") {
			r.InForceFrom = t.day()
		}
		r.Measure.AtLeast = t.number(1, 2, "at least")
		r.Measure.JoinerDays = pick(t, "joiner", 0, 31, 90)
		r.Measure.Percent = pick(t, "percent", 50, 67, 80)
	}
	s.Requirements[0].Measure.Generation = pick[tracker.Generation](t, "of generation", "", "gen5")
	if t.one(3, "fewer") {
		s.Requirements = s.Requirements[t.number(0, 4, "from"):]
	}
	s.Qualifications = append(s.Qualifications, tracker.QualificationType{Code: "first-aid", Skills: []tracker.Skill{"first-aid"}})
	return s
}

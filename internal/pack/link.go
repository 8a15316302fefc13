package pack

import (
	"slices"
	"strings"

	"dealercert/internal/tracker"
)

// link says which requirement of an earlier version one of this version takes the place of:
//
//	links:
//	  - {from: BMI-B02, to: BMI-B12, carry: yes}
//	  - from: BMI-C04
//	    to: BMI-C05
//	    carry: {value: until 2027-06-30, basis: assumption, cite: "A year to renew the declaration"}
type link struct {
	From  scalar `yaml:"from"`
	To    scalar `yaml:"to"`
	Carry number `yaml:"carry"`
}

// carryUntil stands before the day of a carry-over that ends.
const carryUntil = "until "

// links reads the links to an earlier version. That what they come from exists is for Validate, which knows it.
func (r *reader) links() {
	var seen []tracker.RequirementLink
	for i, l := range r.doc.Links {
		at := item("links", i, l.From)
		out := tracker.RequirementLink{From: r.code(at.key("from"), l.From), To: r.code(at.key("to"), l.To)}
		switch _, known := r.out.Requirement(out.To); {
		case !known:
			r.fail(at.key("to"), "pack_link_to", "value", out.To)
		case out.From == out.To:
			r.fail(at.key("to"), "pack_link_self", "value", out.To)
		}
		r.carry(at.key("carry"), l.Carry, &out)
		if slices.ContainsFunc(seen, func(s tracker.RequirementLink) bool { return s.From == out.From && s.To == out.To }) {
			r.fail(at, "pack_link_twice", "value", out.From, "to", out.To)
		}
		seen = append(seen, out)
	}
	r.out.Links = seen
}

// carry reads whether proofs and waivers are carried over: yes, no, or until a day, which needs a source.
func (r *reader) carry(at place, given number, into *tracker.RequirementLink) {
	switch text := strings.TrimSpace(string(given.value)); {
	case !given.given || text == "":
		r.fail(at, "pack_missing", "known", "yes, no, until YYYY-MM-DD")
	case text == string(tracker.CarryYes), text == string(tracker.CarryNo):
		into.Carry = tracker.Carry(text)
	case strings.HasPrefix(text, carryUntil):
		day := given
		day.value = scalar(strings.TrimSpace(strings.TrimPrefix(text, carryUntil)))
		into.Carry, into.Until = tracker.CarryUntil, r.day(at, day, nil)
	default:
		r.fail(at, "pack_word", "value", text, "known", "yes, no, until YYYY-MM-DD")
	}
}

// linked checks that what a standard's links come from is a requirement of a version before it.
func linked(s tracker.Standard, all []tracker.Standard) error {
	for _, l := range s.Links {
		found := slices.ContainsFunc(all, func(before tracker.Standard) bool {
			_, has := before.Requirement(l.From)
			return has && before.Programme == s.Programme && before.EffectiveOn < s.EffectiveOn
		})
		if !found {
			return wrong(s, "pack_link_from", "code", l.From, "to", l.To)
		}
	}
	return nil
}

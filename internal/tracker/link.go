package tracker

import "slices"

// Carry says whether what was proven or waived for a requirement counts for the one that takes its place.
type Carry string

// The ways of carrying over.
const (
	CarryYes   Carry = "yes"
	CarryNo    Carry = "no"
	CarryUntil Carry = "until" // through a day
)

// RequirementLink says that a requirement of a standard takes the place of one of an earlier version. Unless nothing is
// carried over, proofs and waivers of the old code count for the new one, and a grace clock that runs goes on.
type RequirementLink struct {
	From  string // the code in an earlier version
	To    string // the code in the version that holds the link
	Carry Carry
	Until Date // of CarryUntil: the last day on which proofs and waivers of the old code count
}

// forebear is a requirement whose place another one takes, directly or by a chain of links.
type forebear struct {
	code  string
	until Date // the last day on which its proofs and waivers count; zero: no end
}

// lineage gives each requirement's forebears, by code. Requirements keep their code across versions, so links hold for
// all later versions too.
type lineage map[string][]forebear

// lineageOf gathers the links of all standards. Nil where there are none.
func lineageOf(standards []Standard) lineage {
	var out lineage
	direct := map[string][]RequirementLink{}
	for i := range standards {
		for _, l := range standards[i].Links {
			if l.Carry != CarryNo {
				direct[l.To] = append(direct[l.To], l)
			}
		}
	}
	for code := range direct {
		if out == nil {
			out = lineage{}
		}
		out[code] = forebears(code, direct)
	}
	return out
}

// replacedBy gives, for each requirement, all whose place it takes by any chain of links. Nil where there are none.
func replacedBy(standards []Standard) map[string][]string {
	var out map[string][]string
	for i := range standards {
		for _, l := range standards[i].Links {
			if out == nil {
				out = map[string][]string{}
			}
			out[l.To] = append(out[l.To], l.From)
		}
	}
	for code := range out {
		for i := 0; i < len(out[code]); i++ {
			for _, older := range out[out[code][i]] {
				if older != code && !slices.Contains(out[code], older) {
					out[code] = append(out[code], older)
				}
			}
		}
	}
	return out
}

// forebears follows the links back from a requirement. A chain carries as long as each of its links does; of several
// chains the longest counts. Rings end where they began.
func forebears(code string, direct map[string][]RequirementLink) []forebear {
	reached := map[string]Date{code: endOfTime}
	order := []string{code}
	for waiting := []string{code}; len(waiting) > 0; waiting = waiting[1:] {
		for _, l := range direct[waiting[0]] {
			until := min(Through(0, l.Until).end(), reached[waiting[0]])
			have, known := reached[l.From]
			if known && have >= until {
				continue
			}
			if !known {
				order = append(order, l.From)
			}
			reached[l.From] = until
			waiting = append(waiting, l.From)
		}
	}
	out := make([]forebear, 0, len(order)-1)
	for _, from := range order[1:] {
		f := forebear{code: from}
		if reached[from] != endOfTime {
			f.until = reached[from].Add(-1)
		}
		out = append(out, f)
	}
	return out
}

// counts gives the days of a period on which what was recorded for one requirement counts for another, and whether there
// are any.
func (l lineage) counts(recorded, wanted string, p Period) (Period, bool) {
	if recorded == wanted {
		return p, true
	}
	for _, f := range l[wanted] {
		if f.code == recorded {
			p = p.Intersect(Through(0, f.until))
			return p, !p.Empty()
		}
	}
	return p, false
}

// kin gives the requirements with which one shares its clock: its forebears and those of which it is one, which a
// dealership meets that comes back under the older version.
func (l lineage) kin(code string) []string {
	var out []string
	for _, f := range l[code] {
		out = append(out, f.code)
	}
	for heir, list := range l {
		if slices.ContainsFunc(list, func(f forebear) bool { return f.code == code }) {
			out = append(out, heir)
		}
	}
	return out
}

// overdue gives the days on which one of the kin of a requirement fails: a clock that began then goes on when the
// requirement takes its place.
func overdue(kin []string, known map[string][]*demanded, judged steps[*Standard]) steps[bool] {
	out := steps[bool]{{}}
	for _, code := range kin {
		asks := asked(known[code], judged)
		breaks := out.breaks(asks.breaks(nil))
		for _, d := range known[code] {
			breaks = d.outcome.steps.breaks(breaks)
		}
		before := out
		out = tabulate(breaks, func(d Date) bool {
			r := asks.at(d)
			return before.at(d) || r != nil && r.outcome.steps.at(d) == Fails
		})
	}
	return out
}

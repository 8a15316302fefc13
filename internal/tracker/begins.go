package tracker

import "reflect"

// Begins gives the first day on which a change of one fact can make a difference: before is the version that it takes
// the place of (nil: the fact is new), after the one that takes it (nil: the fact ends). The zero Date is the open past.
// changes is false where no day is different: only words or a certificate's number were corrected.
//
// A new fact and one that ends begin with its first day. Of two versions it is the first day on which they differ: where
// only an end was moved, the earlier of the two ends.
func Begins(before, after Fact) (day Date, changes bool) {
	switch {
	case before == nil && after == nil:
		return 0, false
	case before == nil:
		return firstOf(after)
	case after == nil:
		return before.FirstDay(), true
	}
	was, is := bareOf(before), bareOf(after)
	if !reflect.DeepEqual(was.rest, is.rest) {
		return min(before.FirstDay(), after.FirstDay()), true
	}
	for i := range was.ends {
		if was.ends[i] != is.ends[i] {
			day, changes = earlier(day, earlier(was.ends[i], is.ends[i])), true
		}
	}
	return day, changes
}

// firstOf gives the first day of a new fact. Two kinds begin nothing in the past. The assignment that a dealership begins
// with is open to the past and says who looks after it, whenever it opens; a publication has its own way into force.
func firstOf(fact Fact) (Date, bool) {
	switch f := fact.(type) {
	case Assignment:
		return f.From, f.From != 0
	case Publication:
		return f.EffectiveOn, false
	default:
		return fact.FirstDay(), true
	}
}

// bare is a fact without its head and words: what it says, and the days on which that changes by itself (zero: never).
type bare struct {
	rest Fact
	ends []Date
}

// bareOf takes a fact apart. An end that is not given but follows from the standard is not known here: it counts as the
// first day, so that giving one is never taken for less than it may be.
func bareOf(fact Fact) bare {
	out := bare{}
	after := func(last Date) Date {
		if last == 0 {
			return fact.FirstDay()
		}
		return last.Add(1)
	}
	switch f := WithHead(fact, Head{}).(type) {
	case OperatingPeriod:
		out.ends, f.Until = []Date{f.Until}, 0
		out.rest = f
	case Assignment:
		out.ends, f.Until = []Date{f.Until}, 0
		out.rest = f
	case Franchise:
		out.ends, f.Until = []Date{f.Until}, 0
		out.rest = f
	case Employment:
		out.ends, f.Until = []Date{f.Until}, 0
		out.rest = f
	case Leave:
		out.ends, f.Until = []Date{f.Until}, 0
		out.rest = f
	case Proof:
		out.ends, f.Until, f.Evidence = []Date{f.Until}, 0, ""
		out.rest = f
	case Waiver:
		out.ends, f.Until, f.Grounds, f.Compensation = []Date{f.Until}, 0, "", ""
		out.rest = f
	case Event:
		out.ends, f.Until, f.BridgedTo, f.Note = []Date{f.Until, Through(0, f.BridgedTo).Until}, 0, 0, ""
		out.rest = f
	case Qualification:
		out.ends = []Date{after(f.FirstReviewDue), Through(0, f.ExpiresOn).Until}
		f.FirstReviewDue, f.ExpiresOn, f.Certificate = 0, 0, ""
		out.rest = f
	case Review:
		out.ends, f.NextDue = []Date{after(f.NextDue)}, 0
		out.rest = f
	case Module:
		out.ends = []Date{f.PlannedSince, f.LiveOn, f.VerifiedOn}
		f.PlannedSince, f.PlannedOn, f.LiveOn, f.VerifiedOn = 0, 0, 0, 0
		out.rest = f
	case Decision:
		out.ends, f.ValidUntil, f.Conditions, f.Grounds = []Date{after(f.ValidUntil)}, 0, "", ""
		f.Auditor, f.Signed = "", ""
		out.rest = f
	default:
		out.rest = f
	}
	return out
}

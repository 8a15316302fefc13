package tracker

import (
	"cmp"
	"slices"
)

// QualificationCode is a type of qualification: permit-lv, hva, hvt-c, hvt-b, hve, consultant-core, champion…
type QualificationCode string

// Generation is a high-voltage generation (gen3 … gen6); empty where a type has none.
type Generation string

// Skill is what a qualification lets a person do, as coverage counts it.
type Skill string

// The skills that the core itself speaks of; packs may name more.
const (
	SkillPermit   Skill = "permit"   // holds the low-voltage electrician permit
	SkillHVTC     Skill = "hvt-c"    // works on high-voltage components, or higher
	SkillNEV      Skill = "nev"      // nev_qualified, MODEL.md §6: computed, no pack grants it
	SkillEmployed Skill = "employed" // simply works there in a job
)

// QualificationType says what a type of qualification is worth. It is data of a pack.
type QualificationType struct {
	Code              QualificationCode
	Name              Text
	Skills            []Skill // what it covers, lower levels included
	ForTechnicians    bool    // counts only while a technician's employment counts
	ForJob            Job     // counts only in this job; empty with ForTechnicians
	HasGeneration     bool    // issued for one generation; without, it is valid for all
	ReviewMonths      int     // a review falls due so long after issue or review where no day is recorded; 0: none
	DormantAfter      int     // months off the post after which it is dormant; 0: never
	ApplicationWindow int     // days before a review or the expiry is due in which it can be applied for; 0: none
	Source            Provenance

	// How it is come by and kept. None of it changes what a certificate is worth on a day.
	Level          int          // on the ladder, the lowest 1; 0: beside the ladder
	Generations    []Generation // all there are, oldest first; nil without HasGeneration
	ValidityMonths int          // for how long it is issued; 0: not said
	RenewalWindow  int          // days before the expiry in which it is renewed; 0: none
	DecisionDays   int          // working days that the authority takes to decide on an application; 0: not said
	NoGrace        bool         // the day after a missed date it is worth nothing
	ClassroomDays  int          // what it takes to get it for the first time, or anew
	BridgeHours    int          // web-based training in which a holder of the generation before gets it; 0: no such way
	Requires       []Prerequisite
}

// Prerequisite is a type of qualification that must be held on the day on which another one is issued.
type Prerequisite struct {
	Type           QualificationCode
	SameGeneration bool // for the generation that is asked for
	Generations    int  // for at least so many different generations; 0 and 1: one certificate does
	InForceFrom    Date // zero: always
	Source         Provenance
}

// meantFor tells whether a certificate of the type counts in a post.
func (t *QualificationType) meantFor(p post) bool {
	switch {
	case t.ForTechnicians:
		return p.Job.Technician()
	case t.ForJob != "":
		return p.Job == t.ForJob
	default:
		return p.Employed
	}
}

// generationOf gives the generation that a certificate of the type is valid for; empty: all.
func (t *QualificationType) generationOf(q *Qualification) Generation {
	if !t.HasGeneration {
		return ""
	}
	return q.Generation
}

// Qualification is a certificate that a person holds.
type Qualification struct {
	Head
	Person         PersonID
	Type           QualificationCode
	Generation     Generation
	Certificate    string // its number, masked unless the reader may see it
	IssuedOn       Date
	FirstReviewDue Date // zero: assumed from the pack's review months
	ExpiresOn      Date // the last day; zero: no end
}

// Review is the periodic review of a qualification, a permit's in the first place.
type Review struct {
	Head
	Person        PersonID
	Qualification FactID // the qualification's chain
	ReviewedOn    Date
	NextDue       Date // zero: assumed from the pack's review months
}

func (Qualification) Kind() FactKind { return FactQualification }
func (Review) Kind() FactKind        { return FactReview }

// FirstDay is the day of issue.
func (f Qualification) FirstDay() Date { return f.IssuedOn }

// FirstDay is the day of the review.
func (f Review) FirstDay() Date { return f.ReviewedOn }

// Clock is one certificate's dates on a day, for people to read.
type Clock struct {
	Qualification Qualification
	Type          QualificationType
	ReviewDue     Date // the due day that counts on the day; zero when none is needed
	ReviewAssumed bool // no due day was recorded: it follows from the pack's review months
	Valid         bool
	Dormant       bool
	Until         Date // the last day of the present validity; zero when it is open or when it is not valid
}

// reviewDue gives the review due day on a day, and whether it is assumed (MODEL.md §6).
func reviewDue(q *Qualification, kind *QualificationType, reviews []Review, on Date) (due Date, assumed bool) {
	base, due := q.IssuedOn, q.FirstReviewDue
	for i := range reviews {
		if r := &reviews[i]; r.ReviewedOn <= on {
			base, due = r.ReviewedOn, r.NextDue
		}
	}
	if due == 0 && kind.ReviewMonths > 0 {
		return base.AddMonths(kind.ReviewMonths), true
	}
	return due, false
}

// reviewsOf gives a qualification's reviews in the order in which they count.
func (h PersonHistory) reviewsOf(chain FactID) []Review {
	var out []Review
	for i := range h.Reviews {
		if h.Reviews[i].Qualification == chain {
			out = append(out, h.Reviews[i])
		}
	}
	slices.SortFunc(out, func(a, b Review) int { return later(a.ReviewedOn, b.ReviewedOn, a.Head, b.Head) })
	return out
}

// certified gives the days on which a certificate is in date: from issue through expiry, and on each day through the
// review due that counts on it. A review made up late leaves the days in between invalid.
func certified(q *Qualification, kind *QualificationType, reviews []Review) days {
	whole := Through(q.IssuedOn, q.ExpiresOn)
	var out days
	from := q.IssuedOn
	for i := range reviews {
		if next := reviews[i].ReviewedOn; next > from {
			due, _ := reviewDue(q, kind, reviews, from)
			out = out.add(Through(from, due).Intersect(Period{from, next}).Intersect(whole))
			from = next
		}
	}
	due, _ := reviewDue(q, kind, reviews, from)
	return out.add(Through(from, due).Intersect(whole))
}

// dormant gives the days on which a person's permit sleeps: after so many months in a row off the post, until a review
// on or after the first dormant day or a permit issued after it. The span off the post is taken whole: coming back
// after its months are full does not wake the permit (Order No. 30 of the State Administration of Work Safety, Art. 32).
func (h PersonHistory) dormant(posts steps[post], kind *QualificationType) days {
	if kind.DormantAfter == 0 {
		return nil
	}
	working := when(posts, func(p post) bool { return p.Job.Technician() })
	if len(working) == 0 {
		return nil
	}
	known := days{{From: working[0].From}}
	var list []Period
	for _, span := range known.without(working.without(h.leaves())) {
		first := span.From.AddMonths(kind.DormantAfter)
		if span.From == 0 || span.end() < first {
			continue
		}
		list = append(list, Period{first, h.wokenOn(kind.Code, first)})
	}
	return merged(list)
}

// leaves gives the days on leave.
func (h PersonHistory) leaves() days {
	list := make([]Period, len(h.Leaves))
	for i, l := range h.Leaves {
		list[i] = Period{l.From, l.Until}
	}
	return merged(list)
}

// wokenOn gives the day on which a permit dormant since first counts again, zero when none is known.
func (h PersonHistory) wokenOn(code QualificationCode, first Date) Date {
	woken := Date(0)
	for i := range h.Qualifications {
		q := &h.Qualifications[i]
		if q.Type != code {
			continue
		}
		if q.IssuedOn > first {
			woken = earlier(woken, q.IssuedOn)
		}
		for j := range h.Reviews {
			if r := &h.Reviews[j]; r.Qualification == q.Chain && r.ReviewedOn >= first {
				woken = earlier(woken, r.ReviewedOn)
			}
		}
	}
	return woken
}

// earlier gives the earlier of two days, where zero stands for none.
func earlier(a, b Date) Date {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}

// Clocks gives each certificate's dates on a day, in the order of issue.
func (h PersonHistory) Clocks(rules Rulebook, on Date) []Clock {
	posts := h.posts()
	out := make([]Clock, 0, len(h.Qualifications))
	for i := range h.Qualifications {
		q := &h.Qualifications[i]
		kind, reviews := rules.qualificationType(q.Type, q.IssuedOn), h.reviewsOf(q.Chain)
		sleeping := h.dormant(posts, kind)
		clock := Clock{Qualification: *q, Type: *kind, Dormant: sleeping.contains(on)}
		clock.ReviewDue, clock.ReviewAssumed = reviewDue(q, kind, reviews, on)
		for _, p := range certified(q, kind, reviews).without(sleeping) {
			if p.Contains(on) {
				clock.Valid, clock.Until = true, p.Last()
			}
		}
		out = append(out, clock)
	}
	slices.SortFunc(out, func(a, b Clock) int {
		return cmp.Or(cmp.Compare(a.Qualification.IssuedOn, b.Qualification.IssuedOn),
			cmp.Compare(a.Qualification.Chain, b.Qualification.Chain))
	})
	return out
}

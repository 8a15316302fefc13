package tracker_test

import (
	"cmp"
	"slices"

	"dealercert/internal/tracker"
)

// The oracle computes what MODEL.md says by plain loops: one day after the other, one fact after the other. It shares
// nothing with the engine but the types of the facts and the arithmetic of days. Its first day stands for the unknown
// past: no fact of a history that it is asked about begins or ends on or before it, but for those open to the past.
type oracle struct {
	standards []tracker.Standard // by programme and day of coming into force
	history   tracker.History
	first     tracker.Date
	last      tracker.Date
}

// knownDay is everything that the oracle knows of one day.
type knownDay struct {
	standings []tracker.Standing // one for each programme, without its period and its loss
	coverage  []tracker.Coverage // of everybody at the dealership, without periods
	staffing  []tracker.Staffing // one, without its period; none where the dealership does not operate
}

func within(from, until, d tracker.Date) bool { return from <= d && (until == 0 || d < until) }

func technician(j tracker.Job) bool { return j == "technician" || j == "foreman" }

// days gives what is known of each day, from the first to the last.
func (o oracle) days() []knownDay {
	asleep := map[tracker.PersonID][]bool{}
	for _, p := range o.history.People {
		asleep[p.Person] = o.asleep(p)
	}
	walks := map[tracker.ProgrammeCode]*walk{}
	for _, code := range o.programmes() {
		walks[code] = &walk{oracle: o, programme: code, versions: o.versions(code), state: o.initial(code), clocks: map[string]*clock{}}
	}
	var out []knownDay
	for d := o.first; d <= o.last; d++ {
		day := knownDay{coverage: o.coverage(asleep, d)}
		law := tracker.Healthy
		counts := map[tracker.ProgrammeCode]bool{}
		for _, code := range o.programmes() {
			w := walks[code]
			s := w.next(d, day.coverage)
			if w.kind() == tracker.KindLaw {
				law = s.Law
			} else if w.kind() == tracker.KindCertification {
				s.Law = law
			}
			counts[code] = w.headcountFails
			day.standings = append(day.standings, s)
		}
		if o.operating(d) {
			day.staffing = append(day.staffing, o.staffing(d, day.coverage, walks["bmw-i"], counts["law"] || counts["bmw-i"]))
		}
		out = append(out, day)
	}
	return out
}

func (o oracle) programmes() []tracker.ProgrammeCode {
	return []tracker.ProgrammeCode{"law", "bmw-i", "digital-upgrade"}
}

func (o oracle) versions(code tracker.ProgrammeCode) []tracker.Standard {
	var out []tracker.Standard
	for _, s := range o.standards {
		if s.Programme == code {
			out = append(out, s)
		}
	}
	return out
}

func (o oracle) operating(d tracker.Date) bool {
	for _, p := range o.history.Operating {
		if within(p.From, p.Until, d) {
			return true
		}
	}
	return false
}

// employment gives the one employment of a person that counts on a day, nil where there is none.
func employment(p tracker.PersonHistory, d tracker.Date) *tracker.Employment {
	var best *tracker.Employment
	for _, e := range p.Employments {
		if within(e.From, e.Until, d) && (best == nil || e.From > best.From || e.From == best.From && e.Chain > best.Chain) {
			best = &e
		}
	}
	return best
}

func onLeave(p tracker.PersonHistory, d tracker.Date) bool {
	for _, l := range p.Leaves {
		if within(l.From, l.Until, d) {
			return true
		}
	}
	return false
}

// asleep tells for each day whether the person's permit is dormant. A stretch off the post is dormant from six months
// after its first day, where that is known; each dormancy lasts until a review on or after its first day or a permit
// issued after it.
func (o oracle) asleep(p tracker.PersonHistory) []bool {
	var out []bool
	var dormancies []tracker.Date
	seen, wasOff := false, false
	var offSince tracker.Date
	for d := o.first; d <= o.last; d++ {
		if wasOff && offSince != o.first && offSince.AddMonths(6) == d {
			dormancies = append(dormancies, d)
		}
		var still []tracker.Date
		for _, since := range dormancies {
			if !o.woken(p, since, d) {
				still = append(still, since)
			}
		}
		dormancies = still
		out = append(out, len(dormancies) > 0)

		e := employment(p, d)
		works := e != nil && technician(e.Job)
		seen = seen || works
		off := seen && (!works || onLeave(p, d))
		if off && !wasOff {
			offSince = d
		}
		wasOff = off
	}
	return out
}

// woken tells whether something of a day ends a dormancy.
func (o oracle) woken(p tracker.PersonHistory, since, d tracker.Date) bool {
	for _, q := range p.Qualifications {
		if q.Type != "permit-lv" {
			continue
		}
		if q.IssuedOn == d && d > since {
			return true
		}
		for _, r := range p.Reviews {
			if r.Qualification == q.Chain && r.ReviewedOn == d && d >= since {
				return true
			}
		}
	}
	return false
}

// typeOf gives the type of a certificate: by the newest pack in force on its day of issue, else by the earliest.
func (o oracle) typeOf(q tracker.Qualification) tracker.QualificationType {
	var best, earliest tracker.QualificationType
	bestSince, earliestSince := tracker.Date(-1), tracker.MaxDate
	for _, s := range o.standards {
		for _, t := range s.Qualifications {
			if t.Code != q.Type {
				continue
			}
			if s.EffectiveOn <= q.IssuedOn && s.EffectiveOn >= bestSince {
				best, bestSince = t, s.EffectiveOn
			}
			if s.EffectiveOn < earliestSince {
				earliest, earliestSince = t, s.EffectiveOn
			}
		}
	}
	if bestSince < 0 {
		return earliest
	}
	return best
}

// inDate tells whether a certificate's own dates hold on a day.
func inDate(p tracker.PersonHistory, q tracker.Qualification, t tracker.QualificationType, d tracker.Date) bool {
	if d < q.IssuedOn || q.ExpiresOn != 0 && d > q.ExpiresOn {
		return false
	}
	base, due, latest := q.IssuedOn, q.FirstReviewDue, tracker.Review{}
	for _, r := range p.Reviews {
		if r.Qualification != q.Chain || r.ReviewedOn > d {
			continue
		}
		if latest.ReviewedOn == 0 || r.ReviewedOn > latest.ReviewedOn || r.ReviewedOn == latest.ReviewedOn && r.Chain > latest.Chain {
			latest = r
		}
	}
	if latest.ReviewedOn != 0 {
		base, due = latest.ReviewedOn, latest.NextDue
	}
	if due == 0 && t.ReviewMonths > 0 {
		due = base.AddMonths(t.ReviewMonths)
	}
	return due == 0 || d <= due
}

// permitNeeded tells whether the law asks for permits on a day.
func (o oracle) permitNeeded(d tracker.Date) bool {
	var inForce []tracker.Requirement
	for _, s := range o.versions("law") {
		if s.EffectiveOn <= d {
			inForce = s.Requirements
		}
	}
	for _, r := range inForce {
		if r.Measure.Skill == "permit" && r.InForceFrom <= d {
			return true
		}
	}
	return false
}

// coverage gives the coverage of a day at the dealership.
func (o oracle) coverage(asleep map[tracker.PersonID][]bool, d tracker.Date) []tracker.Coverage {
	var out []tracker.Coverage
	for _, p := range o.history.People {
		e := employment(p, d)
		if e == nil || e.Dealership != o.history.Dealership {
			continue
		}
		row := tracker.Coverage{Person: p.Person, Dealership: e.Dealership}
		add := func(skill tracker.Skill, generation tracker.Generation) {
			row.Skill, row.Generation = skill, generation
			if !slices.Contains(out, row) {
				out = append(out, row)
			}
		}
		voltage, permit := false, false
		for _, q := range p.Qualifications {
			t := o.typeOf(q)
			meant := !t.ForTechnicians && (t.ForJob == "" || t.ForJob == e.Job) || t.ForTechnicians && technician(e.Job)
			if !meant || !inDate(p, q, t, d) || t.DormantAfter > 0 && asleep[p.Person][d-o.first] {
				continue
			}
			for _, skill := range t.Skills {
				generation := tracker.Generation("")
				if t.HasGeneration {
					generation = q.Generation
				}
				add(skill, generation)
				voltage, permit = voltage || skill == "hvt-c", permit || skill == "permit"
			}
		}
		if technician(e.Job) && voltage && (permit || !o.permitNeeded(d)) {
			add("nev", "")
		}
		row.Skill, row.Generation, row.Job, row.Joined = "employed", "", e.Job, e.From
		out = append(out, row)
	}
	return out
}

func (o oracle) staffing(d tracker.Date, coverage []tracker.Coverage, bmwi *walk, headcountFails bool) tracker.Staffing {
	s := tracker.Staffing{Dealership: o.history.Dealership}
	s.Region, s.Group = o.place(d)
	for _, c := range coverage {
		if c.Skill == "employed" && technician(c.Job) {
			s.Technicians++
		}
		if c.Skill == "nev" {
			s.NEVQualified++
		}
	}
	s.BelowMinimum = headcountFails && (bmwi.state == "certified" || bmwi.state == "conditional")
	return s
}

func (o oracle) place(d tracker.Date) (tracker.RegionID, tracker.GroupID) {
	var best tracker.Assignment
	found := false
	for _, a := range o.history.Assignments {
		if within(a.From, a.Until, d) && (!found || a.From > best.From || a.From == best.From && a.Chain > best.Chain) {
			best, found = a, true
		}
	}
	return best.Region, best.Group
}

// decisionsOf gives the decisions of a day in a programme in the order of the fold.
func (o oracle) decisionsOf(code tracker.ProgrammeCode, d tracker.Date) []tracker.Decision {
	var out []tracker.Decision
	for _, x := range o.history.Decisions {
		if x.Programme == code && x.EffectiveOn == d {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b tracker.Decision) int {
		return cmp.Or(cmp.Compare(a.FirstAt, b.FirstAt), cmp.Compare(a.Chain, b.Chain))
	})
	return out
}

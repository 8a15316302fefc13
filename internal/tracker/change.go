package tracker

import "slices"

// CauseKind says why a standing changes.
type CauseKind string

// The causes of changes.
const (
	CauseOpens        CauseKind = "opens"
	CauseCloses       CauseKind = "closes"
	CauseMoves        CauseKind = "moves"        // to another region or group
	CauseDecision     CauseKind = "decision"     // somebody decided
	CauseValidity     CauseKind = "validity"     // a certificate's last day has passed
	CauseModules      CauseKind = "modules"      // modules were planned or went live
	CauseRequirement  CauseKind = "requirement"  // a requirement began or ceased to hold
	CauseGrace        CauseKind = "grace"        // a requirement's grace has ended
	CauseLawInForce   CauseKind = "law_in_force" // a requirement of the law came into force
	CauseStandard     CauseKind = "standard"     // another version of the standard applies
	CauseOtherLight   CauseKind = "law_light"    // the law light followed that of the law
	CauseJoinerCounts CauseKind = "joiner"       // a joiner came into the denominator
)

// Party is who must act.
type Party string

// The parties.
const (
	PartyDealership   Party = "dealership"
	PartyRegion       Party = "region"
	PartyHeadquarters Party = "headquarters"
)

// Cause is one reason for a change of standing, with the fact behind it.
type Cause struct {
	Kind        CauseKind
	Requirement Requirement // of requirement, grace, law_in_force, standard and joiner
	Outcome     Outcome     // what the requirement changed to
	Decision    Decision    // of decision
	People      []Ending    // whose counting ended
}

// Ending is a person whose counting for a requirement ended.
type Ending struct {
	Person PersonID
	End    EndKind
}

// Change is a change of standing in a programme from one day to the next.
type Change struct {
	On     Date // the first day of what comes after
	Before Standing
	After  Standing
	Causes []Cause
	Who    Party // who must act, for a loss
}

// Changes gives a programme's changes of standing on the days of a period, in the order of time, each with its causes.
// Changes of nothing but requirement results are left out unless everything is asked for.
func (h History) Changes(rules Rulebook, programme ProgrammeCode, in Period, everything bool) []Change {
	l := h.life(rules)
	c := l.course(programme)
	if c == nil || c.kind == KindRights {
		return nil
	}
	var out []Change
	list := c.standings(l.site)
	for i := 1; i < len(list); i++ {
		before, after := list[i-1], list[i]
		if !in.Contains(after.From) || !everything && !before.differs(after) {
			continue
		}
		change := Change{On: after.From, Before: before, After: after}
		change.Causes = h.causes(rules, c, l.coverage, before, after)
		change.Who = responsible(change.Causes)
		out = append(out, change)
	}
	return out
}

// differs tells whether a reader would call two standings different: by state, validity, lights or place.
func (s Standing) differs(t Standing) bool {
	return s.State != t.State || s.ValidUntil != t.ValidUntil || s.Law != t.Law || s.Brand != t.Brand ||
		s.Region != t.Region || s.Group != t.Group
}

// causes gives the reasons for a change from one standing to the next.
func (h History) causes(rules Rulebook, c *course, coverage []Coverage, before, after Standing) []Cause {
	switch {
	case before.State == NotOperating && after.State == NotOperating:
		return []Cause{{Kind: CauseMoves}}
	case before.State == NotOperating:
		return []Cause{{Kind: CauseOpens}}
	case after.State == NotOperating:
		return []Cause{{Kind: CauseCloses}}
	}
	var out []Cause
	if before.State != after.State || before.ValidUntil != after.ValidUntil || before.Renewal != after.Renewal {
		out = append(out, h.stateCauses(c, after)...)
	}
	loud, quiet := h.requirementCauses(rules, c, coverage, after.From)
	out = append(out, loud...)
	if c.kind == KindCertification && before.Law != after.Law {
		out = append(out, Cause{Kind: CauseOtherLight})
	}
	if before.Region != after.Region || before.Group != after.Group {
		out = append(out, Cause{Kind: CauseMoves})
	}
	if len(out) == 0 {
		return quiet
	}
	return out
}

// requirementCauses gives the reasons why what is seen of requirements changed on a day; the quiet ones changed
// neither a light nor whether a requirement fails, and are told when there is nothing else to tell.
func (h History) requirementCauses(rules Rulebook, c *course, coverage []Coverage, on Date) (loud, quiet []Cause) {
	evaluate := evaluator{coverage: coverage}
	before, now := c.judge(on.Add(-1)), c.judge(on)
	for _, w := range c.watched {
		was, is := w.sights.at(on.Add(-1)), w.sights.at(on)
		if was == is {
			continue
		}
		asked, isAsked := now.requirement(w.code)
		askedBefore, wasAsked := before.requirement(w.code)
		cause := Cause{Kind: CauseRequirement, Requirement: asked, Outcome: is.Outcome}
		if !isAsked {
			cause.Requirement = askedBefore
		}
		if was.Outcome != Fails && was.Outcome != "" && is.Outcome == Fails {
			cause.People = h.endings(rules, evaluate, asked, on)
		}
		revised := isAsked != wasAsked || !asked.asksTheSame(askedBefore)
		if len(cause.People) == 0 {
			cause.Kind = causeKind(asked, was, is, revised, on)
		}
		if cause.Kind == CauseRequirement || was.Outcome == Fails || is.Outcome == Fails {
			loud = append(loud, cause)
		} else {
			quiet = append(quiet, cause)
		}
	}
	return loud, quiet
}

// causeKind tells why what is seen of a requirement changed on a day on which nobody ceased to count for it.
func causeKind(r Requirement, was, is sight, revised bool, on Date) CauseKind {
	switch {
	case was.Outcome == "" && r.Basis == BasisLaw && r.InForceFrom == on:
		return CauseLawInForce
	case was.Outcome == "" || revised:
		return CauseStandard
	case was.Outcome == is.Outcome:
		return CauseGrace
	case was.Outcome != WaivedOutcome && is.Outcome == Fails && r.Measure.Kind == MeasureRatio:
		return CauseJoinerCounts
	default:
		return CauseRequirement
	}
}

// requirement gives the standard's requirement with a code; none where there is no standard.
func (s *Standard) requirement(code string) (Requirement, bool) {
	if s == nil {
		return Requirement{}, false
	}
	return s.Requirement(code)
}

// asksTheSame tells whether two versions of a requirement differ in words and sources only.
func (r Requirement) asksTheSame(q Requirement) bool {
	return r.Basis == q.Basis && r.Severity == q.Severity && r.GraceDays == q.GraceDays && r.Measure == q.Measure
}

// stateCauses gives what changed the state: decisions of the day, else the end of the validity, else the modules.
func (h History) stateCauses(c *course, after Standing) []Cause {
	var out []Cause
	for _, d := range ordered(h.Decisions) {
		passed := slices.ContainsFunc(c.skipped, func(s Skipped) bool { return s.Decision.ID == d.ID })
		if d.Programme == c.programme && d.EffectiveOn == after.From && !passed {
			out = append(out, Cause{Kind: CauseDecision, Decision: d})
		}
	}
	switch {
	case len(out) > 0:
		return out
	case c.kind == KindProject:
		return []Cause{{Kind: CauseModules}}
	default:
		return []Cause{{Kind: CauseValidity}}
	}
}

// endings gives the people who counted for a requirement on the day before and no longer do.
func (h History) endings(rules Rulebook, evaluate evaluator, r Requirement, on Date) []Ending {
	counted, counts := Because{Requirement: r}, Because{Requirement: r}
	evaluate.name(&counted, on.Add(-1))
	evaluate.name(&counts, on)
	var out []Ending
	for _, holder := range counted.Holders {
		if slices.ContainsFunc(counts.Holders, func(x Holder) bool { return x.Person == holder.Person }) {
			continue
		}
		holder.Until = on.Add(-1)
		out = append(out, Ending{holder.Person, h.endOf(rules, r.Measure, holder)})
	}
	return out
}

// responsible gives who must act: headquarters where a decision is awaited or was taken, else the dealership, whose
// people and proofs the requirements count.
func responsible(causes []Cause) Party {
	for _, c := range causes {
		switch c.Kind {
		case CauseValidity, CauseDecision, CauseCloses:
			return PartyHeadquarters
		case CauseMoves:
			return PartyRegion
		}
	}
	return PartyDealership
}

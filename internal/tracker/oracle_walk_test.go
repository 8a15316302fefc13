package tracker_test

import (
	"cmp"
	"slices"

	"dealercert/internal/tracker"
)

// walk goes through the days of one programme.
type walk struct {
	oracle
	programme      tracker.ProgrammeCode
	versions       []tracker.Standard
	state          tracker.State
	before         tracker.State // a suspension or a pause
	decided        tracker.State // of a project: what was decided last, empty for nothing
	renewal        tracker.State
	validUntil     tracker.Date
	named          string
	clocks         map[string]*clock
	headcountFails bool
	skipped        []tracker.FactID
}

// clock is one requirement's clock.
type clock struct {
	ticking bool
	start   tracker.Date // zero: unknown
	failing bool
	heldOn  tracker.Date // the first day of holding after a failure
}

func (w *walk) kind() tracker.ProgrammeKind { return w.versions[0].Kind }

func (o oracle) initial(code tracker.ProgrammeCode) tracker.State {
	return map[tracker.ProgrammeCode]tracker.State{"law": "applies", "bmw-i": "not_enrolled", "digital-upgrade": "not_started"}[code]
}

// next goes to the next day and gives its standing.
func (w *walk) next(d tracker.Date, coverage []tracker.Coverage) tracker.Standing {
	switch w.kind() {
	case tracker.KindCertification:
		w.expire(d)
		for _, x := range w.decisionsOf(w.programme, d) {
			w.decide(x)
			w.expire(d)
		}
	case tracker.KindProject:
		w.project(d)
	default:
		for _, x := range w.decisionsOf(w.programme, d) {
			w.skipped = append(w.skipped, x.Chain)
		}
	}
	s := tracker.Standing{Dealership: w.history.Dealership, Programme: w.programme, State: w.state, ValidUntil: w.validUntil}
	s.Renewal = w.renewal
	s.Region, s.Group = w.place(d)
	s.May = w.state == "certified" || w.state == "conditional" || w.state == "completed"
	worst := w.lights(&s, d, coverage)
	if !w.operating(d) {
		s.State, s.ValidUntil, s.May, s.Renewal = "not_operating", 0, false, ""
	}
	switch w.kind() {
	case tracker.KindLaw:
		s.Law = worst
	case tracker.KindCertification:
		s.Brand = worst
	}
	return s
}

func (w *walk) expire(d tracker.Date) {
	dated := w.state == "certified" || w.state == "conditional" || w.state == "suspended"
	if dated && w.validUntil != 0 && w.validUntil < d {
		w.state, w.renewal = "expired", ""
	}
}

// leadsTo is the table of MODEL.md §4; "same" and "before" are not fixed.
var leadsTo = map[tracker.DecisionKind]map[tracker.State]tracker.State{
	"enrol": {"not_enrolled": "preparing", "expired": "preparing", "revoked": "preparing", "withdrawn": "preparing"},
	"certify": {
		"not_enrolled": "certified", "preparing": "certified", "decision_pending": "certified", "expired": "certified",
		"conditional": "certified",
	},
	"certify_with_conditions": {
		"not_enrolled": "conditional", "preparing": "conditional", "decision_pending": "conditional", "expired": "conditional",
	},
	"submit":         {"preparing": "submitted", "returned": "submitted"},
	"return":         {"submitted": "returned"},
	"plan_audit":     {"submitted": "audit_planned"},
	"lock_audit":     {"audit_planned": "decision_pending"},
	"fail":           {"decision_pending": "preparing"},
	"conditions_met": {"conditional": "certified"},
	"extend":         {"certified": "same", "conditional": "same"},

	"renew":     {"certified": "same", "conditional": "same"},
	"suspend":   {"certified": "suspended", "conditional": "suspended"},
	"reinstate": {"suspended": "before"},
	"revoke":    {"certified": "revoked", "conditional": "revoked", "suspended": "revoked"},
	"withdraw": {
		"preparing": "withdrawn", "submitted": "withdrawn", "returned": "withdrawn", "audit_planned": "withdrawn",
		"decision_pending": "withdrawn", "conditional": "withdrawn", "certified": "withdrawn", "suspended": "withdrawn",
		"expired": "withdrawn",
	},
}

// renewing is where a renewal goes from where it is, while the dealership stays in its state.
var renewing = map[tracker.DecisionKind]map[tracker.State]tracker.State{
	"submit": {"": "submitted", "returned": "submitted"}, "return": {"submitted": "returned"},
	"plan_audit": {"submitted": "audit_planned"}, "lock_audit": {"audit_planned": "decision_pending"}, "fail": {"decision_pending": ""},
}

func (w *walk) decide(x tracker.Decision) {
	to, allowed := leadsTo[x.Decided][w.state]
	if !allowed && (w.state == "certified" || w.state == "conditional" || w.state == "suspended") {
		if next, steps := renewing[x.Decided][w.renewal]; steps {
			w.renewal = next
			return
		}
	}
	if !allowed {
		w.skipped = append(w.skipped, x.Chain)
		return
	}
	standard := w.versions[0]
	for _, s := range w.versions {
		if s.EffectiveOn <= x.EffectiveOn {
			standard = s
		}
	}
	for _, s := range w.versions {
		if s.Version == x.Standard {
			standard = s
		}
	}
	anew := tracker.Date(0)
	if standard.ValidityMonths > 0 {
		anew = x.EffectiveOn.AddMonths(standard.ValidityMonths) - 1
	}
	switch x.Decided {
	case "certify", "certify_with_conditions":
		w.validUntil, w.named = anew, standard.Version
	case "renew":
		inside := standard.ValidityMonths > 0 && w.validUntil != 0 && int(w.validUntil-x.EffectiveOn) <= standard.RenewalWindowDays
		if inside {
			anew = w.validUntil.AddMonths(standard.ValidityMonths)
		}
		w.validUntil, w.named = anew, standard.Version
	case "enrol", "revoke", "withdraw":
		w.validUntil = 0
	case "extend":
		if x.ValidUntil != 0 {
			w.validUntil = x.ValidUntil
		}
	case "suspend":
		w.before = w.state
	}
	switch x.Decided {
	case "certify", "certify_with_conditions", "renew", "enrol", "revoke", "withdraw":
		w.renewal = ""
	}
	if x.ValidUntil != 0 && (x.Decided == "certify" || x.Decided == "certify_with_conditions" || x.Decided == "renew") {
		w.validUntil = x.ValidUntil
	}
	switch to {
	case "same":
	case "before":
		w.state = w.before
	default:
		w.state = to
	}
}

// projectLeads is where a project goes; what is not fixed is "before".
var projectLeads = map[tracker.DecisionKind]map[tracker.State]tracker.State{
	"baseline": {"not_started": "baselined"},
	"plan":     {"not_started": "planned", "baselined": "planned"},
	"declare":  {"in_progress": "self_declared", "rework": "self_declared"},
	"verify":   {"self_declared": "verification"},
	"fail":     {"verification": "rework"},
	"reopen":   {"completed": "rework"},
	"resume":   {"paused": "before", "waived": "before"},
	"complete": to("completed", "not_started", "baselined", "planned", "in_progress", "self_declared", "verification", "rework", "paused", "waived"),
	"pause":    to("paused", "not_started", "baselined", "planned", "in_progress", "self_declared", "verification", "rework"),
	"waive":    to("waived", "not_started", "baselined", "planned", "in_progress", "self_declared", "verification", "rework"),
}

func to(next tracker.State, from ...tracker.State) map[tracker.State]tracker.State {
	out := map[tracker.State]tracker.State{}
	for _, state := range from {
		out[state] = next
	}
	return out
}

// project goes to the next day of a project programme.
func (w *walk) project(d tracker.Date) {
	progress := tracker.State("not_started")
	for _, m := range w.history.Modules {
		reached := func(x tracker.Date) bool { return x != 0 && x <= d }
		switch {
		case reached(m.LiveOn) || reached(m.VerifiedOn):
			progress = "in_progress"
		case reached(m.PlannedSince) && progress == "not_started":
			progress = "planned"
		}
	}
	settle := func() {
		w.state = w.decided
		soft := w.decided == "baselined" || w.decided == "planned"
		if w.decided == "" || soft && progress != "not_started" {
			w.state = progress
		}
	}
	settle()
	for _, x := range w.decisionsOf(w.programme, d) {
		next, allowed := projectLeads[x.Decided][w.state]
		if !allowed {
			w.skipped = append(w.skipped, x.Chain)
			continue
		}
		if next == "before" {
			w.decided = w.before
		} else {
			if w.state != "paused" && w.state != "waived" {
				w.before = w.decided
			}
			w.decided = next
		}
		settle()
	}
}

// judge gives the standard of a day, nil before the first.
func (w *walk) judge(d tracker.Date) *tracker.Standard {
	newest := -1
	for i, s := range w.versions {
		if s.EffectiveOn <= d {
			newest = i
		}
	}
	if newest < 0 {
		return nil
	}
	named := slices.IndexFunc(w.versions, func(s tracker.Standard) bool { return s.Version == w.named })
	for named >= 0 && named < newest && w.versions[newest].TransitionUntil != 0 && d <= w.versions[newest].TransitionUntil {
		newest--
	}
	return &w.versions[newest]
}

// lights fills in the results of a day and gives the worst light.
func (w *walk) lights(s *tracker.Standing, d tracker.Date, coverage []tracker.Coverage) tracker.Light {
	w.headcountFails = false
	if !w.operating(d) {
		w.clocks = map[string]*clock{}
		if w.kind() == tracker.KindProject {
			return ""
		}
		return tracker.Healthy
	}
	asked := map[string]tracker.Requirement{}
	reset := 0
	if standard := w.judge(d); standard != nil {
		if standard.Kind != tracker.KindLaw {
			reset = standard.ResetDays
		}
		for _, r := range standard.Requirements {
			if r.InForceFrom <= d {
				asked[r.Code] = r
			}
		}
	}
	for code, c := range w.clocks {
		if r, found := asked[code]; (!found || w.outcome(r, d, coverage) != tracker.Fails) && c.failing {
			c.failing, c.heldOn = false, d
		}
	}
	worst := tracker.Healthy
	for _, r := range asked {
		result := tracker.Result{Requirement: r.Code, Outcome: w.outcome(r, d, coverage)}
		if result.Outcome == "" {
			continue // nothing was ever recorded: unknown, which is not no
		}
		if result.Outcome == tracker.Fails {
			result.Since = w.fail(r.Code, d, reset)
			w.headcountFails = w.headcountFails || r.Measure.Kind == tracker.MeasureCount
			switch light := lightOf(r, result.Since, d); {
			case light == tracker.InBreach, worst == tracker.Healthy:
				worst = light
			}
		}
		s.Results = append(s.Results, result)
	}
	slices.SortFunc(s.Results, func(a, b tracker.Result) int { return cmp.Compare(a.Requirement, b.Requirement) })
	return worst
}

// fail notes a failing day and gives the day on which the requirement's clock started.
func (w *walk) fail(code string, d tracker.Date, reset int) tracker.Date {
	c := w.clocks[code]
	if c == nil {
		c = &clock{}
		w.clocks[code] = c
	}
	if !c.failing && (!c.ticking || int(d-c.heldOn) >= reset) {
		c.ticking, c.start = true, d
		if d == w.first {
			c.start = 0
		}
	}
	c.failing = true
	return c.start
}

func lightOf(r tracker.Requirement, since, d tracker.Date) tracker.Light {
	switch {
	case r.Basis == tracker.BasisLaw:
		return tracker.InBreach
	case r.Severity == tracker.Minor:
		return tracker.Healthy
	case since != 0 && int(d-since) < r.GraceDays:
		return tracker.AtRisk
	default:
		return tracker.InBreach
	}
}

// outcome gives what a requirement says on a day.
func (w *walk) outcome(r tracker.Requirement, d tracker.Date, coverage []tracker.Coverage) tracker.Outcome {
	holds, applicable := w.measured(r, d, coverage)
	switch {
	case r.Measure.Kind == tracker.MeasureProof && !applicable:
		return ""
	case !applicable:
		return tracker.NotApplicable
	case holds:
		return tracker.Holds
	}
	for _, x := range w.history.Waivers {
		if r.Basis != tracker.BasisLaw && x.Requirement == r.Code && within(x.From, x.Until, d) {
			return tracker.WaivedOutcome
		}
	}
	return tracker.Fails
}

func (w *walk) measured(r tracker.Requirement, d tracker.Date, coverage []tracker.Coverage) (holds, applicable bool) {
	m := r.Measure
	skilled := map[tracker.PersonID]bool{}
	among := map[tracker.PersonID]bool{}
	for _, c := range coverage {
		switch {
		case c.Skill == "employed" && (c.Job == m.Job || m.Job == "technician" && c.Job == "foreman"):
			among[c.Person] = c.Joined == 0 || int(d-c.Joined) >= m.JoinerDays
			if m.Skill == "employed" {
				skilled[c.Person] = true
			}
		case c.Skill == m.Skill && c.Skill != "employed":
			if m.Generation == "" || c.Generation == "" || c.Generation == m.Generation {
				skilled[c.Person] = true
			}
		}
	}
	switch m.Kind {
	case tracker.MeasureCount:
		return len(skilled) >= m.AtLeast, true
	case tracker.MeasureRatio:
		of, have := 0, 0
		for person, counts := range among {
			if counts {
				of++
				if skilled[person] {
					have++
				}
			}
		}
		return 100*have >= m.Percent*of, of > 0
	default:
		known, holds := false, false
		for _, p := range w.history.Proofs {
			if p.Requirement != r.Code || p.From > d {
				continue
			}
			known = true
			dead := false
			for _, e := range w.history.Events {
				kills := e.Event == "relocation" && r.Binding == "site" || e.Event == "ownership_change" && r.Binding == "entity" ||
					e.Event == "termination" && r.Binding != ""
				dead = dead || kills && p.From < e.From && e.From <= d
			}
			holds = holds || within(p.From, p.Until, d) && !dead
		}
		return holds, known
	}
}

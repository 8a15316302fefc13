package pack

import (
	"slices"

	"dealercert/internal/tracker"
)

// basisOf gives whose requirements a kind of programme holds: the core keeps the law's light apart from the brand's, so
// a pack may not mix them. Guards of rights may be of either.
var basisOf = map[tracker.ProgrammeKind]tracker.Basis{
	tracker.KindLaw: tracker.BasisLaw, tracker.KindCertification: tracker.BasisBrand, tracker.KindIndex: tracker.BasisBrand,
}

// requirement reads one thing the standard asks for.
func (r *reader) requirement(at place, q requirement) tracker.Requirement {
	out := tracker.Requirement{
		Code: r.code(at.key("code"), q.Code), Title: r.words(at.key("title"), q.Title), Why: r.words(at.key("why"), q.Why),
		Basis:       one(r, at.key("basis"), q.Basis, tracker.BasisLaw, tracker.BasisBrand),
		Severity:    one(r, at.key("severity"), q.Severity, tracker.Critical, tracker.Major, tracker.Minor),
		Weight:      r.number(at.key("weight"), q.Weight, someShare, q.Source),
		InForceFrom: r.day(at.key("in_force_from"), q.InForceFrom, q.Source),
		GraceDays:   r.number(at.key("grace_days"), q.GraceDays, anyDays, q.Source),
		ValidMonths: r.number(at.key("valid_months"), q.ValidMonths, someMonths, q.Source),
		Section:     string(q.Section),
		Measure:     r.measure(at.key("measure"), q),
	}
	r.bound(at, q, &out)
	if wanted, fixed := basisOf[r.out.Kind]; fixed && out.Basis != wanted {
		r.fail(at.key("basis"), "pack_basis", "kind", string(r.out.Kind), "wanted", string(wanted))
	}
	if out.Basis == tracker.BasisLaw {
		r.lawful(at, q)
	} else {
		r.gracious(at, q)
	}
	measured := at.key("measure")
	out.Source = r.sourceOf(at, q.Source, measured.key("at_least"), measured.key("percent"))
	return out
}

// lawful looks for what the law does not know: grace, waivers, severities and weights.
func (r *reader) lawful(at place, q requirement) {
	switch {
	case q.GraceDays.given:
		r.fail(at.key("grace_days"), "pack_law_grace")
	case q.Waivable != nil && *q.Waivable:
		r.fail(at.key("waivable"), "pack_law_waivable")
	case tracker.Severity(q.Severity) != tracker.Critical:
		r.fail(at.key("severity"), "pack_law_severity")
	case q.Weight.given:
		r.fail(at.key("weight"), "pack_law_weight")
	}
}

// gracious checks the grace of a brand requirement: what can turn a light has one and a clock that ends; a minor one
// has none, as it turns no light.
func (r *reader) gracious(at place, q requirement) {
	minor := tracker.Severity(q.Severity) == tracker.Minor
	switch {
	case q.Waivable != nil && !*q.Waivable:
		r.fail(at.key("waivable"), "pack_brand_waivable")
	case minor && q.GraceDays.given:
		r.fail(at.key("grace_days"), "pack_minor_grace")
	case !minor && !q.GraceDays.given:
		r.fail(at.key("grace_days"), "pack_missing")
	case !minor && !r.doc.ResetDays.given:
		r.fail(top("reset_days"), "pack_missing")
	}
}

// measure reads when a requirement holds.
func (r *reader) measure(at place, q requirement) tracker.Measure {
	m := q.Measure
	out := tracker.Measure{Kind: one(r, at.key("kind"), m.Kind, measures...)}
	r.fits(at, m)
	r.refers(at, m, &out)
	out.AtLeast = r.number(at.key("at_least"), m.AtLeast, somePeople, q.Source)
	out.Percent = r.number(at.key("percent"), m.Percent, someShare, q.Source)
	out.JoinerDays = r.number(at.key("joiner_days"), m.JoinerDays, anyDays, q.Source)
	if out.Kind == tracker.MeasureCount || out.Kind == tracker.MeasureRatio {
		out.Skill = tracker.Skill(r.code(at.key("skill"), m.Skill))
	}
	if m.Job != "" {
		out.Job = one(r, at.key("job"), m.Job, tracker.Jobs...)
	}
	if m.Generation != "" {
		out.Generation = one(r, at.key("generation"), m.Generation, KnownGenerations()...)
	}
	return out
}

// fits checks that a measure has the keys that its kind needs, and no others.
func (r *reader) fits(at place, m measure) {
	kind, employed := tracker.MeasureKind(m.Kind), tracker.Skill(m.Skill) == tracker.SkillEmployed
	count, ratio := kind == tracker.MeasureCount, kind == tracker.MeasureRatio
	for _, key := range []struct {
		name                   string
		given, needed, allowed bool
	}{
		{"skill", m.Skill != "", count || ratio, count || ratio},
		{"at_least", m.AtLeast.given, count, count},
		{"percent", m.Percent.given, ratio, ratio},
		{"joiner_days", m.JoinerDays.given, false, ratio},
		{"job", m.Job != "", ratio || count && employed, ratio || count && employed},
		{"generation", m.Generation != "", false, (count || ratio) && !employed},
		{"requirements", len(m.Requirements) > 0, kind == tracker.MeasureRequirement, kind == tracker.MeasureRequirement},
		{"programme", m.Programme != "", kind == tracker.MeasureState, kind == tracker.MeasureState},
		{"once_recorded", m.OnceRecorded, false, kind == tracker.MeasureState},
		{"modules", len(m.Modules) > 0, kind == tracker.MeasureModules, kind == tracker.MeasureModules},
		{"events", len(m.Events) > 0, kind == tracker.MeasureUndisturbed, kind == tracker.MeasureUndisturbed},
		{"transition_days", m.TransitionDays.given, false, kind == tracker.MeasureUndisturbed},
		{"of", m.Of != "", fillsIn[kind] != "", fillsIn[kind] != "" || count || ratio || kind == tracker.MeasureProof},
	} {
		switch {
		case key.needed && !key.given:
			r.fail(at.key(key.name), "pack_missing")
		case key.given && !key.allowed:
			r.fail(at.key(key.name), "pack_not_for_measure", "measure", string(kind), "skill", string(m.Skill))
		}
	}
	if ratio && employed {
		r.fail(at.key("skill"), "pack_not_for_measure", "measure", string(kind), "skill", string(m.Skill))
	}
}

// For whom a type of qualification counts, beside the jobs.
const (
	everybody   = "everybody"
	technicians = "technicians"
)

// qualification reads a type of qualification.
func (r *reader) qualification(at place, q qualification) tracker.QualificationType {
	out := tracker.QualificationType{
		Code: tracker.QualificationCode(r.code(at.key("code"), q.Code)), Name: r.words(at.key("name"), q.Name),
		Skills: r.skills(at.key("skills"), q.Skills), HasGeneration: q.PerGeneration,
		ReviewMonths:      r.number(at.key("review_months"), q.ReviewMonths, someMonths, q.Source),
		DormantAfter:      r.number(at.key("dormant_after_months"), q.DormantAfter, someMonths, q.Source),
		ApplicationWindow: r.number(at.key("application_window_days"), q.ApplicationWindow, anyDays, q.Source),
	}
	r.ladder(at, q, &out)
	switch whom := one(r, at.key("for"), q.For, whoms()...); whom {
	case everybody:
	case technicians:
		out.ForTechnicians = true
	default:
		out.ForJob = tracker.Job(whom)
	}
	switch {
	case q.ApplicationWindow.given && !q.ReviewMonths.given:
		r.fail(at.key("review_months"), "pack_missing")
	case q.DormantAfter.given && !out.ForTechnicians:
		r.fail(at.key("dormant_after_months"), "pack_dormant")
	}
	out.Source = r.sourceOf(at, q.Source, at.key("review_months"), at.key("validity_months"))
	return out
}

// whoms gives for whom a type can count. A foreman counts as a technician, so the two are not named apart.
func whoms() []string {
	out := []string{everybody, technicians}
	for _, job := range tracker.Jobs {
		if !job.Technician() {
			out = append(out, string(job))
		}
	}
	return out
}

// computed are the skills that follow from others and that no certificate gives.
var computed = []tracker.Skill{tracker.SkillNEV, tracker.SkillEmployed}

// skills reads what a type of qualification covers.
func (r *reader) skills(at place, given []scalar) []tracker.Skill {
	if len(given) == 0 {
		r.fail(at, "pack_missing")
	}
	var out []tracker.Skill
	for _, s := range given {
		skill := tracker.Skill(r.code(at, s))
		switch {
		case slices.Contains(computed, skill):
			r.fail(at, "pack_skill_computed", "value", string(skill))
		case slices.Contains(out, skill):
			r.fail(at, "pack_twice", "value", string(skill))
		}
		out = append(out, skill)
	}
	return out
}

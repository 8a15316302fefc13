package pack

import (
	"slices"
	"strings"

	"dealercert/internal/tracker"
)

// read turns the whole document into a standard.
func (r *reader) read() {
	d := r.doc
	r.out = tracker.Standard{Sources: map[string]tracker.Provenance{}}
	r.out.Programme = tracker.ProgrammeCode(r.code(top("programme"), d.Programme))
	r.out.Kind = one(r, top("kind"), d.Kind, kinds...)
	r.out.Version = r.code(top("version"), d.Version)
	r.out.Name = r.words(top("name"), d.Name)
	if d.Owner != (text{}) {
		r.out.Owner = r.words(top("owner"), d.Owner)
	}
	if d.Source != nil {
		r.provenance(top("source"), d.Source)
	}
	r.suits()
	r.days()
	r.scores()
	r.out.Lifecycle = r.lifecycle(d.Lifecycle)
	for i, g := range d.Generations {
		r.out.Generations = append(r.out.Generations, one(r, item("generations", i, g), g, KnownGenerations()...))
	}
	r.unique("requirements", len(d.Requirements), func(i int) scalar { return d.Requirements[i].Code })
	r.unique("modules", len(d.Modules), func(i int) scalar { return d.Modules[i].Code })
	r.unique("qualifications", len(d.Qualifications), func(i int) scalar { return d.Qualifications[i].Code })
	r.unique("models", len(d.Models), func(i int) scalar { return d.Models[i].Code })
	for i, q := range d.Requirements {
		r.out.Requirements = append(r.out.Requirements, r.requirement(item("requirements", i, q.Code), q))
	}
	for i, m := range d.Modules {
		r.out.Modules = append(r.out.Modules, r.module(item("modules", i, m.Code), m))
	}
	for i, q := range d.Qualifications {
		r.out.Qualifications = append(r.out.Qualifications, r.qualification(item("qualifications", i, q.Code), q))
	}
	for i, m := range d.Models {
		r.out.Models = append(r.out.Models, r.model(item("models", i, m.Code), m))
	}
	r.courses()
	r.weights()
	r.links()
}

// suits looks for what the kind of programme cannot use.
func (r *reader) suits() {
	d, kind := r.doc, r.out.Kind
	for _, use := range []struct {
		key   string
		given bool
		kinds []tracker.ProgrammeKind
	}{
		{"validity_months", d.ValidityMonths.given, []tracker.ProgrammeKind{tracker.KindCertification}},
		{"renewal_window_days", d.RenewalWindowDays.given, []tracker.ProgrammeKind{tracker.KindCertification}},
		{"reset_days", d.ResetDays.given, []tracker.ProgrammeKind{tracker.KindCertification, tracker.KindIndex, tracker.KindRights}},
		{"pass_score", d.PassScore.given, []tracker.ProgrammeKind{tracker.KindCertification, tracker.KindIndex}},
		{"conditional_score", d.ConditionalScore.given, []tracker.ProgrammeKind{tracker.KindCertification}},
		{"conditions_days", d.ConditionsDays.given, []tracker.ProgrammeKind{tracker.KindCertification}},
		{"conditions_grace_days", d.ConditionsGrace.given, []tracker.ProgrammeKind{tracker.KindCertification}},
		{"retry_days", d.RetryDays.given, []tracker.ProgrammeKind{tracker.KindCertification}},
		{"waiver_months", d.WaiverMonths.given, []tracker.ProgrammeKind{tracker.KindCertification, tracker.KindIndex}},
		{"links", len(d.Links) > 0, []tracker.ProgrammeKind{tracker.KindLaw, tracker.KindCertification, tracker.KindIndex, tracker.KindRights}},
		{"generations", len(d.Generations) > 0, []tracker.ProgrammeKind{tracker.KindRights}},
		{"lifecycle", d.Lifecycle != nil, []tracker.ProgrammeKind{tracker.KindCertification, tracker.KindRights}},
		{"requirements", len(d.Requirements) > 0, []tracker.ProgrammeKind{tracker.KindLaw, tracker.KindCertification, tracker.KindIndex, tracker.KindRights}},
		{"modules", len(d.Modules) > 0, []tracker.ProgrammeKind{tracker.KindProject}},
	} {
		if use.given && !slices.Contains(use.kinds, kind) {
			r.fail(top(use.key), "pack_not_for_kind", "kind", string(kind))
		}
	}
}

// days reads the days and clocks of the standard as a whole.
func (r *reader) days() {
	d := r.doc
	r.out.EffectiveOn = r.day(top("effective_on"), d.EffectiveOn, nil)
	r.out.TransitionUntil = r.day(top("transition_until"), d.TransitionUntil, nil)
	switch {
	case !d.TransitionUntil.given:
	case !d.EffectiveOn.given:
		r.fail(top("effective_on"), "pack_missing")
	case r.out.TransitionUntil < r.out.EffectiveOn:
		r.fail(top("transition_until"), "pack_order", "value", r.out.TransitionUntil.String(), "least", r.out.EffectiveOn.String())
	}
	r.out.ValidityMonths = r.number(top("validity_months"), d.ValidityMonths, someMonths, nil)
	r.out.RenewalWindowDays = r.number(top("renewal_window_days"), d.RenewalWindowDays, anyDays, nil)
	r.out.ResetDays = r.number(top("reset_days"), d.ResetDays, anyDays, nil)
	if d.RenewalWindowDays.given && !d.ValidityMonths.given {
		r.fail(top("validity_months"), "pack_missing")
	}
}

// kinds lists the kinds of programme that a pack can be of.
var kinds = []tracker.ProgrammeKind{
	tracker.KindLaw, tracker.KindCertification, tracker.KindProject, tracker.KindIndex, tracker.KindRights,
}

// scores reads what the decisions of a certification ask for.
func (r *reader) scores() {
	d := r.doc
	r.out.PassScore = r.number(top("pass_score"), d.PassScore, someShare, nil)
	r.out.ConditionalScore = r.number(top("conditional_score"), d.ConditionalScore, someShare, nil)
	r.out.ConditionsDays = r.number(top("conditions_days"), d.ConditionsDays, anyDays, nil)
	r.out.ConditionsGrace = r.number(top("conditions_grace_days"), d.ConditionsGrace, anyDays, nil)
	r.out.RetryDays = r.number(top("retry_days"), d.RetryDays, anyDays, nil)
	r.out.WaiverMonths = r.number(top("waiver_months"), d.WaiverMonths, someMonths, nil)
	if d.PassScore.given && r.out.ConditionalScore > r.out.PassScore {
		r.fail(top("conditional_score"), "pack_range", "value", r.out.ConditionalScore, "least", 1, "most", r.out.PassScore)
	}
}

// module reads a module of a project.
func (r *reader) module(at place, m module) tracker.ModuleDef {
	out := tracker.ModuleDef{
		Code: r.code(at.key("code"), m.Code), Title: r.words(at.key("title"), m.Title), Mandatory: m.Mandatory,
		Severity: one(r, at.key("severity"), m.Severity, tracker.Critical, tracker.Major, tracker.Minor),
		Weight:   r.number(at.key("weight"), m.Weight, someShare, m.Source),
	}
	out.Source = r.sourceOf(at, m.Source, at.key("weight"))
	return out
}

// model reads an electric model.
func (r *reader) model(at place, m model) tracker.Model {
	out := tracker.Model{
		Code: r.code(at.key("code"), m.Code), Name: string(m.Name),
		Brand:      one(r, at.key("brand"), m.Brand, tracker.Brands...),
		Generation: one(r, at.key("generation"), m.Generation, KnownGenerations()...),
		LaunchOn:   r.day(at.key("launch_on"), m.LaunchOn, m.Source),
		EndOn:      r.day(at.key("end_on"), m.EndOn, m.Source),
	}
	var franchises []string
	for _, f := range m.Franchises {
		franchises = append(franchises, string(one(r, at.key("franchises"), f, tracker.Brands...)))
	}
	out.Franchises = strings.Join(franchises, ";")
	switch {
	case out.Name == "":
		r.fail(at.key("name"), "pack_missing")
	case !m.LaunchOn.given:
		r.fail(at.key("launch_on"), "pack_missing")
	case m.EndOn.given && out.EndOn < out.LaunchOn:
		r.fail(at.key("end_on"), "pack_order", "value", out.EndOn.String(), "least", out.LaunchOn.String())
	}
	out.Source = r.sourceOf(at, m.Source, at.key("launch_on"))
	return out
}

// weights adds up what the checklist weighs: 100 when it is complete, never more.
func (r *reader) weights() {
	sum := 0
	for _, q := range r.out.Requirements {
		sum += q.Weight
	}
	for _, m := range r.out.Modules {
		sum += m.Weight
	}
	switch {
	case r.doc.Complete && sum != whole:
		r.fail(top("complete"), "pack_weights", "sum", sum)
	case sum > whole:
		r.fail(top("complete"), "pack_overweight", "sum", sum)
	}
}

package tracker

import (
	"fmt"
	"slices"
	"strconv"
)

// RevisionKind says what a version does to one item of the version before it.
type RevisionKind string

// The kinds of revision.
const (
	RevisionAdded    RevisionKind = "added"
	RevisionDropped  RevisionKind = "dropped"
	RevisionReplaced RevisionKind = "replaced" // goes on under another code
	RevisionChanged  RevisionKind = "changed"  // asks for something else
	RevisionReworded RevisionKind = "reworded" // says the same in other words, or from another source
)

// Revision is what a version changes in one requirement, module, type of qualification, model or clock.
type Revision struct {
	Kind  RevisionKind
	Sort  string // requirement, module, qualification, model or standard
	Code  string // in the newer version; of what is dropped, in the older one
	Title Text
	Was   string // of what is replaced: the code in the older version
	Link  *RequirementLink
	Edits []Edit
	Texts []TextEdit // of what is reworded
}

// TextEdit is a text before and after.
type TextEdit struct {
	Field  string // as the key in a pack
	Before Text
	After  Text
}

// Edit is one value before and after; empty for none.
type Edit struct {
	Field  string // as the key in a pack
	Before string
	After  string
}

// Revisions gives what a version of a standard changes against an older one, in the order of the packs: its clocks, its
// requirements, modules, types of qualification and models, and last what is dropped.
func Revisions(older, newer Standard) []Revision {
	var out []Revision
	if edits := standardEdits(older, newer); len(edits) > 0 {
		out = append(out, Revision{Kind: RevisionChanged, Sort: "standard", Title: newer.Name, Edits: edits})
	}
	out = append(out, requirementRevisions(older, newer)...)
	return append(out, otherRevisions(older, newer)...)
}

// edits gathers the values that differ.
type edits []Edit

func (e *edits) text(field, before, after string) {
	if before != after {
		*e = append(*e, Edit{field, before, after})
	}
}

func (e *edits) number(field string, before, after int) {
	write := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	e.text(field, write(before), write(after))
}

func standardEdits(a, b Standard) []Edit {
	var e edits
	e.number("validity_months", a.ValidityMonths, b.ValidityMonths)
	e.number("renewal_window_days", a.RenewalWindowDays, b.RenewalWindowDays)
	e.number("reset_days", a.ResetDays, b.ResetDays)
	return e
}

// requirementRevisions compares requirements, by code or by link.
func requirementRevisions(older, newer Standard) []Revision {
	var out []Revision
	gone := map[string]bool{}
	for _, r := range newer.Requirements {
		revision := Revision{Sort: "requirement", Code: r.Code, Title: r.Title}
		before, same := older.Requirement(r.Code)
		link := newer.linkTo(r.Code, older)
		switch {
		case !same && link == nil:
			revision.Kind = RevisionAdded
			out = append(out, revision)
			continue
		case !same:
			before, _ = older.Requirement(link.From)
			revision.Kind, revision.Was, revision.Link = RevisionReplaced, link.From, link
			gone[link.From] = true
		}
		revision.Edits = requirementEdits(before, r)
		switch {
		case revision.Kind != "":
		case len(revision.Edits) > 0:
			revision.Kind = RevisionChanged
		default:
			revision.Kind = RevisionReworded
		}
		revision.Texts = textEdits(before, r)
		if revision.Kind == RevisionReworded && len(revision.Texts) == 0 {
			continue
		}
		out = append(out, revision)
	}
	for _, r := range older.Requirements {
		if _, kept := newer.Requirement(r.Code); !kept && !gone[r.Code] {
			out = append(out, Revision{Kind: RevisionDropped, Sort: "requirement", Code: r.Code, Title: r.Title})
		}
	}
	return out
}

// linkTo gives the standard's link from a requirement of an older version to one of its own; nil for none.
func (s Standard) linkTo(code string, older Standard) *RequirementLink {
	for i := range s.Links {
		if _, there := older.Requirement(s.Links[i].From); there && s.Links[i].To == code {
			return &s.Links[i]
		}
	}
	return nil
}

// textEdits gives the texts of a requirement that differ.
func textEdits(a, b Requirement) []TextEdit {
	var out []TextEdit
	for _, e := range []TextEdit{
		{"title", a.Title, b.Title}, {"why", a.Why, b.Why}, {"source", Text{a.Source.Cite, a.Source.Cite}, Text{b.Source.Cite, b.Source.Cite}},
	} {
		if e.Before != e.After {
			out = append(out, e)
		}
	}
	return out
}

func requirementEdits(a, b Requirement) []Edit {
	var e edits
	e.text("severity", string(a.Severity), string(b.Severity))
	e.number("weight", a.Weight, b.Weight)
	e.number("grace_days", a.GraceDays, b.GraceDays)
	e.text("in_force_from", a.InForceFrom.String(), b.InForceFrom.String())
	before, after := a.Measure, b.Measure
	e.text("kind", string(before.Kind), string(after.Kind))
	e.text("skill", string(before.Skill), string(after.Skill))
	e.text("generation", string(before.Generation), string(after.Generation))
	e.text("job", string(before.Job), string(after.Job))
	e.number("at_least", before.AtLeast, after.AtLeast)
	e.number("percent", before.Percent, after.Percent)
	e.number("joiner_days", before.JoinerDays, after.JoinerDays)
	if len(e) == 0 && before != after { // a part of the measure that has no name here
		e.text("measure", fmt.Sprint(before), fmt.Sprint(after))
	}
	return e
}

// item is a part of a pack that has a code, as far as versions are compared.
type item struct {
	code  string
	title Text
	says  []Edit // its values, all of them in After
}

// otherRevisions compares modules, types of qualification and models.
func otherRevisions(older, newer Standard) []Revision {
	out := compareItems("module", moduleItems(older), moduleItems(newer))
	out = append(out, compareItems("qualification", typeItems(older), typeItems(newer))...)
	return append(out, compareItems("model", modelItems(older), modelItems(newer))...)
}

func moduleItems(s Standard) []item {
	var out []item
	for _, m := range s.Modules {
		out = append(out, item{m.Code, m.Title, []Edit{
			{"severity", "", string(m.Severity)}, {"weight", "", strconv.Itoa(m.Weight)}, {"mandatory", "", strconv.FormatBool(m.Mandatory)},
		}})
	}
	return out
}

func typeItems(s Standard) []item {
	var out []item
	for _, q := range s.Qualifications {
		out = append(out, item{string(q.Code), q.Name, []Edit{
			{"review_months", "", strconv.Itoa(q.ReviewMonths)}, {"dormant_after_months", "", strconv.Itoa(q.DormantAfter)},
			{"skills", "", fmt.Sprint(q.Skills)}, {"per_generation", "", strconv.FormatBool(q.HasGeneration)},
		}})
	}
	return out
}

func modelItems(s Standard) []item {
	var out []item
	for _, m := range s.Models {
		out = append(out, item{m.Code, Text{m.Name, m.Name}, []Edit{
			{"brand", "", string(m.Brand)}, {"generation", "", string(m.Generation)}, {"launch_on", "", m.LaunchOn.String()}, {"end_on", "", m.EndOn.String()},
		}})
	}
	return out
}

// compareItems gives what is added, changed and dropped.
func compareItems(sort string, older, newer []item) []Revision {
	var out []Revision
	find := func(list []item, code string) int {
		return slices.IndexFunc(list, func(i item) bool { return i.code == code })
	}
	for _, is := range newer {
		at := find(older, is.code)
		if at < 0 {
			out = append(out, Revision{Kind: RevisionAdded, Sort: sort, Code: is.code, Title: is.title})
			continue
		}
		var e edits
		for i, value := range is.says {
			e.text(value.Field, older[at].says[i].After, value.After)
		}
		switch {
		case len(e) > 0:
			out = append(out, Revision{Kind: RevisionChanged, Sort: sort, Code: is.code, Title: is.title, Edits: e})
		case older[at].title != is.title:
			out = append(out, Revision{Kind: RevisionReworded, Sort: sort, Code: is.code, Title: is.title})
		}
	}
	for _, was := range older {
		if find(newer, was.code) < 0 {
			out = append(out, Revision{Kind: RevisionDropped, Sort: sort, Code: was.code, Title: was.title})
		}
	}
	return out
}

// SourceOf gives where the first of some numbers of a requirement comes from that has a source of its own, named as in a
// pack; else the requirement's source.
func (s Standard) SourceOf(r Requirement, fields ...string) Provenance {
	for _, field := range fields {
		if source, known := s.Sources["requirements."+r.Code+"."+field]; known {
			return source
		}
	}
	return r.Source
}

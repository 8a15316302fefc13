package tracker

import (
	"cmp"
	"slices"
)

// Coverage says that a person counts for a skill at a dealership on a run of days: their employment there counts on
// each of them, in a job for which the skill is meant, and a certificate for it is valid. SkillEmployed has no
// certificate and names the job.
type Coverage struct {
	Person     PersonID
	Dealership DealershipID
	Skill      Skill
	Generation Generation // empty: of none, or of all
	Job        Job        // for SkillEmployed
	Joined     Date       // for SkillEmployed: the employment's first day, zero when unknown
	Period
}

// skillKey is what coverage rows of one person are gathered by.
type skillKey struct {
	skill      Skill
	generation Generation
}

// Coverage gives the person's coverage at every dealership, sorted.
func (h PersonHistory) Coverage(rules Rulebook) []Coverage {
	posts := h.posts()
	skills := h.skills(rules, posts)
	var out []Coverage
	for i, st := range posts {
		p := st.Value
		if !p.Employed {
			continue
		}
		stretch := Period{From: st.From}
		if i+1 < len(posts) {
			stretch.Until = posts[i+1].From
		}
		out = append(out, Coverage{h.Person, p.Dealership, SkillEmployed, "", p.Job, p.Since, stretch})
	}
	for key, set := range skills {
		for _, stretch := range perDealership(posts, set) {
			stretch.Person, stretch.Skill, stretch.Generation = h.Person, key.skill, key.generation
			out = append(out, stretch)
		}
	}
	slices.SortFunc(out, compareCoverage)
	return out
}

// skills gives the days on which the person has each skill in a job for which it is meant, wherever that is.
func (h PersonHistory) skills(rules Rulebook, posts steps[post]) map[skillKey]days {
	working := when(posts, func(p post) bool { return p.Job.Technician() })
	out := map[skillKey]days{}
	var highVoltage, permit days
	for _, q := range h.Qualifications {
		kind := rules.qualificationType(q.Type, q.IssuedOn)
		valid := h.certified(q, kind).without(h.dormant(posts, kind)).intersect(when(posts, kind.meantFor))
		for _, skill := range kind.Skills {
			key := skillKey{skill, kind.generationOf(q)}
			out[key] = union(append(out[key], valid...)...)
			switch skill {
			case SkillHVTC:
				highVoltage = union(append(highVoltage, valid...)...)
			case SkillPermit:
				permit = union(append(permit, valid...)...)
			}
		}
	}
	out[skillKey{skill: SkillNEV}] = highVoltage.intersect(working).without(rules.permitLaw().without(permit))
	return out
}

// perDealership cuts days of having a skill by the dealership at which the person is employed on them.
func perDealership(posts steps[post], set days) []Coverage {
	var at []DealershipID
	for _, st := range posts {
		if st.Value.Employed && !slices.Contains(at, st.Value.Dealership) {
			at = append(at, st.Value.Dealership)
		}
	}
	var out []Coverage
	for _, dealership := range at {
		there := when(posts, func(p post) bool { return p.Employed && p.Dealership == dealership })
		for _, stretch := range there.intersect(set) {
			out = append(out, Coverage{Dealership: dealership, Period: stretch})
		}
	}
	return out
}

func compareCoverage(a, b Coverage) int {
	return cmp.Or(cmp.Compare(a.Dealership, b.Dealership), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Skill, b.Skill),
		cmp.Compare(a.Generation, b.Generation), cmp.Compare(a.Job, b.Job), cmp.Compare(a.From, b.From))
}

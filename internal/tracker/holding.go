package tracker

// holding is a certificate with the days on which it counts by its own dates, whatever the holder's post.
type holding struct {
	certificate *Qualification
	kind        *QualificationType
	dated       days // in date, asleep or not
	valid       days // in date and awake
}

// gives tells whether the certificate gives a skill for a generation; an empty generation asks for any.
func (g *holding) gives(skill Skill, generation Generation) bool {
	of := g.kind.generationOf(g.certificate)
	if generation != "" && of != "" && of != generation {
		return false
	}
	for _, s := range g.kind.Skills {
		if s == skill {
			return true
		}
	}
	return false
}

// holdings gives the person's certificates but one, in no order; the empty chain leaves none out.
func (h PersonHistory) holdings(rules Rulebook, but FactID) []holding {
	posts := h.posts()
	out := make([]holding, 0, len(h.Qualifications))
	for i := range h.Qualifications {
		q := &h.Qualifications[i]
		if but != "" && q.Chain == but {
			continue
		}
		kind := rules.qualificationType(q.Type, q.IssuedOn)
		dated := certified(q, kind, h.reviewsOf(q.Chain))
		out = append(out, holding{q, kind, dated, dated.without(h.dormant(posts, kind))})
	}
	return out
}

// heldOn gives the days on which any of some certificates gives a skill for a generation; an empty one asks for any.
func heldOn(held []holding, skill Skill, generation Generation) days {
	var list []Period
	for i := range held {
		if held[i].gives(skill, generation) {
			list = append(list, held[i].valid...)
		}
	}
	return merged(list)
}

// run gives the run of days of a set that holds a day; false when the set does not hold it.
func (s days) run(on Date) (Period, bool) {
	for _, p := range s {
		if p.Contains(on) {
			return p, true
		}
	}
	return Period{}, false
}

// endedBefore gives the first day after the last run of a set that had ended by a day, zero when none had.
func (s days) endedBefore(on Date) Date {
	var end Date
	for _, p := range s {
		if p.Until != 0 && p.Until <= on {
			end = p.Until
		}
	}
	return end
}

// Missing is a prerequisite that does not hold on a day.
type Missing struct {
	Prerequisite
	Generation Generation // for which it is missing; empty: for any, or it has none
	Have       int        // where several generations are asked for: so many are held
	Since      Date       // the first of the days on which it does not hold; zero: it never held before
}

// missing gives what of a type's prerequisites does not hold on a day, in the pack's order.
func missing(held []holding, rules Rulebook, kind *QualificationType, generation Generation, on Date) []Missing {
	var out []Missing
	for _, p := range kind.Requires {
		if on < p.InForceFrom {
			continue
		}
		needed := rules.qualificationType(p.Type, on)
		if len(needed.Skills) == 0 {
			continue // of a type that no pack knows nothing can be told
		}
		m := Missing{Prerequisite: p}
		if p.SameGeneration {
			m.Generation = generation
		}
		met := heldOn(held, needed.Skills[0], m.Generation)
		if p.Generations > 1 {
			met, m.Have = several(held, needed, p.Generations, on)
		}
		if met.contains(on) {
			continue
		}
		m.Since = met.endedBefore(on)
		out = append(out, m)
	}
	return out
}

// several gives the days on which a type is held for so many different generations, and for how many it is on a day.
func several(held []holding, needed *QualificationType, wanted int, on Date) (met days, have int) {
	var all tally
	for _, g := range needed.Generations {
		days := heldOn(held, needed.Skills[0], g)
		if days.contains(on) {
			have++
		}
		all.add(days)
	}
	counts := all.counts()
	for i := range counts {
		if counts[i].Value >= wanted {
			met = met.add(counts.period(i))
		}
	}
	return met, have
}

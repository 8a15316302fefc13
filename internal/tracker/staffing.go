package tracker

// Staffing is a dealership's headcounts on a run of operating days.
type Staffing struct {
	Dealership DealershipID
	Period
	Region       RegionID
	Group        GroupID
	Technicians  int
	NEVQualified int
	BelowMinimum bool // certified or conditional while a headcount that the law or the brand asks for fails
}

// headcount is what staffing says of a day.
type headcount struct {
	operating    bool
	place        Place
	technicians  int
	nevQualified int
	belowMinimum bool
}

// staffing gives the headcounts of the operating days.
func (s site) staffing(courses []*course, coverage []Coverage) []Staffing {
	evaluate := evaluator{coverage: coverage}
	technicians := cursor[int]{steps: evaluate.count(Measure{Skill: SkillEmployed, Job: JobTechnician})}
	qualified := cursor[int]{steps: evaluate.count(Measure{Skill: SkillNEV})}
	below := cursor[bool]{steps: belowMinimum(courses)}
	operating, place := cursor[bool]{steps: s.operating}, cursor[Place]{steps: s.place}
	breaks := technicians.steps.breaks(qualified.steps.breaks(below.steps.breaks(operating.steps.breaks(place.steps.breaks(nil)))))
	counts := tabulate(breaks, func(d Date) headcount {
		if !operating.at(d) {
			return headcount{}
		}
		where := place.at(d)
		where.Zone = 0 // no figure goes by it
		return headcount{true, where, technicians.at(d), qualified.at(d), below.at(d)}
	})
	out := make([]Staffing, 0, len(counts))
	for i, st := range counts {
		if c := st.Value; c.operating {
			out = append(out, Staffing{
				s.dealership, counts.period(i), c.place.Region, c.place.Group, c.technicians, c.nevQualified, c.belowMinimum,
			})
		}
	}
	return out
}

// belowMinimum gives the days on which a dealership that is certified or conditional for BMW i lacks people whom the
// law or the standard counts; ratios do not matter (MODEL.md §6).
func belowMinimum(courses []*course) steps[bool] {
	var counted []cursor[sight]
	may := cursor[stand]{steps: steps[stand]{{}}}
	breaks := []Date{}
	for i := range courses {
		c := courses[i]
		if c.programme == ProgrammeBMWi {
			may.steps = c.stands
			breaks = c.stands.breaks(breaks)
		}
		if c.programme == ProgrammeBMWi || c.kind == KindLaw {
			for _, w := range c.watched {
				counted = append(counted, cursor[sight]{steps: w.sights})
				breaks = w.sights.breaks(breaks)
			}
		}
	}
	return tabulate(breaks, func(d Date) bool {
		if !may.at(d).May {
			return false
		}
		for i := range counted {
			if seen := counted[i].at(d); seen.Outcome == Fails && seen.Counted {
				return true
			}
		}
		return false
	})
}

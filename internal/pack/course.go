package pack

import "dealercert/internal/tracker"

// course is training as it is written in a pack.
type course struct {
	Code     scalar   `yaml:"code"`
	Name     text     `yaml:"name"`
	Kind     scalar   `yaml:"kind"`
	For      []scalar `yaml:"for"`
	Grants   []grant  `yaml:"grants"`
	Days     number   `yaml:"days"`
	Hours    number   `yaml:"hours"`
	PassMark number   `yaml:"pass_mark"`
	Attempts number   `yaml:"attempts"`
	WaitDays number   `yaml:"wait_days"`
	Source   *source  `yaml:"source"`
}

type grant struct {
	Type           scalar `yaml:"type"`
	Generation     scalar `yaml:"generation"`
	ValidityMonths number `yaml:"validity_months"`
}

// someDays, classHours and someTries bound a course; they catch slips of the pen.
var (
	someDays   = bounds{1, 366}
	classHours = bounds{1, 2000}
	someTries  = bounds{1, 100}
)

// courses reads the pack's courses.
func (r *reader) courses() {
	d := r.doc
	r.unique("courses", len(d.Courses), func(i int) scalar { return d.Courses[i].Code })
	for i, c := range d.Courses {
		r.out.Courses = append(r.out.Courses, r.course(item("courses", i, c.Code), c))
	}
}

func (r *reader) course(at place, c course) tracker.Course {
	out := tracker.Course{
		Code: r.code(at.key("code"), c.Code), Name: r.words(at.key("name"), c.Name),
		Kind:     one(r, at.key("kind"), c.Kind, tracker.CourseKinds...),
		Jobs:     r.jobs(at.key("for"), c.For),
		Days:     r.number(at.key("days"), c.Days, someDays, c.Source),
		Hours:    r.number(at.key("hours"), c.Hours, classHours, c.Source),
		PassMark: r.number(at.key("pass_mark"), c.PassMark, someShare, c.Source),
		Attempts: r.number(at.key("attempts"), c.Attempts, someTries, c.Source),
		WaitDays: r.number(at.key("wait_days"), c.WaitDays, anyDays, c.Source),
	}
	if len(c.Grants) == 0 {
		r.fail(at.key("grants"), "pack_missing")
	}
	for i, g := range c.Grants {
		spot := item(at.path[2:]+".grants", i, g.Type)
		spot.name = at.name + ".grants." + string(g.Type)
		if out.Kind == tracker.CourseReview && g.ValidityMonths.given {
			r.fail(spot.key("validity_months"), "pack_review_validity")
		}
		out.Grants = append(out.Grants, tracker.CourseGrant{
			Type: tracker.QualificationCode(r.code(spot.key("type"), g.Type)), Generation: r.generation(spot.key("generation"), g.Generation),
			ValidityMonths: r.number(spot.key("validity_months"), g.ValidityMonths, someMonths, c.Source),
		})
	}
	out.Source = r.sourceOf(at, c.Source, at.key("hours"), at.key("days"), at.key("pass_mark"))
	return out
}

// generation reads a generation, which may be left out.
func (r *reader) generation(at place, given scalar) tracker.Generation {
	if given == "" {
		return ""
	}
	return one(r, at, given, KnownGenerations()...)
}

// jobs reads for whom a course is; for everybody gives none.
func (r *reader) jobs(at place, given []scalar) []tracker.Job {
	if len(given) == 0 {
		r.fail(at, "pack_missing", "known", listed(whoms()))
	}
	var out []tracker.Job
	for _, text := range given {
		switch whom := one(r, at, text, whoms()...); whom {
		case everybody:
			if len(given) > 1 {
				r.fail(at, "pack_everybody")
			}
			return nil
		case technicians:
			out = append(out, tracker.JobTechnician, tracker.JobForeman)
		default:
			out = append(out, tracker.Job(whom))
		}
	}
	return out
}

// typesOf gives all types of qualification that standards know.
func typesOf(all []tracker.Standard) map[tracker.QualificationCode]tracker.QualificationType {
	out := map[tracker.QualificationCode]tracker.QualificationType{}
	for _, s := range all {
		for _, q := range s.Qualifications {
			out[q.Code] = q
		}
	}
	return out
}

// coursesFit checks that what a standard's courses give exists, each with a generation where its type has one;
// and that what is reviewed can be.
func coursesFit(s tracker.Standard, types map[tracker.QualificationCode]tracker.QualificationType) error {
	for _, c := range s.Courses {
		for _, g := range c.Grants {
			kind, known := types[g.Type]
			switch {
			case !known:
				return wrong(s, "pack_course_type", "code", c.Code, "type", string(g.Type))
			case kind.HasGeneration != (g.Generation != ""):
				return wrong(s, "pack_course_generation", "code", c.Code, "type", string(g.Type))
			case c.Kind == tracker.CourseReview && kind.ReviewMonths == 0:
				return wrong(s, "pack_course_review", "code", c.Code, "type", string(g.Type))
			}
		}
	}
	return nil
}

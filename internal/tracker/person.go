package tracker

import (
	"cmp"
	"slices"
)

// Job is what a person is employed as.
type Job string

// The jobs of CONTRACT.md.
const (
	JobTechnician      Job = "technician"
	JobForeman         Job = "foreman" // counts as technician
	JobServiceAdvisor  Job = "service_advisor"
	JobSalesConsultant Job = "sales_consultant"
	JobIChampion       Job = "i_champion"
	JobTrainer         Job = "trainer"
	JobPrincipal       Job = "principal"
	JobOther           Job = "other"
)

// Jobs lists the jobs in the order of a form.
var Jobs = []Job{
	JobTechnician, JobForeman, JobServiceAdvisor, JobSalesConsultant, JobIChampion, JobTrainer, JobPrincipal, JobOther,
}

// Technician tells whether the job is a technician's.
func (j Job) Technician() bool { return j == JobTechnician || j == JobForeman }

// Person is somebody who works or worked in the network, under a staff number that is never reused.
type Person struct {
	ID      PersonID
	StaffNo string
	Name    string
}

// Employment says that a person works at a dealership in a job.
type Employment struct {
	Head
	Person     PersonID
	Dealership DealershipID
	Job        Job
	From       Date
	Until      Date // the first day on which the employment no longer holds
}

// Leave says that an employed person is off the post.
type Leave struct {
	Head
	Person PersonID
	From   Date
	Until  Date
}

func (Employment) Kind() FactKind { return FactEmployment }
func (Leave) Kind() FactKind      { return FactLeave }

// FirstDay is the first day of work.
func (f Employment) FirstDay() Date { return f.From }

// FirstDay is the first day off the post.
func (f Leave) FirstDay() Date { return f.From }

// PersonHistory is all that is known about one person.
type PersonHistory struct {
	Person         PersonID
	Employments    []Employment // at every dealership
	Leaves         []Leave
	Qualifications []Qualification
	Reviews        []Review
}

// post is the employment that counts on a day, zero when none does.
type post struct {
	Dealership DealershipID
	Job        Job
	Since      Date // the employment's first day, zero when unknown
	Employed   bool
}

// posts gives, for each day, the one employment that counts: the one with the later beginning, then the later chain.
// So a transfer on one day is no overlap.
func (h PersonHistory) posts() steps[post] {
	breaks := make([]Date, 0, 2*len(h.Employments)+1)
	for i := range h.Employments {
		breaks = append(breaks, h.Employments[i].From, h.Employments[i].Until)
	}
	return tabulate(breaks, func(d Date) post {
		if best := h.employedOn(d); best != nil {
			return post{best.Dealership, best.Job, best.From, true}
		}
		return post{}
	})
}

// when gives the days whose post satisfies a condition.
func when(posts steps[post], holds func(post) bool) days {
	var out days
	for i := range posts {
		if holds(posts[i].Value) {
			out = out.add(posts.period(i))
		}
	}
	return out
}

// Overlap is a run of days on which a person is employed at two dealerships: a likely borrowed permit when it is
// longer than the day of a transfer.
type Overlap struct {
	Person PersonID
	First  DealershipID
	Second DealershipID
	Period
}

// Overlaps gives the runs of more than one day on which the person is employed at two different dealerships, in the
// order of time; First is where the person began earlier.
func (h PersonHistory) Overlaps() []Overlap {
	employments := slices.Clone(h.Employments)
	slices.SortFunc(employments, func(a, b Employment) int { return later(a.From, b.From, a.Head, b.Head) })
	var out []Overlap
	for i, a := range employments {
		for _, b := range employments[i+1:] {
			both := Period{a.From, a.Until}.Intersect(Period{b.From, b.Until})
			if a.Dealership == b.Dealership || both.Empty() || both.end()-both.From <= 1 {
				continue
			}
			out = append(out, Overlap{h.Person, a.Dealership, b.Dealership, both})
		}
	}
	slices.SortStableFunc(out, func(a, b Overlap) int { return cmp.Compare(a.From, b.From) })
	return out
}

// Last gives the last day of work; zero when none is known.
func (f Employment) Last() Date { return f.Until.Add(-1) }

// EmployedOn gives the employment that counts on a day, and whether there is one.
func (h PersonHistory) EmployedOn(on Date) (Employment, bool) {
	if e := h.employedOn(on); e != nil {
		return *e, true
	}
	return Employment{}, false
}

// employedOn gives the employment that counts on a day: the one with the later beginning, then the later chain. Nil: none.
func (h *PersonHistory) employedOn(on Date) *Employment {
	var best *Employment
	for i := range h.Employments {
		e := &h.Employments[i]
		if (Period{e.From, e.Until}).Contains(on) && (best == nil || later(e.From, best.From, e.Head, best.Head) > 0) {
			best = e
		}
	}
	return best
}

package app

import (
	"maps"
	"slices"
	"strings"

	"dealercert/internal/tracker"
)

// peopleImport takes in people, one row for each employment. Rows of one staff number are one person.
type peopleImport struct{ *importJob }

// employmentLine is what a row of people says.
type employmentLine struct {
	*importRow
	name   string
	at     tracker.DealershipID
	job    tracker.Job
	period tracker.Period
	leaves []span
}

// jobWords are other names of jobs that tables in use have.
var jobWords = map[string]tracker.Job{
	"技师": tracker.JobTechnician, "维修技师": tracker.JobTechnician, "机电技师": tracker.JobTechnician, "高压技师": tracker.JobTechnician,
	"技术员": tracker.JobTechnician, "维修工": tracker.JobTechnician,
	"班组长": tracker.JobForeman, "班长": tracker.JobForeman, "维修组长": tracker.JobForeman, "车间主管": tracker.JobForeman,
	"车间主任": tracker.JobForeman,
	"服务顾问": tracker.JobServiceAdvisor, "售后顾问": tracker.JobServiceAdvisor, "售后服务顾问": tracker.JobServiceAdvisor,
	"销售顾问": tracker.JobSalesConsultant, "销售": tracker.JobSalesConsultant, "汽车销售顾问": tracker.JobSalesConsultant,
	"BMW i 专员": tracker.JobIChampion, "i 专员": tracker.JobIChampion, "i专员": tracker.JobIChampion,
	"内训师": tracker.JobTrainer, "培训师": tracker.JobTrainer, "讲师": tracker.JobTrainer,
	"总经理": tracker.JobPrincipal, "经销商总经理": tracker.JobPrincipal, "店总": tracker.JobPrincipal,
	"其他": tracker.JobOther, "其它": tracker.JobOther,
}

func (j *peopleImport) grouped() string { return "staff_no" }

func (j *peopleImport) key(row *importRow) []string {
	if row.cell("staff_no") == "" {
		return nil
	}
	return []string{row.cell("staff_no"), row.cell("dealership"), row.cell("from")}
}

func (j *peopleImport) begin() error { return nil }

func (j *peopleImport) settle(groups [][]*importRow) error {
	dealerships, err := j.tx.SeenByCode(j.by.Scope, cells(groups, "dealership"))
	if err != nil {
		return err
	}
	crew, err := j.crew(groups)
	if err != nil {
		return err
	}
	var work []func() // recorded once new people have their identities
	for _, group := range groups {
		lines := make([]employmentLine, len(group))
		for i, row := range group {
			if lines[i], err = j.check(row, dealerships); err != nil {
				return err
			}
		}
		work = append(work, j.person(lines, crew)...)
	}
	if j.withheld() {
		return nil
	}
	if err := j.batch.Persons(); err != nil {
		return err
	}
	for _, do := range work {
		do()
	}
	return nil
}

// check looks at a row by itself.
func (j *peopleImport) check(row *importRow, dealerships map[string]tracker.Dealership) (employmentLine, error) {
	if row.Faulty {
		return employmentLine{importRow: row}, nil
	}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	checkStaffNo(fault, row.cell("staff_no"))
	line := employmentLine{importRow: row, name: needText(fault, "name", row.cell("name"), shortText)}
	from := day(fault, "from", row.cell("from"), optional)
	last := day(fault, "until", row.cell("until"), optional)
	if last != 0 && last < from {
		fault.In("until", "ends_before_begin", "from", from, "until", last)
	}
	line.period = tracker.Through(from, last)
	line.leaves = readSpans(fault, "leaves", row.cell("leaves"))
	for _, l := range line.leaves {
		if l.From == 0 {
			fault.In("leaves", "date_required")
		}
	}
	row.addFaults(fault)
	line.job = word(row, "job", "unknown_job", tracker.Jobs, jobWords)
	dealership, known := dealerships[row.cell("dealership")]
	line.at = dealership.ID
	if !known {
		return line, j.unknownDealership(row)
	}
	return line, nil
}

// checkStaffNo notes what is wrong with a staff number.
func checkStaffNo(fault *tracker.Error, number string) {
	switch {
	case number == "":
		fault.In("staff_no", "text_required")
	case !codePattern.MatchString(number):
		fault.In("staff_no", "staff_no_unreadable", "value", number)
	}
}

// person settles the rows of one person and gives what is to be recorded.
func (j *peopleImport) person(lines []employmentLine, crew crew) []func() {
	if !oneName(lines) {
		return nil
	}
	person, known := crew.persons[lines[0].cell("staff_no")]
	var work []func()
	for i := range lines {
		line := &lines[i]
		if !line.right() {
			continue
		}
		switch {
		case known && !crew.mayEmploy(person.ID, line.at, line.period):
			line.add("staff_no", "staff_no_elsewhere", "")
		case known && line.name != person.Name:
			line.add("name", "name_differs", person.Name, "value", line.name, "staff_no", person.StaffNo)
		default:
			work = append(work, j.employ(line, crew.employments[person.ID], &person))
			work = append(work, j.away(line, crew.leaves[person.ID], &person)...)
		}
	}
	work = slices.DeleteFunc(work, func(do func()) bool { return do == nil })
	if !known && len(work) > 0 && !j.withheld() {
		person.StaffNo, person.Name = lines[0].cell("staff_no"), nameOf(lines)
		j.batch.Person(&person)
	}
	return work
}

// oneName tells whether the rows of one staff number have one name; else each is an error.
func oneName(lines []employmentLine) bool {
	names := map[string]bool{}
	for _, line := range lines {
		if line.name != "" {
			names[line.name] = true
		}
	}
	if len(names) <= 1 {
		return true
	}
	for _, line := range lines {
		line.add("name", "names_differ", "", "staff_no", line.cell("staff_no"), "names", strings.Join(slices.Sorted(maps.Keys(names)), ", "))
	}
	return false
}

// nameOf gives the name that the rows of one person have.
func nameOf(lines []employmentLine) string {
	for _, line := range lines {
		if line.right() {
			return line.name
		}
	}
	return ""
}

// employ compares a row with what is recorded, and gives what is to be written; nil for nothing.
func (j *peopleImport) employ(line *employmentLine, recorded []tracker.Employment, person *tracker.Person) func() {
	wanted := tracker.Employment{Dealership: line.at, Job: line.job, From: line.period.From, Until: line.period.Until}
	present := employmentAt(recorded, line.at, line.period.From)
	if present == nil {
		line.does(creates)
		return func() {
			wanted.Person = person.ID
			j.batch.Record(wanted, "")
		}
	}
	if !line.has("until") {
		wanted.Until = present.Until
	}
	if wanted.Job == present.Job && wanted.Until == present.Until {
		return nil
	}
	line.does(corrects)
	wanted.Person = present.Person
	return func() { j.batch.Correct(*present, wanted, "") }
}

// employmentAt finds the employment that a key names; of several the one that counts.
func employmentAt(list []tracker.Employment, at tracker.DealershipID, from tracker.Date) *tracker.Employment {
	var found *tracker.Employment
	for i := range list {
		if e := &list[i]; e.Dealership == at && e.From == from && (found == nil || e.Chain > found.Chain) {
			found = e
		}
	}
	return found
}

// away compares the leaves of a row with those that are recorded, and gives what is to be written. A leave that the row
// does not name stays as it is.
func (j *peopleImport) away(line *employmentLine, recorded []tracker.Leave, person *tracker.Person) []func() {
	var work []func()
	for _, l := range line.leaves {
		wanted := tracker.Leave{From: l.From, Until: l.Until}
		at := slices.IndexFunc(recorded, func(r tracker.Leave) bool { return r.From == l.From })
		switch {
		case at < 0:
			line.does(creates)
			work = append(work, func() {
				wanted.Person = person.ID
				j.batch.Record(wanted, "")
			})
		case recorded[at].Until != l.Until:
			line.does(corrects)
			present := recorded[at]
			wanted.Person = present.Person
			work = append(work, func() { j.batch.Correct(present, wanted, "") })
		}
	}
	return work
}

package app

import (
	"regexp"
	"strings"

	"dealercert/internal/sheet"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// qualificationImport takes in qualifications. A row with reviewed_on is a review of the qualification that it names; a
// row without is the qualification as it was issued.
type qualificationImport struct {
	*importJob
	types []tracker.QualificationType
	made  map[tracker.PersonID][]madeOf // by the rows that are being settled
}

// qualificationLine is what a row of qualifications says.
type qualificationLine struct {
	*importRow
	kind       tracker.QualificationCode
	generation tracker.Generation
	issued     tracker.Date
	number     string
	due        tracker.Date // of the review, else the first one
	reviewed   tracker.Date
	expires    tracker.Date
}

// certificate names a qualification of a person.
type certificate struct {
	kind       tracker.QualificationCode
	generation tracker.Generation
	issued     tracker.Date
}

// records are what is recorded about the people of a chunk.
type records struct {
	crew
	qualifications map[tracker.PersonID][]store.NumberedQualification
	reviews        map[tracker.FactID][]tracker.Review
}

// generationPattern is what the name of a high-voltage generation looks like.
var generationPattern = regexp.MustCompile(`^gen[1-9][0-9]?$`)

// generations are the names in use, to suggest one from.
var generations = []string{"gen3", "gen4", "gen5", "gen6"}

func (j *qualificationImport) grouped() string { return "staff_no" }

func (j *qualificationImport) key(row *importRow) []string {
	if row.cell("staff_no") == "" {
		return nil
	}
	return []string{
		row.cell("staff_no"), strings.ToLower(row.cell("type")), strings.ToLower(row.cell("generation")), row.cell("issued_on"), row.cell("reviewed_on"),
	}
}

func (j *qualificationImport) begin() error {
	j.types, j.made = j.rules.QualificationTypes(j.today), map[tracker.PersonID][]madeOf{}
	return nil
}

func (j *qualificationImport) settle(groups [][]*importRow) error {
	known, err := j.records(groups)
	if err != nil {
		return err
	}
	for _, group := range groups {
		lines := make([]*qualificationLine, 0, len(group))
		for _, row := range group {
			if row.Faulty {
				continue
			}
			if line := j.check(row); row.right() {
				lines = append(lines, line)
			}
		}
		if len(lines) > 0 {
			j.person(lines, known)
		}
	}
	return j.notes()
}

func (j *qualificationImport) records(groups [][]*importRow) (records, error) {
	var out records
	var err error
	if out.crew, err = j.crew(groups); err != nil {
		return out, err
	}
	ids := make([]tracker.PersonID, 0, len(out.persons))
	for _, p := range out.persons {
		ids = append(ids, p.ID)
	}
	if out.qualifications, err = j.tx.QualificationsOf(ids); err != nil {
		return out, err
	}
	out.reviews, err = j.tx.ReviewsOf(ids)
	return out, err
}

// check looks at a row by itself.
func (j *qualificationImport) check(row *importRow) *qualificationLine {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	checkStaffNo(fault, row.cell("staff_no"))
	line := &qualificationLine{
		importRow: row, issued: day(fault, "issued_on", row.cell("issued_on"), required),
		number: clean(fault, "certificate_no", row.cell("certificate_no"), shortText),
		due:    day(fault, "review_due_on", row.cell("review_due_on"), optional), reviewed: day(fault, "reviewed_on", row.cell("reviewed_on"), optional),
		expires: day(fault, "expires_on", row.cell("expires_on"), optional),
	}
	if strings.Contains(line.number, "*") && !store.IsMask(line.number) {
		fault.In("certificate_no", "certificate_unreadable")
	}
	if line.issued > j.today {
		fault.In("issued_on", "date_in_future", "value", line.issued)
	}
	if line.reviewed > j.today {
		fault.In("reviewed_on", "date_in_future", "value", line.reviewed)
	}
	line.inOrder(fault)
	row.addFaults(fault)
	j.checkType(line)
	return line
}

// inOrder notes days that lie before the one they follow.
func (l *qualificationLine) inOrder(fault *tracker.Error) {
	follows := func(column string, after, on tracker.Date) {
		if on != 0 && on < after {
			fault.In(column, "day_before_other", "value", on, "other", after)
		}
	}
	follows("reviewed_on", l.issued, l.reviewed)
	follows("review_due_on", max(l.issued, l.reviewed), l.due)
	follows("expires_on", l.issued, l.expires)
}

// checkType finds the type, by its code or either name, and the generation that it needs or must not have.
func (j *qualificationImport) checkType(line *qualificationLine) {
	codes := make([]tracker.QualificationCode, len(j.types))
	names := map[string]tracker.QualificationCode{}
	for i, t := range j.types {
		codes[i] = t.Code
		names[t.Name.En], names[t.Name.Zh] = t.Code, t.Code
	}
	line.kind = word(line.importRow, "type", "unknown_type", codes, names)
	text := strings.ToLower(line.cell("generation"))
	line.generation = tracker.Generation(text)
	for _, t := range j.types {
		switch {
		case t.Code != line.kind:
		case t.HasGeneration && text == "":
			line.add("generation", "generation_required", "", "type", string(t.Code))
		case !t.HasGeneration && text != "":
			line.add("generation", "generation_unused", "", "type", string(t.Code))
		case text != "" && !generationPattern.MatchString(text):
			line.add("generation", "unknown_generation", sheet.Suggest(text, generations), "value", text)
		}
	}
}

// person settles the rows of one person.
func (j *qualificationImport) person(lines []*qualificationLine, known records) {
	person, found := known.persons[lines[0].cell("staff_no")]
	if !found || !known.looksAfter(person.ID) {
		for _, line := range lines {
			line.add("staff_no", "unknown_staff_no", "", "value", line.cell("staff_no"))
		}
		return
	}
	held := map[certificate][]*qualificationLine{}
	var order []certificate
	for _, line := range lines {
		c := certificate{line.kind, line.generation, line.issued}
		if held[c] == nil {
			order = append(order, c)
		}
		held[c] = append(held[c], line)
	}
	for _, c := range order {
		if agree(held[c]) {
			j.certificate(c, held[c], known, person.ID)
		}
	}
}

// agree tells whether the rows of one qualification give one number and one last day; else each is an error.
func agree(lines []*qualificationLine) bool {
	for _, column := range []string{"certificate_no", "expires_on"} {
		said := map[string]bool{}
		for _, line := range lines {
			if line.says(column) {
				said[line.cell(column)] = true
			}
		}
		if len(said) <= 1 {
			continue
		}
		for _, line := range lines {
			line.add(column, "rows_differ", "", "staff_no", line.cell("staff_no"), "values", strings.Join(sortedKeys(said), ", "))
		}
		return false
	}
	return true
}

// says tells whether a row says something about the qualification itself: a row of a review only with what is filled in.
func (l *qualificationLine) says(column string) bool {
	return l.has(column) && (l.reviewed == 0 || l.cell(column) != "")
}

// certificate compares the rows of one qualification with what is recorded, and records what differs.
func (j *qualificationImport) certificate(c certificate, lines []*qualificationLine, known records, person tracker.PersonID) {
	present := c.find(known.qualifications[person])
	next := tracker.Qualification{Person: person, Type: c.kind, Generation: c.generation, IssuedOn: c.issued}
	if present != nil {
		next = present.Qualification
	}
	first := lines[0] // the row to which what becomes of the qualification is counted
	for _, line := range lines {
		if line.reviewed == 0 {
			first = line
			if line.has("review_due_on") {
				next.FirstReviewDue = line.due
			}
		}
		if line.says("expires_on") {
			next.ExpiresOn = line.expires
		}
		if line.says("certificate_no") && !j.number(&next, present, line) {
			return
		}
	}
	chain := next.Chain
	switch {
	case present == nil:
		first.does(creates)
		j.made[person] = append(j.made[person], madeOf{first, next})
		if !j.withheld() {
			chain = j.batch.Record(next, "")
		}
	case next != present.Qualification:
		first.does(corrects)
		if !j.withheld() {
			j.batch.Correct(present.Qualification, next, "")
		}
	}
	for _, line := range lines {
		if line.reviewed != 0 {
			j.review(line, tracker.Review{Person: person, Qualification: chain, ReviewedOn: line.reviewed, NextDue: line.due}, known.reviews[chain])
		}
	}
}

// find finds a certificate among a person's qualifications; of several the one recorded last.
func (c certificate) find(list []store.NumberedQualification) *store.NumberedQualification {
	var found *store.NumberedQualification
	for i := range list {
		if q := &list[i]; q.Type == c.kind && q.Generation == c.generation && q.IssuedOn == c.issued && (found == nil || q.Chain > found.Chain) {
			found = q
		}
	}
	return found
}

// number takes over the number of a row. The number or the mask that is recorded leaves it as it is; another mask says
// nothing that could be kept.
func (j *qualificationImport) number(next *tracker.Qualification, present *store.NumberedQualification, line *qualificationLine) bool {
	switch {
	case present == nil:
		next.Certificate = line.number
	case j.tx.SameNumber(*present, line.number):
	case store.IsMask(line.number):
		line.add("certificate_no", "certificate_masked", "")
		return false
	default:
		next.Certificate = line.number
	}
	return true
}

// review compares a row with the reviews that are recorded, and records what differs.
func (j *qualificationImport) review(line *qualificationLine, next tracker.Review, recorded []tracker.Review) {
	var present *tracker.Review
	for i := range recorded {
		if r := &recorded[i]; r.ReviewedOn == next.ReviewedOn && (present == nil || r.Chain > present.Chain) {
			present = r
		}
	}
	switch {
	case present == nil:
		line.does(creates)
		if !j.withheld() {
			j.batch.Record(next, "")
		}
	case line.has("review_due_on") && present.NextDue != next.NextDue:
		line.does(corrects)
		if !j.withheld() {
			j.batch.Correct(*present, next, "")
		}
	}
}

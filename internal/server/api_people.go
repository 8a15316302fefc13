package server

import (
	"net/http"
	"slices"

	"dealercert/internal/tracker"
)

// personJSON is a person in the columns of import, with the post of the day (of who has left, the last one) and what they
// count for on the day.
type personJSON struct {
	StaffNo    string         `json:"staff_no"`
	Name       string         `json:"name"`
	Dealership *string        `json:"dealership"`
	Job        *string        `json:"job"`
	From       tracker.Date   `json:"from"`
	Until      tracker.Date   `json:"until"`
	Coverage   []coverageJSON `json:"coverage"`
}

// coverageJSON is one thing that a person counts for on a day; until is the last day of it.
type coverageJSON struct {
	What       tracker.Skill `json:"what"`
	Generation *string       `json:"generation"`
	Dealership string        `json:"dealership"`
	From       tracker.Date  `json:"from"`
	Until      tracker.Date  `json:"until"`
}

// qualificationJSON is a certificate in the columns of import, its number masked, with what it is worth on the day.
// review_due_on is the due day that counts on the day, reviewed_on the last review by then.
type qualificationJSON struct {
	StaffNo       string                    `json:"staff_no"`
	Type          tracker.QualificationCode `json:"type"`
	Generation    *string                   `json:"generation"`
	CertificateNo *string                   `json:"certificate_no"`
	IssuedOn      tracker.Date              `json:"issued_on"`
	ReviewDueOn   tracker.Date              `json:"review_due_on"`
	ReviewAssumed bool                      `json:"review_assumed"`
	ReviewedOn    tracker.Date              `json:"reviewed_on"`
	ExpiresOn     tracker.Date              `json:"expires_on"`
	Valid         bool                      `json:"valid"`
	Dormant       bool                      `json:"dormant"`
	ValidUntil    tracker.Date              `json:"valid_until"`
}

// personRecordJSON is a person with all that may be seen of them.
type personRecordJSON struct {
	personJSON
	Employments    []employmentJSON    `json:"employments"`
	Leaves         []leaveJSON         `json:"leaves"`
	Qualifications []qualificationJSON `json:"qualifications"`
	Clocks         []clockJSON         `json:"clocks"`
	Ladder         []rungJSON          `json:"ladder"`
}

type employmentJSON struct {
	Dealership string       `json:"dealership"`
	Job        tracker.Job  `json:"job"`
	From       tracker.Date `json:"from"`
	Until      tracker.Date `json:"until"`
}

type leaveJSON struct {
	From  tracker.Date `json:"from"`
	Until tracker.Date `json:"until"`
}

func apiPeople(v *visit) error {
	_, page, err := v.findPeople()
	if err != nil {
		return err
	}
	out := list[personJSON]{Items: []personJSON{}, Total: page.Total, Page: page.Page, PerPage: page.PerPage}
	for _, row := range page.Rows {
		item := personJSON{
			StaffNo: row.StaffNo, Name: row.Name, Dealership: textOrNull(row.At.Code), Job: textOrNull(string(row.Job)), From: row.From,
			Until: row.Last(), Coverage: []coverageJSON{},
		}
		for _, c := range row.Coverage {
			if c.Skill != tracker.SkillEmployed && c.Dealership == row.Dealership {
				item.Coverage = append(item.Coverage, coverageOf(c, row.At.Code))
			}
		}
		out.Items = append(out.Items, item)
	}
	v.JSON(http.StatusOK, out)
	return nil
}

func coverageOf(c tracker.Coverage, code string) coverageJSON {
	return coverageJSON{What: c.Skill, Generation: textOrNull(string(c.Generation)), Dealership: code, From: c.From, Until: c.Last()}
}

func apiPerson(v *visit) error {
	record, err := v.server.app.Person(v.Request.Context(), v.actor, v.Param("staff_no"), v.on)
	if err != nil {
		return err
	}
	out := personRecordJSON{
		personJSON:  personJSON{StaffNo: record.StaffNo, Name: record.Name, Coverage: []coverageJSON{}},
		Employments: []employmentJSON{}, Leaves: []leaveJSON{}, Qualifications: []qualificationJSON{},
	}
	if p := record.Post; p != nil {
		out.Dealership, out.Job, out.From, out.Until = textOrNull(p.At.Code), textOrNull(string(p.Job)), p.From, p.Last()
	}
	for _, c := range record.Coverage {
		if c.Skill != tracker.SkillEmployed && c.Contains(record.AsOf) {
			out.Coverage = append(out.Coverage, coverageOf(c, record.Places[c.Dealership].Code))
		}
	}
	for _, e := range record.Employments {
		out.Employments = append(out.Employments, employmentJSON{e.At.Code, e.Job, e.From, e.Last()})
	}
	for _, l := range record.Leaves {
		out.Leaves = append(out.Leaves, leaveJSON{l.From, l.Last()})
	}
	for _, c := range record.Certificates {
		reviewed := tracker.Date(0)
		for _, r := range c.Reviews {
			if r.ReviewedOn <= record.AsOf {
				reviewed = max(reviewed, r.ReviewedOn)
			}
		}
		out.Qualifications = append(out.Qualifications, qualificationOf(record.StaffNo, c.Clock, reviewed))
	}
	out.Clocks, out.Ladder = clocksOf(record.Ladder), rungsOf(record.Ladder)
	v.JSON(http.StatusOK, out)
	return nil
}

func apiQualifications(v *visit) error {
	query, err := v.personQuery()
	if err != nil {
		return err
	}
	if slices.Contains(query.Skills, tracker.SkillNEV) { // that is no type of certificate
		return badValue("type", string(tracker.SkillNEV))
	}
	page, err := v.server.app.Qualifications(v.Request.Context(), v.actor, query)
	if err != nil {
		return err
	}
	out := list[qualificationJSON]{Items: []qualificationJSON{}, Total: page.Total, Page: page.Page, PerPage: page.PerPage}
	for _, row := range page.Rows {
		out.Items = append(out.Items, qualificationOf(row.Holder.StaffNo, row.Clock, row.ReviewedOn))
	}
	v.JSON(http.StatusOK, out)
	return nil
}

func qualificationOf(staffNo string, c tracker.Clock, reviewed tracker.Date) qualificationJSON {
	q := c.Qualification
	return qualificationJSON{
		StaffNo: staffNo, Type: q.Type, Generation: textOrNull(string(q.Generation)), CertificateNo: textOrNull(q.Certificate),
		IssuedOn: q.IssuedOn, ReviewDueOn: c.ReviewDue, ReviewAssumed: c.ReviewAssumed, ReviewedOn: reviewed, ExpiresOn: q.ExpiresOn,
		Valid: c.Valid, Dormant: c.Dormant, ValidUntil: c.Until,
	}
}

package app

import (
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// Trainee is somebody who could use a seat in a session, and may have it.
type Trainee struct {
	Person     tracker.PersonID
	Dealership tracker.DealershipID
	Region     tracker.RegionID
}

// trainedAhead is how many days after a session something may end for which somebody would come, and mostTrainees how many
// people are looked at for each.
const (
	trainedAhead = 100
	mostTrainees = 120
)

// loadTraining records the sessions of a loading, and who has a seat in them.
func (a *App) loadTraining(tx *store.Tx, l Loading) error {
	if err := tx.LoadSessions(l.Sessions); err != nil || l.Bookings == nil {
		return err
	}
	if err := tx.Settle(); err != nil {
		return err
	}
	known := tracker.DateOf(l.Moment.Time().In(a.zone))
	for _, s := range l.Sessions {
		trainees, err := traineesFor(tx, s, known)
		if err != nil {
			return err
		}
		if err := tx.LoadBookings(l.Bookings(s, trainees)); err != nil {
			return err
		}
	}
	return nil
}

// traineesFor gives those in a session's region, or the whole network, who lack what its course gives or lose it soon after,
// and who may have a seat on the day known; of a session that has begun whoever lacks it.
func traineesFor(tx *store.Tx, s tracker.Session, known tracker.Date) ([]Trainee, error) {
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	course, err := rules.Course(s.Course, s.FirstDay)
	if err != nil {
		return nil, ignoreFault(err) // the packs that are loaded have no such course
	}
	rows, err := lookedAt(tx, s, course, known)
	if err != nil {
		return nil, err
	}
	byPerson, err := historiesOf(tx, rows)
	if err != nil {
		return nil, err
	}
	bookings, err := tx.BookingsOfPeople(idsOf(rows))
	if err != nil {
		return nil, err
	}
	var out []Trainee
	for _, row := range rows {
		h := byPerson[row.ID]
		who := tracker.Applicant{Posts: h, Held: h, Bookings: bookings[row.ID]}
		if s.FirstDay > known && who.Admit(rules, course, s, known) != nil {
			continue
		}
		place, err := tx.Place(row.Dealership, known)
		if err != nil {
			return nil, err
		}
		out = append(out, Trainee{row.ID, row.Dealership, place.Region})
	}
	return out, nil
}

// lookedAt gives people who may need what a course gives: whose certificate ends, and who has none.
func lookedAt(tx *store.Tx, s tracker.Session, course tracker.Course, known tracker.Date) ([]store.PersonRow, error) {
	q := store.PersonQuery{
		Scope: tracker.Scope{All: true}, Whole: true, Today: known, On: known, Jobs: course.Jobs, PerPage: mostTrainees, Sort: "staff_no",
	}
	if s.Region != 0 {
		q.Regions = []tracker.RegionID{s.Region}
	}
	ends := q
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	for _, t := range rules.QualificationTypes(known) {
		if slices.ContainsFunc(course.Grants, func(g tracker.CourseGrant) bool { return g.Type == t.Code }) && len(t.Skills) > 0 {
			ends.Skills = append(ends.Skills, t.Skills[0])
		}
	}
	ends.ExpiresBefore, ends.Sort = s.LastDay.Add(trainedAhead), ""
	out, err := tx.People(ends)
	if err != nil || course.Kind == tracker.CourseReview || course.Kind == tracker.CourseClassroom && len(out) > 0 {
		return out, err
	}
	others, err := tx.People(q)
	if err != nil {
		return nil, err
	}
	byPerson, err := historiesOf(tx, others)
	if err != nil {
		return nil, err
	}
	for _, row := range others {
		holds := slices.ContainsFunc(byPerson[row.ID].Clocks(rules, known), func(k tracker.Clock) bool {
			return k.Valid && slices.ContainsFunc(course.Grants, func(g tracker.CourseGrant) bool {
				return k.Qualification.Type == g.Type && k.Qualification.Generation == g.Generation
			})
		})
		twice := slices.ContainsFunc(out, func(have store.PersonRow) bool { return have.ID == row.ID })
		if !holds && !twice {
			out = append(out, row)
		}
	}
	return out, nil
}

// historiesOf gives all that is known about people, by who they are.
func historiesOf(tx *store.Tx, rows []store.PersonRow) (map[tracker.PersonID]tracker.PersonHistory, error) {
	histories, err := tx.PersonHistories(idsOf(rows))
	out := make(map[tracker.PersonID]tracker.PersonHistory, len(histories))
	for _, h := range histories {
		out[h.Person] = h
	}
	return out, err
}

func idsOf(rows []store.PersonRow) []tracker.PersonID {
	out := make([]tracker.PersonID, len(rows))
	for i, row := range rows {
		out[i] = row.ID
	}
	return out
}

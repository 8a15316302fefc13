package store

import (
	"slices"
	"strconv"
	"strings"

	"dealercert/internal/tracker"
)

// SessionQuery says which training sessions are asked for, the soonest first. Everybody may know of every session.
type SessionQuery struct {
	From     tracker.Date // those that end on this day or later
	Until    tracker.Date // those that begin on this day or earlier; zero: any
	Courses  []string     // codes; empty: all
	Regions  []tracker.RegionID
	Cities   []string
	Online   bool     // online alone
	Free     bool     // with free seats and nobody waiting
	Called   bool     // also those that were cancelled
	Page     int      // from 1
	PerPage  int      // 0: all
	Sessions []string // these ones alone; empty: all
}

// SeatCount is how many seats of a session are taken, and how many people wait.
type SeatCount struct {
	SessionID string
	Taken     int
	Waiting   int
}

// taken are the bookings that take a seat.
const taken = "b.state NOT IN ('waiting', 'cancelled')"

func (q SessionQuery) from() clause {
	var c conditions
	c.sql = " FROM training_sessions s WHERE s.last_day >= ?"
	c.args = []any{q.From.String()}
	if q.Until != 0 {
		c.and("s.first_day <= ?", q.Until.String())
	}
	if !q.Called {
		c.and("s.cancelled_at = 0")
	}
	if len(q.Courses) > 0 {
		c.and("s.course IN ?", q.Courses)
	}
	if len(q.Regions) > 0 {
		c.and("s.region_id IN ?", q.Regions)
	}
	if len(q.Cities) > 0 {
		c.and("s.city IN ?", q.Cities)
	}
	if q.Online {
		c.and("s.online = ?", true)
	}
	if len(q.Sessions) > 0 {
		c.and("s.id IN ?", q.Sessions)
	}
	if q.Free {
		c.and("s.seats > (SELECT COUNT(*) FROM bookings b WHERE b.session_id = s.id AND b.state <> 'cancelled')")
	}
	return c.clause
}

// Sessions gives a page of the sessions that match, and how many there are in all.
func (tx *Tx) Sessions(q SessionQuery) ([]tracker.Session, int, error) {
	from, total := q.from(), 0
	if err := tx.db.Raw("SELECT COUNT(*)"+from.sql, from.args...).Scan(&total).Error; err != nil || total == 0 {
		return nil, 0, err
	}
	sql, args := "SELECT s.*"+from.sql+" ORDER BY s.first_day, s.last_day, s.course, s.id", from.args
	if q.PerPage > 0 {
		sql, args = sql+" LIMIT ? OFFSET ?", append(slices.Clone(args), q.PerPage, (max(q.Page, 1)-1)*q.PerPage)
	}
	var out []tracker.Session
	return out, total, tx.db.Raw(sql, args...).Scan(&out).Error
}

// Session gives one session. The fault is NotFound.
func (tx *Tx) Session(id string) (tracker.Session, error) {
	var out []tracker.Session
	if err := tx.db.Raw("SELECT * FROM training_sessions WHERE id = ?", id).Scan(&out).Error; err != nil {
		return tracker.Session{}, err
	}
	if len(out) == 0 {
		return tracker.Session{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "session", "key", id)
	}
	return out[0], nil
}

// SessionCities gives the cities in which sessions are held from a day on, in order.
func (tx *Tx) SessionCities(from tracker.Date) ([]string, error) {
	var out []string
	return out, tx.db.Raw("SELECT DISTINCT city FROM training_sessions WHERE city <> '' AND cancelled_at = 0 AND last_day >= ? ORDER BY city",
		from.String()).Scan(&out).Error
}

// SeatCounts gives how full sessions are.
func (tx *Tx) SeatCounts(ids []string) (map[string]SeatCount, error) {
	out := map[string]SeatCount{}
	for chunk := range slices.Chunk(ids, listChunk) {
		var rows []SeatCount
		err := tx.db.Raw("SELECT b.session_id, SUM(CASE WHEN "+taken+` THEN 1 ELSE 0 END) AS taken,
			SUM(CASE WHEN b.state = 'waiting' THEN 1 ELSE 0 END) AS waiting FROM bookings b WHERE b.session_id IN ? GROUP BY b.session_id`, chunk).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out[row.SessionID] = row
		}
	}
	return out, nil
}

// sessionLabels are the fields of a session, for the log of changes.
func (tx *Tx) sessionLabels(s tracker.Session) (labels, error) {
	out := labels{
		"course": s.Course, "language": s.Language, "online": strconv.FormatBool(s.Online), "city": s.City, "place": s.Place,
		"from": s.FirstDay.String(), "until": s.LastDay.String(), "seats": strconv.Itoa(s.Seats), "book_by": s.BookBy.String(),
		"cancelled": strconv.FormatBool(s.Cancelled()), "region": "",
	}
	return out, tx.label1(out, "region", "SELECT code FROM regions WHERE id = ?", s.Region)
}

// CreateSession adds a session and gives it with its identity.
func (tx *Tx) CreateSession(s tracker.Session) (tracker.Session, error) {
	s.ID, s.Version = tx.newID(), 1
	if err := tx.LoadSessions([]tracker.Session{s}); err != nil {
		return s, err
	}
	after, err := tx.sessionLabels(s)
	if err != nil {
		return s, err
	}
	return s, tx.Note(Entry{Action: ActionCreated, Kind: "session", Key: s.ID, After: after})
}

// LoadSessions adds sessions with the ids they have, without entries of the log.
func (tx *Tx) LoadSessions(list []tracker.Session) error {
	tx.wrote = true
	return translate(insertRows(tx.db.Table("training_sessions"), list), "session", len(list))
}

// UpdateSession changes a session. The fault is Stale when its version is not the one that is kept; nothing happens when all
// is as it was.
func (tx *Tx) UpdateSession(s tracker.Session, reason string) (tracker.Session, error) {
	present, err := tx.Session(s.ID)
	if err != nil {
		return s, err
	}
	if present.Version != s.Version {
		return s, tracker.Fault(tracker.Stale, "stale", "noun", "session", "key", s.ID)
	}
	was, err := tx.sessionLabels(present)
	if err != nil {
		return s, err
	}
	is, err := tx.sessionLabels(s)
	if err != nil {
		return s, err
	}
	before, after := was.changed(is)
	if len(after) == 0 {
		return present, nil
	}
	tx.wrote = true
	s.Version++
	if err := tx.db.Table("training_sessions").Where("id = ?", s.ID).Select("*").Omit("ID").Updates(&s).Error; err != nil {
		return s, translate(err, "session", s.ID)
	}
	return s, tx.Note(Entry{Action: ActionUpdated, Kind: "session", Key: s.ID, Reason: reason, Before: before, After: after})
}

// BookingsOf gives the bookings of a session in the order of booking, whoever may see them.
func (tx *Tx) BookingsOf(session string) ([]tracker.Booking, error) {
	var out []tracker.Booking
	return out, tx.db.Raw("SELECT * FROM bookings WHERE session_id = ? ORDER BY queue, id", session).Scan(&out).Error
}

// Booking gives one booking, whoever may see it. The fault is NotFound.
func (tx *Tx) Booking(id string) (tracker.Booking, error) {
	var out []tracker.Booking
	if err := tx.db.Raw("SELECT * FROM bookings WHERE id = ?", id).Scan(&out).Error; err != nil {
		return tracker.Booking{}, err
	}
	if len(out) == 0 {
		return tracker.Booking{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "booking", "key", id)
	}
	return out[0], nil
}

// BookingsOfPeople gives every booking of some people with its session, the latest session first.
func (tx *Tx) BookingsOfPeople(ids []tracker.PersonID) (map[tracker.PersonID][]tracker.PlacedBooking, error) {
	out := map[tracker.PersonID][]tracker.PlacedBooking{}
	for chunk := range slices.Chunk(ids, listChunk) {
		var rows []tracker.Booking
		if err := tx.db.Raw("SELECT * FROM bookings WHERE person_id IN ? ORDER BY person_id, id", chunk).Scan(&rows).Error; err != nil {
			return nil, err
		}
		if err := tx.placed(rows, out); err != nil {
			return nil, err
		}
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b tracker.PlacedBooking) int { return int(b.Session.FirstDay - a.Session.FirstDay) })
	}
	return out, nil
}

// placed adds bookings with their sessions to those of their people.
func (tx *Tx) placed(rows []tracker.Booking, into map[tracker.PersonID][]tracker.PlacedBooking) error {
	var ids []string
	for _, b := range rows {
		ids = append(ids, b.SessionID)
	}
	slices.Sort(ids)
	sessions := map[string]tracker.Session{}
	for chunk := range slices.Chunk(slices.Compact(ids), listChunk) {
		var found []tracker.Session
		if err := tx.db.Raw("SELECT * FROM training_sessions WHERE id IN ?", chunk).Scan(&found).Error; err != nil {
			return err
		}
		for _, s := range found {
			sessions[s.ID] = s
		}
	}
	for _, b := range rows {
		into[b.Person] = append(into[b.Person], tracker.PlacedBooking{Booking: b, Session: sessions[b.SessionID]})
	}
	return nil
}

// BookedPeople gives the people in the scope today who have a booking in a session that ends on a day or later.
func (tx *Tx) BookedPeople(scope tracker.Scope, today, from tracker.Date) ([]tracker.PersonID, error) {
	seen := seenAmong(scope, today, "c.dealership_id")
	var out []tracker.PersonID
	err := tx.db.Raw(`SELECT DISTINCT b.person_id FROM bookings b JOIN training_sessions s ON s.id = b.session_id
		JOIN coverage c ON c.person_id = b.person_id AND c.superseded_at = 0 AND c.skill = 'employed' AND c.from_day <= ? AND c.until_day > ?
		WHERE s.last_day >= ? AND `+seen.sql+" ORDER BY b.person_id", append([]any{int32(today), int32(today), from.String()}, seen.args...)...).Scan(&out).Error
	return out, err
}

// bookingLabels are the fields of a booking, for the log of changes.
func (tx *Tx) bookingLabels(b tracker.Booking) (labels, error) {
	out := labels{"state": string(b.State), "score": "", "result_on": b.ResultOn.String()}
	if b.Score != nil {
		out["score"] = strconv.Itoa(*b.Score)
	}
	if err := tx.label1(out, "person", "SELECT staff_no FROM persons WHERE id = ?", b.Person); err != nil {
		return nil, err
	}
	return out, tx.label1(out, "course", "SELECT course FROM training_sessions WHERE id = ?", b.SessionID)
}

// AddBooking adds a booking in the name of who writes and gives it with its identity. The fault is Conflict when the person
// has one in the session.
func (tx *Tx) AddBooking(b tracker.Booking) (tracker.Booking, error) {
	b.ID, b.Version, b.BookedAt, b.BookedBy = tx.newID(), 1, tx.moment, tx.writing.By.ID
	if err := tx.LoadBookings([]tracker.Booking{b}); err != nil {
		return b, err
	}
	after, err := tx.bookingLabels(b)
	if err != nil {
		return b, err
	}
	return b, tx.Note(Entry{Action: ActionCreated, Kind: "booking", Key: b.ID, Dealership: b.Dealership, Person: b.Person, After: after})
}

// LoadBookings adds bookings as they are, without entries of the log.
func (tx *Tx) LoadBookings(list []tracker.Booking) error {
	tx.wrote = true
	return translate(insertRows(tx.db.Table("bookings"), list), "booking", len(list))
}

// SetBooking keeps a booking's next step. The fault is Stale when its version is not the one that is kept.
func (tx *Tx) SetBooking(b tracker.Booking, reason string) (tracker.Booking, error) {
	present, err := tx.Booking(b.ID)
	if err != nil {
		return b, err
	}
	if present.Version != b.Version {
		return b, tracker.Fault(tracker.Stale, "stale", "noun", "booking", "key", b.ID)
	}
	was, err := tx.bookingLabels(present)
	if err != nil {
		return b, err
	}
	is, err := tx.bookingLabels(b)
	if err != nil {
		return b, err
	}
	before, after := was.changed(is)
	tx.wrote = true
	b.Version++
	err = tx.db.Table("bookings").Where("id = ?", b.ID).Select("*").Omit("ID", "SessionID", "Person").Updates(&b).Error
	if err != nil {
		return b, translate(err, "booking", b.ID)
	}
	return b, tx.Note(Entry{
		Action: ActionUpdated, Kind: "booking", Key: b.ID, Dealership: b.Dealership, Person: b.Person, Reason: reason, Before: before, After: after,
	})
}

// RatioQuery asks, for each dealership of a scope that operates on a day, how many of those in a job and past their joiner
// days have a skill: the numbers of a ratio requirement (MODEL.md §5).
type RatioQuery struct {
	Scope      tracker.Scope
	Today      tracker.Date
	On         tracker.Date
	Measure    tracker.Measure
	Regions    []tracker.RegionID // by the assignment of the day
	Dealership tracker.DealershipID
}

// RatioCount is a ratio at one dealership on a day. Joiners are in the job, not yet counted and without the skill.
type RatioCount struct {
	DealershipID tracker.DealershipID
	RegionID     tracker.RegionID
	Trained      int
	Among        int
	Joiners      int
}

// Ratios gives the counts of a ratio at each dealership where anybody is in the job, by dealership.
func (tx *Tx) Ratios(q RatioQuery) ([]RatioCount, error) {
	on, m := int32(q.On), q.Measure
	var c conditions
	c.sql = " FROM coverage e JOIN standings s ON s.dealership_id = e.dealership_id AND s.programme = 'law' AND s.superseded_at = 0" +
		" AND s.from_day <= ? AND s.until_day > ? AND s.state = ?" +
		" WHERE e.superseded_at = 0 AND e.skill = 'employed' AND e.from_day <= ? AND e.until_day > ?"
	c.args = []any{on, on, tracker.Applies, on, on}
	jobs := []tracker.Job{m.Job}
	if m.Job == tracker.JobTechnician {
		jobs = append(jobs, tracker.JobForeman)
	}
	c.and("e.job IN ?", jobs)
	seen := seenAmong(q.Scope, q.Today, "e.dealership_id")
	c.and(seen.sql, seen.args...)
	if len(q.Regions) > 0 {
		c.and("s.region_id IN ?", q.Regions)
	}
	if q.Dealership != 0 {
		c.and("e.dealership_id = ?", q.Dealership)
	}
	has := `EXISTS (SELECT 1 FROM coverage k WHERE k.superseded_at = 0 AND k.person_id = e.person_id AND k.dealership_id = e.dealership_id
		AND k.skill = ? AND (? = '' OR k.generation IN ('', ?)) AND k.from_day <= ? AND k.until_day > ?)`
	args := []any{m.Skill, m.Generation, m.Generation, on, on}
	settled := "e.joined + ? <= ?"
	columns := "SELECT e.dealership_id, s.region_id, SUM(CASE WHEN " + settled + " AND " + has + " THEN 1 ELSE 0 END) AS trained," +
		" SUM(CASE WHEN " + settled + " THEN 1 ELSE 0 END) AS among," +
		" SUM(CASE WHEN " + settled + " OR " + has + " THEN 0 ELSE 1 END) AS joiners"
	all := slices.Concat([]any{m.JoinerDays, on}, args, []any{m.JoinerDays, on}, []any{m.JoinerDays, on}, args, c.args)
	var out []RatioCount
	err := tx.db.Raw(strings.Join([]string{columns, c.sql, " GROUP BY e.dealership_id, s.region_id ORDER BY e.dealership_id"}, ""), all...).Scan(&out).Error
	return out, err
}

// RatioLacking is somebody in a ratio's job without its skill on a day.
type RatioLacking struct {
	tracker.Person
	DealershipID tracker.DealershipID
	Joined       tracker.Date // zero when unknown
}

// Lacking gives who is in a ratio's job on a day at some dealerships and lacks its skill, by dealership and name, whoever may
// see it.
func (tx *Tx) Lacking(q RatioQuery, ids []tracker.DealershipID) ([]RatioLacking, error) {
	on, m := int32(q.On), q.Measure
	jobs := []tracker.Job{m.Job}
	if m.Job == tracker.JobTechnician {
		jobs = append(jobs, tracker.JobForeman)
	}
	var out []RatioLacking
	for chunk := range slices.Chunk(ids, listChunk) {
		var rows []struct {
			ID           tracker.PersonID
			StaffNo      string
			Name         string
			DealershipID tracker.DealershipID
			Joined       int32
		}
		err := tx.db.Raw(`SELECT p.id, p.staff_no, p.name, e.dealership_id, e.joined FROM coverage e JOIN persons p ON p.id = e.person_id
			WHERE e.dealership_id IN ? AND e.superseded_at = 0 AND e.skill = 'employed' AND e.job IN ? AND e.from_day <= ? AND e.until_day > ?
			AND NOT EXISTS (SELECT 1 FROM coverage k WHERE k.superseded_at = 0 AND k.person_id = e.person_id AND k.dealership_id = e.dealership_id
			AND k.skill = ? AND (? = '' OR k.generation IN ('', ?)) AND k.from_day <= ? AND k.until_day > ?)
			ORDER BY e.dealership_id, p.name, p.staff_no`,
			chunk, jobs, on, on, m.Skill, m.Generation, m.Generation, on, on).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out = append(out, RatioLacking{tracker.Person{ID: r.ID, StaffNo: r.StaffNo, Name: r.Name}, r.DealershipID, tracker.Date(r.Joined)})
		}
	}
	return out, nil
}

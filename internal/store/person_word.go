package store

import (
	"slices"

	"dealercert/internal/tracker"
)

// WordQuery narrows a list of people to those of whom a rung may say one of some words on the day: nobody of whom one
// does is left out, and a few too many are in, which the rule itself (tracker.Ladder) sorts out.
type WordQuery struct {
	Words   []tracker.RungWord
	Types   []tracker.QualificationType // that are looked at
	Bridges []tracker.Generation        // from which a bridge leads to a generation that concerns everybody
}

// byWord adds the condition of the words that are asked for.
func (q PersonQuery) byWord(c *conditions) {
	if len(q.Among.Words) == 0 {
		return
	}
	parts := clause{sql: "(1 = 0"}
	or := func(part clause) { parts.sql, parts.args = parts.sql+" OR "+part.sql, append(parts.args, part.args...) }
	asked := func(words ...tracker.RungWord) bool {
		return slices.ContainsFunc(words, func(w tracker.RungWord) bool { return slices.Contains(q.Among.Words, w) })
	}
	for i := range q.Among.Types {
		t := &q.Among.Types[i]
		if window := max(t.ApplicationWindow, t.RenewalWindow); window > 0 && asked(tracker.RungReviewWindow, tracker.RungExpiring) {
			or(q.dueWithin(t, window))
		}
		if asked(tracker.RungDormant, tracker.RungLapsed) && len(t.Skills) > 0 {
			or(q.uncovered(t))
		}
		if asked(tracker.RungBridgeable) && t.BridgeHours > 0 && len(q.Among.Bridges) > 0 {
			or(clause{
				"EXISTS (SELECT 1" + countsOn + " AND c.dealership_id = r.dealership_id AND c.person_id = r.person_id AND c.skill = ? AND c.generation IN ?)",
				[]any{q.On, q.On, t.Skills[0], q.Among.Bridges},
			})
		}
	}
	c.and(parts.sql+")", parts.args...)
}

// slack is how many days more are looked at where months are counted back, since months differ in length.
const slack = 3

// dueWithin keeps who has a certificate of the type of which something falls due in so many days. Days of facts are text.
func (q PersonQuery) dueWithin(t *tracker.QualificationType, window int) clause {
	from, until := q.On.String(), q.On.Add(window).String()
	due, args := "h.expires_on BETWEEN ? AND ?", []any{from, until}
	reviewed := clause{sql: "1 = 0"}
	if t.ReviewMonths > 0 {
		first, last := q.On.AddMonths(-t.ReviewMonths).Add(-slack).String(), q.On.Add(window).AddMonths(-t.ReviewMonths).Add(slack).String()
		due += " OR h.first_review_due BETWEEN ? AND ? OR h.first_review_due IS NULL AND h.issued_on BETWEEN ? AND ?"
		args = append(args, from, until, first, last)
		reviewed = clause{
			"EXISTS (SELECT 1 FROM reviews v WHERE v.superseded_at = 0 AND v.qualification = h.chain AND (v.next_due BETWEEN ? AND ?" +
				" OR v.next_due IS NULL AND v.reviewed_on BETWEEN ? AND ?))",
			[]any{from, until, first, last},
		}
	}
	return clause{
		"EXISTS (SELECT 1 FROM qualifications h WHERE h.superseded_at = 0 AND h.person_id = r.person_id AND h.type = ? AND (" + due + " OR " + reviewed.sql + "))",
		slices.Concat([]any{t.Code}, args, reviewed.args),
	}
}

// uncovered keeps who has a certificate of the type by the day and does not count for it.
func (q PersonQuery) uncovered(t *tracker.QualificationType) clause {
	return clause{
		"EXISTS (SELECT 1 FROM qualifications h WHERE h.superseded_at = 0 AND h.person_id = r.person_id AND h.type = ?" +
			" AND (h.issued_on IS NULL OR h.issued_on <= ?) AND NOT EXISTS (SELECT 1" + countsOn +
			" AND c.dealership_id = r.dealership_id AND c.person_id = r.person_id AND c.skill = ? AND c.generation IN (h.generation, '')))",
		[]any{t.Code, q.On.String(), q.On, q.On, t.Skills[0]},
	}
}

// SharedNumber is one certificate's number that is recorded for several people, masked.
type SharedNumber struct {
	Number  string
	Type    tracker.QualificationCode
	Holders []tracker.PersonID
}

// SharedNumbers gives the numbers that are recorded for more than one person, at most so many.
func (tx *Tx) SharedNumbers(most int) ([]SharedNumber, error) {
	var rows []struct {
		PersonID tracker.PersonID
		Type     tracker.QualificationCode
		Mask     string
		Place    int64
	}
	err := tx.db.Raw(`SELECT q.person_id, MIN(q.type) AS type, MIN(q.number_mask) AS mask, MIN(s.place) AS place FROM qualifications q
		JOIN (SELECT number_hash, MIN(person_id) AS place FROM qualifications WHERE superseded_at = 0 AND number_hash IS NOT NULL
			GROUP BY number_hash HAVING COUNT(DISTINCT person_id) > 1 ORDER BY MIN(person_id), number_hash LIMIT ?) s ON s.number_hash = q.number_hash
		WHERE q.superseded_at = 0 GROUP BY q.number_hash, q.person_id ORDER BY MIN(s.place), q.number_hash, q.person_id`, most).Scan(&rows).Error
	var out []SharedNumber
	for _, row := range rows {
		// Of one number the holders stand together, the first of them being its place.
		if row.PersonID == tracker.PersonID(row.Place) || len(out) == 0 {
			out = append(out, SharedNumber{Number: row.Mask, Type: row.Type})
		}
		last := &out[len(out)-1]
		last.Holders = append(last.Holders, row.PersonID)
	}
	return out, err
}

// EmployedTwice gives the people who may be employed at two dealerships at once, for tracker.Overlaps to sort out.
func (tx *Tx) EmployedTwice() ([]tracker.PersonID, error) {
	var out []tracker.PersonID
	return out, tx.db.Raw(`SELECT DISTINCT a.person_id FROM employments a JOIN employments b ON b.person_id = a.person_id
		AND b.dealership_id <> a.dealership_id AND b.chain > a.chain
		WHERE a.superseded_at = 0 AND b.superseded_at = 0
		AND (a.from_on IS NULL OR b.until_on IS NULL OR a.from_on < b.until_on)
		AND (b.from_on IS NULL OR a.until_on IS NULL OR b.from_on < a.until_on) ORDER BY a.person_id`).Scan(&out).Error
}

// NumberElsewhere tells whether a certificate's number is recorded for somebody else. No number and a mask never are.
func (tx *Tx) NumberElsewhere(number string, person tracker.PersonID) (bool, error) {
	if number == "" || IsMask(number) {
		return false, nil
	}
	count := 0
	err := tx.db.Raw("SELECT COUNT(*) FROM qualifications WHERE superseded_at = 0 AND number_hash = ? AND person_id <> ?",
		tx.store.cipher.find(number), person).Scan(&count).Error
	return count > 0, err
}

package store

import (
	"slices"
	"strings"

	"dealercert/internal/tracker"
)

// QualificationRow names a certificate in a list, with its holder at the post of the day.
type QualificationRow struct {
	Holder PersonRow
	Chain  tracker.FactID
}

// qualificationsFrom gives tables and conditions of a list of certificates: those issued by the day, of the people who are
// employed on it. skills gives each type's own skill, by which is told whether its clock ends.
func (q PersonQuery) qualificationsFrom(skills map[tracker.QualificationCode]tracker.Skill) clause {
	people := q
	people.Skills, people.Generations, people.ExpiresBefore, people.Former, people.Sort = nil, nil, 0, false, ""
	c := conditions{people.from(false, true)}
	c.sql = strings.Replace(c.sql, " WHERE", " JOIN qualifications h ON h.person_id = r.person_id WHERE", 1)
	// Days of facts are text.
	c.sql += " AND h.superseded_at = 0 AND (h.issued_on IS NULL OR h.issued_on <= ?)"
	c.args = append(c.args, q.On.String())
	if len(q.Types) > 0 {
		c.and("h.type IN ?", q.Types)
	}
	if len(q.Generations) > 0 {
		c.and("h.generation IN ?", q.Generations)
	}
	if q.ExpiresBefore == 0 {
		return c.clause
	}
	kinds, args := "CASE h.type", []any{q.On, q.On}
	for _, code := range sortedTypes(skills) {
		kinds, args = kinds+" WHEN ? THEN ?", append(args, code, skills[code])
	}
	c.and("EXISTS (SELECT 1"+countsOn+" AND c.dealership_id = r.dealership_id AND c.person_id = r.person_id AND c.skill = "+kinds+
		" ELSE '' END AND c.generation IN (h.generation, '') AND c.until_day <= ?"+byClock+")", append(args, q.ExpiresBefore)...)
	return c.clause
}

func sortedTypes(skills map[tracker.QualificationCode]tracker.Skill) []tracker.QualificationCode {
	out := make([]tracker.QualificationCode, 0, len(skills))
	for code := range skills {
		out = append(out, code)
	}
	slices.Sort(out)
	return out
}

// CountQualifications counts the certificates that match.
func (tx *Tx) CountQualifications(q PersonQuery, skills map[tracker.QualificationCode]tracker.Skill) (int, error) {
	q.earlier = tx.known != 0
	from, count := q.qualificationsFrom(skills), 0
	return count, tx.db.Raw("SELECT COUNT(*)"+from.sql, from.args...).Scan(&count).Error
}

// Qualifications gives a page of the certificates that match, by staff number and day of issue.
func (tx *Tx) Qualifications(q PersonQuery, skills map[tracker.QualificationCode]tracker.Skill) ([]QualificationRow, error) {
	q.earlier = tx.known != 0
	from := q.qualificationsFrom(skills)
	from.sql += " ORDER BY p.staff_no, h.issued_on, h.chain"
	if q.PerPage > 0 {
		from.sql, from.args = from.sql+" LIMIT ? OFFSET ?", append(from.args, q.PerPage, (max(q.Page, 1)-1)*q.PerPage)
	}
	var rows []struct {
		Holder personValues `gorm:"embedded"`
		Chain  tracker.FactID
	}
	err := tx.db.Raw("SELECT "+personColumns+", h.chain"+from.sql, from.args...).Scan(&rows).Error
	out := make([]QualificationRow, len(rows))
	for i, row := range rows {
		out[i] = QualificationRow{row.Holder.row(), row.Chain}
	}
	return out, err
}

package store

import "dealercert/internal/tracker"

// SpareQuery asks for dealerships near one, of its group or region, that have more people with a skill than they need.
type SpareQuery struct {
	Scope      tracker.Scope
	Today      tracker.Date
	Near       tracker.DealershipID
	Skill      tracker.Skill
	Generation tracker.Generation // empty: any
	Need       int                // people that each dealership needs itself
	Limit      int
}

// Spare is a dealership with the people who count there for a skill.
type Spare struct {
	tracker.Dealership
	People int
}

// Spares gives the dealerships that have people to spare today, those of the group first, then those with most.
func (tx *Tx) Spares(q SpareQuery) ([]Spare, error) {
	scope := seenAmong(q.Scope, q.Today, "here.dealership_id")
	day := int32(q.Today)
	args := []any{day, day, day, day, string(q.Skill), string(q.Generation), string(q.Generation), q.Near}
	args = append(append(args, scope.args...), day, day, q.Need, q.Limit)
	var out []Spare
	err := tx.db.Raw(`SELECT d.*, counted.people FROM (
		SELECT here.dealership_id, MAX(CASE WHEN here.group_id = mine.group_id AND mine.group_id <> 0 THEN 1 ELSE 0 END) AS kin,
			COUNT(DISTINCT c.person_id) AS people
		FROM standings mine
		JOIN standings here ON here.programme = 'law' AND here.superseded_at = 0 AND here.state <> 'not_operating'
			AND here.from_day <= ? AND here.until_day > ?
			AND (here.region_id = mine.region_id OR (here.group_id = mine.group_id AND mine.group_id <> 0))
		JOIN coverage c ON c.dealership_id = here.dealership_id AND c.superseded_at = 0 AND c.from_day <= ? AND c.until_day > ?
			AND c.skill = ? AND (? = '' OR c.generation = '' OR c.generation = ?)
		WHERE mine.dealership_id = ? AND here.dealership_id <> mine.dealership_id AND `+scope.sql+`
			AND mine.programme = 'law' AND mine.superseded_at = 0 AND mine.from_day <= ? AND mine.until_day > ?
		GROUP BY here.dealership_id HAVING COUNT(DISTINCT c.person_id) > ?
	) counted JOIN dealerships d ON d.id = counted.dealership_id
	ORDER BY counted.kin DESC, counted.people DESC, d.code LIMIT ?`, args...).Scan(&out).Error
	return out, err
}

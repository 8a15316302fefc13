package store

import "dealercert/internal/tracker"

// clause is a piece of SQL with its arguments.
type clause struct {
	sql  string
	args []any
}

// seenBy is the one condition by which everything is kept within a scope: the dealership is named in it, or is assigned
// today to one of its regions or groups, by what is known now whatever moment is read. The empty scope sees nothing. column is the expression of a dealership's id.
// It looks each dealership up; seenAmong says the same for a query that looks through many.
func seenBy(scope tracker.Scope, today tracker.Date, column string) clause {
	return seen(scope, today, column, "EXISTS (SELECT 1 FROM present_standings seen WHERE seen.dealership_id = "+column+" AND ")
}

// seenAmong is seenBy for a query that looks through many dealerships: those in the scope are gathered once.
func seenAmong(scope tracker.Scope, today tracker.Date, column string) clause {
	return seen(scope, today, column, column+" IN (SELECT seen.dealership_id FROM present_standings seen WHERE ")
}

// assignedTo is the condition that a dealership is assigned to one of some regions or groups on a day, by what is known at
// the moment that is read: of lists that are narrowed down, whoever reads them.
func assignedTo(regions []tracker.RegionID, groups []tracker.GroupID, on tracker.Date, column string) clause {
	return clause{
		column + ` IN (SELECT there.dealership_id FROM standings there WHERE there.programme = 'law' AND there.superseded_at = 0
			AND there.from_day <= ? AND there.until_day > ? AND (there.region_id IN ? OR there.group_id IN ?))`,
		[]any{int32(on), int32(on), orNone(regions), orNone(groups)},
	}
}

// seen writes the condition; placed begins the part about today's assignment.
func seen(scope tracker.Scope, today tracker.Date, column, placed string) clause {
	if scope.All {
		return clause{"1 = 1", nil}
	}
	out := clause{"(1 = 0", nil}
	if len(scope.Dealerships) > 0 {
		out.sql += " OR " + column + " IN ?"
		out.args = append(out.args, scope.Dealerships)
	}
	if len(scope.Regions)+len(scope.Groups) > 0 {
		out.sql += " OR " + placed + "seen.programme = 'law' AND seen.from_day <= ? AND seen.until_day > ?" +
			" AND (seen.region_id IN ? OR seen.group_id IN ?))"
		out.args = append(out.args, int32(today), int32(today), orNone(scope.Regions), orNone(scope.Groups))
	}
	out.sql += ")"
	return out
}

// orNone gives a list that IN takes when there is nothing in it: no identity is zero or less.
func orNone[I ~int64](ids []I) []I {
	if len(ids) == 0 {
		return []I{-1}
	}
	return ids
}

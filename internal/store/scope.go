package store

import "dealercert/internal/tracker"

// clause is a piece of SQL with its arguments.
type clause struct {
	sql  string
	args []any
}

// seenBy is the one condition by which everything is kept within a scope: the dealership is named in it, or is assigned
// today to one of its regions or groups. The empty scope sees nothing. column is the expression of a dealership's id.
// It looks each dealership up; seenAmong says the same for a query that looks through many.
func seenBy(scope tracker.Scope, today tracker.Date, column string) clause {
	return seen(scope, today, column, "EXISTS (SELECT 1 FROM standings seen WHERE seen.dealership_id = "+column+" AND ")
}

// seenAmong is seenBy for a query that looks through many dealerships: those in the scope are gathered once.
func seenAmong(scope tracker.Scope, today tracker.Date, column string) clause {
	return seen(scope, today, column, column+" IN (SELECT seen.dealership_id FROM standings seen WHERE ")
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
		out.sql += " OR " + placed + "seen.programme = 'law' AND seen.superseded_at = 0 AND seen.from_day <= ? AND seen.until_day > ?" +
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

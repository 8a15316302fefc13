package store

import "dealercert/internal/tracker"

// clause is a piece of SQL with its arguments.
type clause struct {
	sql  string
	args []any
}

// seenBy is the one condition by which everything is kept within a scope: the dealership is named in it, or is assigned
// today to one of its regions or groups. The empty scope sees nothing. column is the expression of a dealership's id.
func seenBy(scope tracker.Scope, today tracker.Date, column string) clause {
	if scope.All {
		return clause{"1 = 1", nil}
	}
	if scope.Empty() {
		return clause{"1 = 0", nil}
	}
	out := clause{"1 = 0", nil}
	if len(scope.Dealerships) > 0 {
		out.sql += " OR " + column + " IN ?"
		out.args = append(out.args, scope.Dealerships)
	}
	if len(scope.Regions)+len(scope.Groups) > 0 {
		out.sql += " OR EXISTS (SELECT 1 FROM standings seen WHERE seen.dealership_id = " + column +
			" AND seen.programme = 'law' AND seen.superseded_at = 0 AND seen.from_day <= ? AND seen.until_day > ?" +
			" AND (seen.region_id IN ? OR seen.group_id IN ?))"
		out.args = append(out.args, today, today, orNone(scope.Regions), orNone(scope.Groups))
	}
	out.sql = "(" + out.sql + ")"
	for i, arg := range out.args {
		if day, is := arg.(tracker.Date); is {
			out.args[i] = int32(day)
		}
	}
	return out
}

// orNone gives a list that IN takes when there is nothing in it: no identity is zero or less.
func orNone[I ~int64](ids []I) []I {
	if len(ids) == 0 {
		return []I{-1}
	}
	return ids
}

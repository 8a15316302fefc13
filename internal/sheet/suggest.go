package sheet

import "strings"

// What an edit of a word costs: dropping or adding a character or swapping two neighbours, and changing one into
// another, which is taken for a little less likely.
const (
	edit   = 1000
	change = edit + 1
)

// Suggest gives the known word nearest to what was written, or "" when none is near. Near means that fewer than half
// of the characters differ, or exactly half when one word contains the other; case does not count. Of equally near
// words the first is taken.
func Suggest(value string, known []string) string {
	wanted := []rune(strings.ToLower(trim(value)))
	if len(wanted) > 100 { // nobody mistypes a word into a paragraph
		return ""
	}
	best, nearest := "", 0
	for _, word := range known {
		candidate := []rune(strings.ToLower(word))
		cost := distance(wanted, candidate)
		longest := max(len(wanted), len(candidate)) * edit
		contained := strings.Contains(string(candidate), string(wanted)) || strings.Contains(string(wanted), string(candidate))
		near := 2*cost < longest || contained && 2*cost == longest
		if near && (best == "" || cost < nearest) {
			best, nearest = word, cost
		}
	}
	return best
}

// distance adds up the edits that lead from one word to the other (optimal string alignment).
func distance(a, b []rune) int {
	before, last, row := []int(nil), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j * edit
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i * edit
		for j := 1; j <= len(b); j++ {
			cost := change
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+edit, row[j-1]+edit, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+edit)
			}
		}
		before, last, row = last, row, make([]int, len(b)+1)
	}
	return last[len(b)]
}

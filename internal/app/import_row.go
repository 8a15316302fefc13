package app

import (
	"strings"

	"dealercert/internal/sheet"
	"dealercert/internal/tracker"
)

// importRow is a row of a table under way, with what is wrong with it.
type importRow struct {
	sheet.SpooledRow
	list []RowError
	done outcome
}

// outcome is what a row does to what is recorded.
type outcome uint8

// The outcomes, the later ones counting for a row that does several things.
const (
	nothing outcome = iota
	corrects
	creates
)

// does notes what a row does.
func (r *importRow) does(o outcome) { r.done = max(r.done, o) }

// right tells whether the row can be used.
func (r *importRow) right() bool { return !r.Faulty && len(r.list) == 0 }

// cell gives the cell of a column; an absent column is empty.
func (r *importRow) cell(column string) string {
	value, _ := r.Get(column)
	return value
}

// has tells whether the file has a column.
func (r *importRow) has(column string) bool {
	_, present := r.Get(column)
	return present
}

// add notes a fault of a column. The value shown is the cell's.
func (r *importRow) add(column, key, suggestion string, args ...any) {
	r.list = append(r.list, RowError{
		Sheet: r.Sheet, Row: r.Number, Column: column, Value: shown(r.cell(column)), Key: key,
		Args: tracker.Fault(tracker.Invalid, key, args...).Args, Suggestion: suggestion, order: r.Order(),
	})
}

// addFaults notes what a form's checks found.
func (r *importRow) addFaults(fault *tracker.Error) {
	for _, f := range fault.Fields {
		r.list = append(r.list, RowError{
			Sheet: r.Sheet, Row: r.Number, Column: f.Field, Value: shown(r.cell(f.Field)), Key: f.Key, Args: f.Args, order: r.Order(),
		})
	}
}

// shown keeps a value fit for a list of errors.
func shown(value string) string {
	const most = 200
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return value
}

// word finds one of the words that a column takes, whatever the case; else notes a fault with the nearest one.
func word[W ~string](r *importRow, column, key string, words []W, also map[string]W) W {
	text := r.cell(column)
	if text == "" {
		r.add(column, "text_required", "")
		return ""
	}
	folded := strings.ToLower(strings.Join(strings.Fields(text), " "))
	known := make([]string, 0, len(words)+len(also))
	for _, w := range words {
		if strings.EqualFold(string(w), folded) || strings.EqualFold(string(w), strings.ReplaceAll(folded, " ", "_")) {
			return w
		}
		known = append(known, string(w))
	}
	for name, w := range also {
		if strings.EqualFold(name, folded) {
			return w
		}
	}
	known = append(known, sortedKeys(also)...)
	r.add(column, key, sheet.Suggest(text, known), "value", text)
	return ""
}

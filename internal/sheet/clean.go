package sheet

import (
	"strings"
	"unicode"
)

// maxCell is the most characters a cell may hold; it is Excel's own bound.
const maxCell = 32767

// Clean gives a cell's text without what nobody sees: spaces of every width, breaks and invisible marks at either end
// go, and line breaks and tabs inside become one space. The problem it may return names no place: a control
// character, a mark that turns the writing direction, or the sign of a character lost in an earlier conversion stands
// in the text, which then may not be used.
func Clean(text string) (string, *Problem) {
	text = trim(spaced(text))
	for _, r := range text {
		switch {
		case r == unicode.ReplacementChar:
			return "", &Problem{Key: problemReplacement}
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return "", &Problem{Key: problemControl}
		}
	}
	return text, nil
}

func trim(text string) string {
	return strings.TrimFunc(text, unseen)
}

// unseen tells spaces (among them U+3000 and the no-break space) and format marks (zero-width characters, the byte
// order mark, direction marks).
func unseen(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)
}

// spaced puts one space in place of each run of breaks and tabs, with the spaces around it.
func spaced(text string) string {
	if !strings.ContainsFunc(text, breaks) {
		return text
	}
	var out []string
	for _, part := range strings.FieldsFunc(text, breaks) {
		if part = trim(part); part != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, " ")
}

func breaks(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// Guard makes a text harmless in a spreadsheet: one that would be taken for a formula gets an apostrophe in front. So
// does one that looks guarded already; that makes [Unguard] its exact inverse.
func Guard(text string) string {
	if guardable(text) {
		return "'" + text
	}
	return text
}

// Unguard takes the apostrophe of [Guard] away.
func Unguard(text string) string {
	if rest, guarded := strings.CutPrefix(text, "'"); guarded && guardable(rest) {
		return rest
	}
	return text
}

// guardable tells whether a text, seen past any apostrophes, begins like a formula.
func guardable(text string) bool {
	text = strings.TrimLeft(text, "'")
	return text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0]))
}

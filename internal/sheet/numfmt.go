package sheet

import (
	"strings"
	"unicode/utf8"
)

// isDate tells whether a number format shows a day: the built-in ones by their number (ECMA-376 part 1, 18.8.30, with
// those of Chinese, Japanese and Korean spreadsheets), others by their code.
func isDate(format int, codes map[int]string) bool {
	if code, custom := codes[format]; custom {
		return isDateCode(code)
	}
	switch {
	case format >= 14 && format <= 17, format == 22, format >= 27 && format <= 31, format == 36,
		format >= 50 && format <= 54, format == 57, format == 58:
		return true
	}
	return false
}

// isDateCode tells whether a format code shows a day: it names years or days, or else months: an m where there are no
// hours or seconds, with which it would mean minutes. Quoted and escaped characters stand for themselves; brackets
// hold colours and locales, or hours that run on beyond a day: [h].
func isDateCode(code string) bool {
	var bare strings.Builder
	for rest := strings.ToLower(code); rest != ""; {
		first := rest[0]
		rest = rest[1:]
		switch first {
		case '"':
			_, rest, _ = strings.Cut(rest, `"`)
		case '[':
			var inner string
			inner, rest, _ = strings.Cut(rest, "]")
			if strings.Trim(inner, "hms") == "" {
				bare.WriteByte('h')
			}
		case '\\', '_', '*':
			_, size := utf8.DecodeRuneInString(rest)
			rest = rest[size:]
		default:
			bare.WriteByte(first)
		}
	}
	shown := bare.String()
	return strings.ContainsAny(shown, "yd") || strings.Contains(shown, "m") && !strings.ContainsAny(shown, "hs")
}

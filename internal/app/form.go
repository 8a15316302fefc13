package app

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"dealercert/internal/tracker"
)

// The longest texts of a form, in characters.
const (
	shortText = 200
	longText  = 2000
)

type need bool

const (
	required need = true
	optional need = false
)

// earliest and latest are the first and the last day that a form takes: outside them a typing error is likelier.
var (
	earliest = tracker.NewDate(1950, 1, 1)
	latest   = tracker.NewDate(2099, 12, 31)
)

// day reads a day of a form and notes a field's fault.
func day(fault *tracker.Error, field, text string, needed need) tracker.Date {
	text = strings.TrimSpace(text)
	if text == "" {
		if needed {
			fault.In(field, "date_required")
		}
		return 0
	}
	d, err := tracker.ParseDate(text)
	switch {
	case err != nil:
		fault.In(field, "date_unreadable", "value", text)
		return 0
	case d < earliest || d > latest:
		fault.In(field, "date_out_of_range", "value", text, "from", earliest, "until", latest)
		return 0
	}
	return d
}

// clean trims a text of a form and notes a field's fault when it is too long or holds control characters.
func clean(fault *tracker.Error, field, text string, longest int) string {
	text = strings.TrimFunc(text, unicode.IsSpace)
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
	}):
		fault.In(field, "text_unreadable")
	case utf8.RuneCountInString(text) > longest:
		fault.In(field, "text_too_long", "longest", longest)
	}
	return text
}

// needText is clean for a text that must be there.
func needText(fault *tracker.Error, field, text string, longest int) string {
	text = clean(fault, field, text, longest)
	if text == "" {
		fault.In(field, "text_required")
	}
	return text
}

// degrees reads a coordinate of a form; nothing typed is none.
func degrees(fault *tracker.Error, field, text string, limit float64) *float64 {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || !(value >= -limit && value <= limit) {
		fault.In(field, "coordinate_unreadable", "value", text, "limit", limit)
		return nil
	}
	return &value
}

package app

import (
	"strings"

	"dealercert/internal/tracker"
)

// Several periods stand in one cell of a table as FROM/LAST, separated by "; ". Nothing before or behind the stroke means
// that the period is open. What belongs to a period follows it after a space, its parts separated by "|".

// span is a period in a cell, with what belongs to it.
type span struct {
	tracker.Period
	parts []string
}

// partSigns are the signs between spans and parts, which codes may hold too.
var partSigns, signParts = strings.NewReplacer("%", "%25", ";", "%3B", "|", "%7C"), strings.NewReplacer("%3B", ";", "%7C", "|", "%25", "%")

// joinSpans writes periods in one cell; one that holds on no day says nothing.
func joinSpans(spans []span) string {
	texts := make([]string, 0, len(spans))
	for _, s := range spans {
		if s.Empty() {
			continue
		}
		text := s.From.String() + "/" + s.Last().String()
		parts := make([]string, len(s.parts))
		for k, part := range s.parts {
			parts[k] = partSigns.Replace(part)
		}
		if len(parts) > 0 {
			text += " " + strings.Join(parts, "|")
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

// readSpans reads the periods of a cell and notes a fault of the column when one cannot be read.
func readSpans(fault *tracker.Error, column, text string) []span {
	var out []span
	for one := range strings.SplitSeq(text, ";") {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		days, rest, _ := strings.Cut(one, " ")
		from, last, found := strings.Cut(days, "/")
		if !found {
			fault.In(column, "spans_unreadable", "value", one)
			return nil
		}
		s := span{Period: tracker.Through(day(fault, column, from, optional), day(fault, column, last, optional))}
		if s.Empty() {
			fault.In(column, "ends_before_begin", "from", s.From, "until", s.Last())
		}
		if rest != "" {
			for part := range strings.SplitSeq(rest, "|") {
				s.parts = append(s.parts, signParts.Replace(part))
			}
		}
		out = append(out, s)
	}
	return out
}

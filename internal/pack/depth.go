package pack

import (
	"bytes"
	"unicode/utf8"

	"dealercert/internal/tracker"
)

// What a pack may look like before it is parsed. The YAML parser takes time that grows with the square of nesting and of
// keys in a row, so a text from outside is measured first. The largest checklist is far below.
const (
	maxLines = 5000
	maxDepth = 32
)

// byteOrderMark is what some editors put before a text in UTF-8.
var byteOrderMark = []byte("\ufeff")

// readable looks at a text before it is parsed: UTF-8 without control characters, not too many lines, not too deep. The
// fault names the first line that is wrong.
func readable(name string, text []byte) *tracker.Error {
	text = bytes.TrimPrefix(text, byteOrderMark)
	var depth nesting
	for i, line := range bytes.Split(text, []byte("\n")) {
		line = bytes.TrimSuffix(line, []byte("\r"))
		switch {
		case !utf8.Valid(line) || bytes.ContainsFunc(line, unprintable):
			return tracker.Fault(tracker.Invalid, "pack_encoding", "file", name, "line", i+1)
		case i == maxLines:
			return tracker.Fault(tracker.Invalid, "pack_too_many_lines", "file", name, "line", i+1, "most", maxLines)
		case depth.of(line) > maxDepth:
			return tracker.Fault(tracker.Invalid, "pack_too_deep", "file", name, "line", i+1, "most", maxDepth)
		}
	}
	return nil
}

// unprintable tells whether a character has no place in a text: a control character that is no tab.
func unprintable(r rune) bool {
	return r < ' ' && r != '\t' || r == 0x7f || r == '\ufffe' || r == '\uffff'
}

// nesting measures how deep a text is nested, line by line. It may count too much, as it knows neither quotes nor blocks
// of text, but never too little.
type nesting struct {
	indents []int // of the blocks around, outermost first
	flow    int   // open brackets and braces
}

// of gives the depth after a line.
func (n *nesting) of(line []byte) int {
	at := 0
	for at < len(line) && (line[at] == ' ' || line[at] == '\t') {
		at++
	}
	if at == len(line) || line[at] == '#' {
		return 0
	}
	for len(n.indents) > 0 && n.indents[len(n.indents)-1] >= at {
		n.indents = n.indents[:len(n.indents)-1]
	}
	n.indents = append(n.indents, at)
	for i := at; i < len(line); i++ {
		switch line[i] {
		case '[', '{':
			n.flow++
		case ']', '}':
			n.flow = max(n.flow-1, 0)
		case '-', '?', ':': // each may begin a block within the line
			if marks := i+1 < len(line) && line[i+1] == ' '; marks && len(n.indents) <= maxDepth && opens(line[at:i]) {
				n.indents = append(n.indents, i+1)
			}
		}
		if n.flow > maxDepth {
			break
		}
	}
	return len(n.indents) + n.flow
}

// opens tells whether nothing but marks of blocks stands before a place in a line.
func opens(before []byte) bool {
	return len(bytes.Trim(before, "-?: \t")) == 0
}

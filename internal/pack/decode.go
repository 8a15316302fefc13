package pack

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"dealercert/internal/tracker"
)

// maxText is how long a pack may be, in bytes: many times a full checklist.
const maxText = 128 << 10

// decode reads the YAML strictly: one document, known keys, each once and with a value, no anchors, aliases or tags.
func decode(name string, text []byte) (doc document, root ast.Node, fault *tracker.Error) {
	defer func() {
		if cause := recover(); cause != nil { // a library that trips over a text must not end the program
			fault = tracker.Fault(tracker.Invalid, "pack_syntax", "file", name, "line", 1, "detail", fmt.Sprint(cause))
		}
	}()
	if len(text) > maxText {
		return doc, nil, tracker.Fault(tracker.Invalid, "pack_too_long", "file", name, "line", 1, "most", maxText)
	}
	if fault := readable(name, text); fault != nil {
		return doc, nil, fault
	}
	// The decoder finds keys that come twice by itself, and says so more clearly than the parser.
	file, err := parser.ParseBytes(bytes.TrimPrefix(text, byteOrderMark), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return doc, nil, unreadable(name, err)
	}
	for i, d := range file.Docs {
		if i > 0 && d.Body != nil {
			return doc, nil, tracker.Fault(tracker.Invalid, "pack_documents", "file", name, "line", lineOf(d.Body))
		}
		if d.Body != nil {
			root = d.Body
		}
	}
	if root == nil {
		return doc, nil, tracker.Fault(tracker.Invalid, "pack_empty", "file", name, "line", 1)
	}
	plain := plainness{file: name}
	ast.Walk(&plain, root)
	if plain.fault != nil {
		return doc, nil, plain.fault
	}
	decoder := yaml.NewDecoder(strings.NewReader(""), yaml.Strict())
	if err := decoder.DecodeFromNode(root, &doc); err != nil {
		return doc, nil, unreadable(name, err)
	}
	return doc, root, nil
}

// unreadable puts an error of the YAML library into our words.
func unreadable(name string, err error) *tracker.Error {
	var fault yaml.Error
	if !errors.As(err, &fault) {
		return tracker.Fault(tracker.Invalid, "pack_syntax", "file", name, "line", 1, "detail", err.Error())
	}
	line, value := 1, ""
	if token := fault.GetToken(); token != nil {
		line, value = token.Position.Line, token.Value
	}
	var (
		syntax  *yaml.SyntaxError
		twice   *yaml.DuplicateKeyError
		unknown *yaml.UnknownFieldError
	)
	switch {
	case errors.As(err, &syntax):
		return tracker.Fault(tracker.Invalid, "pack_syntax", "file", name, "line", line, "detail", fault.GetMessage())
	case errors.As(err, &twice):
		return tracker.Fault(tracker.Invalid, "pack_key_twice", "file", name, "line", line, "key", value)
	case errors.As(err, &unknown):
		return tracker.Fault(tracker.Invalid, "pack_key_unknown", "file", name, "line", line, "key", value)
	default:
		return tracker.Fault(tracker.Invalid, "pack_shape", "file", name, "line", line, "value", value)
	}
}

// plainness looks for what a pack does not use: anchors, aliases, merged keys and tags, which hide where a value comes
// from, and keys without a value, which are mostly forgotten ones.
type plainness struct {
	file  string
	fault *tracker.Error
}

// Visit looks at one node, and no further once something was found.
func (p *plainness) Visit(node ast.Node) ast.Visitor {
	if p.fault != nil {
		return nil
	}
	switch node.Type() {
	case ast.AnchorType, ast.AliasType, ast.MergeKeyType, ast.TagType:
		p.fault = tracker.Fault(tracker.Invalid, "pack_not_plain", "file", p.file, "line", lineOf(node),
			"value", node.GetToken().Value)
		return nil
	case ast.NullType:
		p.fault = tracker.Fault(tracker.Invalid, "pack_no_value", "file", p.file, "line", lineOf(node),
			"at", strings.TrimPrefix(node.GetPath(), "$."))
		return nil
	default:
		return p
	}
}

// lineOf gives the line on which a node begins, counted from 1.
func lineOf(node ast.Node) int {
	if token := node.GetToken(); token != nil {
		return token.Position.Line
	}
	return 1
}

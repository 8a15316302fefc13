package tracker

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind says what sort of failure a fault is, so that a page, the API and a command can each answer in their own way.
type Kind uint8

// The kinds of fault. An error that is no fault is internal.
const (
	Internal     Kind = iota
	Invalid           // what was given cannot be right
	NotFound          // missing, or outside what the actor may see: the two look alike
	Forbidden         // seen, but not this actor's to do
	Conflict          // right by itself, but something else stands against it
	Stale             // what it was based on has changed since
	Unauthorised      // nobody is signed in
	TooMany           // tried too often
)

// Error is a failure that a reader can be told: a message key with its arguments, put into words where the reader's
// language is known, and the fields of a form it concerns.
type Error struct {
	Kind   Kind
	Key    string
	Args   map[string]any
	Fields []FieldError
}

// FieldError is a fault of one field of a form.
type FieldError struct {
	Field string
	Key   string
	Args  map[string]any
}

// Fault makes an error from a kind, a message key and pairs of argument names and values.
func Fault(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Args: pairs(args)}
}

// In adds a fault of one field and gives the error back.
func (e *Error) In(field, key string, args ...any) *Error {
	e.Fields = append(e.Fields, FieldError{Field: field, Key: key, Args: pairs(args)})
	return e
}

// FieldFaults gives the error if it has faults of fields, else nil: so that a form's checks can be collected.
func (e *Error) FieldFaults() error {
	if len(e.Fields) == 0 {
		return nil
	}
	return e
}

// Error writes the key and arguments for a log; readers get words made from them.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(e.Key)
	for _, name := range slices.Sorted(maps.Keys(e.Args)) {
		fmt.Fprintf(&text, " %s=%v", name, e.Args[name])
	}
	for _, field := range e.Fields {
		fmt.Fprintf(&text, " %s:%s", field.Field, field.Key)
	}
	return text.String()
}

// KindOf gives the kind of the first fault in the error's chain, else Internal.
func KindOf(err error) Kind {
	var fault *Error
	if errors.As(err, &fault) {
		return fault.Kind
	}
	return Internal
}

func pairs(args []any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	out := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		out[fmt.Sprint(args[i])] = args[i+1]
	}
	return out
}

package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"

	"dealercert/internal/tracker"
)

// sentText is a text of a JSON body: given, given as null (which clears), or left out.
type sentText struct {
	given bool
	text  string
}

// UnmarshalJSON takes a string or null.
func (s *sentText) UnmarshalJSON(data []byte) error {
	s.given = true
	if string(data) == "null" {
		return nil
	}
	return json.Unmarshal(data, &s.text)
}

// or gives the text, or what is recorded where none was given.
func (s sentText) or(recorded string) string {
	if s.given {
		return s.text
	}
	return recorded
}

// maxJSON bounds the body of a write: many times what any of them needs.
const maxJSON = 64 << 10

// readJSON fills a struct from the body: one JSON object, each member once and known. A body that is no such thing is a
// fault of status 400; a member that is unknown or of the wrong type is named under its field.
func (v *visit) readJSON(into any) ([]byte, error) {
	text, err := io.ReadAll(http.MaxBytesReader(v.Writer, v.Request.Body, maxJSON))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, statusFault{http.StatusRequestEntityTooLarge, tracker.Fault(tracker.Invalid, "json_too_large", "longest", maxJSON>>10)}
	case err != nil:
		return nil, tracker.Fault(tracker.Invalid, "json_unreadable")
	}
	members, err := objectOf(text)
	if err != nil {
		return nil, err
	}
	v.entity = true
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	fields := jsonFields(reflect.ValueOf(into).Elem())
	for _, m := range members {
		field, known := fields[m.name]
		switch {
		case !known:
			fault.In(m.name, "json_unknown_member", "name", m.name)
		case json.Unmarshal(m.value, field.Addr().Interface()) != nil:
			fault.In(m.name, "json_wrong_type", "name", m.name)
		}
	}
	return text, fault.FieldFaults()
}

// member is one member of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// objectOf takes a JSON object apart. It is stricter than the library: a name may stand once, nothing may follow, and the
// text is UTF-8, because two readers of one body must not come to different answers.
func objectOf(text []byte) ([]member, error) {
	unreadable := tracker.Fault(tracker.Invalid, "json_unreadable")
	if !utf8.Valid(text) {
		return nil, unreadable
	}
	from := json.NewDecoder(bytes.NewReader(text))
	if open, err := from.Token(); err != nil || open != json.Delim('{') {
		return nil, unreadable
	}
	var out []member
	seen := map[string]bool{}
	for from.More() {
		name, err := from.Token()
		key, isName := name.(string)
		if err != nil || !isName {
			return nil, unreadable
		}
		if seen[key] {
			return nil, tracker.Fault(tracker.Invalid, "json_member_twice", "name", key).In(key, "json_member_twice", "name", key)
		}
		seen[key] = true
		m := member{name: key}
		if err := from.Decode(&m.value); err != nil {
			return nil, unreadable
		}
		out = append(out, m)
	}
	if end, err := from.Token(); err != nil || end != json.Delim('}') {
		return nil, unreadable
	}
	if _, err := from.Token(); !errors.Is(err, io.EOF) {
		return nil, unreadable
	}
	return out, nil
}

// jsonFields gives the fields of a struct by their names in JSON, which are matched exactly.
func jsonFields(of reflect.Value) map[string]reflect.Value {
	out := map[string]reflect.Value{}
	for i := range of.NumField() {
		if of.Type().Field(i).Anonymous {
			maps.Copy(out, jsonFields(of.Field(i)))
			continue
		}
		name, _, _ := strings.Cut(of.Type().Field(i).Tag.Get("json"), ",")
		out[name] = of.Field(i)
	}
	return out
}

package server

import (
	"reflect"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// schema is a JSON Schema (draft 2020-12, as OpenAPI 3.1 takes it).
type schema map[string]any

// schemas makes schemas from the Go types that are written and read, so that the description cannot differ from them.
// Structs that have a name become components.
type schemas struct{ named map[string]schema }

// words lists the values of types that have only so many.
var words = map[reflect.Type][]string{
	reflect.TypeFor[tracker.Light]():         texts([]tracker.Light{tracker.Healthy, tracker.AtRisk, tracker.InBreach}),
	reflect.TypeFor[tracker.ModuleState]():   {"open", "planned", "live", "verified"},
	reflect.TypeFor[tracker.ClaimState]():    texts(tracker.ClaimStates),
	reflect.TypeFor[tracker.ClaimKind]():     texts(tracker.ClaimKinds, []tracker.ClaimKind{tracker.ClaimTransfer}),
	reflect.TypeFor[tracker.Job]():           texts(tracker.Jobs),
	reflect.TypeFor[tracker.Party]():         texts(parties),
	reflect.TypeFor[app.ChangeType]():        texts(app.ChangeTypes),
	reflect.TypeFor[tracker.ProposalState](): texts(tracker.ProposalStates),
	reflect.TypeFor[tracker.DeedKind]():      texts(tracker.DeedKinds),
	reflect.TypeFor[tracker.Ground]():        texts(tracker.Grounds),
	reflect.TypeFor[tracker.BookingState]():  texts(tracker.BookingStates),
	reflect.TypeFor[tracker.CourseKind]():    texts(tracker.CourseKinds),
	reflect.TypeFor[tracker.Basis]():         texts([]tracker.Basis{tracker.BasisLaw, tracker.BasisBrand, tracker.BasisAssumption}),
}

// texts gives lists of words as one list of texts.
func texts[W ~string](lists ...[]W) []string {
	var out []string
	for _, word := range slices.Concat(lists...) {
		out = append(out, string(word))
	}
	return out
}

// of gives the schema of a type as it is written in JSON.
func (s schemas) of(t reflect.Type) schema {
	switch t {
	case reflect.TypeFor[tracker.Date]():
		return schema{"type": []string{"string", "null"}, "format": "date"}
	case reflect.TypeFor[tracker.Moment]():
		return schema{"type": []string{"string", "null"}, "format": "date-time"}
	case reflect.TypeFor[sentText]():
		return schema{"type": []string{"string", "null"}}
	case reflect.TypeFor[sentNumber]():
		return schema{"type": []string{"integer", "null"}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return orNull(s.of(t.Elem()))
	case reflect.Slice:
		return schema{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Struct:
		return s.structure(t)
	case reflect.Interface:
		return schema{}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Float64:
		return schema{"type": "number"}
	case reflect.String:
		out := schema{"type": "string"}
		if known := words[t]; known != nil {
			out["enum"] = known
		}
		return out
	default:
		return schema{"type": "integer"}
	}
}

// answered gives the schema of an answer, which can be of one of several types.
func (s schemas) answered(of any) schema {
	several, is := of.([]any)
	if !is {
		return s.of(reflect.TypeOf(of))
	}
	var kinds []schema
	for _, kind := range several {
		kinds = append(kinds, s.of(reflect.TypeOf(kind)))
	}
	return schema{"anyOf": kinds}
}

// orNull gives a schema that takes null as well.
func orNull(s schema) schema {
	kind, simple := s["type"].(string)
	if !simple {
		return schema{"anyOf": []schema{s, {"type": "null"}}}
	}
	out := schema{"type": []string{kind, "null"}}
	for key, value := range s {
		if key == "enum" {
			known, _ := value.([]string)
			all := make([]any, 0, len(known)+1)
			for _, word := range known {
				all = append(all, word)
			}
			out[key] = append(all, nil)
		} else if key != "type" {
			out[key] = value
		}
	}
	return out
}

// structure gives an object, by reference where its type has a name.
func (s schemas) structure(t reflect.Type) schema {
	name := schemaName(t)
	if name == "" {
		return s.object(t)
	}
	if _, known := s.named[name]; !known {
		s.named[name] = schema{} // holds the place while its fields are looked at
		s.named[name] = s.object(t)
	}
	return schema{"$ref": "#/components/schemas/" + name}
}

// schemaName names a type outside: dealershipJSON is Dealership, list[dealershipJSON] a DealershipList.
func schemaName(t reflect.Type) string {
	name := t.Name()
	suffix := ""
	if _, inner, isList := strings.Cut(name, "list["); isList {
		name, suffix = inner[strings.LastIndex(inner, ".")+1:len(inner)-1], "List"
	}
	name = strings.TrimSuffix(strings.TrimSuffix(name, "JSON"), "Body")
	if name == "" {
		return ""
	}
	if _, isBody := strings.CutSuffix(t.Name(), "Body"); isBody {
		suffix = "Sent"
	}
	return strings.ToUpper(name[:1]) + name[1:] + suffix
}

// object gives the members of a struct. What is answered has all of them and no others; what is sent may leave some out.
func (s schemas) object(t reflect.Type) schema {
	members, required := schema{}, []string{}
	s.members(t, members, &required)
	out := schema{"type": "object", "properties": members, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

func (s schemas) members(t reflect.Type, members schema, required *[]string) {
	for i := range t.NumField() {
		field := t.Field(i)
		if field.Anonymous {
			s.members(field.Type, members, required)
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		of := s.of(field.Type)
		if format := field.Tag.Get("format"); format != "" {
			of["format"] = format
		}
		if doc := field.Tag.Get("doc"); doc != "" {
			if _, reference := of["$ref"]; !reference {
				of["description"] = doc
			}
		}
		members[name] = of
		if field.Type != reflect.TypeFor[sentText]() && name != "confirm" && field.Tag.Get("missing") == "" {
			*required = append(*required, name)
		}
	}
}

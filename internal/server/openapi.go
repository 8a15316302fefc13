package server

import (
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// operation says what a route of the API is for and what it takes and answers. Its address, its parameters and who may
// come there are taken from the table of routes.
type operation struct {
	summary string
	answer  any // a value of the type that is answered; nil: nothing
	status  int // of the answer when all is well; zero: 200
	others  []other
	sent    any  // a value of the type that is sent
	based   bool // the write says in If-Match what it is based on
	tagged  bool // the answer carries an ETag
	table   bool // a table is sent
}

// other is another answer of an operation when all is well.
type other struct {
	status      int
	description string
	answer      any // a value of the type; a list of values: one of their types
}

// description is the OpenAPI document of the routes (https://spec.openapis.org/oas/v3.1.1).
func description(routes []route) schema {
	types := schemas{map[string]schema{}}
	paths := map[string]schema{}
	for _, r := range routes {
		if !strings.HasPrefix(r.path, apiPrefix) {
			continue
		}
		path := parameterInPath.ReplaceAllString(r.path, "{$1}")
		if paths[path] == nil {
			paths[path] = schema{}
		}
		paths[path][strings.ToLower(r.method)] = types.operation(r)
	}
	types.of(reflect.TypeFor[problem]())
	return schema{
		"openapi": "3.1.1",
		"info": schema{
			"title": "dealercert", "version": "1",
			"description": apiIntroduction, "license": schema{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"servers": []schema{{"url": "/"}},
		"paths":   paths,
		"components": schema{
			"schemas": types.named, "responses": problemResponses(), "headers": commonHeaders(),
			"securitySchemes": schema{
				"token":   schema{"type": "http", "scheme": "bearer", "description": "A token made by token add, or on the page /account. One that may only read is answered 403 when it writes."},
				"session": schema{"type": "apiKey", "in": "cookie", "name": "dealercert", "description": "The session of a page. Writes need X-CSRF-Token with the session's form token, or a browser that says Sec-Fetch-Site: same-origin."},
			},
		},
	}
}

var parameterInPath = regexp.MustCompile(`:(\w+)`)

// operation describes one route.
func (s schemas) operation(r route) schema {
	op := operations[r.method+" "+r.path]
	out := schema{
		"summary": op.summary, "operationId": operationID(r), "tags": []string{apiTag(r.path)}, "parameters": parametersOf(r, op),
		"responses": s.responses(r, op), "security": []schema{{"token": []string{}}, {"session": []string{}}},
	}
	if r.open {
		out["security"] = []schema{}
	}
	if op.table {
		content := schema{}
		for _, kind := range tableTypes {
			content[kind] = schema{}
		}
		out["requestBody"] = schema{"required": true, "content": content}
	}
	if op.sent != nil {
		content := schema{mediaJSON: schema{"schema": s.of(reflect.TypeOf(op.sent))}}
		if r.method == http.MethodPatch {
			content[mediaMergePatch] = content[mediaJSON]
		}
		out["requestBody"] = schema{"required": true, "content": content}
	}
	return out
}

// operationID names a route for generated clients: getDealershipsCodeTimeline.
func operationID(r route) string {
	var out strings.Builder
	out.WriteString(strings.ToLower(r.method))
	for _, word := range strings.FieldsFunc(strings.TrimPrefix(r.path, "/api/v1"), func(c rune) bool { return strings.ContainsRune("/:_.", c) }) {
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}

// apiTag gives the first word of an address.
func apiTag(path string) string {
	tag, _, _ := strings.Cut(strings.TrimPrefix(path, "/api/v1/"), "/")
	return tag
}

// responses gives the answers of a route, those that say no among them.
func (s schemas) responses(r route, op operation) schema {
	out := schema{}
	add := func(status int, description string, answer any) {
		response := schema{"description": description, "headers": answerHeaders(r, op, status)}
		if answer != nil {
			response["content"] = schema{mediaJSON: schema{"schema": s.answered(answer)}}
		}
		out[strconv.Itoa(status)] = response
	}
	status := op.status
	if status == 0 {
		status = http.StatusOK
	}
	add(status, "As asked.", op.answer)
	for _, o := range op.others {
		add(o.status, o.description, o.answer)
	}
	if r.method == http.MethodGet && op.tagged {
		add(http.StatusNotModified, "Nothing has changed since the version that If-None-Match names.", nil)
	}
	for _, status := range refusals(r, op) {
		out[strconv.Itoa(status)] = schema{"$ref": "#/components/responses/" + strconv.Itoa(status)}
	}
	return out
}

// refusals are the statuses by which a route says no.
func refusals(r route, op operation) []int {
	out := []int{400, 429, 500}
	if !r.open {
		out = append(out, 401, 403)
	}
	if strings.Contains(r.path, ":") {
		out = append(out, 404)
	}
	if slices.Contains(r.query, "dealership") && !slices.Contains(out, 404) {
		out = append(out, 404)
	}
	if r.method != http.MethodGet {
		out = append(out, 409, 413, 415, 422)
	}
	if op.based {
		out = append(out, 412, 428)
	}
	return out
}

// problemResponses are the answers that say no.
func problemResponses() schema {
	out := schema{}
	for status, text := range problemTexts {
		response := schema{
			"description": text,
			"content":     schema{mediaProblem: schema{"schema": schema{"$ref": "#/components/schemas/Problem"}}},
		}
		switch status {
		case http.StatusUnauthorized:
			response["headers"] = schema{"WWW-Authenticate": schema{"$ref": "#/components/headers/WWW-Authenticate"}}
		case http.StatusTooManyRequests:
			response["headers"] = schema{"Retry-After": schema{"$ref": "#/components/headers/Retry-After"}}
		}
		out[strconv.Itoa(status)] = response
	}
	return out
}

// answerHeaders are the headers of an answer that are worth knowing.
func answerHeaders(r route, op operation, status int) schema {
	out := schema{}
	note := func(name string) { out[name] = schema{"$ref": "#/components/headers/" + name} }
	note(requestIDHeader)
	if op.tagged && status != http.StatusNoContent || r.method != http.MethodGet && status < 300 && status != http.StatusNoContent {
		note("ETag")
	}
	if status == http.StatusCreated || status == http.StatusAccepted {
		note("Location")
	}
	if r.method != http.MethodGet {
		note("Idempotent-Replayed")
	}
	return out
}

func commonHeaders() schema {
	text := func(description string) schema {
		return schema{"description": description, "schema": schema{"type": "string"}}
	}
	return schema{
		requestIDHeader: text("Names the request in the log and in the history."), "ETag": text("Names this version for If-Match and If-None-Match."),
		"Location": text("The address of what was made."), "Idempotent-Replayed": text("true when the answer is the one that was given to the same key before."),
		"WWW-Authenticate": text("How to say who asks."), "Retry-After": text("Seconds to wait."),
	}
}

// parametersOf lists what an address and its headers take.
func parametersOf(r route, op operation) []schema {
	out := []schema{}
	for _, found := range parameterInPath.FindAllStringSubmatch(r.path, -1) {
		out = append(out, schema{
			"name": found[1], "in": "path", "required": true, "description": pathTexts[found[1]], "schema": schema{"type": "string"},
		})
	}
	names := slices.Concat(r.query, []string{"lang"})
	if r.method == http.MethodGet && !r.open {
		names = append(names, "on")
	}
	if r.answersEarlier() {
		names = append(names, "known_at")
	}
	for _, name := range names {
		p := queryTexts[r.path+" "+name]
		if p.text == "" {
			p = queryTexts[name]
		}
		out = append(out, schema{"name": name, "in": "query", "description": p.text, "schema": p.schema()})
	}
	header := func(name, text string, required bool) {
		out = append(out, schema{"name": name, "in": "header", "required": required, "description": text, "schema": schema{"type": "string"}})
	}
	switch {
	case r.method == http.MethodGet && op.tagged:
		header("If-None-Match", "The ETag of what the client has; 304 when nothing has changed.", false)
	case op.based:
		header("If-Match", "The ETag of what the write is based on; needed. 428 without, 412 when something else holds by now.", false)
	}
	if r.method != http.MethodGet {
		header("Idempotency-Key", "A name of the sender's for this write: sent again within 24 hours it is answered and not done again.", false)
		header(csrfHeader, "The form token of the session; not needed with a token.", false)
	}
	return out
}

// parameter is a parameter of addresses.
type parameter struct {
	text   string
	kind   string // day, number, moment; empty: text
	many   bool   // may be repeated: a repeated one means or
	values []string
}

func (p parameter) schema() schema {
	out := schema{"type": "string"}
	switch p.kind {
	case "day":
		out["format"] = "date"
	case "number":
		out = schema{"type": "integer", "minimum": 1}
	}
	if p.values != nil {
		out["enum"] = p.values
	}
	if p.many {
		return schema{"type": "array", "items": out}
	}
	return out
}

// apiDescription answers with the description of the API, to everybody: it says nothing about the data.
func apiDescription(v *visit) error { return v.one(description(v.server.routes)) }

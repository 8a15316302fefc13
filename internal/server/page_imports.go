package server

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// importsPage is where tables are sent, and where they are fetched.
type importsPage struct {
	BasePage
	Kinds   []string // that the reader may take in
	Exports []string // that the reader may fetch
	Form    app.ImportForm
	Errors  map[string]string // by field; that of the whole form under ""
	Recent  []app.ImportRecord
}

// importPage is a file that was sent, and what would come of it.
type importPage struct {
	BasePage
	Staged    app.Staged
	Report    app.ImportReport
	Errors    []importError
	More      int // errors beyond those shown
	New       string
	Error     string
	Nonce     string
	Notes     []importError // what stands against certificates
	NotesMore int
}

// importError is what is wrong with a row, in words.
type importError struct {
	app.RowError
	Problem string
	Advice  string
}

// errorsShown is how many errors a page lists; the rest is in the file. newShown is how many of the regions, zones and
// groups that come with a file it names.
const (
	errorsShown = 200
	newShown    = 50
)

func importRoutes() []route {
	const take = tracker.ImportData
	one := "/imports/:file"
	return []route{
		{method: http.MethodGet, path: "/imports", action: take, handle: showImports},
		{method: http.MethodPost, path: "/imports", action: take, upload: true, handle: stageImport},
		{method: http.MethodGet, path: one, action: take, handle: showImport},
		{method: http.MethodPost, path: one, action: take, handle: runImport},
		{method: http.MethodGet, path: one + "/errors", action: take, handle: downloadImportErrors},
		{method: http.MethodGet, path: "/exports/:kind", action: tracker.SeeDealerships, query: slices.Concat(listQuery, []string{"format"}), handle: downloadTable},
		{method: http.MethodGet, path: "/templates/:kind", action: take, query: []string{"format", "header"}, handle: downloadTemplate},
	}
}

func showImports(v *visit) error {
	return v.imports(http.StatusOK, app.ImportForm{Policy: string(app.PolicyStop)}, nil)
}

// imports shows the page on which tables are sent, with what was filled in and what is wrong with it.
func (v *visit) imports(status int, form app.ImportForm, err error) error {
	page := importsPage{BasePage: v.base(v.say("imports.title"), "imports"), Form: form, Errors: map[string]string{}}
	for _, kind := range app.ImportKinds {
		if app.MayImport(v.actor, kind) == nil {
			page.Kinds = append(page.Kinds, kind)
		}
		if app.MayExport(v.actor, kind) == nil {
			page.Exports = append(page.Exports, kind)
		}
	}
	var fault *tracker.Error
	if errors.As(err, &fault) {
		for _, f := range fault.Fields {
			page.Errors[f.Field] = v.server.messages.Say(v.lang, "error."+f.Key, v.words(f.Args))
		}
		page.Errors[""] = v.sentence(err)
	}
	var failed error
	if page.Recent, failed = v.server.app.RecentImports(v.Request.Context(), v.actor); failed != nil {
		return failed
	}
	return v.render(status, "imports", page)
}

// stageImport takes a file that was sent, and leads to what would come of it.
func stageImport(v *visit) error {
	form := app.ImportForm{
		Kind: v.field("kind"), Policy: v.field("policy"), EffectiveOn: v.field("effective_on"), CreateRegions: v.field("create_regions") != "",
	}
	sum, err := "", error(nil)
	if form.Name, form.Content, err = v.sentFile("file"); err == nil {
		sum, err = v.server.app.StageImport(v.Request.Context(), v.actor, form)
	}
	switch tracker.KindOf(err) {
	case tracker.Internal:
		if err != nil {
			return err
		}
	case tracker.Invalid:
		return v.imports(http.StatusUnprocessableEntity, form, err)
	default:
		return err
	}
	return v.seeOther("/imports/" + sum)
}

// sentFile gives the name and the content of a file that a form brought; nothing when it brought none. One that is too
// large is a fault.
func (v *visit) sentFile(field string) (name string, content []byte, err error) {
	file, header, err := v.Request.FormFile(field)
	if err != nil {
		return "", nil, nil //nolint:nilerr // there is none, which the use case says
	}
	defer file.Close() //nolint:errcheck // it was only read
	if header.Size > app.BrowserFile {
		args := []any{"Limit", "10 MB"}
		return header.Filename, nil, tracker.Fault(tracker.Invalid, "sheet_file_size", args...).In(field, "sheet_file_size", args...)
	}
	content, err = io.ReadAll(file)
	return header.Filename, content, err
}

// showImport shows what would come of a file that was sent.
func showImport(v *visit) error {
	staged, err := v.server.app.StagedImport(v.Request.Context(), v.actor, v.Param("file"))
	if err != nil {
		return err
	}
	report, err := v.server.app.RunStaged(v.Request.Context(), v.actor, staged, true)
	return v.lookAt(staged, report, err)
}

// lookAt shows a report of a file that was sent, or what is wrong with the file as a whole.
func (v *visit) lookAt(staged app.Staged, report app.ImportReport, err error) error {
	page := importPage{
		BasePage: v.base(v.say("imports.look", "kind", v.say("imports.kind_"+staged.Kind)), "imports"), Staged: staged, Report: report, Nonce: rand.Text(),
	}
	status := http.StatusOK
	if err != nil {
		if tracker.KindOf(err) != tracker.Invalid {
			return err
		}
		page.Error, status = v.sentence(err), http.StatusUnprocessableEntity
	}
	shown := report.Errors[:min(len(report.Errors), errorsShown)]
	page.Notes = v.importErrors(report.Notes[:min(len(report.Notes), errorsShown)])
	page.NotesMore = len(report.Notes) + report.NotesLeftOut - len(page.Notes)
	page.Errors, page.More = v.importErrors(shown), len(report.Errors)+report.LeftOut-len(shown)
	if page.New = strings.Join(report.New[:min(len(report.New), newShown)], ", "); len(report.New) > newShown {
		page.New = v.say("imports.and_more", "list", page.New, "count", len(report.New)-newShown)
	}
	return v.render(status, "import", page)
}

// importErrors puts errors of rows into words.
func (v *visit) importErrors(list []app.RowError) []importError {
	out := make([]importError, len(list))
	for i, e := range list {
		out[i] = importError{RowError: e, Problem: v.server.messages.Say(v.lang, "error."+e.Key, v.words(e.Args)), Advice: v.advice(e)}
	}
	return out
}

// advice says what to do about an error of a row.
func (v *visit) advice(e app.RowError) string {
	if e.Suggestion != "" {
		return v.say("advice.nearest", "value", e.Suggestion)
	}
	if key := "advice." + e.Key; v.server.messages.Has(v.lang, key) {
		return v.server.messages.Say(v.lang, key, v.words(e.Args))
	}
	return v.say("advice.cell")
}

// runImport takes in the very file that was looked at.
func runImport(v *visit) error {
	if v.server.sent.again(v.actor.ID, v.field("nonce"), v.server.app.Now()) {
		return v.seeOther("/imports")
	}
	staged, err := v.server.app.StagedImport(v.Request.Context(), v.actor, v.Param("file"))
	if err != nil {
		return err
	}
	if policy := app.Policy(v.field("policy")); policy == app.PolicyValidRows || policy == app.PolicyStop {
		staged.Policy = string(policy)
	}
	v.allowTime()
	report, err := v.server.app.RunStaged(v.Request.Context(), v.actor, staged, false)
	if err != nil || !report.Committed {
		v.server.sent.forget(v.actor.ID, v.field("nonce"))
		return v.lookAt(staged, report, err)
	}
	v.flash(v.say("imports.done", "kind", v.say("imports.kind_"+staged.Kind), "create", report.Create, "update", report.Update,
		"unchanged", report.Unchanged, "errors", len(report.Errors)+report.LeftOut))
	return v.seeOther("/imports")
}

// downloadImportErrors gives all errors of a file that was sent, as a table.
func downloadImportErrors(v *visit) error {
	staged, err := v.server.app.StagedImport(v.Request.Context(), v.actor, v.Param("file"))
	if err != nil {
		return err
	}
	report, err := v.server.app.RunStaged(v.Request.Context(), v.actor, staged, true)
	if err != nil {
		return err
	}
	rows := make([][]string, 0, len(report.Errors)+1)
	header := make([]string, 0, 6)
	for _, column := range []string{"sheet", "row", "column", "value", "problem", "advice"} {
		header = append(header, v.say("imports.error_"+column))
	}
	rows = append(rows, header)
	for _, e := range v.importErrors(report.Errors) {
		rows = append(rows, []string{e.Sheet, strconv.Itoa(e.Row), e.Column, e.Value, e.Problem, e.Advice})
	}
	return v.download("errors", "csv", func(w io.Writer) error { return app.WriteCSV(w, rows) })
}

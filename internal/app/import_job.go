package app

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"dealercert/internal/sheet"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

const (
	// importChunk is how many rows are compared with the database at once.
	importChunk = 1000
	// largestGroup is how many rows may be about one dealership or person.
	largestGroup = 20_000
	// maxErrors bounds the list of errors, and with it the memory of an import.
	maxErrors = 100_000
)

// errWithheld takes an import's transaction back: it is a dry run, or errors stand against it.
var errWithheld = errors.New("import withheld")

// intake is what a kind of table adds to what all imports share: how its rows hang together, and what they mean.
type intake interface {
	// grouped names the column by which rows are read together.
	grouped() string
	// key gives what names a row among those of its group, cells in one spelling; nil where there is no telling.
	key(row *importRow) []string
	// begin loads what the whole import needs.
	begin() error
	// settle compares groups of rows with the database, and writes what differs unless the job is withheld.
	settle(groups [][]*importRow) error
}

// surveyor is an intake that looks at each row as it is read.
type surveyor interface{ survey(row sheet.Row) }

// intakes makes the intake of each kind of table, and says what an actor must be allowed to take one in.
var intakes = map[string]struct {
	action tracker.Action
	all    bool // for who sees the whole network
	make   func(*importJob) intake
}{
	"dealerships":    {tracker.MaintainDealerships, true, func(j *importJob) intake { return &dealershipImport{importJob: j} }},
	"people":         {tracker.RecordFacts, false, func(j *importJob) intake { return &peopleImport{importJob: j} }},
	"qualifications": {tracker.RecordFacts, false, func(j *importJob) intake { return &qualificationImport{importJob: j} }},
	"modules":        {tracker.RecordFacts, false, func(j *importJob) intake { return &moduleImport{importJob: j} }},
	"decisions":      {tracker.Decide, true, func(j *importJob) intake { return &decisionImport{importJob: j} }},
}

// ImportKinds lists the kinds of table in the order in which a new installation takes them in: each names what the ones
// before it bring.
var ImportKinds = []string{"dealerships", "people", "qualifications", "modules", "decisions"}

// MayImport gives nil when the actor may take in tables of the kind. The fault is NotFound for an unknown kind, else
// Forbidden.
func MayImport(by tracker.Actor, kind string) error {
	of, known := intakes[kind]
	if !known {
		return tracker.Fault(tracker.NotFound, "not_found", "noun", "import", "key", kind)
	}
	if of.all && !by.Scope.All {
		return tracker.Fault(tracker.Forbidden, "forbidden", "action", string(tracker.ImportData))
	}
	return cmp.Or(by.May(tracker.ImportData), by.May(of.action))
}

// importJob is one import under way: the part that all kinds share.
type importJob struct {
	app     *App
	by      tracker.Actor
	options ImportOptions
	report  *ImportReport
	tx      *store.Tx
	batch   *store.Batch
	today   tracker.Date
	rules   tracker.Rulebook
	codes   []string // of the dealerships in the scope, for suggestions
	guesses int      // codes suggested so far
}

// Import takes in a table, in one transaction. Faults of the file as a whole are Invalid and nothing is read further;
// faults of rows are listed in the report. Who may not import a kind is Forbidden.
func (a *App) Import(ctx context.Context, by tracker.Actor, kind string, file *sheet.Reader, o ImportOptions) (ImportReport, error) {
	report := newReport(kind, file)
	if err := MayImport(by, kind); err != nil {
		return report, err
	}
	if o.EffectiveOn == 0 {
		o.EffectiveOn = a.Today()
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	spool, err := sheet.NewSpool()
	if err != nil {
		return report, err
	}
	job := &importJob{app: a, by: by, options: o, report: &report, today: a.Today()}
	table := intakes[kind].make(job)
	err = job.read(file, spool, table)
	if err == nil {
		writing := a.writing(ctx, by, tracker.SourceImport)
		writing.Progress = func(done, total int) { o.Progress("standings", done, total) }
		err = a.store.Write(ctx, writing, func(tx *store.Tx) error {
			job.tx, job.batch = tx, tx.Batch()
			return job.run(file, spool, table)
		})
	}
	report.Committed = err == nil
	if errors.Is(err, errWithheld) {
		err = nil
	}
	for _, list := range [][]RowError{report.Errors, report.Notes} {
		slices.SortStableFunc(list, func(x, y RowError) int { return cmp.Compare(x.order, y.order) })
	}
	return report, errors.Join(err, spool.Close())
}

// read lays the rows of a file by, before the transaction begins: nobody waits for a slow disk.
func (j *importJob) read(file *sheet.Reader, spool *sheet.Spool, table intake) error {
	looks, _ := table.(surveyor)
	for row, err := range file.Rows() {
		if err != nil {
			return fileFault(err)
		}
		j.report.Rows++
		for _, p := range row.Faults {
			j.fail(RowError{
				Sheet: p.Sheet, Row: p.Row, Column: p.Column, Value: p.Value, Key: p.Key, Args: p.Args(), Suggestion: p.Suggestion,
				order: row.Order(),
			})
		}
		if looks != nil && len(row.Faults) == 0 {
			looks.survey(row)
		}
		group, _ := row.Get(table.grouped())
		if err := spool.Add(group, row); err != nil {
			return err
		}
		if j.report.Rows%importChunk == 0 {
			j.options.Progress("reading", j.report.Rows, 0)
		}
	}
	return nil
}

// fail notes an error of a row.
func (j *importJob) fail(list ...RowError) {
	room := maxErrors - len(j.report.Errors)
	if len(list) > room {
		j.report.LeftOut += len(list) - room
		list = list[:room]
	}
	j.report.Errors = append(j.report.Errors, list...)
}

// withheld tells that nothing will be written, whatever is found from here on.
func (j *importJob) withheld() bool {
	return j.options.DryRun || len(j.report.Errors) > 0 && j.options.Policy != PolicyValidRows
}

func (j *importJob) run(file *sheet.Reader, spool *sheet.Spool, table intake) error {
	var err error
	if j.rules, err = j.tx.Rules(); err != nil {
		return err
	}
	if err := table.begin(); err != nil {
		return err
	}
	var groups [][]*importRow
	waiting, done := 0, 0
	settle := func() error {
		if err := table.settle(groups); err != nil {
			return err
		}
		j.count(groups)
		done += waiting
		groups, waiting = groups[:0], 0
		j.options.Progress("rows", done, spool.Len())
		if j.withheld() {
			return nil
		}
		return j.batch.Flush()
	}
	for rows, err := range spool.Groups(file, largestGroup) {
		if err != nil {
			return fileFault(err)
		}
		groups = append(groups, j.group(table, rows))
		if waiting += len(rows); waiting >= importChunk {
			if err := settle(); err != nil {
				return err
			}
		}
	}
	if err := settle(); err != nil {
		return err
	}
	if j.withheld() {
		return errWithheld
	}
	return j.note()
}

// group takes up the rows of one group and finds those whose key occurs twice, of which each is an error.
func (j *importJob) group(table intake, rows []sheet.SpooledRow) []*importRow {
	out, keys, count := make([]*importRow, len(rows)), make([]string, len(rows)), map[string]int{}
	for i := range rows {
		out[i] = &importRow{SpooledRow: rows[i]}
		keys[i] = strings.Join(table.key(out[i]), " / ")
		count[keys[i]]++
	}
	for i, row := range out {
		if key := keys[i]; key != "" && count[key] > 1 {
			row.add(table.grouped(), "duplicate_key", "", "value", key, "count", count[key])
		}
	}
	return out
}

// count adds up what became of rows.
func (j *importJob) count(groups [][]*importRow) {
	for _, group := range groups {
		for _, row := range group {
			j.fail(row.list...)
			switch {
			case !row.right():
			case row.done == creates:
				j.report.Create++
			case row.done == corrects:
				j.report.Update++
			default:
				j.report.Unchanged++
			}
		}
	}
}

// note writes into the log of changes that a file was taken in, when anything came of it.
func (j *importJob) note() error {
	if j.report.Create+j.report.Update == 0 {
		return nil
	}
	return j.tx.Note(store.Entry{
		Action: store.ActionImported, Kind: importNoun, Key: j.report.SHA256,
		After: map[string]any{
			"kind": j.report.Kind, "rows": j.report.Rows, "create": j.report.Create, "update": j.report.Update,
			"unchanged": j.report.Unchanged, "errors": len(j.report.Errors) + j.report.LeftOut,
		},
	})
}

// importNoun is the kind under which the log of changes keeps imports.
const importNoun = "import"

// cells gives the values of a column in groups of rows, each once.
func cells(groups [][]*importRow, column string) []string {
	seen := map[string]bool{}
	for _, group := range groups {
		for _, row := range group {
			if value := row.cell(column); value != "" {
				seen[value] = true
			}
		}
	}
	return sortedKeys(seen)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// maxGuesses bounds how many unknown codes get a suggestion: looking for one goes through the whole network.
const maxGuesses = 20

// unknownDealership notes that a code is unknown or lies outside the scope, which look alike.
func (j *importJob) unknownDealership(row *importRow) error {
	code := row.cell("dealership")
	if code == "" {
		row.add("dealership", "text_required", "")
		return nil
	}
	nearest := ""
	if j.guesses++; j.guesses <= maxGuesses {
		if j.codes == nil {
			var err error
			if j.codes, err = j.tx.CodesSeen(j.by.Scope); err != nil {
				return err
			}
		}
		nearest = sheet.Suggest(code, j.codes)
	}
	row.add("dealership", "unknown_dealership", nearest, "value", code)
	return nil
}

package app

import (
	"encoding/json"
	"errors"

	"dealercert/internal/sheet"
	"dealercert/internal/tracker"
)

// Policy says what an import does with a file that has errors.
type Policy string

// The policies: nothing at all is written, or the rows without errors are.
const (
	PolicyStop      Policy = "stop"
	PolicyValidRows Policy = "valid-rows"
)

// ImportOptions say how a file is taken in.
type ImportOptions struct {
	DryRun        bool
	Policy        Policy
	EffectiveOn   tracker.Date // from when on changed regions, groups and brands count; zero: today
	CreateRegions bool         // also where the installation has regions
	Progress      func(rows int)
}

// ImportReport says what an import did, or would do.
type ImportReport struct {
	Kind      string
	SHA256    string
	Encoding  string
	Sheets    []string
	Rows      int
	Create    int
	Update    int
	Unchanged int
	New       []string // regions, zones and groups that come in with the file
	Errors    []RowError
	Committed bool
}

// RowError is what is wrong with one cell or row. Key and Args are put into words where the reader's language is known.
type RowError struct {
	Sheet      string
	Row        int // as a spreadsheet shows it
	Column     string
	Value      string
	Key        string
	Args       map[string]any
	Suggestion string
}

// JSON gives the report in the names of the contract, its problems put into words by say.
func (r ImportReport) JSON(say func(RowError) string) ([]byte, error) {
	type rowError struct {
		Sheet      string `json:"sheet"`
		Row        int    `json:"row"`
		Column     string `json:"column"`
		Value      string `json:"value"`
		Problem    string `json:"problem"`
		Suggestion string `json:"suggestion"`
	}
	list := make([]rowError, len(r.Errors))
	for i, e := range r.Errors {
		list[i] = rowError{e.Sheet, e.Row, e.Column, e.Value, say(e), e.Suggestion}
	}
	return json.MarshalIndent(struct {
		Kind      string     `json:"kind"`
		SHA256    string     `json:"file_sha256"`
		Encoding  string     `json:"encoding"`
		Sheets    []string   `json:"sheets"`
		Rows      int        `json:"rows"`
		Create    int        `json:"create"`
		Update    int        `json:"update"`
		Unchanged int        `json:"unchanged"`
		New       []string   `json:"new"`
		Errors    []rowError `json:"errors"`
		Committed bool       `json:"committed"`
	}{r.Kind, r.SHA256, r.Encoding, orEmpty(r.Sheets), r.Rows, r.Create, r.Update, r.Unchanged, orEmpty(r.New), list, r.Committed}, "", "  ")
}

// orEmpty gives a list that JSON writes as [] and never as null.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// errWithheld takes an import's transaction back: it is a dry run, or errors stand against it.
var errWithheld = errors.New("import withheld")

// newReport describes a file that has been opened.
func newReport(kind string, file *sheet.Reader) ImportReport {
	report := ImportReport{Kind: kind, SHA256: file.SHA256, Encoding: file.Encoding}
	for _, s := range file.Sheets {
		if s.Name != "" {
			report.Sheets = append(report.Sheets, s.Name)
		}
	}
	return report
}

// keyCount counts how often each key occurs in a file, for every row of a key that occurs twice is an error.
func keyCount(file *sheet.Reader, column string) (map[string]int, error) {
	count := map[string]int{}
	for row, err := range file.Rows() {
		if err != nil {
			return nil, fileFault(err)
		}
		if key, _ := row.Get(column); key != "" {
			count[key]++
		}
	}
	return count, nil
}

// fileFault turns a problem of the file as a whole into a fault.
func fileFault(err error) error {
	var problem *sheet.Problem
	if !errors.As(err, &problem) {
		return err
	}
	fault := tracker.Fault(tracker.Invalid, problem.Key)
	fault.Args = problem.Args()
	return fault
}

// rowErrors gathers what is wrong with one row of a file.
type rowErrors struct {
	row  sheet.Row
	list []RowError
}

// add notes a fault of a column. The value shown is the cell's.
func (e *rowErrors) add(column, key, suggestion string, args ...any) {
	value, _ := e.row.Get(column)
	e.list = append(e.list, RowError{
		Sheet: e.row.Sheet, Row: e.row.Number, Column: column, Value: value, Key: key,
		Args: tracker.Fault(tracker.Invalid, key, args...).Args, Suggestion: suggestion,
	})
}

// addFaults notes what the reader found, and what a form's checks found.
func (e *rowErrors) addFaults(fault *tracker.Error) {
	for _, p := range e.row.Faults {
		e.list = append(e.list, RowError{
			Sheet: p.Sheet, Row: p.Row, Column: p.Column, Value: p.Value, Key: p.Key, Args: p.Args(),
			Suggestion: p.Suggestion,
		})
	}
	for _, f := range fault.Fields {
		value, _ := e.row.Get(f.Field)
		e.list = append(e.list, RowError{
			Sheet: e.row.Sheet, Row: e.row.Number, Column: f.Field, Value: value, Key: f.Key, Args: f.Args,
		})
	}
}

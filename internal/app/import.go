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
	EffectiveOn   tracker.Date // from when on changed regions, groups and brands count, and plans are known; zero: today
	CreateRegions bool         // also where the installation has regions
	// Progress is told how far the import is: the stage ("reading", "rows", "standings"), and how much of it is done; total
	// is zero where it is not known.
	Progress func(stage string, done, total int)
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
	LeftOut   int // errors beyond those listed, of which there are at most maxErrors
	// Notes are what stands against certificates that came in; nothing is refused for them. At most maxNotes, in the order
	// of the file, NotesLeftOut more.
	Notes        []RowError
	NotesLeftOut int
	Committed    bool
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

	order int64 // of the row in the file
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
	told := func(from []RowError) []rowError {
		list := make([]rowError, len(from))
		for i, e := range from {
			list[i] = rowError{e.Sheet, e.Row, e.Column, e.Value, say(e), e.Suggestion}
		}
		return list
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
		LeftOut   int        `json:"errors_left_out,omitempty"`
		Notes     []rowError `json:"notes,omitempty"`
		Committed bool       `json:"committed"`
	}{r.Kind, r.SHA256, r.Encoding, orEmpty(r.Sheets), r.Rows, r.Create, r.Update, r.Unchanged, orEmpty(r.New), told(r.Errors), r.LeftOut, told(r.Notes), r.Committed}, "", "  ")
}

// orEmpty gives a list that JSON writes as [] and never as null.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

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

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"dealercert/internal/sheet"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// ImportForm is an import as it is filled in on a page: the file as it came, and how it is to be taken in.
type ImportForm struct {
	Kind          string
	Policy        string
	EffectiveOn   string
	CreateRegions bool
	Name          string // of the file
	Content       []byte
}

// Staged is a file that is being looked at before it is imported.
type Staged = store.Staged

// browserTime is how long an import through the browser may take.
const browserTime = 60 * time.Second

// BrowserFile is how many bytes a file may have that comes through the browser.
var BrowserFile = max(sheet.Browser.CSV, sheet.Browser.Workbook)

// StageImport looks at a file that was sent and lays it by for an hour, and gives its SHA-256, under which it can then be
// tried and imported. It is the actor's alone, and takes the place of the one before.
func (a *App) StageImport(ctx context.Context, by tracker.Actor, f ImportForm) (string, error) {
	staged, err := f.check(by)
	if err != nil {
		return "", err
	}
	return staged.SHA256, a.write(ctx, by, tracker.SourceImport, func(tx *store.Tx) error { return tx.Stage(by.ID, staged) })
}

// withheldShown is how many errors a fault names; a dry run lists them all.
const withheldShown = 200

// ImportSent takes in a file that a program sent, or says what would come of it. Where errors stand against the file as a
// whole nothing is kept, and the fault is Invalid with a field for each of them.
func (a *App) ImportSent(ctx context.Context, by tracker.Actor, f ImportForm, dryRun bool) (ImportReport, error) {
	staged, err := f.check(by)
	if err != nil {
		return ImportReport{}, err
	}
	report, err := a.runStaged(ctx, by, staged, dryRun)
	if err != nil || dryRun || report.Committed {
		return report, err
	}
	fault := tracker.Fault(tracker.Invalid, "import_withheld", "count", len(report.Errors)+report.LeftOut)
	for _, e := range report.Errors[:min(len(report.Errors), withheldShown)] {
		fault.Fields = append(fault.Fields, tracker.FieldError{Field: fmt.Sprintf("row %d: %s", e.Row, e.Column), Key: e.Key, Args: e.Args})
	}
	return report, fault
}

// check reads the form and looks at the file. The fault has fields, or is Forbidden.
func (f ImportForm) check(by tracker.Actor) (Staged, error) {
	if err := by.May(tracker.ImportData); err != nil {
		return Staged{}, err
	}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	switch err := MayImport(by, f.Kind); {
	case f.Kind == "" || tracker.KindOf(err) == tracker.NotFound:
		fault.In("kind", "choose_one")
	case err != nil:
		return Staged{}, err
	}
	if policy := Policy(f.Policy); policy != PolicyStop && policy != PolicyValidRows {
		fault.In("policy", "choose_one")
	}
	effective := day(fault, "effective_on", f.EffectiveOn, optional)
	if len(f.Content) == 0 {
		fault.In("file", "file_required")
	}
	if err := fault.FieldFaults(); err != nil {
		return Staged{}, err
	}
	file, err := openStaged(f.Kind, f.Content)
	if err != nil {
		return Staged{}, err
	}
	return Staged{
		SHA256: file.SHA256, Name: shown(f.Name), Kind: f.Kind, Policy: f.Policy, EffectiveOn: effective.String(),
		CreateRegions: f.CreateRegions, Content: f.Content,
	}, nil
}

// openStaged opens a table within the limits of the browser; what is wrong with the file as a whole is a fault of the
// field file.
func openStaged(kind string, content []byte) (*sheet.Reader, error) {
	file, err := sheet.New(bytes.NewReader(content), int64(len(content)), sheet.Kinds[kind], sheet.Browser)
	if err == nil {
		return file, nil
	}
	var fault *tracker.Error
	if err = fileFault(err); errors.As(err, &fault) {
		fault.Fields = []tracker.FieldError{{Field: "file", Key: fault.Key, Args: fault.Args}}
	}
	return nil, err
}

// StagedImport gives a file that the actor has laid by. The fault is NotFound for any other.
func (a *App) StagedImport(ctx context.Context, by tracker.Actor, sum string) (Staged, error) {
	var out store.Staged
	err := by.May(tracker.ImportData)
	if err == nil {
		err = a.store.Read(ctx, func(tx *store.Tx) (err error) {
			out, err = tx.Staged(by.ID, sum)
			return err
		})
	}
	return out, err
}

// RunStaged takes in a file that the actor has laid by, or says what would come of it.
func (a *App) RunStaged(ctx context.Context, by tracker.Actor, staged Staged, dryRun bool) (ImportReport, error) {
	report, err := a.runStaged(ctx, by, staged, dryRun)
	if err != nil || !report.Committed {
		return report, err
	}
	return report, a.write(ctx, by, tracker.SourceImport, func(tx *store.Tx) error { return tx.Unstage(by.ID) })
}

func (a *App) runStaged(ctx context.Context, by tracker.Actor, staged Staged, dryRun bool) (ImportReport, error) {
	ctx, cancel := context.WithTimeout(ctx, browserTime)
	defer cancel()
	options := ImportOptions{DryRun: dryRun, Policy: Policy(staged.Policy), CreateRegions: staged.CreateRegions}
	if staged.EffectiveOn != "" {
		var err error
		if options.EffectiveOn, err = tracker.ParseDate(staged.EffectiveOn); err != nil {
			return ImportReport{}, err
		}
	}
	file, err := openStaged(staged.Kind, staged.Content)
	if err != nil {
		return ImportReport{}, err
	}
	report, err := a.Import(ctx, by, staged.Kind, file, options)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return report, tracker.Fault(tracker.Invalid, "import_too_long", "seconds", int(browserTime.Seconds()))
	}
	return report, err
}

// ImportRecord is an import that was carried out.
type ImportRecord struct {
	Moment    tracker.Moment
	By        string // the login
	SHA256    string
	Kind      string `json:"kind"`
	Rows      int    `json:"rows"`
	Create    int    `json:"create"`
	Update    int    `json:"update"`
	Unchanged int    `json:"unchanged"`
	Errors    int    `json:"errors"`
}

// recentImports is how many imports a list shows.
const recentImports = 10

// RecentImports gives the latest imports: all of them to who sees the whole network, to others their own.
func (a *App) RecentImports(ctx context.Context, by tracker.Actor) ([]ImportRecord, error) {
	if err := by.May(tracker.ImportData); err != nil {
		return nil, err
	}
	account := by.ID
	if by.Scope.All {
		account = 0
	}
	var out []ImportRecord
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		changes, err := tx.Imports(account, recentImports)
		if err != nil {
			return err
		}
		for _, c := range changes {
			record := ImportRecord{Moment: c.Moment, By: c.Login, SHA256: c.Key}
			if err := json.Unmarshal(c.After, &record); err != nil {
				return err
			}
			out = append(out, record)
		}
		return nil
	})
	return out, err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/config"
	"dealercert/internal/sheet"
	"dealercert/internal/store"
	"dealercert/web"
)

type importCommand struct {
	Kind          string `arg:"" enum:"dealerships,people,qualifications,modules,decisions" help:"What the table holds: dealerships, people, qualifications, modules or decisions."`
	File          string `arg:"" help:"A CSV file or an XLSX workbook."`
	DryRun        bool   `help:"Write nothing; say what would happen."`
	Policy        string `default:"stop" enum:"stop,valid-rows" help:"With errors in the file: stop and write nothing, or write the valid rows."`
	EffectiveOn   string `placeholder:"DATE" help:"From when on a changed region, group or brand counts, and a new plan is known; today when left out."`
	CreateRegions bool   `help:"Create regions, zones and groups that the network lacks."`
	Format        string `default:"text" enum:"text,json" help:"text or json."`
	As            string `placeholder:"LOGIN" help:"Act as this account; else as the operator."`
}

// Run takes a file in and says what came of it.
func (c *importCommand) Run(ctx context.Context, s config.Settings, w world) error {
	options := app.ImportOptions{DryRun: c.DryRun, Policy: app.Policy(c.Policy), CreateRegions: c.CreateRegions}
	if c.EffectiveOn != "" {
		var err error
		if options.EffectiveOn, err = dayFlag("--effective-on", c.EffectiveOn); err != nil {
			return err
		}
	}
	options.Progress = countingProgress(w.err)
	file, err := openSheet(c.File, c.Kind, s.Language)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	return with(ctx, s, w, func(o *opened) error {
		actor, err := o.app.ActorByLogin(ctx, c.As)
		if err != nil {
			return err
		}
		report, err := o.app.Import(ctx, actor, c.Kind, file, options)
		clearProgress(w.err)
		if err != nil {
			return err
		}
		if err := c.print(w.out, report, s.Language); err != nil {
			return err
		}
		if len(report.Errors) > 0 && options.Policy == app.PolicyStop {
			return errSilent
		}
		return nil
	})
}

// countingProgress shows how far a stage is: in percent, or by what is done so far while nobody knows how much there is.
func countingProgress(out io.Writer) func(stage string, done, total int) {
	if !isTerminal(out) {
		return func(string, int, int) {}
	}
	show := progress(out)
	return func(stage string, done, total int) {
		if total > 0 {
			show(stage, done, total)
		} else if done%10_000 == 0 {
			fmt.Fprintf(out, "\r\033[K%s: %d", stage, done)
		}
	}
}

// clearProgress takes away what was shown of the progress.
func clearProgress(out io.Writer) {
	if isTerminal(out) {
		fmt.Fprint(out, "\r\033[K")
	}
}

// openSheet opens a table of a kind; what is wrong with the file as a whole comes in the reader's language.
func openSheet(path, kind, language string) (*sheet.Reader, error) {
	file, err := sheet.Open(path, sheet.Kinds[kind], sheet.Command)
	var problem *sheet.Problem
	if errors.As(err, &problem) {
		messages, failed := web.LoadMessages()
		if failed != nil {
			return nil, failed
		}
		return nil, errors.New(place(problem) + messages.Say(language, "error."+problem.Key, problem.Args()))
	}
	return file, err
}

// place says where in a file a problem lies.
func place(p *sheet.Problem) string {
	var parts []string
	if p.Sheet != "" {
		parts = append(parts, p.Sheet)
	}
	if p.Row > 0 {
		parts = append(parts, fmt.Sprint(p.Row))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ":") + ": "
}

func (c *importCommand) print(out io.Writer, report app.ImportReport, language string) error {
	messages, err := web.LoadMessages()
	if err != nil {
		return err
	}
	word := func(e app.RowError) string { return messages.Say(language, "error."+e.Key, e.Args) }
	for i, e := range report.Errors {
		report.Errors[i].Suggestion = advice(messages, language, e)
	}
	if c.Format == "json" {
		text, err := report.JSON(word)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, string(text))
		return err
	}
	for _, e := range report.Errors {
		where := fmt.Sprintf("row %d", e.Row)
		if e.Sheet != "" {
			where = e.Sheet + " " + where
		}
		fmt.Fprintf(out, "%s, %s %q: %s %s\n", where, e.Column, e.Value, word(e), e.Suggestion)
	}
	if report.LeftOut > 0 {
		fmt.Fprintf(out, "and %d more errors\n", report.LeftOut)
	}
	if notes := len(report.Notes) + report.NotesLeftOut; notes > 0 {
		fmt.Fprintf(out, "%d notes, nothing is refused for them; the first:\n", notes)
	}
	for _, n := range report.Notes[:min(len(report.Notes), newShown)] {
		fmt.Fprintf(out, "row %d: %s\n", n.Row, word(n))
	}
	if len(report.New) > 0 {
		more := ""
		if len(report.New) > newShown {
			more = fmt.Sprintf(" and %d more", len(report.New)-newShown)
		}
		fmt.Fprintln(out, "new:", strings.Join(report.New[:min(len(report.New), newShown)], ", ")+more)
	}
	done := "written"
	if !report.Committed {
		done = "nothing written"
	}
	_, err = fmt.Fprintf(out, "%d rows (%s): %d created, %d updated, %d unchanged, %d errors; %s\n",
		report.Rows, report.Encoding, report.Create, report.Update, report.Unchanged, len(report.Errors)+report.LeftOut, done)
	return err
}

// newShown is how many of the notes, and of the regions, zones and groups that come with a file, are told in text; JSON has
// all.
const newShown = 20

type exportCommand struct {
	Kind   string   `arg:"" enum:"dealerships,people,qualifications,modules,decisions" help:"What to export: dealerships, people, qualifications, modules or decisions."`
	On     string   `placeholder:"DATE" help:"Regions, zones, groups and brands as they stand on this day; today when left out."`
	Region []string `placeholder:"CODE" help:"Only this region; may be repeated."`
	Format string   `default:"csv" enum:"csv,xlsx" help:"csv or xlsx."`
	Output string   `short:"o" placeholder:"FILE" help:"Where to write; standard output when left out."`
}

// Run writes a table.
func (c *exportCommand) Run(ctx context.Context, s config.Settings, w world) error {
	return existing(ctx, s, w, func(o *opened) error {
		query := app.ExportQuery{
			DealershipQuery: store.DealershipQuery{On: o.app.Today(), NotOperating: true},
			Format:          c.Format, Language: s.Language,
		}
		var err error
		if c.On != "" {
			if query.On, err = dayFlag("--on", c.On); err != nil {
				return err
			}
		}
		if query.Regions, err = regionFlags(ctx, o, c.Region); err != nil {
			return err
		}
		return c.write(ctx, o, query, w)
	})
}

// write fills the file beside its place and then moves it there, so that a failed export leaves nothing half-done. A table
// with more rows than an import takes goes on in other files, which is told.
func (c *exportCommand) write(ctx context.Context, o *opened, query app.ExportQuery, w world) error {
	if c.Output == "" {
		return o.app.Export(ctx, operator, c.Kind, query, w.out)
	}
	files, show := &outputs{path: c.Output}, countingProgress(w.err)
	query.Next, query.Progress = files.next, func(rows int) { show("writing", rows, 0) }
	first, err := files.next()
	if err == nil {
		err = o.app.Export(ctx, operator, c.Kind, query, first)
	}
	clearProgress(w.err)
	if err = files.finish(err); err == nil && len(files.open) > 1 {
		fmt.Fprintf(w.err, "dealercert: the table takes %d files, %s to %s; import them one after the other\n", len(files.open), files.name(0), files.name(len(files.open)-1))
	}
	return err
}

// outputs are the files of an export: FILE, then FILE-2 and so on before the ending of the name.
type outputs struct {
	path string
	open []*os.File
}

func (o *outputs) name(i int) string {
	if i == 0 {
		return o.path
	}
	ending := filepath.Ext(o.path)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(o.path, ending), i+1, ending)
}

func (o *outputs) next() (io.Writer, error) {
	file, err := os.Create(o.name(len(o.open)) + ".part")
	if err != nil {
		return nil, fmt.Errorf("the export cannot be written: %w", err)
	}
	o.open = append(o.open, file)
	return file, nil
}

// finish moves the files to their places, or removes them after an error.
func (o *outputs) finish(err error) error {
	for _, file := range o.open {
		if failed := file.Close(); err == nil {
			err = failed
		}
	}
	for i, file := range o.open {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		} else {
			err = os.Rename(file.Name(), o.name(i))
		}
	}
	return err
}

// advice says what to do about an error of a row: the nearest thing that would be right, else what helps in general.
func advice(messages *web.Messages, language string, e app.RowError) string {
	if e.Suggestion != "" {
		return messages.Say(language, "advice.nearest", map[string]any{"value": e.Suggestion})
	}
	if key := "advice." + e.Key; messages.Has(language, key) {
		return messages.Say(language, key, e.Args)
	}
	return messages.Say(language, "advice.cell", nil)
}

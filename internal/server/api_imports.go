package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// importQuery are the parameters of an import.
var importQuery = []string{"kind", "dry_run", "policy", "effective_on", "create_regions"}

// tableTypes are the types under which a table may be sent.
var tableTypes = []string{
	"text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/octet-stream",
}

// reportJSON shows what an import is answered with (app.ImportReport).
type reportJSON struct {
	Kind      string         `json:"kind"`
	SHA256    string         `json:"file_sha256"`
	Encoding  string         `json:"encoding"`
	Sheets    []string       `json:"sheets"`
	Rows      int            `json:"rows"`
	Create    int            `json:"create"`
	Update    int            `json:"update"`
	Unchanged int            `json:"unchanged"`
	New       []string       `json:"new" doc:"Regions, zones and groups that come in with the file."`
	Errors    []rowErrorJSON `json:"errors"`
	LeftOut   int            `json:"errors_left_out" doc:"Errors beyond those listed." missing:"yes"`
	Notes     []rowErrorJSON `json:"notes" doc:"What stands against certificates that came in; nothing is refused for it." missing:"yes"`
	Committed bool           `json:"committed" doc:"Whether it was taken in."`
}

type rowErrorJSON struct {
	Sheet      string `json:"sheet"`
	Row        int    `json:"row"`
	Column     string `json:"column"`
	Value      string `json:"value"`
	Problem    string `json:"problem"`
	Suggestion string `json:"suggestion"`
}

// apiImport takes in a table that is the body itself, or says what would come of it.
func apiImport(v *visit) error {
	for _, name := range importQuery {
		if asked := v.query[name]; len(asked) > 1 {
			return badValue(name, strings.Join(asked, ", "))
		}
	}
	form := app.ImportForm{Kind: v.query.Get("kind"), Policy: v.query.Get("policy"), EffectiveOn: v.query.Get("effective_on")}
	if form.Policy == "" {
		form.Policy = string(app.PolicyStop)
	}
	dryRun, err := v.yes("dry_run")
	if err != nil {
		return err
	}
	if form.CreateRegions, err = v.yes("create_regions"); err != nil {
		return err
	}
	form.Content, err = io.ReadAll(http.MaxBytesReader(v.Writer, v.Request.Body, app.BrowserFile))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return statusFault{http.StatusRequestEntityTooLarge, tracker.Fault(tracker.Invalid, "sheet_file_size", "Limit", "10 MB")}
	}
	if err != nil {
		return tracker.Fault(tracker.Invalid, "form_unreadable")
	}
	v.entity = true
	asked := v.Request.URL.RawQuery + "\x00" + string(form.Content)
	return v.write([]byte(asked), func(ctx context.Context) (app.Answer, error) {
		report, err := v.server.app.ImportSent(ctx, v.actor, form, dryRun)
		if err != nil {
			return app.Answer{}, err
		}
		body, err := report.JSON(func(e app.RowError) string {
			return v.server.messages.Say(v.lang, "error."+e.Key, v.words(e.Args))
		})
		return app.Answer{Status: http.StatusOK, Body: body}, err
	})
}

// yes reads a parameter that is true or false; false when it is not given.
func (v *visit) yes(name string) (bool, error) {
	switch text := v.query.Get(name); text {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, badValue(name, text)
	}
}

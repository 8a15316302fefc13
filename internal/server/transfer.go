package server

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// What files cost: how much is read of one that is too large, how much of one is held in memory, how many tables are
// written at once, and how long sending one may take.
const (
	maxUpload    = 64 << 20
	uploadMemory = 1 << 20
	maxDownloads = 2
	transferTime = 10 * time.Minute
)

// parseForm reads a form, with the file that comes along where the route takes one.
func (v *visit) parseForm() error {
	if v.route.upload && strings.HasPrefix(v.ContentType(), "multipart/") {
		v.allowTime()
		return v.Request.ParseMultipartForm(uploadMemory)
	}
	return v.Request.ParseForm()
}

// allowTime lets a request take longer than others, for a file that is sent or fetched.
func (v *visit) allowTime() {
	control, until := http.NewResponseController(v.Writer), time.Now().Add(transferTime) //nolint:forbidigo // a deadline is no civil time
	_ = control.SetReadDeadline(until)                                                   // a connection that knows no deadlines needs none
	_ = control.SetWriteDeadline(until)
}

// downloads bounds how many tables are written at once.
var downloads = make(chan struct{}, maxDownloads)

// download sends what write gives as a file. It is written to a file first, so that memory stays bounded and that what
// fails is told instead of sent by half.
func (v *visit) download(name, format string, write func(io.Writer) error) error {
	select {
	case downloads <- struct{}{}:
		defer func() { <-downloads }()
	case <-v.Request.Context().Done():
		return v.Request.Context().Err()
	}
	file, err := os.CreateTemp("", "dealercert-export-*")
	if err != nil {
		return fmt.Errorf("the table cannot be written: %w", err)
	}
	defer os.Remove(file.Name()) //nolint:errcheck // it may be gone already
	defer file.Close()           //nolint:errcheck // it was only read at the end
	v.allowTime()
	if v.Request.Method != http.MethodHead {
		if err := write(file); err != nil {
			return err
		}
	}
	size, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	kinds := map[string]string{"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
	v.DataFromReader(http.StatusOK, size, kinds[format], file, map[string]string{
		"Content-Disposition": fmt.Sprintf(`attachment; filename="dealercert-%s-%s.%s"`, name, v.today, format),
	})
	return nil
}

// tableFormat reads the format of a table that is asked for.
func (v *visit) tableFormat() (string, error) {
	switch format := v.query.Get("format"); format {
	case "", "csv":
		return "csv", nil
	case "xlsx":
		return format, nil
	default:
		return "", badValue("format", format)
	}
}

// downloadTable gives what the reader sees of a kind of table, narrowed down like the list of dealerships.
func downloadTable(v *visit) error {
	kind := v.Param("kind")
	if err := app.MayExport(v.actor, kind); err != nil {
		return err
	}
	format, err := v.tableFormat()
	if err != nil {
		return err
	}
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return err
	}
	query := app.ExportQuery{Format: format, Language: v.lang}
	if query.DealershipQuery, err = v.dealershipQuery(directory); err != nil {
		return err
	}
	query.NotOperating = query.NotOperating || !v.narrowed()
	return v.download(kind, format, func(w io.Writer) error {
		return v.server.app.Export(v.Request.Context(), v.actor, kind, query, w)
	})
}

// narrowed tells whether the list is narrowed down by how dealerships stand, which only those that operate do.
func (v *visit) narrowed() bool {
	for _, name := range []string{"state", "health", "expires_before", "staffing"} {
		if v.query.Has(name) {
			return true
		}
	}
	return false
}

// downloadTemplate gives the header of a kind of table, in the language asked for.
func downloadTemplate(v *visit) error {
	if err := app.MayImport(v.actor, v.Param("kind")); err != nil {
		return err
	}
	format, err := v.tableFormat()
	if err != nil {
		return err
	}
	language := v.query.Get("header")
	switch language {
	case "":
		language = v.lang
	case "en", "zh-Hans":
	default:
		return tracker.Fault(tracker.Invalid, "unknown_value", "name", "header", "value", language)
	}
	return v.download(v.Param("kind")+"-template", format, func(w io.Writer) error {
		return app.Template(v.Param("kind"), app.ExportQuery{Format: format, Language: language}, w)
	})
}

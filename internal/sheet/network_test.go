package sheet_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/sheet"

	"github.com/google/go-cmp/cmp"
)

var networkFiles = map[string]string{
	"dealerships.csv": sheet.UTF8, "dealerships-gb18030.csv": sheet.GB18030, "dealerships.xlsx": sheet.XLSX,
}

// readNetwork reads a file of the real network, which is not part of the project.
func readNetwork(t *testing.T, name string) (*sheet.Reader, []sheet.Row) {
	t.Helper()
	folder := os.Getenv("DEALERCERT_NETWORK_DIR")
	if folder == "" {
		t.Skip("DEALERCERT_NETWORK_DIR does not name the folder with the real network's files")
	}
	content, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return mustRead(t, content, sheet.Dealerships)
}

var networkColumns = []string{"region", "zone", "province", "city", "code", "name_zh", "address", "phone", "service_phone", "lat", "lng"}

// The three files hold the same rows. In the workbook each region has its own sheet, and the sheets stand in the order
// of the CSV.
func TestRealNetworkIsTheSameInAllFiles(t *testing.T) {
	_, first := readNetwork(t, "dealerships.csv")
	want := cells(first, networkColumns...)
	for name, encoding := range networkFiles {
		reader, rows := readNetwork(t, name)
		if len(rows) != 574 || reader.Encoding != encoding || !slices.Equal(reader.Sheets[0].Columns, networkColumns) {
			t.Errorf("%s: %d rows, %s, %v", name, len(rows), reader.Encoding, reader.Sheets[0].Columns)
		}
		if diff := cmp.Diff(want, cells(rows, networkColumns...)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestRealNetworkHasItsFaultsInTheirPlaces(t *testing.T) {
	for name, want := range map[string]string{
		"dealerships.csv":         "34084:38 08752:65,66 nophone:190,512",
		"dealerships-gb18030.csv": "34084:38 08752:65,66 nophone:190,512",
		"dealerships.xlsx":        "34084:东区39 08752:东区66,东区67 nophone:华中区55,西区50",
	} {
		_, rows := readNetwork(t, name)
		places := map[string][]string{}
		for _, row := range rows {
			code, _ := row.Get("code")
			city, _ := row.Get("city")
			phone, _ := row.Get("phone")
			at := fmt.Sprint(row.Sheet, row.Number)
			if code == "A08752" {
				places["08752"] = append(places["08752"], at)
			}
			if city == "" {
				places[strings.TrimPrefix(code, "A")] = append(places[strings.TrimPrefix(code, "A")], at)
			}
			if phone == "" {
				places["nophone"] = append(places["nophone"], at)
			}
		}
		var got []string
		for _, key := range []string{"34084", "08752", "nophone"} {
			got = append(got, key+":"+strings.Join(places[key], ","))
		}
		if strings.Join(got, " ") != want || len(places) != 3 {
			t.Errorf("%s: %v", name, places)
		}
	}
}

// A file of the network, written by us in either format and language, reads back as it was.
func TestRealNetworkRoundTrip(t *testing.T) {
	_, rows := readNetwork(t, "dealerships.xlsx")
	names := sheet.Dealerships.Header(sheet.English)
	var want [][]string
	for _, row := range rows {
		var values []string
		for _, name := range names {
			value, _ := row.Get(name)
			values = append(values, value)
		}
		want = append(want, values)
	}
	for format := range writers {
		content := write(t, format, sheet.Dealerships.Header(sheet.Chinese), want)
		_, back := mustRead(t, content, sheet.Dealerships)
		if diff := cmp.Diff(want, cells(back, names...)); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
	}
}

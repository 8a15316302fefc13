package sheet_test

import (
	"os"
	"path/filepath"
	"testing"

	"dealercert/internal/sheet"

	"github.com/google/go-cmp/cmp"
)

const fixtures = "../../testdata/import"

func openFixture(t *testing.T, name, kind string) (*sheet.Reader, error) {
	t.Helper()
	reader, err := sheet.Open(filepath.Join(fixtures, name), sheet.Kinds[kind], sheet.Browser)
	if err == nil {
		t.Cleanup(func() {
			if err := reader.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return reader, err
}

// The good files of dealerships hold the same four rows, each in another way.
func TestGoodFixtures(t *testing.T) {
	for _, test := range []struct{ name, kind, encoding string }{
		{"dealerships.csv", "dealerships", sheet.UTF8BOM},
		{"dealerships-gb18030.csv", "dealerships", sheet.GB18030},
		{"dealerships-semicolon.csv", "dealerships", sheet.UTF8},
		{"dealerships-utf16-tab.txt", "dealerships", sheet.UTF16},
		{"dealerships-messy.csv", "dealerships", sheet.UTF8},
		{"people.csv", "people", sheet.UTF8},
		{"qualifications.csv", "qualifications", sheet.UTF8},
		{"decisions.csv", "decisions", sheet.UTF8},
		{"modules.csv", "modules", sheet.UTF8},
	} {
		t.Run(test.name, func(t *testing.T) {
			reader, err := openFixture(t, test.name, test.kind)
			if err != nil {
				t.Fatal(err)
			}
			if reader.Encoding != test.encoding {
				t.Errorf("encoding %s", reader.Encoding)
			}
			var rows []sheet.Row
			for row, err := range reader.Rows() {
				if err != nil || len(row.Faults) > 0 {
					t.Fatal(err, row.Faults)
				}
				rows = append(rows, row)
			}
			if test.kind == "dealerships" {
				checkFourDealerships(t, rows)
			} else if len(rows) < 2 {
				t.Errorf("%d rows", len(rows))
			}
		})
	}
}

func checkFourDealerships(t *testing.T, rows []sheet.Row) {
	t.Helper()
	want := [][]string{
		{"T00001", "示例一号汽车销售服务有限公司", "示例路1号", "021-00000001", "021-00000002", "2015-03-01"},
		{"T00002", "示例二号汽车销售服务有限公司", "示例路2号，一层", "025-00000001", "-00000002", "2016-02-29"},
		{"T00003", "示例三号汽车销售服务有限公司", `"示例"大街3号`, "", "", ""},
		{"T00004", "示例四号汽车销售服务有限公司", "", "+86 755 0000", "", "2021-07-01"},
	}
	if diff := cmp.Diff(want, cells(rows, "code", "name_zh", "address", "phone", "service_phone", "opened_on")); diff != "" {
		t.Error(diff)
	}
}

func TestBadFixtures(t *testing.T) {
	for name, want := range map[string]string{
		"bad-header-unknown.csv": "sheet_header_unknown_near", "bad-header-twice.csv": "sheet_header_twice",
		"bad-header-missing.csv": "sheet_header_missing", "bad-header-none.csv": "sheet_header_none",
		"bad-empty.csv": "sheet_empty", "bad-quote.csv": "sheet_quote", "bad-utf8-cut-off.csv": "sheet_broken_utf8",
		"bad-binary.csv": "sheet_not_a_table", "bad-old-workbook.xls": "sheet_old_workbook", "bad-web-page.xls": "sheet_not_a_table",
	} {
		t.Run(name, func(t *testing.T) {
			reader, err := openFixture(t, name, "dealerships")
			if err == nil {
				for _, err = range reader.Rows() {
					if err != nil {
						break
					}
				}
			}
			expectProblem(t, err, want, "")
		})
	}
}

// Every file of the folder has its row in a test above or here.
func TestFixtureWithBadCells(t *testing.T) {
	reader, err := openFixture(t, "bad-cells.csv", "dealerships")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for row, err := range reader.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range row.Faults {
			got = append(got, fault.Key)
		}
	}
	if diff := cmp.Diff([]string{"sheet_cell_control", "sheet_cell_outside", "sheet_cell_replacement"}, got); diff != "" {
		t.Error(diff)
	}
	if files, err := os.ReadDir(fixtures); err != nil || len(files) != 25 {
		t.Errorf("%d files, of which 25 are tested here and by internal/app; %v", len(files), err)
	}
}

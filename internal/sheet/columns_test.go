package sheet_test

import (
	"slices"
	"strings"
	"testing"

	"dealercert/internal/sheet"

	"github.com/google/go-cmp/cmp"
)

func TestHeadersAreMatched(t *testing.T) {
	for _, test := range []struct{ name, header string }{
		{"English", "code,name,opened_on"},
		{"Chinese", "代码,名称,开业日期"},
		{"both languages", "code,名称,opened_on"},
		{"case", "Code,NAME,Opened_On"},
		{"spaces, wide and narrow", "  code ,\u3000name\u00a0,\u200bopened_on\ufeff"},
		{"a line break at the end", "code,\"name\n\",opened_on"},
		{"trailing separators", "code,name,opened_on,,,"},
		{"a title above", "Dealerships of the east,,\n,,\ncode,name,opened_on"},
	} {
		t.Run(test.name, func(t *testing.T) {
			reader, rows := mustRead(t, []byte(test.header+"\nA1,One,2020-01-01\n"), small)
			if diff := cmp.Diff([]string{"code", "name", "opened_on"}, reader.Sheets[0].Columns); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([][]string{{"A1", "One", "2020-01-01"}}, cells(rows, "code", "name", "opened_on")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHeaderProblems(t *testing.T) {
	many := strings.Repeat("remark\n", 25) + "code\nA1\n"
	for _, test := range []struct{ name, content, key, text string }{
		{"unknown, near a known one", "code,nmae\n", "sheet_header_unknown_near", "Row 1: The header “nmae” is not known; did you mean “name”?"},
		{"unknown, near a Chinese one", "代码,名字\n", "sheet_header_unknown", "Row 1: The header “名字” is not known"},
		{"unknown, near nothing", "code,colour\n", "sheet_header_unknown", "“colour” is not known; rename or remove that column."},
		{"unknown below a title", "Title\n\ncode,colour\n", "sheet_header_unknown", "Row 3: "},
		{"twice in one language", "code,name,name\n", "sheet_header_twice", "“name” and “name” mean the same column"},
		{"twice in two languages", "code,name,名称\n", "sheet_header_twice", "“name” and “名称” mean the same column"},
		{"a required one is missing", "name,opened_on\n", "sheet_header_missing", "The column “code / 代码” is missing"},
		{"none", "A1,One\nA2,Two\n", "sheet_header_none", "None of the first 20 rows is a header"},
		{"too far down", many, "sheet_header_none", "None of the first 20 rows"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, rows, err := read([]byte(test.content), small, sheet.Browser)
			expectProblem(t, err, test.key, test.text)
			if len(rows) > 0 {
				t.Errorf("%d rows read", len(rows))
			}
		})
	}
}

func TestColumnsAbsentAndEmptyDiffer(t *testing.T) {
	_, rows := mustRead(t, []byte("code,name\nA1,\nA2\n"), small)
	if diff := cmp.Diff([][]string{{"A1", "", "–"}, {"A2", "", "–"}}, cells(rows, "code", "name", "opened_on")); diff != "" {
		t.Error(diff)
	}
}

func TestHeaderInBothLanguages(t *testing.T) {
	english, chinese := sheet.Dealerships.Header(sheet.English), sheet.Dealerships.Header(sheet.Chinese)
	if got := strings.Join(english, " "); got != "code name_zh name_en group region zone province city address phone service_phone lat lng brands format opened_on closed_on" {
		t.Error(got)
	}
	if got := strings.Join(chinese, " "); got != "经销商代码 经销商名称 name_en 经销商集团 大区 小区 省份 城市 地址 销售电话 售后电话 纬度 经度 品牌 类型 开业日期 闭店日期" {
		t.Error(got)
	}
}

// No header of a kind may mean two of its columns, and each kind's own headers must be accepted.
func TestEveryKindReadsItsOwnHeader(t *testing.T) {
	for name, columns := range sheet.Kinds {
		for _, language := range []string{sheet.English, sheet.Chinese} {
			head := columns.Header(language)
			reader, _ := mustRead(t, []byte(strings.Join(head, ",")+"\n"), columns)
			if got := reader.Sheets[0].Columns; !slices.Equal(got, columns.Header(sheet.English)) {
				t.Errorf("%s in %s: %v", name, language, got)
			}
		}
	}
}

func TestSuggest(t *testing.T) {
	regions := []string{"north", "northeast", "east", "北区", "东北区", "东区", "华中区", "南区"}
	for _, test := range []struct{ value, want string }{
		{"Nort", "north"}, {"nroth", "north"}, {"EAST ", "east"}, {"est", "east"}, {"north-east", "northeast"},
		{"东", "东区"}, {"中区", "华中区"}, {"东大区", "东区"}, {"华中", "华中区"}, {"东北大区", "东北区"},
		{"下区", ""}, {"Mars", ""}, {"", ""}, {strings.Repeat("north", 1000), ""},
	} {
		if got := sheet.Suggest(test.value, regions); got != test.want {
			t.Errorf("Suggest(%q) = %q, want %q", test.value, got, test.want)
		}
	}
}

func TestEveryProblemHasASentence(t *testing.T) {
	messages := sheet.Messages()
	if len(messages) < 20 {
		t.Errorf("%d messages", len(messages))
	}
	for key, message := range messages {
		problem := &sheet.Problem{Key: key, Sheet: "S", Row: 2, Column: "C", Value: "V", Suggestion: "G", Limit: "L"}
		text := problem.Error()
		if !strings.HasPrefix(text, "Sheet S, row 2: ") || strings.Contains(text, "{{") || !strings.HasSuffix(message, ".") && !strings.HasSuffix(message, "?") {
			t.Errorf("%s: %s", key, text)
		}
	}
}

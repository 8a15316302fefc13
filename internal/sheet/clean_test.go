package sheet_test

import (
	"strings"
	"testing"

	"dealercert/internal/sheet"

	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	for _, test := range []struct{ name, text, want, problem string }{
		{"nothing to do", "上海 BMW 4S", "上海 BMW 4S", ""},
		{"spaces around", " \u3000\u00a0A1\u2003 ", "A1", ""},
		{"zero width around", "\u200b\ufeffA1\u200d\u2060", "A1", ""},
		{"direction marks around, as pasted phones have", "\u202a021-1\u202c", "021-1", ""},
		{"only spaces", " \u3000 ", "", ""},
		{"a line break", "Road 1\r\nShanghai", "Road 1 Shanghai", ""},
		{"line breaks, tabs and spaces", "a \n\n\t b\u2028c", "a b c", ""},
		{"wide spaces inside stay", "上海\u3000浦东", "上海\u3000浦东", ""},
		{"quotes stay", `"九华"`, `"九华"`, ""},
		{"a control character", "A\x001", "", "sheet_cell_control"},
		{"an escape", "A\x1b[0m", "", "sheet_cell_control"},
		{"the writing turned around inside", "abc\u202egnp.exe", "", "sheet_cell_control"},
		{"a lost character", "上\ufffd", "", "sheet_cell_replacement"},
		{"bytes that are no text", "A\xff", "", "sheet_cell_replacement"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, problem := sheet.Clean(test.text)
			key := ""
			if problem != nil {
				key = problem.Key
			}
			if got != test.want || key != test.problem {
				t.Errorf("%q, problem %q", got, key)
			}
		})
	}
}

func TestCleanTwiceIsCleanOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once, problem := sheet.Clean(rapid.String().Draw(t, "text"))
		if problem != nil {
			return
		}
		if twice, problem := sheet.Clean(once); problem != nil || twice != once {
			t.Fatalf("%q, then %q", once, twice)
		}
	})
}

func TestGuard(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+86 21": "'+86 21", "-31932888": "'-31932888", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx",
		"'=1": "''=1", "''-": "'''-",
		"": "", "A1": "A1", "'": "'", "'quoted'": "'quoted'", "a=b": "a=b", "１": "１",
	} {
		if got := sheet.Guard(text); got != want {
			t.Errorf("Guard(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestUnguardUndoesGuard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("'=+-@\t\r\nA1区"))).Draw(t, "text")
		guarded := sheet.Guard(text)
		if guarded != "" && strings.ContainsAny(guarded[:1], "=+-@\t\r\n") {
			t.Fatalf("%q is not guarded", guarded)
		}
		if back := sheet.Unguard(guarded); back != text {
			t.Fatalf("%q came back as %q", text, back)
		}
	})
}

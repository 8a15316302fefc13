package pack_test

import (
	"fmt"
	"strings"
	"testing"

	"dealercert/internal/pack"
)

// Texts that nobody means well with are refused before they cost anything: each of them in no more than some hundredths
// of a second, which the whole table would take hours for if they reached the parser.
func TestHostileTexts(t *testing.T) {
	const length = 120_000
	fill := func(unit string) string { return strings.Repeat(unit, length/len(unit)) }
	var stairs strings.Builder
	for i := range 400 {
		fmt.Fprintf(&stairs, "%sa:\n", strings.Repeat(" ", i))
	}
	star := read(t, "blue-star.yaml")
	for _, row := range []struct {
		name, text, key string
		line            int
	}{
		{"brackets", "a: " + fill("["), "pack_too_deep", 1},
		{"braces", fill("{a: "), "pack_too_deep", 1},
		{"brackets over lines", "a: " + fill("[\n"), "pack_too_deep", 32},
		{"dashes", "a:\n" + fill("- ") + "x", "pack_too_deep", 2},
		{"questions", fill("? ") + "x", "pack_too_deep", 1},
		{"dashes and questions", fill("- ? ") + "x", "pack_too_deep", 1},
		{"stairs", stairs.String(), "pack_too_deep", 33},
		{"lines", fill("a:\n"), "pack_too_many_lines", 5001},
		{"documents", fill("---\na\n"), "pack_too_many_lines", 5001},
		{"ten megabytes", strings.Repeat("a", 10<<20), "pack_too_long", 1},
		{"anchors", strings.Replace(star, "name:\n", "name: &n\n", 1), "pack_not_plain", 5},
		{"laughs", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "pack_not_plain", 1},
		{"merged keys", star + "\n<<: {complete: true}\n", "pack_not_plain", 70},
		{"a tag", strings.Replace(star, "complete: true", "complete: !!bool true", 1), "pack_not_plain", 8},
		{"a key twice", star + "\nprogramme: other\n", "pack_key_twice", 70},
		{"binary", "PK\x03\x04" + star, "pack_encoding", 1},
		{"a zero", strings.Replace(star, "Sample", "Sam\x00ple", 1), "pack_encoding", 9},
		{"GB18030", "programme: x\nname: {zh: \xc2\xcc\xd0\xc7}\n", "pack_encoding", 2},
		{"UTF-16", "\xff\xfep\x00r\x00", "pack_encoding", 1},
		{"nothing", "", "pack_empty", 1},
		{"a comment", "# nothing\n", "pack_empty", 1},
		{"a list", "- a\n", "pack_shape", 1},
		{"words", "Dear colleague", "pack_shape", 1},
		{"not closed", "a: [", "pack_syntax", 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := pack.Parse("x", []byte(row.text))
			if fault := wantFault(t, err, row.key); fault.Args["line"] != row.line {
				t.Errorf("line %v, want %d", fault.Args["line"], row.line)
			}
		})
	}
}

// Editors add a mark before the text and end lines in their own way.
func TestTextsOfOtherEditors(t *testing.T) {
	star := read(t, "blue-star.yaml")
	want := parse(t, "x", star).Standard
	for name, text := range map[string]string{
		"a byte order mark": "\ufeff" + star, "lines of Windows": strings.ReplaceAll(star, "\n", "\r\n"), "no last line": strings.TrimSpace(star),
	} {
		got := parse(t, name, text).Standard
		if len(got.Requirements) != len(want.Requirements) || got.Requirements[0] != want.Requirements[0] || got.Name != want.Name {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Any text is read or refused, and never brings the program down.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"", "a: b", "- ? [", "programme: x\nlinks:\n  - {from: a, to: b, carry: until x}\n", "a: |\n  b\n", "? a\n: b", "%YAML 1.2\n---\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := pack.Parse("x", text)
		if err == nil && p.Standard.Programme == "" {
			t.Error("a pack without a programme was taken")
		}
	})
}

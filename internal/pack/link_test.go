package pack_test

import (
	"strings"
	"testing"

	"dealercert/internal/pack"
	"dealercert/internal/tracker"
)

// secondStar is the blue star's next version: BLS-02 gives way to BLS-12.
func secondStar(t *testing.T, links string) string {
	t.Helper()
	text := strings.NewReplacer(`"2023"`, `"2024"`, "effective_on: 2022-01-01", "effective_on: 2024-01-01", "code: BLS-02", "code: BLS-12").Replace(read(t, "blue-star.yaml"))
	return text + "\nlinks:\n" + links
}

func TestLinksAreRead(t *testing.T) {
	second := parse(t, "second", secondStar(t, "  - {from: BLS-02, to: BLS-12, carry: yes}\n"+
		"  - from: BLS-01\n    to: BLS-12\n    carry: {value: until 2024-06-30, basis: brand, cite: Sample of the maker}\n"+
		"  - {from: BLS-03, to: BLS-12, carry: no}\n"))
	want := []tracker.RequirementLink{
		{From: "BLS-02", To: "BLS-12", Carry: tracker.CarryYes},
		{From: "BLS-01", To: "BLS-12", Carry: tracker.CarryUntil, Until: day("2024-06-30")},
		{From: "BLS-03", To: "BLS-12", Carry: tracker.CarryNo},
	}
	if len(second.Standard.Links) != len(want) {
		t.Fatalf("links %+v", second.Standard.Links)
	}
	for i, got := range second.Standard.Links {
		if got != want[i] {
			t.Errorf("link %d: %+v, want %+v", i, got, want[i])
		}
	}
	if source := second.Standard.Sources["links.BLS-01.carry"]; source.Cite != "Sample of the maker" {
		t.Errorf("the day of the carry-over has the source %+v", source)
	}
	if _, err := pack.Rulebook(parse(t, "first", read(t, "blue-star.yaml")), second); err != nil {
		t.Error(err)
	}
}

func TestSlipsOfLinks(t *testing.T) {
	for _, row := range []struct{ name, links, key, at string }{
		{"to what is not there", "  - {from: BLS-02, to: BLS-99, carry: yes}\n", "pack_link_to", "links.BLS-02.to"},
		{"to itself", "  - {from: BLS-12, to: BLS-12, carry: yes}\n", "pack_link_self", "links.BLS-12.to"},
		{"twice", "  - {from: BLS-02, to: BLS-12, carry: yes}\n  - {from: BLS-02, to: BLS-12, carry: no}\n", "pack_link_twice", "links.BLS-02"},
		{"no carry", "  - {from: BLS-02, to: BLS-12}\n", "pack_missing", "links.BLS-02.carry"},
		{"another carry", "  - {from: BLS-02, to: BLS-12, carry: perhaps}\n", "pack_word", "links.BLS-02.carry"},
		{"until no day", "  - {from: BLS-02, to: BLS-12, carry: until June}\n", "pack_day", "links.BLS-02.carry"},
		{"no from", "  - {to: BLS-12, carry: yes}\n", "pack_missing", "links.1.from"},
		{"a key nobody knows", "  - {from: BLS-02, to: BLS-12, carry: yes, why: x}\n", "pack_key_unknown", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := pack.Parse("x", []byte(secondStar(t, row.links)))
			fault := wantFault(t, err, row.key)
			if at, _ := fault.Args["at"].(string); at != row.at {
				t.Errorf("at %q, want %q", at, row.at)
			}
		})
	}
}

func TestLinksToEarlierVersionsOnly(t *testing.T) {
	star := parse(t, "first", read(t, "blue-star.yaml"))
	for name, texts := range map[string][]pack.Pack{
		"no version before":          {parse(t, "x", secondStar(t, "  - {from: BLS-02, to: BLS-12, carry: yes}\n"))},
		"no such requirement before": {star, parse(t, "x", secondStar(t, "  - {from: BLS-77, to: BLS-12, carry: yes}\n"))},
		"a requirement of another programme": {star, parse(t, "law", embedded(t)["law 2024.1"].Text),
			parse(t, "x", secondStar(t, "  - {from: REG-02, to: BLS-12, carry: yes}\n"))},
		"a version that comes later": {parse(t, "x", strings.Replace(secondStar(t, "  - {from: BLS-02, to: BLS-12, carry: yes}\n"), "2024-01-01", "2021-01-01", 1)), star},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pack.Rulebook(texts...)
			wantFault(t, err, "pack_link_from")
		})
	}
}

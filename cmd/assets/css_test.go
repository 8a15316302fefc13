package main

import (
	"strings"
	"testing"
)

// oneLine parses, changes and prints a stylesheet on one line.
func oneLine(t *testing.T, css string, change func([]rule) []rule) string {
	t.Helper()
	rules, err := parseRules(css)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(printRules(change(rules)), "\n", "")
}

func TestKeepRules(t *testing.T) {
	keep := keepList{"btn", "btn-*", "m[te]-?"}
	for _, c := range []struct{ name, css, want string }{
		{"element", `a{color:red}`, `a{color:red}`},
		{"kept class", `.btn{color:red}`, `.btn{color:red}`},
		{"prefix", `.btn-primary:hover{color:red}`, `.btn-primary:hover{color:red}`},
		{"pattern", `.mt-3,.mt-lg-3,.mb-3{margin:0}`, `.mt-3{margin:0}`},
		{"other class", `.carousel{color:red}`, ``},
		{"part of a list", `.btn,.carousel .btn{color:red}`, `.btn{color:red}`},
		{"negated class", `.btn:not(.carousel, .x:hover){color:red}`, `.btn:not(.carousel, .x:hover){color:red}`},
		{"comma in a function", `:is(.btn,.carousel){color:red}`, ``},
		{"class in an attribute", `[href$=".png"]{color:red}`, `[href$=".png"]{color:red}`},
		{"attribute widget", `[data-vc=calendar]{color:red}`, ``},
		{"media", `@media print{.carousel{a:b}.btn{a:b}}`, `@media print{.btn{a:b}}`},
		{"empty media", `@media print{.carousel{a:b}}`, ``},
		{"braces in a string", `.btn::after{content:"}{"}a{b:c}`, `.btn::after{content:"}{"}a{b:c}`},
		{"data address", `.btn{background:url(data:image/svg+xml;x)}`, `.btn{background:url(data:image/svg+xml;x)}`},
		{"charset", `@charset "UTF-8";a{b:c}`, `a{b:c}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := oneLine(t, c.css, func(r []rule) []rule { return keepRules(r, keep) })
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestDropUnused(t *testing.T) {
	for _, c := range []struct{ name, css, want string }{
		{"unread variable", `:root{--a:1;--b:2}p{x:var(--b)}`, `:root{--b:2}p{x:var(--b)}`},
		{"read by an unread one", `:root{--a:1;--b:var(--a)}`, ``},
		{"fallback", `:root{--a:1;--b:2}p{x:var(--a,var(--b))}`, `:root{--a:1;--b:2}p{x:var(--a,var(--b))}`},
		{"unused frames", `@keyframes spin{to{x:y}}p{animation:fade 1s}@keyframes fade{to{x:y}}`, `p{animation:fade 1s}@keyframes fade{to{x:y}}`},
		{"empty rule", `p{}`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := oneLine(t, c.css, dropUnused); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestFollowSystemTheme(t *testing.T) {
	const media = `@media screen and (prefers-color-scheme:dark)`
	for _, c := range []struct{ name, css, want string }{
		{"light only", `:root{a:b}`, `:root{a:b}`},
		{"dark", `[data-bs-theme=dark]{a:b}`, `[data-bs-theme=dark]{a:b}` + media + `{:root:not([data-bs-theme]){a:b}}`},
		{"inside", `p,[data-bs-theme=dark] p{a:b}`, `p,[data-bs-theme=dark] p{a:b}` + media + `{:root:not([data-bs-theme]) p{a:b}}`},
		{"with root", `:root[data-bs-theme=dark] p{a:b}`, `:root[data-bs-theme=dark] p{a:b}` + media + `{:root:not([data-bs-theme]) p{a:b}}`},
		{"nested", `@media screen{[data-bs-theme=dark]{a:b}}`, `@media screen{[data-bs-theme=dark]{a:b}` + media + `{:root:not([data-bs-theme]){a:b}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := oneLine(t, c.css, followSystemTheme); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestParseRulesNamesBrokenStylesheets(t *testing.T) {
	for _, css := range []string{`a{b:c`, `a`, `}`, `@media print{a{b:c}`} {
		if rules, err := parseRules(css); err == nil {
			t.Errorf("%q was read as %v", css, rules)
		}
	}
}

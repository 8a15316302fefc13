package main

import (
	"regexp"
	"strings"
)

var (
	classInSelector = regexp.MustCompile(`\.((?:[\w-]|\\.)+)`)
	// negation is left out when a selector's classes are read: `.btn:not(.x)` concerns buttons also where nothing has x.
	negation   = regexp.MustCompile(`:not\([^()]*(?:\([^()]*\)[^()]*)*\)`)
	attributes = regexp.MustCompile(`\[[^\]]*\]`)
	variable   = regexp.MustCompile(`var\((--[\w-]+)`)
	frames     = regexp.MustCompile(`^@(?:-webkit-)?keyframes\s+([\w-]+)`)
)

// keepRules returns the rules, each with those of its selectors whose classes all stay.
func keepRules(rules []rule, keep keepList) []rule {
	var kept []rule
	for _, r := range rules {
		switch {
		case holdsRules(r.prelude):
			if r.children = keepRules(r.children, keep); len(r.children) > 0 {
				kept = append(kept, r)
			}
		case strings.HasPrefix(r.prelude, "@charset"):
			// The build writes its own.
		case strings.HasPrefix(r.prelude, "@"):
			kept = append(kept, r)
		default:
			if r.prelude = keepSelectors(r.prelude, keep); r.prelude != "" {
				kept = append(kept, r)
			}
		}
	}
	return kept
}

// keepSelectors returns the part of a selector list that concerns kept classes only.
func keepSelectors(list string, keep keepList) string {
	var kept []string
	for _, selector := range splitOutside(list, ',') {
		if concernsKept(selector, keep) {
			kept = append(kept, selector)
		}
	}
	return strings.Join(kept, ",")
}

// concernsKept reports whether one selector can match what our pages contain: no class that is left out, no widget of
// Tabler that is known by an attribute, no theme nested in another.
func concernsKept(selector string, keep keepList) bool {
	for _, foreign := range []string{"data-bs-navbar-theme", "[data-vc", "[class*=", "[class^=", "body[data-bs-theme", "[data-theme"} {
		if strings.Contains(selector, foreign) {
			return false
		}
	}
	plain := attributes.ReplaceAllString(negation.ReplaceAllString(selector, ""), "")
	for _, class := range classInSelector.FindAllStringSubmatch(plain, -1) {
		if !keep.has(class[1]) {
			return false
		}
	}
	return true
}

// dropUnused leaves out variables and key frames that nothing refers to, again and again until nothing more falls out.
func dropUnused(rules []rule) []rule {
	for {
		used := map[string]bool{}
		words := map[string]bool{}
		collectUses(rules, used, words)
		before := len(printRules(rules))
		rules = withoutUnused(rules, used, words)
		if len(printRules(rules)) == before {
			return rules
		}
	}
}

// collectUses notes every variable that a declaration reads, and every word of the animation declarations.
func collectUses(rules []rule, variables, animations map[string]bool) {
	for _, r := range rules {
		collectUses(r.children, variables, animations)
		for _, match := range variable.FindAllStringSubmatch(r.body, -1) {
			variables[match[1]] = true
		}
		for _, declaration := range splitOutside(r.body, ';') {
			if name, value, _ := strings.Cut(declaration, ":"); strings.Contains(name, "animation") {
				for _, word := range strings.FieldsFunc(value, func(c rune) bool { return c == ' ' || c == ',' }) {
					animations[word] = true
				}
			}
		}
	}
}

// withoutUnused removes what collectUses did not note.
func withoutUnused(rules []rule, variables, animations map[string]bool) []rule {
	var kept []rule
	for _, r := range rules {
		if match := frames.FindStringSubmatch(r.prelude); match != nil && !animations[match[1]] {
			continue
		}
		if holdsRules(r.prelude) {
			r.children = withoutUnused(r.children, variables, animations)
			if len(r.children) == 0 {
				continue
			}
		} else if !strings.HasPrefix(r.prelude, "@") {
			if r.body = usedDeclarations(r.body, variables); r.body == "" {
				continue
			}
		}
		kept = append(kept, r)
	}
	return kept
}

// usedDeclarations returns declarations without those of variables that nothing reads.
func usedDeclarations(body string, variables map[string]bool) string {
	var kept []string
	for _, declaration := range splitOutside(body, ';') {
		name, _, _ := strings.Cut(declaration, ":")
		if declaration == "" || strings.HasPrefix(name, "--") && !variables[name] {
			continue
		}
		kept = append(kept, declaration)
	}
	return strings.Join(kept, ";")
}

// darkTheme is how a selector says that the reader chose the dark theme.
const darkTheme = "[data-bs-theme=dark]"

// followSystemTheme adds, after each rule for the dark theme, the same rule for a page without a chosen theme on a dark
// system. Pages are thus dark without a script and without a cookie; paper stays white.
func followSystemTheme(rules []rule) []rule {
	var all []rule
	for _, r := range rules {
		r.children = followSystemTheme(r.children)
		all = append(all, r)
		if strings.HasPrefix(r.prelude, "@") {
			continue
		}
		var selectors []string
		for _, selector := range splitOutside(r.prelude, ',') {
			if strings.Contains(selector, darkTheme) {
				unchosen := strings.Replace(selector, ":root"+darkTheme, darkTheme, 1)
				selectors = append(selectors, strings.Replace(unchosen, darkTheme, ":root:not([data-bs-theme])", 1))
			}
		}
		if len(selectors) > 0 {
			copied := rule{prelude: strings.Join(selectors, ","), body: r.body}
			all = append(all, rule{prelude: "@media screen and (prefers-color-scheme:dark)", children: []rule{copied}})
		}
	}
	return all
}

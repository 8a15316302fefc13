package main

import (
	"fmt"
	"strings"
)

// rule is one rule of a stylesheet: a selector or an at-rule in prelude, and either declarations in body or, for at-rules
// such as @media, rules in children. An at-rule without a block has neither.
type rule struct {
	prelude  string
	body     string
	children []rule
}

// parseRules reads a stylesheet that has no comments and no nested style rules.
func parseRules(css string) ([]rule, error) {
	var rules []rule
	for css = strings.TrimSpace(css); css != ""; css = strings.TrimSpace(css) {
		end := indexOutside(css, "{;}")
		if end < 0 {
			return nil, fmt.Errorf("stylesheet ends inside %.40q", css)
		}
		if css[end] == '}' {
			return nil, fmt.Errorf("unexpected } after %.40q", css[:end])
		}
		prelude := strings.TrimSpace(css[:end])
		if css[end] == ';' {
			rules = append(rules, rule{prelude: prelude})
			css = css[end+1:]
			continue
		}
		length := blockLength(css[end:])
		if length < 0 {
			return nil, fmt.Errorf("no end for the block of %.40q", prelude)
		}
		r := rule{prelude: prelude, body: css[end+1 : end+length-1]}
		if holdsRules(prelude) {
			children, err := parseRules(r.body)
			if err != nil {
				return nil, err
			}
			r.body, r.children = "", children
		}
		rules = append(rules, r)
		css = css[end+length:]
	}
	return rules, nil
}

// holdsRules reports whether the block of an at-rule contains style rules, rather than declarations or key frames.
func holdsRules(prelude string) bool {
	for _, name := range []string{"@media", "@supports", "@layer", "@container"} {
		if strings.HasPrefix(prelude, name) {
			return true
		}
	}
	return false
}

// blockLength returns the length of the {…} that css begins with, or -1 when it does not end.
func blockLength(css string) int {
	depth := 0
	for at := 0; ; {
		next := indexOutside(css[at:], "{}")
		if next < 0 {
			return -1
		}
		at += next
		if css[at] == '{' {
			depth++
		} else {
			depth--
		}
		at++
		if depth == 0 {
			return at
		}
	}
}

// indexOutside returns the place of the first of the characters in any that stands outside strings, parentheses and
// brackets, or -1.
func indexOutside(css, any string) int {
	depth := 0
	var quote byte
	for i := 0; i < len(css); i++ {
		c := css[i]
		switch {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case depth == 0 && strings.IndexByte(any, c) >= 0:
			return i
		}
	}
	return -1
}

// splitOutside cuts css at every sep that stands outside strings, parentheses and brackets.
func splitOutside(css string, sep byte) []string {
	var parts []string
	for {
		at := indexOutside(css, string(sep))
		if at < 0 {
			return append(parts, strings.TrimSpace(css))
		}
		parts = append(parts, strings.TrimSpace(css[:at]))
		css = css[at+1:]
	}
}

// printRules writes rules as a stylesheet.
func printRules(rules []rule) string {
	var b strings.Builder
	for _, r := range rules {
		b.WriteString(r.prelude)
		switch {
		case holdsRules(r.prelude):
			b.WriteString("{" + printRules(r.children) + "}")
		case r.body == "":
			b.WriteString(";")
		default:
			b.WriteString("{" + r.body + "}")
		}
		b.WriteString("\n")
	}
	return b.String()
}

package main

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	svgOpen  = regexp.MustCompile(`(?s)^.*?<svg[^>]*>`)
	svgClose = regexp.MustCompile(`</svg>\s*$`)
	// emptyPath is the invisible frame that every Tabler icon draws first.
	emptyPath  = regexp.MustCompile(`<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>`)
	whitespace = regexp.MustCompile(`\s*\n\s*`)
)

// buildSprite makes one SVG file with a <symbol> for each line of icons.txt. Symbols leave stroke and fill to the
// stylesheet's class dc-icon, except filled ones, which say so themselves.
func buildSprite(src string) ([]byte, error) {
	file, err := os.Open(filepath.Join(src, "icons.txt"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	seen := map[string]bool{}
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, source := iconLine(line)
		if seen[name] {
			return nil, fmt.Errorf("%q occurs twice in icons.txt", name)
		}
		seen[name] = true
		symbol, err := iconSymbol(src, name, source)
		if err != nil {
			return nil, err
		}
		b.WriteString(symbol)
	}
	b.WriteString("</svg>\n")
	return []byte(b.String()), lines.Err()
}

// iconLine splits `name = source`; a bare name is its own source.
func iconLine(line string) (name, source string) {
	name, source, found := strings.Cut(line, "=")
	name = strings.TrimSpace(name)
	if !found {
		return name, name
	}
	return name, strings.TrimSpace(source)
}

// iconSymbol reads the drawing that source names and returns it as a <symbol>.
func iconSymbol(src, name, source string) (string, error) {
	folder := filepath.Join(src, "node_modules", "@tabler", "icons", "icons", "outline")
	paint := ""
	if own, ok := strings.CutPrefix(source, "own/"); ok {
		folder, source = filepath.Join(src, "src", "icons"), own
	} else if filled, ok := strings.CutPrefix(source, "filled/"); ok {
		folder, source = filepath.Join(filepath.Dir(folder), "filled"), filled
		paint = ` fill="currentColor" stroke="none"`
	}
	data, err := os.ReadFile(filepath.Join(folder, source+".svg"))
	if err != nil {
		return "", fmt.Errorf("icon %q: %w", name, err)
	}
	if err := xml.Unmarshal(data, new(struct{})); err != nil {
		return "", fmt.Errorf("icon %q: %w", name, err)
	}
	body := svgClose.ReplaceAllString(svgOpen.ReplaceAllString(string(data), ""), "")
	body = whitespace.ReplaceAllString(emptyPath.ReplaceAllString(body, ""), "")
	return fmt.Sprintf(`<symbol id="%s" viewBox="0 0 24 24"%s>%s</symbol>`, name, paint, body), nil
}

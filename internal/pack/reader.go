package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"dealercert/internal/tracker"
)

// reader turns a document into a standard and notes the first thing that is wrong.
type reader struct {
	file  string
	root  ast.Node
	doc   document
	out   tracker.Standard
	fault *tracker.Error
}

// place is a spot in a pack: the path by which its line is found, and the name by which readers know it
// (requirements.BMI-B02.weight).
type place struct {
	path string
	name string
}

// key gives the place of a key below.
func (p place) key(key string) place { return place{p.path + "." + key, p.name + "." + key} }

// top gives the place of a key of the pack itself.
func top(key string) place { return place{"$." + key, key} }

// item gives the place of a list's item, known by its code once it has one.
func item(list string, index int, code scalar) place {
	name := string(code)
	if name == "" {
		name = strconv.Itoa(index + 1)
	}
	return place{fmt.Sprintf("$.%s[%d]", list, index), list + "." + name}
}

// fail notes what is wrong at a place, unless something was wrong before it.
func (r *reader) fail(at place, key string, args ...any) {
	if r.fault != nil {
		return
	}
	args = append([]any{"file", r.file, "line", r.line(at.path), "at", at.name}, args...)
	r.fault = tracker.Fault(tracker.Invalid, key, args...)
}

// line gives the line of a path or, where the pack has nothing there, of the nearest thing around it.
func (r *reader) line(path string) int {
	for path != "" {
		if p, err := yaml.PathString(path); err == nil {
			if node, err := p.FilterNode(r.root); err == nil && node != nil {
				return lineOf(node)
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return lineOf(r.root)
}

// codes are letters and digits in parts, so that they need no quoting in addresses and files.
var codes = regexp.MustCompile(`^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$`)

// code reads a code, which must be given.
func (r *reader) code(at place, given scalar) string {
	switch {
	case given == "":
		r.fail(at, "pack_missing")
	case !codes.MatchString(string(given)):
		r.fail(at, "pack_code", "value", string(given))
	}
	return string(given)
}

// words reads a text, which must be given in both languages.
func (r *reader) words(at place, given text) tracker.Text {
	out := tracker.Text{En: strings.TrimSpace(string(given.En)), Zh: strings.TrimSpace(string(given.Zh))}
	switch {
	case out.En == "" && out.Zh == "":
		r.fail(at, "pack_missing")
	case out.En == "":
		r.fail(at, "pack_language", "language", "en")
	case out.Zh == "":
		r.fail(at, "pack_language", "language", "zh")
	}
	return out
}

// one reads one of several known words, which must be given.
func one[T ~string](r *reader, at place, given scalar, known ...T) T {
	switch {
	case given == "":
		r.fail(at, "pack_missing", "known", listed(known))
	case !slices.Contains(known, T(given)):
		r.fail(at, "pack_word", "value", string(given), "known", listed(known))
	}
	return T(given)
}

func listed[T ~string](known []T) string {
	out := make([]string, len(known))
	for i, k := range known {
		out[i] = string(k)
	}
	return strings.Join(out, ", ")
}

// bounds are the least and the most that a number can sensibly be; they catch slips of the pen and judge nobody.
type bounds struct{ least, most int }

const (
	century         = 100 // years
	monthsOfCentury = century * 12
	daysOfCentury   = century * 365
	manyPeople      = 1000
	whole           = 100 // per cent, and a whole checklist's weight
)

var (
	someMonths = bounds{1, monthsOfCentury}
	anyDays    = bounds{0, daysOfCentury}
	somePeople = bounds{1, manyPeople}
	someShare  = bounds{1, whole}
)

// number reads a whole number; one that is not given is 0.
func (r *reader) number(at place, given number, within bounds, around *source) int {
	if !given.given {
		return 0
	}
	value, err := strconv.Atoi(string(given.value))
	switch {
	case given.value == "":
		r.fail(at, "pack_missing")
	case err != nil:
		r.fail(at, "pack_number", "value", string(given.value))
	case value < within.least || value > within.most:
		r.fail(at, "pack_range", "value", value, "least", within.least, "most", within.most)
	}
	r.cite(at, given, around)
	return value
}

// day reads a day; one that is not given is the zero Date.
func (r *reader) day(at place, given number, around *source) tracker.Date {
	if !given.given {
		return 0
	}
	day, err := tracker.ParseDate(string(given.value))
	switch {
	case given.value == "":
		r.fail(at, "pack_missing")
	case err != nil:
		r.fail(at, "pack_day", "value", string(given.value))
	}
	r.cite(at, given, around)
	return day
}

// cite notes where a number comes from: its own source, else that of its item, else the pack's.
func (r *reader) cite(at place, given number, around *source) {
	own := given.source
	if own != nil && *own == (source{}) {
		own = nil
	}
	found := r.provenance(at, own, around)
	if found.Cite == "" {
		r.fail(at, "pack_source")
	}
	r.out.Sources[at.name] = found
}

// provenance gives the first of the sources that is there, else the pack's, else none.
func (r *reader) provenance(at place, sources ...*source) tracker.Provenance {
	for _, s := range append(sources, r.doc.Source) {
		if s == nil {
			continue
		}
		basis := one(r, at.key("basis"), s.Basis, tracker.BasisLaw, tracker.BasisBrand, tracker.BasisAssumption)
		cite := strings.TrimSpace(string(s.Cite))
		if cite == "" {
			r.fail(at.key("cite"), "pack_missing")
		}
		return tracker.Provenance{Basis: basis, Cite: cite}
	}
	return tracker.Provenance{}
}

// sourceOf gives the source that stands for a whole item: its own, else that of its number that says most.
func (r *reader) sourceOf(at place, own *source, numbers ...place) tracker.Provenance {
	if own != nil {
		return r.provenance(at.key("source"), own)
	}
	for _, n := range numbers {
		if found, cited := r.out.Sources[n.name]; cited {
			return found
		}
	}
	found := r.provenance(at)
	if found.Cite == "" {
		r.fail(at, "pack_source")
	}
	return found
}

// unique notes codes that come twice in a list.
func (r *reader) unique(list string, count int, code func(int) scalar) {
	seen := map[scalar]bool{}
	for i := range count {
		if c := code(i); c != "" && seen[c] {
			r.fail(item(list, i, c).key("code"), "pack_twice", "value", string(c))
		} else {
			seen[c] = true
		}
	}
}

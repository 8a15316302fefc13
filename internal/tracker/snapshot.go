package tracker

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Question says the answer to what a snapshot has frozen.
type Question string

// The questions.
const (
	QuestionFigures     Question = "figures"     // the figures of the report, of a day or of a period
	QuestionDealerships Question = "dealerships" // how many dealerships a list shows
	QuestionPeople      Question = "people"      // how many people a list shows
)

// Questions lists them.
var Questions = []Question{QuestionFigures, QuestionDealerships, QuestionPeople}

// Snapshot is an answer frozen with all that is needed to ask the same again: the question, the day, the moment of
// knowledge, what it covers, and what each word meant. It is never changed.
type Snapshot struct {
	ID         string
	Question   Question
	Name       Text
	Definition Text
	Asked      string   // of a list: its query, as in an address
	Regions    []string // codes of those it is about; none: the whole network
	Covers     []string // codes of the dealerships it counts; none: every one
	From       Date     // the beginning of a period; zero for a single day
	On         Date
	KnownAt    Moment
	MadeAt     Moment
	MadeBy     string // login
	Figures    []Figure
	Words      []Word // what the figures' words meant
}

// Figure is one number of a snapshot.
type Figure struct {
	Place  string // code of a region; empty: all that the snapshot covers
	Key    string
	Before int // on the first day of a period; 0 for a single day
	Value  int
}

// Word is a word with what it meant.
type Word struct {
	Key     string
	Meaning Text
}

// snapshotFormat is the first line of a snapshot's text; another format would begin otherwise.
const snapshotFormat = "dealercert snapshot 1"

// A snapshot's text has one line for each thing, its parts separated by tabs.
var (
	snapshotEscapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)
	snapshotPlain   = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n", `\r`, "\r")
)

// Text writes the snapshot in its canonical form: equal snapshots give equal bytes.
func (s Snapshot) Text() string {
	var out strings.Builder
	out.WriteString(snapshotFormat + "\n")
	line := func(parts ...string) {
		for i, part := range parts {
			if i > 0 {
				out.WriteByte('\t')
			}
			out.WriteString(snapshotEscapes.Replace(part))
		}
		out.WriteByte('\n')
	}
	line("id", s.ID)
	line("question", string(s.Question))
	line("name", s.Name.En, s.Name.Zh)
	line("definition", s.Definition.En, s.Definition.Zh)
	line("asked", s.Asked)
	line("regions", strings.Join(s.Regions, " "))
	line("covers", strings.Join(s.Covers, " "))
	line("from", s.From.String())
	line("on", s.On.String())
	line("known_at", s.KnownAt.String())
	line("made_at", s.MadeAt.String())
	line("made_by", s.MadeBy)
	for _, f := range s.Figures {
		line("figure", f.Place, f.Key, strconv.Itoa(f.Before), strconv.Itoa(f.Value))
	}
	for _, w := range s.Words {
		line("word", w.Key, w.Meaning.En, w.Meaning.Zh)
	}
	return out.String()
}

// ParseSnapshot reads a canonical text. Any other text is an error: what it gives, written again, is the same text.
func ParseSnapshot(text string) (Snapshot, error) {
	var s Snapshot
	var failed error
	first, rest, _ := strings.Cut(text, "\n")
	if first != snapshotFormat {
		return s, fmt.Errorf("snapshot: %q is no known format", first)
	}
	for line := range strings.Lines(rest) {
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for i, part := range parts {
			parts[i] = snapshotPlain.Replace(part)
		}
		failed = cmp.Or(failed, s.take(parts))
	}
	if failed == nil && s.Text() != text {
		failed = fmt.Errorf("snapshot %s: the text is not canonical", s.ID)
	}
	return s, failed
}

// take reads one line of a text: what it is, and its parts one after the other.
func (s *Snapshot) take(parts []string) error {
	var failed error
	next := func() (part string) {
		if len(parts) > 0 {
			part, parts = parts[0], parts[1:]
		}
		return part
	}
	day := func() (d Date) {
		if text := next(); text != "" {
			d, failed = ParseDate(text)
		}
		return d
	}
	moment := func() Moment {
		at, err := time.Parse(time.RFC3339Nano, next())
		failed = err
		return MomentOf(at)
	}
	number := func() int {
		n, err := strconv.Atoi(next())
		failed = cmp.Or(failed, err)
		return n
	}
	switch line := next(); line {
	case "id":
		s.ID = next()
	case "question":
		s.Question = Question(next())
	case "name":
		s.Name = Text{next(), next()}
	case "definition":
		s.Definition = Text{next(), next()}
	case "asked":
		s.Asked = next()
	case "regions":
		s.Regions = strings.Fields(next())
	case "covers":
		s.Covers = strings.Fields(next())
	case "from":
		s.From = day()
	case "on":
		s.On = day()
	case "known_at":
		s.KnownAt = moment()
	case "made_at":
		s.MadeAt = moment()
	case "made_by":
		s.MadeBy = next()
	case "figure":
		s.Figures = append(s.Figures, Figure{next(), next(), number(), number()})
	case "word":
		s.Words = append(s.Words, Word{next(), Text{next(), next()}})
	default:
		return fmt.Errorf("snapshot: nothing is named %q", line)
	}
	return failed
}

// Period tells whether the snapshot compares the end of a period with its beginning.
func (s Snapshot) Period() bool { return s.From != 0 }

// Change is by how much a figure differs between the beginning and the end of a period.
func (f Figure) Change() int { return f.Value - f.Before }

package app

import (
	"fmt"
	"slices"

	"dealercert/internal/tracker"
)

// maxNotes bounds how many notes an import lists.
const maxNotes = 1000

// madeOf is a certificate that a row brings in.
type madeOf struct {
	line *qualificationLine
	fact tracker.Qualification
}

// notes tells of each certificate that came in what stands against it. A table may tell the truth nevertheless, and may
// bring in what is missing another time, so that nothing is refused.
func (j *qualificationImport) notes() error {
	ids := make([]tracker.PersonID, 0, len(j.made))
	for id := range j.made {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	histories, err := j.tx.PersonHistories(ids)
	if err != nil {
		return err
	}
	for _, h := range histories {
		j.notesOf(h, j.made[h.Person])
	}
	clear(j.made)
	return nil
}

// notesOf looks at the certificates that came in for one person, all of them together.
func (j *qualificationImport) notesOf(h tracker.PersonHistory, made []madeOf) {
	for i, m := range made {
		same := func(q tracker.Qualification) bool {
			return q.Type == m.fact.Type && q.Generation == m.fact.Generation && q.IssuedOn == m.fact.IssuedOn
		}
		if at := slices.IndexFunc(h.Qualifications, same); at >= 0 { // it is written already
			made[i].fact.Head = h.Qualifications[at].Head
			continue
		}
		made[i].fact.Chain = tracker.FactID(fmt.Sprintf("new-%d", i))
		h.Qualifications = append(h.Qualifications, made[i].fact)
	}
	for _, m := range made {
		for _, c := range h.Concerns(j.rules, m.fact) {
			j.note(m.line, c)
		}
	}
}

func (j *qualificationImport) note(line *qualificationLine, c tracker.Concern) {
	if len(j.report.Notes) == maxNotes {
		j.report.NotesLeftOut++
		return
	}
	n := RowError{Sheet: line.Sheet, Row: line.Number, order: line.Order()}
	switch c.Kind {
	case tracker.ConcernTooLong:
		n.Column, n.Key, n.Args = "expires_on", "note_too_long", map[string]any{"day": c.Last}
	default:
		what := string(c.Missing.Type)
		if c.Missing.Generation != "" {
			what += " " + string(c.Missing.Generation)
		}
		n.Column, n.Key, n.Args = "type", "note_prerequisite", map[string]any{"what": what, "day": c.On}
	}
	n.Value = shown(line.cell(n.Column))
	j.report.Notes = append(j.report.Notes, n)
}

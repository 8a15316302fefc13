package server

import (
	"slices"

	"dealercert/internal/tracker"
)

// rungView is a rung in words.
type rungView struct {
	tracker.Rung
	Name  string // of the type, with the generation
	Look  string // ok, soon, lost or none
	Icon  string
	Short string   // the word with its day
	Step  string   // what to do next; empty: nothing
	Notes []string // what is missing, what is lost and when
}

// rungLooks gives each word its colour and sign, the same everywhere.
var rungLooks = map[tracker.RungWord][2]string{
	tracker.RungValid: {"ok", "holds"}, tracker.RungReviewWindow: {"soon", "calendar-due"}, tracker.RungExpiring: {"soon", "clock"},
	tracker.RungIncluded: {"ok", "holds"}, tracker.RungSuperseded: {"none", "arrow-up"}, tracker.RungBridgeable: {"soon", "transfer"},
	tracker.RungDormant: {"lost", "hourglass"}, tracker.RungLapsed: {"lost", "fails"}, tracker.RungMissing: {"none", "minus"},
}

// rungView puts a rung into words.
func (v *visit) rungView(r tracker.Rung) rungView {
	look := rungLooks[r.Word]
	out := rungView{Rung: r, Name: v.typeName(r.Type.Code, r.Type.Name), Look: look[0], Icon: look[1], Short: v.rungShort(&r)}
	if r.Generation != "" {
		out.Name += " " + string(r.Generation)
	}
	for _, m := range r.Missing {
		out.Notes = append(out.Notes, v.missing(m))
	}
	if r.SleepsFrom != 0 {
		out.Notes = append(out.Notes, v.say("ladder.sleeps", "day", longDate(v.lang, r.SleepsFrom)))
	}
	if text := v.bridgeNote(&r); text != "" {
		out.Notes = append(out.Notes, text)
	}
	if r.Path != "" {
		out.Step = v.rungStep(&r)
	}
	return out
}

// rungShort says a rung's word with the day that goes with it.
func (v *visit) rungShort(r *tracker.Rung) string {
	day := r.Last
	switch r.Word {
	case tracker.RungDormant, tracker.RungLapsed:
		day = r.Since
	case tracker.RungBridgeable:
		day = r.Bridge.Until
	}
	if day == 0 {
		return v.say("ladder.short_" + string(r.Word))
	}
	return v.say("ladder.short_"+string(r.Word)+"_day", "day", shortDate(v.lang, day))
}

// missing says which prerequisite does not hold, and since when.
func (v *visit) missing(m tracker.Missing) string {
	name := v.qualificationName(m.Type, m.Generation)
	switch {
	case m.Generations > 1:
		return v.say("ladder.missing_several", "what", name, "have", m.Have, "need", m.Generations)
	case m.Since != 0:
		return v.say("ladder.missing_since", "what", name, "day", shortDate(v.lang, m.Since))
	default:
		return v.say("ladder.missing", "what", name)
	}
}

// qualificationName names a type and generation that somebody else than a pack speaks of.
func (v *visit) qualificationName(code tracker.QualificationCode, generation tracker.Generation) string {
	name := string(code)
	if v.types == nil {
		if rules, err := v.server.app.Rulebook(v.Request.Context()); err == nil {
			v.types = rules.QualificationTypes(v.on)
		}
	}
	if at := slices.IndexFunc(v.types, func(t tracker.QualificationType) bool { return t.Code == code }); at >= 0 {
		name = v.typeName(code, v.types[at].Name)
	}
	if generation != "" {
		name += " " + string(generation)
	}
	return name
}

// bridgeNote says until when the short way is open to what is not held, or that it has closed.
func (v *visit) bridgeNote(r *tracker.Rung) string {
	args := []any{"from", string(r.Bridge.From), "hours", r.Type.BridgeHours, "days", r.Type.ClassroomDays}
	switch {
	case r.Cliff() && r.Bridge.Until == 0:
		return v.say("ladder.bridge_open", args...)
	case r.Cliff():
		return v.say("ladder.bridge_until", append(args, "day", longDate(v.lang, r.Bridge.Until))...)
	case r.Bridge.Closed != 0 && !r.Word.Counts():
		return v.say("ladder.bridge_closed", append(args, "day", shortDate(v.lang, r.Bridge.Closed))...)
	default:
		return ""
	}
}

// rungStep says what comes next: first what is missing, then the way itself.
func (v *visit) rungStep(r *tracker.Rung) string {
	if len(r.Missing) > 0 && (r.Path == tracker.PathBridge || r.Path == tracker.PathClassroom) {
		return v.say("ladder.step_first", "what", v.qualificationName(r.Missing[0].Type, r.Missing[0].Generation))
	}
	if r.Path == tracker.PathClassroom && r.Type.ClassroomDays > 0 {
		return v.say("ladder.step_classroom_days", "count", r.Type.ClassroomDays)
	}
	return v.say("ladder.step_"+string(r.Path), "hours", r.Type.BridgeHours)
}

// deadlineView is one of a certificate's clocks in words.
type deadlineView struct {
	tracker.Deadline
	Name  string // of the certificate
	Stage tracker.Stage
	Look  string
	Left  int // days from the day shown through the last one
}

// deadlineLooks gives each stage its colour.
var deadlineLooks = map[tracker.Stage]string{
	tracker.StageAhead: "ok", tracker.StageOpen: "soon", tracker.StageTight: "lost", tracker.StageMissed: "lost",
}

// permitClocks gives the clocks of what is reviewed by an authority: those of a permit, whether they were kept or not.
func (v *visit) permitClocks(l tracker.Ladder) []deadlineView {
	var out []deadlineView
	for _, r := range l.Rungs {
		if r.Held == nil || r.Type.ApplicationWindow == 0 {
			continue
		}
		for _, d := range r.Held.Deadlines() {
			stage := d.Stage(l.On)
			out = append(out, deadlineView{d, v.typeName(r.Type.Code, r.Type.Name), stage, deadlineLooks[stage], int(d.Last - l.On)})
		}
	}
	return out
}

// ladderRow is a type of qualification with its rungs, one for each generation.
type ladderRow struct {
	Type  tracker.QualificationType
	Name  string
	Cells []rungView
	Span  int // columns that the one cell of a type without generations takes
}

// ladderRows arranges a ladder: the highest level first, as one climbs, and what stands beside it below.
func (v *visit) ladderRows(l tracker.Ladder) []ladderRow {
	var out []ladderRow
	for _, r := range l.Rungs {
		if n := len(out); n == 0 || out[n-1].Type.Code != r.Type.Code {
			row := ladderRow{Type: r.Type, Name: v.typeName(r.Type.Code, r.Type.Name), Span: 1}
			if !r.Type.HasGeneration {
				row.Span = max(len(l.Generations), 1)
			}
			out = append(out, row)
		}
		last := &out[len(out)-1]
		last.Cells = append(last.Cells, v.rungView(r))
	}
	slices.Reverse(out)
	return out
}

// legendView is one word of a legend.
type legendView struct{ Word, Look, Icon string }

// rungLegend lists the words with their looks.
func rungLegend() []legendView {
	out := make([]legendView, len(tracker.RungWords))
	for i, w := range tracker.RungWords {
		out[i] = legendView{string(w), rungLooks[w][0], rungLooks[w][1]}
	}
	return out
}

// concern says what stands against a certificate or a booking.
func (v *visit) concern(c tracker.Concern) string {
	on := longDate(v.lang, c.On)
	switch c.Kind {
	case tracker.ConcernPrerequisite:
		return v.say("concern.prerequisite", "on", on, "what", v.missing(c.Missing))
	case tracker.ConcernTooLong:
		return v.say("concern.too_long", "day", longDate(v.lang, c.Last))
	case tracker.ConcernBridgeClosed:
		if c.Since == 0 {
			return v.say("concern.bridge_never", "from", string(c.From))
		}
		return v.say("concern.bridge_closed", "from", string(c.From), "day", longDate(v.lang, c.Since))
	default:
		return v.say("concern." + string(c.Kind))
	}
}

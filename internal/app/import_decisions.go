package app

import (
	"cmp"
	"errors"
	"slices"

	"dealercert/internal/tracker"
)

// decisionImport takes in decisions. Those of one dealership are folded together, whatever their order in the file, and
// one that the state of its day does not allow is an error.
type decisionImport struct {
	*importJob
	programmes []tracker.ProgrammeCode
}

// decisionLine is a row that says something new.
type decisionLine struct {
	*importRow
	present *tracker.Decision // what it corrects; nil: nothing
	next    tracker.Decision
}

func (j *decisionImport) grouped() string { return "dealership" }

func (j *decisionImport) key(row *importRow) []string {
	if row.cell("dealership") == "" {
		return nil
	}
	key := []string{row.cell("dealership"), row.cell("programme"), row.cell("effective_on"), row.cell("decision")}
	for _, column := range []string{"requirement", "model"} {
		if about := row.cell(column); about != "" {
			key = append(key, about)
		}
	}
	return key
}

func (j *decisionImport) begin() error {
	for _, code := range j.rules.Programmes() {
		if standard := j.rules.Versions(code)[0]; len(standard.Cycle().Decisions) > 0 {
			j.programmes = append(j.programmes, code)
		}
	}
	return nil
}

func (j *decisionImport) settle(groups [][]*importRow) error {
	dealerships, cases, err := j.cases(groups)
	if err != nil {
		return err
	}
	for _, group := range groups {
		dealership, known := dealerships[group[0].cell("dealership")]
		history := cases[dealership.ID]
		if history == nil {
			history = &tracker.History{}
		}
		var lines []*decisionLine
		for _, row := range group {
			if row.Faulty {
				continue
			}
			if !known {
				if err := j.unknownDealership(row); err != nil {
					return err
				}
			}
			if j.beside(row, history) {
				continue
			}
			if line := j.check(row, history); line != nil && row.right() {
				lines = append(lines, line)
			}
		}
		if len(lines) > 0 {
			j.decide(lines, *history)
		}
	}
	return nil
}

// check looks at a row by itself and at the decision that it names; nil when it says nothing new.
func (j *decisionImport) check(row *importRow, history *tracker.History) *decisionLine {
	programme := word(row, "programme", "unknown_programme", j.programmes, nil)
	if programme == "" {
		return nil
	}
	kinds := j.rules.Versions(programme)[0].Cycle().Kinds()
	line := &decisionLine{importRow: row, next: tracker.Decision{
		Dealership: history.Dealership, Programme: programme, Decided: word(row, "decision", "unknown_decision", kinds, nil),
	}}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	line.next.EffectiveOn = day(fault, "effective_on", row.cell("effective_on"), required)
	until := day(fault, "valid_until", row.cell("valid_until"), optional)
	reason := clean(fault, "reason", row.cell("reason"), longText)
	line.next.Subject = clean(fault, "model", row.cell("model"), shortText)
	if line.find(history.Decisions); line.present != nil {
		line.next = *line.present
	}
	if row.has("valid_until") {
		line.next.ValidUntil = until
	}
	if row.has("reason") && reason != reasonOf(line.next) {
		line.next.Grounds = reason
		if line.next.Decided == tracker.CertifyWithConditions {
			line.next.Conditions = reason
		}
	}
	line.audit(fault)
	if line.present != nil && line.next == *line.present && len(fault.Fields) == 0 {
		return nil
	}
	if len(fault.Fields) == 0 && line.next.Decided != "" {
		j.byStandard(fault, line)
	}
	row.addFaults(fault)
	return line
}

// audit reads what only some decisions say; a column that the file lacks changes nothing.
func (l *decisionLine) audit(fault *tracker.Error) {
	if l.has("due_on") {
		l.next.DueOn = day(fault, "due_on", l.cell("due_on"), optional)
	}
	if l.has("score") {
		l.next.Score = tenths(fault, "score", l.cell("score"))
	}
	if l.has("vetoes") {
		l.next.Vetoes = whole(fault, "vetoes", l.cell("vetoes"))
	}
	if l.has("auditor") {
		l.next.Auditor = clean(fault, "auditor", l.cell("auditor"), shortText)
	}
	if l.has("signed") {
		l.next.Signed = clean(fault, "signed", l.cell("signed"), shortText)
	}
}

// byStandard checks a decision by the standard of its day. A correction stays under the standard it was decided by.
func (j *decisionImport) byStandard(fault *tracker.Error, line *decisionLine) {
	named := line.next.Standard
	checkDecision(fault, j.rules, &line.next)
	var misfit *tracker.Error
	if errors.As(j.rules.Suits(line.next), &misfit) {
		fault.Fields = append(fault.Fields, misfit.Fields...)
	}
	if named != "" {
		line.next.Standard = named
	}
	for i := range fault.Fields { // in a table the reason says what the conditions are
		if fault.Fields[i].Field == "conditions" {
			fault.Fields[i].Field = "reason"
		}
	}
}

// find finds the decision that the row's key names; of several the one recorded last.
func (l *decisionLine) find(list []tracker.Decision) {
	for i := range list {
		d := &list[i]
		if d.Programme == l.next.Programme && d.Subject == l.next.Subject && d.Decided == l.next.Decided && d.EffectiveOn == l.next.EffectiveOn &&
			(l.present == nil || d.Chain > l.present.Chain) {
			l.present = d
		}
	}
}

// reasonOf gives what a table says about why something was decided: the grounds, else the conditions.
func reasonOf(d tracker.Decision) string { return orElse(d.Grounds, d.Conditions) }

// decide folds the new and changed decisions of one dealership with those that are recorded, and records what stands.
func (j *decisionImport) decide(lines []*decisionLine, history tracker.History) {
	lines = slices.DeleteFunc(lines, func(line *decisionLine) bool { return !j.guarded(line, history) })
	before := history.Timeline(j.rules).Skipped
	skipped := j.fold(lines, history)
	for _, order := range []func(a, b *decisionLine) int{j.byLife, func(a, b *decisionLine) int { return -j.byLife(a, b) }} {
		if len(skipped) == len(before) {
			break
		}
		other := slices.Clone(lines)
		slices.SortStableFunc(other, order)
		if s := j.fold(other, history); len(s) < len(skipped) {
			lines, skipped = other, s
		}
	}
	j.refuse(lines, newlySkipped(before, skipped))
	for _, line := range lines {
		switch {
		case !line.right():
		case line.present == nil:
			line.does(creates)
			if !j.withheld() {
				j.batch.Record(line.next, "")
			}
		default:
			line.does(corrects)
			if !j.withheld() {
				j.batch.Correct(*line.present, line.next, "")
			}
		}
	}
}

// guarded tells whether a row passes the guard that holds on entry only: what is complete is verified. Tables bring
// what was decided elsewhere; audits and their scores are looked at where they are entered.
func (j *decisionImport) guarded(line *decisionLine, history tracker.History) bool {
	if line.present != nil || line.next.Decided != tracker.Complete {
		return true
	}
	if err := history.Enters(j.rules, line.next); err != nil {
		var fault *tracker.Error
		if errors.As(err, &fault) {
			line.addFaults(fault)
		}
		return false
	}
	return true
}

// byLife orders decisions of one day as a dealership's life goes: enrolled before certified, certified before suspended.
func (j *decisionImport) byLife(a, b *decisionLine) int {
	kinds := j.rules.DecisionKinds()
	return cmp.Compare(slices.Index(kinds, a.next.Decided), slices.Index(kinds, b.next.Decided))
}

// fold gives the decisions that would be skipped if the rows were recorded in this order.
func (j *decisionImport) fold(lines []*decisionLine, history tracker.History) []tracker.Skipped {
	wanted := tracker.History{Dealership: history.Dealership, Modules: history.Modules, Decisions: slices.Clone(history.Decisions)}
	for i, line := range lines {
		d := line.next
		if line.present == nil {
			d.Chain, d.FirstAt = pendingChain(i), j.tx.Moment()
			wanted.Decisions = append(wanted.Decisions, d)
			continue
		}
		for k := range wanted.Decisions {
			if wanted.Decisions[k].Chain == line.present.Chain {
				wanted.Decisions[k] = d
			}
		}
	}
	return wanted.Timeline(j.rules).Skipped
}

// pendingChain names a decision that is not recorded yet. Such names sort in the order of recording.
func pendingChain(i int) tracker.FactID { return tracker.FactID(rune(0xE000 + i)) }

// refuse notes the rows that would be skipped, and those that would make a recorded decision be skipped.
func (j *decisionImport) refuse(lines []*decisionLine, skipped []tracker.Skipped) {
	for _, s := range skipped {
		args := []any{"decision", string(s.Decision.Decided), "state", string(s.State), "on", s.Decision.EffectiveOn}
		blamed := false
		for i, line := range lines {
			if s.Decision.Chain == pendingChain(i) || line.present != nil && line.present.Chain == s.Decision.Chain {
				line.add("decision", "decision_not_allowed", "", args...)
				blamed = true
			}
		}
		for _, line := range lines {
			if !blamed && line.next.Programme == s.Decision.Programme && line.next.Subject == s.Decision.Subject && line.next.EffectiveOn <= s.Decision.EffectiveOn {
				line.add("decision", "decision_skips_other", "", args...)
			}
		}
	}
}

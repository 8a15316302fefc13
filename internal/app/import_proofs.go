package app

import (
	"slices"
	"strings"

	"dealercert/internal/tracker"
)

// proven and happened are the decisions by which a table names a proof and an event. The requirement, or the kind of
// event, stands in the column of the requirement.
const (
	proven   tracker.DecisionKind = "proof"
	happened tracker.DecisionKind = "event"
)

// beside takes in a row that is no decision but a waiver, a proof or an event, and tells whether it was one.
func (j *decisionImport) beside(row *importRow, history *tracker.History) bool {
	switch word := tracker.DecisionKind(strings.ToLower(row.cell("decision"))); {
	case row.cell("requirement") == "":
		return false
	case word == waive:
		j.waive(row, history)
	case word == proven:
		j.prove(row, history)
	case word == happened:
		j.happen(row, history)
	default:
		return false
	}
	return true
}

// prove compares a row of a proof with what is recorded, and records what differs.
func (j *decisionImport) prove(row *importRow, history *tracker.History) {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	next := tracker.Proof{
		Dealership: history.Dealership, Requirement: row.cell("requirement"), Subject: row.cell("model"),
		Evidence: clean(fault, "reason", row.cell("reason"), longText),
	}
	next.From, next.Until = j.period(fault, row)
	if programmeOf(j.rules, next.Requirement) == "" {
		fault.In("requirement", "requirement_not_known", "value", next.Requirement)
	}
	row.addFaults(fault)
	if !row.right() {
		return
	}
	at := slices.IndexFunc(history.Proofs, func(p tracker.Proof) bool {
		return p.Requirement == next.Requirement && p.Subject == next.Subject && p.From == next.From
	})
	if at < 0 {
		j.creates(row, next)
		return
	}
	present := history.Proofs[at]
	next.Head = present.Head
	j.corrects(row, present, next, next != present)
}

// happen compares a row of an event with what is recorded, and records what differs.
func (j *decisionImport) happen(row *importRow, history *tracker.History) {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	next := tracker.Event{
		Dealership: history.Dealership, Event: tracker.EventKind(row.cell("requirement")), Note: clean(fault, "reason", row.cell("reason"), longText),
		BridgedTo: day(fault, "due_on", row.cell("due_on"), optional),
	}
	next.From, next.Until = j.period(fault, row)
	if !slices.Contains(tracker.EventKinds, next.Event) {
		fault.In("requirement", "unknown_event", "value", string(next.Event))
	}
	row.addFaults(fault)
	if !row.right() {
		return
	}
	at := slices.IndexFunc(history.Events, func(e tracker.Event) bool { return e.Event == next.Event && e.From == next.From })
	if at < 0 {
		j.creates(row, next)
		return
	}
	present := history.Events[at]
	next.Head = present.Head
	j.corrects(row, present, next, next != present)
}

// period reads the first and the last day of a row as a half-open period.
func (j *decisionImport) period(fault *tracker.Error, row *importRow) (from, until tracker.Date) {
	from = day(fault, "effective_on", row.cell("effective_on"), required)
	until = day(fault, "valid_until", row.cell("valid_until"), optional).Add(1)
	if until != 0 && until <= from {
		fault.In("valid_until", "ends_before_begin", "from", from, "until", until.Add(-1))
	}
	return from, until
}

func (j *decisionImport) creates(row *importRow, fact tracker.Fact) {
	row.does(creates)
	if !j.withheld() {
		j.batch.Record(fact, "")
	}
}

func (j *decisionImport) corrects(row *importRow, present, next tracker.Fact, differs bool) {
	if !differs {
		return
	}
	row.does(corrects)
	if !j.withheld() {
		j.batch.Correct(present, next, "")
	}
}

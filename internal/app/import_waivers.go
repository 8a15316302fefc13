package app

import (
	"slices"

	"dealercert/internal/tracker"
)

// waive is the decision by which a table names a waiver, with the requirement in a column of its own.
const waive tracker.DecisionKind = "waive"

// waive compares a row of a waiver with what is recorded, and records what differs. The law is never waived.
func (j *decisionImport) waive(row *importRow, history *tracker.History) {
	programme := word(row, "programme", "unknown_programme", j.programmes, nil)
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	next := tracker.Waiver{
		Dealership: history.Dealership, Requirement: row.cell("requirement"), From: day(fault, "effective_on", row.cell("effective_on"), required),
		Until:   day(fault, "valid_until", row.cell("valid_until"), optional).Add(1),
		Grounds: needText(fault, "reason", row.cell("reason"), longText), Compensation: clean(fault, "compensation", row.cell("compensation"), longText),
	}
	if next.Until != 0 && next.Until <= next.From {
		fault.In("valid_until", "ends_before_begin", "from", next.From, "until", next.Until.Add(-1))
	}
	if asked := programmeOf(j.rules, next.Requirement); programme != "" && asked != programme {
		fault.In("requirement", "unknown_requirement", "value", next.Requirement, "programme", string(programme))
	}
	row.addFaults(fault)
	if !row.right() {
		return
	}
	at := slices.IndexFunc(history.Waivers, func(w tracker.Waiver) bool { return w.Requirement == next.Requirement && w.From == next.From })
	if at < 0 {
		row.does(creates)
		if !j.withheld() {
			j.batch.Record(next, "")
		}
		return
	}
	present := history.Waivers[at]
	next.Head = present.Head
	if !row.has("compensation") {
		next.Compensation = present.Compensation
	}
	if next != present {
		row.does(corrects)
		if !j.withheld() {
			j.batch.Correct(present, next, "")
		}
	}
}

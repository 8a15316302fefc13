package app

import (
	"slices"

	"dealercert/internal/tracker"
)

// moduleImport takes in modules of the digital upgrade, one row for each dealership and module.
type moduleImport struct {
	*importJob
	modules []string
}

func (j *moduleImport) grouped() string { return "dealership" }

func (j *moduleImport) key(row *importRow) []string {
	if row.cell("dealership") == "" {
		return nil
	}
	return []string{row.cell("dealership"), row.cell("module")}
}

func (j *moduleImport) begin() error {
	for _, s := range j.rules.Versions(tracker.ProgrammeDigitalUpgrade) {
		for _, m := range s.Modules {
			if !slices.Contains(j.modules, m.Code) {
				j.modules = append(j.modules, m.Code)
			}
		}
	}
	return nil
}

func (j *moduleImport) settle(groups [][]*importRow) error {
	dealerships, cases, err := j.cases(groups)
	if err != nil {
		return err
	}
	for _, group := range groups {
		dealership, known := dealerships[group[0].cell("dealership")]
		for _, row := range group {
			if row.Faulty {
				continue
			}
			if !known {
				if err := j.unknownDealership(row); err != nil {
					return err
				}
			}
			code := word(row, "module", "unknown_module", j.modules, nil)
			if row.right() {
				j.module(row, code, cases[dealership.ID])
			}
		}
	}
	return nil
}

// cases gives the dealerships that rows name, with their decisions and modules.
func (j *importJob) cases(groups [][]*importRow) (map[string]tracker.Dealership, map[tracker.DealershipID]*tracker.History, error) {
	dealerships, err := j.tx.SeenByCode(j.by.Scope, cells(groups, "dealership"))
	if err != nil {
		return nil, nil, err
	}
	ids := make([]tracker.DealershipID, 0, len(dealerships))
	for _, d := range dealerships {
		ids = append(ids, d.ID)
	}
	cases, err := j.tx.Cases(ids)
	return dealerships, cases, err
}

// module compares a row with what is recorded, and records what differs. A column that the file lacks leaves its day as
// it is.
func (j *moduleImport) module(row *importRow, code string, history *tracker.History) {
	var present *tracker.Module
	next := tracker.Module{Dealership: history.Dealership, Module: code}
	for i := range history.Modules {
		if m := &history.Modules[i]; m.Module == code {
			present, next = m, *m
		}
	}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	for _, read := range []struct {
		column string
		on     *tracker.Date
	}{{"planned_on", &next.PlannedOn}, {"live_on", &next.LiveOn}, {"verified_on", &next.VerifiedOn}, {"planned_since", &next.PlannedSince}} {
		if row.has(read.column) && (read.column != "planned_since" || row.cell(read.column) != "") {
			*read.on = day(fault, read.column, row.cell(read.column), optional)
		}
	}
	if fault.FieldFaults() == nil && present != nil && next == *present {
		return
	}
	if next.PlannedOn != 0 && next.PlannedSince == 0 {
		next.PlannedSince = j.options.EffectiveOn
	}
	if fault.FieldFaults() == nil {
		checkModule(fault, next, j.today)
		if row.cell("planned_since") != "" && next.PlannedSince > j.today {
			fault.In("planned_since", "date_in_future", "value", next.PlannedSince)
		}
	}
	row.addFaults(fault)
	switch {
	case !row.right():
	case present == nil:
		row.does(creates)
		if !j.withheld() {
			j.batch.Record(next, "")
		}
	default:
		row.does(corrects)
		if !j.withheld() {
			j.batch.Correct(*present, next, "")
		}
	}
}

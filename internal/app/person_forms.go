package app

import (
	"context"
	"slices"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// previewed stands for the reason that nobody has given yet: a preview is taken back with all it wrote.
const previewed = "preview"

// NewPersonForm is a person with the first employment as typed into a form. Days are ISO; Until is the last day.
type NewPersonForm struct {
	StaffNo    string
	Name       string
	Dealership string // code
	Job        string
	From       string
	Until      string
	Reason     string
}

// PreviewNewPerson gives what a new person would change. Nothing is saved.
func (a *App) PreviewNewPerson(ctx context.Context, by tracker.Actor, f NewPersonForm) (Effect, error) {
	var effect Effect
	if err := by.May(tracker.RecordFacts); err != nil {
		return effect, err
	}
	err := a.try(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		at, do, err := a.newPerson(tx, by, f)
		if err != nil {
			return err
		}
		before := len(tx.Edits())
		list, err := effects(tx, []tracker.DealershipID{at}, do)
		if err == nil {
			effect = together(list, map[tracker.DealershipID]bool{at: true})
		}
		if err != nil {
			return err
		}
		return effect.look(tx, tx.Edits()[before:], by, tracker.RecordFacts)
	})
	return effect, err
}

// CreatePerson records a person with the first employment. A staff number is never used again: the fault says who has
// it, or, of somebody whom the actor may not see, only that headquarters must decide.
func (a *App) CreatePerson(ctx context.Context, by tracker.Actor, f NewPersonForm) error {
	d := deed{kind: tracker.DeedNewPerson, action: tracker.RecordFacts, of: strings.TrimSpace(f.StaffNo), form: f, reason: f.Reason}
	return a.carryOut(ctx, by, d, func(tx *store.Tx) error {
		_, do, err := a.newPerson(tx, by, f)
		if err != nil {
			return err
		}
		return do()
	})
}

// newPerson checks the form and gives where the person begins, and how to record it.
func (a *App) newPerson(tx *store.Tx, by tracker.Actor, f NewPersonForm) (tracker.DealershipID, func() error, error) {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	person := tracker.Person{StaffNo: strings.TrimSpace(f.StaffNo), Name: needText(fault, "name", f.Name, shortText)}
	checkStaffNo(fault, person.StaffNo)
	if person.StaffNo == "new" {
		fault.In("staff_no", "code_reserved", "value", person.StaffNo)
	}
	e := postForm{f.Dealership, f.Job, f.From, f.Until}.employment(fault)
	reason := clean(fault, "reason", f.Reason, longText)
	at, err := placed(tx, by, fault, f.Dealership)
	if err != nil {
		return 0, nil, err
	}
	if err := a.unused(tx, by, fault, person.StaffNo); err != nil {
		return 0, nil, err
	}
	return at, func() error {
		id, err := tx.CreatePerson(person)
		if err != nil {
			return err
		}
		e.Person, e.Dealership = id, at
		_, err = tx.Record(e, reason)
		return err
	}, fault.FieldFaults()
}

// unused notes a fault of a staff number that somebody has.
func (a *App) unused(tx *store.Tx, by tracker.Actor, fault *tracker.Error, staffNo string) error {
	_, err := tx.PersonByStaffNo(staffNo)
	if tracker.KindOf(err) == tracker.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	person, _, err := a.seenPerson(tx, by, staffNo)
	switch {
	case tracker.KindOf(err) == tracker.NotFound:
		fault.In("staff_no", "staff_no_elsewhere")
		return nil
	case err == nil:
		fault.In("staff_no", "staff_no_taken", "value", staffNo, "name", person.Name)
	}
	return err
}

// placed finds a dealership in the actor's scope and notes a field's fault when there is none: one outside the scope is
// as unknown as one that does not exist.
func placed(tx *store.Tx, by tracker.Actor, fault *tracker.Error, code string) (tracker.DealershipID, error) {
	code = strings.TrimSpace(code)
	if code == "" {
		fault.In("dealership", "text_required")
		return 0, nil
	}
	d, err := tx.Dealership(by.Scope, code)
	if tracker.KindOf(err) == tracker.NotFound {
		fault.In("dealership", "unknown_dealership", "value", code)
		return 0, nil
	}
	return d.ID, err
}

// postForm is what forms about employments share.
type postForm struct{ dealership, job, from, until string }

// employment reads job and days.
func (f postForm) employment(fault *tracker.Error) tracker.Employment {
	e := tracker.Employment{Job: tracker.Job(f.job), From: day(fault, "from", f.from, required)}
	last := day(fault, "until", f.until, optional)
	if !slices.Contains(tracker.Jobs, e.Job) {
		fault.In("job", "unknown_value", "name", "job", "value", f.job)
	}
	inOrder(fault, e.From, last)
	e.Until = tracker.Through(e.From, last).Until
	return e
}

// inOrder notes a last day that lies before the first.
func inOrder(fault *tracker.Error, from, last tracker.Date) {
	if last != 0 && last < from {
		fault.In("until", "ends_before_begin", "from", from, "until", last)
	}
}

// EmploymentForm is an employment as typed into a form: a new one when Chain is empty, else a correction.
type EmploymentForm struct {
	Chain      tracker.FactID
	Dealership string // code
	Job        string
	From       string
	Until      string // the last day
	Reason     string
}

// PreviewEmployment gives what a new or corrected employment would change.
func (a *App) PreviewEmployment(ctx context.Context, by tracker.Actor, staffNo string, f EmploymentForm) (Effect, error) {
	f.Reason = orElse(strings.TrimSpace(f.Reason), previewed)
	return a.previewPerson(ctx, by, staffNo, f.edit)
}

// SetEmployment records a new employment, which ends those before it on the day before, or corrects one. Only dealerships
// in the actor's scope can be touched: another one's is for headquarters.
func (a *App) SetEmployment(ctx context.Context, by tracker.Actor, staffNo string, f EmploymentForm) error {
	return a.savePerson(ctx, by, deed{kind: tracker.DeedEmployment, of: staffNo, form: f, reason: f.Reason}, f.edit)
}

func (f EmploymentForm) edit(g personGround) ([]tracker.DealershipID, func() error, error) {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	next := postForm{f.Dealership, f.Job, f.From, f.Until}.employment(fault)
	at, err := placed(g.tx, g.by, fault, f.Dealership)
	if err != nil {
		return nil, nil, err
	}
	next.Person, next.Dealership = g.person.ID, at
	if f.Chain != "" {
		return f.correct(g, fault, next)
	}
	reason := clean(fault, "reason", f.Reason, longText)
	before, err := g.endedBy(fault, next)
	if err == nil {
		err = fault.FieldFaults()
	}
	return []tracker.DealershipID{at}, func() error {
		for _, e := range before {
			e.Until = next.From
			// The reason is told where the person goes, not where they were.
			if err := g.tx.Correct(e.Chain, e, ""); err != nil {
				return err
			}
		}
		_, err := g.tx.Record(next, reason)
		return err
	}, err
}

// endedBy gives the employments that go on when another begins.
func (g personGround) endedBy(fault *tracker.Error, next tracker.Employment) ([]tracker.Employment, error) {
	var out []tracker.Employment
	for _, e := range g.history.Employments {
		switch {
		case e.Until != 0 && e.Until <= next.From || next.From == 0:
			continue
		case e.From >= next.From:
			fault.In("from", "works_already", "on", e.From)
		case !g.inScope[e.Dealership]:
			return nil, tracker.Fault(tracker.Forbidden, "headquarters_decides")
		default:
			out = append(out, e)
		}
	}
	return out, nil
}

func (f EmploymentForm) correct(g personGround, fault *tracker.Error, next tracker.Employment) ([]tracker.DealershipID, func() error, error) {
	at := slices.IndexFunc(g.history.Employments, func(e tracker.Employment) bool { return e.Chain == f.Chain })
	if at < 0 {
		return nil, nil, tracker.Fault(tracker.NotFound, "not_found", "noun", "employment", "key", f.Chain)
	}
	present := g.history.Employments[at]
	if !g.inScope[present.Dealership] {
		return nil, nil, tracker.Fault(tracker.Forbidden, "headquarters_decides")
	}
	if present.From == 0 && strings.TrimSpace(f.From) == "" { // an unknown beginning stays one
		fault.Fields = slices.DeleteFunc(fault.Fields, func(e tracker.FieldError) bool { return e.Field == "from" })
	}
	reason := needText(fault, "reason", f.Reason, longText)
	same := next.Dealership == present.Dealership && next.Job == present.Job && next.From == present.From && next.Until == present.Until
	err := fault.FieldFaults()
	if err == nil && same {
		err = tracker.Fault(tracker.Invalid, "nothing_changes")
	}
	return []tracker.DealershipID{next.Dealership}, func() error { return g.tx.Correct(f.Chain, next, reason) }, err
}

// LeaveForm is a leave as typed into a form: a new one when Chain is empty, else a correction.
type LeaveForm struct {
	Chain  tracker.FactID
	From   string
	Until  string // the last day
	Reason string
}

// PreviewLeave gives what a leave would change.
func (a *App) PreviewLeave(ctx context.Context, by tracker.Actor, staffNo string, f LeaveForm) (Effect, error) {
	f.Reason = orElse(strings.TrimSpace(f.Reason), previewed)
	return a.previewPerson(ctx, by, staffNo, f.edit)
}

// SetLeave records or corrects a leave.
func (a *App) SetLeave(ctx context.Context, by tracker.Actor, staffNo string, f LeaveForm) error {
	return a.savePerson(ctx, by, deed{kind: tracker.DeedLeave, of: staffNo, form: f, reason: f.Reason}, f.edit)
}

func (f LeaveForm) edit(g personGround) ([]tracker.DealershipID, func() error, error) {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	next := tracker.Leave{Person: g.person.ID, From: day(fault, "from", f.From, required)}
	last := day(fault, "until", f.Until, optional)
	inOrder(fault, next.From, last)
	next.Until = tracker.Through(next.From, last).Until
	present, err := presentFact(f.Chain, g.history.Leaves)
	if err != nil {
		return nil, nil, err
	}
	return nil, g.recordOrCorrect(f.Chain, next, typedReason(fault, f.Chain, f.Reason)),
		g.checked(fault, present != nil && present.From == next.From && present.Until == next.Until)
}

// presentFact finds the fact of a chain that is to be corrected; nil for a new one. The fault is NotFound.
func presentFact[F tracker.Fact](chain tracker.FactID, facts []F) (*F, error) {
	if chain == "" {
		return nil, nil //nolint:nilnil // a new fact has nothing before it
	}
	for i := range facts {
		if facts[i].Version().Chain == chain {
			return &facts[i], nil
		}
	}
	var none F
	return nil, tracker.Fault(tracker.NotFound, "not_found", "noun", string(none.Kind()), "key", chain)
}

// typedReason reads a reason, which a correction needs.
func typedReason(fault *tracker.Error, chain tracker.FactID, text string) string {
	if chain != "" {
		return needText(fault, "reason", text, longText)
	}
	return clean(fault, "reason", text, longText)
}

// recordOrCorrect gives how a fact is recorded.
func (g personGround) recordOrCorrect(chain tracker.FactID, next tracker.Fact, reason string) func() error {
	return func() error {
		if chain != "" {
			return g.tx.Correct(chain, next, reason)
		}
		_, err := g.tx.Record(next, reason)
		return err
	}
}

// checked gives the faults of a form's fields, or that nothing would change.
func (personGround) checked(fault *tracker.Error, same bool) error {
	if err := fault.FieldFaults(); err != nil {
		return err
	}
	if same {
		return tracker.Fault(tracker.Invalid, "nothing_changes")
	}
	return nil
}

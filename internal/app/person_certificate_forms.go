package app

import (
	"context"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// QualificationForm is a certificate as typed into a form: a new one when Chain is empty, else a correction. A number that
// is the mask of the recorded one leaves that as it is.
type QualificationForm struct {
	Chain       tracker.FactID
	Type        string
	Generation  string
	Certificate string
	IssuedOn    string
	ReviewDueOn string // the first review; empty: assumed from the standard
	ExpiresOn   string // the last day
	Reason      string
	Confirmed   bool // what stands against it was seen
}

// read reads the form and what it corrects, and notes in fault what cannot be right.
func (f QualificationForm) read(g personGround, rules tracker.Rulebook) (next tracker.Qualification, present *tracker.Qualification, fault *tracker.Error, err error) {
	if present, err = presentFact(f.Chain, g.history.Qualifications); err != nil {
		return next, nil, nil, err
	}
	fault = tracker.Fault(tracker.Invalid, "invalid_form")
	var read tracker.Claim // the same is typed and checked when a dealership reports it
	ClaimForm{
		Type: f.Type, Generation: f.Generation, Certificate: f.Certificate, IssuedOn: f.IssuedOn, ReviewDueOn: f.ReviewDueOn,
		ExpiresOn: f.ExpiresOn,
	}.qualification(fault, &read, rules, g.today)
	next = tracker.Qualification{
		Person: g.person.ID, Type: read.Type, Generation: read.Generation, Certificate: read.Certificate, IssuedOn: read.IssuedOn,
		FirstReviewDue: read.ReviewDueOn, ExpiresOn: read.ExpiresOn,
	}
	if strings.Contains(next.Certificate, "*") && (present == nil || present.Certificate != next.Certificate) {
		fault.In("certificate_no", "certificate_covered")
	}
	for _, q := range g.history.Qualifications {
		if q.Chain != f.Chain && q.Type == next.Type && q.Generation == next.Generation && q.IssuedOn == next.IssuedOn {
			fault.In("issued_on", "qualification_exists", "on", q.IssuedOn)
		}
	}
	return next, present, fault, nil
}

// ReviewForm is a certificate's review as typed into a form: a new one when Chain is empty, else a correction.
type ReviewForm struct {
	Chain         tracker.FactID
	Qualification tracker.FactID
	ReviewedOn    string
	NextDue       string // empty: assumed from the standard
	Reason        string
}

// PreviewReview gives what a review would change.
func (a *App) PreviewReview(ctx context.Context, by tracker.Actor, staffNo string, f ReviewForm) (Effect, error) {
	f.Reason = orElse(strings.TrimSpace(f.Reason), previewed)
	return a.previewPerson(ctx, by, staffNo, f.edit)
}

// SetReview records or corrects a review.
func (a *App) SetReview(ctx context.Context, by tracker.Actor, staffNo string, f ReviewForm) error {
	return a.savePerson(ctx, by, deed{kind: tracker.DeedReview, of: staffNo, form: f, reason: f.Reason}, f.edit)
}

func (f ReviewForm) edit(g personGround) ([]tracker.DealershipID, func() error, error) {
	present, err := presentFact(f.Chain, g.history.Reviews)
	if err != nil {
		return nil, nil, err
	}
	if present != nil {
		f.Qualification = present.Qualification
	}
	held, err := presentFact(f.Qualification, g.history.Qualifications)
	if held == nil && err == nil {
		err = tracker.Fault(tracker.NotFound, "not_found", "noun", "qualification", "key", f.Qualification)
	}
	if err != nil {
		return nil, nil, err
	}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	next := tracker.Review{Person: g.person.ID, Qualification: f.Qualification, ReviewedOn: past(fault, "reviewed_on", f.ReviewedOn, g.today)}
	next.NextDue = day(fault, "review_due_on", f.NextDue, optional)
	if next.ReviewedOn != 0 && next.ReviewedOn < held.IssuedOn {
		fault.In("reviewed_on", "day_before_other", "value", next.ReviewedOn, "other", held.IssuedOn)
	}
	if next.NextDue != 0 && next.NextDue <= next.ReviewedOn {
		fault.In("review_due_on", "ends_before_begin", "from", next.ReviewedOn, "until", next.NextDue)
	}
	same := present != nil && present.ReviewedOn == next.ReviewedOn && present.NextDue == next.NextDue
	return nil, g.recordOrCorrect(f.Chain, next, typedReason(fault, f.Chain, f.Reason)), g.checked(fault, same)
}

// PreviewVoidOfPerson gives what voiding a fact about a person would change.
func (a *App) PreviewVoidOfPerson(ctx context.Context, by tracker.Actor, staffNo string, f VoidForm) (Effect, error) {
	f.Reason = orElse(strings.TrimSpace(f.Reason), previewed)
	return a.previewPerson(ctx, by, staffNo, f.ofPerson)
}

// VoidOfPerson takes a fact about a person back: a correction gives way to the version before it, a first version ends.
func (a *App) VoidOfPerson(ctx context.Context, by tracker.Actor, staffNo string, f VoidForm) error {
	return a.savePerson(ctx, by, deed{kind: tracker.DeedVoidOfPerson, of: staffNo, form: f, reason: f.Reason}, f.ofPerson)
}

func (f VoidForm) ofPerson(g personGround) ([]tracker.DealershipID, func() error, error) {
	var err error
	switch f.Kind {
	case tracker.FactEmployment:
		var present *tracker.Employment
		present, err = presentFact(f.Chain, g.history.Employments)
		if err == nil && !g.inScope[present.Dealership] {
			err = tracker.Fault(tracker.Forbidden, "headquarters_decides")
		}
	case tracker.FactLeave:
		_, err = presentFact(f.Chain, g.history.Leaves)
	case tracker.FactQualification:
		_, err = presentFact(f.Chain, g.history.Qualifications)
	case tracker.FactReview:
		_, err = presentFact(f.Chain, g.history.Reviews)
	default:
		err = tracker.Fault(tracker.NotFound, "not_found", "noun", "person", "key", string(f.Chain))
	}
	if err != nil {
		return nil, nil, err
	}
	also, err := g.formerPlaces(f)
	if err != nil {
		return nil, nil, err
	}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	reason := needText(fault, "reason", f.Reason, longText)
	return also, func() error { return g.tx.Void(f.Kind, f.Chain, reason) }, fault.FieldFaults()
}

// formerPlaces gives where an employment was in its other versions, for voiding a correction may lead back there. The
// fault is Forbidden where that lies outside the scope.
func (g personGround) formerPlaces(f VoidForm) ([]tracker.DealershipID, error) {
	if f.Kind != tracker.FactEmployment {
		return nil, nil
	}
	versions, err := g.tx.Versions(f.Kind, f.Chain)
	if err != nil {
		return nil, err
	}
	var out []tracker.DealershipID
	for _, v := range versions {
		at, _ := tracker.DealershipOf(v)
		out = append(out, at)
	}
	seen, err := g.tx.SeenAmong(g.by.Scope, g.today, out)
	for _, id := range out {
		if err == nil && !seen[id] {
			err = tracker.Fault(tracker.Forbidden, "headquarters_decides")
		}
	}
	return out, err
}

// NameForm corrects a person's name. Was is the name that the form was filled in over.
type NameForm struct {
	Name   string
	Was    string
	Reason string
}

// CorrectName changes a person's name. The fault is Stale when the name has changed since the form was filled in.
func (a *App) CorrectName(ctx context.Context, by tracker.Actor, staffNo string, f NameForm) error {
	if err := by.May(tracker.RecordFacts); err != nil {
		return err
	}
	return a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		g, err := a.editedPerson(tx, by, staffNo)
		if err != nil {
			return err
		}
		fault := tracker.Fault(tracker.Invalid, "invalid_form")
		name, reason := needText(fault, "name", f.Name, shortText), needText(fault, "reason", f.Reason, longText)
		if err := g.checked(fault, name == g.person.Name && f.Was == name); err != nil {
			return err
		}
		return tx.UpdatePerson(g.person.ID, f.Was, name, reason)
	})
}

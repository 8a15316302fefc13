package app

import (
	"context"
	"slices"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// newConcerns gives what stands against a certificate and did not stand against what it corrects.
func newConcerns(tx *store.Tx, rules tracker.Rulebook, h tracker.PersonHistory, next tracker.Qualification, present *tracker.Qualification) ([]tracker.Concern, error) {
	var shared []tracker.Concern
	taken, err := tx.NumberElsewhere(next.Certificate, next.Person)
	if err != nil {
		return nil, err
	}
	if taken {
		shared = append(shared, tracker.Concern{Kind: tracker.ConcernNumber, On: next.IssuedOn})
	}
	if present == nil {
		return append(h.Concerns(rules, next), shared...), nil
	}
	next.Head = present.Head
	if next.Certificate == present.Certificate {
		shared = nil
	}
	before := h.Concerns(rules, *present)
	return append(slices.DeleteFunc(h.Concerns(rules, next), func(c tracker.Concern) bool {
		return slices.ContainsFunc(before, func(b tracker.Concern) bool { return b.Like(c) })
	}), shared...), nil
}

// certificate checks a form of a certificate: what it records, and what stands against that.
func (f QualificationForm) certificate(g personGround) (do func() error, concerns []tracker.Concern, err error) {
	rules, err := g.tx.Rules()
	if err != nil {
		return nil, nil, err
	}
	next, present, fault, err := f.read(g, rules)
	if err != nil {
		return nil, nil, err
	}
	reason := typedReason(fault, f.Chain, f.Reason)
	if err := g.checked(fault, present != nil && sameCertificate(next, *present)); err != nil {
		return nil, nil, err
	}
	concerns, err = newConcerns(g.tx, rules, g.history, next, present)
	return g.recordOrCorrect(f.Chain, next, reason), concerns, err
}

// edit is certificate for who has asked already what stands against it, as the result of a course has.
func (f QualificationForm) edit(g personGround) ([]tracker.DealershipID, func() error, error) {
	do, _, err := f.certificate(g)
	return nil, do, err
}

func sameCertificate(a, b tracker.Qualification) bool {
	a.Head = b.Head
	return a == b
}

// PreviewQualification gives what a certificate would change, and what stands against it.
func (a *App) PreviewQualification(ctx context.Context, by tracker.Actor, staffNo string, f QualificationForm) (Effect, error) {
	f.Reason = orElse(strings.TrimSpace(f.Reason), previewed)
	var concerns []tracker.Concern
	effect, err := a.previewPerson(ctx, by, staffNo, func(g personGround) (_ []tracker.DealershipID, do func() error, err error) {
		do, concerns, err = f.certificate(g)
		return nil, do, err
	})
	effect.Concerns = concerns
	return effect, err
}

// SetQualification records or corrects a certificate. What stands against it must be confirmed: a certificate from outside
// may be true although the network knows nothing of what it builds on.
func (a *App) SetQualification(ctx context.Context, by tracker.Actor, staffNo string, f QualificationForm) error {
	d := deed{kind: tracker.DeedQualification, of: staffNo, form: f, reason: f.Reason}
	return a.savePerson(ctx, by, d, func(g personGround) ([]tracker.DealershipID, func() error, error) {
		do, concerns, err := f.certificate(g)
		if err == nil && len(concerns) > 0 && !f.Confirmed {
			err = tracker.Fault(tracker.Invalid, "confirm_concerns").In("confirm", "confirm_concerns")
		}
		return nil, do, err
	})
}

// concerns gives what stands against the certificate that a claim is about.
func (g ground) concerns(tx *store.Tx, c tracker.Claim, number string) ([]tracker.Concern, error) {
	if c.Kind != tracker.ClaimQualification {
		return nil, nil
	}
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	return newConcerns(tx, rules, g.life, tracker.Qualification{
		Person: g.person.ID, Type: c.Type, Generation: c.Generation, Certificate: number, IssuedOn: c.IssuedOn, ExpiresOn: c.ExpiresOn,
	}, nil)
}

package app

import (
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// carryOut makes facts of a claim and gives the chain of the one that it became. number is the certificate's, unmasked.
func (g ground) carryOut(tx *store.Tx, c tracker.Claim, number string) (tracker.FactID, error) {
	switch c.Kind {
	case tracker.ClaimLeaver:
		g.employment.Until = c.LastDay.Add(1)
		return g.employment.Chain, tx.Correct(g.employment.Chain, g.employment, c.Note)
	case tracker.ClaimStays:
		if g.employment.Until = 0; c.LastDay != 0 {
			g.employment.Until = c.LastDay.Add(1)
		}
		return g.employment.Chain, tx.Correct(g.employment.Chain, g.employment, c.Note)
	case tracker.ClaimJoiner, tracker.ClaimTransfer:
		return g.join(tx, c)
	case tracker.ClaimQualification:
		return tx.Record(tracker.Qualification{
			Person: g.person.ID, Type: c.Type, Generation: c.Generation, Certificate: number, IssuedOn: c.IssuedOn,
			FirstReviewDue: c.ReviewDueOn, ExpiresOn: c.ExpiresOn,
		}, c.Note)
	case tracker.ClaimReview:
		return tx.Record(tracker.Review{
			Person: g.person.ID, Qualification: g.held.Chain, ReviewedOn: c.ReviewedOn, NextDue: c.ReviewDueOn,
		}, c.Note)
	default:
		return g.setModule(tx, c)
	}
}

// join records an employment. Of a transfer, employments elsewhere that would go on end the day before; what was reported
// here, and that it was, is not told there.
func (g ground) join(tx *store.Tx, c tracker.Claim) (tracker.FactID, error) {
	if !g.known {
		id, err := tx.CreatePerson(tracker.Person{StaffNo: c.StaffNo, Name: c.Name})
		if err != nil {
			return "", err
		}
		g.person.ID = id
	}
	for _, e := range g.life.Employments {
		if e.Dealership == g.site.ID || e.Until != 0 && e.Until <= c.FirstDay {
			continue
		}
		if e.From >= c.FirstDay {
			return "", tracker.Fault(tracker.Conflict, "works_elsewhere_later", "on", e.From)
		}
		e.Until = c.FirstDay
		if err := tx.From(tracker.SourceForm, func() error { return tx.Correct(e.Chain, e, "") }); err != nil {
			return "", err
		}
	}
	return tx.Record(tracker.Employment{Person: g.person.ID, Dealership: g.site.ID, Job: c.Job, From: c.FirstDay}, c.Note)
}

func (g ground) setModule(tx *store.Tx, c tracker.Claim) (tracker.FactID, error) {
	if c.PlannedOn != 0 {
		g.module.PlannedOn = c.PlannedOn
		if g.module.PlannedSince == 0 {
			g.module.PlannedSince = g.today
		}
	}
	if c.LiveOn != 0 {
		g.module.LiveOn = c.LiveOn
	}
	if g.module.Chain == "" {
		return tx.Record(g.module, c.Note)
	}
	return g.module.Chain, tx.Correct(g.module.Chain, g.module, c.Note)
}

// SiteEffect is what a change does at one dealership.
type SiteEffect struct {
	Dealership tracker.Dealership
	Effect
}

// sites gives the dealerships whose standings a claim may change: its own first, then where the person works.
func (g ground) sites() []tracker.DealershipID {
	out := []tracker.DealershipID{g.site.ID}
	for _, e := range g.life.Employments {
		if !slices.Contains(out, e.Dealership) {
			out = append(out, e.Dealership)
		}
	}
	return out
}

// effects carries a change out and gives what it does at each of several dealerships, those first that come first.
// Dealerships at which nothing changes are left out, but for the first.
func effects(tx *store.Tx, sites []tracker.DealershipID, change func() error) ([]SiteEffect, error) {
	rules, err := tx.Rules()
	if err != nil {
		return nil, err
	}
	before, err := tx.Histories(sites, 0)
	if err != nil {
		return nil, err
	}
	if err := change(); err != nil {
		return nil, err
	}
	after, err := tx.Histories(sites, 0)
	if err != nil {
		return nil, err
	}
	var out []SiteEffect
	for i, id := range sites {
		was, is := before[i].Timeline(rules), after[i].Timeline(rules)
		effect := effectOf(was, is)
		if i > 0 && len(effect.Differences) == 0 && len(effect.Rights) == 0 && len(effect.Skipped) == 0 {
			continue
		}
		site, err := tx.DealershipByID(id)
		if err != nil {
			return nil, err
		}
		out = append(out, SiteEffect{site, effect})
	}
	return out, nil
}

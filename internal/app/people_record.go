package app

import (
	"cmp"
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// PersonRecord is what an actor sees of a person on a day.
type PersonRecord struct {
	tracker.Person
	Sight       tracker.Sight
	AsOf        tracker.Date // for which the clocks are told: of who has left, never after the last day there
	Post        *PostView    // of the day; nil when none may be seen
	Employments []PostView   // newest first
	Leaves      []tracker.Leave
	// Certificates come with those first that count, then by day of issue, newest first.
	Certificates []CertificateView
	Coverage     []tracker.Coverage // for all time
	Next         *Ending
	Ladder       tracker.Ladder     // of the day; empty for who has nothing to do with it
	Absences     []tracker.Absence  // off the post, latest first; nil where employments elsewhere are held back
	Transfers    []tracker.Transfer // latest first; nil as well
	Overlaps     []tracker.Overlap  // at two dealerships at once
	Places       map[tracker.DealershipID]tracker.Dealership
	Editable     bool // the actor may record facts about the person
}

// PostView is an employment with where it is.
type PostView struct {
	tracker.Employment
	At      tracker.Dealership
	InScope bool // the dealership may be seen
}

// CertificateView is a certificate with its reviews.
type CertificateView struct {
	tracker.Clock
	Reviews []tracker.Review // newest first
	Counts  bool             // neither replaced by another nor given for another job
}

// Person gives what the actor sees of a person on a day. The fault is NotFound for unknown staff numbers and for people
// who may not be seen.
func (a *App) Person(ctx context.Context, by tracker.Actor, staffNo string, on tracker.Date) (PersonRecord, error) {
	var out PersonRecord
	if err := by.May(tracker.SeePeople); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = a.person(tx, by, staffNo, on)
		return err
	})
	return out, err
}

// seenPerson loads a person with what the actor may see.
func (a *App) seenPerson(tx *store.Tx, by tracker.Actor, staffNo string) (tracker.Person, tracker.Sight, error) {
	unknown := tracker.Fault(tracker.NotFound, "not_found", "noun", "person", "key", staffNo)
	person, err := tx.PersonEverIn(by.Scope, staffNo)
	if tracker.KindOf(err) == tracker.NotFound {
		return person, tracker.Sight{}, unknown
	}
	if err != nil {
		return person, tracker.Sight{}, err
	}
	sights, err := sights(tx, by, []tracker.PersonID{person.ID})
	if err != nil {
		return person, tracker.Sight{}, err
	}
	sight, seen := sights[person.ID]
	if !seen {
		return person, sight, unknown
	}
	return person, sight, nil
}

func (a *App) person(tx *store.Tx, by tracker.Actor, staffNo string, on tracker.Date) (PersonRecord, error) {
	person, sight, err := a.seenPerson(tx, by, staffNo)
	if err != nil {
		return PersonRecord{}, err
	}
	rules, err := tx.Rules()
	if err != nil {
		return PersonRecord{}, err
	}
	out := PersonRecord{
		Person: person, Sight: sight, AsOf: sight.Day(on), Leaves: sight.Leaves, Coverage: sight.Coverage(rules), Overlaps: sight.Overlaps(),
		Editable: by.Can(tracker.RecordFacts) && sight.Present,
	}
	inScope, err := a.fillPosts(tx, by, &out)
	if err != nil {
		return out, err
	}
	clocks := sight.Clocks(rules, on)
	out.fillCertificates(clocks)
	out.fillLadder(rules, on)
	for _, c := range coverageOn(out.Coverage, out.AsOf) {
		if c.Skill != tracker.SkillEmployed {
			continue
		}
		post := tracker.Employment{Person: person.ID, Dealership: c.Dealership, Job: c.Job, From: c.From, Until: c.Until}
		out.Post = &PostView{Employment: post, At: out.Places[c.Dealership], InScope: inScope[c.Dealership]}
		out.Next = nextEnd(out.Coverage, clocks, out.AsOf)
	}
	return out, nil
}

// fillPosts adds the employments with their dealerships, and tells which of these lie in the scope.
func (a *App) fillPosts(tx *store.Tx, by tracker.Actor, out *PersonRecord) (map[tracker.DealershipID]bool, error) {
	var ids []tracker.DealershipID
	for _, e := range out.Sight.Employments {
		ids = append(ids, e.Dealership)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	inScope, err := tx.SeenAmong(by.Scope, a.Today(), ids)
	if err != nil {
		return nil, err
	}
	out.Places, err = tx.DealershipsByID(ids)
	for _, e := range out.Sight.Employments {
		out.Employments = append(out.Employments, PostView{e, out.Places[e.Dealership], inScope[e.Dealership]})
	}
	slices.SortFunc(out.Employments, func(a, b PostView) int {
		return cmp.Or(cmp.Compare(b.From, a.From), cmp.Compare(b.Chain, a.Chain))
	})
	slices.SortFunc(out.Leaves, func(a, b tracker.Leave) int { return cmp.Compare(b.From, a.From) })
	return inScope, err
}

// fillLadder adds the ladder of who was ever a technician or holds something of it, and what happened beside it.
func (r *PersonRecord) fillLadder(rules tracker.Rulebook, on tracker.Date) {
	ladder, asleep := r.Sight.Ladder(rules, on), 0
	concerned := slices.ContainsFunc(r.Sight.Employments, func(e tracker.Employment) bool { return e.Job.Technician() })
	for _, rung := range ladder.Rungs {
		concerned = concerned || rung.Held != nil
		asleep = max(asleep, rung.Type.DormantAfter)
	}
	if concerned {
		r.Ladder = ladder
	}
	if r.Sight.Whole() {
		r.Absences, r.Transfers = r.Sight.Absences(asleep), r.Sight.Transfers()
		slices.Reverse(r.Absences)
		slices.Reverse(r.Transfers)
	}
}

func (r *PersonRecord) fillCertificates(clocks []tracker.Clock) {
	counting := slices.DeleteFunc(current(clocks), func(c tracker.Clock) bool { return !c.Valid && outranked(c, clocks) })
	for _, c := range clocks {
		view := CertificateView{Clock: c, Reviews: r.Sight.ReviewsOf(c.Qualification.Chain)}
		slices.Reverse(view.Reviews)
		view.Counts = slices.ContainsFunc(counting, func(have tracker.Clock) bool { return have.Qualification.Chain == c.Qualification.Chain })
		r.Certificates = append(r.Certificates, view)
	}
	slices.SortStableFunc(r.Certificates, func(a, b CertificateView) int {
		return cmp.Or(-cmp.Compare(boolRank(a.Counts), boolRank(b.Counts)), -cmp.Compare(boolRank(a.Valid), boolRank(b.Valid)),
			cmp.Compare(b.Qualification.IssuedOn, a.Qualification.IssuedOn))
	})
}

// outranked tells whether a valid certificate of a higher level does what this one was for.
func outranked(c tracker.Clock, clocks []tracker.Clock) bool {
	return slices.ContainsFunc(clocks, func(higher tracker.Clock) bool {
		return higher.Valid && len(c.Type.Skills) > 0 && slices.Contains(higher.Type.Skills, c.Type.Skills[0]) &&
			(!higher.Type.HasGeneration || higher.Qualification.Generation == c.Qualification.Generation)
	})
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

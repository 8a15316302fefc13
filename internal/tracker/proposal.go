package tracker

import "slices"

// DeedKind says what somebody did with a form: which use case carries it out.
type DeedKind string

// The kinds of deed that can wait for a second person.
const (
	DeedDecision      DeedKind = "decision"       // record or correct a decision
	DeedVoid          DeedKind = "void"           // take a fact about a dealership back
	DeedEndEmployment DeedKind = "end_employment" // record an employment's last day
	DeedModule        DeedKind = "module"         // set a module's days
	DeedLife          DeedKind = "life"           // record an event, a waiver or a proof
	DeedNewDealership DeedKind = "new_dealership"
	DeedMove          DeedKind = "move"
	DeedClose         DeedKind = "close"
	DeedNewPerson     DeedKind = "new_person"
	DeedEmployment    DeedKind = "employment"
	DeedLeave         DeedKind = "leave"
	DeedQualification DeedKind = "qualification"
	DeedReview        DeedKind = "review"
	DeedVoidOfPerson  DeedKind = "void_of_person" // take a fact about a person back
	DeedResults       DeedKind = "results"        // enter what came of a training session
	DeedResultBack    DeedKind = "result_back"    // take a booking's result back
)

// DeedKinds lists the kinds of deed.
var DeedKinds = []DeedKind{
	DeedDecision, DeedVoid, DeedEndEmployment, DeedModule, DeedLife, DeedNewDealership, DeedMove, DeedClose, DeedNewPerson, DeedEmployment,
	DeedLeave, DeedQualification, DeedReview, DeedVoidOfPerson, DeedResults, DeedResultBack,
}

// Ground is why something needs a second person.
type Ground string

// The grounds.
const (
	GroundBackDated    Ground = "back_dated"   // it changes days long before today
	GroundTwoPeople    Ground = "two_people"   // a decision that one person never takes alone
	GroundHeadquarters Ground = "headquarters" // a decision by somebody who may only propose it
)

// Grounds lists the grounds.
var Grounds = []Ground{GroundBackDated, GroundTwoPeople, GroundHeadquarters}

// ProposalState is how far a proposal is.
type ProposalState string

// The states of a proposal.
const (
	ProposalWaiting   ProposalState = "waiting" // for a second person
	ProposalConfirmed ProposalState = "confirmed"
	ProposalDeclined  ProposalState = "declined"
	ProposalWithdrawn ProposalState = "withdrawn"
)

// ProposalStates lists the states in the order of a proposal's life.
var ProposalStates = []ProposalState{ProposalWaiting, ProposalConfirmed, ProposalDeclined, ProposalWithdrawn}

// Proposal is a deed that somebody has entered and that waits for a second person. It is no fact: confirmed, the deed is
// carried out as it was typed and becomes facts, recorded by who confirmed it.
type Proposal struct {
	ID         FactID
	State      ProposalState
	Version    int // rises with every step; a step names the one it was taken on
	Deed       DeedKind
	Of         string // the code of a dealership or the staff number that the form is about
	Dealership DealershipID
	Person     PersonID // zero where it is about nobody, or about somebody who is not recorded yet
	Region     RegionID // of a dealership that is not recorded yet
	Ground     Ground
	Begins     Date   // the first day on which it makes a difference; zero: the open past
	Reason     string // as typed
	Form       string // what was typed, as JSON
	Kinds      string // the kinds of fact that it changes, joined by commas
	Base       string // what it was based on: see Fingerprint
	ProposedBy AccountID
	ProposedAt Moment
	DecidedBy  AccountID
	DecidedAt  Moment // zero while nobody has decided; else the moment of the facts that it became
	Answer     string // why it was declined
}

// BackDated tells whether a change that begins on a day needs a second person: it begins more than so many days before
// today, or in the open past.
func BackDated(begins, today Date, days int) bool { return begins == 0 || begins < today.Add(-days) }

// MayConfirm gives nil when the actor may confirm or decline the proposal: somebody else than who proposed it. Whether
// the role allows the deed is asked when it is carried out.
func (a Actor) MayConfirm(p Proposal) error {
	if err := a.May(ReviewClaims); err != nil {
		return err
	}
	if p.ProposedBy == a.ID {
		return Fault(Forbidden, "own_proposal")
	}
	return nil
}

// Confirmed gives the proposal as somebody confirmed it. The fault is Conflict when it does not wait.
func (p Proposal) Confirmed(by AccountID, at Moment) (Proposal, error) {
	return p.decided(ProposalConfirmed, by, at, "")
}

// Declined gives the proposal as somebody declined it. The fault is Conflict when it does not wait, and Invalid when who
// proposed it would not learn why.
func (p Proposal) Declined(by AccountID, at Moment, answer string) (Proposal, error) {
	if answer == "" && p.State == ProposalWaiting {
		return p, Fault(Invalid, "invalid_form").In("reason", "reason_required")
	}
	return p.decided(ProposalDeclined, by, at, answer)
}

// Withdrawn gives the proposal as taken back by who made it. The fault is Forbidden for anybody else, and Conflict when
// it does not wait.
func (p Proposal) Withdrawn(by AccountID, at Moment) (Proposal, error) {
	if p.ProposedBy != by {
		return p, Fault(Forbidden, "others_proposal")
	}
	return p.decided(ProposalWithdrawn, by, at, "")
}

func (p Proposal) decided(state ProposalState, by AccountID, at Moment, answer string) (Proposal, error) {
	if p.State != ProposalWaiting {
		return p, Fault(Conflict, "proposal_not_waiting", "proposal_state", string(p.State))
	}
	p.State, p.DecidedBy, p.DecidedAt, p.Answer = state, by, at, answer
	p.Version++
	return p, nil
}

// FourEyes gives a Forbidden fault when the decision judges something and would be taken by somebody who entered or
// assessed what it rests on: a step of the same round that prepares the judgement (since the last one), or a proof that
// holds on the day. requirements are the codes that the programme's standard asks for.
func (h History) FourEyes(cycle *Lifecycle, d Decision, by AccountID, requirements []string) error {
	if judges, _ := cycle.Decision(d.Decided); by == 0 || !judges.Judges {
		return nil
	}
	round := slices.DeleteFunc(ordered(h.Decisions), func(step Decision) bool {
		return step.Programme != d.Programme || step.Subject != d.Subject || step.Chain == d.Chain || step.EffectiveOn > d.EffectiveOn
	})
	for _, step := range slices.Backward(round) {
		def, _ := cycle.Decision(step.Decided)
		if def.Judges && step.EffectiveOn < d.EffectiveOn {
			break // the steps before belong to an earlier round
		}
		if def.Prepares && step.RecordedBy == by {
			return Fault(Forbidden, "four_eyes_step", "decision", string(step.Decided), "on", step.EffectiveOn)
		}
	}
	for _, proof := range h.Proofs {
		if proof.RecordedBy == by && slices.Contains(requirements, proof.Requirement) &&
			(Period{From: proof.From, Until: proof.Until}).Contains(d.EffectiveOn) {
			return Fault(Forbidden, "four_eyes_proof", "requirement", proof.Requirement)
		}
	}
	return nil
}

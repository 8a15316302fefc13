package tracker

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// ClaimKind is what a dealership reports.
type ClaimKind string

// The kinds of claim. What a dealership reports to its own disadvantage, or only intends, counts at once; what gives it
// something counts when it is accepted (MODEL.md §7).
const (
	ClaimLeaver        ClaimKind = "leaver"        // somebody leaves; counts at once
	ClaimStays         ClaimKind = "stays"         // somebody reported as leaving does not leave
	ClaimJoiner        ClaimKind = "joiner"        // somebody begins to work
	ClaimTransfer      ClaimKind = "transfer"      // a joiner whose staff number is known elsewhere: headquarters decides
	ClaimQualification ClaimKind = "qualification" // somebody earned a certificate
	ClaimReview        ClaimKind = "review"        // a permit was reviewed
	ClaimPlan          ClaimKind = "plan"          // a module is planned; counts at once
	ClaimLive          ClaimKind = "live"          // a module went live
)

// ClaimKinds lists the kinds that can be reported, in the order of a menu; a transfer is what a joiner turns out to be.
var ClaimKinds = []ClaimKind{
	ClaimLeaver, ClaimJoiner, ClaimQualification, ClaimReview, ClaimLive, ClaimPlan, ClaimStays,
}

// AtOnce tells whether a claim of the kind counts without being accepted.
func (k ClaimKind) AtOnce() bool { return k == ClaimLeaver || k == ClaimPlan }

// Arrives tells whether a claim of the kind brings somebody to the dealership, or back.
func (k ClaimKind) Arrives() bool {
	return k == ClaimJoiner || k == ClaimTransfer || k == ClaimStays
}

// ClaimState is how far a claim is.
type ClaimState string

// The states of a claim.
const (
	ClaimSubmitted ClaimState = "submitted" // waits for a reviewer
	ClaimReturned  ClaimState = "returned"  // waits for the dealership
	ClaimAccepted  ClaimState = "accepted"
	ClaimRejected  ClaimState = "rejected"
	ClaimWithdrawn ClaimState = "withdrawn"
)

// ClaimStates lists the states in the order of a claim's life.
var ClaimStates = []ClaimState{ClaimSubmitted, ClaimReturned, ClaimAccepted, ClaimRejected, ClaimWithdrawn}

// Claim is what a dealership asserts. It is no fact: accepted, it becomes one. Which of the fields are filled follows
// from the kind; days that people call an end are the last day.
type Claim struct {
	ID          FactID
	Kind        ClaimKind
	State       ClaimState
	Version     int // rises with every step; a step names the one it was taken on
	Dealership  DealershipID
	Person      PersonID // zero for a joiner whom nobody knows yet
	StaffNo     string
	Name        string // as typed, of a joiner
	Job         Job
	FirstDay    Date
	LastDay     Date
	Type        QualificationCode
	Generation  Generation
	Certificate string // masked when read
	IssuedOn    Date
	ReviewedOn  Date
	ReviewDueOn Date
	ExpiresOn   Date
	Module      string
	PlannedOn   Date
	LiveOn      Date
	Note        string
	Base        string // what it was based on: see Fingerprint
	EnteredBy   AccountID
	EnteredAt   Moment
	DecidedBy   AccountID
	DecidedAt   Moment // zero while nobody has decided
	Reason      string // why it was returned or rejected
	Fact        FactID // the chain of the fact that it became
}

// Fingerprint names what a claim is based on: the versions of the facts about its person or module. It changes when one
// of them is recorded, corrected or voided.
func Fingerprint(facts []Fact) string {
	ids := make([]string, len(facts))
	for i, f := range facts {
		ids[i] = string(f.Version().ID)
	}
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(strings.Join(ids, " ")))
	return hex.EncodeToString(sum[:12])
}

// Verdict is what a reviewer says to a claim.
type Verdict string

// The verdicts.
const (
	VerdictAccept Verdict = "accept"
	VerdictReturn Verdict = "return" // back to the dealership, which can mend it
	VerdictReject Verdict = "reject"
)

// MayReview gives nil when the actor may decide on the claim: a reviewer who did not enter it.
func (a Actor) MayReview(c Claim) error {
	if err := a.May(ReviewClaims); err != nil {
		return err
	}
	if c.EnteredBy == a.ID {
		return Fault(Forbidden, "own_claim")
	}
	return nil
}

// Decided gives the claim as a reviewer left it. The fault is Conflict when it does not wait for one, and Invalid when
// the dealership would not learn why.
func (c Claim) Decided(verdict Verdict, by AccountID, at Moment, reason string) (Claim, error) {
	states := map[Verdict]ClaimState{VerdictAccept: ClaimAccepted, VerdictReturn: ClaimReturned, VerdictReject: ClaimRejected}
	state, known := states[verdict]
	switch {
	case !known:
		return c, Fault(Invalid, "invalid_form").In("verdict", "unknown_verdict", "value", string(verdict))
	case c.State != ClaimSubmitted:
		return c, Fault(Conflict, "claim_not_waiting", "claim_state", string(c.State))
	case verdict != VerdictAccept && reason == "":
		return c, Fault(Invalid, "invalid_form").In("reason", "reason_required")
	}
	c.State, c.DecidedBy, c.DecidedAt, c.Reason = state, by, at, reason
	c.Version++
	return c, nil
}

// Withdrawn gives the claim as taken back by the dealership. The fault is Conflict when it has been decided.
func (c Claim) Withdrawn() (Claim, error) {
	if c.State != ClaimSubmitted && c.State != ClaimReturned {
		return c, Fault(Conflict, "claim_decided", "claim_state", string(c.State))
	}
	c.State = ClaimWithdrawn
	c.Version++
	return c, nil
}

// Resubmitted gives the claim as the dealership has mended it: next says what is claimed now. The fault is Conflict when
// it has been decided.
func (c Claim) Resubmitted(next Claim) (Claim, error) {
	if c.State != ClaimSubmitted && c.State != ClaimReturned {
		return c, Fault(Conflict, "claim_decided", "claim_state", string(c.State))
	}
	next.ID, next.Version, next.State = c.ID, c.Version+1, ClaimSubmitted
	return next, nil
}

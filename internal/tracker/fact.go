package tracker

import "cmp"

// Source says how a fact came in.
type Source string

// The sources of facts.
const (
	SourceForm   Source = "form"
	SourceClaim  Source = "claim"
	SourceImport Source = "import"
	SourceAPI    Source = "api"
	SourceDemo   Source = "demo"
)

// Head is what each version of a fact carries beside what it says. A version is never changed, but for the moment at
// which a correction or a voiding took its place.
type Head struct {
	ID           FactID
	Chain        FactID // the id of the chain's first version; it names the fact
	Restores     FactID // for a copy made by voiding a correction: the version it is a copy of
	RecordedAt   Moment
	FirstAt      Moment // when the chain's first version was recorded
	RecordedBy   AccountID
	Source       Source
	Reason       string // why this version was recorded; needed for corrections and voidings
	SupersededAt Moment // zero while this is what is known
}

// Kind of a fact, as used in changes, addresses and messages.
type FactKind string

// The kinds of fact (MODEL.md §2).
const (
	FactOperating     FactKind = "operating"
	FactAssignment    FactKind = "assignment"
	FactFranchise     FactKind = "franchise"
	FactEmployment    FactKind = "employment"
	FactLeave         FactKind = "leave"
	FactQualification FactKind = "qualification"
	FactReview        FactKind = "review"
	FactProof         FactKind = "proof"
	FactModule        FactKind = "module"
	FactDecision      FactKind = "decision"
	FactWaiver        FactKind = "waiver"
	FactPublication   FactKind = "publication"
	FactEvent         FactKind = "event"
)

// Fact is any version of any kind of fact.
type Fact interface {
	Kind() FactKind
	// Version gives the head.
	Version() Head
	// FirstDay is the first day on which the fact can change anything; zero when it is open to the past.
	FirstDay() Date
}

// Version gives the head itself, so that each fact that embeds it is a Fact.
func (h Head) Version() Head { return h }

// later orders facts that compete for one day: the later beginning wins, then the later chain.
func later(aFrom, bFrom Date, a, b Head) int {
	return cmp.Or(cmp.Compare(aFrom, bFrom), cmp.Compare(a.Chain, b.Chain))
}

// WithHead gives a fact with another head.
func WithHead(fact Fact, head Head) Fact {
	switch f := fact.(type) {
	case OperatingPeriod:
		f.Head = head
		return f
	case Assignment:
		f.Head = head
		return f
	case Franchise:
		f.Head = head
		return f
	case Employment:
		f.Head = head
		return f
	case Leave:
		f.Head = head
		return f
	case Qualification:
		f.Head = head
		return f
	case Review:
		f.Head = head
		return f
	case Proof:
		f.Head = head
		return f
	case Module:
		f.Head = head
		return f
	case Decision:
		f.Head = head
		return f
	case Waiver:
		f.Head = head
		return f
	case Publication:
		f.Head = head
		return f
	case Event:
		f.Head = head
		return f
	default:
		return fact
	}
}

// DealershipOf gives the dealership that a fact names.
func DealershipOf(fact Fact) (DealershipID, bool) {
	switch f := fact.(type) {
	case OperatingPeriod:
		return f.Dealership, true
	case Assignment:
		return f.Dealership, true
	case Franchise:
		return f.Dealership, true
	case Employment:
		return f.Dealership, true
	case Proof:
		return f.Dealership, true
	case Module:
		return f.Dealership, true
	case Decision:
		return f.Dealership, true
	case Waiver:
		return f.Dealership, true
	case Event:
		return f.Dealership, true
	default:
		return 0, false
	}
}

// PersonOf gives the person whom a fact is about, zero for none.
func PersonOf(fact Fact) PersonID {
	switch f := fact.(type) {
	case Employment:
		return f.Person
	case Leave:
		return f.Person
	case Qualification:
		return f.Person
	case Review:
		return f.Person
	default:
		return 0
	}
}

package tracker

// DraftState is how far a pack is on its way to being published.
type DraftState string

// The states of a draft. Published and discarded ones are never changed again.
const (
	DraftOpen      DraftState = "draft"
	DraftChecked   DraftState = "impact_checked"
	DraftPublished DraftState = "published"
	DraftDiscarded DraftState = "discarded"
)

// Draft is a pack that somebody sent and that is not in force: its text, and the day on which it is to come into force.
type Draft struct {
	ID              string
	Programme       ProgrammeCode
	Standard        string // the version
	State           DraftState
	Version         int    // rises with each change
	File            string // the name under which it was sent
	Pack            string // the YAML text
	PackHash        string // SHA-256 of the text, hex
	EffectiveOn     Date
	TransitionUntil Date
	UploadedBy      AccountID
	UploadedLogin   string
	UploadedAt      Moment
	ClosedBy        AccountID // who published or discarded it
	ClosedLogin     string
	ClosedAt        Moment
	Fact            FactID // of a published one: the publication
}

// Open tells whether the draft can still be changed, checked, published or discarded.
func (d Draft) Open() bool { return d.State == DraftOpen || d.State == DraftChecked }

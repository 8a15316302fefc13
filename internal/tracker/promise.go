package tracker

// Promise is somebody's word that a loss which is coming will be averted by a day. It changes no standing.
type Promise struct {
	ID         string
	Dealership DealershipID
	Programme  ProgrammeCode
	LostOn     Date // the first day of what is to be averted
	PromisedOn Date // the last day by which it is to be done
	Note       string
	MadeAt     Moment
	MadeBy     AccountID
	DoneAt     Moment // zero while it is open
	DoneBy     AccountID
}

// Done tells whether the promise was ticked.
func (p Promise) Done() bool { return p.DoneAt != 0 }

// Late tells whether the promise is open after its last day.
func (p Promise) Late(today Date) bool { return !p.Done() && p.PromisedOn < today }

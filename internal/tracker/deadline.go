package tracker

// DeadlineKind is which of a certificate's clocks ends.
type DeadlineKind string

// The clocks of a certificate.
const (
	DeadlineReview DeadlineKind = "review"
	DeadlineExpiry DeadlineKind = "expiry"
)

// Stage is how near a deadline is on a day.
type Stage string

// The stages, in the order of time.
const (
	StageAhead  Stage = "ahead"  // it cannot be applied for yet
	StageOpen   Stage = "open"   // it can be applied for
	StageTight  Stage = "tight"  // it can, but a decision may come too late
	StageMissed Stage = "missed" // the last day has passed
)

// Deadline is a day by which something must have been done for a certificate. After it there is no grace.
type Deadline struct {
	Kind     DeadlineKind
	Opens    Date // the first day on which it can be applied for, or renewed; zero: no window is set
	Sensible Date // the last day on which an application is decided in time; zero: nothing is known of that
	Last     Date // the last day that counts
	Assumed  bool // no day was recorded: it follows from the pack
}

// Stage tells how near the deadline is on a day.
func (d Deadline) Stage(on Date) Stage {
	switch {
	case on > d.Last:
		return StageMissed
	case d.Opens != 0 && on < d.Opens:
		return StageAhead
	case d.Sensible != 0 && on > d.Sensible:
		return StageTight
	default:
		return StageOpen
	}
}

// Deadlines gives the days by which a certificate must be reviewed and renewed, the review first. What was never given
// an end has none.
func (c Clock) Deadlines() []Deadline {
	window := c.Type.ApplicationWindow
	var out []Deadline
	if c.ReviewDue != 0 {
		out = append(out, c.deadline(DeadlineReview, c.ReviewDue, window, c.ReviewAssumed))
	}
	if c.Qualification.ExpiresOn != 0 {
		if window == 0 {
			window = c.Type.RenewalWindow
		}
		out = append(out, c.deadline(DeadlineExpiry, c.Qualification.ExpiresOn, window, false))
	}
	return out
}

func (c Clock) deadline(kind DeadlineKind, last Date, window int, assumed bool) Deadline {
	d := Deadline{Kind: kind, Last: last, Assumed: assumed}
	if window > 0 {
		d.Opens = last.Add(-window)
	}
	if c.Type.DecisionDays > 0 {
		d.Sensible = last.AddWorkingDays(-c.Type.DecisionDays)
	}
	return d
}

// inDate tells whether a certificate is in date on a day, asleep or not.
func (c Clock) inDate(on Date) bool {
	q := c.Qualification
	return q.IssuedOn <= on && (q.ExpiresOn == 0 || on <= q.ExpiresOn) && (c.ReviewDue == 0 || on <= c.ReviewDue)
}

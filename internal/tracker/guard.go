package tracker

// ConcernKind is what stands against a certificate or a place on a course.
type ConcernKind string

// The kinds of concern.
const (
	ConcernPrerequisite ConcernKind = "prerequisite"  // something that must be held before is not
	ConcernBridgeClosed ConcernKind = "bridge_closed" // the certificate from which the bridge leads is not valid
	ConcernNoBridge     ConcernKind = "no_bridge"     // there is no web-based way to it
	ConcernTooLong      ConcernKind = "too_long"      // the certificate ends later than the rules issue it for
	ConcernNumber       ConcernKind = "number"        // its number is recorded for somebody else: likely a borrowed one
)

// Concern is something that stands, on a day, against a certificate being issued or a course being booked.
type Concern struct {
	Kind    ConcernKind
	On      Date       // the day that is looked at
	Missing Missing    // of a prerequisite
	From    Generation // of a closed bridge: the generation from which it leads
	Since   Date       // of a closed bridge: the first day on which it was closed; zero: it never was open
	Last    Date       // of one that is too long: the last day by the rules
}

// Like tells whether two concerns say the same, whatever the day that they look at.
func (c Concern) Like(d Concern) bool {
	return c.Kind == d.Kind && c.Missing.Type == d.Missing.Type && c.Missing.Generation == d.Missing.Generation
}

// Concerns gives what stands against a certificate on its day of issue. It is no error: a certificate from outside may
// be true nevertheless, so whoever records it is asked. A certificate that is recorded already does not speak for itself.
func (h PersonHistory) Concerns(rules Rulebook, q Qualification) []Concern {
	kind := rules.qualificationType(q.Type, q.IssuedOn)
	out := lacking(h.holdings(rules, q.Chain), rules, kind, kind.generationOf(&q), q.IssuedOn)
	if kind.ValidityMonths > 0 {
		last := q.IssuedOn.AddMonths(kind.ValidityMonths)
		// A certificate that runs to the same day of the month is as usual as one that runs to the day before.
		if q.ExpiresOn > last {
			out = append(out, Concern{Kind: ConcernTooLong, On: q.IssuedOn, Last: last.Add(-1)})
		}
	}
	return out
}

// Admission gives what stands against a person's coming by a type of qualification on a day, by the bridge or by the
// whole course: the day is the one on which the certificate would be issued, the last of the course. Nothing: it may be
// booked.
func (h PersonHistory) Admission(rules Rulebook, code QualificationCode, generation Generation, path Path, on Date) []Concern {
	kind, held := rules.qualificationType(code, on), h.holdings(rules, "")
	out := lacking(held, rules, kind, generation, on)
	if path != PathBridge {
		return out
	}
	switch bridge := bridgeTo(held, kind, generation, on); {
	case bridge.From == "":
		out = append(out, Concern{Kind: ConcernNoBridge, On: on})
	case !bridge.Open:
		out = append(out, Concern{Kind: ConcernBridgeClosed, On: on, From: bridge.From, Since: bridge.Closed})
	}
	return out
}

func lacking(held []holding, rules Rulebook, kind *QualificationType, generation Generation, on Date) []Concern {
	var out []Concern
	for _, m := range missing(held, rules, kind, generation, on) {
		out = append(out, Concern{Kind: ConcernPrerequisite, On: on, Missing: m})
	}
	return out
}

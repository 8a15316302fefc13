package tracker

// EventKind is something that happens in the life of a dealership beyond its decisions.
type EventKind string

// The kinds of event.
const (
	EventCustody     EventKind = "custody"          // somebody else runs it for its owner
	EventOwnership   EventKind = "ownership_change" // another company owns it
	EventRelocation  EventKind = "relocation"       // it moves to another address
	EventTermination EventKind = "termination"      // its agreement ends: what is left is sold off
)

// EventKinds lists the kinds in the order of a form.
var EventKinds = []EventKind{EventCustody, EventOwnership, EventRelocation, EventTermination}

// Event is an event in the life of a dealership. While it lasts, what a pack names does not hold, but for the days that
// headquarters bridges with a transitional right. On its first day proofs die that hang on what it changes.
type Event struct {
	Head
	Dealership DealershipID
	Event      EventKind
	From       Date
	Until      Date // the first day on which it is over; zero: no end is known
	BridgedTo  Date // the last day of the transitional right; zero: none was granted
	Note       string
}

func (Event) Kind() FactKind { return FactEvent }

// FirstDay is the first day of the event.
func (f Event) FirstDay() Date { return f.From }

// Kills tells whether an event of the kind ends proofs that hang on something.
func (k EventKind) Kills(binding Binding) bool {
	switch k {
	case EventRelocation:
		return binding == BoundToSite
	case EventOwnership:
		return binding == BoundToEntity
	case EventTermination:
		return binding == BoundToSite || binding == BoundToEntity
	default:
		return false
	}
}

// Died is a proof that an event has ended, with the requirement that it was for.
type Died struct {
	Proof Proof
	Event Event
}

// ended gives the day from which on an event has ended a proof, and the event; zero where none has. An event of the
// proof's own first day finds the proof made for what it brings.
func ended(p *Proof, binding Binding, events []Event) (Date, *Event) {
	var first *Event
	for i := range events {
		e := &events[i]
		if e.Event.Kills(binding) && e.From > p.From && (first == nil || e.From < first.From) {
			first = e
		}
	}
	if first == nil || !(Period{p.From, p.Until}).Contains(first.From) {
		return 0, nil
	}
	return first.From, first
}

// disturbed gives the days on which one of several kinds of event stands against what must hold. A transitional right
// bridges the first days of an event, so many at most.
func disturbed(events []Event, kinds []string, transitionDays int) days {
	var list []Period
	for i := range events {
		e := &events[i]
		for _, kind := range kinds {
			if e.Event != EventKind(kind) {
				continue
			}
			from := e.From
			if e.BridgedTo != 0 {
				from = max(from, min(e.BridgedTo.Add(1), e.From.Add(transitionDays)))
			}
			list = append(list, Period{from, e.Until})
		}
	}
	return merged(list)
}

// Deaths gives the proofs that events up to a day have ended and that nothing has taken the place of by that day: what a
// delta audit looks at.
func (h History) Deaths(rules Rulebook, on Date) []Died {
	var out []Died
	for i := range h.Proofs {
		p := &h.Proofs[i]
		binding := rules.bindingOf(p.Requirement, on)
		day, event := ended(p, binding, h.Events)
		if event == nil || day > on {
			continue
		}
		again := false
		for j := range h.Proofs {
			q := &h.Proofs[j]
			if q.Requirement != p.Requirement || q.Subject != p.Subject || q.From > on {
				continue
			}
			alive, _ := ended(q, binding, h.Events)
			again = again || (Period{q.From, earlier(q.Until, alive)}).Contains(on)
		}
		if !again {
			out = append(out, Died{*p, *event})
		}
	}
	return out
}

// bindingOf gives what proofs of a requirement hang on by the newest standard in force on a day that knows it, else by
// the first that does.
func (b Rulebook) bindingOf(code string, on Date) Binding {
	var binding Binding
	found := false
	for i := range b.standards {
		s := &b.standards[i]
		if r, known := s.Requirement(code); known && (!found || s.EffectiveOn <= on) {
			binding, found = r.Binding, true
		}
	}
	return binding
}

// Last gives the last day of the event; zero when no end is known.
func (f Event) Last() Date { return f.Until.Add(-1) }

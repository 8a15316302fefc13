package tracker

import (
	"slices"
	"strings"
)

// BecauseRights explains every right on a day: what can be sold in the order of launch, then what can be serviced. It is
// empty where no standard of rights is in force on the day.
func (h History) BecauseRights(rules Rulebook, on Date) []BecauseRight {
	l := h.life(rules)
	var out []BecauseRight
	for i, programme := range rules.programmes {
		if l.all()[i].kind != KindRights {
			continue
		}
		g := l.guarding(programme)
		standard := judging(g.versions, "", on)
		if standard == nil {
			continue
		}
		for _, s := range rules.subjects {
			out = append(out, g.explain(*standard, s, on))
		}
	}
	return out
}

// RightCode names a kind of right and its model or generation.
type RightCode struct {
	Kind    RightKind
	Subject string
}

// RightCodes gives every right that the packs know: models to sell in the order of launch, then generations to service.
func (b Rulebook) RightCodes() []RightCode {
	var out []RightCode
	for _, s := range b.subjects {
		out = append(out, RightCode{s.kind, s.code})
	}
	return out
}

// RightsStandard gives the guards of rights in force on a day. The fault is NotFound where there are none.
func (b Rulebook) RightsStandard(on Date) (Standard, error) {
	for _, programme := range b.programmes {
		if versions := b.Versions(programme); versions[0].Kind == KindRights {
			return b.InForce(programme, on)
		}
	}
	return Standard{}, Fault(NotFound, "no_standard", "programme", ProgrammeModels, "on", on)
}

// SubjectStanding is what was decided about one model at a dealership, on a day.
type SubjectStanding struct {
	State      State
	Since      Date // the first day of the state; zero: open to the past
	ValidUntil Date // the last day, of a state that ends by itself; else zero
	May        bool // the state lets the right be
}

// SubjectStanding gives what was decided about a subject of a programme, on a day; the zero one where no pack knows the
// programme.
func (h History) SubjectStanding(rules Rulebook, programme ProgrammeCode, subject string, on Date) SubjectStanding {
	versions := rules.Versions(programme)
	if len(versions) == 0 {
		return SubjectStanding{}
	}
	stands, _ := fold(versions, h.decided(programme, subject), nil)
	var out SubjectStanding
	for _, st := range stands {
		if st.From > on {
			break
		}
		if st.Value.State != out.State {
			out.Since = st.From
		}
		out.State, out.ValidUntil, out.May = st.Value.State, st.Value.ValidUntil, st.Value.May
	}
	return out
}

// Behind gives the recorded fact on which a guard of a right rests on a day, where it is a single one: the franchise, the
// decision, the proof, the event or the waiver; nil for what rests on people, on the law as a whole or on a launch.
func (h History) Behind(rules Rulebook, b Because, on Date) Fact {
	if b.Outcome == WaivedOutcome {
		return newest(h.Waivers, on, func(w Waiver) bool {
			return w.Requirement == b.Requirement.Code && (Period{w.From, w.Until}).Contains(on)
		})
	}
	switch m := b.Requirement.Measure; m.Kind {
	case MeasureFranchise:
		return newest(h.Franchises, on, func(f Franchise) bool {
			return listed(m.Franchises, string(f.Brand)) && (b.Outcome != Holds || (Period{f.From, f.Until}).Contains(on))
		})
	case MeasureState:
		return h.decidedLast(rules, m.Programme, "", on)
	case MeasureSubject:
		return h.decidedLast(rules, m.Programme, m.Subject, on)
	case MeasureProof:
		return newest(h.Proofs, on, func(p Proof) bool {
			return p.Requirement == b.Requirement.Code && p.Subject == m.Subject
		})
	case MeasureUndisturbed:
		return newest(h.Events, on, func(e Event) bool {
			return slices.Contains(m.Codes.All(), string(e.Event)) && (Period{e.From, e.Until}).Contains(on)
		})
	default:
		return nil
	}
}

// decidedLast gives the last decision that counts by a day.
func (h History) decidedLast(rules Rulebook, programme ProgrammeCode, subject string, on Date) Fact {
	versions := rules.Versions(programme)
	if len(versions) == 0 {
		return nil
	}
	decided := h.decided(programme, subject)
	_, skipped := fold(versions, decided, h.Modules)
	return newest(decided, on, func(d Decision) bool {
		return !slices.ContainsFunc(skipped, func(s Skipped) bool { return s.Decision.ID == d.ID })
	})
}

// newest gives the fact that began last, of those that began by a day and fit; nil when there is none.
func newest[F Fact](facts []F, on Date, fits func(F) bool) Fact {
	var out Fact
	for _, f := range facts {
		if f.FirstDay() > on || !fits(f) {
			continue
		}
		if out == nil || later(out.FirstDay(), f.FirstDay(), out.Version(), f.Version()) <= 0 {
			out = f
		}
	}
	return out
}

// listed tells whether a brand is one of those between semicolons.
func listed(brands, brand string) bool { return slices.Contains(strings.Split(brands, ";"), brand) }

package tracker

import "strings"

// measured gives the outcomes of measures that look beyond people and proofs.
func (l *life) measured(m Measure) steps[Outcome] {
	switch m.Kind {
	case MeasureRequirement:
		return l.required(m.Codes.All())
	case MeasureState:
		return l.granted(m)
	case MeasureModules:
		return l.live(m.Codes.All())
	case MeasureLaw:
		light := cursor[Light]{steps: l.lawLight()}
		return tabulate(light.steps.breaks(nil), func(d Date) Outcome { return verdict(light.at(d) != InBreach) })
	case MeasureFranchise:
		return l.franchised(strings.Split(m.Franchises, ";"))
	case MeasureLaunch:
		return l.launched(m.Subject)
	case MeasureSubject:
		stands, _ := fold(l.rules.Versions(m.Programme), l.history.decided(m.Programme, m.Subject), nil)
		return granting(stands)
	case MeasureUndisturbed:
		stopped := disturbed(l.history.Events, m.Codes.All(), m.TransitionDays)
		return recorded(stopped.complement(), 0)
	default:
		return steps[Outcome]{{Value: Fails}} // nothing tells that it holds
	}
}

// required gives the worst outcome of other requirements; those that are not asked for do not matter.
func (l *life) required(codes []string) steps[Outcome] {
	var breaks []Date
	sights := make([]cursor[sight], len(codes))
	for i, code := range codes {
		sights[i].steps = l.sights(code)
		breaks = sights[i].steps.breaks(breaks)
	}
	return tabulate(breaks, func(d Date) Outcome {
		out := NotApplicable
		for i := range sights {
			switch seen := sights[i].at(d).Outcome; {
			case seen == Fails:
				return Fails
			case seen == Unknown, seen != "" && out == NotApplicable:
				out = seen
			}
		}
		return out
	})
}

// granted gives whether the state in a programme gives its right.
func (l *life) granted(m Measure) steps[Outcome] {
	c := l.course(m.Programme)
	if c == nil {
		return steps[Outcome]{{Value: Unknown}}
	}
	out := granting(c.stands)
	if !m.OnceRecorded {
		return out
	}
	first := endOfTime
	for _, d := range l.history.decided(m.Programme, "") {
		first = min(first, d.EffectiveOn)
	}
	granted := cursor[Outcome]{steps: out}
	return tabulate(out.breaks([]Date{first}), func(d Date) Outcome {
		if d < first {
			return Unknown
		}
		return granted.at(d)
	})
}

func granting(stands steps[stand]) steps[Outcome] {
	now := cursor[stand]{steps: stands}
	return tabulate(stands.breaks(nil), func(d Date) Outcome { return verdict(now.at(d).May) })
}

// live gives whether modules are live; unknown before anything is known of any.
func (l *life) live(codes []string) steps[Outcome] {
	first, all := endOfTime, Date(0)
	for _, code := range codes {
		reached := Date(0)
		for i := range l.history.Modules {
			if m := &l.history.Modules[i]; m.Module == code {
				reached = earlier(m.LiveOn, m.VerifiedOn)
			}
		}
		if reached == 0 {
			reached = endOfTime
		}
		all = max(all, reached)
	}
	for i := range l.history.Modules {
		if day := l.history.Modules[i].FirstDay(); day != 0 {
			first = min(first, day)
		}
	}
	return recorded(days(nil).add(Period{From: all}), first)
}

// franchised gives whether the dealership has one of several franchises; unknown before the first of
// any brand is recorded.
func (l *life) franchised(brands []string) steps[Outcome] {
	var list []Period
	first := endOfTime
	for i := range l.history.Franchises {
		f := &l.history.Franchises[i]
		first = min(first, f.From)
		for _, brand := range brands {
			if f.Brand == Brand(brand) {
				list = append(list, Period{f.From, f.Until})
			}
		}
	}
	return recorded(merged(list), first)
}

// launched gives whether a model is on sale by the packs in force.
func (l *life) launched(model string) steps[Outcome] {
	var breaks []Date
	for i := range l.rules.standards {
		breaks = append(breaks, l.rules.standards[i].EffectiveOn)
		for _, m := range l.rules.standards[i].Models {
			if m.Code == model {
				breaks = append(breaks, m.LaunchOn, m.EndOn.Add(1))
			}
		}
	}
	return tabulate(breaks, func(d Date) Outcome {
		m, known := l.rules.model(model, d)
		return verdict(known && m.OnSale(d))
	})
}

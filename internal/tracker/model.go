package tracker

import (
	"cmp"
	"slices"
)

// Model is an electric model of the maker, known by its code in a pack.
type Model struct {
	Code       string
	Name       string
	Brand      Brand
	Franchises string // one of these brands is needed to sell it, with semicolons between them; empty: its own brand
	Generation Generation
	LaunchOn   Date
	EndOn      Date // the last day of sale; zero: none known
	Source     Provenance
}

// OnSale tells whether the model is sold on a day.
func (m Model) OnSale(on Date) bool {
	return Through(m.LaunchOn, m.EndOn).Contains(on) && m.LaunchOn != 0
}

// model gives a model as the packs in force on a day know it; failing that as the first pack does that knows it.
func (b Rulebook) model(code string, on Date) (Model, bool) {
	for _, programme := range b.programmes {
		if s, err := b.InForce(programme, on); err == nil {
			for _, m := range s.Models {
				if m.Code == code {
					return m, true
				}
			}
		}
	}
	return Model{}, false
}

// AllModels gives every model of every pack, each once, in the order of launch, as the newest pack that knows it does.
func (b Rulebook) AllModels() []Model {
	var out []Model
	for i := range b.standards {
		for _, m := range b.standards[i].Models {
			at := slices.IndexFunc(out, func(have Model) bool { return have.Code == m.Code })
			if at < 0 {
				out = append(out, m)
			} else {
				out[at] = m
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Model) int { return cmp.Or(cmp.Compare(a.LaunchOn, b.LaunchOn), cmp.Compare(a.Code, b.Code)) })
	return out
}

// Generations gives the generations that can be serviced by any pack, in the packs' order.
func (b Rulebook) Generations() []Generation {
	var out []Generation
	for i := range b.standards {
		for _, g := range b.standards[i].Generations {
			if !slices.Contains(out, g) {
				out = append(out, g)
			}
		}
	}
	return out
}

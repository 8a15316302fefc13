package tracker

// Model is an electric model of the maker, known by its code in a pack.
type Model struct {
	Code       string
	Name       string
	Brand      Brand
	Generation Generation
	LaunchOn   Date
	EndOn      Date // the last day of sale; zero: none known
	Source     Provenance
}

// OnSale tells whether the model is sold on a day.
func (m Model) OnSale(on Date) bool {
	return Through(m.LaunchOn, m.EndOn).Contains(on) && m.LaunchOn != 0
}

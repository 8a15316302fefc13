package tracker

// Module is how far a dealership is with one module of the digital upgrade. There is one chain for each dealership
// and module.
type Module struct {
	Head
	Dealership   DealershipID
	Module       string
	PlannedSince Date // the day on which a plan was first recorded, carried by every later version
	PlannedOn    Date // the day it is planned for
	LiveOn       Date
	VerifiedOn   Date
}

func (Module) Kind() FactKind { return FactModule }

// FirstDay is the earliest of the days on which the module was planned, went live or was verified.
func (f Module) FirstDay() Date {
	return earlier(earlier(f.PlannedSince, f.LiveOn), f.VerifiedOn)
}

// ModuleState is how far a module is on a day.
type ModuleState string

// The states of a module.
const (
	ModuleOpen     ModuleState = "open"
	ModulePlanned  ModuleState = "planned"
	ModuleLive     ModuleState = "live"
	ModuleVerified ModuleState = "verified"
)

// On gives the module's state on a day.
func (f Module) On(day Date) ModuleState {
	reached := func(d Date) bool { return d != 0 && d <= day }
	switch {
	case reached(f.VerifiedOn):
		return ModuleVerified
	case reached(f.LiveOn):
		return ModuleLive
	case reached(f.PlannedSince):
		return ModulePlanned
	default:
		return ModuleOpen
	}
}

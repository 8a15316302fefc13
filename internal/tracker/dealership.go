package tracker

// Format is what kind of outlet a dealership runs.
type Format string

// The formats of CONTRACT.md.
const (
	Format4S        Format = "4s"
	Format5S        Format = "5s"
	FormatShowroom  Format = "showroom"
	FormatService   Format = "service"
	FormatIShowroom Format = "ishowroom"
)

// Formats lists the formats in the order of a form.
var Formats = []Format{Format4S, Format5S, FormatShowroom, FormatService, FormatIShowroom}

// Brand is a franchise of the maker.
type Brand string

// Brands lists the franchises in the order of a form.
var Brands = []Brand{"BMW", "BMW i", "MINI", "Rolls-Royce", "BMW Motorrad"}

// Dealership is a dealer's outlet: its code, never reused, and its plain attributes with their current values.
type Dealership struct {
	ID           DealershipID
	Code         string
	NameZh       string
	NameEn       string
	Province     string
	City         string
	Address      string
	Phone        string
	ServicePhone string
	Lat          *float64 // degrees north
	Lng          *float64 // degrees east
	Format       Format
	Version      int64 // rises with each change of the dealership or a fact about it
}

// Region is a part of the network with its managers.
type Region struct {
	ID     RegionID
	Code   string
	NameEn string
	NameZh string
}

// Zone is a part of a region.
type Zone struct {
	ID   ZoneID
	Code string
}

// Group is a dealer group: it owns several dealerships.
type Group struct {
	ID     GroupID
	Code   string
	NameEn string
	NameZh string
}

// OperatingPeriod says that a dealership is open. Outside its periods it is in no count.
type OperatingPeriod struct {
	Head
	Dealership DealershipID
	From       Date
	Until      Date // the first day on which it no longer operates
}

// Assignment places a dealership in a region, a zone and a group.
type Assignment struct {
	Head
	Dealership DealershipID
	Region     RegionID
	Zone       ZoneID  // zero for none
	Group      GroupID // zero for none
	From       Date
	Until      Date
}

// Franchise is a dealership's right to a brand.
type Franchise struct {
	Head
	Dealership DealershipID
	Brand      Brand
	From       Date
	Until      Date
}

func (OperatingPeriod) Kind() FactKind { return FactOperating }
func (Assignment) Kind() FactKind      { return FactAssignment }
func (Franchise) Kind() FactKind       { return FactFranchise }

// FirstDay is the first operating day.
func (f OperatingPeriod) FirstDay() Date { return f.From }

// FirstDay is the first day of the assignment.
func (f Assignment) FirstDay() Date { return f.From }

// FirstDay is the first day of the franchise.
func (f Franchise) FirstDay() Date { return f.From }

// Place is where in the network a dealership is on a day.
type Place struct {
	Region RegionID
	Zone   ZoneID
	Group  GroupID
}

// operatingDays gives the days on which the dealership operates.
func operatingDays(periods []OperatingPeriod) days {
	list := make([]Period, len(periods))
	for i := range periods {
		list[i] = Period{periods[i].From, periods[i].Until}
	}
	return merged(list)
}

// places gives the dealership's place on each day; where assignments overlap, the later one counts.
func places(assignments []Assignment) steps[Place] {
	breaks := make([]Date, 0, 2*len(assignments)+1)
	for i := range assignments {
		breaks = append(breaks, assignments[i].From, assignments[i].Until)
	}
	return tabulate(breaks, func(d Date) Place {
		var best *Assignment
		for i := range assignments {
			a := &assignments[i]
			if (Period{a.From, a.Until}).Contains(d) && (best == nil || later(a.From, best.From, a.Head, best.Head) > 0) {
				best = a
			}
		}
		if best == nil {
			return Place{}
		}
		return Place{best.Region, best.Zone, best.Group}
	})
}

// PlaceOn gives the dealership's place on a day; the zero Place when it has none.
func (h History) PlaceOn(on Date) Place { return places(h.Assignments).at(on) }

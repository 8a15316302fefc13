package tracker

// Matter is what somebody is the right person for.
type Matter string

// The matters of a dealership's contacts.
const (
	MatterGeneral Matter = "general"
	MatterPeople  Matter = "people"  // technicians, permits, training
	MatterSales   Matter = "sales"   // sales consultants
	MatterDigital Matter = "digital" // the digital upgrade
)

// Matters lists the matters in the order of a form.
var Matters = []Matter{MatterGeneral, MatterPeople, MatterSales, MatterDigital}

// Reach is how to reach a person. It is personal data.
type Reach struct {
	Name     string
	Position string
	Phone    string
	Email    string
}

// Contact is a person at a dealership to call in a matter: a plain attribute of it.
type Contact struct {
	ID         string
	Dealership DealershipID
	Matter     Matter
	Reach
	Version int64 // rises with each change
}

// Part is a part of the network that somebody is responsible for.
type Part struct {
	Place PartKind
	Ref   int64 // the id of a region or zone; zero for headquarters
}

// PartKind is the kind of a part of the network.
type PartKind string

// The parts of the network.
const (
	PlaceHeadquarters PartKind = "headquarters"
	PlaceRegion       PartKind = "region"
	PlaceZone         PartKind = "zone"
)

// Responsible is the person responsible for a part of the network.
type Responsible struct {
	Part
	Reach
	Version int64 // rises with each change
}

// Matter gives the matter that a change belongs to, by what caused it.
func (c Change) Matter() Matter {
	if c.After.Programme == ProgrammeDigitalUpgrade {
		return MatterDigital
	}
	for _, cause := range c.Causes {
		switch m := cause.Requirement.Measure; {
		case m.Job == JobSalesConsultant:
			return MatterSales
		case m.Skill != "" && m.Skill != SkillEmployed:
			return MatterPeople
		}
	}
	return MatterGeneral
}

package tracker

import (
	"cmp"
	"slices"
	"strings"
)

// Text is a text of a pack in the languages of the product.
type Text struct {
	En string
	Zh string
}

// Basis says who asks for something: the law, the maker (brand), or nobody but our own assumption.
type Basis string

// The bases of a number.
const (
	BasisLaw        Basis = "law"
	BasisBrand      Basis = "brand"
	BasisAssumption Basis = "assumption"
)

// Provenance says where a number comes from.
type Provenance struct {
	Basis Basis
	Cite  string // the law, the standard or the reason for assuming
}

// ProgrammeCode names a programme: law, bmw-i, digital-upgrade…
type ProgrammeCode string

// The programmes that the core itself speaks of; packs may name more.
const (
	ProgrammeLaw            ProgrammeCode = "law"
	ProgrammeBMWi           ProgrammeCode = "bmw-i"
	ProgrammeDigitalUpgrade ProgrammeCode = "digital-upgrade"
	ProgrammeModels         ProgrammeCode = "models"
)

// ProgrammeKind says how a programme's state comes about.
type ProgrammeKind string

// The kinds of programme.
const (
	KindLaw           ProgrammeKind = "law"           // applies to everybody; only a light
	KindCertification ProgrammeKind = "certification" // decided, dated, with two lights
	KindProject       ProgrammeKind = "project"       // modules and a completion, no lights
	KindIndex         ProgrammeKind = "index"         // applies to everybody; a brand light and a score
	KindRights        ProgrammeKind = "rights"        // what must hold to sell a model, to service a generation
)

// Severity says what a failed brand requirement does.
type Severity string

// The severities. Minor ones change the score only.
const (
	Critical Severity = "critical"
	Major    Severity = "major"
	Minor    Severity = "minor"
)

// MeasureKind says how a requirement is measured.
type MeasureKind string

// The kinds of measure.
const (
	MeasureCount MeasureKind = "count" // so many people with a skill
	MeasureRatio MeasureKind = "ratio" // such a share of those in a job has a skill
	MeasureProof MeasureKind = "proof" // an accepted proof holds

	MeasureRequirement MeasureKind = "requirement" // another requirement, of any programme, holds
	MeasureState       MeasureKind = "state"       // the state in a programme gives its right
	MeasureModules     MeasureKind = "modules"     // modules of a project are live
	MeasureLaw         MeasureKind = "law"         // the law light is not in breach
	MeasureFranchise   MeasureKind = "franchise"   // the dealership has the brand's franchise
	MeasureLaunch      MeasureKind = "launch"      // the model is on sale
	MeasureSubject     MeasureKind = "subject"     // what was decided about the model itself gives the right
	MeasureUndisturbed MeasureKind = "undisturbed" // no event in the life of the dealership stands against it
)

// Measure says when a requirement holds.
type Measure struct {
	Kind       MeasureKind
	Skill      Skill
	Generation Generation // empty: any
	Job        Job        // count of SkillEmployed: the job; ratio: the job that is the denominator
	AtLeast    int        // people
	Percent    int        // of the denominator
	JoinerDays int        // so long after joining a person is outside the denominator

	Programme      ProgrammeCode // of state: whose; of subject: where models are decided about
	Codes          CodeList      // of requirement, modules and undisturbed: which
	Franchises     string        // of franchise: one of these brands, with semicolons between them
	Subject        string        // of proof, launch and subject: the model or generation
	Of             SubjectPart   // what of a right's subject fills in generation, brand or subject
	OnceRecorded   bool          // of state: unknown before anything was decided
	TransitionDays int           // of undisturbed: so long at most a transitional right bridges an event
}

// CodeList is several codes with spaces between them, so that measures can be compared.
type CodeList string

// All gives the codes one by one.
func (l CodeList) All() []string { return strings.Fields(string(l)) }

// SubjectPart is a part of what a right is about: the model with its brand and generation, or a generation alone.
type SubjectPart string

// The parts of a subject.
const (
	OfModel      SubjectPart = "model"
	OfBrand      SubjectPart = "brand"
	OfGeneration SubjectPart = "generation"
)

// Binding says what a proof hangs on, and with it what makes it void: a site's proof ends when the dealership moves, an
// entity's when its owner changes; what is bound to a person or a piece of equipment goes with them.
type Binding string

// The bindings.
const (
	BoundToNothing   Binding = ""
	BoundToSite      Binding = "site"
	BoundToEntity    Binding = "entity"
	BoundToPerson    Binding = "person"
	BoundToEquipment Binding = "equipment"
)

// Bindings lists the bindings that a pack can name.
var Bindings = []Binding{BoundToSite, BoundToEntity, BoundToPerson, BoundToEquipment}

// Requirement is one thing a standard asks for.
type Requirement struct {
	Code        string
	Title       Text
	Why         Text
	Section     string
	Basis       Basis     // law or brand
	Right       RightKind // of a programme of rights: for which it is asked
	Binding     Binding   // of what is proven: what the proof hangs on
	Severity    Severity
	Weight      int      // of 100 in the standard's score
	InForceFrom Date     // zero: as long as its standard
	GraceDays   int      // brand only: from the first failing day to the breach
	ValidMonths int      // how long a proof is good for where its end is not given; 0: until it is withdrawn
	Evidence    CodeList // what proves it: photo, pdf, certificate, registration, log, attestation…
	Measure     Measure
	Source      Provenance
}

// ModuleDef is a module of a project programme.
type ModuleDef struct {
	Code      string
	Title     Text
	Severity  Severity
	Weight    int
	Mandatory bool
	Source    Provenance
}

// Standard is one version of a programme's rules.
type Standard struct {
	Programme         ProgrammeCode
	Kind              ProgrammeKind
	Version           string
	Name              Text
	Owner             Text // who answers for the programme; empty: not said
	EffectiveOn       Date // zero: since before the records
	TransitionUntil   Date // the last day on which those certified by an older version are judged by that; zero: none
	ValidityMonths    int
	RenewalWindowDays int
	ResetDays         int          // a failure after holding so long starts a new grace clock
	PassScore         int          // certify asks for so many per cent of a locked audit; 0: for none
	ConditionalScore  int          // certify_with_conditions does
	ConditionsDays    int          // so long conditions may run
	ConditionsGrace   int          // so long after they were due suspension is to be proposed
	RetryDays         int          // so long after a failed audit the next one may be planned at the earliest
	WaiverMonths      int          // a waiver lasts so long at most; 0: as long as it says
	Lifecycle         *Lifecycle   // its own; nil: that of its kind
	Generations       []Generation // of a programme of rights: the generations that can be serviced
	Requirements      []Requirement
	Modules           []ModuleDef
	Qualifications    []QualificationType
	Models            []Model
	Links             []RequirementLink // to requirements of earlier versions
	Courses           []Course
	Sources           map[string]Provenance // of the numbers above, by field name of the pack
}

// Requirement gives the standard's requirement with a code.
func (s Standard) Requirement(code string) (Requirement, bool) {
	for _, r := range s.Requirements {
		if r.Code == code {
			return r, true
		}
	}
	return Requirement{}, false
}

// Publication puts a standard in force: the pack's full text, so that the past can be judged by what stood then.
type Publication struct {
	Head
	Programme       ProgrammeCode
	Standard        string // the version
	EffectiveOn     Date
	TransitionUntil Date
	Pack            string // the YAML text
	PackHash        string // SHA-256 of the text, hex
}

func (Publication) Kind() FactKind { return FactPublication }

// FirstDay is the day on which the standard comes into force.
func (f Publication) FirstDay() Date { return f.EffectiveOn }

// Rulebook is all published standards: of each programme the versions, in the order in which they came into force.
type Rulebook struct {
	standards   []Standard
	programmes  []ProgrammeCode          // each once, in order
	programmeOf map[string]ProgrammeCode // by requirement
	types       map[QualificationCode][]typeSince
	line        lineage
	replaced    map[string][]string // by requirement: those whose place it takes, whether or not anything is carried over
	subjects    []subject           // what rights are about: models to sell, generations to service
	permitLaw   days                // on these nobody is qualified for NEVs without a permit
}

// typeSince is what a type of qualification is worth from the day on which a pack came into force.
type typeSince struct {
	since Date
	QualificationType
}

// NewRulebook orders standards by programme (law first, certifications, projects, indexes, rights) and day of coming into force.
func NewRulebook(standards ...Standard) Rulebook {
	rank := func(kind ProgrammeKind) int {
		return slices.Index([]ProgrammeKind{KindLaw, KindCertification, KindProject, KindIndex, KindRights}, kind)
	}
	other := func(s Standard) int { // the certification that sells comes before those of outlets and levels
		if s.Programme == ProgrammeBMWi {
			return 0
		}
		return 1
	}
	sorted := slices.Clone(standards)
	slices.SortStableFunc(sorted, func(a, b Standard) int {
		return cmp.Or(cmp.Compare(rank(a.Kind), rank(b.Kind)), cmp.Compare(other(a), other(b)), cmp.Compare(a.Programme, b.Programme),
			cmp.Compare(a.EffectiveOn, b.EffectiveOn), cmp.Compare(a.Version, b.Version))
	})
	types := map[QualificationCode][]typeSince{}
	for _, s := range sorted {
		for _, q := range s.Qualifications {
			types[q.Code] = append(types[q.Code], typeSince{s.EffectiveOn, q})
		}
	}
	for _, list := range types {
		slices.SortStableFunc(list, func(a, b typeSince) int { return cmp.Compare(a.since, b.since) })
	}
	book := Rulebook{standards: sorted, types: types, line: lineageOf(sorted), replaced: replacedBy(sorted), programmeOf: map[string]ProgrammeCode{}}
	for _, s := range sorted {
		if n := len(book.programmes); n == 0 || book.programmes[n-1] != s.Programme {
			book.programmes = append(book.programmes, s.Programme)
		}
		for _, r := range s.Requirements {
			book.programmeOf[r.Code] = s.Programme
		}
	}
	book.subjects = subjectsOf(book)
	book.permitLaw = permitLaw(book.Versions(ProgrammeLaw))
	return book
}

// Programmes gives the codes of all programmes, the law first.
func (b Rulebook) Programmes() []ProgrammeCode { return slices.Clone(b.programmes) }

// WithStandings gives the codes of the programmes in which dealerships stand; rights are told apart.
func (b Rulebook) WithStandings() []ProgrammeCode {
	return slices.DeleteFunc(b.Programmes(), func(code ProgrammeCode) bool { return b.Versions(code)[0].Kind == KindRights })
}

// Versions gives a programme's standards in the order in which they came into force. They are shared and not to be
// changed.
func (b Rulebook) Versions(code ProgrammeCode) []Standard {
	first := slices.IndexFunc(b.standards, func(s Standard) bool { return s.Programme == code })
	if first < 0 {
		return nil
	}
	end := first
	for end < len(b.standards) && b.standards[end].Programme == code {
		end++
	}
	return b.standards[first:end:end]
}

// InForce gives the newest standard of a programme that is in force on a day, whatever transition a dealership
// enjoys. The fault is NotFound.
func (b Rulebook) InForce(code ProgrammeCode, on Date) (Standard, error) {
	versions := b.Versions(code)
	for i := len(versions) - 1; i >= 0; i-- {
		if versions[i].EffectiveOn <= on {
			return versions[i], nil
		}
	}
	return Standard{}, Fault(NotFound, "no_standard", "programme", code, "on", on)
}

// judging gives the standard by which a dealership is judged on a day, when its last certify or renew names a
// version: the newest in force, or within its transition the older one that is named. Nil before the first.
func judging(versions []Standard, named string, on Date) *Standard {
	namedAt := slices.IndexFunc(versions, func(s Standard) bool { return s.Version == named })
	for i := len(versions) - 1; i >= 0; i-- {
		s := &versions[i]
		if s.EffectiveOn > on {
			continue
		}
		inTransition := namedAt >= 0 && namedAt < i && s.TransitionUntil != 0 && on <= s.TransitionUntil
		if !inTransition {
			return s
		}
	}
	return nil
}

// qualificationType gives what a type of qualification is worth by the newest pack in force on the day of issue, else
// by the earliest that knows it. An unknown type covers nothing.
func (b Rulebook) qualificationType(code QualificationCode, issued Date) *QualificationType {
	known := b.types[code]
	if len(known) == 0 {
		return &QualificationType{Code: code}
	}
	best := &known[0].QualificationType
	for i := range known {
		if known[i].since <= issued {
			best = &known[i].QualificationType
		}
	}
	return best
}

// QualificationTypes gives the types known on a day, each once, in the packs' order.
func (b Rulebook) QualificationTypes(on Date) []QualificationType {
	var out []QualificationType
	for _, s := range b.standards {
		for _, q := range s.Qualifications {
			if !slices.ContainsFunc(out, func(have QualificationType) bool { return have.Code == q.Code }) {
				out = append(out, *b.qualificationType(q.Code, on))
			}
		}
	}
	return out
}

// Models gives the models of the newest packs in force on a day.
func (b Rulebook) Models(on Date) []Model {
	var out []Model
	for _, code := range b.Programmes() {
		if s, err := b.InForce(code, on); err == nil {
			out = append(out, s.Models...)
		}
	}
	return out
}

// permitLaw gives the days on which a version of the law asks for permits.
func permitLaw(versions []Standard) days {
	var list []Period
	for i, s := range versions {
		inForce := Period{From: s.EffectiveOn}
		if i+1 < len(versions) {
			if versions[i+1].EffectiveOn == s.EffectiveOn {
				continue // never in force: the next version took its place on its first day
			}
			inForce.Until = versions[i+1].EffectiveOn
		}
		for _, r := range s.Requirements {
			if r.Measure.Skill == SkillPermit {
				list = append(list, inForce.Intersect(Period{From: r.InForceFrom}))
			}
		}
	}
	return merged(list)
}

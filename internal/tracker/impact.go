package tracker

import "slices"

// Impact is a run that judged every operating dealership with a draft in the rulebook.
type Impact struct {
	ID          string
	Draft       string
	PackHash    string // of the text that was tried
	EffectiveOn Date   // the day on which that was to come into force
	RulesHash   string // of the publications that it was tried beside
	RunOn       Date   // the civil day of the run
	RunAt       Moment
	RunBy       AccountID
	RunLogin    string
	FactsAt     Moment // the latest change of facts that it knew
	Figures     ImpactFigures
}

// Of tells whether the run tried exactly this draft.
func (i Impact) Of(d Draft) bool { return i.PackHash == d.PackHash && i.EffectiveOn == d.EffectiveOn }

// ImpactStage names a day on which a draft is tried.
type ImpactStage string

// The days on which a draft is tried.
const (
	StageFirst ImpactStage = "first" // the day on which it comes into force
	StageAfter ImpactStage = "after" // the first day after its transition
	StageGrace ImpactStage = "grace" // the day on which every grace that it begins has run out
)

// ImpactFigures say what a draft would do, on each of the days on which it was tried.
type ImpactFigures struct {
	Days []ImpactDay `json:"days"`
}

// ImpactDay counts the operating dealerships of a day. Failing ones lack something that the draft asks for; New ones among
// them would not fail without it.
type ImpactDay struct {
	Stage        ImpactStage         `json:"stage"`
	On           Date                `json:"on"`
	Operating    int                 `json:"operating"`
	Failing      int                 `json:"failing"`
	New          int                 `json:"new"`
	AtRisk       int                 `json:"at_risk"`
	InBreach     int                 `json:"in_breach"`
	RightLost    int                 `json:"right_lost"`
	OneAway      int                 `json:"one_away"` // failing by a single item
	Requirements []ImpactRequirement `json:"requirements"`
	Regions      []ImpactRegion      `json:"regions"`
	Elsewhere    []ImpactElsewhere   `json:"elsewhere"`
}

// ImpactRequirement counts the dealerships that lack one requirement, and those that lack it alone.
type ImpactRequirement struct {
	Code    string `json:"code"`
	Failing int    `json:"failing"`
	Alone   int    `json:"alone"`
}

// ImpactRegion is a region's part in the figures.
type ImpactRegion struct {
	Region    RegionID `json:"region"`
	Operating int      `json:"operating"`
	Failing   int      `json:"failing"`
	New       int      `json:"new"`
	OneAway   int      `json:"one_away"`
	RightLost int      `json:"right_lost"`
}

// ImpactElsewhere counts the dealerships that lose a right or a light in another programme.
type ImpactElsewhere struct {
	Programme ProgrammeCode `json:"programme"`
	Count     int           `json:"count"`
}

// DraftEffect is what a draft does to one dealership on one day.
type DraftEffect struct {
	Operating bool
	Region    RegionID
	Missing   []string // the codes of what fails and turns a light, or of modules not verified
	Light     Light    // the draft's own; empty in project programmes
	New       bool     // would not fail without the draft
	RightLost bool     // the state would no longer give the right, or one to sell or service would fall
	Elsewhere []ProgrammeCode
}

// Failing tells whether something that the draft asks for is missing.
func (e DraftEffect) Failing() bool { return len(e.Missing) > 0 }

// With gives the rulebook with one standard more.
func (b Rulebook) With(s Standard) Rulebook {
	return NewRulebook(append(slices.Clone(b.standards), s)...)
}

// Try gives what a draft does to the dealership on some days. The second rulebook is the first with the draft.
func (h History) Try(before, after Rulebook, draft Standard, on []Date) []DraftEffect {
	was, is := h.Timeline(before), h.Timeline(after)
	out := make([]DraftEffect, len(on))
	for i, day := range on {
		e := &out[i]
		anywhere := slices.IndexFunc(is.Standings, func(s Standing) bool { return s.Contains(day) })
		if anywhere < 0 || is.Standings[anywhere].State == NotOperating {
			continue
		}
		e.Operating, e.Region = true, is.Standings[anywhere].Region
		standing, _ := is.Standing(draft.Programme, day)
		present, known := was.Standing(draft.Programme, day)
		lost := rightsLost(was, is, day)
		if draft.Kind == KindRights {
			e.Missing, e.New = lost, len(lost) > 0
		} else {
			e.Missing = h.missing(after, standing, day)
			e.New = e.Failing() && (!known || len(h.missing(before, present, day)) == 0)
		}
		e.Light, e.RightLost = standing.Brand, known && present.May && !standing.May || len(lost) > 0
		if draft.Kind == KindLaw {
			e.Light = standing.Law
		}
		e.Elsewhere = worseElsewhere(was, is, draft.Programme, day)
	}
	return out
}

// rightsLost gives the guards that stand against rights to sell or to service which there would be without the draft.
func rightsLost(was, is Timeline, on Date) []string {
	type right struct {
		kind    RightKind
		subject string
	}
	had := map[right]bool{}
	for _, r := range was.Rights {
		if r.May && r.Contains(on) {
			had[right{r.Kind, r.Subject}] = true
		}
	}
	var out []string
	for _, r := range is.Rights {
		if r.May || !r.Contains(on) || !had[right{r.Kind, r.Subject}] {
			continue
		}
		for _, code := range r.Failing.All() {
			if !slices.Contains(out, code) {
				out = append(out, code)
			}
		}
	}
	return out
}

// missing gives the codes of what a dealership lacks in a standing on a day, but for what turns no light.
func (h History) missing(rules Rulebook, s Standing, on Date) []string {
	versions := rules.Versions(s.Programme)
	var out []string
	for _, r := range s.Results {
		if r.Outcome == Fails && turnsLight(versions, r.Requirement) {
			out = append(out, r.Requirement)
		}
	}
	if asked, err := rules.InForce(s.Programme, on); err == nil {
		for _, def := range asked.Modules {
			verified := slices.ContainsFunc(h.Modules, func(m Module) bool { return m.Module == def.Code && m.On(on) == ModuleVerified })
			if def.Mandatory && !verified {
				out = append(out, def.Code)
			}
		}
	}
	return out
}

// turnsLight tells whether a requirement turns a light in the newest version that has it.
func turnsLight(versions []Standard, code string) bool {
	for i := len(versions) - 1; i >= 0; i-- {
		if r, found := versions[i].Requirement(code); found {
			return r.Severity != Minor
		}
	}
	return false
}

// worseElsewhere gives the other programmes in which something is lost against the timeline before.
func worseElsewhere(was, is Timeline, but ProgrammeCode, on Date) []ProgrammeCode {
	var out []ProgrammeCode
	for _, s := range is.Standings {
		if s.Programme == but || !s.Contains(on) {
			continue
		}
		if present, known := was.Standing(s.Programme, on); known && s.LostSince(present) != 0 {
			out = append(out, s.Programme)
		}
	}
	return out
}

// Stages gives the days on which a draft is tried, each once: its first day, the first after its transition, and the day
// on which every grace that begins on the last of those has run out.
func (s Standard) Stages() []ImpactDay {
	out := []ImpactDay{{Stage: StageFirst, On: s.EffectiveOn}}
	last := s.EffectiveOn
	if s.TransitionUntil != 0 {
		last = s.TransitionUntil.Add(1)
		out = append(out, ImpactDay{Stage: StageAfter, On: last})
	}
	longest := 0
	for _, r := range s.Requirements {
		longest = max(longest, r.GraceDays)
		last = max(last, r.InForceFrom)
	}
	if day := last.Add(longest); day != out[len(out)-1].On {
		out = append(out, ImpactDay{Stage: StageGrace, On: day})
	}
	return out
}

// Count adds what a draft does to a dealership to the figures of the day.
func (d *ImpactDay) Count(e DraftEffect) {
	if !e.Operating {
		return
	}
	region := d.region(e.Region)
	d.Operating++
	region.Operating++
	for _, code := range e.Elsewhere {
		d.elsewhere(code).Count++
	}
	if e.RightLost {
		d.RightLost++
		region.RightLost++
	}
	if !e.Failing() {
		return
	}
	d.Failing++
	region.Failing++
	if e.New {
		d.New++
		region.New++
	}
	switch e.Light {
	case AtRisk:
		d.AtRisk++
	case InBreach:
		d.InBreach++
	}
	alone := len(e.Missing) == 1
	if alone {
		d.OneAway++
		region.OneAway++
	}
	for _, code := range e.Missing {
		r := d.requirement(code)
		r.Failing++
		if alone {
			r.Alone++
		}
	}
}

func (d *ImpactDay) region(id RegionID) *ImpactRegion {
	i := slices.IndexFunc(d.Regions, func(r ImpactRegion) bool { return r.Region == id })
	if i < 0 {
		i, d.Regions = len(d.Regions), append(d.Regions, ImpactRegion{Region: id})
	}
	return &d.Regions[i]
}

func (d *ImpactDay) requirement(code string) *ImpactRequirement {
	i := slices.IndexFunc(d.Requirements, func(r ImpactRequirement) bool { return r.Code == code })
	if i < 0 {
		i, d.Requirements = len(d.Requirements), append(d.Requirements, ImpactRequirement{Code: code})
	}
	return &d.Requirements[i]
}

func (d *ImpactDay) elsewhere(code ProgrammeCode) *ImpactElsewhere {
	i := slices.IndexFunc(d.Elsewhere, func(e ImpactElsewhere) bool { return e.Programme == code })
	if i < 0 {
		i, d.Elsewhere = len(d.Elsewhere), append(d.Elsewhere, ImpactElsewhere{Programme: code})
	}
	return &d.Elsewhere[i]
}

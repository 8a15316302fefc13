package app

import (
	"slices"
	"strings"

	"dealercert/internal/pack"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// ClaimForm is what a dealership reports, as typed. Which fields count follows from Kind; the names are those of imports.
type ClaimForm struct {
	Kind        string
	StaffNo     string // of everybody but a module
	Name        string // joiner
	Job         string // joiner
	From        string // joiner: the first day
	Until       string // leaver: the last day; stays: the new last day, empty for none
	Type        string // qualification, review
	Generation  string // qualification, review
	Certificate string // qualification
	IssuedOn    string // qualification; review: which one, empty for the latest
	ReviewedOn  string // review
	ReviewDueOn string // qualification, review: the next review
	ExpiresOn   string // qualification
	Module      string // plan, live
	PlannedOn   string // plan
	LiveOn      string // live
	Note        string
}

// longestNumber bounds a certificate's number, in characters.
const longestNumber = 60

// claim reads the form. The fault has a field for each value that cannot be right whatever is recorded.
func (f ClaimForm) claim(rules tracker.Rulebook, today tracker.Date) (tracker.Claim, error) {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	c := tracker.Claim{Kind: tracker.ClaimKind(f.Kind), Note: clean(fault, "note", f.Note, longText)}
	switch c.Kind {
	case tracker.ClaimLeaver:
		c.LastDay = day(fault, "until", f.Until, required)
	case tracker.ClaimStays:
		c.LastDay = day(fault, "until", f.Until, optional)
	case tracker.ClaimJoiner:
		f.joiner(fault, &c)
	case tracker.ClaimQualification:
		f.qualification(fault, &c, rules, today)
	case tracker.ClaimReview:
		f.review(fault, &c, today)
	case tracker.ClaimPlan:
		c.PlannedOn = day(fault, "planned_on", f.PlannedOn, required)
	case tracker.ClaimLive:
		c.LiveOn = past(fault, "live_on", f.LiveOn, today)
	default:
		return c, fault.In("kind", "unknown_value", "name", "kind", "value", f.Kind)
	}
	if c.Kind == tracker.ClaimPlan || c.Kind == tracker.ClaimLive {
		if c.Module = strings.TrimSpace(f.Module); c.Module == "" {
			fault.In("module", "text_required")
		} else if !knownModule(rules, c.Module) {
			fault.In("module", "unknown_module", "value", c.Module)
		}
	} else {
		c.StaffNo = strings.TrimSpace(f.StaffNo)
		checkStaffNo(fault, c.StaffNo)
	}
	return c, fault.FieldFaults()
}

func (f ClaimForm) joiner(fault *tracker.Error, c *tracker.Claim) {
	c.Name = needText(fault, "name", f.Name, shortText)
	c.Job, c.FirstDay = tracker.Job(f.Job), day(fault, "from", f.From, required)
	if c.Job == "" {
		fault.In("job", "text_required")
	} else if !slices.Contains(tracker.Jobs, c.Job) {
		fault.In("job", "unknown_value", "name", "job", "value", f.Job)
	}
}

func (f ClaimForm) qualification(fault *tracker.Error, c *tracker.Claim, rules tracker.Rulebook, today tracker.Date) {
	c.IssuedOn = past(fault, "issued_on", f.IssuedOn, today)
	c.ExpiresOn, c.ReviewDueOn = day(fault, "expires_on", f.ExpiresOn, optional), day(fault, "review_due_on", f.ReviewDueOn, optional)
	c.Certificate = clean(fault, "certificate_no", f.Certificate, longestNumber)
	c.Type, c.Generation = tracker.QualificationCode(f.Type), tracker.Generation(f.Generation)
	types := rules.QualificationTypes(today)
	at := slices.IndexFunc(types, func(t tracker.QualificationType) bool { return t.Code == c.Type })
	switch {
	case c.Type == "":
		fault.In("type", "text_required")
	case at < 0:
		fault.In("type", "unknown_value", "name", "type", "value", f.Type)
	case types[at].HasGeneration && c.Generation == "":
		fault.In("generation", "generation_required")
	case types[at].HasGeneration && !slices.Contains(Generations(), c.Generation):
		fault.In("generation", "unknown_value", "name", "generation", "value", f.Generation)
	case !types[at].HasGeneration && c.Generation != "":
		fault.In("generation", "generation_unused")
	}
	if c.ExpiresOn != 0 && c.ExpiresOn < c.IssuedOn {
		fault.In("expires_on", "ends_before_begin", "from", c.IssuedOn, "until", c.ExpiresOn)
	}
	if c.ReviewDueOn != 0 && c.ReviewDueOn < c.IssuedOn {
		fault.In("review_due_on", "ends_before_begin", "from", c.IssuedOn, "until", c.ReviewDueOn)
	}
}

func (f ClaimForm) review(fault *tracker.Error, c *tracker.Claim, today tracker.Date) {
	c.ReviewedOn = past(fault, "reviewed_on", f.ReviewedOn, today)
	c.ReviewDueOn = day(fault, "review_due_on", f.ReviewDueOn, optional)
	c.IssuedOn = day(fault, "issued_on", f.IssuedOn, optional)
	c.Type, c.Generation = tracker.QualificationCode(orElse(f.Type, "permit-lv")), tracker.Generation(f.Generation)
	if c.ReviewDueOn != 0 && c.ReviewDueOn <= c.ReviewedOn {
		fault.In("review_due_on", "ends_before_begin", "from", c.ReviewedOn, "until", c.ReviewDueOn)
	}
}

// Generations gives the high-voltage generations, the oldest first.
func Generations() []tracker.Generation { return pack.KnownGenerations() }

// past reads a day of something that has happened.
func past(fault *tracker.Error, field, text string, today tracker.Date) tracker.Date {
	d := day(fault, field, text, required)
	if d > today {
		fault.In(field, "date_in_future", "value", d)
		return 0
	}
	return d
}

// Form gives a claim as it was typed, to be mended; the certificate's number is masked.
func Form(c tracker.Claim) ClaimForm {
	kind := c.Kind
	if kind == tracker.ClaimTransfer {
		kind = tracker.ClaimJoiner
	}
	return ClaimForm{
		Kind: string(kind), StaffNo: c.StaffNo, Name: c.Name, Job: string(c.Job), From: c.FirstDay.String(), Until: c.LastDay.String(),
		Type: string(c.Type), Generation: string(c.Generation), Certificate: c.Certificate, IssuedOn: c.IssuedOn.String(),
		ReviewedOn: c.ReviewedOn.String(), ReviewDueOn: c.ReviewDueOn.String(), ExpiresOn: c.ExpiresOn.String(), Module: c.Module,
		PlannedOn: c.PlannedOn.String(), LiveOn: c.LiveOn.String(), Note: c.Note,
	}
}

// ground is what is recorded around a claim: its dealership, its person or its module.
type ground struct {
	site       tracker.Dealership
	today      tracker.Date
	history    tracker.History       // the dealership's
	known      bool                  // the person is
	person     tracker.Person        // whom the staff number names; zero when nobody has it
	life       tracker.PersonHistory // all about the person, elsewhere too
	employment tracker.Employment    // the one that the claim is about
	held       tracker.Qualification // the one that was reviewed
	module     tracker.Module        // what is recorded of the module, else the empty one
}

// survey loads what is recorded around a claim.
func survey(tx *store.Tx, site tracker.Dealership, c tracker.Claim, today tracker.Date) (ground, error) {
	g := ground{site: site, today: today}
	var err error
	if g.history, err = tx.History(site.ID, 0); err != nil {
		return g, err
	}
	if c.Module != "" {
		g.module = tracker.Module{Dealership: site.ID, Module: c.Module}
		for _, m := range g.history.Modules {
			if m.Module == c.Module {
				g.module = m
			}
		}
		return g, nil
	}
	g.person, err = tx.PersonByStaffNo(c.StaffNo)
	if tracker.KindOf(err) == tracker.NotFound {
		return g, nil
	}
	if err != nil {
		return g, err
	}
	if c.Kind == tracker.ClaimJoiner || c.Kind == tracker.ClaimTransfer {
		g.known = true
		g.life, err = tx.PersonHistory(g.person.ID, 0)
		return g, err
	}
	at := slices.IndexFunc(g.history.People, func(p tracker.PersonHistory) bool { return p.Person == g.person.ID })
	if at < 0 { // never worked here: the same answer, with the same work, as for a number that nobody has
		g.person = tracker.Person{}
		return g, nil
	}
	g.known, g.life = true, g.history.People[at]
	return g, nil
}

// base names what a claim rests on.
func (g ground) base() string {
	var facts []tracker.Fact
	if g.module.Chain != "" {
		facts = append(facts, g.module)
	}
	for _, e := range g.life.Employments {
		facts = append(facts, e)
	}
	for _, q := range g.life.Qualifications {
		facts = append(facts, q)
	}
	for _, r := range g.life.Reviews {
		facts = append(facts, r)
	}
	return tracker.Fingerprint(facts)
}

// elsewhere tells whether the person is known from another dealership in a way that this one does not see.
func (g ground) elsewhere() bool {
	here := false
	for _, e := range g.life.Employments {
		if e.Dealership == g.site.ID {
			here = true
		} else if e.Until == 0 || e.Until > g.today {
			return true
		}
	}
	return g.known && !here
}

// here gives the person's employment at the dealership that is wanted, the latest of several.
func (g ground) here(wanted func(tracker.Employment) bool) (tracker.Employment, bool) {
	var found tracker.Employment
	ok := false
	for _, e := range g.life.Employments {
		if e.Dealership == g.site.ID && wanted(e) && (!ok || e.From >= found.From) {
			found, ok = e, true
		}
	}
	return found, ok
}

// check holds a claim against what is recorded, and finds what it is about. A person who never worked at the dealership
// is as unknown there as one who does not exist.
func (g *ground) check(c tracker.Claim) error {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	goesOn := func(e tracker.Employment) bool { return e.Until == 0 || e.Until > g.today }
	switch c.Kind {
	case tracker.ClaimLeaver:
		g.checkLeaver(fault, c, goesOn)
	case tracker.ClaimStays:
		g.checkStays(fault, c)
	case tracker.ClaimJoiner:
		g.checkJoiner(fault, c, goesOn)
	case tracker.ClaimQualification, tracker.ClaimReview:
		e, found := g.here(goesOn)
		if g.employment = e; !found {
			fault.In("staff_no", "not_employed_here", "value", c.StaffNo)
			return fault
		}
		g.checkCertificate(fault, c)
	case tracker.ClaimPlan:
		if g.module.LiveOn != 0 {
			fault.In("module", "module_live_already", "on", g.module.LiveOn)
		}
		if g.module.PlannedOn == c.PlannedOn {
			fault.In("planned_on", "nothing_changes")
		}
	case tracker.ClaimLive:
		if g.module.LiveOn != 0 {
			fault.In("module", "module_live_already", "on", g.module.LiveOn)
		}
	case tracker.ClaimTransfer:
		if !g.known {
			fault.In("staff_no", "not_employed_here", "value", c.StaffNo)
		}
	}
	return fault.FieldFaults()
}

func (g *ground) checkLeaver(fault *tracker.Error, c tracker.Claim, goesOn func(tracker.Employment) bool) {
	e, found := g.here(goesOn)
	switch g.employment = e; {
	case !found:
		fault.In("staff_no", "not_employed_here", "value", c.StaffNo)
	case c.LastDay < e.From:
		fault.In("until", "ends_before_begin", "from", e.From, "until", c.LastDay)
	case e.Until == c.LastDay.Add(1):
		fault.In("until", "nothing_changes")
	case e.Until != 0 && c.LastDay >= e.Until:
		fault.In("until", "leaves_before", "until", e.Last())
	}
}

func (g *ground) checkStays(fault *tracker.Error, c tracker.Claim) {
	e, found := g.here(func(e tracker.Employment) bool { return true })
	switch g.employment = e; {
	case !found || e.Until == 0:
		fault.In("staff_no", "not_leaving", "value", c.StaffNo)
	case c.LastDay != 0 && c.LastDay < e.Until:
		fault.In("until", "stays_longer", "until", e.Last())
	}
}

func (g *ground) checkJoiner(fault *tracker.Error, c tracker.Claim, goesOn func(tracker.Employment) bool) {
	if !g.known {
		return
	}
	if _, found := g.here(goesOn); found {
		fault.In("staff_no", "employed_here", "value", c.StaffNo)
	}
	if g.person.Name != c.Name {
		fault.In("name", "name_differs_here", "value", c.StaffNo)
	}
}

func (g *ground) checkCertificate(fault *tracker.Error, c tracker.Claim) {
	for _, q := range g.life.Qualifications {
		if q.Type != c.Type || q.Generation != c.Generation || c.IssuedOn != 0 && q.IssuedOn != c.IssuedOn {
			continue
		}
		if q.IssuedOn >= g.held.IssuedOn {
			g.held = q
		}
	}
	switch {
	case c.Kind == tracker.ClaimQualification && g.held.Chain != "":
		fault.In("issued_on", "qualification_known", "on", c.IssuedOn)
	case c.Kind == tracker.ClaimReview && g.held.Chain == "":
		fault.In("type", "qualification_missing")
	case c.Kind == tracker.ClaimReview && c.ReviewedOn < g.held.IssuedOn:
		fault.In("reviewed_on", "ends_before_begin", "from", g.held.IssuedOn, "until", c.ReviewedOn)
	}
	for _, r := range g.life.Reviews {
		if c.Kind == tracker.ClaimReview && r.Qualification == g.held.Chain && r.ReviewedOn == c.ReviewedOn {
			fault.In("reviewed_on", "review_known", "on", c.ReviewedOn)
		}
	}
}

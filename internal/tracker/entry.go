package tracker

import (
	"slices"
	"strings"
)

// tenthsOf is how many tenths of a per cent make one, and wholeScore how many a whole score has.
const (
	tenthsOf   = 10
	wholeScore = 100 * tenthsOf
)

// Signatures under a locked audit.
const (
	SignedByBoth = "both"
	SignRefused  = "refused" // the dealership would not; the grounds say why
)

// Enters checks a decision against the guards that hold when it is entered, and on no later day (DOMAIN's life cycles):
// scores, modules, days. What the state allows is the fold's to say. The fault is Invalid and names the field.
func (h History) Enters(rules Rulebook, d Decision) error {
	versions := rules.Versions(d.Programme)
	standard, err := rules.InForce(d.Programme, d.EffectiveOn)
	if err != nil || len(versions) == 0 {
		return err
	}
	def, known := standard.Cycle().Decision(d.Decided)
	if !known {
		return nil // refused elsewhere
	}
	e := entry{history: &h, rules: rules, standard: standard, def: def, decision: d}
	for _, check := range []func() error{e.subject, e.audit, e.score, e.days, e.law, e.modules} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// entry is a decision about to be entered.
type entry struct {
	history  *History
	rules    Rulebook
	standard Standard
	def      DecisionDef
	decision Decision
}

// refuse says what stands against the decision, at a field.
func (e *entry) refuse(field, key string, args ...any) error {
	args = append([]any{"decision", string(e.decision.Decided)}, args...)
	return Fault(Invalid, "invalid_form").In(field, key, args...)
}

// Suits gives nil when a decision names a model where its programme decides about models, and nowhere else. The fault is
// Invalid, at the field model. The programme is one of the rulebook's.
func (r Rulebook) Suits(d Decision) error {
	e := entry{rules: r, standard: r.Versions(d.Programme)[0], decision: d}
	return e.subject()
}

// subject wants a model where rights are decided about, and nowhere else.
func (e *entry) subject() error {
	_, model := e.rules.model(e.decision.Subject, e.decision.EffectiveOn)
	switch rights := e.standard.Kind == KindRights; {
	case rights && e.decision.Subject == "":
		return e.refuse("model", "model_required")
	case rights && !model && !slices.ContainsFunc(e.rules.AllModels(), func(m Model) bool { return m.Code == e.decision.Subject }):
		return e.refuse("model", "unknown_model", "value", e.decision.Subject)
	case !rights && e.decision.Subject != "":
		return e.refuse("model", "model_unused")
	}
	return nil
}

// audit wants a locked audit to say how it went and who signed.
func (e *entry) audit() error {
	d := e.decision
	if !e.def.Scored {
		return nil
	}
	switch {
	case d.Score < 0 || d.Score > wholeScore:
		return e.refuse("score", "score_range")
	case d.Vetoes < 0:
		return e.refuse("vetoes", "vetoes_range")
	case d.Signed != SignedByBoth && d.Signed != SignRefused:
		return e.refuse("signed", "signature_required")
	case d.Signed == SignRefused && strings.TrimSpace(d.Grounds) == "":
		return e.refuse("grounds", "signature_refused")
	}
	return nil
}

// score holds the decision against the audit that was locked before it. Where no audit is under way there is nothing to
// hold it against: certificates given before the records have none.
func (e *entry) score() error {
	least := e.def.MinScore
	switch e.decision.Decided {
	case Certify, Renew:
		least = max(least, e.standard.PassScore)
	case CertifyWithConditions:
		least = max(least, e.standard.ConditionalScore)
	}
	audit, under := e.audited()
	if !under || least == 0 {
		return nil
	}
	switch {
	case audit.Vetoes > 0:
		return e.refuse("decision", "critical_failed", "count", audit.Vetoes)
	case audit.Score < least*tenthsOf:
		return e.refuse("decision", "score_too_low", "score", audit.ScoreText(), "least", least)
	}
	return nil
}

// audited gives the audit that awaits a decision on the day, and whether there is one.
func (e *entry) audited() (Decision, bool) {
	stands, _ := fold(e.rules.Versions(e.decision.Programme), e.before(), e.history.Modules)
	now := stands.at(e.decision.EffectiveOn)
	if e.standard.Lifecycle == nil && now.State != DecisionPending && now.Renewal != DecisionPending {
		return Decision{}, false
	}
	var last Decision
	found := false
	for _, d := range ordered(e.before()) {
		if def, known := e.standard.Cycle().Decision(d.Decided); known && def.Scored && d.EffectiveOn <= e.decision.EffectiveOn {
			last, found = d, true
		}
	}
	return last, found
}

// before gives the other decisions about the same thing.
func (e *entry) before() []Decision {
	var out []Decision
	for _, d := range e.history.decided(e.decision.Programme, e.decision.Subject) {
		if e.decision.Chain == "" || d.Chain != e.decision.Chain {
			out = append(out, d)
		}
	}
	return out
}

// days checks the days that a decision carries.
func (e *entry) days() error {
	d := e.decision
	stands, _ := fold(e.rules.Versions(d.Programme), e.before(), e.history.Modules)
	now := stands.at(d.EffectiveOn)
	switch {
	case e.def.Validity == ValidityGiven && d.ValidUntil == 0:
		return e.refuse("valid_until", "valid_until_required")
	case d.Decided == Extend && d.ValidUntil <= now.ValidUntil:
		return e.refuse("valid_until", "extension_too_short", "until", now.ValidUntil)
	case d.Decided == Extend && now.Renewal == "":
		return e.refuse("decision", "nothing_submitted")
	case d.DueOn != 0 && d.DueOn < d.EffectiveOn:
		return e.refuse("due_on", "ends_before_begin", "from", d.EffectiveOn, "until", d.DueOn)
	case e.def.Conditions && d.DueOn != 0 && e.standard.ConditionsDays > 0 && d.DueOn > d.EffectiveOn.Add(e.standard.ConditionsDays):
		return e.refuse("due_on", "conditions_too_long", "days", e.standard.ConditionsDays, "last", d.EffectiveOn.Add(e.standard.ConditionsDays))
	}
	if d.Decided != PlanAudit || e.standard.RetryDays == 0 {
		return nil
	}
	for _, failed := range e.before() {
		first := failed.EffectiveOn.Add(e.standard.RetryDays)
		planned := max(d.DueOn, d.EffectiveOn)
		if failed.Decided == Fail && failed.EffectiveOn <= d.EffectiveOn && planned < first {
			return e.refuse("due_on", "audit_too_soon", "first", first)
		}
	}
	return nil
}

// law refuses to certify on the ground of an audit while the law light is in breach.
func (e *entry) law() error {
	if e.decision.Decided != Certify && e.decision.Decided != CertifyWithConditions {
		return nil
	}
	if _, under := e.audited(); !under {
		return nil
	}
	if e.history.life(e.rules).lawLight().at(e.decision.EffectiveOn) == InBreach {
		return e.refuse("decision", "law_in_breach")
	}
	return nil
}

// modules wants every mandatory module verified before a project is complete.
func (e *entry) modules() error {
	if e.decision.Decided != Complete {
		return nil
	}
	var missing []string
	for _, def := range e.standard.Modules {
		verified := slices.ContainsFunc(e.history.Modules, func(m Module) bool {
			return m.Module == def.Code && m.On(e.decision.EffectiveOn) == ModuleVerified
		})
		if def.Mandatory && !verified {
			missing = append(missing, def.Code)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	list := strings.Join(missing, ", ")
	return Fault(Invalid, "modules_unverified", "modules", list).In("decision", "modules_unverified", "modules", list)
}

// ConditionsDue gives the day by which the conditions of a conditional certification are to be met: as decided, else as
// the standard allows at most; zero where no conditions run on the day.
func (h History) ConditionsDue(rules Rulebook, programme ProgrammeCode, on Date) Date {
	standard, err := rules.InForce(programme, on)
	if err != nil {
		return 0
	}
	stands, _ := fold(rules.Versions(programme), h.decided(programme, ""), h.Modules)
	if stands.at(on).State != Conditional {
		return 0
	}
	due := Date(0)
	for _, d := range ordered(h.decided(programme, "")) {
		if d.Decided != CertifyWithConditions || d.EffectiveOn > on {
			continue
		}
		due = d.DueOn
		if due == 0 && standard.ConditionsDays > 0 {
			due = d.EffectiveOn.Add(standard.ConditionsDays)
		}
	}
	return due
}

package tracker

import (
	"cmp"
	"slices"
)

// RungWord says in a word how a person stands with a type of qualification on a day. It is derived from the facts and
// never stored.
type RungWord string

// The words, from what is worth most.
const (
	RungValid        RungWord = "valid"         // in date, and nothing is due soon
	RungReviewWindow RungWord = "review_window" // valid, and the review or extension can be applied for
	RungExpiring     RungWord = "expiring"      // valid, and within the renewal window
	RungIncluded     RungWord = "included"      // never held, and a valid higher level includes it
	RungSuperseded   RungWord = "superseded"    // held once, and a valid higher level includes it
	RungDormant      RungWord = "dormant"       // in date, and asleep after months off the post
	RungLapsed       RungWord = "lapsed"        // held once, and not in date any more
	RungBridgeable   RungWord = "bridgeable"    // never held, and open to the web-based way from the generation before
	RungMissing      RungWord = "missing"       // never held
)

// RungWords lists the words in the order of a legend.
var RungWords = []RungWord{
	RungValid, RungReviewWindow, RungExpiring, RungIncluded, RungSuperseded, RungBridgeable, RungDormant, RungLapsed, RungMissing,
}

// Counts tells whether somebody with the word is qualified on the day.
func (w RungWord) Counts() bool {
	return slices.Contains([]RungWord{RungValid, RungReviewWindow, RungExpiring, RungIncluded, RungSuperseded}, w)
}

// Path is the way in which a qualification is come by or kept.
type Path string

// The paths.
const (
	PathReview    Path = "review"    // the periodic review
	PathRenew     Path = "renew"     // issued anew before it ends
	PathExam      Path = "exam"      // the practical examination that wakes a dormant permit
	PathBridge    Path = "bridge"    // web-based training, from a valid certificate of the generation before
	PathClassroom Path = "classroom" // the whole course
)

// Bridge is the web-based way to a generation from the one before.
type Bridge struct {
	From   Generation // the generation before; empty: there is no such way
	Open   bool       // a certificate for it is valid on the day
	Until  Date       // of an open bridge: the last day on which it is; zero: no end is known
	Closed Date       // of a closed one: the first day on which it was closed; zero: it never was open
}

// Rung is a type of qualification, for one generation where it has some, as a person stands with it on a day.
type Rung struct {
	Type       QualificationType
	Generation Generation
	Word       RungWord
	Held       *Clock     // the certificate that counts, else the one that counted last; nil: never held
	Last       Date       // the last day of the present validity; zero: open, or not valid
	Since      Date       // of what is dormant or lapsed: its first day
	SleepsFrom Date       // of what is valid: the day from which it will be dormant; zero: none is known
	Deadlines  []Deadline // of Held, while it is in date
	Missing    []Missing  // prerequisites that do not hold on the day
	Path       Path       // the next step; empty: nothing is due
	Bridge     Bridge
}

// Cliff tells whether something is lost on the day after Bridge.Until: the short way to a generation that is not held.
func (r *Rung) Cliff() bool { return r.Bridge.Open && !r.Word.Counts() }

// Ladder is how a person stands with all types of qualification that lead to one another, on a day.
type Ladder struct {
	On          Date
	Generations []Generation // those that concern the person, oldest first
	Rungs       []Rung       // what stands beside the ladder first, then by level and generation
}

// Ladder gives how the person stands on a day with the types of qualification of the ladder: those with a level, and
// those that they ask for. A generation concerns somebody who holds a certificate for it, and everybody once a model of
// it is known. The ladder is empty where the packs in force know none.
func (h PersonHistory) Ladder(rules Rulebook, on Date) Ladder {
	c := h.climb(rules, on)
	return c.ladder(h, c.belongs)
}

// Rungs is Ladder with every type of qualification that is known on the day.
func (h PersonHistory) Rungs(rules Rulebook, on Date) Ladder {
	return h.climb(rules, on).ladder(h, func(*QualificationType) bool { return true })
}

func (h PersonHistory) climb(rules Rulebook, on Date) *climb {
	return &climb{
		rules: rules, on: on, types: rules.QualificationTypes(on), held: h.holdings(rules, ""), clocks: h.Clocks(rules, on), posts: h.posts(),
	}
}

// ladder looks at the types that are wanted.
func (c *climb) ladder(h PersonHistory, wanted func(*QualificationType) bool) Ladder {
	out := Ladder{On: c.on, Generations: c.generations()}
	for i := range c.types {
		t := &c.types[i]
		if !wanted(t) {
			continue
		}
		levels := []Generation{""}
		if t.HasGeneration {
			levels = out.Generations
		}
		for _, g := range levels {
			out.Rungs = append(out.Rungs, c.rung(h, t, g))
		}
	}
	slices.SortStableFunc(out.Rungs, func(a, b Rung) int { return cmp.Compare(a.Type.Level, b.Type.Level) })
	return out
}

// Rung gives the rung of a type and generation; nil when the ladder has none.
func (l Ladder) Rung(code QualificationCode, generation Generation) *Rung {
	for i := range l.Rungs {
		if r := &l.Rungs[i]; r.Type.Code == code && r.Generation == generation {
			return r
		}
	}
	return nil
}

// climb is a ladder in the making.
type climb struct {
	rules  Rulebook
	on     Date
	types  []QualificationType
	held   []holding
	clocks []Clock
	posts  steps[post]
}

// generations gives those that concern the person, oldest first.
func (c *climb) generations() []Generation {
	var known, out []Generation
	for i := range c.types {
		for _, g := range c.types[i].Generations {
			if !slices.Contains(known, g) {
				known = append(known, g)
			}
		}
	}
	models := c.rules.Models(c.on)
	for _, g := range known {
		sold := slices.ContainsFunc(models, func(m Model) bool { return m.Generation == g })
		if sold || slices.ContainsFunc(c.clocks, func(k Clock) bool { return k.Qualification.Generation == g }) {
			out = append(out, g)
		}
	}
	return out
}

// belongs tells whether a type is shown: with a level always; without one when it was ever held or is asked for by a
// type that is near.
func (c *climb) belongs(t *QualificationType) bool {
	if t.Level > 0 {
		return true
	}
	highest := 1 // who begins is shown what the second level asks for as well
	for i := range c.clocks {
		highest = max(highest, c.clocks[i].Type.Level)
	}
	asked, near := false, false
	for i := range c.types {
		if slices.ContainsFunc(c.types[i].Requires, func(p Prerequisite) bool { return p.Type == t.Code }) {
			asked, near = true, near || c.types[i].Level <= highest+1
		}
	}
	held := slices.ContainsFunc(c.clocks, func(k Clock) bool { return k.Type.Code == t.Code })
	return near || asked && held
}

// rung looks at one type and generation.
func (c *climb) rung(h PersonHistory, t *QualificationType, g Generation) Rung {
	r := Rung{Type: *t, Generation: g, Missing: missing(c.held, c.rules, t, g, c.on), Bridge: bridgeTo(c.held, t, g, c.on)}
	r.Held = c.certificate(t, g)
	if r.Held != nil && r.Held.inDate(c.on) {
		r.Deadlines = r.Held.Deadlines()
	}
	switch {
	case r.Held != nil && r.Held.Valid:
		r.Word, r.Last = RungValid, r.Held.Until
		r.SleepsFrom = c.sleepsFrom(h, r.Held)
		r.dueSoon(c.on)
	case c.included(t, g):
		r.Word = RungIncluded
		if r.Held != nil {
			r.Word = RungSuperseded
		}
	case r.Held != nil && r.Held.Dormant && r.Held.inDate(c.on):
		r.Word, r.Path = RungDormant, PathExam
		if asleep, found := h.dormant(c.posts, &r.Held.Type).run(c.on); found {
			r.Since = asleep.From
		}
	case r.Held != nil:
		r.Word, r.Since = RungLapsed, c.lapsedSince(t, g)
		r.Path = r.regained(c.on)
	case r.Bridge.Open:
		r.Word, r.Path = RungBridgeable, PathBridge
	default:
		r.Word, r.Path = RungMissing, PathClassroom
	}
	return r
}

// regained gives the way to what has lapsed: the review while the certificate itself is in date, the bridge while that
// is open, else the whole course.
func (r *Rung) regained(on Date) Path {
	expires := r.Held.Qualification.ExpiresOn
	switch {
	case r.Type.ReviewMonths > 0 && (expires == 0 || on <= expires):
		return PathReview
	case r.Bridge.Open:
		return PathBridge
	default:
		return PathClassroom
	}
}

// certificate gives the certificate of a type and generation that counts on the day and does so longest; else the one
// issued last. Nil when none was issued by the day.
func (c *climb) certificate(t *QualificationType, g Generation) *Clock {
	var best *Clock
	for i := range c.clocks {
		k := &c.clocks[i]
		if k.Type.Code != t.Code || k.Type.generationOf(&k.Qualification) != g || k.Qualification.IssuedOn > c.on {
			continue
		}
		longer := best == nil || k.Valid && !best.Valid
		if best != nil && k.Valid == best.Valid {
			longer = !k.Valid || Period{Until: k.Until}.end() >= Period{Until: best.Until}.end()
		}
		if longer {
			best = k
		}
	}
	return best
}

// included tells whether another type's valid certificate includes this one.
func (c *climb) included(t *QualificationType, g Generation) bool {
	return len(t.Skills) > 0 && slices.ContainsFunc(c.held, func(have holding) bool {
		return have.kind.Code != t.Code && have.gives(t.Skills[0], g) && have.valid.contains(c.on)
	})
}

// lapsedSince gives the first day on which no certificate of a type and generation was in date any more.
func (c *climb) lapsedSince(t *QualificationType, g Generation) Date {
	var list []Period
	for i := range c.held {
		if k := &c.held[i]; k.kind.Code == t.Code && k.kind.generationOf(k.certificate) == g {
			list = append(list, k.dated...)
		}
	}
	return merged(list).endedBefore(c.on)
}

// sleepsFrom gives the first day on which a valid certificate will be dormant by what is known, zero when there is none.
func (c *climb) sleepsFrom(h PersonHistory, k *Clock) Date {
	for _, p := range h.dormant(c.posts, &k.Type) {
		if p.From > c.on && (k.Until == 0 || p.From <= k.Until.Add(1)) {
			return p.From
		}
	}
	return 0
}

// dueSoon says whether something can and should be done now about what is valid.
func (r *Rung) dueSoon(on Date) {
	for _, d := range r.Deadlines {
		if d.Opens == 0 || on < d.Opens || on > d.Last {
			continue
		}
		r.Word, r.Path = RungExpiring, PathRenew
		if r.Type.ApplicationWindow > 0 {
			r.Word = RungReviewWindow
		}
		if d.Kind == DeadlineReview {
			r.Path = PathReview
		}
		return
	}
}

// bridgeTo gives the web-based way to a generation of a type: it is open while a certificate of the generation before is
// valid. Once that has lapsed only the whole course is left.
func bridgeTo(held []holding, t *QualificationType, g Generation, on Date) Bridge {
	at := slices.Index(t.Generations, g)
	if t.BridgeHours == 0 || at <= 0 || len(t.Skills) == 0 {
		return Bridge{}
	}
	out := Bridge{From: t.Generations[at-1]}
	var list []Period
	for i := range held {
		// Who is qualified for all generations needs no bridge and opens none.
		if held[i].kind.HasGeneration && held[i].gives(t.Skills[0], out.From) {
			list = append(list, held[i].valid...)
		}
	}
	valid := merged(list)
	if run, open := valid.run(on); open {
		out.Open, out.Until = true, run.Last()
	} else {
		out.Closed = valid.endedBefore(on)
	}
	return out
}

package app

import (
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// KeptSnapshot is a snapshot with the text that it was frozen in, under a name of this package.
type KeptSnapshot = store.KeptSnapshot

// SnapshotForm is what is to be frozen, as typed into a form.
type SnapshotForm struct {
	Question     string
	NameEn       string
	NameZh       string
	DefinitionEn string
	DefinitionZh string
	Asked        string // the query of a list, as in an address
	Regions      []string
	From         string
	On           string
	KnownAt      tracker.Moment // zero, or later than now: now
	Words        []tracker.Word // what the figures' words mean
}

// ListQuery is the query of a list that a snapshot counts: of one of the two.
type ListQuery struct {
	Dealerships *DealershipQuery
	People      *PersonQuery
}

// Resolve reads the query of a list, for a day. The fault names what it does not know.
type Resolve func(question tracker.Question, asked string, on tracker.Date) (ListQuery, error)

// countKey is the figure of a list: how many it shows.
const countKey = "count"

// snapshotFigures are the figures of a report that a snapshot freezes, by the words of their definitions. Those of people
// count people, the others dealerships.
var snapshotFigures = []struct {
	key    string
	people bool
	of     func(Block) int
}{
	{"active", false, func(b Block) int { return b.Active }},
	{"certified", false, func(b Block) int { return b.BMWi.Certified }},
	{"conditional", false, func(b Block) int { return b.BMWi.Conditional }},
	{"at_risk", false, func(b Block) int { return b.BMWi.AtRisk }},
	{"in_breach", false, func(b Block) int { return b.BMWi.InBreach }},
	{"suspended", false, func(b Block) int { return b.BMWi.Suspended }},
	{"expired", false, func(b Block) int { return b.BMWi.Expired }},
	{"in_progress", false, func(b Block) int { return b.BMWi.InProgress }},
	{"not_certified", false, func(b Block) int { return b.BMWi.NotCertified }},
	{"law_in_breach", false, func(b Block) int { return b.Law.InBreach }},
	{"employed", true, func(b Block) int { return b.Technicians.Employed }},
	{"nev_qualified", true, func(b Block) int { return b.Technicians.NEVQualified }},
	{"below_minimum", false, func(b Block) int { return b.Technicians.BelowMinimum }},
	{"single_holder", false, func(b Block) int { return b.Technicians.SingleHolder }},
	{"upgrade", false, func(b Block) int { return b.Upgrade.Completed }},
	{"upgrade_in_progress", false, func(b Block) int { return b.Upgrade.InProgress }},
	{"upgrade_planned", false, func(b Block) int { return b.Upgrade.Planned }},
	{"upgrade_not_started", false, func(b Block) int { return b.Upgrade.NotStarted }},
}

// modelsKey is the figure that counts neither dealerships nor people.
const modelsKey = "models_on_sale"

// SnapshotWords lists the words of a report's figures, in their order: each has a definition.
func SnapshotWords() []string {
	var out []string
	for _, f := range snapshotFigures {
		out = append(out, f.key)
	}
	return append(out, modelsKey)
}

// SnapshotPage is one page of the snapshots that an actor sees.
type SnapshotPage struct {
	Items   []KeptSnapshot // newest first
	Total   int
	Page    int
	PerPage int
}

// Snapshots gives a page of the snapshots that the actor sees: who sees the whole network all of them, others those about
// regions that are theirs.
func (a *App) Snapshots(ctx context.Context, by tracker.Actor, page, perPage int) (SnapshotPage, error) {
	out := SnapshotPage{Page: max(page, 1), PerPage: min(perPage, maxPerPage)}
	if out.PerPage <= 0 {
		out.PerPage = defaultPerPage
	}
	if err := by.May(tracker.SeeFigures); err != nil {
		return out, err
	}
	q := store.SnapshotQuery{Scope: by.Scope, Page: out.Page, PerPage: out.PerPage}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Total, err = tx.CountSnapshots(q); err != nil {
			return err
		}
		out.Items, err = tx.Snapshots(q)
		return err
	})
	return out, err
}

// Snapshot gives one snapshot as it was frozen. The fault is NotFound for an unknown one and for one that is not seen.
func (a *App) Snapshot(ctx context.Context, by tracker.Actor, id string) (KeptSnapshot, error) {
	var found []KeptSnapshot
	if err := by.May(tracker.SeeFigures); err != nil {
		return KeptSnapshot{}, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		found, err = tx.Snapshots(store.SnapshotQuery{Scope: by.Scope, ID: id})
		return err
	})
	if err == nil && len(found) == 0 {
		err = tracker.Fault(tracker.NotFound, "not_found", "noun", "snapshot", "key", id)
	}
	if err != nil {
		return KeptSnapshot{}, err
	}
	return found[0], nil
}

// MakeSnapshot freezes the answer to a question and gives it. The fault is Invalid with the fields that are wrong.
func (a *App) MakeSnapshot(ctx context.Context, by tracker.Actor, f SnapshotForm, resolve Resolve) (KeptSnapshot, error) {
	var out KeptSnapshot
	if err := by.May(tracker.PublishFigures); err != nil {
		return out, err
	}
	if !by.Scope.All && len(by.Scope.Regions) == 0 {
		return out, tracker.Fault(tracker.Forbidden, "forbidden", "action", string(tracker.PublishFigures))
	}
	s, err := f.read()
	if err != nil {
		return out, err
	}
	err = a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		if s.KnownAt == 0 || s.KnownAt >= tx.Moment() {
			s.KnownAt = tx.Moment() - 1 // all that was recorded before this
		}
		regions, err := a.placeSnapshot(tx, by, &s, resolve)
		if err != nil {
			return err
		}
		if s.Figures, err = a.answer(ctx, s, s.KnownAt, resolve); err != nil {
			return err
		}
		out, err = tx.CreateSnapshot(s, regions)
		return err
	})
	return out, err
}

// read checks what was typed. The fault is Invalid with the fields that are wrong.
func (f SnapshotForm) read() (tracker.Snapshot, error) {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	list := f.Question != string(tracker.QuestionFigures)
	text := clean
	if list {
		text = needText // what a list counts is told by nothing else
	}
	s := tracker.Snapshot{
		Question:   tracker.Question(f.Question),
		Name:       tracker.Text{En: needText(fault, "name_en", f.NameEn, shortText), Zh: needText(fault, "name_zh", f.NameZh, shortText)},
		Definition: tracker.Text{En: text(fault, "definition_en", f.DefinitionEn, longText), Zh: text(fault, "definition_zh", f.DefinitionZh, longText)},
		On:         day(fault, "on", f.On, required), KnownAt: f.KnownAt,
	}
	if !slices.Contains(tracker.Questions, s.Question) {
		fault.In("question", "choose_one")
	}
	if list {
		if s.Asked = f.Asked; len(f.Regions) > 0 {
			fault.In("regions", "snapshot_not_asked")
		}
		if f.From != "" {
			fault.In("from", "snapshot_not_asked")
		}
		return s, fault.FieldFaults()
	}
	if f.Asked != "" {
		fault.In("asked", "snapshot_not_asked")
	}
	s.Regions, s.Words = slices.Sorted(slices.Values(f.Regions)), f.Words
	if s.From = day(fault, "from", f.From, optional); s.From != 0 && s.From >= s.On {
		fault.In("from", "period_backwards", "from", s.From, "until", s.On)
	}
	return s, fault.FieldFaults()
}

// placeSnapshot fills in what a snapshot covers, and gives the regions that it is about: those asked for, of a part of the
// network those of the actor. A regional manager freezes what lies in the regions today.
func (a *App) placeSnapshot(tx *store.Tx, by tracker.Actor, s *tracker.Snapshot, resolve Resolve) ([]tracker.RegionID, error) {
	directory, err := loadDirectory(tx)
	if err != nil {
		return nil, err
	}
	var regions []tracker.RegionID
	for _, code := range s.Regions {
		region, found := directory.Region(code)
		if !found || !by.Scope.All && !slices.Contains(by.Scope.Regions, region.ID) {
			return nil, tracker.Fault(tracker.Invalid, "invalid_form").In("region", "unknown_value", "name", "region", "value", code)
		}
		regions = append(regions, region.ID)
	}
	if !by.Scope.All && len(regions) == 0 {
		regions = by.Scope.Regions
	}
	query := DealershipQuery{Scope: by.Scope, Today: a.Today(), On: s.On, NotOperating: true, Programme: tracker.ProgrammeLaw}
	if s.Question != tracker.QuestionFigures {
		asked, err := resolve(s.Question, s.Asked, s.On)
		if err != nil {
			return nil, err
		}
		if asked.People != nil && asked.People.Q != "" {
			return nil, tracker.Fault(tracker.Invalid, "snapshot_of_names").In("asked", "snapshot_of_names")
		}
		if list := asked.Dealerships; list != nil { // names and addresses change: what they mean today is frozen
			query.Q, query.Provinces, query.Cities = list.Q, list.Provinces, list.Cities
		}
	}
	if by.Scope.All && query.Q == "" && len(query.Provinces)+len(query.Cities) == 0 {
		return regions, nil
	}
	ids, err := tx.MatchingDealerships(query)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, tracker.Fault(tracker.Invalid, "snapshot_of_nothing").In("asked", "snapshot_of_nothing")
	}
	dealerships, err := tx.DealershipsByID(ids)
	for _, d := range dealerships {
		s.Covers = append(s.Covers, d.Code)
	}
	slices.Sort(s.Covers)
	return regions, err
}

// answer gives the figures of a snapshot's question as known at a moment (zero: now), whoever asks.
func (a *App) answer(ctx context.Context, s tracker.Snapshot, known tracker.Moment, resolve Resolve) ([]tracker.Figure, error) {
	ctx = store.AsKnown(ctx, known)
	if s.Question != tracker.QuestionFigures {
		members, err := a.listMembers(ctx, s, resolve)
		return []tracker.Figure{{Key: countKey, Value: len(members)}}, err
	}
	by, regions, err := a.covering(ctx, s)
	if err != nil {
		return nil, err
	}
	at := func(on tracker.Date) (map[place]int, []place, error) {
		summary, err := a.Summary(ctx, by, SummaryQuery{On: on, Regions: regions})
		values, order := figuresOf(summary)
		return values, order, err
	}
	values, order, err := at(s.On)
	if err != nil {
		return nil, err
	}
	before := map[place]int{}
	if s.Period() {
		var more []place
		if before, more, err = at(s.From); err != nil {
			return nil, err
		}
		for _, p := range more {
			if _, known := values[p]; !known { // a region that is empty by then
				order = append(order, p)
			}
		}
	}
	out := make([]tracker.Figure, len(order))
	for i, p := range order {
		out[i] = tracker.Figure{Place: p.region, Key: p.key, Before: before[p], Value: values[p]}
	}
	return out, nil
}

// place is a figure in a part of what a snapshot covers.
type place struct{ region, key string }

// figuresOf gives the figures of a report, and their order.
func figuresOf(s Summary) (map[place]int, []place) {
	values, order := map[place]int{}, []place{}
	add := func(region, key string, value int) {
		values[place{region, key}] = value
		order = append(order, place{region, key})
	}
	for _, f := range snapshotFigures {
		add("", f.key, f.of(s.Block))
	}
	add("", modelsKey, s.ModelsOnSale)
	for _, r := range s.Regions {
		for _, f := range snapshotFigures {
			add(r.Code, f.key, f.of(r.Block))
		}
	}
	return values, order
}

// covering gives an actor who sees what a snapshot covers and nothing else, whoever sees it today, and its regions.
func (a *App) covering(ctx context.Context, s tracker.Snapshot) (tracker.Actor, []tracker.RegionID, error) {
	by := tracker.Operator
	var regions []tracker.RegionID
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		directory, err := loadDirectory(tx)
		if err != nil {
			return err
		}
		for _, code := range s.Regions {
			region, _ := directory.Region(code)
			regions = append(regions, region.ID)
		}
		if len(s.Covers) == 0 {
			return nil
		}
		covered, err := tx.DealershipsByCode(s.Covers)
		by.Scope = tracker.Scope{}
		for _, code := range s.Covers {
			by.Scope.Dealerships = append(by.Scope.Dealerships, covered[code].ID)
		}
		return err
	})
	return by, regions, err
}

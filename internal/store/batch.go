package store

import (
	"crypto/hmac"
	"maps"
	"slices"
	"strings"

	"dealercert/internal/tracker"
)

// Batch gathers facts that are recorded and corrected together, to be written with few statements: for imports of
// hundreds of thousands. Each fact gets its entry in the log of changes, as it would by itself. A batch may be flushed
// and filled again; facts of one batch must be of different chains.
type Batch struct {
	tx      *Tx
	edits   []batchEdit
	persons []*tracker.Person
}

// batchEdit is one fact to be written; before is the version that it takes the place of, nil for a first version.
type batchEdit struct {
	before, after tracker.Fact
	reason        string
}

// Batch begins a batch.
func (tx *Tx) Batch() *Batch { return &Batch{tx: tx} }

// Len is how many facts wait to be written.
func (b *Batch) Len() int { return len(b.edits) }

// Person adds a person; the identity is there after Persons.
func (b *Batch) Person(p *tracker.Person) { b.persons = append(b.persons, p) }

// Persons writes the people that were added and gives them their identities.
func (b *Batch) Persons() error {
	if len(b.persons) == 0 {
		return nil
	}
	b.tx.wrote = true
	var last tracker.PersonID
	if err := b.tx.db.Raw("SELECT COALESCE(MAX(id), 0) FROM persons").Scan(&last).Error; err != nil {
		return err
	}
	rows := make([]tracker.Person, len(b.persons))
	for i, p := range b.persons {
		last++
		p.ID = last
		rows[i] = *p
	}
	if err := insertRows(b.tx.db.Table("persons"), rows); err != nil {
		return translate(err, "person", rows[0].StaffNo)
	}
	entries := make([]Entry, len(rows))
	for i, p := range rows {
		entries[i] = Entry{Action: ActionCreated, Kind: "person", Key: p.StaffNo, Person: p.ID, After: labels{"staff_no": p.StaffNo, "name": p.Name}}
	}
	b.persons = nil
	return b.tx.noteAll(entries)
}

// Record adds the first version of a fact and gives its chain, so that other facts of the batch can name it.
func (b *Batch) Record(fact tracker.Fact, reason string) tracker.FactID {
	head := b.tx.head(reason)
	head.Chain, head.FirstAt = head.ID, b.tx.moment
	b.edits = append(b.edits, batchEdit{after: tracker.WithHead(fact, head), reason: reason})
	return head.Chain
}

// Correct adds a version that takes the place of the one that is known now.
func (b *Batch) Correct(present, next tracker.Fact, reason string) {
	head := b.tx.head(reason)
	head.Chain, head.FirstAt = present.Version().Chain, present.Version().FirstAt
	b.edits = append(b.edits, batchEdit{present, tracker.WithHead(next, head), reason})
}

// Flush writes what was added: closed versions first, then new ones, then the log.
func (b *Batch) Flush() error {
	if err := b.Persons(); err != nil || len(b.edits) == 0 {
		return err
	}
	tx := b.tx
	tx.wrote = true
	kept, err := b.keptNumbers()
	if err != nil {
		return err
	}
	if err := b.supersede(); err != nil {
		return err
	}
	byKind := map[tracker.FactKind][]tracker.Fact{}
	for _, e := range b.edits {
		byKind[e.after.Kind()] = append(byKind[e.after.Kind()], e.after)
	}
	for _, kind := range factKinds {
		if err := tx.loadKind(kind, byKind[kind], kept); err != nil {
			return err
		}
	}
	if err := b.touch(); err != nil {
		return err
	}
	if err := b.note(); err != nil {
		return err
	}
	b.edits = b.edits[:0]
	return nil
}

// keptNumbers gives the rows of qualifications that are corrected, by chain: a masked number stands for the one kept.
func (b *Batch) keptNumbers() (map[tracker.FactID]*qualificationRow, error) {
	var ids []tracker.FactID
	for _, e := range b.edits {
		if e.before != nil && e.before.Kind() == tracker.FactQualification {
			ids = append(ids, e.before.Version().ID)
		}
	}
	out := map[tracker.FactID]*qualificationRow{}
	for chunk := range slices.Chunk(ids, listChunk) {
		var rows []qualificationRow
		if err := b.tx.db.Table("qualifications").Where("id IN ?", chunk).Find(&rows).Error; err != nil {
			return nil, err
		}
		for i := range rows {
			out[rows[i].Chain] = &rows[i]
		}
	}
	return out, nil
}

// supersede closes the versions that others take the place of. The fault is Stale when one has been closed already.
func (b *Batch) supersede() error {
	closed := map[tracker.FactKind][]tracker.FactID{}
	for _, e := range b.edits {
		if e.before != nil {
			closed[e.before.Kind()] = append(closed[e.before.Kind()], e.before.Version().ID)
		}
	}
	for kind, ids := range closed {
		for chunk := range slices.Chunk(ids, listChunk) {
			done := b.tx.db.Exec("UPDATE "+factTables[kind]+" SET superseded_at = ? WHERE id IN ? AND superseded_at = 0", b.tx.moment, chunk)
			if done.Error != nil {
				return translate(done.Error, string(kind), len(chunk))
			}
			if done.RowsAffected != int64(len(chunk)) {
				return tracker.Fault(tracker.Stale, "fact_ended", "noun", string(kind), "key", chunk[0])
			}
		}
	}
	return nil
}

// touch notes the dealerships whose standings the facts may change.
func (b *Batch) touch() error {
	people := map[tracker.PersonID]bool{}
	for _, e := range b.edits {
		for _, fact := range []tracker.Fact{e.before, e.after} {
			if fact == nil {
				continue
			}
			if at, known := tracker.DealershipOf(fact); known {
				b.tx.touched[at] = true
			}
			if person := tracker.PersonOf(fact); person != 0 {
				people[person] = true
			}
		}
	}
	for chunk := range slices.Chunk(slices.Collect(maps.Keys(people)), listChunk) {
		if err := b.tx.touchPeople(chunk...); err != nil {
			return err
		}
	}
	return nil
}

// note appends an entry for each fact to the log of changes.
func (b *Batch) note() error {
	names, err := b.names()
	if err != nil {
		return err
	}
	entries := make([]Entry, len(b.edits))
	for i, e := range b.edits {
		action := ActionRecorded
		var before any
		if e.before != nil {
			action, before = ActionCorrected, names.labels(e.before)
		}
		entries[i] = Entry{
			Action: action, Kind: string(e.after.Kind()), Key: string(e.after.Version().Chain), Person: tracker.PersonOf(e.after),
			Reason: e.reason, Before: before, After: names.labels(e.after),
		}
		entries[i].Dealership, _ = tracker.DealershipOf(e.after)
	}
	return b.tx.noteAll(entries)
}

// factNames are the codes and staff numbers that facts name.
type factNames struct {
	dealerships map[tracker.DealershipID]string
	persons     map[tracker.PersonID]tracker.Person
	regions     map[tracker.RegionID]string
	zones       map[tracker.ZoneID]string
	groups      map[tracker.GroupID]string
}

func (b *Batch) names() (factNames, error) {
	dealerships, persons := map[tracker.DealershipID]string{}, map[tracker.PersonID]bool{}
	for _, e := range b.edits {
		if at, known := tracker.DealershipOf(e.after); known {
			dealerships[at] = ""
		}
		if person := tracker.PersonOf(e.after); person != 0 {
			persons[person] = true
		}
	}
	out := factNames{dealerships: dealerships, persons: map[tracker.PersonID]tracker.Person{}}
	if assigns(b.edits) {
		if err := out.places(b.tx); err != nil {
			return out, err
		}
	}
	for chunk := range slices.Chunk(slices.Collect(maps.Keys(dealerships)), listChunk) {
		var rows []tracker.Dealership
		if err := b.tx.db.Raw("SELECT id, code FROM dealerships WHERE id IN ?", chunk).Scan(&rows).Error; err != nil {
			return out, err
		}
		for _, row := range rows {
			dealerships[row.ID] = row.Code
		}
	}
	for chunk := range slices.Chunk(slices.Collect(maps.Keys(persons)), listChunk) {
		found, err := b.tx.Persons(chunk)
		if err != nil {
			return out, err
		}
		maps.Copy(out.persons, found)
	}
	return out, nil
}

// labels gives a fact as people read it, like Tx.factLabels.
func (n factNames) labels(fact tracker.Fact) labels {
	out := labels{}
	if at, known := tracker.DealershipOf(fact); known {
		out["dealership"] = n.dealerships[at]
	}
	if person := tracker.PersonOf(fact); person != 0 {
		out["person"] = n.persons[person].StaffNo
	}
	if a, is := fact.(tracker.Assignment); is {
		out.period(a.From, a.Until)
		for name, code := range map[string]string{"region": n.regions[a.Region], "zone": n.zones[a.Zone], "group": n.groups[a.Group]} {
			if code != "" {
				out[name] = code
			}
		}
	}
	out.fields(fact)
	return out
}

// assigns tells whether there is an assignment among edits.
func assigns(edits []batchEdit) bool {
	return slices.ContainsFunc(edits, func(e batchEdit) bool { return e.after.Kind() == tracker.FactAssignment })
}

// places loads the codes of regions, zones and groups.
func (n *factNames) places(tx *Tx) error {
	n.regions, n.zones, n.groups = map[tracker.RegionID]string{}, map[tracker.ZoneID]string{}, map[tracker.GroupID]string{}
	regions, err := tx.Regions()
	if err != nil {
		return err
	}
	zones, err := tx.Zones()
	if err != nil {
		return err
	}
	groups, err := tx.Groups()
	for _, r := range regions {
		n.regions[r.ID] = r.Code
	}
	for _, z := range zones {
		n.zones[z.ID] = z.Code
	}
	for _, g := range groups {
		n.groups[g.ID] = g.Code
	}
	return err
}

// NumberedQualification is a qualification whose number can be compared with what somebody gives for it.
type NumberedQualification struct {
	tracker.Qualification
	hash []byte
}

// SameNumber tells whether a number, or the mask of one, is the one that a qualification has.
func (tx *Tx) SameNumber(q NumberedQualification, number string) bool {
	return number == q.Certificate || len(q.hash) > 0 && hmac.Equal(q.hash, tx.store.cipher.find(number))
}

// IsMask tells whether a text is what is shown in place of a certificate number.
func IsMask(text string) bool { return strings.Contains(text, "*") && mask(text) == text }

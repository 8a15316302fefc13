package store

import (
	"encoding/json"
	"strings"

	"dealercert/internal/tracker"
)

// The actions of the change log about drafts.
const (
	ActionUploaded  = "uploaded"
	ActionChecked   = "checked"
	ActionPublished = "published"
	ActionDiscarded = "discarded"
)

// AddDraft keeps a new draft in the name of who writes and gives it with its identity. The fault is Conflict when a draft
// of the same version is open.
func (tx *Tx) AddDraft(d tracker.Draft) (tracker.Draft, error) {
	d.ID, d.Version, d.State = tx.newID(), 1, tracker.DraftOpen
	d.UploadedBy, d.UploadedLogin, d.UploadedAt = tx.writing.By.ID, tx.writing.By.Login, tx.moment
	tx.wrote = true
	if err := tx.db.Table("drafts").Create(&d).Error; err != nil {
		return d, translate(err, "draft", string(d.Programme)+" "+d.Standard)
	}
	return d, tx.noteDraft(ActionUploaded, d, nil)
}

// SetDraft keeps a draft's next version and notes the action with what is worth knowing of it. The fault is Stale when
// another step came first.
func (tx *Tx) SetDraft(d tracker.Draft, action string, told map[string]string) (tracker.Draft, error) {
	before := d.Version
	d.Version++
	switch action {
	case ActionUploaded:
		d.UploadedBy, d.UploadedLogin, d.UploadedAt = tx.writing.By.ID, tx.writing.By.Login, tx.moment
	case ActionPublished, ActionDiscarded:
		d.ClosedBy, d.ClosedLogin, d.ClosedAt = tx.writing.By.ID, tx.writing.By.Login, tx.moment
	}
	tx.wrote = true
	done := tx.db.Table("drafts").Where("id = ? AND version = ? AND state IN ?", d.ID, before, openDrafts).Select("*").Omit("ID").Updates(&d)
	if done.Error != nil {
		return d, translate(done.Error, "draft", d.ID)
	}
	if done.RowsAffected != 1 {
		return d, tracker.Fault(tracker.Stale, "stale", "noun", "draft", "key", d.ID)
	}
	return d, tx.noteDraft(action, d, told)
}

// openDrafts are the states in which a draft can still be changed.
var openDrafts = []tracker.DraftState{tracker.DraftOpen, tracker.DraftChecked}

// noteDraft appends the entry of a draft's step.
func (tx *Tx) noteDraft(action string, d tracker.Draft, told map[string]string) error {
	after := labels{
		"programme": string(d.Programme), "standard": d.Standard, "state": string(d.State), "effective_on": d.EffectiveOn.String(), "pack_hash": d.PackHash,
	}
	for name, value := range told {
		after[name] = value
	}
	return tx.Note(Entry{Action: action, Kind: "draft", Key: d.ID, After: after})
}

// Drafts gives the drafts in some states, the newest first; all of them when none is named.
func (tx *Tx) Drafts(states ...tracker.DraftState) ([]tracker.Draft, error) {
	query := tx.db.Table("drafts").Order("uploaded_at DESC, id DESC")
	if len(states) > 0 {
		query = query.Where("state IN ?", states)
	}
	var out []tracker.Draft
	return out, query.Find(&out).Error
}

// OpenDrafts gives the drafts that can still be changed.
func (tx *Tx) OpenDrafts() ([]tracker.Draft, error) { return tx.Drafts(openDrafts...) }

// Draft gives one draft. The fault is NotFound.
func (tx *Tx) Draft(id string) (tracker.Draft, error) {
	var out tracker.Draft
	return out, translate(tx.db.Table("drafts").Where("id = ?", id).Take(&out).Error, "draft", id)
}

// impactRow is a run as it is kept.
type impactRow struct {
	ID          string
	Draft       string
	PackHash    string
	EffectiveOn tracker.Date
	RulesHash   string
	RunOn       tracker.Date
	RunAt       tracker.Moment
	RunBy       tracker.AccountID
	RunLogin    string
	FactsAt     tracker.Moment
	Figures     string
}

// ImpactDealership is a dealership that would lack something on one of the days of a run.
type ImpactDealership struct {
	Stage      int // the place of the day in the run
	Dealership tracker.DealershipID
	Region     tracker.RegionID
	Light      tracker.Light
	IsNew      bool
	RightLost  bool
	Items      int
	Missing    string // codes, separated by spaces
}

// AddImpact keeps a run of a draft with the dealerships it names, in place of the draft's runs before.
func (tx *Tx) AddImpact(i tracker.Impact, named []ImpactDealership) (tracker.Impact, error) {
	figures, err := json.Marshal(i.Figures)
	if err != nil {
		return i, err
	}
	i.ID, i.RunAt, i.RunBy, i.RunLogin = tx.newID(), tx.moment, tx.writing.By.ID, tx.writing.By.Login
	tx.wrote = true
	err = tx.db.Exec("DELETE FROM impact_dealerships WHERE impact IN (SELECT id FROM impacts WHERE draft = ?)", i.Draft).Error
	if err != nil {
		return i, err
	}
	row := impactRow{i.ID, i.Draft, i.PackHash, i.EffectiveOn, i.RulesHash, i.RunOn, i.RunAt, i.RunBy, i.RunLogin, i.FactsAt, string(figures)}
	if err := tx.db.Table("impacts").Create(&row).Error; err != nil {
		return i, translate(err, "impact", i.ID)
	}
	rows := make([]impactDealershipRow, len(named))
	for n, d := range named {
		rows[n] = impactDealershipRow{i.ID, d}
	}
	if len(rows) == 0 {
		return i, nil
	}
	return i, translate(insertRows(tx.db.Table("impact_dealerships"), rows), "impact", i.ID)
}

// impactDealershipRow is such a dealership as it is kept.
type impactDealershipRow struct {
	Impact string
	ImpactDealership
}

// Impact gives a draft's latest run, and whether there is one.
func (tx *Tx) Impact(draft string) (tracker.Impact, bool, error) {
	var rows []impactRow
	err := tx.db.Table("impacts").Where("draft = ?", draft).Order("run_at DESC, id DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return tracker.Impact{}, false, err
	}
	r := rows[0]
	out := tracker.Impact{
		ID: r.ID, Draft: r.Draft, PackHash: r.PackHash, EffectiveOn: r.EffectiveOn, RulesHash: r.RulesHash, RunOn: r.RunOn, RunAt: r.RunAt,
		RunBy: r.RunBy, RunLogin: r.RunLogin, FactsAt: r.FactsAt,
	}
	return out, true, json.Unmarshal([]byte(r.Figures), &out.Figures)
}

// ImpactQuery asks for dealerships of a run.
type ImpactQuery struct {
	Scope       tracker.Scope
	Today       tracker.Date
	Impact      string
	Stage       int
	Regions     []tracker.RegionID
	Requirement string // only those that lack it; empty: any
	OnlyNew     bool
	OneAway     bool
	Page        int // from 1
	PerPage     int // 0: all
}

// NamedDealership is a dealership of a run with its names.
type NamedDealership struct {
	ImpactDealership
	Code   string
	NameZh string
	NameEn string
	City   string
}

// ImpactDealerships gives the dealerships of a run that match, by their codes, and how many there are.
func (tx *Tx) ImpactDealerships(q ImpactQuery) ([]NamedDealership, int, error) {
	seen := seenAmong(q.Scope, q.Today, "i.dealership_id")
	where := conditions{clause{" FROM impact_dealerships i JOIN dealerships d ON d.id = i.dealership_id WHERE " + seen.sql, seen.args}}
	where.and("i.impact = ? AND i.stage = ?", q.Impact, q.Stage)
	if len(q.Regions) > 0 {
		where.and("i.region_id IN ?", q.Regions)
	}
	if q.Requirement != "" {
		where.and("lower(' ' || i.missing || ' ') LIKE ? ESCAPE '\\'", "% "+likeText(q.Requirement)+" %")
	}
	if q.OnlyNew {
		where.and("i.is_new")
	}
	if q.OneAway {
		where.and("i.items = 1")
	}
	var total int
	if err := tx.db.Raw("SELECT COUNT(*)"+where.sql, where.args...).Scan(&total).Error; err != nil {
		return nil, 0, err
	}
	order, args := " ORDER BY d.code", where.args
	if q.PerPage > 0 {
		order += " LIMIT ? OFFSET ?"
		args = append(args, q.PerPage, (max(q.Page, 1)-1)*q.PerPage)
	}
	var out []NamedDealership
	return out, total, tx.db.Raw("SELECT i.stage, i.dealership_id, i.region_id, i.light, i.is_new, i.right_lost, i.items, i.missing, d.code, d.name_zh, d.name_en, d.city"+
		where.sql+order, args...).Scan(&out).Error
}

// likeText gives a text as a pattern of LIKE finds it in what lower() gives.
func likeText(text string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(text))
}

// LastFact is the moment of the latest change of a fact in the log; zero before the first.
func (tx *Tx) LastFact() (tracker.Moment, error) {
	var moments []int64
	err := tx.db.Raw("SELECT moment FROM changes WHERE kind IN ? ORDER BY seq DESC LIMIT 1", factKinds).Scan(&moments).Error
	if err != nil || len(moments) == 0 {
		return 0, err
	}
	return tracker.Moment(moments[0]), nil
}

// OperatingIDs gives the dealerships that may operate on a day or later, by the facts, in order.
func (tx *Tx) OperatingIDs(from tracker.Date) ([]tracker.DealershipID, error) {
	var out []tracker.DealershipID
	return out, tx.db.Raw(`SELECT DISTINCT dealership_id FROM operating_periods WHERE superseded_at = 0 AND (until_on IS NULL OR until_on > ?)
		ORDER BY dealership_id`, from).Scan(&out).Error
}

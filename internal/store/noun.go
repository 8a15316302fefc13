package store

import (
	"strings"

	"dealercert/internal/tracker"
)

// Regions gives the regions by their identities, the order in which they were made.
func (tx *Tx) Regions() ([]tracker.Region, error) {
	var out []tracker.Region
	return out, tx.db.Table("regions").Order("id").Find(&out).Error
}

// Zones gives the zones by code.
func (tx *Tx) Zones() ([]tracker.Zone, error) {
	var out []tracker.Zone
	return out, tx.db.Table("zones").Order("code").Find(&out).Error
}

// Groups gives the groups by code.
func (tx *Tx) Groups() ([]tracker.Group, error) {
	var out []tracker.Group
	return out, tx.db.Table("groups").Order("code").Find(&out).Error
}

// CreateRegion adds a region; one that has an identity keeps it.
func (tx *Tx) CreateRegion(r tracker.Region) (tracker.RegionID, error) {
	if err := createNumbered(tx, "regions", "region", r.Code, &r.ID, &r); err != nil {
		return 0, err
	}
	return r.ID, tx.Note(Entry{Action: ActionCreated, Kind: "region", Key: r.Code, After: labels{"code": r.Code, "name_en": r.NameEn, "name_zh": r.NameZh}})
}

// CreateZone adds a zone; one that has an identity keeps it.
func (tx *Tx) CreateZone(z tracker.Zone) (tracker.ZoneID, error) {
	if err := createNumbered(tx, "zones", "zone", z.Code, &z.ID, &z); err != nil {
		return 0, err
	}
	return z.ID, tx.Note(Entry{Action: ActionCreated, Kind: "zone", Key: z.Code, After: labels{"code": z.Code}})
}

// CreateGroup adds a group; one that has an identity keeps it.
func (tx *Tx) CreateGroup(g tracker.Group) (tracker.GroupID, error) {
	if err := createNumbered(tx, "groups", "group", g.Code, &g.ID, &g); err != nil {
		return 0, err
	}
	return g.ID, tx.Note(Entry{Action: ActionCreated, Kind: "group", Key: g.Code, After: labels{"code": g.Code, "name_en": g.NameEn, "name_zh": g.NameZh}})
}

// create inserts a row; a code that is taken is a Conflict.
func (tx *Tx) create(table, noun, key string, row any) error {
	tx.wrote = true
	return translate(tx.db.Table(table).Create(row).Error, noun, key)
}

// createNumbered inserts a noun. One without an identity gets the number after the highest: there is one writer at a time,
// and every database counts alike.
func createNumbered[I ~int64](tx *Tx, table, noun, key string, id *I, row any) error {
	if *id == 0 {
		if err := tx.db.Raw("SELECT COALESCE(MAX(id), 0) + 1 FROM " + table).Scan(id).Error; err != nil {
			return err
		}
	}
	return tx.create(table, noun, key, row)
}

// dealershipRow is a dealership as it is kept.
type dealershipRow struct {
	tracker.Dealership
	Search string
}

// searchText is what a search looks through: in small letters, parts kept apart by a character nobody types.
func searchText(d tracker.Dealership) string {
	return strings.ToLower(strings.Join([]string{d.Code, d.NameZh, d.NameEn, d.City}, "\x1f"))
}

// CreateDealership adds a dealership; one that has an identity keeps it.
func (tx *Tx) CreateDealership(d tracker.Dealership) (tracker.DealershipID, error) {
	d.Version = 1
	row := dealershipRow{d, searchText(d)}
	if err := createNumbered(tx, "dealerships", "dealership", d.Code, &row.ID, &row); err != nil {
		return 0, err
	}
	tx.touched[row.ID] = true // so that it has standings even before anything is recorded about it
	return row.ID, tx.Note(Entry{
		Action: ActionCreated, Kind: "dealership", Key: d.Code, Dealership: row.ID, After: attributes(d),
	})
}

// LoadNouns adds a dealership and people with the identities they have, with one change entry for all.
func (tx *Tx) LoadNouns(d tracker.Dealership, people []tracker.Person) error {
	if _, err := tx.CreateDealership(d); err != nil {
		return err
	}
	if len(people) == 0 {
		return nil
	}
	return translate(insertRows(tx.db.Table("persons"), people), "person", people[0].StaffNo)
}

// UpdateDealership changes a dealership's attributes. Nothing happens when all are as they were; the fault is Stale when
// d.Version is not the one that is kept.
func (tx *Tx) UpdateDealership(d tracker.Dealership, reason string) error {
	present, err := tx.DealershipByID(d.ID)
	if err != nil {
		return err
	}
	if present.Version != d.Version {
		return tracker.Fault(tracker.Stale, "stale", "noun", "dealership", "key", present.Code)
	}
	d.Code = present.Code
	before, after := attributes(present).changed(attributes(d))
	if len(after) == 0 {
		return nil
	}
	tx.wrote = true
	d.Version++
	row := dealershipRow{d, searchText(d)}
	if err := tx.db.Table("dealerships").Where("id = ?", d.ID).Select("*").Omit("id", "code").Updates(&row).Error; err != nil {
		return translate(err, "dealership", d.Code)
	}
	return tx.Note(Entry{
		Action: ActionUpdated, Kind: "dealership", Key: d.Code, Dealership: d.ID, Reason: reason, Before: before, After: after,
	})
}

// Dealership gives a dealership that lies in the scope today. The fault is the same NotFound for one outside it and for
// a code that nobody has.
func (tx *Tx) Dealership(scope tracker.Scope, code string) (tracker.Dealership, error) {
	seen := seenBy(scope, tx.Today(), "d.id")
	var out []tracker.Dealership
	err := tx.db.Raw("SELECT d.* FROM dealerships d WHERE d.code = ? AND "+seen.sql, append([]any{code}, seen.args...)...).Scan(&out).Error
	if err != nil {
		return tracker.Dealership{}, translate(err, "dealership", code)
	}
	if len(out) == 0 {
		return tracker.Dealership{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "dealership", "key", code)
	}
	return out[0], nil
}

// DealershipByID gives a dealership.
func (tx *Tx) DealershipByID(id tracker.DealershipID) (tracker.Dealership, error) {
	var out tracker.Dealership
	err := tx.db.Table("dealerships").Where("id = ?", id).Take(&out).Error
	return out, translate(err, "dealership", id)
}

// DealershipsByCode gives those dealerships of a list of codes that exist, whatever the scope.
func (tx *Tx) DealershipsByCode(codes []string) (map[string]tracker.Dealership, error) {
	out := map[string]tracker.Dealership{}
	if len(codes) == 0 {
		return out, nil
	}
	var rows []tracker.Dealership
	if err := tx.db.Table("dealerships").Where("code IN ?", codes).Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, d := range rows {
		out[d.Code] = d
	}
	return out, nil
}

// DealershipIDs gives the dealerships in a scope, in order.
func (tx *Tx) DealershipIDs(scope tracker.Scope, today tracker.Date) ([]tracker.DealershipID, error) {
	seen := seenAmong(scope, today, "d.id")
	var out []tracker.DealershipID
	return out, tx.db.Raw("SELECT d.id FROM dealerships d WHERE "+seen.sql+" ORDER BY d.id", seen.args...).Scan(&out).Error
}

// CreatePerson adds a person; one that has an identity keeps it.
func (tx *Tx) CreatePerson(p tracker.Person) (tracker.PersonID, error) {
	if err := createNumbered(tx, "persons", "person", p.StaffNo, &p.ID, &p); err != nil {
		return 0, err
	}
	return p.ID, tx.Note(Entry{Action: ActionCreated, Kind: "person", Key: p.StaffNo, Person: p.ID, After: labels{"staff_no": p.StaffNo, "name": p.Name}})
}

// Persons gives people by their identities.
func (tx *Tx) Persons(ids []tracker.PersonID) (map[tracker.PersonID]tracker.Person, error) {
	out := make(map[tracker.PersonID]tracker.Person, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var rows []tracker.Person
	if err := tx.db.Raw("SELECT * FROM persons WHERE id IN ?", ids).Scan(&rows).Error; err != nil {
		return nil, err
	}
	for _, p := range rows {
		out[p.ID] = p
	}
	return out, nil
}

// PersonByStaffNo gives a person.
func (tx *Tx) PersonByStaffNo(no string) (tracker.Person, error) {
	var out tracker.Person
	err := tx.db.Table("persons").Where("staff_no = ?", no).Take(&out).Error
	return out, translate(err, "person", no)
}

package store

import (
	"slices"

	"dealercert/internal/tracker"
)

// contactLabels are the fields of a person to reach, for the log of changes.
func contactLabels(r tracker.Reach) labels {
	return labels{"name": r.Name, "position": r.Position, "phone": r.Phone, "email": r.Email}
}

// matterLabels are those of a dealership's contact.
func matterLabels(c tracker.Contact) labels {
	out := contactLabels(c.Reach)
	out["matter"] = string(c.Matter)
	return out
}

// newID makes an id for a row that is no fact.
func (tx *Tx) newID() string { return string(tx.head("").ID) }

// Contacts gives the contacts of dealerships, each dealership's by matter and name.
func (tx *Tx) Contacts(ids []tracker.DealershipID) (map[tracker.DealershipID][]tracker.Contact, error) {
	out := map[tracker.DealershipID][]tracker.Contact{}
	for chunk := range slices.Chunk(ids, listChunk) {
		var rows []tracker.Contact
		err := tx.db.Raw(`SELECT id, dealership_id, matter, name, position, phone, email, version
			FROM dealership_contacts WHERE dealership_id IN ? ORDER BY dealership_id, CASE matter WHEN 'general' THEN 0 ELSE 1 END,
			matter, name, id`, chunk).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, c := range rows {
			out[c.Dealership] = append(out[c.Dealership], c)
		}
	}
	return out, nil
}

// Contact gives one of a dealership's contacts. The fault is NotFound.
func (tx *Tx) Contact(at tracker.DealershipID, id string) (tracker.Contact, error) {
	all, err := tx.Contacts([]tracker.DealershipID{at})
	if err != nil {
		return tracker.Contact{}, err
	}
	for _, c := range all[at] {
		if c.ID == id {
			return c, nil
		}
	}
	return tracker.Contact{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "contact", "key", id)
}

// CreateContact adds a contact and gives its id.
func (tx *Tx) CreateContact(c tracker.Contact) (string, error) {
	c.ID, c.Version = tx.newID(), 1
	if err := tx.insertContacts([]tracker.Contact{c}); err != nil {
		return "", err
	}
	return c.ID, tx.Note(Entry{Action: ActionCreated, Kind: "contact", Key: c.ID, Dealership: c.Dealership, After: matterLabels(c)})
}

// LoadContacts adds contacts with the ids they have, for loading a whole installation. It writes no entries.
func (tx *Tx) LoadContacts(list []tracker.Contact) error {
	for chunk := range slices.Chunk(list, batchRows) {
		if err := tx.insertContacts(chunk); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) insertContacts(list []tracker.Contact) error {
	tx.wrote = true
	type row struct {
		ID           string
		DealershipID tracker.DealershipID
		Matter       tracker.Matter
		tracker.Reach
		Version int64
	}
	rows := make([]row, len(list))
	for i, c := range list {
		rows[i] = row{c.ID, c.Dealership, c.Matter, c.Reach, max(c.Version, 1)}
	}
	return translate(insertRows(tx.db.Table("dealership_contacts"), rows), "contact", len(rows))
}

// UpdateContact changes a contact. Nothing happens when all is as it was; the fault is Stale when c.Version is not the one
// that is kept.
func (tx *Tx) UpdateContact(c tracker.Contact) error {
	present, err := tx.Contact(c.Dealership, c.ID)
	if err != nil {
		return err
	}
	if present.Version != c.Version {
		return tracker.Fault(tracker.Stale, "stale", "noun", "contact", "key", present.Name)
	}
	before, after := matterLabels(present).changed(matterLabels(c))
	if len(after) == 0 {
		return nil
	}
	tx.wrote = true
	err = tx.db.Exec("UPDATE dealership_contacts SET matter = ?, name = ?, position = ?, phone = ?, email = ?, version = version + 1 WHERE id = ?",
		c.Matter, c.Name, c.Position, c.Phone, c.Email, c.ID).Error
	if err != nil {
		return err
	}
	return tx.Note(Entry{Action: ActionUpdated, Kind: "contact", Key: c.ID, Dealership: c.Dealership, Before: before, After: after})
}

// RemoveContact takes a contact away; the log keeps who it was.
func (tx *Tx) RemoveContact(c tracker.Contact, reason string) error {
	tx.wrote = true
	if err := tx.db.Exec("DELETE FROM dealership_contacts WHERE id = ?", c.ID).Error; err != nil {
		return err
	}
	return tx.Note(Entry{Action: ActionRemoved, Kind: "contact", Key: c.ID, Dealership: c.Dealership, Reason: reason, Before: matterLabels(c)})
}

// Responsibles gives the persons responsible for parts of the network.
func (tx *Tx) Responsibles() (map[tracker.Part]tracker.Responsible, error) {
	var rows []tracker.Responsible
	err := tx.db.Raw("SELECT place, ref, name, position, phone, email, version FROM responsibles").Scan(&rows).Error
	out := make(map[tracker.Part]tracker.Responsible, len(rows))
	for _, r := range rows {
		out[r.Part] = r
	}
	return out, err
}

// LoadResponsibles adds persons responsible for parts of the network, for loading a whole installation. It writes no
// entries.
func (tx *Tx) LoadResponsibles(list []tracker.Responsible) error {
	tx.wrote = true
	for _, r := range list {
		err := tx.db.Exec("INSERT INTO responsibles (place, ref, name, position, phone, email, version) VALUES (?, ?, ?, ?, ?, ?, 1)",
			r.Place, r.Ref, r.Name, r.Position, r.Phone, r.Email).Error
		if err != nil {
			return translate(err, "responsible", r.Part)
		}
	}
	return nil
}

// SetResponsible says who is responsible for a part of the network; a person without a name takes the present one away.
// The fault is Stale when the version is not the one that is kept, zero for none.
func (tx *Tx) SetResponsible(r tracker.Responsible, key string) error {
	all, err := tx.Responsibles()
	if err != nil {
		return err
	}
	present := all[r.Part]
	if present.Version != r.Version {
		return tracker.Fault(tracker.Stale, "stale", "noun", "responsible", "key", key)
	}
	before, after := contactLabels(present.Reach).changed(contactLabels(r.Reach))
	if len(after) == 0 {
		return nil
	}
	tx.wrote = true
	entry := Entry{Action: ActionUpdated, Kind: "responsible", Key: key, Before: before, After: after}
	if r.Name == "" {
		entry.Action, entry.After = ActionRemoved, nil
		err = tx.db.Exec("DELETE FROM responsibles WHERE place = ? AND ref = ?", r.Place, r.Ref).Error
	} else {
		err = tx.db.Exec(`INSERT INTO responsibles (place, ref, name, position, phone, email, version) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (place, ref) DO UPDATE SET name = excluded.name, position = excluded.position, phone = excluded.phone,
			email = excluded.email, version = excluded.version`, r.Place, r.Ref, r.Name, r.Position, r.Phone, r.Email, r.Version+1).Error
	}
	if err != nil {
		return err
	}
	return tx.Note(entry)
}

// ZoneRegions gives the region in which each zone lies: that of most of the dealerships assigned to it on a day.
func (tx *Tx) ZoneRegions(on tracker.Date) (map[tracker.ZoneID]tracker.RegionID, error) {
	var rows []struct {
		ZoneID   tracker.ZoneID
		RegionID tracker.RegionID
		Assigned int
	}
	err := tx.db.Raw(`SELECT zone_id, region_id, COUNT(*) AS assigned FROM assignments WHERE superseded_at = 0 AND zone_id > 0
		AND (from_on IS NULL OR from_on <= ?) AND (until_on IS NULL OR until_on > ?)
		GROUP BY zone_id, region_id ORDER BY assigned, region_id DESC`, on.String(), on.String()).Scan(&rows).Error
	out := map[tracker.ZoneID]tracker.RegionID{}
	for _, row := range rows { // the last one of a zone has the most
		out[row.ZoneID] = row.RegionID
	}
	return out, err
}

package app

import (
	"context"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// ReachForm is how to reach a person, as typed into a form.
type ReachForm struct {
	Name     string
	Position string
	Phone    string
	Email    string
	Version  string // of what the form was filled in over; empty for something new
}

// ContactForm is a contact of a dealership as typed into a form.
type ContactForm struct {
	ReachForm
	ID     string // empty for a new one
	Matter string
}

// Who is who must act, as a person where one is named and the reader may see people.
type Who struct {
	Party  tracker.Party
	Person *tracker.Reach // nil: nobody is named, or the reader may see no people
}

// PartView is a part of the network with the person responsible for it.
type PartView struct {
	tracker.Responsible
	Key    string         // the code of a region or zone; headquarters has its own word
	Region tracker.Region // of a region itself, or of a zone
	May    bool           // the reader may say who it is
}

// DealershipContacts is whom to call about a dealership.
type DealershipContacts struct {
	Contacts     []tracker.Contact
	Zone         *tracker.Reach
	Region       *tracker.Reach
	Headquarters *tracker.Reach
}

// reachable knows whom to call.
type reachable struct {
	contacts     map[tracker.DealershipID][]tracker.Contact
	responsibles map[tracker.Part]tracker.Responsible
}

// loadReachable gives whom to call about dealerships; nobody to those who may not see people.
func loadReachable(tx *store.Tx, by tracker.Actor, ids []tracker.DealershipID) (out reachable, err error) {
	if !by.Can(tracker.SeePeople) {
		return out, nil
	}
	if out.contacts, err = tx.Contacts(ids); err != nil {
		return out, err
	}
	out.responsibles, err = tx.Responsibles()
	return out, err
}

// contact gives a dealership's person for a matter: the one named for it, else the one for everything, else anybody.
func (r reachable) contact(at tracker.DealershipID, matter tracker.Matter) *tracker.Reach {
	list := r.contacts[at]
	for _, wanted := range []tracker.Matter{matter, tracker.MatterGeneral} {
		if i := slices.IndexFunc(list, func(c tracker.Contact) bool { return c.Matter == wanted }); i >= 0 {
			return &list[i].Reach
		}
	}
	if len(list) > 0 {
		return &list[0].Reach
	}
	return nil
}

// responsible gives the person for a part of the network; nil when nobody is named.
func (r reachable) responsible(place tracker.PartKind, ref int64) *tracker.Reach {
	if found, named := r.responsibles[tracker.Part{Place: place, Ref: ref}]; named {
		return &found.Reach
	}
	return nil
}

// who gives the person who must act on a change: of the dealership the one for its matter, of the region that of the zone
// before that of the whole region.
func (r reachable) who(change tracker.Change, zone tracker.ZoneID) Who {
	out := Who{Party: change.Who}
	switch change.Who {
	case tracker.PartyDealership:
		out.Person = r.contact(change.After.Dealership, change.Matter())
	case tracker.PartyRegion:
		if out.Person = r.responsible(tracker.PlaceZone, int64(zone)); out.Person == nil {
			out.Person = r.responsible(tracker.PlaceRegion, int64(change.After.Region))
		}
	default:
		out.Person = r.responsible(tracker.PlaceHeadquarters, 0)
	}
	return out
}

// Contacts gives whom to call about a dealership: its own people and the managers of its zone and region today.
func (a *App) Contacts(ctx context.Context, by tracker.Actor, code string) (DealershipContacts, error) {
	var out DealershipContacts
	if err := by.May(tracker.SeePeople); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		dealership, err := tx.Dealership(by.Scope, code)
		if err != nil {
			return err
		}
		known, err := loadReachable(tx, by, []tracker.DealershipID{dealership.ID})
		if err != nil {
			return err
		}
		place, err := tx.Place(dealership.ID, a.Today())
		out.Contacts = known.contacts[dealership.ID]
		out.Zone = known.responsible(tracker.PlaceZone, int64(place.Zone))
		out.Region = known.responsible(tracker.PlaceRegion, int64(place.Region))
		out.Headquarters = known.responsible(tracker.PlaceHeadquarters, 0)
		return err
	})
	return out, err
}

// phoneShape is what a telephone number is written with.
var phoneShape = regexp.MustCompile(`^[+0-9][0-9 ()./\-]{3,}(?:(?:ext|转)\.? ?[0-9]{1,6})?$`)

// read checks what was typed about a person. The fault is Invalid with the fields that are wrong.
func (f ReachForm) read(fault *tracker.Error) tracker.Reach {
	out := tracker.Reach{
		Name: needText(fault, "name", f.Name, shortText), Position: clean(fault, "position", f.Position, shortText),
		Phone: clean(fault, "phone", f.Phone, 40), Email: clean(fault, "email", f.Email, shortText),
	}
	if out.Phone == "" && out.Email == "" {
		fault.In("phone", "reach_needed")
	}
	if out.Phone != "" && !phoneShape.MatchString(out.Phone) {
		fault.In("phone", "phone_unreadable", "value", out.Phone)
	}
	if address, err := mail.ParseAddress(out.Email); out.Email != "" && (err != nil || address.Address != out.Email) {
		fault.In("email", "email_unreadable", "value", out.Email)
	}
	return out
}

// version reads the version that a form was filled in over.
func (f ReachForm) version() int64 {
	n, _ := strconv.ParseInt(f.Version, 10, 64) // what is no number is no version, and found to be stale
	return n
}

// SaveContact adds or changes a contact of a dealership.
func (a *App) SaveContact(ctx context.Context, by tracker.Actor, code string, f ContactForm) error {
	return a.keepContact(ctx, by, code, func(tx *store.Tx, at tracker.DealershipID) error {
		fault := tracker.Fault(tracker.Invalid, "invalid_form")
		c := tracker.Contact{ID: f.ID, Dealership: at, Matter: tracker.Matter(f.Matter), Reach: f.read(fault), Version: f.version()}
		if !slices.Contains(tracker.Matters, c.Matter) {
			fault.In("matter", "choose_one")
		}
		if err := fault.FieldFaults(); err != nil {
			return err
		}
		if f.ID != "" {
			return tx.UpdateContact(c)
		}
		_, err := tx.CreateContact(c)
		return err
	})
}

// Contact gives one contact of a dealership.
func (a *App) Contact(ctx context.Context, by tracker.Actor, code, id string) (tracker.Contact, error) {
	var out tracker.Contact
	if err := by.May(tracker.KeepContacts); err != nil {
		return out, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) error {
		dealership, err := tx.Dealership(by.Scope, code)
		if err != nil {
			return err
		}
		out, err = tx.Contact(dealership.ID, id)
		return err
	})
	return out, err
}

// RemoveContact takes a contact of a dealership away, for a reason.
func (a *App) RemoveContact(ctx context.Context, by tracker.Actor, code, id, reason string) error {
	return a.keepContact(ctx, by, code, func(tx *store.Tx, at tracker.DealershipID) error {
		c, err := tx.Contact(at, id)
		if err != nil {
			return err
		}
		fault := tracker.Fault(tracker.Invalid, "invalid_form")
		reason = needText(fault, "reason", reason, longText)
		if err := fault.FieldFaults(); err != nil {
			return err
		}
		return tx.RemoveContact(c, reason)
	})
}

// keepContact runs a change of a dealership's contacts.
func (a *App) keepContact(ctx context.Context, by tracker.Actor, code string, change func(*store.Tx, tracker.DealershipID) error) error {
	if err := by.May(tracker.KeepContacts); err != nil {
		return err
	}
	return a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		dealership, err := tx.Dealership(by.Scope, code)
		if err != nil {
			return err
		}
		return change(tx, dealership.ID)
	})
}

// Responsibles gives the parts of the network that the actor sees, headquarters first, with the persons responsible:
// all to headquarters; to regional managers their regions and the zones in them.
func (a *App) Responsibles(ctx context.Context, by tracker.Actor) ([]PartView, error) {
	var out []PartView
	if err := by.May(tracker.MaintainDealerships); err != nil {
		return nil, err
	}
	err := a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = a.parts(tx, by)
		return err
	})
	return out, err
}

func (a *App) parts(tx *store.Tx, by tracker.Actor) ([]PartView, error) {
	if by.Scope.Empty() {
		return nil, nil
	}
	directory, err := loadDirectory(tx)
	if err != nil {
		return nil, err
	}
	known, err := tx.Responsibles()
	if err != nil {
		return nil, err
	}
	in, err := tx.ZoneRegions(a.Today())
	if err != nil {
		return nil, err
	}
	view := func(place tracker.PartKind, ref int64, key string, region tracker.Region, may bool) PartView {
		part := tracker.Part{Place: place, Ref: ref}
		responsible := known[part]
		responsible.Part = part
		return PartView{responsible, key, region, may}
	}
	all := by.Scope.All
	out := []PartView{view(tracker.PlaceHeadquarters, 0, string(tracker.PlaceHeadquarters), tracker.Region{}, all)}
	for _, r := range directory.RegionList {
		own := all || slices.Contains(by.Scope.Regions, r.ID)
		if !own {
			continue
		}
		out = append(out, view(tracker.PlaceRegion, int64(r.ID), r.Code, r, all))
		for _, z := range directory.ZoneList {
			if in[z.ID] == r.ID {
				out = append(out, view(tracker.PlaceZone, int64(z.ID), z.Code, r, own))
			}
		}
	}
	for _, z := range directory.ZoneList { // nobody is assigned to it today
		if all && in[z.ID] == 0 {
			out = append(out, view(tracker.PlaceZone, int64(z.ID), z.Code, tracker.Region{}, true))
		}
	}
	return out, nil
}

// Part gives a part of the network that the actor may name somebody for. The fault is the same NotFound for one outside
// what they see and one that does not exist, Forbidden for one they see only.
func (a *App) Part(ctx context.Context, by tracker.Actor, place, key string) (PartView, error) {
	parts, err := a.Responsibles(ctx, by)
	if err != nil {
		return PartView{}, err
	}
	return partOf(parts, place, key)
}

func partOf(parts []PartView, place, key string) (PartView, error) {
	for _, p := range parts {
		switch {
		case string(p.Place) != place || !strings.EqualFold(p.Key, key):
			continue
		case !p.May:
			return p, tracker.Fault(tracker.Forbidden, "forbidden", "action", string(tracker.MaintainDealerships))
		}
		return p, nil
	}
	return PartView{}, tracker.Fault(tracker.NotFound, "not_found", "noun", "part", "key", key)
}

// SetResponsible says who is responsible for a part of the network. Nothing typed at all takes the present person away.
func (a *App) SetResponsible(ctx context.Context, by tracker.Actor, place, key string, f ReachForm) error {
	if err := by.May(tracker.MaintainDealerships); err != nil {
		return err
	}
	return a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		parts, err := a.parts(tx, by)
		if err != nil {
			return err
		}
		part, err := partOf(parts, place, key)
		if err != nil {
			return err
		}
		r := tracker.Responsible{Part: part.Part, Version: f.version()}
		if strings.TrimSpace(f.Name+f.Position+f.Phone+f.Email) != "" {
			fault := tracker.Fault(tracker.Invalid, "invalid_form")
			r.Reach = f.read(fault)
			if err := fault.FieldFaults(); err != nil {
				return err
			}
		}
		return tx.SetResponsible(r, place+" "+part.Key)
	})
}

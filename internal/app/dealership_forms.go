package app

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// DealershipForm is a dealership as typed into a form: regions, zones and groups by their codes.
type DealershipForm struct {
	Code         string
	NameZh       string
	NameEn       string
	Province     string
	City         string
	Address      string
	Phone        string
	ServicePhone string
	Lat          string
	Lng          string
	Format       string
	Brands       []string
	Region       string // of a new dealership only; later it is moved
	Zone         string
	Group        string
	OpenedOn     string // of a new dealership only; empty: since before the records
	Version      int64  // what the form was filled from
	Reason       string
}

// codePattern is what a new dealership's code looks like.
var codePattern = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$`)

// reservedCode is the one word that an address below /dealerships uses itself.
const reservedCode = "new"

// checkCode notes what is wrong with a new dealership's code.
func checkCode(fault *tracker.Error, code string) {
	switch {
	case !codePattern.MatchString(code):
		fault.In("code", "code_unreadable", "value", code)
	case strings.EqualFold(code, reservedCode):
		fault.In("code", "code_reserved", "value", code)
	}
}

// CreateDealership adds a dealership with its first operating period, place and franchises, and gives its code.
func (a *App) CreateDealership(ctx context.Context, by tracker.Actor, f DealershipForm) (string, error) {
	code := strings.TrimSpace(f.Code)
	d := deed{kind: tracker.DeedNewDealership, action: tracker.MaintainDealerships, of: code, form: f, reason: f.Reason}
	return code, a.carryOut(ctx, by, d, func(tx *store.Tx) error { return a.newDealership(tx, by, f) })
}

// previewNewDealership gives what would be recorded of a new dealership. It has no standings that could change.
func (a *App) previewNewDealership(ctx context.Context, by tracker.Actor, f DealershipForm) (Effect, error) {
	var effect Effect
	if err := by.May(tracker.MaintainDealerships); err != nil {
		return effect, err
	}
	err := a.try(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		before := len(tx.Edits())
		err := a.newDealership(tx, by, f)
		if err != nil {
			return err
		}
		return effect.look(tx, tx.Edits()[before:], by, tracker.MaintainDealerships)
	})
	return effect, err
}

// newDealership reads the form and records the dealership.
func (a *App) newDealership(tx *store.Tx, by tracker.Actor, f DealershipForm) error {
	directory, err := loadDirectory(tx)
	if err != nil {
		return err
	}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	dealership := f.attributes(fault)
	dealership.Code = strings.TrimSpace(f.Code)
	checkCode(fault, dealership.Code)
	place := f.place(fault, directory)
	opened := day(fault, "opened_on", f.OpenedOn, optional)
	brands := f.brands(fault)
	if err := fault.FieldFaults(); err != nil {
		return err
	}
	if !by.Scope.Sees(0, place.Region, place.Group) {
		return tracker.Fault(tracker.Invalid, "invalid_form").In("region", "region_out_of_scope")
	}
	return a.create(tx, dealership, place, opened, 0, brands)
}

// create adds a dealership and its first facts.
func (a *App) create(tx *store.Tx, d tracker.Dealership, place tracker.Place, opened, until tracker.Date, brands []tracker.Brand) error {
	if err := a.publish(tx); err != nil {
		return err
	}
	id, err := tx.CreateDealership(d)
	if err != nil {
		return err
	}
	for _, fact := range firstFacts(id, place, tracker.Period{From: opened, Until: until}, brands) {
		if _, err := tx.Record(fact, ""); err != nil {
			return err
		}
	}
	return nil
}

// firstFacts are what is recorded about a dealership when it is added.
func firstFacts(id tracker.DealershipID, place tracker.Place, open tracker.Period, brands []tracker.Brand) []tracker.Fact {
	facts := []tracker.Fact{
		tracker.OperatingPeriod{Dealership: id, From: open.From, Until: open.Until},
		// Open to the past: who looks after a dealership is known before it opens.
		tracker.Assignment{Dealership: id, Region: place.Region, Zone: place.Zone, Group: place.Group},
	}
	for _, brand := range brands {
		facts = append(facts, tracker.Franchise{Dealership: id, Brand: brand, From: open.From})
	}
	return facts
}

// EditDealership changes the attributes of a dealership, and its brands from today on. The fault is Stale when the
// dealership has changed since the form was filled.
func (a *App) EditDealership(ctx context.Context, by tracker.Actor, code string, f DealershipForm) error {
	if err := by.May(tracker.MaintainDealerships); err != nil {
		return err
	}
	return a.write(ctx, by, tracker.SourceForm, func(tx *store.Tx) error {
		present, err := tx.Dealership(by.Scope, code)
		if err != nil {
			return err
		}
		fault := tracker.Fault(tracker.Invalid, "invalid_form")
		next, brands := f.attributes(fault), f.brands(fault)
		reason := clean(fault, "reason", f.Reason, longText)
		if err := fault.FieldFaults(); err != nil {
			return err
		}
		next.ID, next.Code, next.Version = present.ID, present.Code, f.Version
		if err := tx.UpdateDealership(next, reason); err != nil {
			return err
		}
		history, err := tx.History(present.ID, 0)
		if err != nil {
			return err
		}
		return changeBrands(tx, history, brands, a.Today(), reason)
	})
}

// changeBrands ends and begins franchises so that from a day on the dealership has just these brands.
func changeBrands(tx *store.Tx, history tracker.History, brands []tracker.Brand, from tracker.Date, reason string) error {
	have := map[tracker.Brand]bool{}
	for _, f := range history.Franchises {
		if !(tracker.Period{From: f.From, Until: f.Until}).Contains(from) {
			continue
		}
		have[f.Brand] = true
		if slices.Contains(brands, f.Brand) {
			continue
		}
		if err := endFranchise(tx, f, from, reason); err != nil {
			return err
		}
	}
	for _, brand := range brands {
		if have[brand] {
			continue
		}
		if _, err := tx.Record(tracker.Franchise{Dealership: history.Dealership, Brand: brand, From: from}, reason); err != nil {
			return err
		}
	}
	return nil
}

// endFranchise ends a franchise before a day; one that began on that very day is taken back.
func endFranchise(tx *store.Tx, f tracker.Franchise, from tracker.Date, reason string) error {
	if f.From == from {
		return tx.Void(tracker.FactFranchise, f.Chain, orElse(reason, "brand removed"))
	}
	f.Until = from
	return tx.Correct(f.Chain, f, reason)
}

// attributes reads the plain attributes of the form.
func (f DealershipForm) attributes(fault *tracker.Error) tracker.Dealership {
	d := tracker.Dealership{
		NameZh:       needText(fault, "name_zh", f.NameZh, shortText),
		NameEn:       clean(fault, "name_en", f.NameEn, shortText),
		Province:     needText(fault, "province", f.Province, shortText),
		City:         needText(fault, "city", f.City, shortText),
		Address:      clean(fault, "address", f.Address, shortText),
		Phone:        clean(fault, "phone", f.Phone, shortText),
		ServicePhone: clean(fault, "service_phone", f.ServicePhone, shortText),
		Lat:          degrees(fault, "lat", f.Lat, 90),
		Lng:          degrees(fault, "lng", f.Lng, 180),
		Format:       tracker.Format(strings.ToLower(strings.TrimSpace(f.Format))),
	}
	if d.Format != "" && !slices.Contains(tracker.Formats, d.Format) {
		fault.In("format", "unknown_format", "value", f.Format)
	}
	return d
}

// brands reads the brands of the form, each once, in the maker's order.
func (f DealershipForm) brands(fault *tracker.Error) []tracker.Brand {
	var out []tracker.Brand
	for _, text := range f.Brands {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		i := slices.IndexFunc(tracker.Brands, func(b tracker.Brand) bool { return strings.EqualFold(string(b), text) })
		switch {
		case i < 0:
			fault.In("brands", "unknown_brand", "value", text)
		case !slices.Contains(out, tracker.Brands[i]):
			out = append(out, tracker.Brands[i])
		}
	}
	slices.SortFunc(out, func(a, b tracker.Brand) int { return slices.Index(tracker.Brands, a) - slices.Index(tracker.Brands, b) })
	return out
}

// place reads region, zone and group of the form.
func (f DealershipForm) place(fault *tracker.Error, directory Directory) tracker.Place {
	var out tracker.Place
	region, found := directory.Region(strings.TrimSpace(f.Region))
	switch {
	case strings.TrimSpace(f.Region) == "":
		fault.In("region", "choose_one")
	case !found:
		fault.In("region", "unknown_region", "value", f.Region)
	}
	out.Region = region.ID
	if text := strings.TrimSpace(f.Zone); text != "" {
		zone, found := directory.Zone(text)
		if !found {
			fault.In("zone", "unknown_zone", "value", f.Zone)
		}
		out.Zone = zone.ID
	}
	if text := strings.TrimSpace(f.Group); text != "" {
		group, found := directory.Group(text)
		if !found {
			fault.In("group", "unknown_group", "value", f.Group)
		}
		out.Group = group.ID
	}
	return out
}

// FormOf fills a form from what is shown of a dealership.
func FormOf(v DealershipView) DealershipForm {
	f := DealershipForm{
		Code: v.Code, NameZh: v.NameZh, NameEn: v.NameEn, Province: v.Province, City: v.City, Address: v.Address,
		Phone: v.Phone, ServicePhone: v.ServicePhone, Lat: Degrees(v.Lat), Lng: Degrees(v.Lng), Format: string(v.Format),
		Region: v.RegionToday.Code, Zone: v.Zone.Code, Group: v.Group.Code, OpenedOn: v.OpenedOn.String(),
		Version: v.Version,
	}
	for _, b := range v.Brands {
		f.Brands = append(f.Brands, string(b))
	}
	return f
}

// Degrees writes a coordinate with as many places as it has; none is empty.
func Degrees(value *float64) string {
	if value == nil {
		return ""
	}
	return strconv.FormatFloat(*value, 'f', -1, 64)
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// MoveForm moves a dealership to another region, zone or group from a day on.
type MoveForm struct {
	Region  string
	Zone    string
	Group   string
	From    string
	Reason  string
	Confirm bool
}

// PreviewMove gives what a move would change.
func (a *App) PreviewMove(ctx context.Context, by tracker.Actor, code string, f MoveForm) (Effect, error) {
	return a.preview(ctx, by, tracker.MaintainDealerships, code, f.edit(by))
}

// MoveDealership records a move as a new assignment; the past stays where it was.
func (a *App) MoveDealership(ctx context.Context, by tracker.Actor, code string, f MoveForm) error {
	d := deed{kind: tracker.DeedMove, action: tracker.MaintainDealerships, of: code, form: f, reason: f.Reason}
	return a.save(ctx, by, d, f.Confirm, f.edit(by))
}

func (f MoveForm) edit(by tracker.Actor) edit {
	return func(tx *store.Tx, dealership tracker.Dealership, history tracker.History) error {
		directory, err := loadDirectory(tx)
		if err != nil {
			return err
		}
		fault := tracker.Fault(tracker.Invalid, "invalid_form")
		place := DealershipForm{Region: f.Region, Zone: f.Zone, Group: f.Group}.place(fault, directory)
		from := day(fault, "from", f.From, required)
		reason := clean(fault, "reason", f.Reason, longText)
		if err := fault.FieldFaults(); err != nil {
			return err
		}
		if !by.Scope.Sees(dealership.ID, place.Region, place.Group) {
			return tracker.Fault(tracker.Invalid, "invalid_form").In("region", "region_out_of_scope")
		}
		if history.PlaceOn(from) == place {
			return tracker.Fault(tracker.Invalid, "nothing_changes")
		}
		return move(tx, history, place, from, reason)
	}
}

// move ends the assignment that holds on the day and begins another, up to where the next one begins.
func move(tx *store.Tx, history tracker.History, place tracker.Place, from tracker.Date, reason string) error {
	next := tracker.Assignment{
		Dealership: history.Dealership, Region: place.Region, Zone: place.Zone, Group: place.Group, From: from,
	}
	for _, present := range history.Assignments {
		if !(tracker.Period{From: present.From, Until: present.Until}).Contains(from) {
			continue
		}
		next.Until = present.Until
		if present.From == from {
			next.Head = present.Head
			return tx.Correct(present.Chain, next, reason)
		}
		present.Until = from
		if err := tx.Correct(present.Chain, present, reason); err != nil {
			return err
		}
	}
	_, err := tx.Record(next, reason)
	return err
}

// CloseForm closes a dealership after its last operating day.
type CloseForm struct {
	LastDay string
	Reason  string
	Confirm bool
}

// PreviewClose gives what closing would change.
func (a *App) PreviewClose(ctx context.Context, by tracker.Actor, code string, f CloseForm) (Effect, error) {
	return a.preview(ctx, by, tracker.MaintainDealerships, code, f.edit())
}

// CloseDealership records the last operating day. Voiding it opens the dealership again as if it had never closed.
func (a *App) CloseDealership(ctx context.Context, by tracker.Actor, code string, f CloseForm) error {
	d := deed{kind: tracker.DeedClose, action: tracker.MaintainDealerships, of: code, form: f, reason: f.Reason}
	return a.save(ctx, by, d, f.Confirm, f.edit())
}

func (f CloseForm) edit() edit {
	return func(tx *store.Tx, _ tracker.Dealership, history tracker.History) error {
		fault := tracker.Fault(tracker.Invalid, "invalid_form")
		last := day(fault, "last_day", f.LastDay, required)
		reason := needText(fault, "reason", f.Reason, longText)
		if err := fault.FieldFaults(); err != nil {
			return err
		}
		for _, present := range history.Operating {
			if (tracker.Period{From: present.From, Until: present.Until}).Contains(last) {
				present.Until = last.Add(1)
				return tx.Correct(present.Chain, present, reason)
			}
		}
		return tracker.Fault(tracker.Invalid, "invalid_form").In("last_day", "not_operating_then", "value", last)
	}
}

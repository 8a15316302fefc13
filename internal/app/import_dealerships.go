package app

import (
	"slices"
	"strings"

	"dealercert/internal/pack"
	"dealercert/internal/sheet"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// dealershipImport takes in dealerships, each of which is a group by itself.
type dealershipImport struct {
	*importJob
	directory Directory
	creates   bool            // regions, zones and groups that are missing
	named     map[string]bool // the regions that the file names
}

// wanted is what a row says about its dealership.
type wanted struct {
	row    *importRow
	form   DealershipForm
	opened tracker.Date
	last   tracker.Date
	// The history of a dealership that is not recorded yet.
	periods []span
	places  []span // region, zone and group of each
}

func (j *dealershipImport) grouped() string { return "code" }

func (j *dealershipImport) key(row *importRow) []string {
	if code := row.cell("code"); code != "" {
		return []string{code}
	}
	return nil
}

func (j *dealershipImport) begin() error {
	var err error
	j.directory, err = loadDirectory(j.tx)
	j.creates = j.options.CreateRegions || len(j.directory.RegionList) == 0
	if err != nil || !j.creates {
		return err
	}
	// The usual regions come first and in their usual order, whatever the order of the rows.
	for _, r := range pack.KnownRegions() {
		if !j.named[strings.ToLower(r.Code)] && !j.named[strings.ToLower(r.NameEn)] && !j.named[r.NameZh] {
			continue
		}
		if _, err := j.place(DealershipForm{Region: r.Code}); err != nil {
			return err
		}
	}
	return nil
}

// survey notes the regions that a file names.
func (j *dealershipImport) survey(row sheet.Row) {
	if j.named == nil {
		j.named = map[string]bool{}
	}
	region, _ := row.Get("region")
	j.named[strings.ToLower(region)] = true
	places, _ := row.Get("places")
	for _, s := range readSpans(tracker.Fault(tracker.Invalid, "invalid_form"), "places", places) {
		j.named[strings.ToLower(s.form().Region)] = true
	}
}

// form gives the place of a span as a form has it.
func (s span) form() DealershipForm {
	var part [3]string
	copy(part[:], s.parts)
	return DealershipForm{Region: part[0], Zone: part[1], Group: part[2]}
}

// settle compares a chunk of rows with the database and writes what differs.
func (j *dealershipImport) settle(groups [][]*importRow) error {
	present, err := j.present(cells(groups, "code"))
	if err != nil {
		return err
	}
	for _, group := range groups {
		for _, row := range group {
			if row.Faulty {
				continue
			}
			want := j.check(row)
			if !row.right() {
				continue
			}
			place, err := j.place(want.form)
			if err != nil {
				return err
			}
			if have, known := present[want.form.Code]; known {
				err = j.update(want, place, have)
			} else {
				err = j.create(want, place)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// present gives what is recorded about the dealerships of a chunk.
func (j *dealershipImport) present(codes []string) (map[string]store.DealershipRow, error) {
	out := make(map[string]store.DealershipRow, len(codes))
	if len(codes) == 0 {
		return out, nil
	}
	rows, err := j.tx.Dealerships(store.DealershipQuery{
		Scope: j.by.Scope, Today: j.today, On: j.options.EffectiveOn, Codes: codes, NotOperating: true,
	})
	for _, row := range rows {
		out[row.Code] = row
	}
	return out, err
}

// check looks at a row by itself and notes what is wrong with it.
func (j *dealershipImport) check(row *importRow) wanted {
	cell := row.cell
	want := wanted{row: row, form: DealershipForm{
		Code: cell("code"), NameZh: cell("name_zh"), NameEn: cell("name_en"), Province: cell("province"), City: cell("city"),
		Address: cell("address"), Phone: cell("phone"), ServicePhone: cell("service_phone"), Lat: cell("lat"), Lng: cell("lng"),
		Format: cell("format"), Brands: strings.Split(cell("brands"), ";"), Region: cell("region"), Zone: cell("zone"),
		Group: cell("group"),
	}}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	switch code := want.form.Code; {
	case code == "":
		fault.In("code", "text_required")
	case len(row.list) == 0:
		checkCode(fault, code)
	}
	want.form.attributes(fault)
	want.form.brands(fault)
	want.opened = day(fault, "opened_on", cell("opened_on"), optional)
	want.last = day(fault, "closed_on", cell("closed_on"), optional)
	if want.last != 0 && want.last < want.opened {
		fault.In("closed_on", "ends_before_begin", "from", want.opened, "until", want.last)
	}
	want.periods, want.places = readSpans(fault, "periods", cell("periods")), readSpans(fault, "places", cell("places"))
	j.checkPlace(row, want.form)
	for _, s := range want.places {
		j.checkPlace(row, s.form())
	}
	row.addFaults(fault)
	return want
}

// checkPlace finds region, zone and group, or an error with the nearest one known.
func (j *dealershipImport) checkPlace(found *importRow, f DealershipForm) {
	if f.Region == "" {
		found.add("region", "text_required", "")
		return
	}
	if j.creates {
		return
	}
	if _, known := j.directory.Region(f.Region); !known {
		var names []string
		for _, r := range j.directory.RegionList {
			names = append(names, r.Code, r.NameEn, r.NameZh)
		}
		found.add("region", "unknown_region", sheet.Suggest(f.Region, names), "value", f.Region)
	}
	if _, known := j.directory.Zone(f.Zone); !known && f.Zone != "" {
		var names []string
		for _, z := range j.directory.ZoneList {
			names = append(names, z.Code)
		}
		found.add("zone", "unknown_zone", sheet.Suggest(f.Zone, names), "value", f.Zone)
	}
	if _, known := j.directory.Group(f.Group); !known && f.Group != "" {
		var names []string
		for _, g := range j.directory.GroupList {
			names = append(names, g.Code, g.NameEn, g.NameZh)
		}
		found.add("group", "unknown_group", sheet.Suggest(f.Group, names), "value", f.Group)
	}
}

// place gives region, zone and group of a row; those that are missing and may be created are.
func (j *dealershipImport) place(f DealershipForm) (tracker.Place, error) {
	var out tracker.Place
	region, found := j.directory.Region(f.Region)
	if !found {
		region = namedRegion(f.Region)
		id, err := j.tx.CreateRegion(region)
		if err != nil {
			return out, err
		}
		region.ID = id
		j.directory.RegionList = append(j.directory.RegionList, region)
		j.report.New = append(j.report.New, "region "+region.Code+" "+f.Region)
	}
	zone, found := j.directory.Zone(f.Zone)
	if !found && f.Zone != "" {
		id, err := j.tx.CreateZone(tracker.Zone{Code: f.Zone})
		if err != nil {
			return out, err
		}
		zone = tracker.Zone{ID: id, Code: f.Zone}
		j.directory.ZoneList = append(j.directory.ZoneList, zone)
		j.report.New = append(j.report.New, "zone "+f.Zone)
	}
	group, found := j.directory.Group(f.Group)
	if !found && f.Group != "" {
		group = tracker.Group{Code: f.Group, NameZh: f.Group}
		id, err := j.tx.CreateGroup(group)
		if err != nil {
			return out, err
		}
		group.ID = id
		j.directory.GroupList = append(j.directory.GroupList, group)
		j.report.New = append(j.report.New, "group "+f.Group)
	}
	return tracker.Place{Region: region.ID, Zone: zone.ID, Group: group.ID}, nil
}

// namedRegion makes a region from what a file calls it: with the usual code where the name is a usual one.
func namedRegion(name string) tracker.Region {
	for _, r := range pack.KnownRegions() {
		if matches(name, r.Code, r.NameEn, r.NameZh) {
			return r
		}
	}
	return tracker.Region{Code: name, NameZh: name, NameEn: name}
}

// create adds the dealership of a row.
func (j *dealershipImport) create(want wanted, place tracker.Place) error {
	want.row.does(creates)
	if j.withheld() {
		return nil
	}
	if err := j.app.publish(j.tx); err != nil {
		return err
	}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	dealership := want.form.attributes(fault)
	dealership.Code = want.form.Code
	id, err := j.tx.CreateDealership(dealership)
	if err != nil {
		return err
	}
	return j.begins(id, want, place, want.form.brands(fault))
}

// begins records the first facts of a dealership, those of its earlier days among them.
func (j *dealershipImport) begins(id tracker.DealershipID, want wanted, place tracker.Place, brands []tracker.Brand) error {
	open := tracker.Through(want.opened, want.last)
	if len(want.periods) > 0 {
		open = want.periods[0].Period
	}
	for _, fact := range firstFacts(id, place, open, brands) {
		if fact.Kind() != tracker.FactAssignment || len(want.places) == 0 {
			j.batch.Record(fact, "")
		}
	}
	for i, s := range want.periods {
		if i > 0 {
			j.batch.Record(tracker.OperatingPeriod{Dealership: id, From: s.From, Until: s.Until}, "")
		}
	}
	for _, s := range want.places {
		at, err := j.place(s.form())
		if err != nil {
			return err
		}
		j.batch.Record(tracker.Assignment{Dealership: id, Region: at.Region, Zone: at.Zone, Group: at.Group, From: s.From, Until: s.Until}, "")
	}
	return nil
}

// update brings a dealership to what its row says. A column that the file lacks leaves things as they are.
func (j *dealershipImport) update(want wanted, place tracker.Place, present store.DealershipRow) error {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	next := want.over(present.Dealership, want.form.attributes(fault))
	place = want.placeOver(present.Place, place)
	brands, opened, last := present.Brands, present.OpenedOn, present.ClosedLast
	if want.row.has("brands") {
		brands = want.form.brands(fault)
	}
	if want.row.has("opened_on") {
		opened = want.opened
	}
	if want.row.has("closed_on") {
		last = want.last
	}
	same := sameAttributes(next, present.Dealership)
	samePeriod := opened == present.OpenedOn && last == present.ClosedLast
	if same && place == present.Place && samePeriod && sameBrands(brands, present.Brands) {
		return nil
	}
	want.row.does(corrects)
	if j.withheld() {
		return nil
	}
	if !same {
		if err := j.tx.UpdateDealership(next, ""); err != nil {
			return err
		}
	}
	return j.updateFacts(present, place, brands, tracker.Through(opened, last))
}

// updateFacts brings place, brands and operating period to what a row says.
func (j *dealershipImport) updateFacts(present store.DealershipRow, place tracker.Place, brands []tracker.Brand, open tracker.Period) error {
	history, err := j.tx.History(present.ID, 0)
	if err != nil {
		return err
	}
	if place != present.Place {
		if err := move(j.tx, history, place, j.options.EffectiveOn, ""); err != nil {
			return err
		}
	}
	if err := changeBrands(j.tx, history, brands, j.options.EffectiveOn, ""); err != nil {
		return err
	}
	for _, p := range history.Operating {
		was := tracker.Period{From: p.From, Until: p.Until}
		if p.From != present.OpenedOn || was.Last() != present.ClosedLast || was == open {
			continue
		}
		p.From, p.Until = open.From, open.Until
		return j.tx.Correct(p.Chain, p, "")
	}
	return nil
}

// over lays the attributes of a row over those that are recorded, where the file has the column.
func (w wanted) over(present, next tracker.Dealership) tracker.Dealership {
	out := present
	for column, take := range map[string]func(){
		"name_zh": func() { out.NameZh = next.NameZh }, "name_en": func() { out.NameEn = next.NameEn },
		"province": func() { out.Province = next.Province }, "city": func() { out.City = next.City },
		"address": func() { out.Address = next.Address }, "phone": func() { out.Phone = next.Phone },
		"service_phone": func() { out.ServicePhone = next.ServicePhone },
		"lat":           func() { out.Lat = next.Lat }, "lng": func() { out.Lng = next.Lng },
		"format": func() { out.Format = next.Format },
	} {
		if w.row.has(column) {
			take()
		}
	}
	return out
}

// placeOver is the same for the place.
func (w wanted) placeOver(present, next tracker.Place) tracker.Place {
	if w.row.has("region") {
		present.Region = next.Region
	}
	if w.row.has("zone") {
		present.Zone = next.Zone
	}
	if w.row.has("group") {
		present.Group = next.Group
	}
	return present
}

func sameAttributes(a, b tracker.Dealership) bool {
	sameDegrees := func(x, y *float64) bool { return Degrees(x) == Degrees(y) }
	return a.NameZh == b.NameZh && a.NameEn == b.NameEn && a.Province == b.Province && a.City == b.City &&
		a.Address == b.Address && a.Phone == b.Phone && a.ServicePhone == b.ServicePhone && a.Format == b.Format &&
		sameDegrees(a.Lat, b.Lat) && sameDegrees(a.Lng, b.Lng)
}

func sameBrands(a, b []tracker.Brand) bool {
	x, y := slices.Clone(a), slices.Clone(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

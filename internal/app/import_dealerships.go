package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"dealercert/internal/pack"
	"dealercert/internal/sheet"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// importChunk is how many rows are compared with the database at once.
const importChunk = 500

// ImportDealerships takes in a table of dealerships, in one transaction. Faults of the file as a whole are Invalid and
// nothing is read further; faults of rows are listed in the report.
func (a *App) ImportDealerships(ctx context.Context, by tracker.Actor, file *sheet.Reader, o ImportOptions) (ImportReport, error) {
	report := newReport("dealerships", file)
	if err := by.May(tracker.ImportData); err != nil {
		return report, err
	}
	keys, err := keyCount(file, "code")
	if err != nil {
		return report, err
	}
	if o.EffectiveOn == 0 {
		o.EffectiveOn = a.Today()
	}
	job := dealershipImport{app: a, by: by, options: o, keys: keys, report: &report}
	err = a.write(ctx, by, tracker.SourceImport, func(tx *store.Tx) error {
		if err := job.run(tx, file); err != nil {
			return err
		}
		if o.DryRun || (len(report.Errors) > 0 && o.Policy != PolicyValidRows) {
			return errWithheld
		}
		return nil
	})
	if errors.Is(err, errWithheld) {
		return report, nil
	}
	report.Committed = err == nil
	return report, err
}

// dealershipImport is one import under way.
type dealershipImport struct {
	app       *App
	by        tracker.Actor
	options   ImportOptions
	keys      map[string]int
	directory Directory
	creates   bool // regions, zones and groups that are missing
	report    *ImportReport
}

// wanted is what a row says about its dealership.
type wanted struct {
	row    sheet.Row
	form   DealershipForm
	opened tracker.Date
	last   tracker.Date
}

func (j *dealershipImport) run(tx *store.Tx, file *sheet.Reader) error {
	var err error
	if j.directory, err = loadDirectory(tx); err != nil {
		return err
	}
	j.creates = j.options.CreateRegions || len(j.directory.RegionList) == 0
	var chunk []wanted
	for row, err := range file.Rows() {
		if err != nil {
			return fileFault(err)
		}
		j.report.Rows++
		if want, right := j.check(row); right {
			chunk = append(chunk, want)
		}
		if len(chunk) == importChunk {
			if err := j.settle(tx, chunk); err != nil {
				return err
			}
			chunk = chunk[:0]
			if j.options.Progress != nil {
				j.options.Progress(j.report.Rows)
			}
		}
	}
	return j.settle(tx, chunk)
}

// check looks at a row by itself. Its errors go into the report.
func (j *dealershipImport) check(row sheet.Row) (wanted, bool) {
	cell := func(column string) string {
		value, _ := row.Get(column)
		return value
	}
	want := wanted{row: row, form: DealershipForm{
		Code: cell("code"), NameZh: cell("name_zh"), NameEn: cell("name_en"), Province: cell("province"), City: cell("city"),
		Address: cell("address"), Phone: cell("phone"), ServicePhone: cell("service_phone"), Lat: cell("lat"), Lng: cell("lng"),
		Format: cell("format"), Brands: strings.Split(cell("brands"), ";"), Region: cell("region"), Zone: cell("zone"),
		Group: cell("group"),
	}}
	found := rowErrors{row: row}
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	switch code := want.form.Code; {
	case code == "":
		fault.In("code", "text_required")
	case j.keys[code] > 1:
		found.add("code", "duplicate_key", "", "value", code, "count", j.keys[code])
	default:
		checkCode(fault, code)
	}
	want.form.attributes(fault)
	want.form.brands(fault)
	want.opened = day(fault, "opened_on", cell("opened_on"), optional)
	want.last = day(fault, "closed_on", cell("closed_on"), optional)
	if want.last != 0 && want.last < want.opened {
		fault.In("closed_on", "ends_before_begin", "from", want.opened, "until", want.last)
	}
	j.checkPlace(&found, want.form)
	found.addFaults(fault)
	slices.SortStableFunc(found.list, func(a, b RowError) int { return cmp.Compare(a.Row, b.Row) })
	j.report.Errors = append(j.report.Errors, found.list...)
	return want, len(found.list) == 0
}

// checkPlace finds region, zone and group, or an error with the nearest one known.
func (j *dealershipImport) checkPlace(found *rowErrors, f DealershipForm) {
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

// settle compares a chunk of right rows with the database and writes what differs.
func (j *dealershipImport) settle(tx *store.Tx, chunk []wanted) error {
	codes := make([]string, len(chunk))
	for i, want := range chunk {
		codes[i] = want.form.Code
	}
	if len(codes) == 0 {
		return nil
	}
	have := map[string]store.DealershipRow{}
	rows, err := tx.Dealerships(store.DealershipQuery{
		Scope: j.by.Scope, Today: j.app.Today(), On: j.options.EffectiveOn, Codes: codes, NotOperating: true,
	})
	if err != nil {
		return err
	}
	for _, row := range rows {
		have[row.Code] = row
	}
	for _, want := range chunk {
		place, err := j.place(tx, want.form)
		if err != nil {
			return err
		}
		present, known := have[want.form.Code]
		if !known {
			err = j.create(tx, want, place)
		} else {
			err = j.update(tx, want, place, present)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// place gives region, zone and group of a row; those that are missing and may be created are.
func (j *dealershipImport) place(tx *store.Tx, f DealershipForm) (tracker.Place, error) {
	var out tracker.Place
	region, found := j.directory.Region(f.Region)
	if !found {
		region = namedRegion(f.Region)
		id, err := tx.CreateRegion(region)
		if err != nil {
			return out, err
		}
		region.ID = id
		j.directory.RegionList = append(j.directory.RegionList, region)
		j.report.New = append(j.report.New, "region "+region.Code+" "+f.Region)
	}
	zone, found := j.directory.Zone(f.Zone)
	if !found && f.Zone != "" {
		id, err := tx.CreateZone(tracker.Zone{Code: f.Zone})
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
		id, err := tx.CreateGroup(group)
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
func (j *dealershipImport) create(tx *store.Tx, want wanted, place tracker.Place) error {
	j.report.Create++
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	dealership := want.form.attributes(fault)
	dealership.Code = want.form.Code
	return j.app.create(tx, dealership, place, want.opened, want.last.Add(1), want.form.brands(fault))
}

// update brings a dealership to what its row says. A column that the file lacks leaves things as they are.
func (j *dealershipImport) update(tx *store.Tx, want wanted, place tracker.Place, present store.DealershipRow) error {
	fault := tracker.Fault(tracker.Invalid, "invalid_form")
	next := want.over(present.Dealership, want.form.attributes(fault))
	place = want.placeOver(present.Place, place)
	brands, opened, last := present.Brands, present.OpenedOn, present.ClosedLast
	if want.has("brands") {
		brands = want.form.brands(fault)
	}
	if want.has("opened_on") {
		opened = want.opened
	}
	if want.has("closed_on") {
		last = want.last
	}
	same := sameAttributes(next, present.Dealership)
	samePeriod := opened == present.OpenedOn && last == present.ClosedLast
	if same && place == present.Place && samePeriod && sameBrands(brands, present.Brands) {
		j.report.Unchanged++
		return nil
	}
	j.report.Update++
	if !same {
		if err := tx.UpdateDealership(next, ""); err != nil {
			return err
		}
	}
	return j.updateFacts(tx, present, place, brands, tracker.Through(opened, last))
}

// updateFacts brings place, brands and operating period to what a row says.
func (j *dealershipImport) updateFacts(tx *store.Tx, present store.DealershipRow, place tracker.Place, brands []tracker.Brand, open tracker.Period) error {
	history, err := tx.History(present.ID, 0)
	if err != nil {
		return err
	}
	if place != present.Place {
		if err := move(tx, history, place, j.options.EffectiveOn, ""); err != nil {
			return err
		}
	}
	if err := changeBrands(tx, history, brands, j.options.EffectiveOn, ""); err != nil {
		return err
	}
	for _, p := range history.Operating {
		was := tracker.Period{From: p.From, Until: p.Until}
		if p.From != present.OpenedOn || was.Last() != present.ClosedLast || was == open {
			continue
		}
		p.From, p.Until = open.From, open.Until
		return tx.Correct(p.Chain, p, "")
	}
	return nil
}

// has tells whether the file has a column.
func (w wanted) has(column string) bool {
	_, present := w.row.Get(column)
	return present
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
		if w.has(column) {
			take()
		}
	}
	return out
}

// placeOver is the same for the place.
func (w wanted) placeOver(present, next tracker.Place) tracker.Place {
	if w.has("region") {
		present.Region = next.Region
	}
	if w.has("zone") {
		present.Zone = next.Zone
	}
	if w.has("group") {
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

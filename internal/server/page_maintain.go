package server

import (
	"strconv"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// typedDealership reads the form of a dealership over what is recorded.
func (v *visit) typedDealership(recorded app.DealershipForm) app.DealershipForm {
	out := recorded
	for name, into := range map[string]*string{
		"code": &out.Code, "name_zh": &out.NameZh, "name_en": &out.NameEn, "province": &out.Province, "city": &out.City,
		"address": &out.Address, "phone": &out.Phone, "service_phone": &out.ServicePhone, "lat": &out.Lat, "lng": &out.Lng,
		"format": &out.Format, "region": &out.Region, "zone": &out.Zone, "group": &out.Group, "opened_on": &out.OpenedOn,
		"reason": &out.Reason,
	} {
		*into = v.typed(name, *into)
	}
	if v.Request.PostForm != nil {
		out.Brands = v.Request.PostForm["brands"]
		out.Version, _ = strconv.ParseInt(v.field("version"), 10, 64)
	}
	return out
}

// attributeFields are the fields of a dealership's attributes.
func (v *visit) attributeFields(f app.DealershipForm) []formField {
	text := func(name, value string, required bool) formField {
		return formField{Name: name, Kind: "text", Label: v.say("field." + name), Value: value, Required: required}
	}
	wide := func(f formField) formField { f.Wide = true; return f }
	return []formField{
		wide(text("name_zh", f.NameZh, true)), wide(text("name_en", f.NameEn, false)),
		text("province", f.Province, true), text("city", f.City, true), wide(text("address", f.Address, false)),
		text("phone", f.Phone, false), text("service_phone", f.ServicePhone, false), text("lat", f.Lat, false), text("lng", f.Lng, false),
		{Name: "format", Kind: "select", Label: v.say("field.format"), Value: f.Format, Options: append([]option{{"", v.say("none")}}, options(v, "format.", tracker.Formats)...)},
		{Name: "brands", Kind: "checks", Label: v.say("field.brands"), Values: f.Brands, Options: brandOptions(), Wide: true},
	}
}

func brandOptions() []option {
	var out []option
	for _, b := range tracker.Brands {
		out = append(out, option{string(b), string(b)})
	}
	return out
}

// placeFields are the fields of region, zone and group.
func (v *visit) placeFields(region, zone, group string) ([]formField, error) {
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return nil, err
	}
	none := option{"", v.say("none")}
	regions, zones, groups := []option{none}, []option{none}, []option{none}
	for _, r := range directory.RegionList {
		regions = append(regions, option{r.Code, inLanguage(v.lang, r.NameEn, r.NameZh)})
	}
	for _, z := range directory.ZoneList {
		zones = append(zones, option{z.Code, z.Code})
	}
	for _, g := range directory.GroupList {
		groups = append(groups, option{g.Code, inLanguage(v.lang, g.NameEn, g.NameZh)})
	}
	return []formField{
		{Name: "region", Kind: "select", Label: v.say("field.region"), Value: region, Options: regions, Required: true},
		{Name: "zone", Kind: "select", Label: v.say("field.zone"), Value: zone, Options: zones},
		{Name: "group", Kind: "select", Label: v.say("field.group"), Value: group, Options: groups},
	}, nil
}

func newDealership(v *visit) error { return v.dealershipForm() }

func createDealership(v *visit) error { return v.dealershipForm() }

// dealershipForm is the form of a new dealership.
func (v *visit) dealershipForm() error {
	sent := v.typedDealership(app.DealershipForm{Brands: []string{"BMW", "BMW i"}, OpenedOn: v.today.String(), Format: string(tracker.Format4S)})
	place, err := v.placeFields(sent.Region, sent.Zone, sent.Group)
	if err != nil {
		return err
	}
	back := "/dealerships"
	if sent.Code != "" && v.Request.Method == "POST" {
		back = "/dealerships/" + sent.Code
	}
	return v.runForm(app.DealershipView{}, form{
		title: v.say("form.new"), lead: v.say("form.new_lead"), back: back, submit: v.say("form.create"), saved: v.say("form.created"), wide: true,
		fields: func() []formField {
			fields := []formField{
				{Name: "code", Kind: "text", Label: v.say("field.code"), Value: sent.Code, Required: true, Hint: v.say("hint.code")},
				{Name: "opened_on", Kind: "date", Label: v.say("field.opened_on"), Value: sent.OpenedOn, Hint: v.say("hint.opened_on")},
			}
			return append(append(fields, place...), v.attributeFields(sent)...)
		},
		save: func() error {
			_, err := v.server.app.CreateDealership(v.Request.Context(), v.actor, sent)
			return err
		},
	})
}

func editDealership(v *visit) error {
	view, err := v.dealership()
	if err != nil {
		return err
	}
	sent := v.typedDealership(app.FormOf(view))
	return v.runForm(view, form{
		title: v.say("form.edit"), lead: v.say("form.edit_lead"), back: "/dealerships/" + view.Code, submit: v.say("form.save"), saved: v.say("form.saved"), wide: true,
		fields: func() []formField {
			return append(v.attributeFields(sent), formField{Name: "reason", Kind: "textarea", Label: v.say("field.remark"), Value: sent.Reason, Wide: true},
				formField{Name: "version", Kind: "hidden", Value: strconv.FormatInt(sent.Version, 10)})
		},
		save: func() error { return v.server.app.EditDealership(v.Request.Context(), v.actor, view.Code, sent) },
	})
}

func moveDealership(v *visit) error {
	view, err := v.dealership()
	if err != nil {
		return err
	}
	sent := app.MoveForm{
		Region: v.typed("region", view.RegionToday.Code), Zone: v.typed("zone", view.Zone.Code), Group: v.typed("group", view.Group.Code),
		From: v.typed("from", v.today.String()), Reason: v.field("reason"), Confirm: v.field("confirm") != "",
	}
	place, err := v.placeFields(sent.Region, sent.Zone, sent.Group)
	if err != nil {
		return err
	}
	ctx := v.Request.Context()
	return v.runForm(view, form{
		title: v.say("form.move"), lead: v.say("form.move_lead"), back: "/dealerships/" + view.Code, submit: v.say("form.record"), saved: v.say("form.saved"),
		fields: func() []formField {
			return append(place, formField{Name: "from", Kind: "date", Label: v.say("field.from"), Value: sent.From, Required: true},
				formField{Name: "reason", Kind: "textarea", Label: v.say("field.remark"), Value: sent.Reason})
		},
		preview: func() (app.Effect, error) { return v.server.app.PreviewMove(ctx, v.actor, view.Code, sent) },
		save:    func() error { return v.server.app.MoveDealership(ctx, v.actor, view.Code, sent) },
	})
}

func closeDealership(v *visit) error {
	view, err := v.dealership()
	if err != nil {
		return err
	}
	sent := app.CloseForm{LastDay: v.typed("last_day", ""), Reason: v.field("reason"), Confirm: v.field("confirm") != ""}
	ctx := v.Request.Context()
	return v.runForm(view, form{
		title: v.say("form.close"), lead: v.say("form.close_lead"), back: "/dealerships/" + view.Code, submit: v.say("form.record"), saved: v.say("form.saved"),
		fields: func() []formField {
			return []formField{
				{Name: "last_day", Kind: "date", Label: v.say("field.last_operating_day"), Value: sent.LastDay, Required: true},
				{Name: "reason", Kind: "textarea", Label: v.say("field.reason"), Value: sent.Reason, Required: true},
			}
		},
		preview: func() (app.Effect, error) { return v.server.app.PreviewClose(ctx, v.actor, view.Code, sent) },
		save:    func() error { return v.server.app.CloseDealership(ctx, v.actor, view.Code, sent) },
	})
}

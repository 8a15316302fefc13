package server

import (
	"net/http"
	"strconv"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// contactRoutes are the addresses of whom to call.
func contactRoutes() []route {
	const (
		maintain, keep = tracker.MaintainDealerships, tracker.KeepContacts
		contacts       = "/dealerships/:code/contacts"
	)
	get, post := http.MethodGet, http.MethodPost
	return append(promiseRoutes(), []route{
		{method: get, path: "/contacts", action: maintain, handle: listResponsibles},
		{method: get, path: "/contacts/:place/:key", action: maintain, handle: setResponsible},
		{method: post, path: "/contacts/:place/:key", action: maintain, handle: setResponsible},
		{method: get, path: contacts + "/new", action: keep, handle: addContact},
		{method: post, path: contacts + "/new", action: keep, handle: addContact},
		{method: get, path: contacts + "/:contact", action: keep, handle: editContact},
		{method: post, path: contacts + "/:contact", action: keep, handle: editContact},
		{method: get, path: contacts + "/:contact/remove", action: keep, handle: removeContact},
		{method: post, path: contacts + "/:contact/remove", action: keep, handle: removeContact},
	}...)
}

type responsiblesPage struct {
	BasePage
	Parts []partLine
}

// partLine is a part of the network in words.
type partLine struct {
	app.PartView
	Name string
	In   string // the region of a zone
}

func listResponsibles(v *visit) error {
	parts, err := v.server.app.Responsibles(v.Request.Context(), v.actor)
	if err != nil {
		return err
	}
	page := responsiblesPage{BasePage: v.base(v.say("contacts.title"), "contacts")}
	for _, p := range parts {
		page.Parts = append(page.Parts, v.partLine(p))
	}
	return v.show("contacts", page)
}

// partLine names a part of the network.
func (v *visit) partLine(p app.PartView) partLine {
	region := inLanguage(v.lang, p.Region.NameEn, p.Region.NameZh)
	switch p.Place {
	case tracker.PlaceRegion:
		return partLine{p, region, ""}
	case tracker.PlaceZone:
		return partLine{p, v.say("part.zone", "code", p.Key), region}
	default:
		return partLine{p, v.say("party.headquarters"), ""}
	}
}

// typedReach reads the form of a person over what is recorded.
func (v *visit) typedReach(recorded tracker.Reach, version int64) app.ReachForm {
	return app.ReachForm{
		Name: v.typed("name", recorded.Name), Position: v.typed("position", recorded.Position), Phone: v.typed("phone", recorded.Phone),
		Email: v.typed("email", recorded.Email), Version: v.typed("version", strconv.FormatInt(version, 10)),
	}
}

// reachFields are the fields of a person to reach.
func (v *visit) reachFields(f app.ReachForm, named bool) []formField {
	return []formField{
		{Name: "name", Kind: "text", Label: v.say("field.name"), Value: f.Name, Required: named},
		{Name: "position", Kind: "text", Label: v.say("field.position"), Value: f.Position},
		{Name: "phone", Kind: "text", Label: v.say("field.telephone"), Value: f.Phone, Hint: v.say("hint.reach")},
		{Name: "email", Kind: "text", Label: v.say("field.email"), Value: f.Email},
		{Name: "version", Kind: "hidden", Value: f.Version},
	}
}

func setResponsible(v *visit) error {
	place, key := v.Param("place"), v.Param("key")
	part, err := v.server.app.Part(v.Request.Context(), v.actor, place, key)
	if err != nil {
		return err
	}
	sent := v.typedReach(part.Reach, part.Version)
	return v.runForm(app.DealershipView{}, form{
		title: v.say("contacts.responsible_for", "part", v.partLine(part).Name), lead: v.say("contacts.responsible_lead"), back: "/contacts",
		submit: v.say("form.save"), saved: v.say("form.saved"), wide: true,
		fields: func() []formField { return v.reachFields(sent, false) },
		save: func() error {
			return v.server.app.SetResponsible(v.Request.Context(), v.actor, place, key, sent)
		},
	})
}

func addContact(v *visit) error {
	return v.contactForm(tracker.Contact{Matter: tracker.MatterGeneral}, v.say("contacts.add"))
}

func editContact(v *visit) error {
	contact, err := v.server.app.Contact(v.Request.Context(), v.actor, v.Param("code"), v.Param("contact"))
	if err != nil {
		return err
	}
	return v.contactForm(contact, v.say("contacts.edit"))
}

// contactForm is the form of a dealership's contact.
func (v *visit) contactForm(c tracker.Contact, title string) error {
	view, err := v.dealership()
	if err != nil {
		return err
	}
	sent := app.ContactForm{ReachForm: v.typedReach(c.Reach, c.Version), ID: c.ID, Matter: v.typed("matter", string(c.Matter))}
	return v.runForm(view, form{
		title: title, lead: v.say("contacts.lead"), back: "/dealerships/" + view.Code + "#contacts", submit: v.say("form.save"),
		saved: v.say("form.saved"), wide: true,
		fields: func() []formField {
			return append([]formField{{
				Name: "matter", Kind: "select", Label: v.say("field.matter"), Value: sent.Matter, Options: options(v, "matter.", tracker.Matters),
				Hint: v.say("hint.matter"), Wide: true,
			}}, v.reachFields(sent.ReachForm, true)...)
		},
		save: func() error { return v.server.app.SaveContact(v.Request.Context(), v.actor, view.Code, sent) },
	})
}

func removeContact(v *visit) error {
	ctx := v.Request.Context()
	contact, err := v.server.app.Contact(ctx, v.actor, v.Param("code"), v.Param("contact"))
	if err != nil {
		return err
	}
	view, err := v.dealership()
	if err != nil {
		return err
	}
	return v.runForm(view, form{
		title: v.say("contacts.remove"), lead: v.say("contacts.remove_lead", "name", contact.Name),
		back: "/dealerships/" + view.Code + "#contacts", submit: v.say("contacts.remove"), saved: v.say("form.saved"),
		fields: func() []formField {
			return []formField{{Name: "reason", Kind: "textarea", Label: v.say("field.reason"), Value: v.typed("reason", ""), Required: true}}
		},
		save: func() error {
			return v.server.app.RemoveContact(ctx, v.actor, view.Code, contact.ID, v.field("reason"))
		},
	})
}

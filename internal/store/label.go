package store

import (
	"strconv"

	"dealercert/internal/tracker"
)

// attributes gives a dealership's attributes as labels.
func attributes(d tracker.Dealership) labels {
	degrees := func(value *float64) string {
		if value == nil {
			return ""
		}
		return strconv.FormatFloat(*value, 'f', -1, 64)
	}
	return labels{
		"code": d.Code, "name_zh": d.NameZh, "name_en": d.NameEn, "province": d.Province, "city": d.City, "address": d.Address,
		"phone": d.Phone, "service_phone": d.ServicePhone, "lat": degrees(d.Lat), "lng": degrees(d.Lng), "format": string(d.Format),
	}
}

// factLabels gives a fact as people read it: codes and names for identities, last days for ends, masked numbers.
func (tx *Tx) factLabels(fact tracker.Fact) (labels, error) {
	out := labels{}
	if at, known := tracker.DealershipOf(fact); known {
		if err := tx.label1(out, "dealership", "SELECT code FROM dealerships WHERE id = ?", at); err != nil {
			return nil, err
		}
	}
	if person := tracker.PersonOf(fact); person != 0 {
		if err := tx.label1(out, "person", "SELECT staff_no FROM persons WHERE id = ?", person); err != nil {
			return nil, err
		}
	}
	if a, is := fact.(tracker.Assignment); is {
		out.period(a.From, a.Until)
		return out, tx.placeLabels(out, a)
	}
	out.fields(fact)
	return out, nil
}

// fields labels what a fact says by itself, without the identities in it.
func (l labels) fields(fact tracker.Fact) {
	switch f := fact.(type) {
	case tracker.OperatingPeriod:
		l.period(f.From, f.Until)
	case tracker.Franchise:
		l["brand"] = string(f.Brand)
		l.period(f.From, f.Until)
	case tracker.Employment:
		l["job"] = string(f.Job)
		l.period(f.From, f.Until)
	case tracker.Leave:
		l.period(f.From, f.Until)
	case tracker.Qualification:
		l["type"], l["generation"], l["certificate_no"] = string(f.Type), string(f.Generation), masked(f.Certificate)
		l["issued_on"], l["review_due_on"], l["expires_on"] = f.IssuedOn.String(), f.FirstReviewDue.String(), f.ExpiresOn.String()
	case tracker.Review:
		l["qualification"], l["reviewed_on"], l["review_due_on"] = string(f.Qualification), f.ReviewedOn.String(), f.NextDue.String()
	case tracker.Proof:
		l["requirement"], l["subject"], l["evidence"] = f.Requirement, f.Subject, f.Evidence
		l.period(f.From, f.Until)
	case tracker.Module:
		l["module"], l["planned_on"], l["live_on"], l["verified_on"] = f.Module, f.PlannedOn.String(), f.LiveOn.String(), f.VerifiedOn.String()
	case tracker.Decision:
		l["programme"], l["decision"], l["effective_on"] = string(f.Programme), string(f.Decided), f.EffectiveOn.String()
		l["valid_until"], l["standard"], l["conditions"], l["grounds"] = f.ValidUntil.String(), f.Standard, f.Conditions, f.Grounds
		l["subject"], l["due_on"], l["auditor"], l["signed"] = f.Subject, f.DueOn.String(), f.Auditor, f.Signed
		if f.Signed != "" {
			l["score"], l["vetoes"] = f.ScoreText(), strconv.Itoa(f.Vetoes)
		}
	case tracker.Waiver:
		l["requirement"], l["grounds"], l["compensation"] = f.Requirement, f.Grounds, f.Compensation
		l.period(f.From, f.Until)
	case tracker.Event:
		l["event"], l["bridged_to"], l["note"] = string(f.Event), f.BridgedTo.String(), f.Note
		l.period(f.From, f.Until)
	case tracker.Publication:
		l["programme"], l["standard"], l["effective_on"], l["pack_hash"] = string(f.Programme), f.Standard, f.EffectiveOn.String(), f.PackHash
	}
}

// Masked gives a certificate's number as it may be shown; what is masked already stays as it is.
func Masked(number string) string { return masked(number) }

// masked gives a number's mask; what is masked already stays as it is.
func masked(number string) string {
	for _, r := range number {
		if r == '*' {
			return number
		}
	}
	return mask(number)
}

// period labels a beginning and a last day.
func (l labels) period(from, until tracker.Date) {
	l["from"], l["until"] = from.String(), until.Add(-1).String()
}

// label1 labels with the one text that a query gives.
func (tx *Tx) label1(out labels, key, query string, id any) error {
	var text []string
	err := tx.db.Raw(query, id).Scan(&text).Error
	if len(text) > 0 {
		out[key] = text[0]
	}
	return err
}

func (tx *Tx) placeLabels(out labels, a tracker.Assignment) error {
	if err := tx.label1(out, "region", "SELECT code FROM regions WHERE id = ?", a.Region); err != nil {
		return err
	}
	if err := tx.label1(out, "zone", "SELECT code FROM zones WHERE id = ?", a.Zone); err != nil {
		return err
	}
	return tx.label1(out, "group", "SELECT code FROM groups WHERE id = ?", a.Group)
}

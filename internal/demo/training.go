package demo

import (
	"fmt"

	"dealercert/internal/tracker"
)

// The types of qualification that the network's people hold, as the packs name them.
const (
	permitLV       tracker.QualificationCode = "permit-lv"
	awareness      tracker.QualificationCode = "hva"
	hvComponents   tracker.QualificationCode = "hvt-c"
	hvBattery      tracker.QualificationCode = "hvt-b"
	hvExpert       tracker.QualificationCode = "hve"
	consultantCore tracker.QualificationCode = "consultant-core"
	championCourse tracker.QualificationCode = "champion"
)

// For how many months the maker's certificates are valid.
const (
	componentMonths  = 36
	batteryMonths    = 24
	expertMonths     = 24
	consultantMonths = 36
)

// punctuality is how likely a date is kept, or missed by some weeks; else it is missed by months.
type punctuality struct{ onTime, late float64 }

// punctualities are those of each diligence.
var punctualities = map[diligence]punctuality{
	diligent: {0.955, 0.035},
	ordinary: {0.89, 0.085},
	slack:    {0.74, 0.19},
}

// renewedOn draws when something that ends on a day is renewed: within so many days before, or late.
func (s *site) renewedOn(due tracker.Date, earliest int) tracker.Date {
	p := punctualities[s.plan.diligence]
	switch roll := s.dice.Float64(); {
	case roll < p.onTime || s.plan.showcase != noShowcase:
		return due.Add(-s.dice.between(3, earliest))
	case roll < p.onTime+p.late:
		return due.Add(s.dice.between(4, 70))
	default:
		return due.Add(s.dice.between(110, 300))
	}
}

// certificate is one qualification to be written down.
type certificate struct {
	kind       tracker.QualificationCode
	generation tracker.Generation
	number     string
	issued     tracker.Date
	reviewDue  tracker.Date
	expires    tracker.Date
}

// award writes down a certificate. Now and then its last day was typed wrongly at first.
func (s *site) award(e *employee, c certificate) tracker.FactID {
	of := func(expires tracker.Date) func(tracker.Head) tracker.Fact {
		return func(h tracker.Head) tracker.Fact {
			return tracker.Qualification{
				Head: h, Person: e.id, Type: c.kind, Generation: c.generation, Certificate: c.number, IssuedOn: c.issued,
				FirstReviewDue: c.reviewDue, ExpiresOn: expires,
			}
		}
	}
	versions := []version{{near: e.here(c.issued), lag: reports, by: s.regional, fact: of(c.expires)}}
	if c.expires != 0 && s.dice.happens(0.006) {
		versions[0].fact = of(c.expires.AddMonths(-12))
		versions = append(versions, version{
			near: e.here(c.issued).Add(30), lag: slow, by: s.regional, reason: reasonTypedWrongly, fact: of(c.expires),
		})
	}
	return s.ledger.write(versions...)
}

// keep writes down a certificate and its renewals, each valid for so many months, until the person leaves, the knowledge
// ends or a renewal is given up. A person that must be trained on the calibration day has no gap there.
func (s *site) keep(e *employee, first certificate, months, earliest int, until tracker.Date, trained bool) {
	for c := first; ; {
		c.expires = c.issued.AddMonths(months).Add(-1)
		c.number = fmt.Sprintf("%s-%d-%07d", c.kind, c.issued.Time().Year(), e.id)
		s.award(e, c)
		next := s.renewedOn(c.expires, earliest)
		if trained && c.expires < calibrationDay && calibrationDay <= next {
			next = c.expires.Add(-s.dice.between(3, earliest))
		}
		if next > lastRecordingDay || until != 0 && next >= until {
			return
		}
		c.issued = next
		if c.generation == "gen4" && (s.plan.diligence == diligent || c.issued > tracker.MustDate("2024-01-01")) {
			c.generation = "gen5"
		}
	}
}

// train writes down what a technician learns for high voltage.
func (s *site) train(e *employee) {
	career := e.career()
	held := e.during(calibrationDay)
	untrained := held != nil && held.post.untrained
	briefed := max(career.From, tracker.MustDate("2021-09-01")).Add(s.dice.between(5, 90))
	if (untrained || s.dice.happens(0.05)) && briefed <= lastRecordingDay && (career.Until == 0 || briefed < career.Until) {
		s.award(e, certificate{kind: awareness, number: fmt.Sprintf("%s-%07d", awareness, e.id), issued: briefed})
	}
	issued := s.firstTraining(e, career, held, untrained)
	if issued == 0 || issued > lastRecordingDay || career.Until != 0 && issued >= career.Until {
		return
	}
	c := certificate{kind: hvComponents, generation: "gen5", issued: issued}
	if issued < tracker.MustDate("2022-01-01") && s.dice.happens(0.35) || s.plan.diligence == slack && s.dice.happens(0.5) {
		c.generation = "gen4"
	}
	trained := held != nil && !untrained && s.plan.active
	s.keep(e, c, componentMonths, 115, career.Until, trained)
	s.specialise(e, issued, career.Until, untrained)
}

// firstTraining draws when a technician was first qualified, zero for never: two at each dealership before it was
// certified, the others around that; who joined later some months after joining.
func (s *site) firstTraining(e *employee, career tracker.Period, held *tenure, untrained bool) tracker.Date {
	certified := s.certified
	switch {
	case certified == 0 && s.dice.happens(0.5):
		return 0
	case certified == 0:
		certified = s.dice.day(tracker.MustDate("2020-09-01"), tracker.MustDate("2022-06-01"))
	}
	issued := certified.Add(s.dice.between(-120, 240))
	if e.tenures[0].post.early {
		issued = certified.Add(-s.dice.between(10, 150))
	}
	if career.From > takeoverDay {
		issued = max(issued, career.From.Add(s.dice.between(12, 150)))
	}
	switch {
	case untrained && issued <= calibrationDay:
		issued = calibrationDay.Add(s.dice.between(15, 220))
	case !untrained && held != nil && s.plan.active && issued > calibrationDay:
		issued = max(calibrationDay.Add(-s.dice.between(2, 50)), career.From.Add(5))
	}
	return issued
}

// specialise lets some go on to the battery and a few to expert.
func (s *site) specialise(e *employee, since, until tracker.Date, untrained bool) {
	likely := 0.14
	if e.tenures[0].post.early {
		likely = 0.45
	}
	begins := since.Add(s.dice.between(90, 500))
	if untrained || begins > lastRecordingDay || until != 0 && begins >= until || !s.dice.happens(likely) {
		return
	}
	s.keep(e, certificate{kind: hvBattery, generation: "gen5", issued: begins}, batteryMonths, 90, until, false)
	begins = begins.Add(s.dice.between(200, 600))
	if s.dice.happens(0.12) && begins <= lastRecordingDay && (until == 0 || begins < until) {
		s.keep(e, certificate{kind: hvExpert, issued: begins}, expertMonths, 90, until, false)
	}
}

package storetest

import (
	"testing"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// day reads a day; an empty text is none.
func day(text string) tracker.Date {
	if text == "" {
		return 0
	}
	return tracker.MustDate(text)
}

// Region adds a region.
func Region(t testing.TB, s *store.Store, code string) tracker.RegionID {
	t.Helper()
	var id tracker.RegionID
	Write(t, s, func(tx *store.Tx) (err error) {
		id, err = tx.CreateRegion(tracker.Region{Code: code, NameEn: code, NameZh: code + "区"})
		return err
	})
	return id
}

// Dealership adds a dealership that has operated in a region since before the records.
func Dealership(t testing.TB, s *store.Store, code string, region tracker.RegionID) tracker.DealershipID {
	t.Helper()
	var id tracker.DealershipID
	Write(t, s, func(tx *store.Tx) (err error) {
		id, err = tx.CreateDealership(tracker.Dealership{
			Code: code, NameZh: "测试" + code + "宝汽车", NameEn: "Test " + code, Province: "江苏省", City: "苏州市", Format: tracker.Format4S,
		})
		if err != nil {
			return err
		}
		if _, err := tx.Record(tracker.OperatingPeriod{Dealership: id}, ""); err != nil {
			return err
		}
		_, err = tx.Record(tracker.Assignment{Dealership: id, Region: region}, "")
		return err
	})
	return id
}

// Technician adds a technician who works at a dealership from a day on and holds a permit and HVT-C since then; it gives
// the person and the chain of the employment.
func Technician(t testing.TB, s *store.Store, staffNo string, at tracker.DealershipID, from string) (tracker.PersonID, tracker.FactID) {
	t.Helper()
	var person tracker.PersonID
	var employment tracker.FactID
	Write(t, s, func(tx *store.Tx) (err error) {
		if person, err = tx.CreatePerson(tracker.Person{StaffNo: staffNo, Name: "员工" + staffNo}); err != nil {
			return err
		}
		employment, err = tx.Record(tracker.Employment{Person: person, Dealership: at, Job: tracker.JobTechnician, From: day(from)}, "")
		if err != nil {
			return err
		}
		for _, q := range []tracker.Qualification{
			{Person: person, Type: "permit-lv", IssuedOn: day(from), FirstReviewDue: tracker.MustDate("2040-01-01"), Certificate: "T110101199003070" + staffNo},
			{Person: person, Type: "hvt-c", Generation: "gen5", IssuedOn: day(from)},
		} {
			if _, err := tx.Record(q, ""); err != nil {
				return err
			}
		}
		return nil
	})
	return person, employment
}

// Certify certifies a dealership for BMW i from a day on and gives the decision's chain.
func Certify(t testing.TB, s *store.Store, at tracker.DealershipID, on string) tracker.FactID {
	t.Helper()
	return Record(t, s, tracker.Decision{
		Dealership: at, Programme: tracker.ProgrammeBMWi, Decided: tracker.Certify, EffectiveOn: day(on),
	})
}

// Record records a fact in a transaction of its own and gives its chain.
func Record(t testing.TB, s *store.Store, fact tracker.Fact) tracker.FactID {
	t.Helper()
	var chain tracker.FactID
	Write(t, s, func(tx *store.Tx) (err error) {
		chain, err = tx.Record(fact, "")
		return err
	})
	return chain
}

// Standing gives the stored standing of a dealership in a programme on a day.
func Standing(t testing.TB, s *store.Store, at tracker.DealershipID, programme tracker.ProgrammeCode, on string) tracker.Standing {
	t.Helper()
	var out tracker.Standing
	Read(t, s, func(tx *store.Tx) error {
		standings, err := tx.Standings(at, 0)
		for _, st := range standings {
			if st.Programme == programme && st.Contains(day(on)) {
				out = st
			}
		}
		return err
	})
	return out
}

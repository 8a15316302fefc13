package store_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

var date = tracker.MustDate

// ignoreHead compares what facts say.
var ignoreHead = cmpopts.IgnoreTypes(tracker.Head{})

func correct(t *testing.T, s *store.Store, chain tracker.FactID, fact tracker.Fact) {
	t.Helper()
	storetest.Write(t, s, func(tx *store.Tx) error { return tx.Correct(chain, fact, "mistyped") })
}

func void(t *testing.T, s *store.Store, kind tracker.FactKind, chain tracker.FactID) {
	t.Helper()
	storetest.Write(t, s, func(tx *store.Tx) error { return tx.Void(kind, chain, "never happened") })
}

func versions(t *testing.T, s *store.Store, kind tracker.FactKind, chain tracker.FactID) []tracker.Fact {
	t.Helper()
	var out []tracker.Fact
	storetest.Read(t, s, func(tx *store.Tx) (err error) {
		out, err = tx.Versions(kind, chain)
		return err
	})
	return out
}

func TestEachKindOfFactReadsBackAsItWasRecorded(t *testing.T) {
	s := storetest.Open(t)
	region := storetest.Region(t, s, "east")
	at := storetest.Dealership(t, s, "A1", region)
	person, _ := storetest.Technician(t, s, "S1", at, "2020-01-01")
	var zone tracker.ZoneID
	var group tracker.GroupID
	storetest.Write(t, s, func(tx *store.Tx) (err error) {
		if zone, err = tx.CreateZone(tracker.Zone{Code: "E1"}); err != nil {
			return err
		}
		group, err = tx.CreateGroup(tracker.Group{Code: "G1", NameEn: "Group", NameZh: "集团"})
		return err
	})
	qualification := storetest.Record(t, s, tracker.Qualification{Person: person, Type: "hve", IssuedOn: date("2021-01-01")})
	for _, fact := range []tracker.Fact{
		tracker.OperatingPeriod{Dealership: at, From: date("2021-01-01"), Until: date("2022-01-01")},
		tracker.OperatingPeriod{Dealership: at},
		tracker.Assignment{Dealership: at, Region: region, Zone: zone, Group: group, From: date("2021-01-01"), Until: date("2022-01-01")},
		tracker.Assignment{Dealership: at, Region: region},
		tracker.Franchise{Dealership: at, Brand: "BMW i", From: date("2021-01-01"), Until: date("2022-01-01")},
		tracker.Employment{Person: person, Dealership: at, Job: tracker.JobForeman, From: date("2024-02-29"), Until: date("2025-03-01")},
		tracker.Leave{Person: person, From: date("2022-01-01"), Until: date("2022-02-01")},
		tracker.Qualification{
			Person: person, Type: "hvt-c", Generation: "gen4", IssuedOn: date("2022-01-01"),
			FirstReviewDue: date("2025-01-01"), ExpiresOn: date("2028-01-01"),
		},
		tracker.Review{Person: person, Qualification: qualification, ReviewedOn: date("2024-01-01"), NextDue: date("2027-01-01")},
		tracker.Proof{Dealership: at, Requirement: "BMI-C01", From: date("2022-01-01"), Until: date("2023-01-01"), Evidence: "照片"},
		tracker.Module{
			Dealership: at, Module: "DGU-01", PlannedSince: date("2021-01-01"), PlannedOn: date("2021-06-01"),
			LiveOn: date("2021-07-01"), VerifiedOn: date("2021-08-01"),
		},
		tracker.Decision{
			Dealership: at, Programme: tracker.ProgrammeBMWi, Decided: tracker.Certify, EffectiveOn: date("2022-01-01"),
			ValidUntil: date("2023-12-31"), Standard: "1", Conditions: "x", Grounds: "理由",
		},
		tracker.Waiver{
			Dealership: at, Requirement: "BMI-B02", From: date("2022-01-01"), Until: date("2023-01-01"),
			Grounds: "rebuilding", Compensation: "loaner",
		},
		tracker.Publication{
			Programme: tracker.ProgrammeBMWi, Standard: "2", EffectiveOn: date("2025-01-01"), TransitionUntil: date("2025-06-30"),
			Pack: "a: 1\n", PackHash: "ab",
		},
	} {
		t.Run(string(fact.Kind()), func(t *testing.T) {
			chain := storetest.Record(t, s, fact)
			storetest.Read(t, s, func(tx *store.Tx) error {
				got, err := tx.Fact(fact.Kind(), chain)
				if err != nil {
					return err
				}
				if diff := cmp.Diff(fact, got, ignoreHead); diff != "" {
					t.Errorf("-recorded +read:\n%s", diff)
				}
				head := got.Version()
				if head.ID != chain || head.Chain != chain || head.RecordedAt == 0 || head.FirstAt != head.RecordedAt ||
					head.Source != tracker.SourceForm || head.SupersededAt != 0 {
					t.Errorf("head: %+v", head)
				}
				return nil
			})
		})
	}
}

func TestCorrectingAndVoiding(t *testing.T) {
	s := storetest.Open(t)
	at := storetest.Dealership(t, s, "A1", storetest.Region(t, s, "east"))
	proof := func(evidence string) tracker.Proof {
		return tracker.Proof{Dealership: at, Requirement: "BMI-C01", From: date("2022-01-01"), Evidence: evidence}
	}
	// What the chain says after each step; "-" when it has ended. c corrects, v voids.
	for _, test := range []struct {
		name  string
		steps string
		says  []string
	}{
		{"a first version", "v", []string{"-"}},
		{"a correction", "cv", []string{"1", "0"}},
		{"a correction, then the first", "cvv", []string{"1", "0", "-"}},
		{"two corrections", "ccvvv", []string{"1", "2", "1", "0", "-"}},
		{"a correction of what was restored", "cvcvv", []string{"1", "0", "3", "0", "-"}},
		{"deep", "ccvcvvv", []string{"1", "2", "1", "4", "1", "0", "-"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			chain := storetest.Record(t, s, proof("0"))
			for i, step := range test.steps {
				if step == 'c' {
					correct(t, s, chain, proof(test.says[i]))
				} else {
					void(t, s, tracker.FactProof, chain)
				}
				storetest.Read(t, s, func(tx *store.Tx) error {
					fact, err := tx.Fact(tracker.FactProof, chain)
					if test.says[i] == "-" {
						if tracker.KindOf(err) != tracker.Stale {
							t.Errorf("step %d: %v, want a chain that has ended", i, err)
						}
						return nil
					}
					if err == nil && fact.(tracker.Proof).Evidence != test.says[i] {
						t.Errorf("step %d says %s, want %s", i, fact.(tracker.Proof).Evidence, test.says[i])
					}
					return err
				})
			}
			current := 0
			list := versions(t, s, tracker.FactProof, chain)
			for i, v := range list {
				if i > 0 && v.Version().RecordedAt != list[i-1].Version().SupersededAt {
					t.Errorf("version %d begins at %d, the one before ended at %d", i, v.Version().RecordedAt, list[i-1].Version().SupersededAt)
				}
				if v.Version().SupersededAt == 0 {
					current++
				}
			}
			if want := 1; (test.says[len(test.says)-1] == "-" && current != 0) || (test.says[len(test.says)-1] != "-" && current != want) {
				t.Errorf("%d current versions", current)
			}
		})
	}
}

func TestVersionsOfOneMomentKeepTheirOrder(t *testing.T) {
	s := storetest.Open(t)
	at := storetest.Dealership(t, s, "A1", storetest.Region(t, s, "east"))
	proof := tracker.Proof{Dealership: at, Requirement: "BMI-C01"}
	var chain tracker.FactID
	const corrections = 40
	storetest.Write(t, s, func(tx *store.Tx) (err error) {
		if chain, err = tx.Record(proof, ""); err != nil {
			return err
		}
		for i := range corrections {
			proof.From = date("2020-01-01").Add(i)
			if err := tx.Correct(chain, proof, "again"); err != nil {
				return err
			}
		}
		return nil
	})
	for i, v := range versions(t, s, tracker.FactProof, chain) {
		if from := v.(tracker.Proof).From; i > 0 && from != date("2020-01-01").Add(i-1) {
			t.Fatalf("version %d begins on %s", i, from)
		}
	}
}

func TestWhatCannotBeCorrected(t *testing.T) {
	s := storetest.Open(t)
	at := storetest.Dealership(t, s, "A1", storetest.Region(t, s, "east"))
	proof := tracker.Proof{Dealership: at, Requirement: "BMI-C01"}
	ended := storetest.Record(t, s, proof)
	void(t, s, tracker.FactProof, ended)
	live := storetest.Record(t, s, proof)
	for _, test := range []struct {
		name string
		do   func(*store.Tx) error
		want tracker.Kind
	}{
		{"correct an unknown chain", func(tx *store.Tx) error { return tx.Correct("none", proof, "x") }, tracker.NotFound},
		{"correct an ended chain", func(tx *store.Tx) error { return tx.Correct(ended, proof, "x") }, tracker.Stale},
		{"correct as another kind", func(tx *store.Tx) error { return tx.Correct(live, tracker.Leave{}, "x") }, tracker.NotFound},
		{"void an unknown chain", func(tx *store.Tx) error { return tx.Void(tracker.FactProof, "none", "x") }, tracker.NotFound},
		{"void an ended chain", func(tx *store.Tx) error { return tx.Void(tracker.FactProof, ended, "x") }, tracker.Stale},
		{"void without a reason", func(tx *store.Tx) error { return tx.Void(tracker.FactProof, live, " ") }, tracker.Invalid},
		{"void an unknown kind", func(tx *store.Tx) error { return tx.Void("wish", live, "x") }, tracker.NotFound},
		{"a second chain of a module", func(tx *store.Tx) error {
			if _, err := tx.Record(tracker.Module{Dealership: at, Module: "DGU-01"}, ""); err != nil {
				return err
			}
			_, err := tx.Record(tracker.Module{Dealership: at, Module: "DGU-01"}, "")
			return err
		}, tracker.Conflict},
	} {
		if err := s.Write(t.Context(), storetest.Writing, test.do); tracker.KindOf(err) != test.want {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if err := s.Write(t.Context(), storetest.Writing, func(tx *store.Tx) error {
		_, err := tx.Record(tracker.Proof{Dealership: 999, Requirement: "BMI-C01"}, "")
		return err
	}); err == nil {
		t.Error("a fact about a dealership that does not exist was recorded")
	}
}

func TestKnownAtGivesWhatWasKnown(t *testing.T) {
	s := storetest.Open(t)
	at := storetest.Dealership(t, s, "A1", storetest.Region(t, s, "east"))
	decision := tracker.Decision{Dealership: at, Programme: tracker.ProgrammeBMWi, Decided: tracker.Certify, EffectiveOn: date("2022-01-01")}
	chain := storetest.Record(t, s, decision)
	var recorded, corrected, voided tracker.Moment
	moment := func(into *tracker.Moment) {
		storetest.Read(t, s, func(tx *store.Tx) (err error) {
			*into, err = tx.LastMoment()
			return err
		})
	}
	moment(&recorded)
	decision.EffectiveOn = date("2023-01-01")
	correct(t, s, chain, decision)
	moment(&corrected)
	void(t, s, tracker.FactDecision, chain)
	moment(&voided)
	for _, test := range []struct {
		name  string
		known tracker.Moment
		want  string // the decision's day; empty for none
	}{
		{"just before it was recorded", recorded - 1, ""},
		{"when it was recorded", recorded, "2022-01-01"},
		{"just before it was corrected", corrected - 1, "2022-01-01"},
		{"when it was corrected", corrected, "2023-01-01"},
		{"just before it was voided", voided - 1, "2023-01-01"},
		{"when it was voided", voided, "2022-01-01"},
		{"now", 0, "2022-01-01"},
	} {
		storetest.Read(t, s, func(tx *store.Tx) error {
			history, err := tx.History(at, test.known)
			if err != nil {
				return err
			}
			got := ""
			for _, d := range history.Decisions {
				got += d.EffectiveOn.String()
			}
			if got != test.want {
				t.Errorf("%s: decided on %q, want %q", test.name, got, test.want)
			}
			stored, err := tx.Standings(at, test.known)
			rules, _ := tx.RulesKnown(test.known)
			if diff := cmp.Diff(byDay(history.Timeline(rules).Standings), byDay(stored), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: -computed +stored:\n%s", test.name, diff)
			}
			return err
		})
	}
}

func TestAPersonTouchesEveryDealershipTheyWereAt(t *testing.T) {
	s := storetest.Open(t)
	east := storetest.Region(t, s, "east")
	first, second, third := storetest.Dealership(t, s, "A1", east), storetest.Dealership(t, s, "A2", east), storetest.Dealership(t, s, "A3", east)
	person, employment := storetest.Technician(t, s, "S1", first, "2020-01-01")
	storetest.Record(t, s, tracker.Employment{Person: person, Dealership: second, Job: tracker.JobTechnician, From: date("2023-01-01")})
	raised := func(name string, do func(*store.Tx) error, want ...tracker.DealershipID) {
		t.Helper()
		before := dealershipVersions(t, s)
		storetest.Write(t, s, do)
		for id, version := range dealershipVersions(t, s) {
			touched := false
			for _, w := range want {
				touched = touched || w == id
			}
			if touched != (version > before[id]) {
				t.Errorf("%s: dealership %d went from version %d to %d", name, id, before[id], version)
			}
		}
	}
	raised("a leave", func(tx *store.Tx) error {
		_, err := tx.Record(tracker.Leave{Person: person, From: date("2024-01-01")}, "")
		return err
	}, first, second)
	raised("an employment corrected to another dealership", func(tx *store.Tx) error {
		return tx.Correct(employment, tracker.Employment{Person: person, Dealership: third, Job: tracker.JobTechnician, From: date("2020-01-01")}, "x")
	}, first, second, third)
	raised("a leave once the first dealership holds only a superseded employment", func(tx *store.Tx) error {
		_, err := tx.Record(tracker.Leave{Person: person, From: date("2025-01-01")}, "")
		return err
	}, first, second, third)
	raised("a decision", func(tx *store.Tx) error {
		_, err := tx.Record(tracker.Decision{Dealership: third, Programme: tracker.ProgrammeBMWi, Decided: tracker.Certify, EffectiveOn: date("2022-01-01")}, "")
		return err
	}, third)
	raised("a publication", func(tx *store.Tx) error {
		_, err := tx.Record(tracker.Publication{Programme: "other", Standard: "1", Pack: "-", PackHash: "-"}, "")
		return err
	}, first, second, third)
	raised("loading a leave", func(tx *store.Tx) error {
		return tx.Load([]tracker.Fact{tracker.Leave{Head: tracker.Head{ID: "x", Chain: "x", RecordedAt: tx.Moment(), FirstAt: tx.Moment()}, Person: person}})
	}, first, second, third)
}

func dealershipVersions(t *testing.T, s *store.Store) map[tracker.DealershipID]int64 {
	t.Helper()
	out := map[tracker.DealershipID]int64{}
	storetest.Read(t, s, func(tx *store.Tx) error {
		return tx.AllDealerships(func(d tracker.Dealership) error {
			out[d.ID] = d.Version
			return nil
		})
	})
	return out
}

func TestCertificateNumbersAreKeptSecret(t *testing.T) {
	address := storetest.URL(t)
	s := storetest.OpenEmpty(t, storetest.Config(address))
	storetest.Write(t, s, storetest.Publish)
	at := storetest.Dealership(t, s, "A1", storetest.Region(t, s, "east"))
	person, _ := storetest.Technician(t, s, "S1", at, "2020-01-01")
	const one, other, masked, otherMasked = "T110101199003071234", "T220202198001015678", "T110***********1234", "T220***********5678"
	qualification := tracker.Qualification{Person: person, Type: "permit-lv", Certificate: one, IssuedOn: date("2022-01-01")}
	chain := storetest.Record(t, s, qualification)
	says := func(step, mask, plain string) {
		t.Helper()
		storetest.Read(t, s, func(tx *store.Tx) error {
			fact, err := tx.Fact(tracker.FactQualification, chain)
			if err != nil {
				return err
			}
			if got := fact.(tracker.Qualification).Certificate; got != mask {
				t.Errorf("%s: shown as %s, want %s", step, got, mask)
			}
			number, err := tx.CertificateNumber(chain)
			if number != plain {
				t.Errorf("%s: the number is %s, want %s", step, number, plain)
			}
			return err
		})
	}
	says("recorded", masked, one)
	qualification.Certificate, qualification.ExpiresOn = masked, date("2030-01-01")
	correct(t, s, chain, qualification)
	says("corrected with the mask", masked, one)
	qualification.Certificate = other
	correct(t, s, chain, qualification)
	says("corrected to another number", otherMasked, other)
	void(t, s, tracker.FactQualification, chain)
	says("restored", masked, one)
	storetest.Read(t, s, func(tx *store.Tx) error {
		changes, err := tx.Changes(store.ChangeQuery{Scope: tracker.Scope{All: true}})
		for _, c := range changes {
			if bytes.Contains(append(c.Before, c.After...), []byte(one)) {
				t.Errorf("the log shows the number: %s %s", c.Before, c.After)
			}
		}
		return err
	})
	content := storetest.Kept(t, address)
	for _, number := range []string{one, other, "110101199003071234"} {
		if bytes.Contains(content, []byte(number)) {
			t.Errorf("the database holds the number %s", number)
		}
	}
	if !bytes.Contains(content, []byte(masked)) {
		t.Error("the search finds nothing at all")
	}
}

func TestMasks(t *testing.T) {
	for number, want := range map[string]string{
		"T110101199003071234": "T110***********1234", "110101199003071234": "110***********1234",
		"": "", "123": "***", "HVT-22": "****22", "证书二〇二二年": "*****二年",
	} {
		if got := store.Mask(number); got != want {
			t.Errorf("%q is shown as %q, want %q", number, got, want)
		}
	}
}

package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"dealercert/internal/store"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

// byDay orders standings, so that two lists can be compared.
func byDay(list []tracker.Standing) []tracker.Standing {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b tracker.Standing) int {
		return cmp.Or(cmp.Compare(a.Programme, b.Programme), cmp.Compare(a.From, b.From))
	})
	return sorted
}

func TestEndingTheSecondPermitTurnsTheLawRedAndVoidingRestoresIt(t *testing.T) {
	s := storetest.Open(t)
	east := storetest.Region(t, s, "east")
	at, beside := storetest.Dealership(t, s, "A1", east), storetest.Dealership(t, s, "A2", east)
	storetest.Technician(t, s, "S1", at, "2020-01-01")
	person, employment := storetest.Technician(t, s, "S2", at, "2020-01-01")
	storetest.Certify(t, s, at, "2025-06-01")
	before := standingsOf(t, s, at)
	untouched := rowIDs(t, s, beside)
	law := func(on string) tracker.Light { return storetest.Standing(t, s, at, tracker.ProgrammeLaw, on).Law }
	if law("2026-09-01") != tracker.Healthy {
		t.Fatal("two permits do not do")
	}

	ends := tracker.Employment{Person: person, Dealership: at, Job: tracker.JobTechnician, From: date("2020-01-01"), Until: date("2026-09-01")}
	correct(t, s, employment, ends)
	for on, want := range map[string]tracker.Light{
		"2024-04-01": tracker.Healthy, "2026-08-31": tracker.Healthy, "2026-09-01": tracker.InBreach, "2030-01-01": tracker.InBreach,
	} {
		if got := law(on); got != want {
			t.Errorf("on %s the law light is %s, want %s", on, got, want)
		}
	}
	if got := storetest.Standing(t, s, at, tracker.ProgrammeLaw, "2026-09-01").Loss; got != tracker.LossOfLaw {
		t.Errorf("loss %d", got)
	}
	kept := rowIDs(t, s, at)
	if !slices.Equal(rowIDs(t, s, beside), untouched) {
		t.Error("rows of another dealership were rewritten")
	}

	void(t, s, tracker.FactEmployment, employment)
	if d := diff.Diff(before, standingsOf(t, s, at)); d != "" {
		t.Errorf("voiding does not restore the standings:\n%s", d)
	}
	if same := slices.ContainsFunc(rowIDs(t, s, at), func(id int64) bool { return slices.Contains(kept, id) }); !same {
		t.Error("rows that did not change were rewritten")
	}
	clean(t, s)
}

func TestTryShowsWhatWouldChangeAndKeepsNothing(t *testing.T) {
	s := storetest.Open(t)
	at := storetest.Dealership(t, s, "A1", storetest.Region(t, s, "east"))
	err := s.Try(t.Context(), storetest.Writing, func(tx *store.Tx) error {
		decision := tracker.Decision{Dealership: at, Programme: tracker.ProgrammeBMWi, Decided: tracker.Certify, EffectiveOn: date("2026-01-01")}
		if _, err := tx.Record(decision, ""); err != nil {
			return err
		}
		if err := tx.Settle(); err != nil {
			return err
		}
		standings, err := tx.Standings(at, 0)
		if !slices.ContainsFunc(standings, func(s tracker.Standing) bool { return s.State == tracker.Certified }) {
			t.Error("the settled standings do not show the decision")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := storetest.Standing(t, s, at, tracker.ProgrammeBMWi, "2026-02-01").State; got != tracker.NotEnrolled {
		t.Errorf("a try was kept: %s", got)
	}
	clean(t, s)
}

func TestANewDealershipHasStandingsAtOnce(t *testing.T) {
	s := storetest.Open(t)
	storetest.Write(t, s, func(tx *store.Tx) error {
		_, err := tx.CreateDealership(tracker.Dealership{Code: "A1", NameZh: "新"})
		return err
	})
	clean(t, s)
}

func standingsOf(t *testing.T, s *store.Store, id tracker.DealershipID) []tracker.Standing {
	t.Helper()
	var out []tracker.Standing
	storetest.Read(t, s, func(tx *store.Tx) error {
		list, err := tx.Standings(id, 0)
		out = byDay(list)
		return err
	})
	return out
}

// rowIDs gives the identities of a dealership's current standing rows.
func rowIDs(t *testing.T, s *store.Store, id tracker.DealershipID) []int64 {
	t.Helper()
	_, reader, err := s.Pools()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := reader.QueryContext(t.Context(), fmt.Sprintf("SELECT id FROM standings WHERE dealership_id = %d AND superseded_at = 0 ORDER BY id", id))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var row int64
		if err := rows.Scan(&row); err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// clean fails the test when verify finds anything.
func clean(t testing.TB, s *store.Store) {
	t.Helper()
	report, err := s.Verify(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Errorf("%s %v", f.Key, f.Args)
	}
}

// world is a small network on which random things happen.
type world struct {
	s           *store.Store
	regions     []tracker.RegionID
	dealerships []tracker.DealershipID
	people      []tracker.PersonID
	chains      map[tracker.FactID]tracker.Fact
	order       []tracker.FactID
}

// TestWhatIsStoredIsWhatIsComputed records, corrects and voids at random; verify must find nothing, for now and for
// earlier moments, and the change points must add up to what is stored.
func TestWhatIsStoredIsWhatIsComputed(t *testing.T) {
	s := storetest.Open(t)
	w := world{s: s, chains: map[tracker.FactID]tracker.Fact{}}
	for _, code := range []string{"east", "west"} {
		w.regions = append(w.regions, storetest.Region(t, s, code))
	}
	for _, code := range []string{"A1", "A2", "A3"} {
		w.dealerships = append(w.dealerships, storetest.Dealership(t, s, code, w.regions[0]))
	}
	for _, no := range []string{"S1", "S2", "S3", "S4"} {
		person, _ := storetest.Technician(t, s, no, w.dealerships[0], "2021-01-01")
		w.people = append(w.people, person)
	}
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(r, "transactions") {
			w.step(t, r)
		}
		report, err := s.Verify(t.Context(), nil)
		if err != nil {
			r.Fatal(err)
		}
		for _, f := range report.Findings {
			r.Fatalf("%s %v", f.Key, f.Args)
		}
		w.pointsAgree(t)
	})
}

// step does a few random things in one transaction.
func (w *world) step(t *testing.T, r *rapid.T) {
	storetest.Write(t, w.s, func(tx *store.Tx) error {
		for range rapid.IntRange(1, 3).Draw(r, "things") {
			if len(w.order) == 0 || rapid.IntRange(0, 2).Draw(r, "what") == 0 {
				fact := w.fact(r)
				chain, err := tx.Record(fact, "")
				if err != nil {
					return err
				}
				w.chains[chain] = fact
				w.order = append(w.order, chain)
				continue
			}
			chain := rapid.SampledFrom(w.order).Draw(r, "chain")
			present, err := tx.Fact(w.chains[chain].Kind(), chain)
			switch {
			case tracker.KindOf(err) == tracker.Stale:
				continue
			case err != nil:
				return err
			case rapid.Bool().Draw(r, "void"):
				err = tx.Void(present.Kind(), chain, "never happened")
			default:
				err = tx.Correct(chain, w.like(r, present), "mistyped")
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func someDay(r *rapid.T, name string) tracker.Date {
	return date("2021-01-01").Add(rapid.IntRange(0, 3000).Draw(r, name))
}

func someEnd(r *rapid.T) tracker.Date {
	if rapid.Bool().Draw(r, "open") {
		return 0
	}
	return someDay(r, "until")
}

// fact gives a random fact.
func (w *world) fact(r *rapid.T) tracker.Fact {
	kinds := []tracker.Fact{
		tracker.OperatingPeriod{}, tracker.Assignment{}, tracker.Employment{}, tracker.Leave{}, tracker.Qualification{},
		tracker.Decision{}, tracker.Proof{}, tracker.Waiver{},
	}
	return w.like(r, rapid.SampledFrom(kinds).Draw(r, "kind"))
}

// like gives another random fact of a kind.
func (w *world) like(r *rapid.T, fact tracker.Fact) tracker.Fact {
	at := rapid.SampledFrom(w.dealerships).Draw(r, "dealership")
	person := rapid.SampledFrom(w.people).Draw(r, "person")
	from := someDay(r, "from")
	switch fact.(type) {
	case tracker.OperatingPeriod:
		return tracker.OperatingPeriod{Dealership: at, From: from, Until: someEnd(r)}
	case tracker.Assignment:
		return tracker.Assignment{Dealership: at, Region: rapid.SampledFrom(w.regions).Draw(r, "region"), From: from, Until: someEnd(r)}
	case tracker.Employment:
		job := rapid.SampledFrom(tracker.Jobs).Draw(r, "job")
		return tracker.Employment{Person: person, Dealership: at, Job: job, From: from, Until: someEnd(r)}
	case tracker.Leave:
		return tracker.Leave{Person: person, From: from, Until: someEnd(r)}
	case tracker.Qualification:
		kind := rapid.SampledFrom([]tracker.QualificationCode{"permit-lv", "hvt-c", "consultant-core"}).Draw(r, "type")
		return tracker.Qualification{Person: person, Type: kind, IssuedOn: from, ExpiresOn: someEnd(r)}
	case tracker.Decision:
		decided := rapid.SampledFrom(tracker.LifecycleOf(tracker.KindCertification).Kinds()).Draw(r, "decided")
		return tracker.Decision{Dealership: at, Programme: tracker.ProgrammeBMWi, Decided: decided, EffectiveOn: from}
	case tracker.Proof:
		return tracker.Proof{Dealership: at, Requirement: "BMI-C01", From: from, Until: someEnd(r)}
	default:
		return tracker.Waiver{Dealership: at, Requirement: "BMI-B02", From: from, Until: someEnd(r)}
	}
}

package demo

import (
	"strings"
	"testing"
	"time"

	"dealercert/internal/tracker"
)

// chains gathers the versions of each fact in the order of their recording.
func (o *told) chains() map[tracker.FactID][]tracker.Fact {
	out := map[tracker.FactID][]tracker.Fact{}
	for _, facts := range o.facts {
		for _, f := range facts {
			out[f.Version().Chain] = append(out[f.Version().Chain], f)
		}
	}
	return out
}

func TestChainsAreConsistent(t *testing.T) {
	o := tell(t, 600, 1)
	accounts := map[tracker.AccountID]bool{}
	for _, a := range o.network.Accounts() {
		accounts[a.ID] = true
	}
	ids := map[tracker.FactID]bool{}
	corrected, voided, restored := 0, 0, 0
	for chain, versions := range o.chains() {
		for i, f := range versions {
			h := f.Version()
			if ids[h.ID] {
				t.Fatalf("id %s comes twice", h.ID)
			}
			ids[h.ID] = true
			if h.FirstAt != versions[0].Version().RecordedAt || h.Source != tracker.SourceDemo || !accounts[h.RecordedBy] {
				t.Fatalf("incomplete head %+v", h)
			}
			if (i == 0) != (h.ID == chain) || i > 0 && h.Reason == "" || f.Kind() != versions[0].Kind() {
				t.Fatalf("version %d of %s is %+v", i+1, chain, f)
			}
			if i > 0 {
				corrected++
				if before := versions[i-1].Version(); before.SupersededAt != h.RecordedAt || h.RecordedAt <= before.RecordedAt {
					t.Fatalf("%+v is not followed by %+v", before, h)
				}
			}
			if i == len(versions)-1 && h.SupersededAt != 0 {
				voided++
				if h.SupersededAt <= h.RecordedAt {
					t.Fatalf("voided before it was recorded: %+v", h)
				}
			}
			if h.Restores != "" {
				restored++
				if i < 2 || h.Restores != versions[i-2].Version().ID {
					t.Fatalf("version %d of %s restores %s", i+1, chain, h.Restores)
				}
			}
		}
	}
	if corrected < 1000 || voided < 3 || restored < 3 {
		t.Errorf("%d corrected, %d voided, %d restored", corrected, voided, restored)
	}
}

func TestMomentsAreOfTheirDayAndUnique(t *testing.T) {
	o := tell(t, 600, 1)
	owner := map[tracker.Moment]int{}
	late := 0
	for i, facts := range o.facts {
		once := map[tracker.Moment]int{}
		for _, f := range facts {
			h := f.Version()
			once[h.RecordedAt]++
			if at, taken := owner[h.RecordedAt]; taken && at != i {
				t.Fatalf("dealerships %d and %d share %s", at, i, h.RecordedAt)
			}
			owner[h.RecordedAt] = i
			checkRecording(t, f, &late)
		}
		shared := 0
		for _, count := range once {
			if count > 1 {
				shared++
			}
		}
		if shared > 1 {
			t.Fatalf("dealership %d has %d moments of several facts, the takeover is one", i, shared)
		}
	}
	if late < 100 {
		t.Errorf("only %d facts were recorded late", late)
	}
}

// checkRecording: a fact was recorded near its first day, in office hours, by the end of knowledge; what lies before or
// after the records, in the takeover or the last weeks.
func checkRecording(t *testing.T, f tracker.Fact, late *int) {
	t.Helper()
	h := f.Version()
	local := h.RecordedAt.Time().Add(8 * time.Hour)
	day := tracker.DateOf(local)
	if h.RecordedAt > KnowledgeMoment || h.SupersededAt > KnowledgeMoment || day < takeoverDay {
		t.Fatalf("%s of %s was recorded at %s", f.Kind(), f.FirstDay(), h.RecordedAt)
	}
	if local.Weekday() == time.Saturday || local.Weekday() == time.Sunday || local.Hour() < 8 || local.Hour() > 18 {
		t.Fatalf("%s was recorded on %s", f.Kind(), local)
	}
	first := f.FirstDay()
	if h.ID != h.Chain || first < takeoverDay {
		return
	}
	gap := int(day - first)
	switch f.(type) {
	case tracker.Qualification, tracker.Review: // brought along by somebody who joined later
		if gap < -90 {
			t.Fatalf("%s of %s was recorded %d days before", f.Kind(), first, -gap)
		}
		return
	}
	if gap > 10 {
		*late++
	}
	if gap > 80 || gap < -60 && first < lastRecordingDay {
		t.Fatalf("%s of %s was recorded on %s: %+v", f.Kind(), first, day, f)
	}
	if first > lastRecordingDay && day < lastRecordingDay.Add(-90) {
		t.Fatalf("the plan of %s for %s was recorded on %s", f.Kind(), first, day)
	}
}

func TestEveryKindOfFactAndPlansToTheEndOfTheDecade(t *testing.T) {
	kinds, last := map[tracker.FactKind]int{}, tracker.Date(0)
	jobs, types := map[tracker.Job]bool{}, map[tracker.QualificationCode]bool{}
	network, _ := mustNetwork(t, 600, 2)
	for facts := range network.Facts() {
		for _, fact := range facts {
			kinds[fact.Kind()]++
			switch f := fact.(type) {
			case tracker.Module:
				last = max(last, f.PlannedOn)
			case tracker.Employment:
				jobs[f.Job] = true
			case tracker.Qualification:
				types[f.Type] = true
			}
		}
		if len(facts) > 200 {
			t.Errorf("%d facts of one dealership", len(facts))
		}
	}
	for _, kind := range []tracker.FactKind{
		tracker.FactOperating, tracker.FactAssignment, tracker.FactFranchise, tracker.FactEmployment, tracker.FactLeave,
		tracker.FactQualification, tracker.FactReview, tracker.FactModule, tracker.FactDecision, tracker.FactWaiver,
	} {
		if kinds[kind] == 0 {
			t.Errorf("no fact of kind %s", kind)
		}
	}
	if last < tracker.MustDate("2029-06-01") || last > tracker.MustDate("2030-12-31") {
		t.Errorf("the last module is planned for %s", last)
	}
	if len(types) != 9 || len(jobs) < 6 {
		t.Errorf("qualifications %v, jobs %v", types, jobs)
	}
}

func TestNobodyWorksAtTwoDealerships(t *testing.T) {
	o := tell(t, 600, 1)
	transfers, seen := 0, map[tracker.PersonID]bool{}
	for _, h := range o.histories {
		for _, p := range h.People {
			if seen[p.Person] {
				continue
			}
			seen[p.Person] = true
			if list := p.Overlaps(); len(list) > 0 {
				t.Errorf("%+v", list)
			}
			if at := p.Employments[0].Dealership; len(p.Employments) > 1 && p.Employments[len(p.Employments)-1].Dealership != at {
				transfers++
			}
			checkDays(t, p)
		}
	}
	if transfers < 30 {
		t.Errorf("only %d transfers", transfers)
	}
}

// checkDays: nobody earns a certificate after the last employment known to end, and none ends before it begins.
func checkDays(t *testing.T, p tracker.PersonHistory) {
	t.Helper()
	last := tracker.Date(0)
	for _, e := range p.Employments {
		if e.Until == 0 {
			last = tracker.MaxDate
		}
		last = max(last, e.Until)
		if e.Until != 0 && e.Until <= e.From {
			t.Errorf("%+v ends before it begins", e)
		}
	}
	for _, q := range p.Qualifications {
		if q.IssuedOn >= last || q.ExpiresOn != 0 && q.ExpiresOn <= q.IssuedOn {
			t.Errorf("%+v of somebody employed until %s", q, last)
		}
	}
	for _, r := range p.Reviews {
		if r.ReviewedOn >= last || r.NextDue < r.ReviewedOn {
			t.Errorf("%+v of somebody employed until %s", r, last)
		}
	}
}

func TestPermitNumbersAreNobodys(t *testing.T) {
	seen := map[string]bool{}
	for id := tracker.PersonID(1); id < 20_000; id += 7 {
		number := permitNumber(id)
		digits := strings.TrimPrefix(number, "T")
		if len(number) != 19 || !strings.HasPrefix(digits, "0000009") || seen[number] {
			t.Fatalf("%s is no synthetic number, or comes twice", number)
		}
		seen[number] = true
		if digits[17] == identityChecks[identityCheck(digits)] {
			t.Fatalf("%s passes the check of GB 11643", number)
		}
	}
	// The example of GB 11643-1999, A.2.
	if got := identityChecks[identityCheck("11010519491231002")]; got != 'X' {
		t.Errorf("the check character of the standard's example is %c, want X", got)
	}
}

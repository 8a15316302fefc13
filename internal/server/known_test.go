package server_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dealercert/internal/app/apptest"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// toldEarlier are addresses with their parameters, of every kind that answers what was known earlier.
var toldEarlier = []string{
	"/api/v1/summary", "/api/v1/summary?region=south", "/api/v1/dealerships", "/api/v1/dealerships?state=right&sort=-technicians",
	"/api/v1/dealerships?region=south&health=healthy", "/api/v1/dealerships?staffing=below_minimum", "/api/v1/dealerships?staffing=single",
	"/api/v1/dealerships?ends_before=2027-12-31&loss=right", "/api/v1/dealerships/30002", "/api/v1/dealerships/30003",
	"/api/v1/dealerships/30002/timeline", "/api/v1/dealerships/30001/timeline?programme=law", "/api/v1/dealerships/30002/modules/DGU-01",
	"/api/v1/people", "/api/v1/people?type=permit-lv&expires_before=2029-12-31", "/api/v1/people?region=east&sort=-dealership",
	"/api/v1/people?state=former", "/api/v1/people/T20", "/api/v1/people/T11", "/api/v1/qualifications",
	"/api/v1/qualifications?type=hvt-c", "/api/v1/forecast?from=2026-11-01&until=2028-12-31&show=all", "/api/v1/forecast?region=south",
	"/api/v1/changes?from=2024-01-01&until=2026-11-22", "/api/v1/changes?from=2026-11-01&until=2028-01-01", "/api/v1/decisions",
	"/", "/?region=south&days=365", "/dealerships", "/dealerships?programme=digital-upgrade&state=in_progress", "/dealerships/30001",
	"/dealerships/30002", "/dealerships/30002/timeline", "/dealerships/30002/history", "/people", "/people?state=former", "/people/T20",
	"/people/T20/history", "/matrix", "/forecast", "/forecast?show=all&from=2026-11-01&until=2027-10-31", "/changes?from=2022-08-01",
	"/models", "/models/iX", "/models/gen5?state=may_not", "/models/iX/export", "/programmes", "/programmes/bmw-i", "/programmes/law?version=2024.1", "/api/v1/programmes", "/api/v1/programmes/bmw-i", "/forecast/export", "/exports/dealerships", "/exports/people",
	"/dealerships/30002/rights", "/api/v1/rights?dealership=30002&model=iX", "/api/v1/rights?generation=gen5",
	"/exports/qualifications", "/exports/modules", "/exports/decisions",
}

// unlike is what differs between the present and what was known: the moment itself, and the form tokens.
var unlike = regexp.MustCompile(`<input type="hidden" name="(known_at|csrf)"[^>]*>|(known_at|moment)=[^"&]*(&amp;)?|"known_at":"[^"]*"`)

// tellable is a page's own part, or the whole of any other answer, without what differs.
func tellable(body string) string {
	if _, page, found := strings.Cut(body, "<main"); found {
		body, _, _ = strings.Cut(page, "</main>")
	}
	return strings.NewReplacer(`&amp;"`, `"`, `?"`, `"`).Replace(unlike.ReplaceAllString(body, ""))
}

// with adds a parameter to an address.
func with(address, name, value string) string {
	sign := "?"
	if strings.Contains(address, "?") {
		sign = "&"
	}
	return address + sign + name + "=" + url.QueryEscape(value)
}

func (s *site) lastMoment() string {
	var last tracker.Moment
	err := s.net.Store.Read(s.t.Context(), func(tx *store.Tx) (err error) {
		last, err = tx.LastMoment()
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return last.Time().Format(time.RFC3339Nano)
}

// corrected finds the first fact of a dealership's or person's that fits and corrects it.
func corrected[F tracker.Fact](s *site, of func(F) bool, change func(F) F) {
	s.t.Helper()
	s.write(func(tx *store.Tx) error {
		ids, err := tx.DealershipIDs(tracker.Scope{All: true}, 0)
		if err != nil {
			return err
		}
		for _, id := range ids {
			facts, err := tx.DealershipFacts(id)
			if err != nil {
				return err
			}
			for _, fact := range facts {
				if f, is := fact.(F); is && f.Version().SupersededAt == 0 && of(f) {
					return tx.Correct(f.Version().Chain, change(f), "it was otherwise")
				}
			}
		}
		s.t.Fatal("no such fact")
		return nil
	})
}

func (s *site) write(fn func(*store.Tx) error) {
	s.t.Helper()
	err := s.net.Store.Write(s.t.Context(), store.Writing{By: tracker.Operator, Source: tracker.SourceForm}, fn)
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) record(facts ...tracker.Fact) {
	s.t.Helper()
	s.write(func(tx *store.Tx) error {
		for _, fact := range facts {
			if _, err := tx.Record(fact, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// eventful records something of every kind, into the past and into the future.
func (s *site) eventful() {
	day := tracker.MustDate
	corrected(s, func(e tracker.Employment) bool { return e.Person == 20 }, func(e tracker.Employment) tracker.Employment {
		e.Until = day("2026-02-01") // a leaver, told late
		return e
	})
	corrected(s, func(d tracker.Decision) bool { return d.Dealership == 3 }, func(d tracker.Decision) tracker.Decision {
		d.ValidUntil = day("2026-06-30")
		return d
	})
	corrected(s, func(m tracker.Module) bool { return m.Dealership == 2 }, func(m tracker.Module) tracker.Module {
		m.VerifiedOn = day("2022-06-01")
		return m
	})
	s.record(
		tracker.Employment{Person: 11, Dealership: 4, Job: tracker.JobTechnician, From: day("2026-03-01")},
		tracker.Decision{Dealership: 1, Programme: tracker.ProgrammeBMWi, Decided: tracker.Suspend, EffectiveOn: day("2026-05-01"), Grounds: "late"},
		tracker.Leave{Person: 30, From: day("2025-01-01"), Until: day("2026-10-01")},
		tracker.Qualification{Person: 31, Type: "hvt-c", Generation: "gen6", IssuedOn: day("2026-01-05"), ExpiresOn: day("2029-01-04")},
		tracker.Assignment{Dealership: 4, Region: 1, Group: 1, From: day("2026-04-01")},
	)
	s.write(func(tx *store.Tx) error {
		_, err := tx.CreateDealership(tracker.Dealership{Code: "30005", NameZh: "新店", City: "上海", Province: "上海", Format: tracker.Format4S})
		if err != nil {
			return err
		}
		_, err = tx.CreatePerson(tracker.Person{StaffNo: "N1", Name: "新人"})
		return err
	})
	s.record(
		tracker.OperatingPeriod{Dealership: 5, From: day("2021-01-01")}, tracker.Assignment{Dealership: 5, Region: 2, From: day("2021-01-01")},
		tracker.Employment{Person: 49, Dealership: 5, Job: tracker.JobTechnician, From: day("2021-01-01")},
	)
}

// What was told at a moment is told again, to the byte, when it is asked for as known then, whatever was recorded since;
// and what is told now is told as known now.
func TestKnownAtTellsWhatWasTold(t *testing.T) {
	s := newSite(t)
	s.record(tracker.Decision{Dealership: 2, Programme: tracker.ProgrammeBMWi, Decided: tracker.Suspend, EffectiveOn: tracker.MustDate("2026-11-02"), Grounds: "x"})
	client := s.as("network")
	var asked []string
	for _, address := range toldEarlier {
		for _, on := range []string{"2022-11-30", "2026-11-22", "2027-06-30"} {
			asked = append(asked, with(address, "on", on))
		}
	}
	told, known := map[string]string{}, s.lastMoment()
	for _, address := range asked {
		status, body := s.get(client, address)
		if status != http.StatusOK {
			t.Fatalf("%s: %d %s", address, status, body)
		}
		told[address] = tellable(body)
	}
	s.eventful()
	same := 0
	for _, address := range asked {
		if _, body := s.get(client, address); tellable(body) == told[address] {
			same++
		}
		status, body := s.get(client, with(address, "known_at", known))
		if status != http.StatusOK {
			t.Errorf("%s as known at %s: %d %s", address, known, status, body)
		} else if again := tellable(body); again != told[address] {
			t.Errorf("%s as known at %s differs: %s", address, known, firstDifference(told[address], again))
		}
	}
	if same > len(asked)/2 {
		t.Errorf("of %d answers %d did not change by what was recorded: this tells nothing", len(asked), same)
	}
	now := s.lastMoment()
	for _, address := range asked {
		_, present := s.get(client, address)
		if _, body := s.get(client, with(address, "known_at", now)); tellable(body) != tellable(present) {
			t.Errorf("%s as known now differs: %s", address, firstDifference(tellable(present), tellable(body)))
		}
	}
}

// firstDifference shows where two texts part.
func firstDifference(a, b string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			from := max(i-80, 0)
			return "…" + a[from:min(i+80, len(a))] + "…\nnow …" + b[from:min(i+80, len(b))]
		}
	}
	return "one is longer"
}

// Who may see what follows what is known now, whatever moment is looked at.
func TestKnownAtSeesByPresentRights(t *testing.T) {
	s := newSite(t)
	known := s.lastMoment()
	day := tracker.MustDate
	s.record(
		tracker.Assignment{Dealership: 1, Region: 2, Group: 1, From: day("2026-06-01")}, // moved out of the east
		tracker.Employment{Person: 21, Dealership: 1, Job: tracker.JobTechnician, From: day("2026-07-01")},
	)
	tests := []struct {
		as, path string
		status   int
		must     []string
		mustNot  []string
	}{
		{"regional-east", "/api/v1/dealerships", 200, []string{"30002"}, []string{"30001"}},
		{"regional-south", "/api/v1/dealerships", 200, []string{"30001", "30003", "30004"}, []string{"30002"}},
		{"regional-east", "/dealerships/30001", 404, nil, nil},
		{"regional-south", "/dealerships/30001", 200, []string{"East"}, nil},
		{"regional-south", "/people/T21", 200, []string{"30002"}, nil}, // present there now, with the whole record
		{"dealer-30002", "/api/v1/people", 200, []string{"T20", "T21"}, nil},
		{"dealer-30002", "/people/T10", 404, nil, nil},
		{"viewer", "/people/T20", 403, nil, nil},
		{"regional-south", "/api/v1/people", 200, []string{"T10", "T21"}, []string{"T20"}},
		{"network", "/reviews", 400, []string{"known_at"}, nil},
		{"network", "/imports", 400, []string{"only what is known now"}, nil},
		{"network", "/dealerships/30001/edit", 400, nil, nil},
		{"network", "/api/v1/claims", 400, []string{"known_at"}, nil},
		{"network", "/api/v1/dealerships/30001/modules/nonsense", 404, nil, nil},
	}
	for _, test := range tests {
		status, body := s.get(s.as(test.as), with(test.path, "known_at", known))
		if status != test.status {
			t.Errorf("%s %s: %d instead of %d", test.as, test.path, status, test.status)
		}
		for _, text := range test.must {
			if !strings.Contains(body, text) {
				t.Errorf("%s %s lacks %q", test.as, test.path, text)
			}
		}
		for _, text := range test.mustNot {
			if strings.Contains(body, text) {
				t.Errorf("%s %s shows %q", test.as, test.path, text)
			}
		}
	}
}

// What a page says of the moment, and where it leads.
func TestKnownAtOnThePage(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	s.eventful()
	_, page := s.get(client, "/dealerships/30002?on=2026-11-20&known_at=2026-11-20")
	for _, text := range []string{
		"You are looking at 20 November 2026", "as known at the end of 20 November 2026. Forms are off.", "As known now", "Back to today",
		`href="/dealerships?known_at=2026-11-20&amp;on=2026-11-20"`, `href="/reviews?on=2026-11-20"`, `href="/dealerships/30002?on=2026-11-20"`,
	} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	if strings.Contains(page, "Record a decision") {
		t.Error("forms are on")
	}
	_, page = s.get(client, "/?known_at=2026-11-20T09:00&lang=zh-Hans")
	for _, text := range []string{"以2026年11月20日09:00所知为准", "回到目前所知"} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	for _, wrong := range []string{"yesterday", "2026-13-01", "2026-11-20&known_at=2026-11-21"} {
		if status, _ := s.get(client, "/dealerships?known_at="+wrong); status != http.StatusBadRequest {
			t.Errorf("known_at=%s: %d", wrong, status)
		}
	}
	// A form that is sent while an earlier knowledge is shown is not taken.
	if status, _, _ := s.send(client, "/dealerships/new?known_at=2026-11-20", "code", "1"); status != http.StatusBadRequest {
		t.Errorf("a form as known earlier: %d", status)
	}
}

// Every address of the API that reads either answers what was known earlier, or says that it does not.
func TestKnownAtIsNeverPassedOver(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	ids := s.ids()
	known := s.lastMoment()
	s.eventful()
	for _, r := range s.server.Routes() {
		if r.Method != http.MethodGet || slices.Contains([]string{"/login", "/api/v1/openapi.json"}, r.Path) {
			continue
		}
		address := named(ids.Replace(r.Path), apptest.TwoOnly, "T21")
		status, body := s.get(client, with(address, "known_at", known))
		answers := status == http.StatusOK && (strings.Contains(body, "As known now") || strings.HasPrefix(r.Path, "/api/") || strings.Contains(r.Path, "export"))
		if !answers && status != http.StatusBadRequest && status != http.StatusForbidden {
			t.Errorf("%s: %d passes known_at over", address, status)
		}
	}
}

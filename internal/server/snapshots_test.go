package server_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"dealercert/internal/app/apptest"
	"dealercert/internal/store/storetest"
	"dealercert/internal/tracker"
)

// frozen is a snapshot as the API shows it.
type frozen struct {
	ID      string
	SHA256  string
	Text    string
	Intact  bool
	Same    bool
	KnownAt string `json:"known_at"`
	Covers  []string
	Figures []frozenFigure
	Since   []frozenFigure
	Differs []frozenFigure
	Changes []struct {
		Figure     string
		Gone, Come []struct {
			Dealership string
			StaffNo    string `json:"staff_no"`
		}
		Hidden int
	}
	Recorded []struct {
		Action, Fact, Dealership, Reason string
		StaffNo                          string `json:"staff_no"`
		Hidden                           bool
	}
}

type frozenFigure struct {
	Region string
	Figure string
	Before int
	Value  int
	Again  int
}

func (f frozen) figure(region, key string) frozenFigure {
	for _, one := range f.Figures {
		if one.Region == region && one.Figure == key {
			return one
		}
	}
	return frozenFigure{}
}

func (s *site) snapshot(login string, form map[string]any) frozen {
	s.t.Helper()
	body, err := json.Marshal(form)
	if err != nil {
		s.t.Fatal(err)
	}
	got := s.call(s.browser(), http.MethodPost, "/api/v1/snapshots", string(body), s.token(login, false)...)
	if got.status != http.StatusCreated {
		s.t.Fatalf("freezing: %d %s", got.status, got.body)
	}
	return readFrozen(s.t, got.body)
}

func readFrozen(t *testing.T, body string) frozen {
	t.Helper()
	var out frozen
	if err := json.NewDecoder(bytes.NewReader([]byte(body))).Decode(&out); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return out
}

func (s *site) opened(client *http.Client, id string) frozen {
	s.t.Helper()
	status, body := s.get(client, "/api/v1/snapshots/"+id)
	if status != http.StatusOK {
		s.t.Fatalf("opening: %d %s", status, body)
	}
	return readFrozen(s.t, body)
}

var autumn = map[string]any{
	"question": "figures", "name_en": "Autumn", "name_zh": "秋季", "on": "2026-11-20", "from": "2026-01-31", "definition_en": "For the board.\nTwice checked.",
}

// A snapshot gives the same numbers whatever is recorded later, and names what was, and whom it concerns.
func TestSnapshotStaysAndNamesWhatWasRecordedSince(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	made := s.snapshot("network", autumn)
	if sum := sha256.Sum256([]byte(s.opened(client, made.ID).Text)); hex.EncodeToString(sum[:]) != made.SHA256 {
		t.Error("the sum is not that of the text")
	}
	if got := made.figure("", "certified"); got.Value != 3 || got.Before != 3 {
		t.Errorf("certified: %+v", got)
	}
	if now := s.opened(client, made.ID); !now.Intact || !now.Same || len(now.Since)+len(now.Changes)+len(now.Recorded) != 0 {
		t.Errorf("nothing was recorded, and yet %+v", now)
	}
	corrected(s, func(e tracker.Employment) bool { return e.Person == 20 }, func(e tracker.Employment) tracker.Employment {
		e.Until = tracker.MustDate("2026-02-15") // a leaver, told late
		return e
	})
	s.record(tracker.Employment{Person: 21, Dealership: 2, Job: tracker.JobTechnician, From: tracker.MustDate("2028-01-01")}) // changes nothing
	now := s.opened(client, made.ID)
	if !now.Intact || !now.Same || fmt.Sprint(now.Figures) != fmt.Sprint(made.Figures) {
		t.Errorf("it is not the same any more: %+v", now.Differs)
	}
	changed := map[string]int{}
	for _, line := range now.Since {
		if line.Region == "" {
			changed[line.Figure] = line.Again - line.Value
		}
	}
	want := map[string]int{"employed": -1, "nev_qualified": -1, "single_holder": 1, "below_minimum": 1, "law_in_breach": 1, "in_breach": 1}
	if fmt.Sprint(changed) != fmt.Sprint(want) {
		t.Errorf("changed %v, want %v", changed, want)
	}
	if len(now.Recorded) != 1 || now.Recorded[0].Action != "corrected" || now.Recorded[0].StaffNo != "T20" || now.Recorded[0].Reason != "it was otherwise" {
		t.Errorf("recorded: %+v", now.Recorded)
	}
	for _, change := range now.Changes {
		for _, who := range append(change.Gone, change.Come...) {
			if who.Dealership != apptest.TwoOnly {
				t.Errorf("%s counts %s otherwise", change.Figure, who.Dealership)
			}
		}
	}
}

// What the figures of a snapshot count, member by member, is what the report counts.
func TestSnapshotMembersAddUp(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	made := s.snapshot("network", autumn)
	s.eventful()
	now := s.opened(client, made.ID)
	moved := map[string]int{}
	for _, line := range now.Since {
		if line.Region == "" {
			moved[line.Figure] = line.Again - line.Value
		}
	}
	listed := map[string]int{}
	seen := map[string]bool{}
	for _, change := range now.Changes { // the day's come first, those of the beginning after them
		if !seen[change.Figure] {
			listed[change.Figure] = len(change.Come) - len(change.Gone)
		}
		seen[change.Figure] = true
	}
	for figure, by := range moved {
		if by != 0 && listed[figure] != by {
			t.Errorf("%s: %+d, listed %+d", figure, by, listed[figure])
		}
	}
	if !now.Same || len(now.Recorded) == 0 {
		t.Errorf("same %v, recorded %d", now.Same, len(now.Recorded))
	}
}

// A published figure is a saved query with a definition: asked again it gives the same number.
func TestPublishedFigureIsASavedQuery(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	_, list := s.get(client, "/dealerships?state=right&region=east&on=2026-11-20")
	link := "/snapshots/new?asked=region%3Deast%26state%3Dright&amp;day=2026-11-20&amp;question=dealerships"
	if !strings.Contains(list, link) {
		t.Fatalf("the list does not lead to %s", link)
	}
	address := strings.ReplaceAll(link, "&amp;", "&")
	_, form := s.get(client, address)
	for _, text := range []string{"Dealerships on the day: East, certified", "该日的经销商：东区、"} {
		if !strings.Contains(form, text) {
			t.Errorf("the form lacks %q", text)
		}
	}
	status, body, _ := s.send(client, address, "name_en", "", "name_zh", "东区", "on", "2026-11-20")
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "invalid-feedback") {
		t.Errorf("without a name: %d", status)
	}
	status, body, to := s.send(client, address, "name_en", "East, certified", "name_zh", "东区已认证", "on", "2026-11-20",
		"definition_en", "Dealerships in the east with the right to sell.", "definition_zh", "东区有销售资格的经销商。")
	if status != http.StatusSeeOther {
		t.Fatalf("publishing: %d %s", status, body)
	}
	s.record(tracker.Decision{Dealership: 1, Programme: tracker.ProgrammeBMWi, Decided: tracker.Suspend, EffectiveOn: tracker.MustDate("2026-05-01"), Grounds: "late"})
	_, page := s.get(client, to)
	for _, text := range []string{
		"East, certified", "Dealerships in the east with the right to sell.", "every number is the same", "1 number would be different",
		"Counted then, not now", "30001", "suspend", `/dealerships?known_at=`,
	} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	_, page = s.get(client, to+"?lang=zh-Hans")
	for _, text := range []string{"东区已认证", "所有数字一致", "当时计入、现在不计入"} {
		if !strings.Contains(page, text) {
			t.Errorf("the Chinese page lacks %q", text)
		}
	}
	if status, body := s.get(client, "/snapshots/new?question=people&asked=colour%3Dred"); status != http.StatusBadRequest || !strings.Contains(body, "colour") {
		t.Errorf("an unknown filter: %d", status)
	}
	refused := s.call(s.browser(), http.MethodPost, "/api/v1/snapshots",
		`{"question":"people","name_en":"a","name_zh":"b","definition_en":"c","definition_zh":"d","on":"2026-11-20","asked":"q=T20"}`, s.token("network", false)...)
	if refused.status != http.StatusUnprocessableEntity {
		t.Errorf("a search for names: %d %s", refused.status, refused.body)
	}
}

// Figures of people tell no names to who may see none; a region's are its own.
func TestWhoSeesSnapshots(t *testing.T) {
	s := newSite(t)
	whole := s.snapshot("network", autumn)
	people := s.snapshot("regional-east", map[string]any{
		"question": "people", "name_en": "Qualified in the east", "name_zh": "东区", "definition_en": "x", "definition_zh": "y", "on": "2026-11-20", "asked": "type=nev",
	})
	if len(people.Covers) != 2 || people.Figures[0].Value != 5 {
		t.Errorf("%+v", people)
	}
	corrected(s, func(e tracker.Employment) bool { return e.Person == 20 }, func(e tracker.Employment) tracker.Employment {
		e.Until = tracker.MustDate("2026-02-15")
		return e
	})
	clients := map[string]*http.Client{}
	for _, login := range []string{"network", "regional-east", "regional-south", "viewer", "dealer-30002", "admin"} {
		clients[login] = s.as(login)
	}
	for _, test := range []struct {
		as, id string
		status int
	}{
		{"network", people.ID, 200}, {"regional-east", people.ID, 200}, {"viewer", people.ID, 200}, {"regional-south", people.ID, 404},
		{"dealer-30002", people.ID, 404}, {"regional-east", whole.ID, 404}, {"viewer", whole.ID, 200}, {"admin", whole.ID, 403},
	} {
		for _, path := range []string{"/snapshots/", "/api/v1/snapshots/"} {
			if status, _ := s.get(clients[test.as], path+test.id); status != test.status {
				t.Errorf("%s %s: %d, want %d", test.as, path, status, test.status)
			}
		}
	}
	for _, id := range []string{people.ID, whole.ID} {
		for _, path := range []string{"/snapshots/", "/api/v1/snapshots/"} {
			_, body := s.get(clients["viewer"], path+id)
			for _, secret := range []string{"T20", "技师20"} {
				if strings.Contains(body, secret) {
					t.Errorf("%s shows the viewer %s", path, secret)
				}
			}
		}
	}
	if seen := s.opened(clients["viewer"], people.ID); seen.Changes[0].Hidden != 1 || !seen.Recorded[0].Hidden || !seen.Same {
		t.Errorf("the viewer: %+v", seen)
	}
	if seen := s.opened(clients["regional-east"], people.ID); seen.Changes[0].Gone[0].StaffNo != "T20" || seen.Recorded[0].StaffNo != "T20" {
		t.Errorf("the region: %+v", seen)
	}
}

// A regional manager's snapshot stays the same when a dealership moves out of the region, and a snapshot that was altered
// says so loudly.
func TestSnapshotKeepsWhatItCovers(t *testing.T) {
	s := newSite(t)
	client := s.as("network")
	made := s.snapshot("regional-east", map[string]any{"question": "figures", "name_en": "East", "name_zh": "东区", "on": "2026-11-20", "known_at": "2026-11-20"})
	if made.KnownAt != "2026-11-20T15:59:59.999999Z" {
		t.Errorf("known at %s", made.KnownAt)
	}
	s.record(tracker.Assignment{Dealership: 1, Region: 2, Group: 1, From: tracker.MustDate("2026-06-01")})
	now := s.opened(s.as("regional-east"), made.ID)
	if !now.Same || now.figure("", "active").Value != 2 {
		t.Errorf("%+v", now)
	}
	if text := fmt.Sprint(now.Changes, now.Recorded); strings.Contains(text, apptest.Healthy) {
		t.Errorf("the region is told of a dealership that has left it: %s", text)
	}
	if now = s.opened(client, made.ID); !strings.Contains(fmt.Sprint(now.Recorded), "assignment") {
		t.Errorf("the move is not named: %+v", now.Recorded)
	}
	storetest.Tamper(t, s.net.URL, "UPDATE snapshots SET body = REPLACE(body, 'active\t0\t2', 'active\t0\t3')")
	_, page := s.get(client, "/snapshots/"+made.ID)
	if !strings.Contains(page, "This is not what was frozen") {
		t.Error("what was altered is shown as if nothing were")
	}
	report, err := s.net.Verify(t.Context(), nil)
	if err != nil || len(report.Findings) != 1 || report.Findings[0].Key != "snapshot_altered" {
		t.Errorf("verify: %v %+v", err, report.Findings)
	}
}

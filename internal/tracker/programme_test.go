package tracker_test

import (
	"slices"
	"testing"

	"dealercert/internal/tracker"
)

func TestRulebookOrdersProgrammesAndVersions(t *testing.T) {
	rules := tracker.NewRulebook(upgradeV1(), bmwiV2(), bmwiV1(), lawV1())
	if got := rules.Programmes(); !slices.Equal(got, []tracker.ProgrammeCode{"law", "bmw-i", "digital-upgrade"}) {
		t.Errorf("programmes %v", got)
	}
	var versions []string
	for _, s := range rules.Versions("bmw-i") {
		versions = append(versions, s.Version)
	}
	if !slices.Equal(versions, []string{"v1", "v2"}) || rules.Versions("green-star") != nil {
		t.Errorf("versions %v", versions)
	}
}

func TestStandardInForce(t *testing.T) {
	later := bmwiV1()
	later.EffectiveOn = tracker.MustDate("2020-01-01")
	rules := tracker.NewRulebook(later, bmwiV2())
	for _, day := range []onDay{{"2019-12-31", ""}, {"2020-01-01", "v1"}, {"2024-12-31", "v1"}, {"2025-01-01", "v2"}} {
		s, err := rules.InForce("bmw-i", tracker.MustDate(day.on))
		if s.Version != day.want || (err != nil) != (day.want == "") {
			t.Errorf("%s: got %q, %v; want %q", day.on, s.Version, err, day.want)
		}
		if err != nil && tracker.KindOf(err) != tracker.NotFound {
			t.Errorf("%s: %v is no NotFound fault", day.on, err)
		}
	}
	if r, found := bmwiV1().Requirement("voltage"); !found || r.Measure.AtLeast != 2 {
		t.Errorf("requirement %v, %t", r, found)
	}
	if _, found := bmwiV1().Requirement("permits"); found {
		t.Error("the law's requirement is in the brand's standard")
	}
}

// What a certificate is worth follows from the newest pack in force on its day of issue, whichever programme's pack it
// is, else from the earliest that knows the type.
func TestQualificationTypesFollowThePacks(t *testing.T) {
	pack := func(programme tracker.ProgrammeCode, kind tracker.ProgrammeKind, version, effective string, months int) tracker.Standard {
		return tracker.Standard{
			Programme: programme, Kind: kind, Version: version, EffectiveOn: tracker.MustDate(effective),
			Qualifications: []tracker.QualificationType{{Code: "permit-lv", ReviewMonths: months, Skills: []tracker.Skill{"permit"}}},
		}
	}
	rules := tracker.NewRulebook(
		pack("law", "law", "v1", "2024-01-01", 36), pack("law", "law", "v2", "2026-01-01", 48),
		pack("bmw-i", "certification", "v1", "2020-01-01", 12), pack("bmw-i", "certification", "v2", "2025-01-01", 24),
	)
	for _, c := range []struct {
		name, on string
		want     int
	}{
		{"before all packs: the earliest", "2019-12-31", 12},
		{"only one in force", "2020-01-01", 12},
		{"the day before the next", "2023-12-31", 12},
		{"the newest in force", "2024-01-01", 36},
		{"the newest in force, of the other programme", "2025-01-01", 24},
		{"and again", "2026-01-01", 48},
	} {
		types := rules.QualificationTypes(tracker.MustDate(c.on))
		if len(types) != 1 || types[0].ReviewMonths != c.want {
			t.Errorf("%s: got %v, want %d months", c.name, types, c.want)
		}
	}
	codes := func(types []tracker.QualificationType) (out []string) {
		for _, q := range types {
			out = append(out, string(q.Code))
		}
		return out
	}
	want := []string{"permit-lv", "hvt-c", "hvt-b", "hve", "consultant-core"}
	if got := codes(testRules().QualificationTypes(tracker.MustDate("2024-01-01"))); !slices.Equal(got, want) {
		t.Errorf("types %v", got)
	}
}

func TestModelsOnSale(t *testing.T) {
	rules := testRules()
	for _, c := range []struct {
		name, model, on string
		want            bool
	}{
		{"the day before the launch", "iX", "2021-11-14", false},
		{"the day of the launch", "iX", "2021-11-15", true},
		{"no end known", "iX", "2035-01-01", true},
		{"the last day", "i3", "2022-06-30", true},
		{"the day after", "i3", "2022-07-01", false},
		{"no launch known", "unknown", "2022-07-01", false},
	} {
		for _, model := range rules.Models(tracker.MustDate(c.on)) {
			if model.Code == c.model && model.OnSale(tracker.MustDate(c.on)) != c.want {
				t.Errorf("%s: %s on sale: %t", c.name, c.model, !c.want)
			}
		}
	}
	if got := len(rules.Models(tracker.MustDate("2022-01-01"))); got != 3 {
		t.Errorf("%d models, want 3", got)
	}
	twice := tracker.NewRulebook(bmwiV1(), bmwiV2())
	if got := len(twice.Models(tracker.MustDate("2026-01-01"))); got != 3 {
		t.Errorf("the newest pack alone names the models: got %d, want 3", got)
	}
}

func TestModuleOnADay(t *testing.T) {
	day := tracker.MustDate
	full := tracker.Module{
		PlannedSince: day("2022-01-10"), PlannedOn: day("2022-05-01"), LiveOn: day("2022-06-03"), VerifiedOn: day("2022-07-01"),
	}
	for _, c := range []onDay{
		{"2022-01-09", "open"}, {"2022-01-10", "planned"}, {"2022-06-02", "planned"}, {"2022-06-03", "live"},
		{"2022-06-30", "live"}, {"2022-07-01", "verified"},
	} {
		if got := full.On(day(c.on)); string(got) != c.want {
			t.Errorf("%s: got %s, want %s", c.on, got, c.want)
		}
	}
	if got := (tracker.Module{}).On(day("2022-01-01")); got != tracker.ModuleOpen {
		t.Errorf("a module of which nothing is known is %s", got)
	}
}

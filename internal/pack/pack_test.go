package pack_test

import (
	"crypto/sha256"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dealercert/internal/pack"
	"dealercert/internal/tracker"
)

// embedded gives the packs of the program by programme and version.
func embedded(t *testing.T) map[string]pack.Pack {
	t.Helper()
	list, err := pack.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]pack.Pack{}
	for _, p := range list {
		out[string(p.Standard.Programme)+" "+p.Standard.Version] = p
	}
	return out
}

// rulebook gives the rulebook of the embedded packs and more.
func rulebook(t *testing.T, more ...pack.Pack) tracker.Rulebook {
	t.Helper()
	rules, err := pack.Rulebook(slices.Concat(slices.Collect(maps.Values(embedded(t))), more)...)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func TestEmbeddedPacks(t *testing.T) {
	list, err := pack.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range list {
		names = append(names, p.Name+" "+string(p.Standard.Programme)+" "+p.Standard.Version)
		sum := sha256.Sum256([]byte(p.Text))
		if p.Hash != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: hash %s is not that of the text", p.Name, p.Hash)
		}
		again := parse(t, p.Name, p.Text)
		if diff := cmp.Diff(p, again); diff != "" {
			t.Errorf("%s: its text reads differently: %s", p.Name, diff)
		}
	}
	want := []string{
		"battery-take-back.yaml battery-take-back 1.0", "bmw-i.yaml bmw-i 1.0", "bmw-i-2.yaml bmw-i 2.0",
		"consultants.yaml consultants 1.0", "digital-upgrade.yaml digital-upgrade 1.0", "green-star.yaml green-star 1.0",
		"ishowroom.yaml ishowroom 1.0", "law.yaml law 2024.1", "models.yaml models 1.0", "technicians.yaml technicians 1.0",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	programmes := rulebook(t).Programmes()
	order := []tracker.ProgrammeCode{
		"law", "bmw-i", "battery-take-back", "green-star", "ishowroom", "digital-upgrade", "consultants", "technicians", "models",
	}
	if !slices.Equal(programmes, order) {
		t.Errorf("programmes %v", programmes)
	}
}

// What law, MODEL and the domain's sources say, so that a slip in a pack is seen.
func TestLawPack(t *testing.T) {
	s := embedded(t)["law 2024.1"].Standard
	if s.Kind != tracker.KindLaw || s.EffectiveOn != 0 || len(s.Requirements) != 10 || len(s.Qualifications) != 1 {
		t.Fatalf("%d requirements, %d types", len(s.Requirements), len(s.Qualifications))
	}
	r, q := s.Requirements[1], s.Qualifications[0]
	want := tracker.Measure{Kind: tracker.MeasureCount, Skill: tracker.SkillPermit, AtLeast: 2}
	if r.Code != "REG-02" || r.Measure != want || r.Basis != tracker.BasisLaw || r.InForceFrom.String() != "2024-04-01" {
		t.Errorf("%+v", r)
	}
	if q.Code != "permit-lv" || q.ReviewMonths != 36 || q.DormantAfter != 6 || q.ApplicationWindow != 60 || !q.ForTechnicians {
		t.Errorf("%+v", q)
	}
	for name, cite := range map[string]string{
		"requirements.REG-02.in_force_from":                "GB/T 16739-2023",
		"requirements.REG-02.measure.at_least":             "GB/T 16739-2023",
		"qualifications.permit-lv.review_months":           "Art. 21",
		"qualifications.permit-lv.application_window_days": "Art. 22",
		"qualifications.permit-lv.dormant_after_months":    "Art. 32",
	} {
		if got := s.Sources[name]; got.Basis != tracker.BasisLaw || !strings.Contains(got.Cite, cite) {
			t.Errorf("source of %s: %+v, want %s", name, got, cite)
		}
	}
}

func TestBMWiPacks(t *testing.T) {
	packs := embedded(t)
	first, second := packs["bmw-i 1.0"].Standard, packs["bmw-i 2.0"].Standard
	for _, s := range []tracker.Standard{first, second} {
		if s.ValidityMonths != 24 || s.RenewalWindowDays != 120 || s.ResetDays != 30 {
			t.Errorf("%s: clocks %d %d %d", s.Version, s.ValidityMonths, s.RenewalWindowDays, s.ResetDays)
		}
		for code, want := range map[string]tracker.Requirement{
			"BMI-B02": {Severity: tracker.Critical, Weight: 8, GraceDays: 60, Measure: tracker.Measure{
				Kind: tracker.MeasureCount, Skill: tracker.SkillHVTC, AtLeast: 2,
			}},
			"BMI-B04": {Severity: tracker.Major, Weight: 5, GraceDays: 60, Measure: tracker.Measure{
				Kind: tracker.MeasureRatio, Skill: "consultant-core", Job: tracker.JobSalesConsultant, Percent: 80, JoinerDays: 90,
			}},
			"BMI-B05": {Severity: tracker.Minor, Weight: 2, Measure: tracker.Measure{
				Kind: tracker.MeasureCount, Skill: tracker.SkillEmployed, Job: tracker.JobIChampion, AtLeast: 1,
			}},
		} {
			got, _ := s.Requirement(code)
			if got.Severity != want.Severity || got.Weight != want.Weight || got.GraceDays != want.GraceDays ||
				got.Measure != want.Measure || got.Basis != tracker.BasisBrand || got.InForceFrom != 0 {
				t.Errorf("%s %s: %+v", s.Version, code, got)
			}
		}
		for code, want := range map[tracker.QualificationCode][]tracker.Skill{
			"hva": {"hva"}, "hvt-c": {"hvt-c"}, "hvt-b": {"hvt-b", "hvt-c"}, "hve": {"hve", "hvt-b", "hvt-c"},
			"consultant-core": {"consultant-core"}, "champion": {"champion"},
		} {
			i := slices.IndexFunc(s.Qualifications, func(q tracker.QualificationType) bool { return q.Code == code })
			if i < 0 || !slices.Equal(s.Qualifications[i].Skills, want) {
				t.Errorf("%s: %s does not cover %v", s.Version, code, want)
			}
		}
	}
	if first.EffectiveOn > tracker.MustDate("2020-01-01") || first.TransitionUntil != 0 {
		t.Errorf("first version from %s, transition until %s", first.EffectiveOn, first.TransitionUntil)
	}
	if second.EffectiveOn.String() != "2025-07-01" || second.TransitionUntil.String() != "2026-06-30" {
		t.Errorf("second version from %s, transition until %s", second.EffectiveOn, second.TransitionUntil)
	}
	for _, code := range []string{"BMI-A02", "BMI-A03", "BMI-A07", "BMI-B07"} {
		_, had := first.Requirement(code)
		_, has := second.Requirement(code)
		if newer := code == "BMI-A07" || code == "BMI-B07"; had == newer || has != newer {
			t.Errorf("%s: first version %v, second %v", code, had, has)
		}
	}
	if b07, _ := second.Requirement("BMI-B07"); b07.Severity != tracker.Minor || b07.Weight != 3 {
		t.Errorf("%+v", b07)
	}
	link := tracker.RequirementLink{From: "BMI-A02", To: "BMI-A07", Carry: tracker.CarryUntil, Until: tracker.MustDate("2027-06-30")}
	if !slices.Equal(second.Links, []tracker.RequirementLink{link}) {
		t.Errorf("links %+v", second.Links)
	}
	if diff := cmp.Diff(first.Models, second.Models); diff != "" {
		t.Errorf("models differ: %s", diff)
	}
	if diff := cmp.Diff(first.Qualifications, second.Qualifications); diff != "" {
		t.Errorf("types of qualification differ: %s", diff)
	}
}

func TestDigitalUpgradePack(t *testing.T) {
	s := embedded(t)["digital-upgrade 1.0"].Standard
	if s.Kind != tracker.KindProject || len(s.Modules) != 12 {
		t.Fatalf("kind %s, %d modules", s.Kind, len(s.Modules))
	}
	sum := 0
	for i, m := range s.Modules {
		if want := "DGU-" + strconv.Itoa(i + 101)[1:]; m.Code != want {
			t.Errorf("module %d is %s, want %s", i, m.Code, want)
		}
		if m.Mandatory != (m.Severity != tracker.Minor) {
			t.Errorf("%s: %s, mandatory %v", m.Code, m.Severity, m.Mandatory)
		}
		sum += m.Weight
	}
	if sum != 100 {
		t.Errorf("weights add up to %d", sum)
	}
}

func TestModelsOnSale(t *testing.T) {
	rules := rulebook(t)
	for _, row := range []struct {
		on   string
		want string
	}{
		{"2020-11-19", ""},
		{"2020-11-20", "iX3"},
		{"2021-06-30", "iX3"},
		{"2022-11-30", "iX3 iX i4 i3 i7"},
		{"2023-12-31", "iX3 iX i4 i3 i7 CE04 MINI-E i7-M70L iX1 Spectre i5"},
		{"2025-06-30", "iX3 iX i4 i3 i7 CE04 MINI-E i7-M70L iX1 Spectre i5"},
		{"2025-07-01", "iX3 iX i4 i3 i7 CE04 MINI-E i7-M70L iX1 Spectre i5"},
		{"2026-11-01", "iX3 iX i4 i3 i7 CE04 MINI-E i7-M70L iX1 Spectre i5"},
	} {
		on := tracker.MustDate(row.on)
		var got []string
		for _, m := range rules.Models(on) {
			if m.OnSale(on) {
				got = append(got, m.Code)
			}
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: %v, want %s", row.on, got, row.want)
		}
	}
}

// Every number other than zero of a standard has its source, under the name of its place in the pack.
func TestEveryNumberHasASource(t *testing.T) {
	for name, p := range embedded(t) {
		s := p.Standard
		numbers := map[string]int{
			"effective_on": int(s.EffectiveOn), "transition_until": int(s.TransitionUntil), "validity_months": s.ValidityMonths,
			"renewal_window_days": s.RenewalWindowDays, "reset_days": s.ResetDays, "pass_score": s.PassScore,
			"conditional_score": s.ConditionalScore, "conditions_days": s.ConditionsDays, "conditions_grace_days": s.ConditionsGrace,
			"retry_days": s.RetryDays, "waiver_months": s.WaiverMonths,
		}
		for _, d := range s.Cycle().Decisions {
			if s.Lifecycle != nil {
				at := "lifecycle.decisions." + string(d.Kind) + "."
				numbers[at+"min_score"], numbers[at+"persons"] = d.MinScore, d.Persons
			}
		}
		for _, r := range s.Requirements {
			at := "requirements." + r.Code + "."
			numbers[at+"weight"], numbers[at+"grace_days"], numbers[at+"valid_months"] = r.Weight, r.GraceDays, r.ValidMonths
			numbers[at+"measure.transition_days"] = r.Measure.TransitionDays
			numbers[at+"in_force_from"] = int(r.InForceFrom)
			numbers[at+"measure.at_least"], numbers[at+"measure.percent"] = r.Measure.AtLeast, r.Measure.Percent
			numbers[at+"measure.joiner_days"] = r.Measure.JoinerDays
			sourced(t, name, at, r.Source)
		}
		for _, m := range s.Modules {
			numbers["modules."+m.Code+".weight"] = m.Weight
			sourced(t, name, m.Code, m.Source)
		}
		for _, q := range s.Qualifications {
			at := "qualifications." + string(q.Code) + "."
			numbers[at+"review_months"], numbers[at+"dormant_after_months"] = q.ReviewMonths, q.DormantAfter
			numbers[at+"application_window_days"], numbers[at+"level"] = q.ApplicationWindow, q.Level
			numbers[at+"validity_months"], numbers[at+"renewal_window_days"] = q.ValidityMonths, q.RenewalWindow
			numbers[at+"decision_working_days"], numbers[at+"classroom_days"] = q.DecisionDays, q.ClassroomDays
			numbers[at+"bridge.hours"] = q.BridgeHours
			for _, p := range q.Requires {
				below := at + "requires." + string(p.Type) + "."
				numbers[below+"at_least"], numbers[below+"in_force_from"] = p.Generations, int(p.InForceFrom)
				sourced(t, name, below, p.Source)
			}
			sourced(t, name, at, q.Source)
		}
		for _, m := range s.Models {
			numbers["models."+m.Code+".launch_on"], numbers["models."+m.Code+".end_on"] = int(m.LaunchOn), int(m.EndOn)
			sourced(t, name, m.Code, m.Source)
		}
		for at, number := range numbers {
			source, cited := s.Sources[at]
			none := strings.HasSuffix(at, ".grace_days") // no grace at all is a number too
			if cited != (number != 0) && (!cited || !none) {
				t.Errorf("%s: %s is %d, source %+v", name, at, number, source)
			}
			if cited {
				sourced(t, name, at, source)
			}
		}
	}
}

func sourced(t *testing.T, pack, at string, source tracker.Provenance) {
	t.Helper()
	known := []tracker.Basis{tracker.BasisLaw, tracker.BasisBrand, tracker.BasisAssumption}
	if !slices.Contains(known, source.Basis) || source.Cite == "" || strings.Contains(source.Cite, "[") {
		t.Errorf("%s: source of %s: %+v", pack, at, source)
	}
}

// A bare number has the source of its item, else that of the pack; its own comes first.
func TestSourcesAreInherited(t *testing.T) {
	s := parse(t, "renewal.yaml", strings.Replace(read(t, "renewal.yaml"), "complete: true",
		"complete: true\nsource: {basis: brand, cite: Pack}\neffective_on: 2024-01-01", 1)).Standard
	want := map[string]tracker.Provenance{
		"effective_on":         {Basis: tracker.BasisBrand, Cite: "Pack"},
		"modules.RN-01.weight": {Basis: tracker.BasisAssumption, Cite: "Sample"},
		"modules.RN-02.weight": {Basis: tracker.BasisAssumption, Cite: "Sample"},
	}
	if diff := cmp.Diff(want, s.Sources); diff != "" {
		t.Error(diff)
	}
	if s.Modules[0].Source != want["modules.RN-01.weight"] || s.Modules[1].Source != want["modules.RN-02.weight"] {
		t.Errorf("%+v", s.Modules)
	}
}

// A version is taken as it is written, quoted or not.
func TestVersionIsText(t *testing.T) {
	s := parse(t, "x", strings.Replace(read(t, "statute.yaml"), `version: "1"`, "version: 1.0", 1)).Standard
	if s.Version != "1.0" {
		t.Errorf("version %q", s.Version)
	}
}

func TestKnownWords(t *testing.T) {
	want := []tracker.Region{
		{Code: "north", NameEn: "North", NameZh: "北区"}, {Code: "northeast", NameEn: "Northeast", NameZh: "东北区"},
		{Code: "east", NameEn: "East", NameZh: "东区"}, {Code: "central", NameEn: "Central", NameZh: "华中区"},
		{Code: "south", NameEn: "South", NameZh: "南区"}, {Code: "west", NameEn: "West", NameZh: "西区"},
	}
	pack.KnownRegions()[0].Code = "changed by a caller"
	if diff := cmp.Diff(want, pack.KnownRegions()); diff != "" {
		t.Error(diff)
	}
	if got := pack.KnownGenerations(); !slices.Equal(got, []tracker.Generation{"gen3", "gen4", "gen5", "gen6"}) {
		t.Errorf("generations %v", got)
	}
}

// No number that a pack gives stands in the Go code of the rules or of this package. Calendar arithmetic and the layout
// of identifiers are left out, and numbers too small to tell.
func TestNoThresholdStandsInGo(t *testing.T) {
	given := map[int]string{}
	for name, p := range embedded(t) {
		s := p.Standard
		list := []int{
			s.ValidityMonths, s.RenewalWindowDays, s.ResetDays, s.PassScore, s.ConditionalScore, s.ConditionsDays, s.ConditionsGrace,
			s.RetryDays, s.WaiverMonths,
		}
		for _, d := range s.Cycle().Decisions {
			list = append(list, d.MinScore)
		}
		for _, r := range s.Requirements {
			list = append(list, r.GraceDays, r.ValidMonths, r.Measure.AtLeast, r.Measure.Percent, r.Measure.JoinerDays)
		}
		for _, q := range s.Qualifications {
			list = append(list, q.ReviewMonths, q.DormantAfter, q.ApplicationWindow, q.ValidityMonths, q.RenewalWindow, q.DecisionDays,
				q.ClassroomDays)
		}
		for _, n := range list {
			if n > 2 && n != 12 { // a year has as many months
				given[n] = name
			}
		}
	}
	var names []string
	for _, pattern := range []string{"*.go", "../tracker/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, found...)
	}
	leftOut := []string{"../tracker/date.go", "../tracker/id.go"}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || slices.Contains(leftOut, filepath.ToSlash(name)) {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.INT {
				n, _ := strconv.Atoi(literal.Value)
				if from, threshold := given[n]; threshold {
					t.Errorf("%s: %d stands in Go and in the pack %s", files.Position(literal.Pos()), n, from)
				}
			}
			return true
		})
	}
}

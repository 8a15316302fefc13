package pack_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"dealercert/internal/pack"
	"dealercert/internal/tracker"
)

// read gives a file of testdata as text.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// parse gives a pack that must be right.
func parse(t *testing.T, name, text string) pack.Pack {
	t.Helper()
	p, err := pack.Parse(name, []byte(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return p
}

// faultRow is one slip in a right pack: what is put in place of what, and the fault it must give.
type faultRow struct {
	name     string
	old, new string
	key      string
	line     int
	at       string // the argument "at", where the fault has one
}

// check parses the changed text of each row.
func check(t *testing.T, file string, rows []faultRow) {
	t.Helper()
	right := read(t, file)
	parse(t, file, right)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if strings.Count(right, row.old) != 1 {
				t.Fatalf("%q stands %d times in %s", row.old, strings.Count(right, row.old), file)
			}
			_, err := pack.Parse(file, []byte(strings.Replace(right, row.old, row.new, 1)))
			fault := wantFault(t, err, row.key)
			if fault.Args["file"] != file || fault.Args["line"] != row.line {
				t.Errorf("file %v line %v, want %s line %d: %v", fault.Args["file"], fault.Args["line"], file, row.line, fault)
			}
			if at, _ := fault.Args["at"].(string); at != row.at {
				t.Errorf("at %q, want %q", at, row.at)
			}
		})
	}
}

// wantFault checks that an error is the Invalid fault with a key.
func wantFault(t *testing.T, err error, key string) *tracker.Error {
	t.Helper()
	var fault *tracker.Error
	if !errors.As(err, &fault) {
		t.Fatalf("no fault but %v, want %s", err, key)
	}
	if fault.Kind != tracker.Invalid || fault.Key != key {
		t.Fatalf("fault %v (kind %d), want %s", fault, fault.Kind, key)
	}
	return fault
}

func TestSlipsOfACertificationPack(t *testing.T) {
	check(t, "blue-star.yaml", []faultRow{
		{"no programme", "programme: blue-star\n", "", "pack_missing", 2, "programme"},
		{"programme with a space", "blue-star\n", "blue star\n", "pack_code", 2, "programme"},
		{"unknown kind", "kind: certification", "kind: contest", "pack_word", 3, "kind"},
		{"no version", "version: \"2023\"\n", "", "pack_missing", 2, "version"},
		{"name in no language", "name:\n  en: Blue Star\n  zh: 蓝星", "name: {}", "pack_missing", 5, "name"},
		{"name without English", "  en: Blue Star\n", "", "pack_language", 6, "name"},
		{"title without Chinese", ", zh: 配备能源管理员}", "}", "pack_language", 26, "requirements.BLS-02.title"},
		{"blank Chinese", "zh: 有专人抄表。", "zh: \" \"", "pack_language", 27, "requirements.BLS-02.why"},
		{"basis of the source unknown", "{basis: assumption, cite: Sample}", "{basis: hearsay, cite: Sample}", "pack_word", 9, "source.basis"},
		{"source without words", "{basis: assumption, cite: Sample}", "{basis: assumption}", "pack_missing", 9, "source.cite"},
		{"number without any source", "source: {basis: assumption, cite: Sample}\n", "", "pack_source", 9, "effective_on"},
		{"number with half a source", "cite: Sample of the maker}\nreset", "}\nreset", "pack_missing", 12, "renewal_window_days.cite"},
		{"mapping without value", "{value: 60, basis: brand,", "{basis: brand,", "pack_missing", 12, "renewal_window_days"},
		{"day that is none", "effective_on: 2022-01-01", "effective_on: 2022-02-30", "pack_day", 10, "effective_on"},
		{"number that is none", "reset_days: 30", "reset_days: thirty", "pack_number", 13, "reset_days"},
		{"number with an underscore", "reset_days: 30", "reset_days: 3_0", "pack_number", 13, "reset_days"},
		{"fraction", "reset_days: 30", "reset_days: 30.5", "pack_number", 13, "reset_days"},
		{"number too small", "validity_months: 12", "validity_months: 0", "pack_range", 11, "validity_months"},
		{"number too large", "reset_days: 30", "reset_days: 99999", "pack_range", 13, "reset_days"},
		{"negative number", "reset_days: 30", "reset_days: -1", "pack_range", 13, "reset_days"},
		{"percent above 100", "percent: 50", "percent: 101", "pack_range", 47, "requirements.BLS-03.measure.percent"},
		{"transition before the first day", "effective_on: 2022-01-01", "effective_on: 2022-01-01\ntransition_until: 2021-12-31", "pack_order", 11, "transition_until"},
		{"transition without a first day", "effective_on: 2022-01-01", "transition_until: 2021-12-31", "pack_missing", 2, "effective_on"},
		{"window without validity", "validity_months: 12\n", "", "pack_missing", 2, "validity_months"},
		{"grace without reset days", "reset_days: 30\n", "", "pack_missing", 2, "reset_days"},
		{"modules in a certification", "models:", "modules:\n  - code: X\nmodels:", "pack_not_for_kind", 63, "modules"},
		{"requirement without code", "  - code: BLS-01\n    title", "  - title", "pack_missing", 15, "requirements.1.code"},
		{"requirement twice", "code: BLS-02", "code: BLS-01", "pack_twice", 25, "requirements.BLS-01.code"},
		{"basis of another kind", "basis: brand\n    severity: minor", "basis: law\n    severity: minor", "pack_basis", 40, "requirements.BLS-03.basis"},
		{"basis assumption", "basis: brand\n    severity: minor", "basis: assumption\n    severity: minor", "pack_word", 40, "requirements.BLS-03.basis"},
		{"unknown severity", "severity: minor", "severity: tiny", "pack_word", 41, "requirements.BLS-03.severity"},
		{"brand never to be waived", "waivable: true", "waivable: false", "pack_brand_waivable", 21, "requirements.BLS-01.waivable"},
		{"critical without grace", "    grace_days: 10\n", "", "pack_missing", 15, "requirements.BLS-01.grace_days"},
		{"minor with grace", "    weight: 10\n", "    weight: 10\n    grace_days: 5\n", "pack_minor_grace", 43, "requirements.BLS-03.grace_days"},
		{"no measure", "    measure: {kind: proof}\n", "", "pack_missing", 15, "requirements.BLS-01.measure.kind"},
		{"unknown measure", "kind: proof", "kind: feeling", "pack_word", 24, "requirements.BLS-01.measure.kind"},
		{"proof of a skill", "{kind: proof}", "{kind: proof, skill: energy}", "pack_not_for_measure", 24, "requirements.BLS-01.measure.skill"},
		{"count without threshold", "      at_least: {value: 1, basis: brand, cite: Sample of the maker}\n", "", "pack_missing", 33, "requirements.BLS-02.measure.at_least"},
		{"count of a job's skill", "      kind: count\n", "      kind: count\n      job: technician\n", "pack_not_for_measure", 34, "requirements.BLS-02.measure.job"},
		{"count of the employed of a generation", "skill: energy\n      generation: gen5", "skill: employed\n      job: trainer\n      generation: gen5", "pack_not_for_measure", 36, "requirements.BLS-02.measure.generation"},
		{"count of the employed without a job", "skill: energy\n      generation: gen5", "skill: employed", "pack_missing", 33, "requirements.BLS-02.measure.job"},
		{"ratio without share", "      percent: 50\n", "", "pack_missing", 44, "requirements.BLS-03.measure.percent"},
		{"ratio with a headcount", "percent: 50", "percent: 50\n      at_least: 2", "pack_not_for_measure", 48, "requirements.BLS-03.measure.at_least"},
		{"ratio without job", "      job: service_advisor\n", "", "pack_missing", 44, "requirements.BLS-03.measure.job"},
		{"ratio of the employed", "skill: energy\n      percent", "skill: employed\n      percent", "pack_not_for_measure", 46, "requirements.BLS-03.measure.skill"},
		{"unknown job", "job: service_advisor", "job: mascot", "pack_word", 45, "requirements.BLS-03.measure.job"},
		{"unknown generation", "generation: gen5\n      at", "generation: gen9\n      at", "pack_word", 35, "requirements.BLS-02.measure.generation"},
		{"complete but lighter", "weight: 60", "weight: 50", "pack_weights", 8, "complete"},
		{"key twice", "complete: true\nsource", "complete: false\nvalidity_months: 12\nsource", "pack_key_twice", 12, ""},
		{"type twice", "code: meter-reader", "code: energy-keeper", "pack_twice", 56, "qualifications.energy-keeper.code"},
		{"type without skills", "    skills: [energy]\n", "", "pack_missing", 50, "qualifications.energy-keeper.skills"},
		{"skill twice", "skills: [energy]", "skills: [energy, energy]", "pack_twice", 52, "qualifications.energy-keeper.skills"},
		{"skill that is computed", "skills: [energy]", "skills: [nev]", "pack_skill_computed", 52, "qualifications.energy-keeper.skills"},
		{"type for nobody", "    for: technicians\n", "", "pack_missing", 56, "qualifications.meter-reader.for"},
		{"type for foremen alone", "for: technicians", "for: foreman", "pack_word", 59, "qualifications.meter-reader.for"},
		{"window without review", "    review_months: 12\n", "", "pack_missing", 50, "qualifications.energy-keeper.review_months"},
		{"dormant without a technician's post", "for: technicians", "for: everybody", "pack_dormant", 61, "qualifications.meter-reader.dormant_after_months"},
		{"model without name", "    name: Electric van\n", "", "pack_missing", 63, "models.eVan.name"},
		{"unknown brand", "brand: BMW", "brand: Isetta", "pack_word", 65, "models.eVan.brand"},
		{"model of no generation", "    generation: gen5\n    launch", "    launch", "pack_missing", 63, "models.eVan.generation"},
		{"model without launch", "    launch_on: 2023-05-01\n", "", "pack_missing", 63, "models.eVan.launch_on"},
		{"end before launch", "end_on: 2024-05-01", "end_on: 2023-04-30", "pack_order", 68, "models.eVan.end_on"},
		{"model with a slash", "code: eVan", "code: e/Van", "pack_code", 63, "models.e/Van.code"},
	})
}

func TestSlipsOfALawPack(t *testing.T) {
	check(t, "statute.yaml", []faultRow{
		{"grace", "severity: critical", "severity: critical\n    grace_days: {value: 5, basis: law, cite: x}", "pack_law_grace", 11, "requirements.ST-01.grace_days"},
		{"waiver", "severity: critical", "severity: critical\n    waivable: true", "pack_law_waivable", 11, "requirements.ST-01.waivable"},
		{"lesser severity", "severity: critical", "severity: major", "pack_law_severity", 10, "requirements.ST-01.severity"},
		{"weight", "severity: critical", "severity: critical\n    weight: {value: 5, basis: law, cite: x}", "pack_law_weight", 11, "requirements.ST-01.weight"},
		{"brand's requirement", "basis: law\n", "basis: brand\n", "pack_basis", 9, "requirements.ST-01.basis"},
		{"validity", "version: \"1\"", "version: \"1\"\nvalidity_months: {value: 5, basis: law, cite: x}", "pack_not_for_kind", 4, "validity_months"},
		{"threshold without source", "at_least: {value: 1, basis: law, cite: Statute Art. 2}", "at_least: 1", "pack_source", 15, "requirements.ST-01.measure.at_least"},
		{"threshold with an empty source", "at_least: {value: 1, basis: law, cite: Statute Art. 2}", "at_least: {value: 1}", "pack_source", 15, "requirements.ST-01.measure.at_least"},
		{"day in force without source", "{value: 2024-04-01, basis: law, cite: Statute Art. 1}", "2024-04-01", "pack_source", 11, "requirements.ST-01.in_force_from"},
	})
}

func TestSlipsOfAProjectPack(t *testing.T) {
	check(t, "renewal.yaml", []faultRow{
		{"too light", "weight: 30", "weight: 29", "pack_weights", 5, "complete"},
		{"too heavy", "complete: true", "complete: false\nrenewal_window_days: 3", "pack_not_for_kind", 6, "renewal_window_days"},
		{"incomplete yet above 100", "complete: true\nmodules:\n  - code: RN-01\n    title: {en: First, zh: 第一}\n    severity: critical\n    weight: {value: 70", "modules:\n  - code: RN-01\n    title: {en: First, zh: 第一}\n    severity: critical\n    weight: {value: 71", "pack_overweight", 1, "complete"},
		{"module twice", "code: RN-02", "code: RN-01", "pack_twice", 12, "modules.RN-01.code"},
		{"module without code", "code: RN-02\n    title", "title", "pack_missing", 12, "modules.2.code"},
		{"module of no severity", "    severity: minor\n", "", "pack_missing", 12, "modules.RN-02.severity"},
		{"weight without source", "    source: {basis: assumption, cite: Sample}\n", "", "pack_source", 15, "modules.RN-02.weight"},
		{"requirements", "modules:", "requirements:\n  - code: X\nmodules:", "pack_not_for_kind", 7, "requirements"},
	})
}

func TestUnreadableText(t *testing.T) {
	right := read(t, "statute.yaml")
	for _, row := range []struct {
		name, text, key string
		line            int
	}{
		{"empty", "", "pack_empty", 1},
		{"comments only", "# nothing\n", "pack_empty", 1},
		{"two documents", right + "---\n" + right, "pack_documents", 17},
		{"a word", "hello", "pack_shape", 1},
		{"a list", "- law\n", "pack_shape", 1},
		{"list where a value belongs", strings.Replace(right, "kind: law", "kind: [law]", 1), "pack_shape", 2},
		{"text where a list belongs", "programme: x\nrequirements: many\n", "pack_shape", 2},
		{"text where yes or no belongs", "programme: x\ncomplete: maybe\n", "pack_shape", 2},
		{"broken quote", "programme: \"law\nkind: law\n", "pack_syntax", 1},
		{"tab", "name:\n\ten: x\n", "pack_syntax", 2},
		{"unknown key", strings.Replace(right, "kind: law", "kind: law\nmotto: none", 1), "pack_key_unknown", 3},
		{"unknown key of a requirement", strings.Replace(right, "severity:", "severty:", 1), "pack_key_unknown", 10},
		{"unknown key of a number", strings.Replace(right, "cite: Statute Art. 2", "site: Statute Art. 2", 1), "pack_key_unknown", 15},
		{"key twice", strings.Replace(right, "kind: law", "kind: law\nkind: law", 1), "pack_key_twice", 3},
		{"key twice in a number", strings.Replace(right, "{value: 1,", "{value: 1, value: 2,", 1), "pack_key_twice", 15},
		{"key without a value", strings.Replace(right, "kind: law", "kind: law\ntransition_until:", 1), "pack_no_value", 3},
		{"anchor", strings.Replace(right, "kind: law", "kind: &k law", 1), "pack_not_plain", 2},
		{"alias", "programme: *k\n", "pack_not_plain", 1},
		{"merge", strings.Replace(right, "    basis: law\n", "    <<: {basis: law}\n", 1), "pack_not_plain", 9},
		{"tag", strings.Replace(right, "kind: law", "kind: !!str law", 1), "pack_not_plain", 2},
		{"too long", right + strings.Repeat("#", 128<<10), "pack_too_long", 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := pack.Parse("x.yaml", []byte(row.text))
			fault := wantFault(t, err, row.key)
			if fault.Args["file"] != "x.yaml" || fault.Args["line"] != row.line {
				t.Errorf("%v, want line %d", fault, row.line)
			}
		})
	}
}

package pack_test

import (
	"strings"
	"testing"

	"dealercert/internal/pack"
	"dealercert/internal/tracker"
)

func day(text string) tracker.Date { return tracker.MustDate(text) }

func head(id string) tracker.Head {
	return tracker.Head{ID: tracker.FactID(id), Chain: tracker.FactID(id), RecordedAt: 1, FirstAt: 1}
}

// employed gives a person who has worked at dealership 1 since a day and holds one certificate.
func employed(id tracker.PersonID, job tracker.Job, since string, q tracker.Qualification) tracker.PersonHistory {
	q.Head, q.Person = head("q"+string(rune('0'+id))), id
	return tracker.PersonHistory{
		Person: id,
		Employments: []tracker.Employment{{
			Head: head("e" + string(rune('0'+id))), Person: id, Dealership: 1, Job: job, From: day(since),
		}},
		Qualifications: []tracker.Qualification{q},
	}
}

// A tenth programme and its types of qualification are a YAML file: no Go knows blue-star, energy-keeper or meter.
func TestNewProgrammeIsYAMLOnly(t *testing.T) {
	rules := rulebook(t, parse(t, "blue-star.yaml", read(t, "blue-star.yaml")))
	history := tracker.History{
		Dealership: 1,
		Operating:  []tracker.OperatingPeriod{{Head: head("o"), Dealership: 1, From: day("2020-01-01")}},
		Decisions: []tracker.Decision{{
			Head: head("d"), Dealership: 1, Programme: "blue-star", Decided: tracker.Certify, EffectiveOn: day("2023-01-10"),
		}},
		Proofs: []tracker.Proof{{Head: head("p"), Dealership: 1, Requirement: "BLS-01", From: day("2023-02-01")}},
		People: []tracker.PersonHistory{
			employed(1, tracker.JobServiceAdvisor, "2022-01-01", tracker.Qualification{Type: "energy-keeper", IssuedOn: day("2023-03-01")}),
			employed(2, tracker.JobForeman, "2022-01-01", tracker.Qualification{
				Type: "meter-reader", Generation: "gen6", IssuedOn: day("2022-02-01"), ExpiresOn: day("2022-12-31"),
			}),
		},
	}
	timeline := history.Timeline(rules)
	for _, row := range []struct {
		name, on string
		state    tracker.State
		brand    tracker.Light
	}{
		{"the day before the standard", "2021-12-31", tracker.NotEnrolled, tracker.Healthy},
		{"nobody qualified: grace begins", "2022-01-01", tracker.NotEnrolled, tracker.AtRisk},
		{"last day of grace", "2022-01-20", tracker.NotEnrolled, tracker.AtRisk},
		{"grace is over", "2022-01-21", tracker.NotEnrolled, tracker.InBreach},
		{"certified all the same", "2023-01-10", tracker.Certified, tracker.InBreach},
		{"the keeper qualifies, the proof is there", "2023-03-01", tracker.Certified, tracker.Healthy},
		{"last day of the certificate", "2024-01-09", tracker.Certified, tracker.Healthy},
		{"expired", "2024-01-10", tracker.Expired, tracker.Healthy},
		{"last day of the assumed review", "2024-03-01", tracker.Expired, tracker.Healthy},
		{"review missed", "2024-03-02", tracker.Expired, tracker.AtRisk},
		{"and its grace over", "2024-03-22", tracker.Expired, tracker.InBreach},
	} {
		got, found := timeline.Standing("blue-star", day(row.on))
		if !found || got.State != row.state || got.Brand != row.brand {
			t.Errorf("%s, %s: %s %s, want %s %s", row.name, row.on, got.State, got.Brand, row.state, row.brand)
		}
	}
	var covered bool
	for _, c := range timeline.Coverage {
		covered = covered || c.Person == 2 && c.Skill == "meter" && c.Generation == "gen6" &&
			c.From == day("2022-02-01") && c.Last() == day("2022-12-31")
	}
	if !covered {
		t.Errorf("the new type gives no coverage: %+v", timeline.Coverage)
	}
}

// Changing a number in the YAML changes what follows from the same facts.
func TestNumbersActFromThePack(t *testing.T) {
	packs := embedded(t)
	law, brand, outlets := packs["law 2024.1"], packs["bmw-i 1.0"], packs["battery-take-back 1.0"]
	permit := employed(1, tracker.JobTechnician, "2020-01-01", tracker.Qualification{Type: "permit-lv", IssuedOn: day("2022-06-01")})
	expert := employed(2, tracker.JobTechnician, "2020-01-01", tracker.Qualification{
		Type: "hve", IssuedOn: day("2020-01-01"), ExpiresOn: day("2023-12-31"),
	})
	history := tracker.History{
		Dealership: 1,
		Operating:  []tracker.OperatingPeriod{{Head: head("o"), Dealership: 1, From: day("2020-01-01")}},
		People:     []tracker.PersonHistory{permit, expert},
	}
	one := strings.NewReplacer("value: 2\n", "value: 1\n")
	brandOfOne := one.Replace(brand.Text)
	for _, row := range []struct {
		name       string
		law, brand string // the texts
		on         string
		lawLight   tracker.Light
		brandLight tracker.Light
	}{
		{"as the packs are", law.Text, brand.Text, "2024-04-01", tracker.InBreach, tracker.InBreach},
		{"one permit is enough", one.Replace(law.Text), brand.Text, "2024-04-01", tracker.Healthy, tracker.InBreach},
		{"the review of 36 months", one.Replace(law.Text), brand.Text, "2025-06-01", tracker.Healthy, tracker.InBreach},
		{"has passed", one.Replace(law.Text), brand.Text, "2025-06-02", tracker.InBreach, tracker.InBreach},
		{"a review of 24 months", strings.Replace(one.Replace(law.Text), "value: 36", "value: 24", 1), brand.Text, "2024-06-02", tracker.InBreach, tracker.InBreach},
		{"in force later", strings.Replace(law.Text, "value: 2024-04-01", "value: 2024-11-01", 1), brand.Text, "2024-10-31", tracker.Healthy, tracker.InBreach},
		{"one expert is enough", law.Text, brandOfOne, "2023-12-31", tracker.Healthy, tracker.Healthy},
		{"grace of 60 days, last day", law.Text, brandOfOne, "2024-02-29", tracker.Healthy, tracker.AtRisk},
		{"grace of 60 days, over", law.Text, brandOfOne, "2024-03-01", tracker.Healthy, tracker.InBreach},
		{"grace of 10 days, over", law.Text, strings.ReplaceAll(brandOfOne, "value: 60\n", "value: 10\n"), "2024-01-11", tracker.Healthy, tracker.InBreach},
	} {
		t.Run(row.name, func(t *testing.T) {
			rules, err := pack.Rulebook(parse(t, "law", row.law), parse(t, "brand", row.brand), outlets)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := history.Timeline(rules).Standing(tracker.ProgrammeBMWi, day(row.on))
			if got.Law != row.lawLight || got.Brand != row.brandLight {
				t.Errorf("%s: law %s, brand %s", row.on, got.Law, got.Brand)
			}
		})
	}
}

func TestPacksThatDoNotFitTogether(t *testing.T) {
	star, statute, renewal := read(t, "blue-star.yaml"), read(t, "statute.yaml"), read(t, "renewal.yaml")
	permit := embedded(t)["law 2024.1"].Text
	for _, row := range []struct {
		name  string
		texts []string
		key   string // empty: they fit
	}{
		{"nothing", nil, ""},
		{"different programmes", []string{star, renewal, statute, permit}, ""},
		{"a skill that another pack grants", []string{statute, permit}, ""},
		{"a skill that nobody grants", []string{statute, star}, "pack_skill_unknown"},
		{"a skill of a ratio that nobody grants", []string{strings.Replace(star, "skill: energy\n      percent", "skill: sun\n      percent", 1)}, "pack_skill_unknown"},
		{"a version twice", []string{star, star}, "pack_version_twice"},
		{"two versions from one day", []string{star, strings.Replace(star, `"2023"`, `"2024"`, 1)}, "pack_day_twice"},
		{"two versions without a day", []string{renewal, strings.Replace(renewal, `version: "1"`, `version: "2"`, 1)}, "pack_day_twice"},
		{"a second version", []string{star, strings.NewReplacer(`"2023"`, `"2024"`, "2022-01-01", "2024-01-01").Replace(star)}, ""},
		{"a second version of another kind", []string{star, strings.NewReplacer("programme: renewal", "programme: blue-star").Replace(renewal)}, "pack_kind_changed"},
		{"a requirement of another programme", []string{star, strings.Replace(star, "programme: blue-star", "programme: red-star", 1)}, "pack_code_elsewhere"},
		{"a module of another programme", []string{renewal, strings.Replace(renewal, "programme: renewal", "programme: again", 1)}, "pack_code_elsewhere"},
		{"a type of another programme", []string{star, permit, strings.Replace(permit[:strings.Index(permit, "requirements:")], "programme: law", "programme: other", 1) + permit[strings.Index(permit, "qualifications:"):]}, "pack_code_elsewhere"},
		{"a model of another programme", []string{star, "programme: other\nkind: project\nversion: x\nname: {en: a, zh: b}\n" + star[strings.Index(star, "models:"):strings.Index(star, "    launch_on")] + "    launch_on: {value: 2024-01-01, basis: brand, cite: x}\n"}, "pack_code_elsewhere"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var packs []pack.Pack
			var standards []tracker.Standard
			for _, text := range row.texts {
				p := parse(t, "x", text)
				packs, standards = append(packs, p), append(standards, p.Standard)
			}
			_, err := pack.Rulebook(packs...)
			if row.key == "" {
				if err != nil || pack.Validate(standards) != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			fault := wantFault(t, err, row.key)
			if fault.Args["programme"] == "" || fault.Args["version"] == "" {
				t.Errorf("the fault does not name the standard: %v", fault)
			}
			wantFault(t, pack.Validate(standards), row.key)
		})
	}
}

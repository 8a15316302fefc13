package apptest

import (
	"strings"
	"testing"

	"dealercert/internal/pack"
)

// Tenth is a programme that comes with no program: a pack in YAML from a day on. In Small, three technicians are employed
// at Healthy alone, and none at Outsider.
func Tenth(effective string) string {
	return `programme: night-charging
kind: certification
version: "1.0"
name: {en: Night charging, zh: 夜间充电}
source: {basis: assumption, cite: Sample of a programme that an installation adds}
effective_on: ` + effective + `
validity_months: 12
renewal_window_days: 30
reset_days: 30
requirements:
  - code: NCH-01
    title: {en: Three technicians are employed, zh: 至少三名在职技师}
    why: {en: One of them is on call at night., zh: 夜间须有一人待命。}
    basis: brand
    severity: major
    weight: 10
    grace_days: 45
    measure: {kind: count, skill: employed, job: technician, at_least: 3}
  - code: NCH-02
    title: {en: A technician for high voltage is employed, zh: 至少一名高压技师}
    why: {en: Chargers are repaired by people who may., zh: 充电桩须由具备资质的人员维修。}
    basis: brand
    severity: critical
    weight: 20
    grace_days: 20
    measure: {kind: count, skill: hvt-c, at_least: 1}
`
}

// NextBMWi is a version of the BMW i standard after the embedded ones: it asks for three technicians in place of two, under
// a new code to which what was proven and waived is carried over.
func NextBMWi(t testing.TB, effective, transition string) string {
	t.Helper()
	packs, err := pack.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		if p.Standard.Programme != "bmw-i" || p.Standard.Version != "2.0" {
			continue
		}
		text := strings.NewReplacer(`version: "2.0"`, `version: "3.0"`, "value: 2025-07-01", "value: "+effective, "value: 2026-06-30", "value: "+transition,
			"code: BMI-B02", "code: BMI-B12", "        value: 2\n", "        value: 3\n").Replace(p.Text)
		if at := strings.Index(text, "\nlinks:"); at >= 0 {
			text = text[:at]
		}
		return text + "\nlinks:\n  - {from: BMI-B02, to: BMI-B12, carry: yes}\n"
	}
	t.Fatal("there is no second version of bmw-i")
	return ""
}

package storetest

import (
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// Standards are small rules in three programmes: the law wants two permits from 2024-04-01; bmw-i wants two people with
// HVT-C, 80 % of the consultants with the core course, and a proof, and certifies for two years; the digital upgrade has
// two modules.
func Standards() []tracker.Standard {
	return []tracker.Standard{
		{
			Programme: tracker.ProgrammeLaw, Kind: tracker.KindLaw, Version: "1",
			Requirements: []tracker.Requirement{{
				Code: "REG-02", Basis: tracker.BasisLaw, Severity: tracker.Critical, InForceFrom: tracker.MustDate("2024-04-01"),
				Measure: tracker.Measure{Kind: tracker.MeasureCount, Skill: tracker.SkillPermit, AtLeast: 2},
			}},
			Qualifications: []tracker.QualificationType{
				{Code: "permit-lv", Skills: []tracker.Skill{tracker.SkillPermit}, ForTechnicians: true, ReviewMonths: 36, DormantAfter: 6},
				{Code: "hvt-c", Skills: []tracker.Skill{tracker.SkillHVTC}, ForTechnicians: true, HasGeneration: true},
				{Code: "consultant-core", Skills: []tracker.Skill{"consultant-core"}, ForJob: tracker.JobSalesConsultant},
			},
		},
		{
			Programme: tracker.ProgrammeBMWi, Kind: tracker.KindCertification, Version: "1",
			ValidityMonths: 24, RenewalWindowDays: 90, ResetDays: 30,
			Requirements: []tracker.Requirement{
				{
					Code: "BMI-B02", Basis: tracker.BasisBrand, Severity: tracker.Critical, GraceDays: 60,
					Measure: tracker.Measure{Kind: tracker.MeasureCount, Skill: tracker.SkillHVTC, AtLeast: 2},
				},
				{
					Code: "BMI-B03", Basis: tracker.BasisBrand, Severity: tracker.Major, GraceDays: 90,
					Measure: tracker.Measure{
						Kind: tracker.MeasureRatio, Skill: "consultant-core", Job: tracker.JobSalesConsultant, Percent: 80, JoinerDays: 90,
					},
				},
				{
					Code: "BMI-C01", Basis: tracker.BasisBrand, Severity: tracker.Minor,
					Measure: tracker.Measure{Kind: tracker.MeasureProof},
				},
			},
		},
		{
			Programme: tracker.ProgrammeDigitalUpgrade, Kind: tracker.KindProject, Version: "1",
			Modules: []tracker.ModuleDef{{Code: "DGU-01", Mandatory: true}, {Code: "DGU-02", Mandatory: true}},
		},
	}
}

// Rules gives the rulebook of those Standards that are published, with the days of the publications.
func Rules(publications []tracker.Publication) (tracker.Rulebook, error) {
	var list []tracker.Standard
	for _, p := range publications {
		for _, s := range Standards() {
			if s.Programme == p.Programme && s.Version == p.Standard {
				s.EffectiveOn, s.TransitionUntil = p.EffectiveOn, p.TransitionUntil
				list = append(list, s)
			}
		}
	}
	return tracker.NewRulebook(list...), nil
}

// Publish publishes the Standards, in force since before the records.
func Publish(tx *store.Tx) error {
	for _, s := range Standards() {
		publication := tracker.Publication{Programme: s.Programme, Standard: s.Version, Pack: "-", PackHash: "-"}
		if _, err := tx.Record(publication, ""); err != nil {
			return err
		}
	}
	return nil
}

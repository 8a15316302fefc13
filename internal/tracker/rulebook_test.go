package tracker_test

import "dealercert/internal/tracker"

// The standards of the tests are a small cut of the packs, with round numbers.

func lawV1() tracker.Standard {
	return tracker.Standard{
		Programme: "law", Kind: tracker.KindLaw, Version: "v1",
		ResetDays: 30, // of no effect: each failure of the law starts a clock of its own
		Requirements: []tracker.Requirement{{
			Code: "permits", Basis: tracker.BasisLaw, Severity: tracker.Critical, InForceFrom: tracker.MustDate("2024-04-01"),
			Measure: tracker.Measure{Kind: tracker.MeasureCount, Skill: tracker.SkillPermit, AtLeast: 2},
		}},
		Qualifications: []tracker.QualificationType{{
			Code: "permit-lv", Skills: []tracker.Skill{tracker.SkillPermit}, ForTechnicians: true, ReviewMonths: 36,
			DormantAfter: 6,
		}},
	}
}

func bmwiV1() tracker.Standard {
	return tracker.Standard{
		Programme: "bmw-i", Kind: tracker.KindCertification, Version: "v1",
		ValidityMonths: 24, RenewalWindowDays: 120, ResetDays: 30,
		Requirements: []tracker.Requirement{
			{
				Code: "voltage", Basis: tracker.BasisBrand, Severity: tracker.Critical, GraceDays: 60,
				Measure: tracker.Measure{Kind: tracker.MeasureCount, Skill: tracker.SkillHVTC, AtLeast: 2},
			},
			{
				Code: "consultants", Basis: tracker.BasisBrand, Severity: tracker.Major, GraceDays: 60,
				Measure: tracker.Measure{
					Kind: tracker.MeasureRatio, Skill: "consultant-core", Job: tracker.JobSalesConsultant, Percent: 80,
					JoinerDays: 90,
				},
			},
			{
				Code: "champion", Basis: tracker.BasisBrand, Severity: tracker.Minor,
				Measure: tracker.Measure{
					Kind: tracker.MeasureCount, Skill: tracker.SkillEmployed, Job: tracker.JobIChampion, AtLeast: 1,
				},
			},
		},
		Qualifications: []tracker.QualificationType{
			{Code: "hvt-c", Skills: []tracker.Skill{"hvt-c"}, ForTechnicians: true, HasGeneration: true},
			{Code: "hvt-b", Skills: []tracker.Skill{"hvt-b", "hvt-c"}, ForTechnicians: true, HasGeneration: true},
			{Code: "hve", Skills: []tracker.Skill{"hve", "hvt-b", "hvt-c"}, ForTechnicians: true},
			{Code: "consultant-core", Skills: []tracker.Skill{"consultant-core"}, ForJob: tracker.JobSalesConsultant},
		},
		Models: []tracker.Model{
			{Code: "iX", LaunchOn: tracker.MustDate("2021-11-15")},
			{Code: "i3", LaunchOn: tracker.MustDate("2014-09-20"), EndOn: tracker.MustDate("2022-06-30")},
			{Code: "unknown"},
		},
	}
}

func upgradeV1() tracker.Standard {
	return tracker.Standard{
		Programme: "digital-upgrade", Kind: tracker.KindProject, Version: "v1",
		Modules: []tracker.ModuleDef{{Code: "DGU-01", Mandatory: true}, {Code: "DGU-02", Mandatory: true}, {Code: "DGU-03"}},
	}
}

// bmwiV2 asks for one high-voltage technician more from 2025-01-01 on, for those certified by the first version from
// 2025-07-01 on.
func bmwiV2() tracker.Standard {
	s := bmwiV1()
	s.Version, s.EffectiveOn, s.TransitionUntil = "v2", tracker.MustDate("2025-01-01"), tracker.MustDate("2025-06-30")
	s.Requirements[0].Measure.AtLeast = 3
	s.Requirements[0].GraceDays = 30
	return s
}

func testRules() tracker.Rulebook {
	return tracker.NewRulebook(upgradeV1(), bmwiV1(), lawV1())
}

// rulesWith gives the rulebook whose first BMW i standard is changed as a test needs it.
func rulesWith(change func(*tracker.Standard)) tracker.Rulebook {
	s := bmwiV1()
	change(&s)
	return tracker.NewRulebook(upgradeV1(), s, lawV1())
}

package demo

import (
	"slices"

	"dealercert/internal/tracker"
)

// Reports gives what a dealership has reported in the last days before the network's last knowledge: somebody who joined,
// a certificate, a module that went live. None of it counts before it is accepted.
func (n *Network) Reports(history tracker.History, people map[tracker.PersonID]tracker.Person) []tracker.Claim {
	chance, day := newDice(n.seed, forReports, int(history.Dealership)), lastRecordingDay
	claims := []tracker.Claim{{
		Kind: tracker.ClaimJoiner, StaffNo: "N" + people[history.People[0].Person].StaffNo, Name: newNamer(chance.Rand).person(),
		Job: tracker.JobTechnician, FirstDay: day.Add(-chance.IntN(20)),
	}}
	for _, p := range history.People {
		works := slices.ContainsFunc(p.Employments, func(e tracker.Employment) bool {
			return e.Dealership == history.Dealership && e.Job.Technician() && e.From < day && e.Until == 0
		})
		if works {
			claims = append(claims, tracker.Claim{
				Kind: tracker.ClaimQualification, StaffNo: people[p.Person].StaffNo, Type: "hvt-b", Generation: "gen6",
				IssuedOn: day.Add(-3 - chance.IntN(20)), ExpiresOn: day.AddMonths(24),
			})
			break
		}
	}
	for _, m := range history.Modules {
		if m.PlannedSince != 0 && m.LiveOn == 0 {
			return append(claims, tracker.Claim{Kind: tracker.ClaimLive, Module: m.Module, LiveOn: day.Add(-chance.IntN(10))})
		}
	}
	return claims
}

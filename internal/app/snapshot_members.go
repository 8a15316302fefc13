package app

import (
	"context"
	"slices"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// member is what a figure counts: a dealership, or a person at one.
type member struct {
	dealership tracker.DealershipID
	person     tracker.PersonID // zero for a dealership
}

// members are what figures count on a day, by the figures' words, with the region of each.
type members map[string]map[member]tracker.RegionID

func (m members) add(key string, who member, region tracker.RegionID) {
	if m[key] == nil {
		m[key] = map[member]tracker.RegionID{}
	}
	m[key][who] = region
}

// membersOn gives what a snapshot's figures count on a day, by what the context knows.
func (a *App) membersOn(ctx context.Context, s tracker.Snapshot, on tracker.Date, resolve Resolve) (members, error) {
	if s.Question != tracker.QuestionFigures {
		list, err := a.listMembers(ctx, s, resolve)
		out := members{}
		for _, who := range list {
			out.add(countKey, who, 0)
		}
		return out, err
	}
	_, regions, err := a.covering(ctx, s)
	if err != nil {
		return nil, err
	}
	var out members
	err = a.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = figureMembers(tx, store.DayQuery{On: on, Codes: s.Covers, Regions: regions})
		return err
	})
	return out, err
}

// figureMembers finds what each figure of a report counts: a dealership where the figures of it alone have something there.
func figureMembers(tx *store.Tx, q store.DayQuery) (members, error) {
	standings, err := tx.StandingsOn(q)
	if err != nil {
		return nil, err
	}
	staffing, err := tx.StaffingOn(q)
	if err != nil {
		return nil, err
	}
	posts, err := tx.PostsOn(q)
	if err != nil {
		return nil, err
	}
	alone, regions := map[tracker.DealershipID]*Block{}, map[tracker.DealershipID]tracker.RegionID{}
	for _, s := range staffing {
		regions[s.Dealership] = s.Region
		b := &Block{Active: 1}
		b.Technicians.BelowMinimum, b.Technicians.SingleHolder = boolRank(s.BelowMinimum), boolRank(s.NEVQualified == 1)
		alone[s.Dealership] = b
	}
	for _, s := range standings {
		if b := alone[s.Dealership]; b != nil {
			b.count(standingKey{s.Region, s.Programme, s.State, s.Law, s.Brand}, 1)
		}
	}
	out := members{}
	for id, b := range alone {
		for _, f := range snapshotFigures {
			if !f.people && f.of(*b) > 0 {
				out.add(f.key, member{dealership: id}, regions[id])
			}
		}
	}
	for _, p := range posts {
		who := member{p.Dealership, p.Person}
		switch {
		case p.Skill == tracker.SkillNEV:
			out.add("nev_qualified", who, regions[p.Dealership])
		case p.Job.Technician():
			out.add("employed", who, regions[p.Dealership])
		}
	}
	return out, nil
}

// listMembers gives what a list of a snapshot shows, by what the context knows.
func (a *App) listMembers(ctx context.Context, s tracker.Snapshot, resolve Resolve) ([]member, error) {
	asked, err := resolve(s.Question, s.Asked, s.On)
	if err != nil {
		return nil, err
	}
	var out []member
	err = a.store.Read(ctx, func(tx *store.Tx) error {
		if q := asked.Dealerships; q != nil {
			q.Scope, q.Today, q.On = tracker.Scope{All: true}, a.Today(), s.On
			q.Q, q.Provinces, q.Cities, q.Codes = "", nil, nil, covered(s.Covers, q.Codes)
			ids, err := tx.MatchingDealerships(*q)
			for _, id := range ids {
				out = append(out, member{dealership: id})
			}
			return err
		}
		q := asked.People
		q.Scope, q.Whole, q.Today, q.On, q.Page, q.PerPage = tracker.Scope{All: true}, true, a.Today(), s.On, 0, 0
		q.Dealerships = covered(s.Covers, q.Dealerships)
		rows, err := tx.People(*q)
		for _, row := range rows {
			out = append(out, member{row.Dealership, row.ID})
		}
		return err
	})
	return out, err
}

// covered gives the codes that are asked for among those that are covered; no codes are all of them, on either side.
func covered(covers, asked []string) []string {
	if len(covers) == 0 {
		return asked
	}
	if len(asked) == 0 {
		return covers
	}
	out := slices.DeleteFunc(slices.Clone(asked), func(code string) bool { return !slices.Contains(covers, code) })
	if len(out) == 0 {
		return []string{""} // a code that nobody has
	}
	return out
}

package tracker_test

import (
	"slices"
	"testing"

	"dealercert/internal/tracker"
)

func TestWhatEachRoleMayDo(t *testing.T) {
	all := []tracker.Action{
		tracker.SeeFigures, tracker.SeeDealerships, tracker.SeePeople, tracker.Decide, tracker.ProposeDecisions, tracker.RecordFacts,
		tracker.MaintainDealerships, tracker.ManageAccounts, tracker.ImportData, tracker.SubmitClaims, tracker.ReviewClaims,
	}
	for role, may := range map[tracker.Role][]tracker.Action{
		"admin":    {"manage_accounts"},
		"network":  {"see_figures", "see_dealerships", "see_people", "decide", "propose_decisions", "record_facts", "maintain_dealerships", "import_data", "review_claims"},
		"regional": {"see_figures", "see_dealerships", "see_people", "propose_decisions", "record_facts", "maintain_dealerships", "import_data", "review_claims"},
		"auditor":  {"see_figures", "see_dealerships", "see_people"},
		"group":    {"see_figures", "see_dealerships", "see_people"},
		"dealer":   {"see_figures", "see_dealerships", "see_people", "submit_claims"},
		"viewer":   {"see_figures", "see_dealerships"},
		"operator": slices.DeleteFunc(slices.Clone(all), func(a tracker.Action) bool { return a == tracker.SubmitClaims }),
		"somebody": nil,
		"":         nil,
	} {
		actor := tracker.Actor{Role: role}
		for _, action := range all {
			want := slices.Contains(may, action)
			if actor.Can(action) != want {
				t.Errorf("%s can %s: %t", role, action, !want)
			}
			switch err := actor.May(action); {
			case want && err != nil:
				t.Errorf("%s may not %s: %v", role, action, err)
			case !want && tracker.KindOf(err) != tracker.Forbidden:
				t.Errorf("%s, %s: %v is no Forbidden fault", role, action, err)
			}
		}
	}
	if slices.Contains(tracker.Roles, tracker.RoleOperator) || len(tracker.Roles) != 7 {
		t.Errorf("accounts can have the roles %v", tracker.Roles)
	}
	if !tracker.Operator.Scope.All || !tracker.Operator.Can(tracker.Decide) {
		t.Error("the operator of commands does not have all rights")
	}
}

func TestScope(t *testing.T) {
	for _, c := range []struct {
		name  string
		scope tracker.Scope
		sees  bool
		empty bool
	}{
		{"nothing", tracker.Scope{}, false, true},
		{"all", tracker.Scope{All: true}, true, false},
		{"its region", tracker.Scope{Regions: []tracker.RegionID{1, 3}}, true, false},
		{"another region", tracker.Scope{Regions: []tracker.RegionID{1, 2}}, false, false},
		{"its group", tracker.Scope{Groups: []tracker.GroupID{5}}, true, false},
		{"another group", tracker.Scope{Groups: []tracker.GroupID{3}}, false, false},
		{"itself", tracker.Scope{Dealerships: []tracker.DealershipID{7}}, true, false},
		{"another dealership", tracker.Scope{Dealerships: []tracker.DealershipID{3, 5}}, false, false},
	} {
		if got := c.scope.Sees(7, 3, 5); got != c.sees {
			t.Errorf("%s: sees dealership 7 in region 3 of group 5: %t", c.name, got)
		}
		if got := c.scope.Empty(); got != c.empty {
			t.Errorf("%s: empty %t", c.name, got)
		}
	}
	none := tracker.Scope{Regions: []tracker.RegionID{0}, Groups: []tracker.GroupID{0}}
	if none.Sees(7, 0, 0) {
		t.Error("a dealership without region and group is seen through a scope that names none")
	}
}

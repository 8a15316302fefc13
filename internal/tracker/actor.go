package tracker

import "slices"

// Role is what an account may do, within its scope (MODEL.md §7).
type Role string

// The roles of CONTRACT.md, and the built-in one of commands.
const (
	RoleAdmin    Role = "admin"
	RoleNetwork  Role = "network"
	RoleRegional Role = "regional"
	RoleAuditor  Role = "auditor"
	RoleGroup    Role = "group"
	RoleDealer   Role = "dealer"
	RoleViewer   Role = "viewer"
	RoleOperator Role = "operator"
)

// Roles lists the roles that an account can have.
var Roles = []Role{RoleAdmin, RoleNetwork, RoleRegional, RoleAuditor, RoleGroup, RoleDealer, RoleViewer}

// Scope is the part of the network that an actor sees. The zero Scope sees nothing.
type Scope struct {
	All         bool
	Regions     []RegionID
	Groups      []GroupID
	Dealerships []DealershipID
}

// Empty tells whether nothing is seen.
func (s Scope) Empty() bool {
	return !s.All && len(s.Regions) == 0 && len(s.Groups) == 0 && len(s.Dealerships) == 0
}

// Sees tells whether a dealership that is in a region and group today lies in the scope. Who belongs to no region or
// group is seen through none.
func (s Scope) Sees(id DealershipID, region RegionID, group GroupID) bool {
	return s.All || region != 0 && slices.Contains(s.Regions, region) ||
		group != 0 && slices.Contains(s.Groups, group) || slices.Contains(s.Dealerships, id)
}

// Actor is who does something: an account with its role and scope, reloaded for each request.
type Actor struct {
	ID       AccountID
	Login    string
	Name     string
	Role     Role
	Scope    Scope
	Language string
}

// Operator is the actor of commands run without an account: all rights, its name in the history.
var Operator = Actor{Login: "operator", Name: "operator", Role: RoleOperator, Scope: Scope{All: true}}

// Action is something that can be done.
type Action string

// The actions.
const (
	SeeFigures          Action = "see_figures"          // the network's figures in the scope
	SeeDealerships      Action = "see_dealerships"      // dealerships in the scope
	SeePeople           Action = "see_people"           // personal data
	Decide              Action = "decide"               // record, correct and void decisions
	ProposeDecisions    Action = "propose_decisions"    // enter decisions that somebody else takes
	RecordFacts         Action = "record_facts"         // employments' ends and modules as accepted
	MaintainDealerships Action = "maintain_dealerships" // create, edit, move, close
	KeepContacts        Action = "keep_contacts"        // whom to call at a dealership, and what was promised
	ManageAccounts      Action = "manage_accounts"
	ImportData          Action = "import_data"     // take in tables, of what the role may record
	SubmitClaims        Action = "submit_claims"   // report what changed at one's own dealership
	PublishFigures      Action = "publish_figures" // freeze figures of the scope for those who see all of it
	ReviewClaims        Action = "review_claims"   // accept, return or reject what a dealership reported
	PreparePacks        Action = "prepare_packs"   // send packs, try them and discard them
	PublishPacks        Action = "publish_packs"   // put a pack in force that somebody else sent
	ManageTraining      Action = "manage_training" // sessions of courses, and what came of them
	BookSeats           Action = "book_seats"      // for people who work in the scope
)

// grants says what each role may do within its scope.
var grants = map[Role][]Action{
	RoleAdmin:    {ManageAccounts, PreparePacks},
	RoleNetwork:  {SeeFigures, SeeDealerships, SeePeople, Decide, ProposeDecisions, RecordFacts, MaintainDealerships, KeepContacts, ImportData, ReviewClaims, PublishFigures, PreparePacks, PublishPacks, ManageTraining, BookSeats},
	RoleRegional: {SeeFigures, SeeDealerships, SeePeople, ProposeDecisions, RecordFacts, MaintainDealerships, KeepContacts, ImportData, ReviewClaims, PublishFigures, BookSeats},
	RoleAuditor:  {SeeFigures, SeeDealerships, SeePeople},
	RoleGroup:    {SeeFigures, SeeDealerships, SeePeople},
	RoleDealer:   {SeeFigures, SeeDealerships, SeePeople, KeepContacts, SubmitClaims, BookSeats},
	RoleViewer:   {SeeFigures, SeeDealerships},
	RoleOperator: {SeeFigures, SeeDealerships, SeePeople, Decide, ProposeDecisions, RecordFacts, MaintainDealerships, KeepContacts, ManageAccounts, ImportData, ReviewClaims, PublishFigures, PreparePacks, PublishPacks, ManageTraining, BookSeats},
}

// Can tells whether the role allows the action, whatever it is done to.
func (a Actor) Can(action Action) bool { return slices.Contains(grants[a.Role], action) }

// May gives nil when the role allows the action, else a Forbidden fault.
func (a Actor) May(action Action) error {
	if a.Can(action) {
		return nil
	}
	return Fault(Forbidden, "forbidden", "action", string(action))
}

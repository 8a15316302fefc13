package store

import (
	"context"
	"errors"
	"time"

	"dealercert/internal/tracker"
)

var errPending = errors.New("not yet")

// Open opens.
func Open(ctx context.Context, c Config) (*Store, error) { return nil, errPending }

func (s *Store) Close() error                                                   { return errPending }
func (s *Store) Migrate(ctx context.Context) ([]Migration, error)               { return nil, errPending }
func (s *Store) MigrationStatus(ctx context.Context) ([]Migration, error)       { return nil, errPending }
func (s *Store) SQLiteVersion() string                                          { return "" }
func (s *Store) Read(ctx context.Context, fn func(*Tx) error) error             { return errPending }
func (s *Store) Write(ctx context.Context, w Writing, fn func(*Tx) error) error { return errPending }

// Try is Write that is always rolled back.
func (s *Store) Try(ctx context.Context, w Writing, fn func(*Tx) error) error { return errPending }

func (tx *Tx) Moment() tracker.Moment { return 0 }
func (tx *Tx) Today() tracker.Date    { return 0 }
func (tx *Tx) Settle() error          { return errPending }

func (tx *Tx) Regions() ([]tracker.Region, error)                      { return nil, errPending }
func (tx *Tx) Zones() ([]tracker.Zone, error)                          { return nil, errPending }
func (tx *Tx) Groups() ([]tracker.Group, error)                        { return nil, errPending }
func (tx *Tx) CreateRegion(r tracker.Region) (tracker.RegionID, error) { return 0, errPending }
func (tx *Tx) CreateZone(code string) (tracker.ZoneID, error)          { return 0, errPending }
func (tx *Tx) CreateGroup(g tracker.Group) (tracker.GroupID, error)    { return 0, errPending }
func (tx *Tx) CreateDealership(d tracker.Dealership) (tracker.DealershipID, error) {
	return 0, errPending
}
func (tx *Tx) UpdateDealership(d tracker.Dealership, reason string) error { return errPending }
func (tx *Tx) Dealership(scope tracker.Scope, code string) (tracker.Dealership, error) {
	return tracker.Dealership{}, errPending
}

func (tx *Tx) DealershipByID(id tracker.DealershipID) (tracker.Dealership, error) {
	return tracker.Dealership{}, errPending
}

func (tx *Tx) DealershipsByCode(codes []string) (map[string]tracker.Dealership, error) {
	return nil, errPending
}
func (tx *Tx) AllDealerships(fn func(tracker.Dealership) error) error  { return errPending }
func (tx *Tx) CreatePerson(p tracker.Person) (tracker.PersonID, error) { return 0, errPending }
func (tx *Tx) Persons(ids []tracker.PersonID) (map[tracker.PersonID]tracker.Person, error) {
	return nil, errPending
}
func (tx *Tx) PersonByStaffNo(no string) (tracker.Person, error) { return tracker.Person{}, errPending }

func (tx *Tx) Record(fact tracker.Fact, reason string) (tracker.FactID, error) { return "", errPending }
func (tx *Tx) Correct(chain tracker.FactID, fact tracker.Fact, reason string) error {
	return errPending
}
func (tx *Tx) Void(kind tracker.FactKind, chain tracker.FactID, reason string) error {
	return errPending
}
func (tx *Tx) Load(facts []tracker.Fact) error { return errPending }
func (tx *Tx) Fact(kind tracker.FactKind, chain tracker.FactID) (tracker.Fact, error) {
	return nil, errPending
}
func (tx *Tx) Versions(kind tracker.FactKind, chain tracker.FactID) ([]tracker.Fact, error) {
	return nil, errPending
}
func (tx *Tx) History(id tracker.DealershipID, known tracker.Moment) (tracker.History, error) {
	return tracker.History{}, errPending
}

func (tx *Tx) PersonHistory(id tracker.PersonID, known tracker.Moment) (tracker.PersonHistory, error) {
	return tracker.PersonHistory{}, errPending
}
func (tx *Tx) DealershipFacts(id tracker.DealershipID) ([]tracker.Fact, error) {
	return nil, errPending
}
func (tx *Tx) Publications(known tracker.Moment) ([]tracker.Publication, error) {
	return nil, errPending
}
func (tx *Tx) Rules() (tracker.Rulebook, error) { return tracker.Rulebook{}, errPending }
func (tx *Tx) RulesKnown(known tracker.Moment) (tracker.Rulebook, error) {
	return tracker.Rulebook{}, errPending
}
func (tx *Tx) CertificateNumber(chain tracker.FactID) (string, error) { return "", errPending }
func (tx *Tx) Note(e Entry) error                                     { return errPending }
func (tx *Tx) Changes(q ChangeQuery) ([]Change, error)                { return nil, errPending }
func (tx *Tx) Dealerships(q DealershipQuery) ([]DealershipRow, error) { return nil, errPending }
func (tx *Tx) CountDealerships(q DealershipQuery) (int, error)        { return 0, errPending }
func (tx *Tx) EachDealership(q DealershipQuery, fn func(DealershipRow) error) error {
	return errPending
}
func (tx *Tx) Facets(q DealershipQuery) (Facets, error) { return Facets{}, errPending }
func (tx *Tx) Standings(id tracker.DealershipID, known tracker.Moment) ([]tracker.Standing, error) {
	return nil, errPending
}
func (tx *Tx) Losses(q LossQuery) ([]LossRow, error) { return nil, errPending }
func (tx *Tx) LossCounts(q LossQuery) (map[tracker.RegionID]map[tracker.ProgrammeCode]LossCount, error) {
	return nil, errPending
}
func (tx *Tx) CoverageOf(id tracker.DealershipID) ([]tracker.Coverage, error) { return nil, errPending }
func (tx *Tx) LastMoment() (tracker.Moment, error)                            { return 0, errPending }
func (tx *Tx) StandingPoints(after tracker.Moment) ([]StandingPoint, error)   { return nil, errPending }
func (tx *Tx) StaffingPoints(after tracker.Moment) ([]StaffingPoint, error)   { return nil, errPending }
func (tx *Tx) ScopedStandingCounts(scope tracker.Scope, today, on tracker.Date) ([]StandingPoint, error) {
	return nil, errPending
}
func (tx *Tx) ScopedStaffing(scope tracker.Scope, today, on tracker.Date) ([]StaffingPoint, error) {
	return nil, errPending
}

func (tx *Tx) CreateAccount(a Account) (tracker.AccountID, error)           { return 0, errPending }
func (tx *Tx) SetAccountDisabled(id tracker.AccountID, disabled bool) error { return errPending }
func (tx *Tx) SetPassword(id tracker.AccountID, hash string) error          { return errPending }
func (tx *Tx) SetLanguage(id tracker.AccountID, language string) error      { return errPending }
func (tx *Tx) AccountByLogin(login string) (Account, error)                 { return Account{}, errPending }
func (tx *Tx) Accounts() ([]Account, error)                                 { return nil, errPending }
func (tx *Tx) Actor(id tracker.AccountID) (tracker.Actor, error)            { return tracker.Actor{}, errPending }
func (tx *Tx) Meta(key string) (string, error)                              { return "", errPending }
func (tx *Tx) SetMeta(key, value string) error                              { return errPending }
func (tx *Tx) Empty() (bool, error)                                         { return false, errPending }

// Sorts are the keys that a list can be sorted by.
func Sorts() []string { return nil }

// Sessions keeps the sessions of signed-in people; it is a store of github.com/alexedwards/scs.
type Sessions struct{ store *Store }

func (s *Store) Sessions() *Sessions { return &Sessions{s} }
func (s *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	return nil, false, errPending
}
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return errPending
}
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error        { return errPending }
func (s *Sessions) Find(token string) ([]byte, bool, error)                  { return nil, false, errPending }
func (s *Sessions) Commit(token string, data []byte, expiry time.Time) error { return errPending }
func (s *Sessions) Delete(token string) error                                { return errPending }
func (s *Store) Verify(ctx context.Context, progress func(done, total int)) (Report, error) {
	return Report{}, errPending
}

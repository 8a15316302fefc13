package app_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// life is a network in which many people record things day by day, as the dice fall.
type life struct {
	apptest.Network
	t        *testing.T
	dice     *rand.Rand
	dealers  map[string]tracker.Actor
	managers []tracker.Actor
	taken    map[string]int // deeds that were taken, by kind; the others were refused with a reason
	joiners  int
}

var sites = []string{apptest.Healthy, apptest.TwoOnly, apptest.Expiring, apptest.Outsider}

func newLife(t *testing.T, seed uint64) *life {
	t.Helper()
	l := &life{
		Network: apptest.Small(t), t: t, dice: rand.New(rand.NewPCG(seed, 1)), dealers: map[string]tracker.Actor{}, taken: map[string]int{},
	}
	for _, code := range sites {
		login := "dealer-" + code
		if code != apptest.TwoOnly {
			account := app.NewAccount{Login: login, Role: "dealer", Password: app.DemoPassword, Dealerships: []string{code}}
			if err := l.AddAccount(t.Context(), tracker.Operator, account); err != nil {
				t.Fatal(err)
			}
		}
		l.dealers[code] = l.Actor(t, login)
	}
	l.managers = []tracker.Actor{l.Actor(t, "network"), l.Actor(t, "regional-east"), l.Actor(t, "regional-south")}
	return l
}

// one gives one of several, as the dice fall.
func one[V any](l *life, list ...V) V { return list[l.dice.IntN(len(list))] }

// near gives a day so many days around today.
func (l *life) near(before, after int) string {
	return l.Today().Add(l.dice.IntN(before+after+1) - before).String()
}

// maybe gives a day in the future, or none.
func (l *life) maybe(days int) string {
	if l.dice.IntN(2) == 0 {
		return ""
	}
	return l.Today().Add(30 + l.dice.IntN(days)).String()
}

// done counts a deed. Whatever is refused must be refused with a reason that can be told.
func (l *life) done(kind string, err error) {
	l.t.Helper()
	switch {
	case err == nil:
		l.taken[kind]++
	case app.WaitsFor(err) != nil:
		l.taken["proposal"]++
	case tracker.KindOf(err) == tracker.Internal:
		l.t.Fatalf("%s: %v", kind, err)
	}
}

// staff gives the number of somebody who was ever at a dealership.
func (l *life) staff(code string) string {
	view, err := l.Dealership(l.t.Context(), tracker.Operator, code, l.Today())
	if err != nil {
		l.t.Fatal(err)
	}
	people := slices.Concat(view.People, view.Former)
	if len(people) == 0 || l.dice.IntN(8) == 0 {
		return one(l, "T10", "T20", "T30", "C4", "X9")
	}
	return one(l, people...).StaffNo
}

// claim reports something.
func (l *life) claim() {
	code := one(l, sites...)
	f := app.ClaimForm{
		Kind: string(one(l, tracker.ClaimKinds...)), StaffNo: l.staff(code), Module: fmt.Sprintf("DGU-%02d", 1+l.dice.IntN(12)),
		LiveOn: l.near(40, 0), PlannedOn: l.near(0, 90), ReviewedOn: l.near(60, 0), IssuedOn: l.near(60, 0), ExpiresOn: l.maybe(900),
		ReviewDueOn: l.maybe(900), Until: l.near(20, 60), From: l.near(20, 40), Job: string(one(l, tracker.JobTechnician, tracker.JobForeman, tracker.JobSalesConsultant)),
	}
	switch what := one(l, "permit-lv/", "hvt-c/gen5", "hvt-c/gen6", "hvt-b/gen5"); {
	case f.Kind == "review":
		f.IssuedOn = ""
	case f.Kind == "joiner" && l.dice.IntN(3) > 0:
		l.joiners++
		f.StaffNo, f.Name = fmt.Sprintf("N%d", l.joiners), "新员工"
	default:
		f.Name = "某人"
		f.Type, f.Generation = what[:len(what)-1], ""
		if what != "permit-lv/" {
			f.Type, f.Generation = what[:5], what[6:]
		}
	}
	_, err := l.SubmitClaim(l.t.Context(), l.dealers[code], code, f)
	l.done("claim "+f.Kind, err)
}

// review decides on something that waits.
func (l *life) review() {
	by := one(l, l.managers...)
	queue, err := l.ReviewQueue(l.t.Context(), by, nil, nil)
	if err != nil {
		l.t.Fatal(err)
	}
	if len(queue.Rows) == 0 {
		return
	}
	id := one(l, queue.Rows...).ID
	seen, err := l.ReviewClaim(l.t.Context(), by, id)
	if err != nil {
		l.t.Fatal(err)
	}
	verdict := one(l, "accept", "accept", "accept", "return", "reject")
	l.done("review "+verdict, l.DecideClaim(l.t.Context(), by, id, app.Ruling{Verdict: verdict, Reason: "see note", Version: seen.Version, Base: seen.Base, Anew: true}))
}

// second confirms or declines something that waits for a second person, or takes it back.
func (l *life) second() {
	by := one(l, append(l.managers, l.Actor(l.t, "network-2"))...)
	waiting, err := l.Proposals(l.t.Context(), by, app.ProposalsQuery{States: []tracker.ProposalState{tracker.ProposalWaiting}})
	if err != nil {
		l.t.Fatal(err)
	}
	if len(waiting.Rows) == 0 {
		return
	}
	id := one(l, waiting.Rows...).ID
	seen, err := l.Proposal(l.t.Context(), by, id)
	if err != nil {
		l.t.Fatal(err)
	}
	verdict := one(l, app.VerdictConfirm, app.VerdictConfirm, app.VerdictConfirm, app.VerdictDecline, app.VerdictWithdraw)
	ruling := app.ProposalRuling{Verdict: verdict, Reason: "see note", Version: seen.Version, Base: seen.Now, Anew: true}
	l.done(verdict, l.DecideProposal(l.t.Context(), by, id, ruling))
}

// decide records a decision, or corrects one.
func (l *life) decide() {
	code := one(l, sites...)
	f := app.DecisionForm{
		Programme: "bmw-i", Decision: string(one(l, tracker.LifecycleOf(tracker.KindCertification).Kinds()...)), EffectiveOn: l.near(40, 60),
		ValidUntil: l.maybe(700), Conditions: "as agreed", Confirm: true,
	}
	if tracker.DecisionKind(f.Decision) != tracker.Certify && tracker.DecisionKind(f.Decision) != tracker.Renew {
		f.ValidUntil = ""
	}
	if view, err := l.Dealership(l.t.Context(), tracker.Operator, code, l.Today()); err == nil && len(view.Decisions) > 0 && l.dice.IntN(3) == 0 {
		f.Chain, f.Reason = one(l, view.Decisions...).Chain, "typing error"
	}
	l.done("decision", l.RecordDecision(l.t.Context(), one(l, l.managers...), code, f))
}

// table imports a few rows.
func (l *life) table() {
	kind, code := one(l, "people", "qualifications", "modules", "decisions"), one(l, sites...)
	rows := headers[kind] + "\n"
	for range 3 {
		switch kind {
		case "people":
			l.joiners++
			rows += fmt.Sprintf("I%d,导入,%s,technician,%s,%s\n", l.joiners, code, l.near(300, 30), l.maybe(300))
		case "qualifications":
			rows += fmt.Sprintf("%s,hvt-c,gen5,,%s,,,%s\n", l.staff(code), l.near(200, 0), l.maybe(900))
		case "modules":
			rows += fmt.Sprintf("%s,DGU-%02d,%s,%s,\n", one(l, sites...), 1+l.dice.IntN(12), l.near(10, 90), l.near(60, 0))
		default:
			rows += fmt.Sprintf("%s,bmw-i,%s,%s,,import\n", code, one(l, "certify", "renew", "suspend", "reinstate"), l.near(60, 60))
		}
	}
	path := filepath.Join(l.t.TempDir(), kind+".csv")
	if err := os.WriteFile(path, []byte(rows), 0o600); err != nil {
		l.t.Fatal(err)
	}
	report := imported(l.t, l.Network, l.managers[0], kind, path, app.ImportOptions{Policy: app.PolicyValidRows})
	if report.Create+report.Update > 0 {
		l.taken["import "+kind]++
	}
}

// void takes back something that is recorded about a dealership.
func (l *life) void() {
	code := one(l, sites...)
	dealership, err := l.DealershipRow(l.t.Context(), tracker.Operator, code, l.Today())
	if err != nil {
		l.t.Fatal(err)
	}
	var facts []tracker.Fact
	if err := l.Store.Read(l.t.Context(), func(tx *store.Tx) (err error) {
		facts, err = tx.DealershipFacts(dealership.ID)
		return err
	}); err != nil {
		l.t.Fatal(err)
	}
	fact := one(l, facts...)
	f := app.VoidForm{Kind: fact.Kind(), Chain: fact.Version().Chain, Reason: "recorded by mistake", Confirm: true}
	l.done("voiding", l.VoidFact(l.t.Context(), l.managers[0], code, f))
}

// Days on which people report, decide, import, correct and take back, as the dice fall: afterwards what is stored is what
// the facts say, the forecast leads to the report of each later day, and when those days have come the reports say the same.
func TestRandomDays(t *testing.T) {
	taken := map[string]int{}
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			l := newLife(t, seed)
			for range 30 {
				for range 3 {
					one(l, l.claim, l.claim, l.claim, l.review, l.review, l.decide, l.table, l.void, l.second)()
				}
				l.Advance(1 + l.dice.IntN(3))
			}
			report, err := l.Verify(t.Context(), nil)
			if err != nil || !report.OK() {
				t.Fatalf("verify: %v %v", report.Findings, err)
			}
			apptest.FollowForecast(t, l.App, 400)
			for kind, n := range l.taken {
				taken[kind] += n
			}
			later := l.Today().Add(45)
			foretold, err := l.Summary(t.Context(), l.managers[0], app.SummaryQuery{On: later})
			if err != nil {
				t.Fatal(err)
			}
			l.Advance(45)
			come, err := l.Summary(t.Context(), l.managers[0], app.SummaryQuery{On: l.Today()})
			if err != nil || l.Today() != later {
				t.Fatalf("today is %s, %v", l.Today(), err)
			}
			if come.Block != foretold.Block {
				t.Errorf("foretold %+v\ncame %+v", foretold.Block, come.Block)
			}
		})
	}
	for _, kind := range []string{
		"claim leaver", "claim joiner", "claim stays", "claim qualification", "claim review", "claim live", "claim plan",
		"review accept", "review return", "review reject", "decision", "import people", "import qualifications", "import modules",
		"import decisions", "voiding", "proposal", "confirm", "decline", "withdraw",
	} {
		if taken[kind] == 0 {
			t.Errorf("no %s was ever taken: the dice are loaded: %v", kind, taken)
		}
	}
}

package app_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/tracker"
)

// wantFault fails unless an error is of a kind and, where one is named, has a fault of that field.
func wantFault(t *testing.T, err error, kind tracker.Kind, field string) {
	t.Helper()
	var fault *tracker.Error
	if !errors.As(err, &fault) || fault.Kind != kind {
		t.Errorf("fault %v (%d), want kind %d", err, tracker.KindOf(err), kind)
		return
	}
	if field != "" && !slices.ContainsFunc(fault.Fields, func(f tracker.FieldError) bool { return f.Field == field }) {
		t.Errorf("fault %v names no field %s", err, field)
	}
}

func stateOn(t *testing.T, n apptest.Network, code, on string) tracker.Standing {
	t.Helper()
	view, err := n.Dealership(t.Context(), tracker.Operator, code, tracker.MustDate(on))
	if err != nil {
		t.Fatal(err)
	}
	return view.Standings[tracker.ProgrammeBMWi].Standing
}

// chainOf finds a bmw-i decision of a dealership by its kind.
func chainOf(t *testing.T, n apptest.Network, code string, kind tracker.DecisionKind) tracker.FactID {
	t.Helper()
	view, err := n.Dealership(t.Context(), tracker.Operator, code, n.Today())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range view.Decisions {
		if d.Decided == kind {
			return d.Chain
		}
	}
	t.Fatalf("%s has no decision %s", code, kind)
	return ""
}

func TestDecisionsAreRecordedCorrectedAndVoided(t *testing.T) {
	n := apptest.Small(t)
	by, ctx := n.Actor(t, "network"), t.Context()
	suspend := app.DecisionForm{Programme: "bmw-i", Decision: "suspend", EffectiveOn: "2026-11-20", Grounds: "audit"}
	effect, err := n.PreviewDecision(ctx, by, apptest.Healthy, suspend)
	if err != nil || len(effect.Differences) == 0 || effect.Differences[0].After.State != tracker.Suspended {
		t.Fatalf("preview %+v, %v", effect, err)
	}
	if err := n.RecordDecision(ctx, by, apptest.Healthy, suspend); err != nil {
		t.Fatal(err)
	}
	if was, is := stateOn(t, n, apptest.Healthy, "2026-11-19"), stateOn(t, n, apptest.Healthy, "2026-11-20"); was.State != tracker.Certified || is.State != tracker.Suspended {
		t.Errorf("%s, then %s", was.State, is.State)
	}

	correction := suspend
	correction.Chain, correction.EffectiveOn = chainOf(t, n, apptest.Healthy, tracker.Suspend), "2026-11-22"
	wantFault(t, n.RecordDecision(ctx, by, apptest.Healthy, correction), tracker.Invalid, "reason")
	correction.Reason = "wrong day"
	wantFault(t, n.RecordDecision(ctx, by, apptest.TwoOnly, correction), tracker.NotFound, "") // another dealership's
	if err := n.RecordDecision(ctx, by, apptest.Healthy, correction); err != nil {
		t.Fatal(err)
	}
	if got := stateOn(t, n, apptest.Healthy, "2026-11-21").State; got != tracker.Certified {
		t.Errorf("after the correction: %s", got)
	}

	void := app.VoidForm{Kind: tracker.FactDecision, Chain: correction.Chain}
	wantFault(t, n.VoidFact(ctx, by, apptest.Healthy, void), tracker.Invalid, "reason")
	void.Reason = "taken back"
	wantFault(t, n.VoidFact(ctx, by, apptest.TwoOnly, void), tracker.NotFound, "")
	if err := n.VoidFact(ctx, by, apptest.Healthy, void); err != nil {
		t.Fatal(err)
	}
	if got := stateOn(t, n, apptest.Healthy, "2026-11-20").State; got != tracker.Suspended { // the first version counts again
		t.Errorf("after voiding the correction: %s", got)
	}
	if err := n.VoidFact(ctx, by, apptest.Healthy, void); err != nil {
		t.Fatal(err)
	}
	if got := stateOn(t, n, apptest.Healthy, "2026-11-23").State; got != tracker.Certified {
		t.Errorf("after voiding the decision: %s", got)
	}
	verified(t, n)
}

func TestDecisionsThatCannotBeTaken(t *testing.T) {
	n := apptest.Small(t)
	by := n.Actor(t, "network")
	for name, tt := range map[string]struct {
		code  string
		form  app.DecisionForm
		field string
	}{
		"reinstate what is not suspended": {apptest.Healthy, app.DecisionForm{Programme: "bmw-i", Decision: "reinstate", EffectiveOn: "2026-11-20"}, "decision"},
		"suspend what is not certified":   {apptest.Outsider, app.DecisionForm{Programme: "bmw-i", Decision: "suspend", EffectiveOn: "2026-11-20"}, "decision"},
		"no such decision":                {apptest.Healthy, app.DecisionForm{Programme: "bmw-i", Decision: "bless", EffectiveOn: "2026-11-20"}, "decision"},
		"nobody decides the law":          {apptest.Healthy, app.DecisionForm{Programme: "law", Decision: "certify", EffectiveOn: "2026-11-20"}, "programme"},
		"no such programme":               {apptest.Healthy, app.DecisionForm{Programme: "x", Decision: "certify", EffectiveOn: "2026-11-20"}, "programme"},
		"no day":                          {apptest.Healthy, app.DecisionForm{Programme: "bmw-i", Decision: "suspend"}, "effective_on"},
		"no such day":                     {apptest.Healthy, app.DecisionForm{Programme: "bmw-i", Decision: "suspend", EffectiveOn: "2026-02-29"}, "effective_on"},
		"before there was a standard":     {apptest.Healthy, app.DecisionForm{Programme: "bmw-i", Decision: "certify", EffectiveOn: "1999-01-01"}, "effective_on"},
		"ends before it begins":           {apptest.Outsider, app.DecisionForm{Programme: "bmw-i", Decision: "certify", EffectiveOn: "2026-11-20", ValidUntil: "2026-11-19"}, "valid_until"},
		"a suspension has no validity":    {apptest.Healthy, app.DecisionForm{Programme: "bmw-i", Decision: "suspend", EffectiveOn: "2026-11-20", ValidUntil: "2027-11-19"}, "valid_until"},
		"conditions unsaid":               {apptest.Outsider, app.DecisionForm{Programme: "bmw-i", Decision: "certify_with_conditions", EffectiveOn: "2026-11-20"}, "conditions"},
		"modules are not verified":        {apptest.Healthy, app.DecisionForm{Programme: "digital-upgrade", Decision: "complete", EffectiveOn: "2026-11-20"}, "decision"},
	} {
		t.Run(name, func(t *testing.T) {
			wantFault(t, n.RecordDecision(t.Context(), by, tt.code, tt.form), tracker.Invalid, tt.field)
			_, err := n.PreviewDecision(t.Context(), by, tt.code, tt.form)
			wantFault(t, err, tracker.Invalid, tt.field)
		})
	}
	verified(t, n)
}

// A decision before another one that it makes impossible asks for a confirmation, and with it is taken.
func TestLaterDecisionsSkippedNeedAConfirmation(t *testing.T) {
	n := apptest.Small(t)
	by, ctx := n.Actor(t, "network"), t.Context()
	if err := n.RecordDecision(ctx, by, apptest.Healthy, app.DecisionForm{Programme: "bmw-i", Decision: "suspend", EffectiveOn: "2026-11-20"}); err != nil {
		t.Fatal(err)
	}
	void := app.VoidForm{Kind: tracker.FactDecision, Chain: chainOf(t, n, apptest.Healthy, tracker.Certify), Reason: "never audited"}
	effect, err := n.PreviewVoid(ctx, by, apptest.Healthy, void)
	if err != nil || len(effect.Skipped) != 1 || effect.Skipped[0].Decision.Decided != tracker.Suspend {
		t.Fatalf("preview: %+v, %v", effect.Skipped, err)
	}
	wantFault(t, n.VoidFact(ctx, by, apptest.Healthy, void), tracker.Invalid, "confirm")
	if got := stateOn(t, n, apptest.Healthy, "2026-11-19").State; got != tracker.Certified {
		t.Errorf("unconfirmed, and yet: %s", got)
	}
	void.Confirm = true
	n.Agreed(t, n.VoidFact(ctx, by, apptest.Healthy, void))
	if got := stateOn(t, n, apptest.Healthy, "2026-11-23").State; got != tracker.NotEnrolled {
		t.Errorf("confirmed: %s", got)
	}
	verified(t, n)
}

func TestModules(t *testing.T) {
	n := apptest.Small(t)
	by, ctx := n.Actor(t, "regional-east"), t.Context()
	for name, tt := range map[string]struct {
		form  app.ModuleForm
		field string
	}{
		"live tomorrow":             {app.ModuleForm{Module: "DGU-02", LiveOn: "2026-11-24"}, "live_on"},
		"verified but not live":     {app.ModuleForm{Module: "DGU-02", VerifiedOn: "2026-11-20"}, "live_on"},
		"verified before live":      {app.ModuleForm{Module: "DGU-02", LiveOn: "2026-11-20", VerifiedOn: "2026-11-19"}, "verified_on"},
		"nothing said":              {app.ModuleForm{Module: "DGU-02"}, "planned_on"},
		"moved without saying why":  {app.ModuleForm{Module: "DGU-01", PlannedOn: "2022-05-01", LiveOn: "2022-05-04"}, "reason"},
		"taken away without saying": {app.ModuleForm{Module: "DGU-01", PlannedOn: "2022-05-01"}, "reason"},
	} {
		t.Run(name, func(t *testing.T) {
			wantFault(t, n.SetModule(ctx, by, apptest.TwoOnly, tt.form), tracker.Invalid, tt.field)
		})
	}
	wantFault(t, n.SetModule(ctx, by, apptest.TwoOnly, app.ModuleForm{Module: "DGU-99", LiveOn: "2026-11-20"}), tracker.NotFound, "")
	form := app.ModuleForm{Module: "DGU-02", PlannedOn: "2026-10-01", LiveOn: "2026-11-20", VerifiedOn: "2026-11-23"}
	if err := n.SetModule(ctx, by, apptest.TwoOnly, form); err != nil {
		t.Fatal(err)
	}
	view, err := n.Dealership(ctx, by, apptest.TwoOnly, n.Today())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range view.Modules {
		if m.Definition.Code == "DGU-02" && (m.State != tracker.ModuleVerified || m.Fact.LiveOn != tracker.MustDate("2026-11-20")) {
			t.Errorf("recorded %+v", m)
		}
	}
	verified(t, n)
}

// formOf fills the form of a dealership from what is recorded.
func formOf(t *testing.T, n apptest.Network, code string) app.DealershipForm {
	t.Helper()
	view, err := n.Dealership(t.Context(), tracker.Operator, code, n.Today())
	if err != nil {
		t.Fatal(err)
	}
	return app.FormOf(view)
}

func TestDealershipIsCreatedEditedMovedAndClosed(t *testing.T) {
	n := apptest.Small(t)
	by, ctx := n.Actor(t, "network"), t.Context()
	fresh := app.DealershipForm{
		Code: " 30005 ", NameZh: "无锡新店", Province: "江苏", City: "无锡", Region: "east", OpenedOn: "2026-11-01", Brands: []string{"BMW", "bmw i"},
		Lat: "31.5", Lng: "120.3",
	}
	code, err := n.CreateDealership(ctx, by, fresh)
	if n.Agreed(t, err); code != "30005" {
		t.Fatal(code)
	}
	if was, is := stateOn(t, n, code, "2026-10-31"), stateOn(t, n, code, "2026-11-01"); was.State != tracker.NotOperating || is.State != tracker.NotEnrolled {
		t.Errorf("%s, then %s", was.State, is.State)
	}
	_, err = n.CreateDealership(ctx, by, fresh)
	wantFault(t, err, tracker.Conflict, "")

	first := formOf(t, n, code)
	if !reflect.DeepEqual(first.Brands, []string{"BMW", "BMW i"}) {
		t.Errorf("brands %v", first.Brands)
	}
	edit := first
	edit.NameEn, edit.Brands = "Wuxi New", []string{"BMW", "MINI"}
	if err := n.EditDealership(ctx, by, code, edit); err != nil {
		t.Fatal(err)
	}
	if got := formOf(t, n, code); got.NameEn != "Wuxi New" || !reflect.DeepEqual(got.Brands, []string{"BMW", "MINI"}) || got.Version <= first.Version {
		t.Errorf("edited: %+v", got)
	}
	first.NameEn = "Another editor"
	wantFault(t, n.EditDealership(ctx, by, code, first), tracker.Stale, "")

	move := app.MoveForm{Region: "south", Group: "G1", From: "2026-11-10"}
	n.Agreed(t, n.MoveDealership(ctx, by, code, move))
	if was, is := stateOn(t, n, code, "2026-11-09"), stateOn(t, n, code, "2026-11-10"); was.Region != 1 || is.Region != 2 || is.Group != 1 {
		t.Errorf("moved from %d to %d, group %d", was.Region, is.Region, is.Group)
	}
	wantFault(t, n.MoveDealership(ctx, by, code, move), tracker.Invalid, "")

	if err := n.CloseDealership(ctx, by, code, app.CloseForm{LastDay: "2026-11-30", Reason: "lease ended"}); err != nil {
		t.Fatal(err)
	}
	if was, is := stateOn(t, n, code, "2026-11-30"), stateOn(t, n, code, "2026-12-01"); was.State == tracker.NotOperating || is.State != tracker.NotOperating {
		t.Errorf("closing: %s, then %s", was.State, is.State)
	}
	wantFault(t, n.CloseDealership(ctx, by, code, app.CloseForm{LastDay: "2026-12-05", Reason: "again"}), tracker.Invalid, "last_day")
	verified(t, n)
}

func TestFormsOfDealershipsThatCannotBe(t *testing.T) {
	n := apptest.Small(t)
	by := n.Actor(t, "network")
	good := app.DealershipForm{Code: "30009", NameZh: "新店", Province: "江苏", City: "无锡", Region: "east"}
	for name, tt := range map[string]struct {
		change func(*app.DealershipForm)
		field  string
	}{
		"no code":         {func(f *app.DealershipForm) { f.Code = "" }, "code"},
		"code with slash": {func(f *app.DealershipForm) { f.Code = "a/b" }, "code"},
		"no name":         {func(f *app.DealershipForm) { f.NameZh = "\u3000" }, "name_zh"},
		"no city":         {func(f *app.DealershipForm) { f.City = "" }, "city"},
		"no region":       {func(f *app.DealershipForm) { f.Region = "" }, "region"},
		"unknown region":  {func(f *app.DealershipForm) { f.Region = "nowhere" }, "region"},
		"unknown group":   {func(f *app.DealershipForm) { f.Group = "nobody" }, "group"},
		"unknown brand":   {func(f *app.DealershipForm) { f.Brands = []string{"Trabant"} }, "brands"},
		"unknown format":  {func(f *app.DealershipForm) { f.Format = "kiosk" }, "format"},
		"latitude":        {func(f *app.DealershipForm) { f.Lat = "90.5" }, "lat"},
		"not a number":    {func(f *app.DealershipForm) { f.Lng = "NaN" }, "lng"},
		"opened never":    {func(f *app.DealershipForm) { f.OpenedOn = "2026-13-01" }, "opened_on"},
		"control":         {func(f *app.DealershipForm) { f.Address = "a\x00b" }, "address"},
	} {
		t.Run(name, func(t *testing.T) {
			form := good
			tt.change(&form)
			_, err := n.CreateDealership(t.Context(), by, form)
			wantFault(t, err, tracker.Invalid, tt.field)
		})
	}
	if got := summary(t, n, by, "2026-11-23").Active; got != 4 {
		t.Errorf("%d dealerships, want 4 as before", got)
	}
}

// deeds are the use cases that change a dealership, each as somebody would try it at one they name.
func deeds(n apptest.Network, chains map[string]tracker.FactID) map[string]func(t *testing.T, by tracker.Actor, code string) error {
	return map[string]func(t *testing.T, by tracker.Actor, code string) error{
		"decide": func(t *testing.T, by tracker.Actor, code string) error {
			return n.RecordDecision(t.Context(), by, code, app.DecisionForm{Programme: "bmw-i", Decision: "suspend", EffectiveOn: "2026-11-20"})
		},
		"void": func(t *testing.T, by tracker.Actor, code string) error {
			return n.VoidFact(t.Context(), by, code, app.VoidForm{Kind: tracker.FactDecision, Chain: chains["decision"], Reason: "x", Confirm: true})
		},
		"end": func(t *testing.T, by tracker.Actor, code string) error {
			return n.EndEmployment(t.Context(), by, code, app.EndForm{Chain: chains["employment"], LastDay: "2026-11-30"})
		},
		"module": func(t *testing.T, by tracker.Actor, code string) error {
			return n.SetModule(t.Context(), by, code, app.ModuleForm{Module: "DGU-02", PlannedOn: "2026-12-01"})
		},
		"edit": func(t *testing.T, by tracker.Actor, code string) error {
			return n.EditDealership(t.Context(), by, code, app.DealershipForm{NameZh: "x", Province: "x", City: "x", Version: 1})
		},
		"move": func(t *testing.T, by tracker.Actor, code string) error {
			return n.MoveDealership(t.Context(), by, code, app.MoveForm{Region: "south", From: "2026-12-01"})
		},
		"close": func(t *testing.T, by tracker.Actor, code string) error {
			return n.CloseDealership(t.Context(), by, code, app.CloseForm{LastDay: "2026-12-01", Reason: "x"})
		},
	}
}

// What the role does not allow is forbidden; what lies outside the scope is not found, in the very words of what does
// not exist.
func TestWhoMayNot(t *testing.T) {
	n := apptest.Small(t)
	chains := map[string]tracker.FactID{
		"decision": chainOf(t, n, apptest.TwoOnly, tracker.Certify), "employment": technician(t, n, apptest.TwoOnly, "T20").Employment.Chain,
	}
	all := []string{"decide", "void", "end", "module", "edit", "move", "close"}
	for _, tt := range []struct {
		login string
		deeds []string
		kind  tracker.Kind
	}{
		{"viewer", all, tracker.Forbidden},
		{"admin", all, tracker.Forbidden},
		{"dealer-30002", all, tracker.Forbidden},
		{"regional-south", []string{"end", "module", "edit", "move", "close"}, tracker.NotFound},
		{"nobody", []string{"end", "module", "edit", "move", "close"}, tracker.NotFound},
	} {
		by := n.Actor(t, tt.login)
		for _, name := range tt.deeds {
			t.Run(tt.login+" "+name, func(t *testing.T) {
				deed := deeds(n, chains)[name]
				err := deed(t, by, apptest.TwoOnly)
				wantFault(t, err, tt.kind, "")
				if tt.kind == tracker.NotFound {
					alike(t, err, deed(t, by, "99999"))
				}
			})
		}
	}
	dealer := n.Actor(t, "dealer-30002")
	_, foreign := n.Dealership(t.Context(), dealer, apptest.Healthy, n.Today())
	_, missing := n.Dealership(t.Context(), dealer, "99999", n.Today())
	wantFault(t, foreign, tracker.NotFound, "")
	alike(t, foreign, missing)
	wantFault(t, n.MoveDealership(t.Context(), n.Actor(t, "regional-east"), apptest.TwoOnly, app.MoveForm{Region: "south", From: "2026-12-01"}), tracker.Invalid, "region")
	verified(t, n)
}

// alike fails when two faults differ in more than the key that was asked for.
func alike(t *testing.T, foreign, missing error) {
	t.Helper()
	var a, b *tracker.Error
	if !errors.As(foreign, &a) || !errors.As(missing, &b) {
		t.Fatalf("no faults: %v, %v", foreign, missing)
	}
	x, y := *a, *b
	if x.Args["key"] != apptest.TwoOnly && x.Args["key"] != apptest.Healthy || y.Args["key"] != "99999" {
		t.Errorf("the faults do not name what was asked for: %v, %v", a, b)
	}
	x.Args, y.Args = map[string]any{"noun": x.Args["noun"]}, map[string]any{"noun": y.Args["noun"]}
	if !reflect.DeepEqual(x, y) {
		t.Errorf("%v differs from %v", a, b)
	}
}

package app_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// personOn gives what an actor sees of a person on a day.
func personOn(t *testing.T, n apptest.Network, by tracker.Actor, staffNo, on string) app.PersonRecord {
	t.Helper()
	record, err := n.Person(t.Context(), by, staffNo, tracker.MustDate(on))
	if err != nil {
		t.Fatalf("%s as %s: %v", staffNo, by.Login, err)
	}
	return record
}

// certificateOf gives somebody's certificate of a type.
func certificateOf(t *testing.T, n apptest.Network, staffNo string, code tracker.QualificationCode) app.CertificateView {
	t.Helper()
	for _, c := range personOn(t, n, tracker.Operator, staffNo, "2026-11-23").Certificates {
		if c.Qualification.Type == code {
			return c
		}
	}
	t.Fatalf("%s has no %s", staffNo, code)
	return app.CertificateView{}
}

// One of exactly two holders is transferred: both dealerships are in the preview, the law turns red where they were, and
// taking the new employment and the end back restores everything.
func TestATransferEndsWhatWasBefore(t *testing.T) {
	n := apptest.Small(t)
	ctx, by := t.Context(), n.Actor(t, "regional-east")
	form := app.EmploymentForm{Dealership: apptest.Healthy, Job: "technician", From: "2026-12-01", Reason: "closer to home"}
	effect, err := n.PreviewEmployment(ctx, by, "T20", form)
	if err != nil {
		t.Fatal(err)
	}
	red := slices.ContainsFunc(effect.Differences, func(d tracker.Difference) bool {
		return effect.Places[d.After.Dealership].Code == apptest.TwoOnly && d.From.String() == "2026-12-01" && d.After.Law == tracker.InBreach
	})
	if !red || effect.Elsewhere {
		t.Errorf("the preview does not say that the law turns red: %+v", effect)
	}
	if got := lawOn(t, n, by, apptest.TwoOnly, "2026-12-01"); got != tracker.Healthy {
		t.Fatalf("a preview was saved: %s", got)
	}
	if err := n.SetEmployment(ctx, by, "T20", form); err != nil {
		t.Fatal(err)
	}
	if was, is := lawOn(t, n, by, apptest.TwoOnly, "2026-11-30"), lawOn(t, n, by, apptest.TwoOnly, "2026-12-01"); was != tracker.Healthy || is != tracker.InBreach {
		t.Errorf("law %s, then %s", was, is)
	}
	record := personOn(t, n, by, "T20", "2026-12-01")
	if len(record.Employments) != 2 || record.Post.At.Code != apptest.Healthy || record.Employments[1].Last().String() != "2026-11-30" {
		t.Fatalf("employments %+v", record.Employments)
	}
	verified(t, n)

	void := app.VoidForm{Kind: tracker.FactEmployment, Chain: record.Employments[0].Chain}
	wantFault(t, n.VoidOfPerson(ctx, by, "T20", void), tracker.Invalid, "reason")
	void.Reason = "stays after all"
	for _, chain := range []tracker.FactID{record.Employments[0].Chain, record.Employments[1].Chain} {
		void.Chain = chain
		if err := n.VoidOfPerson(ctx, by, "T20", void); err != nil {
			t.Fatal(err)
		}
	}
	if got := lawOn(t, n, by, apptest.TwoOnly, "2026-12-01"); got != tracker.Healthy {
		t.Errorf("taken back, the law is %s", got)
	}
	verified(t, n)
}

// Somebody goes to the other region: who had them sees the record as on the last day, edits nothing and learns nothing of
// where they are; the new region sees everything.
func TestWhoMovesAwayIsSeenAsOnTheLastDay(t *testing.T) {
	n := apptest.Small(t)
	ctx, headquarters := t.Context(), n.Actor(t, "network")
	east, south, dealer := n.Actor(t, "regional-east"), n.Actor(t, "regional-south"), n.Actor(t, "dealer-30002")
	form := app.EmploymentForm{Dealership: apptest.Expiring, Job: "foreman", From: "2026-11-10", Reason: "goes to Guangzhou"}
	wantFault(t, n.SetEmployment(ctx, east, "T20", form), tracker.Invalid, "dealership") // as if there were no such code
	_, err := n.Person(ctx, south, "T20", n.Today())
	wantFault(t, err, tracker.NotFound, "")
	here := personOn(t, n, headquarters, "T20", "2026-11-23").Employments[0].Chain
	corrected := app.EmploymentForm{Chain: here, Dealership: apptest.TwoOnly, Job: "technician", From: "2021-02-01", Reason: "so Guangzhou says"}
	n.Agreed(t, n.SetEmployment(ctx, headquarters, "T20", corrected))
	n.Agreed(t, n.SetEmployment(ctx, headquarters, "T20", form))
	told, err := n.DealershipHistory(ctx, dealer, apptest.TwoOnly)
	if err != nil || slices.ContainsFunc(told, func(e app.HistoryEntry) bool { return e.Reason == form.Reason }) {
		t.Errorf("the end of the employment says where to: %v", err)
	}
	earned := app.QualificationForm{Type: "hve", IssuedOn: "2026-11-12", ExpiresOn: "2028-11-11", Confirmed: true}
	n.Agreed(t, n.SetQualification(ctx, south, "T20", earned))
	for _, by := range []tracker.Actor{east, dealer} {
		record := personOn(t, n, by, "T20", "2026-11-23")
		if len(record.Employments) != 1 || record.Employments[0].At.Code != apptest.TwoOnly || len(record.Certificates) != 2 ||
			record.Post == nil || record.AsOf.String() != "2026-11-09" || record.Editable {
			t.Errorf("%s sees %+v", by.Login, record)
		}
		for _, place := range record.Places {
			if place.Code != apptest.TwoOnly {
				t.Errorf("%s learns of %s", by.Login, place.Code)
			}
		}
		entries, err := n.PersonChanges(ctx, by, "T20")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.By != "" || e.Reason != "" || strings.Contains(inLabels(e.After), "hve") || strings.Contains(inLabels(e.After), apptest.Expiring) {
				t.Errorf("%s reads %+v", by.Login, e)
			}
		}
	}
	for _, by := range []tracker.Actor{east, dealer} {
		err := n.SetLeave(ctx, by, "T20", app.LeaveForm{From: "2026-11-20"})
		wantFault(t, err, tracker.Forbidden, "")
	}
	if record := personOn(t, n, south, "T20", "2026-11-23"); len(record.Employments) != 2 || len(record.Certificates) != 3 || !record.Editable {
		t.Errorf("the new region sees %+v", record)
	}
	chain := personOn(t, n, south, "T20", "2026-11-23").Employments[1].Chain
	err = n.VoidOfPerson(ctx, south, "T20", app.VoidForm{Kind: tracker.FactEmployment, Chain: chain, Reason: "x"})
	wantFault(t, err, tracker.Forbidden, "") // an employment of the other region
	effect, err := n.PreviewVoidOfPerson(ctx, south, "T20", app.VoidForm{Kind: tracker.FactQualification, Chain: certificateOf(t, n, "T20", "permit-lv").Qualification.Chain})
	if err != nil || !effect.Elsewhere || slices.ContainsFunc(effect.Differences, func(d tracker.Difference) bool { return d.After.Dealership == 2 }) {
		t.Errorf("what changes in the other region is hinted at, not told: %+v, %v", effect, err)
	}
}

func inLabels(labels []app.Label) string {
	var out []string
	for _, l := range labels {
		out = append(out, l.Value)
	}
	return strings.Join(out, " ")
}

// faultText gives a fault with its arguments as text: what a reader could learn from it.
func faultText(err error) string {
	var fault *tracker.Error
	if errors.As(err, &fault) {
		return fmt.Sprint(fault.Args, fault.Fields)
	}
	return ""
}

func TestNewPeople(t *testing.T) {
	n := apptest.Small(t)
	ctx, by := t.Context(), n.Actor(t, "regional-east")
	right := app.NewPersonForm{StaffNo: "T77", Name: "新人", Dealership: apptest.TwoOnly, Job: "technician", From: "2026-11-23"}
	tests := []struct {
		name   string
		change func(*app.NewPersonForm)
		field  string
	}{
		{"no number", func(f *app.NewPersonForm) { f.StaffNo = " " }, "staff_no"},
		{"a number that is none", func(f *app.NewPersonForm) { f.StaffNo = "a b" }, "staff_no"},
		{"a word of the addresses", func(f *app.NewPersonForm) { f.StaffNo = "new" }, "staff_no"},
		{"somebody's number", func(f *app.NewPersonForm) { f.StaffNo = "T20" }, "staff_no"},
		{"a stranger's number", func(f *app.NewPersonForm) { f.StaffNo = "T30" }, "staff_no"},
		{"no name", func(f *app.NewPersonForm) { f.Name = "" }, "name"},
		{"no job", func(f *app.NewPersonForm) { f.Job = "" }, "job"},
		{"no first day", func(f *app.NewPersonForm) { f.From = "" }, "from"},
		{"the end before the beginning", func(f *app.NewPersonForm) { f.Until = "2026-11-01" }, "until"},
		{"an unknown dealership", func(f *app.NewPersonForm) { f.Dealership = "99999" }, "dealership"},
		{"a foreign dealership", func(f *app.NewPersonForm) { f.Dealership = apptest.Expiring }, "dealership"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := right
			tt.change(&f)
			_, err := n.PreviewNewPerson(ctx, by, f)
			wantFault(t, err, tracker.Invalid, tt.field)
			wantFault(t, n.CreatePerson(ctx, by, f), tracker.Invalid, tt.field)
			if strings.Contains(faultText(err), "技师3") {
				t.Errorf("the fault names a stranger: %v", err)
			}
		})
	}
	if _, err := n.Person(ctx, by, "T77", n.Today()); tracker.KindOf(err) != tracker.NotFound {
		t.Fatalf("a refused person was saved: %v", err)
	}
	if err := n.CreatePerson(ctx, by, right); err != nil {
		t.Fatal(err)
	}
	coming := right
	coming.StaffNo, coming.From = "T78", "2026-12-15"
	if err := n.CreatePerson(ctx, by, coming); err != nil {
		t.Fatal(err)
	}
	if r := personOn(t, n, by, "T77", "2026-11-23"); r.Post == nil || r.Post.At.Code != apptest.TwoOnly || !r.Editable {
		t.Errorf("%+v", r)
	}
	if r := personOn(t, n, n.Actor(t, "dealer-30002"), "T78", "2026-11-23"); r.Post != nil || len(r.Employments) != 1 {
		t.Errorf("who begins later: %+v", r)
	}
	verified(t, n)
}

// Forms about people are for those who may record facts, about whom they see.
func TestWhoMayEditPeople(t *testing.T) {
	n := apptest.Small(t)
	peopleActors(t, n)
	for login, want := range map[string]tracker.Kind{
		"network": tracker.Internal, "regional-east": tracker.Internal, "regional-south": tracker.NotFound, "viewer": tracker.Forbidden,
		"admin": tracker.Forbidden, "dealer-30002": tracker.Forbidden, "auditor-one": tracker.Forbidden, "group-one": tracker.Forbidden,
		"nobody": tracker.NotFound,
	} {
		by := n.Actor(t, login)
		permit := certificateOf(t, n, "T21", "permit-lv").Qualification.Chain
		for name, err := range map[string]error{
			"employment":    second(n.PreviewEmployment(t.Context(), by, "T21", app.EmploymentForm{Dealership: apptest.TwoOnly, Job: "foreman", From: "2026-12-01"})),
			"leave":         second(n.PreviewLeave(t.Context(), by, "T21", app.LeaveForm{From: "2026-12-01"})),
			"qualification": second(n.PreviewQualification(t.Context(), by, "T21", app.QualificationForm{Type: "hva", IssuedOn: "2026-11-01"})),
			"review":        second(n.PreviewReview(t.Context(), by, "T21", app.ReviewForm{Qualification: permit, ReviewedOn: "2026-11-01"})),
			"void":          second(n.PreviewVoidOfPerson(t.Context(), by, "T21", app.VoidForm{Kind: tracker.FactQualification, Chain: permit})),
		} {
			if got := tracker.KindOf(err); got != want || want == tracker.Internal && err != nil {
				t.Errorf("%s by %s: %v", name, login, err)
			}
		}
	}
}

func second(_ app.Effect, err error) error { return err }

func TestCertificatesAreRecordedCorrectedAndVoided(t *testing.T) {
	n := apptest.Small(t)
	ctx, by := t.Context(), n.Actor(t, "regional-east")
	permit := certificateOf(t, n, "T20", "permit-lv").Qualification
	right := app.QualificationForm{
		Chain: permit.Chain, Type: "permit-lv", Certificate: permit.Certificate, IssuedOn: "2023-01-10", ReviewDueOn: "2026-01-10",
		ExpiresOn: "2026-11-30", Reason: "a misread day",
	}
	for _, tt := range []struct {
		name   string
		change func(*app.QualificationForm)
		kind   tracker.Kind
		field  string
	}{
		{"no reason", func(f *app.QualificationForm) { f.Reason = "" }, tracker.Invalid, "reason"},
		{"nothing changes", func(f *app.QualificationForm) { f.ExpiresOn = "2029-01-09" }, tracker.Invalid, ""},
		{"another covered number", func(f *app.QualificationForm) { f.Certificate = "T***1" }, tracker.Invalid, "certificate_no"},
		{"a generation where there is none", func(f *app.QualificationForm) { f.Generation = "gen5" }, tracker.Invalid, "generation"},
		{"issued tomorrow", func(f *app.QualificationForm) { f.IssuedOn = "2026-11-24" }, tracker.Invalid, "issued_on"},
		{"ends before it begins", func(f *app.QualificationForm) { f.ExpiresOn = "2020-01-01" }, tracker.Invalid, "expires_on"},
		{"an unknown type", func(f *app.QualificationForm) { f.Type = "driving" }, tracker.Invalid, "type"},
		{"somebody else's", func(f *app.QualificationForm) { f.Chain = certificateOf(t, n, "T21", "permit-lv").Qualification.Chain }, tracker.NotFound, ""},
	} {
		f := right
		tt.change(&f)
		err := n.SetQualification(ctx, by, "T20", f)
		if tracker.KindOf(err) != tt.kind {
			t.Errorf("%s: %v", tt.name, err)
		}
		wantFault(t, err, tt.kind, tt.field)
	}
	again := right
	again.Chain = ""
	again.Certificate = ""
	wantFault(t, n.SetQualification(ctx, by, "T20", again), tracker.Invalid, "issued_on") // the same certificate twice

	plain := numberOf(t, n, permit.Chain)
	if err := n.SetQualification(ctx, by, "T20", right); err != nil {
		t.Fatal(err)
	}
	if got := numberOf(t, n, permit.Chain); got != plain || got == permit.Certificate {
		t.Errorf("the mask sent back made the number %q, was %q", got, plain)
	}
	if was, is := lawOn(t, n, by, apptest.TwoOnly, "2026-11-30"), lawOn(t, n, by, apptest.TwoOnly, "2026-12-01"); was != tracker.Healthy || is != tracker.InBreach {
		t.Errorf("law %s, then %s", was, is)
	}
	if got := lawOn(t, n, by, apptest.Healthy, "2026-12-01"); got != tracker.Healthy {
		t.Errorf("another dealership moved: %s", got)
	}
	if err := n.VoidOfPerson(ctx, by, "T20", app.VoidForm{Kind: tracker.FactQualification, Chain: permit.Chain, Reason: "was right"}); err != nil {
		t.Fatal(err)
	}
	if got := lawOn(t, n, by, apptest.TwoOnly, "2026-12-01"); got != tracker.Healthy {
		t.Errorf("taken back, the law is %s", got)
	}
	entries, err := n.PersonChanges(ctx, by, "T20")
	if err != nil || entries[0].Action != store.ActionVoided || entries[1].Action != store.ActionCorrected || entries[1].By != "regional-east" ||
		entries[1].Reason != "a misread day" || strings.Contains(inLabels(entries[1].After), plain) {
		t.Errorf("history %+v, %v", entries[:2], err)
	}
	verified(t, n)
}

// numberOf gives the plain number of a certificate.
func numberOf(t *testing.T, n apptest.Network, chain tracker.FactID) string {
	t.Helper()
	var out string
	err := n.Store.Read(t.Context(), func(tx *store.Tx) (err error) {
		out, err = tx.CertificateNumber(chain)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestReviewsAndLeaves(t *testing.T) {
	n := apptest.Small(t)
	ctx, by := t.Context(), n.Actor(t, "regional-east")
	permit := certificateOf(t, n, "T20", "permit-lv")
	review := app.ReviewForm{Qualification: permit.Qualification.Chain, ReviewedOn: "2026-11-20", NextDue: "2026-12-10"}
	for field, change := range map[string]func(*app.ReviewForm){
		"reviewed_on":   func(f *app.ReviewForm) { f.ReviewedOn = "2026-12-01" },
		"review_due_on": func(f *app.ReviewForm) { f.NextDue = "2026-11-20" },
	} {
		f := review
		change(&f)
		wantFault(t, n.SetReview(ctx, by, "T20", f), tracker.Invalid, field)
	}
	early := review
	early.ReviewedOn = "2022-01-01"
	wantFault(t, n.SetReview(ctx, by, "T20", early), tracker.Invalid, "reviewed_on")
	if err := n.SetReview(ctx, by, "T20", review); err != nil {
		t.Fatal(err)
	}
	if was, is := lawOn(t, n, by, apptest.TwoOnly, "2026-12-10"), lawOn(t, n, by, apptest.TwoOnly, "2026-12-11"); was != tracker.Healthy || is != tracker.InBreach {
		t.Errorf("law %s, then %s", was, is)
	}
	review.Chain, review.NextDue = certificateOf(t, n, "T20", "permit-lv").Reviews[0].Chain, "2027-12-10"
	wantFault(t, n.SetReview(ctx, by, "T20", review), tracker.Invalid, "reason")
	review.Reason = "the year"
	if err := n.SetReview(ctx, by, "T20", review); err != nil {
		t.Fatal(err)
	}
	if got := lawOn(t, n, by, apptest.TwoOnly, "2026-12-11"); got != tracker.Healthy {
		t.Errorf("corrected, the law is %s", got)
	}
	wantFault(t, n.SetLeave(ctx, by, "T20", app.LeaveForm{From: "2026-12-01", Until: "2026-11-01"}), tracker.Invalid, "until")
	if err := n.SetLeave(ctx, by, "T20", app.LeaveForm{From: "2026-12-01"}); err != nil {
		t.Fatal(err)
	}
	if was, is := lawOn(t, n, by, apptest.TwoOnly, "2027-05-31"), lawOn(t, n, by, apptest.TwoOnly, "2027-06-01"); was != tracker.Healthy || is != tracker.InBreach {
		t.Errorf("after six months off the post: law %s, then %s", was, is)
	}
	leave := personOn(t, n, by, "T20", "2026-11-23").Leaves[0].Chain
	if err := n.SetLeave(ctx, by, "T20", app.LeaveForm{Chain: leave, From: "2026-12-01", Until: "2026-12-20", Reason: "back"}); err != nil {
		t.Fatal(err)
	}
	if got := lawOn(t, n, by, apptest.TwoOnly, "2027-06-01"); got != tracker.Healthy {
		t.Errorf("back in time, the law is %s", got)
	}
	verified(t, n)
}

func TestNamesAreCorrected(t *testing.T) {
	n := apptest.Small(t)
	ctx, by := t.Context(), n.Actor(t, "regional-east")
	wantFault(t, n.CorrectName(ctx, by, "T20", app.NameForm{Name: "", Was: "技师20", Reason: "x"}), tracker.Invalid, "name")
	wantFault(t, n.CorrectName(ctx, by, "T20", app.NameForm{Name: "王技师", Was: "技师20"}), tracker.Invalid, "reason")
	wantFault(t, n.CorrectName(ctx, by, "T20", app.NameForm{Name: "王技师", Was: "别名", Reason: "married"}), tracker.Stale, "")
	wantFault(t, n.CorrectName(ctx, by, "T30", app.NameForm{Name: "王技师", Was: "技师30", Reason: "x"}), tracker.NotFound, "")
	if err := n.CorrectName(ctx, by, "T20", app.NameForm{Name: "王技师", Was: "技师20", Reason: "married"}); err != nil {
		t.Fatal(err)
	}
	entries, err := n.PersonChanges(ctx, by, "T20")
	if err != nil || entries[0].Kind != "person" || entries[0].Reason != "married" || personOn(t, n, by, "T20", "2026-11-23").Name != "王技师" {
		t.Errorf("%+v, %v", entries[0], err)
	}
	verified(t, n)
}

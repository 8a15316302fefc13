package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dealercert/internal/app"
	"dealercert/internal/app/apptest"
	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// climber adds somebody to a dealership of the small network, with certificates.
func climber(t *testing.T, n apptest.Network, staffNo, at string, held ...app.QualificationForm) {
	t.Helper()
	by := tracker.Operator // an installation is taken over with its history
	form := app.NewPersonForm{StaffNo: staffNo, Name: "攀登者" + staffNo, Dealership: at, Job: "technician", From: "2022-01-01"}
	if err := n.CreatePerson(t.Context(), by, form); err != nil {
		t.Fatal(err)
	}
	for _, f := range held {
		f.Confirmed = true
		if err := n.SetQualification(t.Context(), by, staffNo, f); err != nil {
			t.Fatal(err)
		}
	}
}

// Something stands against a certificate: whoever records it must confirm, and once it is confirmed it counts as any other.
func TestWhatStandsAgainstACertificateIsConfirmed(t *testing.T) {
	n := apptest.Small(t)
	ctx, by := t.Context(), n.Actor(t, "regional-east")
	battery := app.QualificationForm{Type: "hvt-b", Generation: "gen5", IssuedOn: "2026-11-10", ExpiresOn: "2028-11-09"}
	kinds := func(f app.QualificationForm) string {
		t.Helper()
		effect, err := n.PreviewQualification(ctx, by, "T21", f)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, c := range effect.Concerns {
			out = append(out, strings.TrimSpace(string(c.Kind)+" "+string(c.Missing.Type)))
		}
		return strings.Join(out, ", ")
	}
	if got := kinds(battery); got != "prerequisite hva" {
		t.Errorf("against the battery: %s", got)
	}
	wantFault(t, n.SetQualification(ctx, by, "T21", battery), tracker.Invalid, "confirm")
	number := numberOf(t, n, certificateOf(t, n, "T20", "permit-lv").Qualification.Chain)
	if got := kinds(app.QualificationForm{Type: "hva", Certificate: number, IssuedOn: "2026-11-01", ExpiresOn: "2029-11-01"}); got != "too_long, number" {
		t.Errorf("against a number of somebody else: %s", got)
	}
	n.Agreed(t, n.SetQualification(ctx, by, "T21", app.QualificationForm{Type: "hva", IssuedOn: "2026-11-10", ExpiresOn: "2028-11-09"}))
	if got := kinds(battery); got != "" {
		t.Errorf("with awareness: %s", got)
	}
	early := battery
	early.IssuedOn = "2026-11-09"
	if got := kinds(early); got != "prerequisite hva" {
		t.Errorf("a day before the awareness: %s", got)
	}
	early.Confirmed = true
	n.Agreed(t, n.SetQualification(ctx, by, "T21", early))
	held := certificateOf(t, n, "T21", "hvt-b")
	if !held.Valid {
		t.Error("confirmed, it does not count")
	}
	mended := early
	mended.Chain, mended.ExpiresOn, mended.Reason, mended.Confirmed = held.Qualification.Chain, "2028-11-08", "misread", false
	if err := n.SetQualification(ctx, by, "T21", mended); err != nil {
		t.Errorf("a correction brings up what was confirmed before: %v", err)
	}
}

// A dealership's claim is told what stands against it and goes to the reviewer, who is told too.
func TestAClaimIsToldWhatStandsAgainstIt(t *testing.T) {
	n := apptest.Small(t)
	ctx, dealer := t.Context(), n.Actor(t, "dealer-30002")
	number := numberOf(t, n, certificateOf(t, n, "T20", "permit-lv").Qualification.Chain)
	form := app.ClaimForm{Kind: "qualification", StaffNo: "T21", Type: "hvt-b", Generation: "gen5", Certificate: number, IssuedOn: "2026-11-10", ExpiresOn: "2028-11-09"}
	effect, err := n.PreviewClaim(ctx, dealer, apptest.TwoOnly, form)
	if err != nil || len(effect.Concerns) != 1 || effect.Concerns[0].Missing.Type != "hva" {
		t.Errorf("the dealership is told %+v, %v", effect.Concerns, err)
	}
	claim, err := n.SubmitClaim(ctx, dealer, apptest.TwoOnly, form)
	if err != nil {
		t.Fatal(err)
	}
	review, err := n.ReviewClaim(ctx, n.Actor(t, "regional-east"), claim.ID)
	if err != nil || len(review.Stands) != 2 || review.Stands[1].Kind != tracker.ConcernNumber || review.Against != nil {
		t.Errorf("the reviewer is told %+v, against it %v, %v", review.Stands, review.Against, err)
	}
}

func TestBridgesThatClose(t *testing.T) {
	n := apptest.Small(t)
	older := app.QualificationForm{Type: "hvt-c", Generation: "gen4", IssuedOn: "2024-01-01", ExpiresOn: "2026-12-31"}
	climber(t, n, "B1", apptest.TwoOnly, older)
	climber(t, n, "B2", apptest.Expiring, app.QualificationForm{Type: "hvt-b", Generation: "gen4", IssuedOn: "2025-02-02", ExpiresOn: "2027-02-01"})
	climber(t, n, "B3", apptest.TwoOnly, older, app.QualificationForm{Type: "hvt-c", Generation: "gen5", IssuedOn: "2025-01-01"}) // has both
	climber(t, n, "B4", apptest.TwoOnly, app.QualificationForm{Type: "hvt-c", Generation: "gen4", IssuedOn: "2024-01-01"})        // no end
	for _, tt := range []struct{ login, on, until, want string }{
		{"network", "2026-11-23", "2026-12-30", ""},
		{"network", "2026-11-23", "2026-12-31", "B1 hvt-c 2026-12-31"},
		{"network", "2026-12-31", "2026-12-31", "B1 hvt-c 2026-12-31"},
		{"network", "2027-01-01", "2027-01-31", ""},
		{"network", "2026-11-23", "2027-02-01", "B1 hvt-c 2026-12-31, B2 hvt-c 2027-02-01, B2 hvt-b 2027-02-01"},
		{"regional-south", "2026-11-23", "2027-02-21", "B2 hvt-c 2027-02-01, B2 hvt-b 2027-02-01"},
		{"regional-east", "2026-11-23", "2027-02-21", "B1 hvt-c 2026-12-31"},
		{"dealer-30002", "2026-11-23", "2027-02-21", "B1 hvt-c 2026-12-31"},
		{"nobody", "2026-11-23", "2027-02-21", ""},
	} {
		page, err := n.Bridges(t.Context(), n.Actor(t, tt.login), app.BridgesQuery{On: tracker.MustDate(tt.on), Until: tracker.MustDate(tt.until)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range page.Rows {
			got = append(got, fmt.Sprintf("%s %s %s", row.StaffNo, row.Rung.Type.Code, row.Rung.Bridge.Until))
		}
		if strings.Join(got, ", ") != tt.want || page.Total != len(got) {
			t.Errorf("%s on %s through %s: %v (%d), want %s", tt.login, tt.on, tt.until, got, page.Total, tt.want)
		}
		if tt.want == "B1 hvt-c 2026-12-31, B2 hvt-c 2027-02-01, B2 hvt-b 2027-02-01" && (page.People != 2 || page.Hours != 8+8+12 || page.ClassroomDays != 3+3+4) {
			t.Errorf("what it costs: %+v", page)
		}
	}
	if _, err := n.Bridges(t.Context(), n.Actor(t, "viewer"), app.BridgesQuery{}); tracker.KindOf(err) != tracker.Forbidden {
		t.Errorf("a viewer: %v", err)
	}
}

// Lists by a word find exactly those of whom a rung says it, on any day, for any reader.
func TestPeopleAreFoundByTheWordsOfTheirRungs(t *testing.T) {
	n := apptest.Small(t)
	climber(t, n, "W1", apptest.TwoOnly, app.QualificationForm{Type: "permit-lv", IssuedOn: "2023-12-20"}, // the review is due 36 months later
		app.QualificationForm{Type: "hvt-c", Generation: "gen4", IssuedOn: "2022-02-01", ExpiresOn: "2025-01-31"})
	climber(t, n, "W2", apptest.Healthy, app.QualificationForm{Type: "permit-lv", IssuedOn: "2021-01-10", ExpiresOn: "2027-01-09", ReviewDueOn: "2024-01-10"})
	climber(t, n, "W3", apptest.Expiring, app.QualificationForm{Type: "hvt-b", Generation: "gen4", IssuedOn: "2024-06-01", ExpiresOn: "2026-12-24"})
	n.Agreed(t, n.SetLeave(t.Context(), n.Actor(t, "network"), "T30", app.LeaveForm{From: "2026-03-01"}))
	seen := map[tracker.RungWord]int{}
	for _, login := range []string{"network", "regional-east", "dealer-30002"} {
		by := n.Actor(t, login)
		for _, on := range []string{"2023-06-01", "2024-01-05", "2026-08-31", "2026-09-01", "2026-10-21", "2026-11-23", "2026-12-25", "2027-03-01", "2029-01-09"} {
			day := tracker.MustDate(on)
			all, err := n.People(t.Context(), by, app.PersonQuery{On: day, PerPage: 200})
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range []tracker.RungWord{tracker.RungReviewWindow, tracker.RungExpiring, tracker.RungBridgeable, tracker.RungDormant, tracker.RungLapsed} {
				var want, got []string
				for _, row := range all.Rows {
					if slices.ContainsFunc(row.Rungs.Rungs, func(r tracker.Rung) bool {
						return r.Type.For(row.Job) && (r.Word == word || word == tracker.RungBridgeable && r.Cliff())
					}) {
						want = append(want, row.StaffNo)
					}
				}
				found, err := n.People(t.Context(), by, app.PersonQuery{On: day, Among: store.WordQuery{Words: []tracker.RungWord{word}}})
				if err != nil {
					t.Fatal(err)
				}
				for _, row := range found.Rows {
					got = append(got, row.StaffNo)
				}
				if !slices.Equal(got, want) || found.Total != len(want) {
					t.Errorf("%s on %s, %s: %v, want %v", login, on, word, got, want)
				}
				seen[word] += len(want)
			}
		}
	}
	for word, count := range seen {
		if count == 0 {
			t.Errorf("nobody was ever %s: the test shows nothing", word)
		}
	}
}

func TestLikelyBorrowedPermits(t *testing.T) {
	n := apptest.Small(t)
	ctx, by := t.Context(), n.Actor(t, "network")
	if found, err := n.Borrowed(ctx, by, n.Today()); err != nil || len(found.Numbers)+len(found.Overlaps) != 0 {
		t.Fatalf("at first: %+v, %v", found, err)
	}
	number := numberOf(t, n, certificateOf(t, n, "T20", "permit-lv").Qualification.Chain)
	climber(t, n, "X1", apptest.Expiring, app.QualificationForm{Type: "permit-lv", Certificate: number, IssuedOn: "2024-01-01"})
	n.Agreed(t, n.SetEmployment(ctx, by, "T21", app.EmploymentForm{Dealership: apptest.Healthy, Job: "technician", From: "2026-06-01"}))
	if found, err := n.Borrowed(ctx, by, n.Today()); err != nil || len(found.Overlaps) != 0 {
		t.Errorf("a transfer on the day: %+v, %v", found.Overlaps, err)
	}
	record := personOn(t, n, by, "T21", "2026-11-23")
	before := record.Employments[len(record.Employments)-1]
	late := app.EmploymentForm{Chain: before.Chain, Dealership: apptest.TwoOnly, Job: "technician", From: before.From.String(), Until: "2026-08-31", Reason: "still paid there"}
	n.Agreed(t, n.SetEmployment(ctx, by, "T21", late))
	found, err := n.Borrowed(ctx, by, n.Today())
	if err != nil || len(found.Numbers) != 1 || len(found.Overlaps) != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	shared, twice := found.Numbers[0], found.Overlaps[0]
	if len(shared.Holders) != 2 || !strings.Contains(shared.Number, "*") || shared.Holders[0].StaffNo == shared.Holders[1].StaffNo || shared.Holders[1].Post == nil {
		t.Errorf("one number, two people: %+v", shared)
	}
	if twice.Who.StaffNo != "T21" || twice.First.Code != apptest.TwoOnly || twice.Second.Code != apptest.Healthy || !twice.Permit ||
		twice.From.String() != "2026-06-01" || twice.Overlap.Last().String() != "2026-08-31" {
		t.Errorf("at two dealerships at once: %+v", twice)
	}
	for _, login := range []string{"regional-east", "dealer-30002", "viewer", "admin"} {
		if _, err := n.Borrowed(ctx, n.Actor(t, login), n.Today()); tracker.KindOf(err) != tracker.Forbidden {
			t.Errorf("%s: %v", login, err)
		}
	}
}

// A table is told what stands against its certificates, with those of the same table counted, written or not; it is taken
// in all the same, and taken in anew it has nothing to say.
func TestImportsNoteWhatStandsAgainstCertificates(t *testing.T) {
	n := apptest.Small(t)
	path := table(t, headers["qualifications"],
		"T21,hvt-b,gen5,B-1,2026-11-10,,,2028-11-09", // the awareness of the next row is of a later day
		"T21,hva,,A-1,2026-11-11,,,2028-11-11",       // nothing
		"T20,hvt-b,gen5,B-2,2026-11-11,,,2028-11-12", // too long, and no awareness
		"T30,hva,,A-2,2026-11-10,,,",                 // nothing
		"T30,hvt-b,gen4,B-3,2026-11-10,,,2028-11-09", // no components of the generation
		"T30,permit-lv,,P-1,2026-11-01,2029-11-01,,") // nothing
	want := "2 type note_prerequisite hva; 4 type note_prerequisite hva; 4 expires_on note_too_long 2028-11-10; 6 type note_prerequisite hvt-c gen4"
	for _, dry := range []bool{true, false} {
		report := imported(t, n, tracker.Operator, "qualifications", path, app.ImportOptions{DryRun: dry})
		var got []string
		for _, note := range report.Notes {
			about := note.Args["what"]
			if about == nil {
				about = note.Args["day"]
			}
			got = append(got, fmt.Sprintf("%d %s %s %v", note.Row, note.Column, note.Key, about))
		}
		if strings.Join(got, "; ") != want || report.Committed == dry || len(report.Errors) > 0 || report.Create != 6 {
			t.Errorf("dry run %v: %v, want %s; errors %s, created %d", dry, got, want, told(report), report.Create)
		}
	}
	if again := imported(t, n, tracker.Operator, "qualifications", path, app.ImportOptions{}); len(again.Notes) != 0 || again.Unchanged != 6 {
		t.Errorf("again: %d unchanged, %v", again.Unchanged, again.Notes)
	}
}

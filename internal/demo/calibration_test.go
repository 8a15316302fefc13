package demo

import (
	"fmt"
	"math"
	"testing"

	"dealercert/internal/tracker"
)

// within tells about a figure that lies outside its range.
func within(t *testing.T, what string, got, low, high int) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s: %d, want %d to %d", what, got, low, high)
	}
}

func TestTheArticlesFiguresForEverySeed(t *testing.T) {
	for seed := uint64(1); seed <= 5; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			o := tell(t, 600, seed)
			f := o.on(calibrationDay)
			within(t, "active", f.active, 600, 600)
			within(t, "certified", f.certified, 585, 599)
			within(t, "qualified", f.qualified, 2500, 2600)
			within(t, "employed", f.employed, 2670, 2670)
			within(t, "completed", f.completed, 301, 310)
			within(t, "fewest technicians", f.fewestTechnicians, 4, 4)
			within(t, "most technicians", f.mostTechnicians, 5, 5)
			within(t, "regions", o.count(func(s tracker.Standing) any { return s.Region }, calibrationDay), 6, 6)
			within(t, "provinces", o.provinces(calibrationDay), 31, 31)
			o.checkConsultants(t)
			o.checkLawDay(t)
			o.checkPresent(t)
			o.checkYears(t)
			within(t, "models on sale", o.modelsOnSale(calibrationDay), 5, 5)
		})
	}
}

// count gives how many different values the dealerships active on a day have.
func (o *told) count(of func(tracker.Standing) any, day tracker.Date) int {
	seen := map[any]bool{}
	for _, line := range o.timelines {
		if s, _ := line.Standing(tracker.ProgrammeBMWi, day); s.State != tracker.NotOperating {
			seen[of(s)] = true
		}
	}
	return len(seen)
}

func (o *told) provinces(day tracker.Date) int {
	return o.count(func(s tracker.Standing) any { return o.nouns[o.dealership[s.Dealership]].Dealership.Province }, day)
}

func (o *told) modelsOnSale(day tracker.Date) int {
	count := 0
	for _, m := range o.rules.Models(day) {
		if m.OnSale(day) {
			count++
		}
	}
	return count
}

// checkConsultants: four to eight at each dealership active on the calibration day, and not the same number everywhere.
func (o *told) checkConsultants(t *testing.T) {
	t.Helper()
	sizes := map[int]int{}
	for _, line := range o.timelines {
		if s, _ := line.Standing(tracker.ProgrammeBMWi, calibrationDay); s.State == tracker.NotOperating {
			continue
		}
		count := 0
		for _, c := range line.Coverage {
			if c.Skill == tracker.SkillEmployed && c.Job == tracker.JobSalesConsultant && c.Contains(calibrationDay) {
				count++
			}
		}
		sizes[count]++
	}
	outside := 0
	for size, dealerships := range sizes {
		if size < 4 || size > 8 {
			outside += dealerships
		}
	}
	if outside > 0 || len(sizes) != 5 {
		t.Errorf("consultants by dealership are %v, want 4 to 8", sizes)
	}
}

// checkLawDay: three quarters to nine tenths hold the permit when the law comes into force; fewer are qualified than the
// day before, some law lights turn red, and within the year it is made good.
func (o *told) checkLawDay(t *testing.T) {
	t.Helper()
	before, on, after := o.on(lawDay.Add(-1)), o.on(lawDay), o.on(lawDay.Add(300))
	within(t, "permits in a hundred technicians", on.permits*100/on.employed, 75, 90)
	within(t, "law red the day before", before.lawRed, 0, 0)
	within(t, "law red on the day", on.lawRed, 8, 40)
	within(t, "law red later", after.lawRed, 0, 7)
	if on.qualified > before.qualified*9/10 || after.qualified < before.qualified*95/100 {
		t.Errorf("qualified: %d before the law, %d with it, %d later", before.qualified, on.qualified, after.qualified)
	}
}

// checkPresent: most are certified, some not healthy, and something is about to be lost, whenever one looks.
func (o *told) checkPresent(t *testing.T) {
	t.Helper()
	f := o.on(presentDay)
	within(t, "active at present", f.active, 585, 620)
	within(t, "certified in a thousand", f.certified*1000/f.active, 950, 980)
	within(t, "at risk and in breach", f.atRisk+f.inBreach, 12, 70)
	within(t, "at risk", f.atRisk, 3, 40)
	within(t, "suspended", f.suspended, 2, 12)
	within(t, "expired", f.expired, 2, 14)
	within(t, "upgrades in a hundred", f.completed*100/f.active, 80, 90)
	right, law, brand := o.losses(tracker.Period{From: presentDay.Add(1), Until: presentDay.Add(91)})
	within(t, "rights lost in 90 days", right, 10, 40)
	within(t, "law lights lost in 90 days", law, 3, 40)
	within(t, "brand lights lost in 90 days", brand, 20, 75)
	for day := presentDay; day < tracker.MustDate("2027-07-01"); day = day.Add(30) {
		right, law, brand := o.losses(tracker.Period{From: day.Add(1), Until: day.Add(91)})
		if right < 10 || law < 3 || brand < 20 {
			t.Errorf("losses in the 90 days from %s: %d, %d, %d", day, right, law, brand)
		}
	}
	later := o.on(tracker.MustDate("2027-11-23"))
	within(t, "certified a year later, in a hundred", later.certified*100/later.active, 50, 65)
}

// checkYears: the days that people will look at differ, and in the expected direction.
func (o *told) checkYears(t *testing.T) {
	t.Helper()
	early, later := o.on(tracker.MustDate("2021-06-30")), o.on(tracker.MustDate("2023-12-31"))
	now := o.on(presentDay)
	within(t, "certified in mid-2021", early.certified, 250, 450)
	within(t, "in progress in mid-2021", early.inProgress, 20, 150)
	within(t, "qualified in mid-2021", early.qualified, 1000, 1900)
	within(t, "completed in mid-2021", early.completed, 30, 130)
	within(t, "completed by 2023", later.completed, 330, 480)
	if now.completed <= later.completed {
		t.Errorf("completed: %d in 2023, %d at present", later.completed, now.completed)
	}
	conditional := 0
	for _, day := range []string{"2021-06-30", "2022-11-30", "2023-12-31", "2026-11-23"} {
		conditional += o.on(tracker.MustDate(day)).conditional
	}
	if conditional == 0 {
		t.Error("nobody is ever certified with conditions")
	}
}

func TestProportionsAtOtherSizes(t *testing.T) {
	for _, n := range []int{60, 2000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			o := tell(t, n, 3)
			f := o.on(calibrationDay)
			part := func(of float64) int { return int(math.Round(of * float64(n) / 600)) }
			within(t, "active", f.active, n, n)
			within(t, "certified", f.certified, int(math.Ceil(585.0*float64(n)/600)), 599*n/600)
			within(t, "qualified", f.qualified, part(2500), part(2600))
			within(t, "employed", f.employed, part(2670), part(2670))
			within(t, "completed", f.completed, part(301), part(310))
			within(t, "upgrades in ten thousand", f.completed*10_000/n, 5000, 5200)
			within(t, "provinces", o.provinces(calibrationDay), 31, 31)
			now := o.on(presentDay)
			within(t, "certified at present, in a thousand", now.certified*1000/now.active, 945, 985)
			law := o.on(lawDay)
			within(t, "permits in a hundred technicians", law.permits*100/law.employed, 75, 90)
		})
	}
}

func TestNetworksOfAFewDealerships(t *testing.T) {
	for _, n := range []int{1, 2, 3, 5, 8, 17, 29, 30, 31} {
		o := tell(t, n, uint64(n))
		f := o.on(calibrationDay)
		within(t, fmt.Sprintf("%d: active", n), f.active, n, n)
		within(t, fmt.Sprintf("%d: certified", n), f.certified, n, n)
		within(t, fmt.Sprintf("%d: qualified", n), f.qualified, 4*n, 5*n)
		if dealers := len(o.network.Accounts()) - 10; dealers != min(n, 3) {
			t.Errorf("%d dealerships have %d sign-ins", n, dealers)
		}
	}
}

package demo

import (
	"fmt"
	"testing"

	"dealercert/internal/tracker"
)

func TestSurvey(t *testing.T) {
	for _, seed := range []uint64{1, 2} {
		o := tell(t, 600, seed)
		facts, people := 0, 0
		for i := range o.facts {
			facts += len(o.facts[i])
			people += len(o.nouns[i].People)
		}
		skipped := 0
		for _, l := range o.timelines {
			skipped += len(l.Skipped)
		}
		fmt.Println("seed", seed, "dealerships", len(o.nouns), "facts/d", facts/len(o.nouns), "people/d", people/len(o.nouns), "skipped", skipped)
		for _, d := range []string{"2020-06-30", "2021-06-30", "2022-06-30", "2022-11-30", "2023-12-31", "2024-03-31", "2024-04-01", "2024-12-31", "2025-07-01", "2025-12-31", "2026-11-01", "2026-11-23", "2027-02-21", "2027-06-01", "2027-11-23", "2028-11-23"} {
			day := tracker.MustDate(d)
			r, l, b := o.losses(tracker.Period{From: day.Add(1), Until: day.Add(91)})
			fmt.Printf("%s %+v losses %d %d %d\n", d, o.on(day), r, l, b)
		}
	}
}

package tracker_test

import (
	"fmt"
	"slices"
	"testing"

	"dealercert/internal/tracker"
)

// What a form says before it saves: how the standings with the new facts differ from those without.
func TestDifferencesOfTwoTimelines(t *testing.T) {
	const certified = wangAndLi + "Suzhou bmw-i: certify on 2022-01-01 valid until 2025-12-31\n"
	for _, c := range []struct {
		name  string
		facts string
		want  []string
	}{
		{"nothing", ``, nil},
		{"a champion touches no light", `He works at Suzhou as i_champion from 2022-06-01`, nil},
		{"a technician leaves", `Li works at Wuxi as technician from 2024-06-01`, []string{
			"law 2024-06-01…2030-01-01: applies, law healthy → applies, law in_breach",
			"bmw-i 2024-06-01…2024-07-30: certified until 2025-12-31, law healthy, brand healthy → certified until 2025-12-31, law in_breach, brand at_risk",
			"bmw-i 2024-07-31…2025-12-31: certified until 2025-12-31, law healthy, brand healthy → certified until 2025-12-31, law in_breach, brand in_breach",
			"bmw-i 2026-01-01…2030-01-01: expired until 2025-12-31, law healthy, brand healthy → expired until 2025-12-31, law in_breach, brand in_breach",
			"bmw-i 2030-01-02…: expired until 2025-12-31, law in_breach, brand healthy → expired until 2025-12-31, law in_breach, brand in_breach",
		}},
		{"suspended for a while; the champion who comes meanwhile cuts nothing", `Suzhou bmw-i: suspend on 2023-01-01
			Suzhou bmw-i: reinstate on 2023-04-01
			He works at Suzhou as i_champion from 2023-02-01`, []string{
			"bmw-i 2023-01-01…2023-03-31: certified until 2025-12-31, law healthy, brand healthy → suspended until 2025-12-31, law healthy, brand healthy",
		}},
		{"suspended twice", `Suzhou bmw-i: suspend on 2023-01-01
			Suzhou bmw-i: reinstate on 2023-02-01
			Suzhou bmw-i: suspend on 2023-03-01
			Suzhou bmw-i: reinstate on 2023-04-01`, []string{
			"bmw-i 2023-01-01…2023-01-31: certified until 2025-12-31, law healthy, brand healthy → suspended until 2025-12-31, law healthy, brand healthy",
			"bmw-i 2023-03-01…2023-03-31: certified until 2025-12-31, law healthy, brand healthy → suspended until 2025-12-31, law healthy, brand healthy",
		}},
		{"renewed", `Suzhou bmw-i: renew on 2025-12-01 valid until 2027-12-31`, []string{
			"bmw-i 2025-12-01…2025-12-31: certified until 2025-12-31, law healthy, brand healthy → certified until 2027-12-31, law healthy, brand healthy",
			"bmw-i 2026-01-01…2027-12-31: expired until 2025-12-31, law healthy, brand healthy → certified until 2027-12-31, law healthy, brand healthy",
			"bmw-i 2028-01-01…2030-01-01: expired until 2025-12-31, law healthy, brand healthy → expired until 2027-12-31, law healthy, brand healthy",
			"bmw-i 2030-01-02…: expired until 2025-12-31, law in_breach, brand healthy → expired until 2027-12-31, law in_breach, brand healthy",
		}},
		{"moved to a region", `Suzhou belongs to region South from 2029-06-01`, []string{
			"law 2029-06-01…2030-01-01: applies, law healthy → applies, law healthy",
			"law 2030-01-02…: applies, law in_breach → applies, law in_breach",
			"bmw-i 2029-06-01…2030-01-01: expired until 2025-12-31, law healthy, brand healthy → expired until 2025-12-31, law healthy, brand healthy",
			"bmw-i 2030-01-02…: expired until 2025-12-31, law in_breach, brand healthy → expired until 2025-12-31, law in_breach, brand healthy",
			"digital-upgrade 2029-06-01…: not_started → not_started",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := tell(t, certified).history("Suzhou").Timeline(testRules())
			after := tell(t, certified+c.facts).history("Suzhou").Timeline(testRules())
			for _, way := range []struct {
				was, is tracker.Timeline
				back    bool
			}{{before, after, false}, {after, before, true}} {
				var got []string
				for _, d := range tracker.Differences(way.was, way.is) {
					was, is := d.Before, d.After
					if way.back {
						was, is = is, was
					}
					got = append(got, fmt.Sprintf("%s %s…%s: %s → %s", d.Programme, d.From, d.Last(), say(was), say(is)))
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("backwards %t:\ngot  %q\nwant %q", way.back, got, c.want)
				}
			}
		})
	}
}

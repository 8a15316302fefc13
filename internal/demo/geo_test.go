package demo

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

func mustAtlas(t *testing.T) *atlas {
	t.Helper()
	a, err := theAtlas()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func mustPlace(t *testing.T, n int) []place {
	t.Helper()
	places, err := placeDealerships(n)
	if err != nil {
		t.Fatal(err)
	}
	return places
}

func onlyHan(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
}

func TestAtlasCoversTheCountry(t *testing.T) {
	a := mustAtlas(t)
	if len(a.provinces) != 31 {
		t.Errorf("%d provinces, want 31", len(a.provinces))
	}
	regions := map[string]int{}
	for _, p := range a.provinces {
		regions[p.region.code]++
		if !onlyHan(p.nameZH) || p.nameEN == "" || len(p.cities) == 0 {
			t.Errorf("province %+v lacks a name or cities", p)
		}
	}
	if len(regions) != 6 {
		t.Errorf("regions in use are %v, want all six", regions)
	}
	if n := len(a.cities); n < 200 || n > 340 {
		t.Errorf("%d cities, want 200 to 340", n)
	}
	for _, zh := range []string{"河北", "江苏", "浙江", "山东", "河南", "湖北", "湖南", "广东", "四川", "新疆"} {
		if p := provinceNamed(a, zh); p == nil || len(p.cities) < 4 {
			t.Errorf("%s has too few cities", zh)
		}
	}
}

func provinceNamed(a *atlas, zh string) *province {
	for _, p := range a.provinces {
		if p.nameZH == zh {
			return p
		}
	}
	return nil
}

func TestEveryCityIsPlausible(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range mustAtlas(t).cities {
		key := c.province.nameZH + " " + c.nameZH
		if seen[key] {
			t.Errorf("%s comes twice", key)
		}
		seen[key] = true
		if !onlyHan(c.nameZH) {
			t.Errorf("%s is not written in Chinese characters alone", key)
		}
		if c.nameEN == "" || strings.ContainsFunc(c.nameEN, func(r rune) bool { return r > unicode.MaxASCII }) {
			t.Errorf("%s has the English name %q", key, c.nameEN)
		}
		if !inChina(c.lat, c.lng) {
			t.Errorf("%s lies at %v, %v", key, c.lat, c.lng)
		}
		if want := math.Round(math.Pow(float64(c.population), 0.75) / 10); math.Abs(float64(c.weight)-want) > 1 {
			t.Errorf("%s weighs %d, by its population %v", key, c.weight, want)
		}
	}
}

// inChina tells whether a point lies in the country's bounding box.
func inChina(lat, lng float64) bool { return lat > 18 && lat < 53.6 && lng > 73.4 && lng < 135.1 }

func TestWellKnownCitiesLieWhereTheyAre(t *testing.T) {
	where := map[string][2]float64{
		"江苏 苏州": {31.30, 120.60}, "安徽 宿州": {33.64, 116.97}, "江苏 泰州": {32.49, 119.91}, "浙江 台州": {28.66, 121.43},
		"江西 宜春": {27.80, 114.38}, "黑龙江 伊春": {47.73, 128.90}, "福建 福州": {26.06, 119.31}, "江西 抚州": {27.98, 116.36},
		"陕西 榆林": {38.29, 109.74}, "广西 玉林": {22.63, 110.15}, "吉林 吉林": {43.85, 126.56}, "河南 信阳": {32.12, 114.07},
		"新疆 喀什": {39.47, 75.99}, "海南 三亚": {18.25, 109.50}, "西藏 拉萨": {29.65, 91.10}, "重庆 重庆": {29.56, 106.55},
	}
	for _, c := range mustAtlas(t).cities {
		key := c.province.nameZH + " " + c.nameZH
		if want, ok := where[key]; ok {
			if math.Abs(c.lat-want[0]) > 0.15 || math.Abs(c.lng-want[1]) > 0.15 {
				t.Errorf("%s lies at %v, %v, want about %v", key, c.lat, c.lng, want)
			}
			delete(where, key)
		}
	}
	if len(where) > 0 {
		t.Errorf("missing: %v", where)
	}
}

func TestParseAtlasRefusesFaults(t *testing.T) {
	const row = "上海,Shanghai,east,上海,Shanghai,31.2,121.4,100,3,1\n"
	head := strings.Join(atlasColumns, ",") + "\n"
	for name, data := range map[string]string{
		"empty":              "",
		"other columns":      "a,b\n",
		"ragged":             head + "上海,Shanghai\n",
		"unknown region":     head + strings.Replace(row, "east", "middle", 1),
		"two regions":        head + row + "上海,Shanghai,west,松江,Songjiang,31,121,100,3,2\n",
		"city twice":         head + row + row,
		"no latitude":        head + strings.Replace(row, "31.2", "", 1),
		"no longitude":       head + strings.Replace(row, "121.4", "x", 1),
		"no population":      head + strings.Replace(row, "100", "", 1),
		"no weight":          head + strings.Replace(row, ",3,", ",,", 1),
		"weight of no place": head + strings.Replace(row, ",3,", ",0,", 1),
	} {
		if _, err := parseAtlas([]byte(data)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := parseAtlas([]byte(head + row)); err != nil {
		t.Errorf("a sound file: %v", err)
	}
}

func TestPlacesOfEachSize(t *testing.T) {
	for _, n := range []int{1, 2, 6, 30, 31, 32, 60, 319, 600, 601, 5_000, 60_000, maxPlaces} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			places := mustPlace(t, n)
			if len(places) != n {
				t.Fatalf("%d places, want %d", len(places), n)
			}
			provinces, spots := map[string]int{}, map[[2]float64]bool{}
			for _, p := range places {
				provinces[p.city.province.nameZH]++
				spots[[2]float64{p.lat, p.lng}] = true
				if !inChina(p.lat, p.lng) || math.Hypot(p.lat-p.city.lat, p.lng-p.city.lng) > 0.2001 {
					t.Fatalf("%s %d lies at %v, %v", p.city.nameZH, p.ordinal, p.lat, p.lng)
				}
			}
			if len(spots) != n {
				t.Errorf("%d dealerships share %d spots", n, len(spots))
			}
			if n >= 31 && len(provinces) != 31 {
				t.Errorf("%d provinces, want 31: %v", len(provinces), provinces)
			}
		})
	}
}

func TestPlacesFollowTheWeights(t *testing.T) {
	a, total := mustAtlas(t), 0
	for _, c := range a.cities {
		total += c.weight
	}
	const n = 600
	provinces, ordinals := map[*province]int{}, map[*city]int{}
	for _, p := range mustPlace(t, n) {
		provinces[p.city.province]++
		if p.ordinal != ordinals[p.city] {
			t.Errorf("%s: number %d where %d is next", p.city.nameZH, p.ordinal, ordinals[p.city])
		}
		ordinals[p.city]++
	}
	for _, p := range a.provinces {
		weight := 0
		for _, c := range p.cities {
			weight += c.weight
		}
		if quota := float64(n) * float64(weight) / float64(total); math.Abs(float64(provinces[p])-quota) > 1.5 {
			t.Errorf("%s has %d dealerships, its quota is %.2f", p.nameZH, provinces[p], quota)
		}
	}
}

func TestPlacesAreTheSameEachTime(t *testing.T) {
	first, second := mustPlace(t, 700), mustPlace(t, 700)
	for i := range first {
		if first[i] != second[i] {
			t.Fatalf("place %d differs: %+v, %+v", i, first[i], second[i])
		}
	}
}

func TestPlaceDealershipsRefusesImpossibleSizes(t *testing.T) {
	for _, n := range []int{-1, 0, maxPlaces + 1} {
		if _, err := placeDealerships(n); err == nil {
			t.Errorf("%d: no error", n)
		}
	}
}

func TestApportion(t *testing.T) {
	for _, test := range []struct {
		n             int
		weights, want []int
	}{
		{10, []int{1, 1}, []int{5, 5}},
		{1, []int{1, 1}, []int{1, 0}},
		{7, []int{5, 3, 1}, []int{4, 2, 1}},
		{5, []int{1, 98, 1}, []int{0, 5, 0}},
		{0, []int{2, 3}, []int{0, 0}},
	} {
		got := apportion(test.n, test.weights)
		for i := range got {
			if got[i] != test.want[i] {
				t.Errorf("%d by %v gives %v, want %v", test.n, test.weights, got, test.want)
				break
			}
		}
	}
}

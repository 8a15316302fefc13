package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func seededNamer(seed uint64) *namer { return newNamer(rand.New(rand.NewPCG(seed, 0))) }

// realDealers are parts of names of real dealers and makers, which no synthetic name may contain.
var realDealers = []string{
	"宝", "BMW", "MINI", "中升", "永达", "百得利", "鹏龙", "星德", "广汇", "正通", "美东", "新丰泰", "润东", "利星行", "仁孚", "庞大",
	"元通", "运通", "大昌行", "森那美", "和谐", "国机", "物产", "汇京", "亚夏", "远通", "森泰", "福银", "福成", "九华",
}

func checkSynthetic(t *testing.T, name tradeName) {
	t.Helper()
	for _, part := range realDealers {
		if strings.Contains(name.zh, part) || strings.Contains(strings.ToUpper(name.en), part) {
			t.Errorf("%v contains %s", name, part)
		}
	}
}

func TestDealershipNamesAreDistinct(t *testing.T) {
	n, zh, en := seededNamer(1), map[string]bool{}, map[string]bool{}
	for _, p := range mustPlace(t, 60_000) {
		name := n.dealership(p.city)
		if zh[name.zh] || en[name.en] {
			t.Fatalf("%v comes twice", name)
		}
		zh[name.zh], en[name.en] = true, true
		if !onlyHan(name.zh) || !strings.HasPrefix(name.zh, p.city.nameZH) || !strings.HasSuffix(name.zh, "汽车销售服务有限公司") {
			t.Fatalf("%v is no name for a dealership in %s", name, p.city.nameZH)
		}
		name.zh = strings.TrimPrefix(name.zh, p.city.nameZH) // 宝鸡 is a city
		checkSynthetic(t, name)
	}
}

func TestNamesNeverRunOut(t *testing.T) {
	n, seen := seededNamer(2), map[string]bool{}
	at := mustAtlas(t).cities[0]
	for range 10_000 {
		name := n.dealership(at)
		if seen[name.zh] || seen[name.en] {
			t.Fatalf("%v comes twice", name)
		}
		seen[name.zh], seen[name.en] = true, true
	}
}

func TestGroupNamesAreDistinctAndNoDealerships(t *testing.T) {
	for seed := range uint64(20) {
		n, seen := seededNamer(seed), map[string]bool{}
		for range 300 {
			name := n.group()
			if seen[name.zh] || seen[name.en] {
				t.Fatalf("%v comes twice", name)
			}
			seen[name.zh], seen[name.en] = true, true
			checkSynthetic(t, name)
		}
	}
	for _, start := range groupWordStarts {
		if slices.Contains(dealershipWordStarts, start) {
			t.Errorf("%v begins words of groups and of dealerships", start)
		}
	}
}

func TestWordsDifferInBothLanguages(t *testing.T) {
	zh, en := map[string]bool{}, map[string]bool{}
	for _, start := range slices.Concat(dealershipWordStarts, groupWordStarts) {
		for _, end := range wordEnds {
			h, p := start.han+end.han, start.pinyin+end.pinyin
			if zh[h] || en[p] {
				t.Errorf("%s %s is made in two ways", h, p)
			}
			zh[h], en[p] = true, true
		}
	}
}

func TestWordsAreNoCities(t *testing.T) {
	words := map[string]bool{}
	for _, start := range slices.Concat(dealershipWordStarts, groupWordStarts) {
		for _, end := range wordEnds {
			words[start.han+end.han], words[start.pinyin+end.pinyin] = true, true
		}
	}
	for _, c := range mustAtlas(t).cities {
		if en := strings.ToLower(strings.ReplaceAll(c.nameEN, "'", "")); words[c.nameZH] || words[en] {
			t.Errorf("%s %s is a city and a trade word", c.nameZH, c.nameEN)
		}
	}
}

func TestNamesDependOnTheSeedAlone(t *testing.T) {
	some := func(seed uint64) string {
		n, b := seededNamer(seed), strings.Builder{}
		for _, c := range mustAtlas(t).cities[:50] {
			fmt.Fprintln(&b, n.dealership(c), n.group(), n.person(), n.address(c))
		}
		return b.String()
	}
	if first, again := some(1), some(1); first != again {
		t.Error("one seed gives different names")
	}
	if some(1) == some(2) {
		t.Error("two seeds give the same names")
	}
}

func TestPeoplesNames(t *testing.T) {
	for _, list := range [][]rune{surnames, givenStarts, givenEnds, givenSingles} {
		seen := map[rune]bool{}
		for _, r := range list {
			if seen[r] {
				t.Errorf("%c stands twice in a list", r)
			}
			seen[r] = true
		}
	}
	n, seen := seededNamer(3), map[string]bool{}
	for range 5_000 {
		name := n.person()
		if length := len([]rune(name)); !onlyHan(name) || length < 2 || length > 3 {
			t.Fatalf("%q is no name of two or three characters", name)
		}
		seen[name] = true
	}
	if len(seen) < 4_000 {
		t.Errorf("5,000 people have only %d names", len(seen))
	}
}

func TestAddressesAndPhones(t *testing.T) {
	n, a := seededNamer(4), mustAtlas(t)
	for _, c := range a.cities {
		address := n.address(c)
		if !strings.HasPrefix(address, c.nameZH+"市") || strings.Contains(address, "市市") || !strings.HasSuffix(address, "号") {
			t.Errorf("%s is no address in %s", address, c.nameZH)
		}
	}
	seen := map[string]bool{}
	for serial := range maxPlaces {
		sales, service := phones(serial)
		if seen[sales] || seen[service] || sales == service {
			t.Fatalf("%s or %s comes twice", sales, service)
		}
		seen[sales], seen[service] = true, true
		if len(sales) != 14 || len(service) != 14 || !strings.HasPrefix(sales, "0000-555") || !strings.HasPrefix(service, "0000-556") {
			t.Fatalf("%s and %s are not clearly invented", sales, service)
		}
	}
}

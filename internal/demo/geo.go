package demo

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"
)

// maxPlaces is the largest number of dealerships that placeDealerships spreads: the demonstration network's 60,000 active
// ones and room for those that closed before or open later.
const maxPlaces = 100_000

//go:embed data/cities.csv
var citiesCSV []byte

// atlasColumns are the columns of data/cities.csv in their order; data/SOURCES.md says what each means.
var atlasColumns = []string{
	"province", "province_en", "region", "city", "city_en", "lat", "lng", "population", "weight", "geonames_id",
}

// salesRegions are the six sales regions of the demonstration network, in the order in which a manager reads them.
var salesRegions = []region{
	{code: "north", nameZH: "北区", nameEN: "North"},
	{code: "northeast", nameZH: "东北区", nameEN: "Northeast"},
	{code: "east", nameZH: "东区", nameEN: "East"},
	{code: "central", nameZH: "华中区", nameEN: "Central"},
	{code: "south", nameZH: "南区", nameEN: "South"},
	{code: "west", nameZH: "西区", nameEN: "West"},
}

// region is a sales region, known by its code in addresses and files.
type region struct {
	code, nameZH, nameEN string
}

// province is one of the 31 provinces, municipalities and autonomous regions of mainland China, by its short name (上海,
// 内蒙古), with the sales region that looks after it and its cities.
type province struct {
	nameZH, nameEN string
	region         *region
	cities         []*city
}

// city is a real city: its name without 市, its centre in degrees (WGS 84), its population and its share of the network.
// Weights have no unit; only their proportion counts.
type city struct {
	nameZH, nameEN     string
	province           *province
	lat, lng           float64
	population, weight int
}

// atlas is the parsed file: every province with its cities, in the file's order.
type atlas struct {
	regions   []*region
	provinces []*province
	cities    []*city
}

// place is where one dealership stands: its city, its number among the city's dealerships (from 0) and its own
// coordinates in degrees, which differ from those of every other dealership of the city.
type place struct {
	city     *city
	ordinal  int
	lat, lng float64
}

// theAtlas parses the embedded file once. The file is part of the program, so an error here means a broken build.
var theAtlas = sync.OnceValues(func() (*atlas, error) { return parseAtlas(citiesCSV) })

// parseAtlas reads the file's bytes, and refuses other columns, an unknown region, a province in two regions, a city named
// twice in a province and numbers that cannot be read; the error names the row.
func parseAtlas(data []byte) (*atlas, error) {
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("cities: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], atlasColumns) {
		return nil, fmt.Errorf("cities: the columns are not %v", atlasColumns)
	}
	a := &atlas{}
	for i := range salesRegions {
		a.regions = append(a.regions, &salesRegions[i])
	}
	for i, row := range rows[1:] {
		if err := a.add(row); err != nil {
			return nil, fmt.Errorf("cities: row %d: %w", i+2, err)
		}
	}
	return a, nil
}

// add takes up one row, which has exactly the columns of atlasColumns.
func (a *atlas) add(row []string) error {
	p, err := a.provinceOf(row)
	if err != nil {
		return err
	}
	c := &city{nameZH: row[3], nameEN: row[4], province: p}
	if slices.ContainsFunc(p.cities, func(other *city) bool { return other.nameZH == c.nameZH }) {
		return fmt.Errorf("%s %s comes twice", p.nameZH, c.nameZH)
	}
	if c.lat, err = strconv.ParseFloat(row[5], 64); err != nil {
		return fmt.Errorf("lat: %w", err)
	}
	if c.lng, err = strconv.ParseFloat(row[6], 64); err != nil {
		return fmt.Errorf("lng: %w", err)
	}
	if c.population, err = strconv.Atoi(row[7]); err != nil {
		return fmt.Errorf("population: %w", err)
	}
	if c.weight, err = strconv.Atoi(row[8]); err != nil {
		return fmt.Errorf("weight: %w", err)
	}
	if c.weight < 1 {
		return fmt.Errorf("weight %d is below 1", c.weight)
	}
	p.cities = append(p.cities, c)
	a.cities = append(a.cities, c)
	return nil
}

// provinceOf gives the row's province, made when the row is its first.
func (a *atlas) provinceOf(row []string) (*province, error) {
	at := slices.IndexFunc(a.regions, func(r *region) bool { return r.code == row[2] })
	if at < 0 {
		return nil, fmt.Errorf("unknown region %q", row[2])
	}
	for _, p := range a.provinces {
		if p.nameZH != row[0] {
			continue
		}
		if p.region != a.regions[at] {
			return nil, fmt.Errorf("%s is in two regions, %s and %s", p.nameZH, p.region.code, row[2])
		}
		return p, nil
	}
	p := &province{nameZH: row[0], nameEN: row[1], region: a.regions[at]}
	a.provinces = append(a.provinces, p)
	return p, nil
}

// placeDealerships spreads n dealerships (1 to 100,000) over the cities in proportion to their weights: first over the
// provinces, then within each, both by largest remainder. From 31 dealerships on every province has at least one. The
// places come in the file's order of cities and depend on n alone.
func placeDealerships(n int) ([]place, error) {
	if n < 1 || n > maxPlaces {
		return nil, fmt.Errorf("%d dealerships cannot be placed: 1 to %d can", n, maxPlaces)
	}
	a, err := theAtlas()
	if err != nil {
		return nil, err
	}
	weights := make([]int, len(a.provinces))
	for i, p := range a.provinces {
		for _, c := range p.cities {
			weights[i] += c.weight
		}
	}
	shares := apportion(n, weights)
	if n >= len(shares) {
		leaveNoneEmpty(shares)
	}
	places := make([]place, 0, n)
	for i, p := range a.provinces {
		places = append(places, p.spread(shares[i])...)
	}
	return places, nil
}

// spread places n dealerships in the province's cities.
func (p *province) spread(n int) []place {
	weights := make([]int, len(p.cities))
	for i, c := range p.cities {
		weights[i] = c.weight
	}
	var places []place
	for i, count := range apportion(n, weights) {
		for ordinal := range count {
			places = append(places, p.cities[i].place(ordinal, count))
		}
	}
	return places
}

// place gives the city's dealership of that number out of count. Dealerships lie on a spiral around the centre at the
// golden angle, which never puts two in one spot and needs no chance; about a kilometre apart while the city has few, and
// closer when it has many, so that they stay within 0.2 degrees (22 km) of the centre.
func (c *city) place(ordinal, count int) place {
	const goldenAngle = 2.399963229728653
	step := min(0.012, 0.2/math.Sqrt(float64(count)))
	radius, angle := step*math.Sqrt(float64(ordinal)), goldenAngle*float64(ordinal)
	return place{
		city:    c,
		ordinal: ordinal,
		lat:     toFiveDecimals(c.lat + radius*math.Sin(angle)),
		lng:     toFiveDecimals(c.lng + radius*math.Cos(angle)),
	}
}

// toFiveDecimals rounds degrees to about a metre, so that a place reads the same after export and import.
func toFiveDecimals(degrees float64) float64 { return math.Round(degrees*1e5) / 1e5 }

// apportion divides n seats by largest remainder in proportion to the weights, which are positive; equal remainders go to
// the earlier one. The result adds up to n.
func apportion(n int, weights []int) []int {
	total := 0
	for _, w := range weights {
		total += w
	}
	seats, order, left := make([]int, len(weights)), make([]int, len(weights)), n
	for i, w := range weights {
		seats[i], order[i] = n*w/total, i
		left -= seats[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return n*weights[b]%total - n*weights[a]%total })
	for _, i := range order[:left] {
		seats[i]++
	}
	return seats
}

// leaveNoneEmpty moves single seats from the fullest place to each empty one. There are at least as many seats as places.
func leaveNoneEmpty(seats []int) {
	for i := range seats {
		if seats[i] > 0 {
			continue
		}
		fullest := slices.Index(seats, slices.Max(seats))
		seats[fullest]--
		seats[i]++
	}
}

package demo

import (
	"math"
	"math/rand/v2"

	"dealercert/internal/tracker"
)

// dice is a source of chance. What it gives depends on its seed and the order of the calls alone.
type dice struct{ *rand.Rand }

// The purposes for which separate dice are made, so that a change in one does not disturb the others.
const (
	forPlan uint64 = iota + 1
	forTradeNames
	forGroupNames
	forStory
	forPeoplesNames
	forPublications
	forTransfers
	forContacts
	forResponsibles
	forPromises
	forReports
	forOutlets
	forChecklists
	forLadder
	forTraining
)

// newDice makes the dice of one purpose and index within a seed.
func newDice(seed, purpose uint64, index int) dice {
	stream := uint64(index)<<8 | purpose
	return dice{rand.New(rand.NewPCG(mixed(seed), mixed(stream^mixed(seed+1))))}
}

// mixed spreads a number over 64 bits (the finaliser of SplitMix64), so that neighbouring seeds give unrelated dice.
func mixed(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// between draws a whole number from low through high; low when high lies below it.
func (d dice) between(low, high int) int {
	if high <= low {
		return low
	}
	return low + d.IntN(high-low+1)
}

// day draws a day from first through last; first when last lies before it.
func (d dice) day(first, last tracker.Date) tracker.Date {
	return first.Add(d.between(0, int(last-first)))
}

// happens tells whether something of that probability does.
func (d dice) happens(probability float64) bool { return d.Float64() < probability }

// stay draws for how many days somebody stays where so many leave in a year.
func (d dice) stay(leavePerYear float64) int {
	return int(math.Min(d.ExpFloat64()*365/leavePerYear, 40_000))
}

// deal gives each of n a hand: counts[0] of them 1, counts[1] of them 2 and so on, the rest 0, in an order of chance.
// Counts beyond n are cut.
func (d dice) deal(n int, counts ...int) []int {
	hands := make([]int, n)
	at := 0
	for i, count := range counts {
		for range max(count, 0) {
			if at < n {
				hands[at] = i + 1
				at++
			}
		}
	}
	d.Shuffle(n, func(i, j int) { hands[i], hands[j] = hands[j], hands[i] })
	return hands
}

// share gives that part of n, to the nearest whole.
func share(n int, part float64) int { return int(math.Round(float64(n) * part)) }

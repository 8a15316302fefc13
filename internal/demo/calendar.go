package demo

import (
	"time"

	"dealercert/internal/tracker"
)

// The days on which the network's story turns.
var (
	// takeoverDay is the first day of keeping records. What began before it was taken over in the two weeks from then.
	takeoverDay = tracker.NewDate(2020, time.January, 6)
	// rolloutDay is the day on which the first dealerships were certified.
	rolloutDay = tracker.NewDate(2020, time.March, 1)
	// calibrationDay is the day for which the counts of the China Daily article of 2022-12-20 are set.
	calibrationDay = tracker.NewDate(2022, time.November, 30)
	// lawDay is the day on which GB/T 16739-2023 came into force: from it on permits count.
	lawDay = tracker.NewDate(2024, time.April, 1)
	// lastRecordingDay is the last working day before the knowledge day.
	lastRecordingDay = tracker.NewDate(2026, time.October, 30)
	// presentDay is the day for which the counts of the present are set, three weeks after the knowledge day.
	presentDay = tracker.NewDate(2026, time.November, 23)
)

// KnowledgeMoment is the moment of the network's last knowledge, the evening of 2026-11-01 in Shanghai: every fact was
// recorded before it.
var KnowledgeMoment = tracker.MomentOf(time.Date(2026, time.November, 1, 10, 0, 0, 0, time.UTC))

// shanghaiOffset is China's time before UTC, without summer time since 1991.
const shanghaiOffset = 8 * time.Hour

// The hours between which people record, in Shanghai.
const (
	officeOpens = 8*time.Hour + 30*time.Minute
	officeHours = 9*time.Hour + 15*time.Minute
)

// workingDay gives the day itself, or the Monday after a weekend.
func workingDay(day tracker.Date) tracker.Date {
	switch day.Time().Weekday() {
	case time.Saturday:
		return day.Add(2)
	case time.Sunday:
		return day.Add(1)
	default:
		return day
	}
}

// instant gives the moment of a time of day in Shanghai.
func instant(day tracker.Date, clock time.Duration) tracker.Moment {
	return tracker.MomentOf(day.Time().Add(clock - shanghaiOffset))
}

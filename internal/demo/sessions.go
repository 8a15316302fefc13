package demo

import (
	"slices"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// holding is one session of the network's training plan: of a course, so many days after the knowledge day, so long, with so
// many seats.
type holding struct {
	course string
	after  int
	days   int
	seats  int
	region tracker.RegionID // zero: online, for the whole network
}

// trainingCities are where the regions' training is held, in the order of the regions.
var trainingCities = []string{"北京", "沈阳", "上海", "武汉", "广州", "成都"}

// trainingPlan lists the sessions around the knowledge day: reviews of permits in every region, classroom courses in some,
// bridges and the consultants' core course online.
func trainingPlan() []holding {
	out := []holding{
		{"CONSULTANT-CORE", -27, 20, 40, 0}, {"CONSULTANT-CORE", 3, 28, 60, 0}, {"CONSULTANT-CORE", 36, 28, 60, 0}, {"CONSULTANT-CORE", 71, 28, 80, 0},
		{"HVTC-GEN6-BRIDGE", 15, 40, 30, 0}, {"HVTC-GEN6-BRIDGE", 78, 40, 40, 0}, {"HVTC-GEN5-BRIDGE", 29, 30, 12, 0},
		{"HVTC-GEN5", 44, 3, 12, 3}, {"HVTC-GEN6", 72, 3, 10, 3}, {"HVTC-GEN6", 79, 3, 10, 1}, {"HVTC-GEN5", 86, 3, 12, 5},
		{"HVTB-GEN5", 93, 4, 8, 3}, {"HVE", 134, 25, 6, 3}, {"CHAMPION", 51, 2, 16, 1}, {"CHAMPION", 100, 2, 16, 5},
	}
	for i := range trainingCities {
		region := tracker.RegionID(i + 1)
		out = append(out,
			holding{"PERMIT-REVIEW", 25 + i, 1, 6, region}, holding{"PERMIT-REVIEW", 64 + i, 1, 20, region},
			holding{"PERMIT-REVIEW", 113 + i, 1, 24, region}, holding{"HVA", 31 + i, 1, 24, region},
		)
	}
	return out
}

// Sessions gives the training sessions around the knowledge day, the soonest first.
func (n *Network) Sessions() []tracker.Session {
	l := newLedger(newDice(n.seed, forTraining, 0), maxLedgers-3)
	known := tracker.DateOf(KnowledgeMoment.Time())
	var out []tracker.Session
	for _, h := range trainingPlan() {
		first := workingDay(known.Add(h.after))
		s := tracker.Session{
			ID: string(l.newID(l.moment(workingDay(lastRecordingDay.Add(-40))))), Course: h.course, Language: "zh-Hans", Online: h.region == 0,
			Region: h.region, FirstDay: first, LastDay: first.Add(h.days - 1), BookBy: first.Add(-4), Seats: h.seats, Version: 1,
		}
		if s.Online {
			s.BookBy = s.LastDay.Add(-5)
		} else {
			s.City, s.Place = trainingCities[h.region-1], "区域培训中心"
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b tracker.Session) int { return int(a.FirstDay - b.FirstDay) })
	return out
}

// leastBooked and mostBooked bound how many of those who could use a seat have one by the knowledge day.
const (
	leastBooked = 0.1
	mostBooked  = 0.5
)

// Bookings gives who has booked a seat in a session by the knowledge day, of those who could use one. Of a session that is
// over nobody passed: a pass would be a certificate, and those follow from the people's own stories.
func (n *Network) Bookings(s tracker.Session, trainees []app.Trainee) []tracker.Booking {
	d := newDice(n.seed, forTraining, int(s.FirstDay)<<8+len(s.Course)+int(s.Region)<<4)
	l := newLedger(d, maxLedgers-4)
	over := s.LastDay <= lastRecordingDay
	booked := leastBooked + (mostBooked-leastBooked)*d.Float64()
	var out []tracker.Booking
	for _, t := range trainees {
		most := s.Seats + 2 // some sessions have a waiting list
		if over {
			most = 5
		}
		if !d.happens(booked) || len(out) == most {
			continue
		}
		day := d.day(lastRecordingDay.Add(-25), lastRecordingDay.Add(-1))
		if over {
			day = s.FirstDay.Add(-d.between(2, 12))
		}
		at := l.moment(workingDay(day))
		b := tracker.Booking{
			ID: string(l.newID(at)), SessionID: s.ID, Person: t.Person, Dealership: t.Dealership, BookedAt: at, BookedBy: regionalAccount(t.Region), Version: 1,
		}
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b tracker.Booking) int { return int(min(max(a.BookedAt-b.BookedAt, -1), 1)) })
	for i := range out {
		out[i].State, out[i].Queue = s.Next(out[:i])
		if over {
			missed(&out[i], d, s)
		}
	}
	return out
}

// missed gives a booking of a session that is over what came of it: a failure with its score, or an empty seat.
func missed(b *tracker.Booking, d dice, s tracker.Session) {
	b.ResultOn, b.State, b.Version = s.LastDay, tracker.SeatNoShow, 2
	if d.happens(0.7) {
		score := d.between(48, 78)
		b.State, b.Score = tracker.SeatFailed, &score
	}
}

package demo

import (
	"encoding/binary"
	"time"

	"dealercert/internal/tracker"
)

// lag is a habit of recording: how many days after a day something about it was recorded, at least and at most.
type lag struct{ least, most int }

// The habits of recording.
var (
	prompt  = lag{0, 6}   // within the week
	slow    = lag{12, 75} // found out late
	ahead   = lag{-25, -2}
	reports = lag{1, 28} // a certificate is sent in after it was issued
)

// version is one version of a fact to be written.
type version struct {
	near     tracker.Date // the day about which it was recorded; zero: at the takeover
	lag      lag
	by       tracker.AccountID
	reason   string
	restores int // a copy made by voiding a correction: the position, from 1, of the version it is a copy of
	// fact gives the fact itself; nil voids the version before and ends the chain.
	fact func(tracker.Head) tracker.Fact
}

// ledger takes down the facts of one dealership. Its moments are those of no other ledger of the network: the last five
// digits of the microseconds are the dealership's index.
type ledger struct {
	dice     dice
	index    int
	takeover tracker.Moment // of everything that began before there were records
	used     map[tracker.Moment]bool
	facts    []tracker.Fact
}

// maxLedgers is how many ledgers can be told apart by their moments.
const maxLedgers = 100_000

// newLedger opens the ledger of the dealership with an index.
func newLedger(d dice, index int) *ledger {
	l := &ledger{dice: d, index: index, used: map[tracker.Moment]bool{}}
	l.takeover = l.moment(workingDay(d.day(takeoverDay, takeoverDay.Add(11))))
	return l
}

// moment draws a moment in the office hours of a day.
func (l *ledger) moment(day tracker.Date) tracker.Moment {
	second := officeOpens + time.Duration(l.dice.IntN(int(officeHours/time.Second)))*time.Second
	m := instant(day, second) + tracker.Moment(l.dice.IntN(10)*maxLedgers+l.index)
	return l.unused(m)
}

// unused gives the moment itself, or the first whole number of seconds after it that was not given yet.
func (l *ledger) unused(m tracker.Moment) tracker.Moment {
	for l.used[m] {
		m += tracker.Moment(time.Second / time.Microsecond)
	}
	l.used[m] = true
	return m
}

// recordedAt draws when a version was recorded: near its day, on a working day between the takeover and the knowledge
// day. What lies in the future was recorded as a plan in the last weeks.
func (l *ledger) recordedAt(v version) tracker.Moment {
	if v.near == 0 {
		return l.takeover
	}
	day := workingDay(v.near.Add(l.dice.between(v.lag.least, v.lag.most)))
	switch {
	case day < takeoverDay.Add(14):
		return l.takeover
	case day > lastRecordingDay && v.near > lastRecordingDay:
		day = workingDay(l.dice.day(lastRecordingDay.Add(-40), lastRecordingDay.Add(-4)))
	case day > lastRecordingDay:
		day = lastRecordingDay
	}
	return l.moment(day)
}

// write takes down the versions of one fact and gives the chain. Each version is recorded after the one before it.
func (l *ledger) write(versions ...version) tracker.FactID {
	heads := make([]tracker.Head, 0, len(versions))
	for i, v := range versions {
		at := l.recordedAt(v)
		if i > 0 {
			before := &heads[i-1]
			if at <= before.RecordedAt {
				at = l.unused(before.RecordedAt + tracker.Moment(l.dice.between(60, 900))*1_000_000)
			}
			before.SupersededAt = at
		}
		if v.fact == nil {
			break
		}
		head := tracker.Head{
			ID: l.newID(at), RecordedAt: at, RecordedBy: v.by, Source: tracker.SourceDemo, Reason: v.reason,
		}
		head.Chain, head.FirstAt = head.ID, at
		if i > 0 {
			head.Chain, head.FirstAt = heads[0].ID, heads[0].RecordedAt
		}
		if v.restores > 0 {
			head.Restores = heads[v.restores-1].ID
		}
		heads = append(heads, head)
	}
	for i, head := range heads {
		l.facts = append(l.facts, versions[i].fact(head))
	}
	return heads[0].ID
}

// newID makes an id from the ledger's dice.
func (l *ledger) newID(at tracker.Moment) tracker.FactID {
	var bits [16]byte
	binary.LittleEndian.PutUint64(bits[:8], l.dice.Uint64())
	binary.LittleEndian.PutUint64(bits[8:], l.dice.Uint64())
	return tracker.NewFactID(at, [10]byte(bits[:10]))
}

package demo

import (
	"time"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// promisedWords are what is promised about each kind of loss.
var promisedWords = map[tracker.Loss][]string{
	tracker.LossOfRight: {"续期资料已备齐，提交总部审批", "已预约续期审核"},
	tracker.LossOfLaw:   {"已预约低压电工证复审", "新聘一名持证技师，办理入职中"},
	tracker.LossOfBrand: {"补训两名销售顾问核心课程", "已报名下月高压技师培训"},
}

// promiseEvery is of how many coming losses about one has a promise; there are never more than mostPromises.
const (
	promiseEvery = 6
	mostPromises = 12
)

// promises gives what was promised about some of the losses that are coming: some kept, one or the other late.
func (n *Network) promises(losses []app.ComingLoss) []tracker.Promise {
	d := newDice(n.seed, forPromises, 0)
	l := newLedger(d, maxLedgers-2)
	var out []tracker.Promise
	for _, loss := range losses {
		words := promisedWords[loss.Loss]
		if len(words) == 0 || !d.happens(1.0/promiseEvery) || len(out) == mostPromises {
			continue
		}
		made := l.moment(workingDay(d.day(lastRecordingDay.Add(-20), lastRecordingDay.Add(-3))))
		p := tracker.Promise{
			ID: string(l.newID(made)), Dealership: loss.Dealership, Programme: loss.Programme, LostOn: loss.On, Note: pick(d.Rand, words),
			PromisedOn: d.day(presentDay.Add(-6), max(loss.On.Add(-2), presentDay)), MadeAt: made, MadeBy: regionalAccount(loss.Region),
		}
		if d.happens(0.3) {
			p.DoneAt, p.DoneBy = made+tracker.Moment(d.between(1, 40)*int(time.Hour/time.Microsecond)), p.MadeBy
		}
		out = append(out, p)
	}
	return out
}

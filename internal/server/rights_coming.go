package server

import (
	"cmp"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// rightChange is one answer or several that change on a day for the same reasons.
type rightChange struct {
	On   tracker.Date
	Lost bool
	Text string
}

// comingRights is how many changes of rights a dealership's page tells.
const comingRights = 6

// fillRights puts the rights of the day on a dealership's page.
func (v *visit) fillRights(page *dealershipPage) error {
	ctx := v.Request.Context()
	rights, err := v.server.app.Rights(ctx, v.actor, page.Code, v.on)
	if err != nil {
		return err
	}
	for _, view := range rights.Sell {
		if view.Model.EndOn == 0 || view.Model.EndOn >= v.on {
			page.Sell = append(page.Sell, v.rightLine(view, rights.People))
		}
	}
	for _, view := range rights.Service {
		page.Service = append(page.Service, v.rightLine(view, rights.People))
	}
	page.RightChanges = v.comingRights(rights)
	page.rights = rights
	return nil
}

// comingRights tells the changes of answers after the day shown, the soonest first.
func (v *visit) comingRights(rights app.DealershipRights) []rightChange {
	names, titles := v.rightWords(rights)
	type change struct {
		on    tracker.Date
		kind  tracker.RightKind
		may   bool
		guard string
	}
	subjects := map[change][]string{}
	var order []change
	for i := 1; i < len(rights.Timeline); i++ {
		before, after := rights.Timeline[i-1], rights.Timeline[i]
		if after.From <= v.on || before.May == after.May || before.Kind != after.Kind || before.Subject != after.Subject {
			continue
		}
		c := change{after.From, after.Kind, after.May, strings.Join(turned(before, after), " ")}
		if _, known := subjects[c]; !known {
			order = append(order, c)
		}
		subjects[c] = append(subjects[c], names[tracker.RightCode{Kind: after.Kind, Subject: after.Subject}])
	}
	slices.SortStableFunc(order, func(a, b change) int { return cmp.Compare(a.on, b.on) })
	var out []rightChange
	for _, c := range order[:min(len(order), comingRights)] {
		var why []string
		for _, code := range strings.Fields(c.guard) {
			why = append(why, titles[code])
		}
		out = append(out, rightChange{c.on, !c.may, v.rightSentence(c.kind, c.may, subjects[c], why)})
	}
	return out
}

// turned gives the guards that decide a change of the answer: those that newly stand against the right, or no longer do.
func turned(before, after tracker.Right) []string {
	more, less := after.Failing.All(), before.Failing.All()
	if after.May {
		more, less = less, more
	}
	return slices.DeleteFunc(more, func(code string) bool { return slices.Contains(less, code) })
}

// rightSentence says that something may be sold or serviced, or no longer, and why.
func (v *visit) rightSentence(kind tracker.RightKind, may bool, subjects, why []string) string {
	key := "right." + string(kind)
	if !may {
		key += "_not"
	}
	what := []any{"what", strings.Join(subjects, v.say("list_comma"))}
	text := v.say(key, what...)
	if len(why) > 0 {
		text += v.say("colon") + strings.Join(why, v.say("list_comma"))
	}
	return text
}

// rightWords gives the names of what rights are about, and the titles of their guards.
func (v *visit) rightWords(rights app.DealershipRights) (names map[tracker.RightCode]string, titles map[string]string) {
	names, titles = map[tracker.RightCode]string{}, map[string]string{}
	for _, view := range slices.Concat(rights.Sell, rights.Service) {
		names[tracker.RightCode{Kind: view.Right.Kind, Subject: view.Right.Subject}] = subjectName(view)
	}
	for _, r := range rights.Standard.Requirements {
		titles[r.Code] = v.requirement(r)
	}
	return names, titles
}

// rightTracks draws the rights over time: may in one look, may not in another.
func (v *visit) rightTracks(span trackSpan, rights app.DealershipRights) []track {
	names, titles := v.rightWords(rights)
	var out []track
	for i, kind := 0, tracker.RightKind(""); i < len(rights.Timeline); {
		first := rights.Timeline[i]
		row := track{Name: names[tracker.RightCode{Kind: first.Kind, Subject: first.Subject}]}
		if first.Kind != kind {
			row.Group, kind = v.say("rights.may_"+string(first.Kind)), first.Kind
		}
		var said []string
		for ; i < len(rights.Timeline) && rights.Timeline[i].Subject == first.Subject && rights.Timeline[i].Kind == kind; i++ {
			r := rights.Timeline[i]
			look, word := "ok", v.say("rights.yes")
			if !r.May {
				look, word = "none", v.say("rights.no")
				var why []string
				for _, code := range r.Failing.All() {
					why = append(why, titles[code])
				}
				if len(why) > 0 {
					word += v.say("colon") + strings.Join(why, v.say("list_comma"))
				}
			}
			title := v.say("timeline.bar", "what", word, "from", shortDate(v.lang, r.From), "until", shortDate(v.lang, r.Last()))
			if bars := span.bars(r.Period, look, title); len(bars) > 0 {
				row.Bars, said = append(row.Bars, bars...), append(said, title)
			}
		}
		row.Label = row.Name + v.say("colon") + strings.Join(said, v.say("list_comma"))
		out = append(out, row)
	}
	return out
}

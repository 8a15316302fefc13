package server

import (
	"strings"

	"dealercert/internal/tracker"
)

// requirement gives a requirement's title in the reader's language.
func (v *visit) requirement(r tracker.Requirement) string {
	return inLanguage(v.lang, r.Title.En, r.Title.Zh)
}

// cause puts a reason for a change into words. People are named to those who may see them.
func (v *visit) cause(c tracker.Cause, people map[tracker.PersonID]tracker.Person) string {
	args := []any{"requirement", v.requirement(c.Requirement)}
	if c.Kind == tracker.CauseDecision {
		args = append(args, "decision", v.say("decision."+string(c.Decision.Decided)))
	}
	key := "cause." + string(c.Kind)
	if c.Kind == tracker.CauseRequirement {
		key += "_" + string(c.Outcome)
	}
	text := v.say(key, args...)
	if who := v.endings(c, people); who != "" {
		text += ": " + who
	}
	return text
}

// endings says who ceased to count, and why.
func (v *visit) endings(c tracker.Cause, people map[tracker.PersonID]tracker.Person) string {
	var who []string
	for _, p := range c.People {
		name := v.say("somebody")
		if person, known := people[p.Person]; known {
			name = person.Name
		}
		who = append(who, v.say("ending."+v.endKey(p.End), "name", name))
	}
	return strings.Join(who, v.say("list_comma"))
}

// endKey gives the message key of what ends somebody's counting. Who does not see the whole network does not learn that
// somebody goes on elsewhere.
func (v *visit) endKey(end tracker.EndKind) string {
	switch {
	case end == tracker.EndOpen:
		return "open"
	case end == tracker.EndTransfer && !v.actor.Scope.All:
		return string(tracker.EndEmployment)
	default:
		return string(end)
	}
}

// causes puts all reasons into words.
func (v *visit) causes(list []tracker.Cause, people map[tracker.PersonID]tracker.Person) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = v.cause(c, people)
	}
	return out
}

// lossWord says what is lost, as a message key: the right before the law before the brand.
func lossWord(loss tracker.Loss) string {
	switch {
	case loss&tracker.LossOfRight != 0:
		return "right"
	case loss&tracker.LossOfLaw != 0:
		return "law"
	default:
		return "brand"
	}
}

// lossSentence says what a loss comes to, as a message key: of the brand also how bad it gets.
func lossSentence(after tracker.Standing) string {
	word := lossWord(after.Loss)
	if word == "brand" {
		word += "_" + string(after.Brand)
	}
	return word
}

// lossIcon is the icon of what is lost.
var lossIcon = map[string]string{"right": "certificate", "law": "scale", "brand": "shield"}

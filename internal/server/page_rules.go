package server

// definition is a word with what it means; its anchor is what the figures point to.
type definition struct{ Anchor, Word, Text string }

type helpPage struct {
	BasePage
	Definitions []definition
}

// defined lists the words that are explained, in the order of the page.
var defined = []string{
	"active", "certified", "conditional", "at_risk", "in_breach", "suspended", "expired", "in_progress", "not_certified",
	"law", "brand", "grace", "nev_qualified", "employed", "below_minimum", "single_holder", "law_in_breach", "permit", "permit_clocks", "ladder", "bridge", "clock", "coverage", "who_is_seen", "upgrade",
	"upgrade_in_progress", "upgrade_planned", "upgrade_not_started", "models_on_sale", "rights", "ready", "last_guard", "share", "loss", "forecast_calendar", "who_acts", "promise", "changes", "seats", "consultants", "day_shown", "snapshot", "skipped", "correction", "claim", "transfer", "imports", "draft",
}

func showHelp(v *visit) error {
	page := helpPage{BasePage: v.base(v.say("help.title"), "help")}
	for _, word := range defined {
		page.Definitions = append(page.Definitions, definition{word, v.say("word." + word), v.say("define." + word)})
	}
	return v.show("help", page)
}

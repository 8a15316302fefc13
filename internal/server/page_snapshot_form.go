package server

import (
	"net/http"
	"slices"
	"strings"

	"dealercert/internal/app"
	"dealercert/internal/tracker"
)

// makeSnapshot freezes the figures of a report, or what a list counts.
func makeSnapshot(v *visit) error {
	question := tracker.Question(v.query.Get("question"))
	if question == "" {
		question = tracker.QuestionFigures
	}
	if !slices.Contains(tracker.Questions, question) {
		return badValue("question", string(question))
	}
	sent, err := v.sentSnapshot(question)
	if err != nil {
		return err
	}
	var made string
	f := form{
		title: v.say("snapshots.new_" + string(question)), lead: v.say("snapshots.lead_" + string(question)), back: snapshotsAddress, section: "snapshots",
		submit: v.say("snapshots.freeze"), saved: v.say("snapshots.frozen"), wide: true, of: v.say("snapshots.title"),
		then: func() string { return snapshotsAddress + "/" + made },
		fields: func() []formField {
			return v.snapshotFields(question, sent)
		},
		save: func() error {
			moment, err := v.momentOf("known_at", sent.moment)
			if err != nil {
				return tracker.Fault(tracker.Invalid, "invalid_form").In("known_at", "moment_unreadable", "value", sent.moment)
			}
			sent.KnownAt = moment
			kept, err := v.server.app.MakeSnapshot(v.Request.Context(), v.actor, sent.SnapshotForm, v.resolve)
			made = kept.ID
			return err
		},
	}
	return v.runForm(app.DealershipView{}, f)
}

// typedSnapshot is the form of a snapshot with its moment as typed.
type typedSnapshot struct {
	app.SnapshotForm
	moment string
}

// sentSnapshot reads the form, or what the address begins it with. The fault is that of a list that cannot be asked for.
func (v *visit) sentSnapshot(question tracker.Question) (typedSnapshot, error) {
	day, err := v.day("day")
	if err != nil {
		return typedSnapshot{}, err
	}
	if day == 0 {
		day = v.today
	}
	asked := v.query.Get("asked")
	if question != tracker.QuestionFigures {
		if _, err := v.resolve(question, asked, day); err != nil {
			return typedSnapshot{}, err
		}
	}
	out := typedSnapshot{moment: v.typed("known_at", v.query.Get("moment"))}
	words := v.suggestedDefinition(question, asked, day)
	out.SnapshotForm = app.SnapshotForm{
		Question: string(question), Asked: asked, NameEn: v.typed("name_en", ""), NameZh: v.typed("name_zh", ""),
		DefinitionEn: v.typed("definition_en", words.En), DefinitionZh: v.typed("definition_zh", words.Zh),
		From: v.typed("from", ""), On: v.typed("on", day.String()), Words: v.snapshotWords(),
	}
	if v.Request.Method == http.MethodPost {
		out.Regions = v.Request.PostForm["region"]
	}
	return out, nil
}

// suggestedDefinition says in both languages what a list asks for; nothing for a report, whose words are defined already.
func (v *visit) suggestedDefinition(question tracker.Question, asked string, on tracker.Date) tracker.Text {
	if question == tracker.QuestionFigures {
		return tracker.Text{}
	}
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return tracker.Text{}
	}
	in := func(lang string) string {
		w := *v
		w.lang = lang
		words := w.askedWords(tracker.Snapshot{Question: question, Asked: asked, On: on}, directory)
		if len(words) == 0 {
			words = []string{w.say("snapshots.all_" + string(question))}
		}
		return w.say("snapshots.counts_"+string(question), "what", strings.Join(words, w.say("snapshots.and")))
	}
	return tracker.Text{En: in("en"), Zh: in("zh-Hans")}
}

func (v *visit) snapshotFields(question tracker.Question, f typedSnapshot) []formField {
	fields := []formField{
		{Name: "name_en", Kind: "text", Label: v.say("snapshots.name_en"), Value: f.NameEn, Required: true},
		{Name: "name_zh", Kind: "text", Label: v.say("snapshots.name_zh"), Value: f.NameZh, Required: true},
		{Name: "on", Kind: "date", Label: v.say("snapshots.day"), Value: f.On, Required: true},
	}
	known := formField{Name: "known_at", Kind: "datetime-local", Label: v.say("day.known_word"), Value: v.localTime(f.moment), Hint: v.say("snapshots.known_hint")}
	definitions := []formField{
		{Name: "definition_en", Kind: "textarea", Label: v.say("snapshots.definition_en"), Value: f.DefinitionEn, Required: true, Wide: true},
		{Name: "definition_zh", Kind: "textarea", Label: v.say("snapshots.definition_zh"), Value: f.DefinitionZh, Required: true, Wide: true},
	}
	if question != tracker.QuestionFigures {
		return slices.Concat(fields, []formField{known}, definitions, []formField{{Name: "asked", Kind: "hidden", Value: f.Asked}})
	}
	fields = append(fields, formField{Name: "from", Kind: "date", Label: v.say("snapshots.from"), Value: f.From, Hint: v.say("snapshots.from_hint")}, known)
	if regions := v.ownRegions(); len(regions) > 1 {
		fields = append(fields, formField{Name: "region", Kind: "checks", Label: v.say("snapshots.regions"), Values: f.Regions, Options: regions})
	}
	for _, note := range definitions {
		note.Required, note.More, note.Label = false, true, v.say("snapshots.note_"+strings.TrimPrefix(note.Name, "definition_"))
		fields = append(fields, note)
	}
	return fields
}

// localTime writes a moment of an address as a form takes it; what cannot be read stays.
func (v *visit) localTime(text string) string {
	at, err := v.momentOf("known_at", text)
	if err != nil || at == 0 {
		return text
	}
	return at.Time().In(v.server.app.Zone()).Format(localMoment)
}

// ownRegions are the regions that the actor can choose from.
func (v *visit) ownRegions() []option {
	directory, err := v.server.app.Directory(v.Request.Context())
	if err != nil {
		return nil
	}
	var out []option
	for _, region := range directory.RegionList {
		if v.actor.Scope.All || slices.Contains(v.actor.Scope.Regions, region.ID) {
			out = append(out, option{region.Code, inLanguage(v.lang, region.NameEn, region.NameZh)})
		}
	}
	return out
}

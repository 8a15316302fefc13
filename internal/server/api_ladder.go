package server

import "dealercert/internal/tracker"

// clockJSON is one of a certificate's two clocks: the review and the expiry.
type clockJSON struct {
	Type         tracker.QualificationCode `json:"type"`
	Generation   *string                   `json:"generation"`
	Clock        tracker.DeadlineKind      `json:"clock" doc:"review or expiry"`
	Opens        tracker.Date              `json:"opens" doc:"The first day on which it can be applied for, or renewed."`
	LastSensible tracker.Date              `json:"last_sensible" doc:"The last day on which an application is decided in time; Monday to Friday, public holidays not counted."`
	Until        tracker.Date              `json:"until" doc:"The last day that counts. There is no grace."`
	Assumed      bool                      `json:"assumed" doc:"No day was recorded: it follows from the standard."`
	Stage        tracker.Stage             `json:"stage" doc:"ahead, open, tight or missed"`
}

// rungJSON is how somebody stands with a type of qualification on the day.
type rungJSON struct {
	Type       tracker.QualificationCode `json:"type"`
	Generation *string                   `json:"generation"`
	Level      int                       `json:"level" doc:"The lowest is 1; 0 stands beside the ladder."`
	State      tracker.RungWord          `json:"state"`
	Until      tracker.Date              `json:"until" doc:"The last day of what is valid."`
	Since      tracker.Date              `json:"since" doc:"The first day of what is dormant or lapsed."`
	SleepsFrom tracker.Date              `json:"sleeps_from" doc:"The day from which what is valid will be dormant."`
	Missing    []missingJSON             `json:"missing" doc:"Prerequisites that do not hold."`
	Path       *tracker.Path             `json:"path" doc:"The next step: review, renew, exam, bridge or classroom."`
	Bridge     *bridgingJSON             `json:"bridge" doc:"The web-based way from the generation before; null where there is none."`
}

type missingJSON struct {
	Type       tracker.QualificationCode `json:"type"`
	Generation *string                   `json:"generation"`
	Need       int                       `json:"need" doc:"How many generations are asked for."`
	Have       int                       `json:"have"`
	Since      tracker.Date              `json:"since" doc:"Null where it never held."`
}

type bridgingJSON struct {
	From          tracker.Generation `json:"from"`
	Open          bool               `json:"open"`
	Until         tracker.Date       `json:"until"`
	Closed        tracker.Date       `json:"closed"`
	BridgeHours   int                `json:"bridge_hours"`
	ClassroomDays int                `json:"classroom_days"`
}

// clocksOf gives the clocks of the certificates that a ladder rests on.
func clocksOf(l tracker.Ladder) []clockJSON {
	out := []clockJSON{}
	for _, r := range l.Rungs {
		if r.Held == nil {
			continue
		}
		for _, d := range r.Held.Deadlines() {
			out = append(out, clockJSON{
				Type: r.Type.Code, Generation: textOrNull(string(r.Generation)), Clock: d.Kind, Opens: d.Opens, LastSensible: d.Sensible,
				Until: d.Last, Assumed: d.Assumed, Stage: d.Stage(l.On),
			})
		}
	}
	return out
}

func rungsOf(l tracker.Ladder) []rungJSON {
	out := []rungJSON{}
	for i := range l.Rungs {
		r := &l.Rungs[i]
		item := rungJSON{
			Type: r.Type.Code, Generation: textOrNull(string(r.Generation)), Level: r.Type.Level, State: r.Word, Until: r.Last, Since: r.Since,
			SleepsFrom: r.SleepsFrom, Missing: missingOf(r.Missing),
		}
		if r.Path != "" {
			item.Path = &r.Path
		}
		if b := r.Bridge; b.From != "" {
			item.Bridge = &bridgingJSON{b.From, b.Open, b.Until, b.Closed, r.Type.BridgeHours, r.Type.ClassroomDays}
		}
		out = append(out, item)
	}
	return out
}

func missingOf(list []tracker.Missing) []missingJSON {
	out := make([]missingJSON, len(list))
	for i, m := range list {
		out[i] = missingJSON{m.Type, textOrNull(string(m.Generation)), max(m.Generations, 1), m.Have, m.Since}
	}
	return out
}

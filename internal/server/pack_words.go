package server

import (
	"context"
	"strings"

	"dealercert/internal/tracker"
	"dealercert/web"
)

// namer puts keys into words: the product's own messages first and, for programmes, states and decisions that only a pack
// knows, the pack's names. So a further programme needs no message.
type namer struct {
	messages *web.Messages
	rules    func() tracker.Rulebook // as last learned; empty before that
}

// namer gives what puts keys into words on this server.
func (s *Server) namer() namer {
	return namer{s.messages, func() tracker.Rulebook {
		if rules := s.rules.Load(); rules != nil {
			return *rules
		}
		return tracker.Rulebook{}
	}}
}

// learn reads the rulebook for the names that a page will say. A page says hundreds, some while it reads the database:
// so none of them reads it again.
func (s *Server) learn(ctx context.Context) error {
	rules, err := s.app.Rulebook(ctx)
	if err == nil {
		s.rules.Store(&rules)
	}
	return err
}

// say gives a message in a language, as web.Messages does.
func (n namer) say(lang, key string, args map[string]any) string {
	if !n.messages.Has(lang, key) {
		if name, found := n.named(key); found {
			return inLanguage(lang, name.En, name.Zh)
		}
	}
	return n.messages.Say(lang, key, args)
}

// named looks a key up in the packs: programme.CODE, state.CODE or decision.CODE.
func (n namer) named(key string) (tracker.Text, bool) {
	kind, code, dotted := strings.Cut(key, ".")
	if !dotted {
		return tracker.Text{}, false
	}
	var name tracker.Text
	switch kind {
	case "programme":
		name = n.rules().ProgrammeName(tracker.ProgrammeCode(code))
	case "state":
		name = n.rules().StateName(tracker.State(code))
	case "decision":
		name = n.rules().DecisionName(tracker.DecisionKind(code))
	}
	return name, name.En != "" || name.Zh != ""
}

// looks gives the usual state that a state of a pack looks like: one that gives a right, one in which nothing is asked, one
// that dates end, or something under way.
func (n namer) looks(code tracker.State) tracker.State {
	if n.messages.Has(web.Languages[0], "state."+string(code)) {
		return code
	}
	rules := n.rules()
	for _, programme := range rules.Programmes() {
		cycle := rules.Versions(programme)[0].Cycle()
		switch def := cycle.State(code); {
		case def.Code == "":
		case def.Grants:
			return tracker.Certified
		case def.Idle:
			return tracker.NotEnrolled
		case cycle.ExpiresTo == code:
			return tracker.Expired
		default:
			return tracker.Preparing
		}
	}
	return tracker.Preparing
}

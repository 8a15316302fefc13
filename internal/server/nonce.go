package server

import (
	"sync"
	"time"

	"dealercert/internal/tracker"
)

// sentForms remembers which filled-in forms were taken, so that a second click or a reload does not do a deed twice.
type sentForms struct {
	mu   sync.Mutex
	seen map[sentForm]tracker.Moment
}

type sentForm struct {
	by    tracker.AccountID
	nonce string
}

// sentKept is how long a form is remembered.
const sentKept = 24 * time.Hour

// again tells whether the form was taken before, and remembers it. A form without a name is never taken for another.
func (s *sentForms) again(by tracker.AccountID, nonce string, now tracker.Moment) bool {
	if nonce == "" {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[sentForm]tracker.Moment{}
	}
	for form, at := range s.seen {
		if now.Time().Sub(at.Time()) > sentKept {
			delete(s.seen, form)
		}
	}
	form := sentForm{by, nonce}
	_, taken := s.seen[form]
	s.seen[form] = now
	return taken
}

// forget lets a form that was refused be sent again.
func (s *sentForms) forget(by tracker.AccountID, nonce string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.seen, sentForm{by, nonce})
}

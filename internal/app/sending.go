package app

import (
	"context"
	"time"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// Sending is a write as a program sent it. A Key that its sender chose makes it happen once, however often it is sent.
type Sending struct {
	Route       string // method and pattern of the address: keys of different routes are different
	Key         string // empty: each sending is one of its own
	Fingerprint string // of what was sent: method, address and body
}

// Answer is what a program is told about its write.
type Answer struct {
	Status   int
	ETag     string
	Location string
	Body     []byte
}

// answersKept is how long an answer is kept for who sends the same again.
const answersKept = 24 * time.Hour

// Once carries a write out in one transaction: everything that do reads and writes with its context, and the answer that
// is kept for the key, are there together or not at all, also after a crash. The same sending again gives the kept answer
// and again. A refusal is not kept. The fault is Conflict while the same key is being carried out, and Invalid when
// it was used for something else.
func (a *App) Once(ctx context.Context, by tracker.Actor, s Sending, do func(context.Context) (Answer, error)) (out Answer, again bool, err error) {
	if s.Key != "" {
		type name struct {
			by         tracker.AccountID
			route, key string
		}
		this := name{by.ID, s.Route, s.Key}
		if _, running := a.running.LoadOrStore(this, true); running {
			return out, false, tracker.Fault(tracker.Conflict, "still_running")
		}
		defer a.running.Delete(this)
	}
	ctx = context.WithValue(ctx, throughAPI{}, true)
	err = a.store.Together(ctx, a.writing(ctx, by, tracker.SourceAPI), func(ctx context.Context, tx *store.Tx) error {
		if s.Key != "" {
			kept, found, err := tx.Answer(by.ID, s.Route, s.Key, a.Now())
			switch {
			case err != nil:
				return err
			case found && kept.Fingerprint != s.Fingerprint:
				return tracker.Fault(tracker.Invalid, "key_reused")
			case found:
				out, again = Answer{kept.Status, kept.Etag, kept.Location, []byte(kept.Body)}, true
				return nil
			}
		}
		var err error
		if out, err = do(ctx); err != nil || s.Key == "" {
			return err
		}
		return tx.KeepAnswer(store.KeptAnswer{
			AccountID: by.ID, Route: s.Route, SentKey: s.Key, Fingerprint: s.Fingerprint, Status: out.Status, Etag: out.ETag,
			Location: out.Location, Body: string(out.Body), ExpiresAt: tracker.MomentOf(a.now().Add(answersKept)),
		}, a.Now())
	})
	return out, again, err
}

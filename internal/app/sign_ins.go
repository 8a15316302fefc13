package app

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"
	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"

	"dealercert/internal/tracker"
)

// The throttle of sign-ins: so many tries at once, then one each so long. A login is never locked: whoever knows the
// password gets in from another client while somebody else is guessing.
const (
	triesOfClient   = 20
	triesOfLogin    = 8 // from one client
	clientEvery     = 3 * time.Second
	loginEvery      = 10 * time.Second
	hashesAtOnce    = 2 // each takes 19 MiB
	limitersAtMost  = 10000
	forgetAfterIdle = time.Hour
)

// signIns holds what the checking of passwords needs: a bound on the hashing at once, and a throttle.
type signIns struct {
	now      func() time.Time
	hashing  *semaphore.Weighted
	decoy    string // the hash of a random password, compared where there is no account
	mu       sync.Mutex
	limiters map[string]*limiter
}

type limiter struct {
	*rate.Limiter
	used time.Time
}

func newSignIns(now func() time.Time) *signIns {
	decoy, err := argon2id.CreateHash(rand.Text(), argon2)
	if err != nil {
		panic(err) // no entropy: nothing can be safe
	}
	return &signIns{now: now, hashing: semaphore.NewWeighted(hashesAtOnce), decoy: decoy, limiters: map[string]*limiter{}}
}

// admit lets a try pass or gives a TooMany fault with the seconds to wait.
func (s *signIns) admit(login, client string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if err := s.limiter("c "+client, clientEvery, triesOfClient, now).admit(now); err != nil {
		return err
	}
	return s.limiter("l "+client+" "+login, loginEvery, triesOfLogin, now).admit(now)
}

// admitToken counts a token that does not work, as admit counts a sign-in.
func (s *signIns) admitToken(client string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	return s.limiter("t "+client, clientEvery, triesOfClient, now).admit(now)
}

func (l *limiter) admit(now time.Time) error {
	if l.AllowN(now, 1) {
		return nil
	}
	wait := l.ReserveN(now, 1)
	seconds := int(wait.DelayFrom(now).Seconds()) + 1
	wait.CancelAt(now)
	return tracker.Fault(tracker.TooMany, "sign_in_throttled", "seconds", seconds)
}

// succeeded forgets the failed tries of a login from a client.
func (s *signIns) succeeded(login, client string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.limiters, "l "+client+" "+login)
}

// limiter gives the limiter of a key; those unused for long make room for new ones.
func (s *signIns) limiter(key string, every time.Duration, tries int, now time.Time) *limiter {
	if len(s.limiters) >= limitersAtMost {
		for k, l := range s.limiters {
			if now.Sub(l.used) > forgetAfterIdle {
				delete(s.limiters, k)
			}
		}
	}
	l := s.limiters[key]
	if l == nil {
		l = &limiter{Limiter: rate.NewLimiter(rate.Every(every), tries)}
		s.limiters[key] = l
	}
	l.used = now
	return l
}

// hash makes the argon2id hash of a password, two at once at most.
func (s *signIns) hash(ctx context.Context, password string) (string, error) {
	if err := s.hashing.Acquire(ctx, 1); err != nil {
		return "", err
	}
	defer s.hashing.Release(1)
	return argon2id.CreateHash(password, argon2)
}

// compare tells whether a password has a hash; without a hash it takes as long and says no.
func (s *signIns) compare(ctx context.Context, password, hash string) (bool, error) {
	if err := s.hashing.Acquire(ctx, 1); err != nil {
		return false, err
	}
	defer s.hashing.Release(1)
	if len(password) > longestPassword {
		password = ""
	}
	known := hash != ""
	if !known {
		hash = s.decoy
	}
	right, err := argon2id.ComparePasswordAndHash(password, hash)
	return right && known, err
}

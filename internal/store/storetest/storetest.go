// Package storetest opens real databases for tests and fills them with small synthetic networks. The suites that use it
// run on SQLite, and on PostgreSQL when DEALERCERT_TEST_ENGINE is postgres and DEALERCERT_TEST_POSTGRES names a server.
package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"dealercert/internal/store"
	"dealercert/internal/tracker"
)

// Today is the civil day on which the tests' clock starts.
var Today = tracker.MustDate("2026-06-15")

// Clock is a clock that begins in the morning of Today and goes on by a second each time it is asked.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock gives a clock that nobody has asked yet.
func NewClock() *Clock {
	return &Clock{now: Today.Time().Add(time.Hour)}
}

// Now gives the next instant.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
	return c.now
}

// Config gives a configuration with a clock of its own, a fixed key and the rules of Standards.
func Config(url string) store.Config {
	return store.Config{
		URL: url, Key: [32]byte{1, 2, 3}, Now: NewClock().Now, Zone: time.FixedZone("CST", 8*60*60), Rules: Rules,
	}
}

// Open gives a fresh, migrated database with the standards published; it is closed when the test ends.
func Open(t testing.TB) *store.Store {
	t.Helper()
	s := OpenEmpty(t, Config(MigratedURL(t)))
	Write(t, s, func(tx *store.Tx) error { return Publish(tx) })
	return s
}

// OpenEmpty opens and migrates a database in which nothing is recorded; it is closed when the test ends.
func OpenEmpty(t testing.TB, config store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), config)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	return s
}

// Writing is how the tests write: as the operator of commands, by a form.
var Writing = store.Writing{By: tracker.Operator, Request: "test", Source: tracker.SourceForm}

// Write writes and fails the test on an error.
func Write(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Write(context.Background(), Writing, fn); err != nil {
		t.Fatalf("write: %v", err)
	}
}

// Read reads and fails the test on an error.
func Read(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Read(context.Background(), fn); err != nil {
		t.Fatalf("read: %v", err)
	}
}

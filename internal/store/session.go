package store

import (
	"context"
	"time"

	"dealercert/internal/tracker"
)

// Sessions keeps sign-in sessions for scs: its tokens come hashed, so that nobody who reads the database can use one.
type Sessions struct{ store *Store }

// Sessions gives the sessions of the database.
func (s *Store) Sessions() *Sessions { return &Sessions{s} }

// FindCtx gives a session's data, if it is there and has not expired.
func (s *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var rows []struct{ Data []byte }
	now := tracker.MomentOf(s.store.config.Now())
	err := s.store.reader.WithContext(ctx).Raw("SELECT data FROM sessions WHERE token = ? AND expires_at > ?", token, now).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, false, err
	}
	return rows[0].Data, true, nil
}

// CommitCtx keeps a session's data until it expires, and drops those that have.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	db := s.store.writer.WithContext(ctx)
	if err := db.Exec("DELETE FROM sessions WHERE expires_at <= ?", tracker.MomentOf(s.store.config.Now())).Error; err != nil {
		return err
	}
	return db.Exec(`INSERT INTO sessions (token, data, expires_at) VALUES (?, ?, ?)
		ON CONFLICT (token) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`,
		token, data, tracker.MomentOf(expiry)).Error
}

// DeleteCtx ends a session.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.store.writer.WithContext(ctx).Exec("DELETE FROM sessions WHERE token = ?", token).Error
}

// Find is FindCtx; scs asks for both.
func (s *Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx.
func (s *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx.
func (s *Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

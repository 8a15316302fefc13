-- Keys by which programs act as accounts in the API, and the answers to what they wrote.
-- Of a token only its SHA-256 is kept. Moments are microseconds since 1970 in UTC, 0 for never.

-- +goose Up
CREATE TABLE tokens (
  id TEXT PRIMARY KEY, account_id BIGINT NOT NULL REFERENCES accounts (id), name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE, read_only BOOLEAN NOT NULL, made_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL, last_used_at BIGINT NOT NULL
);
CREATE INDEX tokens_account ON tokens (account_id);

-- What was answered to a write that carried an Idempotency-Key, kept in the transaction of the write.
CREATE TABLE kept_answers (
  account_id BIGINT NOT NULL REFERENCES accounts (id), route TEXT NOT NULL, sent_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL, status INTEGER NOT NULL, etag TEXT NOT NULL, location TEXT NOT NULL, body TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, route, sent_key)
);
CREATE INDEX kept_answers_expiry ON kept_answers (expires_at);

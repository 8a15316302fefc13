-- Files that were sent for an import and looked through, until they are imported or an hour has passed: one for each
-- account, encrypted like certificate numbers, in base64. effective_on is empty for today.

-- +goose Up
CREATE TABLE staged_imports (
  account_id BIGINT PRIMARY KEY REFERENCES accounts (id), sha256 TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
  policy TEXT NOT NULL, effective_on TEXT NOT NULL, create_regions BOOLEAN NOT NULL, sealed TEXT NOT NULL,
  staged_at BIGINT NOT NULL
);
-- The imports in the log of changes, for the list of the latest.
CREATE INDEX changes_imports ON changes (seq) WHERE kind = 'import';

-- What whole life cycles need of decisions, proofs and standings, and events in the life of a dealership.

-- +goose Up
ALTER TABLE decisions ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN due_on TEXT;
ALTER TABLE decisions ADD COLUMN score INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decisions ADD COLUMN vetoes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decisions ADD COLUMN auditor TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN signed TEXT NOT NULL DEFAULT '';
ALTER TABLE proofs ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE standings ADD COLUMN renewal TEXT NOT NULL DEFAULT '';

CREATE TABLE events (
  id TEXT PRIMARY KEY, chain TEXT NOT NULL REFERENCES events (id),
  restores TEXT NOT NULL, recorded_at BIGINT NOT NULL, first_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, superseded_at BIGINT NOT NULL,
  dealership_id BIGINT NOT NULL REFERENCES dealerships (id), event TEXT NOT NULL, from_on TEXT, until_on TEXT,
  bridged_to TEXT, note TEXT NOT NULL,
  restores_ref TEXT GENERATED ALWAYS AS (NULLIF(restores, '')) STORED REFERENCES events (id)
);
CREATE INDEX events_chain ON events (chain);
CREATE INDEX events_dealership ON events (dealership_id);

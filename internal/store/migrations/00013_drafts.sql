-- Packs that were sent and are not in force, and what each of them would do. A draft is changed until it is published or
-- discarded; each step is an entry of the log of changes. Days are text as in the facts, moments microseconds; accounts are
-- named as in the facts, and by their login at the time.

-- +goose Up
CREATE TABLE drafts (
  id TEXT PRIMARY KEY, programme TEXT NOT NULL, standard TEXT NOT NULL, state TEXT NOT NULL, version BIGINT NOT NULL,
  file TEXT NOT NULL, pack TEXT NOT NULL, pack_hash TEXT NOT NULL, effective_on TEXT NOT NULL, transition_until TEXT,
  uploaded_by BIGINT NOT NULL, uploaded_login TEXT NOT NULL, uploaded_at BIGINT NOT NULL,
  closed_by BIGINT NOT NULL, closed_login TEXT NOT NULL, closed_at BIGINT NOT NULL, fact TEXT NOT NULL
);
-- One draft of each version at a time.
CREATE UNIQUE INDEX drafts_open ON drafts (programme, standard) WHERE state IN ('draft', 'impact_checked');

-- A run of the impact preview. figures is JSON; the dealerships that would lose something stand in rows of their own, for
-- each of its days: stage is the place of the day, missing the codes of what is lacking, separated by spaces.
CREATE TABLE impacts (
  id TEXT PRIMARY KEY, draft TEXT NOT NULL REFERENCES drafts (id), pack_hash TEXT NOT NULL, effective_on TEXT NOT NULL,
  rules_hash TEXT NOT NULL, run_on TEXT NOT NULL, run_at BIGINT NOT NULL, run_by BIGINT NOT NULL, run_login TEXT NOT NULL,
  facts_at BIGINT NOT NULL, figures TEXT NOT NULL
);
CREATE INDEX impacts_draft ON impacts (draft, run_at);
CREATE TABLE impact_dealerships (
  impact TEXT NOT NULL REFERENCES impacts (id), stage INTEGER NOT NULL, dealership_id BIGINT NOT NULL REFERENCES dealerships (id),
  region_id BIGINT NOT NULL, light TEXT NOT NULL, is_new BOOLEAN NOT NULL, right_lost BOOLEAN NOT NULL, items INTEGER NOT NULL,
  missing TEXT NOT NULL, PRIMARY KEY (impact, stage, dealership_id)
);

-- Whom to call: contacts of dealerships and the managers responsible for parts of the network, plain attributes with
-- their changes in the log; what was promised about a loss that is coming; and indexes by day for what changes when.

-- +goose Up
CREATE TABLE dealership_contacts (
  id TEXT PRIMARY KEY, dealership_id BIGINT NOT NULL REFERENCES dealerships (id), matter TEXT NOT NULL,
  name TEXT NOT NULL, position TEXT NOT NULL, phone TEXT NOT NULL, email TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE INDEX dealership_contacts_dealership ON dealership_contacts (dealership_id);

-- One person for each part: headquarters (ref 0), a region or a zone.
CREATE TABLE responsibles (
  place TEXT NOT NULL CHECK (place IN ('headquarters', 'region', 'zone')), ref BIGINT NOT NULL,
  name TEXT NOT NULL, position TEXT NOT NULL, phone TEXT NOT NULL, email TEXT NOT NULL, version BIGINT NOT NULL,
  region_ref BIGINT GENERATED ALWAYS AS (CASE place WHEN 'region' THEN ref END) STORED REFERENCES regions (id),
  zone_ref BIGINT GENERATED ALWAYS AS (CASE place WHEN 'zone' THEN ref END) STORED REFERENCES zones (id),
  PRIMARY KEY (place, ref)
);

-- A promise is about what is lost on a day; done_at = 0 while it is open. Accounts are named as in the facts.
CREATE TABLE promises (
  id TEXT PRIMARY KEY, dealership_id BIGINT NOT NULL REFERENCES dealerships (id), programme TEXT NOT NULL,
  lost_on TEXT NOT NULL, promised_on TEXT NOT NULL, note TEXT NOT NULL, made_at BIGINT NOT NULL, made_by BIGINT NOT NULL,
  done_at BIGINT NOT NULL, done_by BIGINT NOT NULL
);
CREATE INDEX promises_dealership ON promises (dealership_id, programme, lost_on);

-- What changes on a day, of whatever kind, and who becomes or ceases to be qualified on it.
CREATE INDEX standings_from ON standings (from_day, programme, dealership_id) WHERE superseded_at = 0;
CREATE INDEX coverage_nev_from ON coverage (from_day, dealership_id, person_id) WHERE superseded_at = 0 AND skill = 'nev';
CREATE INDEX coverage_nev_until ON coverage (until_day, dealership_id, person_id) WHERE superseded_at = 0 AND skill = 'nev';

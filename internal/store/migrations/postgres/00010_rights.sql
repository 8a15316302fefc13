-- What each dealership may sell and service on which days, as computed from the facts.

-- +goose Up
CREATE TABLE rights (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, dealership_id BIGINT NOT NULL REFERENCES dealerships (id), kind TEXT NOT NULL, subject TEXT NOT NULL,
  from_day INTEGER NOT NULL, until_day INTEGER NOT NULL, may BOOLEAN NOT NULL, failing TEXT NOT NULL,
  recorded_at BIGINT NOT NULL, superseded_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX rights_run ON rights (dealership_id, kind, subject, from_day) WHERE superseded_at = 0;
CREATE INDEX rights_day ON rights (kind, subject, until_day, from_day, may, dealership_id) WHERE superseded_at = 0;
CREATE INDEX rights_flip ON rights (from_day, kind, subject, dealership_id) WHERE superseded_at = 0;

-- Looking back: who may see what follows present knowledge, whatever moment is read as known at; and answers frozen.
-- A reading as known at an earlier moment hides tables behind temporary ones of the same names; the views go on
-- reading the present rows. known_moment is always empty: a temporary one that hides it tells of which moment the others are.

-- +goose Up
CREATE VIEW present_standings AS
  SELECT dealership_id, programme, from_day, until_day, region_id, group_id FROM standings WHERE superseded_at = 0;
CREATE VIEW present_coverage AS
  SELECT dealership_id, person_id, skill, from_day, until_day FROM coverage WHERE superseded_at = 0;
CREATE VIEW present_employments AS
  SELECT id, chain, restores, recorded_at, first_at, recorded_by, source, reason, superseded_at, person_id, dealership_id, job, from_on,
    until_on FROM employments WHERE superseded_at = 0;
CREATE TABLE known_moment (moment BIGINT NOT NULL);

-- A snapshot is never changed. All that it says stands in body, a canonical text, and sha256 is that of its bytes.
CREATE TABLE snapshots (
  id TEXT PRIMARY KEY, made_at BIGINT NOT NULL, made_by BIGINT NOT NULL, body TEXT NOT NULL, sha256 TEXT NOT NULL
);
CREATE INDEX snapshots_made ON snapshots (made_at, id);
-- The regions that a snapshot is about; none: the whole network. Who does not see all of them does not see it.
CREATE TABLE snapshot_regions (
  snapshot_id TEXT NOT NULL REFERENCES snapshots (id), region_id BIGINT NOT NULL REFERENCES regions (id),
  PRIMARY KEY (snapshot_id, region_id)
);

-- What was known of a dealership at an earlier moment: its closed rows, found without reading those of all others.

-- +goose Up
DROP INDEX coverage_superseded;
CREATE INDEX standings_closed ON standings (dealership_id, superseded_at) WHERE superseded_at > 0;
CREATE INDEX coverage_closed ON coverage (dealership_id, superseded_at) WHERE superseded_at > 0;
CREATE INDEX staffing_closed ON staffing (dealership_id, superseded_at) WHERE superseded_at > 0;

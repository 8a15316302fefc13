-- What was known of a dealership's rights at an earlier moment, found like its other closed rows.

-- +goose Up
CREATE INDEX rights_closed ON rights (dealership_id, superseded_at) WHERE superseded_at > 0;

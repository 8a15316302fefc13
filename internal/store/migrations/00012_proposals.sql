-- What somebody entered and a second person must confirm. A proposal is changed as it is decided; each step is an entry of
-- the log of changes. The form is what was typed, encrypted (base64), since it can hold names and certificate numbers;
-- base names the versions of facts that it was based on, kinds their kinds. begins is empty for the open past. A
-- confirmed proposal's decided_at is the moment of the facts that it became.

-- +goose Up
CREATE TABLE proposals (
  id TEXT PRIMARY KEY, state TEXT NOT NULL, version INTEGER NOT NULL, deed TEXT NOT NULL, of_key TEXT NOT NULL,
  dealership_id BIGINT NOT NULL, person_id BIGINT NOT NULL, region_id BIGINT NOT NULL,
  ground TEXT NOT NULL, begins TEXT, reason TEXT NOT NULL, form_cipher TEXT NOT NULL, kinds TEXT NOT NULL, base TEXT NOT NULL,
  proposed_by BIGINT NOT NULL, proposed_at BIGINT NOT NULL, decided_by BIGINT NOT NULL, decided_at BIGINT NOT NULL, answer TEXT NOT NULL,
  dealership_ref BIGINT GENERATED ALWAYS AS (NULLIF(dealership_id, 0)) STORED REFERENCES dealerships (id),
  person_ref BIGINT GENERATED ALWAYS AS (NULLIF(person_id, 0)) STORED REFERENCES persons (id)
);
CREATE INDEX proposals_waiting ON proposals (state, proposed_at, id);
CREATE INDEX proposals_dealership ON proposals (dealership_id, state);
CREATE INDEX proposals_person ON proposals (person_id, state);
CREATE INDEX proposals_decided ON proposals (decided_at);

-- What dealerships report. A claim is changed as it is decided; each step is an entry of the log of changes.
-- Days are text as in the facts, moments microseconds. A certificate's number is encrypted (base64), masked and findable
-- as in the qualifications; base names the versions of facts that the claim was based on.

-- +goose Up
CREATE TABLE claims (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL,
  dealership_id BIGINT NOT NULL REFERENCES dealerships (id), person_id BIGINT NOT NULL,
  staff_no TEXT NOT NULL, name TEXT NOT NULL, job TEXT NOT NULL, first_day TEXT, last_day TEXT,
  type TEXT NOT NULL, generation TEXT NOT NULL, number_cipher TEXT NOT NULL, number_mask TEXT NOT NULL, issued_on TEXT,
  reviewed_on TEXT, review_due_on TEXT, expires_on TEXT, module TEXT NOT NULL, planned_on TEXT, live_on TEXT,
  note TEXT NOT NULL, base TEXT NOT NULL, entered_by BIGINT NOT NULL, entered_at BIGINT NOT NULL,
  decided_by BIGINT NOT NULL, decided_at BIGINT NOT NULL, reason TEXT NOT NULL, fact TEXT NOT NULL,
  person_ref BIGINT GENERATED ALWAYS AS (NULLIF(person_id, 0)) STORED REFERENCES persons (id)
);
CREATE INDEX claims_waiting ON claims (state, entered_at, id);
CREATE INDEX claims_dealership ON claims (dealership_id, state);

-- The network as people record it, what is computed from it, and the log of changes.
-- Facts keep their days as text (YYYY-MM-DD, NULL for none); moments are microseconds since 1970 in UTC, and
-- superseded_at = 0 means that the row is what is known now. Derived rows count days from 0001-01-01 = 1; a from_day of 0
-- is the open past and an until_day of 3652060 the open future. Where a column holds 0 or '' for none, a computed column
-- beside it (..._ref) is what refers to the other table.

-- +goose Up
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE regions (id BIGINT PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_en TEXT NOT NULL, name_zh TEXT NOT NULL);
CREATE TABLE zones (id BIGINT PRIMARY KEY, code TEXT NOT NULL UNIQUE);
CREATE TABLE groups (id BIGINT PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_en TEXT NOT NULL, name_zh TEXT NOT NULL);

CREATE TABLE dealerships (
  id BIGINT PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL, name_en TEXT NOT NULL,
  province TEXT NOT NULL, city TEXT NOT NULL, address TEXT NOT NULL, phone TEXT NOT NULL, service_phone TEXT NOT NULL,
  lat REAL, lng REAL, format TEXT NOT NULL, version BIGINT NOT NULL,
  search TEXT NOT NULL -- code, names and city in small letters
);
-- The orders of a list.
CREATE INDEX dealerships_name_zh ON dealerships (name_zh, code);
CREATE INDEX dealerships_name_en ON dealerships (name_en, code);
CREATE INDEX dealerships_province ON dealerships (province, code);
CREATE INDEX dealerships_city ON dealerships (city, code);
CREATE TABLE persons (id BIGINT PRIMARY KEY, staff_no TEXT NOT NULL UNIQUE, name TEXT NOT NULL);

CREATE TABLE accounts (
  id BIGINT PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, language TEXT NOT NULL,
  disabled BOOLEAN NOT NULL, password_hash TEXT NOT NULL, demo BOOLEAN NOT NULL
);
CREATE TABLE account_scopes (
  account_id BIGINT NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL CHECK (kind IN ('network', 'region', 'group', 'dealership')), ref BIGINT NOT NULL,
  region_ref BIGINT GENERATED ALWAYS AS (CASE kind WHEN 'region' THEN ref END) STORED REFERENCES regions (id),
  group_ref BIGINT GENERATED ALWAYS AS (CASE kind WHEN 'group' THEN ref END) STORED REFERENCES groups (id),
  dealership_ref BIGINT GENERATED ALWAYS AS (CASE kind WHEN 'dealership' THEN ref END) STORED REFERENCES dealerships (id),
  PRIMARY KEY (account_id, kind, ref)
);
CREATE TABLE sessions (token TEXT PRIMARY KEY, data BYTEA NOT NULL, expires_at BIGINT NOT NULL);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE operating_periods (
  id TEXT PRIMARY KEY, chain TEXT NOT NULL REFERENCES operating_periods (id),
  restores TEXT NOT NULL, recorded_at BIGINT NOT NULL, first_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, superseded_at BIGINT NOT NULL,
  dealership_id BIGINT NOT NULL REFERENCES dealerships (id), from_on TEXT, until_on TEXT,
  restores_ref TEXT GENERATED ALWAYS AS (NULLIF(restores, '')) STORED REFERENCES operating_periods (id)
);
CREATE INDEX operating_periods_chain ON operating_periods (chain);
CREATE INDEX operating_periods_dealership ON operating_periods (dealership_id);

CREATE TABLE assignments (
  id TEXT PRIMARY KEY, chain TEXT NOT NULL REFERENCES assignments (id),
  restores TEXT NOT NULL, recorded_at BIGINT NOT NULL, first_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, superseded_at BIGINT NOT NULL,
  dealership_id BIGINT NOT NULL REFERENCES dealerships (id), region_id BIGINT NOT NULL REFERENCES regions (id),
  zone_id BIGINT NOT NULL, zone_ref BIGINT GENERATED ALWAYS AS (NULLIF(zone_id, 0)) STORED REFERENCES zones (id),
  group_id BIGINT NOT NULL, group_ref BIGINT GENERATED ALWAYS AS (NULLIF(group_id, 0)) STORED REFERENCES groups (id),
  from_on TEXT, until_on TEXT,
  restores_ref TEXT GENERATED ALWAYS AS (NULLIF(restores, '')) STORED REFERENCES assignments (id)
);
CREATE INDEX assignments_chain ON assignments (chain);
CREATE INDEX assignments_dealership ON assignments (dealership_id);

CREATE TABLE franchises (
  id TEXT PRIMARY KEY, chain TEXT NOT NULL REFERENCES franchises (id),
  restores TEXT NOT NULL, recorded_at BIGINT NOT NULL, first_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, superseded_at BIGINT NOT NULL,
  dealership_id BIGINT NOT NULL REFERENCES dealerships (id), brand TEXT NOT NULL, from_on TEXT, until_on TEXT,
  restores_ref TEXT GENERATED ALWAYS AS (NULLIF(restores, '')) STORED REFERENCES franchises (id)
);
CREATE INDEX franchises_chain ON franchises (chain);
CREATE INDEX franchises_dealership ON franchises (dealership_id);

CREATE TABLE employments (
  id TEXT PRIMARY KEY, chain TEXT NOT NULL REFERENCES employments (id),
  restores TEXT NOT NULL, recorded_at BIGINT NOT NULL, first_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, superseded_at BIGINT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES persons (id), dealership_id BIGINT NOT NULL REFERENCES dealerships (id),
  job TEXT NOT NULL, from_on TEXT, until_on TEXT,
  restores_ref TEXT GENERATED ALWAYS AS (NULLIF(restores, '')) STORED REFERENCES employments (id)
);
CREATE INDEX employments_chain ON employments (chain);
CREATE INDEX employments_dealership ON employments (dealership_id);
CREATE INDEX employments_person ON employments (person_id);

CREATE TABLE leaves (
  id TEXT PRIMARY KEY, chain TEXT NOT NULL REFERENCES leaves (id),
  restores TEXT NOT NULL, recorded_at BIGINT NOT NULL, first_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, superseded_at BIGINT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES persons (id), from_on TEXT, until_on TEXT,
  restores_ref TEXT GENERATED ALWAYS AS (NULLIF(restores, '')) STORED REFERENCES leaves (id)
);
CREATE INDEX leaves_chain ON leaves (chain);
CREATE INDEX leaves_person ON leaves (person_id);

CREATE TABLE qualifications (
  id TEXT PRIMARY KEY, chain TEXT NOT NULL REFERENCES qualifications (id),
  restores TEXT NOT NULL, recorded_at BIGINT NOT NULL, first_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, superseded_at BIGINT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES persons (id), type TEXT NOT NULL, generation TEXT NOT NULL,
  number_cipher BYTEA, number_mask TEXT NOT NULL, number_hash BYTEA,
  issued_on TEXT, first_review_due TEXT, expires_on TEXT,
  restores_ref TEXT GENERATED ALWAYS AS (NULLIF(restores, '')) STORED REFERENCES qualifications (id)
);
CREATE INDEX qualifications_chain ON qualifications (chain);
CREATE INDEX qualifications_person ON qualifications (person_id);
CREATE INDEX qualifications_number ON qualifications (number_hash) WHERE number_hash IS NOT NULL;

CREATE TABLE reviews (
  id TEXT PRIMARY KEY, chain TEXT NOT NULL REFERENCES reviews (id),
  restores TEXT NOT NULL, recorded_at BIGINT NOT NULL, first_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, superseded_at BIGINT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES persons (id), qualification TEXT NOT NULL REFERENCES qualifications (id) DEFERRABLE INITIALLY DEFERRED,
  reviewed_on TEXT, next_due TEXT,
  restores_ref TEXT GENERATED ALWAYS AS (NULLIF(restores, '')) STORED REFERENCES reviews (id)
);
CREATE INDEX reviews_chain ON reviews (chain);
CREATE INDEX reviews_qualification ON reviews (qualification); -- a deferred reference is looked up from both sides
CREATE INDEX reviews_person ON reviews (person_id);

CREATE TABLE proofs (
  id TEXT PRIMARY KEY, chain TEXT NOT NULL REFERENCES proofs (id),
  restores TEXT NOT NULL, recorded_at BIGINT NOT NULL, first_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, superseded_at BIGINT NOT NULL,
  dealership_id BIGINT NOT NULL REFERENCES dealerships (id), requirement TEXT NOT NULL, from_on TEXT, until_on TEXT,
  evidence TEXT NOT NULL,
  restores_ref TEXT GENERATED ALWAYS AS (NULLIF(restores, '')) STORED REFERENCES proofs (id)
);
CREATE INDEX proofs_chain ON proofs (chain);
CREATE INDEX proofs_dealership ON proofs (dealership_id);

CREATE TABLE modules (
  id TEXT PRIMARY KEY, chain TEXT NOT NULL REFERENCES modules (id),
  restores TEXT NOT NULL, recorded_at BIGINT NOT NULL, first_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, superseded_at BIGINT NOT NULL,
  dealership_id BIGINT NOT NULL REFERENCES dealerships (id), module TEXT NOT NULL,
  planned_since TEXT, planned_on TEXT, live_on TEXT, verified_on TEXT,
  restores_ref TEXT GENERATED ALWAYS AS (NULLIF(restores, '')) STORED REFERENCES modules (id)
);
CREATE INDEX modules_chain ON modules (chain);
-- One chain for each dealership and module.
CREATE UNIQUE INDEX modules_one ON modules (dealership_id, module) WHERE superseded_at = 0;

CREATE TABLE decisions (
  id TEXT PRIMARY KEY, chain TEXT NOT NULL REFERENCES decisions (id),
  restores TEXT NOT NULL, recorded_at BIGINT NOT NULL, first_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, superseded_at BIGINT NOT NULL,
  dealership_id BIGINT NOT NULL REFERENCES dealerships (id), programme TEXT NOT NULL, decided TEXT NOT NULL,
  effective_on TEXT NOT NULL, valid_until TEXT, standard TEXT NOT NULL, conditions TEXT NOT NULL, grounds TEXT NOT NULL,
  restores_ref TEXT GENERATED ALWAYS AS (NULLIF(restores, '')) STORED REFERENCES decisions (id)
);
CREATE INDEX decisions_chain ON decisions (chain);
CREATE INDEX decisions_dealership ON decisions (dealership_id);

CREATE TABLE waivers (
  id TEXT PRIMARY KEY, chain TEXT NOT NULL REFERENCES waivers (id),
  restores TEXT NOT NULL, recorded_at BIGINT NOT NULL, first_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, superseded_at BIGINT NOT NULL,
  dealership_id BIGINT NOT NULL REFERENCES dealerships (id), requirement TEXT NOT NULL, from_on TEXT, until_on TEXT,
  grounds TEXT NOT NULL, compensation TEXT NOT NULL,
  restores_ref TEXT GENERATED ALWAYS AS (NULLIF(restores, '')) STORED REFERENCES waivers (id)
);
CREATE INDEX waivers_chain ON waivers (chain);
CREATE INDEX waivers_dealership ON waivers (dealership_id);

CREATE TABLE publications (
  id TEXT PRIMARY KEY, chain TEXT NOT NULL REFERENCES publications (id),
  restores TEXT NOT NULL, recorded_at BIGINT NOT NULL, first_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, superseded_at BIGINT NOT NULL,
  programme TEXT NOT NULL, standard TEXT NOT NULL, effective_on TEXT, transition_until TEXT,
  pack TEXT NOT NULL, pack_hash TEXT NOT NULL,
  restores_ref TEXT GENERATED ALWAYS AS (NULLIF(restores, '')) STORED REFERENCES publications (id)
);
CREATE INDEX publications_chain ON publications (chain);

CREATE TABLE standings (
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, dealership_id BIGINT NOT NULL REFERENCES dealerships (id), programme TEXT NOT NULL,
  from_day INTEGER NOT NULL, until_day INTEGER NOT NULL, region_id BIGINT NOT NULL, group_id BIGINT NOT NULL,
  state TEXT NOT NULL, valid_until INTEGER NOT NULL, law TEXT NOT NULL, brand TEXT NOT NULL, may BOOLEAN NOT NULL,
  loss INTEGER NOT NULL, results TEXT NOT NULL, recorded_at BIGINT NOT NULL, superseded_at BIGINT NOT NULL,
  region_ref BIGINT GENERATED ALWAYS AS (NULLIF(region_id, 0)) STORED REFERENCES regions (id),
  group_ref BIGINT GENERATED ALWAYS AS (NULLIF(group_id, 0)) STORED REFERENCES groups (id)
);
CREATE UNIQUE INDEX standings_run ON standings (dealership_id, programme, from_day) WHERE superseded_at = 0;
-- Lists and counts read these two alone: by region and state, and by day over the whole network.
CREATE INDEX standings_list ON standings (
  programme, region_id, state, valid_until, until_day, from_day, group_id, law, brand, dealership_id
) WHERE superseded_at = 0;
CREATE INDEX standings_day ON standings (
  programme, until_day, from_day, region_id, group_id, state, valid_until, law, brand, dealership_id
) WHERE superseded_at = 0;
CREATE INDEX standings_loss ON standings (from_day, programme, dealership_id) WHERE superseded_at = 0 AND loss > 0;
CREATE INDEX standings_recorded ON standings (recorded_at);
CREATE INDEX standings_superseded ON standings (superseded_at) WHERE superseded_at > 0;

CREATE TABLE coverage (
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, dealership_id BIGINT NOT NULL REFERENCES dealerships (id),
  person_id BIGINT NOT NULL REFERENCES persons (id), skill TEXT NOT NULL, generation TEXT NOT NULL, job TEXT NOT NULL,
  joined INTEGER NOT NULL, from_day INTEGER NOT NULL, until_day INTEGER NOT NULL,
  recorded_at BIGINT NOT NULL, superseded_at BIGINT NOT NULL
);
CREATE INDEX coverage_run ON coverage (dealership_id, person_id) WHERE superseded_at = 0;
CREATE INDEX coverage_superseded ON coverage (superseded_at) WHERE superseded_at > 0;

CREATE TABLE staffing (
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, dealership_id BIGINT NOT NULL REFERENCES dealerships (id),
  from_day INTEGER NOT NULL, until_day INTEGER NOT NULL, region_id BIGINT NOT NULL, group_id BIGINT NOT NULL,
  technicians INTEGER NOT NULL, nev_qualified INTEGER NOT NULL, below_minimum BOOLEAN NOT NULL,
  recorded_at BIGINT NOT NULL, superseded_at BIGINT NOT NULL,
  region_ref BIGINT GENERATED ALWAYS AS (NULLIF(region_id, 0)) STORED REFERENCES regions (id),
  group_ref BIGINT GENERATED ALWAYS AS (NULLIF(group_id, 0)) STORED REFERENCES groups (id)
);
CREATE UNIQUE INDEX staffing_run ON staffing (dealership_id, from_day) WHERE superseded_at = 0;
CREATE INDEX staffing_day ON staffing (
  until_day, from_day, region_id, technicians, nev_qualified, below_minimum, dealership_id
) WHERE superseded_at = 0;
CREATE INDEX staffing_recorded ON staffing (recorded_at);
CREATE INDEX staffing_superseded ON staffing (superseded_at) WHERE superseded_at > 0;

CREATE TABLE changes (
  seq BIGINT PRIMARY KEY, moment BIGINT NOT NULL, actor BIGINT NOT NULL, login TEXT NOT NULL, request TEXT NOT NULL,
  source TEXT NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, dealership_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL, reason TEXT NOT NULL, before_labels TEXT NOT NULL, after_labels TEXT NOT NULL,
  prev_hash TEXT NOT NULL, hash TEXT NOT NULL,
  actor_ref BIGINT GENERATED ALWAYS AS (NULLIF(actor, 0)) STORED REFERENCES accounts (id),
  dealership_ref BIGINT GENERATED ALWAYS AS (NULLIF(dealership_id, 0)) STORED REFERENCES dealerships (id),
  person_ref BIGINT GENERATED ALWAYS AS (NULLIF(person_id, 0)) STORED REFERENCES persons (id)
);
CREATE INDEX changes_dealership ON changes (dealership_id, seq);

-- The log is append-only, and its entries follow each other without a gap.
-- +goose StatementBegin
CREATE FUNCTION changes_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.seq = (SELECT COALESCE(MAX(seq), 0) + 1 FROM changes) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'the log of changes is append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER changes_keep BEFORE UPDATE OR DELETE ON changes FOR EACH ROW EXECUTE FUNCTION changes_keep();
CREATE TRIGGER changes_stay BEFORE TRUNCATE ON changes FOR EACH STATEMENT EXECUTE FUNCTION changes_keep();
CREATE TRIGGER changes_follow BEFORE INSERT ON changes FOR EACH ROW EXECUTE FUNCTION changes_keep();

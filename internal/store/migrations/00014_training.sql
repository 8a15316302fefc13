-- Training: sessions of the packs' courses with their seats, and bookings. They change no standing and so are rows with
-- versions, each change in the log; what a pass becomes is a fact. Days are ISO, moments microseconds since 1970 in UTC,
-- zero for never; region_id is zero and city empty where a session has none.

-- +goose Up
CREATE TABLE training_sessions (
  id TEXT PRIMARY KEY, course TEXT NOT NULL, language TEXT NOT NULL, online BOOLEAN NOT NULL, region_id BIGINT NOT NULL,
  city TEXT NOT NULL, place TEXT NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL, seats INTEGER NOT NULL,
  book_by TEXT NOT NULL, cancelled_at BIGINT NOT NULL, reason TEXT NOT NULL, version BIGINT NOT NULL,
  region_ref BIGINT GENERATED ALWAYS AS (NULLIF(region_id, 0)) STORED REFERENCES regions (id),
  CHECK (first_day <= last_day AND seats > 0)
);
CREATE INDEX training_sessions_days ON training_sessions (last_day, first_day);

-- queue is the order of booking within a session; the waiting list goes by it.
CREATE TABLE bookings (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES training_sessions (id),
  person_id BIGINT NOT NULL REFERENCES persons (id), dealership_id BIGINT NOT NULL REFERENCES dealerships (id),
  state TEXT NOT NULL CHECK (state IN ('booked', 'waiting', 'cancelled', 'attended', 'passed', 'failed', 'no_show')),
  queue INTEGER NOT NULL, score INTEGER, result_on TEXT, booked_at BIGINT NOT NULL, booked_by BIGINT NOT NULL,
  facts TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE UNIQUE INDEX bookings_once ON bookings (session_id, person_id) WHERE state <> 'cancelled';
CREATE INDEX bookings_session ON bookings (session_id, queue);
CREATE INDEX bookings_person ON bookings (person_id);
CREATE INDEX bookings_dealership ON bookings (dealership_id);

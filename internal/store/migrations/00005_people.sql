-- Lists of people: posts by person, posts by day, what people count for by day, and people by name.

-- +goose Up
CREATE INDEX persons_name ON persons (name, staff_no);
CREATE INDEX coverage_posts ON coverage (person_id, from_day, until_day, dealership_id, job)
  WHERE superseded_at = 0 AND skill = 'employed';
CREATE INDEX coverage_days ON coverage (until_day, from_day, dealership_id, person_id, job)
  WHERE superseded_at = 0 AND skill = 'employed';
CREATE INDEX coverage_skills ON coverage (until_day, from_day, skill, generation, person_id)
  WHERE superseded_at = 0 AND skill <> 'employed';
CREATE INDEX changes_person ON changes (person_id, seq) WHERE person_id <> 0;

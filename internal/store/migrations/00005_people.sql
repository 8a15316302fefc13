-- Lists of people: who is employed where on a day, who counts for what on a day, and people by name.

-- +goose Up
CREATE INDEX persons_name ON persons (name, staff_no);
CREATE INDEX coverage_posts ON coverage (person_id, from_day, until_day, dealership_id, job)
  WHERE superseded_at = 0 AND skill = 'employed';
CREATE INDEX coverage_skills ON coverage (skill, generation, until_day, from_day, dealership_id, person_id, job)
  WHERE superseded_at = 0;
CREATE INDEX changes_person ON changes (person_id, seq) WHERE person_id <> 0;

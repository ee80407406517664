-- Lists of jobs stay quick at a million rows: each combination of project, pool and state has an
-- index that holds it newest first.
CREATE INDEX job_of_project_state ON job (project_id, state, submitted_at, id);
CREATE INDEX job_of_project_pool ON job (project_id, pool_id, submitted_at, id);
CREATE INDEX job_of_project_pool_state ON job (project_id, pool_id, state, submitted_at, id);
CREATE INDEX job_of_pool ON job (pool_id, state, submitted_at, id);
CREATE INDEX job_of_name ON job (name, project_id, submitted_at, id);

-- Every name that a job ever had, once: what a search by a part of a name looks through.
CREATE TABLE job_name (
    name TEXT PRIMARY KEY
);
INSERT INTO job_name (name) SELECT DISTINCT name FROM job;

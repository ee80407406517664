-- What a product says of the jobs of its awards; none where it says nothing.

-- The longest job, in minutes.
ALTER TABLE product ADD COLUMN max_wall_minutes BIGINT;
-- How many jobs of a person may run.
ALTER TABLE product ADD COLUMN max_jobs BIGINT;
-- For how many hours each device of an award may be used over its term.
ALTER TABLE product ADD COLUMN device_hours BIGINT;

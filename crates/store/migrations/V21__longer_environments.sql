-- More time for a development environment while it runs.

-- How many minutes in all somebody asked for; none once the engine was told.
ALTER TABLE dev_session ADD COLUMN asked_minutes BIGINT;
-- Why the engine did not give what was asked for last, in its words.
ALTER TABLE dev_session ADD COLUMN refused TEXT NOT NULL DEFAULT '';

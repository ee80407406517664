-- How far the loading of a year's inputs has come, and which rows its names stand for: kept in the
-- transaction of each step, so that a killed load goes on where it was.

CREATE TABLE loaded (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

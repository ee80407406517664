-- Where jobs have more devices than their project may use, since its holding was lowered.
CREATE TABLE job_excess (
    project_id TEXT NOT NULL REFERENCES project (id),
    pool_id TEXT NOT NULL REFERENCES pool (id),
    -- When that was first seen.
    since BIGINT NOT NULL,
    -- When the jobs that will be ended were sent their signal.
    signalled_at BIGINT,
    -- When jobs are ended; none if they run to their own end.
    ends_at BIGINT,
    -- By how many devices, when people were told of it last.
    amount BIGINT NOT NULL,
    -- When people were told; none while it may pass by itself.
    told_at BIGINT,
    PRIMARY KEY (project_id, pool_id)
);

-- Databases from before have the rules that came with this, from their first day on: jobs run on.
INSERT INTO policy (key, effective_from, value, evidence)
SELECT 'decrease.grace_minutes', MIN(effective_from), '0', '' FROM policy HAVING COUNT(*) > 0;
INSERT INTO policy (key, effective_from, value, evidence)
SELECT 'decrease.signal_minutes', MIN(effective_from), '10', '' FROM policy HAVING COUNT(*) > 0;

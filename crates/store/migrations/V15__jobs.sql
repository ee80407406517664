-- What people asked to run, and the jobs that came of it or were found on the engine.

CREATE TABLE job_order (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    pool_id TEXT NOT NULL REFERENCES pool (id),
    -- Script, devices, minutes and the rest, as JSON.
    spec TEXT NOT NULL,
    -- The orders that it waits for and how they have to end, as JSON.
    after_orders TEXT NOT NULL,
    engine TEXT NOT NULL,
    -- The number that the engine gave it; none until it was taken in.
    engine_id TEXT,
    -- waiting: not with the engine yet; sent; refused; cancelled before it was sent.
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    next_try_at BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX job_order_waiting ON job_order (engine, next_try_at) WHERE state = 'waiting';

CREATE TABLE job (
    id TEXT PRIMARY KEY,
    -- None if it was not asked for through the portal.
    order_id TEXT REFERENCES job_order (id),
    task BIGINT,
    engine TEXT NOT NULL,
    engine_id TEXT,
    project_id TEXT NOT NULL REFERENCES project (id),
    -- None if nobody is known by the account that runs it.
    user_id TEXT REFERENCES users (id),
    pool_id TEXT NOT NULL REFERENCES pool (id),
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    wait TEXT,
    wait_said TEXT NOT NULL,
    rank BIGINT,
    starts_at BIGINT,
    devices BIGINT NOT NULL,
    cpus BIGINT NOT NULL,
    memory_mb BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    submitted_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    nodes TEXT NOT NULL,
    exit_code BIGINT,
    signal BIGINT,
    cpu_seconds BIGINT,
    max_memory_mb BIGINT,
    cancel_asked_at BIGINT,
    -- When it was first not seen on the engine any more while it should be there.
    missed_at BIGINT,
    CONSTRAINT job_engine_id_key UNIQUE (engine, engine_id)
);
-- Lists: of everything, of a project, of a person; each newest first.
CREATE INDEX job_newest ON job (submitted_at, id);
CREATE INDEX job_of_project ON job (project_id, submitted_at, id);
CREATE INDEX job_of_user ON job (user_id, submitted_at, id);
CREATE INDEX job_of_state ON job (state, submitted_at, id);
CREATE INDEX job_of_order ON job (order_id, task);
CREATE INDEX job_open ON job (engine, project_id) WHERE state IN ('sending', 'pending', 'running', 'suspended');

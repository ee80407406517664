-- Development environments that run as jobs and are reached through the gateway.

CREATE TABLE dev_session (
    id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES job_order (id),
    job_id TEXT NOT NULL REFERENCES job (id),
    project_id TEXT NOT NULL REFERENCES project (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    -- Which of the center's environments.
    environment TEXT NOT NULL,
    -- What its server wants to see; only the gateway and the job know it.
    secret TEXT NOT NULL,
    -- Where its server listens on the machine of the job; none until it said so.
    port BIGINT,
    -- When somebody last did something in it.
    used_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT dev_session_order_key UNIQUE (order_id)
);
CREATE INDEX dev_session_of_project ON dev_session (project_id, created_at, id);
CREATE INDEX dev_session_of_user ON dev_session (user_id, created_at, id);
CREATE INDEX dev_session_of_job ON dev_session (job_id);

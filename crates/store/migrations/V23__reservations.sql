-- Devices for one project alone on a few days, beside what it was awarded.
CREATE TABLE reservation (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    pool_id TEXT NOT NULL REFERENCES pool (id),
    product_id TEXT NOT NULL REFERENCES product (id),
    amount BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    -- The day after the last: after it was called off, the day from which it holds nothing.
    to_on TEXT NOT NULL,
    purpose TEXT NOT NULL,
    state TEXT NOT NULL,
    -- What holds its devices, once it is booked.
    award_id TEXT REFERENCES award (id),
    asked_by TEXT REFERENCES users (id),
    asked_at BIGINT NOT NULL,
    -- Who approved or declined it; nobody if the rules booked it.
    decided_by TEXT REFERENCES users (id),
    decided_at BIGINT,
    note TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL DEFAULT 1,
    -- The machines that the engine keeps for it; empty where they are sure by their number only.
    nodes TEXT NOT NULL DEFAULT '',
    sync_state TEXT NOT NULL,
    sync_tries BIGINT NOT NULL DEFAULT 0,
    sync_next_at BIGINT NOT NULL,
    sync_error TEXT NOT NULL DEFAULT '',
    CONSTRAINT reservation_award_key UNIQUE (award_id),
    CONSTRAINT reservation_amount CHECK (amount > 0)
);
CREATE INDEX reservation_by_asking ON reservation (asked_at, id);
CREATE INDEX reservation_by_project ON reservation (project_id, asked_at);
CREATE INDEX reservation_by_state ON reservation (state, to_on);

-- What became of environments that were started lately.
CREATE INDEX dev_session_by_making ON dev_session (created_at);

-- Databases from before have the rules that came with this, from their first day on.
INSERT INTO policy (key, effective_from, value, evidence)
SELECT 'reservation.max_days', MIN(effective_from), '14', '' FROM policy HAVING COUNT(*) > 0;
INSERT INTO policy (key, effective_from, value, evidence)
SELECT 'reservation.ahead_days', MIN(effective_from), '90', '' FROM policy HAVING COUNT(*) > 0;
INSERT INTO policy (key, effective_from, value, evidence)
SELECT 'reservation.auto_devices', MIN(effective_from), '2', '' FROM policy HAVING COUNT(*) > 0;
INSERT INTO policy (key, effective_from, value, evidence)
SELECT 'reservation.max_open', MIN(effective_from), '2', '' FROM policy HAVING COUNT(*) > 0;

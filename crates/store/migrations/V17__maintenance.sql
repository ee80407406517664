-- Maintenance windows: devices out of use for a time, what that takes from capacity, and the days
-- that are owed for it.

CREATE TABLE maintenance (
    id TEXT PRIMARY KEY,
    title_ko TEXT NOT NULL,
    title_en TEXT NOT NULL,
    note TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    -- Names of machines, separated by blanks; empty for all machines of its pools.
    nodes TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_by TEXT REFERENCES users (id),
    created_at BIGINT NOT NULL,
    -- How the engine stands with it.
    sync_state TEXT NOT NULL,
    sync_tries BIGINT NOT NULL DEFAULT 0,
    sync_next_at BIGINT NOT NULL,
    sync_error TEXT NOT NULL DEFAULT '',
    CONSTRAINT maintenance_window CHECK (from_at < to_at)
);
CREATE INDEX maintenance_by_time ON maintenance (from_at, id);
CREATE INDEX maintenance_by_state ON maintenance (state, from_at);

-- How many devices of each pool are out of use.
CREATE TABLE maintenance_pool (
    maintenance_id TEXT NOT NULL REFERENCES maintenance (id),
    pool_id TEXT NOT NULL REFERENCES pool (id),
    amount BIGINT NOT NULL,
    PRIMARY KEY (maintenance_id, pool_id),
    CONSTRAINT maintenance_pool_amount CHECK (amount > 0)
);

-- The entries of capacity that it made.
CREATE TABLE maintenance_entry (
    maintenance_id TEXT NOT NULL REFERENCES maintenance (id),
    entry_id TEXT NOT NULL REFERENCES capacity_entry (id),
    PRIMARY KEY (maintenance_id, entry_id)
);

-- The days that an award is owed for an outage.
CREATE TABLE outage_credit (
    maintenance_id TEXT NOT NULL REFERENCES maintenance (id),
    award_id TEXT NOT NULL REFERENCES award (id),
    pool_id TEXT NOT NULL REFERENCES pool (id),
    days BIGINT NOT NULL,
    state TEXT NOT NULL,
    ledger_seq BIGINT REFERENCES ledger_entry (seq),
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (maintenance_id, award_id, pool_id),
    CONSTRAINT outage_credit_days CHECK (days > 0)
);
CREATE INDEX outage_credit_by_state ON outage_credit (state, decided_at);
CREATE INDEX outage_credit_of_award ON outage_credit (award_id);

-- Databases from before have the rule that came with this, from their first day on.
INSERT INTO policy (key, effective_from, value, evidence)
SELECT 'outage.credit_from_hours', MIN(effective_from), '4', '' FROM policy HAVING COUNT(*) > 0;

-- The center as configured: pools, capacity, products, policy, holidays.

CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE holiday (
    on_date TEXT PRIMARY KEY,
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL
);

CREATE TABLE pool (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    device_model TEXT,
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL,
    position BIGINT NOT NULL
);

CREATE TABLE product (
    id TEXT PRIMARY KEY,
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL,
    pool_kind TEXT NOT NULL,
    grain BIGINT NOT NULL,
    min_amount BIGINT NOT NULL,
    max_amount BIGINT NOT NULL,
    max_months BIGINT NOT NULL,
    review TEXT NOT NULL,
    position BIGINT NOT NULL,
    CONSTRAINT product_grain_positive CHECK (grain > 0)
);

-- Policy is data with an effective date; a key's value on a day is the row with the latest date.
CREATE TABLE policy (
    key TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    value TEXT NOT NULL,
    evidence TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (key, effective_from)
);

-- Dated changes of a rung of the ladder; only ever added.
CREATE TABLE capacity_entry (
    id TEXT PRIMARY KEY,
    pool_id TEXT NOT NULL REFERENCES pool (id),
    rung TEXT NOT NULL,
    delta BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    note TEXT NOT NULL,
    actor_id TEXT REFERENCES users (id),
    created_at BIGINT NOT NULL,
    CONSTRAINT capacity_entry_term CHECK (from_on < to_on)
);
CREATE INDEX capacity_entry_by_pool ON capacity_entry (pool_id, rung, from_on);

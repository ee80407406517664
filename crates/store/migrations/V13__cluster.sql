-- What people are called on the cluster, and what was changed there by hand.

CREATE TABLE cluster_account (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT cluster_account_number_key UNIQUE (number),
    CONSTRAINT cluster_account_name_key UNIQUE (name)
);

-- What the engine was found to have instead of what it had been brought to, and when.
ALTER TABLE engine_sync ADD COLUMN drift TEXT;
ALTER TABLE engine_sync ADD COLUMN drifted_at BIGINT;

-- The audit trail, the outbox, mail, idempotency keys, and what happened once.

-- Append-only and hash-chained like the ledger.
CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_id TEXT,
    actor_name TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    reason TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_by_object ON audit (object_kind, object_id, seq);
CREATE INDEX audit_by_actor ON audit (actor_id, seq);
CREATE INDEX audit_by_action ON audit (action, seq);

-- Work to be done after the transaction that asked for it.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    dedupe TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    next_try_at BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    done_at BIGINT,
    CONSTRAINT outbox_dedupe_key UNIQUE (dedupe)
);
CREATE INDEX outbox_waiting ON outbox (done_at, next_try_at);

CREATE TABLE mail (
    id TEXT PRIMARY KEY,
    user_id TEXT REFERENCES users (id),
    address TEXT NOT NULL,
    template TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    next_try_at BIGINT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    sent_at BIGINT
);
CREATE INDEX mail_waiting ON mail (sent_at, next_try_at);
CREATE INDEX mail_by_creation ON mail (created_at, id);
CREATE INDEX mail_by_user ON mail (user_id, created_at);

-- Answers already given to a POST with an idempotency key.
CREATE TABLE idempotency (
    user_id TEXT NOT NULL REFERENCES users (id),
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_by_creation ON idempotency (created_at);

-- Things that must happen once, such as the 30-day notice of an award's end.
CREATE TABLE happened (
    key TEXT PRIMARY KEY,
    at BIGINT NOT NULL
);

-- Numbers handed out in order: receipts, projects.
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

-- Who does the background work now: one instance of the program at a time.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until_at BIGINT NOT NULL
);

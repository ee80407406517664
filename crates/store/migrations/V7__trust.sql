-- The audit trail by time, so that a page of any span costs what it shows; and the files that were
-- imported, each once.

DROP INDEX audit_by_actor;
DROP INDEX audit_by_action;
CREATE INDEX audit_by_time ON audit (at, seq);
CREATE INDEX audit_by_actor ON audit (actor_id, at, seq);
CREATE INDEX audit_by_action ON audit (action, at, seq);

-- The key is the kind of import, its target, and the SHA-256 of the file.
CREATE TABLE import_file (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    imported_at BIGINT NOT NULL,
    actor_id TEXT REFERENCES users (id)
);
CREATE INDEX import_file_by_time ON import_file (imported_at, key);

-- A file that was read and checked and waits for somebody to say that it should be taken over: its
-- head and rows as JSON.
CREATE TABLE import_draft (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    sheet TEXT NOT NULL,
    submits BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    actor_id TEXT REFERENCES users (id)
);
CREATE INDEX import_draft_by_time ON import_draft (created_at);

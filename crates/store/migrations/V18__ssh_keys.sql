-- Public keys by which people sign in to the cluster.

CREATE TABLE ssh_key (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    bits BIGINT NOT NULL,
    -- As in authorized_keys, without the comment.
    line TEXT NOT NULL,
    comment TEXT NOT NULL,
    -- SHA-256 of the key, as ssh-keygen prints it. A key is one person's.
    fingerprint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT ssh_key_fingerprint_key UNIQUE (fingerprint)
);
CREATE INDEX ssh_key_of_user ON ssh_key (user_id, created_at, id);

-- Organizations, people, sessions, tokens. Instants are Unix seconds, civil dates YYYY-MM-DD,
-- amounts whole numbers of the smallest unit, truth values 0 and 1, ids and words text.

CREATE TABLE organization (
    id TEXT PRIMARY KEY,
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL,
    business_number TEXT,
    kind TEXT NOT NULL,
    size TEXT NOT NULL,
    sector TEXT NOT NULL,
    region TEXT NOT NULL,
    district TEXT,
    region_basis TEXT NOT NULL,
    region_as_of TEXT NOT NULL,
    opened_on TEXT,
    youth_founded BIGINT NOT NULL,
    verified_at BIGINT,
    verified_by TEXT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT organization_business_number_key UNIQUE (business_number)
);
CREATE INDEX organization_by_name ON organization (name_ko, id);

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT 'ko',
    password_hash TEXT,
    state TEXT NOT NULL,
    organization_id TEXT REFERENCES organization (id),
    created_at BIGINT NOT NULL,
    verified_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT users_email_key UNIQUE (email)
);
CREATE INDEX users_by_organization ON users (organization_id);
CREATE INDEX users_by_creation ON users (created_at, id);

CREATE TABLE user_role (
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    given_by TEXT,
    PRIMARY KEY (user_id, role)
);

CREATE TABLE organization_member (
    organization_id TEXT NOT NULL REFERENCES organization (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    admin BIGINT NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX organization_member_by_user ON organization_member (user_id);

-- Sign-in sessions: the key is the SHA-256 of what the cookie holds.
CREATE TABLE session (
    hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX session_by_user ON session (user_id);

-- One-time secrets sent by mail: e-mail verification, password reset.
CREATE TABLE mail_token (
    hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    purpose TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Personal API tokens.
CREATE TABLE api_token (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT,
    CONSTRAINT api_token_hash_key UNIQUE (hash)
);
CREATE INDEX api_token_by_user ON api_token (user_id);

-- Failed sign-ins, counted per account and per address in windows.
CREATE TABLE sign_in_failure (
    subject TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX sign_in_failure_by_subject ON sign_in_failure (subject, at);

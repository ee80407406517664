-- People who ask to be admitted to an organization, and indexes by which what has lapsed is found.

CREATE TABLE organization_request (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    organization_id TEXT NOT NULL REFERENCES organization (id),
    asked_at BIGINT NOT NULL
);
CREATE INDEX organization_request_by_organization ON organization_request (organization_id);

CREATE INDEX session_by_expiry ON session (expires_at);
CREATE INDEX mail_token_by_expiry ON mail_token (expires_at);
CREATE INDEX mail_token_by_user ON mail_token (user_id);
CREATE INDEX sign_in_failure_by_time ON sign_in_failure (at);
CREATE INDEX user_role_by_role ON user_role (role);

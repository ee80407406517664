-- Calls, rounds, proposals, reviews.

CREATE TABLE call (
    id TEXT PRIMARY KEY,
    title_ko TEXT NOT NULL,
    title_en TEXT NOT NULL,
    body_ko TEXT NOT NULL,
    body_en TEXT NOT NULL,
    contact TEXT NOT NULL,
    track TEXT NOT NULL,
    state TEXT NOT NULL,
    drafted_by TEXT REFERENCES users (id),
    published_by TEXT REFERENCES users (id),
    published_at BIGINT,
    -- Whether bonus points count (domain.md §8).
    bonus BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX call_by_creation ON call (created_at, id);

CREATE TABLE call_product (
    call_id TEXT NOT NULL REFERENCES call (id),
    product_id TEXT NOT NULL REFERENCES product (id),
    PRIMARY KEY (call_id, product_id)
);

CREATE TABLE criterion (
    id TEXT PRIMARY KEY,
    call_id TEXT NOT NULL REFERENCES call (id),
    position BIGINT NOT NULL,
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL,
    max_points BIGINT NOT NULL
);
CREATE INDEX criterion_by_call ON criterion (call_id, position);

CREATE TABLE round (
    id TEXT PRIMARY KEY,
    call_id TEXT NOT NULL REFERENCES call (id),
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL,
    opens_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    review_due_on TEXT NOT NULL,
    announce_on TEXT NOT NULL,
    offer_days BIGINT NOT NULL,
    earliest_start_on TEXT NOT NULL,
    latest_end_on TEXT NOT NULL,
    decided_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT round_number_key UNIQUE (call_id, number)
);
CREATE INDEX round_by_closing ON round (closes_at, id);

-- How much of each pool a round may hand out at most; a pool without a row is not on offer.
CREATE TABLE round_envelope (
    round_id TEXT NOT NULL REFERENCES round (id),
    pool_id TEXT NOT NULL REFERENCES pool (id),
    amount BIGINT NOT NULL,
    PRIMARY KEY (round_id, pool_id)
);

CREATE TABLE proposal (
    id TEXT PRIMARY KEY,
    receipt_no TEXT,
    round_id TEXT NOT NULL REFERENCES round (id),
    organization_id TEXT REFERENCES organization (id),
    lead_id TEXT NOT NULL REFERENCES users (id),
    manager_id TEXT REFERENCES users (id),
    title_ko TEXT NOT NULL,
    title_en TEXT NOT NULL,
    summary TEXT NOT NULL,
    usage_plan TEXT NOT NULL,
    sector TEXT NOT NULL,
    rnd_cluster BIGINT NOT NULL,
    state TEXT NOT NULL,
    state_note TEXT NOT NULL DEFAULT '',
    correction_due_at BIGINT,
    corrections BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    saved_at BIGINT NOT NULL,
    submitted_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    -- The request as typed, as JSON: a draft may be unfinished. The lines as checked are in
    -- request_line once it is submitted.
    draft_lines TEXT NOT NULL DEFAULT '[]',
    -- Which open form saved last: a form does not collide with its own saves.
    saved_from TEXT NOT NULL DEFAULT '',
    -- Frozen when the round is decided.
    region TEXT,
    regional BIGINT,
    score_milli BIGINT,
    CONSTRAINT proposal_receipt_no_key UNIQUE (receipt_no)
);
CREATE INDEX proposal_by_round ON proposal (round_id, state, submitted_at, id);
CREATE INDEX proposal_by_lead ON proposal (lead_id, created_at, id);
CREATE INDEX proposal_by_organization ON proposal (organization_id);

CREATE TABLE request_line (
    id TEXT PRIMARY KEY,
    proposal_id TEXT NOT NULL REFERENCES proposal (id),
    position BIGINT NOT NULL,
    product_id TEXT NOT NULL REFERENCES product (id),
    pool_id TEXT NOT NULL REFERENCES pool (id),
    amount BIGINT NOT NULL,
    min_amount BIGINT NOT NULL,
    earliest_start_on TEXT NOT NULL,
    latest_end_on TEXT NOT NULL,
    months BIGINT NOT NULL,
    CONSTRAINT request_line_amounts CHECK (min_amount > 0 AND min_amount <= amount)
);
CREATE INDEX request_line_by_proposal ON request_line (proposal_id, position);

CREATE TABLE review (
    id TEXT PRIMARY KEY,
    proposal_id TEXT NOT NULL REFERENCES proposal (id),
    reviewer_id TEXT NOT NULL REFERENCES users (id),
    state TEXT NOT NULL,
    comment_applicant TEXT NOT NULL DEFAULT '',
    comment_committee TEXT NOT NULL DEFAULT '',
    conflict TEXT NOT NULL DEFAULT '',
    assigned_at BIGINT NOT NULL,
    assigned_by TEXT REFERENCES users (id),
    submitted_at BIGINT,
    version BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT review_reviewer_key UNIQUE (proposal_id, reviewer_id)
);
CREATE INDEX review_by_reviewer ON review (reviewer_id, state);

CREATE TABLE review_score (
    review_id TEXT NOT NULL REFERENCES review (id),
    criterion_id TEXT NOT NULL REFERENCES criterion (id),
    points BIGINT NOT NULL,
    PRIMARY KEY (review_id, criterion_id)
);

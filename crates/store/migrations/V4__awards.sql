-- Plans, offers, awards, projects, the ledger, freed capacity, adjustments.

CREATE TABLE plan (
    id TEXT PRIMARY KEY,
    round_id TEXT NOT NULL REFERENCES round (id),
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    input TEXT NOT NULL,
    output TEXT NOT NULL,
    digest TEXT NOT NULL,
    made_by TEXT REFERENCES users (id),
    made_at BIGINT NOT NULL,
    approved_by TEXT REFERENCES users (id),
    approved_at BIGINT,
    announced_at BIGINT,
    note TEXT NOT NULL DEFAULT '',
    CONSTRAINT plan_number_key UNIQUE (round_id, number)
);

-- What the announced plan decided for each proposal; the reserve list are the rows with a rank.
CREATE TABLE decision (
    proposal_id TEXT PRIMARY KEY REFERENCES proposal (id),
    round_id TEXT NOT NULL REFERENCES round (id),
    plan_id TEXT NOT NULL REFERENCES plan (id),
    outcome TEXT NOT NULL,
    reserve_rank BIGINT,
    reserve_until TEXT,
    score_milli BIGINT NOT NULL,
    reasons TEXT NOT NULL,
    decided_at BIGINT NOT NULL
);
CREATE INDEX decision_reserve ON decision (outcome, reserve_until, decided_at, reserve_rank);
CREATE INDEX decision_by_round ON decision (round_id, outcome, score_milli);

CREATE TABLE offer (
    id TEXT PRIMARY KEY,
    proposal_id TEXT NOT NULL REFERENCES proposal (id),
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    answered_at BIGINT,
    answered_by TEXT REFERENCES users (id),
    note TEXT NOT NULL DEFAULT '',
    reasons TEXT NOT NULL
);
CREATE UNIQUE INDEX offer_one_open ON offer (proposal_id) WHERE state = 'open';
CREATE INDEX offer_by_state ON offer (state, due_at);
CREATE INDEX offer_by_making ON offer (made_at, id);

-- What an offer promises. While the offer is open, its lines hold capacity.
CREATE TABLE offer_line (
    offer_id TEXT NOT NULL REFERENCES offer (id),
    position BIGINT NOT NULL,
    product_id TEXT NOT NULL REFERENCES product (id),
    pool_id TEXT NOT NULL REFERENCES pool (id),
    amount BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    PRIMARY KEY (offer_id, position),
    CONSTRAINT offer_line_term CHECK (from_on < to_on),
    CONSTRAINT offer_line_amount CHECK (amount > 0)
);

CREATE TABLE project (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    proposal_id TEXT NOT NULL REFERENCES proposal (id),
    organization_id TEXT NOT NULL REFERENCES organization (id),
    lead_id TEXT NOT NULL REFERENCES users (id),
    title_ko TEXT NOT NULL,
    title_en TEXT NOT NULL,
    sector TEXT NOT NULL,
    regional BIGINT NOT NULL,
    rnd_cluster BIGINT NOT NULL,
    state TEXT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT project_number_key UNIQUE (number),
    CONSTRAINT project_proposal_key UNIQUE (proposal_id)
);
CREATE INDEX project_by_creation ON project (created_at, id);
CREATE INDEX project_by_state ON project (state, to_on);
CREATE INDEX project_by_organization ON project (organization_id);

CREATE TABLE project_member (
    project_id TEXT NOT NULL REFERENCES project (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    tie TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, user_id)
);
CREATE INDEX project_member_by_user ON project_member (user_id);

CREATE TABLE invitation (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    email TEXT NOT NULL,
    tie TEXT NOT NULL,
    state TEXT NOT NULL,
    invited_by TEXT REFERENCES users (id),
    invited_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    answered_at BIGINT
);
CREATE UNIQUE INDEX invitation_one_open ON invitation (project_id, email) WHERE state = 'open';
CREATE INDEX invitation_by_email ON invitation (email, state);

-- The promise that an accepted offer became.
CREATE TABLE award (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    offer_id TEXT NOT NULL REFERENCES offer (id),
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT award_offer_key UNIQUE (offer_id)
);
CREATE INDEX award_by_project ON award (project_id);

-- What an award is about in each pool: its product and grain. Amounts and terms follow from the
-- ledger; end_on repeats the end of the last stretch held, so that expiry can be found by date.
CREATE TABLE award_line (
    award_id TEXT NOT NULL REFERENCES award (id),
    pool_id TEXT NOT NULL REFERENCES pool (id),
    product_id TEXT NOT NULL REFERENCES product (id),
    grain BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    end_on TEXT NOT NULL,
    PRIMARY KEY (award_id, pool_id)
);
CREATE INDEX award_line_by_end ON award_line (end_on);

CREATE TABLE agreement (
    id TEXT PRIMARY KEY,
    award_id TEXT NOT NULL REFERENCES award (id),
    body TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    due_on TEXT NOT NULL,
    signed_by TEXT REFERENCES users (id),
    signed_at BIGINT,
    countersigned_by TEXT REFERENCES users (id),
    countersigned_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT agreement_award_key UNIQUE (award_id)
);
CREATE INDEX agreement_by_state ON agreement (state, due_on);

-- The ledger: append-only, hash-chained (domain::ledger).
CREATE TABLE ledger_entry (
    seq BIGINT PRIMARY KEY,
    award_id TEXT NOT NULL REFERENCES award (id),
    pool_id TEXT NOT NULL REFERENCES pool (id),
    delta BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    kind TEXT NOT NULL,
    corrects BIGINT,
    reason TEXT NOT NULL,
    actor_id TEXT REFERENCES users (id),
    at BIGINT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT ledger_entry_term CHECK (from_on < to_on),
    CONSTRAINT ledger_entry_delta CHECK (delta <> 0)
);
CREATE INDEX ledger_entry_by_award ON ledger_entry (award_id, pool_id);
CREATE INDEX ledger_entry_by_term ON ledger_entry (pool_id, from_on, to_on);

-- The day-by-day changes of what a pool has promised, derived from the ledger (kind 'held') and
-- from open offers (kind 'offered'), kept in the same transaction so that the capacity rule is
-- asked in time that grows with the number of different days, not of awards.
CREATE TABLE pool_step (
    pool_id TEXT NOT NULL REFERENCES pool (id),
    kind TEXT NOT NULL,
    on_date TEXT NOT NULL,
    delta BIGINT NOT NULL,
    PRIMARY KEY (pool_id, kind, on_date)
);

-- Capacity that an award gave up before its planned end (design rule 6).
CREATE TABLE freed (
    id TEXT PRIMARY KEY,
    ledger_seq BIGINT NOT NULL REFERENCES ledger_entry (seq),
    pool_id TEXT NOT NULL REFERENCES pool (id),
    amount BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    freed_at BIGINT NOT NULL,
    CONSTRAINT freed_amount CHECK (amount > 0),
    CONSTRAINT freed_entry_key UNIQUE (ledger_seq)
);
CREATE INDEX freed_by_pool ON freed (pool_id, to_on);

-- Which freed capacity went to which offer or increase; a lapsed or declined offer gives it back.
CREATE TABLE reallocation (
    freed_id TEXT NOT NULL REFERENCES freed (id),
    position BIGINT NOT NULL,
    offer_id TEXT REFERENCES offer (id),
    ledger_seq BIGINT REFERENCES ledger_entry (seq),
    amount BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    offered_at BIGINT NOT NULL,
    taken_at BIGINT,
    given_back_at BIGINT,
    PRIMARY KEY (freed_id, position)
);
CREATE INDEX reallocation_by_offer ON reallocation (offer_id);

-- Requests to change a running award, and returns, which need no decision.
CREATE TABLE adjustment (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES project (id),
    award_id TEXT NOT NULL REFERENCES award (id),
    pool_id TEXT NOT NULL REFERENCES pool (id),
    kind TEXT NOT NULL,
    amount BIGINT NOT NULL,
    from_on TEXT NOT NULL,
    to_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    requested_by TEXT REFERENCES users (id),
    requested_at BIGINT NOT NULL,
    decided_by TEXT REFERENCES users (id),
    decided_at BIGINT,
    decision_note TEXT NOT NULL DEFAULT '',
    CONSTRAINT adjustment_term CHECK (from_on < to_on)
);
CREATE INDEX adjustment_by_state ON adjustment (state, requested_at, id);
CREATE INDEX adjustment_by_project ON adjustment (project_id, requested_at);

-- What an engine should have for a project, and what it was last seen to have.
CREATE TABLE engine_sync (
    engine TEXT NOT NULL,
    project_id TEXT NOT NULL REFERENCES project (id),
    desired TEXT NOT NULL,
    observed TEXT,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    next_try_at BIGINT NOT NULL,
    last_error TEXT NOT NULL DEFAULT '',
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (engine, project_id)
);
CREATE INDEX engine_sync_by_state ON engine_sync (state, next_try_at);

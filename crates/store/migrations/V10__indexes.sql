-- What the first page and the lists look for, so that they do not read every row.
CREATE INDEX proposal_by_manager ON proposal (manager_id);
CREATE INDEX proposal_by_state ON proposal (state, round_id);
CREATE INDEX offer_by_proposal ON offer (proposal_id);

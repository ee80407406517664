-- Plans that are sent back, and states that say how far a project and its proposal have come.

ALTER TABLE plan ADD COLUMN returned_by TEXT REFERENCES users (id);
ALTER TABLE plan ADD COLUMN returned_at BIGINT;
ALTER TABLE plan ADD COLUMN returned_note TEXT NOT NULL DEFAULT '';

-- Signed by both, and waiting for the first day.
UPDATE project SET state = 'agreed'
WHERE state = 'agreement_pending'
  AND EXISTS (SELECT 1 FROM award a JOIN agreement g ON g.award_id = a.id WHERE a.project_id = project.id AND g.state = 'concluded');

-- Selected from the reserve list: it accepted an offer.
UPDATE proposal SET state = 'selected'
WHERE state = 'reserve' AND EXISTS (SELECT 1 FROM project p WHERE p.proposal_id = proposal.id);

-- Until when an instance that is sending a mail is trusted to be at it; nothing once it answered.
ALTER TABLE mail ADD COLUMN claimed_until BIGINT;

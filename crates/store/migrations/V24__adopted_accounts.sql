-- People of a cluster that was there before the portal keep their names and their numbers as users of
-- machines; none where it is the number of the account above the center's base.
ALTER TABLE cluster_account ADD COLUMN uid BIGINT;

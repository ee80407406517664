-- What keeps an engine from being in line, as a word; last_error is its cause.
ALTER TABLE engine_sync ADD COLUMN fault TEXT;

-- Which open form saved a review last: a form does not collide with its own saves.
ALTER TABLE review ADD COLUMN saved_from TEXT NOT NULL DEFAULT '';
